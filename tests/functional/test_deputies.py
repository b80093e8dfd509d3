"""Somebody who is away names a deputy, with dates: the deputy acts in their place, and the ledger says for whom."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.directory import Unit
from chalicelib.domain.letter import Role, UnitId
from chalicelib.domain.rules import AnswerChain, ApprovalStep
from chalicelib.ports import RefusedError
from chalicelib.services.import_units import UnitsFile, read_units, take_units
from tests.builders import a_contact, rulebook
from tests.functional.world import Answer, Desk, World, answered, assigned

FRIDAY, MONDAY = "2026-11-20", "2026-11-23"


def names(desk: Desk, chosen: str, until: str = MONDAY, **more: str) -> Answer:
    """Name a deputy."""
    return desk.call("POST", "/desk/deputy", {"contact": chosen, "until": until, **more})


def waiting_for(desk: Desk, code: str) -> dict[str, Any]:
    """What the desk lists of this letter."""
    return next((each for each in desk.waiting() if each["tracking_code"] == code), {})


@pytest.fixture
def away(world: World) -> World:
    """The head of the roads office is away from Friday through Monday; the deputy head stands in."""
    assert names(world.desk("roads-head"), "roads-deputy-head").status == 200
    world.post_goes_out()
    return world


def only_the_head(world: World) -> str:
    """A letter whose answer only the head of the roads office can sign, in person."""
    step = ApprovalStep(name="head", title="主要负责人签发", by=(Role.FIRST_RESPONSIBLE,), in_person=True)
    chain = AnswerChain(name="signed", title="审签", steps=(step,))
    book = rulebook().model_copy(update={"answer_chains": (chain,)})
    world.rulebooks["shuangfeng-2018"] = book
    world.open(rulebook=book)
    citizen = assigned(world)
    world.desk("roads-handler").makes(citizen.code, "answer", body="路灯已经修好。")
    return citizen.code


def test_the_desk_shows_whom_one_named_and_for_whom_one_stands_in(away: World) -> None:
    head = away.desk("roads-head").call("GET", "/desk")
    named = {"id": "roads-deputy-head", "name": "name of roads-deputy-head", "from": FRIDAY, "until": MONDAY}
    assert head["contact"]["deputy"] == named
    assert head["deputy_for"] == []
    assert {each["id"] for each in head["colleagues"]} == {"roads-handler", "roads-deputy-head"}
    deputy = away.desk("roads-deputy-head").call("GET", "/desk")
    assert [each["id"] for each in deputy["deputy_for"]] == ["roads-head"]
    assert deputy["contact"]["deputy"] is None


def test_the_deputy_finds_what_waits_for_the_principal_and_acts_in_their_place(away: World) -> None:
    code = only_the_head(away)
    deputy = away.desk("roads-deputy-head")
    entry = waiting_for(deputy, code)
    assert (entry["waits_for"], entry["for"]["id"]) == ("approve", "roads-head")
    assert "approve" in deputy.opens(code).moves()
    deputy.makes(code, "approve", step="head", exception="负责人外出，由副职代签")
    event = away.file(code).events[-1]
    assert (event.actor.id, event.actor.deputy_for, event.actor.unit) == ("roads-deputy-head", "roads-head", "roads")
    told = away.desk("clerk").opens(code)["timeline"][-1]
    assert (told["by"]["id"], told["for"]["name"]) == ("roads-deputy-head", "name of roads-head")


def test_a_deputy_cannot_sign_in_somebodys_person(away: World) -> None:
    """BB-3.2: signed by the main responsible person in person; a deputy states the exception, which is recorded."""
    code = only_the_head(away)
    deputy = away.desk("roads-deputy-head")
    said = deputy.tries(code, "approve", step="head", signature="data:image/png;base64,iVBORw0KGgoAAAA=")
    assert (said.status, said.fields()) == (422, ["exception"])
    assert deputy.tries(code, "approve", step="head").fields() == ["exception"]
    deputy.makes(code, "approve", step="head", exception="负责人外出")
    assert away.file(code).events[-1].facts["signed"] == "exception"


def test_before_the_first_day_and_after_the_last_nothing_is_deputised(world: World) -> None:
    names(world.desk("roads-head"), "roads-deputy-head", until="2026-11-24", **{"from": MONDAY})
    code = only_the_head(world)
    deputy = world.desk("roads-deputy-head")
    for moment, stands_in in (
        ("2026-11-22 23:59", False),
        ("2026-11-23 00:01", True),
        ("2026-11-24 23:59", True),
        ("2026-11-25 00:01", False),
    ):
        world.at(moment)
        assert ("approve" in deputy.opens(code).moves()) is stands_in, moment
        assert (waiting_for(deputy, code).get("for") is not None) is stands_in, moment
    assert deputy.tries(code, "approve", step="head", exception="代签")["reason"] == "not_your_move"
    assert world.desk("roads-head").call("GET", "/desk")["contact"]["deputy"] is None


@pytest.mark.parametrize("ending", ["delete", "nobody"])
def test_it_can_be_ended_at_once(away: World, ending: str) -> None:
    code, head, deputy = only_the_head(away), away.desk("roads-head"), away.desk("roads-deputy-head")
    said = head.call("DELETE", "/desk/deputy") if ending == "delete" else head.call("POST", "/desk/deputy", {})
    assert (said.status, said["contact"]["deputy"]) == (200, None)
    assert "approve" not in deputy.opens(code).moves()


def test_mail_goes_to_the_deputy_while_the_principal_is_away(away: World) -> None:
    mails = len(away.mails_to("roads-head"))
    code = only_the_head(away)
    away.post_goes_out()
    mail = away.mails_to("roads-deputy-head")[-1]
    assert "代理name of roads-head的工作" in mail.text
    assert mail.html is not None
    assert "代理name of roads-head的工作" in mail.html
    assert len(away.mails_to("roads-head")) == mails
    assert away.desk("roads-deputy-head").opens(code).status == 200
    away.at("2026-11-24 09:00")
    citizen = assigned(away)
    away.desk("roads-handler").makes(citizen.code, "answer", body="路灯已经修好。")
    away.post_goes_out()
    assert len(away.mails_to("roads-head")) > mails


def test_what_both_would_get_comes_once(away: World) -> None:
    before = len(away.mails_to("roads-deputy-head"))
    assigned(away)
    away.post_goes_out()
    mails = away.mails_to("roads-deputy-head")[before:]
    assert len(mails) == 1
    assert "代理" not in mails[0].text


def test_a_fresh_link_is_never_sent_to_the_deputy(away: World) -> None:
    away.later(minutes=10)
    deputys = len(away.mails_to("roads-deputy-head"))
    mails = len(away.mails_to("roads-head"))
    away.call("POST", "/desk/links", {"email": away.contact("roads-head").email})
    away.post_goes_out()
    assert len(away.mails_to("roads-head")) == mails + 1
    assert len(away.mails_to("roads-deputy-head")) == deputys


def test_a_leader_may_name_a_leader_of_another_office(world: World) -> None:
    world.registry.put(
        [Unit(UnitId("party"), "县委办")],
        [
            replace(a_contact("mayor", UnitId("office"), Role.HEAD), phone=None),
            a_contact("secretary", UnitId("party"), Role.SECRETARY),
        ],
        [],
    )
    assert names(world.desk("mayor"), "secretary").status == 200
    citizen = assigned(world)
    secretary = world.desk("secretary")
    secretary.makes(citizen.code, "instruct", text="请抓紧办理")
    assert world.file(citizen.code).events[-1].actor.deputy_for is None  # a leader anyway: in their own right


@pytest.mark.parametrize(
    ("chosen", "dates", "field"),
    [
        ("roads-head", {}, "contact"),
        ("nobody", {}, "contact"),
        ("water-head", {}, "contact"),
        ("leader", {}, "contact"),
        ("roads-handler", {"from": MONDAY, "until": FRIDAY}, "until"),
        ("roads-handler", {"until": "2026-11-19"}, "until"),
        ("roads-handler", {"from": "2026-11-18", "until": "2026-11-19"}, "until"),
        ("roads-handler", {"from": FRIDAY, "until": "2027-11-21"}, "until"),
        ("roads-handler", {"until": "20.11.2026"}, "until"),
        ("roads-handler", {"until": MONDAY, "from": "2026-02-30"}, "from"),
    ],
)
def test_a_deputy_who_makes_no_sense_is_refused(world: World, chosen: str, dates: dict[str, str], field: str) -> None:
    head = world.desk("roads-head")
    said = head.call("POST", "/desk/deputy", {"contact": chosen, "until": MONDAY, **dates})
    assert (said.status, said.fields()) == (422, [field])
    assert said["errors"][0]["message"] not in {"", "not_a_deputy", "bad_date", "already_over", "deputy_too_long"}
    assert head.call("GET", "/desk")["contact"]["deputy"] is None


def test_a_year_is_not_too_long_but_no_end_is(world: World) -> None:
    head = world.desk("roads-head")
    assert names(head, "roads-handler", until="2027-11-20").status == 200
    assert head.call("POST", "/desk/deputy", {"contact": "roads-handler"}).status == 422


def test_somebody_who_has_left_cannot_stand_in(away: World) -> None:
    """Neither newly named, nor any more: then the mail goes to the principal again."""
    gone = replace(away.contact("roads-deputy-head"), active=False)
    away.registry.put([], [gone], [])
    assert names(away.desk("roads-head"), "roads-deputy-head").fields() == ["contact"]
    before = len(away.mails_to("roads-head"))
    only_the_head(away)
    away.post_goes_out()
    assert len(away.mails_to("roads-head")) > before


def test_a_deputys_deputy_has_no_part_in_it(away: World) -> None:
    """One level only, and each may even stand in for the other."""
    code = only_the_head(away)
    names(away.desk("roads-deputy-head"), "roads-handler")
    handler = away.desk("roads-handler")
    assert "approve" not in handler.opens(code).moves()
    names(away.desk("roads-handler"), "roads-deputy-head")
    assert away.desk("roads-deputy-head").call("GET", "/desk").status == 200


def leaders(world: World) -> None:
    """The mayor stands in for the leader; both lead, in different offices."""
    world.registry.put([], [a_contact("mayor", UnitId("hall"), Role.HEAD)], [])
    world.registry.put([Unit(UnitId("hall"), "县政府")], [], [])
    assert names(world.desk("leader"), "mayor").status == 200


@pytest.mark.parametrize("accused", ["office", "hall"])
def test_pl_18_what_is_kept_from_either_is_never_reached_through_deputising(world: World, accused: str) -> None:
    """About the leader's office: the deputy has it in their own right only. About the deputy's: they see nothing."""
    world.registry.put([Unit(UnitId("hall"), "县政府")], [a_contact("clerk2", UnitId("hall"), Role.HANDLER)], [])
    world.registry.put([], [a_contact("boss", UnitId("hall"), Role.HANDLER)], [])
    leaders(world)
    citizen = world.send_letter(kind="accusation", about=[{"unit": accused}])
    leader, mayor = world.desk("leader"), world.desk("mayor")
    world.desk("clerk").makes(citizen.code, "accept")
    if accused == "hall":
        assert mayor.opens(citizen.code).status == 404
        assert mayor.tries(citizen.code, "instruct", text="查")["status"] == 404
        assert leader.opens(citizen.code).status == 200
    else:
        assert leader.opens(citizen.code).status == 404
        mayor.makes(citizen.code, "instruct", text="请核查")
        assert world.file(citizen.code).events[-1].actor.deputy_for is None


def test_pl_18_a_letter_about_the_deputy_is_not_on_their_desk_and_its_mail_stays_with_the_principal(
    world: World,
) -> None:
    """The clerk names the second clerk, whom a letter is about: it reaches the first, desk and mail."""
    world.registry.put([], [a_contact("clerk2", UnitId("centre"), Role.AUDITOR)], [])
    assert names(world.desk("clerk"), "clerk2").status == 200
    first = world.send_letter()
    world.post_goes_out()
    assert "代理name of clerk的工作" in world.mails_to("clerk2")[-1].text
    second = world.desk("clerk2")
    assert waiting_for(second, first.code)["for"]["id"] == "clerk"
    second.makes(first.code, "accept")
    second.makes(first.code, "classify", about=["contact:clerk2"])
    assert second.opens(first.code).status == 404
    assert waiting_for(second, first.code) == {}
    before, theirs = len(world.mails_to("clerk")), len(world.mails_to("clerk2"))
    world.desk("clerk").makes(first.code, "assign", units=["roads"])
    world.desk("roads-handler").makes(first.code, "answer", body="路灯已经修好。")
    world.post_goes_out()
    assert len(world.mails_to("clerk")) > before
    assert len(world.mails_to("clerk2")) == theirs


def test_pl_18_mail_already_owed_turns_back_when_the_letter_is_found_to_be_about_the_deputy(world: World) -> None:
    world.registry.put([], [a_contact("clerk2", UnitId("centre"), Role.AUDITOR)], [])
    second = world.desk("clerk2")
    names(world.desk("clerk"), "clerk2")
    citizen = answered(world)
    clerk = world.desk("clerk")
    theirs, own = len(world.mails_to("clerk2")), len(world.mails_to("clerk"))
    assert citizen.does("reopen", reason="还是不亮").status == 200
    clerk.makes(citizen.code, "classify", about=["contact:clerk2"])
    world.post_goes_out()
    assert len(world.mails_to("clerk2")) == theirs
    assert len(world.mails_to("clerk")) > own
    assert second.opens(citizen.code).status == 404


def test_an_import_without_the_columns_keeps_the_deputy_named_at_the_desk(away: World) -> None:
    rows = (
        "unit,unit_name,contact,name,roles,email\n"
        "roads,unit roads,roads-head,新名,first_responsible,roads-head@county.test\n"
    )
    read = read_units(rows.encode())
    assert isinstance(read, UnitsFile)
    take_units(away.registry, read)
    assert away.desk("roads-head").call("GET", "/desk")["contact"]["name"] == "新名"
    assert away.desk("roads-head").call("GET", "/desk")["contact"]["deputy"]["id"] == "roads-deputy-head"


def with_code(world: World) -> str:
    """A letter whose answer the head of the roads office signs with a one-time code."""
    step = ApprovalStep(name="head", title="主要负责人签发", by=(Role.FIRST_RESPONSIBLE,), code=True)
    chain = AnswerChain(name="signed", title="审签", steps=(step,))
    book = rulebook().model_copy(update={"answer_chains": (chain,)})
    world.rulebooks["shuangfeng-2018"] = book
    world.open(rulebook=book)
    for number, contact in enumerate(("roads-head", "roads-deputy-head")):
        world.registry.put([], [replace(world.contact(contact), phone=f"1390738000{number}")], [])
    citizen = assigned(world)
    world.desk("roads-handler").makes(citizen.code, "answer", body="路灯已经修好。")
    return citizen.code


def asked_for(desk: Desk, code: str) -> str:
    """The code that comes to this person's phone."""
    assert desk.call("POST", f"/desk/letters/{code}/codes", {"move": "approve"})["sent_to"] == "sms"
    desk.world.post_goes_out()
    sms = desk.world.texts.sent[-1]
    assert sms.to == desk.world.contact(desk.contact).phone
    return dict(sms.params)["one_time_code"]


