"""Outbox on DynamoDB."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from pynamodb.exceptions import PutError, UpdateError
from pynamodb.expressions.condition import And, Condition

from chalicelib.adapters.dynamodb import codec, keys
from chalicelib.adapters.dynamodb.items import message_item
from chalicelib.adapters.dynamodb.letters import earliest
from chalicelib.adapters.dynamodb.table import Item
from chalicelib.domain.ledger import instant
from chalicelib.domain.messages import Message, MessageState, begun_anew
from chalicelib.ports import Owed

_FASTER = frozenset({"ConditionalCheckFailedException", "TransactionConflictException"})


class DynamoOutbox:
    """Messages of one table. The number of attempts guards a message: each lease raises it."""

    def __init__(self, table: type[Item]) -> None:
        self._table = table

    def add(self, message: Message) -> None:
        """See Outbox."""
        self._put(message, self._table.pk.does_not_exist())

    def due(self, now: datetime, at_most: int) -> Sequence[Message]:
        """See Outbox. The index may lag behind; `lease` decides by the message itself."""
        return self._of(keys.MESSAGES_DUE, self._table.due_at <= instant(now), at_most)

    def next_due(self) -> datetime | None:
        """See Outbox."""
        return earliest(self._table, keys.MESSAGES_DUE)

    def lease(self, message: Message, until: datetime) -> bool:
        """See Outbox."""
        taken = replace(message, state=MessageState.LEASED, attempts=message.attempts + 1, lease_until=until)
        return self._put(taken, self._at(message.attempts) & (self._table.state == message.state.value))

    def settle(self, message: Message) -> None:
        """See Outbox."""
        self._put(message, self._at(message.attempts))

    def send_again(self, message: Message, at: datetime) -> bool:
        """See Outbox."""
        as_seen = self._at(message.attempts) & (self._table.state == message.state.value)
        return self._put(begun_anew(message, at), as_seen)

    def stuck(self) -> Sequence[Message]:
        """See Outbox."""
        return self._of(keys.MESSAGES_STUCK, None, None)

    def owed(self) -> Iterator[Owed]:
        """See Outbox. A scan: it reads the whole table."""
        table = self._table
        rows = table.scan((table.sk == keys.MESSAGE) & (table.state != MessageState.SENT.value), consistent_read=True)
        return (Owed(row.pk.removeprefix("M#"), codec.MESSAGE.readable(row)) for row in rows)

    def _at(self, attempts: int) -> Condition:
        return And(self._table.attempts == attempts, self._table.of_known_shape())

    def _put(self, message: Message, condition: Condition) -> bool:
        try:
            message_item(self._table, message).save(condition=condition)
        except PutError as error:
            if error.cause_response_code not in _FASTER:
                raise
            return False
        return True

    def _of(self, shard: str, range_condition: Condition | None, at_most: int | None) -> list[Message]:
        """Messages of one part of the due index, each as it lies in the table now.

        An index that changes while it is read may show one twice, on two pages; DynamoDB gets no item twice in a batch.
        """
        found = dict.fromkeys(row.pk for row in self._table.due.query(shard, range_condition, limit=at_most))
        rows = self._table.batch_get([(pk, keys.MESSAGE) for pk in found], consistent_read=True)
        by_pk = {row.pk: row for row in rows if row.due_shard == shard}
        messages = []
        for row in (by_pk[pk] for pk in found if pk in by_pk):
            message = codec.MESSAGE.readable(row)
            if message is not None:
                messages.append(message)
            elif shard != keys.MESSAGES_STUCK:
                self._set_aside(row)
        return messages

    def _set_aside(self, row: Item) -> None:
        """Put a message that cannot be read where the stuck ones are, by its key alone: it would be due for ever."""
        table = self._table
        try:
            row.update(
                actions=[table.due_shard.set(keys.MESSAGES_STUCK)],
                condition=(table.due_shard == row.due_shard)
                & (table.data == row.data if row.data else table.data.does_not_exist()),
            )
        except UpdateError as error:
            if error.cause_response_code not in _FASTER:
                raise
