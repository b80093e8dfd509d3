"""Hefei 2008 No. 61, electronic monitoring of the web mailboxes (“网上信箱”电子监察), clause by clause."""

import json
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.services.import_units import UnitsFile, read_units, take_units
from infra.environment import ROOT
from tests.functional.world import WRITER, Answer, Citizen
from tests.regulations.county import County

ANNEX = """高新区、经开区、新站区、肥东县、肥西县、长丰县、瑶海区、庐阳区、蜀山区、包河区、
市农委、市建委、市国资委、市教育局、市公安局、市民政局、市司法局、市人事局、市劳动和社会保障局、市国土资源局、市交通局、市水务局、市外经贸局、市文广新局、市卫生局、市计生委、市规划局、
市市容局、市环保局、市商务局、市房产局、市安全生产监督管理局、市物价局、市畜牧水产局、市园林局、市旅游局、市招投标管理中心、市重点工程局、市残联、
市住房公积金管理中心、市国税局、市地税局、市工商局、市质监局、市药监局、市供水集团、市燃气集团、市公交集团"""
ANSWER = "路灯已经修好。"
BOARD, STATISTICS = "site/data/notices.json", "site/data/statistics.json"


def answers(county: County, citizen: Citizen, unit: str = "roads", **fields: Any) -> Answer:
    return county.desk(f"{unit}-handler").makes(citizen.code, "answer", **{"body": ANSWER, **fields})


def answered(county: County, **fields: Any) -> Citizen:
    citizen = county.assigned(**fields)
    answers(county, citizen)
    return citizen


def subjects(county: County, contact: str, start: str) -> list[str]:
    """Subjects of the mails this person got that begin so."""
    county.post_goes_out()
    return [mail.subject for mail in county.mails_to(contact) if mail.subject.startswith(start)]


def writer_s_mails(county: County) -> list[str]:
    county.post_goes_out()
    return [mail.subject.partition("（")[0] for mail in county.mailer.to(WRITER["email"])]


def public(county: County, file: str) -> dict[str, Any]:
    county.run("publish")
    return dict(json.loads(county.files.files[file]))


def report(county: County, key: str) -> dict[str, Any]:
    county.run("reports")
    return dict(json.loads(county.files.files[f"reports/{key}/report.json"]))


def asks(county: County, citizen: Citizen, days: int, unit: str = "roads", **fields: Any) -> Answer:
    given = {"reason": "需要会同有关单位现场勘查。", "working_days": days, **fields}
    return county.desk(f"{unit}-handler").tries(citizen.code, "request_extension", **given)


def grants(county: County, citizen: Citizen, **fields: Any) -> Answer:
    return county.desk("clerk").tries(citizen.code, "grant_extension", **fields)


# HF-1


def test_HF_1_the_writer_hears_of_every_step_and_reads_the_result(county: County) -> None:
    """Received, accepted, answered: a mail each, every step on the page, and the writer says how good it was."""
    citizen = answered(county)
    assert writer_s_mails(county) == ["您的来信已收到", "您的来信已受理", "您的来信已有答复"]
    shown = citizen.looks()
    assert [each["body"] for each in shown["answers"]] == [ANSWER]
    assert [each["move"] for each in shown["timeline"]] == ["receive", "accept", "assign", "answer"]
    assert citizen.does("rate", score=2).status == 200
    assert county.says("clerk", citizen.code)["rating"] == 2


def test_HF_1_no_letter_ends_without_an_answer_or_a_reason(county: County) -> None:
    """It cannot be closed before it is answered; what is not accepted is told its ground."""
    citizen, advert = county.assigned(), county.send_letter()
    clerk = county.desk("clerk")
    assert "approve" not in clerk.opens(citizen.code).moves()
    assert clerk.tries(citizen.code, "approve", step="review").status == 403
    assert clerk.tries(citizen.code, "decline", ground="not_a_public_matter").status == 403
    assert clerk.tries(citizen.code, "keep_for_information").status == 403
    assert clerk.tries(advert.code, "decline").fields() == ["ground"]
    clerk.makes(advert.code, "decline", ground="not_a_public_matter")
    assert advert.looks()["declined"]["text"] == "广告、私人信件或者没有实际内容"
    assert writer_s_mails(county)[-1] == "您的来信未予受理"