def test_the_code_comes_to_the_deputys_own_phone(away: World) -> None:
    code = with_code(away)
    deputy = away.desk("roads-deputy-head")
    deputy.makes(code, "approve", step="head", code=asked_for(deputy, code))
    assert away.file(code).events[-1].actor.deputy_for == "roads-head"


def two_chiefs(world: World) -> None:
    """Two leaders who also head an office each; the one at the hall stands in for the one at the wharf."""
    units = [Unit(UnitId(each), each) for each in ("hall", "wharf")]
    chiefs = [a_contact(f"{unit.id}-chief", unit.id, Role.LEADER, Role.FIRST_RESPONSIBLE) for unit in units]
    world.registry.put(units, chiefs, [])
    assert names(world.desk("wharf-chief"), "hall-chief").status == 200


def test_who_stands_in_for_another_office_acts_as_of_that_office(world: World) -> None:
    two_chiefs(world)
    citizen = assigned(world, "wharf")
    world.desk("hall-chief").makes(citizen.code, "answer", body="码头的路灯已经修好。")
    actor = world.file(citizen.code).events[-1].actor
    assert (actor.id, actor.deputy_for, actor.unit) == ("hall-chief", "wharf-chief", "wharf")
    assert citizen.looks()["answers"][0]["unit"] == "wharf"


