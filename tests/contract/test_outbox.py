"""Outbox: what every implementation must do."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.messages import Message, MessageState
from chalicelib.ports import Owed
from tests.builders import FRIDAY, a_message
from tests.contract.stores import Stores

MINUTE = timedelta(minutes=1)


def due_ids(stores: Stores, minutes: int, at_most: int = 100) -> list[str]:
    return [message.id for message in stores.outbox.due(FRIDAY + minutes * MINUTE, at_most)]


def leased(stores: Stores, message: Message, minutes: int) -> Message:
    """Leased until so many minutes past ten; the message as it is then."""
    until = FRIDAY + minutes * MINUTE
    assert stores.outbox.lease(message, until)
    return replace(message, state=MessageState.LEASED, attempts=message.attempts + 1, lease_until=until)


def test_a_message_comes_back_as_it_was_added(stores: Stores) -> None:
    message = a_message(params=(("clock", "triage"), ("days", 3)))
    stores.outbox.add(message)
    assert list(stores.outbox.due(FRIDAY, 10)) == [message]


def test_one_with_the_same_id_is_left_as_it_is(stores: Stores) -> None:
    first = a_message()
    stores.outbox.add(first)
    stores.outbox.add(a_message(recipient="somebody else"))
    assert list(stores.outbox.due(FRIDAY, 10)) == [first]


def test_messages_are_due_at_their_moment_the_oldest_first(stores: Stores) -> None:
    for minutes in (3, 1, 2):
        stores.outbox.add(a_message(f"after-{minutes}", not_before=FRIDAY + minutes * MINUTE))
    assert stores.outbox.next_due() == FRIDAY + MINUTE
    assert due_ids(stores, 0) == []
    assert due_ids(stores, 2) == ["after-1", "after-2"]
    assert due_ids(stores, 9, at_most=2) == ["after-1", "after-2"]


def test_nothing_waits_in_an_empty_outbox(stores: Stores) -> None:
    assert stores.outbox.next_due() is None
    assert list(stores.outbox.due(FRIDAY, 10)) == []
    assert list(stores.outbox.stuck()) == []


def test_a_leased_message_is_nobody_elses_until_its_lease_runs_out(stores: Stores) -> None:
    message = a_message()
    stores.outbox.add(message)
    held = leased(stores, message, 5)
    assert not stores.outbox.lease(message, FRIDAY + 9 * MINUTE)
    assert due_ids(stores, 4) == []
    assert stores.outbox.next_due() == FRIDAY + 5 * MINUTE
    assert list(stores.outbox.due(FRIDAY + 5 * MINUTE, 10)) == [held]
    assert leased(stores, held, 10).attempts == 2


def test_a_sent_message_is_done_with(stores: Stores) -> None:
    stores.outbox.add(a_message())
    held = leased(stores, a_message(), 5)
    stores.outbox.settle(replace(held, state=MessageState.SENT, sent_at=FRIDAY, lease_until=None))
    assert stores.outbox.next_due() is None
    assert not stores.outbox.lease(a_message(), FRIDAY + 99 * MINUTE)
    assert list(stores.outbox.stuck()) == []


def test_a_failed_try_waits_for_its_next_moment(stores: Stores) -> None:
    stores.outbox.add(a_message())
    held = leased(stores, a_message(), 5)
    again = replace(held, state=MessageState.WAITING, lease_until=None, not_before=FRIDAY + 15 * MINUTE)
    stores.outbox.settle(again)
    assert due_ids(stores, 14) == []
    assert list(stores.outbox.due(FRIDAY + 15 * MINUTE, 10)) == [again]


@pytest.mark.parametrize("state", [MessageState.FAILED, MessageState.UNKNOWN])
def test_what_failed_for_good_is_never_sent_but_seen(stores: Stores, state: MessageState) -> None:
    stores.outbox.add(a_message())
    lost = replace(leased(stores, a_message(), 5), state=state, lease_until=None, note="mailbox full")
    stores.outbox.settle(lost)
    assert due_ids(stores, 99) == []
    assert list(stores.outbox.stuck()) == [lost]


def test_whoever_lost_the_lease_settles_nothing(stores: Stores) -> None:
    """The first dispatcher hung; the second took over and sent it. The first one's failure must not undo that."""
    stores.outbox.add(a_message())
    first = leased(stores, a_message(), 5)
    second = leased(stores, first, 10)
    stores.outbox.settle(replace(first, state=MessageState.FAILED, lease_until=None))
    assert list(stores.outbox.stuck()) == []
    assert list(stores.outbox.due(FRIDAY + 10 * MINUTE, 10)) == [second]
    sent = replace(second, state=MessageState.SENT, sent_at=FRIDAY, lease_until=None)
    stores.outbox.settle(sent)
    assert stores.outbox.next_due() is None


def test_a_message_sent_at_the_last_moment_is_not_leased_again(stores: Stores) -> None:
    """The second dispatcher saw the lease run out; the first one settled before it could take over."""
    stores.outbox.add(a_message())
    held = leased(stores, a_message(), 5)
    (seen,) = stores.outbox.due(FRIDAY + 5 * MINUTE, 10)
    stores.outbox.settle(replace(held, state=MessageState.SENT, sent_at=FRIDAY, lease_until=None))
    assert not stores.outbox.lease(seen, FRIDAY + 10 * MINUTE)
    assert stores.outbox.next_due() is None


def test_what_is_owed_is_everything_that_did_not_go_out(stores: Stores) -> None:
    for name in ("waiting", "leased", "failed", "sent"):
        stores.outbox.add(a_message(name))
    waiting, held, failed, sent = (a_message(name) for name in ("waiting", "leased", "failed", "sent"))
    held, failed, sent = (leased(stores, message, 5) for message in (held, failed, sent))
    failed = replace(failed, state=MessageState.FAILED, lease_until=None)
    stores.outbox.settle(failed)
    stores.outbox.settle(replace(sent, state=MessageState.SENT, lease_until=None))
    owed = sorted(stores.outbox.owed(), key=lambda each: each.id)
    assert owed == [Owed("failed", failed), Owed("leased", held), Owed("waiting", waiting)]


def test_more_messages_than_one_read_takes_are_all_found(stores: Stores) -> None:
    """DynamoDB hands out a hundred items by key at a time."""
    for number in range(120):
        stores.outbox.add(a_message(f"message-{number:03d}", not_before=FRIDAY + number * MINUTE))
    assert due_ids(stores, 999, at_most=500) == [f"message-{number:03d}" for number in range(120)]
