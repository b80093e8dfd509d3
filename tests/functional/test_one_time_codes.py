"""Approvals and publication ask for a one-time code, sent to the person's own phone or mailbox."""

import re
from dataclasses import replace

import pytest

from chalicelib.domain.letter import Role
from chalicelib.domain.rulebook import Rulebook
from chalicelib.domain.rules import AnswerChain, ApprovalStep, PublicationRule
from chalicelib.domain.workflow import Move
from tests.builders import rulebook
from tests.functional.world import Answer, Citizen, Desk, World, assigned

SIGNED = AnswerChain(
    name="signed",
    title="审签",
    steps=(
        ApprovalStep(name="head", title="主要负责人签发", by=(Role.FIRST_RESPONSIBLE,), code=True),
        ApprovalStep(name="leader", title="领导审签", by=(Role.LEADER,)),
    ),
)


def with_codes() -> Rulebook:
    """Shuangfeng, with a chain whose first step asks for a code, and publication by the centre."""
    book = rulebook()
    moves = {**book.moves, Move.APPROVE: (Role.CENTRE,), Move.PUBLISH: (Role.CENTRE,)}
    publication = PublicationRule(needs_consent=False)
    return book.model_copy(update={"answer_chains": (SIGNED,), "publication": publication, "moves": moves})


@pytest.fixture
def signing(world: World) -> World:
    """The county under these rules; the head of the roads office has a phone, the clerk has none."""
    book = with_codes()
    world.rulebooks["shuangfeng-2018"] = book
    world.open(rulebook=book)
    world.registry.put([], [replace(world.contact("roads-head"), phone="13907380001")], [])
    return world


def drafted(world: World) -> Citizen:
    """A letter whose answer waits for the head's signature."""
    citizen = assigned(world)
    world.desk("roads-handler").makes(citizen.code, "answer", body="路灯已经修好。")
    return citizen


def asks(desk: Desk, citizen: Citizen, move: str = "approve", **more: str) -> Answer:
    """Ask for a code, and have the post go out."""
    said = desk.call("POST", f"/desk/letters/{citizen.code}/codes", {"move": move, **more})
    desk.world.post_goes_out()
    return said


def codes(world: World) -> list[str]:
    """The codes in every SMS to staff."""
    staff = [each.text for each in world.texts.sent if each.template.startswith("staff_")]
    return [re.findall(r"验证码(\d{6})", each)[0] for each in staff]


def texted(world: World) -> str:
    """The code in the newest of them."""
    return codes(world)[-1]


def wrong(code: str) -> str:
    """Six digits that are not the code."""
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_a_step_that_asks_for_a_code_is_refused_without_one_and_says_how_to_get_it(signing: World) -> None:
    citizen, head = drafted(signing), signing.desk("roads-head")
    said = head.tries(citizen.code, "approve", step="head")
    assert said.refused() == (403, "move_refused")
    assert said["reason"] == "code_needed"
    assert "/codes" in said["detail"]
    assert citizen.looks()["answers"] == []


def test_the_code_comes_to_the_persons_phone_at_night_too_and_lets_the_step_pass(signing: World) -> None:
    citizen, head = drafted(signing), signing.desk("roads-head")
    signing.at("2026-11-21 23:40")
    said = asks(head, citizen)
    assert (said.status, said["sent_to"]) == (202, "sms")
    assert signing.texts.sent[-1].to == "13907380001"
    assert citizen.code not in signing.texts.sent[-1].text
    head.makes(citizen.code, "approve", step="head", code=texted(signing))
    assert signing.desk("leader").makes(citizen.code, "approve", step="leader")["status"] == "answered"


def test_whoever_has_no_phone_gets_the_code_by_mail_and_may_choose_mail(signing: World) -> None:
    citizen = drafted(signing)
    said = asks(signing.desk("roads-head"), citizen, by="email")
    assert said["sent_to"] == "email"
    assert re.search(r"验证码是：\d{6}", signing.mails_to("roads-head")[-1].text)
    signing.registry.put([], [replace(signing.contact("roads-head"), phone=None)], [])
    signing.later(minutes=2)
    assert asks(signing.desk("roads-head"), citizen)["sent_to"] == "email"
    assert asks(signing.desk("roads-head"), citizen, by="sms").fields() == ["by"]


def test_nothing_secret_is_stored(signing: World) -> None:
    citizen, head = drafted(signing), signing.desk("roads-head")
    asks(head, citizen)
    assert texted(signing) not in signing.everything()


def test_a_code_works_once_and_for_one_person_one_letter_and_one_step(signing: World) -> None:
    first, second = drafted(signing), drafted(signing)
    head = signing.desk("roads-head")
    asks(head, first)
    code = texted(signing)
    assert head.tries(second.code, "approve", step="head", code=code)["reason"] == "code_wrong"
    head.makes(first.code, "approve", step="head", code=code)
    signing.desk("leader").makes(first.code, "approve", step="leader")
    clerk = signing.desk("clerk")
    clerk.makes(first.code, "send_back", reasons="请写明日期")
    signing.desk("roads-handler").makes(first.code, "answer", body="路灯已于昨日修好。")
    assert head.tries(first.code, "approve", step="head", code=code)["reason"] == "code_wrong"


def test_a_code_is_good_for_ten_minutes_at_least_and_twenty_at_most(signing: World) -> None:
    citizen, head = drafted(signing), signing.desk("roads-head")
    signing.at("2026-11-20 11:09")
    asks(head, citizen)
    code = texted(signing)
    signing.at("2026-11-20 11:20")
    assert head.tries(citizen.code, "approve", step="head", code=code)["reason"] == "code_wrong"
    signing.at("2026-11-20 11:19")
    head.makes(citizen.code, "approve", step="head", code=code)


