"""What each move leaves behind: the letter, its clocks and texts, the ledger's facts, and who hears of it."""

import pytest

from chalicelib.domain.clocks import ClockName, Ending
from chalicelib.domain.errors import InvalidFieldsError, MoveRefusedError
from chalicelib.domain.letter import Complexity, Kind, MailboxId, Role, Status, TextPurpose
from chalicelib.domain.limit import CountedIn, Limit
from chalicelib.domain.messages import recipients
from chalicelib.domain.payloads import (
    Accept,
    Answer,
    AnswerChannel,
    Approve,
    Assign,
    Classify,
    ContactWriter,
    Decline,
    ExplainDelay,
    Forward,
    Instruct,
    KeepForInformation,
    Nothing,
    Rate,
    Remark,
    Reopen,
    RequestExtension,
    Return,
    SendBack,
    SubAssign,
    Supervise,
    Supplement,
)
from chalicelib.domain.workflow import Move
from tests.builders import CENTRE, ROADS, WATER
from tests.unit.making import (
    BUREAU,
    INSPECTOR,
    LEADER,
    PARKS,
    PARKS_HANDLER,
    ROADS_HANDLER,
    WATER_HANDLER,
    WRITER,
    Story,
    day,
    in_status,
    local,
)

STAFF = ("direct_responsible", "first_responsible", "handler")


def staff(template: str, unit: str) -> set[tuple[str, str]]:
    return {(template, f"{role}@{unit}") for role in STAFF}


def texts(story: Story) -> list[tuple[str, str, bool]]:
    """Purpose, words, and whether the writer may read them, of the last move's texts."""
    return [(text.purpose.value, text.content, text.for_writer) for text in story.last.texts]


def refused_field(story: Story, move: Move, payload: object, *actor: object) -> tuple[str, str]:
    with pytest.raises(InvalidFieldsError) as refused:
        story.do(move, payload, *actor)  # type: ignore[arg-type]
    (error,) = refused.value.errors
    return error.field, error.reason


def refusal(story: Story, move: Move, payload: object, *actor: object) -> str:
    with pytest.raises(MoveRefusedError) as refused:
        story.do(move, payload, *actor)  # type: ignore[arg-type]
    return refused.value.reason


def test_triage_of_a_letter_received_on_a_friday_is_due_on_the_second_working_day_after() -> None:
    triage = Story(at="2026-11-20 10:00").clock(ClockName.TRIAGE)
    assert (triage.limit, triage.clause) == (Limit(2, CountedIn.WORKING_DAYS), "SF-2.1")
    assert triage.due_on == day("2026-11-24")
    assert not triage.provisional


@pytest.mark.parametrize(
    ("kind", "days", "due_on", "clause"),
    [
        (Kind.CONSULTATION, 2, "2026-11-24", "SF-3.3.3"),
        (Kind.COMPLAINT, 5, "2026-11-27", "SF-3.3.3"),
        (Kind.OPINION, 5, "2026-11-27", "SF-3.3.3"),
        (Kind.SUGGESTION, 5, "2026-11-27", "SF-3.3.3"),
        (Kind.ACCUSATION, 5, "2026-11-27", None),
        (Kind.HELP, 5, "2026-11-27", None),
        (Kind.OTHER, 5, "2026-11-27", None),
    ],
)
def test_each_kind_has_its_limit_from_receipt_by_the_unit(
    kind: Kind, days: int, due_on: str, clause: str | None
) -> None:
    """Where the regulation names no limit the county's own applies, and names no clause."""
    handle = Story(kind).assigned().clock(ClockName.HANDLE)
    assert (handle.limit.number, handle.due_on, handle.clause) == (days, day(due_on), clause)


def test_the_handling_limit_starts_when_the_unit_receives_and_not_when_the_letter_came() -> None:
    story = Story(at="2026-11-20 10:00").assigned(at="2026-11-23 16:00")
    assert story.clock(ClockName.HANDLE).due_on == day("2026-11-25")


def test_accepting_gives_the_number_once_and_tells_the_writer() -> None:
    story = Story().do(Move.ACCEPT, Accept())
    assert story.letter.number == story.facts()["number"] == "信箱〔2026〕0001号"
    assert story.facts()["status"] == "accepted"
    assert story.heard() == {("letter_accepted", "writer")}


