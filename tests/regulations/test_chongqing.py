"""Chongqing 2005, public electronic mailboxes (公开电子信箱管理暂行办法), clause by clause.

Dates are counted by hand. Spring Festival 2026: off from 15 to 23 February, Saturdays 14 and 28 February worked.
National Day 2026: off from 1 to 7 October, Saturday 10 October worked. New Year 2027: off on 1 January, estimated.
"""

import json
import re
from html import unescape
from typing import Any

import pytest

from tests.functional.world import WRITER, Answer, Citizen, Desk
from tests.regulations.county import County

ANSWER = "路灯已经修好，线路也已检查。"
NOTE = "请在现场核实后办理，并直接答复来信人。"


# short ways


def at_roads(county: County, **fields: Any) -> Citizen:
    """A letter to the roads office's own mailbox, accepted there."""
    citizen = county.send_letter(mailbox="roads-box", **fields)
    county.desk("roads-clerk").makes(citizen.code, "accept")
    return citizen


def read_at_roads(county: County, **fields: Any) -> Citizen:
    """The same, read by the head of that office."""
    citizen = at_roads(county, **fields)
    county.desk("roads-head").makes(citizen.code, "approve", step="read")
    return citizen


def handled_by_roads(county: County, **fields: Any) -> Citizen:
    """Handled directly by the first office (CQ-4.1)."""
    citizen = at_roads(county, **fields)
    county.desk("roads-clerk").makes(citizen.code, "assign", units=["roads"])
    return citizen


def answers(county: County, citizen: Citizen, who: str = "roads-handler", body: str = ANSWER, **fields: Any) -> Answer:
    return county.desk(who).makes(citizen.code, "answer", body=body, **fields)


def waits_for(county: County, who: str, citizen: Citizen) -> list[str]:
    """What of this letter waits for somebody."""
    return [each["waits_for"] for each in county.desk(who).waiting() if each["tracking_code"] == citizen.code]


def refusal(said: Answer) -> tuple[int, str]:
    assert said.status == 403, said.raw
    return said.status, str(said["reason"])


def words_of(said: Answer) -> str:
    """All that is said, as a person reads it: JSON on the wire is escaped."""
    return json.dumps(said.body, ensure_ascii=False)


def story(shown: Answer) -> list[str]:
    return [each["text"] for each in shown["timeline"]]


def board(county: County) -> list[dict[str, Any]]:
    """The public notice board now."""
    county.run("close_day")
    county.run("publish")
    return list(json.loads(county.files.files["site/data/notices.json"])["notices"])


def line_of(notices: list[dict[str, Any]], number: str, kind: str) -> dict[str, Any]:
    [found] = [each for each in notices if each["number"] == number and each["kind"] == kind]
    return found


def number_of(citizen: Citizen) -> str:
    return str(citizen.looks()["number"])


def printed(desk: Desk, citizen: Citizen, form: str) -> str:
    """What stands on a form, in words."""
    said = desk.call("GET", f"/desk/letters/{citizen.code}/forms/{form}")
    assert said.status == 200, (form, said.raw)
    page = re.sub(r"<style.*?</style>", "", said.raw, flags=re.S)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


def forms(desk: Desk, citizen: Citizen) -> list[str]:
    return [each["form"] for each in desk.call("GET", f"/desk/letters/{citizen.code}/forms")["forms"]]


def told(county: County, who: str) -> list[str]:
    """The mails somebody got: subject and text, for several pieces of news may come in one mail."""
    county.post_goes_out()
    return [f"{mail.subject}\n{mail.text}" for mail in county.mails_to(who)]


def report(county: County, key: str) -> dict[str, Any]:
    return dict(json.loads(county.files.files[f"reports/{key}/report.json"]))


# CQ-1: a mayor's mailbox coordinates; units have mailboxes of their own, supervised automatically


def test_CQ_1_the_county_and_a_unit_have_mailboxes_in_one_system(county: County) -> None:
    boxes = {each["id"]: each["owner"] for each in county.call("GET", "/units")["mailboxes"]}
    assert boxes == {"county": "centre", "roads-box": "roads"}
    theirs, the_countys = county.send_letter(mailbox="roads-box"), county.send_letter(mailbox="county")
    assert waits_for(county, "roads-clerk", theirs) == ["triage"]
    assert waits_for(county, "clerk", the_countys) == ["triage"]
    assert waits_for(county, "clerk", theirs) == waits_for(county, "roads-clerk", the_countys) == []
    assert county.desk("clerk").opens(theirs.code).status == 404
    assert county.desk("clerk").tries(theirs.code, "accept").status == 404
    assert county.desk("inspector").opens(theirs.code).status == 200


def test_CQ_1_a_units_own_mailbox_is_supervised_automatically(county: County) -> None:
    """Nobody reads the letter of Friday 20 November: due then, urged on Monday, before the inspectors on Tuesday."""
    theirs = county.send_letter(mailbox="roads-box")
    county.at("2026-11-23 09:00")
    county.run("sweep")
    assert any("催办" in each for each in told(county, "roads-clerk"))
    assert waits_for(county, "inspector", theirs) == []
    county.at("2026-11-24 09:00")
    county.run("sweep")
    assert waits_for(county, "inspector", theirs) == ["watch"]
    assert any("交通运输局" in each and "逾期" in each for each in told(county, "inspector"))
    assert told(county, "clerk") == [], "the county's own office has no part in it"


def test_CQ_1_the_mayors_mailbox_coordinates_what_a_unit_cannot_settle_alone(county: County) -> None:
    citizen = read_at_roads(county)
    county.desk("roads-clerk").makes(citizen.code, "refer_up", mailbox="county", note="涉及多个部门，请协调。")
    county.desk("clerk").makes(citizen.code, "assign", units=["water", "roads"], note=NOTE)
    units = [each["id"] for each in citizen.looks()["units"]]
    assert units == ["water", "roads"]
    assert waits_for(county, "water-handler", citizen) == ["answer"]
    assert waits_for(county, "roads-handler", citizen) == ["contribute"]


# CQ-2: pick a mailbox, write, submit; one procedure


@pytest.mark.parametrize(
    ("box", "clerk", "office"), [("county", "clerk", "centre"), ("roads-box", "roads-clerk", "roads")]
)
def test_CQ_2_a_letter_to_either_mailbox_goes_the_same_way(county: County, box: str, clerk: str, office: str) -> None:
    citizen = county.send_letter(mailbox=box)
    assert citizen.receipt["status"] == "received"
    assert "新来信待受理" in told(county, clerk)[-1]
    county.desk(clerk).makes(citizen.code, "accept")
    assert number_of(citizen)
    county.desk(clerk).makes(citizen.code, "assign", units=[office])
    assert citizen.looks()["status"] == "assigned"
    answers(county, citizen, f"{office}-deputy-head")
    assert citizen.looks()["answers"][0]["body"] == ANSWER
    assert citizen.does("rate", score=5).status == 200
    county.desk(clerk).makes(citizen.code, "approve")
    assert citizen.looks()["status"] == "closed"


def test_CQ_2_without_a_choice_it_goes_to_the_mayors_mailbox_and_an_unknown_one_is_named(county: County) -> None:
    assert waits_for(county, "clerk", county.send_letter()) == ["triage"]
    said = county.try_to_send(mailbox="nobodys-box")
    assert (said.status, said.fields()) == (422, ["mailbox"])


# CQ-3.1: five matters in scope, five not


def test_CQ_3_1_the_five_matters_in_scope_are_told_before_writing(county: County) -> None:
    scope = county.call("GET", "/rulebook")["scope"]
    assert [each["text"] for each in scope] == [
        "日常生活中的问题",
        "对经济社会发展的建议",
        "应由政府或者公用企事业单位解决的事项",
        "对政策、法规的咨询",
        "对工作效率、作风、廉洁情况的投诉和举报",
    ]


def test_CQ_3_1_each_of_the_five_matters_is_taken_and_accepted(county: County) -> None:
    for kind in ("help", "suggestion", "complaint", "consultation", "accusation"):
        assert county.accepted(kind=kind).looks()["status"] == "accepted"


@pytest.mark.parametrize(
    ("ground", "words"),
    [
        ("other_authorities", "属于党委、人大、政协、军队、法院、检察院职权的事项"),
        ("official_documents", "公文"),
        ("malicious_attack", "恶意攻击"),
        ("repeated_or_empty", "重复来信或者没有实际内容"),
        ("advertising", "广告"),
    ],
)
def test_CQ_3_1_a_letter_out_of_scope_is_declined_and_its_writer_told_why(
    county: County, ground: str, words: str
) -> None:
    citizen, clerk = county.send_letter(), county.desk("clerk")
    offered = clerk.opens(citizen.code).form("decline")["ground"]["oneOf"]
    assert {"const": ground, "title": words} in offered
    assert len(offered) == 5
    clerk.makes(citizen.code, "decline", ground=ground)
    assert f"不予受理：{words}" in story(citizen.looks())
    county.post_goes_out()
    assert any(words in mail.text for mail in county.mailer.to(WRITER["email"]))
    assert citizen.looks()["number"] is None


def test_CQ_3_1_no_other_ground_declines_a_letter(county: County) -> None:
    citizen = county.send_letter()
    said = county.desk("clerk").tries(citizen.code, "decline", ground="unwelcome")
    assert (said.status, said.fields()) == (422, ["ground"])
    assert citizen.looks()["status"] == "received"


