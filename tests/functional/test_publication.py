"""Publishing answers: what the public sees of a letter, when, and what it never sees (HF-2.3, PL-8, CQ-9)."""

import json
from datetime import time
from typing import Any

import pytest

from chalicelib.domain.letter import Role
from chalicelib.domain.rules import Ground, PublicationRule
from chalicelib.domain.workflow import Move
from tests.builders import rulebook
from tests.functional.world import WRITER, Answer, Citizen, World, heard_in_logs

SECRET = Ground(id="secret", text="内容涉密", clause="SF-1")
BODY = "我叫张晓明，家住永丰镇书院路17号，电话13907385566。书院路的路灯坏了一周，请问何时修复？"
SUBJECT = "张晓明反映书院路的路灯"
REPLY = "张先生您好：路灯已经修好。有事请打张先生的13907385566联系过的12345。"
QUESTION = "○○○反映书院路的路灯\n\n我叫○○○，家住（住址略），电话（电话略）。书院路的路灯坏了一周，请问何时修复？"
MINE = ("张晓明", "张先生", "13907385566", "书院路17号", "zhang.xiaoming")


def county(world: World, by: Role = Role.CENTRE, **rule: Any) -> World:
    """Shuangfeng with publication: nobody's consent or code is asked for, unless said otherwise."""
    given = {"needs_consent": False, "code": False, "exceptions": (SECRET,), **rule}
    book = rulebook()
    moves = {**book.moves, Move.PUBLISH: (by,), Move.WITHHOLD: (by,)}
    book = book.model_copy(update={"publication": PublicationRule(**given), "moves": moves})
    world.rulebooks[book.name] = book
    world.open(rulebook=book)
    return world


@pytest.fixture
def publishing(world: World) -> World:
    """Published at once, by the centre."""
    return county(world)


def a_letter(world: World, reply: str | None = REPLY, **fields: Any) -> Citizen:
    """A letter full of its writer's data, assigned; and answered, where there is a reply."""
    citizen = world.send_letter(**{"subject": SUBJECT, "body": BODY, "publish_consent": True, **fields})
    clerk = world.desk("clerk")
    clerk.makes(citizen.code, "accept")
    clerk.makes(citizen.code, "assign", units=["roads"])
    if reply is not None:
        world.desk("roads-handler").makes(citizen.code, "answer", body=reply)
    return citizen


def page(world: World, month: str = "2026-11") -> list[dict[str, Any]]:
    """What the public finds in a month, once the job has run."""
    world.run("publish")
    file = world.files.get(f"site/data/answers/{month}.json")
    return [] if file is None else list(json.loads(file)["answers"])


def months(world: World) -> list[str]:
    file = world.files.get("site/data/answers/index.json")
    return [] if file is None else [each["month"] for each in json.loads(file)["months"]]


def waits_for(world: World, contact: str, citizen: Citizen) -> list[str]:
    return [e["waits_for"] for e in world.desk(contact).waiting() if e["tracking_code"] == citizen.code]


def in_words(said: Answer) -> str:
    """Everything an answer says, as a person would read it."""
    return json.dumps(said.body, ensure_ascii=False)


def messages(said: Answer) -> list[tuple[str, str]]:
    assert said.status == 422, said.raw
    return [(each["field"], each["message"]) for each in said["errors"]]


def test_the_preview_shows_what_the_public_would_read(publishing: World) -> None:
    citizen = a_letter(publishing)
    form = publishing.desk("clerk").opens(citizen.code).form("publish")
    assert form["text"]["default"] == QUESTION
    assert form["answer"]["default"] == "○○○您好：路灯已经修好。有事请打○○○的（电话略）联系过的12345。"


def test_nobody_else_is_shown_a_preview(publishing: World) -> None:
    citizen = a_letter(publishing)
    assert "publish" not in publishing.desk("roads-handler").opens(citizen.code).moves()
    assert "publish" not in publishing.desk("inspector").opens(citizen.code).moves()


