"""Due dates that can be recomputed and explained; met or breached at the stroke of midnight."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.clocks import (
    Clock,
    ClockName,
    ClockState,
    Ending,
    end_clock,
    extend,
    has_lapsed,
    open_clock,
    overdue_days,
    receipt,
    recompute,
    state_of,
    working_days_used,
)
from chalicelib.domain.letter import ClockId
from chalicelib.domain.limit import CountedIn, Limit
from chalicelib.domain.working_calendar import WorkingCalendar
from tests.builders import SHANGHAI, calendar
from tests.unit.making import day, local

CALENDAR = calendar()


def opened(
    start: str, days: int, name: ClockName = ClockName.HANDLE, known: WorkingCalendar = CALENDAR, **more: CountedIn
) -> Clock:
    limit = Limit(days, more.get("counted_in", CountedIn.WORKING_DAYS))
    return open_clock(ClockId("C#001"), name, limit, local(start), known, SHANGHAI)


def ended(clock: Clock, at: str, ending: Ending = Ending.DONE) -> Clock:
    return end_clock(clock, local(at), ending)


@pytest.mark.parametrize(
    ("answered", "state"),
    [
        ("2026-11-27 23:59:59.999999", ClockState.MET),
        ("2026-11-28 00:00", ClockState.BREACHED),
        ("2026-11-20 10:00", ClockState.MET),
        ("2026-11-30 09:00", ClockState.BREACHED),
    ],
)
def test_a_limit_is_met_until_24_00_of_the_due_date_by_the_county_s_clock(answered: str, state: ClockState) -> None:
    """Civil Code 203. 23:59:59 in Shuangfeng is 15:59:59 of that day in UTC."""
    assert state_of(ended(opened("2026-11-20 10:00", 5), answered), SHANGHAI, day("2027-06-01")) is state


def test_a_running_clock_is_running_however_late_it_is() -> None:
    assert state_of(opened("2026-11-20 10:00", 5), SHANGHAI, day("2027-06-01")) is ClockState.RUNNING


def test_a_dropped_clock_is_neither_met_nor_breached() -> None:
    late = ended(opened("2026-11-20 10:00", 5), "2026-12-20 10:00", Ending.DROPPED)
    assert state_of(late, SHANGHAI, day("2026-12-20")) is ClockState.STOPPED


def test_a_window_lapses_and_is_never_breached() -> None:
    window = opened("2026-11-20 10:00", 1, ClockName.RETURN)
    assert state_of(window, SHANGHAI, day("2026-11-23")) is ClockState.RUNNING
    assert state_of(window, SHANGHAI, day("2026-11-24")) is ClockState.STOPPED
    assert state_of(ended(window, "2026-11-23 10:00"), SHANGHAI, day("2026-11-24")) is ClockState.MET
    dropped = ended(window, "2026-11-23 10:00", Ending.DROPPED)
    assert state_of(dropped, SHANGHAI, day("2026-11-23")) is ClockState.STOPPED
    assert overdue_days(window, CALENDAR, SHANGHAI, day("2026-12-24")) == 0


def test_a_limit_lapses_with_the_last_instant_of_its_due_date() -> None:
    clock = opened("2026-11-20 10:00", 5)
    midnight = local("2026-11-28 00:00")
    assert not has_lapsed(clock, SHANGHAI, midnight - timedelta(microseconds=1))
    assert has_lapsed(clock, SHANGHAI, midnight)


def test_an_ended_clock_never_ends_again() -> None:
    clock = ended(opened("2026-11-20 10:00", 5), "2026-11-24 10:00")
    assert ended(clock, "2026-12-24 10:00", Ending.DROPPED) is clock


@pytest.mark.parametrize(
    ("start", "days", "today", "overdue"),
    [
        pytest.param("2026-11-20 10:00", 5, "2026-11-27", 0, id="on the due date, a Friday"),
        pytest.param("2026-11-20 10:00", 5, "2026-11-28", 1, id="the Saturday after: it is late, so not 0"),
        pytest.param("2026-11-20 10:00", 5, "2026-11-29", 1, id="the Sunday after"),
        pytest.param("2026-11-20 10:00", 5, "2026-11-30", 1, id="the Monday after"),
        pytest.param("2026-11-20 10:00", 5, "2026-12-01", 2, id="the Tuesday after"),
        pytest.param("2026-09-16 10:00", 2, "2026-09-20", 1, id="a make-up Sunday counts"),
        pytest.param("2026-09-16 10:00", 2, "2026-09-21", 2, id="and the Monday after it"),
        pytest.param("2026-09-28 10:00", 2, "2026-10-08", 1, id="National Day does not count"),
        pytest.param("2026-09-28 10:00", 2, "2026-10-10", 3, id="its make-up Saturday does"),
        pytest.param("2025-12-29 10:00", 2, "2026-01-05", 2, id="over New Year, with a make-up Sunday"),
    ],
)
def test_lateness_is_counted_in_working_days(start: str, days: int, today: str, overdue: int) -> None:
    assert overdue_days(opened(start, days), CALENDAR, SHANGHAI, day(today)) == overdue


def test_lateness_stops_with_the_clock() -> None:
    clock = ended(opened("2026-11-20 10:00", 5), "2026-12-01 08:00")
    assert overdue_days(clock, CALENDAR, SHANGHAI, day("2027-02-01")) == 2


def test_days_used_are_counted_from_the_day_after_the_start_through_the_end() -> None:
    clock = opened("2026-11-20 10:00", 5)
    assert working_days_used(clock, CALENDAR, SHANGHAI, day("2026-11-20")) == 0
    assert working_days_used(clock, CALENDAR, SHANGHAI, day("2026-11-24")) == 2
    assert working_days_used(ended(clock, "2026-11-25 09:00"), CALENDAR, SHANGHAI, day("2026-12-24")) == 3


def test_day_0_is_the_local_date_of_the_start() -> None:
    """Friday 16:00 UTC is Saturday 00:00 in Shuangfeng (Amsterdam's system took the weekday from the UTC date)."""
    start = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
    limit = Limit(1, CountedIn.CALENDAR_DAYS)
    assert open_clock(ClockId("C#001"), ClockName.HANDLE, limit, start, CALENDAR, SHANGHAI).due_on == day("2026-11-23")


def test_a_limit_over_new_year_ends_after_it() -> None:
    assert opened("2025-12-31 10:00", 2).due_on == day("2026-01-05")


def test_a_date_past_the_last_notice_is_provisional_and_says_so() -> None:
    clock = opened("2026-11-20 10:00", 30)
    assert (clock.due_on, clock.earliest, clock.latest, clock.provisional) == (
        day("2027-01-04"),
        day("2027-01-01"),
        day("2027-01-04"),
        True,
    )


@given(
    st.dates(date(2009, 1, 1), date(2030, 12, 1)),
    st.integers(1, 60),
    st.sampled_from([CountedIn.WORKING_DAYS, CountedIn.CALENDAR_DAYS]),
)
def test_the_receipt_counts_as_many_days_as_the_limit_and_ends_on_the_due_date(
    start: date, days: int, counted_in: CountedIn
) -> None:
    clock = opened(f"{start} 10:00", days, counted_in=counted_in)
    lines = receipt(clock, CALENDAR, SHANGHAI)
    assert (lines[0].date, lines[-1].date) == (start, clock.due_on)
    assert sum(line.counted for line in lines) == days


def test_the_receipt_of_an_extended_limit_counts_what_was_granted_as_well() -> None:
    clock = extend(opened("2026-11-20 10:00", 5), 3, None, local("2026-11-20 10:00"), CALENDAR, SHANGHAI)
    lines = receipt(clock, CALENDAR, SHANGHAI)
    assert sum(line.counted for line in lines) == 8
    assert lines[-1].date == clock.due_on == day("2026-12-02")


def test_a_capped_receipt_stops_at_the_cap() -> None:
    start = local("2026-09-01 10:00")
    clock = extend(opened("2026-09-01 10:00", 5), 60, Limit(30, CountedIn.WORKING_DAYS), start, CALENDAR, SHANGHAI)
    lines = receipt(clock, CALENDAR, SHANGHAI)
    assert (sum(line.counted for line in lines), lines[-1].date) == (30, day("2026-10-19"))


def test_a_provisional_cap_makes_the_date_provisional() -> None:
    start = local("2026-11-20 10:00")
    clock = extend(opened("2026-11-20 10:00", 5), 60, Limit(30, CountedIn.WORKING_DAYS), start, CALENDAR, SHANGHAI)
    assert (clock.due_on, clock.earliest, clock.provisional) == (day("2027-01-04"), day("2027-01-01"), True)


BEFORE_2019 = CALENDAR.as_known_on(day("2018-12-05"))
AFTER_2019 = CALENDAR.as_known_on(day("2018-12-06"))


def test_a_newer_calendar_moves_a_running_clock() -> None:
    """The notice for 2019 made Sat 2018-12-29 a working day."""
    clock = opened("2018-12-28 10:00", 1, known=BEFORE_2019)
    assert (clock.due_on, clock.provisional) == (day("2018-12-31"), True)
    again = recompute(clock, clock.limit, local("2018-12-28 11:00"), AFTER_2019, SHANGHAI)
    assert (again.due_on, again.provisional) == (day("2018-12-29"), False)
    assert (again.calendar_version, again.started_at) == (AFTER_2019.version, clock.started_at)


def test_a_date_that_comes_out_earlier_is_never_before_the_next_working_day_after_loading() -> None:
    clock = opened("2018-12-28 10:00", 1, known=BEFORE_2019)
    again = recompute(clock, clock.limit, local("2018-12-29 11:00"), AFTER_2019, SHANGHAI)
    assert again.due_on == again.earliest == again.latest == clock.due_on == day("2018-12-31")


def test_a_shorter_limit_found_late_is_due_on_the_next_working_day() -> None:
    clock = opened("2026-11-20 10:00", 5)
    shorter = Limit(2, CountedIn.WORKING_DAYS)
    again = recompute(clock, shorter, local("2026-11-25 15:00"), CALENDAR, SHANGHAI)
    assert again.due_on == again.earliest == again.latest == day("2026-11-26")


def test_what_was_late_already_stays_late() -> None:
    clock = opened("2018-12-28 10:00", 1, known=BEFORE_2019)
    again = recompute(clock, clock.limit, local("2019-03-01 11:00"), AFTER_2019, SHANGHAI)
    assert again.due_on == day("2018-12-31")


def test_a_notice_that_gives_more_time_gives_it_whenever_it_is_loaded() -> None:
    """The revision of 2019-03-22 lengthened May Day: 2 working days from 04-30 became 05-06."""
    clock = opened("2019-04-30 10:00", 2, known=CALENDAR.as_known_on(day("2019-03-21")))
    assert clock.due_on == day("2019-05-03")
    newer = CALENDAR.as_known_on(day("2019-03-22"))
    for loaded in ("2019-04-30 11:00", "2019-06-01 11:00"):
        assert recompute(clock, clock.limit, local(loaded), newer, SHANGHAI).due_on == day("2019-05-06")


def test_an_ended_clock_never_moves() -> None:
    clock = ended(opened("2019-04-30 10:00", 2, known=CALENDAR.as_known_on(day("2019-03-21"))), "2019-05-01 10:00")
    newer = CALENDAR.as_known_on(day("2019-03-22"))
    assert recompute(clock, clock.limit, local("2019-05-02 10:00"), newer, SHANGHAI) is clock


@given(st.dates(date(2015, 1, 1), date(2026, 11, 1)), st.integers(1, 30), st.integers(0, 60))
def test_no_recount_makes_anybody_late(start: date, days: int, later: int) -> None:
    """Under a newer calendar or a shorter limit, whoever was in time still has until the next working day at least."""
    clock = opened(f"{start} 10:00", days, known=CALENDAR.as_known_on(start))
    now = local(f"{start + timedelta(days=later)} 15:00")
    for limit in (clock.limit, replace(clock.limit, number=1)):
        again = recompute(clock, limit, now, CALENDAR, SHANGHAI)
        if clock.due_on > now.astimezone(SHANGHAI).date():
            assert not has_lapsed(again, SHANGHAI, now)
            assert again.due_on > now.astimezone(SHANGHAI).date()
        else:
            assert again.due_on >= clock.due_on
        assert again.earliest <= again.due_on <= again.latest