def test_HF_1_a_writer_whose_matter_is_not_settled_has_it_opened_again_within_thirty_days(county: County) -> None:
    """Answered on 20 November: on 20 December still, on the 21st no more."""
    citizen, late = answered(county), answered(county)
    county.at("2026-12-20 23:59:59")
    assert citizen.does("reopen", reason="第二天又不亮了。").status == 200
    assert citizen.looks()["status"] == "accepted"
    county.at("2026-12-21 00:00:00")
    refused = late.does("reopen", reason="又不亮了。")
    assert (refused.status, refused["reason"]) == (403, "too_late_to_reopen")


def test_HF_1_handling_is_watched_by_the_system_itself_and_lateness_is_public(county: County) -> None:
    """Due on Wednesday 25 November; nobody acts. The board says so, without a word of the letter."""
    citizen = county.assigned()
    county.nobody_acts_until("2026-11-27 12:00", every=timedelta(hours=3))
    county.run("close_day")
    [notice] = public(county, BOARD)["notices"]
    assert (notice["unit"], notice["overdue_days"]) == ("roads", 2)
    board = json.dumps(public(county, BOARD), ensure_ascii=False)
    assert "东路的路灯" not in board
    assert citizen.code not in board


# HF-2.1


def test_HF_2_1_the_forty_eight_units_of_the_annex_have_their_mailboxes_in_one_back_end(county: County) -> None:
    """Three of them get a letter: each lies on its own unit's desk, and all are numbered in one row of the system."""
    read = read_units((ROOT / "infra" / "demo" / "hefei-units.csv").read_bytes())
    assert isinstance(read, UnitsFile)
    take_units(county.registry, read)
    boxes = {each["name"]: each["id"] for each in county.call("GET", "/units")["mailboxes"]}
    named = ANNEX.replace("\n", "").split("、")
    assert len(named) == 48
    assert {f"{name}信箱" for name in named} <= set(boxes)
    for name in ("高新区", "市公安局", "市公交集团"):
        box = boxes[f"{name}信箱"]
        citizen = county.send_letter(mailbox=box)
        own = county.desk(f"{box}-1")
        assert [each["tracking_code"] for each in own.waiting()] == [citizen.code]
        assert own.makes(citizen.code, "accept")["number"]
        own.makes(citizen.code, "assign", units=[box])
        own.makes(citizen.code, "answer", body=ANSWER)
        assert citizen.looks()["answers"][0]["unit"] == name
        assert county.desk("clerk").opens(citizen.code).status == 404
        assert county.desk("inspector").opens(citizen.code)["status"] == "answered"


def test_HF_2_1_a_letter_to_one_unit_s_mailbox_is_handled_by_another_without_being_written_again(
    county: County,
) -> None:
    citizen = county.send_letter(mailbox="roads-box")
    assert [each["tracking_code"] for each in county.desk("roads-clerk").waiting()] == [citizen.code]
    assert county.desk("clerk").waiting() == []
    clerk = county.desk("roads-clerk")
    number = clerk.makes(citizen.code, "accept")["number"]
    clerk.makes(citizen.code, "assign", units=["water"], note="属水务局职责。")
    answers(county, citizen, "water")
    assert (citizen.looks()["number"], citizen.looks()["answers"][0]["unit"]) == (number, "水务局")


# HF-2.2


@pytest.mark.parametrize(
    ("received", "three", "ten", "provisional"),
    [
        ("2026-02-13", "2026-02-25", "2026-03-05", False),
        ("2026-09-30", "2026-10-10", "2026-10-20", False),
        ("2026-11-20", "2026-11-25", "2026-12-04", False),
        ("2026-12-28", "2026-12-31", "2027-01-12", True),
    ],
)
def test_HF_2_2_a_consultation_has_three_working_days_and_a_complaint_or_report_ten(
    county: County, received: str, three: str, ten: str, provisional: bool
) -> None:
    """Spring Festival: 14, 24, 25 to 28 February, 2 to 5 March. National Day: 8, 9, 10, 12 to 16, 19, 20 October.
    New Year: 29 to 31 December, then, estimated, 4 to 8, 11 and 12 January."""
    county.at(f"{received} 10:00")
    for kind, due in (("consultation", three), ("complaint", ten), ("accusation", ten)):
        clock = county.assigned(kind=kind).looks().clock("handle")
        assert (clock["due_on"], clock["provisional"], clock["clause"]) == (due, provisional, "HF-2.2"), kind


