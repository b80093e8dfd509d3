"""What is refused over HTTP: with which status, in which words, naming which fields."""

from typing import Any

import pytest

from chalicelib.domain.letter import Role, Status
from chalicelib.domain.workflow import MOVES, Move
from tests.builders import rulebook
from tests.functional.world import Answer, Citizen, World, answered, assigned

FIELDS: dict[Move, dict[str, Any]] = {
    Move.DECLINE: {"ground": "already_in_hand"},
    Move.ASSIGN: {"units": ["roads"]},
    Move.FORWARD: {"unit": "water"},
    Move.SEND_BACK: {"reasons": "请重办"},
    Move.RETURN: {"reason": "不属于本单位"},
    Move.SUB_ASSIGN: {"contact": "roads-handler"},
    Move.CONTACT_WRITER: {"note": "已联系"},
    Move.REQUEST_EXTENSION: {"reason": "复杂", "working_days": 5},
    Move.EXPLAIN_DELAY: {"reason": "正在处理"},
    Move.ANSWER: {"body": "已处理。"},
    Move.INSTRUCT: {"text": "请办。"},
    Move.SUPPLEMENT: {"body": "补充"},
    Move.RATE: {"score": 4},
    Move.REOPEN: {"reason": "没有解决"},
    Move.REFER_UP: {"leader": "leader"},
    Move.CONVERT: {"units": ["roads"]},
    Move.WITHHOLD: {"ground": "privacy"},
    Move.CALL_BACK: {"outcome": "satisfied"},
    Move.LINK_REPEAT: {"to": "letter-2"},
    Move.REMOVE: {"ground": "malicious"},
    Move.SPOT_CHECK: {"passed": True},
    Move.REFER_TO_EFFICIENCY_OFFICE: {"note": "答复敷衍"},
    Move.HOLD_TO_ACCOUNT: {"trigger": "poor_work", "note": "答复敷衍"},
}
PEOPLE = {"clerk": Role.CENTRE, "roads-handler": Role.HANDLER, "leader": Role.LEADER, "inspector": Role.INSPECTOR}


def is_problem(said: Answer, status: int, code: str) -> bool:
    """A whole RFC 9457 document with its content type."""
    body = said.body
    whole = {"type", "title", "status", "detail"} <= set(body) and body["status"] == status
    typed = said.headers["content-type"] == "application/problem+json" and said.headers["cache-control"] == "no-store"
    return said.refused() == (status, code) and whole and typed and body["title"] != code


def in_status(world: World, status: Status) -> Citizen:
    """A letter that has come so far."""
    if status is Status.ASSIGNED:
        return assigned(world)
    if status is Status.ANSWERED:
        return answered(world)
    citizen = world.send_letter()
    if status is Status.RECEIVED:
        return citizen
    clerk = world.desk("clerk")
    if status is Status.DECLINED:
        clerk.makes(citizen.code, "decline", ground="already_in_hand")
        return citizen
    clerk.makes(citizen.code, "accept")
    return citizen


@pytest.mark.parametrize(
    "status", [Status.RECEIVED, Status.ACCEPTED, Status.ASSIGNED, Status.ANSWERED, Status.DECLINED]
)
def test_every_move_that_a_status_or_role_does_not_allow_is_refused(world: World, status: Status) -> None:
    """Every desk move by each kind of staff: 403 with its reason where the table says so, and nothing changes."""
    citizen = in_status(world, status)
    desks = {name: world.desk(name) for name in PEOPLE}
    refused = 0
    for move, rule in MOVES.items():
        for name, role in PEOPLE.items():
            allowed = role in rulebook().moves.get(move, ())
            visible = role is not Role.HANDLER or status in {Status.ASSIGNED, Status.ANSWERED}
            if allowed and visible and status in rule.from_:
                continue
            before = world.everything()
            said = desks[name].tries(citizen.code, move.value, **FIELDS.get(move, {}))
            assert is_problem(said, *((403, "move_refused") if visible else (404, "not_found"))), (move, name, said.raw)
            if visible:
                assert said["reason"] == _reason(move, name, status, allowed=allowed), (move, name)
            assert world.everything() == before
            refused += 1
    assert refused > 50


def _reason(move: Move, name: str, status: Status, *, allowed: bool) -> str:
    """A letter that was not referred to the centre is nobody's to give back, not even the centre's."""
    if (move, name, status) == (Move.RETURN, "clerk", Status.ACCEPTED):
        return "nothing_to_return"
    return "wrong_status" if allowed else "not_your_move"


