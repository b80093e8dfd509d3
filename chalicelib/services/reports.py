"""Makes the reports that are owed: each once, from the closed ledger alone, signed, never rewritten.

inputs.json is written first and holds what a report is made of beside the ledger, so a run that was killed is taken up
from it: what has been added to the ledger since then does not change a report that was begun. manifest.json is written
last.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.domain.directory import Directory
from chalicelib.domain.errors import DomainError
from chalicelib.domain.languages import DEFAULT
from chalicelib.domain.metrics.report import Basis, Source
from chalicelib.domain.metrics.report_maker import ReportMaker
from chalicelib.domain.periods import Period, PeriodKind, midnight, periods_within
from chalicelib.domain.rulebook import Rulebook
from chalicelib.domain.rules import ReportRule
from chalicelib.domain.working_calendar import WorkingCalendar
from chalicelib.ports import LetterStore, ReportStore, Room, Scratch, Signer
from chalicelib.services.installation import Installation
from chalicelib.services.ledger_files import JSON, closed_days, signed_manifest
from chalicelib.services.reporting.again import fold_period, words_of
from chalicelib.services.reporting.excerpts import excerpt_inputs
from chalicelib.services.reporting.files import ReportFiles, rendered, store_once
from chalicelib.services.reporting.garbage import without_looking_for_cycles
from chalicelib.services.reporting.inputs import INPUTS, CalendarInput, Inputs, inputs_json, read_inputs
from chalicelib.services.reporting.late import unread_files
from chalicelib.services.reporting.ledger import sources_through
from chalicelib.services.reporting.manifest import manifest_fields
from chalicelib.services.reporting.program import reports_code
from chalicelib.services.reporting.schemas import publish_schemas

_ONE_DAY = timedelta(days=1)


class PeriodNotOverError(DomainError):
    """The period's days are not all closed yet. `closed_through`: the last closed day, None without any."""

    code = "period_not_over"

    def __init__(self, period: str, closed_through: date | None) -> None:
        super().__init__(period, closed_through)
        self.period = period
        self.closed_through = closed_through

    def __str__(self) -> str:
        through = self.closed_through or "no day"
        return f"{self.period} is not over: the ledger is closed through {through}"


class PeriodBeforeLedgerError(DomainError):
    """The period was over before the ledger began, on `first`, and no imported history tells of it."""

    code = "period_before_ledger"

    def __init__(self, period: str, first: date) -> None:
        super().__init__(period, first)
        self.period = period
        self.first = first

    def __str__(self) -> str:
        return f"{self.period} was over before the ledger's first day, {self.first}"


@dataclass(frozen=True, slots=True)
class ReportOffice:
    """What making a report takes."""

    store: ReportStore
    signer: Signer
    files: ReportFiles
    rulebook: Rulebook
    calendar: WorkingCalendar
    directory: Directory
    zone: ZoneInfo
    county: str
    letters: LetterStore
    room: Room
    language: str = DEFAULT.value

    @classmethod
    def of(cls, inst: Installation, files: ReportFiles, room: Room) -> "ReportOffice":
        """The office of a running installation, with its directory and calendar as they are now."""
        return cls(
            room=room,
            language=inst.report_language,
            store=inst.reports,
            letters=inst.letters,
            signer=inst.signer,
            files=files,
            rulebook=inst.rulebook,
            calendar=inst.calendar(),
            directory=inst.registry.directory(),
            zone=inst.zone,
            county=inst.county,
        )


def make_due_reports(office: ReportOffice, now: datetime) -> list[str]:
    """The scheduled run: every report the rulebook asks for whose moment has come and that is not there yet.

    Missed runs are made up. Returns the folders written. Local time of the moment: see `moment_of`.
    """
    owed = [
        period
        for name, rule in office.rulebook.reports.items()
        for period in owed_periods(office, PeriodKind(name))
        if moment_of(period, rule, office.zone) <= now
    ]
    return [period.folder for period in owed if make_report(office, period)]


def make_finished_reports(office: ReportOffice, kind: PeriodKind) -> list[str]:
    """Asked for by hand: every finished period of this kind that has no report yet, without waiting for its moment."""
    return [period.folder for period in owed_periods(office, kind) if make_report(office, period)]


