"""Working days between two dates, for millions of letters: the same few stretches come again and again."""

from datetime import date
from functools import lru_cache
from typing import Protocol

from chalicelib.domain.working_calendar import WorkingCalendar

_REMEMBERED = 1 << 16
"""Stretches: more than a year has between any two of its days."""


class CountsDays(Protocol):
    """A calendar as far as figures need it."""

    def working_days_between(self, after: date, through: date, /) -> int:
        """How many working days d there are with after < d <= through; 0 when there are none."""


class DaysCounted:
    """A calendar that counts each stretch once."""

    def __init__(self, calendar: WorkingCalendar) -> None:
        self.working_days_between = lru_cache(_REMEMBERED)(calendar.working_days_between)
