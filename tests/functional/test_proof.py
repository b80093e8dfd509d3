"""A proof of work before a letter is taken: a browser computes for a second, each proof once, and for an hour."""

import base64
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from altcha.v1 import solve_challenge

from chalicelib.adapters.altcha_proof import AltchaProofs
from tests.functional.world import Answer, World


@pytest.fixture
def guarded(world: World) -> World:
    """A county that asks for a proof; a small one, so that tests are quick."""
    world.open(proofs=AltchaProofs(most=200))
    return world


def solution(challenge: dict[str, Any], /, **other: Any) -> str:
    """What the page computes of a challenge and sends; `other` replaces parts of it."""
    found = solve_challenge(challenge["challenge"], challenge["salt"], challenge["algorithm"], challenge["maxnumber"])
    assert found is not None
    said = {name: challenge[name] for name in ("algorithm", "challenge", "salt", "signature")}
    return base64.b64encode(json.dumps({**said, "number": found.number, "took": 900, **other}).encode()).decode()


def a_challenge(world: World) -> dict[str, Any]:
    """What `GET /challenge` gives."""
    said = world.call("GET", "/challenge")
    assert said.status == 200
    assert said.headers["cache-control"] == "no-store"
    return dict(said.body)


def refused_for(said: Answer) -> str:
    """Why the proof is not taken, in words; and that it is this field alone."""
    assert said.refused() == (422, "invalid_fields")
    ((only),) = said["errors"]
    assert only["field"] == "proof"
    return str(only["message"])


def test_a_county_that_asks_for_none_says_so_and_takes_letters_without(world: World) -> None:
    assert a_challenge(world) == {"required": False}
    assert world.call("GET", "/rulebook")["proof"] == {"required": False}
    world.send_letter()
    world.send_letter(proof="whatever a page of another county sent")


def test_a_solved_challenge_opens_the_letterbox(guarded: World) -> None:
    assert guarded.call("GET", "/rulebook")["proof"] == {"required": True}
    challenge = a_challenge(guarded)
    assert challenge["required"] is True
    assert set(challenge) == {"required", "algorithm", "challenge", "maxnumber", "salt", "signature"}
    guarded.send_letter(proof=solution(challenge))


def test_every_challenge_is_another_one(guarded: World) -> None:
    assert len({a_challenge(guarded)["challenge"] for _ in range(5)}) == 5


def test_without_a_proof_nothing_is_kept(guarded: World) -> None:
    assert "自动验证" in refused_for(guarded.try_to_send())
    assert "自动验证" in refused_for(guarded.try_to_send(proof=" "))
    assert list(guarded.letters.letters()) == []


@pytest.mark.parametrize(
    "other",
    [
        {"number": 201},
        {"number": -1},
        {"number": "7"},
        {"number": True},
        {"signature": "0" * 64},
        {"signature": "é" * 64},
        {"challenge": "0" * 64},
        {"algorithm": "SHA-1"},
        {"algorithm": ["SHA-256"]},
        {"salt": None},
        {"salt": "0a?expires=99999999999&"},
        {"salt": "0a?expires=1e9&"},
    ],
)
def test_a_wrong_proof_is_refused(guarded: World, other: dict[str, Any]) -> None:
    assert "没有通过" in refused_for(guarded.try_to_send(proof=solution(a_challenge(guarded), **other)))
    assert list(guarded.letters.letters()) == []


@pytest.mark.parametrize("between", ["{salt}{digits}", "{salt}{digits}&", "{bare}{digits}", "{bare}{digits}&"])
def test_digits_moved_from_the_number_to_the_salt_are_refused(guarded: World, between: str) -> None:
    """The hash is over both side by side: were nothing between them, a proof could be used again, and expire later."""
    number = ""
    while not re.fullmatch("[1-9]{2,3}", number):
        challenge = a_challenge(guarded)
        number = str(json.loads(base64.b64decode(solution(challenge)))["number"])
    salt = between.format(salt=challenge["salt"], bare=challenge["salt"].removesuffix("&"), digits=number[:-1])
    spliced = solution(challenge, salt=salt, number=int(number[-1]))
    assert "没有通过" in refused_for(guarded.try_to_send(proof=spliced))


