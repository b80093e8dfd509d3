"""Reporting periods: days, ISO weeks, months, quarters and years of the county's own calendar."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from chalicelib.domain.errors import DomainError

_ONE_DAY = timedelta(days=1)


class PeriodError(DomainError):
    """No such period: the text is no period's name, or not one of `kind`."""

    code = "no_such_period"

    def __init__(self, text: str, kind: "PeriodKind | None" = None) -> None:
        super().__init__(text, kind)
        self.text = text
        self.kind = kind

    def __str__(self) -> str:
        if self.kind is not None:
            return f"{self.text}: a {self.kind} report is named like {EXAMPLES[self.kind]}"
        return f"{self.text}: no such period; write 2026-11-21, 2026-W47, 2026-11, 2026-Q4 or 2026"


class PeriodKind(StrEnum):
    """How long a period is; also the name of its folder and of its rule in the rulebook."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    YEARLY = "yearly"


EXAMPLES = {
    PeriodKind.DAILY: "2026-11-21",
    PeriodKind.WEEKLY: "2026-W47",
    PeriodKind.MONTHLY: "2026-11",
    PeriodKind.QUARTERLY: "2026-Q4",
    PeriodKind.YEARLY: "2026",
}


@dataclass(frozen=True, slots=True)
class Period:
    """From the first through the last local date, both included. `key` is its name, as in the folder."""

    kind: PeriodKind
    key: str
    first: date
    last: date

    @property
    def folder(self) -> str:
        """Where its report lies in the bucket."""
        return f"reports/{self.kind}/{self.key}"

    def bounds(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """First instant of the period and first instant after it (UTC)."""
        return midnight(self.first, zone), midnight(self.last + _ONE_DAY, zone)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """00:00 of a local date (UTC)."""
    return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)


def week_of(day: date) -> Period:
    """The ISO week (Monday to Sunday) a local date lies in. Its year is the ISO year: 2025-12-29 is in 2026-W01."""
    year, week, weekday = day.isocalendar()
    monday = day - (weekday - 1) * _ONE_DAY
    return Period(PeriodKind.WEEKLY, f"{year:04d}-W{week:02d}", monday, monday + 6 * _ONE_DAY)


def day_of(day: date) -> Period:
    """A single day."""
    return Period(PeriodKind.DAILY, day.isoformat(), day, day)


def month_of(day: date) -> Period:
    """The calendar month a local date lies in."""
    first = day.replace(day=1)
    return Period(PeriodKind.MONTHLY, f"{day:%Y-%m}", first, _before_next(first, 1))


def quarter_of(day: date) -> Period:
    """The calendar quarter a local date lies in."""
    quarter = (day.month + 2) // 3
    first = date(day.year, 3 * quarter - 2, 1)
    return Period(PeriodKind.QUARTERLY, f"{day.year:04d}-Q{quarter}", first, _before_next(first, 3))


def year_of(day: date) -> Period:
    """The calendar year a local date lies in."""
    return Period(PeriodKind.YEARLY, f"{day.year:04d}", date(day.year, 1, 1), date(day.year, 12, 31))


PERIOD_OF = {
    PeriodKind.DAILY: day_of,
    PeriodKind.WEEKLY: week_of,
    PeriodKind.MONTHLY: month_of,
    PeriodKind.QUARTERLY: quarter_of,
    PeriodKind.YEARLY: year_of,
}


def before(period: Period) -> Period:
    """The period of the same kind that ended the day before this one began."""
    return PERIOD_OF[period.kind](period.first - _ONE_DAY)


def period_named(kind: PeriodKind, text: str) -> Period:
    """The period of this kind and name. Raises PeriodError, also for a period of another kind."""
    period = parse_period(text)
    if period.kind is not kind:
        raise PeriodError(text, kind)
    return period


def parse_period(text: str) -> Period:
    """The period of this name. Raises PeriodError for any other text, 2026-W54 and 2026-13 included."""
    try:
        if not text.isascii():
            raise PeriodError(text)
        if re.fullmatch(r"\d{4}-W\d{2}", text):
            return week_of(date.fromisocalendar(int(text[:4]), int(text[6:]), 1))
        if re.fullmatch(r"\d{4}-Q[1-4]", text):
            return quarter_of(date(int(text[:4]), 3 * int(text[6]), 1))
        if re.fullmatch(r"\d{4}-\d{2}", text):
            return month_of(date(int(text[:4]), int(text[5:]), 1))
        if re.fullmatch(r"\d{4}", text):
            return year_of(date(int(text), 1, 1))
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            return day_of(date.fromisoformat(text))
    except ValueError as error:
        raise PeriodError(text) from error
    raise PeriodError(text)


def periods_within(kind: PeriodKind, first: date, last: date) -> list[Period]:
    """Periods of this kind that begin with the one `first` lies in and have ended by `last`, oldest first."""
    periods = []
    period = PERIOD_OF[kind](first)
    while period.last <= last:
        periods.append(period)
        period = PERIOD_OF[kind](period.last + _ONE_DAY)
    return periods


def _before_next(first: date, months: int) -> date:
    month = first.month - 1 + months
    return date(first.year + month // 12, month % 12 + 1, 1) - _ONE_DAY


def parts_of(period: Period) -> list[tuple[date, date]]:
    """First and last days of what a period's course is told in: days, ISO weeks as far as they lie in it, or months."""
    if period.kind is PeriodKind.DAILY:
        return []
    pieces = {PeriodKind.WEEKLY: day_of, PeriodKind.MONTHLY: day_of, PeriodKind.QUARTERLY: week_of}
    piece = pieces.get(period.kind, month_of)
    found, day = [], period.first
    while day <= period.last:
        last = min(piece(day).last, period.last)
        found.append((day, last))
        day = last + _ONE_DAY
    return found
