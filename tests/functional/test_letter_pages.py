"""What a letter's page shows to whom, and what its forms offer, under a rulebook with every rule."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.directory import Contact, Directory, Mailbox
from chalicelib.domain.letter import ContactId, MailboxId, Role, UnitId
from chalicelib.domain.rules import (
    AnswerChain,
    ApprovalStep,
    ExtensionGround,
    Ground,
    InstructedRule,
    PublicationRule,
    ReadingRule,
    ResponsibilityRule,
)
from chalicelib.domain.workflow import Move
from tests.builders import ROADS, WATER, a_directory, rulebook
from tests.functional.world import Citizen, World

SIGNATURE = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
    "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
UNIT_STEP = ApprovalStep(name="unit_head", title="主要负责人签发", by=(Role.FIRST_RESPONSIBLE,), in_person=True)
LEADER_STEP = ApprovalStep(name="deputy_head", title="分管领导审签", by=(Role.DEPUTY_HEAD,), criteria=True)
CHAIN = AnswerChain(name="signed", title="逐级审签", steps=(UNIT_STEP, LEADER_STEP), given_by="government")
ASKED_FOR = AnswerChain(name="by_letter", title="书面答复", on_request=True, steps=(UNIT_STEP,))
CENTRE = (Role.CENTRE,)
MOVES = {
    Move.REFER_UP: CENTRE,
    Move.WITHHOLD: CENTRE,
    Move.PUBLISH: CENTRE,
    Move.SPOT_CHECK: (Role.INSPECTOR,),
    Move.HOLD_TO_ACCOUNT: (Role.INSPECTOR,),
    Move.CALL_BACK: CENTRE,
    Move.REMOVE: CENTRE,
}


def ground(name: str) -> Ground:
    return Ground(id=name, text=f"情形{name}")


def people() -> Directory:
    """A section below roads, a mailbox of water's own, and a leader who signs."""
    known = a_directory()
    section = replace(known.units[ROADS], id=UnitId("section"), name="unit section", parent=ROADS)
    staff = [
        Contact(ContactId("mayor"), "李副市长", UnitId("office"), frozenset({Role.DEPUTY_HEAD}), "mayor@county.test"),
        Contact(ContactId("mender"), "王师傅", UnitId("section"), frozenset({Role.HANDLER}), "mender@county.test"),
        Contact(
            ContactId("centre-head"), "赵主任", UnitId("centre"), frozenset({Role.FIRST_RESPONSIBLE}), "z@county.test"
        ),
    ]
    boxes = [*known.mailboxes.values(), Mailbox(MailboxId("water"), "water box", WATER)]
    return Directory.of([*known.units.values(), section], [*known.contacts.values(), *staff], boxes)


@pytest.fixture
def county() -> World:
    world = World(people())
    book = rulebook()
    full = book.model_copy(
        update={
            "moves": {**book.moves, **MOVES},
            "reading": ReadingRule(before=(Move.ASSIGN,)),
            "instructed": InstructedRule(),
            "answer_chains": (CHAIN, ASKED_FOR),
            "criteria": (ground("lawful"), ground("plain")),
            "publication": PublicationRule(needs_consent=False, code=False, exceptions=(ground("privacy"),)),
            "responsibility": (ResponsibilityRule(id="poor_work", text="工作不力", measure="批评"),),
            "remove_grounds": (ground("malicious"),),
            "extension": book.extension.model_copy(  # type: ignore[union-attr]
                update={
                    "contact_writer_first": False,
                    "grounds": (
                        ExtensionGround(id="several", text="涉及几个单位", several_units=True),
                        ExtensionGround(id="hard", text="事项复杂"),
                    ),
                }
            ),
        }
    )
    world.rulebooks[book.name] = full
    world.open(rulebook=full)
    return world


def at_roads(world: World, **fields: Any) -> Citizen:
    """Accepted, read by the head of the unit, assigned to roads."""
    citizen = world.send_letter(**fields)
    world.desk("clerk").makes(citizen.code, "accept", proposal="拟交公路局")
    world.desk("centre-head").makes(citizen.code, "approve", step="read")
    world.desk("clerk").makes(citizen.code, "assign", units=["roads"])
    return citizen


def options(form: dict[str, Any], name: str) -> list[Any]:
    listed = form[name].get("items", form[name])["oneOf"]
    return [each["const"] for each in listed]


def told(said: Any) -> list[str]:
    return [each["text"] for each in said["timeline"]]


def test_an_answer_on_its_way_is_a_draft_for_staff_and_nothing_for_the_writer(county: World) -> None:
    citizen = at_roads(county)
    county.desk("roads-handler").makes(citizen.code, "answer", body="草稿：已修好。")
    assert citizen.looks()["answers"] == []
    assert "草稿" not in citizen.looks().raw
    seen = county.desk("roads-handler").opens(citizen.code)
    assert [(each["body"], each["waiting"]) for each in seen["drafts"]] == [("草稿：已修好。", True)]
    assert (seen["answers"], seen["approval"]["step_title"], seen["approval"]["done"]) == ([], "主要负责人签发", [])
    assert told(citizen.looks())[-1] == "unit roads已拟出答复，正在审签"
    assert told(seen)[-1] == "unit roads已拟出答复，等待：主要负责人签发"


