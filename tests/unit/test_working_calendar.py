"""When time limits end: the law's table of dates, row by row, and the edges of what the calendar knows."""

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from chalicelib.adapters.calendar_files import read_festival_table, read_notices, shipped_calendar
from chalicelib.domain.limit import CountedIn, Limit
from chalicelib.domain.working_calendar import CalendarError, Due, WorkingCalendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
CALENDAR = shipped_calendar()


def working_days(number: int) -> Limit:
    return Limit(number, CountedIn.WORKING_DAYS)


def calendar_days(number: int) -> Limit:
    return Limit(number, CountedIn.CALENDAR_DAYS)


SAME_DAY = Limit(0, CountedIn.SAME_DAY)
AT_ONCE = Limit(30, CountedIn.MINUTES)


@pytest.mark.parametrize(
    ("received", "number", "due_on"),
    [
        pytest.param("2026-11-20T10:00:00+08:00", 5, "2026-11-27", id="a Friday morning"),
        pytest.param("2026-11-20T23:59:59+08:00", 5, "2026-11-27", id="the last second of a Friday"),
        pytest.param("2026-11-20T16:00:00+00:00", 5, "2026-11-27", id="Friday in UTC, Saturday 00:00 here"),
        pytest.param("2026-11-21T09:00:00+08:00", 1, "2026-11-23", id="a Saturday, 1 day"),
        pytest.param("2026-11-21T09:00:00+08:00", 10, "2026-12-04", id="a Saturday, 10 days"),
        pytest.param("2026-09-18T09:00:00+08:00", 2, "2026-09-21", id="over a make-up Sunday"),
        pytest.param("2026-09-19T09:00:00+08:00", 1, "2026-09-20", id="due on a make-up Sunday"),
        pytest.param("2026-09-20T09:00:00+08:00", 2, "2026-09-22", id="on a make-up Sunday, 2 days"),
        pytest.param("2026-09-20T09:00:00+08:00", 5, "2026-09-28", id="on a make-up Sunday, over Mid-Autumn"),
        pytest.param("2026-09-30T09:00:00+08:00", 2, "2026-10-09", id="over National Day, 2 days"),
        pytest.param("2026-09-30T09:00:00+08:00", 3, "2026-10-10", id="over National Day, due on a make-up Saturday"),
        pytest.param("2026-09-30T09:00:00+08:00", 5, "2026-10-13", id="over National Day and its make-up Saturday"),
        pytest.param("2026-10-09T23:59:00+08:00", 1, "2026-10-10", id="the minute before a make-up Saturday"),
        pytest.param("2026-10-10T00:00:00+08:00", 1, "2026-10-12", id="the first minute of a make-up Saturday"),
        pytest.param("2026-02-13T09:00:00+08:00", 2, "2026-02-24", id="over Spring Festival, 2 days"),
        pytest.param("2026-02-13T09:00:00+08:00", 5, "2026-02-27", id="over Spring Festival, 5 days"),
        pytest.param("2026-02-13T09:00:00+08:00", 6, "2026-02-28", id="over Spring Festival to a make-up Saturday"),
        pytest.param("2026-02-14T09:00:00+08:00", 10, "2026-03-06", id="on a make-up Saturday before Spring Festival"),
        pytest.param("2025-12-31T09:00:00+08:00", 2, "2026-01-05", id="over New Year, with a make-up Sunday"),
        pytest.param("2026-09-01T09:00:00+08:00", 30, "2026-10-19", id="30 days over both autumn festivals"),
    ],
)
def test_a_limit_in_working_days_ends_on_the_nth_working_day_after_the_local_date(
    received: str, number: int, due_on: str
) -> None:
    start = datetime.fromisoformat(received).astimezone(SHANGHAI).date()
    due = date.fromisoformat(due_on)
    assert CALENDAR.due(start, working_days(number)) == Due(due, due, due, provisional=False)


@pytest.mark.parametrize(
    ("start", "number", "known_on", "due_on"),
    [
        pytest.param("2018-12-28", 1, "2018-12-05", "2018-12-31", id="the day before the notice for 2019"),
        pytest.param("2018-12-28", 1, "2018-12-06", "2018-12-29", id="with the notice for 2019: Saturday is worked"),
        pytest.param("2019-04-30", 2, "2019-03-21", "2019-05-03", id="Labour Day 2019 as first published"),
        pytest.param("2019-04-30", 2, "2019-03-22", "2019-05-06", id="Labour Day 2019 as revised"),
        pytest.param("2020-01-23", 5, "2020-01-26", "2020-02-05", id="Spring Festival 2020 as first published"),
        pytest.param("2020-01-23", 5, "2020-01-27", "2020-02-07", id="Spring Festival 2020 as revised"),
        pytest.param("2015-09-02", 1, "2015-05-12", "2015-09-03", id="3 September 2015 before it became a holiday"),
        pytest.param("2015-09-02", 1, "2015-05-13", "2015-09-06", id="3 September 2015 a holiday, Sunday worked"),
    ],
)
def test_a_due_date_is_what_the_notices_known_on_a_day_make_it(
    start: str, number: int, known_on: str, due_on: str
) -> None:
    calendar = CALENDAR.as_known_on(date.fromisoformat(known_on))
    assert calendar.due(date.fromisoformat(start), working_days(number)).on == date.fromisoformat(due_on)