def test_a_letter_keeps_its_number_for_life() -> None:
    """CQ-3.2.3: one letter, one number."""
    story = in_status(Story(), number="信箱〔2025〕0009号").do(Move.ACCEPT, Accept())
    assert story.letter.number == "信箱〔2025〕0009号"


def test_accepting_may_correct_what_the_writer_chose() -> None:
    story = Story().do(Move.ACCEPT, Accept(kind=Kind.COMPLAINT, urgent=True, complexity=Complexity.COMPLEX))
    letter = story.letter
    assert (letter.kind, letter.urgent, letter.complexity) == (Kind.COMPLAINT, True, Complexity.COMPLEX)
    assert {key: story.facts()[key] for key in ("kind", "urgent", "complexity")} == {
        "kind": "complaint",
        "urgent": True,
        "complexity": "complex",
    }


def test_a_letter_put_into_another_mailbox_is_that_centre_s_and_it_hears() -> None:
    story = Story().do(Move.CLASSIFY, Classify(mailbox="water-box"))
    assert (story.letter.mailbox, story.letter.centre) == (MailboxId("water-box"), WATER)
    assert story.heard() == {("letter_now_yours", "centre")}
    assert refused_field(Story(), Move.CLASSIFY, Classify(mailbox="nowhere")) == ("mailbox", "unknown_mailbox")


def test_declining_names_one_of_the_listed_grounds_and_tells_the_writer() -> None:
    story = Story().do(Move.DECLINE, Decline(ground="petition_concluded", note="见附件"))
    assert (story.letter.status, story.letter.decline_ground) == (Status.DECLINED, "petition_concluded")
    assert (story.facts()["ground"], story.facts()["clause"]) == ("petition_concluded", "SF-2.3")
    assert texts(story) == [("note", "见附件", True)]
    assert story.heard() == {("letter_declined", "writer")}
    assert story.clock(ClockName.TRIAGE).ending is Ending.DONE
    assert refused_field(Story(), Move.DECLINE, Decline(ground="bad_mood")) == ("ground", "unknown_ground")


def test_keeping_for_information_ends_triage_and_owes_no_answer() -> None:
    story = Story().do(Move.KEEP_FOR_INFORMATION, KeepForInformation(note="供参考"))
    assert (story.letter.status, story.running()) == (Status.KEPT, [])
    assert texts(story) == [("note", "供参考", False)]


def test_forwarding_names_the_unit_which_may_look_from_then_on() -> None:
    story = Story().do(Move.ACCEPT, Accept()).do(Move.FORWARD, Forward(unit=WATER, ask_answer=True))
    assert (story.letter.status, story.letter.forwarded_to, story.running()) == (Status.FORWARDED, WATER, [])
    assert story.letter.past_units == (WATER,)
    assert (story.facts()["unit"], story.facts()["ask_answer"]) == (WATER, True)
    assert story.heard() == staff("letter_forwarded_to_you", WATER) | {("letter_forwarded", "writer")}


def test_the_first_of_several_units_leads_and_each_has_its_own_clocks() -> None:
    story = Story().assigned(ROADS, WATER, ROADS)
    assert story.units() == ["*roads", "water"]
    assert story.running() == [("handle", ROADS), ("handle", WATER), ("return", ROADS), ("return", WATER)]
    assert (story.facts()["units"], story.facts()["lead"]) == ([ROADS, WATER], ROADS)
    assert story.heard() == staff("letter_assigned", ROADS) | staff("letter_assigned", WATER)


def test_a_letter_cannot_be_assigned_to_nobody_known_nor_to_whom_it_is_about() -> None:
    """PL-18: nor to a unit below the accused one."""
    story = Story().do(Move.ACCEPT, Accept())
    assert refused_field(story, Move.ASSIGN, Assign(units=(WATER, "moon"))) == ("units.1", "unknown_unit")
    accusing = Story().do(Move.ACCEPT, Accept()).do(Move.CLASSIFY, Classify(about=(BUREAU,)))
    assert refused_field(accusing, Move.ASSIGN, Assign(units=(ROADS,))) == ("units.0", "letter_is_about_unit")
    assert refused_field(accusing, Move.FORWARD, Forward(unit=ROADS)) == ("unit", "letter_is_about_unit")