# CQ-3.2.1: read through the working day, cleared daily


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-11-20 00:00:00", "2026-11-20"),
        ("2026-11-20 23:59:59", "2026-11-20"),
        ("2026-11-21 10:00", "2026-11-23"),
        ("2026-02-14 10:00", "2026-02-14"),
        ("2026-02-16 10:00", "2026-02-24"),
        ("2026-10-01 08:00", "2026-10-08"),
        ("2026-10-10 17:00", "2026-10-10"),
    ],
)
def test_CQ_3_2_1_a_mailbox_is_cleared_on_the_day_a_letter_comes(county: County, received: str, due: str) -> None:
    """On a rest day the next working day: 14 February and 10 October 2026 are worked; 24 February, 8 October follow."""
    county.at(received)
    clock = county.send_letter().looks().clock("triage")
    assert (clock["due_on"], clock["clause"], clock["provisional"]) == (due, "CQ-3.2.1", False)


def test_CQ_3_2_1_the_clerk_is_told_at_once_and_reminded_in_the_afternoon_of_what_is_not_cleared(
    county: County,
) -> None:
    first, second = county.send_letter(), county.send_letter(subject="公交站牌")
    assert any("新来信待受理" in each for each in told(county, "clerk"))
    clerk = county.desk("clerk")
    clerk.makes(first.code, "accept")
    clerk.makes(first.code, "assign", units=["centre"])
    county.at("2026-11-20 15:29:59")
    county.run("sweep")
    before = len(told(county, "clerk"))
    county.at("2026-11-20 15:30")
    county.run("sweep")
    [reminder] = told(county, "clerk")[before:]
    assert "期限提醒" in reminder
    assert county.steps(first.code) == []
    assert county.steps(second.code) == ["remind_due_day"]


def test_CQ_3_2_1_cleared_in_the_last_second_is_in_time_and_in_the_next_is_late(county: County) -> None:
    one, other = county.send_letter(), county.send_letter()
    county.at("2026-11-20 23:59:59")
    for citizen in (one, other):
        county.desk("clerk").makes(citizen.code, "accept")
    county.desk("clerk").makes(one.code, "assign", units=["centre"])
    county.at("2026-11-21 00:00:00")
    county.desk("clerk").makes(other.code, "assign", units=["centre"])
    assert one.looks().clock("triage")["state"] == "met"
    late = other.looks().clock("triage")
    assert (late["state"], late["overdue_days"]) == ("breached", 1)


# CQ-3.2.2: six kinds, field, region, validity


def test_CQ_3_2_2_the_writer_picks_kind_field_and_region_and_staff_correct_them(county: County) -> None:
    rules = county.call("GET", "/rulebook")
    assert {each["title"] for each in rules["kinds"]} == {"建议", "求助", "投诉", "举报", "咨询", "其他"}
    assert {"公用事业", "教育", "公共秩序"} <= set(rules["fields"])
    assert len(rules["regions"]) == 5
    citizen = county.send_letter(kind="other", field="教育", region="市外")
    clerk = county.desk("clerk")
    shown = clerk.opens(citizen.code)
    assert (shown["kind"], shown["field"], shown["region"]) == ("other", "教育", "市外")
    form = shown.form("accept")
    assert [each["const"] for each in form["field"]["oneOf"]] == rules["fields"]
    assert [each["const"] for each in form["region"]["oneOf"]] == rules["regions"]
    assert len(form["kind"]["oneOf"]) == 6
    clerk.makes(citizen.code, "accept", kind="help", field="公用事业")
    clerk.makes(citizen.code, "classify", region="主城区")
    shown = clerk.opens(citizen.code)
    assert (shown["kind"], shown["field"], shown["region"]) == ("help", "公用事业", "主城区")
    assert "更正了分类" in story(shown)


@pytest.mark.parametrize("wrong", [{"field": "天文"}, {"region": "月球"}, {"kind": "opinion"}])
def test_CQ_3_2_2_what_is_in_none_of_the_lists_is_no_correction(county: County, wrong: dict[str, str]) -> None:
    """A program may send a letter with words of its own; staff put it where it belongs."""
    citizen, clerk = county.send_letter(**wrong), county.desk("clerk")
    for move in ("accept", "classify"):
        said = clerk.tries(citizen.code, move, None, **wrong)
        assert (said.status, said.fields()) == (422, [*wrong]), move
    assert citizen.looks()["status"] == "received"


def test_CQ_3_2_2_validity_is_said_as_accepted_for_information_or_invalid(county: County) -> None:
    letters = {each: county.send_letter() for each in ("accept", "keep_for_information", "decline")}
    clerk = county.desk("clerk")
    clerk.makes(letters["accept"].code, "accept")
    clerk.makes(letters["keep_for_information"].code, "keep_for_information")
    clerk.makes(letters["decline"].code, "decline", ground="advertising")
    assert [each.looks()["status"] for each in letters.values()] == ["accepted", "kept", "declined"]
    assert [each.looks()["number"] is None for each in letters.values()] == [False, True, True]
    assert county.desk("roads-handler").tries(letters["accept"].code, "classify", kind="help").status == 404


# CQ-3.2.3: numbered, archived unnumbered, removed; one letter, one number


def test_CQ_3_2_3_an_accepted_letter_is_numbered_by_its_first_unit_and_joins_the_list(county: County) -> None:
    first, second, theirs = county.accepted(), county.accepted(), at_roads(county)
    assert number_of(first) == "信箱受理中心信〔2026〕00001号"
    assert number_of(second) == "信箱受理中心信〔2026〕00002号"
    assert number_of(theirs) == "交通运输局信〔2026〕00001号"
    [entry] = [each for each in county.desk("clerk").waiting() if each["tracking_code"] == first.code]
    assert (entry["waits_for"], entry["number"]) == ("assign", number_of(first))


def test_CQ_3_2_3_a_new_year_numbers_from_one_again(county: County) -> None:
    county.at("2026-12-31 23:59:59")
    assert number_of(county.accepted()) == "信箱受理中心信〔2026〕00001号"
    county.at("2027-01-01 00:00:00")
    assert number_of(county.accepted()) == "信箱受理中心信〔2027〕00001号"


def test_CQ_3_2_3_the_first_units_number_stays_through_every_hand_over(county: County) -> None:
    """Referred up, sent back, referred again, assigned, returned, assigned to others, sent back to be done again."""
    citizen = read_at_roads(county)
    number, code = number_of(citizen), citizen.code
    roads, clerk, seen = county.desk("roads-clerk"), county.desk("clerk"), []

    def moves(desk: Desk, move: str, /, **fields: Any) -> None:
        desk.makes(code, move, **fields)
        seen.append(desk.opens(code)["number"])

    moves(roads, "refer_up", mailbox="county", note="请协调。")
    moves(clerk, "return", reason="属交通运输局职责。")
    moves(roads, "refer_up", mailbox="county", note="再请协调。")
    moves(clerk, "classify", kind="help")
    moves(clerk, "assign", units=["water"], note=NOTE)
    moves(county.desk("water-handler"), "return", reason="不属水务。")
    moves(clerk, "assign", units=["town"], note=NOTE)
    moves(county.desk("town-handler"), "sub_assign", unit="station")
    moves(county.desk("station-handler"), "answer", body=ANSWER)
    moves(clerk, "send_back", reasons="没有说明时间。")
    moves(county.desk("town-handler"), "answer", body="已于二十日修好。")
    assert set(seen) == {number}
    assert number == "交通运输局信〔2026〕00001号"
    assert number_of(citizen) == number
    assert citizen.does("reopen", reason="又坏了。").status == 200
    assert number_of(citizen) == number


def test_CQ_3_2_3_an_invalid_letter_may_be_removed_and_leaves_its_trace(county: County) -> None:
    citizen, clerk = county.send_letter(body="本店大减价"), county.desk("clerk")
    assert len(clerk.opens(citizen.code).form("remove")["ground"]["oneOf"]) == 3
    said = clerk.tries(citizen.code, "remove", ground="boring")
    assert (said.status, said.fields()) == (422, ["ground"])
    clerk.makes(citizen.code, "decline", ground="advertising")
    clerk.makes(citizen.code, "remove", ground="advertising")
    shown = clerk.opens(citizen.code)
    assert shown["status"] == "removed"
    assert "本店大减价" not in words_of(shown)
    assert WRITER["name"] not in words_of(shown)
    assert "来信内容已按规定删除：广告" in story(shown)
    assert [each["tracking_code"] for each in clerk.call("GET", "/desk/archive?month=2026-11")["letters"]] == [
        citizen.code
    ]


def test_CQ_3_2_3_an_accepted_letter_is_not_removed_and_nobody_else_removes(county: County) -> None:
    accepted, new = county.accepted(), county.send_letter()
    assert refusal(county.desk("clerk").tries(accepted.code, "remove", ground="empty"))[1] == "wrong_status"
    assert refusal(county.desk("leader").tries(new.code, "remove", ground="empty"))[1] == "not_your_move"
    assert county.desk("roads-clerk").tries(new.code, "remove", ground="empty").status == 404


# CQ-4.1: direct


