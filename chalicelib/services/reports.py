"""Makes the reports that are owed: each once, from the closed ledger alone, signed, never rewritten.

report.json is written first and holds everything the other files show, so a run that was killed is taken up from it:
what has been added to the ledger since then does not change a report that was begun. manifest.json is written last.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter

from chalicelib.domain.directory import Directory
from chalicelib.domain.errors import DomainError
from chalicelib.domain.ledger import canonical
from chalicelib.domain.metrics.fold import Fold
from chalicelib.domain.metrics.report import Basis, Report, Source, report_of
from chalicelib.domain.periods import Period, PeriodKind, midnight, periods_within
from chalicelib.domain.rulebook import Rulebook
from chalicelib.domain.rules import ReportRule
from chalicelib.domain.working_calendar import WorkingCalendar
from chalicelib.ports import LetterStore, ReportStore, Signer
from chalicelib.services.installation import Installation
from chalicelib.services.ledger_files import JSON, closed_days, signed_manifest
from chalicelib.services.reporting.excerpts import excerpts_of
from chalicelib.services.reporting.late import LateLines
from chalicelib.services.reporting.ledger import lines_of, sources_through
from chalicelib.services.reporting.manifest import manifest_fields

_REPORT = TypeAdapter(Report)
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


class ReportFiles(Protocol):
    """Renders a report. The same report is the same bytes on every machine."""

    def html(self, report: Report) -> bytes:
        """The document to read and print."""

    def xlsx(self, report: Report) -> bytes:
        """The workbook, a sheet a table."""

    def csv(self, report: Report) -> bytes:
        """A line a letter, for programs."""


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

    @classmethod
    def of(cls, inst: Installation, files: ReportFiles) -> "ReportOffice":
        """The office of a running installation, with its directory and calendar as they are now."""
        return cls(
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

    Raises PeriodNotOverError, and LedgerDamagedError when the ledger is not what its manifests say.
    """
    store = office.store
    if store.get(f"{period.folder}/manifest.json") is not None:
        return False
    content = store.get(f"{period.folder}/report.json")
    if content is None:
        content = _write_once(store, f"{period.folder}/report.json", report_json(_folded(office, period)), JSON)
    report = _REPORT.validate_json(content)
    files = {"report.json": content}
    for name, data, content_type in _rendered(office.files, report):
        files[name] = _write_once(store, f"{period.folder}/{name}", data, content_type)
    manifest = signed_manifest(office.signer, manifest_fields(report, files))
    return store.put_once(f"{period.folder}/manifest.json", manifest, JSON)


def report_json(report: Report) -> bytes:
    """The report as canonical JSON."""
    return canonical(_REPORT.dump_python(report, mode="json"))


def _rendered(files: ReportFiles, report: Report) -> Iterator[tuple[str, bytes, str]]:
    yield "letters.csv", files.csv(report), "text/csv; charset=utf-8"
    xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    yield "report.xlsx", files.xlsx(report), xlsx
    yield "report.html", files.html(report), "text/html; charset=utf-8"


def _write_once(store: ReportStore, key: str, data: bytes, content_type: str) -> bytes:
    """Write it, or take what an earlier run has written: the manifest speaks of what lies there."""
    if store.put_once(key, data, content_type):
        return data
    return store.get(key) or data


def _folded(office: ReportOffice, period: Period) -> Report:
    """Fold the ledger through the period's last day, and the day after it where that is closed, for stragglers.

    What came too late for the report before is told of in this one. A monthly summary also excerpts letters (SF-5).
    """
    days = closed_days(office.store)
    if not days or days[-1] < period.last:
        raise PeriodNotOverError(period.key, days[-1] if days else None)
    sources = sources_through(office.store, period.last + _ONE_DAY)
    fold, late = Fold(period, office.zone, office.calendar), LateLines(office.store, period, office.zone)
    for source in sources:
        for line in lines_of(office.store, [source]):
            fold.add(line)
            late.look_at(line, source)
    folded = fold.result()
    report = report_of(folded, period, _basis(office, period, sources), late.lines)
    if period.kind is not PeriodKind.MONTHLY:
        return report
    return replace(report, excerpts=excerpts_of(office.letters, folded, period.first))


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
    )
