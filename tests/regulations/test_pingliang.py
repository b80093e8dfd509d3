"""Pingliang 2012 No. 255, clause by clause: messages that people leave on the web."""

import json
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from chalicelib import verify
from chalicelib.domain.directory import Directory, Mailbox
from chalicelib.domain.letter import Kind, MailboxId
from chalicelib.domain.workflow import Move
from chalicelib.services.import_letters import import_letters
from tests.functional.test_import_letters import a_file
from tests.functional.test_printable_forms import reads
from tests.functional.world import WRITER, Answer, Citizen, Desk, heard_in_logs
from tests.regulations.county import HANDLING, INSPECTION, ROADS_BOX, County

BODY = "柳河大桥的护栏断了一个月，请问何时修复？"
REPLY = "护栏已于本周修复，感谢您的反映。"


def registered(county: County, source: str = "renmin_mayor", **fields: Any) -> Citizen:
    """A message of another site that the information office has written into the ledger."""
    letter = {"kind": "consultation", "subject": "柳河大桥护栏", "body": BODY, "writer": WRITER, "source": source}
    said = county.desk("clerk").call("POST", "/desk/letters", {**letter, **fields})
    assert said.status == 201, said.raw
    return Citizen(county, said["tracking_code"], said["query_code"], said)


def passed_to(county: County, citizen: Citizen, unit: str = "roads", **accept: Any) -> Citizen:
    """The information office accepts the message and gives it to this unit."""
    clerk = county.desk("clerk")
    clerk.makes(citizen.code, "accept", **accept)
    clerk.makes(citizen.code, "assign", units=[unit])
    return citizen


def instructed(county: County, citizen: Citizen, unit: str = "roads", by: str = "leader", **assign: Any) -> Citizen:
    """An important message: a leader instructs on it, the inspectors send it out."""
    county.desk("clerk").makes(citizen.code, "accept", sensitivity="important")
    county.desk(by).makes(citizen.code, "instruct", text="请认真办理，及时答复群众。")
    county.desk("inspector").makes(citizen.code, "assign", units=[unit], **assign)
    return citizen


def answers(county: County, citizen: Citizen, unit: str = "roads", body: str = REPLY) -> Answer:
    return county.desk(f"{unit}-handler").makes(citizen.code, "answer", body=body)


def signs(county: County, citizen: Citizen, contact: str) -> Answer:
    """This person takes the step that the answer waits for."""
    desk = county.desk(contact)
    step = desk.opens(citizen.code).form("approve")["step"]["const"]
    return desk.makes(citizen.code, "approve", step=step)


def publishes(county: County, citizen: Citizen, contact: str = "clerk", **wording: str) -> Answer:
    code = county.code_for(contact, citizen.code, "publish")
    return county.desk(contact).makes(citizen.code, "publish", code=code, **wording)


def page(county: County, month: str = "2026-11") -> list[dict[str, Any]]:
    """What the public finds on the page of a month now."""
    county.run("publish")
    file = county.files.get(f"site/data/answers/{month}.json")
    return [] if file is None else list(json.loads(file)["answers"])


def statistics(county: County) -> dict[str, Any]:
    county.run("close_day")
    county.run("publish")
    return dict(json.loads(county.files.files["site/data/statistics.json"]))


def report(county: County, key: str) -> dict[str, Any]:
    return dict(json.loads(county.files.files[f"reports/{key}/report.json"]))


def paper(county: County, key: str) -> str:
    """The report as its readers read it."""
    return county.files.files[f"reports/{key}/report.html"].decode()


def figures(made: dict[str, Any], unit: str) -> dict[str, int]:
    """The unit's figures that are not nothing."""
    found: dict[str, Any] = next((each for each in made["by_unit"] if each["key"] == unit), {"cells": {}})
    return {name: cell["count"] for name, cell in found["cells"].items() if cell["count"]}


def listed(county: County, contact: str, part: str = "letters") -> dict[str, str]:
    """What stands in a list of somebody's desk: for what each letter waits."""
    entries = county.desk(contact).call("GET", "/desk")[part]
    return {each["tracking_code"]: each["waits_for"] for each in entries}


def mails(county: County, contact: str) -> str:
    """Every word that was mailed to this person."""
    county.post_goes_out()
    return "\n".join(mail.subject + mail.text + (mail.html or "") for mail in county.mails_to(contact))


def told_of(county: County, contact: str, citizen: Citizen) -> bool:
    """Whether this person was mailed about the letter: by its number, or before it had one by its code."""
    names = {str(county.file(citizen.code).letter.number), citizen.code}
    return any(name in mails(county, contact) for name in names)


def afresh(county: County, contact: str) -> Desk:
    """A link lives 14 days: this person asks for another one."""
    assert county.call("POST", "/desk/links", {"email": county.contact(contact).email}).status == 202
    return county.desk(contact)


def refusal(said: Answer) -> tuple[int, str]:
    return said.status, str(said.body.get("reason"))


# PL-4, PL-5: where messages come from


def test_PL_4_messages_of_both_boards_and_of_the_portal_come_into_one_ledger(county: County) -> None:
    """Written down by the information office, imported from a file, or left at the portal: one series of numbers."""
    governor = registered(county, "renmin_governor", source_number="G-17")
    import_letters(county.installation, a_file({}), "renmin_mayor", Kind.CONSULTATION, lambda _done, _rows: None)
    county.later(minutes=1)
    portal = county.send_letter()
    clerk = county.desk("clerk")
    codes = [each["tracking_code"] for each in clerk.waiting()]
    assert len(codes) == 3
    assert {governor.code, portal.code} < set(codes)
    titles = {}
    for code in codes:
        seen = clerk.makes(code, "accept")
        titles[seen["source_title"]] = seen["number"]
    assert set(titles) == {"人民网·给省长留言", "人民网·给市长留言", "市政府门户网站"}
    assert set(titles.values()) == {f"网民留言〔2026〕000{number}号" for number in (1, 2, 3)}
    register = clerk.call("GET", "/desk/archive?month=2026-11")["letters"]
    assert {each["tracking_code"] for each in register} == set(codes)
    county.at("2026-12-01 09:00")
    county.run("reports")
    rows = {each["key"]: each["cells"]["received"]["count"] for each in report(county, "monthly/2026-11")["by_source"]}
    assert rows == {"renmin_governor": 1, "renmin_mayor": 1, "web": 1}


def test_PL_4_a_message_is_collected_once_and_only_from_the_boards_that_are_named(county: County) -> None:
    letter = {"kind": "consultation", "subject": "柳河大桥护栏", "body": BODY, "writer": WRITER}
    clerk = county.desk("clerk")
    registered(county, "renmin_mayor", source_number="M-5")
    again = clerk.call("POST", "/desk/letters", {**letter, "source": "renmin_mayor", "source_number": "M-5"})
    unknown = clerk.call("POST", "/desk/letters", {**letter, "source": "weibo"})
    assert (again.status, unknown.status) == (422, 422)
    assert unknown.fields() == ["source"]
    assert len(clerk.waiting()) == 1
    assert county.desk("roads-handler").call("POST", "/desk/letters", letter).status == 403


def with_inspectors_box(county: County) -> None:
    county.people(Directory.of([], [], [Mailbox(MailboxId("inspection"), "督查室（省级网站）", INSPECTION)]))


def test_PL_5_the_inspectors_handle_transfer_supervise_and_report_back_what_the_provincial_site_passes_down(
    county: County,
) -> None:
    with_inspectors_box(county)
    import_letters(county.installation, a_file({}), "provincial", Kind.COMPLAINT, lambda _done, _rows: None)
    [code] = listed(county, "inspector")
    assert listed(county, "clerk") == {}
    assert county.says("clerk", code).status == 404
    inspector = county.desk("inspector")
    assert inspector.opens(code)["source_title"] == "中国·甘肃"
    inspector.makes(code, "accept", sensitivity="important")
    assert refusal(inspector.tries(code, "assign", units=["district"])) == (403, "instruction_first")
    county.desk("mayor").makes(code, "instruct", text="请东城县限期办理。")
    inspector.makes(code, "assign", units=["district"], note="请按批示办理")
    assert code in listed(county, "inspector", "supervised")
    assert "请东城县限期办理" in county.says("district-handler", code).body["instructions"][0]["text"]
    county.desk("district-handler").makes(code, "answer", body=REPLY)
    assert "您批示的" in mails(county, "mayor")
    assert county.says("mayor", code)["answers"][0]["body"] == REPLY


def test_PL_5_without_a_mailbox_of_theirs_the_provincial_sites_messages_reach_the_information_office(
    county: County,
) -> None:
    citizen = registered(county, "provincial")
    assert listed(county, "clerk") == {citizen.code: "triage"}


# PL-6: the pool


def test_PL_6_every_unit_finds_a_message_in_the_pool_and_one_claims_it(county: County) -> None:
    citizen = county.accepted()
    for unit in HANDLING:
        assert listed(county, f"{unit}-handler", "pool") == {citizen.code: "claim"}, unit
    for contact in ("clerk", "inspector", "mayor"):
        assert "claim" not in county.says(contact, citizen.code).moves()
        assert county.desk(contact).tries(citizen.code, "claim").status == 403
    county.desk("water-head").makes(citizen.code, "claim")
    assert citizen.looks()["units"] == [{"id": "water", "name": "水务局", "lead": True}]
    late = county.desk("roads-handler")
    assert listed(county, "roads-handler", "pool") == {}
    assert late.tries(citizen.code, "claim").status == 404
    assert county.desk("water-handler").tries(citizen.code, "claim").status == 403
    assert "水务局" in " ".join(each["text"] for each in citizen.looks()["timeline"])


