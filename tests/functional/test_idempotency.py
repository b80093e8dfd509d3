"""Idempotency keys: a retried POST is the same POST."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from chalicelib.api.requests import SubmissionFields
from chalicelib.domain.letter import Kind, Role
from chalicelib.ports import Change
from chalicelib.services.idempotency import request_key
from chalicelib.services.submit import submit
from tests.builders import CENTRE, SHANGHAI, a_contact
from tests.fakes.store import FakeLetterStore
from tests.functional.world import World, answered, assigned

KEY = {"Idempotency-Key": "key-1"}


def count(world: World) -> int:
    """How many letters there are."""
    return len(list(world.letters.letters()))


def test_the_same_letter_with_the_same_key_is_one_letter_and_one_answer(world: World) -> None:
    """The codes are said again: the first answer may never have arrived."""
    first, again = world.try_to_send(key="key-1"), world.try_to_send(key="key-1")
    assert (first.status, again.status) == (201, 201)
    assert first.raw == again.raw
    assert count(world) == 1
    world.post_goes_out()
    assert len(world.mails_to("clerk")) == 1


def test_another_letter_under_the_same_key_is_refused(world: World) -> None:
    world.try_to_send(key="key-1")
    other = world.try_to_send(key="key-1", subject="另一件事")
    assert other.refused() == (422, "idempotency_mismatch")
    assert count(world) == 1


def test_a_key_is_forgotten_after_a_day(world: World) -> None:
    first = world.try_to_send(key="key-1")
    world.later(hours=23, minutes=59)
    assert world.try_to_send(key="key-1").raw == first.raw
    world.later(minutes=1)
    assert world.try_to_send(key="key-1")["tracking_code"] != first["tracking_code"]
    assert count(world) == 2


def test_letters_without_a_key_or_with_other_keys_are_two(world: World) -> None:
    for key in (None, None, "a", "b"):
        world.try_to_send(key=key)
    assert count(world) == 4


def test_a_refused_letter_does_not_use_up_its_key(world: World) -> None:
    assert world.try_to_send(key="key-1", mailbox="mars").status == 422
    assert world.try_to_send(key="key-1").status == 201


@pytest.mark.parametrize("key", ["", "x" * 201, "a\tb", "\x07"])
def test_an_unusable_key_is_named(world: World, key: str) -> None:
    said = world.call("POST", "/letters", {"kind": "help", "subject": "a", "body": "b"}, {"Idempotency-Key": key})
    assert (said.refused(), said.fields()) == ((422, "invalid_fields"), ["Idempotency-Key"])


def test_what_is_kept_for_a_key_opens_nothing_by_itself(world: World) -> None:
    """The remembered answer holds the query code, so it is sealed; the key itself is kept as a hash."""
    sent = world.try_to_send(key="key-of-mine")
    kept = repr(vars(world.letters)["_keys"])
    assert sent["query_code"] not in kept
    assert "key-of-mine" not in kept


def test_a_move_of_the_staff_is_made_once(world: World) -> None:
    citizen = world.send_letter()
    clerk = world.desk("clerk")
    first = clerk.tries(citizen.code, "accept", KEY)
    again = clerk.tries(citizen.code, "accept", KEY)
    assert (first.status, again.status) == (200, 200)
    assert again["version"] == first["version"]
    assert [e.move for e in world.file(citizen.code).events] == ["receive", "accept"]
    assert clerk.tries(citizen.code, "accept", KEY, kind="help").refused() == (422, "idempotency_mismatch")


def test_a_retried_move_is_not_stale_though_its_own_first_try_changed_the_version(world: World) -> None:
    citizen = world.send_letter()
    clerk = world.desk("clerk")
    headers = {**KEY, "If-Match": "1"}
    assert [clerk.tries(citizen.code, "accept", headers).status for _ in range(2)] == [200, 200]


def test_a_unit_that_returned_a_letter_may_ask_again_whether_it_was_returned(world: World) -> None:
    """The first answer was lost on the way; by then the letter is no longer theirs to return."""
    citizen = assigned(world)
    handler = world.desk("roads-handler")
    answers = [handler.tries(citizen.code, "return", KEY, reason="不属于本单位") for _ in range(2)]
    assert [each.status for each in answers] == [200, 200]
    assert handler.tries(citizen.code, "return", reason="不属于本单位").status == 403


def test_a_move_of_the_writer_is_made_once(world: World) -> None:
    citizen = answered(world)
    assert [citizen.does("rate", KEY, score=4).status for _ in range(2)] == [200, 200]
    assert citizen.does("rate", KEY, score=5).refused() == (422, "idempotency_mismatch")
    assert citizen.does("rate", score=5).status == 403


def test_two_callers_with_the_same_key_are_two(world: World) -> None:
    world.registry.put([], [a_contact("second-clerk", CENTRE, Role.CENTRE)], [])
    citizen = assigned(world)
    for name in ("clerk", "second-clerk"):
        assert world.desk(name).tries(citizen.code, "urge", KEY, note="请抓紧").status == 200
    assert [e.move for e in world.file(citizen.code).events].count("urge") == 2


def test_the_same_key_on_two_letters_or_two_moves_is_two(world: World) -> None:
    letters = [world.send_letter(), world.send_letter()]
    clerk = world.desk("clerk")
    for citizen in letters:
        assert clerk.tries(citizen.code, "accept", KEY)["status"] == "accepted"
        assert clerk.tries(citizen.code, "assign", KEY, units=["roads"])["status"] == "assigned"


class Crowded(FakeLetterStore):
    """A store at whose door eight meet: nobody writes before all have looked whether the key was used."""

    def __init__(self, world: World) -> None:
        super().__init__(world.outbox, SHANGHAI)
        self.door = Barrier(8)

    def commit(self, change: Change) -> None:
        """See LetterStore."""
        self.door.wait(timeout=10)
        super().commit(change)


def test_eight_at_once_with_one_key_are_one_letter(world: World) -> None:
    """Threads on the in-memory store: one wins, seven get its answer."""
    world.letters = Crowded(world)
    world.open(letters=world.letters)
    inst = world.installation
    body = b'{"kind": "help", "subject": "a", "body": "b"}'
    key = request_key(inst.secrets, "POST /letters", "key-1", body)

    def send(_: int) -> dict[str, Any]:
        fields = SubmissionFields(kind=Kind.HELP, subject="a", body="b").submission()
        return submit(inst, fields, key, lambda receipt: {"code": receipt.query_code})

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(8)))
    assert len({each["code"] for each in answers}) == 1
    assert count(world) == 1
