"""Outbox.send_again: what every implementation must do."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.messages import Message, MessageState
from tests.builders import FRIDAY, a_message
from tests.contract.stores import Stores, at_once

MINUTE = timedelta(minutes=1)
SOON = FRIDAY + 9 * MINUTE


def failed(stores: Stores, state: MessageState = MessageState.FAILED) -> Message:
    """A message that was tried once, and failed for good."""
    stores.outbox.add(a_message())
    (message,) = stores.outbox.due(FRIDAY, 1)
    assert stores.outbox.lease(message, FRIDAY + MINUTE)
    stores.outbox.settle(replace(message, state=state, attempts=1, note="smtp:550"))
    (stuck,) = stores.outbox.stuck()
    return stuck


@pytest.mark.parametrize("state", [MessageState.FAILED, MessageState.UNKNOWN])
def test_a_stuck_message_waits_again_and_is_stuck_no_more(stores: Stores, state: MessageState) -> None:
    message = failed(stores, state)
    assert stores.outbox.send_again(message, SOON)
    assert list(stores.outbox.stuck()) == []
    assert list(stores.outbox.due(SOON - MINUTE, 9)) == []
    (again,) = stores.outbox.due(SOON, 9)
    assert (again.state, again.not_before, again.note) == (MessageState.WAITING, SOON, None)
    assert (again.attempts, again.tries, again.id) == (1, 0, message.id)


def test_it_is_sent_again_once_however_many_want_it(shared_stores: Stores) -> None:
    message = failed(shared_stores)
    assert at_once(lambda _: shared_stores.outbox.send_again(message, SOON)).count(True) == 1


def test_one_that_failed_once_more_meanwhile_is_not_what_was_seen(stores: Stores) -> None:
    """Whoever listed it before the other replay must not send an SMS a third time."""
    message = failed(stores)
    assert stores.outbox.send_again(message, SOON)
    (waiting,) = stores.outbox.due(SOON, 9)
    assert stores.outbox.lease(waiting, SOON + MINUTE)
    stores.outbox.settle(replace(waiting, state=MessageState.FAILED, attempts=2))
    assert not stores.outbox.send_again(message, SOON)


def test_one_that_somebody_saw_to_stays_done(stores: Stores) -> None:
    message = failed(stores)
    stores.outbox.settle(replace(message, state=MessageState.SENT, note="seen_to"))
    assert not stores.outbox.send_again(message, SOON)
    assert list(stores.outbox.due(SOON, 9)) == []


def test_one_that_is_not_there_is_not_made(stores: Stores) -> None:
    assert not stores.outbox.send_again(replace(a_message(), state=MessageState.FAILED), SOON)
    assert list(stores.outbox.due(SOON, 9)) == []
