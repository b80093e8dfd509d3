"""PL-16: repeat letters are recognised, shown to the centre, linked, counted; merged ones get the other's answer.

What one citizen writes is no other's to know, and what is kept from somebody is no repeat they could find (PL-18).
"""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.directory import Directory, Mailbox
from chalicelib.domain.letter import Kind, MailboxId, Role, Status
from chalicelib.domain.workflow import Move
from chalicelib.ports import Change
from chalicelib.services.import_letters import import_letters
from tests.builders import CENTRE, ROADS, a_contact, rulebook
from tests.functional.test_import_letters import a_file
from tests.functional.world import WRITER, Citizen, World

DUMP = {"subject": "梓门桥镇垃圾场臭味", "body": "梓门桥镇石龙村的垃圾填埋场臭气熏天，苍蝇成群，村民无法开窗。"}
DUMP_AGAIN = {
    "subject": "石龙村臭气扰民",
    "body": "梓门桥石龙村旁边的填埋场天天飘来恶臭，夏天苍蝇多得饭都吃不了，请环保部门来看看。",
}
FEES = {"subject": "育才幼儿园收费问题", "body": "育才幼儿园每学期收取延时费，没有收据，请教育局查一查是否合理。"}
NEIGHBOUR = {"name": "李国强", "phone": "13700001111", "email": "li@mail.test", "address": "石龙村8组"}


@pytest.fixture
def pingliang(world: World) -> World:
    """The county under the rules of Pingliang, which ask for repeats to be recognised."""
    return under_pingliang(world)


def under_pingliang(world: World, **changes: Any) -> World:
    book = rulebook("pingliang-2012").model_copy(update=changes)
    world.rulebooks[book.name] = book
    world.open(rulebook=book)
    return world


@pytest.fixture
def timed(world: World) -> World:
    """As `pingliang`, and the centre has a time limit for its own part, and may forward and keep what comes."""
    more = {Move.FORWARD: (Role.CENTRE,), Move.KEEP_FOR_INFORMATION: (Role.CENTRE,)}
    moves = {**rulebook("pingliang-2012").moves, **more}
    return under_pingliang(world, triage=rulebook("shuangfeng-2018").triage, moves=moves)


def repeats(world: World, citizen: Citizen, contact: str = "clerk") -> list[dict[str, Any]]:
    return list(world.desk(contact).opens(citizen.code)["repeats"])


def accepted(world: World, **fields: Any) -> Citizen:
    citizen = world.send_letter(**fields)
    world.desk("clerk").makes(citizen.code, "accept")
    return citizen


def answered(world: World, answer: str = "已责成清运，十日内完成覆盖。", **fields: Any) -> Citizen:
    citizen = accepted(world, **fields)
    give_answer(world, citizen, answer)
    return citizen


def give_answer(world: World, citizen: Citizen, answer: str = "已责成清运，十日内完成覆盖。") -> None:
    roads = world.desk("roads-handler")
    roads.makes(citizen.code, "claim")
    roads.makes(citizen.code, "answer", body=answer)


def merged(world: World, into: Citizen, sensitivity: str | None = None, **fields: Any) -> Citizen:
    citizen = world.send_letter(**{**DUMP_AGAIN, "writer": NEIGHBOUR, **fields})
    marked = {} if sensitivity is None else {"sensitivity": sensitivity}
    world.desk("clerk").makes(citizen.code, "accept", **marked)
    world.desk("clerk").makes(citizen.code, "link_repeat", to=into.code, merge=True)
    return citizen


# recognised


def test_the_same_matter_in_other_words_by_another_writer_is_shown_to_the_centre(pingliang: World) -> None:
    first = answered(pingliang, **DUMP)
    pingliang.send_letter(**FEES, writer={"phone": "13600000000"})
    again = pingliang.send_letter(**DUMP_AGAIN, writer=NEIGHBOUR)
    (found,) = repeats(pingliang, again)
    assert found["similarity"] >= 0.26
    number = pingliang.file(first.code).letter.number
    assert number is not None
    assert {key: found[key] for key in found if key != "similarity"} == {
        "tracking_code": first.code,
        "number": number,
        "subject": DUMP["subject"],
        "received_at": "2026-11-20T10:00:00+08:00",
        "status": "answered",
        "same_writer": False,
        "answered": True,
    }


