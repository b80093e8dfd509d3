"""A county at work, for tests of figures and reports: real moves by the real engine, kept in the in-memory store."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from chalicelib.adapters.report_files import RenderedFiles
from chalicelib.adapters.scratch_files import scratch_files
from chalicelib.domain.directory import Directory, Unit
from chalicelib.domain.ledger import line_of
from chalicelib.domain.letter import Actor, Kind, LetterId, Role, UnitId
from chalicelib.domain.metrics.fold import Fold, Folding
from chalicelib.domain.metrics.report import Basis, Report
from chalicelib.domain.metrics.report_maker import ReportMaker
from chalicelib.domain.metrics.told import told
from chalicelib.domain.payloads import (
    Accept,
    Answer,
    AnswerChannel,
    Assign,
    ContactWriter,
    Decline,
    GrantExtension,
    Payload,
    Rate,
    RequestExtension,
    Return,
    SendBack,
)
from chalicelib.domain.periods import Period
from chalicelib.domain.rulebook import Rulebook
from chalicelib.domain.workflow import Move
from chalicelib.ports import LetterFile, NumberTaken
from chalicelib.services.close_day import LedgerPorts, close_missing_days
from chalicelib.services.publish import PublicOffice
from chalicelib.services.reporting.files import ReportFiles
from chalicelib.services.reports import ReportOffice
from tests.builders import (
    CLERK,
    ROADS,
    ROADS_HANDLER,
    SHANGHAI,
    WATER,
    WRITER,
    a_directory,
    an_arrival,
    arrived,
    calendar,
    moved,
    rulebook,
    swept,
)
from tests.fakes.files import FakeReports, FakeSigner
from tests.fakes.store import FakeJobRuns, FakeLetterStore, FakeOutbox

INSPECTOR = Actor("inspector", Role.INSPECTOR, UnitId("inspection"))
HANDLERS = {ROADS: ROADS_HANDLER, WATER: Actor("water-handler", Role.HANDLER, WATER)}
NAMES = {ROADS: "交通运输局", WATER: "水利局", UnitId("centre"): "信箱办"}


def nov(day: int, hour: int = 10, minute: int = 0) -> datetime:
    """A local wall time in November 2026, in UTC. The 16th is the Monday of 2026-W47."""
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI).astimezone(UTC)


def named_directory() -> Directory:
    """The builders' county with Chinese names for its units."""
    plain = a_directory()
    units = [Unit(unit.id, NAMES.get(unit.id, unit.name)) for unit in plain.units.values()]
    return Directory.of(units, plain.contacts.values(), plain.mailboxes.values())


@dataclass
class County:
    """Letters, their ledger and the report bucket of one county."""

    letters: FakeLetterStore = field(default_factory=lambda: FakeLetterStore(FakeOutbox(), SHANGHAI))
    reports: FakeReports = field(default_factory=FakeReports)
    signer: FakeSigner = field(default_factory=FakeSigner)
    runs: FakeJobRuns = field(default_factory=FakeJobRuns)
    codes: list[str] = field(default_factory=list)

    def write(self, code: str, at: datetime, kind: Kind = Kind.CONSULTATION, **arrival: Any) -> None:
        """A letter comes in."""
        self.codes.append(code)
        self.letters.commit(arrived(code, at, an_arrival(kind=kind, **arrival)))

    def file(self, code: str) -> LetterFile:
        """The letter as it stands."""
        file = self.letters.load(LetterId(code))
        assert file is not None
        return file

    def make(self, code: str, move: Move, payload: Payload, actor: Actor, at: datetime) -> None:
        """One move."""
        number = None
        if move is Move.ACCEPT:
            number = NumberTaken("centre/2026", self.letters.next_number("centre/2026"))
        self.letters.commit(moved(self.file(code), move, payload, actor, at, number))

    def give(self, code: str, at: datetime, *units: UnitId) -> None:
        """Accept a letter and assign it."""
        if self.file(code).letter.number is None:
            self.make(code, Move.ACCEPT, Accept(), CLERK, at)
        self.make(code, Move.ASSIGN, Assign(units=units), CLERK, at)

    def answer(self, code: str, at: datetime, unit: UnitId = ROADS) -> None:
        """The unit answers."""
        payload = Answer(body="已经修复。", channel=AnswerChannel.WEB)
        self.make(code, Move.ANSWER, payload, HANDLERS[unit], at)

    def send_back(self, code: str, at: datetime) -> None:
        """The centre does not take the answer."""
        self.make(code, Move.SEND_BACK, SendBack(reasons="没有说明原因"), CLERK, at)

    def rate(self, code: str, at: datetime, score: int) -> None:
        """The writer rates."""
        self.make(code, Move.RATE, Rate(score=score), WRITER, at)

    def sweep(self, at: datetime) -> None:
        """Take every ladder step that has come."""
        for due in self.letters.due_clocks(at, 1000):
            change = swept(self.file(due.letter), due.clock, at)
            if change:
                self.letters.commit(change)

    def lines(self) -> list[dict[str, Any]]:
        """Every event so far, as ledger lines."""
        return [line_of(event) for code in self.codes for event in self.file(code).events]

    def close_through(self, day: date) -> None:
        """Close every day of the ledger through this one."""
        after = datetime(day.year, day.month, day.day, 23, 59, tzinfo=SHANGHAI).timestamp() + 3600
        ports = LedgerPorts(self.letters, self.reports, self.signer, self.runs)
        close_missing_days(ports, datetime.fromtimestamp(after, UTC), SHANGHAI, lambda: True)

    def office(self, files: ReportFiles | None = None, book: Rulebook | None = None) -> ReportOffice:
        """Who makes the reports."""
        return ReportOffice(
            store=self.reports,
            letters=self.letters,
            room=scratch_files,
            signer=self.signer,
            files=files or RenderedFiles(),
            rulebook=book or rulebook(),
            calendar=calendar(),
            directory=named_directory(),
            zone=SHANGHAI,
            county="清溪县",
        )

    def public_office(self) -> PublicOffice:
        """Who publishes."""
        directory = named_directory()
        return PublicOffice(self.reports, self.letters, rulebook(), calendar(), directory, SHANGHAI, "清溪县")


