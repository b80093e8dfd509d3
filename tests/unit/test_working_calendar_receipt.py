"""The receipt: each day from start to due date, counted or not, with a reason that stays stable."""

from datetime import date

import pytest

from chalicelib.adapters.calendar_files import shipped_calendar
from chalicelib.domain.limit import CountedIn, Limit
from chalicelib.domain.working_calendar import WorkingCalendar

CALENDAR = shipped_calendar()


def receipt(
    start: str, number: int, counted_in: CountedIn, due_on: str, calendar: WorkingCalendar = CALENDAR
) -> list[tuple[str, bool, str]]:
    lines = calendar.trace(date.fromisoformat(start), Limit(number, counted_in), date.fromisoformat(due_on))
    return [(f"{line.date:%m-%d}", line.counted, line.why) for line in lines]


def test_working_days_over_a_make_up_sunday_and_a_festival() -> None:
    assert receipt("2026-09-18", 5, CountedIn.WORKING_DAYS, "2026-09-24") == [
        ("09-18", False, "starting_day"),
        ("09-19", False, "weekend"),
        ("09-20", True, "make_up_workday:国庆节"),
        ("09-21", True, "working_day"),
        ("09-22", True, "working_day"),
        ("09-23", True, "working_day"),
        ("09-24", True, "working_day"),
    ]


def test_a_festivals_days_are_named_also_where_they_are_a_weekend() -> None:
    lines = receipt("2026-09-24", 1, CountedIn.WORKING_DAYS, "2026-09-28")
    assert [why for _, _, why in lines] == [
        "starting_day",
        "festival:中秋节",
        "festival:中秋节",
        "festival:中秋节",
        "working_day",
    ]


def test_a_starting_day_off_is_still_only_the_starting_day() -> None:
    assert receipt("2026-11-21", 1, CountedIn.WORKING_DAYS, "2026-11-23") == [
        ("11-21", False, "starting_day"),
        ("11-22", False, "weekend"),
        ("11-23", True, "working_day"),
    ]


def test_days_no_notice_has_spoken_about_are_marked_as_estimated() -> None:
    assert receipt("2026-12-25", 4, CountedIn.WORKING_DAYS, "2026-12-31")[-4:] == [
        ("12-28", True, "working_day"),
        ("12-29", True, "estimated_working_day"),
        ("12-30", True, "estimated_working_day"),
        ("12-31", True, "estimated_working_day"),
    ]
    assert receipt("2026-12-31", 1, CountedIn.WORKING_DAYS, "2027-01-04") == [
        ("12-31", False, "estimated_starting_day"),
        ("01-01", False, "estimated_festival:元旦"),
        ("01-02", False, "estimated_weekend"),
        ("01-03", False, "estimated_weekend"),
        ("01-04", True, "estimated_working_day"),
    ]


def test_calendar_days_count_every_day_and_show_how_a_rest_day_at_the_end_is_rolled() -> None:
    lines = receipt("2026-09-30", 5, CountedIn.CALENDAR_DAYS, "2026-10-08")
    assert lines == [
        ("09-30", False, "starting_day"),
        *((f"10-0{day}", True, "calendar_day") for day in range(1, 5)),
        ("10-05", True, "rolled_from:festival:国庆节"),
        ("10-06", False, "festival:国庆节"),
        ("10-07", False, "festival:国庆节"),
        ("10-08", False, "rolled_to"),
    ]


def test_calendar_days_that_end_on_a_make_up_saturday_are_not_rolled() -> None:
    assert receipt("2026-10-08", 2, CountedIn.CALENDAR_DAYS, "2026-10-10") == [
        ("10-08", False, "starting_day"),
        ("10-09", True, "calendar_day"),
        ("10-10", True, "calendar_day"),
    ]


def test_same_day_on_a_working_day_and_on_a_saturday() -> None:
    assert receipt("2026-11-20", 0, CountedIn.SAME_DAY, "2026-11-20") == [("11-20", True, "working_day")]
    assert receipt("2026-11-21", 0, CountedIn.SAME_DAY, "2026-11-23") == [
        ("11-21", False, "rolled_from:weekend"),
        ("11-22", False, "weekend"),
        ("11-23", True, "rolled_to"),
    ]


def test_at_once_is_one_line() -> None:
    assert receipt("2026-11-21", 30, CountedIn.MINUTES, "2026-11-21") == [("11-21", True, "at_once")]


@pytest.mark.parametrize(
    ("counted_in", "number"),
    [(CountedIn.WORKING_DAYS, 1), (CountedIn.CALENDAR_DAYS, 1), (CountedIn.SAME_DAY, 0), (CountedIn.MINUTES, 30)],
)
def test_days_kept_beyond_the_count_are_named_as_such(counted_in: CountedIn, number: int) -> None:
    """A recomputed due date is kept later than the count when the count has already passed."""
    lines = receipt("2026-11-23", number, counted_in, "2026-11-26")
    assert lines[-1] == ("11-26", False, "past_limit")
    assert sum(counted for _, counted, _ in lines) == 1


def test_a_countys_own_days_are_named_as_its_own() -> None:
    calendar = shipped_calendar({date(2026, 10, 16): False, date(2026, 10, 17): True})
    assert receipt("2026-10-15", 1, CountedIn.WORKING_DAYS, "2026-10-17", calendar) == [
        ("10-15", False, "starting_day"),
        ("10-16", False, "own_day_off"),
        ("10-17", True, "own_workday"),
    ]
