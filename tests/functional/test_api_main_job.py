"""The main job over HTTP, under the Shuangfeng rulebook: from the web form to the rating."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from chalicelib.domain.directory import Unit
from chalicelib.domain.letter import ContactId, DeskEntry, LetterId, UnitId
from chalicelib.domain.messages import MessageState
from chalicelib.ports import RefusedError
from tests.builders import CENTRE, a_message
from tests.functional.world import World, answered, assigned


def test_a_letter_gets_its_triage_limit_with_a_receipt_of_every_day(world: World) -> None:
    receipt = world.send_letter().receipt
    clock = receipt.clock("triage")
    assert receipt["status"] == "received"
    assert receipt["received_at"] == "2026-11-20T10:00:00+08:00"
    assert (clock["due_on"], clock["clause"], clock["state"]) == ("2026-11-24", "SF-2.1", "running")
    assert clock["limit"] == {"number": 2, "counted_in": "working_days"}
    assert [(day["date"], day["counted"]) for day in clock["days"]] == [
        ("2026-11-20", False),
        ("2026-11-21", False),
        ("2026-11-22", False),
        ("2026-11-23", True),
        ("2026-11-24", True),
    ]


def test_from_the_web_form_to_the_rating(world: World) -> None:
    """SF-2.1, SF-3.3.3, SF-3.2: triage, two days to answer, an extension after contact, an answer, a rating."""
    citizen = world.send_letter()
    clerk = world.desk("clerk")
    assert [each["tracking_code"] for each in clerk.waiting()] == [citizen.code]

    world.at("2026-11-23 09:30")
    assert clerk.makes(citizen.code, "accept")["number"] == "信箱〔2026〕0001号"
    assert clerk.makes(citizen.code, "assign", units=["roads"]).clock("handle")["due_on"] == "2026-11-25"
    assert clerk.waiting() == []

    handler = world.desk("roads-handler")
    assert handler.waiting()[0]["due_on"] == "2026-11-25"
    asked: dict[str, Any] = {"reason": "须开挖检查电缆", "working_days": 5}
    assert handler.tries(citizen.code, "request_extension", **asked)["reason"] == "contact_writer_first"
    handler.makes(citizen.code, "contact_writer", note="已电话联系来信人")
    handler.makes(citizen.code, "request_extension", **asked)
    assert clerk.waiting()[0]["waits_for"] == "decide_extension"
    granted = clerk.makes(citizen.code, "grant_extension").clock("handle")
    assert (granted["due_on"], granted["granted"]) == ("2026-12-02", 5)

    world.at("2026-12-02 23:59")
    handler.makes(citizen.code, "answer", body="电缆已更换，路灯已恢复。", channel="web")
    seen = citizen.looks()
    assert seen.clock("handle")["state"] == "met"
    assert [(each["unit"], each["body"]) for each in seen["answers"]] == [("unit roads", "电缆已更换，路灯已恢复。")]
    assert [each["move"] for each in seen["timeline"]] == [
        "receive",
        "accept",
        "assign",
        "contact_writer",
        "request_extension",
        "grant_extension",
        "answer",
    ]
    assert seen["timeline"][5]["text"] == "同意unit roads延期 5 个工作日，答复时限至 2026年12月2日"
    assert citizen.does("rate", score=5, comment="谢谢")["rating"] == 5
    clerk.makes(citizen.code, "approve")
    assert citizen.looks()["status"] == "closed"
    assert "rate" not in citizen.looks().moves()


def test_an_answer_one_second_after_midnight_is_late(world: World) -> None:
    citizen = assigned(world)
    world.at("2026-11-25 00:00")
    world.desk("roads-handler").makes(citizen.code, "answer", body="已修好。")
    clock = citizen.looks().clock("handle")
    assert (clock["due_on"], clock["state"], clock["overdue_days"]) == ("2026-11-24", "breached", 1)


def test_a_unit_returns_what_is_not_its_own_and_the_centre_assigns_it_again(world: World) -> None:
    citizen = assigned(world, "water")
    returned = world.desk("water-handler").makes(citizen.code, "return", reason="路灯由道路部门管理")
    assert (returned["status"], returned.moves()) == ("accepted", [])
    assert world.desk("clerk").waiting()[0]["waits_for"] == "assign"
    world.desk("clerk").makes(citizen.code, "assign", units=["roads"])
    assert [each["tracking_code"] for each in world.desk("roads-handler").waiting()] == [citizen.code]


def test_a_declined_letter_tells_its_writer_the_ground_and_clause(world: World) -> None:
    citizen = world.send_letter()
    world.desk("clerk").makes(citizen.code, "decline", ground="not_a_public_matter", note="商业广告。")
    seen = citizen.looks()
    assert seen["declined"] == {"ground": "not_a_public_matter", "text": "广告、邀请函或私人信件", "clause": "SF-2.3"}
    assert "商业广告。" in [each["body"] for each in seen["texts"]]
    assert seen["timeline"][-1]["text"] == "不予受理：广告、邀请函或私人信件"


def test_an_answer_sent_back_is_done_again_within_its_own_limit(world: World) -> None:
    citizen = answered(world)
    redo = world.desk("clerk").makes(citizen.code, "send_back", reasons="没有说明何时修好")
    assert redo.clock("redo")["due_on"] == "2026-11-25"
    world.desk("roads-handler").makes(citizen.code, "answer", body="二十五日前修好。")
    assert citizen.looks().clock("redo")["state"] == "met"


def test_a_reopened_letter_goes_back_to_the_centre(world: World) -> None:
    citizen = answered(world)
    assert citizen.does("reopen", reason="灯又灭了")["status"] == "accepted"
    assert world.desk("clerk").waiting()[0]["waits_for"] == "assign"


def test_what_the_writer_adds_is_read_by_the_unit_and_never_mailed(world: World) -> None:
    citizen = assigned(world)
    citizen.does("supplement", body="补充：第十七号灯杆倾斜。")
    handler = world.desk("roads-handler")
    assert "补充：第十七号灯杆倾斜。" in [each["body"] for each in handler.opens(citizen.code)["texts"]]
    assert not any("灯杆" in mail.text or "灯杆" in mail.subject for mail in world.mailer.sent)


def test_joining_units_add_their_part_and_the_lead_answers(world: World) -> None:
    citizen = assigned(world, "roads", "water")
    world.desk("water-handler").makes(citizen.code, "answer", body="与水管无关。")
    assert citizen.looks()["answers"] == []
    assert "unit water提交了协办意见" in [each["text"] for each in citizen.looks()["timeline"]]
    world.desk("roads-handler").makes(citizen.code, "answer", body="已修好。")
    assert [each["body"] for each in citizen.looks()["answers"]] == ["已修好。"]


def test_internal_notes_stay_inside(world: World) -> None:
    citizen = world.send_letter()
    clerk = world.desk("clerk")
    clerk.makes(citizen.code, "accept")
    clerk.makes(citizen.code, "assign", units=["roads"], note="内部：请核对预算")
    world.desk("leader").makes(citizen.code, "instruct", text="内部：本周办结")
    assert "内部" not in citizen.looks().raw
    bodies = [each["body"] for each in world.desk("roads-handler").opens(citizen.code)["texts"]]
    assert {"内部：请核对预算", "内部：本周办结"} <= set(bodies)


def test_a_person_named_within_the_unit_has_it_on_the_desk(world: World) -> None:
    """SF-3.3.1: a named handler."""
    citizen = assigned(world)
    head = world.desk("roads-head")
    offered = head.opens(citizen.code).form("sub_assign")["contact"]["oneOf"]
    assert {each["const"] for each in offered} == {"roads-handler", "roads-deputy-head", "roads-head"}
    head.makes(citizen.code, "sub_assign", contact="roads-deputy-head")
    assert [each["tracking_code"] for each in world.desk("roads-deputy-head").waiting()] == [citizen.code]
    (left_to_colleague,) = world.desk("roads-handler").waiting()
    assert left_to_colleague["waits_for"] == "with_colleague"
    assert world.desk("roads-deputy-head").waiting()[0]["waits_for"] == "answer"


EFFICIENCY = "refer_to_efficiency_office"


def test_every_move_offered_has_a_form_that_can_be_sent(world: World) -> None:
    """The forms carry titles and choices; the server takes what they describe."""
    citizen = world.send_letter()
    seen = world.desk("clerk").opens(citizen.code)
    assert seen.moves() == ["accept", "decline", "keep_for_information", "classify", "urge", EFFICIENCY]
    grounds = [each["const"] for each in seen.form("decline")["ground"]["oneOf"]]
    assert len(grounds) == 6
    assert all(each["title"] and each["schema"]["type"] == "object" for each in seen["moves"])
    assert world.desk("clerk").tries(citizen.code, "decline", ground=grounds[3]).status == 200


def test_a_message_that_never_got_through_lies_on_the_centres_desk(world: World) -> None:
    """Nothing owed is lost: after the last try a person has to reach the writer another way."""
    world.mailer.failing["zhang@example.test"] = RefusedError("no such mailbox")
    citizen = world.send_letter(writer={"email": "zhang@example.test"})
    world.post_goes_out()
    seen = world.desk("clerk").call("GET", "/desk").body
    assert [(each["tracking_code"], each["to"], each["channel"], each["state"]) for each in seen["undelivered"]] == [
        (citizen.code, "writer", "email", "failed")
    ]
    assert world.desk("roads-handler").call("GET", "/desk").body["undelivered"] == []


def test_whoever_was_reached_another_way_leaves_the_list(world: World) -> None:
    """Only the centre it lies with may say so; a second time, and a message that is none, are not found."""
    world.mailer.failing["zhang@example.test"] = RefusedError("no such mailbox")
    world.send_letter(writer={"email": "zhang@example.test"})
    clerk = world.desk("clerk")
    (message,) = clerk.call("GET", "/desk").body["undelivered"]
    seen = f"/desk/messages/{message['id']}/seen"
    assert world.desk("roads-handler").call("POST", seen, {}).refused() == (404, "not_found")
    assert world.desk("inspector").call("POST", seen, {}).refused() == (404, "not_found")
    said = clerk.call("POST", seen, {})
    assert (said.status, said["undelivered"]) == (200, [])
    assert clerk.call("GET", "/desk").body["undelivered"] == []
    assert clerk.call("POST", seen, {}).refused() == (404, "not_found")
    assert [m.note for m in world.outbox.messages.values() if m.id == message["id"]] == ["seen_to"]
    world.post_goes_out()
    assert world.mailer.to("zhang@example.test") == []


def test_many_undelivered_messages_show_the_newest_fifty_without_reading_a_letter(world: World) -> None:
    citizen = world.send_letter()
    clerk = world.desk("clerk")
    for number in range(120):
        at = world.time.at + timedelta(minutes=number)
        letter = LetterId(citizen.code)
        lost = a_message(f"m{number:03d}", letter=letter, created_at=at, state=MessageState.FAILED, centre=CENTRE)
        world.outbox.add(lost)

    class Unread:
        """Letters that may be listed but not opened."""

        def desk(self, owners: Sequence[str]) -> Sequence[DeskEntry]:
            entries: Sequence[DeskEntry] = world.letters.desk(owners)
            return entries

    world.open(letters=Unread())
    listed = clerk.call("GET", "/desk").body["undelivered"]
    assert [each["id"] for each in listed] == [f"m{number:03d}" for number in range(119, 69, -1)]


def test_a_message_about_no_letter_that_never_got_through_is_shown_too(world: World) -> None:
    """A link that somebody asked for: without it they sit before a closed door."""
    world.mailer.failing[world.contact("roads-head").email] = RefusedError("no such mailbox")
    world.call("POST", "/desk/links", {"email": world.contact("roads-head").email})
    world.post_goes_out()
    (message,) = world.desk("clerk").call("GET", "/desk").body["undelivered"]
    assert (message["tracking_code"], message["to"], message["template"]) == (None, "roads-head", "desk_link")


def test_what_was_not_delivered_of_a_letter_about_the_centre_lies_with_the_inspectors(world: World) -> None:
    world.mailer.failing["zhang@example.test"] = RefusedError("no such mailbox")
    citizen = world.send_letter(about=[{"unit": "centre"}], writer={"email": "zhang@example.test"})
    world.post_goes_out()
    assert world.desk("clerk").call("GET", "/desk").body["undelivered"] == []
    (message,) = world.desk("inspector").call("GET", "/desk").body["undelivered"]
    assert message["tracking_code"] == citizen.code


def test_somebody_who_was_disabled_is_not_offered_and_not_taken_as_handler(world: World) -> None:
    citizen = assigned(world)
    directory = world.registry.directory()
    world.registry.put([], [replace(directory.contacts[ContactId("roads-deputy-head")], active=False)], [])
    head = world.desk("roads-head")
    offered = [each["const"] for each in head.opens(citizen.code).form("sub_assign")["contact"]["oneOf"]]
    assert offered == ["roads-handler", "roads-head"]
    assert head.tries(citizen.code, "sub_assign", contact="roads-deputy-head").fields() == ["contact"]


def test_a_unit_without_its_handler_is_reminded_through_whoever_works_there(world: World) -> None:
    """A reminder that reaches nobody would stand in the timeline as done."""
    citizen = assigned(world)
    directory = world.registry.directory()
    world.registry.put([], [replace(directory.contacts[ContactId("roads-handler")], active=False)], [])
    world.post_goes_out()
    before = len(world.mails_to("roads-head"))
    world.nobody_acts_until("2026-11-24 18:00")
    assert world.steps(citizen.code) == ["remind_day_before", "remind_due_day"]
    assert len(world.mails_to("roads-head")) > before


def test_a_unit_in_which_nobody_works_cannot_be_given_a_letter(world: World) -> None:
    world.registry.put([Unit(UnitId("empty"), "空单位")], [], [])
    citizen = world.send_letter()
    clerk = world.desk("clerk")
    clerk.makes(citizen.code, "accept")
    assert clerk.tries(citizen.code, "assign", units=["roads", "empty"]).fields() == ["units.1"]


def test_opening_a_letter_without_its_code_locks_nobody_out(world: World) -> None:
    citizen = world.send_letter()
    for _ in range(7):
        assert world.call("GET", f"/letters/{citizen.code}").status == 404
    assert citizen.looks().status == 200
