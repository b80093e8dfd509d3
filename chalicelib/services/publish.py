"""Publishes the public page's data: statistics.json (figures of units, week, months), notices.json (notice board).

Figures are those of the running year: the closed ledger, folded once a day, and the store's journal for the days after
it. Last week may have begun in the year before: then its figures are folded from that year's first day on. Neither file
holds a subject or a tracking code; no accusation and no letter about an office is on the board.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.domain.clocks import local_date
from chalicelib.domain.directory import Directory
from chalicelib.domain.ledger import canonical, line_of
from chalicelib.domain.letter import Kind, UnitId
from chalicelib.domain.metrics.figures import Entry, Figure
from chalicelib.domain.metrics.fold import Fold, Folded
from chalicelib.domain.metrics.notices import Notice, board_of
from chalicelib.domain.metrics.public import SMALLEST_SHOWN, PublicRow, public_rows, spans
from chalicelib.domain.metrics.told import Told, told
from chalicelib.domain.periods import Period, before, month_of, week_of, year_of
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
    year, week = replace(year_of(today), last=today), before(week_of(today))
    folded, closed = _folded(office, year)
    statistics = _statistics(office, _told(folded), year, now, closed)
    reaching_back = replace(year_of(week.first), last=today)
    of_week = folded if reaching_back == year else _folded(office, reaching_back)[0]
    statistics["last_week"] = _week(_told(of_week), week)
    files = {STATISTICS: statistics, NOTICES: _notices(office, board_of(folded), now)}
    for key, value in files.items():
        office.store.put(key, canonical(value), JSON)
    return list(files)


def _folded(office: PublicOffice, span: Period) -> tuple[Folded, date | None]:
    """From the first day of a year through today; and the last closed day."""
    closed = closed_so_far(office.store, span.first, span.last, office.zone, office.calendar)
    fold = Fold(span, office.zone, office.calendar, closed.progress)
    fold.add_all(_events_after(office, closed.through, span.last))
    return fold.result(), closed.through


def _told(folded: Folded) -> list[Entry]:
    """What counts in public: no accusation."""
    return [entry for entry in folded.entries if entry.kind != Kind.ACCUSATION]


def _events_after(office: PublicOffice, closed: date | None, today: date) -> Iterator[Told]:
    """The journal of each day after the last closed one. Without a closed day: of the last week at most."""
    day = closed + _ONE_DAY if closed else today - 7 * _ONE_DAY
    while day <= today:
        for event in office.letters.journal(day):
            yield told(line_of(event))
        day += _ONE_DAY


def _statistics(
    office: PublicOffice, entries: list[Entry], year: Period, now: datetime, closed: date | None
) -> dict[str, Any]:
    months = [month_of(year.first.replace(month=number)) for number in range(1, year.last.month + 1)]
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
        "months": [
            {"month": month.key, **_span(row)} for month, row in zip(months, spans(entries, months), strict=True)
        ],
        "note": _NOTE,
        "smallest_shown": SMALLEST_SHOWN,
    }


def _week(entries: list[Entry], week: Period) -> dict[str, Any]:
    """The last whole week, Monday to Sunday."""
    [row] = spans(entries, [week])
    return {"week": week.key, "from": week.first.isoformat(), "through": week.last.isoformat(), **_span(row)}


def _span(row: PublicRow) -> dict[str, Any]:
    """The county's figures of a part of the year: what happened in it."""
    return {
        "received": row.counts[Figure.RECEIVED],
        "answered": row.counts[Figure.ANSWERED],
        "on_time_rate": row.on_time_rate,
        "mean_days": row.mean_days,
        "satisfaction": row.mean_score,
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