def test_a_joining_unit_s_part_goes_to_the_lead_and_ends_its_own_clocks_only() -> None:
    story = Story().assigned(ROADS, WATER).do(Move.ANSWER, Answer(body="水管已查"), WATER_HANDLER)
    assert (story.letter.status, story.running()) == (Status.ASSIGNED, [("handle", ROADS), ("return", ROADS)])
    assert story.clock(ClockName.HANDLE, WATER).ending is Ending.DONE
    assert story.clock(ClockName.RETURN, WATER).ending is Ending.DROPPED
    assert texts(story) == [("note", "水管已查", False)]
    assert (story.facts()["leads"], "status" in story.facts()) == (False, False)
    assert story.heard() == staff("part_contributed", ROADS)


def test_the_lead_s_answer_is_the_letter_s_and_drops_what_others_still_owed() -> None:
    answer = Answer(body="已修复", channel=AnswerChannel.PHONE)
    story = Story().assigned(ROADS, WATER).do(Move.ANSWER, answer, ROADS_HANDLER, at="2026-11-24 23:59:59")
    assert (story.letter.status, story.running()) == (Status.ANSWERED, [])
    assert story.clock(ClockName.HANDLE, ROADS).ending is Ending.DONE
    assert story.clock(ClockName.HANDLE, WATER).ending is Ending.DROPPED
    assert texts(story) == [("answer", "已修复", True)]
    assert (story.facts()["answer_channel"], story.facts()["leads"]) == ("phone", True)
    assert story.heard() == {("letter_answered", "writer"), ("answer_to_review", "centre")}
    states = {(c["name"], c["unit"]): c["state"] for c in story.facts()["clocks"]}  # type: ignore[attr-defined]
    assert (states["handle", ROADS], states["handle", WATER]) == ("met", "stopped")


def test_an_answer_ends_every_wish_for_more_time() -> None:
    """A wish left over would lie on the centre's desk for ever, with no clock to extend."""
    story = Story(Kind.COMPLAINT).assigned(ROADS, WATER)
    story.do(Move.CONTACT_WRITER, ContactWriter(note="已联系"), WATER_HANDLER)
    story.do(Move.REQUEST_EXTENSION, RequestExtension(reason="开挖", working_days=3), WATER_HANDLER)
    story.do(Move.ANSWER, Answer(body="已修复"), ROADS_HANDLER)
    assert all(each.extension is None for each in story.letter.assignments)


def test_a_joiner_s_part_ends_its_wish_for_more_time() -> None:
    story = Story(Kind.COMPLAINT).assigned(ROADS, WATER)
    story.do(Move.CONTACT_WRITER, ContactWriter(note="已联系"), WATER_HANDLER)
    story.do(Move.REQUEST_EXTENSION, RequestExtension(reason="开挖", working_days=3), WATER_HANDLER)
    story.do(Move.ANSWER, Answer(body="水管已查"), WATER_HANDLER)
    assert all(each.extension is None for each in story.letter.assignments)


@pytest.mark.parametrize("at", ["2026-11-20 10:05", "2026-11-23 23:59:59.999999"])
def test_a_unit_returns_a_letter_that_is_not_its_own_within_the_window(at: str) -> None:
    story = Story().assigned().do(Move.RETURN, Return(reason="属水务职责"), ROADS_HANDLER, at=at)
    assert (story.letter.status, story.units()) == (Status.ACCEPTED, [])
    assert story.letter.past_units == (ROADS,)
    assert story.running() == [("triage", None)]
    assert (story.clock(ClockName.RETURN).ending, story.clock(ClockName.HANDLE).ending) == (
        Ending.DONE,
        Ending.DROPPED,
    )
    assert texts(story) == [("reason", "属水务职责", False)]
    assert story.facts()["unit"] == ROADS
    assert story.heard() == {("letter_returned", "centre")}


def test_after_a_return_the_centre_s_triage_limit_runs_anew() -> None:
    story = Story().assigned().do(Move.RETURN, Return(reason="非本单位"), ROADS_HANDLER, at="2026-11-23 10:00")
    assert story.clock(ClockName.TRIAGE).due_on == day("2026-11-25")
    assert len([clock for clock in story.clocks if clock.name is ClockName.TRIAGE]) == 2


