"""Laws every count of working days obeys, for any day and any number, against counting day by day."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.adapters.calendar_files import shipped_calendar
from chalicelib.domain.limit import CountedIn, Limit

CALENDAR = shipped_calendar()
ONE_DAY = timedelta(days=1)
DAYS = st.dates(min_value=date(2009, 1, 1), max_value=date(2036, 12, 31))
NUMBERS = st.integers(min_value=1, max_value=300)


def walk(day: date, n: int, step: timedelta) -> date:
    """The n-th working day in one direction, the slow way."""
    while n:
        day += step
        n -= CALENDAR.is_working_day(day)
    return day


@given(DAYS, NUMBERS)
def test_the_nth_working_day_is_what_counting_day_by_day_gives(day: date, n: int) -> None:
    assert CALENDAR.nth_working_day_after(day, n) == walk(day, n, ONE_DAY)


@given(DAYS, st.integers(min_value=1, max_value=200))
def test_the_nth_working_day_before_is_what_counting_backwards_gives(day: date, n: int) -> None:
    assert CALENDAR.nth_working_day_before(day, n) == walk(day, n, -ONE_DAY)


@given(DAYS, NUMBERS)
def test_the_nth_working_day_is_a_working_day_later_than_the_start(day: date, n: int) -> None:
    due = CALENDAR.nth_working_day_after(day, n)
    assert due > day
    assert CALENDAR.is_working_day(due)


@given(DAYS, NUMBERS)
def test_a_longer_limit_ends_later_and_a_later_start_never_ends_earlier(day: date, n: int) -> None:
    due = CALENDAR.nth_working_day_after(day, n)
    assert CALENDAR.nth_working_day_after(day, n + 1) > due
    assert CALENDAR.nth_working_day_after(day + ONE_DAY, n) >= due


@given(DAYS, NUMBERS, NUMBERS)
def test_counting_n_and_then_m_is_counting_n_plus_m(day: date, n: int, m: int) -> None:
    due = CALENDAR.nth_working_day_after(CALENDAR.nth_working_day_after(day, n), m)
    assert due == CALENDAR.nth_working_day_after(day, n + m)


@given(DAYS, NUMBERS)
def test_counting_back_from_a_due_date_leads_to_the_last_working_day_up_to_the_start(day: date, n: int) -> None:
    due = CALENDAR.nth_working_day_after(day, n)
    back = CALENDAR.nth_working_day_before(due, n)
    assert back == (day if CALENDAR.is_working_day(day) else CALENDAR.nth_working_day_before(day, 1))


@given(DAYS, NUMBERS)
def test_as_many_working_days_lie_between_start_and_due_date_as_were_counted(day: date, n: int) -> None:
    assert CALENDAR.working_days_between(day, CALENDAR.nth_working_day_after(day, n)) == n


@given(DAYS, DAYS)
def test_no_working_days_lie_between_a_day_and_an_earlier_or_the_same_day(one: date, other: date) -> None:
    assert CALENDAR.working_days_between(max(one, other), min(one, other)) == 0


@given(DAYS)
def test_rolling_forward_stays_on_a_working_day_and_never_skips_one(day: date) -> None:
    rolled = CALENDAR.roll_forward(day)
    assert CALENDAR.is_working_day(rolled)
    assert CALENDAR.working_days_between(day - ONE_DAY, rolled) == 1


@given(DAYS, NUMBERS, st.sampled_from([CountedIn.WORKING_DAYS, CountedIn.CALENDAR_DAYS]))
def test_a_due_date_lies_in_its_span_and_is_certain_or_provisional(day: date, n: int, counted_in: CountedIn) -> None:
    due = CALENDAR.due(day, Limit(n, counted_in))
    assert due.earliest <= due.on <= due.latest
    assert due.provisional == (due.on > CALENDAR.certain_through)
    assert due.provisional or due.earliest == due.latest


@given(DAYS, NUMBERS, st.sampled_from(list(CountedIn)))
def test_a_receipt_names_every_day_once_and_counts_as_many_as_the_limit_has(
    day: date, n: int, counted_in: CountedIn
) -> None:
    limit = Limit(n, counted_in)
    due_on = CALENDAR.due(day, limit).on
    lines = CALENDAR.trace(day, limit, due_on)
    assert [line.date for line in lines] == [day + i * ONE_DAY for i in range((due_on - day).days + 1)]
    expected = n if counted_in in (CountedIn.WORKING_DAYS, CountedIn.CALENDAR_DAYS) else 1
    assert sum(line.counted for line in lines) == expected