def test_another_letter_of_the_same_writer_is_shown_whatever_it_is_about(pingliang: World) -> None:
    first = pingliang.send_letter(**DUMP)
    again = pingliang.send_letter(**FEES, writer={**WRITER, "phone": "+86 139-0738-5566", "email": None})
    (found,) = repeats(pingliang, again)
    assert (found["tracking_code"], found["same_writer"], found["similarity"]) == (first.code, True, None)


def test_the_newest_repeats_come_first_and_later_ones_are_found_from_the_earlier(pingliang: World) -> None:
    codes = []
    for _ in range(12):
        codes.append(pingliang.send_letter(**DUMP))
        pingliang.later(hours=1)
    assert [each["tracking_code"] for each in repeats(pingliang, codes[0])] == [c.code for c in codes[:1:-1]][:10]


def test_a_letter_of_long_ago_is_no_repeat(world: World) -> None:
    rule = rulebook("pingliang-2012").repeats
    assert rule is not None
    under_pingliang(world, repeats=rule.model_copy(update={"within_days": 30}))
    world.send_letter(**DUMP)
    world.later(days=30)
    near = world.send_letter(**DUMP)
    world.later(days=1)
    far = world.send_letter(**DUMP)
    assert len(repeats(world, near)) == 2
    assert [each["tracking_code"] for each in repeats(world, far)] == [near.code]


def test_only_the_centre_is_shown_repeats_and_looking_changes_nothing(pingliang: World) -> None:
    pingliang.send_letter(**DUMP)
    again = pingliang.send_letter(**DUMP)
    clerk, inspector = pingliang.desk("clerk"), pingliang.desk("inspector")
    before = pingliang.everything()
    assert len(clerk.opens(again.code)["repeats"]) == 1
    assert "repeats" not in inspector.opens(again.code).body
    assert "repeats" not in again.looks().body
    assert pingliang.everything() == before


def test_what_is_kept_to_find_repeats_holds_no_words_and_lies_on_no_desk(pingliang: World) -> None:
    letter = pingliang.send_letter(**DUMP)
    file = pingliang.file(letter.code)
    traces = [entry for entry in file.desk if entry.owner.startswith("trace:")]
    assert len(traces) == len(file.letter.traces) == 8
    assert {(entry.subject, entry.number, entry.waits_for) for entry in traces} == {("", None, "trace")}
    told = repr((file.letter.traces, traces))
    assert not any(word in told for word in ("垃圾", "石龙", WRITER["phone"], WRITER["email"]))
    for contact in ("clerk", "inspector", "leader", "roads-handler"):
        assert all(each["waits_for"] != "trace" for each in pingliang.desk(contact).waiting())
    assert pingliang.run("reconcile")


def test_without_the_rule_nothing_is_kept_nor_shown(world: World) -> None:
    for book in ("shuangfeng-2018",):
        assert rulebook(book).repeats is None
    world.send_letter(**DUMP)
    again = world.send_letter(**DUMP)
    assert world.file(again.code).letter.traces == ()
    assert not any(entry.owner.startswith("trace:") for entry in world.file(again.code).desk)
    assert "repeats" not in world.desk("clerk").opens(again.code).body


def test_letters_from_another_platform_are_recognised_by_their_matter_and_their_writers_account(
    pingliang: World,
) -> None:
    rows = [
        {**DUMP, "writer": "UU008363"},
        {**FEES, "writer": "UU008363"},
        {**DUMP_AGAIN, "writer": "匿名网友"},
        {"subject": "教育", "body": "山路难行，孩子上学远。", "writer": "匿名网友"},
    ]
    letters = imported(pingliang, *rows)
    found = {each["tracking_code"]: each for each in repeats(pingliang, letters[0])}
    assert found.keys() == {letters[1].code, letters[2].code}
    assert (found[letters[1].code]["same_writer"], found[letters[1].code]["similarity"]) == (True, None)
    assert (found[letters[2].code]["same_writer"], found[letters[2].code]["similarity"] > 0.26) == (False, True)


def test_an_old_answered_letter_leaves_no_traces_and_one_of_this_year_does(pingliang: World) -> None:
    answer = {"answer": "已清运。", "answered_at": "2026-11-02 10:00:00"}
    old, new = imported(
        pingliang,
        {**DUMP, "written_at": "2024-11-01 10:00:00", **answer},
        {**DUMP, "written_at": "2026-11-01 10:00:00", **answer},
    )
    assert pingliang.file(old.code).letter.traces == ()
    again = pingliang.send_letter(**DUMP_AGAIN)
    (found,) = repeats(pingliang, again)
    assert (found["tracking_code"], found["answered"], found["received_at"]) == (
        new.code,
        True,
        "2026-11-01T10:00:00+08:00",
    )