@pytest.mark.parametrize("move", [move for move in Move if Role.WRITER not in rulebook().moves.get(move, ())])
def test_the_writer_cannot_make_a_move_of_the_staff(world: World, move: Move) -> None:
    assert is_problem(world.send_letter().does(move.value, **FIELDS.get(move, {})), 403, "move_refused")


def test_the_writer_is_refused_in_the_wrong_status(world: World) -> None:
    citizen = world.send_letter()
    assert is_problem(citizen.does("rate", score=5), 403, "move_refused")
    assert is_problem(citizen.does("reopen", reason="?"), 403, "move_refused")
    assert citizen.does("withdraw").status == 200
    assert is_problem(citizen.does("supplement", body="?"), 403, "move_refused")


def test_a_letter_is_rated_once_an_answer(world: World) -> None:
    citizen = answered(world)
    assert citizen.does("rate", score=1).status == 200
    assert citizen.does("rate", score=5)["reason"] == "already_rated"


def test_extensions_are_refused_with_their_reason(world: World) -> None:
    """SF-3.3.3: contact first, before the limit, at most 30 working days in all."""
    citizen = assigned(world)
    handler, clerk = world.desk("roads-handler"), world.desk("clerk")
    assert clerk.tries(citizen.code, "grant_extension")["reason"] == "no_extension_asked"
    handler.makes(citizen.code, "contact_writer", note="已联系")
    handler.makes(citizen.code, "request_extension", reason="复杂", working_days=60)
    assert (
        handler.tries(citizen.code, "request_extension", reason="复杂", working_days=1)["reason"] == "extension_pending"
    )
    granted = clerk.makes(citizen.code, "grant_extension").clock("handle")
    assert granted["due_on"] == "2027-01-04"
    assert granted["provisional"] is True
    capped = handler.tries(citizen.code, "request_extension", reason="复杂", working_days=5)
    assert is_problem(capped, 403, "move_refused")
    assert capped["reason"] == "cap_reached"


def test_an_extension_asked_after_the_limit_and_a_return_after_its_window_are_refused(world: World) -> None:
    citizen = assigned(world)
    handler = world.desk("roads-handler")
    handler.makes(citizen.code, "contact_writer", note="已联系")
    world.at("2026-11-25 09:00")
    said = handler.tries(citizen.code, "request_extension", reason="复杂", working_days=5)
    assert said["reason"] == "limit_has_passed"
    assert handler.tries(citizen.code, "return", reason="不属于本单位")["reason"] == "return_window_lapsed"


def test_a_unit_that_does_not_have_the_letter_does_not_see_it(world: World) -> None:
    citizen = assigned(world, "roads")
    stranger = world.desk("water-handler")
    assert is_problem(stranger.opens(citizen.code), 404, "not_found")
    assert is_problem(stranger.tries(citizen.code, "answer", body="越权"), 404, "not_found")
    unknown = stranger.opens("0" * 12)
    assert unknown.raw == stranger.opens(citizen.code).raw


def test_each_wrong_field_of_a_letter_is_named_in_the_readers_language(world: World) -> None:
    wrong = {
        "kind": "praise",
        "subject": " ",
        "body": "长" * 10_001,
        "writer": {"name": "张", "phone": "call me", "email": "nobody"},
        "about": [{"unit": "roads", "person": "?"}],
        "colour": "red",
    }
    said = world.call("POST", "/letters", wrong)
    assert is_problem(said, 422, "invalid_fields")
    names = ["kind", "subject", "body", "writer.phone", "writer.email", "about.0.person", "colour"]
    assert sorted(said.fields()) == sorted(names)
    messages = {each["field"]: each["message"] for each in said["errors"]}
    assert messages["body"] == "最多 10000 个字"
    assert messages["subject"] == "请填写"
    assert "call me" not in said.raw
    english = world.call("POST", "/letters", wrong, {"Accept-Language": "de, en-GB;q=0.8, zh;q=0.1"})
    assert english["title"] != said["title"]
    assert english["title"].isascii()
    assert all(each["message"].isascii() for each in english["errors"])


def test_units_and_mailboxes_nobody_knows_are_named(world: World) -> None:
    said = world.try_to_send(mailbox="moon", about=[{"unit": "roads"}, {"unit": "mars"}])
    assert said.refused() == (422, "invalid_fields")
    assert said.fields() == ["about.1.unit", "mailbox"]