def test_PL_6_who_finds_a_message_in_the_pool_does_not_learn_who_wrote_until_it_is_claimed(county: County) -> None:
    citizen = county.accepted(body="我是张晓明，电话13907385566，东路的路灯坏了。")
    seen = county.says("roads-handler", citizen.code)
    assert seen["writer"] is None
    assert WRITER["name"] not in str(seen.body)
    assert WRITER["phone"] not in str(seen.body)
    county.desk("roads-handler").makes(citizen.code, "claim")
    assert county.says("roads-handler", citizen.code)["writer"] == WRITER


def test_PL_6_claimed_or_transferred_by_the_inspectors_it_is_handled_alike(county: County) -> None:
    """The same limit, the same moves, the same answer: 5 working days from Friday the 20th."""
    claimed, transferred = county.accepted(), county.accepted(subject="桥头的路灯")
    county.desk("roads-handler").makes(claimed.code, "claim")
    county.desk("inspector").makes(transferred.code, "assign", units=["roads"], note="请办理")
    assert listed(county, "water-handler", "pool") == {}
    views = [county.says("roads-handler", each.code) for each in (claimed, transferred)]
    assert [view.clock("handle")["due_on"] for view in views] == ["2026-11-27", "2026-11-27"]
    assert views[0].moves() == views[1].moves()
    for each in (claimed, transferred):
        answers(county, each)
        assert each.looks()["status"] == "answered"
    county.at("2026-12-01 09:00")
    county.run("reports")
    row = figures(report(county, "monthly/2026-11"), "roads")
    assert (row["assigned"], row["claimed"], row["answered"]) == (2, 1, 2)


# PL-7, PL-9: the order of work, and its ledger


def test_PL_7_a_message_is_moderated_sorted_submitted_transferred_handled_and_answered_in_this_order(
    county: County,
) -> None:
    """What comes later is refused before what comes first is done."""
    citizen = registered(county)
    clerk, inspector, roads = county.desk("clerk"), county.desk("inspector"), county.desk("roads-handler")
    assert clerk.tries(citizen.code, "assign", units=["roads"]).status == 403
    assert inspector.tries(citizen.code, "assign", units=["roads"]).status == 403
    assert clerk.tries(citizen.code, "publish").status == 403
    assert roads.tries(citizen.code, "claim").status == 404
    clerk.makes(citizen.code, "accept", sensitivity="important", complexity="complex")
    assert clerk.tries(citizen.code, "accept").status == 403
    assert refusal(inspector.tries(citizen.code, "assign", units=["roads"])) == (403, "instruction_first")
    assert roads.tries(citizen.code, "claim").status == 404
    assert roads.tries(citizen.code, "answer", body=REPLY).status == 404
    county.desk("leader").makes(citizen.code, "instruct", text="请办理")
    inspector.makes(citizen.code, "assign", units=["roads"], issued_as="transfer_notice")
    assert clerk.tries(citizen.code, "approve", step="information_office").status == 403
    roads.makes(citizen.code, "answer", body=REPLY)
    assert roads.tries(citizen.code, "answer", body=REPLY).status == 403
    signs(county, citizen, "inspector")
    signs(county, citizen, "clerk")
    clerk.makes(citizen.code, "approve", step="review")
    publishes(county, citizen)
    done = [each["move"] for each in county.says("clerk", citizen.code)["timeline"]]
    assert done == [
        "receive",
        "accept",
        "instruct",
        "assign",
        "answer",
        "approve",
        "approve",
        "approve",
        "publish",
    ]


def test_PL_9_the_original_wording_stays_as_it_was_written(county: County) -> None:
    """Whatever is corrected, answered and published: the information office reads every character as typed."""
    body = "我叫张晓明，电话１３９ ０７３８ ５５６６。\n\n柳河大桥　护栏断了!!!  两年没人管？？\n  —— 急！"
    citizen = registered(county, body=body, subject="急！！柳河大桥  护栏")
    passed_to(county, citizen, "district", kind="complaint", complexity="complex")
    county.desk("clerk").makes(citizen.code, "classify", field="交通", region="柳河镇")
    answers(county, citizen, "district")
    publishes(county, citizen, text="市民反映大桥护栏。")
    seen = county.says("clerk", citizen.code)
    assert [each["body"] for each in seen["texts"] if each["purpose"] == "body"] == [body]
    assert body in [each["body"] for each in citizen.looks()["texts"]]
    county.at("2026-11-20 15:00")
    [item] = page(county)
    assert item["question"] == "市民反映大桥护栏。"