@pytest.mark.parametrize(("moment", "state"), [("2026-11-25 23:59:59", "met"), ("2026-11-26 00:00:00", "breached")])
def test_HF_2_2_the_last_second_is_in_time_and_the_next_is_not(county: County, moment: str, state: str) -> None:
    citizen = county.assigned()
    county.at(moment)
    answers(county, citizen)
    assert citizen.looks().clock("handle")["state"] == state


def test_HF_2_2_a_unit_applies_for_more_time_where_the_matter_is_hard_and_the_writer_is_told(county: County) -> None:
    """Due on 25 November; five working days more is 2 December. Until it is granted the first date stands."""
    citizen = county.assigned()
    assert asks(county, citizen, 5, reason=None).fields() == ["reason"]
    assert grants(county, citizen)["reason"] == "no_extension_asked"
    assert asks(county, citizen, 5, ground="hard").status == 200
    assert len(subjects(county, "clerk", "延期申请待审批")) == 1
    assert citizen.looks().clock("handle")["due_on"] == "2026-11-25"
    assert asks(county, citizen, 5)["reason"] == "extension_pending"
    assert county.desk("roads-head").tries(citizen.code, "grant_extension").status == 403
    assert grants(county, citizen).status == 200
    assert citizen.looks().clock("handle")["due_on"] == "2026-12-02"
    assert subjects(county, "roads-handler", "延期已批准")
    assert writer_s_mails(county)[-1] == "您的来信延长了办理时间"
    assert "12月2日" in county.mailer.to(WRITER["email"])[-1].text


def test_HF_2_2_that_several_departments_are_involved_is_a_ground_only_where_they_are(county: County) -> None:
    alone, joint = county.assigned(), county.assigned("roads", "water")
    offered = county.says("roads-handler", alone.code).form("request_extension")["ground"]
    assert "several_departments" not in json.dumps(offered)
    assert asks(county, alone, 5, ground="several_departments").fields() == ["ground"]
    assert asks(county, alone, 5, ground="busy").fields() == ["ground"]
    assert asks(county, joint, 5, ground="several_departments").status == 200
    assert asks(county, joint, 3, unit="water", ground="several_departments").status == 200
    assert grants(county, joint).fields() == ["unit"]
    assert grants(county, joint, unit="roads").status == 200
    due = {each["unit"]: each["due_on"] for each in joint.looks()["clocks"] if each["name"] == "handle"}
    assert due == {"roads": "2026-12-02", "water": "2026-11-25"}


def test_HF_2_2_an_application_that_is_refused_leaves_the_limit_as_it_was(county: County) -> None:
    citizen = county.assigned()
    asks(county, citizen, 5)
    county.desk("clerk").makes(citizen.code, "refuse_extension", note="情况简单，请按期答复。")
    assert citizen.looks().clock("handle")["due_on"] == "2026-11-25"
    assert subjects(county, "roads-handler", "延期未获批准")
    assert asks(county, citizen, 2).status == 200


@pytest.mark.parametrize(
    ("received", "first_due", "last_day", "provisional"),
    [("2026-09-01", "2026-09-15", "2026-10-19", False), ("2026-11-20", "2026-12-04", "2027-01-04", True)],
)
def test_HF_2_2_it_is_never_longer_than_thirty_working_days_in_all(
    county: County, received: str, first_due: str, last_day: str, provisional: bool
) -> None:
    """A complaint: ten, fifteen more, and of another sixty only the five that are left. Then no day more."""
    county.at(f"{received} 10:00")
    citizen = county.assigned(kind="complaint")
    assert citizen.looks().clock("handle")["due_on"] == first_due
    for days in (15, 60):
        assert asks(county, citizen, days).status == 200
        assert grants(county, citizen).status == 200
    clock = citizen.looks().clock("handle")
    assert (clock["due_on"], clock["granted"], clock["provisional"]) == (last_day, 20, provisional)
    refused = asks(county, citizen, 1)
    assert (refused.status, refused["reason"]) == (403, "cap_reached")
    assert citizen.looks().clock("handle")["due_on"] == last_day


def test_HF_2_2_the_thirty_days_run_from_the_first_unit_s_receipt(county: County) -> None:
    """Given to another unit on 27 November: it has ten days of its own, but in all no more than to 4 January."""
    citizen = county.assigned(kind="complaint")
    county.at("2026-11-27 10:00")
    county.desk("clerk").makes(citizen.code, "assign", units=["water"])
    assert citizen.looks().clock("handle")["due_on"] == "2026-12-11"
    assert asks(county, citizen, 60, unit="water").status == 200
    assert grants(county, citizen).status == 200
    assert citizen.looks().clock("handle")["due_on"] == "2027-01-04"


