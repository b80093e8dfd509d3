"""Who reads which words of a letter: the same on the page, on paper, in the archive and in lists (PL-18, PL-6)."""

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.functional.test_printable_forms import PICTURE, offered, reads
from tests.functional.world import Citizen, Desk
from tests.regulations.county import County, a_county

NAME, PHONE = "张晓明", "13907385566"
FORMS = ("number", "processing", "register")


def a_world(book: str) -> County:
    return County(a_county(), book)


def archived(desk: Desk, month: str = "2026-11") -> dict[str, dict[str, Any]]:
    """What stands in the archive, by tracking code."""
    said = desk.call("GET", f"/desk/archive?month={month}")
    assert said.status == 200, said.raw
    return {each["tracking_code"]: each for each in said["letters"]}


def subjects(desk: Desk, section: str) -> list[str]:
    return [each["subject"] for each in desk.call("GET", "/desk")[section]]


def everything_read(desk: Desk, citizen: Citizen, forms: tuple[str, ...] = FORMS) -> str:
    """The page and the forms of a letter, as one text."""
    return json.dumps(desk.opens(citizen.code).body, ensure_ascii=False) + "".join(
        reads(desk, citizen, each) for each in forms
    )


def signed(county: County, citizen: Citizen) -> None:
    """Bengbu's ordinary way of an answer: the unit's head signs, the centre looks it over by the criteria."""
    head, code = county.desk("roads-head"), county.code_for("roads-head", citizen.code, "approve")
    head.makes(citizen.code, "approve", step="sign_off", signature=PICTURE, code=code)
    given_by_centre(county, citizen)


def given_by_centre(county: County, citizen: Citizen) -> None:
    clerk = county.desk("clerk")
    offers = clerk.opens(citizen.code).form("approve")["criteria"]["items"]["oneOf"]
    clerk.makes(citizen.code, "approve", step="centre_review", criteria=[each["const"] for each in offers])


def test_a_letter_in_the_common_pool_is_printed_as_it_is_read_without_its_writers_name_and_phone() -> None:
    county = a_world("pingliang-2012")
    body = f"我是{NAME}，电话{PHONE}，东路路灯坏了。"
    citizen = county.accepted(subject=f"{NAME}反映路灯", body=body, field=NAME, region=f"{NAME}家门口")
    read = everything_read(county.desk("water-handler"), citizen)
    assert "东路路灯坏了" in read
    assert NAME not in read
    assert PHONE not in read
    assert NAME in everything_read(county.desk("clerk"), citizen)
    county.desk("water-handler").makes(citizen.code, "claim")
    assert PHONE in everything_read(county.desk("water-handler"), citizen), "the unit that has it answers the writer"


@pytest.mark.parametrize("who", ["roads-handler", "inspector", "mayor"])
def test_what_the_centre_noted_of_talks_with_a_secret_writer_is_on_nobody_elses_page_or_form(who: str) -> None:
    county = a_world("bengbu-2014")
    citizen = county.accepted(keep_confidential=True, kind="complaint")
    clerk = county.desk("clerk")
    clerk.makes(citizen.code, "contact_writer", note="来信人是城东小学李老师的丈夫。")
    clerk.makes(citizen.code, "assign", units=["roads"])
    county.desk("roads-handler").makes(citizen.code, "answer", body="已修好。")
    signed(county, citizen)
    clerk.makes(citizen.code, "call_back", outcome="satisfied", note="回访：李老师说满意。")
    read = everything_read(county.desk(who), citizen)
    assert "李老师" not in read
    assert "回访" in read, "that it was called back is told"
    known = everything_read(county.desk("clerk"), citizen)
    assert "城东小学李老师" in known
    assert "回访：李老师说满意。" in known


