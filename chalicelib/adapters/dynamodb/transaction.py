"""Sends the writes of one move, and tells why they were refused."""

import random
import time
from collections.abc import Callable, Sequence
from uuid import uuid4

from pynamodb.exceptions import TransactWriteError

from chalicelib.adapters.dynamodb.move_writes import Refusal, Write
from chalicelib.adapters.dynamodb.table import Item
from chalicelib.ports import AlreadyImportedError, ConflictError, ProofSpentError, UploadTakenError

ATTEMPTS = 8
"""Under contention a transaction is refused although its conditions hold; the worst wait in all is about 3 seconds."""

FIRST_WAIT_SECONDS = 0.025
_PASSING = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})
_CONDITION = "ConditionalCheckFailed"
_UNSETTLED = frozenset(
    {
        "TransactionInProgressException",
        "ThrottlingException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "InternalServerError",
        "ServiceUnavailable",
    }
)
"""Errors without a reason for any write: whether it was written, or still is being, is not known yet."""


class KeyTakenError(Exception):
    """The idempotency key is there; whoever asks looks up what it stands for."""


class Sender:
    """Sends transactions of one table. `sleep`, `jitter` (0 to 1) and `new_token` come from outside for tests."""

    def __init__(
        self,
        table: type[Item],
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = random.random,
        new_token: Callable[[], str] = lambda: uuid4().hex,
    ) -> None:
        self._table = table
        self._sleep = sleep
        self._jitter = jitter
        self._new_token = new_token

    def send(self, writes: Sequence[Write]) -> None:
        """Write all or nothing. Raises ConflictError, AlreadyImportedError, ProofSpentError,
        UploadTakenError or KeyTakenError.

        What was refused as a whole is sent again as a transaction of its own. What may have been written already is
        sent again under its own token, so that it is written once and not taken for a conflict with itself.
        """
        token = self._new_token()
        for attempt in range(ATTEMPTS):
            wait = FIRST_WAIT_SECONDS * 2**attempt * self._jitter()
            try:
                reasons = self._try(writes, token)
            except TransactWriteError as error:
                if error.cause_response_code not in _UNSETTLED or attempt == ATTEMPTS - 1:
                    raise
                self._sleep(wait)
                continue
            if not reasons:
                return
            token = self._new_token()
            refused = {write.refusal for write, code in zip(writes, reasons, strict=True) if code == _CONDITION}
            _raise_refusal(refused)
            if refused:  # only messages that are owed already: they stay as they are, the rest is written
                writes = [write for write, code in zip(writes, reasons, strict=True) if code != _CONDITION]
            else:
                self._sleep(wait)
        raise ConflictError

    def _try(self, writes: Sequence[Write], token: str) -> list[str | None]:
        """One attempt: nothing when it was written, else a reason for each write, None where it had none.

        Within an attempt the SDK sends the same token again when an answer is lost.
        """
        try:
            with self._table.transaction(token) as transaction:
                for write in writes:
                    if write.checks:
                        transaction.condition_check(self._table, write.item.pk, write.item.sk, write.condition)
                    elif write.deletes:
                        transaction.delete(write.item, condition=write.condition)
                    else:
                        transaction.save(write.item, condition=write.condition)
        except TransactWriteError as error:
            codes = [reason.code if reason else None for reason in error.cancellation_reasons]
            if len(codes) != len(writes) or not {code for code in codes if code} <= {_CONDITION, *_PASSING}:
                raise
            return codes
        return []


def _raise_refusal(refused: set[Refusal]) -> None:
    """A used key comes first: a repeated request should get its first answer, not a conflict with itself. An upload
    that is gone comes after a conflict: the letter is looked at again before its writer hears of it."""
    if Refusal.KEY_USED in refused:
        raise KeyTakenError
    if Refusal.IMPORTED in refused:
        raise AlreadyImportedError
    if Refusal.PROOF_SPENT in refused:
        raise ProofSpentError
    if Refusal.CONFLICT in refused:
        raise ConflictError
    if Refusal.UPLOAD_TAKEN in refused:
        raise UploadTakenError
