"""Letters that change hands: nobody it is about keeps it, and nobody who has it is left without turn or limit."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from chalicelib import bootstrap
from tests.functional.world import Citizen
from tests.regulations.county import County, a_county


@pytest.fixture
def bengbu() -> Iterator[County]:
    """Answers are signed by the unit's head, then reviewed by the centre."""
    yield County(a_county(), "bengbu-2014")
    bootstrap.use(None)


@pytest.fixture
def chongqing() -> Iterator[County]:
    """Letters are forwarded and referred; answers are given at once."""
    yield County(a_county(), "chongqing-2005")
    bootstrap.use(None)


def drafted(county: County, *units: str) -> Citizen:
    """A letter whose answer the roads office's handler has written; its head has not signed it."""
    citizen = county.assigned(*(units or ("roads",)))
    county.desk("roads-handler").makes(citizen.code, "answer", body="已经修好。")
    return citizen


def waits(county: County, contact: str, citizen: Citizen) -> list[str]:
    """What waits for somebody on this letter."""
    return [each["waits_for"] for each in county.desk(contact).waiting() if each["tracking_code"] == citizen.code]


def test_what_an_accused_person_drafted_is_written_anew(bengbu: County) -> None:
    """The unit keeps the letter, and what is left of its limit; nobody signs the accused person's words."""
    citizen = drafted(bengbu)
    bengbu.desk("clerk").makes(citizen.code, "classify", about=["contact:roads-handler"])
    assert bengbu.desk("roads-handler").opens(citizen.code).status == 404
    assert citizen.looks()["status"] == "assigned"
    assert citizen.looks().clock("handle")["state"] == "running"
    assert waits(bengbu, "roads-head", citizen) == ["answer"]
    assert "approve" not in bengbu.says("roads-head", citizen.code).moves()


def test_the_accused_lose_a_letter_that_was_forwarded_to_them(chongqing: County) -> None:
    citizen = chongqing.accepted()
    chongqing.read_by_head(citizen)
    chongqing.desk("clerk").makes(citizen.code, "forward", unit="water", ask_answer=True, note="请答复来信人。")
    assert chongqing.desk("water-handler").opens(citizen.code).status == 200
    chongqing.desk("clerk").makes(citizen.code, "classify", about=["water"])
    assert chongqing.desk("water-handler").opens(citizen.code).status == 404
    assert waits(chongqing, "clerk", citizen) == ["assign"]
    assert citizen.looks().clock("triage")["state"] == "running"


def test_the_accused_lose_a_letter_they_have_answered(chongqing: County) -> None:
    citizen = chongqing.assigned("water")
    chongqing.desk("water-handler").makes(citizen.code, "answer", body="查无此事。")
    chongqing.desk("clerk").makes(citizen.code, "classify", about=["water"])
    assert chongqing.desk("water-handler").opens(citizen.code).status == 404
    assert citizen.looks()["status"] == "accepted"
    assert waits(chongqing, "clerk", citizen) == ["assign"]


def test_a_letter_referred_to_a_leader_it_is_about_comes_back(chongqing: County) -> None:
    citizen = chongqing.accepted()
    chongqing.read_by_head(citizen)
    chongqing.desk("clerk").makes(citizen.code, "refer_up", leader="deputy-mayor")
    chongqing.desk("clerk").makes(citizen.code, "classify", about=["contact:deputy-mayor"])
    assert chongqing.desk("deputy-mayor").opens(citizen.code).status == 404
    assert waits(chongqing, "clerk", citizen) == ["assign"]
    assert citizen.looks().clock("triage")["state"] == "running"


def test_a_subordinate_that_is_assigned_the_letter_itself_has_limits_of_its_own(chongqing: County) -> None:
    citizen = chongqing.assigned("roads")
    chongqing.desk("roads-handler").makes(citizen.code, "sub_assign", unit="roads-section")
    chongqing.desk("clerk").makes(citizen.code, "assign", units=["water", "roads-section"], note="请办理。")
    running = {(clock["name"], clock["unit"]) for clock in citizen.looks()["clocks"] if clock["state"] == "running"}
    assert ("handle", "roads-section") in running
    assert ("handle", "roads") not in running


def test_a_joining_unit_gives_its_part_while_the_answer_is_being_signed(bengbu: County) -> None:
    citizen = drafted(bengbu, "roads", "water")
    assert bengbu.desk("water-handler").makes(citizen.code, "answer", body="管道已查。")["status"] == "in_approval"
    assert waits(bengbu, "water-handler", citizen) == []
    assert bengbu.desk("roads-handler").tries(citizen.code, "answer", body="另一份").refused()[0] == 403
    assert waits(bengbu, "roads-head", citizen) == ["approve"]