def imported(world: World, *rows: dict[str, str]) -> list[Citizen]:
    """Letters from a file, in its order; nobody has their query codes."""
    import_letters(world.installation, a_file(*rows), "upstream", Kind.COMPLAINT, lambda _done, _rows: None)
    letters = sorted(world.letters.letters(), key=lambda each: each.source_number or "")
    return [Citizen(world, each.id, "", None) for each in letters]  # type: ignore[arg-type]


# PL-18


def test_a_letter_about_the_centre_is_never_shown_to_it_as_a_repeat(pingliang: World) -> None:
    about_centre = pingliang.send_letter(**DUMP, kind="accusation", about=[{"unit": "centre"}])
    again = pingliang.send_letter(**DUMP)
    assert repeats(pingliang, again) == []
    (found,) = pingliang.desk("inspector").opens(about_centre.code)["repeats"]
    assert found["tracking_code"] == again.code


def test_that_an_accuser_wrote_another_letter_is_told_to_nobody_who_may_not_know_the_accuser(
    pingliang: World,
) -> None:
    """The clerk meets the accusation in another office's box as an inspector only."""
    box = Mailbox(MailboxId("roads-box"), "roads box", ROADS)
    staff = [
        a_contact("clerk", CENTRE, Role.CENTRE, Role.INSPECTOR),
        a_contact("roads-centre", ROADS, Role.CENTRE),
    ]
    pingliang.people(Directory.of([], staff, [box]))
    signed = {**FEES, "subject": f"{WRITER['name']}：{FEES['subject']}"}
    accusation = pingliang.send_letter(**signed, kind="accusation", mailbox="roads-box", about=[{"unit": "water"}])
    again = pingliang.send_letter(**DUMP)
    assert pingliang.desk("clerk").opens(accusation.code).status == 200
    assert repeats(pingliang, again) == []
    alike = pingliang.send_letter(**FEES)
    found = next(each for each in repeats(pingliang, alike) if each["tracking_code"] == accusation.code)
    assert (found["same_writer"], found["similarity"] > 0.8) == (False, True)
    assert WRITER["name"] not in found["subject"]
    assert FEES["subject"] in found["subject"]


@pytest.mark.parametrize("merge", [False, True])
def test_linking_to_a_letter_that_is_not_the_movers_to_see_is_as_linking_to_none(pingliang: World, merge: bool) -> None:
    about_centre = pingliang.send_letter(**DUMP, kind="accusation", about=[{"unit": "centre"}])
    again = accepted(pingliang, **DUMP)
    clerk = pingliang.desk("clerk")
    before = pingliang.everything()
    said = [
        clerk.tries(again.code, "link_repeat", to=code, merge=merge) for code in (about_centre.code, "no-such-letter")
    ]
    assert said[0].status == said[1].status == 422
    assert said[0].fields() == ["to"]
    assert said[0].raw == said[1].raw
    assert pingliang.everything() == before


def test_a_clerk_who_meets_the_other_letter_as_an_inspector_only_cannot_link_to_it(pingliang: World) -> None:
    box = Mailbox(MailboxId("roads-box"), "roads box", ROADS)
    staff = [a_contact("clerk", CENTRE, Role.CENTRE, Role.INSPECTOR), a_contact("roads-centre", ROADS, Role.CENTRE)]
    pingliang.people(Directory.of([], staff, [box]))
    theirs = pingliang.send_letter(**DUMP, mailbox="roads-box")
    again = accepted(pingliang, **DUMP)
    clerk = pingliang.desk("clerk")
    assert clerk.opens(theirs.code).status == 200
    assert clerk.tries(again.code, "link_repeat", to=theirs.code).status == 422


def test_which_letter_it_repeats_is_shown_only_to_those_who_may_see_that_one(pingliang: World) -> None:
    first = answered(pingliang, **DUMP)
    again = accepted(pingliang, **DUMP_AGAIN, writer=NEIGHBOUR)
    pingliang.desk("clerk").makes(again.code, "link_repeat", to=first.code)
    number = pingliang.file(first.code).letter.number
    shown = {"tracking_code": first.code, "number": number}
    assert pingliang.desk("clerk").opens(again.code)["repeat_of"] == shown
    water = pingliang.desk("water-handler")
    water.makes(again.code, "claim")
    seen = water.opens(again.code)
    assert seen.status == 200
    assert "repeat_of" not in seen.body
    assert first.code not in seen.raw
    assert first.code not in again.looks().raw
    assert str(number) not in again.looks().raw


