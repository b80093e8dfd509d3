"""What waits on whose desk, in every status."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.desk import (
    CENTRES,
    INSPECTORS,
    LEADERS,
    UNDATED,
    entries,
    is_shown_to,
    owner_centre,
    owner_contact,
    owner_unit,
    owners_of,
)
from chalicelib.domain.directory import Contact, Directory
from chalicelib.domain.letter import Approval, ContactId, DeskEntry, Kind, Referral, Role, Status, UnitId
from chalicelib.domain.payloads import (
    Accept,
    Answer,
    Approve,
    Assign,
    Classify,
    ContactWriter,
    Decline,
    ExplainDelay,
    GrantExtension,
    Nothing,
    RequestExtension,
    Return,
    SendBack,
    SubAssign,
)
from chalicelib.domain.workflow import ENDED, Move
from tests.builders import CENTRE, ROADS, WATER, a_contact
from tests.unit.making import BUREAU, INSPECTION, ROADS_HANDLER, WATER_HANDLER, WRITER, Story, county, in_status

AT_CENTRE = owner_centre(CENTRE)
AT_ROADS, AT_WATER = owner_unit(ROADS), owner_unit(WATER)
OFFICE = UnitId("office")
ANSWER = Answer(body="已修复")


def desk(story: Story) -> dict[str, tuple[str, str]]:
    """What waits for each owner, and until when."""
    found = entries(story.letter, story.clocks, story.people)
    assert len({each.owner for each in found}) == len(found)
    return {each.owner: (each.waits_for, each.due_on) for each in found}


def seen_by(story: Story, people: Directory | None = None) -> list[str]:
    """Who finds the letter on their list, as the directory stands now."""
    found, now = entries(story.letter, story.clocks, story.people), people or story.people
    return sorted(
        {
            contact.id
            for entry in found
            for contact in now.contacts.values()
            if entry.owner in owners_of(contact) and is_shown_to(entry, contact, now)
        }
    )


def with_contact(people: Directory, contact: Contact) -> Directory:
    """The same directory with this contact changed."""
    contacts = {**people.contacts, contact.id: contact}
    return Directory.of(people.units.values(), contacts.values(), people.mailboxes.values())


def test_a_new_letter_waits_for_triage() -> None:
    assert desk(Story()) == {AT_CENTRE: ("triage", "2026-11-24")}


def test_an_accepted_letter_waits_to_be_assigned_by_the_same_date() -> None:
    assert desk(Story().do(Move.ACCEPT, Accept())) == {AT_CENTRE: ("assign", "2026-11-24")}


def test_an_assigned_letter_waits_for_the_lead_s_answer_and_the_joiner_s_part_and_not_for_the_centre() -> None:
    """The return window is no due date: the handling limit is."""
    story = Story(Kind.COMPLAINT).assigned(ROADS, WATER)
    assert desk(story) == {AT_ROADS: ("answer", "2026-11-27"), AT_WATER: ("contribute", "2026-11-27")}


def test_a_joiner_that_did_its_part_has_nothing_more_to_do() -> None:
    story = Story(Kind.COMPLAINT).assigned(ROADS, WATER).do(Move.ANSWER, ANSWER, WATER_HANDLER)
    assert desk(story) == {AT_ROADS: ("answer", "2026-11-27")}
    story.do(Move.RETURN, Return(reason="非本单位"), ROADS_HANDLER)
    assert desk(story) == {AT_WATER: ("answer", "2026-11-27")}


def test_a_named_handler_has_it_on_the_own_desk_and_the_unit_keeps_sight_of_it() -> None:
    story = Story().assigned().do(Move.SUB_ASSIGN, SubAssign(contact="roads-deputy-head"), ROADS_HANDLER)
    assert desk(story) == {
        owner_contact(ContactId("roads-deputy-head")): ("answer", "2026-11-24"),
        AT_ROADS: ("with_colleague", "2026-11-24"),
    }


def test_a_wish_for_more_time_waits_for_the_centre_until_that_unit_s_due_date() -> None:
    story = Story(Kind.COMPLAINT).assigned(ROADS)
    story.do(Move.CONTACT_WRITER, ContactWriter(note="已联系"), ROADS_HANDLER)
    story.do(Move.REQUEST_EXTENSION, RequestExtension(reason="勘查", working_days=3), ROADS_HANDLER)
    assert desk(story) == {AT_CENTRE: ("decide_extension", "2026-11-27"), AT_ROADS: ("answer", "2026-11-27")}
    story.do(Move.GRANT_EXTENSION, GrantExtension())
    assert desk(story) == {AT_ROADS: ("answer", "2026-12-02")}


def test_an_answer_waits_for_review_and_sent_back_for_the_unit() -> None:
    story = Story().assigned().do(Move.ANSWER, ANSWER, ROADS_HANDLER)
    assert desk(story) == {AT_CENTRE: ("review", UNDATED)}
    story.do(Move.SEND_BACK, SendBack(reasons="请补充"))
    assert desk(story) == {AT_ROADS: ("redo", "2026-11-25")}


@pytest.mark.parametrize("status", sorted(ENDED))
def test_a_letter_that_owes_nothing_waits_for_nobody(status: Status) -> None:
    assert desk(in_status(Story().assigned(), status=status)) == {}


def test_a_letter_with_a_leader_lies_there_and_the_centre_keeps_sight_of_it() -> None:
    story = in_status(Story(), status=Status.REFERRED, referral=Referral(CENTRE, ContactId("leader")))
    assert desk(story) == {
        owner_contact(ContactId("leader")): ("instruct", UNDATED),
        AT_CENTRE: ("with_leader", "2026-11-24"),
    }


def test_an_answer_waits_at_its_step_and_the_unit_keeps_sight_of_it() -> None:
    waits = Approval("signed", "sign", (Role.FIRST_RESPONSIBLE,), "T#002", ROADS)
    story = in_status(Story().assigned(), status=Status.IN_APPROVAL, approval=waits)
    assert desk(story) == {
        owner_contact(ContactId("roads-head")): ("approve", "2026-11-24"),
        AT_ROADS: ("with_approver", "2026-11-24"),
    }


def test_an_ended_letter_leaves_every_desk() -> None:
    assert desk(Story().do(Move.DECLINE, Decline(ground="not_a_public_matter"))) == {}
    assert desk(Story().assigned().do(Move.WITHDRAW, Nothing(), WRITER)) == {}
    assert desk(Story().assigned().do(Move.ANSWER, ANSWER, ROADS_HANDLER).do(Move.APPROVE, Approve())) == {}


def test_a_letter_about_the_centre_waits_for_the_inspectors() -> None:
    story = Story().do(Move.CLASSIFY, Classify(about=(CENTRE,)))
    assert desk(story) == {INSPECTORS: ("triage", "2026-11-24")}


def test_a_letter_about_the_centre_and_an_inspector_is_shown_to_the_other_inspectors_only() -> None:
    """The list itself shows the subject: the accused must not find it there (PL-18)."""
    story = Story().do(Move.CLASSIFY, Classify(about=(CENTRE, BUREAU)))
    assert desk(story) == {INSPECTORS: ("triage", "2026-11-24")}
    assert seen_by(story) == ["inspector"]


@pytest.mark.parametrize(
    ("about", "owner", "keepers"),
    [
        ((CENTRE, BUREAU, INSPECTION), LEADERS, ["leader"]),
        ((CENTRE, BUREAU, INSPECTION, OFFICE), CENTRES, ["water-clerk"]),
        ((CENTRE, BUREAU, INSPECTION, OFFICE, WATER), AT_CENTRE, []),
    ],
)
def test_a_letter_about_those_who_stand_in_waits_for_the_next_in_line(
    about: tuple[UnitId, ...], owner: str, keepers: list[str]
) -> None:
    """The last row is a letter about everybody there is: nobody may see it, and `reconcile` says so."""
    people = county()
    clerk = a_contact("water-clerk", WATER, Role.CENTRE)
    people = Directory.of(people.units.values(), [*people.contacts.values(), clerk], people.mailboxes.values())
    story = Story(people=people).do(Move.CLASSIFY, Classify(about=about))
    assert desk(story) == {owner: ("triage", "2026-11-24")}
    assert seen_by(story) == keepers


def test_somebody_who_has_moved_to_another_unit_no_longer_finds_the_letter_listed() -> None:
    story = Story().assigned().do(Move.SUB_ASSIGN, SubAssign(contact="roads-deputy-head"), ROADS_HANDLER)
    assert "roads-deputy-head" in seen_by(story)
    moved = replace(story.people.contacts[ContactId("roads-deputy-head")], unit=WATER)
    assert "roads-deputy-head" not in seen_by(story, with_contact(story.people, moved))


@pytest.mark.parametrize("change", [{"unit": WATER}, {"active": False}])
def test_what_was_given_to_somebody_who_left_is_the_unit_s_own_again(change: dict[str, Any]) -> None:
    story = Story().assigned().do(Move.SUB_ASSIGN, SubAssign(contact="roads-deputy-head"), ROADS_HANDLER)
    left = replace(story.people.contacts[ContactId("roads-deputy-head")], **change)
    story.people = with_contact(story.people, left)
    assert desk(story) == {AT_ROADS: ("answer", "2026-11-24")}


def test_an_accused_unit_loses_its_entry() -> None:
    story = Story().assigned(ROADS).do(Move.CLASSIFY, Classify(about=(BUREAU,)))
    assert desk(story) == {AT_CENTRE: ("assign", "2026-11-24")}


def test_an_entry_says_number_kind_and_whether_its_date_is_provisional_and_hides_the_subject_from_logs() -> None:
    story = Story(Kind.COMPLAINT, "2026-12-24 10:00").assigned()
    (entry,) = entries(story.letter, story.clocks, story.people)
    assert isinstance(entry, DeskEntry)
    assert (entry.number, entry.kind, entry.provisional) == ("信箱〔2026〕0001号", Kind.COMPLAINT, True)
    assert entry.subject == story.letter.subject
    assert entry.subject not in repr(entry)


def test_everybody_sees_the_own_entries_the_unit_s_and_those_of_the_role() -> None:
    people = county().contacts
    assert owners_of(people[ContactId("clerk")]) == (
        "contact:clerk",
        "unit:centre",
        "centre:centre",
        "centres",
    )
    assert owners_of(people[ContactId("roads-handler")]) == ("contact:roads-handler", "unit:roads", "pool")
    assert owners_of(people[ContactId("inspector")]) == ("contact:inspector", "unit:inspection", "inspectors")
    assert owners_of(people[ContactId("leader")]) == ("contact:leader", "unit:office", "leaders")


def test_what_waits_disappears_only_when_it_is_done() -> None:
    """Explaining a delay or a reassignment to the same unit answers nothing."""
    story = Story(Kind.COMPLAINT).assigned()
    before = desk(story)
    story.do(Move.EXPLAIN_DELAY, ExplainDelay(reason="等材料"), ROADS_HANDLER).do(Move.ASSIGN, Assign(units=(ROADS,)))
    assert desk(story) == before