def test_guessing_is_stopped_for_this_person_alone(signing: World) -> None:
    """Five wrong ones; then even the right one has to wait, and so does nobody else."""
    citizen, head = drafted(signing), signing.desk("roads-head")
    asks(head, citizen)
    code = texted(signing)
    for _ in range(5):
        assert head.tries(citizen.code, "approve", step="head", code=wrong(code))["reason"] == "code_wrong"
    locked = head.tries(citizen.code, "approve", step="head", code=code)
    assert locked.refused() == (429, "one_time_codes_locked")
    assert locked.headers["retry-after"] == "1800"
    other = drafted(signing)
    signing.later(minutes=1)
    asks(head, other)
    head.makes(other.code, "approve", step="head", code=texted(signing))
    assert citizen.looks().status == 200


def test_right_codes_use_up_no_try(signing: World) -> None:
    citizen, head = drafted(signing), signing.desk("roads-head")
    for _ in range(6):
        signing.later(minutes=11)
        asks(head, citizen)
        head.makes(citizen.code, "approve", step="head", code=texted(signing))
        signing.desk("leader").makes(citizen.code, "approve", step="leader")
        signing.desk("clerk").makes(citizen.code, "send_back", reasons="再写明一些")
        signing.desk("roads-handler").makes(citizen.code, "answer", body="路灯已经修好。")


def test_a_move_that_fails_for_another_reason_uses_up_neither_code_nor_try(signing: World) -> None:
    citizen, head = drafted(signing), signing.desk("roads-head")
    asks(head, citizen)
    code = texted(signing)
    for _ in range(6):
        stale = head.tries(citizen.code, "approve", {"If-Match": '"1"'}, step="head", code=wrong(code))
        assert stale.status == 409
        assert head.tries(citizen.code, "approve", step="nobody", code=wrong(code)).status == 422
    head.makes(citizen.code, "approve", step="head", code=code)


def test_a_repeated_request_is_the_same_request_though_its_code_is_used(signing: World) -> None:
    citizen, head = drafted(signing), signing.desk("roads-head")
    asks(head, citizen)
    fields = {"step": "head", "code": texted(signing)}
    for _ in range(2):
        assert head.tries(citizen.code, "approve", {"Idempotency-Key": "k1"}, **fields).status == 200
    assert [e.move for e in signing.file(citizen.code).events].count("approve") == 1


def test_a_second_request_within_a_minute_sends_nothing_more_and_many_are_refused(signing: World) -> None:
    citizen, head = drafted(signing), signing.desk("roads-head")
    assert [asks(head, citizen).status for _ in range(3)] == [202, 202, 202]
    assert len(codes(signing)) == 1
    for _ in range(4):
        signing.later(minutes=1, seconds=1)
        assert asks(head, citizen).status == 202
    assert len(codes(signing)) == 5
    signing.later(minutes=1, seconds=1)
    assert asks(head, citizen).refused() == (429, "one_time_codes_locked")
    head.makes(citizen.code, "approve", step="head", code=texted(signing))


def test_codes_for_two_letters_come_apart(signing: World) -> None:
    """A digest would say "two letters" and bring no code."""
    letters, head = [drafted(signing), drafted(signing)], signing.desk("roads-head")
    for each in letters:
        head.call("POST", f"/desk/letters/{each.code}/codes", {"move": "approve"})
    signing.post_goes_out()
    assert len(set(codes(signing))) == 2


def test_who_may_not_make_the_move_learns_nothing_of_codes(signing: World) -> None:
    """404 for whom the letter is not to see (PL-18), 403 for whose move it is not."""
    citizen = drafted(signing)
    stranger, colleague = signing.desk("water-head"), signing.desk("roads-handler")
    assert asks(stranger, citizen).refused() == (404, "not_found")
    assert asks(colleague, citizen)["reason"] == "not_your_move"
    assert colleague.tries(citizen.code, "approve", step="head")["reason"] == "not_your_move"
    head = signing.desk("roads-head")
    assert asks(head, citizen, "answer").status in {403, 422}
    assert asks(head, citizen, "dance").fields() == ["move"]
    assert codes(signing) == []


def test_publication_asks_for_a_code_as_well(signing: World) -> None:
    citizen, head = drafted(signing), signing.desk("roads-head")
    asks(head, citizen)
    head.makes(citizen.code, "approve", step="head", code=texted(signing))
    signing.desk("leader").makes(citizen.code, "approve", step="leader")
    clerk = signing.desk("clerk")
    assert clerk.tries(citizen.code, "publish")["reason"] == "code_needed"
    assert asks(clerk, citizen, "publish")["sent_to"] == "email"
    found = re.search(r"验证码是：(\d{6})", signing.mails_to("clerk")[-1].text)
    assert found is not None
    assert clerk.tries(citizen.code, "publish", code=wrong(found[1]))["reason"] == "code_wrong"
    clerk.makes(citizen.code, "publish", code=found[1])


def test_a_code_that_is_overtaken_before_it_goes_out_is_not_sent(signing: World) -> None:
    citizen, head = drafted(signing), signing.desk("roads-head")
    head.call("POST", f"/desk/letters/{citizen.code}/codes", {"move": "approve"})
    signing.later(minutes=25)
    signing.post_goes_out()
    assert codes(signing) == []
