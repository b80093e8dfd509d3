"""How a transaction is sent again, and when not. DynamoDB's refusals are put in its mouth."""

import json
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from pynamodb.exceptions import TransactWriteError

from chalicelib.adapters.dynamodb import DynamoLetterStore, Item
from chalicelib.adapters.dynamodb.transaction import ATTEMPTS, Sender
from chalicelib.ports import ConflictError
from tests.builders import SHANGHAI, arrived
from tests.contract.stores import client_of


class Refusing:
    """Answers the first so many transactions with one cancellation reason; later ones go through.

    `plain`: with an error that gives no reasons, as when it is not known yet what becomes of the transaction.
    """

    def __init__(self, table: type[Item], code: str, times: int, *, plain: bool = False) -> None:
        self.tokens: list[str] = []
        self._code, self._times, self._plain = code, times, plain
        events = client_of(table).meta.events
        events.register("before-call.dynamodb.TransactWriteItems", self._answer)

    def _answer(self, params: dict[str, Any], **_: object) -> tuple[AWSResponse, dict[str, Any]] | None:
        sent = json.loads(params["body"])
        self.tokens.append(sent["ClientRequestToken"])
        if len(self.tokens) > self._times:
            return None
        if self._plain:
            return AWSResponse(params["url"], 400, {}, None), {"Error": {"Code": self._code}, "ResponseMetadata": {}}
        error = {"Code": "TransactionCanceledException", "Message": "Transaction cancelled"}
        reasons = [{"Code": self._code}, *({"Code": "None"} for _ in sent["TransactItems"][1:])]
        answer = {"Error": error, "CancellationReasons": reasons, "ResponseMetadata": {}}
        return AWSResponse(params["url"], 400, {}, None), answer


def store(table: type[Item], waits: list[float]) -> DynamoLetterStore:
    return DynamoLetterStore(table, SHANGHAI, Sender(table, sleep=waits.append, jitter=lambda: 1.0))


@pytest.mark.parametrize("code", ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"])
def test_what_passes_is_tried_again_after_a_growing_wait(table: type[Item], code: str) -> None:
    """A conflict of transactions is no conflict of letters: the other one may fail, or be about the series only."""
    waits: list[float] = []
    refusing = Refusing(table, code, times=3)
    letters = store(table, waits)
    letters.commit(arrived())
    assert letters.load(arrived().after.id) is not None
    assert waits == sorted(set(waits))
    assert len(waits) == 3
    assert len(set(refusing.tokens)) == 4  # each had been refused as a whole, so the next is a transaction of its own


def test_lasting_contention_ends_as_a_conflict(table: type[Item]) -> None:
    waits: list[float] = []
    refusing = Refusing(table, "TransactionConflict", times=10**6)
    with pytest.raises(ConflictError):
        store(table, waits).commit(arrived())
    assert len(refusing.tokens) == ATTEMPTS
    assert sum(waits) < 7


def test_an_unknown_refusal_is_an_error_and_no_conflict(table: type[Item]) -> None:
    """An item that is too large would be refused for ever; trying again would hide it."""
    refusing = Refusing(table, "ValidationError", times=10**6)
    with pytest.raises(TransactWriteError):
        store(table, []).commit(arrived())
    assert len(refusing.tokens) == 1


UNSETTLED = (
    "TransactionInProgressException",
    "ThrottlingException",
    "ProvisionedThroughputExceededException",
    "InternalServerError",
)


@pytest.mark.parametrize("code", UNSETTLED)
def test_what_may_have_been_written_is_sent_again_under_its_own_token(table: type[Item], code: str) -> None:
    """Under another one, a write that did happen would be a conflict with itself."""
    waits: list[float] = []
    refusing = Refusing(table, code, times=3, plain=True)
    letters = store(table, waits)
    letters.commit(arrived())
    assert letters.load(arrived().after.id) is not None
    assert len(set(refusing.tokens)) == 1
    assert len(refusing.tokens) > 3


def test_what_stays_unsettled_is_an_error_and_no_conflict(table: type[Item]) -> None:
    """It may have been written: whoever asked must not be told that it was not."""
    refusing = Refusing(table, "TransactionInProgressException", times=10**6, plain=True)
    waits: list[float] = []
    with pytest.raises(TransactWriteError):
        store(table, waits).commit(arrived())
    assert len(refusing.tokens) == ATTEMPTS
    assert len(waits) == ATTEMPTS - 1


def test_an_error_that_will_not_pass_is_raised_at_once(table: type[Item]) -> None:
    refusing = Refusing(table, "ValidationException", times=10**6, plain=True)
    with pytest.raises(TransactWriteError):
        store(table, []).commit(arrived())
    assert len(refusing.tokens) == 1