def test_PL_9_the_ledger_records_every_transfer_and_step_and_nobody_can_change_it(
    county: County, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    citizen = instructed(county, registered(county), "district")
    county.desk("district-handler").makes(citizen.code, "sub_assign", unit="town")
    county.desk("town-handler").makes(citizen.code, "sub_assign", unit="station")
    county.desk("station-handler").makes(citizen.code, "answer", body=REPLY)
    told = " ".join(each["text"] for each in county.says("clerk", citizen.code)["timeline"])
    for office in ("东城县", "柳河镇", "柳河镇水利站"):
        assert office in told, office
    register = reads(county.desk("clerk"), citizen, "register")
    for office in ("东城县", "柳河镇", "柳河镇水利站"):
        assert office in register, office
    county.at("2026-11-21 01:00")
    county.run("close_day")
    for key, data in county.files.files.items():
        path = tmp_path / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    assert verify.main([str(tmp_path)]) == 0
    events = county.file(citizen.code).events
    assert [each.move for each in events] == [
        "receive",
        "accept",
        "instruct",
        "assign",
        "sub_assign",
        "sub_assign",
        "answer",
    ]
    assert all(later.prev == earlier.hash for earlier, later in pairwise(events))
    capsys.readouterr()


# PL-8: the public page


def test_PL_8_a_moderated_message_appears_at_the_next_of_the_fixed_times(county: County) -> None:
    """9 and 15 o'clock: decided at 14:59:59 it appears at 15:00, decided at 15:00:01 the next morning at 9."""
    county.at("2026-11-20 14:59:59")
    early = passed_to(county, registered(county, subject="早的留言"), "district")
    publishes(county, early, text="早的留言")
    assert page(county) == []
    county.at("2026-11-20 15:00")
    assert [each["question"] for each in page(county)] == ["早的留言"]
    county.at("2026-11-20 15:00:01")
    late = passed_to(county, registered(county, subject="晚的留言"), "district")
    publishes(county, late, text="晚的留言")
    county.at("2026-11-21 08:59:59")
    assert len(page(county)) == 1
    county.at("2026-11-21 09:00")
    assert [each["question"] for each in page(county)] == ["晚的留言", "早的留言"]


def test_PL_8_nothing_appears_that_nobody_moderated(county: County) -> None:
    """Who moderates gives a one-time code of theirs; units and inspectors do not moderate."""
    citizen = passed_to(county, registered(county), "district")
    county.at("2026-11-25 12:00")
    assert page(county) == []
    assert listed(county, "clerk") == {citizen.code: "publish"}
    assert county.desk("clerk").tries(citizen.code, "publish")["reason"] == "code_needed"
    assert county.desk("district-handler").tries(citizen.code, "publish").status == 403
    assert county.desk("inspector").tries(citizen.code, "publish").status == 403
    assert page(county) == []


def test_PL_8_as_much_as_possible_is_open_the_question_before_its_answer_and_without_asking_for_consent(
    county: County,
) -> None:
    citizen = passed_to(county, registered(county, publish_consent=False), "district")
    publishes(county, citizen)
    county.at("2026-11-20 15:00")
    [item] = page(county)
    assert (item["answer"], "护栏断了一个月" in item["question"]) == (None, True)
    county.at("2026-11-20 15:00:01")
    answers(county, citizen, "district")
    publishes(county, citizen)
    county.at("2026-11-20 23:00")
    assert page(county)[0]["answer"] is None
    county.at("2026-11-21 09:00")
    [item] = page(county)
    assert (item["answer"], item["unit_name"]) == (REPLY, "东城县")


def test_PL_8_what_is_secret_or_private_is_withheld_on_a_ground(county: County) -> None:
    citizen = passed_to(county, registered(county), "district")
    publishes(county, citizen)
    county.at("2026-11-20 15:00")
    assert len(page(county)) == 1
    county.desk("clerk").makes(citizen.code, "withhold", ground="secret")
    assert page(county) == []


# PL-10, PL-12, PL-13: leaders' instructions, and supervision


def test_PL_10_an_important_message_waits_for_a_leader_and_goes_out_through_the_inspectors(county: County) -> None:
    citizen = county.accepted(accept={"sensitivity": "important"})
    assert told_of(county, "leader", citizen)
    assert listed(county, "leader") == {citizen.code: "instruct"}
    assert listed(county, "roads-handler", "pool") == {}
    for contact in ("clerk", "inspector"):
        assert refusal(county.desk(contact).tries(citizen.code, "assign", units=["roads"])) == (
            403,
            "instruction_first",
        )
        assert county.desk(contact).tries(citizen.code, "instruct", text="批示").status == 403
    county.desk("deputy-mayor").makes(citizen.code, "instruct", text="请交通局三日内提出方案。")
    assert listed(county, "inspector") == {citizen.code: "assign"}
    assert refusal(county.desk("clerk").tries(citizen.code, "assign", units=["roads"])) == (403, "not_your_move")
    county.desk("inspector").makes(citizen.code, "assign", units=["roads"], issued_as="supervised_item")
    seen = county.says("roads-handler", citizen.code)
    assert seen["instructions"][0]["text"] == "请交通局三日内提出方案。"
    assert seen["supervised"] is True
    assert "督办件" in reads(county.desk("roads-handler"), citizen, "assignment")


def test_PL_10_what_is_no_supervised_item_goes_out_as_a_transfer_notice(county: County) -> None:
    """Named or not: of an ordinary leader's instruction it is the notice."""
    named = instructed(county, county.send_letter(), issued_as="transfer_notice")
    unnamed = instructed(county, county.send_letter(subject="另一封"))
    for citizen in (named, unnamed):
        assert "转办通知" in reads(county.desk("roads-handler"), citizen, "assignment")
        assert county.says("roads-handler", citizen.code)["supervised"] is False
    offered = county.accepted(accept={"sensitivity": "important"})
    county.desk("leader").makes(offered.code, "instruct", text="请办理")
    form = county.says("inspector", offered.code).form("assign")["issued_as"]
    assert {each["title"] for each in form["oneOf"]} == {"督办件", "转办通知"}


def test_PL_10_other_messages_go_straight_to_the_units_own_list(county: County) -> None:
    citizen = county.assigned("water")
    assert listed(county, "water-handler") == {citizen.code: "answer"}
    assert listed(county, "leader") == {}
    assert "转办通知" not in reads(county.desk("water-handler"), citizen, "assignment")


def test_PL_12_what_a_main_leader_instructs_on_is_passed_on_at_once_and_supervised_first(county: County) -> None:
    """Friday 20:00: the inspectors hear of it that minute, and it is on their list of supervised letters already."""
    county.at("2026-11-20 20:00")
    citizen = county.accepted(accept={"sensitivity": "important"})
    county.desk("mayor").makes(citizen.code, "instruct", text="立即办理。")
    assert citizen.code in listed(county, "inspector", "supervised")
    county.post_goes_out()
    assert "领导对编号" in county.mails_to("inspector")[-1].text
    assert told_of(county, "inspector", citizen)
    seen = county.says("inspector", citizen.code)
    assert (seen["urgent"], seen["supervised"]) == (True, True)
    county.desk("inspector").makes(citizen.code, "assign", units=["roads"])
    assert "督办件" in reads(county.desk("roads-handler"), citizen, "assignment")
    assert listed(county, "inspector", "supervised") == {citizen.code: "watch"}
    answers(county, citizen)
    assert listed(county, "inspector", "supervised") == {}
    county.at("2026-12-01 09:00")
    county.run("reports")
    [line] = report(county, "monthly/2026-11")["supervised"]
    assert (line["tracking_code"], line["instructed"]) == (citizen.code, True)


def test_PL_12_the_secretary_is_a_main_leader_too_and_a_deputy_is_not(county: County) -> None:
    for leader, main in (("secretary", True), ("deputy-mayor", False), ("leader", False)):
        citizen = county.accepted(accept={"sensitivity": "important"}, subject=f"请{leader}批示")
        county.desk(leader).makes(citizen.code, "instruct", text="请办理。")
        seen = county.says("inspector", citizen.code)
        assert (seen["urgent"], seen["supervised"]) == (main, main), leader


@pytest.mark.parametrize("matter", ["development", "stability"])
def test_PL_13_a_matter_of_development_or_stability_is_supervised_on_its_own(county: County, matter: str) -> None:
    """From the moment it is marked until it is answered, and told of as such in the analysis for the leaders."""
    plain, citizen = county.accepted(subject="一般的"), county.accepted(accept={"sensitivity": matter})
    assert list(listed(county, "inspector", "supervised")) == [citizen.code]
    assert told_of(county, "inspector", citizen)
    assert not told_of(county, "inspector", plain)
    county.desk("roads-handler").makes(citizen.code, "claim")
    assert listed(county, "inspector", "supervised") == {citizen.code: "watch"}
    county.desk("inspector").makes(citizen.code, "urge", note="请抓紧")
    county.at("2026-12-01 09:00")
    county.run("reports")
    [line] = report(county, "monthly/2026-11")["supervised"]
    assert (line["tracking_code"], line["topic"], line["unit"]) == (citizen.code, matter, "roads")
    answers(county, citizen)
    assert listed(county, "inspector", "supervised") == {}


def test_PL_13_a_matter_marked_only_later_is_supervised_from_then(county: County) -> None:
    citizen = county.assigned("roads")
    assert listed(county, "inspector", "supervised") == {}
    county.desk("clerk").makes(citizen.code, "classify", sensitivity="stability")
    assert listed(county, "inspector", "supervised") == {citizen.code: "watch"}


# PL-11, PL-15: time limits


@pytest.mark.parametrize(
    ("received", "simple", "complex_"),
    [
        ("2026-11-20 10:00", "2026-11-27", "2026-12-11"),
        ("2026-11-20 23:59:59", "2026-11-27", "2026-12-11"),
        ("2026-11-21 00:00", "2026-11-27", "2026-12-11"),
        ("2026-09-30 16:00", "2026-10-13", "2026-10-27"),
        ("2026-02-13 09:00", "2026-02-27", "2026-03-12"),
        ("2026-12-21 09:00", "2026-12-28", "2027-01-12"),
    ],
)
def test_PL_11_simple_matters_take_five_working_days_and_complex_ones_fifteen(
    county: County, received: str, simple: str, complex_: str
) -> None:
    """National Day: the 1st to 7th of October free, Saturday the 10th worked. Spring Festival: 15 to 23 February free,
    Saturdays the 14th and 28th worked. New Year 2027: the 1st free, no notice yet, so provisional."""
    county.at(received)
    easy = county.assigned("roads", accept={"complexity": "simple"})
    hard = county.assigned("roads", accept={"complexity": "complex"}, subject="难办的")
    clocks = [citizen.looks().clock("handle") for citizen in (easy, hard)]
    assert [each["due_on"] for each in clocks] == [simple, complex_]
    assert [each["clause"] for each in clocks] == ["PL-11", "PL-11"]
    assert clocks[1]["provisional"] is (complex_ > "2026-12-28")


@pytest.mark.parametrize("kind", [each.value for each in Kind])
def test_PL_11_every_kind_of_message_has_these_limits(county: County, kind: str) -> None:
    citizen = county.assigned("roads", kind=kind)
    assert citizen.looks().clock("handle")["due_on"] == "2026-11-27"
    county.desk("clerk").makes(citizen.code, "classify", complexity="complex")
    assert citizen.looks().clock("handle")["due_on"] == "2026-12-11"


def test_PL_11_the_limit_runs_from_receipt_by_the_unit_not_from_arrival(county: County) -> None:
    """Came in on Monday the 16th, claimed on Friday the 20th."""
    county.at("2026-11-16 09:00")
    citizen = county.accepted()
    assert [each["name"] for each in citizen.looks()["clocks"]] == []
    county.at("2026-11-20 10:00")
    county.desk("roads-handler").makes(citizen.code, "claim")
    assert citizen.looks().clock("handle")["due_on"] == "2026-11-27"


def test_PL_11_the_last_second_is_in_time_and_the_next_one_is_not(county: County) -> None:
    in_time, late = county.assigned("roads"), county.assigned("roads", subject="晚的")
    roads = county.desk("roads-handler")
    county.at("2026-11-27 23:59:59")
    roads.makes(in_time.code, "answer", body=REPLY)
    county.at("2026-11-28 00:00")
    assert late.looks().clock("handle")["overdue_days"] >= 1
    roads.makes(late.code, "answer", body=REPLY)
    assert [each.looks().clock("handle")["state"] for each in (in_time, late)] == ["met", "breached"]
    county.at("2026-12-01 09:00")
    county.run("reports")
    row = figures(report(county, "monthly/2026-11"), "roads")
    assert (row["on_time"], row["late"]) == (1, 1)


def test_PL_15_who_cannot_finish_in_time_tells_the_writer_why(county: County) -> None:
    """The writer reads the reason; it stops the urging, and it stays late."""
    told, silent = county.assigned("roads"), county.assigned("water", subject="没有说明的")
    assert county.desk("roads-handler").tries(told.code, "explain_delay").status == 422
    assert county.desk("water-handler").tries(told.code, "explain_delay", reason="?").status == 404
    county.desk("roads-handler").makes(told.code, "explain_delay", reason="连日降雨，护栏基础无法施工。")
    assert "连日降雨，护栏基础无法施工。" in [each["body"] for each in told.looks()["texts"]]
    county.post_goes_out()
    assert any(told.code in mail.text for mail in county.mailer.to(WRITER["email"]))
    county.nobody_acts_until("2026-12-01 12:00")
    assert "催办" not in mails(county, "roads-deputy-head")
    assert "催办" in mails(county, "water-deputy-head")
    assert told.looks().clock("handle")["overdue_days"] == silent.looks().clock("handle")["overdue_days"] == 2


# PL-14: who answers, and in whose name


def test_PL_14_a_county_answers_publicly_in_its_own_name(county: County) -> None:
    citizen = passed_to(county, registered(county, "renmin_mayor"), "district")
    answers(county, citizen, "district")
    [given] = citizen.looks()["answers"]
    assert (given["body"], given["in_name_of"], given["given_by"]) == (REPLY, "东城县办公室", "unit")
    publishes(county, citizen)
    county.at("2026-11-20 15:00")
    assert [(each["unit_name"], each["answer"]) for each in page(county)] == [("东城县", REPLY)]


def test_PL_14_what_a_countys_station_has_written_is_the_countys_answer(county: County) -> None:
    """Handed on to the town and its station, it stays the county's to answer for."""
    citizen = passed_to(county, registered(county, "renmin_governor"), "district")
    county.desk("district-handler").makes(citizen.code, "sub_assign", unit="town")
    county.desk("town-handler").makes(citizen.code, "sub_assign", unit="station")
    answers(county, citizen, "station")
    [given] = citizen.looks()["answers"]
    assert (given["in_name_of"], citizen.looks()["status"]) == ("东城县办公室", "answered")


@pytest.mark.parametrize("unit", ["town", "station"])
def test_PL_14_nobody_reviews_the_answer_of_a_countys_township_or_station(county: County, unit: str) -> None:
    citizen = passed_to(county, registered(county), unit)
    answers(county, citizen, unit)
    assert citizen.looks()["status"] == "answered"


def test_PL_14_a_city_departments_answer_is_reviewed_by_the_inspectors_and_given_by_the_information_office(
    county: County,
) -> None:
    """In this order, each by whose step it is, and once."""
    citizen = passed_to(county, registered(county, "renmin_mayor"), "roads")
    answers(county, citizen)
    clerk, inspector = county.desk("clerk"), county.desk("inspector")
    assert (citizen.looks()["status"], citizen.looks()["answers"]) == ("in_approval", [])
    assert REPLY not in str(citizen.looks().body)
    assert listed(county, "inspector") == {citizen.code: "approve"}
    assert citizen.looks().clock("handle")["state"] == "met"
    for contact in ("clerk", "roads-head", "leader", "mayor"):
        said = county.desk(contact).tries(citizen.code, "approve", step="inspectors_review")
        assert said.status == 403, contact
    assert inspector.tries(citizen.code, "approve", step="information_office").status == 422
    inspector.makes(citizen.code, "approve", step="inspectors_review")
    assert inspector.tries(citizen.code, "approve", step="inspectors_review").status == 403
    assert citizen.looks()["answers"] == []
    assert listed(county, "clerk")[citizen.code] == "approve"
    clerk.makes(citizen.code, "approve", step="information_office")
    [given] = citizen.looks()["answers"]
    assert (given["body"], given["in_name_of"], given["given_by"]) == (REPLY, "信箱受理中心", "centre")
    titles = [each["title"] for each in county.says("clerk", citizen.code)["signed_steps"]]
    assert titles == ["督查室审核", "信息办回复"]


def test_PL_14_an_answer_the_inspectors_do_not_pass_goes_back_and_never_reaches_the_writer(county: County) -> None:
    citizen = passed_to(county, registered(county), "roads")
    answers(county, citizen, body="已知悉。")
    county.desk("inspector").makes(citizen.code, "send_back", reasons="没有答复具体时间", working_days=2)
    assert listed(county, "roads-handler") == {citizen.code: "redo"}
    answers(county, citizen)
    signs(county, citizen, "inspector-2")
    signs(county, citizen, "clerk-2")
    assert [each["body"] for each in citizen.looks()["answers"]] == [REPLY]
    assert "已知悉。" not in str(citizen.looks().body)


@pytest.mark.parametrize("unit", ["roads", "district"])
def test_PL_14_a_message_at_the_portal_is_answered_publicly_by_the_unit_itself(county: County, unit: str) -> None:
    citizen = county.assigned(unit)
    answers(county, citizen, unit)
    [given] = citizen.looks()["answers"]
    assert (given["given_by"], given["in_name_of"]) == ("unit", county.registry.directory().units[unit].name)
    assert listed(county, "inspector") == {}
    publishes(county, citizen)
    county.at("2026-11-20 15:00")
    assert page(county)[0]["answer"] == REPLY


@pytest.mark.parametrize(
    ("source", "unit", "signed", "name"),
    [
        ("web", "roads", (), "交通运输局"),
        ("renmin_mayor", "district", (), "东城县办公室"),
        ("renmin_mayor", "roads", ("inspector", "clerk"), "信箱受理中心"),
    ],
)
def test_PL_14_the_result_of_an_instructed_message_goes_on_paper_to_the_inspectors_and_the_information_office_as_well(
    county: County, source: str, unit: str, signed: tuple[str, ...], name: str
) -> None:
    citizen = county.send_letter() if source == "web" else registered(county, source)
    instructed(county, citizen, unit)
    answers(county, citizen, unit)
    for contact in signed:
        assert "来信办理结果" not in mails(county, contact)
        signs(county, citizen, contact)
    assert citizen.looks()["answers"][0]["in_name_of"] == name
    for contact in ("inspector", "inspector-2", "clerk"):
        assert "办理结果" in mails(county, contact), contact
    assert "办理结果" not in mails(county, "leader")
    for contact in ("inspector", "clerk"):
        sheet = reads(county.desk(contact), citizen, "reply")
        assert REPLY in sheet
        assert "督查" in sheet


def test_PL_14_of_an_ordinary_message_no_paper_is_owed(county: County) -> None:
    citizen = county.assigned("roads")
    answers(county, citizen)
    assert "来信办理结果" not in mails(county, "inspector")


def test_PL_14_what_cannot_be_answered_is_declined_and_the_writer_told(county: County) -> None:
    citizen = county.send_letter()
    county.desk("clerk").makes(citizen.code, "decline", ground="cannot_be_answered")
    seen = citizen.looks()
    assert (seen["status"], seen["declined"]["clause"]) == ("declined", "PL-14")
    assert "无法回复" in seen["declined"]["text"]
    assert "roads" not in [each["id"] for each in seen["units"]]


# PL-16: who has to write again

DUMP = {"subject": "柳河镇垃圾场臭味", "body": "柳河镇石龙村的垃圾填埋场臭气熏天，苍蝇成群，村民无法开窗。"}
DUMP_AGAIN = {"subject": "石龙村臭气扰民", "body": "柳河镇石龙村旁的垃圾填埋场臭气不断，苍蝇成群，无法开窗，没人管。"}
NEIGHBOUR = {"name": "李国强", "phone": "13700001111", "email": "li@mail.test"}


def a_repeat(county: County) -> tuple[Citizen, Citizen]:
    first = county.assigned("roads", **DUMP)
    answers(county, first, body="已转有关部门研究。")
    again = county.accepted(**DUMP_AGAIN, writer=NEIGHBOUR)
    county.desk("clerk").makes(again.code, "link_repeat", to=first.code)
    return first, again


def test_PL_16_a_repeat_is_recognised_by_its_writer_and_by_its_matter_in_other_words(county: County) -> None:
    first = county.assigned("roads", **DUMP)
    same_matter = county.send_letter(**DUMP_AGAIN, writer=NEIGHBOUR)
    same_writer = county.send_letter(subject="公交车太少", body="二路公交车四十分钟一班。")
    other = county.send_letter(subject="社保缴费", body="社保卡丢了怎么补办？", writer={"phone": "13600000000"})
    found = {each.code: county.says("clerk", each.code)["repeats"] for each in (same_matter, same_writer, other)}
    assert [(each["tracking_code"], each["same_writer"]) for each in found[same_matter.code]] == [(first.code, False)]
    assert (first.code, True) in [(each["tracking_code"], each["same_writer"]) for each in found[same_writer.code]]
    assert found[other.code] == []


def test_PL_16_a_repeat_after_a_perfunctory_answer_counts_against_the_unit_and_costs_points(county: County) -> None:
    a_repeat(county)
    county.at("2026-12-01 09:00")
    county.run("reports")
    made = report(county, "monthly/2026-11")
    assert figures(made, "roads")["repeats"] == 1
    [score] = [each for each in made["scores"] if each["unit"] == "roads"]
    assert {"name": "repeat", "cases": 1, "points": 2} in score["deductions"]


def test_PL_16_a_repeat_of_what_nobody_has_answered_yet_is_nobodys_perfunctory_answer(county: County) -> None:
    first = county.assigned("roads", **DUMP)
    again = county.accepted(**DUMP_AGAIN, writer=NEIGHBOUR)
    county.desk("clerk").makes(again.code, "link_repeat", to=first.code)
    county.at("2026-12-01 09:00")
    county.run("reports")
    assert "repeats" not in figures(report(county, "monthly/2026-11"), "roads")


@pytest.mark.parametrize(
    ("trigger", "told", "circular"),
    [("late_answer", "通报批评并追究责任", 1), ("perfunctory_answer", "责令重新办理并追究责任", 0)],
)
def test_PL_16_late_or_perfunctory_answers_that_make_people_write_again_are_held_to_account(
    county: County, trigger: str, told: str, circular: int
) -> None:
    """A person decides, an inspector or a leader; the unit's heads hear of it, and it enters the report."""
    first, _ = a_repeat(county)
    for contact in ("clerk", "roads-head"):
        said = county.desk(contact).tries(first.code, "hold_to_account", trigger=trigger, note="两次来信")
        assert said.status == 403, contact
    county.desk("inspector").makes(first.code, "hold_to_account", trigger=trigger, note="两次来信")
    for contact in ("roads-head", "roads-deputy-head"):
        assert "办理问责通知" in mails(county, contact)
    assert "追究" not in str(first.looks().body)
    county.at("2026-12-01 09:00")
    county.run("reports")
    made = report(county, "monthly/2026-11")
    row = figures(made, "roads")
    assert (row["held_to_account"], row.get("circulars", 0)) == (1, circular)
    assert told in [each["measure"] for each in made["notices"]]


def test_PL_16_a_late_answer_climbs_to_the_heads_and_the_inspectors(county: County) -> None:
    """Due on Friday the 27th. Urged on the first working day late, the heads on the third, inspectors on the sixth."""
    citizen = county.assigned("roads")
    county.nobody_acts_until("2026-11-30 12:00")
    assert "催办" in mails(county, "roads-deputy-head")
    assert "逾期" not in mails(county, "roads-head")
    county.nobody_acts_until("2026-12-02 12:00")
    assert "逾期" in mails(county, "roads-head")
    assert not told_of(county, "inspector", citizen)
    county.nobody_acts_until("2026-12-07 12:00")
    assert told_of(county, "inspector", citizen)
    assert listed(county, "inspector") == {citizen.code: "watch"}
    assert county.steps(citizen.code)[-1] == "escalate_sixth_day_late"


# PL-17: three levels, and nothing deleted without authority


def test_PL_17_a_message_goes_down_three_levels_and_each_level_follows_it(county: County) -> None:
    """The city gives it to the county, the county to the town, the town to its station: one limit for all of them."""
    citizen = county.assigned("district")
    assert county.desk("district-handler").tries(citizen.code, "sub_assign", unit="roads-section").status == 422
    county.desk("district-head").makes(citizen.code, "sub_assign", unit="town", note="请柳河镇核实")
    assert county.desk("town-handler").tries(citizen.code, "sub_assign", unit="district").status == 422
    county.desk("town-handler").makes(citizen.code, "sub_assign", unit="station")
    assert listed(county, "station-handler") == {citizen.code: "answer"}
    assert listed(county, "town-handler") == {citizen.code: "with_subordinate"}
    assert listed(county, "district-handler") == {citizen.code: "with_subordinate"}
    assert told_of(county, "station-handler", citizen)
    assert citizen.looks().clock("handle")["due_on"] == "2026-11-27"
    assert citizen.looks().clock("handle")["unit"] == "district"
    assert [each["id"] for each in citizen.looks()["units"]] == ["district"]
    answers(county, citizen, "station")
    assert citizen.looks().clock("handle")["state"] == "met"
    county.at("2026-12-01 09:00")
    county.run("reports")
    assert figures(report(county, "monthly/2026-11"), "district")["answered"] == 1


def test_PL_17_when_the_lowest_level_is_late_every_level_is_reminded(county: County) -> None:
    citizen = county.assigned("district")
    county.desk("district-handler").makes(citizen.code, "sub_assign", unit="town")
    county.desk("town-handler").makes(citizen.code, "sub_assign", unit="station")
    county.nobody_acts_until("2026-11-30 12:00")
    for contact in ("district-handler", "town-handler", "station-handler", "district-deputy-head"):
        assert "催办" in mails(county, contact), contact
    assert not told_of(county, "roads-handler", citizen)


EVERYBODY = (
    "clerk",
    "clerk-2",
    "centre-deputy-head",
    "centre-head",
    "deputy-secretary",
    "secretary",
    "deputy-mayor",
    "mayor",
    "leader",
    "auditor",
    "roads-clerk",
    "roads-handler",
    "roads-deputy-head",
    "roads-head",
    "district-handler",
    "station-head",
)


def test_PL_17_nobody_but_the_inspectors_can_delete_a_message(county: County) -> None:
    """Not the information office, not a unit, not the mayor, not its writer; and there is no other way to."""
    citizen = county.send_letter()
    for contact in EVERYBODY:
        desk = county.desk(contact)
        said = desk.tries(citizen.code, "remove", ground="advertising")
        assert said.status in {403, 404}, contact
        assert "remove" not in (desk.opens(citizen.code).moves() if desk.opens(citizen.code).status == 200 else [])
        assert desk.call("DELETE", f"/desk/letters/{citizen.code}").status in {403, 404, 405}
    assert citizen.does("remove", ground="advertising").status in {403, 404, 422}
    assert county.call("DELETE", f"/letters/{citizen.code}", headers={"Query-Code": citizen.query_code}).status in {
        403,
        404,
        405,
    }
    assert (citizen.looks()["status"], citizen.looks()["subject"]) == ("received", "东路的路灯")


def test_PL_17_once_accepted_not_even_the_inspectors_can_delete_it(county: County) -> None:
    citizen = county.send_letter()
    inspector = county.desk("inspector")
    assert inspector.tries(citizen.code, "remove", ground="no_such_ground").status == 422
    county.desk("clerk").makes(citizen.code, "accept")
    assert refusal(inspector.tries(citizen.code, "remove", ground="advertising")) == (403, "wrong_status")
    county.desk("roads-handler").makes(citizen.code, "claim")
    answers(county, citizen)
    assert refusal(inspector.tries(citizen.code, "remove", ground="advertising")) == (403, "wrong_status")
    assert citizen.looks()["answers"][0]["body"] == REPLY


def test_PL_17_a_deletion_leaves_its_trace(county: County) -> None:
    """Who, when and on which ground stays with the letter, is told to its writer, and counts."""
    citizen = county.send_letter(subject="低价代开发票", body="联系微信办理低价发票，量大从优。")
    county.desk("inspector").makes(citizen.code, "remove", ground="advertising", note="广告链接")
    for contact in ("clerk", "inspector"):
        seen = county.says(contact, citizen.code)
        assert (seen["status"], seen["subject"]) == ("removed", "（已删除）")
        assert "广告" in seen["timeline"][-1]["text"]
        assert "低价" not in str(seen.body)
    event = county.file(citizen.code).events[-1]
    assert (event.actor.id, event.facts["ground"], event.facts["clause"]) == ("inspector", "advertising", "PL-17")
    assert "广告" in citizen.looks()["timeline"][-1]["text"]
    county.at("2026-12-01 09:00")
    county.run("reports")
    made = report(county, "monthly/2026-11")
    assert (made["total"]["cells"]["removed"]["count"], made["total"]["cells"]["received"]["count"]) == (1, 1)


# PL-18: accusations are kept from the accused, and the accuser from everybody

SUBJECT = "养路款去向不明"
ACCUSATION = {
    "kind": "accusation",
    "subject": f"{WRITER['name']}举报：{SUBJECT}",
    "body": f"我是{WRITER['name']}，家住{WRITER['address']}，电话{WRITER['phone']}。{SUBJECT}，请查处。",
}
ABOUT_ROADS = {**ACCUSATION, "about": [{"unit": "roads"}]}
ROADS_PEOPLE = ("roads-handler", "roads-deputy-head", "roads-head", "roads-clerk", "roads-section-head")
MINE = tuple(WRITER.values())


def ways_to_it(county: County, contact: str, citizen: Citizen) -> list[str]:
    """Every way by which this person could learn of the letter: all of them looked at, and those that lead to it."""
    desk = county.desk(contact)
    open_page = desk.call("GET", "/desk").raw
    ways = {
        "mail": mails(county, contact),
        "sms": "".join(text.text for text in county.texts.sent if text.to == county.contact(contact).phone),
        "desk": json.dumps(json.loads(open_page), ensure_ascii=False),
        "archive": json.dumps(desk.call("GET", "/desk/archive?month=2026-11").body, ensure_ascii=False),
        "register": desk.call("GET", "/desk/archive/register?month=2026-11").raw,
        "reports": desk.call("GET", "/desk/reports").raw,
    }
    names = {citizen.code, SUBJECT, str(county.file(citizen.code).letter.number)}
    found = [way for way, said in ways.items() if any(name in said for name in names)]
    paths = ("", "/forms", "/forms/register", "/forms/assignment", "/forms/reply")
    found += [path for path in paths if desk.call("GET", f"/desk/letters/{citizen.code}{path}").status != 404]
    return found


def is_closed_to(county: County, citizen: Citizen, *contacts: str) -> None:
    for contact in contacts:
        assert ways_to_it(county, contact, citizen) == [], contact


def tells_nobody_who_wrote(said: str) -> None:
    plain = said.encode().decode("unicode_escape") if "\\u" in said else said
    assert not [value for value in MINE if value in plain or value in said]


def settled(county: County, *about: str, **fields: Any) -> Citizen:
    """An accusation in words; the information office accepts it and says whom it means."""
    citizen = county.send_letter(**{**ACCUSATION, "about": [{"text": "那位负责人"}], **fields})
    clerk = county.desk("clerk")
    clerk.makes(citizen.code, "accept")
    clerk.makes(citizen.code, "classify", about=list(about))
    return citizen


def test_PL_18_the_accused_unit_its_staff_and_subordinates_never_learn_of_it_from_receipt_to_the_end(
    county: County,
) -> None:
    """Triage, transfer elsewhere, supervision, every step of the ladder with its digests, answer, review."""
    citizen = county.send_letter(**ABOUT_ROADS)
    clerk = county.desk("clerk")
    clerk.makes(citizen.code, "accept", sensitivity="stability")
    clerk.makes(citizen.code, "assign", units=["water"])
    county.nobody_acts_until("2026-12-08 12:00", every=timedelta(hours=12))
    assert len(county.steps(citizen.code)) == 5
    is_closed_to(county, citizen, *ROADS_PEOPLE)
    answers(county, citizen, "water", "已查清，款项全部用于养护。")
    county.desk("clerk").makes(citizen.code, "approve", step="review")
    is_closed_to(county, citizen, *ROADS_PEOPLE)
    assert ways_to_it(county, "water-handler", citizen)


def test_PL_18_whatever_the_accused_try_is_answered_as_if_there_were_no_such_letter(county: County) -> None:
    citizen = county.send_letter(**ABOUT_ROADS)
    county.desk("clerk").makes(citizen.code, "accept")
    for contact in ("roads-head", "roads-clerk", "roads-section-handler"):
        desk = county.desk(contact)
        for move in Move:
            real, unknown = desk.tries(citizen.code, move), desk.tries("zzzzzzzzzzzz", move)
            assert (real.status, real.raw) == (404, unknown.raw), (contact, move)
        asked = desk.call("POST", f"/desk/letters/{citizen.code}/codes", {"move": "publish"})
        assert asked.status == 404
    assert [each.move for each in county.file(citizen.code).events] == ["receive", "accept"]


def test_PL_18_an_accusation_never_lies_in_the_pool(county: County) -> None:
    """Nor one that names an office or somebody in it, whatever its kind; found out later, it leaves the pool."""
    accusation = county.accepted(**ACCUSATION)
    naming = county.accepted(kind="complaint", about=[{"unit": "roads"}])
    late = county.accepted(subject="桥头修路")
    assert listed(county, "water-handler", "pool") == {late.code: "claim"}
    for citizen in (accusation, naming):
        assert county.desk("water-handler").tries(citizen.code, "claim").status == 404
    county.desk("clerk").makes(late.code, "classify", about=["roads"])
    assert listed(county, "water-handler", "pool") == {}
    assert county.desk("roads-handler").tries(late.code, "claim").status == 404


def test_PL_18_nobody_can_pass_it_to_the_accused(county: County) -> None:
    """Not the information office, not the inspectors, not by an instruction: not offered, and refused when tried."""
    citizen = county.send_letter(**ABOUT_ROADS)
    clerk = county.desk("clerk")
    clerk.makes(citizen.code, "accept", sensitivity="important")
    county.desk("leader").makes(citizen.code, "instruct", text="请交通局阅处")
    inspector = county.desk("inspector")
    offered = {each["const"] for each in inspector.opens(citizen.code).form("assign")["units"]["items"]["oneOf"]}
    assert offered.isdisjoint({"roads", "roads-section"})
    for units in (["roads"], ["water", "roads"], ["water", "roads-section"]):
        said = inspector.tries(citizen.code, "assign", units=units)
        assert (said.status, said.fields()) == (422, [f"units.{len(units) - 1}"])
    boxes = {each["const"] for each in clerk.opens(citizen.code).form("classify")["mailbox"]["oneOf"]}
    assert ROADS_BOX not in boxes
    clerk.makes(citizen.code, "classify", mailbox=ROADS_BOX)
    is_closed_to(county, citizen, "roads-clerk", "roads-head")


def test_PL_18_accused_in_words_only_it_stays_until_the_information_office_has_said_whom_it_means(
    county: County,
) -> None:
    citizen = county.accepted(**ACCUSATION, about=[{"text": "交通运输局那位负责人"}])
    clerk = county.desk("clerk")
    assert refusal(clerk.tries(citizen.code, "assign", units=["roads"])) == (403, "settle_about_first")
    inspector = county.desk("inspector")
    assert inspector.tries(citizen.code, "assign", units=["roads"]).status == 403
    clerk.makes(citizen.code, "classify", about=["contact:roads-head"])
    for unit in ("roads", "roads-section"):
        assert clerk.tries(citizen.code, "assign", units=[unit]).status == 422
    clerk.makes(citizen.code, "assign", units=["water"])
    assert "那位负责人" not in str(county.says("water-handler", citizen.code).body)
    is_closed_to(county, citizen, *ROADS_PEOPLE)


def test_PL_18_a_unit_found_to_be_accused_loses_it_at_once_with_its_waiting_mails(county: County) -> None:
    citizen = county.assigned("roads", kind="complaint", subject=SUBJECT, body="养路款没有公示。")
    county.desk("roads-head").makes(citizen.code, "sub_assign", unit="roads-section")
    section = county.desk("roads-section-handler")
    assert section.opens(citizen.code).status == 200
    county.at("2026-11-27 22:00")
    county.run("sweep")
    told = len(county.mails_to("roads-handler"))
    county.desk("clerk").makes(citizen.code, "classify", about=["roads"])
    county.nobody_acts_until("2026-11-30 12:00", every=timedelta(hours=12))
    assert len(county.mails_to("roads-handler")) == told
    for contact in ("roads-handler", "roads-head", "roads-section-handler"):
        assert county.says(contact, citizen.code).status == 404
        assert listed(county, contact) == {}
        assert county.desk(contact).tries(citizen.code, "answer", body="没有此事").status == 404
        assert county.desk(contact).call("GET", "/desk/archive?month=2026-11")["letters"] == []
    assert listed(county, "clerk")[citizen.code] == "assign"


def test_PL_18_an_answer_the_accused_had_already_drafted_goes_no_further(county: County) -> None:
    citizen = passed_to(county, registered(county, kind="complaint", subject=SUBJECT), "roads")
    answers(county, citizen, body="纯属诬告。")
    county.desk("clerk").makes(citizen.code, "classify", about=["roads"])
    assert county.desk("inspector").tries(citizen.code, "approve", step="inspectors_review").status == 403
    assert (citizen.looks()["answers"], citizen.looks()["status"]) == ([], "accepted")


def test_PL_18_a_subordinate_that_is_accused_gets_it_from_nobody_above_it(county: County) -> None:
    """The office above may look into it, and cannot hand it down."""
    citizen = county.send_letter(**ACCUSATION, about=[{"unit": "station"}])
    clerk = county.desk("clerk")
    clerk.makes(citizen.code, "accept")
    clerk.makes(citizen.code, "assign", units=["district"])
    district = county.desk("district-handler")
    offered = [each["const"] for each in district.opens(citizen.code).form("sub_assign")["unit"]["oneOf"]]
    assert offered == ["town"]
    assert district.tries(citizen.code, "sub_assign", unit="station").status == 422
    district.makes(citizen.code, "sub_assign", unit="town")
    assert county.desk("town-handler").tries(citizen.code, "sub_assign", unit="station").status == 422
    is_closed_to(county, citizen, "station-handler", "station-head")


def test_PL_18_with_the_head_the_whole_unit_is_kept_away(county: County) -> None:
    citizen = settled(county, "contact:district-head")
    for unit in ("district", "town", "station"):
        assert county.desk("clerk").tries(citizen.code, "assign", units=[unit]).status == 422
    is_closed_to(county, citizen, "district-head", "district-handler", "town-head", "station-handler")


def test_PL_18_an_accused_person_is_kept_away_while_colleagues_look_into_it(county: County) -> None:
    """Not by the unit's mails or desk, not as the named handler, not as a colleague's deputy."""
    citizen = settled(county, "contact:roads-handler")
    county.desk("clerk").makes(citizen.code, "assign", units=["roads"])
    head = county.desk("roads-head")
    offered = [each["const"] for each in head.opens(citizen.code).form("sub_assign")["contact"]["oneOf"]]
    assert offered == ["roads-deputy-head", "roads-head"]
    assert head.tries(citizen.code, "sub_assign", contact="roads-handler").status == 422
    assert head.call("POST", "/desk/deputy", {"contact": "roads-handler", "until": "2026-12-31"}).status == 200
    county.nobody_acts_until("2026-12-03 12:00", every=timedelta(hours=12))
    assert "逾期" in mails(county, "roads-head")
    is_closed_to(county, citizen, "roads-handler")
    assert county.desk("roads-handler").tries(citizen.code, "answer", body="没有此事").status == 404
    assert "roads-handler" not in str(county.says("roads-head", citizen.code).body)


def test_PL_18_when_the_information_office_is_accused_the_inspectors_take_its_place_to_the_end(
    county: County,
) -> None:
    """Its clerks and heads learn nothing, and the answer is not given in its name."""
    citizen = county.send_letter(**ACCUSATION, about=[{"unit": "centre"}])
    inspector = county.desk("inspector")
    assert listed(county, "inspector") == {citizen.code: "triage"}
    inspector.makes(citizen.code, "accept", sensitivity="important")
    county.desk("leader").makes(citizen.code, "instruct", text="请查处")
    assert inspector.tries(citizen.code, "assign", units=["centre"]).status == 422
    inspector.makes(citizen.code, "assign", units=["water"])
    answers(county, citizen, "water", "已查清。")
    assert "办理结果" in mails(county, "inspector")
    inspector.makes(citizen.code, "approve", step="review")
    is_closed_to(county, citizen, "clerk", "clerk-2", "centre-head", "centre-deputy-head")
    assert citizen.looks()["status"] == "closed"


def test_PL_18_a_departments_answer_about_the_information_office_passes_it_by(county: County) -> None:
    """PL-14's second step is the information office's: here the inspectors stand in, and it goes out in their name."""
    import_letters(county.installation, a_file({}), "renmin_mayor", Kind.COMPLAINT, lambda _done, _rows: None)
    [code] = listed(county, "clerk")
    clerk = county.desk("clerk")
    clerk.makes(code, "accept")
    clerk.makes(code, "classify", about=["centre"])
    inspector = county.desk("inspector")
    inspector.makes(code, "assign", units=["roads"])
    county.desk("roads-handler").makes(code, "answer", body=REPLY)
    inspector.makes(code, "approve", step="inspectors_review")
    assert clerk.tries(code, "approve", step="information_office").status == 404
    assert "信箱受理中心" not in str(county.says("inspector", code)["approval"])
    inspector.makes(code, "approve", step="information_office")
    [given] = county.says("inspector", code)["answers"]
    assert given["in_name_of"] == "督查室"


def test_PL_18_an_accused_inspector_neither_reviews_nor_supervises_nor_assigns(county: County) -> None:
    citizen = registered(county, "renmin_governor", **ACCUSATION)
    clerk = county.desk("clerk")
    clerk.makes(citizen.code, "accept", sensitivity="important")
    clerk.makes(citizen.code, "classify", about=["contact:inspector"])
    county.desk("mayor").makes(citizen.code, "instruct", text="请查处")
    county.desk("inspector-2").makes(citizen.code, "assign", units=["roads"])
    answers(county, citizen)
    said = county.desk("inspector").tries(citizen.code, "approve", step="inspectors_review")
    assert said.status == 404
    signs(county, citizen, "inspector-2")
    signs(county, citizen, "clerk")
    is_closed_to(county, citizen, "inspector")
    assert citizen.looks()["answers"][0]["body"] == REPLY


def test_PL_18_when_every_inspector_is_accused_the_message_still_goes_its_way_without_them(county: County) -> None:
    citizen = registered(county, "renmin_governor", **ACCUSATION)
    clerk = county.desk("clerk")
    clerk.makes(citizen.code, "accept", sensitivity="important")
    clerk.makes(citizen.code, "classify", about=["inspection"])
    county.desk("mayor").makes(citizen.code, "instruct", text="请查处")
    clerk.makes(citizen.code, "assign", units=["roads"])
    answers(county, citizen)
    signs(county, citizen, "clerk")
    signs(county, citizen, "clerk-2")
    is_closed_to(county, citizen, "inspector", "inspector-2", "auditor")
    assert citizen.looks()["status"] == "answered"


def test_PL_18_an_accused_leader_neither_instructs_nor_is_reached_through_a_deputy(county: County) -> None:
    """The others instruct; nobody who stands in for the mayor, nor for whom the mayor stands in, opens a way."""
    citizen = county.accepted(**ACCUSATION, accept={"sensitivity": "important"})
    county.desk("clerk").makes(citizen.code, "classify", about=["contact:mayor"])
    county.post_goes_out()
    told_before = len(county.mails_to("mayor"))  # it waited for any leader before the office said whom it means
    deputy = county.desk("deputy-mayor")
    assert deputy.call("POST", "/desk/deputy", {"contact": "mayor", "until": "2026-12-31"}).status == 200
    assert county.desk("mayor").tries(citizen.code, "instruct", text="不属实").status == 404
    county.desk("secretary").makes(citizen.code, "instruct", text="请查处")
    county.desk("inspector").makes(citizen.code, "assign", units=["roads"])
    answers(county, citizen)
    county.post_goes_out()
    told = county.mails_to("mayor")[told_before:]
    assert [way for way in ways_to_it(county, "mayor", citizen) if way != "mail"] == []
    assert not [mail for mail in told if str(county.file(citizen.code).letter.number) in mail.text]


def test_PL_18_it_is_no_repeat_that_the_accused_could_find_or_link_to(county: County) -> None:
    """The roads office has a mailbox of its own, where a letter on the same matter comes in, from the same writer."""
    secret = county.accepted(**ABOUT_ROADS)
    own = county.send_letter(mailbox=ROADS_BOX, subject=SUBJECT, body=f"{SUBJECT}，请查处。")
    clerk = county.desk("roads-clerk")
    assert clerk.opens(own.code)["repeats"] == []
    clerk.makes(own.code, "accept")
    for named in (secret.code, county.file(secret.code).letter.number, "zzzzzzzzzzzz"):
        said = clerk.tries(own.code, "link_repeat", to=named)
        assert (said.status, said.fields()) == (422, ["to"]), named
    assert secret.code not in clerk.opens(own.code).raw


def test_PL_18_a_letter_linked_to_an_accusation_does_not_lead_the_accused_to_it(county: County) -> None:
    secret = county.accepted(**ABOUT_ROADS)
    plain = county.assigned("roads", subject="路面坑洼", body="路面坑洼，请修。")
    clerk = county.desk("clerk")
    assert clerk.tries(plain.code, "link_repeat", to=secret.code, merge=True).status == 422
    clerk.makes(plain.code, "link_repeat", to=secret.code)
    number = str(county.file(secret.code).letter.number)
    for contact in ("roads-handler", "roads-head"):
        seen = county.says(contact, plain.code)
        assert "repeat_of" not in seen.body
        assert secret.code not in seen.raw
        assert number not in str(seen.body)
        register = reads(county.desk(contact), plain, "register")
        assert number not in register
    is_closed_to(county, secret, "roads-handler", "roads-head")


def test_PL_18_the_accuser_is_known_to_the_information_office_alone(county: County) -> None:
    """Not from the page, its words, the forms, the archive, the mails, nor from the log."""
    with heard_in_logs() as heard:
        citizen = county.send_letter(**ABOUT_ROADS)
        assert (
            citizen.does("supplement", body=f"补充：{WRITER['name']}，{WRITER['phone']}，账目在会计处。").status == 200
        )
        clerk = county.desk("clerk")
        clerk.makes(citizen.code, "accept", sensitivity="important")
        county.desk("leader").makes(citizen.code, "instruct", text="请查处")
        county.desk("inspector").makes(citizen.code, "assign", units=["water"], note="请依法办理")
        for contact in ("water-handler", "water-head", "inspector", "leader", "mayor"):
            desk = county.desk(contact)
            seen = desk.opens(citizen.code)
            assert (seen.status, seen["writer"], seen["about"]) == (200, None, []), contact
            assert SUBJECT in seen["subject"]
            archive = desk.call("GET", "/desk/archive?month=2026-11")
            pages = [seen.raw, desk.call("GET", "/desk").raw, archive.raw, mails(county, contact)]
            pages += [reads(desk, citizen, form) for form in ("register", "assignment")]
            for said in pages:
                tells_nobody_who_wrote(said)
    assert clerk.opens(citizen.code)["writer"] == WRITER
    tells_nobody_who_wrote(heard())


def test_PL_18_a_unit_asks_the_accuser_through_a_relay(county: County) -> None:
    """The writer reads the question and replies; the unit reads the reply without what gives the writer away."""
    citizen = county.send_letter(**ABOUT_ROADS)
    clerk = county.desk("clerk")
    clerk.makes(citizen.code, "accept")
    clerk.makes(citizen.code, "assign", units=["water"])
    water = county.desk("water-handler")
    water.makes(citizen.code, "contact_writer", note="请问是哪一年的养路款？")
    asked = [each for each in citizen.looks()["texts"] if each["purpose"] == "question"]
    assert [each["body"] for each in asked] == ["请问是哪一年的养路款？"]
    county.post_goes_out()
    assert citizen.code in county.mailer.to(WRITER["email"])[-1].text
    said = citizen.does("supplement", body=f"二〇二五年的。我是{WRITER['name']}，请打{WRITER['phone']}。")
    assert said.status == 200
    seen = water.opens(citizen.code)
    assert "二〇二五年的" in str(seen.body)
    tells_nobody_who_wrote(seen.raw)
    assert not [mail for mail in county.mailer.sent if mail.to == WRITER["email"] and "water" in mail.text]


def test_PL_18_an_accusation_is_never_on_the_public_page_nor_in_public_figures_or_notices(county: County) -> None:
    """Six of them, urged and answered, beside five ordinary letters: the public sees the five."""
    county.at("2026-11-16 09:00")
    plain = [county.assigned("water", subject=f"第{number}封") for number in range(5)]
    secret = [county.accepted(**ABOUT_ROADS) for _ in range(6)]
    clerk = county.desk("clerk")
    for citizen in secret:
        clerk.makes(citizen.code, "assign", units=["water"])
    county.desk("inspector").makes(secret[0].code, "urge", note="请抓紧")
    for citizen in plain:
        answers(county, citizen, "water")
    answers(county, secret[1], "water", "已查清。")
    for citizen in (secret[1], secret[2]):
        assert "publish" not in clerk.opens(citizen.code).moves()
        assert clerk.tries(citizen.code, "publish", text="举报", code="123456")["reason"] == "accusations_stay_private"
    county.at("2026-11-26 16:00")
    told = statistics(county)
    [water] = [each for each in told["units"] if each["unit"] == "water"]
    assert (water["letters"], water["answered"], told["total"]["letters"]) == (5, 5, 5)
    assert json.loads(county.files.files["site/data/notices.json"])["notices"] == []
    public = b"".join(data for key, data in county.files.files.items() if key.startswith("site/")).decode()
    assert SUBJECT not in public
    assert not [citizen.code for citizen in secret if citizen.code in public]


def test_PL_18_a_published_message_that_turns_out_an_accusation_disappears(county: County) -> None:
    citizen = passed_to(county, registered(county, subject=SUBJECT), "district")
    publishes(county, citizen)
    county.at("2026-11-20 15:00")
    assert len(page(county)) == 1
    county.desk("clerk").makes(citizen.code, "classify", about=["contact:roads-handler"])
    assert page(county) == []


def test_PL_18_reports_count_it_and_lead_nobody_to_it(county: County) -> None:
    """Heads of units read the quarterly circular, and those of the accused are among them."""
    citizen = county.send_letter(**ABOUT_ROADS)
    clerk = county.desk("clerk")
    clerk.makes(citizen.code, "accept", sensitivity="stability")
    clerk.makes(citizen.code, "assign", units=["water"])
    assert clerk.tries(citizen.code, "classify", excerpt="摘报", excerpt_approved=True).fields() == ["excerpt"]
    county.desk("inspector").makes(citizen.code, "urge", note="请抓紧")
    number = county.file(citizen.code).letter.number
    county.at("2027-01-01 09:00")
    county.run("reports")
    assert report(county, "quarterly/2026-Q4")["total"]["cells"]["received"] == {
        "count": 1,
        "amount": report(county, "quarterly/2026-Q4")["total"]["cells"]["received"]["amount"],
        "letters": [],
        "withheld": 1,
    }
    for key, data in county.files.files.items():
        if key.startswith("reports/") and not key.endswith(".xlsx"):
            said = data.decode()
            for word in (citizen.code, SUBJECT, str(number), WRITER["name"]):
                assert word not in said, (key, word)


# PL-19 to PL-22: figures, circulars, scores


def a_quarter(county: County) -> None:
    """Roads answers five of five, one of them rated 5 and late; water four of five; the county's office five of five.

    Letters come in on Monday 16 November; five working days end on Monday the 23rd.
    """
    county.at("2026-11-16 09:00")
    letters = {unit: [county.assigned(unit) for _ in range(5)] for unit in ("roads", "water", "district")}
    county.at("2026-11-17 09:00")
    for unit, some in letters.items():
        handler = county.desk(f"{unit}-handler")
        for citizen in some[1:]:
            handler.makes(citizen.code, "answer", body=REPLY)
            assert citizen.does("rate", score={"roads": 5, "water": 3, "district": 4}[unit]).status == 200
    answers(county, letters["district"][0], "district")
    assert letters["district"][0].does("rate", score=4).status == 200
    county.at("2026-11-24 09:00")
    answers(county, letters["roads"][0])
    assert letters["roads"][0].does("rate", score=5).status == 200


def test_PL_19_live_figures_name_every_unit_with_its_answers_rates_and_satisfaction_ranked(county: County) -> None:
    """Weights 30, 30, 40. District: 100. Roads, one of five late: 30 + 30*0.8 + 40 = 94. Water, one of five open and
    four answered: too few to show timeliness or quality, so its answer rate alone counts: 80."""
    a_quarter(county)
    told = {each["unit"]: each for each in statistics(county)["units"]}
    assert {unit: (each["letters"], each["answer_rate"]) for unit, each in told.items()} == {
        "district": (5, 1.0),
        "roads": (5, 1.0),
        "water": (5, 0.8),
    }
    assert {unit: (each["score"], each["rank"]) for unit, each in told.items()} == {
        "district": (100.0, 1),
        "roads": (94.0, 2),
        "water": (80.0, 3),
    }
    assert (told["roads"]["satisfaction"], told["district"]["satisfaction"]) == (5.0, 4.0)
    assert told["roads"]["name"] == "交通运输局"


def test_PL_19_the_figures_are_live(county: County) -> None:
    """A letter answered now is in them with the next run, ten minutes later at most."""
    letters = [county.assigned("roads") for _ in range(5)]
    assert statistics(county)["units"][0]["answered"] == 0
    roads = county.desk("roads-handler")
    for citizen in letters:
        roads.makes(citizen.code, "answer", body=REPLY)
    county.later(minutes=10)
    after = statistics(county)
    assert (after["units"][0]["answered"], after["units"][0]["answer_rate"]) == (5, 1.0)
    assert after["as_of"] == "2026-11-20T10:10:00+08:00"


def test_PL_19_leaders_get_a_written_analysis_every_month(county: County) -> None:
    citizen = county.assigned("roads")
    answers(county, citizen)
    county.at("2026-12-01 06:59")
    county.run("reports")
    assert "reports/monthly/2026-11/report.html" not in county.files.files
    county.at("2026-12-01 07:00")
    county.run("reports")
    written = paper(county, "monthly/2026-11")
    assert "网民留言办理情况分析" in written
    assert "交通运输局" in written
    for contact in ("mayor", "leader", "inspector", "clerk"):
        said = afresh(county, contact).call("GET", "/desk/reports")["reports"]
        assert "monthly/2026-11" in str(said), contact
    assert "monthly" not in afresh(county, "roads-head").call("GET", "/desk/reports").raw


def test_PL_20_the_inspectors_circular_goes_to_every_head_once_a_quarter(county: County) -> None:
    citizen = county.assigned("roads")
    county.desk("inspector").makes(citizen.code, "hold_to_account", trigger="late_answer", note="两次来信")
    county.at("2027-01-01 06:59")
    county.run("reports")
    assert not [key for key in county.files.files if key.startswith("reports/quarterly/")]
    county.at("2027-01-01 07:00")
    county.run("reports")
    circular = paper(county, "quarterly/2026-Q4")
    for words in ("网民留言办理情况通报", "督查室", "交通运输局", "通报批评并追究责任"):
        assert words in circular, words
    for contact in ("roads-head", "water-head", "district-head", "mayor", "inspector"):
        assert "quarterly/2026-Q4" in afresh(county, contact).call("GET", "/desk/reports").raw, contact
    assert afresh(county, "roads-handler").call("GET", "/desk/reports")["reports"] == []
    county.at("2027-01-02 07:00")
    before = dict(county.files.files)
    county.run("reports")
    assert (
        county.files.files["reports/quarterly/2026-Q4/report.html"] == before["reports/quarterly/2026-Q4/report.html"]
    )


def test_PL_21_answer_rate_quality_and_timeliness_are_scored(county: County) -> None:
    """By hand, of 100: roads answers two of two, one late, one sent back and redone: 30 + 30/2 + 40*2/3, less 1 for
    the send-back = 70.67. Water answers one of two, in time: 30/2 + 30 + 40 = 85."""
    county.at("2026-11-16 09:00")
    redone, late = county.assigned("roads"), county.assigned("roads")
    good, _silent = county.assigned("water"), county.assigned("water")
    county.at("2026-11-17 09:00")
    answers(county, redone, body="已知悉。")
    answers(county, good, "water")
    county.desk("clerk").makes(redone.code, "send_back", reasons="没有结论")
    answers(county, redone)
    county.at("2026-11-24 09:00")
    answers(county, late)
    county.at("2026-12-01 09:00")
    county.run("reports")
    scores = {each["unit"]: each for each in report(county, "monthly/2026-11")["scores"]}
    parts = {each["name"]: (each["rate"], each["weight"]) for each in scores["roads"]["parts"]}
    assert parts == {"answer_rate": (1.0, 30), "timeliness_rate": (0.5, 30), "quality": (0.6667, 40)}
    assert scores["roads"]["deductions"] == [{"name": "sent_back", "cases": 1, "points": 1}]
    assert (scores["roads"]["score"], scores["roads"]["rank"]) == (70.67, 2)
    assert (scores["water"]["score"], scores["water"]["rank"]) == (85.0, 1)
    assert "70.67" in paper(county, "monthly/2026-11")


def test_PL_22_the_best_units_of_the_year_are_named_from_the_scores_and_no_blamed_one_among_them(
    county: County,
) -> None:
    """The county's office first, the water office behind it for an answer that was sent back; the roads office would
    share the first place, but was held to account."""
    for unit in ("district", "water", "roads"):
        citizen = county.assigned(unit)
        answers(county, citizen, unit)
        if unit == "water":
            county.desk("clerk").makes(citizen.code, "send_back", reasons="没有结论")
            answers(county, citizen, unit)
    county.desk("inspector").makes(citizen.code, "hold_to_account", trigger="perfunctory_answer", note="敷衍")
    county.at("2027-01-01 09:00")
    county.run("reports")
    made = report(county, "yearly/2026")
    assert made["best"] == ["district", "water"]
    written = paper(county, "yearly/2026")
    assert "网民留言办理年度评优" in written
    assert "予以通报表扬" in written
    assert "yearly/2026" in afresh(county, "water-head").call("GET", "/desk/reports").raw