@pytest.mark.parametrize(
    ("channel", "words"), [("phone", "电话答复"), ("email", "电子邮件答复"), ("public_notice", "公开答复")]
)
def test_CQ_4_1_the_first_unit_answers_itself_and_says_by_which_way(county: County, channel: str, words: str) -> None:
    """No head's reading and no opinion is needed for what stays in the house; nobody else has a part in it."""
    citizen = handled_by_roads(county)
    shown = county.desk("roads-handler").opens(citizen.code)
    assert shown["disposition"] == "direct"
    assert [each["title"] for each in shown.form("answer")["channel"]["oneOf"]].count(words) == 1
    answers(county, citizen, channel=channel)
    [given] = citizen.looks()["answers"]
    assert (given["channel"], given["unit"]) == (channel, "交通运输局")
    assert f"交通运输局已答复（{words}）" in story(citizen.looks())


def test_CQ_4_1_it_is_passed_to_one_of_its_own_sections(county: County) -> None:
    citizen = at_roads(county)
    county.desk("roads-clerk").makes(citizen.code, "assign", units=["roads-section"])
    assert county.desk("roads-section-handler").opens(citizen.code)["disposition"] == "direct"
    assert waits_for(county, "roads-section-handler", citizen) == ["answer"]
    answers(county, citizen, "roads-section-handler")
    assert citizen.looks()["answers"][0]["unit"] == "交通运输局养护科"


def test_CQ_4_1_the_unit_itself_passes_it_down_and_stays_answerable(county: County) -> None:
    citizen = handled_by_roads(county)
    county.desk("roads-deputy-head").makes(citizen.code, "sub_assign", unit="roads-section", note="请养护科核实。")
    assert waits_for(county, "roads-section-handler", citizen) == ["answer"]
    assert waits_for(county, "roads-handler", citizen) == ["with_subordinate"]
    assert citizen.looks().clock("handle")["unit"] == "roads"


def test_CQ_4_1_direct_handling_has_the_countys_own_limit(county: County) -> None:
    """The ten days of CQ-6 are for what is assigned; the county's own are shown as such. From Friday 20 November."""
    direct = handled_by_roads(county).looks().clock("handle")
    assert (direct["due_on"], direct["clause"]) == ("2026-12-04", None)


# CQ-4.2: assign


def test_CQ_4_2_to_another_unit_only_after_the_head_has_read_it(county: County) -> None:
    citizen, clerk = county.accepted(), county.desk("clerk")
    assert waits_for(county, "centre-head", citizen) == waits_for(county, "centre-deputy-head", citizen) == ["read"]
    assert "来信请阅" in told(county, "centre-head")[-1]
    assert refusal(clerk.tries(citizen.code, "assign", units=["water"], note=NOTE))[1] == "head_reads_first"
    for somebody in ("clerk", "inspector", "mayor"):
        assert refusal(county.desk(somebody).tries(citizen.code, "approve", step="read"))[1] == "not_your_move"
    assert county.desk("roads-head").tries(citizen.code, "approve", step="read").status == 404, "another office's head"
    county.desk("centre-head").makes(citizen.code, "approve", step="read", note="同意交办。")
    assert waits_for(county, "centre-head", citizen) == []
    assert refusal(county.desk("centre-head").tries(citizen.code, "approve", step="read"))[1] == "already_read"
    assert refusal(county.desk("centre-deputy-head").tries(citizen.code, "approve", step="read"))[1] == "already_read"
    assert "部门负责人已阅" in told(county, "clerk")[-1]
    clerk.makes(citizen.code, "assign", units=["water"], note=NOTE)
    assert citizen.looks()["status"] == "assigned"
    assert "部门负责人已阅" not in story(citizen.looks()), "a step inside an office"


def test_CQ_4_2_nothing_is_assigned_before_it_was_accepted_nor_read(county: County) -> None:
    citizen = county.send_letter()
    assert refusal(county.desk("clerk").tries(citizen.code, "assign", units=["water"], note=NOTE))[1] == "wrong_status"
    assert refusal(county.desk("centre-head").tries(citizen.code, "approve", step="read"))[1] in {
        "wrong_status",
        "not_your_move",
    }


def test_CQ_4_2_it_goes_with_an_opinion_and_requirements_which_the_unit_reads(county: County) -> None:
    citizen, clerk = county.accepted(), county.desk("clerk")
    county.read_by_head(citizen)
    for note in (None, "   "):
        said = clerk.tries(citizen.code, "assign", None, units=["water"], **({"note": note} if note else {}))
        assert (said.status, said.fields()) == (422, ["note"])
    clerk.makes(citizen.code, "assign", units=["water"], note=NOTE)
    shown = county.desk("water-handler").opens(citizen.code)
    assert shown["disposition"] == "assigned"
    assert NOTE in [each["body"] for each in shown["texts"]]
    assert NOTE not in words_of(citizen.looks())
    assert "来信待办" in told(county, "water-handler")[-1]


def test_CQ_4_2_the_unit_assigns_on_to_its_subordinate_and_stays_answerable(county: County) -> None:
    """Down two levels; the limit stays the town's, and late it is the town that is late."""
    citizen = county.assigned("town")
    town = county.desk("town-deputy-head")
    offered = [each["const"] for each in town.opens(citizen.code).form("sub_assign")["unit"]["oneOf"]]
    assert offered == ["station"]
    for wrong in ("water", "district", "town"):
        said = town.tries(citizen.code, "sub_assign", unit=wrong)
        assert (said.status, said.fields()) == (422, ["unit"]), wrong
    town.makes(citizen.code, "sub_assign", unit="station", note="请水利站核实。")
    assert waits_for(county, "station-handler", citizen) == ["answer"]
    assert citizen.looks().clock("handle")["unit"] == "town"
    assert [each["id"] for each in citizen.looks()["units"]] == ["town"]
    county.at("2026-12-07 09:00")
    county.run("sweep")
    assert any("催办" in each for each in told(county, "town-handler"))
    assert line_of(board(county), number_of(citizen), "urge")["unit"] == "town"
    assert county.desk("town-handler").tries(citizen.code, "answer", body=ANSWER).status == 200


# CQ-4.3: forward


def test_CQ_4_3_forwarded_after_the_heads_reading_no_answer_is_owed_back(county: County) -> None:
    citizen, clerk = county.accepted(), county.desk("clerk")
    assert refusal(clerk.tries(citizen.code, "forward", unit="water"))[1] == "head_reads_first"
    county.read_by_head(citizen)
    clerk.makes(citizen.code, "forward", unit="water")
    shown = citizen.looks()
    assert shown["status"] == "forwarded"
    assert all(clock["state"] != "running" for clock in shown["clocks"])
    assert waits_for(county, "water-handler", citizen) == []
    assert "转来一封来信" in told(county, "water-handler")[-1]
    assert county.desk("water-handler").opens(citizen.code)["disposition"] == "forwarded"
    assert refusal(county.desk("water-handler").tries(citizen.code, "answer", body=ANSWER))[1] == "no_answer_asked"
    assert "answer" not in county.desk("water-handler").opens(citizen.code).moves()


def test_CQ_4_3_the_writer_is_told_where_it_went(county: County) -> None:
    citizen = county.accepted()
    county.read_by_head(citizen)
    county.desk("clerk").makes(citizen.code, "forward", unit="water", note="内部意见。")
    assert "转送水务局" in story(citizen.looks())
    assert "内部意见" not in words_of(citizen.looks())
    county.post_goes_out()
    assert any("水务局" in mail.text for mail in county.mailer.to(WRITER["email"]))


def test_CQ_4_3_the_receiving_unit_is_asked_to_answer_and_does_so_once(county: County) -> None:
    citizen = county.accepted()
    county.read_by_head(citizen)
    county.desk("clerk").makes(citizen.code, "forward", unit="water", ask_answer=True)
    assert "转送水务局，请其答复来信人" in story(citizen.looks())
    assert waits_for(county, "water-handler", citizen) == ["answer"]
    assert county.desk("roads-handler").tries(citizen.code, "answer", body=ANSWER).status == 404
    answers(county, citizen, "water-handler")
    shown = citizen.looks()
    assert (shown["status"], shown["answers"][0]["body"], shown["answers"][0]["unit"]) == (
        "forwarded",
        ANSWER,
        "水务局",
    )
    assert waits_for(county, "water-handler", citizen) == []
    again = county.desk("water-handler").tries(citizen.code, "answer", body="再答")
    assert refusal(again)[1] == "no_answer_asked"


# CQ-4.4: refer up


def test_CQ_4_4_to_the_units_own_leader_after_the_heads_reading(county: County) -> None:
    citizen, clerk = at_roads(county), county.desk("roads-clerk")
    assert refusal(clerk.tries(citizen.code, "refer_up", leader="roads-head"))[1] == "head_reads_first"
    county.desk("roads-deputy-head").makes(citizen.code, "approve", step="read")
    form = clerk.opens(citizen.code).form("refer_up")
    assert {"roads-head", "mayor"} <= {each["const"] for each in form["leader"]["oneOf"]}
    assert "water-head" not in {each["const"] for each in form["leader"]["oneOf"]}, "another office's"
    clerk.makes(citizen.code, "refer_up", leader="roads-head", note="事关重大。")
    assert citizen.looks()["status"] == "referred"
    assert waits_for(county, "roads-head", citizen) == ["instruct"]
    assert waits_for(county, "roads-clerk", citizen) == ["with_leader"]
    assert "呈请批示" in told(county, "roads-head")[-1]
    assert county.desk("water-head").tries(citizen.code, "instruct", text="知悉").status == 404
    county.desk("roads-head").makes(citizen.code, "instruct", text="请养护科三日内办结。")
    assert waits_for(county, "roads-clerk", citizen) == ["assign"]
    clerk.makes(citizen.code, "assign", units=["roads-section"])
    shown = county.desk("roads-section-handler").opens(citizen.code)
    assert "请养护科三日内办结。" in [each["text"] for each in shown["instructions"]]