# linked and counted


def test_a_repeat_after_an_answer_counts_against_the_unit_that_gave_it(pingliang: World) -> None:
    first = answered(pingliang, **DUMP)
    again = accepted(pingliang, **DUMP)
    pingliang.desk("clerk").makes(again.code, "link_repeat", to=first.code)
    event = pingliang.file(again.code).events[-1]
    facts = {key: event.facts.get(key) for key in ("repeat_of", "after_answer", "unit")}
    assert facts == {"repeat_of": first.code, "after_answer": True, "unit": "roads"}
    assert WRITER["phone"] not in json.dumps(event.facts)


def test_a_repeat_before_any_answer_counts_against_nobody(pingliang: World) -> None:
    first = accepted(pingliang, **DUMP)
    pingliang.desk("roads-handler").makes(first.code, "claim")
    again = accepted(pingliang, **DUMP)
    pingliang.desk("clerk").makes(again.code, "link_repeat", to=first.code)
    facts = pingliang.file(again.code).events[-1].facts
    assert facts["after_answer"] is False
    assert "unit" not in facts


def test_a_recognised_letter_may_be_named_by_its_number_too(pingliang: World) -> None:
    first, unlike = accepted(pingliang, **DUMP), accepted(pingliang, **FEES, writer={"phone": "13600000000"})
    again = accepted(pingliang, **DUMP_AGAIN, writer=NEIGHBOUR)
    clerk = pingliang.desk("clerk")
    numbers = [pingliang.file(each.code).letter.number for each in (first, unlike)]
    assert clerk.tries(again.code, "link_repeat", to=numbers[1]).status == 422
    clerk.makes(again.code, "link_repeat", to=numbers[0])
    assert pingliang.file(again.code).letter.repeat_of == first.code


def test_a_letter_is_linked_once_and_never_to_itself_or_in_a_circle(pingliang: World) -> None:
    first, again = accepted(pingliang, **DUMP), accepted(pingliang, **DUMP)
    clerk = pingliang.desk("clerk")
    assert clerk.tries(again.code, "link_repeat", to=again.code).status == 422
    clerk.makes(again.code, "link_repeat", to=first.code)
    assert clerk.tries(again.code, "link_repeat", to=first.code).status == 403
    assert clerk.tries(first.code, "link_repeat", to=again.code).status == 422


@pytest.mark.parametrize("contact", ["inspector", "leader", "roads-handler", "roads-head"])
def test_only_the_centre_links(pingliang: World, contact: str) -> None:
    first, again = accepted(pingliang, **DUMP), accepted(pingliang, **DUMP)
    pingliang.desk("roads-handler").makes(again.code, "claim")
    assert pingliang.desk(contact).tries(again.code, "link_repeat", to=first.code).status == 403


# merged


def test_a_merged_letters_writer_is_told_and_sees_the_answer_to_the_other_without_who_wrote_it(
    pingliang: World,
) -> None:
    first = accepted(pingliang, **DUMP)
    again = merged(pingliang, first)
    pingliang.post_goes_out()
    assert "合并" in pingliang.mailer.to(NEIGHBOUR["email"])[-1].text
    assert again.looks()["status"] == "merged"
    assert not [each for each in again.looks()["clocks"] if each["state"] == "running"]
    assert again.looks()["answers"] == []
    heard = len(pingliang.mailer.to(NEIGHBOUR["email"]))

    pingliang.later(days=3)
    seen = f"来信（{WRITER['phone']}，{WRITER['address']}）收悉"
    answer = f"张晓明同志：{seen}。张先生反映属实，已覆盖。电话0933-8211234。"
    give_answer(pingliang, first, answer)
    pingliang.post_goes_out()
    mails = pingliang.mailer.to(NEIGHBOUR["email"])[heard:]
    assert len(mails) == 1
    assert again.code in mails[0].text
    assert first.code not in mails[0].text
    shown = again.looks()
    (body,) = [each["body"] for each in shown["answers"]]
    assert "反映属实，已覆盖" in body
    assert not any(told in body for told in ("张晓明", "张先生", WRITER["phone"], WRITER["address"]))
    assert first.code not in shown.raw
    assert shown["answers"][0]["unit"] == "unit roads"