# HF-2.3


@pytest.mark.parametrize("reach", [{"phone": "13907385566"}, {"email": WRITER["email"]}])
def test_HF_2_3_the_result_is_sent_to_the_writer_by_mail_or_by_sms(county: County, reach: dict[str, str]) -> None:
    """Who gave a telephone alone hears of it by SMS; the answer itself is read with the code."""
    citizen = county.assigned(writer={"name": "张晓明", **reach})
    county.post_goes_out()
    before = len(county.texts.sent), len(county.mailer.to(WRITER["email"]))
    answers(county, citizen)
    county.later(days=3)
    county.post_goes_out()
    sms, mails = county.texts.sent[before[0] :], county.mailer.to(WRITER["email"])[before[1] :]
    told = [each.text for each in sms if each.to == "13907385566"] + [each.text for each in mails]
    assert len(told) == 1
    assert citizen.code in told[0] or "已有答复" in told[0]
    assert ANSWER not in told[0]
    assert citizen.looks()["answers"][0]["body"] == ANSWER


def test_HF_2_3_it_is_published_only_where_the_writer_agreed(county: County) -> None:
    agreed, silent = answered(county, publish_consent=True), answered(county)
    clerk = county.desk("clerk")
    assert "publish" not in clerk.opens(silent.code).moves()
    assert clerk.tries(silent.code, "publish")["reason"] == "writer_did_not_agree"
    code = county.code_for("clerk", agreed.code, "publish")
    clerk.makes(agreed.code, "publish", code=code)
    [item] = public(county, "site/data/answers/2026-11.json")["answers"]
    assert (item["number"], item["answer"]) == (county.says("clerk", agreed.code)["number"], ANSWER)


def test_HF_2_3_nothing_secret_is_published_and_what_turns_out_so_is_taken_off(county: County) -> None:
    citizen = answered(county, publish_consent=True)
    clerk = county.desk("clerk")
    clerk.makes(citizen.code, "publish", code=county.code_for("clerk", citizen.code, "publish"))
    assert len(public(county, "site/data/answers/2026-11.json")["answers"]) == 1
    assert clerk.tries(citizen.code, "withhold", ground="unwelcome").fields() == ["ground"]
    clerk.makes(citizen.code, "withhold", ground="secret")
    assert public(county, "site/data/answers/2026-11.json")["answers"] == []
    assert clerk.opens(citizen.code)["publication"]["ground"]["text"] == "内容涉密，需要保密"
    report_of_somebody = answered(county, kind="accusation", publish_consent=True)
    assert clerk.tries(report_of_somebody.code, "publish")["reason"] == "accusations_stay_private"


# HF-2.4


def test_HF_2_4_the_inspectors_see_acceptance_handling_and_reply_of_every_unit(county: County) -> None:
    """What nobody has accepted lies in their sight with its age; what is handled and answered they open and look up."""
    lying = county.send_letter(mailbox="roads-box")
    handled, done = county.assigned("water"), answered(county)
    county.at("2026-11-24 10:00")
    inspector = county.desk("inspector")
    ages = {each["tracking_code"]: each["lying_days"] for each in inspector.call("GET", "/desk")["lying"]}
    assert (ages[lying.code], handled.code in ages) == (2, False)
    found = {each["tracking_code"]: each for each in inspector.call("GET", "/desk/archive?month=2026-11")["letters"]}
    assert {code: each["status"] for code, each in found.items()} == {
        lying.code: "received",
        handled.code: "assigned",
        done.code: "answered",
    }
    assert found[handled.code]["due_on"] == "2026-11-25"
    assert found[done.code]["answered_on"] == "2026-11-20"
    assert inspector.opens(done.code)["answers"][0]["body"] == ANSWER


def test_HF_2_4_performance_is_scored_in_real_time(county: County) -> None:
    """Six letters; five answered: 40 × 83 % + 40 + 20. Ten minutes after the sixth it is a hundred."""
    citizens = [county.assigned(subject=f"来信{number}") for number in range(6)]
    for citizen in citizens[:5]:
        answers(county, citizen)
    roads = next(each for each in public(county, STATISTICS)["units"] if each["unit"] == "roads")
    assert (roads["answer_rate"], roads["score"], roads["rank"]) == (0.83, 93.2, 1)
    answers(county, citizens[5])
    county.later(minutes=10)
    roads = next(each for each in public(county, STATISTICS)["units"] if each["unit"] == "roads")
    assert (roads["answer_rate"], roads["score"]) == (1.0, 100.0)


