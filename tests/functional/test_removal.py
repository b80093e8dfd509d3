"""PL-17, CQ-3.2.3: nothing is deleted without authority, and a removal leaves its trace."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from chalicelib import verify
from tests.builders import rulebook
from tests.functional.test_repeats import DUMP, under_pingliang
from tests.functional.world import WRITER, Citizen, World

WORDS = (WRITER["name"], "垃圾", "填埋场", "石龙村", "苍蝇")
EVERYBODY = ("clerk", "inspector", "leader", "roads-handler", "roads-deputy-head", "roads-head")


@pytest.fixture
def pingliang(world: World) -> World:
    """Where the inspectors alone may remove a letter."""
    return under_pingliang(world)


def removed(world: World, note: str | None = "整封都是广告") -> Citizen:
    subject = f"{WRITER['name']}反映{DUMP['subject']}"
    citizen = world.send_letter(**{**DUMP, "subject": subject}, field="环境卫生", region="梓门桥")
    assert citizen.does("supplement", body="石龙村的填埋场昨天又起火了").status == 200
    extra = {"note": note} if note else {}
    world.desk("inspector").makes(citizen.code, "remove", ground="advertising", **extra)
    return citizen


def test_every_word_and_every_way_to_find_them_is_gone(pingliang: World) -> None:
    citizen = removed(pingliang)
    file = pingliang.file(citizen.code)
    stored = str(asdict(file))  # a repr leaves words out
    assert "（已删除）" in stored
    assert not any(word in stored for word in (*WORDS, "环境卫生", "梓门桥"))
    assert [(text.content, text.salt) for text in file.texts[:2]] == [("", "")] * 2
    assert file.letter.traces == ()
    assert not any(entry.owner.startswith("trace:") for entry in file.desk)
    assert file.writer is not None
    writer = pingliang.secrets.unseal(file.letter.id, file.writer)
    assert (writer.name, writer.address, writer.phone) == (None, None, WRITER["phone"])
    for contact in ("clerk", "inspector"):
        assert all(each["tracking_code"] != citizen.code for each in pingliang.desk(contact).waiting())


def test_staff_see_that_it_was_there_who_removed_it_when_and_why(pingliang: World) -> None:
    citizen = removed(pingliang)
    for contact in ("clerk", "inspector"):
        seen = pingliang.desk(contact).opens(citizen.code)
        assert (seen.status, seen["status"], seen["subject"]) == (200, "removed", "（已删除）")
        assert not any(word in seen.raw for word in WORDS)
        (last,) = [each for each in seen["timeline"] if each["move"] == "remove"]
        assert last["at"] == "2026-11-20T10:00:00+08:00"
        assert "广告" in last["text"]
        assert "整封都是广告" in [each["body"] for each in seen["texts"]]
        assert seen.moves() == []
    event = pingliang.file(citizen.code).events[-1]
    assert (event.move, event.actor.role, event.facts["ground"], event.facts["clause"]) == (
        "remove",
        "inspector",
        "advertising",
        "PL-17",
    )


def test_its_writer_is_told_and_sees_why_and_no_content(pingliang: World) -> None:
    citizen = removed(pingliang)
    pingliang.post_goes_out()
    assert "删除" in pingliang.mailer.to(WRITER["email"])[-1].text
    seen = citizen.looks()
    assert (seen["status"], seen["subject"], seen["answers"]) == ("removed", "（已删除）", [])
    assert "广告" in seen["timeline"][-1]["text"]
    assert not any(word in seen.raw for word in WORDS)
    assert "整封都是广告" not in seen.raw
    assert not any(each["body"] == "" for each in seen["texts"])
    assert all(clock["state"] != "running" for clock in seen["clocks"])


def test_a_letter_that_was_accepted_keeps_its_number_and_its_words(world: World) -> None:
    """CQ-3.2.3: invalid ones may be removed, and those are never accepted."""
    under_pingliang(world)
    citizen = world.send_letter(**DUMP)
    world.desk("clerk").makes(citizen.code, "accept")
    number = world.file(citizen.code).letter.number
    refused = world.desk("inspector").tries(citizen.code, "remove", ground="advertising")
    assert refused.status == 403
    assert world.file(citizen.code).letter.number == number
    assert citizen.looks()["subject"] == DUMP["subject"]


def test_the_ledger_still_verifies_after_a_removal(
    pingliang: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    citizen = removed(pingliang)
    pingliang.at("2026-11-21T01:00")
    pingliang.run("close_day")
    for key, data in pingliang.files.files.items():
        if key.startswith("ledger/"):
            file = tmp_path / key
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
    assert verify.main([str(tmp_path)]) == 0, capsys.readouterr().out
    assert f"记录 {len(pingliang.file(citizen.code).events)} 条" in capsys.readouterr().out


@pytest.mark.parametrize("contact", [each for each in EVERYBODY if each != "inspector"])
def test_nobody_without_authority_removes_a_letter(pingliang: World, contact: str) -> None:
    """At no point of its way: received, accepted, with a unit, answered."""
    citizen = pingliang.send_letter(**DUMP)
    tried = []

    def tries() -> None:
        before = pingliang.file(citizen.code)
        said = pingliang.desk(contact).tries(citizen.code, "remove", ground="advertising")
        tried.append(said.status)
        assert pingliang.file(citizen.code) == before

    tries()
    pingliang.desk("clerk").makes(citizen.code, "accept")
    tries()
    pingliang.desk("roads-handler").makes(citizen.code, "claim")
    tries()
    pingliang.desk("roads-handler").makes(citizen.code, "answer", body="已覆盖。")
    tries()
    may_not_even_look = 404 if contact.startswith("roads") else 403
    assert tried == [may_not_even_look, 403, 403, 403]


@pytest.mark.parametrize("contact", EVERYBODY)
def test_where_the_rules_give_the_removal_to_nobody_nobody_removes(world: World, contact: str) -> None:
    assert "remove" not in rulebook().moves
    citizen = world.send_letter(**DUMP)
    assert world.desk(contact).tries(citizen.code, "remove", ground="advertising").status in {403, 404}
    assert citizen.looks()["subject"] == DUMP["subject"]


def test_neither_does_its_writer_nor_anybody_on_a_ground_that_is_not_listed(pingliang: World) -> None:
    citizen = pingliang.send_letter(**DUMP)
    assert citizen.does("remove", ground="advertising").status == 403
    refused = pingliang.desk("inspector").tries(citizen.code, "remove", ground="unpleasant")
    assert (refused.status, refused.fields()) == (422, ["ground"])
    assert citizen.looks()["subject"] == DUMP["subject"]


@pytest.mark.parametrize(
    ("move", "fields"),
    [
        ("supplement", {"body": "再说一次"}),
        ("reopen", {"reason": "不满意"}),
        ("rate", {"score": 1}),
        ("withdraw", {}),
    ],
)
def test_nothing_more_is_said_on_a_removed_letter(pingliang: World, move: str, fields: dict[str, Any]) -> None:
    citizen = removed(pingliang)
    before = pingliang.everything()
    assert citizen.does(move, **fields).status == 403
    assert pingliang.everything() == before


def test_a_removed_letter_is_not_removed_again_nor_linked(pingliang: World) -> None:
    citizen = removed(pingliang)
    assert pingliang.desk("inspector").tries(citizen.code, "remove", ground="advertising").status == 403
    other = pingliang.send_letter(**DUMP)
    assert pingliang.desk("clerk").opens(other.code)["repeats"] == []
    assert pingliang.desk("clerk").tries(citizen.code, "link_repeat", to=other.code).status == 403
