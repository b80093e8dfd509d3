"""A time limit as data: so many units, counted in a certain way."""

from dataclasses import dataclass
from enum import StrEnum


class CountedIn(StrEnum):
    """How a limit is counted (Civil Code 201-204 for all of them: the starting day is day 0).

    `working_days`: the n-th legal working day after the start, make-up workdays included.
    `calendar_days`: the n-th day, moved to the next working day when it is a rest day.
    `same_day`: the starting day itself, or the next working day when that is a rest day.
    `minutes`: at once; due on the starting day itself, whatever day it is.
    """

    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"
    SAME_DAY = "same_day"
    MINUTES = "minutes"


@dataclass(frozen=True, slots=True)
class Limit:
    """`number` units of `counted_in`; the number is ignored for `same_day`."""

    number: int
    counted_in: CountedIn