def test_a_letter_is_not_forwarded_to_an_office_in_which_nobody_handles_letters(chongqing: County) -> None:
    citizen = chongqing.accepted()
    chongqing.read_by_head(citizen)
    said = chongqing.desk("clerk").tries(citizen.code, "forward", unit="government", note="请办理。")
    assert (said.status, said.fields()) == (422, ["unit"])


def test_a_letter_handed_on_anew_is_taken_back_from_those_below(chongqing: County) -> None:
    """To the person whom the unit names at last, and to nobody else."""
    citizen = chongqing.assigned("roads")
    head = chongqing.desk("roads-head")
    head.makes(citizen.code, "sub_assign", unit="roads-section")
    assert waits(chongqing, "roads-section-handler", citizen) == ["answer"]
    head.makes(citizen.code, "sub_assign", contact="roads-handler")
    assert waits(chongqing, "roads-section-handler", citizen) == []
    assert waits(chongqing, "roads-handler", citizen) == ["answer"]
    head.makes(citizen.code, "sub_assign", unit="roads-section")
    assert waits(chongqing, "roads-section-handler", citizen) == ["answer"]


def test_an_answered_forwarded_letter_is_not_returned(chongqing: County) -> None:
    citizen = chongqing.accepted()
    chongqing.read_by_head(citizen)
    chongqing.desk("clerk").makes(citizen.code, "forward", unit="water", ask_answer=True, note="请答复来信人。")
    chongqing.desk("water-handler").makes(citizen.code, "answer", body="已经答复。")
    assert chongqing.desk("water-handler").tries(citizen.code, "return", reason="不归我们").refused()[0] == 403


def test_nobody_signs_in_the_place_of_a_leader_whose_post_is_vacant(bengbu: County) -> None:
    """BB-3.4: an answer in the government's name has all its signatures, or is not given in that name."""
    citizen = bengbu.assigned("roads")
    chains = bengbu.says("roads-handler", citizen.code).form("answer")["chain"]["oneOf"]
    assert "government" in [each["const"] for each in chains]
    bengbu.registry.put([], [replace(bengbu.contact("mayor"), active=False)], [])
    assert "government" not in str(bengbu.says("roads-handler", citizen.code).form("answer"))
    said = bengbu.desk("roads-handler").tries(citizen.code, "answer", body="好。", chain="government")
    assert (said.status, said.fields()) == (422, ["chain"])


def test_the_inspectors_may_decide_that_no_measure_is_needed(bengbu: County) -> None:
    citizen = bengbu.assigned("roads")
    bengbu.desk("clerk").makes(citizen.code, "refer_to_efficiency_office", note="办理拖延。")
    assert waits(bengbu, "inspector", citizen) == ["decide_measure"]
    bengbu.desk("inspector").makes(citizen.code, "hold_to_account", note="情况属实，已提醒，不另处理。")
    assert waits(bengbu, "inspector", citizen) == []


def test_a_withdrawn_letter_waits_for_no_measure(bengbu: County) -> None:
    citizen = bengbu.assigned("roads")
    bengbu.desk("clerk").makes(citizen.code, "refer_to_efficiency_office", note="办理拖延。")
    assert citizen.does("withdraw").status == 200
    assert waits(bengbu, "inspector", citizen) == []


def test_an_office_finds_no_gap_in_its_numbers_for_a_letter_that_is_about_it(chongqing: County) -> None:
    """CQ-3.2.3 numbers by the first office; of what others keep in its place it must not even know the number."""
    ordinary = chongqing.send_letter(mailbox="roads-box")
    hidden = chongqing.send_letter(mailbox="roads-box", kind="complaint", about=[{"unit": "roads"}])
    chongqing.desk("inspector").makes(hidden.code, "accept")
    number = str(chongqing.desk("roads-clerk").makes(ordinary.code, "accept")["number"])
    assert ("交通运输局" in number, "00001" in number) == (True, True)
    assert "督查室" in str(hidden.looks()["number"])


def test_a_letter_asked_for_again_is_the_centre_s_and_not_anybody_s_to_claim() -> None:
    """Its answer and why it did not do are for the centre to look at (PL-6 is for what nobody has handled yet)."""
    county = County(a_county(), "pingliang-2012")
    citizen = county.accepted()
    county.desk("roads-handler").makes(citizen.code, "claim")
    county.desk("roads-handler").makes(citizen.code, "answer", body="已经修好。")
    assert citizen.does("reopen", reason="没有修好").status == 200
    county.desk("clerk").makes(citizen.code, "classify", excerpt="路灯报修")
    assert county.desk("water-handler").opens(citizen.code).status == 404
    assert waits(county, "clerk", citizen) == ["assign"]
    bootstrap.use(None)