def test_after_the_window_only_the_centre_can_take_the_letter_back() -> None:
    story = Story().assigned().at("2026-11-24 00:00")
    assert refusal(story, Move.RETURN, Return(reason="非本单位"), ROADS_HANDLER) == "return_window_lapsed"
    story.do(Move.ASSIGN, Assign(units=(WATER,), note="改派"))
    assert (story.letter.status, story.units(), story.letter.past_units) == (Status.ASSIGNED, ["*water"], (ROADS,))
    assert story.running() == [("handle", WATER), ("return", WATER)]
    assert story.clock(ClockName.HANDLE, ROADS).ending is Ending.DROPPED
    assert story.heard() == staff("assignment_withdrawn", ROADS) | staff("letter_assigned", WATER)


def test_each_unit_s_return_window_is_its_own() -> None:
    story = Story().assigned(ROADS).do(Move.ASSIGN, Assign(units=(ROADS, WATER)), at="2026-11-24 09:00")
    assert story.why_not(Move.RETURN, ROADS_HANDLER) == "return_window_lapsed"
    assert story.why_not(Move.RETURN, WATER_HANDLER) is None


def test_when_the_lead_returns_the_next_unit_leads_and_is_told() -> None:
    story = Story().assigned(ROADS, WATER, PARKS)
    story.do(Move.RETURN, Return(reason="非本单位"), ROADS_HANDLER, at="2026-11-23 09:00")
    assert (story.letter.status, story.units()) == (Status.ASSIGNED, ["*water", "parks"])
    assert ("triage", None) not in story.running()
    assert story.heard() == staff("letter_assigned", WATER) | {("letter_returned", "centre")}


def test_a_joiner_that_did_its_part_and_then_leads_owes_the_answer_within_a_limit() -> None:
    """Else a letter would lie with a unit and no time limit at all."""
    story = Story().assigned(ROADS, WATER).do(Move.ANSWER, Answer(body="水管已查"), WATER_HANDLER)
    story.do(Move.RETURN, Return(reason="非本单位"), ROADS_HANDLER, at="2026-11-23 09:00")
    assert story.running() == [("handle", WATER)]
    assert story.clock(ClockName.HANDLE, WATER).due_on == day("2026-11-25")


def test_a_unit_that_keeps_the_letter_keeps_its_clocks_when_others_come_and_go() -> None:
    story = Story().assigned(ROADS, WATER).do(Move.ANSWER, Answer(body="水管已查"), WATER_HANDLER)
    before = {clock.id: clock for clock in story.clocks}
    story.do(Move.ASSIGN, Assign(units=(ROADS, WATER, PARKS)), at="2026-11-23 09:00")
    assert {key: clock for key, clock in {c.id: c for c in story.clocks}.items() if key in before} == before
    opened = [(c.name.value, c.unit) for c in story.clocks if c.id not in before]
    assert opened == [("handle", PARKS), ("return", PARKS)]
    assert story.heard() == staff("letter_assigned", PARKS)


def test_another_unit_may_be_made_the_lead() -> None:
    story = Story().assigned(ROADS, WATER).do(Move.ASSIGN, Assign(units=(WATER, ROADS)), at="2026-11-23 09:00")
    assert story.units() == ["*water", "roads"]
    assert story.heard() == staff("letter_assigned", WATER)


def test_a_unit_that_gets_the_letter_a_second_time_starts_anew() -> None:
    story = Story().assigned(ROADS).do(Move.ASSIGN, Assign(units=(WATER,)), at="2026-11-23 09:00")
    story.do(Move.ASSIGN, Assign(units=(ROADS,)), at="2026-11-24 09:00")
    assert story.running() == [("handle", ROADS), ("return", ROADS)]
    assert story.clock(ClockName.HANDLE, ROADS).due_on == day("2026-11-26")


def test_reopening_takes_the_letter_back_to_the_centre_s_triage() -> None:
    story = (
        Story().assigned().do(Move.ANSWER, Answer(body="已修复"), ROADS_HANDLER).do(Move.RATE, Rate(score=1), WRITER)
    )
    story.do(Move.REOPEN, Reopen(reason="没有修"), WRITER, at="2026-11-27 20:00")
    assert (story.letter.status, story.units(), story.letter.past_units) == (Status.ACCEPTED, [], (ROADS,))
    assert story.letter.rating is None
    assert story.running() == [("triage", None)]
    assert story.clock(ClockName.TRIAGE).due_on == day("2026-12-01")
    assert texts(story) == [("reason", "没有修", True)]
    assert story.facts()["units"] == [ROADS]
    assert story.heard() == {("letter_reopened", "centre")}