def test_an_answer_that_waits_for_a_signature_is_not_shown_to_the_merged_letters_writer_either(
    pingliang: World,
) -> None:
    """A message from the governor's board passes the inspectors' review before it is given (PL-14)."""
    first = accepted(pingliang, **DUMP)
    again = merged(pingliang, first)
    file = pingliang.letters._folders[pingliang.file(first.code).letter.id]
    give_answer(pingliang, first)
    answer = file.letter.text_count
    assert len(again.looks()["answers"]) == 1
    file.letter = replace(file.letter, unreleased=(f"T#{answer:03d}",))
    assert again.looks()["answers"] == []


def test_the_merged_letters_writer_reads_when_and_in_whose_name_the_answer_was_given(pingliang: World) -> None:
    """A governor's message: the unit's draft is reviewed and signed days later, and given by the centre (PL-14)."""
    clerk = pingliang.desk("clerk")
    entered = clerk.call("POST", "/desk/letters", {**DUMP, "kind": "complaint", "source": "renmin_mayor"})
    first, query_code = entered["tracking_code"], entered["query_code"]
    clerk.makes(first, "accept")
    clerk.makes(first, "assign", units=["roads"])
    again = accepted(pingliang, **DUMP_AGAIN, writer=NEIGHBOUR)
    clerk.makes(again.code, "link_repeat", to=first, merge=True)
    pingliang.desk("roads-handler").makes(first, "answer", body="已清运。")
    pingliang.at("2026-11-24T10:00")
    pingliang.desk("inspector").makes(first, "approve", step="inspectors_review")
    assert again.looks()["answers"] == []
    pingliang.desk("clerk").makes(first, "approve", step="information_office")
    (own,) = pingliang.call("GET", f"/letters/{first}", headers={"Query-Code": query_code})["answers"]
    assert (own["at"], own["given_by"]) == ("2026-11-24T10:00:00+08:00", "centre")
    assert again.looks()["answers"] == [own]
    assert first not in again.looks().raw


def test_letters_merged_one_into_the_next_all_get_the_answer(pingliang: World) -> None:
    first, second = accepted(pingliang, **DUMP), accepted(pingliang, **DUMP, writer={"email": "second@mail.test"})
    third = merged(pingliang, second)
    pingliang.desk("clerk").makes(second.code, "link_repeat", to=first.code, merge=True)
    give_answer(pingliang, first)
    pingliang.post_goes_out()
    for citizen, email in ((second, "second@mail.test"), (third, NEIGHBOUR["email"])):
        assert [each["body"] for each in citizen.looks()["answers"]] == ["已责成清运，十日内完成覆盖。"]
        assert "答复" in pingliang.mailer.to(email)[-1].text


@pytest.mark.parametrize(
    ("fields", "other"),
    [
        ({"kind": "accusation"}, {}),
        ({"keep_confidential": True}, {}),
        ({"about": [{"unit": "roads"}]}, {}),
        ({}, {"keep_confidential": True}),
        ({}, {"about": [{"unit": "water"}]}),
    ],
)
def test_what_hides_its_writer_is_merged_with_nothing(
    pingliang: World, fields: dict[str, Any], other: dict[str, Any]
) -> None:
    first, again = accepted(pingliang, **DUMP, **other), accepted(pingliang, **DUMP, **fields)
    clerk = pingliang.desk("clerk")
    before = pingliang.everything()
    refused = clerk.tries(again.code, "link_repeat", to=first.code, merge=True)
    assert (refused.status, refused.fields()) == (422, ["merge"])
    assert pingliang.everything() == before
    clerk.makes(again.code, "link_repeat", to=first.code)


def test_nothing_is_merged_into_a_letter_that_is_answered(pingliang: World) -> None:
    first, again = answered(pingliang, **DUMP), accepted(pingliang, **DUMP)
    refused = pingliang.desk("clerk").tries(again.code, "link_repeat", to=first.code, merge=True)
    assert (refused.status, refused.fields()) == (422, ["merge"])


def alone_again(world: World, citizen: Citizen, other: Citizen) -> None:
    """The merged letter waits at the centre in its time limit, and both sides have heard it."""
    shown = citizen.looks()
    assert (shown["status"], shown["answers"]) == ("accepted", [])
    assert [each["name"] for each in shown["clocks"] if each["state"] == "running"] == ["triage"]
    (waiting,) = (each for each in world.desk("clerk").waiting() if each["tracking_code"] == citizen.code)
    assert waiting["waits_for"] == "assign"
    world.later(hours=1)
    world.post_goes_out()
    told = world.mailer.to(NEIGHBOUR["email"])[-1]
    assert "恢复单独办理" in told.text
    assert any(citizen.code in mail.subject + mail.text for mail in world.mails_to("clerk"))
    assert not any(each in told.subject + told.text + shown.raw for each in (other.code, "已有答复"))


