"""The calendar, day by day, against two packages that other people made from the same notices."""

from datetime import date, timedelta

import chinese_calendar
import holidays
import pytest

from chalicelib.adapters.calendar_files import read_festival_table, shipped_calendar

CALENDAR = shipped_calendar()
TABLE = read_festival_table()
MADE_UP_OVERLAPS = {date(2028, 10, 5), date(2031, 10, 6)}
"""Mid-Autumn falls on National Day's days: the notices so far granted another day, `holidays` does not guess one."""


def days_of(first_year: int, last_year: int) -> list[date]:
    first, last = date(first_year, 1, 1), date(last_year, 12, 31)
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def in_china(first_year: int, last_year: int) -> holidays.HolidayBase:
    return holidays.country_holidays("CN", years=range(first_year, last_year + 2), language="zh_CN")


@pytest.mark.parametrize("year", range(2008, 2027))
def test_every_published_day_agrees_with_chinesecalendar(year: int) -> None:
    differing = [day for day in days_of(year, year) if CALENDAR.is_working_day(day) != chinese_calendar.is_workday(day)]
    assert differing == []


@pytest.mark.parametrize("year", range(2008, 2027))
def test_every_published_day_agrees_with_holidays(year: int) -> None:
    theirs = in_china(year, year)
    differing = [day for day in days_of(year, year) if CALENDAR.is_working_day(day) != theirs.is_working_day(day)]
    assert differing == []


def test_every_estimated_day_agrees_with_holidays_but_for_festivals_that_fall_on_each_other() -> None:
    theirs = in_china(2027, 2040)
    differing = {day for day in days_of(2027, 2040) if CALENDAR.is_working_day(day) != theirs.is_working_day(day)}
    assert differing == MADE_UP_OVERLAPS
    assert not any(CALENDAR.is_working_day(day) for day in MADE_UP_OVERLAPS)


@pytest.mark.parametrize("year", range(2008, 2041))
def test_the_lunar_festivals_and_qingming_fall_where_holidays_has_them(year: int) -> None:
    theirs = in_china(year, year)
    dates = next(moving for moving in TABLE.moving if moving.year == year)
    assert dates.spring_festival == min(theirs.get_named("春节", lookup="exact"))
    for name, ours in (("清明节", dates.qingming), ("端午节", dates.dragon_boat), ("中秋节", dates.mid_autumn)):
        assert name in theirs.get_list(ours)


@pytest.mark.parametrize("year", range(2008, 2041))
def test_an_estimate_gives_exactly_the_days_off_its_order_grants(year: int) -> None:
    """11 days off on weekdays, 13 since 2025: nothing is lost on a weekend or where two festivals meet."""
    off = TABLE.days_off(year)
    assert len(off) == (13 if year >= 2025 else 11)
    assert all(day.weekday() < 5 and day.year == year for day in off)