def test_CQ_4_4_one_of_the_two_is_named_leader_or_mailbox(county: County) -> None:
    citizen, clerk = read_at_roads(county), county.desk("roads-clerk")
    for wrong in ({}, {"leader": "mayor", "mailbox": "county"}, {"leader": "nobody"}, {"mailbox": "roads-box"}):
        assert clerk.tries(citizen.code, "refer_up", None, **wrong).status == 422, wrong
    assert citizen.looks()["status"] == "accepted"


def test_CQ_4_4_to_the_mayors_mailbox_for_coordination_where_it_has_a_day_of_its_own(county: County) -> None:
    """Referred on Friday 20 November in the evening: the mayor's mailbox clears it on that day (CQ-3.2.1)."""
    citizen, clerk = at_roads(county), county.desk("roads-clerk")
    assert refusal(clerk.tries(citizen.code, "refer_up", mailbox="county"))[1] == "head_reads_first"
    county.desk("roads-head").makes(citizen.code, "approve", step="read")
    assert county.desk("clerk").opens(citizen.code).status == 404
    clerk.makes(citizen.code, "refer_up", mailbox="county", note="涉及多个部门。")
    assert "呈来一封来信" in told(county, "clerk")[-1]
    assert waits_for(county, "clerk", citizen) == ["assign"]
    assert waits_for(county, "roads-clerk", citizen) == []
    assert county.desk("roads-clerk").opens(citizen.code).status == 200, "who referred it may look"
    assert citizen.looks().clock("triage")["due_on"] == "2026-11-20"
    assert "呈报研究" in story(citizen.looks())
    assert "呈信箱受理中心协调办理" in story(county.desk("clerk").opens(citizen.code))


def test_CQ_4_4_it_is_turned_into_an_assignment_by_the_leader_with_an_opinion(county: County) -> None:
    citizen = read_at_roads(county)
    county.desk("roads-clerk").makes(citizen.code, "refer_up", leader="mayor", note="请示。")
    mayor = county.desk("mayor")
    said = mayor.tries(citizen.code, "convert", units=["water"])
    assert (said.status, said.fields()) == (422, ["note"])
    assert "note" in mayor.opens(citizen.code).form("convert")
    mayor.makes(citizen.code, "convert", units=["water"], note="请水务局牵头办理。")
    shown = county.desk("water-handler").opens(citizen.code)
    assert (shown["status"], shown["disposition"]) == ("assigned", "assigned")
    assert citizen.looks().clock("handle")["due_on"] == "2026-12-04"
    assert waits_for(county, "water-handler", citizen) == ["answer"]
    assert waits_for(county, "mayor", citizen) == []


def test_CQ_4_4_the_office_itself_turns_it_into_an_assignment(county: County) -> None:
    citizen = read_at_roads(county)
    clerk = county.desk("roads-clerk")
    clerk.makes(citizen.code, "refer_up", leader="roads-head")
    clerk.makes(citizen.code, "convert", units=["water"], note=NOTE)
    assert waits_for(county, "water-handler", citizen) == ["answer"]
    assert county.desk("inspector").tries(citizen.code, "convert", units=["town"], note=NOTE).status == 403


# CQ-4.5: for information


def test_CQ_4_5_kept_for_information_it_is_archived_without_a_number_and_nothing_is_owed(county: County) -> None:
    citizen, clerk = county.send_letter(), county.desk("clerk")
    clerk.makes(citizen.code, "keep_for_information", note="供研究。")
    shown = citizen.looks()
    assert (shown["status"], shown["number"]) == ("kept", None)
    assert shown.clock("triage")["state"] == "met"
    assert waits_for(county, "clerk", citizen) == []
    [line] = clerk.call("GET", "/desk/archive?month=2026-11")["letters"]
    assert (line["tracking_code"], line["number"], line["closed"]) == (citizen.code, None, "2026-11-20")
    assert number_of(county.accepted()) == "信箱受理中心信〔2026〕00001号", "it has used up no number"
    county.post_goes_out()
    assert any("留存" in mail.subject for mail in county.mailer.to(WRITER["email"]))


# CQ-5: returned promptly, with a reason


def test_CQ_5_an_assigned_letter_goes_back_with_a_reason_whenever_that_is(county: County) -> None:
    """No window and no due date for it: on the day, or a week later."""
    soon, late = county.assigned("water"), county.assigned("water")
    assert [each["name"] for each in soon.looks()["clocks"]] == ["triage", "handle"], "no clock for returning"
    for citizen, day in ((soon, "2026-11-20 10:05"), (late, "2026-11-30 10:00")):
        county.at(day)
        water = county.desk("water-handler")
        for reason in ({}, {"reason": "  "}):
            said = water.tries(citizen.code, "return", None, **reason)
            assert (said.status, said.fields()) == (422, ["reason"])
        water.makes(citizen.code, "return", reason="道路照明不属水务。")
        assert waits_for(county, "clerk", citizen) == ["assign"]
        shown = county.desk("clerk").opens(citizen.code)
        assert "道路照明不属水务。" in [each["body"] for each in shown["texts"]]
        assert shown["returned_by"] == [{"id": "water", "name": "水务局"}]
        assert "道路照明不属水务。" not in words_of(citizen.looks())
    assert "退回" in told(county, "clerk")[-1]


def test_CQ_5_a_forwarded_letter_goes_back_and_its_number_stays(county: County) -> None:
    citizen = county.accepted()
    number = number_of(citizen)
    county.read_by_head(citizen)
    county.desk("clerk").makes(citizen.code, "forward", unit="water")
    assert county.desk("roads-handler").tries(citizen.code, "return", reason="试试").status == 404
    county.desk("water-handler").makes(citizen.code, "return", reason="不属水务。")
    assert (citizen.looks()["status"], number_of(citizen)) == ("accepted", number)
    assert waits_for(county, "clerk", citizen) == ["assign"]
    county.desk("clerk").makes(citizen.code, "assign", units=["roads"], note=NOTE)
    assert waits_for(county, "roads-handler", citizen) == ["answer"]


def test_CQ_5_a_letter_referred_to_the_wrong_mailbox_goes_back_where_it_came_from(county: County) -> None:
    citizen = read_at_roads(county)
    assert refusal(county.desk("roads-clerk").tries(citizen.code, "return", reason="？"))[1] == "nothing_to_return"
    county.desk("roads-clerk").makes(citizen.code, "refer_up", mailbox="county")
    county.desk("clerk").makes(citizen.code, "return", reason="属贵局职责。")
    assert waits_for(county, "roads-clerk", citizen) == ["assign"]
    assert waits_for(county, "clerk", citizen) == []
    assert "信箱受理中心将呈办的来信退回交通运输局" in story(county.desk("roads-clerk").opens(citizen.code))
    assert county.desk("clerk").tries(citizen.code, "return", reason="再退").status in {403, 404}


def test_CQ_5_a_leader_returns_what_was_referred_to_the_wrong_one(county: County) -> None:
    """It is nobody's instruction: nothing is reported back to that leader, and another can be asked."""
    citizen = read_at_roads(county)
    clerk = county.desk("roads-clerk")
    clerk.makes(citizen.code, "refer_up", leader="deputy-mayor", note="请示。")
    assert refusal(county.desk("mayor").tries(citizen.code, "return", reason="替他退"))[1] == "nothing_to_return"
    deputy = county.desk("deputy-mayor")
    said = deputy.tries(citizen.code, "return")
    assert (said.status, said.fields()) == (422, ["reason"])
    deputy.makes(citizen.code, "return", reason="不属我分管。")
    shown = clerk.opens(citizen.code)
    assert (shown["status"], shown["referral"], shown["instructions"]) == ("accepted", None, [])
    assert "不属我分管。" in [each["body"] for each in shown["texts"]]
    assert waits_for(county, "roads-clerk", citizen) == ["assign"]
    assert waits_for(county, "deputy-mayor", citizen) == []
    assert "退回" in told(county, "roads-clerk")[-1]
    clerk.makes(citizen.code, "refer_up", leader="mayor")
    assert waits_for(county, "mayor", citizen) == ["instruct"]


def test_CQ_5_a_subordinate_gives_it_back_to_the_unit_above(county: County) -> None:
    citizen = county.assigned("town")
    county.desk("town-handler").makes(citizen.code, "sub_assign", unit="station")
    county.desk("station-handler").makes(citizen.code, "return", reason="站里办不了。")
    assert waits_for(county, "town-handler", citizen) == ["answer"]
    assert citizen.looks()["status"] == "assigned"