def test_a_due_date_past_the_last_notice_is_provisional_and_spans_both_estimates() -> None:
    due = CALENDAR.due(date(2026, 11, 20), working_days(30))
    assert due == Due(date(2027, 1, 4), earliest=date(2027, 1, 1), latest=date(2027, 1, 4), provisional=True)


@pytest.mark.parametrize(
    ("start", "due_on"),
    [
        pytest.param("2026-09-21", "2026-10-08", id="the last day lies in National Day: moved"),
        pytest.param("2026-09-25", "2026-10-10", id="the last day is a make-up Saturday: not moved"),
        pytest.param("2026-02-01", "2026-02-24", id="the last day lies in Spring Festival: moved"),
        pytest.param("2026-11-02", "2026-11-17", id="the last day is an ordinary Tuesday: not moved"),
        pytest.param("2026-11-06", "2026-11-23", id="the last day is an ordinary Saturday: moved"),
    ],
)
def test_a_limit_in_calendar_days_moves_to_a_working_day_only_when_its_last_day_is_a_rest_day(
    start: str, due_on: str
) -> None:
    assert CALENDAR.due(date.fromisoformat(start), calendar_days(15)).on == date.fromisoformat(due_on)


@pytest.mark.parametrize(
    ("start", "same_day", "at_once"),
    [
        pytest.param("2026-11-20", "2026-11-20", "2026-11-20", id="a working day"),
        pytest.param("2026-11-21", "2026-11-23", "2026-11-21", id="a Saturday"),
        pytest.param("2026-09-20", "2026-09-20", "2026-09-20", id="a make-up Sunday"),
        pytest.param("2026-10-01", "2026-10-08", "2026-10-01", id="National Day"),
    ],
)
def test_same_day_waits_for_a_working_day_and_at_once_does_not(start: str, same_day: str, at_once: str) -> None:
    assert CALENDAR.due(date.fromisoformat(start), SAME_DAY).on == date.fromisoformat(same_day)
    assert CALENDAR.due(date.fromisoformat(start), AT_ONCE).on == date.fromisoformat(at_once)


def test_28_december_is_the_last_certain_day() -> None:
    """Notices have changed 29, 30 and 31 December of the year before, so these days are not certain yet."""
    assert CALENDAR.certain_through == date(2026, 12, 28)
    on_it = CALENDAR.due(date(2026, 12, 25), working_days(1))
    after_it = CALENDAR.due(date(2026, 12, 25), working_days(2))
    assert (on_it.on, on_it.provisional) == (date(2026, 12, 28), False)
    assert (after_it.on, after_it.provisional) == (date(2026, 12, 29), True)


def test_what_is_due_at_once_is_never_provisional() -> None:
    assert CALENDAR.due(date(2026, 12, 31), AT_ONCE).provisional is False


def test_a_calendar_day_limit_past_the_last_notice_is_provisional_even_on_a_weekday() -> None:
    due = CALENDAR.due(date(2027, 1, 11), calendar_days(15))
    assert due == Due(date(2027, 1, 26), date(2027, 1, 26), date(2027, 1, 26), provisional=True)


def test_a_year_without_a_notice_has_the_expected_248_working_days() -> None:
    assert CALENDAR.working_days_between(date(2026, 12, 31), date(2027, 12, 31)) == 248


@pytest.mark.parametrize("limit", [working_days(1), calendar_days(400), SAME_DAY, AT_ONCE])
def test_a_start_before_the_first_notice_is_refused(limit: Limit) -> None:
    assert CALENDAR.first_day == date(2008, 1, 1)
    with pytest.raises(CalendarError, match="2008-01-01"):
        CALENDAR.due(date(2007, 12, 31), limit)


@pytest.mark.parametrize("limit", [working_days(30), calendar_days(30)])
def test_a_count_that_leaves_the_calendar_is_refused_and_never_cut_short(limit: Limit) -> None:
    with pytest.raises(CalendarError, match="2040-12-31"):
        CALENDAR.due(date(2040, 12, 14), limit)