def signed(world: World) -> Citizen:
    """An answer that has been through both steps."""
    citizen = at_roads(world)
    world.desk("roads-handler").makes(citizen.code, "answer", body="已修好。")
    world.desk("roads-head").makes(citizen.code, "approve", step="unit_head", signature=SIGNATURE)
    world.time.at = world.time.at.replace(minute=30)
    world.desk("mayor").makes(citizen.code, "approve", step="deputy_head", criteria=["lawful", "plain"])
    return citizen


def test_a_signed_answer_is_given_at_its_last_step_in_the_name_the_chain_says(county: World) -> None:
    citizen = signed(county)
    (answer,) = citizen.looks()["answers"]
    assert (answer["body"], answer["given_by"], answer["in_name_of"]) == ("已修好。", "government", "示例县人民政府")
    assert answer["at"] == "2026-11-20T10:30:00+08:00"
    assert [each for each in told(citizen.looks()) if "签" in each] == ["unit roads已拟出答复，正在审签"]
    assert told(citizen.looks())[-1] == "已正式答复"


def test_signatures_are_shown_with_their_steps_and_to_staff_only(county: World) -> None:
    citizen = signed(county)
    steps = county.desk("roads-handler").opens(citizen.code)["signed_steps"]
    assert [(each["title"], each["signed"], each["signature"]) for each in steps] == [
        ("主要负责人签发", "by_hand", SIGNATURE),
        ("分管领导审签", None, None),
    ]
    assert SIGNATURE not in citizen.looks().raw
    assert "signature" not in [each["purpose"] for each in county.desk("clerk").opens(citizen.code)["texts"]]


def test_the_form_of_a_step_says_what_this_step_asks_for(county: World) -> None:
    citizen = at_roads(county)
    handler = county.desk("roads-handler")
    assert options(handler.opens(citizen.code).form("answer"), "chain") == ["signed", "by_letter"]
    handler.makes(citizen.code, "answer", body="已修好。")
    seen = county.desk("roads-head").opens(citizen.code)
    (schema,) = [each["schema"] for each in seen["moves"] if each["move"] == "approve"]
    assert schema["anyOf"] == [{"required": ["signature"]}, {"required": ["exception"]}]
    form = seen.form("approve")
    assert set(form) == {"step", "signature", "exception", "note"}
    assert form["step"]["const"] == "unit_head"
    county.desk("roads-head").makes(citizen.code, "approve", step="unit_head", exception="在外开会")
    seen = county.desk("mayor").opens(citizen.code)
    offered = next(each for each in seen["moves"] if each["move"] == "approve")
    assert offered["title"] == "审签通过（分管领导审签）"
    assert offered["schema"]["required"] == ["criteria"]
    assert options(seen.form("approve"), "criteria") == ["lawful", "plain"]
    assert "signature" not in seen.form("approve")


def test_the_head_of_the_office_is_asked_to_read_before_it_is_assigned(county: World) -> None:
    citizen = county.send_letter()
    county.desk("clerk").makes(citizen.code, "accept")
    head = county.desk("centre-head").opens(citizen.code)
    assert head.form("approve")["step"]["const"] == "read"
    assert [each["title"] for each in head["moves"] if each["move"] == "approve"] == ["已阅，同意办理"]
    said = county.desk("clerk").tries(citizen.code, "assign", units=["roads"])
    assert (said.status, said["reason"]) == (403, "head_reads_first")
    county.desk("centre-head").makes(citizen.code, "approve", step="read")
    assert "部门负责人已阅" in told(county.desk("clerk").opens(citizen.code))
    assert "部门负责人已阅" not in told(citizen.looks())


def test_leaders_and_other_mailboxes_are_offered_for_referring_up(county: World) -> None:
    citizen = county.send_letter()
    clerk = county.desk("clerk")
    clerk.makes(citizen.code, "accept")
    county.desk("centre-head").makes(citizen.code, "approve", step="read")
    form = clerk.opens(citizen.code).form("refer_up")
    assert set(options(form, "leader")) == {"leader", "mayor", "centre-head"}
    assert options(form, "mailbox") == ["water"]
    clerk.makes(citizen.code, "refer_up", leader="mayor")
    assert clerk.opens(citizen.code)["referral"]["leader"] == "李副市长"
    assert "李副市长" not in citizen.looks().raw
    assert told(citizen.looks())[-1] == "呈报研究"
    county.desk("mayor").makes(citizen.code, "instruct", text="请公路局从速办理")
    clerk.makes(citizen.code, "assign", units=["roads"])
    for contact, name in (("clerk", "李副市长"), ("roads-handler", None)):
        (instruction,) = county.desk(contact).opens(citizen.code)["instructions"]
        assert (instruction["text"], instruction["name"]) == ("请公路局从速办理", name)


