"""More time for a unit: asked in time, after contacting the writer; counted from the original start, up to the cap."""

import pytest

from chalicelib.domain.clocks import ClockName, ClockState, recompute, state_of
from chalicelib.domain.errors import InvalidFieldsError, MoveRefusedError
from chalicelib.domain.letter import Kind, UnitId
from chalicelib.domain.payloads import (
    Answer,
    Assign,
    ContactWriter,
    ExplainDelay,
    GrantExtension,
    RefuseExtension,
    RequestExtension,
    Return,
    SendBack,
)
from chalicelib.domain.workflow import Move
from tests.builders import ROADS, SHANGHAI, WATER, calendar
from tests.unit.making import ROADS_HANDLER, WATER_HANDLER, Story, day, local

ASK = RequestExtension(reason="需要现场勘查", working_days=3)


def contacted(*units: UnitId, at: str = "2026-11-20 10:00", kind: Kind = Kind.COMPLAINT) -> Story:
    """Assigned on this day, and roads has contacted the writer."""
    return Story(kind, at).assigned(*units).do(Move.CONTACT_WRITER, ContactWriter(note="已联系"), ROADS_HANDLER)


def asked(days: int = 3, at: str = "2026-11-20 10:00") -> Story:
    return contacted(at=at).do(
        Move.REQUEST_EXTENSION, RequestExtension(reason="勘查", working_days=days), ROADS_HANDLER
    )


def refusal(story: Story, move: Move, payload: object, *actor: object) -> str:
    with pytest.raises(MoveRefusedError) as refused:
        story.do(move, payload, *actor)  # type: ignore[arg-type]
    return refused.value.reason


def refused_field(story: Story, payload: GrantExtension) -> tuple[str, str]:
    with pytest.raises(InvalidFieldsError) as refused:
        story.do(Move.GRANT_EXTENSION, payload)
    (error,) = refused.value.errors
    return error.field, error.reason


def test_the_writer_must_have_been_contacted_first() -> None:
    """SF-3.3.3, and by this unit: another one's call does not count."""
    story = Story(Kind.COMPLAINT).assigned(ROADS, WATER)
    story.do(Move.CONTACT_WRITER, ContactWriter(note="已联系"), WATER_HANDLER)
    assert refusal(story, Move.REQUEST_EXTENSION, ASK, ROADS_HANDLER) == "contact_writer_first"
    assert story.why_not(Move.REQUEST_EXTENSION, WATER_HANDLER) is None


def test_a_call_from_before_the_letter_came_back_does_not_count_again() -> None:
    story = contacted(ROADS).do(Move.RETURN, Return(reason="非本单位"), ROADS_HANDLER)
    story.do(Move.ASSIGN, Assign(units=(ROADS,)), at="2026-11-23 09:00")
    assert story.why_not(Move.REQUEST_EXTENSION, ROADS_HANDLER) == "contact_writer_first"


def test_time_is_asked_for_until_the_last_moment_of_the_due_date_and_not_after() -> None:
    story = contacted()
    assert story.clock(ClockName.HANDLE).due_on == day("2026-11-27")
    assert story.at("2026-11-27 23:59:59.999999").why_not(Move.REQUEST_EXTENSION, ROADS_HANDLER) is None
    assert story.at("2026-11-28 00:00").why_not(Move.REQUEST_EXTENSION, ROADS_HANDLER) == "limit_has_passed"


def test_asking_changes_no_clock_and_tells_the_centre() -> None:
    story = contacted()
    before = story.clocks
    story.do(Move.REQUEST_EXTENSION, ASK, ROADS_HANDLER)
    assert story.clocks == before
    assert story.heard() == {("extension_asked", "centre")}
    assert story.facts()["working_days"] == 3
    assert [(text.purpose.value, text.for_writer) for text in story.last.texts] == [("reason", False)]


def test_asking_twice_is_refused_while_the_first_is_pending_and_allowed_after_a_refusal() -> None:
    story = asked()
    assert refusal(story, Move.REQUEST_EXTENSION, ASK, ROADS_HANDLER) == "extension_pending"
    story.do(Move.REFUSE_EXTENSION, RefuseExtension(note="请按期办结"))
    assert story.clock(ClockName.HANDLE).due_on == day("2026-11-27")
    assert {template for template, _ in story.heard()} == {"extension_refused"}
    assert story.why_not(Move.REQUEST_EXTENSION, ROADS_HANDLER) is None


def test_a_grant_without_a_number_gives_what_was_asked_for() -> None:
    story = asked(days=3).do(Move.GRANT_EXTENSION, GrantExtension())
    handle = story.clock(ClockName.HANDLE)
    assert (handle.due_on, handle.granted, handle.limit.number) == (day("2026-12-02"), 3, 5)
    assert story.facts()["working_days"] == 3
    assert story.letter.assignments[0].extension is None
    assert ("extension_told", "writer") in story.heard()
    assert ("extension_granted", "handler@roads") in story.heard()


def test_the_centre_may_grant_another_number() -> None:
    story = asked(days=10).do(Move.GRANT_EXTENSION, GrantExtension(working_days=1))
    assert story.clock(ClockName.HANDLE).due_on == day("2026-11-30")


def test_nothing_is_granted_or_refused_that_was_not_asked_for() -> None:
    for move, payload in (
        (Move.GRANT_EXTENSION, GrantExtension()),
        (Move.REFUSE_EXTENSION, RefuseExtension()),
    ):
        assert refusal(contacted(), move, payload) == "no_extension_asked"