def test_questions_about_days_outside_the_calendar_are_refused() -> None:
    the_day_before, long_before, the_day_after = date(2007, 12, 31), date(1995, 6, 1), date(2041, 1, 1)
    for outside in (the_day_before, long_before, the_day_after):
        with pytest.raises(CalendarError):
            CALENDAR.is_working_day(outside)
        with pytest.raises(CalendarError):
            CALENDAR.roll_forward(outside)
        with pytest.raises(CalendarError):
            CALENDAR.nth_working_day_after(outside, 1)
        with pytest.raises(CalendarError):
            CALENDAR.working_days_between(date(2026, 1, 1), outside)
    with pytest.raises(CalendarError):
        CALENDAR.nth_working_day_before(date(2008, 1, 2), 1)


@pytest.mark.parametrize("limit", [working_days(0), working_days(-1), calendar_days(-1)])
def test_a_limit_of_no_working_days_or_of_a_negative_number_is_refused(limit: Limit) -> None:
    with pytest.raises(CalendarError):
        CALENDAR.due(date(2026, 11, 20), limit)


def test_an_instant_in_place_of_a_local_date_is_refused() -> None:
    """Its date in UTC may be the day before the county's date: a silent wrong count."""
    with pytest.raises(CalendarError, match="local date"):
        CALENDAR.due(datetime(2026, 11, 20, 16, tzinfo=UTC), working_days(5))


def test_a_countys_own_days_win_over_the_notices_and_the_estimate() -> None:
    own = {date(2026, 10, 16): False, date(2026, 10, 17): True, date(2027, 1, 4): False}
    calendar = shipped_calendar(own)
    assert not calendar.is_working_day(date(2026, 10, 16))
    assert calendar.due(date(2026, 10, 15), working_days(1)).on == date(2026, 10, 17)
    assert calendar.due(date(2026, 11, 20), working_days(30)).on == date(2027, 1, 5)


def test_own_days_move_both_ends_of_a_provisional_span() -> None:
    due = shipped_calendar({date(2026, 11, 25): False}).due(date(2026, 11, 20), working_days(30))
    assert (due.earliest, due.on, due.latest) == (date(2027, 1, 4), date(2027, 1, 5), date(2027, 1, 5))


def test_own_days_stay_when_the_calendar_is_set_back() -> None:
    calendar = shipped_calendar({date(2019, 4, 30): False}).as_known_on(date(2019, 3, 21))
    assert calendar.due(date(2019, 4, 29), working_days(1)).on == date(2019, 5, 2)


def test_the_version_names_the_newest_notice_and_changes_with_any_day() -> None:
    assert CALENDAR.version.startswith("cn-2025-11-04.")
    assert shipped_calendar().version == CALENDAR.version
    a_day_off = shipped_calendar({date(2026, 11, 25): False})
    a_day_off_later = shipped_calendar({date(2030, 11, 25): False})
    versions = {CALENDAR.version, a_day_off.version, a_day_off_later.version}
    assert len(versions) == 3


def test_the_version_changes_with_an_estimated_festival() -> None:
    table = read_festival_table()
    moved = tuple(
        replace(dates, dragon_boat=date(2027, 6, 10)) if dates.year == 2027 else dates for dates in table.moving
    )
    changed = WorkingCalendar.from_notices(read_notices(), {}, replace(table, moving=moved))
    assert changed.version != CALENDAR.version


def test_an_own_day_that_changes_nothing_leaves_the_version_as_it_is() -> None:
    assert shipped_calendar({date(2026, 11, 21): False}).version == CALENDAR.version


def test_a_calendar_without_festival_dates_ends_with_its_last_year() -> None:
    calendar = WorkingCalendar.from_notices(read_notices())
    assert calendar.last_day == date(2026, 12, 31)
    with pytest.raises(CalendarError, match="2026-12-31"):
        calendar.due(date(2026, 11, 20), working_days(30))


def test_nothing_is_counted_before_the_first_notice_was_published() -> None:
    with pytest.raises(CalendarError, match="no notice"):
        CALENDAR.as_known_on(date(2007, 1, 1))


def test_a_missing_year_between_two_notices_is_refused() -> None:
    notices = [notice for notice in read_notices() if notice.schedule_year != 2021]
    with pytest.raises(CalendarError, match="2021"):
        WorkingCalendar.from_notices(notices)


def test_the_newest_notice_has_not_run_out() -> None:
    """Fails from 28 December of the last published year on, when no certain date can be given any more.

    To mend it: take the State Council's notice for the next year (it appears in October to December on www.gov.cn),
    add it as chalicelib/calendars/cn/<publication date>.toml, and set the dates in the tests that name the newest one.
    """
    today = datetime.now(SHANGHAI).date()
    missing = CALENDAR.certain_through.year + 1
    assert today < CALENDAR.certain_through, f"add the notice for {missing}: see this test's docstring"
