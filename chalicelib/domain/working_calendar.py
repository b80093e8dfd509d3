"""Legal working days of the People's Republic of China: the one place that says when a time limit ends.

Civil Code 201: the starting day is not counted. 203: a last day that is a rest day gives way to the next working day
(the actual rest day, after 调休); the last day ends at 24:00. All dates are local dates of the county's zone: whoever
calls has turned instants into dates already.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType

from chalicelib.domain.day_count import DayCounted, KindOfDay, Why, count_days
from chalicelib.domain.day_table import DayTable
from chalicelib.domain.estimate import NO_FESTIVALS, FestivalTable
from chalicelib.domain.limit import CountedIn, Limit
from chalicelib.domain.notices import LAST_CERTAIN_DAY, CalendarError, NamedDay, Notice, in_order, merge

__all__ = ["CalendarError", "DayCounted", "Due", "Notice", "Why", "WorkingCalendar"]

_ONE_DAY = timedelta(days=1)
_NO_OWN_DAYS: Mapping[date, bool] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Due:
    """When a limit ends, at 24:00 of the day.

    `on` is what people are told. It is `provisional` when it lies past the last published notice; then `earliest` and
    `latest` span the estimate with and without festivals (remind on the first, urge on the second). A notice may
    still move the date outside that span by a make-up workday.
    """

    on: date
    earliest: date
    latest: date
    provisional: bool


class WorkingCalendar:
    """Immutable. Answers for every day from `first_day` to `last_day`; asked about others it raises CalendarError."""

    __slots__ = (
        "_estimated",
        "_festivals",
        "_named",
        "_notices",
        "_own_days",
        "_plain",
        "certain_through",
        "first_day",
        "last_day",
        "version",
    )

    version: str
    """Readable, derived from the days themselves: it changes when, and only when, any day or its certainty changes."""
    first_day: date
    """1 January of the first published year."""
    certain_through: date
    """28 December of the last published year: the next notice may still change the days after it."""
    last_day: date
    """The last day of the last year that can be estimated."""

    def __init__(self, notices: Iterable[Notice], own_days: Mapping[date, bool], festivals: FestivalTable) -> None:
        self._notices = in_order(notices)
        self._own_days = MappingProxyType(dict(own_days))
        self._festivals = festivals
        first_year, last_year = _published_years(self._notices)
        self.first_day = date(first_year, 1, 1)
        self.certain_through = date(last_year, *LAST_CERTAIN_DAY)
        estimates: dict[date, NamedDay] = {}
        for year in festivals.years_from(last_year + 1):
            last_year = year
            estimates |= {day: NamedDay(False, name) for day, name in festivals.days_off(year).items()}
        self.last_day = date(last_year, 12, 31)
        published = merge(self._notices)
        self._named = estimates | published
        own = {day: NamedDay(working, "") for day, working in self._own_days.items()}
        self._estimated = DayTable(self.first_day, self.last_day, self._named | own)
        self._plain = DayTable(self.first_day, self.last_day, published | own)
        self.version = f"cn-{self._notices[-1].published_on}.{self._fingerprint()}"

    @classmethod
    def from_notices(
        cls,
        notices: Iterable[Notice],
        own_days: Mapping[date, bool] = _NO_OWN_DAYS,
        festivals: FestivalTable = NO_FESTIVALS,
    ) -> "WorkingCalendar":
        """The calendar of these notices. `own_days` (true = worked) are the county's own and win over everything.

        Without `festivals` nothing past the last published year can be counted. Raises CalendarError when there is no
        notice at all, or none for a year in between.
        """
        return cls(notices, own_days, festivals)

    @property
    def notices(self) -> tuple[Notice, ...]:
        """The notices it is made of, in the order of their publication."""
        return self._notices

    @property
    def own_days(self) -> Mapping[date, bool]:
        """The county's own days: true for one it works."""
        return self._own_days

    @property
    def festivals(self) -> FestivalTable:
        """What years without a notice are estimated from."""
        return self._festivals

    def as_known_on(self, day: date) -> "WorkingCalendar":
        """This calendar with only the notices published on or before `day`."""
        known = [notice for notice in self._notices if notice.published_on <= day]
        return WorkingCalendar(known, self._own_days, self._festivals)

    def is_working_day(self, day: date) -> bool:
        """Whether the day is worked: by the notices, or past them by the estimate."""
        return self._estimated.is_working_day(day)

    def nth_working_day_after(self, day: date, n: int) -> date:
        """The n-th working day after `day` (n >= 1), `day` itself not counted."""
        return self._estimated.nth_after(day, n)

    def nth_working_day_before(self, day: date, n: int) -> date:
        """The n-th working day before `day` (n >= 1), `day` itself not counted."""
        return self._estimated.nth_before(day, n)

    def working_days_between(self, after: date, through: date) -> int:
        """How many working days d there are with after < d <= through; 0 when there are none."""
        return max(0, self._estimated.rank(through) - self._estimated.rank(after))

    def roll_forward(self, day: date) -> date:
        """The day itself when it is worked, else the next working day."""
        return self._estimated.roll_forward(day)

    def due(self, start: date, limit: Limit) -> Due:
        """When a limit ends that began on the local date `start` (day 0).

        Raises CalendarError when the count leaves the calendar, for a negative number, for 0 working days, and for a
        datetime in place of a date (its date in UTC need not be the county's).
        """
        if isinstance(start, datetime):
            raise CalendarError("a limit is counted from a local date, not from an instant")
        on = _last_day(self._estimated, start, limit)
        if on <= self.certain_through or limit.counted_in is CountedIn.MINUTES:
            return Due(on, on, on, provisional=False)
        plain = _last_day(self._plain, start, limit)
        return Due(on, min(on, plain), max(on, plain), provisional=True)

    def trace(self, start: date, limit: Limit, due_on: date) -> tuple[DayCounted, ...]:
        """The receipt: every day from `start` to `due_on`, both included, counted or not, and why."""
        return tuple(count_days(self.kind_of, start, limit, due_on))

    def kind_of(self, day: date) -> KindOfDay:
        """What kind of day it is by itself, as the receipt words it."""
        working = self._estimated.is_working_day(day)
        if day in self._own_days:
            return KindOfDay(working, Why.OWN_WORKDAY if working else Why.OWN_DAY_OFF, estimated=False)
        said = self._named.get(day)
        if said is None:
            why: str = Why.WORKING_DAY if working else Why.WEEKEND
        else:
            why = f"{Why.MAKE_UP_WORKDAY if said.working else Why.FESTIVAL}:{said.festival}"
        return KindOfDay(working, why, estimated=day > self.certain_through)

    def _fingerprint(self) -> str:
        digest = hashlib.sha256(f"{self.first_day}/{self.certain_through}/{self.last_day}".encode())
        digest.update(self._estimated.pattern)
        digest.update(self._plain.pattern)
        return digest.hexdigest()[:6]


def _last_day(table: DayTable, start: date, limit: Limit) -> date:
    if limit.number < 0:
        raise CalendarError(f"a limit cannot have {limit.number} days")
    match limit.counted_in:
        case CountedIn.WORKING_DAYS:
            return table.nth_after(start, limit.number)
        case CountedIn.CALENDAR_DAYS:
            table.rank(start)  # refuses a start before the calendar, even where the last day lies in it
            return table.roll_forward(start + limit.number * _ONE_DAY)
        case CountedIn.SAME_DAY:
            return table.roll_forward(start)
        case CountedIn.MINUTES:
            table.rank(start)
            return start


def _published_years(notices: tuple[Notice, ...]) -> tuple[int, int]:
    years = {notice.schedule_year for notice in notices}
    if not years:
        raise CalendarError("no notice is known")
    missing = set(range(min(years), max(years))) - years
    if missing:
        raise CalendarError(f"no notice is known for {', '.join(map(str, sorted(missing)))}")
    return min(years), max(years)