def test_left_as_it_is_the_redacted_wording_is_published_and_nothing_else_of_the_letter(publishing: World) -> None:
    citizen = a_letter(publishing)
    publishing.desk("clerk").makes(citizen.code, "publish")
    [item] = page(publishing)
    assert item == {
        "number": publishing.file(citizen.code).letter.number,
        "kind": "consultation",
        "kind_title": item["kind_title"],
        "field": None,
        "unit": "roads",
        "unit_name": "unit roads",
        "received_on": "2026-11-20",
        "answered_on": "2026-11-20",
        "working_days": 0,
        "question": QUESTION,
        "answer": "○○○您好：路灯已经修好。有事请打○○○的（电话略）联系过的12345。",
        "channel": "web",
    }
    public = b"".join(data for key, data in publishing.files.files.items() if key.startswith("site/")).decode()
    assert not [each for each in (*MINE, citizen.code, citizen.query_code) if each in public]
    assert months(publishing) == ["2026-11"]


def test_an_edited_wording_is_published_as_edited(publishing: World) -> None:
    citizen = a_letter(publishing)
    publishing.desk("clerk").makes(citizen.code, "publish", text="市民问路灯。", answer="已经修好，地址：书院路。")
    [item] = page(publishing)
    assert (item["question"], item["answer"]) == ("市民问路灯。", "已经修好，地址：书院路。")


@pytest.mark.parametrize(
    ("field", "text", "kind"),
    [
        ("text", "张晓明问路灯", "姓名"),
        ("answer", "张女士您好", "姓名"),
        ("text", "电话１３９ ０７３８ ５５６６", "电话号码"),
        ("answer", "请找13812345678", "电话号码"),
        ("text", "zhang.xiaoming@mail.test", "电子邮箱"),
        ("text", "书院路17号门口", "住址"),
        ("text", "43252219800101123X", "身份证号"),
        ("text", "湘K12345", "车牌号"),
    ],
)
def test_personal_data_put_back_are_refused_by_kind_and_never_repeated(
    publishing: World, field: str, text: str, kind: str
) -> None:
    citizen = a_letter(publishing)
    with heard_in_logs() as heard:
        said = publishing.desk("clerk").tries(citizen.code, "publish", None, **{field: text})
    [(named, message)] = messages(said)
    assert (named, kind in message) == (field, True)
    assert text not in in_words(said)
    assert text not in heard()
    assert page(publishing) == []


def test_who_may_not_publish_learns_nothing_by_trying_names(publishing: World) -> None:
    citizen = a_letter(publishing)
    for text in ("张晓明", "李四"):
        said = publishing.desk("roads-handler").tries(citizen.code, "publish", text=text)
        assert said.refused() == (403, "move_refused")


def test_nor_does_the_centre_of_a_letter_that_may_not_be_published(publishing: World) -> None:
    """Whoever stands in as the head of an office has the role, and need not know the writer."""
    citizen = a_letter(publishing, kind="accusation")
    for text in ("张晓明", "李四"):
        said = publishing.desk("clerk").tries(citizen.code, "publish", text=text)
        assert said.refused() == (403, "move_refused")


def test_it_appears_at_the_next_fixed_time_and_not_before(world: World) -> None:
    county(world, at=(time(9), time(15)))
    citizen = a_letter(world)
    world.desk("clerk").makes(citizen.code, "publish")
    assert page(world) == []
    world.at("2026-11-20 14:59")
    assert page(world) == []
    world.at("2026-11-20 15:00")
    assert len(page(world)) == 1


def test_what_is_signed_off_on_the_last_evening_belongs_to_the_month_in_which_it_appears(world: World) -> None:
    county(world, at=(time(7),))
    world.at("2026-11-30 16:00")
    citizen = a_letter(world)
    world.desk("clerk").makes(citizen.code, "publish")
    world.at("2026-12-01 07:00")  # still November in UTC
    assert len(page(world, "2026-12")) == 1
    assert page(world, "2026-11") == []


