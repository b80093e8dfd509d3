"""Counting working days in constant time, over a span of days whose kinds are known."""

from array import array
from collections.abc import Mapping
from datetime import date
from itertools import accumulate, compress

from chalicelib.domain.notices import CalendarError, NamedDay


class DayTable:
    """Working days as a sorted list, and for each day how many of them lie on or before it: any count is two look-ups.

    `named` overrides Monday to Friday; days it names outside `first` to `last` are left out. `pattern` holds one byte
    a day, 1 = worked. Every method raises CalendarError when the answer, or the day asked about, is not in the span.
    """

    __slots__ = ("_base", "_rank", "_size", "_working", "pattern")

    def __init__(self, first: date, last: date, named: Mapping[date, NamedDay]) -> None:
        self._base = first.toordinal()
        self._size = last.toordinal() - self._base + 1
        weeks = bytes((1, 1, 1, 1, 1, 0, 0)) * (self._size // 7 + 2)
        worked = bytearray(weeks[first.weekday() :][: self._size])
        for day, said in named.items():
            if first <= day <= last:
                worked[day.toordinal() - self._base] = said.working
        self.pattern = bytes(worked)
        self._rank = array("I", accumulate(worked))
        days = range(self._base, self._base + self._size)
        self._working: list[date] = list(map(date.fromordinal, compress(days, worked)))

    def is_working_day(self, day: date) -> bool:
        return self.pattern[self._index(day)] == 1

    def rank(self, day: date) -> int:
        return self._rank[self._index(day)]

    def nth_after(self, day: date, n: int) -> date:
        i = day.toordinal() - self._base
        if n < 1 or i < 0:
            raise self._refusal(day, n)
        try:
            return self._working[self._rank[i] + n - 1]
        except IndexError:
            raise self._refusal(day, n) from None

    def nth_before(self, day: date, n: int) -> date:
        i = self._index(day)
        place = self._rank[i] - self.pattern[i] - n
        if n < 1 or place < 0:
            raise self._refusal(day, n)
        return self._working[place]

    def roll_forward(self, day: date) -> date:
        return day if self.is_working_day(day) else self.nth_after(day, 1)

    def _index(self, day: date) -> int:
        i = day.toordinal() - self._base
        if not 0 <= i < self._size:
            raise self._refusal(day, 1)
        return i

    def _refusal(self, day: date, n: int) -> CalendarError:
        if n < 1:
            return CalendarError(f"working days are counted from 1, not {n}")
        first, last = date.fromordinal(self._base), date.fromordinal(self._base + self._size - 1)
        return CalendarError(f"the calendar knows the days {first} to {last}; counting from {day} leaves it")
