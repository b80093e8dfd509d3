"""The sweep's visit to one clock: passed steps, one message a role, and counting again under a newer calendar."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.clocks import Clock, ClockName, ClockState, state_of
from chalicelib.domain.letter import Kind, Role
from chalicelib.domain.payloads import Answer, ExplainDelay
from chalicelib.domain.watch import counted_anew, put_off, recount, visit
from chalicelib.domain.workflow import Move
from tests.builders import ROADS, SHANGHAI, WATER, calendar
from tests.unit.making import ROADS_HANDLER, Story, day, local, names

ALL_STEPS = [
    "remind_day_before",
    "remind_due_day",
    "urge_first_day_late",
    "escalate_third_day_late",
    "escalate_sixth_day_late",
]


def overdue() -> Story:
    """A complaint with roads since Fri 20 Nov, due Fri 27 Nov."""
    return Story(Kind.COMPLAINT).assigned()


def after(story: Story) -> list[str]:
    return names(story.events)


def test_before_a_step_has_come_a_visit_does_nothing() -> None:
    story = overdue()
    clock = story.clock(ClockName.HANDLE)
    story.at("2026-11-26 08:59:59.999999")
    watched = visit(story.letter, story.clocks, clock.id, story.around)
    assert (watched.outcomes, watched.announcements, watched.letter) == ((), (), story.letter)


def test_a_step_is_recorded_with_its_own_moment_and_the_clock_climbs() -> None:
    story = overdue().sweep("2026-11-26 09:04")
    assert story.events[-1].move == "ladder_step"
    facts = story.facts()
    assert {key: facts[key] for key in ("step", "action", "moment", "to")} == {
        "step": "remind_day_before",
        "action": "remind",
        "moment": "2026-11-26T01:00:00.000000Z",
        "to": ["handler"],
    }
    assert story.events[-1].actor.role == "system"
    assert (story.clock(ClockName.HANDLE).step, story.clock(ClockName.HANDLE).next_action_at) == (
        1,
        local("2026-11-27 14:30"),
    )
    assert story.heard() == {("ladder_remind", "handler@roads")}


def test_a_reminder_makes_no_page_stale() -> None:
    """The version counts what people did; the event count also counts the sweep."""
    story = overdue()
    before = story.letter
    story.sweep("2026-11-26 09:04")
    assert (story.letter.version, story.letter.event_count) == (before.version, before.event_count + 1)


def test_the_escalation_names_the_clause_it_rests_on() -> None:
    story = overdue().sweep("2026-12-02 09:00")
    assert (story.facts()["step"], story.facts()["clause"]) == ("escalate_third_day_late", "SF-3.3.1")


def test_after_an_outage_every_step_is_an_event_and_each_role_is_told_of_the_furthest() -> None:
    story = overdue().sweep("2026-12-02 09:00")
    assert after(story) == ALL_STEPS[:4]
    assert story.heard() == {
        ("ladder_urge", "handler@roads"),
        ("ladder_escalate", "direct_responsible@roads"),
        ("ladder_escalate", "first_responsible@roads"),
        ("ladder_escalate", "centre@roads"),
    }
    told = [role for each in story.told for role in each.to]
    assert len(told) == len(set(told))


def test_the_furthest_step_comes_last() -> None:
    """So that of several roles of one person the furthest wins."""
    story = overdue().sweep("2026-12-07 09:00")
    assert [(each.template, each.to) for each in story.told] == [
        ("ladder_urge", ("handler",)),
        ("ladder_escalate", ("direct_responsible",)),
        ("ladder_escalate", ("first_responsible", "centre", "inspector")),
    ]


def test_a_second_visit_at_the_same_moment_does_nothing() -> None:
    story = overdue().sweep("2026-12-02 09:00")
    for clock in story.clocks:
        watched = visit(story.letter, story.clocks, clock.id, story.around)
        assert (watched.outcomes, watched.announcements) == ((), ())


@given(st.lists(st.integers(0, 30 * 24 * 12), max_size=10))
def test_sweeps_at_any_moments_record_each_step_once_and_in_order(ticks: list[int]) -> None:
    """A missed night loses nothing and a second run doubles nothing."""
    story, late = overdue(), overdue()
    start, end = story.now, local("2026-12-20 09:00")
    for tick in sorted(ticks):
        story.now = start + timedelta(minutes=5 * tick)
        story.sweep()
    story.now = late.now = max(end, story.now)
    story.sweep()
    late.sweep()
    assert after(story) == after(late) == ALL_STEPS
    assert [event.facts["moment"] for event in story.events if event.move == "ladder_step"] == [
        event.facts["moment"] for event in late.events if event.move == "ladder_step"
    ]


def test_an_ended_clock_is_left_alone() -> None:
    story = overdue().do(Move.ANSWER, Answer(body="已修复"), ROADS_HANDLER, at="2026-11-25 09:00")
    assert after(story.sweep("2026-12-20 09:00")) == []


def test_each_unit_s_clock_climbs_for_its_own_people() -> None:
    story = Story(Kind.COMPLAINT).assigned(ROADS, WATER).sweep("2026-11-26 09:04")
    assert story.heard() == {("ladder_remind", "handler@roads"), ("ladder_remind", "handler@water")}


def test_an_explained_delay_is_recorded_and_escalated_but_not_urged_and_stays_late() -> None:
    """CQ-7.1, PL-15."""
    story = overdue().do(Move.EXPLAIN_DELAY, ExplainDelay(reason="等材料"), ROADS_HANDLER)
    story.sweep("2026-11-30 09:00")
    assert after(story) == ALL_STEPS[:3]
    assert story.told == []
    story.sweep("2026-12-02 09:00")
    assert ("ladder_escalate", "first_responsible@roads") in story.heard()
    story.do(Move.ANSWER, Answer(body="已修复"), ROADS_HANDLER)
    assert state_of(story.clock(ClockName.HANDLE), SHANGHAI, day("2026-12-02")) is ClockState.BREACHED


def test_a_triage_clock_climbs_for_the_centre() -> None:
    story = Story(at="2026-11-20 10:00").sweep("2026-11-27 09:00")
    assert after(story) == ["remind_due_day", "urge_first_day_late", "escalate_third_day_late"]
    assert story.heard() == {("ladder_escalate", "centre"), ("ladder_escalate", "inspector")}


def before_may_day() -> Story:
    """2 working days from 2019-04-30 are due on 05-03, until the revision of 03-22 is loaded: then on 05-06."""
    return Story(at="2019-04-30 10:00", known=calendar().as_known_on(day("2019-03-21"))).assigned()


def test_under_a_newer_calendar_a_clock_is_counted_again_before_it_acts_and_people_are_told() -> None:
    story = before_may_day()
    old = story.clock(ClockName.HANDLE)
    story.sweep("2019-05-04 09:00", calendar().as_known_on(day("2019-03-22")))
    handle = story.clock(ClockName.HANDLE)
    assert (old.due_on, handle.due_on) == (day("2019-05-03"), day("2019-05-06"))
    (facts,) = [dict(event.facts) for event in story.events if event.move == "recount"]
    assert {"id": handle.id, "due_on": "2019-05-03", "calendar": old.calendar_version} in facts["before"]  # type: ignore[operator]
    assert f"'due_on': '{handle.due_on}'" in repr(facts["clocks"])
    assert {("limit_recounted", "handler@roads"), ("limit_recounted", "writer")} <= story.heard()


def test_a_counted_again_clock_takes_its_next_step_at_the_new_moment() -> None:
    """No urge goes out for a date that is no longer the due date: the reminder comes, on a make-up Sunday."""
    story = before_may_day().sweep("2019-05-04 09:00", calendar().as_known_on(day("2019-03-22")))
    handle = story.clock(ClockName.HANDLE)
    assert handle.next_action_at == local("2019-05-05 09:00")
    assert not {name for name in after(story) if name.startswith(("urge", "escalate"))}


def test_every_clock_of_the_letter_is_counted_again_in_one_event() -> None:
    """Also those that no ladder ever visits: the window to return it, and clocks past their last step."""
    story = before_may_day()
    handle = story.clock(ClockName.HANDLE)
    newer = calendar().as_known_on(day("2019-03-22"))
    story.known, story.now = newer, local("2019-05-03 09:00")
    shown = counted_anew(story.clocks, story.around)
    outcome = recount(story.letter, story.clocks, story.around)
    assert outcome is not None
    assert outcome.clocks == shown, "what is shown before is what is recorded"
    assert {c.calendar_version for c in outcome.clocks if c.running} == {newer.version}
    window = next(c for c in outcome.clocks if c.name is ClockName.RETURN)
    assert (story.clock(ClockName.RETURN).due_on, window.due_on) == (day("2019-05-02"), day("2019-05-05"))
    assert {(a.template, a.to) for a in outcome.announcements} == {
        ("limit_recounted", (Role.HANDLER,)),
        ("limit_recounted", (Role.WRITER,)),
    }
    assert handle.ended_at is None
    assert recount(outcome.letter, outcome.clocks, story.around) is None


def test_counting_again_happens_once() -> None:
    story = before_may_day().sweep("2019-05-04 09:00", calendar().as_known_on(day("2019-03-22")))
    count = len(story.events)
    assert len(story.sweep("2019-05-04 09:05").events) == count


def test_a_date_that_stays_is_recorded_under_the_new_calendar_without_bothering_anybody() -> None:
    story = Story(at="2019-03-04 10:00", known=calendar().as_known_on(day("2019-03-21"))).assigned()
    story.sweep("2019-03-05 09:00", calendar().as_known_on(day("2019-03-22")))
    assert [event.move for event in story.events[-2:]] == ["recount", "ladder_step"]
    assert story.heard() == {("ladder_remind", "handler@roads")}


def test_a_triage_clock_counted_again_is_told_to_the_centre() -> None:
    story = Story(at="2019-04-30 10:00", known=calendar().as_known_on(day("2019-03-21")))
    story.sweep("2019-05-03 09:00", calendar().as_known_on(day("2019-03-22")))
    assert {("limit_recounted", "centre"), ("limit_recounted", "writer")} <= story.heard()


@pytest.mark.parametrize(("failures", "minutes"), [(0, 10), (1, 20), (5, 320), (6, 640), (7, 720), (500, 720)])
def test_a_clock_whose_visit_failed_waits_longer_each_time_but_never_beyond_half_a_day(
    failures: int, minutes: int
) -> None:
    story = overdue()
    clock: Clock = put_off(replace(story.clock(ClockName.HANDLE), failures=failures), story.around)
    assert (clock.failures, clock.next_action_at) == (failures + 1, story.now + timedelta(minutes=minutes))


def test_a_clock_that_was_put_off_catches_up() -> None:
    story = overdue().at("2026-11-26 09:00")
    handle = story.clock(ClockName.HANDLE)
    story.clocks = tuple(put_off(c, story.around) if c.id == handle.id else c for c in story.clocks)
    story.sweep("2026-11-30 09:10")
    assert after(story) == ALL_STEPS[:3]
    assert story.clock(ClockName.HANDLE).failures == 0