def test_CQ_5_what_lies_without_a_due_date_is_seen_for_how_long(county: County) -> None:
    """Referred to a leader by mistake on Friday 20 November; on Thursday 26 it has lain for four working days."""
    citizen = read_at_roads(county)
    county.desk("roads-clerk").makes(citizen.code, "refer_up", leader="deputy-mayor")
    county.at("2026-11-26 10:00")
    for who in ("roads-clerk", "inspector"):
        [line] = county.desk(who).call("GET", "/desk")["lying"]
        assert (line["tracking_code"], line["lying_days"], line["due_on"]) == (citizen.code, 4, None), who
    assert county.desk("clerk").call("GET", "/desk")["lying"] == []


# CQ-6: ten working days; more time before the limit


@pytest.mark.parametrize(
    ("assigned", "due", "provisional"),
    [
        ("2026-11-20 23:59:59", "2026-12-04", False),
        ("2026-02-13 10:00", "2026-03-05", False),
        ("2026-02-14 10:00", "2026-03-06", False),
        ("2026-09-30 10:00", "2026-10-20", False),
        ("2026-12-25 10:00", "2027-01-11", True),
    ],
)
def test_CQ_6_an_assigned_letter_is_answered_within_ten_working_days(
    county: County, assigned: str, due: str, provisional: bool
) -> None:
    """14 and 28 February and 10 October are worked; of New Year 2027 nobody has spoken yet, so it is an estimate."""
    county.at(assigned)
    clock = county.assigned("water").looks().clock("handle")
    assert (clock["due_on"], clock["clause"], clock["provisional"]) == (due, "CQ-6", provisional)
    assert clock["limit"] == {"number": 10, "counted_in": "working_days"}


@pytest.mark.parametrize("kind", ["suggestion", "help", "complaint", "accusation", "consultation", "other"])
def test_CQ_6_every_kind_of_letter_has_the_ten_working_days(county: County, kind: str) -> None:
    clock = county.assigned("water", kind=kind).looks().clock("handle")
    assert (clock["due_on"], clock["clause"]) == ("2026-12-04", "CQ-6")
    assert clock["limit"] == {"number": 10, "counted_in": "working_days"}


def test_CQ_6_it_counts_from_the_assignment_not_from_the_letter(county: County) -> None:
    """Written on Friday 20, assigned on Monday 23 November; a unit that gets it later has its own ten days."""
    citizen = county.accepted()
    county.read_by_head(citizen)
    county.at("2026-11-23 10:00")
    county.desk("clerk").makes(citizen.code, "assign", units=["water"], note=NOTE)
    assert citizen.looks().clock("handle")["due_on"] == "2026-12-07"
    county.at("2026-11-25 10:00")
    county.desk("water-handler").makes(citizen.code, "return", reason="不属水务。")
    county.desk("clerk").makes(citizen.code, "assign", units=["roads"], note=NOTE)
    clock = citizen.looks().clock("handle")
    assert (clock["unit"], clock["due_on"]) == ("roads", "2026-12-09")


def test_CQ_6_answered_in_the_last_second_is_in_time_and_in_the_next_is_late(county: County) -> None:
    """Assigned on Friday 20 November, due on Friday 4 December; the day after is a Saturday and late all the same."""
    one, other = county.assigned("water"), county.assigned("water")
    county.at("2026-12-04 23:59:59")
    answers(county, one, "water-handler")
    county.at("2026-12-05 00:00:00")
    answers(county, other, "water-handler")
    assert one.looks().clock("handle")["state"] == "met"
    late = other.looks().clock("handle")
    assert (late["state"], late["overdue_days"]) == ("breached", 1)


def test_CQ_6_more_time_is_asked_for_before_the_limit_and_granted_by_the_assigner(county: County) -> None:
    """Due on Friday 4 December; asked in its last second; five working days more are due on Friday 11 December."""
    citizen = county.assigned("water")
    county.at("2026-12-04 23:59:59")
    water = county.desk("water-handler")
    said = water.tries(citizen.code, "request_extension", working_days=5)
    assert (said.status, said.fields()) == (422, ["reason"])
    water.makes(citizen.code, "request_extension", reason="需要开挖检查。", working_days=5)
    assert refusal(water.tries(citizen.code, "request_extension", reason="再要", working_days=3))[1] == (
        "extension_pending"
    )
    assert refusal(water.tries(citizen.code, "grant_extension"))[1] == "not_your_move"
    county.at("2026-12-05 09:00")
    assert waits_for(county, "clerk", citizen) == ["decide_extension"]
    county.desk("clerk").makes(citizen.code, "grant_extension")
    clock = citizen.looks().clock("handle")
    assert (clock["due_on"], clock["granted"], clock["state"], clock["overdue_days"]) == (
        "2026-12-11", 5, "running", 0,
    )  # fmt: skip
    assert "同意水务局延期 5 个工作日，答复时限至 2026年12月11日" in story(citizen.looks())


def test_CQ_6_one_second_after_the_limit_it_is_too_late_to_ask(county: County) -> None:
    citizen = county.assigned("water")
    county.at("2026-12-05 00:00:00")
    water = county.desk("water-handler")
    assert "request_extension" not in water.opens(citizen.code).moves()
    said = water.tries(citizen.code, "request_extension", reason="需要开挖检查。", working_days=5)
    assert refusal(said)[1] == "limit_has_passed"
    assert refusal(county.desk("clerk").tries(citizen.code, "grant_extension"))[1] == "no_extension_asked"
    assert citizen.looks().clock("handle")["due_on"] == "2026-12-04"


def test_CQ_6_refused_the_limit_stays_and_the_unit_is_told(county: County) -> None:
    citizen = county.assigned("water")
    county.desk("water-handler").makes(citizen.code, "request_extension", reason="太忙。", working_days=5)
    county.desk("clerk").makes(citizen.code, "refuse_extension", note="理由不充分。")
    assert citizen.looks().clock("handle")["due_on"] == "2026-12-04"
    assert "延期未获批准" in told(county, "water-handler")[-1]


def test_CQ_6_why_it_takes_longer_is_said_in_writing_or_recorded_from_the_telephone(county: County) -> None:
    citizen = county.assigned("water")
    water = county.desk("water-handler")
    water.makes(citizen.code, "contact_writer", note="已电话告知来信人：管线图尚未调到。")
    water.makes(citizen.code, "explain_delay", reason="等待管线图，预计下周答复。")
    shown = citizen.looks()
    assert "水务局与来信人取得联系" in story(shown)
    assert "等待管线图，预计下周答复。" in words_of(shown)
    assert "已电话告知" not in words_of(shown)
    assert "已电话告知来信人：管线图尚未调到。" in [
        each["body"] for each in county.desk("clerk").opens(citizen.code)["texts"]
    ]
    county.post_goes_out()
    assert any("办理进度的说明" in mail.subject + mail.text for mail in county.mailer.to(WRITER["email"]))


# CQ-7.1: urge


def test_CQ_7_1_overdue_it_is_urged_and_its_days_are_counted_by_themselves_through_spring_festival(
    county: County,
) -> None:
    """Assigned on Thursday 29 January 2026, due on Thursday 12 February. Late days: 13 and 14 (worked), then 24 to 28
    (Saturday 28 worked), then Monday 2 March."""
    county.at("2026-01-29 10:00")
    citizen = county.assigned("water")
    number = number_of(citizen)
    county.at("2026-02-12 23:59:59")
    county.run("sweep")
    assert board(county) == []
    county.at("2026-02-13 08:59:59")
    county.run("sweep")
    late = line_of(board(county), number, "overdue")
    assert (late["overdue_days"], late["due_on"]) == (1, "2026-02-12")
    county.at("2026-02-13 09:00")
    county.run("sweep")
    notices = board(county)
    assert [each["kind"] for each in notices] == ["urge"]
    notice = line_of(notices, number, "urge")
    assert notice == notice | {
        "unit": "water", "unit_name": "水务局", "date": "2026-02-13", "due_on": "2026-02-12", "overdue_days": 1,
    }  # fmt: skip
    assert any("催办" in each for each in told(county, "water-handler"))
    assert any("催办" in each for each in told(county, "water-deputy-head"))
    counted = {}
    for day in ("02-14", "02-15", "02-20", "02-24", "02-28", "03-01", "03-02"):
        county.at(f"2026-{day} 12:00")
        counted[day] = line_of(board(county), number, "urge")["overdue_days"]
    assert counted == {"02-14": 2, "02-15": 2, "02-20": 2, "02-24": 3, "02-28": 7, "03-01": 7, "03-02": 8}
    assert citizen.looks().clock("handle")["overdue_days"] == 8
    answers(county, citizen, "water-handler")
    assert board(county) == []
    assert citizen.looks().clock("handle")["overdue_days"] == 8


def test_CQ_7_1_the_assigning_unit_urges_and_nobody_else_does_in_its_place(county: County) -> None:
    citizen = county.assigned("water")
    county.at("2026-12-07 10:00")
    assert refusal(county.desk("water-handler").tries(citizen.code, "urge"))[1] == "not_your_move"
    assert county.desk("roads-clerk").tries(citizen.code, "urge").status == 404
    county.desk("clerk").makes(citizen.code, "urge", note="请于今日答复。")
    assert any("催办" in each for each in told(county, "water-handler"))
    shown = county.desk("water-handler").opens(citizen.code)
    assert "请于今日答复。" in [each["body"] for each in shown["texts"]]
    notice = line_of(board(county), number_of(citizen), "urge")
    assert (notice["date"], notice["overdue_days"]) == ("2026-12-07", 1)