def test_when_two_units_asked_the_centre_names_one() -> None:
    story = contacted(ROADS, WATER).do(Move.CONTACT_WRITER, ContactWriter(note="已联系"), WATER_HANDLER)
    story.do(Move.REQUEST_EXTENSION, ASK, ROADS_HANDLER).do(Move.REQUEST_EXTENSION, ASK, WATER_HANDLER)
    assert refused_field(story, GrantExtension()) == ("unit", "name_the_unit")
    assert refused_field(story, GrantExtension(unit="parks")) == ("unit", "unit_did_not_ask")
    story.do(Move.GRANT_EXTENSION, GrantExtension(unit=WATER))
    due = {unit: story.clock(ClockName.HANDLE, unit).due_on for unit in (ROADS, WATER)}
    assert due == {ROADS: day("2026-11-27"), WATER: day("2026-12-02")}


def test_asked_in_time_and_granted_late_is_no_breach() -> None:
    story = asked(days=3).do(Move.GRANT_EXTENSION, GrantExtension(), at="2026-12-01 09:00")
    story.do(Move.ANSWER, Answer(body="已修复"), ROADS_HANDLER, at="2026-12-02 23:59:59")
    assert state_of(story.clock(ClockName.HANDLE), SHANGHAI, day("2026-12-02")) is ClockState.MET


def test_a_grant_sets_the_ladder_to_the_new_due_date() -> None:
    story = asked(days=3).do(Move.GRANT_EXTENSION, GrantExtension(), at="2026-11-27 15:00")
    handle = story.clock(ClockName.HANDLE)
    assert (handle.step, handle.next_action_at) == (0, local("2026-12-01 09:00"))


def test_a_grant_past_thirty_working_days_in_all_is_trimmed_to_them() -> None:
    """Counted from the day the first unit received the letter: Tue 1 Sept 2026 gives Mon 19 Oct."""
    story = asked(days=60, at="2026-09-01 10:00").do(Move.GRANT_EXTENSION, GrantExtension())
    handle = story.clock(ClockName.HANDLE)
    assert handle.due_on == day("2026-10-19")
    assert (handle.granted, story.facts()["working_days"]) == (25, 25), "30 in all, 5 of them the limit's own"
    assert [dict(each.params)["working_days"] for each in story.told if each.params] == [25]


def test_time_that_could_never_be_granted_is_not_asked_for() -> None:
    story = asked(days=60, at="2026-09-01 10:00").do(Move.GRANT_EXTENSION, GrantExtension())
    assert refusal(story, Move.REQUEST_EXTENSION, ASK, ROADS_HANDLER) == "cap_reached"


def test_the_cap_is_counted_from_the_first_unit_and_not_from_the_one_that_asks() -> None:
    story = Story(Kind.COMPLAINT, "2026-09-01 10:00").assigned(WATER)
    story.do(Move.ASSIGN, Assign(units=(ROADS,)), at="2026-09-10 10:00")
    story.do(Move.CONTACT_WRITER, ContactWriter(note="已联系"), ROADS_HANDLER)
    story.do(Move.REQUEST_EXTENSION, RequestExtension(reason="勘查", working_days=60), ROADS_HANDLER)
    story.do(Move.GRANT_EXTENSION, GrantExtension())
    assert story.clock(ClockName.HANDLE, ROADS).due_on == day("2026-10-19")


def test_counting_again_keeps_the_cap() -> None:
    """As the sweep does under a newer calendar."""
    story = asked(days=60, at="2026-09-01 10:00").do(Move.GRANT_EXTENSION, GrantExtension())
    handle = story.clock(ClockName.HANDLE)
    again = recompute(handle, handle.limit, local("2026-09-02 09:00"), calendar(), SHANGHAI)
    assert again.due_on == day("2026-10-19")


def test_two_grants_add_up() -> None:
    story = asked(days=2).do(Move.GRANT_EXTENSION, GrantExtension())
    story.do(Move.REQUEST_EXTENSION, RequestExtension(reason="勘查", working_days=1), ROADS_HANDLER)
    story.do(Move.GRANT_EXTENSION, GrantExtension())
    handle = story.clock(ClockName.HANDLE)
    assert (handle.granted, handle.due_on) == (3, day("2026-12-02"))


def test_a_limit_to_redo_an_answer_can_be_extended_too() -> None:
    story = contacted().do(Move.ANSWER, Answer(body="在办"), ROADS_HANDLER)
    story.do(Move.SEND_BACK, SendBack(reasons="请补充"), at="2026-11-24 10:00")
    story.do(Move.REQUEST_EXTENSION, ASK, ROADS_HANDLER).do(Move.GRANT_EXTENSION, GrantExtension())
    assert story.clock(ClockName.REDO).due_on == day("2026-12-02")


def test_an_explained_delay_does_not_move_the_due_date_and_late_stays_late() -> None:
    story = contacted().do(Move.EXPLAIN_DELAY, ExplainDelay(reason="等材料"), ROADS_HANDLER)
    assert story.clock(ClockName.HANDLE).due_on == day("2026-11-27")
    story.do(Move.ANSWER, Answer(body="已修复"), ROADS_HANDLER, at="2026-11-30 09:00")
    assert state_of(story.clock(ClockName.HANDLE), SHANGHAI, day("2026-11-30")) is ClockState.BREACHED
