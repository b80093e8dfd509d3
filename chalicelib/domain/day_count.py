"""The receipt of a time limit: every day from the start to the due date, counted or not, and why.

A reason is a stable code, kept with letters and shown in many languages; words are chosen where it is shown. It is
`[estimated_]<Why>[:detail]`, for instance `festival:春节`, `estimated_festival:元旦`, `rolled_from:weekend`.
`estimated_` marks days no notice has spoken about yet.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from chalicelib.domain.limit import CountedIn, Limit

ESTIMATED = "estimated_"
_ONE_DAY = timedelta(days=1)


class Why(StrEnum):
    """Why a day counts or does not.

    Every kind of day: `working_day`, `make_up_workday` (a rest day worked by notice; detail: the festival),
    `own_workday` and `own_day_off` (the county's own), `weekend`, `festival` (detail: its name).
    In a count: `starting_day` (never counted), `calendar_day` (counted whatever it is), `at_once` (due on this very
    day), `rolled_from` (the last day, but a rest day; detail: what kind), `rolled_to` (the working day the last day
    moved to), `past_limit` (after the last day, because the due date was kept later for another reason).
    """

    WORKING_DAY = "working_day"
    MAKE_UP_WORKDAY = "make_up_workday"
    OWN_WORKDAY = "own_workday"
    WEEKEND = "weekend"
    FESTIVAL = "festival"
    OWN_DAY_OFF = "own_day_off"
    STARTING_DAY = "starting_day"
    CALENDAR_DAY = "calendar_day"
    AT_ONCE = "at_once"
    ROLLED_FROM = "rolled_from"
    ROLLED_TO = "rolled_to"
    PAST_LIMIT = "past_limit"


@dataclass(frozen=True, slots=True)
class DayCounted:
    """One line of the receipt."""

    date: date
    counted: bool
    why: str


@dataclass(frozen=True, slots=True)
class KindOfDay:
    """A day by itself: whether it is worked, why, and whether that is only an estimate."""

    working: bool
    why: str
    estimated: bool

    def line(self, day: date, counted: bool, why: str | None = None) -> DayCounted:
        return DayCounted(day, counted, (ESTIMATED if self.estimated else "") + (why or self.why))


KindOf = Callable[[date], KindOfDay]


def count_days(kind_of: KindOf, start: date, limit: Limit, due_on: date) -> Iterator[DayCounted]:
    """The lines of the receipt from `start` to `due_on`, both included.

    As many lines are counted as the limit's number says (one for `same_day` and `minutes`), unless `due_on` cuts
    them off.
    """
    match limit.counted_in:
        case CountedIn.WORKING_DAYS:
            return _working_days(kind_of, start, limit.number, due_on)
        case CountedIn.MINUTES:
            return _at_once(kind_of, start, due_on)
        case CountedIn.SAME_DAY:
            return _calendar_days(kind_of, start, 0, due_on)
        case CountedIn.CALENDAR_DAYS:
            return _calendar_days(kind_of, start, limit.number, due_on)


def _working_days(kind_of: KindOf, start: date, number: int, due_on: date) -> Iterator[DayCounted]:
    counted = 0
    for day in _days(start, due_on):
        kind = kind_of(day)
        if day == start:
            yield kind.line(day, False, Why.STARTING_DAY)
        elif counted == number:
            yield kind.line(day, False, Why.PAST_LIMIT)
        else:
            counted += kind.working
            yield kind.line(day, kind.working)


def _calendar_days(kind_of: KindOf, start: date, number: int, due_on: date) -> Iterator[DayCounted]:
    """Civil Code 203: a last day that is a rest day gives way to the next working day."""
    last_day = start + number * _ONE_DAY
    rolled_to: date | None = None
    for day in _days(start, due_on):
        kind = kind_of(day)
        if day < last_day:
            yield kind.line(day, day > start, Why.CALENDAR_DAY if day > start else Why.STARTING_DAY)
        elif day == last_day:
            rolled_to = day if kind.working else None
            own = kind.why if number == 0 else Why.CALENDAR_DAY
            yield kind.line(day, kind.working or number > 0, own if kind.working else f"{Why.ROLLED_FROM}:{kind.why}")
        elif rolled_to is None:
            rolled_to = day if kind.working else None
            yield kind.line(day, kind.working and number == 0, Why.ROLLED_TO if kind.working else None)
        else:
            yield kind.line(day, False, Why.PAST_LIMIT)


def _at_once(kind_of: KindOf, start: date, due_on: date) -> Iterator[DayCounted]:
    for day in _days(start, due_on):
        yield kind_of(day).line(day, day == start, Why.AT_ONCE if day == start else Why.PAST_LIMIT)


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += _ONE_DAY