def test_the_newest_come_first(publishing: World) -> None:
    for day in ("20", "21", "22"):
        publishing.at(f"2026-11-{day} 10:00")
        citizen = a_letter(publishing)
        publishing.desk("clerk").makes(citizen.code, "publish", text=f"{day}日的信")
    assert [each["question"] for each in page(publishing)] == ["22日的信", "21日的信", "20日的信"]


def test_withheld_later_it_is_gone_with_the_next_run(publishing: World) -> None:
    citizen = a_letter(publishing)
    clerk = publishing.desk("clerk")
    clerk.makes(citizen.code, "publish")
    assert len(page(publishing)) == 1
    clerk.makes(citizen.code, "withhold", ground="secret")
    assert page(publishing) == []
    assert months(publishing) == []
    clerk.makes(citizen.code, "publish")
    assert len(page(publishing)) == 1


def test_it_is_gone_although_the_ledger_cannot_be_read(publishing: World) -> None:
    citizen = a_letter(publishing)
    publishing.desk("clerk").makes(citizen.code, "publish")
    assert len(page(publishing)) == 1
    publishing.desk("clerk").makes(citizen.code, "withhold", ground="secret")
    publishing.files.files["ledger/day=2026-11-19/manifest.json"] = b"{}"
    with pytest.raises(Exception, match="publish"):
        publishing.run("publish")
    assert json.loads(publishing.files.get("site/data/answers/2026-11.json") or b"")["answers"] == []


@pytest.mark.parametrize("marked", [{"kind": "accusation"}, {"about": ["water"]}, {"about": ["contact:leader"]}])
def test_a_published_letter_that_turns_out_an_accusation_disappears(world: World, marked: dict[str, Any]) -> None:
    county(world, before_answer=True)
    citizen = a_letter(world, reply=None)
    clerk = world.desk("clerk")
    clerk.makes(citizen.code, "publish")
    assert len(page(world)) == 1
    clerk.makes(citizen.code, "classify", **marked)
    assert page(world) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "accusation"},
        {"keep_confidential": True},
        {"about": [{"unit": "water"}]},
        {"kind": "complaint", "about": [{"text": "收费的王某"}]},
    ],
)
def test_some_letters_are_never_published_and_bother_nobody(publishing: World, fields: dict[str, Any]) -> None:
    citizen = a_letter(publishing, **fields)
    clerk = publishing.desk("clerk")
    clerk.makes(citizen.code, "approve")
    assert "publish" not in waits_for(publishing, "clerk", citizen)
    assert "publish" not in clerk.opens(citizen.code).moves()
    assert clerk.tries(citizen.code, "publish").refused() == (403, "move_refused")
    assert page(publishing) == []


def test_without_the_writers_consent_nobody_is_asked(world: World) -> None:
    county(world, needs_consent=True)
    silent, agreed = a_letter(world, publish_consent=False), a_letter(world)
    for citizen in (silent, agreed):
        world.desk("clerk").makes(citizen.code, "approve")
    assert waits_for(world, "clerk", silent) == []
    assert waits_for(world, "clerk", agreed) == ["publish"]
    assert world.desk("clerk").tries(silent.code, "publish")["reason"] == "writer_did_not_agree"


def test_deciding_takes_it_off_the_desk(publishing: World) -> None:
    one, other = a_letter(publishing), a_letter(publishing)
    clerk = publishing.desk("clerk")
    for citizen in (one, other):
        clerk.makes(citizen.code, "approve")
        assert waits_for(publishing, "clerk", citizen) == ["publish"]
    clerk.makes(one.code, "publish")
    clerk.makes(other.code, "withhold", ground="secret")
    assert waits_for(publishing, "clerk", one) == waits_for(publishing, "clerk", other) == []


