"""What a line of the desk's lists tells beside subject and due date: no more than the letter's own page would."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.desk import is_archived, of_before_marks
from chalicelib.domain.directory import Directory
from chalicelib.domain.letter import Role
from chalicelib.domain.messages import MessageState
from tests.builders import ROADS, a_contact
from tests.functional.test_conflict_of_interest import ACCUSED, STAFF
from tests.functional.test_desk_lists import listed
from tests.functional.test_reconcile import folder, found
from tests.functional.world import Citizen, World, assigned

ROADS_OFFICE, WATER_OFFICE = "unit roads", "unit water"
SECTIONS = ("letters", "pool", "supervised", "lying")


def marks(world: World, contact: str, name: str = "letters") -> list[tuple[list[str], bool, bool]]:
    """Units, whether confidential, whether supervised: of each line of a list."""
    return [(each["units"], each["confidential"], each["supervised"]) for each in listed(world, contact, name)]


def lines(world: World, contact: str) -> list[dict[str, Any]]:
    return [each for name in SECTIONS for each in listed(world, contact, name)]


def without_marks(world: World, citizen: Citizen) -> None:
    """The letter's entries as they were written before there were marks."""
    of_it = folder(world, citizen)
    of_it.desk = tuple(of_before_marks(each) for each in of_it.desk)


def test_a_line_says_which_units_have_the_letter_the_leading_one_first(world: World) -> None:
    citizen = world.send_letter()
    assert marks(world, "clerk") == [([], False, False)]
    clerk = world.desk("clerk")
    clerk.makes(citizen.code, "accept")
    clerk.makes(citizen.code, "assign", units=["water", "roads"])
    for who in ("water-handler", "roads-handler"):
        assert marks(world, who) == [([WATER_OFFICE, ROADS_OFFICE], False, False)]


def test_a_line_says_to_which_unit_the_letter_was_forwarded(world: World) -> None:
    citizen = world.send_letter()
    world.desk("clerk").makes(citizen.code, "accept")
    world.desk("clerk").makes(citizen.code, "forward", unit="water", ask_answer=True)
    assert marks(world, "water-handler") == [([WATER_OFFICE], False, False)]


def test_a_unit_that_gave_the_letter_back_no_longer_has_it(world: World) -> None:
    citizen = assigned(world, "roads", "water")
    world.desk("water-handler").makes(citizen.code, "return", reason="不属于本单位职责。")
    assert marks(world, "roads-handler") == [([ROADS_OFFICE], False, False)]


def test_whoever_has_a_supervised_or_confidential_letter_sees_it_in_the_list(world: World) -> None:
    citizen, plain = assigned(world, keep_confidential=True), assigned(world)
    world.desk("inspector").makes(citizen.code, "supervise")
    told = {each["tracking_code"]: (each["confidential"], each["supervised"]) for each in lines(world, "roads-handler")}
    assert told == {citizen.code: (True, True), plain.code: (False, False)}
    assert marks(world, "inspector", "supervised") == [([ROADS_OFFICE], True, True)]


def test_what_is_supervised_is_on_the_inspectors_list_alone(world: World) -> None:
    """The mark that everybody is shown puts the letter on nobody's list."""
    citizen = world.send_letter()
    world.desk("inspector").makes(citizen.code, "supervise")
    assert marks(world, "clerk") == [([], False, True)]
    assert listed(world, "clerk", "supervised") == []


@pytest.mark.parametrize("fields", [{}, {"keep_confidential": True}, ACCUSED, {"kind": "complaint"}])
def test_no_line_tells_more_than_the_letters_own_page(world: World, fields: dict[str, Any]) -> None:
    """Whoever is listed it may open it, and finds the same there; nothing in any list names the writer to a unit."""
    citizen = assigned(world, "water", **fields)
    world.desk("inspector").makes(citizen.code, "supervise")
    world.nobody_acts_until("2026-12-03 12:00")
    seen = 0
    for contact in world.registry.directory().contacts:
        for line in lines(world, contact):
            seen += 1
            page = world.desk(contact).opens(line["tracking_code"])
            assert page.status == 200, contact
            assert line["units"] == [each["name"] for each in page["units"]], contact
            assert line["confidential"] == page["keep_confidential"], contact
            assert line["supervised"] == page["supervised"] is True, contact
            assert line["subject"] == page["subject"], contact
    assert seen >= 2