def test_a_letter_can_be_reopened_for_thirty_days_after_its_answer() -> None:
    story = Story().assigned().do(Move.ANSWER, Answer(body="已修复"), ROADS_HANDLER, at="2026-11-20 18:00")
    assert story.at("2026-12-20 23:59").why_not(Move.REOPEN, WRITER) is None
    assert story.at("2026-12-21 00:00").why_not(Move.REOPEN, WRITER) == "too_late_to_reopen"


def test_an_answer_sent_back_has_a_limit_of_its_own() -> None:
    """CQ-7.2; the regulation names no limit, so the county's 3 working days apply."""
    story = Story().assigned(ROADS, WATER).do(Move.ANSWER, Answer(body="在办"), ROADS_HANDLER, at="2026-11-23 10:00")
    story.do(Move.SEND_BACK, SendBack(reasons="没有答复要点"), at="2026-11-24 10:00")
    redo = story.clock(ClockName.REDO)
    assert (story.letter.status, story.running()) == (Status.ASSIGNED, [("redo", ROADS)])
    assert (redo.due_on, redo.clause) == (day("2026-11-27"), None)
    assert texts(story) == [("reason", "没有答复要点", False)]
    assert story.heard() == staff("answer_sent_back", ROADS)
    assert story.why_not(Move.RETURN, ROADS_HANDLER) == "return_window_lapsed"


def test_whoever_sends_an_answer_back_may_say_by_when() -> None:
    story = Story().assigned().do(Move.ANSWER, Answer(body="在办"), ROADS_HANDLER)
    story.do(Move.SEND_BACK, SendBack(reasons="请补充", working_days=1), at="2026-11-24 10:00")
    assert (story.clock(ClockName.REDO).due_on, story.facts()["redo_working_days"]) == (day("2026-11-25"), 1)


def test_working_days_to_redo_are_working_days_whatever_the_rulebook_counts_in() -> None:
    story = Story()
    redo = story.book.redo.model_copy(update={"counted_in": CountedIn.CALENDAR_DAYS})
    story.book = story.book.model_copy(update={"redo": redo})
    story.assigned().do(Move.ANSWER, Answer(body="在办"), ROADS_HANDLER)
    story.do(Move.SEND_BACK, SendBack(reasons="请补充", working_days=3), at="2026-11-27 10:00")
    assert story.clock(ClockName.REDO).due_on == day("2026-12-02")


def test_the_redone_answer_meets_the_redo_clock_and_may_be_rated_anew() -> None:
    story = Story().assigned().do(Move.ANSWER, Answer(body="在办"), ROADS_HANDLER).do(Move.RATE, Rate(score=2), WRITER)
    assert story.why_not(Move.RATE, WRITER) == "already_rated"
    story.do(Move.SEND_BACK, SendBack(reasons="请补充")).do(Move.ANSWER, Answer(body="已修复"), ROADS_HANDLER)
    assert story.clock(ClockName.REDO).ending is Ending.DONE
    assert story.why_not(Move.RATE, WRITER) is None


def test_approving_closes_and_the_writer_may_still_rate() -> None:
    story = Story().assigned().do(Move.ANSWER, Answer(body="已修复"), ROADS_HANDLER)
    story.do(Move.APPROVE, Approve(note="同意"))
    assert (story.letter.status, story.facts()["step"]) == (Status.CLOSED, "review")
    story.do(Move.RATE, Rate(score=5, comment="很好"), WRITER)
    assert (story.letter.rating, story.facts()["score"], story.facts()["unit"]) == (5, 5, ROADS)
    assert texts(story) == [("comment", "很好", True)]


def test_a_new_kind_is_counted_from_the_original_start() -> None:
    story = Story(Kind.CONSULTATION).assigned().do(Move.CLASSIFY, Classify(kind=Kind.COMPLAINT), at="2026-11-24 09:00")
    handle = story.clock(ClockName.HANDLE)
    assert (handle.due_on, handle.limit.number, handle.started_at) == (day("2026-11-27"), 5, local("2026-11-20 10:00"))