def test_nobody_the_letter_is_about_can_be_chosen_anywhere(county: World) -> None:
    """PL-18: not as a unit, a subordinate, a leader or another mailbox."""
    citizen = county.send_letter(kind="complaint", about=[{"unit": "water"}, {"unit": "office"}])
    clerk = county.desk("clerk")
    clerk.makes(citizen.code, "accept")
    county.desk("centre-head").makes(citizen.code, "approve", step="read")
    seen = clerk.opens(citizen.code)
    assert not {"water", "office"} & set(options(seen.form("assign"), "units"))
    assert not {"water", "office"} & set(options(seen.form("forward"), "unit"))
    assert set(seen.form("refer_up")) == {"leader", "note"}
    assert options(seen.form("refer_up"), "leader") == ["centre-head"]
    clerk.makes(citizen.code, "classify", about=["section", "contact:roads-handler"])
    clerk.makes(citizen.code, "assign", units=["roads"])
    form = county.desk("roads-head").opens(citizen.code).form("sub_assign")
    assert "unit" not in form
    assert set(options(form, "contact")) == {"roads-deputy-head", "roads-head"}
    assert clerk.opens(citizen.code)["about"] == ["unit section", "name of roads-handler"]
    assert county.desk("roads-head").opens(citizen.code)["about"] == []


def test_a_unit_hands_on_to_offices_below_its_own_only(county: World) -> None:
    citizen = at_roads(county)
    form = county.desk("roads-handler").opens(citizen.code).form("sub_assign")
    assert options(form, "unit") == ["section"]
    county.desk("roads-handler").makes(citizen.code, "sub_assign", unit="section")
    assert "unit roads交下属unit section办理" in told(county.desk("clerk").opens(citizen.code))
    assert "section" not in citizen.looks().raw
    assert "unit" not in county.desk("mender").opens(citizen.code).form("sub_assign")


def test_each_move_offers_the_grounds_that_are_its_own(county: World) -> None:
    citizen = county.send_letter()
    clerk = county.desk("clerk")
    assert options(clerk.opens(citizen.code).form("remove"), "ground") == ["malicious"]
    assert len(options(clerk.opens(citizen.code).form("decline"), "ground")) == 6
    given = at_roads(county)
    assert options(county.desk("roads-handler").opens(given.code).form("request_extension"), "ground") == ["hard"]
    assert options(clerk.opens(given.code).form("withhold"), "ground") == ["privacy"]
    assert options(county.desk("inspector").opens(given.code).form("hold_to_account"), "unit") == ["roads"]


def test_what_offices_answer_for_is_not_told_to_the_writer(county: World) -> None:
    citizen = signed(county)
    clerk, inspector = county.desk("clerk"), county.desk("inspector")
    before = told(citizen.looks())
    clerk.makes(citizen.code, "withhold", ground="privacy", note="家事")
    inspector.makes(citizen.code, "spot_check", passed=False, note="答非所问")
    inspector.makes(citizen.code, "hold_to_account", trigger="poor_work", note="敷衍")
    assert told(citizen.looks()) == before
    assert told(clerk.opens(citizen.code))[-3:] == [
        "不予公开：情形privacy",
        "抽查：发现问题",
        "对unit roads作出处理：批评",
    ]
    seen = citizen.looks().raw
    assert not [word for word in ("家事", "答非所问", "敷衍", "情形privacy") if word in seen]
    assert clerk.opens(citizen.code)["publication"]["ground"] == {"id": "privacy", "text": "情形privacy"}


def test_a_proposal_is_for_those_above_the_units(county: World) -> None:
    citizen = at_roads(county)
    shown = {who: county.desk(who).opens(citizen.code)["texts"] for who in ("clerk", "centre-head", "roads-handler")}
    purposes = {who: {each["purpose"] for each in texts} for who, texts in shown.items()}
    assert "proposal" in purposes["clerk"] & purposes["centre-head"]
    assert "proposal" not in purposes["roads-handler"]


def test_what_the_centre_noted_of_a_talk_with_a_hidden_writer_stays_with_the_centre(county: World) -> None:
    """PL-18: the unit that answers an accuser never learns who it is, not from a note either."""
    citizen = at_roads(county, keep_confidential=True)
    county.desk("roads-handler").makes(citizen.code, "contact_writer", note="请问是哪一盏灯？")
    asked = [each["body"] for each in citizen.looks()["texts"] if each["purpose"] == "question"]
    assert asked == ["请问是哪一盏灯？"]
    county.desk("roads-handler").makes(citizen.code, "answer", body="已修好。")
    county.desk("roads-head").makes(citizen.code, "approve", exception="在外开会")
    county.desk("mayor").makes(citizen.code, "approve", criteria=["lawful", "plain"])
    county.desk("clerk").makes(citizen.code, "call_back", outcome="satisfied", note="张晓明说灯亮了")
    notes = {who: county.desk(who).opens(citizen.code).raw for who in ("clerk", "roads-handler")}
    assert "张晓明说灯亮了" in notes["clerk"]
    assert "灯亮了" not in notes["roads-handler"]