def test_CQ_7_1_where_the_state_of_progress_was_explained_no_urge_notice_is_sent(county: County) -> None:
    """Due on Friday 4 December; explained before; on Monday 7 December it is late, and shown so, but not urged."""
    explained, silent = county.assigned("water"), county.assigned("roads")
    county.at("2026-12-03 10:00")
    county.desk("water-handler").makes(explained.code, "explain_delay", reason="等待管线图。")
    before = len(told(county, "water-handler"))
    county.at("2026-12-07 09:00")
    county.run("sweep")
    assert not [each for each in told(county, "water-handler")[before:] if "催办" in each]
    assert [each for each in told(county, "roads-handler") if "催办" in each]
    notices = board(county)
    assert {each["number"]: each["kind"] for each in notices} == {
        number_of(explained): "overdue",
        number_of(silent): "urge",
    }
    assert line_of(notices, number_of(explained), "overdue")["overdue_days"] == 1
    clerk = county.desk("clerk")
    assert "urge" in forms(clerk, silent)
    assert "urge" not in forms(clerk, explained)
    assert "已到时限仍未办结，系统催办" in story(silent.looks())
    assert "已到时限仍未办结，系统催办" not in story(explained.looks())


# CQ-7.2: send back


def test_CQ_7_2_an_answer_that_does_not_do_goes_back_with_reasons_and_is_done_again(county: County) -> None:
    """Sent back on Monday 23 November; the county's own five working days are due on Monday 30."""
    citizen = county.assigned("water")
    answers(county, citizen, "water-handler", body="已阅。")
    county.at("2026-11-23 10:00")
    clerk = county.desk("clerk")
    assert refusal(county.desk("water-head").tries(citizen.code, "send_back", reasons="？"))[1] == "not_your_move"
    said = clerk.tries(citizen.code, "send_back")
    assert (said.status, said.fields()) == (422, ["reasons"])
    clerk.makes(citizen.code, "send_back", reasons="没有说明何时修复。重办时请写明日期。")
    shown = county.desk("water-handler").opens(citizen.code)
    assert "没有说明何时修复。重办时请写明日期。" in [each["body"] for each in shown["texts"]]
    assert waits_for(county, "water-handler", citizen) == ["redo"]
    assert citizen.looks().clock("redo")["due_on"] == "2026-11-30"
    assert any("答复退回重办" in each for each in told(county, "water-handler"))
    assert refusal(clerk.tries(citizen.code, "send_back", reasons="再退"))[1] == "wrong_status"
    assert "没有说明何时修复" not in words_of(citizen.looks())
    answers(county, citizen, "water-handler", body="将于二十五日修复。")
    assert citizen.looks()["answers"][-1]["body"] == "将于二十五日修复。"
    assert citizen.looks().clock("redo")["state"] == "met"


def test_CQ_7_2_it_is_shown_on_the_notice_board_until_it_is_done_again(county: County) -> None:
    """Two working days are set; late, the board says by how many working days: 25 and 26 November."""
    citizen = county.assigned("water")
    answers(county, citizen, "water-handler", body="已阅。")
    county.desk("clerk").makes(citizen.code, "send_back", reasons="请重办。", working_days=2)
    notice = line_of(board(county), number_of(citizen), "send_back")
    assert (notice["unit"], notice["date"], notice["overdue_days"]) == ("water", "2026-11-20", 0)
    assert citizen.looks().clock("redo")["due_on"] == "2026-11-24"
    county.at("2026-11-26 10:00")
    county.run("sweep")
    notices = board(county)
    assert line_of(notices, number_of(citizen), "send_back")["overdue_days"] == 2
    assert line_of(notices, number_of(citizen), "urge")["overdue_days"] == 2
    answers(county, citizen, "water-handler", body="将于本月修复。")
    assert board(county) == []


def test_CQ_7_2_neither_writer_nor_matter_nor_tracking_code_is_on_the_board(county: County) -> None:
    open_one, accusation = county.assigned("water"), county.assigned("water", kind="accusation")
    county.at("2026-12-07 09:00")
    county.run("sweep")
    [line] = board(county)
    assert line["number"] == number_of(open_one)
    page = county.files.files["site/data/notices.json"].decode()
    told_nowhere = (*WRITER.values(), "路灯", open_one.code, accusation.code, number_of(accusation))
    assert [each for each in told_nowhere if each in page] == []


# CQ-8: who answers the writer


def test_CQ_8_an_instructed_letter_is_followed_up_and_reported_back_to_the_leader(county: County) -> None:
    citizen = read_at_roads(county)
    county.desk("roads-clerk").makes(citizen.code, "refer_up", leader="mayor")
    county.desk("mayor").makes(citizen.code, "instruct", text="请水务局办理并报结果。")
    county.desk("roads-clerk").makes(citizen.code, "assign", units=["water"], note=NOTE)
    assert "请水务局办理并报结果。" in words_of(county.desk("water-handler").opens(citizen.code))
    before = len(told(county, "mayor"))
    answers(county, citizen, "water-handler")
    [report_back] = told(county, "mayor")[before:]
    assert "您批示的" in report_back
    assert ANSWER in words_of(county.desk("mayor").opens(citizen.code))
    assert not [each for each in told(county, "deputy-mayor") if "批示办理情况" in each]


def test_CQ_8_assigned_the_handling_unit_answers_the_writer_itself(county: County) -> None:
    citizen = county.assigned("water")
    answers(county, citizen, "water-handler")
    [given] = citizen.looks()["answers"]
    assert (given["unit"], given["given_by"]) == ("水务局", "unit")
    assert county.desk("clerk").tries(citizen.code, "answer", body="越俎代庖").status == 403


def test_CQ_8_or_the_assigner_answers_after_receiving_the_result(county: County) -> None:
    citizen = county.assigned("water")
    offered = county.desk("water-handler").opens(citizen.code).form("answer")["chain"]["oneOf"]
    assert [each["title"] for each in offered] == ["结果报交办单位，由交办单位答复来信人"]
    county.at("2026-12-04 23:59:59")
    county.desk("water-handler").makes(citizen.code, "answer", body=ANSWER, chain="through_assigner")
    shown = citizen.looks()
    assert (shown["status"], shown["answers"]) == ("in_approval", [])
    assert ANSWER not in words_of(shown)
    assert shown.clock("handle")["state"] == "met", "the unit has given its result in time"
    assert waits_for(county, "clerk", citizen) == ["approve"]
    for somebody in ("water-head", "mayor", "inspector", "centre-head"):
        assert refusal(county.desk(somebody).tries(citizen.code, "approve", step="assigner_answers"))[1] == (
            "not_your_move"
        ), somebody
    county.at("2026-12-07 10:00")
    clerk = county.desk("clerk")
    step = clerk.opens(citizen.code).form("approve")["step"]["const"]
    clerk.makes(citizen.code, "approve", step=step)
    [given] = citizen.looks()["answers"]
    assert (given["body"], given["given_by"]) == (ANSWER, "centre")
    again = clerk.tries(citizen.code, "approve", step=step)
    assert (again.status, again.fields()) == (422, ["step"]), "that step is behind it; what is left is the review"


def test_CQ_8_the_assigner_may_send_the_result_back_and_the_writer_never_sees_it(county: County) -> None:
    citizen = county.assigned("water")
    county.desk("water-handler").makes(citizen.code, "answer", body="已阅。", chain="through_assigner")
    county.desk("clerk").makes(citizen.code, "send_back", reasons="请写明日期。")
    assert citizen.looks()["status"] == "assigned"
    answers(county, citizen, "water-handler", body="二十五日修复。", chain="through_assigner")
    county.desk("clerk").makes(citizen.code, "approve")
    assert [each["body"] for each in citizen.looks()["answers"]] == ["二十五日修复。"]
    assert "已阅。" not in words_of(citizen.looks())


def test_CQ_8_direct_and_forwarded_letters_are_answered_by_whoever_handled_them(county: County) -> None:
    direct, forwarded = handled_by_roads(county), county.accepted()
    answers(county, direct, "roads-deputy-head")
    county.read_by_head(forwarded)
    county.desk("clerk").makes(forwarded.code, "forward", unit="town", ask_answer=True)
    answers(county, forwarded, "town-handler")
    assert [each.looks()["answers"][0]["unit"] for each in (direct, forwarded)] == ["交通运输局", "柳河镇"]
    county.post_goes_out()
    assert len([m for m in county.mailer.to(WRITER["email"]) if "已有答复" in m.subject + m.text]) == 2


# CQ-9: published after sign-off, except four


def published(county: County) -> list[dict[str, Any]]:
    county.run("publish")
    file = county.files.files.get("site/data/answers/2026-11.json")
    return [] if file is None else list(json.loads(file)["answers"])


def finished(county: County, **fields: Any) -> Citizen:
    """Handled and answered by the roads office, and its answer reviewed."""
    citizen = handled_by_roads(county, **fields)
    answers(county, citizen)
    county.desk("roads-clerk").makes(citizen.code, "approve")
    return citizen