@pytest.mark.parametrize("proof", ["x", "e30=", "bnVsbA==", "W10=", "/w==", "7aCA", "证明", "A" * 1000, "{}"])
def test_what_is_no_proof_at_all_is_refused(guarded: World, proof: str) -> None:
    assert "没有通过" in refused_for(guarded.try_to_send(proof=proof))


def test_a_proof_of_another_installation_is_refused(guarded: World) -> None:
    foreign = AltchaProofs(most=200).challenge("another key", guarded.time.now() + timedelta(hours=1))
    assert "没有通过" in refused_for(guarded.try_to_send(proof=solution(foreign)))


def test_the_end_of_a_challenge_cannot_be_put_off(guarded: World) -> None:
    challenge = a_challenge(guarded)
    longer = challenge["salt"].replace("expires=", "expires=9999999999&x=")
    assert "没有通过" in refused_for(guarded.try_to_send(proof=solution(challenge, salt=longer)))


def test_a_proof_is_good_for_an_hour(guarded: World) -> None:
    first, second = solution(a_challenge(guarded)), solution(a_challenge(guarded))
    guarded.later(minutes=59, seconds=59)
    guarded.send_letter(proof=first)
    guarded.later(seconds=1)
    assert "过期" in refused_for(guarded.try_to_send(proof=second))


def test_a_proof_is_good_for_one_letter(guarded: World) -> None:
    proof = solution(a_challenge(guarded))
    guarded.send_letter(proof=proof)
    assert "另一封" in refused_for(guarded.try_to_send(proof=proof))
    assert "另一封" in refused_for(guarded.try_to_send(proof=f" {proof}\n"))
    assert len(list(guarded.letters.letters())) == 1


def test_a_letter_that_is_refused_for_something_else_leaves_its_proof_unused(guarded: World) -> None:
    proof = solution(a_challenge(guarded))
    assert guarded.try_to_send(proof=proof, mailbox="nowhere").fields() == ["mailbox"]
    assert guarded.try_to_send(proof=proof, subject="").fields() == ["subject"]
    guarded.send_letter(proof=proof)


def test_a_letter_sent_again_gets_its_first_answer_though_its_proof_is_spent(guarded: World) -> None:
    """The answer was lost on the way: nobody may be told that a letter which lies there was refused."""
    proof = solution(a_challenge(guarded))
    first = guarded.try_to_send(key="k", proof=proof)
    assert first.status == 201
    assert guarded.try_to_send(key="k", proof=proof).body == first.body
    guarded.later(hours=2)
    assert guarded.try_to_send(key="k", proof=proof).body == first.body
    assert len(list(guarded.letters.letters())) == 1


def test_sent_again_with_a_new_proof_it_is_still_the_same_letter(guarded: World) -> None:
    """A page that was offline for hours computes anew, and sends the same letter under the same key."""
    first = guarded.try_to_send(key="k", proof=solution(a_challenge(guarded)))
    assert guarded.try_to_send(key="k", proof=solution(a_challenge(guarded))).body == first.body
    other = guarded.try_to_send(key="k", proof=solution(a_challenge(guarded)), subject="另一件事")
    assert other.refused() == (422, "idempotency_mismatch")


def test_who_writes_a_letter_down_for_somebody_is_asked_for_no_proof(guarded: World) -> None:
    letter = {"kind": "consultation", "subject": "路灯", "body": "东路的路灯坏了。"}
    assert guarded.desk("clerk").call("POST", "/desk/letters", letter).status == 201


def test_a_challenge_stores_nothing(guarded: World) -> None:
    before = guarded.everything()
    a_challenge(guarded)
    assert guarded.everything() == before
