"""The one table: its item, its indexes, and how a process is joined to it.

Production makes the table from infra/resources.json; the index names and keys here must agree with it.
"""

from pynamodb.attributes import BinaryAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex, KeysOnlyProjection
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

SCHEMA = 1
"""Version of the shape of every item; whoever changes what stored fields mean raises it and reads both (ADR 21)."""

CONNECT_SECONDS = 2
READ_SECONDS = 5
RETRIES = 3
"""With the time-outs above the worst case stays under the 29 seconds that API Gateway grants a request."""


class NewerShapeError(ValueError):
    """A later version wrote this item. What this version does not understand it neither guesses at nor writes over."""

    def __init__(self, sort_key: str, schema: int) -> None:
        super().__init__(
            f"an item {sort_key.partition('#')[0]} has shape {schema}, and this version knows shapes up to {SCHEMA}: "
            "a later version wrote it; install that version again"
        )


class DueIndex(GlobalSecondaryIndex["Item"]):  # type: ignore[no-untyped-call]
    """Sparse: clocks with a next step, messages to be sent, messages that need a person."""

    class Meta:
        index_name = "due"
        projection = KeysOnlyProjection()

    due_shard = UnicodeAttribute(hash_key=True)
    due_at = UnicodeAttribute(range_key=True)


class JournalIndex(GlobalSecondaryIndex["Item"]):  # type: ignore[no-untyped-call]
    """Events by the local day on which they were recorded, or by the batch they were imported with."""

    class Meta:
        index_name = "journal"
        projection = AllProjection()

    journal_day = UnicodeAttribute(hash_key=True)
    journal_order = UnicodeAttribute(range_key=True)


class DeskIndex(GlobalSecondaryIndex["Item"]):  # type: ignore[no-untyped-call]
    """What waits for one owner, nearest due first."""

    class Meta:
        index_name = "desk"
        projection = AllProjection()

    desk_owner = UnicodeAttribute(hash_key=True)
    desk_due = UnicodeAttribute(range_key=True)


class Item(Model):
    """Any item of the table. `data` is the domain value as JSON; the rest are keys, and what conditions look at.

    One class with optional attributes, for a letter is read with everything under it in one query.
    """

    pk = UnicodeAttribute(hash_key=True, attr_name="PK")
    sk = UnicodeAttribute(range_key=True, attr_name="SK")
    schema = NumberAttribute(default=SCHEMA)
    data = UnicodeAttribute(null=True)
    sealed = BinaryAttribute(legacy_encoding=False, null=True)  # writer, remembered answer: KMS ciphertext

    version = NumberAttribute(null=True)  # letter
    event_count = NumberAttribute(null=True)  # letter
    value = NumberAttribute(null=True)  # number series: the last one given; query codes: how many tries
    rank = NumberAttribute(null=True)  # registry: the order in which entries came
    epoch = NumberAttribute(null=True)  # contact
    state = UnicodeAttribute(null=True)  # message
    attempts = NumberAttribute(null=True)  # message
    good_until = UnicodeAttribute(null=True)  # checked on read; `expires_at` (epoch seconds) only lets TTL clean up
    expires_at = NumberAttribute(null=True)

    due_shard = UnicodeAttribute(null=True)
    due_at = UnicodeAttribute(null=True)
    journal_day = UnicodeAttribute(null=True)
    journal_order = UnicodeAttribute(null=True)
    desk_owner = UnicodeAttribute(null=True)
    desk_due = UnicodeAttribute(null=True)

    due = DueIndex()
    journal = JournalIndex()
    desk = DeskIndex()

    @classmethod
    def of_known_shape(cls) -> Condition:
        """For writes over an item that is there: a later version may have rewritten it since it was read."""
        condition: Condition = cls.schema <= SCHEMA
        return condition

    @classmethod
    def transaction(cls, token: str) -> TransactWrite:
        """A write of all or nothing. Sent twice with one token (a lost answer), it is done once."""
        return TransactWrite(connection=cls._get_connection().connection, client_request_token=token)

    @classmethod
    def find(cls, pk: str, sk: str) -> "Item | None":
        """The item, consistently read; None when there is none."""
        try:
            return cls.get(pk, sk, consistent_read=True)
        except cls.DoesNotExist:
            return None

    def known(self) -> "Item":
        """The item itself. Raises NewerShapeError when a later version wrote it."""
        if self.schema > SCHEMA:
            raise NewerShapeError(self.sk, int(self.schema))
        return self


def open_table(name: str, region: str, host: str | None = None) -> type[Item]:
    """The item class of one table. Makes no call; the client comes with the first use.

    `host` is the emulator's address; None: the region's own. All ports of one table should share the class,
    for each class has a client of its own.
    """

    meta = type(
        "Meta",
        (),
        {
            "table_name": name,
            "region": region,
            "host": host,
            "connect_timeout_seconds": CONNECT_SECONDS,
            "read_timeout_seconds": READ_SECONDS,
            "max_retry_attempts": RETRIES,
        },
    )
    return type("BoundItem", (Item,), {"Meta": meta})
