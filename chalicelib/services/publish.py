"""Publishes the public page's data: statistics.json (figures by unit) and notices.json (the notice board).

Figures are those of the running year: the closed ledger, folded once a day, and the store's journal for the days after
it. Neither file holds a subject or a tracking code; no accusation and no letter about an office is on the board.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.domain.clocks import local_date
from chalicelib.domain.directory import Directory
from chalicelib.domain.ledger import canonical, line_of
from chalicelib.domain.letter import Kind, UnitId
from chalicelib.domain.metrics.figures import Figure
from chalicelib.domain.metrics.fold import Fold, Folded
from chalicelib.domain.metrics.notices import Notice, board_of
from chalicelib.domain.metrics.public import SMALLEST_SHOWN, PublicRow, public_rows
from chalicelib.domain.periods import Period, PeriodKind
from chalicelib.domain.rulebook import Rulebook
from chalicelib.domain.working_calendar import WorkingCalendar
from chalicelib.ports import LetterStore, ReportStore
from chalicelib.services.installation import Installation
from chalicelib.services.ledger_files import JSON
from chalicelib.services.reporting.kept import closed_so_far

STATISTICS = "site/data/statistics.json"
NOTICES = "site/data/notices.json"
PUBLIC_SCHEMA = 1
_NOTE = f"数字在1至{SMALLEST_SHOWN - 1}之间的不公开（显示为空），可由其他数字推算出来的也不公开；举报件不计入。"
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PublicOffice:
    """What publishing takes."""

    store: ReportStore
    letters: LetterStore
    rulebook: Rulebook
    calendar: WorkingCalendar
    directory: Directory
    zone: ZoneInfo
    county: str

    @classmethod
    def of(cls, inst: Installation) -> "PublicOffice":
        """The office of a running installation, with its directory and calendar as they are now."""
        return cls(
            inst.reports,
            inst.letters,
            inst.rulebook,
            inst.calendar(),
            inst.registry.directory(),
            inst.zone,
            inst.county,
        )


def publish(office: PublicOffice, now: datetime) -> list[str]:
    """Write both files anew; returns their keys. Raises LedgerDamagedError, and then writes neither.

    Reads the events of the days after the last one folded before: once a day that day's, else those of today.
    """
    today = local_date(now, office.zone)
    year = Period(PeriodKind.YEARLY, f"{today.year:04d}", today.replace(month=1, day=1), today)
    closed = closed_so_far(office.store, today, office.zone, office.calendar)
    fold = Fold(year, office.zone, office.calendar, closed.progress)
    fold.add_all(_events_after(office, closed.through, today))
    folded = fold.result()
    statistics = _statistics(office, folded, year, now, closed.through)
    files = {STATISTICS: statistics, NOTICES: _notices(office, board_of(folded), now)}
    for key, value in files.items():
        office.store.put(key, canonical(value), JSON)
    return list(files)


def _events_after(office: PublicOffice, closed: date | None, today: date) -> Iterator[dict[str, Any]]:
    """The journal of each day after the last closed one. Without a closed day: of the last week at most."""
    day = closed + _ONE_DAY if closed else today - 7 * _ONE_DAY
    while day <= today:
        for event in office.letters.journal(day):
            yield line_of(event)
        day += _ONE_DAY


def _statistics(
    office: PublicOffice, folded: Folded, year: Period, now: datetime, closed: date | None
) -> dict[str, Any]:
    entries = [entry for entry in folded.entries if entry.kind != Kind.ACCUSATION]
    total, units = public_rows(entries, office.rulebook.appraisal)
    return {
        "schema": PUBLIC_SCHEMA,
        "county": office.county,
        "as_of": _local(now, office.zone),
        "period": year.key,
        "from": year.first.isoformat(),
        "through": year.last.isoformat(),
        "closed_through": closed.isoformat() if closed else None,
        "total": _row(office, total),
        "units": [_row(office, row) for row in units if row.handles],
        "note": _NOTE,
    }


def _row(office: PublicOffice, row: PublicRow) -> dict[str, Any]:
    """`letters`: those given to the unit; of the county, those that came in."""
    letters = row.counts[Figure.RECEIVED if row.unit is None else Figure.ASSIGNED]
    return {
        "unit": row.unit,
        "name": office.county if row.unit is None else _unit_name(office, row.unit),
        "letters": letters,
        **{figure.value: count for figure, count in row.counts.items()},
        "answer_rate": row.answer_rate,
        "on_time_rate": row.on_time_rate,
        "mean_days": row.mean_days,
        "satisfaction": row.mean_score,
        **({"score": row.score, "rank": row.rank} if office.rulebook.appraisal and row.unit else {}),
    }


def _notices(office: PublicOffice, board: tuple[Notice, ...], now: datetime) -> dict[str, Any]:
    return {
        "schema": PUBLIC_SCHEMA,
        "county": office.county,
        "as_of": _local(now, office.zone),
        "notices": [_notice(office, notice) for notice in board],
    }


def _notice(office: PublicOffice, notice: Notice) -> dict[str, Any]:
    rule = office.rulebook.kinds.get(Kind(notice.letter_kind))
    return {
        "kind": notice.kind.value,
        "number": notice.number,
        "letter_kind": notice.letter_kind,
        "letter_kind_name": rule.title if rule else notice.letter_kind,
        "unit": notice.unit,
        "unit_name": _unit_name(office, notice.unit),
        "date": notice.on.isoformat(),
        "due_on": notice.due_on.isoformat() if notice.due_on else None,
        "overdue_days": notice.overdue_days,
        **({"measure": notice.measure} if notice.measure else {}),
    }


def _unit_name(office: PublicOffice, unit: str) -> str:
    known = office.directory.units.get(UnitId(unit))
    return known.name if known else unit


def _local(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).isoformat(timespec="seconds")