def test_what_cannot_be_done_in_ones_own_place_is_done_in_the_others(world: World) -> None:
    """Both offices have the letter. The hall has asked for more time already; the next request is the wharf's."""
    two_chiefs(world)
    citizen = assigned(world, "hall", "wharf")
    hall, wharf = world.desk("hall-chief"), world.desk("wharf-chief")
    for desk in (hall, wharf):
        desk.makes(citizen.code, "contact_writer", note="已电话联系")
    for office in ("hall", "wharf"):
        hall.makes(citizen.code, "request_extension", reason="需要勘查", working_days=3)
        assert world.file(citizen.code).events[-1].actor.unit == office


def test_a_code_is_ones_own_and_so_are_wrong_tries(away: World) -> None:
    """The principal's code does not work for the deputy, whom the principal's wrong tries keep from nothing."""
    code, head, deputy = with_code(away), away.desk("roads-head"), away.desk("roads-deputy-head")
    heads = asked_for(head, code)
    for _ in range(5):
        wrong = f"{(int(heads) + 1) % 1_000_000:06d}"
        assert head.tries(code, "approve", step="head", code=wrong)["reason"] == "code_wrong"
    assert head.tries(code, "approve", step="head", code=heads).status == 429
    assert deputy.tries(code, "approve", step="head", code=heads)["reason"] == "code_wrong"
    deputy.makes(code, "approve", step="head", code=asked_for(deputy, code))