def test_CQ_9_a_finished_letter_is_published_after_the_sign_off_of_the_person_in_charge(county: County) -> None:
    """The head of the unit, with a one-time code; personal data are taken out; the writer need not be asked."""
    citizen = finished(county, body="我叫张晓明，电话13907385566。东路的路灯坏了一周。")
    assert published(county) == []
    assert waits_for(county, "roads-head", citizen) == ["publish"]
    assert refusal(county.desk("roads-clerk").tries(citizen.code, "publish"))[1] == "not_your_move"
    assert refusal(county.desk("mayor").tries(citizen.code, "publish"))[1] == "not_your_move"
    assert county.desk("centre-head").tries(citizen.code, "publish").status == 404, "another office's head"
    head = county.desk("roads-head")
    assert refusal(head.tries(citizen.code, "publish"))[1] == "code_needed"
    code = county.code_for("roads-head", citizen.code, "publish")
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    assert refusal(head.tries(citizen.code, "publish", code=wrong))[1] == "code_wrong"
    assert published(county) == []
    head.makes(citizen.code, "publish", code=code)
    [item] = published(county)
    assert item["answer"] == ANSWER
    assert "东路的路灯坏了一周" in item["question"]
    assert "张晓明" not in item["question"] + item["answer"]
    assert "13907385566" not in item["question"]
    assert item["number"] == number_of(citizen)
    assert waits_for(county, "roads-head", citizen) == []


def test_CQ_9_before_it_is_finished_nothing_is_published(county: County) -> None:
    citizen = handled_by_roads(county)
    assert refusal(county.desk("roads-head").tries(citizen.code, "publish"))[1] == "answer_first"
    assert waits_for(county, "roads-head", citizen) != ["publish"]


@pytest.mark.parametrize(
    ("ground", "words"),
    [("state_secret", "国家秘密"), ("trade_secret", "商业秘密"), ("privacy", "个人隐私"), ("sensitive", "敏感内容")],
)
def test_CQ_9_each_of_the_four_exceptions_keeps_it_unpublished(county: County, ground: str, words: str) -> None:
    citizen = finished(county)
    head = county.desk("roads-head")
    offered = head.opens(citizen.code).form("withhold")["ground"]["oneOf"]
    assert {"const": ground, "title": words} in offered
    assert len(offered) == 4
    head.makes(citizen.code, "withhold", ground=ground)
    assert published(county) == []
    assert head.opens(citizen.code)["publication"]["ground"] == {"id": ground, "text": words}
    assert waits_for(county, "roads-head", citizen) == []
    assert words not in words_of(citizen.looks())


def test_CQ_9_no_other_ground_withholds_and_what_is_published_is_withdrawn_by_one_of_the_four(county: County) -> None:
    citizen = finished(county)
    head = county.desk("roads-head")
    said = head.tries(citizen.code, "withhold", ground="embarrassing")
    assert (said.status, said.fields()) == (422, ["ground"])
    head.makes(citizen.code, "publish", code=county.code_for("roads-head", citizen.code, "publish"))
    assert len(published(county)) == 1
    county.desk("roads-clerk").makes(citizen.code, "withhold", ground="privacy")
    assert published(county) == []


def test_CQ_9_a_report_and_a_confidential_letter_are_never_published(county: County) -> None:
    for fields in ({"kind": "accusation"}, {"keep_confidential": True}):
        citizen = finished(county, **fields)
        assert waits_for(county, "roads-head", citizen) == []
        assert county.desk("roads-head").tries(citizen.code, "publish").status == 403
    assert published(county) == []


# CQ-10: recorded, archived, consulted, printed, counted weekly


def archive(county: County, who: str, month: str = "2026-11") -> list[str]:
    said = county.desk(who).call("GET", f"/desk/archive?month={month}")
    return [each["tracking_code"] for each in said["letters"]]


def test_CQ_10_every_step_is_recorded_and_the_register_of_the_letter_prints_them(county: County) -> None:
    citizen = county.assigned("water")
    water, clerk = county.desk("water-handler"), county.desk("clerk")
    water.makes(citizen.code, "request_extension", reason="需要开挖。", working_days=3)
    clerk.makes(citizen.code, "grant_extension")
    clerk.makes(citizen.code, "urge", note="请抓紧。")
    answers(county, citizen, "water-handler", body="已阅。")
    clerk.makes(citizen.code, "send_back", reasons="请写明日期。")
    answers(county, citizen, "water-handler")
    clerk.makes(citizen.code, "approve")
    shown = clerk.opens(citizen.code)
    assert [each["move"] for each in shown["timeline"]] == [
        "receive", "accept", "approve", "assign", "request_extension", "grant_extension", "urge", "answer",
        "send_back", "answer", "approve",
    ]  # fmt: skip
    register = printed(clerk, citizen, "register")
    assert [each for each in story(shown) if each not in register] == []
    for words in (number_of(citizen), "需要开挖。", "请抓紧。", "请写明日期。", "name of water-handler", "水务局"):
        assert words in register, words


def test_CQ_10_each_unit_consults_its_own_letters_open_finished_and_given_away(county: County) -> None:
    waters, given_back, theirs = county.assigned("water"), county.assigned("water"), at_roads(county)
    county.desk("water-handler").makes(given_back.code, "return", reason="不属水务。")
    assert set(archive(county, "water-handler")) == {waters.code, given_back.code}
    assert archive(county, "roads-clerk") == [theirs.code]
    assert set(archive(county, "clerk")) == {waters.code, given_back.code}
    assert set(archive(county, "inspector")) == {waters.code, given_back.code, theirs.code}
    assert archive(county, "town-handler") == []
    assert archive(county, "water-handler", "2026-10") == []
    page = county.desk("water-handler").call("GET", "/desk/archive/register?month=2026-11")
    assert page.headers["content-type"].startswith("text/html")
    assert "处理情况登记表" in page.raw
    assert number_of(waters) in page.raw
    assert number_of(theirs) not in page.raw


def test_CQ_10_statistics_are_made_every_week(county: County) -> None:
    """2026-W48 is Monday 23 to Sunday 29 November."""
    county.at("2026-11-23 10:00")
    done, open_one = county.assigned("water"), county.assigned("roads")
    answers(county, done, "water-handler")
    county.at("2026-11-30 07:00")
    county.run("reports")
    rows = {each["key"]: each["cells"] for each in report(county, "weekly/2026-W48")["by_unit"]}
    assert (rows["water"]["assigned"]["count"], rows["water"]["answered"]["count"]) == (1, 1)
    assert (rows["roads"]["assigned"]["count"], rows["roads"]["answered"]["count"]) == (1, 0)
    assert rows["centre"]["received"]["count"] == 2
    assert rows["roads"]["open"]["letters"] == [open_one.code]


# CQ-11.1: spot checks


def draw(county: County, local: str) -> set[str]:
    """The draw's job has run; the letters that lie drawn on the inspectors' desk."""
    county.at(local)
    county.run("close_day")
    county.run("spot_checks")
    waiting = county.desk("inspector").waiting()
    return {each["tracking_code"] for each in waiting if each["waits_for"] == "spot_check"}


def test_CQ_11_1_letters_of_all_mailboxes_are_drawn_at_random_every_week(county: County) -> None:
    """Five of seven, on Wednesday 25 November at nine; none before."""
    clerk, roads = county.desk("clerk"), county.desk("roads-clerk")
    ended = []
    for box, desk in (("county", clerk), ("roads-box", roads)) * 3 + (("county", clerk),):
        ended.append(county.send_letter(mailbox=box))
        desk.makes(ended[-1].code, "keep_for_information")
    county.send_letter()
    assert draw(county, "2026-11-25 08:59") == set()
    drawn = draw(county, "2026-11-25 09:00")
    assert len(drawn) == 5
    assert drawn < {each.code for each in ended}
    assert draw(county, "2026-11-25 09:30") == drawn, "once a week"


def test_CQ_11_1_what_a_check_found_is_recorded_and_the_office_told(county: County) -> None:
    good, bad = finished(county), finished(county)
    assert draw(county, "2026-11-25 09:00") == {good.code, bad.code}
    assert refusal(county.desk("roads-clerk").tries(bad.code, "spot_check", passed=True))[1] == "not_your_move"
    inspector = county.desk("inspector")
    inspector.makes(good.code, "spot_check", passed=True)
    inspector.makes(bad.code, "spot_check", passed=False, note="答复没有说明日期。")
    assert waits_for(county, "inspector", good) == waits_for(county, "inspector", bad) == []
    assert any("抽查发现问题" in each for each in told(county, "roads-clerk"))
    shown = county.desk("roads-clerk").opens(bad.code)
    assert "答复没有说明日期。" in [each["body"] for each in shown["texts"]]
    assert "抽查：符合要求" in story(county.desk("roads-clerk").opens(good.code))
    assert "抽查" not in words_of(good.looks()) + words_of(bad.looks()), "a step inside offices"


# CQ-11.2: weekly report; monthly and quarterly