@pytest.mark.parametrize("who", ["water-handler", "inspector"])
def test_an_accusers_own_words_on_field_and_region_are_read_without_who_they_are(who: str) -> None:
    county = a_world("pingliang-2012")
    citizen = county.assigned(
        "water", kind="accusation", subject="举报", region=f"东门桥头{NAME}家", field=f"{NAME} {PHONE}"
    )
    read = everything_read(county.desk(who), citizen)
    assert "东门桥头" in read
    assert NAME not in read
    assert PHONE not in read
    known = county.says("clerk", citizen.code)
    assert (known["field"], known["region"]) == (f"{NAME} {PHONE}", f"东门桥头{NAME}家")


def test_what_leaders_decide_by_is_on_a_units_form_no_more_than_on_its_page() -> None:
    county = a_world("bengbu-2014")
    citizen = county.accepted(accept={"sensitivity": "policy"})
    county.desk("clerk").makes(
        citizen.code, "classify", excerpt="摘报：群众反映路灯。", proposal="拟请交通运输局研处。"
    )
    for leader in ("deputy-secretary", "deputy-mayor"):
        county.desk(leader).makes(citizen.code, "instruct", text="请抓紧。")
    county.desk("clerk").makes(citizen.code, "assign", units=["roads"])
    unit, clerk = (everything_read(county.desk(who), citizen) for who in ("roads-handler", "clerk"))
    assert "请抓紧。" in unit
    assert "拟请交通运输局研处" not in unit
    assert "拟请交通运输局研处" in clerk


def test_inspectors_are_listed_what_lies_at_a_centre_without_who_accuses() -> None:
    county = a_world("pingliang-2012")
    county.send_letter(kind="accusation", subject=f"{NAME}举报某人")
    assert subjects(county.desk("inspector"), "lying") == ["○○○举报某人"]
    assert subjects(county.desk("clerk"), "lying") == [f"{NAME}举报某人"]
    open_letter = county.send_letter(subject=f"{NAME}反映路灯")
    lying = {each["tracking_code"]: each["subject"] for each in county.desk("inspector").call("GET", "/desk")["lying"]}
    assert lying[open_letter.code] == f"{NAME}反映路灯", "of whom inspectors may read it, they are listed it"


def test_of_an_accusation_from_before_subjects_were_kept_apart_inspectors_and_units_are_listed_none() -> None:
    county = a_world("shuangfeng-2018")
    citizen = county.assigned("water", kind="accusation", subject=f"{NAME}举报某人")
    county.desk("inspector").makes(citizen.code, "supervise")
    folder = next(iter(county.letters._folders.values()))
    raw = folder.letter.subject
    folder.letter = replace(folder.letter, relay_subject=None, received_on=None)
    folder.desk = tuple(
        each if not each.subject else replace(each, subject=raw, relay_subject=None, redacted=False)
        for each in folder.desk
    )
    for _ in range(2):  # as it was written then, and after its next step
        for who, section in (("inspector", "supervised"), ("inspector", "letters"), ("water-handler", "letters")):
            assert subjects(county.desk(who), section) == ["（保密）"], (who, section)
        assert county.run("reconcile").desk_wrong == ()
        county.desk("clerk").makes(citizen.code, "urge")
    assert county.says("inspector", citizen.code)["subject"] == "○○○举报某人"


def test_a_unit_is_not_told_that_its_letter_repeats_one_it_may_not_see() -> None:
    county = a_world("pingliang-2012")
    accusation = county.accepted(kind="accusation", about=[{"unit": "roads"}], subject="举报交通局")
    plain, citizen = county.assigned("roads"), county.assigned("roads")
    clerk = county.desk("clerk")
    clerk.makes(citizen.code, "link_repeat", to=accusation.code)
    for who, told in (("roads-handler", False), ("clerk", True)):
        assert ("重复" in everything_read(county.desk(who), citizen)) is told, who
    another = county.assigned("roads")
    clerk.makes(another.code, "link_repeat", to=plain.code)
    shown = county.says("roads-handler", another.code)
    assert shown["repeat_of"]["tracking_code"] == plain.code
    assert "标记为重复来信" in [each["text"] for each in shown["timeline"]]


