"""The moments of remind, urge and escalate around a due date, and office hours."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.clocks import Clock, ClockName, open_clock
from chalicelib.domain.ladder import (
    Passed,
    climb,
    moment_of,
    next_index,
    next_office_moment,
    passed_steps,
    rewind,
    wind_up,
)
from chalicelib.domain.letter import ClockId
from chalicelib.domain.limit import CountedIn, Limit
from chalicelib.domain.rules import LadderStep
from tests.builders import SHANGHAI, calendar, rulebook
from tests.unit.making import local

CALENDAR = calendar()
STEPS = rulebook().ladder[ClockName.HANDLE]
HOURS = rulebook().office_hours


def opened(start: str, days: int) -> Clock:
    return open_clock(
        ClockId("C#001"), ClockName.HANDLE, Limit(days, CountedIn.WORKING_DAYS), local(start), CALENDAR, SHANGHAI
    )


def moments(clock: Clock) -> list[str]:
    """The moment of every step on the wall clock."""
    found = [moment_of(step, clock, CALENDAR, SHANGHAI) for step in STEPS]
    assert all(moment.tzinfo is UTC for moment in found)
    return [f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" for moment in found]


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        pytest.param(
            "2026-11-20 10:00",
            5,
            ["2026-11-26 09:00", "2026-11-27 14:30", "2026-11-30 09:00", "2026-12-02 09:00", "2026-12-07 09:00"],
            id="due on a Friday: late on Monday",
        ),
        pytest.param(
            "2026-09-18 10:00",
            1,
            ["2026-09-18 09:00", "2026-09-20 14:30", "2026-09-21 09:00", "2026-09-23 09:00", "2026-09-29 09:00"],
            id="due on a make-up Sunday, over Mid-Autumn",
        ),
        pytest.param(
            "2026-09-30 10:00",
            3,
            ["2026-10-09 09:00", "2026-10-10 14:30", "2026-10-12 09:00", "2026-10-14 09:00", "2026-10-19 09:00"],
            id="due on a make-up Saturday",
        ),
        pytest.param(
            "2026-02-13 10:00",
            1,
            ["2026-02-13 09:00", "2026-02-14 14:30", "2026-02-24 09:00", "2026-02-26 09:00", "2026-03-02 09:00"],
            id="due on the last day before Spring Festival: late after it",
        ),
        pytest.param(
            "2026-02-13 10:00",
            2,
            ["2026-02-14 09:00", "2026-02-24 14:30", "2026-02-25 09:00", "2026-02-27 09:00", "2026-03-03 09:00"],
            id="due on the first day after it: reminded before it",
        ),
        pytest.param(
            "2026-11-20 10:00",
            30,
            ["2026-12-31 09:00", "2027-01-01 14:30", "2027-01-05 09:00", "2027-01-07 09:00", "2027-01-12 09:00"],
            id="provisional: remind by the earlier date (Fri 1 Jan), urge by the later (Mon 4 Jan)",
        ),
    ],
)
def test_each_step_has_its_moment_around_the_due_date(start: str, days: int, expected: list[str]) -> None:
    assert moments(opened(start, days)) == expected


def test_a_new_clock_starts_at_the_first_step_still_to_come() -> None:
    """Due on Mon 23 Nov and opened on Fri at 10:00: the reminder of Fri 09:00 is not caught up."""
    clock = wind_up(opened("2026-11-20 10:00", 1), STEPS, local("2026-11-20 10:00"), CALENDAR, SHANGHAI)
    assert (clock.step, clock.next_action_at) == (1, local("2026-11-23 14:30"))


def test_a_step_whose_moment_is_now_counts_as_past_when_a_clock_is_wound() -> None:
    before, at = local("2026-11-26 08:59:59"), local("2026-11-26 09:00")
    assert wind_up(opened("2026-11-20 10:00", 5), STEPS, before, CALENDAR, SHANGHAI).step == 0
    assert wind_up(opened("2026-11-20 10:00", 5), STEPS, at, CALENDAR, SHANGHAI).step == 1


def test_a_clock_past_every_step_waits_for_nothing() -> None:
    clock = wind_up(opened("2026-11-20 10:00", 5), STEPS, local("2027-01-20 10:00"), CALENDAR, SHANGHAI)
    assert (clock.step, clock.next_action_at) == (5, None)
    assert passed_steps(clock, STEPS, local("2028-01-20 10:00"), CALENDAR, SHANGHAI) == ()
    assert rewind(clock, STEPS, CALENDAR, SHANGHAI) == clock


def test_without_a_ladder_there_is_no_step() -> None:
    clock = wind_up(opened("2026-11-20 10:00", 5), (), local("2026-11-20 10:00"), CALENDAR, SHANGHAI)
    assert (clock.step, clock.next_action_at) == (0, None)


def test_after_an_outage_every_step_that_came_meanwhile_is_there_in_order() -> None:
    clock = wind_up(opened("2026-11-20 10:00", 5), STEPS, local("2026-11-20 10:00"), CALENDAR, SHANGHAI)
    passed = passed_steps(clock, STEPS, local("2026-12-02 09:00"), CALENDAR, SHANGHAI)
    assert [(each.step.name, each.moment) for each in passed] == [
        ("remind_day_before", local("2026-11-26 09:00")),
        ("remind_due_day", local("2026-11-27 14:30")),
        ("urge_first_day_late", local("2026-11-30 09:00")),
        ("escalate_third_day_late", local("2026-12-02 09:00")),
    ]


def test_a_step_has_not_come_an_instant_before_its_moment() -> None:
    clock = wind_up(opened("2026-11-20 10:00", 5), STEPS, local("2026-11-20 10:00"), CALENDAR, SHANGHAI)
    moment = local("2026-11-26 09:00")
    assert passed_steps(clock, STEPS, moment - timedelta(microseconds=1), CALENDAR, SHANGHAI) == ()
    assert len(passed_steps(clock, STEPS, moment, CALENDAR, SHANGHAI)) == 1


def test_climbing_sets_the_next_moment_and_forgets_failures() -> None:
    clock = replace(opened("2026-11-20 10:00", 5), failures=3)
    higher = climb(clock, 2, STEPS, CALENDAR, SHANGHAI)
    assert (higher.step, higher.next_action_at, higher.failures) == (2, local("2026-11-30 09:00"), 0)
    top = climb(higher, 3, STEPS, CALENDAR, SHANGHAI)
    assert (top.step, top.next_action_at) == (5, None)


@given(st.dates(date(2015, 1, 1), date(2030, 1, 1)), st.integers(1, 40))
def test_steps_come_in_their_order_and_on_working_days_unless_due_that_day(start: date, days: int) -> None:
    clock = opened(f"{start} 10:00", days)
    found = [moment_of(step, clock, CALENDAR, SHANGHAI) for step in STEPS]
    assert found == sorted(found)
    for step, moment in zip(STEPS, found, strict=True):
        if step.offset:
            assert CALENDAR.is_working_day(moment.astimezone(SHANGHAI).date())


@given(st.lists(st.integers(0, 40 * 24 * 60), min_size=1, max_size=12), st.integers(1, 8))
def test_sweeping_at_any_moments_records_what_one_late_sweep_records(minutes: list[int], days: int) -> None:
    """Each step once and in order: the heart of the promise that an outage changes nothing."""
    start = local("2026-11-20 10:00")
    fresh = wind_up(opened("2026-11-20 10:00", days), STEPS, start, CALENDAR, SHANGHAI)
    clock = fresh
    recorded: list[Passed] = []
    for offset in sorted(minutes):
        now = start + timedelta(minutes=offset)
        passed = passed_steps(clock, STEPS, now, CALENDAR, SHANGHAI)
        assert bool(passed) == (clock.next_action_at is not None and clock.next_action_at <= now)
        recorded += passed
        clock = climb(clock, len(passed), STEPS, CALENDAR, SHANGHAI)
    late = passed_steps(fresh, STEPS, start + timedelta(minutes=max(minutes)), CALENDAR, SHANGHAI)
    assert tuple(recorded) == late
    assert len({each.step.name for each in recorded}) == len(recorded)


@pytest.mark.parametrize(
    ("now", "then"),
    [
        pytest.param("2026-11-20 08:29:59", "2026-11-20 08:30:00", id="a second before opening"),
        pytest.param("2026-11-20 08:30:00", "2026-11-20 08:30:00", id="at opening: at once"),
        pytest.param("2026-11-20 17:29:59", "2026-11-20 17:29:59", id="a second before closing: at once"),
        pytest.param("2026-11-20 17:30:00", "2026-11-23 08:30:00", id="at closing on a Friday: on Monday"),
        pytest.param("2026-11-19 23:00:00", "2026-11-20 08:30:00", id="at night: in the morning"),
        pytest.param("2026-11-20 00:00:00", "2026-11-20 08:30:00", id="after midnight: that morning"),
        pytest.param("2026-11-21 10:00:00", "2026-11-23 08:30:00", id="a Saturday"),
        pytest.param("2026-11-22 03:00:00", "2026-11-23 08:30:00", id="a Sunday before dawn"),
        pytest.param("2026-10-10 10:00:00", "2026-10-10 10:00:00", id="a make-up Saturday is a day of work"),
        pytest.param("2026-10-10 18:00:00", "2026-10-12 08:30:00", id="its evening"),
        pytest.param("2026-02-14 18:00:00", "2026-02-24 08:30:00", id="the last evening before Spring Festival"),
        pytest.param("2026-02-17 10:00:00", "2026-02-24 08:30:00", id="within Spring Festival"),
    ],
)
def test_messages_wait_for_office_hours(now: str, then: str) -> None:
    found = next_office_moment(local(now), HOURS, CALENDAR, SHANGHAI)
    assert (found, found.tzinfo) == (local(then), UTC)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2027, 12, 1)))  # noqa: DTZ001  given a zone below
def test_the_next_office_moment_is_never_past_and_always_within_office_hours(moment: datetime) -> None:
    now = moment.replace(tzinfo=UTC)
    found = next_office_moment(now, HOURS, CALENDAR, SHANGHAI)
    wall = found.astimezone(SHANGHAI)
    assert found >= now
    assert CALENDAR.is_working_day(wall.date())
    assert HOURS.start <= wall.time() < HOURS.end


def corrected(*names: str) -> tuple[LadderStep, ...]:
    """The ladder after a correction: of the known steps those named, any other one new."""
    known = {step.name: step for step in STEPS}
    return tuple(known.get(name) or STEPS[-1].model_copy(update={"name": name}) for name in names)


ONE, TWO, THREE, FOUR, FIVE = (step.name for step in STEPS)


@pytest.mark.parametrize(
    ("ladder", "following"),
    [
        pytest.param((ONE, TWO, THREE), THREE, id="nothing changed before it"),
        pytest.param(("new", ONE, TWO, THREE), THREE, id="one was put in before: none is taken twice"),
        pytest.param((TWO, THREE), THREE, id="one that was taken is gone: none is left out"),
        pytest.param((ONE, TWO, "new"), "new", id="one was put in after"),
        pytest.param((ONE, TWO, FOUR), FOUR, id="the next one is gone"),
        pytest.param((FOUR, FIVE), FOUR, id="all that were taken are gone"),
        pytest.param((ONE, TWO), None, id="nothing comes any more"),
        pytest.param((), None, id="no ladder any more"),
    ],
)
def test_the_next_step_is_found_by_name_when_the_rulebook_was_corrected(
    ladder: tuple[str, ...], following: str | None
) -> None:
    clock = wind_up(opened("2026-11-20 10:00", 5), STEPS, local("2026-11-20 10:00"), CALENDAR, SHANGHAI)
    clock = climb(clock, 2, STEPS, CALENDAR, SHANGHAI)
    steps = corrected(*ladder)
    left = [step.name for step in steps[next_index(clock, steps) :]]
    assert next(iter(left), None) == following
    passed = passed_steps(clock, steps, local("2028-01-20 10:00"), CALENDAR, SHANGHAI)
    assert [each.step.name for each in passed] == left
    rewound = rewind(clock, steps, CALENDAR, SHANGHAI)
    assert (rewound.next_action_at is None) == (following is None)
    higher = climb(clock, len(left), steps, CALENDAR, SHANGHAI)
    assert higher.taken == (ONE, TWO, *left)
    assert passed_steps(higher, steps, local("2028-01-20 10:00"), CALENDAR, SHANGHAI) == ()


def test_a_step_passed_over_when_a_clock_was_opened_is_not_caught_up_after_a_correction() -> None:
    clock = wind_up(opened("2026-11-20 10:00", 1), STEPS, local("2026-11-20 10:00"), CALENDAR, SHANGHAI)
    steps = corrected("new", ONE, TWO)
    assert steps[next_index(clock, steps)].name == TWO


def test_a_clock_stored_before_steps_had_names_goes_on_by_their_count() -> None:
    clock = replace(opened("2026-11-20 10:00", 5), step=2)
    assert next_index(clock, STEPS) == 2
    assert climb(clock, 1, STEPS, CALENDAR, SHANGHAI).taken == (ONE, TWO, THREE)
    assert next_index(clock, ()) == 0
