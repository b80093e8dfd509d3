"""What a year will probably look like before its notice is published: the statutory festivals, moved off the weekends.

全国年节及纪念日放假办法 (in the version of its order in force that year): a festival on a Saturday or Sunday is made up
for on a working day. Where two festivals fall on one day, the notices so far (2012, 2017, 2020) granted another day as
well, and so does the estimate. It knows no make-up workdays, because nothing before the notice does.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from chalicelib.domain.notices import CalendarError

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class StatutoryFestival:
    """A festival's days off: `days` are offsets from its anchor, a `MM-DD` or the name of a date in `MovingDates`."""

    name: str
    anchor: str
    days: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """The festivals as one State Council order sets them, from `first_year` until the next order."""

    first_year: int
    festivals: tuple[StatutoryFestival, ...]


@dataclass(frozen=True, slots=True)
class MovingDates:
    """The festivals of one year that follow the moon or the sun."""

    spring_festival: date
    qingming: date
    dragon_boat: date
    mid_autumn: date

    @property
    def year(self) -> int:
        return self.spring_festival.year


@dataclass(frozen=True, slots=True)
class FestivalTable:
    """Everything an estimate needs. Without it, a calendar ends with its last notice."""

    orders: tuple[Order, ...] = ()
    moving: tuple[MovingDates, ...] = ()

    def years_from(self, first: int) -> Iterator[int]:
        """The years from `first` on that can be estimated, up to the first one missing."""
        known = {dates.year for dates in self.moving}
        while first in known:
            yield first
            first += 1

    def days_off(self, year: int) -> dict[date, str]:
        """The weekdays off in a year, with the festival each belongs to. Raises CalendarError for an unknown year."""
        statutory = sorted(self._statutory(year))
        taken: dict[date, str] = {}
        to_move: list[tuple[date, str]] = []
        for day, name in statutory:
            if day.weekday() < 5 and day not in taken:
                taken[day] = name
            else:
                to_move.append((day, name))
        for day, name in to_move:
            free = day
            while free.weekday() >= 5 or free in taken:
                free += _ONE_DAY
            taken[free] = name
        return dict(sorted(taken.items()))

    def _statutory(self, year: int) -> Iterator[tuple[date, str]]:
        moving = next((dates for dates in self.moving if dates.year == year), None)
        orders = [order for order in self.orders if order.first_year <= year]
        if moving is None or not orders:
            raise CalendarError(f"no festival dates are known for {year}")
        for festival in max(orders, key=lambda order: order.first_year).festivals:
            anchor = _anchor(festival.anchor, moving)
            for offset in festival.days:
                yield anchor + offset * _ONE_DAY, festival.name


MOVING_ANCHORS = ("spring_festival", "qingming", "dragon_boat", "mid_autumn")


def _anchor(anchor: str, moving: MovingDates) -> date:
    if anchor in MOVING_ANCHORS:
        found: date = getattr(moving, anchor)
        return found
    return date.fromisoformat(f"{moving.year}-{anchor}")


NO_FESTIVALS = FestivalTable()