def test_who_stands_in_prints_and_looks_up_what_the_other_may() -> None:
    county = a_world("shuangfeng-2018")
    citizen = county.assigned("roads", body=f"我的电话{PHONE}。")
    auditor, inspector = county.desk("auditor"), county.desk("inspector")
    assert archived(auditor) == {}
    assert inspector.call("POST", "/desk/deputy", {"contact": "auditor", "until": "2026-11-30"}).status == 200
    assert offered(auditor, citizen) == offered(inspector, citizen)
    assert "assignment" in offered(auditor, citizen)
    assert set(archived(auditor)) == {citizen.code}
    page = auditor.call("GET", "/desk/archive/register?month=2026-11")
    assert citizen.code in page.raw or str(county.says("clerk", citizen.code)["number"]) in page.raw
    clerk, colleague = county.desk("clerk"), county.desk("centre-deputy-head")
    assert clerk.call("POST", "/desk/deputy", {"contact": "centre-deputy-head", "until": "2026-11-30"}).status == 200
    secret = county.assigned("roads", kind="complaint", keep_confidential=True, subject=f"{NAME}反映路灯")
    assert archived(colleague)[secret.code]["subject"] == f"{NAME}反映路灯"
    assert NAME in reads(colleague, secret, "register")
    county.at("2026-12-01T09:00")
    assert archived(county.desk("auditor")) == {}
    assert archived(county.desk("centre-deputy-head"))[secret.code]["subject"] is None


def test_pl_18_standing_in_opens_no_archive_of_letters_about_either() -> None:
    county = a_world("shuangfeng-2018")
    about = county.accepted(kind="accusation", about=[{"unit": "inspection"}])
    assert county.desk("leader").call("POST", "/desk/deputy", {"contact": "mayor", "until": "2026-11-30"}).status == 200
    inspector = county.desk("inspector")
    assert inspector.call("POST", "/desk/deputy", {"contact": "auditor", "until": "2026-11-30"}).status == 200
    assert about.code not in archived(county.desk("auditor"))
    assert about.code in archived(county.desk("mayor"))


def test_the_archive_says_since_when_the_writer_has_the_answer_and_when_the_letter_was_closed() -> None:
    county = a_world("bengbu-2014")
    citizen = county.assigned("roads")
    county.desk("roads-handler").makes(citizen.code, "answer", body="好。")

    def dates() -> tuple[object, object]:
        line = archived(county.desk("clerk"))[citizen.code]
        return line["answered_on"], line["closed"]

    assert dates() == (None, None), "a draft that waits for signatures is no answer"
    head, code = county.desk("roads-head"), county.code_for("roads-head", citizen.code, "approve")
    head.makes(citizen.code, "approve", step="sign_off", signature=PICTURE, code=code)
    assert dates() == (None, None)
    county.at("2026-11-25T10:00")
    given_by_centre(county, citizen)
    assert dates() == ("2026-11-25", None)
    assert "2026-11-25" in county.desk("clerk").call("GET", "/desk/archive/register?month=2026-11").raw
    [answer] = citizen.looks()["answers"]
    assert answer["at"].startswith("2026-11-25")
    county.at("2026-11-26T10:00")
    clerk = county.desk("clerk")
    form = clerk.opens(citizen.code).form("approve")
    offers = form["criteria"]["items"]["oneOf"] if "criteria" in form else []
    clerk.makes(citizen.code, "approve", **({"criteria": [each["const"] for each in offers]} if offers else {}))
    county.at("2026-12-02T10:00")
    county.desk("clerk").makes(citizen.code, "call_back", outcome="satisfied")
    assert citizen.does("rate", score=5).status == 200
    assert dates() == ("2026-11-25", "2026-11-26")
    assert citizen.does("reopen", reason="又坏了。").status == 200
    assert dates() == ("2026-11-25", None)