def test_where_the_person_in_charge_signs_off_it_lies_on_their_desk(world: World) -> None:
    """CQ-9. The centre's own office has no head in this county, so its clerk stands in; the inspectors have theirs."""
    county(world, by=Role.DEPARTMENT_HEAD)
    citizen = a_letter(world)
    world.desk("clerk").makes(citizen.code, "approve")
    assert waits_for(world, "clerk", citizen) == ["publish"]
    county(world, by=Role.INSPECTOR)
    citizen = a_letter(world)
    assert waits_for(world, "inspector", citizen) == ["publish"]
    world.desk("inspector").makes(citizen.code, "publish")
    assert waits_for(world, "inspector", citizen) == []


def test_a_county_without_publication_bothers_nobody(world: World) -> None:
    citizen = a_letter(world)
    world.desk("clerk").makes(citizen.code, "approve")
    assert waits_for(world, "clerk", citizen) == []
    assert page(world) == []


def test_a_letter_appears_before_its_answer_and_the_answer_after_its_own_sign_off(world: World) -> None:
    """PL-8."""
    county(world, before_answer=True, at=(time(9), time(15)))
    citizen = a_letter(world, reply=None)
    clerk = world.desk("clerk")
    assert waits_for(world, "clerk", citizen) == ["publish"]
    assert "answer" not in clerk.opens(citizen.code).form("publish")
    assert messages(clerk.tries(citizen.code, "publish", answer="好"))[0][0] == "answer"
    clerk.makes(citizen.code, "publish", text="市民问路灯。")
    assert page(world) == []
    world.at("2026-11-20 15:00")
    [item] = page(world)
    assert (item["question"], item["answer"], item["answered_on"]) == ("市民问路灯。", None, None)

    world.at("2026-11-23 10:00")
    world.desk("roads-handler").makes(citizen.code, "answer", body=REPLY)
    assert page(world)[0]["answer"] is None
    world.desk("clerk").makes(citizen.code, "approve")
    assert waits_for(world, "clerk", citizen) == ["publish"]
    form = world.desk("clerk").opens(citizen.code).form("publish")
    assert form["text"]["default"] == "市民问路灯。"
    world.desk("clerk").makes(citizen.code, "publish", text="市民再问路灯。")
    [item] = page(world)
    assert (item["question"], item["answer"]) == ("市民问路灯。", None)
    world.at("2026-11-23 15:00")
    [item] = page(world)
    assert (item["question"], item["answered_on"]) == ("市民再问路灯。", "2026-11-23")
    assert item["answer"] == "○○○您好：路灯已经修好。有事请打○○○的（电话略）联系过的12345。"
    assert world.desk("clerk").tries(citizen.code, "publish")["reason"] == "already_published"


def test_an_answer_that_did_not_stand_is_not_shown_until_the_next_one_is_signed_off(publishing: World) -> None:
    citizen = a_letter(publishing)
    clerk = publishing.desk("clerk")
    clerk.makes(citizen.code, "publish")
    assert len(page(publishing)) == 1
    citizen.does("reopen", reason="又坏了")
    assert page(publishing) == []
    clerk.makes(citizen.code, "assign", units=["roads"])
    publishing.desk("roads-handler").makes(citizen.code, "answer", body="换了新灯。")
    assert page(publishing) == []
    clerk.makes(citizen.code, "publish")
    assert [each["answer"] for each in page(publishing)] == ["换了新灯。"]


def test_the_list_of_months_is_there_before_anything_is_published(publishing: World) -> None:
    a_letter(publishing)
    ran = publishing.run("publish")
    assert json.loads(publishing.files.get("site/data/answers/index.json") or b"")["months"] == []
    assert "site/data/answers/index.json" in ran
    assert "site/data/answers/index.json" not in publishing.run("publish")


def test_an_answer_says_how_many_working_days_the_unit_used(publishing: World) -> None:
    """Received on Friday 20 November, answered on Tuesday 24; reopened, it is the new answer's days that count."""
    citizen = a_letter(publishing, reply=None)
    publishing.at("2026-11-24 10:00")
    publishing.desk("roads-handler").makes(citizen.code, "answer", body="已经修好。")
    publishing.desk("clerk").makes(citizen.code, "publish")
    assert [each["working_days"] for each in page(publishing)] == [2]
    citizen.does("reopen", reason="又坏了")
    clerk = publishing.desk("clerk")
    clerk.makes(citizen.code, "assign", units=["roads"])
    publishing.at("2026-11-27 10:00")
    publishing.desk("roads-handler").makes(citizen.code, "answer", body="换了新灯。")
    clerk.makes(citizen.code, "publish")
    assert [each["working_days"] for each in page(publishing)] == [3]


