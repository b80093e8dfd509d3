"""Bengbu 2014, calls to the governor's hotline and messages on the web (省长热线和网上留言办理), clause by clause."""

import json
from datetime import timedelta
from typing import Any

import pytest

from tests.functional.world import WRITER, Answer, Citizen, Desk
from tests.regulations.county import County

SIGNATURE = (
    "data:image/png;base64,"
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
SEVEN = {
    "lawful": "依法",
    "sincere": "诚恳",
    "to_the_point": "切题",
    "direct_and_concrete": "直接具体",
    "brief": "简明",
    "plain": "通俗",
    "consistent": "口径一致",
}
LEADERS = (
    ("deputy_secretary", "deputy-secretary"),
    ("secretary", "secretary"),
    ("deputy_head", "deputy-mayor"),
    ("head", "mayor"),
)
"""BB-3.4: the steps after the unit's own, in order, and whose each is."""
ANSWER = "路灯已于11月19日修好。"


def call(county: County, source: str = "hotline", number: str | None = None, **fields: Any) -> Answer:
    """The clerk writes down what came by another channel."""
    letter = {"kind": "complaint", "subject": "东路的路灯", "body": "东路的路灯坏了一周。", "writer": WRITER, **fields}
    more = {"source": source} | ({"source_number": number} if number else {})
    return county.desk("clerk").call("POST", "/desk/letters", letter | more)


def upstream(county: County, *numbers: str, source: str = "renmin", file: str = "1.csv") -> None:
    """A platform leaves a file of messages in the inbox."""
    rows = ["source_number,subject,body,written_at,writer"]
    rows += [f"{each},东路的路灯,东路的路灯坏了一周。,2026-09-01 10:00,网友甲" for each in numbers]
    county.files.files[f"inbox/{source}/{file}"] = "\n".join(rows).encode()


def letters(county: County) -> list[Any]:
    return sorted(county.letters.letters(), key=lambda each: each.received_at)


def follow(county: County, said: Answer) -> Citizen:
    return Citizen(county, said["tracking_code"], said["query_code"], said)


def subjects(county: County, contact: str, start: str) -> list[str]:
    """Subjects of the mails this person got that begin so."""
    county.post_goes_out()
    return [mail.subject for mail in county.mails_to(contact) if mail.subject.startswith(start)]


def waits_for(desk: Desk, citizen: Citizen) -> list[str]:
    return [e["waits_for"] for e in desk.waiting() if e["tracking_code"] == citizen.code and e["turn"] == "mine"]


def answers(county: County, citizen: Citizen, **fields: Any) -> Answer:
    return county.desk("roads-handler").makes(citizen.code, "answer", body=ANSWER, **fields)


def unit_head_signs(county: County, citizen: Citizen) -> Answer:
    code = county.code_for("roads-head", citizen.code, "approve")
    return county.desk("roads-head").makes(
        citizen.code, "approve", step="sign_off", signature=SIGNATURE, code=code, note="同意"
    )


def reviewed(county: County, citizen: Citizen) -> Answer:
    return county.desk("clerk").makes(citizen.code, "approve", step="centre_review", criteria=list(SEVEN))


def given(county: County, **fields: Any) -> Citizen:
    """A letter whose answer went its whole way to the writer."""
    citizen = county.assigned(**fields)
    answers(county, citizen)
    unit_head_signs(county, citizen)
    reviewed(county, citizen)
    return citizen


def with_the_leaders(county: County) -> Citizen:
    """An answer in the government's name that the unit's head has signed."""
    citizen = county.assigned()
    answers(county, citizen, chain="government")
    unit_head_signs(county, citizen)
    return citizen


def signs(county: County, citizen: Citizen, *steps: str) -> Answer:
    """These leaders sign in turn."""
    who = dict(LEADERS)
    return [county.desk(who[step]).makes(citizen.code, "approve", step=step) for step in steps][-1]


def the_year(county: County) -> dict[str, Any]:
    county.at("2027-01-04T09:00")
    county.run("reports")
    return dict(json.loads(county.files.files["reports/yearly/2026/report.json"]))


# BB-1


def test_BB_1_calls_and_messages_of_every_site_go_one_way_with_one_row_of_numbers(county: County) -> None:
    """A call, a message on the own site and one on each outside site: the same limits, one desk, one register."""
    web = county.send_letter(kind="complaint")
    calls = [follow(county, call(county, each)) for each in ("hotline", "renmin", "provincial", "anhui_online")]
    clerk = county.desk("clerk")
    assert {each["tracking_code"] for each in clerk.waiting()} == {each.code for each in (web, *calls)}
    seen = []
    for citizen in (web, *calls):
        clerk.makes(citizen.code, "accept")
        clerk.makes(citizen.code, "assign", units=["roads"])
        shown = clerk.opens(citizen.code)
        seen.append((shown["source"], shown["source_title"], shown["number"]))
        assert shown.clock("triage")["due_on"] == "2026-11-20"
        assert shown.clock("handle")["due_on"] == "2026-12-01"
    assert seen == [
        ("web", "市政府网站留言", "蚌热〔2026〕00001号"),
        ("hotline", "省长热线", "蚌热〔2026〕00002号"),
        ("renmin", "人民网留言", "蚌热〔2026〕00003号"),
        ("provincial", "省政府网站留言", "蚌热〔2026〕00004号"),
        ("anhui_online", "中安在线留言", "蚌热〔2026〕00005号"),
    ]


def test_BB_1_the_source_and_its_number_stay_with_the_letter_and_the_same_call_is_taken_in_once(
    county: County,
) -> None:
    citizen = follow(county, call(county, "hotline", "热线2026-118"))
    again = call(county, "hotline", "热线2026-118")
    assert (again.status, again.fields()) == (422, ["source_number"])
    assert call(county, "provincial", "热线2026-118").status == 201
    assert call(county, "weibo").fields() == ["source"]
    clerk = county.desk("clerk")
    clerk.makes(citizen.code, "accept", kind="help")
    clerk.makes(citizen.code, "assign", units=["roads"])
    for contact in ("clerk", "roads-handler", "inspector"):
        shown = county.says(contact, citizen.code)
        assert (shown["source_title"], shown["source_number"]) == ("省长热线", "热线2026-118"), contact


def test_BB_1_the_report_of_the_year_counts_each_source_by_itself(county: County) -> None:
    call(county, "hotline")
    call(county, "hotline")
    call(county, "renmin")
    county.send_letter()
    sources = {each["key"]: each["cells"]["received"]["count"] for each in the_year(county)["by_source"]}
    assert sources == {"hotline": 2, "renmin": 1, "web": 1}


# BB-2.1


def test_BB_2_1_messages_are_fetched_twice_on_every_working_day_through_national_day(county: County) -> None:
    """30 September to 12 October 2026: the 1st to the 7th and Sunday the 11th are free, Saturday the 10th is worked."""
    county.at("2026-09-30 08:00")
    county.run("fetch")
    moments, came = [], []
    for day in ("09-30", "10-01", "10-07", "10-08", "10-09", "10-10", "10-11", "10-12"):
        for hour in ("08:59", "09:00", "15:00", "21:00"):
            county.at(f"2026-{day} {hour}")
            if hour == "08:59":
                upstream(county, day, file=f"{day}.csv")
            taken = county.run("fetch")
            if taken.moment:
                moments.append(f"{day} {hour[:2]}")
                came.append(taken.new)
    days = ["09-30", "10-08", "10-09", "10-10", "10-12"]
    assert moments == [f"{day} {hour}" for day in days for hour in ("09", "15")]
    assert came == [1, 0, 3, 0, 1, 0, 1, 0, 2, 0]


def test_BB_2_1_what_came_after_the_last_fetching_has_its_limit_from_the_next(county: County) -> None:
    """Left on Friday at 15:30; fetched on Monday the 23rd at nine, and to be assigned on that day."""
    county.at("2026-11-20 15:10")
    county.run("fetch")
    upstream(county, "1", "2")
    county.at("2026-11-20 15:30")
    county.run("fetch")
    assert letters(county) == []
    county.at("2026-11-22 12:00")
    county.run("fetch")
    assert letters(county) == []
    county.at("2026-11-23 09:00")
    county.run("fetch")
    codes = {each.id for each in letters(county)}
    assert len(codes) == 2
    assert subjects(county, "clerk", "外来来信收取情况") == ["外来来信收取情况：新到2封"]
    entries = county.desk("clerk").waiting()
    assert {(each["tracking_code"], each["due_on"]) for each in entries} == {(each, "2026-11-23") for each in codes}


def test_BB_2_1_the_centre_sorts_them_and_asks_the_writer_before_it_decides(county: County) -> None:
    """A message of the web form whose writer is reached by the relay; valid, so it is accepted and numbered."""
    citizen = county.send_letter(kind="other")
    clerk = county.desk("clerk")
    clerk.makes(citizen.code, "contact_writer", note="请问是哪一段路？", through_relay=True)
    county.post_goes_out()
    assert "承办单位想向您了解情况" in county.mailer.to(WRITER["email"])[-1].subject
    asked = [each["body"] for each in citizen.looks()["texts"] if each["purpose"] == "question"]
    assert asked == ["请问是哪一段路？"]
    assert citizen.does("supplement", body="书院路口到桥头。").status == 200
    assert "书院路口到桥头。" in [each["body"] for each in clerk.opens(citizen.code)["texts"]]
    clerk.makes(citizen.code, "accept", kind="complaint", field="市政", region="城东")
    shown = clerk.opens(citizen.code)
    assert (shown["kind"], shown["field"], shown["region"]) == ("complaint", "市政", "城东")
    assert shown["number"] == "蚌热〔2026〕00001号"
    county.post_goes_out()
    assert "蚌热〔2026〕00001号" in county.mailer.to(WRITER["email"])[-1].text


def test_BB_2_1_a_talk_on_the_telephone_is_noted_and_what_is_not_valid_is_not_accepted(county: County) -> None:
    citizen = follow(county, call(county))
    clerk = county.desk("clerk")
    clerk.makes(citizen.code, "contact_writer", note="已电话联系，来电人称已经解决。")
    assert "已电话联系，来电人称已经解决。" in [each["body"] for each in clerk.opens(citizen.code)["texts"]]
    assert "已电话联系" not in json.dumps(citizen.looks().body, ensure_ascii=False)
    assert clerk.tries(citizen.code, "decline", ground="no_such_ground").fields() == ["ground"]
    clerk.makes(citizen.code, "decline", ground="not_valid")
    assert citizen.looks()["declined"]["text"] == "经核实不属于有效诉求"
    assert citizen.looks()["number"] is None
    county.post_goes_out()
    assert "经核实不属于有效诉求" in county.mailer.to(WRITER["email"])[-1].text
    assert county.desk("clerk").tries(citizen.code, "assign", units=["roads"]).status == 403


# BB-2.2


def test_BB_2_2_a_general_matter_is_to_be_with_a_unit_on_the_day_it_is_accepted(county: County) -> None:
    """Friday 20 November. The last second is in time; the reminder comes at half past three, the urging on Monday."""
    prompt, late = county.accepted(), county.accepted()
    county.nobody_acts_until("2026-11-20 15:00")
    assert subjects(county, "clerk", "期限提醒") == []
    county.nobody_acts_until("2026-11-20 16:00")
    assert any("今天到期" in mail.subject for mail in county.mails_to("clerk")[-1:])
    county.at("2026-11-20 23:59:59")
    clerk = county.desk("clerk")
    clerk.makes(prompt.code, "assign", units=["roads"])
    assert prompt.looks().clock("triage")["state"] == "met"
    county.at("2026-11-21 00:00:00")
    clerk.makes(late.code, "assign", units=["roads"])
    assert late.looks().clock("triage")["state"] == "breached"


def test_BB_2_2_who_forgets_it_is_urged_and_the_inspectors_hear_of_it(county: County) -> None:
    citizen = county.accepted()
    county.nobody_acts_until("2026-11-23 10:00")
    assert county.steps(citizen.code) == ["remind_due_day", "urge_first_day_late"]
    assert "已逾期1个工作日" in county.mails_to("clerk")[-1].subject
    assert county.mails_to("inspector") == []
    county.nobody_acts_until("2026-11-24 10:00")
    assert len(subjects(county, "inspector", "逾期未办结")) == 1


def test_BB_2_2_the_proposal_is_read_by_those_who_decide_and_not_by_the_unit(county: County) -> None:
    citizen = county.accepted(accept={"sensitivity": "policy", "proposal": "拟请交通运输局牵头。"})
    said = {who: county.says(who, citizen.code).raw for who in ("clerk", "deputy-secretary", "deputy-mayor")}
    for who, raw in said.items():
        assert "拟请交通运输局牵头。" in json.dumps(json.loads(raw), ensure_ascii=False), who
    for leader in ("deputy-secretary", "deputy-mayor"):
        county.desk(leader).makes(citizen.code, "instruct", text="同意拟办意见。")
    county.desk("clerk").makes(citizen.code, "assign", units=["roads"], note="请按批示办理。")
    unit = county.says("roads-handler", citizen.code)
    assert "拟请交通运输局牵头。" not in json.dumps(unit.body, ensure_ascii=False)
    assert [(each["post_title"], each["name"], each["text"]) for each in unit["instructions"]] == [
        ("副秘书长", None, "同意拟办意见。"),
        ("分管领导", None, "同意拟办意见。"),
    ]


@pytest.mark.parametrize(
    ("sensitivity", "line"),
    [
        ("policy", ("deputy-secretary", "deputy-mayor")),
        ("sensitive", ("deputy-secretary", "deputy-mayor")),
        ("trending", ("deputy-secretary", "deputy-mayor")),
        ("important", ("deputy-secretary", "deputy-mayor", "secretary", "mayor")),
    ],
)
def test_BB_2_2_matters_of_policy_go_to_the_leaders_in_their_order_before_they_are_assigned(
    county: County, sensitivity: str, line: tuple[str, ...]
) -> None:
    """Each is told when it is their turn, and instructs then; assigned on the day of the last instruction."""
    citizen = county.accepted(accept={"sensitivity": sensitivity, "proposal": "拟请交通运输局牵头。"})
    clerk = county.desk("clerk")
    county.at("2026-11-24 11:00")
    for place, leader in enumerate(line):
        refused = clerk.tries(citizen.code, "assign", units=["roads"])
        assert (refused.status, refused["reason"]) == (403, "instruction_first")
        for too_early in line[place + 1 :]:
            assert waits_for(county.desk(too_early), citizen) == []
            early = county.desk(too_early).tries(citizen.code, "instruct", text="请交水务局。")
            assert (early.status, early["reason"]) == (403, "others_instruct_first")
        assert len(subjects(county, leader, "来信呈请批示")) == 1
        assert waits_for(county.desk(leader), citizen) == ["instruct"]
        county.desk(leader).makes(citizen.code, "instruct", text=f"第{place + 1}位：请交通运输局办理。")
    assert subjects(county, "clerk", "领导批示")
    shown = clerk.opens(citizen.code)
    assert shown["awaits"] == []
    assert shown.clock("triage")["due_on"] == "2026-11-24"
    assert len(shown["instructions"]) == len(line)
    clerk.makes(citizen.code, "assign", units=["roads"])
    assert citizen.looks()["status"] == "assigned"


def test_BB_2_2_one_leader_s_second_instruction_takes_nobody_else_s_turn(county: County) -> None:
    citizen = county.accepted(accept={"sensitivity": "sensitive"})
    first = county.desk("deputy-secretary")
    first.makes(citizen.code, "instruct", text="请研究。")
    first.makes(citizen.code, "instruct", text="补充：请尽快。")
    shown = county.says("clerk", citizen.code)
    assert [each["post"] for each in shown["awaits"]] == ["deputy_head"]
    assert county.desk("clerk").tries(citizen.code, "assign", units=["roads"])["reason"] == "instruction_first"
    county.desk("deputy-mayor").makes(citizen.code, "instruct", text="同意。")
    county.desk("clerk").makes(citizen.code, "assign", units=["roads"])


def test_BB_2_2_found_to_be_important_after_all_it_goes_to_the_leaders_and_a_general_one_to_none(
    county: County,
) -> None:
    citizen, general = county.accepted(), county.accepted()
    clerk = county.desk("clerk")
    clerk.makes(citizen.code, "classify", sensitivity="important")
    assert clerk.tries(citizen.code, "assign", units=["roads"])["reason"] == "instruction_first"
    posts = ["deputy_secretary", "deputy_head", "secretary", "head"]
    assert [each["post"] for each in clerk.opens(citizen.code)["awaits"]] == posts
    clerk.makes(general.code, "assign", units=["roads"])
    assert subjects(county, "deputy-secretary", "来信呈请批示") == [
        f"来信呈请批示：{clerk.opens(citizen.code)['number']}（咨询）"
    ]


# BB-3.1


@pytest.mark.parametrize(
    ("received", "due", "provisional"),
    [
        ("2026-02-13", "2026-03-02", False),
        ("2026-09-30", "2026-10-15", False),
        ("2026-11-20", "2026-12-01", False),
        ("2026-12-28", "2027-01-07", True),
    ],
)
def test_BB_3_1_every_kind_has_seven_working_days(county: County, received: str, due: str, provisional: bool) -> None:
    """Spring Festival: 14, 24 to 28 February (14th and 28th are make-up days), 2 March. National Day: 8, 9, 10, 12 to
    15 October. Plain: 23 to 27 November, 30th, 1st. New Year: 29 to 31 December, then, estimated, 4 to 7 January."""
    county.at(f"{received} 10:00")
    for kind in ("consultation", "complaint", "suggestion"):
        clock = county.assigned(kind=kind).looks().clock("handle")
        assert (clock["due_on"], clock["provisional"]) == (due, provisional), kind
        assert (clock["limit"], clock["clause"]) == ({"number": 7, "counted_in": "working_days"}, "BB-3.1")


def test_BB_3_1_the_answer_goes_back_to_the_centre_and_the_last_second_is_in_time(county: County) -> None:
    """Due on Tuesday 1 December; the head's signature is part of the unit's work, and one comes a second too late."""
    in_time, late = county.assigned(), county.assigned()
    county.at("2026-12-01 23:55:00")
    for citizen in (in_time, late):
        answers(county, citizen)
        assert citizen.looks()["answers"] == []
    code = county.code_for("roads-head", in_time.code, "approve")
    late_code = county.code_for("roads-head", late.code, "approve")
    head = county.desk("roads-head")
    county.at("2026-12-01 23:59:59")
    head.makes(in_time.code, "approve", step="sign_off", signature=SIGNATURE, code=code)
    county.at("2026-12-02 00:00:00")
    head.makes(late.code, "approve", step="sign_off", signature=SIGNATURE, code=late_code)
    assert in_time.looks().clock("handle")["state"] == "met"
    assert late.looks().clock("handle")["state"] == "breached"
    county.post_goes_out()
    assert county.mails_to("clerk")[-1].text.count("答复待您审签") == 2
    assert waits_for(county.desk("clerk"), in_time) == ["approve"]
    assert in_time.looks()["answers"] == []
    reviewed(county, in_time)
    [said] = in_time.looks()["answers"]
    assert (said["body"], said["given_by"], said["in_name_of"]) == (ANSWER, "unit", "交通运输局")


def test_BB_3_1_who_is_slow_is_reminded_urged_and_told_on(county: County) -> None:
    """Due 1 December: reminded on 30 November and the 1st, urged on the 2nd, told on on the 4th and 8th."""
    citizen = county.assigned()
    days = {
        "2026-11-30": ("roads-handler", "期限提醒"),
        "2026-12-01": ("roads-handler", "期限提醒"),
        "2026-12-02": ("roads-deputy-head", "催办"),
        "2026-12-04": ("roads-head", "逾期未办结"),
        "2026-12-08": ("inspector", "逾期未办结"),
    }
    for day, (contact, subject) in days.items():
        county.nobody_acts_until(f"{day} 08:00", every=timedelta(hours=4))
        before = len(subjects(county, contact, subject))
        county.nobody_acts_until(f"{day} 18:00", every=timedelta(hours=2))
        assert len(subjects(county, contact, subject)) == before + 1, day
    assert len(county.steps(citizen.code)) == 5


@pytest.mark.parametrize("moment", ["2026-11-20 22:40", "2026-11-21 03:00", "2026-10-02 12:00"])
def test_BB_3_1_an_urgent_matter_is_handled_at_once_by_night_and_on_days_off_too(county: County, moment: str) -> None:
    """Friday night, Saturday morning, National Day: due on that very day, and nobody's mail waits for the office."""
    county.at(moment)
    urgent = county.assigned(accept={"urgent": True})
    clock = urgent.looks().clock("handle")
    assert clock["due_on"] == moment[:10]
    assert clock["limit"] == {"number": 60, "counted_in": "minutes"}
    [mail] = [each.subject for each in county.mails_to("roads-handler")] or subjects(
        county, "roads-handler", "来信待办"
    )
    assert "来信待办" in mail
    answers(county, urgent)
    assert subjects(county, "roads-head", "答复待审签")
    unit_head_signs(county, urgent)
    reviewed(county, urgent)
    assert urgent.looks().clock("handle")["state"] == "met"
    assert urgent.looks()["answers"][0]["body"] == ANSWER


def test_BB_3_1_what_turns_out_urgent_has_no_seven_days_any_more(county: County) -> None:
    """Assigned on the 20th; on the 24th it turns out urgent: due on the next working day at the latest."""
    citizen = county.assigned()
    county.at("2026-11-24 09:00")
    county.desk("clerk").makes(citizen.code, "classify", urgent=True)
    assert citizen.looks().clock("handle")["due_on"] == "2026-11-25"


# BB-3.2


@pytest.mark.parametrize("missed", list(SEVEN))
def test_BB_3_2_the_review_checks_the_seven_criteria_one_by_one(county: County, missed: str) -> None:
    """Whichever of them is not met, the answer does not pass, and the refusal says which it is."""
    citizen = county.assigned()
    answers(county, citizen)
    unit_head_signs(county, citizen)
    clerk = county.desk("clerk")
    offered = clerk.opens(citizen.code).form("approve")["criteria"]["items"]["oneOf"]
    assert {each["const"]: each["title"].partition("：")[0] for each in offered} == SEVEN
    found = [each for each in SEVEN if each != missed]
    refused = clerk.tries(citizen.code, "approve", step="centre_review", criteria=found)
    assert (refused.status, refused.fields()) == (422, ["criteria"])
    assert SEVEN[missed] in refused["errors"][0]["message"]
    assert citizen.looks()["answers"] == []
    clerk.makes(citizen.code, "approve", step="centre_review", criteria=[*found, missed])
    assert citizen.looks()["answers"][0]["body"] == ANSWER


def test_BB_3_2_an_answer_that_misses_one_goes_back_with_the_reasons_and_is_done_again(county: County) -> None:
    """Sent back on Monday the 23rd: three working days, to Thursday the 26th. The writer never reads the first one."""
    citizen = county.assigned()
    answers(county, citizen)
    unit_head_signs(county, citizen)
    county.at("2026-11-23 10:00")
    county.desk("clerk").makes(citizen.code, "send_back", reasons="没有写明何时修好，不够具体。")
    assert subjects(county, "roads-handler", "答复退回重办")
    unit = county.says("roads-handler", citizen.code)
    assert unit.clock("redo")["due_on"] == "2026-11-26"
    assert "没有写明何时修好，不够具体。" in [each["body"] for each in unit["texts"]]
    county.desk("roads-handler").makes(citizen.code, "answer", body="路灯11月22日已修好。")
    unit_head_signs(county, citizen)
    reviewed(county, citizen)
    assert [each["body"] for each in citizen.looks()["answers"]] == ["路灯11月22日已修好。"]


def test_BB_3_2_the_head_of_the_unit_signs_in_person_by_hand_with_a_code(county: County) -> None:
    """No signature, a stamp's words, no code, a wrong code: none of them passes. What passes is kept as a picture."""
    citizen = county.assigned()
    answers(county, citizen)
    assert subjects(county, "roads-head", "答复待审签")
    head, code = county.desk("roads-head"), county.code_for("roads-head", citizen.code, "approve")
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    assert head.tries(citizen.code, "approve", step="sign_off", code=code).fields() == ["signature"]
    stamp = head.tries(citizen.code, "approve", step="sign_off", code=code, signature="（交通运输局印章）")
    assert (stamp.status, stamp.fields()) == (422, ["signature"])
    assert head.tries(citizen.code, "approve", step="sign_off", signature=SIGNATURE)["reason"] == "code_needed"
    mistyped = head.tries(citizen.code, "approve", step="sign_off", signature=SIGNATURE, code=wrong)
    assert (mistyped.status, mistyped["reason"]) == (403, "code_wrong")
    head.makes(citizen.code, "approve", step="sign_off", signature=SIGNATURE, code=code)
    assert head.tries(citizen.code, "approve", step="sign_off", signature=SIGNATURE, code=code).status in {403, 409}
    [step] = county.says("clerk", citizen.code)["signed_steps"]
    assert (step["step"], step["signed"], step["signature"]) == ("sign_off", "by_hand", SIGNATURE)
    reviewed(county, citizen)
    assert SIGNATURE in county.desk("clerk").call("GET", f"/desk/letters/{citizen.code}/forms/reply").raw
    assert "image/png" not in citizen.looks().raw


def test_BB_3_2_nobody_else_of_the_unit_nor_of_another_signs_for_its_head(county: County) -> None:
    citizen = county.assigned()
    answers(county, citizen)
    for contact in ("roads-handler", "roads-deputy-head", "clerk", "mayor"):
        desk = county.desk(contact)
        assert "approve" not in desk.opens(citizen.code).moves(), contact
        tried = desk.tries(citizen.code, "approve", step="sign_off", signature=SIGNATURE, code="123456")
        assert tried.refused() == (403, "move_refused"), contact
        asked = desk.call("POST", f"/desk/letters/{citizen.code}/codes", {"move": "approve"})
        assert asked.status == 403, contact
    assert county.desk("water-head").tries(citizen.code, "approve", step="sign_off", signature=SIGNATURE).status == 404


def test_BB_3_2_without_a_signature_the_exception_is_stated_and_stays_with_the_letter(county: County) -> None:
    citizen = county.assigned()
    answers(county, citizen)
    code = county.code_for("roads-head", citizen.code, "approve")
    reason = "本人出差在外，已电话同意。"
    county.desk("roads-head").makes(citizen.code, "approve", step="sign_off", exception=reason, code=code)
    [step] = county.says("clerk", citizen.code)["signed_steps"]
    assert (step["signed"], step["signature"], step["exception"]) == ("exception", None, reason)
    assert reason in county.desk("clerk").call("GET", f"/desk/letters/{citizen.code}/forms/register").raw
    reviewed(county, citizen)
    assert reason not in json.dumps(citizen.looks().body, ensure_ascii=False)


def test_BB_3_2_a_deputy_cannot_sign_in_the_head_s_person_and_says_why_they_do_it(county: County) -> None:
    """The head is away from the 20th to the 23rd; the code comes to the deputy's own mailbox."""
    away = {"contact": "roads-deputy-head", "from": "2026-11-20", "until": "2026-11-23"}
    assert county.desk("roads-head").call("POST", "/desk/deputy", away).status == 200
    citizen = county.assigned()
    answers(county, citizen)
    assert subjects(county, "roads-deputy-head", "答复待审签")
    deputy, code = county.desk("roads-deputy-head"), county.code_for("roads-deputy-head", citizen.code, "approve")
    by_hand = deputy.tries(citizen.code, "approve", step="sign_off", signature=SIGNATURE, code=code)
    assert (by_hand.status, by_hand.fields()) == (422, ["exception"])
    reason = "主要负责人出国考察，由副局长代理。"
    deputy.makes(citizen.code, "approve", step="sign_off", exception=reason, code=code)
    shown = county.says("clerk", citizen.code)
    assert shown["signed_steps"][0]["exception"] == reason
    named = next(each for each in reversed(shown["timeline"]) if each.get("for"))
    assert "roads-deputy-head" in json.dumps(named)
    assert "roads-head" in json.dumps(named["for"])


def test_BB_3_2_names_telephones_and_addresses_are_taken_out_of_what_is_published(county: County) -> None:
    """And cannot be put back. Published only where the writer agreed."""
    body = "我叫张晓明，住永丰镇书院路17号，电话13907385566。路灯坏了。"
    silent = given(county, subject="路灯", body=body)
    assert county.desk("clerk").tries(silent.code, "publish")["reason"] == "writer_did_not_agree"
    citizen = given(county, subject="张晓明反映路灯", body=body, publish_consent=True)
    clerk = county.desk("clerk")
    assert clerk.tries(citizen.code, "publish", text="请回电13907385566。").fields() == ["text"]
    assert clerk.tries(citizen.code, "publish")["reason"] == "code_needed"
    clerk.makes(citizen.code, "publish", code=county.code_for("clerk", citizen.code, "publish"))
    county.run("publish")
    public = county.files.files["site/data/answers/2026-11.json"].decode()
    assert ANSWER in public
    for secret in ("张晓明", "13907385566", "书院路17号"):
        assert secret not in public


def test_BB_3_2_what_the_writer_wants_kept_secret_is_kept_from_the_unit_and_from_the_public(county: County) -> None:
    """The unit reads the words without the name and asks through the relay; nobody can publish it."""
    body = "我叫张晓明，电话13907385566。路灯坏了。"
    citizen = given(county, body=body, keep_confidential=True, publish_consent=True)
    for contact in ("roads-handler", "roads-head", "inspector", "mayor"):
        shown = county.says(contact, citizen.code)
        assert shown["writer"] is None, contact
        for secret in ("张晓明", "13907385566"):
            assert secret not in json.dumps(shown.body, ensure_ascii=False), contact
    assert county.says("clerk", citizen.code)["writer"]["name"] == "张晓明"
    assert county.desk("clerk").tries(citizen.code, "publish")["reason"] == "writer_wants_it_kept"


def test_BB_3_2_parts_that_must_stay_secret_are_withheld_on_a_stated_ground(county: County) -> None:
    citizen = given(county, publish_consent=True)
    clerk = county.desk("clerk")
    clerk.makes(citizen.code, "withhold", ground="writer_wants_it_kept")
    assert clerk.opens(citizen.code)["publication"]["ground"]["text"] == "来信人要求保密的内容"
    county.run("publish")
    assert "site/data/answers/2026-11.json" not in county.files.files


# BB-3.3


def test_BB_3_3_the_centre_calls_the_writer_back_and_what_is_unsettled_is_done_again(county: County) -> None:
    citizen, pleased = given(county), given(county)
    unit = county.desk("roads-handler")
    assert unit.tries(citizen.code, "call_back", outcome="satisfied").status == 403
    clerk = county.desk("clerk")
    clerk.makes(pleased.code, "call_back", outcome="satisfied")
    clerk.makes(citizen.code, "call_back", outcome="dissatisfied", note="来信人说路灯只亮了一晚。")
    assert clerk.opens(citizen.code)["called_back"] is True
    clerk.makes(citizen.code, "send_back", reasons="回访得知路灯又坏了，请重新处理。")
    assert citizen.looks()["status"] == "assigned"
    assert waits_for(county.desk("roads-handler"), citizen) == ["redo"]
    assert county.says("roads-handler", citizen.code).clock("redo")["due_on"] == "2026-11-25"
    made = the_year(county)
    roads = next(each["cells"] for each in made["by_unit"] if each["key"] == "roads")
    assert (roads["call_backs"]["count"], roads["call_backs_unsettled"]["count"]) == (2, 1)
    assert roads["send_backs"]["count"] == 1


def test_BB_3_3_the_centre_checks_again_and_closes_what_is_well_answered(county: County) -> None:
    citizen = given(county)
    clerk = county.desk("clerk")
    assert waits_for(clerk, citizen) == ["review"]
    clerk.makes(citizen.code, "approve", step="review")
    assert citizen.looks()["status"] == "closed"
    assert clerk.tries(citizen.code, "send_back", reasons="太迟了").status == 403


def test_BB_3_3_the_centre_supervises_and_looks_on_site_where_it_needs_to(county: County) -> None:
    citizen = county.assigned()
    clerk = county.desk("clerk")
    clerk.makes(citizen.code, "urge", note="来电人又来电话。")
    assert subjects(county, "roads-handler", "催办")
    clerk.makes(citizen.code, "supervise", note="重要事项，请每日报告。")
    assert subjects(county, "roads-handler", "列入督办")
    assert "重要事项，请每日报告。" in [each["body"] for each in county.says("roads-handler", citizen.code)["texts"]]
    assert [each["tracking_code"] for each in county.desk("inspector").call("GET", "/desk")["supervised"]] == [
        citizen.code
    ]
    answers(county, citizen)
    unit_head_signs(county, citizen)
    reviewed(county, citizen)
    clerk.makes(citizen.code, "spot_check", passed=False, note="到现场查看，仍有两盏不亮。")
    assert "到现场查看，仍有两盏不亮。" in [each["body"] for each in clerk.opens(citizen.code)["texts"]]
    clerk.makes(citizen.code, "send_back", reasons="现场仍有两盏不亮。")
    assert citizen.looks()["status"] == "assigned"


def test_BB_3_3_late_and_poor_work_and_important_matters_go_to_the_efficiency_office(county: County) -> None:
    """Referred by the centre with a reason; the office hears of it, finds it waiting, and decides on the measure."""
    citizen = given(county)
    clerk = county.desk("clerk")
    assert clerk.tries(citizen.code, "refer_to_efficiency_office").fields() == ["note"]
    clerk.makes(citizen.code, "refer_to_efficiency_office", trigger="late_or_poor", note="两次答复都不具体。")
    assert subjects(county, "inspector", "移送效能督查")
    assert waits_for(county.desk("inspector"), citizen)
    assert county.says("inspector", citizen.code)["at_efficiency_office"] is True
    assert "两次答复都不具体。" in [each["body"] for each in county.says("inspector", citizen.code)["texts"]]
    county.desk("inspector").makes(citizen.code, "hold_to_account", trigger="late_or_poor", note="责令整改。")
    assert subjects(county, "roads-head", "办理问责通知")
    assert county.says("inspector", citizen.code)["at_efficiency_office"] is False
    important = county.accepted(accept={"sensitivity": "important"})
    clerk.makes(important.code, "refer_to_efficiency_office", note="重要事项，请跟踪。")
    assert len(subjects(county, "inspector", "移送效能督查")) == 2


# BB-3.4


def test_BB_3_4_an_answer_in_the_government_s_name_passes_its_four_signatures_in_order(county: County) -> None:
    """Everybody who comes too early, twice, or with another's step is refused; the writer has it after the mayor."""
    citizen = with_the_leaders(county)
    for place, (step, contact) in enumerate(LEADERS):
        for other_step, other in LEADERS:
            if other != contact:
                desk = county.desk(other)
                assert "approve" not in desk.opens(citizen.code).moves(), (step, other)
                assert desk.tries(citizen.code, "approve", step=other_step).refused() == (403, "move_refused")
        for other in ("clerk", "roads-head", "leader"):
            assert county.desk(other).tries(citizen.code, "approve", step=step).status == 403, (step, other)
        shown = county.says(contact, citizen.code)
        assert shown["approval"]["step"] == shown.form("approve")["step"]["const"] == step
        assert len(shown["approval"]["done"]) == place + 1
        assert [each["body"] for each in shown["drafts"] if each["waiting"]] == [ANSWER]
        wrong = LEADERS[place - 1][0]
        assert county.desk(contact).tries(citizen.code, "approve", step=wrong).fields() == ["step"]
        assert citizen.looks()["answers"] == []
        county.desk(contact).makes(citizen.code, "approve", step=step)
    [said] = citizen.looks()["answers"]
    assert (said["body"], said["given_by"], said["in_name_of"]) == (ANSWER, "government", "示例县人民政府")
    assert [each["step"] for each in county.says("clerk", citizen.code)["signed_steps"]] == [
        "sign_off",
        *(step for step, _ in LEADERS),
    ]


def test_BB_3_4_the_leaders_have_three_working_days_of_their_own_and_are_told_by_when(county: County) -> None:
    """The unit's head signs on Friday 20 November: the four have until Wednesday the 25th; the unit's clock is over."""
    citizen = with_the_leaders(county)
    clock = county.says("clerk", citizen.code).clock("approval")
    assert (clock["due_on"], clock["clause"], clock["unit"]) == ("2026-11-25", "BB-3.4", None)
    assert citizen.looks().clock("handle")["state"] == "met"
    for place, (step, contact) in enumerate(LEADERS):
        [subject] = subjects(county, contact, "答复待审签")
        assert "11月25日（周三）前审签" in subject
        assert "应于11月25日（周三）前审签，还有3个工作日" in county.mails_to(contact)[-1].text
        for _, later in LEADERS[place + 1 :]:
            assert subjects(county, later, "答复待审签") == []
        entry = next(each for each in county.desk(contact).waiting() if each["tracking_code"] == citizen.code)
        assert entry["due_on"] == "2026-11-25"
        signs(county, citizen, step)
    assert county.says("clerk", citizen.code).clock("approval")["state"] == "met"


@pytest.mark.parametrize(
    ("signed", "due"),
    [("2026-02-13", "2026-02-25"), ("2026-09-30", "2026-10-10"), ("2026-12-30", "2027-01-05")],
)
def test_BB_3_4_the_three_days_are_working_days_through_the_festivals(county: County, signed: str, due: str) -> None:
    """14, 24, 25 February; 8, 9, 10 October; 31 December, then, estimated, 4 and 5 January."""
    county.at(f"{signed} 10:00")
    citizen = with_the_leaders(county)
    assert county.says("mayor", citizen.code).clock("approval")["due_on"] == due


@pytest.mark.parametrize(("moment", "state"), [("2026-11-25 23:59:59", "met"), ("2026-11-26 00:00:00", "breached")])
def test_BB_3_4_the_mayor_s_last_second_is_in_time_and_the_next_is_not(county: County, moment: str, state: str) -> None:
    citizen = with_the_leaders(county)
    signs(county, citizen, "deputy_secretary", "secretary", "deputy_head")
    county.at(moment)
    signs(county, citizen, "head")
    clock = (
        citizen.looks().clock("approval") if state == "met" else county.says("clerk", citizen.code).clock("approval")
    )
    assert clock["state"] == state
    assert citizen.looks().clock("handle")["state"] == "met"


def test_BB_3_4_whose_signature_is_missing_is_reminded_and_nobody_else(county: County) -> None:
    """Due on the 25th: reminded on the 24th and 25th, urged on the 26th, the inspectors hear of it on the 27th."""
    citizen = with_the_leaders(county)
    signs(county, citizen, "deputy_secretary")
    days = {
        "2026-11-24": ("secretary", "期限提醒", "还有1个工作日"),
        "2026-11-25": ("secretary", "期限提醒", "今天到期"),
        "2026-11-26": ("secretary", "催办", "已逾期1个工作日"),
        "2026-11-27": ("inspector", "逾期未办结", "已逾期2个工作日"),
    }
    for day, (contact, subject, left) in days.items():
        county.nobody_acts_until(f"{day} 08:00", every=timedelta(hours=4))
        before = len(subjects(county, contact, subject))
        county.nobody_acts_until(f"{day} 18:00", every=timedelta(hours=2))
        new = subjects(county, contact, subject)[before:]
        assert len(new) == 1, day
        assert left in new[0]
    assert not county.mails_to("mayor")
    assert not subjects(county, "roads-handler", "催办")
    assert not subjects(county, "deputy-secretary", "催办")
    [sms] = [each for each in county.texts.sent if each.template == "staff_ladder_urge" and each.to == "13800000004"]
    assert citizen.code in sms.text


def test_BB_3_4_what_a_leader_does_not_sign_goes_back_to_the_unit_and_begins_anew(county: County) -> None:
    """The vice-mayor sends it back on Monday the 23rd; signed anew on the 24th, the four have until the 27th."""
    citizen = with_the_leaders(county)
    signs(county, citizen, "deputy_secretary", "secretary")
    county.at("2026-11-23 10:00")
    assert county.desk("mayor").tries(citizen.code, "send_back", reasons="?").status == 403
    county.desk("deputy-mayor").makes(citizen.code, "send_back", reasons="没有说明责任单位。")
    assert subjects(county, "roads-handler", "答复退回重办")
    assert county.says("roads-handler", citizen.code).clock("redo")["due_on"] == "2026-11-26"
    county.at("2026-11-24 10:00")
    county.desk("roads-handler").makes(citizen.code, "answer", body="由养护科负责，已修好。", chain="government")
    unit_head_signs(county, citizen)
    shown = county.says("deputy-secretary", citizen.code)
    assert (shown["approval"]["step"], shown.clock("approval")["due_on"]) == ("deputy_secretary", "2026-11-27")
    signs(county, citizen, *(step for step, _ in LEADERS))
    assert [each["body"] for each in citizen.looks()["answers"]] == ["由养护科负责，已修好。"]


def test_BB_3_4_another_leader_stands_in_for_one_who_is_away(county: County) -> None:
    county.desk("secretary").call("POST", "/desk/deputy", {"contact": "leader", "until": "2026-11-30"})
    citizen = with_the_leaders(county)
    signs(county, citizen, "deputy_secretary")
    [subject] = subjects(county, "leader", "答复待审签")
    assert "11月25日（周三）前审签" in subject
    county.desk("leader").makes(citizen.code, "approve", step="secretary")
    signs(county, citizen, "deputy_head", "head")
    assert citizen.looks()["answers"][0]["in_name_of"] == "示例县人民政府"


# BB-4


def test_BB_4_handling_enters_the_appraisal_of_the_year(county: County) -> None:
    """Roads: one answer in time, rated 4. Water: one urged and never answered. Weights 30, 40, 20, 10."""
    good = given(county)
    assert good.does("rate", score=4).status == 200
    county.assigned("water")
    county.nobody_acts_until("2026-12-03 18:00", every=timedelta(hours=6))
    made = the_year(county)
    scores = {each["unit"]: each for each in made["scores"]}
    assert scores["roads"]["score"] == 98.0  # 30 + 40 + 20 + 10 * 4/5
    water = {part["name"]: part["rate"] for part in scores["water"]["parts"]}
    assert (water["answer_rate"], scores["water"]["rank"]) == (0.0, 2)
    assert {"name": "urged", "cases": 1, "points": 1} in scores["water"]["deductions"]
    page = county.files.files["reports/yearly/2026/report.html"].decode()
    assert "省长热线和网上留言办理考核" in page
    assert "<b>98</b>" in page
    county.post_goes_out()
    for reader in ("mayor", "inspector", "clerk", "auditor"):
        assert subjects(county, reader, "省长热线和网上留言办理考核"), reader


def test_BB_4_perfunctory_or_false_work_is_held_to_account_by_a_person_and_costs_points(county: County) -> None:
    """Never by the centre or the unit itself; the unit is told, a circular is on the board, five points are gone."""
    citizen = given(county)
    measure: dict[str, Any] = {"trigger": "perfunctory_or_false", "note": "谎称已经修好。"}
    for nobody in ("clerk", "roads-head"):
        assert county.desk(nobody).tries(citizen.code, "hold_to_account", **measure).status == 403, nobody
    assert county.desk("inspector").tries(citizen.code, "hold_to_account", trigger="bad", note="?").fields() == [
        "trigger"
    ]
    county.desk("mayor").makes(citizen.code, "hold_to_account", **measure)
    for contact in ("roads-head", "roads-handler"):
        assert subjects(county, contact, "办理问责通知"), contact
    assert "谎称已经修好。" in [each["body"] for each in county.says("roads-head", citizen.code)["texts"]]
    assert "谎称已经修好。" not in json.dumps(citizen.looks().body, ensure_ascii=False)
    county.run("publish")
    [notice] = json.loads(county.files.files["site/data/notices.json"])["notices"]
    assert (notice["kind"], notice["unit"], notice["measure"]) == ("circular", "roads", "追究责任")
    made = the_year(county)
    roads = next(each for each in made["scores"] if each["unit"] == "roads")
    assert roads["deductions"] == [{"name": "circular", "cases": 1, "points": 5}]
    assert roads["score"] == 95.0