@pytest.mark.parametrize(
    ("move", "fields"),
    [
        ("withdraw", {}),
        ("decline", {"ground": "not_a_public_matter"}),
        ("keep_for_information", {}),
        ("forward", {"unit": "water", "note": "请阅处"}),
        ("classify", {"about": ["water"]}),
    ],
)
def test_when_the_other_letter_will_not_be_answered_the_merged_one_is_the_centres_again(
    timed: World, move: str, fields: dict[str, Any]
) -> None:
    first = accepted(timed, **DUMP)
    again = merged(timed, first)
    if move == "withdraw":
        assert first.does("withdraw").status == 200
    else:
        timed.desk("clerk").makes(first.code, move, **fields)
    alone_again(timed, again, first)
    assert not timed.run("reconcile").count
    timed.desk("clerk").makes(again.code, "assign", units=["roads"])
    timed.desk("roads-handler").makes(again.code, "answer", body="已清运。")
    assert [each["body"] for each in again.looks()["answers"]] == ["已清运。"]


def test_writers_merged_into_a_letter_that_turns_into_an_accusation_hear_of_no_answer_to_it(timed: World) -> None:
    first = accepted(timed, **DUMP)
    again = merged(timed, first)
    timed.desk("clerk").makes(first.code, "assign", units=["roads"])
    timed.desk("clerk").makes(first.code, "classify", about=["water"])
    timed.desk("roads-handler").makes(first.code, "answer", body="已查处。")
    alone_again(timed, again, first)
    assert not any("已有答复" in mail.subject + mail.text for mail in timed.mailer.to(NEIGHBOUR["email"]))


def test_of_letters_merged_one_into_the_next_only_the_one_whose_other_is_lost_goes_on_alone(timed: World) -> None:
    first, second = accepted(timed, **DUMP), accepted(timed, **DUMP, writer={"email": "second@mail.test"})
    third = merged(timed, second)
    timed.desk("clerk").makes(second.code, "link_repeat", to=first.code, merge=True)
    assert first.does("withdraw").status == 200
    assert (second.looks()["status"], third.looks()["status"]) == ("accepted", "merged")
    give_answer(timed, second)
    timed.post_goes_out()
    assert len(third.looks()["answers"]) == 1
    assert "答复" in timed.mailer.to(NEIGHBOUR["email"])[-1].text


def test_a_forwarded_letter_that_is_answered_there_answers_the_merged_ones_too(timed: World) -> None:
    first = accepted(timed, **DUMP)
    again = merged(timed, first)
    timed.desk("clerk").makes(first.code, "forward", unit="water", ask_answer=True, note="请答复")
    assert again.looks()["status"] == "merged"
    timed.desk("water-handler").makes(first.code, "answer", body="已清运。")
    assert [each["body"] for each in again.looks()["answers"]] == ["已清运。"]
    assert not timed.run("reconcile").count
    assert again.looks()["status"] == "merged"


class Dying:
    """A port that is cut off for a while: what is called once a move is written never happens."""

    def __init__(self, port: Any, *calls: str) -> None:
        self._port, self._calls, self.dead = port, calls, True

    def __getattr__(self, name: str) -> Any:
        if self.dead and name in self._calls:
            raise ConnectionError(name)
        return getattr(self._port, name)


def test_a_letter_left_merged_by_a_function_that_was_ended_half_way_is_found_by_reconcile(timed: World) -> None:
    first = accepted(timed, **DUMP)
    again = merged(timed, first)
    dying = Dying(timed.letters, "desk")
    timed.open(letters=dying)
    assert first.does("withdraw").status == 500
    assert (first.looks()["status"], again.looks()["status"]) == ("withdrawn", "merged")
    dying.dead = False
    assert timed.run("reconcile").left_merged == (again.code,)
    alone_again(timed, again, first)
    assert not timed.run("reconcile").count