@pytest.mark.parametrize(
    ("move", "fields", "named"),
    [
        ("assign", {}, ["units"]),
        ("assign", {"units": []}, ["units"]),
        ("assign", {"units": ["roads", "mars"]}, ["units.1"]),
        ("assign", {"units": ["roads"], "hurry": True}, ["hurry"]),
        ("forward", {"unit": "mars"}, ["unit"]),
        ("decline", {"ground": "dislike"}, ["ground"]),
        ("decline", {"ground": 7, "note": ["?"]}, ["ground", "note"]),
        ("classify", {"kind": "praise", "about": ["mars"]}, ["kind"]),
        ("classify", {"mailbox": "mars"}, ["mailbox"]),
    ],
)
def test_each_wrong_field_of_a_move_is_named(world: World, move: str, fields: dict[str, Any], named: list[str]) -> None:
    citizen = in_status(world, Status.ACCEPTED)
    clerk = world.desk("clerk")
    before = world.everything()
    said = clerk.tries(citizen.code, move, **fields)
    assert is_problem(said, 422, "invalid_fields"), said.raw
    assert said.fields() == named
    assert world.everything() == before


@pytest.mark.parametrize("score", [0, 6, -1, 4.5, "5", True, None, 10**400])
def test_a_rating_is_a_whole_number_from_one_to_five(world: World, score: object) -> None:
    citizen = answered(world)
    said = citizen.does("rate", score=score)
    assert is_problem(said, 422, "invalid_fields")
    assert said.fields() == ["score"]
    assert not said["errors"][0]["message"].isascii()


def test_a_name_that_is_no_move_is_not_found(world: World) -> None:
    citizen = world.send_letter()
    assert is_problem(citizen.does("explode"), 404, "not_found")
    assert is_problem(world.desk("clerk").tries(citizen.code, "explode"), 404, "not_found")


def test_what_chalice_refuses_by_itself_is_a_problem_document_too(world: World) -> None:
    citizen = world.send_letter()
    assert is_problem(world.call("DELETE", "/letters"), 405, "method_not_allowed")
    assert is_problem(world.call("POST", f"/letters/{citizen.code}"), 405, "method_not_allowed")
    form = world.call("POST", "/letters", headers={"Content-Type": "text/plain"}, raw=b"kind=help")
    assert is_problem(form, 415, "not_json")
    english = world.call("DELETE", "/letters", headers={"Accept-Language": "en"})
    assert english["title"].isascii()


def test_a_stale_page_is_told_so_but_a_reminder_makes_no_page_stale(world: World) -> None:
    citizen = assigned(world)
    handler, head = world.desk("roads-handler"), world.desk("roads-head")
    version = handler.opens(citizen.code)["version"]
    assert handler.opens(citizen.code).headers["etag"] == f'"{version}"'
    world.at("2026-11-23 09:05")
    world.run("sweep")
    assert world.steps(citizen.code) == ["remind_day_before"]
    seen = {"If-Match": f'"{version}"'}
    assert handler.tries(citizen.code, "contact_writer", seen, note="已联系").status == 200
    stale = head.tries(citizen.code, "answer", seen, body="已修好。")
    assert is_problem(stale, 409, "version_conflict")
    assert stale["version"] == version + 1
    assert citizen.looks()["answers"] == []
    assert head.tries(citizen.code, "answer", {"If-Match": str(version + 1)}, body="已修好。").status == 200


def test_the_writers_page_can_be_stale_as_well(world: World) -> None:
    citizen = world.send_letter()
    world.desk("clerk").makes(citizen.code, "accept")
    assert citizen.does("withdraw", {"If-Match": "1"}).refused() == (409, "version_conflict")
    assert citizen.does("withdraw", {"If-Match": "2"}).status == 200


@pytest.mark.parametrize("version", ["soon", '"', "-1", "1.0", "１", "9" * 30, ""])
def test_an_if_match_that_is_no_version_is_named(world: World, version: str) -> None:
    citizen = world.send_letter()
    said = citizen.does("withdraw", {"If-Match": version})
    assert is_problem(said, 422, "invalid_fields")
    assert said.fields() == ["If-Match"]


def test_a_move_that_takes_the_letter_out_of_ones_sight_is_answered_all_the_same(world: World) -> None:
    """The centre finds that a letter is about itself: the move was made, and what follows is for others to see."""
    citizen = world.send_letter()
    clerk = world.desk("clerk")
    said = clerk.tries(citizen.code, "classify", about=["centre"])
    assert (said.status, said.body) == (200, {"tracking_code": citizen.code, "moves": []})
    assert is_problem(clerk.opens(citizen.code), 404, "not_found")
    assert world.desk("inspector").opens(citizen.code).status == 200