def test_an_unchanged_month_is_not_written_again(publishing: World) -> None:
    citizen = a_letter(publishing)
    publishing.desk("clerk").makes(citizen.code, "publish")
    page(publishing)
    before = publishing.files.get("site/data/answers/2026-11.json")
    publishing.later(minutes=10)
    keys = publishing.run("publish")
    assert "site/data/answers/2026-11.json" not in keys
    assert publishing.files.get("site/data/answers/2026-11.json") == before


def test_a_run_missed_over_the_end_of_a_month_loses_nothing(publishing: World) -> None:
    citizen = a_letter(publishing)
    publishing.desk("clerk").makes(citizen.code, "publish")
    publishing.at("2027-01-04 09:00")
    assert len(page(publishing)) == 1


def test_publishing_leaves_every_letter_in_order_for_the_nightly_check(publishing: World) -> None:
    published, waiting = a_letter(publishing), a_letter(publishing)
    publishing.desk("clerk").makes(published.code, "publish")
    publishing.desk("clerk").makes(waiting.code, "approve")
    publishing.run("close_day")
    found = publishing.run("reconcile")
    assert (found.on_no_desk, found.desk_wrong) == ((), ())


# The relay: a unit that may not know who wrote (PL-18)


def hidden(world: World, **fields: Any) -> Citizen:
    return a_letter(world, reply=None, kind="accusation", **fields)


def test_a_unit_reads_an_accusation_without_what_tells_who_wrote(publishing: World) -> None:
    """PL-18."""
    citizen = hidden(publishing)
    assert [each for each in MINE if each in in_words(publishing.desk("clerk").opens(citizen.code))]
    citizen.does("supplement", body="张晓明补充：另一个电话138 1234 5678，举报车牌湘K12345。")
    shown = publishing.desk("roads-handler").opens(citizen.code)
    assert not [each for each in MINE if each in in_words(shown)]
    bodies = [text["body"] for text in shown["texts"]]
    assert "我叫○○○，家住（住址略），电话（电话略）。书院路的路灯坏了一周，请问何时修复？" in bodies
    assert "○○○补充：另一个电话（电话略），举报车牌湘K12345。" in bodies
    assert shown["subject"] == "○○○反映书院路的路灯"


def test_the_centre_reads_the_original_wording(publishing: World) -> None:
    """PL-9."""
    citizen = hidden(publishing)
    shown = publishing.desk("clerk").opens(citizen.code)
    assert (shown["subject"], BODY in [text["body"] for text in shown["texts"]]) == (SUBJECT, True)


def test_leaders_and_inspectors_do_not_learn_it_from_the_words_either(publishing: World) -> None:
    citizen = hidden(publishing)
    for contact in ("inspector", "leader"):
        shown = publishing.desk(contact).opens(citizen.code)
        assert not [each for each in MINE if each in in_words(shown)], contact


def test_the_list_on_the_desk_does_not_tell_it_either(publishing: World) -> None:
    hidden(publishing)
    for contact in ("roads-handler", "inspector", "leader"):
        listed = publishing.desk(contact).call("GET", "/desk")
        assert not [each for each in MINE if each in in_words(listed)], contact


def test_an_ordinary_letter_is_read_as_it_was_written(publishing: World) -> None:
    citizen = a_letter(publishing, reply=None)
    shown = publishing.desk("roads-handler").opens(citizen.code)
    assert shown["subject"] == SUBJECT
    assert BODY in [text["body"] for text in shown["texts"]]
    assert shown["writer"]["name"] == WRITER["name"]