def owed_periods(office: ReportOffice, kind: PeriodKind) -> list[Period]:
    """Periods whose days are all closed and whose report is not finished, oldest first."""
    days = closed_days(office.store)
    if not days:
        return []
    finished = {key.split("/")[2] for key in office.store.keys(f"reports/{kind}/") if key.endswith("/manifest.json")}
    return [period for period in periods_within(kind, days[0], days[-1]) if period.key not in finished]


def moment_of(period: Period, rule: ReportRule, zone: ZoneInfo) -> datetime:
    """When the scheduled run may make it (UTC): the rule's local time on the first such weekday after the period."""
    day = period.last + _ONE_DAY
    while rule.weekday is not None and day.isoweekday() != rule.weekday:
        day += _ONE_DAY
    local = timedelta(hours=rule.at.hour, minutes=rule.at.minute)
    return midnight(day, zone) + local


def make_report(office: ReportOffice, period: Period) -> bool:
    """Make one report; False, and nothing written, when it is finished already.

    Raises PeriodNotOverError, PeriodBeforeLedgerError, and LedgerDamagedError when the ledger is not what its manifests
    say.
    """
    store = office.store
    if store.get(f"{period.folder}/manifest.json") is not None:
        return False
    with office.room() as scratch, without_looking_for_cycles():
        begun = _begun(office, period, scratch)
        if begun is not None:
            return _finished(office, period, scratch, *begun)
    return make_report(office, period)


def _begun(office: ReportOffice, period: Period, scratch: Scratch) -> tuple[bytes, ReportMaker] | None:
    """The report's inputs, now or by an earlier run, and the period folded from the ledger files they name.

    None when another run was faster in between: its inputs count.
    """
    key = f"{period.folder}/{INPUTS}"
    content = office.store.get(key)
    if content is not None:
        return content, fold_period(office.store, period, read_inputs(content), scratch)
    fresh = _inputs(office, period)
    maker = fold_period(office.store, period, fresh, scratch)
    first = closed_days(office.store)[0]
    if period.last < first and not maker.has_letters:
        raise PeriodBeforeLedgerError(period.key, first)
    content = inputs_json(replace(fresh, excerpts=excerpt_inputs(office.letters, maker.excerpt_refs)))
    return (content, maker) if office.store.put_once(key, content, JSON) else None


def _finished(office: ReportOffice, period: Period, scratch: Scratch, content: bytes, maker: ReportMaker) -> bool:
    inputs = read_inputs(content)  # as everybody else will read it, also when it was written just now
    report = maker.report(inputs.basis, words_of(inputs))
    files = {INPUTS: hashlib.sha256(content).hexdigest()}
    for name, content_type, pieces in rendered(office.files, report):
        files[name] = store_once(office.store, scratch, f"{period.folder}/{name}", content_type, pieces)
    publish_schemas(office.store)
    manifest = signed_manifest(office.signer, manifest_fields(report, inputs.program, files))
    return office.store.put_once(f"{period.folder}/manifest.json", manifest, JSON)


def _inputs(office: ReportOffice, period: Period) -> Inputs:
    """What the report is made of: the ledger through its last day, and the day after where that is closed.

    The day after is read for stragglers. A monthly summary also excerpts letters (SF-5), once they are known.
    """
    days = closed_days(office.store)
    if not days or days[-1] < period.last:
        raise PeriodNotOverError(period.key, days[-1] if days else None)
    sources = sources_through(office.store, period.last + _ONE_DAY)
    unread = unread_files(office.store, period, sources)
    return Inputs(_basis(office, period, sources), CalendarInput.of(office.calendar), reports_code(), unread)


def _basis(office: ReportOffice, period: Period, sources: tuple[Source, ...]) -> Basis:
    book = office.rulebook
    rule = next((each for name, each in book.reports.items() if name == period.kind), None)
    return Basis(
        county=office.county,
        title=rule.title if rule else "",
        zone=office.zone.key,
        rulebook=f"{book.name}@{book.version}",
        rulebook_title=book.title,
        calendar=office.calendar.version,
        ledger=sources,
        unit_names={str(unit.id): unit.name for unit in office.directory.units.values()},
        kind_names={kind.value: each.title for kind, each in book.kinds.items()},
        in_name_of=rule.in_name_of.format(county=office.county) if rule and rule.in_name_of else "",
        clause=rule.clause if rule else None,
        trigger_names={each.id: each.text for each in book.responsibility},
        appraisal=book.appraisal,
        language=office.language,
    )