def test_nobody_hears_of_an_answer_they_may_not_read_even_before_reconcile_has_come(timed: World) -> None:
    first = accepted(timed, **DUMP)
    again = merged(timed, first)
    timed.desk("clerk").makes(first.code, "assign", units=["roads"])
    dying = Dying(timed.letters, "desk")
    timed.open(letters=dying)
    assert timed.desk("clerk").tries(first.code, "classify", about=["water"]).status == 500
    assert again.looks()["status"] == "merged"
    dying.dead = False
    timed.desk("roads-handler").makes(first.code, "answer", body="已查处。")
    timed.post_goes_out()
    assert not any("已有答复" in mail.subject + mail.text for mail in timed.mailer.to(NEIGHBOUR["email"]))


def test_letters_merged_into_each_other_before_that_was_refused_are_found_by_reconcile(timed: World) -> None:
    first = accepted(timed, **DUMP)
    again = merged(timed, first)
    folder = timed.letters._folders[timed.file(first.code).letter.id]
    folder.letter = replace(folder.letter, status=Status.MERGED, repeat_of=timed.file(again.code).letter.id)
    assert timed.run("reconcile").left_merged
    assert sorted([first.looks()["status"], again.looks()["status"]]) == ["accepted", "merged"]


def test_the_writer_of_a_merged_letter_may_ask_for_it_to_be_handled_on_its_own(timed: World) -> None:
    first = accepted(timed, **DUMP)
    again = merged(timed, first)
    assert "reopen" in again.looks().moves()
    assert again.does("reopen", reason="我说的是另一处填埋场。").status == 200
    shown = again.looks()
    assert shown["status"] == "accepted"
    assert [each["name"] for each in shown["clocks"] if each["state"] == "running"] == ["triage"]
    assert timed.file(again.code).letter.repeat_of == first.code
    give_answer(timed, first)
    assert again.looks()["answers"] == []


def test_a_letter_merged_before_it_was_accepted_is_received_again(timed: World) -> None:
    first, again = accepted(timed, **DUMP), timed.send_letter(**DUMP_AGAIN, writer=NEIGHBOUR)
    clerk = timed.desk("clerk")
    clerk.makes(again.code, "link_repeat", to=first.code, merge=True)
    assert "assign" not in clerk.opens(again.code).moves()
    assert first.does("withdraw").status == 200
    assert again.looks()["status"] == "received"
    assert [each["waits_for"] for each in clerk.waiting() if each["tracking_code"] == again.code] == ["triage"]
    clerk.makes(again.code, "accept")


def test_a_letter_merged_before_it_was_accepted_is_received_again_when_its_writer_asks(timed: World) -> None:
    first, again = accepted(timed, **DUMP), timed.send_letter(**DUMP_AGAIN, writer=NEIGHBOUR)
    clerk = timed.desk("clerk")
    clerk.makes(again.code, "link_repeat", to=first.code, merge=True)
    assert again.does("reopen", reason="是另一处填埋场。").status == 200
    assert again.looks()["status"] == "received"
    clerk.makes(again.code, "accept")
    assert again.looks()["number"]


@pytest.mark.parametrize("accepted_before", [True, False])
def test_the_centre_takes_a_letter_out_of_the_one_it_was_merged_into(timed: World, accepted_before: bool) -> None:
    first, again = accepted(timed, **DUMP), timed.send_letter(**DUMP_AGAIN, writer=NEIGHBOUR)
    clerk = timed.desk("clerk")
    if accepted_before:
        clerk.makes(again.code, "accept")
        clerk.makes(again.code, "assign", units=["roads"])
    clerk.makes(again.code, "link_repeat", to=first.code, merge=True)
    assert [move in clerk.opens(again.code).moves() for move in ("accept", "assign")] == [
        not accepted_before,
        accepted_before,
    ]
    if not accepted_before:
        clerk.makes(again.code, "accept")
        assert [each["name"] for each in again.looks()["clocks"] if each["state"] == "running"] == ["triage"]
    timed.post_goes_out()
    before = len(timed.mails_to("roads-handler"))
    assert timed.desk("roads-handler").waiting() == []
    clerk.makes(again.code, "assign", units=["roads"])
    timed.post_goes_out()
    assert any("来信待办" in mail.subject for mail in timed.mails_to("roads-handler")[before:])
    assert {each["name"] for each in again.looks()["clocks"] if each["state"] == "running"} >= {"handle"}
    timed.later(hours=1)
    timed.post_goes_out()
    assert "恢复单独办理" in timed.mailer.to(NEIGHBOUR["email"])[-1].text
    timed.desk("roads-handler").makes(again.code, "answer", body="已清运。")
    assert len(again.looks()["answers"]) == 1
    assert not timed.run("reconcile").count