def test_the_deputy_is_told_once_for_whom_and_from_when_to_when(away: World) -> None:
    away.post_goes_out()
    told = [each for each in away.mails_to("roads-deputy-head") if "代理" in each.subject]
    assert len(told) == 1
    assert "name of roads-head请您在2026年11月20日" in told[0].text
    assert "2026年11月23日" in told[0].text
    away.later(minutes=1)
    names(away.desk("roads-head"), "roads-deputy-head")
    away.post_goes_out()
    assert len([each for each in away.mails_to("roads-deputy-head") if "代理" in each.subject]) == 1


def test_what_did_not_get_through_is_on_the_deputys_desk_too(world: World) -> None:
    world.registry.put([], [a_contact("clerk2", UnitId("centre"), Role.AUDITOR)], [])
    names(world.desk("clerk"), "clerk2")
    second = world.desk("clerk2")
    citizen = world.send_letter()
    world.mailer.failing["zhang.xiaoming@mail.test"] = RefusedError("no such box")
    world.post_goes_out()
    stuck = second.call("GET", "/desk")["undelivered"]
    assert [each["tracking_code"] for each in stuck] == [citizen.code]
    assert second.call("POST", f"/desk/messages/{stuck[0]['id']}/seen").status == 200
    assert second.call("GET", "/desk")["undelivered"] == []