def test_a_shorter_kind_is_never_due_before_the_next_working_day() -> None:
    story = Story(Kind.COMPLAINT).assigned().do(Move.CLASSIFY, Classify(kind=Kind.CONSULTATION), at="2026-11-25 16:00")
    assert story.clock(ClockName.HANDLE).due_on == day("2026-11-26")


def test_a_shorter_kind_found_in_time_is_due_when_it_always_was() -> None:
    story = Story(Kind.COMPLAINT).assigned().do(Move.CLASSIFY, Classify(kind=Kind.CONSULTATION), at="2026-11-20 16:00")
    assert story.clock(ClockName.HANDLE).due_on == day("2026-11-24")


def test_a_kind_without_a_clause_takes_the_clause_away_from_the_clock() -> None:
    story = Story(Kind.CONSULTATION).assigned().do(Move.CLASSIFY, Classify(kind=Kind.HELP))
    assert story.clock(ClockName.HANDLE).clause is None


def test_other_corrections_leave_the_clocks_alone() -> None:
    story = Story().assigned()
    before = story.clocks
    story.do(Move.CLASSIFY, Classify(field="城管", region="城东", urgent=True), at="2026-11-24 09:00")
    assert story.clocks == before
    assert (story.letter.field, story.letter.region, story.letter.urgent) == ("城管", "城东", True)
    assert story.facts() == {"urgent": True, "corrected": ["field", "region"]}


def test_units_that_a_letter_turns_out_to_be_about_lose_it_at_once_and_hear_nothing() -> None:
    story = Story().assigned(ROADS, WATER).do(Move.CLASSIFY, Classify(about=(BUREAU,)))
    assert (story.letter.status, story.units(), story.letter.about_units) == (Status.ASSIGNED, ["*water"], (BUREAU,))
    assert story.running() == [("handle", WATER), ("return", WATER)]
    assert {unit for _, unit in story.heard()} == {f"{role}@water" for role in STAFF}
    assert story.facts()["about_corrected"] is True
    assert story.facts()["guarded"] is True
    assert (story.facts()["units"], story.facts()["lead"]) == (["water"], "water")
    assert refused_field(story, Move.CLASSIFY, Classify(about=("moon",))) == ("about", "unknown_unit")


def test_when_no_unit_is_left_the_letter_is_the_centre_s_again() -> None:
    story = Story().assigned(ROADS).do(Move.CLASSIFY, Classify(about=(ROADS,)), at="2026-11-23 09:00")
    assert (story.letter.status, story.units(), story.running()) == (Status.ACCEPTED, [], [("triage", None)])
    assert story.clock(ClockName.TRIAGE).due_on == day("2026-11-25")


def test_the_inspectors_hear_when_they_take_the_accused_centre_s_place() -> None:
    """PL-18."""
    story = Story().do(Move.CLASSIFY, Classify(about=(CENTRE,)))
    (told,) = story.told
    assert recipients(told, story.letter, story.people) == ("bureau-inspector", "inspector")
    assert story.do(Move.CLASSIFY, Classify(about=(CENTRE, PARKS))).told == []


def test_a_unit_names_the_person_who_handles() -> None:
    """SF-3.3.1: a named handler, of this unit."""
    story = Story().assigned().do(Move.SUB_ASSIGN, SubAssign(contact="roads-deputy-head"), ROADS_HANDLER)
    assert story.letter.assignments[0].contact == story.facts()["contact"] == "roads-deputy-head"
    assert story.heard() == {("letter_sub_assigned", "contact roads-deputy-head")}
    for stranger in ("water-handler", "nobody", "clerk"):
        field = refused_field(story, Move.SUB_ASSIGN, SubAssign(contact=stranger), ROADS_HANDLER)
        assert field == ("contact", "not_in_your_unit")


def test_contacting_the_writer_is_noted_for_the_unit_that_did() -> None:
    story = Story().assigned(ROADS, WATER).do(Move.CONTACT_WRITER, ContactWriter(note="已通话"), WATER_HANDLER)
    assert [each.contacted_writer_at for each in story.letter.assignments] == [None, story.now]
    assert texts(story) == [("note", "已通话", False)]