def test_HF_2_4_the_city_leaders_get_a_report_every_month(county: County) -> None:
    """November's on the first morning of December at seven: figures and scores of each unit, in everybody's hands."""
    answered(county)
    county.assigned("water")
    county.at("2026-12-01 06:50")
    county.run("reports")
    assert "reports/monthly/2026-11/report.json" not in county.files.files
    county.at("2026-12-01 07:10")
    made = report(county, "monthly/2026-11")
    rows = {each["key"]: each["cells"] for each in made["by_unit"]}
    assert (rows["roads"]["answered"]["count"], rows["water"]["overdue"]["count"]) == (1, 1)
    assert {each["unit"]: each["rank"] for each in made["scores"]} == {"roads": 1, "water": 2}
    county.at("2026-12-01 09:00")
    for reader in ("mayor", "leader", "inspector"):
        assert subjects(county, reader, "网上信箱电子监察月报"), reader
        listed = county.desk(reader).call("GET", "/desk/reports").raw
        assert "monthly/2026-11" in listed, reader


# HF-3.2


def test_HF_3_2_mailbox_hotline_and_radio_flow_into_one_stream(county: County) -> None:
    """Taken in by the clerk, each with its source; the same limits, one row of numbers, one desk."""
    clerk, seen = county.desk("clerk"), []
    for source in ("mayor_mailbox", "12345", "radio"):
        letter = {
            "kind": "complaint",
            "subject": "路面塌陷",
            "body": "东路口塌陷。",
            "writer": WRITER,
            "source": source,
        }
        code = clerk.call("POST", "/desk/letters", letter)["tracking_code"]
        assert code in {each["tracking_code"] for each in clerk.waiting()}
        clerk.makes(code, "accept")
        clerk.makes(code, "assign", units=["roads"])
        shown = county.says("roads-handler", code)
        assert shown.clock("handle")["due_on"] == "2026-12-04"
        seen.append((shown["source_title"], shown["number"]))
    assert seen == [
        ("市长信箱", "网信〔2026〕00001号"),
        ("12345市长热线", "网信〔2026〕00002号"),
        ("电台热线", "网信〔2026〕00003号"),
    ]
    assert clerk.call("POST", "/desk/letters", letter | {"source": "rumour"}).fields() == ["source"]
    sources = {each["key"]: each["cells"]["received"]["count"] for each in _year(county)["by_source"]}
    assert sources == {"mayor_mailbox": 1, "12345": 1, "radio": 1}


def _year(county: County) -> dict[str, Any]:
    county.at("2027-01-04 09:00")
    return report(county, "yearly/2026")


def test_HF_3_2_lateness_climbs_from_the_handler_by_both_responsible_persons_to_the_circular(county: County) -> None:
    """Due 25 November. Working days after it: the 26th handler, 27th direct, 1st first, 3rd inspectors, 9th circular.
    Nobody hears of it earlier."""
    citizen = county.assigned()
    days = {
        "2026-11-26": ("roads-handler", "催办"),
        "2026-11-27": ("roads-deputy-head", "逾期未办结"),
        "2026-12-01": ("roads-head", "逾期未办结"),
        "2026-12-03": ("inspector", "逾期未办结"),
        "2026-12-09": ("mayor", "逾期未办结，提请研究通报"),
    }
    for day, (contact, subject) in days.items():
        county.nobody_acts_until(f"{day} 00:00", every=timedelta(hours=6))
        assert subjects(county, contact, subject) == [], day
        county.nobody_acts_until(f"{day} 18:00", every=timedelta(hours=3))
        assert len(subjects(county, contact, subject)) == 1, day
    assert county.steps(citizen.code)[-5:] == [
        "urge_handler",
        "escalate_direct_responsible",
        "escalate_first_responsible",
        "escalate_inspector",
        "circular",
    ]
    waiting = {each["tracking_code"]: each["waits_for"] for each in county.desk("inspector").waiting()}
    assert waiting[citizen.code] == "decide_measure"
    county.run("close_day")
    assert "circular" not in {each["kind"] for each in public(county, BOARD)["notices"]}