def test_a_merged_letter_that_turns_out_to_be_about_somebody_goes_its_own_way(timed: World) -> None:
    first = accepted(timed, **DUMP)
    again = merged(timed, first)
    timed.desk("clerk").makes(again.code, "classify", about=["water"])
    alone_again(timed, again, first)


def test_what_is_only_corrected_about_a_merged_letter_leaves_it_merged(timed: World) -> None:
    again = merged(timed, accepted(timed, **DUMP), sensitivity="important")
    timed.desk("clerk").makes(again.code, "classify", sensitivity="general")
    assert again.looks()["status"] == "merged"
    assert not [each for each in again.looks()["clocks"] if each["state"] == "running"]


def crowd(world: World, into: Citizen, many: int) -> list[str]:
    """So many writers' letters merged into one; their addresses."""
    addresses = [f"w{number}@mail.test" for number in range(many)]
    for address in addresses:
        again = accepted(world, **FEES, writer={"email": address, "phone": "13600000000"})
        world.desk("clerk").makes(again.code, "link_repeat", to=into.code, merge=True)
    return addresses


def told_of_answer(world: World, addresses: list[str]) -> list[int]:
    """How many mails on an answer each has."""
    world.later(hours=1)
    world.post_goes_out()
    return [sum("已有答复" in mail.subject + mail.text for mail in world.mailer.to(each)) for each in addresses]


def test_each_of_more_merged_writers_than_a_write_holds_messages_hears_of_the_answer_once(timed: World) -> None:
    first = accepted(timed, **DUMP)
    addresses = crowd(timed, first, 55)
    told_of_answer(timed, addresses)
    give_answer(timed, first)
    assert told_of_answer(timed, addresses) == [1] * 55


def test_writers_who_were_not_told_because_a_function_was_ended_half_way_hear_of_it_by_reconcile(
    timed: World,
) -> None:
    first = accepted(timed, **DUMP)
    addresses = crowd(timed, first, 55)
    told_of_answer(timed, addresses)
    timed.desk("roads-handler").makes(first.code, "claim")
    dying = Dying(timed.outbox, "add")
    timed.open(outbox=dying)
    assert timed.desk("roads-handler").tries(first.code, "answer", body="已清运。").status == 500
    assert first.looks()["status"] == "answered"
    dying.dead = False
    assert 0 in told_of_answer(timed, addresses)
    assert not timed.run("reconcile").left_merged
    assert told_of_answer(timed, addresses) == [1] * 55
    assert not timed.run("reconcile").left_merged
    assert told_of_answer(timed, addresses) == [1] * 55


class Meanwhile:
    """The letter store; just before the first write, somebody else does something."""

    def __init__(self, world: World, does: Callable[[], object]) -> None:
        self._store, self._does = world.letters, does
        self._waits = True

    def commit(self, change: Change) -> None:
        """See LetterStore."""
        if self._waits:
            self._waits = False
            self._does()
        self._store.commit(change)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


def test_of_two_letters_merged_into_each_other_at_once_one_stays_to_be_answered(pingliang: World) -> None:
    first, again = accepted(pingliang, **DUMP), accepted(pingliang, **DUMP_AGAIN)
    clerk = pingliang.desk("clerk")
    other_way = Meanwhile(pingliang, lambda: clerk.makes(again.code, "link_repeat", to=first.code, merge=True))
    pingliang.open(letters=other_way)
    refused = clerk.tries(first.code, "link_repeat", to=again.code, merge=True)
    assert (refused.status, refused.fields()) == (422, ["to"])
    assert (first.looks()["status"], again.looks()["status"]) == ("accepted", "merged")


@pytest.mark.parametrize("ends", ["withdraw", "about"])
def test_nothing_is_merged_into_a_letter_that_ends_in_that_moment(pingliang: World, ends: str) -> None:
    first, again = accepted(pingliang, **DUMP), accepted(pingliang, **DUMP_AGAIN)
    clerk = pingliang.desk("clerk")
    meanwhile = {
        "withdraw": lambda: first.does("withdraw"),
        "about": lambda: clerk.makes(first.code, "classify", about=["water"]),
    }
    pingliang.open(letters=Meanwhile(pingliang, meanwhile[ends]))
    refused = clerk.tries(again.code, "link_repeat", to=first.code, merge=True)
    assert (refused.status, refused.fields()) == (422, ["merge"])
    assert again.looks()["status"] == "accepted"
