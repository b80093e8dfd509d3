"""Outbox on DynamoDB."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from pynamodb.exceptions import PutError
from pynamodb.expressions.condition import Condition

from chalicelib.adapters.dynamodb import codec, keys
from chalicelib.adapters.dynamodb.items import message_item
from chalicelib.adapters.dynamodb.letters import earliest
from chalicelib.adapters.dynamodb.table import Item
from chalicelib.domain.ledger import instant
from chalicelib.domain.messages import Message, MessageState

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

    def stuck(self) -> Sequence[Message]:
        """See Outbox."""
        return self._of(keys.MESSAGES_STUCK, None, None)

    def _at(self, attempts: int) -> Condition:
        return self._table.attempts == attempts

    def _put(self, message: Message, condition: Condition) -> bool:
        try:
            message_item(self._table, message).save(condition=condition)
        except PutError as error:
            if error.cause_response_code not in _FASTER:
                raise
            return False
        return True

    def _of(self, shard: str, range_condition: Condition | None, at_most: int | None) -> list[Message]:
        found = [row.pk for row in self._table.due.query(shard, range_condition, limit=at_most)]
        rows = self._table.batch_get([(pk, keys.MESSAGE) for pk in found], consistent_read=True)
        by_pk = {row.pk: row for row in rows if row.due_shard == shard}
        return [codec.MESSAGE.load(by_pk[pk].data) for pk in found if pk in by_pk]