def test_those_a_letter_is_about_are_told_nothing_by_any_list(world: World) -> None:
    """PL-18: not that somebody wrote, which unit looks into it, nor that it is confidential or supervised.

    One of them is an inspector, whose list of supervised letters it would be on.
    """
    world.people(Directory.of([], [a_contact("roads-inspector", ROADS, Role.INSPECTOR)], []))
    about = (*STAFF, "roads-inspector")
    before = {who: world.desk(who).call("GET", "/desk").raw for who in about}
    citizen = assigned(world, "water", **ACCUSED, keep_confidential=True)
    world.desk("inspector").makes(citizen.code, "supervise")
    world.nobody_acts_until("2026-12-01 12:00")
    for who in about:
        now = world.desk(who).call("GET", "/desk").raw
        assert now.replace("2026-12-01", "2026-11-20") == before[who], who
    assert marks(world, "inspector", "supervised") == marks(world, "water-handler") == [([WATER_OFFICE], True, True)]


def test_lines_of_before_say_less_and_learn_it_with_the_letters_next_event(world: World) -> None:
    citizen = assigned(world, keep_confidential=True)
    world.desk("inspector").makes(citizen.code, "supervise")
    without_marks(world, citizen)
    assert marks(world, "roads-handler") == [([], False, False)]
    assert marks(world, "inspector", "supervised") == [([], False, True)]
    assert found(world.run("reconcile")) == {}, "nothing is wrong with them"
    citizen.does("supplement", body="补充一句。")
    assert marks(world, "roads-handler") == [([ROADS_OFFICE], True, True)]
    assert found(world.run("reconcile")) == {}


def test_a_line_with_wrong_marks_is_found(world: World) -> None:
    citizen = assigned(world)
    of_it = folder(world, citizen)
    of_it.desk = tuple(each if is_archived(each) else replace(each, confidential=True) for each in of_it.desk)
    assert found(world.run("reconcile")) == {"desk_wrong": (citizen.code,)}


def test_a_line_of_before_that_is_wrong_otherwise_is_found(world: World) -> None:
    citizen = assigned(world)
    without_marks(world, citizen)
    of_it = folder(world, citizen)
    of_it.desk = tuple(each if is_archived(each) else replace(each, due_on="2026-12-31") for each in of_it.desk)
    assert found(world.run("reconcile")) == {"desk_wrong": (citizen.code,)}


def given_up(world: World, recipient: str) -> None:
    """The newest message to this person could not be delivered."""
    message = [each for each in world.outbox.messages.values() if each.recipient == recipient][-1]
    world.outbox.settle(replace(message, state=MessageState.FAILED))


def test_a_message_that_did_not_get_through_names_the_member_of_staff_and_their_office(world: World) -> None:
    assigned(world)
    given_up(world, "roads-handler")
    (message,) = world.desk("clerk").call("GET", "/desk")["undelivered"]
    contact = world.contact("roads-handler")
    assert (message["to"], message["to_name"], message["to_unit"]) == ("roads-handler", contact.name, ROADS_OFFICE)
    assert contact.email not in world.desk("clerk").call("GET", "/desk").raw


def test_a_message_to_the_writer_names_nobody(world: World) -> None:
    world.send_letter()
    given_up(world, "writer")
    (message,) = world.desk("clerk").call("GET", "/desk")["undelivered"]
    assert (message["to"], message["to_name"], message["to_unit"]) == ("writer", None, None)