def report_of(lines: Iterable[dict[str, Any]], period: Period, basis: Basis) -> Report:
    """The report of these ledger lines, folded in memory."""
    folding, fold = Folding(period, SHANGHAI, calendar()), Fold(period, SHANGHAI, calendar())
    fold.add_all(map(told, lines))
    maker = ReportMaker(period, SHANGHAI, calendar())
    for progress in fold.progress.values():
        maker.add(progress.state, folding.marks(progress))
    return maker.report(basis)


def a_week() -> County:
    """2026-W47 (16–22 November) and the days around it; what it should come to is written down in the tests.

    consult: answered in time, rated 4. late: a consultation of the week before, answered two working days late.
    moved: roads let it pass its due date, then water got it and answered in time. redone: answered in time, sent back,
    answered again in time. extended: a suggestion with five more days, open. untouched: never accepted, overdue at the
    centre. accused: an accusation, answered in time. declined: an advertisement. returned: roads gave it back.
    """
    county = County()
    county.write("late", nov(11))
    county.give("late", nov(11, 11), ROADS)
    county.write("consult", nov(16))
    county.write("moved", nov(16), Kind.CONSULTATION, source="hotline")
    county.give("consult", nov(16, 11), ROADS)
    county.give("moved", nov(16, 11), ROADS)
    county.answer("late", nov(17))
    county.write("redone", nov(17), Kind.COMPLAINT)
    county.give("redone", nov(17, 11), WATER)
    county.answer("consult", nov(17, 15))
    county.write("extended", nov(17, 16), Kind.SUGGESTION)
    county.give("extended", nov(17, 17), WATER)
    county.write("untouched", nov(18), Kind.HELP)
    county.write("accused", nov(18), Kind.ACCUSATION)
    county.give("accused", nov(18, 11), WATER)
    county.write("declined", nov(18, 12), Kind.OTHER)
    county.answer("redone", nov(18, 12), WATER)
    county.make("declined", Move.DECLINE, Decline(ground="not_a_public_matter"), CLERK, nov(18, 14))
    county.send_back("redone", nov(18, 15))
    county.write("returned", nov(19), Kind.OPINION)
    county.give("returned", nov(19, 11), ROADS)
    county.make("extended", Move.CONTACT_WRITER, ContactWriter(note="电话联系"), HANDLERS[WATER], nov(19, 11))
    county.make(
        "extended",
        Move.REQUEST_EXTENSION,
        RequestExtension(reason="要勘查", working_days=5),
        HANDLERS[WATER],
        nov(19, 12),
    )
    county.make("extended", Move.GRANT_EXTENSION, GrantExtension(), CLERK, nov(19, 13))
    county.sweep(nov(19, 14))
    county.give("moved", nov(19, 15), WATER)
    county.make("returned", Move.RETURN, Return(reason="不属本单位职责"), ROADS_HANDLER, nov(20, 9))
    county.answer("moved", nov(20), WATER)
    county.answer("redone", nov(20, 11), WATER)
    county.answer("accused", nov(20, 12), WATER)
    county.rate("consult", nov(21), 4)
    county.sweep(nov(22, 23))
    return county