def test_HF_3_2_a_letter_is_given_to_one_of_the_named_staff_and_the_responsible_persons_keep_sight_of_it(
    county: County,
) -> None:
    read = read_units((ROOT / "infra" / "demo" / "hefei-units.csv").read_bytes())
    assert isinstance(read, UnitsFile)
    for unit in {each.unit for each in read.directory.contacts.values()} - {"shizhang", "ducha", "shizhengfu"}:
        roles = {role.value for each in read.directory.staff_of(unit) for role in each.roles}
        assert {"first_responsible", "direct_responsible", "handler"} <= roles, unit
    citizen = county.assigned()
    county.desk("roads-head").makes(citizen.code, "sub_assign", contact="roads-handler")
    assert subjects(county, "roads-handler", "来信交您承办")
    mine = {each["tracking_code"]: each["turn"] for each in county.desk("roads-handler").waiting()}
    theirs = {each["tracking_code"]: each["turn"] for each in county.desk("roads-head").waiting()}
    assert (mine, theirs) == ({citizen.code: "mine"}, {citizen.code: "others"})
    assert county.desk("roads-head").tries(citizen.code, "sub_assign", contact="water-handler").fields() == ["contact"]


# HF-3.3


@pytest.mark.parametrize(
    ("trigger", "measure", "circular", "score"),
    [
        ("poor_work", "批评", False, 95.0),
        ("own_interest_first", "通报批评并责令整改", True, 90.0),
        ("grave_social_effect", "问责", False, 95.0),
    ],
)
def test_HF_3_3_each_of_the_three_triggers_is_decided_by_a_person_and_enters_the_appraisal(
    county: County, trigger: str, measure: str, circular: bool, score: float
) -> None:
    """The system decides nothing: the inspectors do. The unit is told, and the writer is not; a circular is public.
    In the year's appraisal a measure costs five points, and a circular five more."""
    citizen = answered(county)
    decision: dict[str, Any] = {"trigger": trigger, "note": "答复敷衍，现场并未处理。"}
    for nobody in ("clerk", "roads-head"):
        assert county.desk(nobody).tries(citizen.code, "hold_to_account", **decision).status == 403
    county.desk("inspector").makes(citizen.code, "hold_to_account", **decision)
    for contact in ("roads-handler", "roads-deputy-head", "roads-head"):
        assert len(subjects(county, contact, "办理问责通知")) == 1, contact
    unit = json.dumps(county.says("roads-head", citizen.code).body, ensure_ascii=False)
    assert f"对交通运输局作出处理：{measure}" in unit
    assert decision["note"] in unit
    assert measure not in json.dumps(citizen.looks()["timeline"], ensure_ascii=False)
    notices = [(each["kind"], each["unit"], each["measure"]) for each in public(county, BOARD)["notices"]]
    assert notices == ([("circular", "roads", measure)] if circular else [])
    made = _year(county)
    [row] = [each for each in made["by_unit"] if each["key"] == "roads"]
    assert row["cells"]["held_to_account"]["count"] == 1
    [scored] = [each for each in made["scores"] if each["unit"] == "roads"]
    assert scored["score"] == score
    assert "roads" not in made["best"]


def test_HF_3_3_the_appraisal_of_the_year_rewards_the_good_and_marks_down_the_bad(county: County) -> None:
    """Water answers in time and is named among the best; roads is urged once and answers late."""
    slow = county.assigned()
    answers(county, county.assigned("water"), "water")
    county.nobody_acts_until("2026-11-26 18:00", every=timedelta(hours=4))
    answers(county, slow)
    made = _year(county)
    scores = {each["unit"]: (each["score"], each["rank"]) for each in made["scores"]}
    assert scores == {"water": (100.0, 1), "roads": (59.0, 2)}  # 40 + 0 + 20 - 1
    assert made["best"][0] == "water"
    page = county.files.files["reports/yearly/2026/report.html"].decode()
    assert "网上信箱办理年度考核" in page
    assert "水务局" in page
    for reader in ("mayor", "inspector"):
        assert subjects(county, reader, "网上信箱办理年度考核"), reader


def test_HF_3_3_no_measure_comes_by_itself_however_late_a_letter_is(county: County) -> None:
    citizen = county.assigned()
    county.nobody_acts_until("2026-12-18 12:00", every=timedelta(hours=8))
    assert [e.move for e in county.file(citizen.code).events if e.move == "hold_to_account"] == []
    assert subjects(county, "roads-head", "办理问责通知") == []
    assert county.desk("inspector").tries(citizen.code, "hold_to_account", trigger="late", note="?").fields() == [
        "trigger"
    ]