def test_CQ_11_2_a_weekly_report_goes_to_leaders_duty_office_and_the_units_concerned(county: County) -> None:
    """Made on Monday 30 November at seven for the week before; of the units, those that had letters in hand."""
    county.at("2026-11-23 10:00")
    answers(county, county.assigned("water"), "water-handler")
    handled_by_roads(county)
    county.at("2026-11-30 06:59")
    county.run("reports")
    assert "reports/weekly/2026-W48/report.json" not in county.files.files
    county.at("2026-11-30 07:00")
    county.run("reports")
    page = county.files.files["reports/weekly/2026-W48/report.html"].decode()
    assert "市长信箱工作周报" in page
    assert report(county, "weekly/2026-W48")["basis"]["clause"] == "CQ-11.2"
    assert "水务局" in page
    assert "交通运输局" in page
    county.at("2026-11-30 09:00")
    readers = ("mayor", "deputy-mayor", "secretary", "leader", "inspector", "auditor", "clerk", "roads-clerk")
    for who in (*readers, "water-head", "roads-head"):
        assert [each for each in told(county, who) if "市长信箱工作周报" in each], who
    for who in ("town-head", "station-head", "water-handler"):
        assert not [each for each in told(county, who) if "市长信箱工作周报" in each], who
    shelf = {each["name"] for each in county.desk("water-head").call("GET", "/desk/reports")["reports"]}
    assert "2026-W48" in shelf
    assert county.desk("water-handler").call("GET", "/desk/reports")["reports"] == []
    county.later(hours=1)
    before = len(told(county, "mayor"))
    county.run("reports")
    assert len(told(county, "mayor")) == before, "told once"


def test_CQ_11_2_each_units_handling_is_reported_by_the_month_and_the_quarter(county: County) -> None:
    """Made in the morning of 1 January 2027: December, and the fourth quarter."""
    county.at("2026-12-14 10:00")
    answers(county, county.assigned("water"), "water-handler")
    county.at("2027-01-01 07:00")
    county.run("reports")
    for key, title in (("monthly/2026-12", "信箱办理情况月报"), ("quarterly/2026-Q4", "信箱办理情况季报")):
        [row] = [each for each in report(county, key)["by_unit"] if each["key"] == "water"]
        assert (row["cells"]["assigned"]["count"], row["cells"]["answered"]["count"]) == (1, 1)
        assert title in county.files.files[f"reports/{key}/report.html"].decode()
    shelf = {each["name"] for each in county.desk("mayor").call("GET", "/desk/reports")["reports"]}
    assert {"2026-12", "2026-Q4"} <= shelf


# CQ-11.3: appraisal


def test_CQ_11_3_the_work_on_letters_is_scored_and_urges_and_send_backs_cost_points(county: County) -> None:
    """Both answer in time; water was urged once and sent back once, a point each; the month's report ranks them."""
    county.at("2026-11-23 10:00")
    good, poor = county.assigned("roads"), county.assigned("water")
    clerk = county.desk("clerk")
    answers(county, good, "roads-handler")
    clerk.makes(good.code, "approve")
    clerk.makes(poor.code, "urge")
    answers(county, poor, "water-handler", body="已阅。")
    clerk.makes(poor.code, "send_back", reasons="请重办。")
    answers(county, poor, "water-handler")
    clerk.makes(poor.code, "approve")
    county.at("2026-12-01 07:00")
    county.run("reports")
    scores = {each["unit"]: each for each in report(county, "monthly/2026-11")["scores"]}
    assert (scores["roads"]["score"], scores["roads"]["rank"]) == (100, 1)
    deducted = {each["name"]: (each["cases"], each["points"]) for each in scores["water"]["deductions"]}
    assert deducted == {"urged": (1, 1), "sent_back": (1, 1)}
    assert scores["water"]["rank"] == 2
    assert scores["water"]["score"] < 100
    page = county.files.files["reports/monthly/2026-11/report.html"].decode()
    assert "得分" in page


# CQ-A: nine forms


def test_CQ_A_the_number_slip_and_processing_sheet_are_there_once_it_is_accepted(county: County) -> None:
    citizen, clerk = county.send_letter(mailbox="roads-box"), county.desk("roads-clerk")
    assert forms(clerk, citizen) == ["register"]
    clerk.makes(citizen.code, "accept", proposal="拟由养护科直办。")
    assert forms(clerk, citizen) == ["number", "processing", "register"]
    slip = printed(clerk, citizen, "number")
    for words in ("交通运输局信〔2026〕00001号", citizen.code, "咨询", "东路的路灯", WRITER["name"]):
        assert words in slip, words
    clerk.makes(citizen.code, "assign", units=["roads"])
    sheet = printed(clerk, citizen, "processing")
    for words in (number_of(citizen), "拟由养护科直办。", "请问何时修复？", WRITER["phone"], "交通运输局"):
        assert words in sheet, words


def test_CQ_A_the_assignment_sheet_says_to_whom_until_when_and_what_is_asked(county: County) -> None:
    citizen = county.assigned("water", "roads")
    for who, units in (("clerk", "水务局、交通运输局"), ("water-handler", "水务局"), ("roads-handler", "交通运输局")):
        sheet = printed(county.desk(who), citizen, "assignment")
        for words in (
            number_of(citizen),
            "信箱受理中心",
            units,
            "2026年12月4日",
            "请核实情况后答复来信人。",
            "东路的路灯坏了一周",
        ):
            assert words in sheet, (who, words)


def test_CQ_A_the_forwarding_sheet_says_whether_an_answer_is_asked_for(county: County) -> None:
    asked, plain = county.accepted(), county.accepted()
    clerk = county.desk("clerk")
    for citizen, ask in ((asked, True), (plain, False)):
        county.read_by_head(citizen)
        clerk.makes(citizen.code, "forward", unit="water", ask_answer=ask, note="转请阅处。")
        sheet = printed(clerk, citizen, "forwarding")
        assert number_of(citizen) in sheet
        assert "水务局" in sheet
        assert "转请阅处。" in sheet
        assert ("请贵单位直接答复来信人" in sheet) == ask


def test_CQ_A_the_referral_sheet_names_who_is_asked_and_what_was_instructed(county: County) -> None:
    citizen, clerk = read_at_roads(county), county.desk("roads-clerk")
    clerk.makes(citizen.code, "refer_up", leader="mayor", note="事关多个部门。")
    sheet = printed(clerk, citizen, "referral")
    for words in (number_of(citizen), "交通运输局", "name of mayor", "事关多个部门。", "领导批示"):
        assert words in sheet, words
    county.desk("mayor").makes(citizen.code, "instruct", text="请水务局牵头。")
    assert "请水务局牵头。" in printed(clerk, citizen, "referral")
    clerk.makes(citizen.code, "refer_up", mailbox="county", note="请协调。")
    assert "书记县长信箱" in printed(clerk, citizen, "referral")
    assert "name of mayor" in printed(clerk, citizen, "referral/1")


def test_CQ_A_reply_urge_and_send_back_notice_carry_number_reasons_and_days(county: County) -> None:
    """Due on Friday 4 December; urged on Monday 7; by Wednesday 9 December three working days late."""
    citizen = county.assigned("water")
    number = number_of(citizen)
    county.at("2026-12-07 09:00")
    county.run("sweep")
    county.at("2026-12-09 10:00")
    clerk = county.desk("clerk")
    urge = printed(clerk, citizen, "urge")
    for words in (number, "水务局", "2026年12月4日", "CQ-6", "1 个工作日", "3 个工作日", "系统自动"):
        assert words in urge, words
    water = county.desk("water-handler")
    water.makes(citizen.code, "answer", body=ANSWER, channel="phone")
    reply = printed(water, citizen, "reply")
    for words in (number, "水务局", ANSWER, "电话答复"):
        assert words in reply, words
    clerk.makes(citizen.code, "send_back", reasons="请写明修复日期。", working_days=3)
    notice = printed(water, citizen, "send_back")
    for words in (number, "信箱受理中心", "水务局", "请写明修复日期。", "2026年12月14日"):
        assert words in notice, words


def test_CQ_A_all_nine_have_titles_of_their_own_and_are_printed_by_those_concerned_alone(county: County) -> None:
    citizen = county.accepted()
    clerk = county.desk("clerk")
    county.read_by_head(citizen)
    clerk.makes(citizen.code, "refer_up", leader="mayor")
    county.desk("mayor").makes(citizen.code, "instruct", text="请办。")
    clerk.makes(citizen.code, "forward", unit="town")
    county.desk("town-handler").makes(citizen.code, "return", reason="不属本镇。")
    clerk.makes(citizen.code, "assign", units=["water"], note=NOTE)
    clerk.makes(citizen.code, "urge")
    answers(county, citizen, "water-handler")
    clerk.makes(citizen.code, "send_back", reasons="请重办。")
    listed = clerk.call("GET", f"/desk/letters/{citizen.code}/forms")["forms"]
    assert [each["form"] for each in listed] == [
        "number", "processing", "assignment", "forwarding", "referral", "reply", "urge", "send_back", "register",
    ]  # fmt: skip
    assert len({each["title"] for each in listed}) == 9
    for each in listed:
        page = printed(clerk, citizen, each["form"])
        assert each["title"] in page
        assert number_of(citizen) in page
        assert "书记县长信箱" in page or "示例县" in page
    assert "forwarding" not in forms(county.desk("water-handler"), citizen)
    assert "assignment" not in forms(county.desk("town-handler"), citizen)
    assert county.desk("roads-handler").call("GET", f"/desk/letters/{citizen.code}/forms").status == 404
