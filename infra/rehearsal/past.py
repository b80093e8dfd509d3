"""Letters of the past weeks: written and answered by the operator's credentials with another clock, for no rehearsal
waits for weeks. What was due meanwhile is then due at once, whatever day and hour it is."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any, Final
from zoneinfo import ZoneInfo

from chalicelib.api.requests import SubmissionFields
from chalicelib.domain.clocks import local_date
from chalicelib.domain.directory import Directory
from chalicelib.domain.engine import make
from chalicelib.domain.letter import Actor, ContactId, LetterId
from chalicelib.domain.payloads import PAYLOADS
from chalicelib.domain.workflow import Move
from chalicelib.domain.working_calendar import WorkingCalendar
from chalicelib.ports import LetterFile
from chalicelib.services.asking import staff_actor
from chalicelib.services.installation import Installation
from chalicelib.services.move import make_move
from chalicelib.services.submit import Receipt, submit
from chalicelib.services.writing import change_of
from infra.cloud.deployed import Deployed
from infra.cloud.inside import inside
from infra.rehearsal.main_job import ANSWER, LETTER

LONG: Final = 5
"""Working days after which an unanswered consultation has been urged and escalated in Shuangfeng: two, and three."""
_NINE: Final = 9
"""Days: the ledger is to begin before the first of the letters that were answered."""
WITH_LOTS: Final = "chongqing-2005"
"""The rulebook that draws letters for spot checks, and lets the head of an office decide what is published."""
WITH_REPEATS: Final = "pingliang-2012"
"""The rulebook that links letters to each other, and lets one be answered together with another."""


@dataclass(frozen=True, slots=True)
class Clock:
    """A TimeSource that stands still."""

    at: datetime

    def now(self) -> datetime:
        """See TimeSource."""
        return self.at


@dataclass(frozen=True, slots=True)
class Past:
    """The installation as it was worked with on earlier days; `rulebook` None: by the one that is in force."""

    found: Deployed
    today: datetime
    rulebook: str | None = None

    def on(self, day: date, hour: int = 10) -> Installation:
        """The installation on a local day."""
        environment = {**self.found.environment, **({"HUIYIN_RULEBOOK": self.rulebook} if self.rulebook else {})}
        moment = datetime.combine(day, time(hour), self.zone)
        return inside(replace(self.found, environment=environment), Clock(moment)).installation

    @property
    def zone(self) -> ZoneInfo:
        """The county's."""
        return ZoneInfo(self.found.environment["HUIYIN_ZONE"])

    def days_ago(self, days: int) -> date:
        """A local day."""
        return local_date(self.today, self.zone) - timedelta(days=days)

    def long_ago(self) -> date:
        """A working day since which a letter has become very late."""
        today = self.days_ago(0)
        return long_before(today, self.on(today).calendar())


def long_before(today: date, calendar: WorkingCalendar) -> date:
    """A working day nine days ago at least, with enough working days since: further back over a festival."""
    gone = 0
    for back in count(1):
        day = today - timedelta(days=back)
        if back >= _NINE and gone >= LONG and calendar.is_working_day(day):
            return day
        gone += calendar.is_working_day(day)
    raise AssertionError


def written(inst: Installation, **more: Any) -> LetterId:
    """A letter that came in then."""
    came: list[LetterId] = []

    def said(receipt: Receipt) -> dict[str, object]:
        came.append(receipt.outcome.letter.id)
        return {}

    submit(inst, SubmissionFields.model_validate({**LETTER, **more}).submission(), None, said)
    return came[0]


def moved(inst: Installation, letter: LetterId, who: str, move: str, **fields: Any) -> None:
    """Somebody made a move then."""
    made = Move(move)
    make_move(inst, letter, made, PAYLOADS[made](**fields), lambda file, staff: _actor(inst, who, made, file, staff))


def broken_off(inst: Installation, letter: LetterId, who: str, move: str, **fields: Any) -> None:
    """A move whose function was ended right after its write, before it saw to what follows from it."""
    file, directory, made = inst.letters.load(letter), inst.registry.directory(), Move(move)
    assert file is not None  # noqa: S101  it was written a moment ago
    around = inst.surroundings(inst.time.now(), directory, inst.rulebook_of(file.letter.rulebook))
    actor = _actor(inst, who, made, file, directory)
    outcome = make(made, file.letter, file.clocks, actor, PAYLOADS[made](**fields), around)
    inst.letters.commit(change_of(file, [outcome], around))


def _actor(inst: Installation, who: str, move: Move, file: LetterFile, directory: Directory) -> Actor:
    return staff_actor(inst, directory.contacts[ContactId(who)], move, file, directory)


def assigned(inst: Installation, **more: Any) -> LetterId:
    """A letter that came in and went to a unit, all on one day; read by the office's head, where that comes first."""
    letter = written(inst, **more)
    moved(inst, letter, "centre-1", "accept")
    if inst.rulebook.reading is not None:
        moved(inst, letter, "centre-2", "approve", step="read")
    moved(inst, letter, "centre-1", "assign", units=["roads"], note="请按时办理")
    return letter


def answered(past: Past, on: date, **more: Any) -> LetterId:
    """A letter of the day before, answered on this one."""
    letter = assigned(past.on(on - timedelta(days=1)), **more)
    moved(past.on(on), letter, "roads-1", "answer", body=ANSWER)
    return letter


def leave(inst: Installation, *people: str) -> None:
    """These have left, as `new-link --disable` says it."""
    there = inst.registry.directory().contacts
    inst.registry.put([], [replace(there[ContactId(each)], active=False) for each in people], [])


def closed_days(inst: Installation) -> Iterator[str]:
    """Folders of the ledger's closed days, in order."""
    for key in inst.reports.keys("ledger/day="):
        if key.endswith("/manifest.json"):
            yield key.removesuffix("/manifest.json")