def test_an_explained_delay_is_told_to_the_writer_and_marks_this_unit_s_clocks() -> None:
    story = Story().assigned(ROADS, WATER).do(Move.EXPLAIN_DELAY, ExplainDelay(reason="等材料"), ROADS_HANDLER)
    assert (story.clock(ClockName.HANDLE, ROADS).explained, story.clock(ClockName.HANDLE, WATER).explained) == (
        True,
        False,
    )
    assert texts(story) == [("reason", "等材料", True)]
    assert story.heard() == {("delay_explained", "writer")}


def test_an_instruction_reaches_the_centre_and_every_unit_that_holds_the_letter() -> None:
    story = Story().do(Move.INSTRUCT, Instruct(text="从速办理"), LEADER)
    assert story.heard() == {("letter_instructed", "centre")}
    story.assigned(ROADS).do(Move.INSTRUCT, Instruct(text="从速办理"), LEADER)
    assert story.heard() == {("letter_instructed", "centre")} | staff("letter_instructed", ROADS)
    assert texts(story) == [("instruction", "从速办理", False)]


def test_supervision_stays_with_the_letter() -> None:
    story = Story().do(Move.SUPERVISE, Supervise(note="重点件"), INSPECTOR)
    assert story.letter.supervised
    assert story.heard() == {("letter_supervised", "centre")}


def test_a_person_s_urge_reaches_whoever_has_the_letter() -> None:
    story = Story().do(Move.URGE, Remark(), INSPECTOR)
    assert story.heard() == {("letter_urged", "centre")}
    story.assigned(ROADS, WATER).do(Move.URGE, Remark(note="请抓紧"), INSPECTOR)
    assert story.heard() == staff("letter_urged", ROADS) | staff("letter_urged", WATER)


def test_a_supplement_is_kept_in_the_writer_s_own_words() -> None:
    story = Story().assigned().do(Move.SUPPLEMENT, Supplement(body="还有两盏\n不亮"), WRITER)
    assert texts(story) == [("supplement", "还有两盏\n不亮", True)]
    assert story.heard() == staff("letter_supplemented", ROADS)


def test_withdrawing_drops_every_clock() -> None:
    story = Story().assigned(ROADS, WATER).do(Move.WITHDRAW, Nothing(), WRITER)
    assert (story.letter.status, story.running()) == (Status.WITHDRAWN, [])
    assert {c.ending for c in story.clocks if c.name is not ClockName.TRIAGE} == {Ending.DROPPED}
    assert story.heard() == staff("letter_withdrawn", ROADS) | staff("letter_withdrawn", WATER)


def test_every_text_has_its_own_id_and_salt() -> None:
    story = Story().assigned().do(Move.CONTACT_WRITER, ContactWriter(note="一"), ROADS_HANDLER)
    story.do(Move.ANSWER, Answer(body="二"), ROADS_HANDLER)
    assert [text.id for text in story.texts] == ["T#001", "T#002", "T#003"]
    assert len({text.salt for text in story.texts}) == 3
    assert [text.purpose for text in story.texts] == [TextPurpose.BODY, TextPurpose.NOTE, TextPurpose.ANSWER]
    assert story.texts[-1].author is Role.HANDLER
    assert story.texts[-1].unit == ROADS
    assert CENTRE not in {text.unit for text in story.texts}


def test_a_unit_that_returned_the_letter_cannot_move_it_any_more() -> None:
    story = Story().assigned(ROADS, PARKS).do(Move.RETURN, Return(reason="非本单位"), ROADS_HANDLER)
    assert story.why_not(Move.ANSWER, ROADS_HANDLER) == "not_your_letter"
    assert story.why_not(Move.ANSWER, PARKS_HANDLER) is None


def test_a_letters_time_never_runs_backwards() -> None:
    """The machine's clock was set back by a day between two moves: no limit ends before it began."""
    story = Story(at="2026-11-20 10:00").assigned()
    story.do(Move.ANSWER, Answer(body="已修复"), ROADS_HANDLER, at="2026-11-19 10:00")
    handle, event = story.clock(ClockName.HANDLE), story.events[-1]
    assert handle.ended_at == handle.started_at == event.at == event.recorded_at == local("2026-11-20 10:00")
    assert story.letter.last_at == event.at


def test_a_clock_that_goes_on_moves_the_letters_time() -> None:
    story = Story(at="2026-11-20 10:00").assigned(at="2026-11-20 11:00")
    assert story.letter.last_at == local("2026-11-20 11:00")
