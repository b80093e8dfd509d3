"""Registry on DynamoDB: the whole directory lies under one key and is read in one query."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from pynamodb.exceptions import UpdateError
from pynamodb.expressions.update import Action

from chalicelib.adapters.dynamodb import codec, keys
from chalicelib.adapters.dynamodb.table import SCHEMA, Item
from chalicelib.domain.directory import Contact, Deputy, Directory, Mailbox, Unit
from chalicelib.domain.letter import ContactId
from chalicelib.ports import ConflictError

T = TypeVar("T")
_TRIES = 8


class DynamoRegistry:
    """Units, contacts and mailboxes of one table, in the order in which they came: the first mailbox is the default."""

    def __init__(self, table: type[Item]) -> None:
        self._table = table

    def directory(self) -> Directory:
        """See Registry. Consistently read, so that a revoked link is revoked at once.

        What a later version added to an entry is left out of sight, so that going back to this version stops nobody's
        desk; what must not be overlooked has a shape of its own, and is refused.
        """
        rows = sorted(self._rows(), key=lambda row: row.rank)
        return Directory.of(
            [codec.UNIT.read_only(row) for row in rows if row.sk.startswith("UNIT#")],
            [
                replace(codec.CONTACT.read_only(row), epoch=int(row.epoch))
                for row in rows
                if row.sk.startswith("CONTACT#")
            ],
            [codec.MAILBOX.read_only(row) for row in rows if row.sk.startswith("MAILBOX#")],
        )

    def put(self, units: Sequence[Unit], contacts: Sequence[Contact], mailboxes: Sequence[Mailbox]) -> None:
        """See Registry. Raises ValueError, and writes nothing, where an entry says what only a later version knows."""
        there = {row.sk: row for row in self._rows()}
        for unit in units:
            _must_be_known(codec.UNIT, there.get(f"UNIT#{unit.id}"))
        for contact in contacts:
            _must_be_known(codec.CONTACT, there.get(_contact_key(contact.id)))
        for mailbox in mailboxes:
            _must_be_known(codec.MAILBOX, there.get(f"MAILBOX#{mailbox.id}"))
        rank = max((int(row.rank) for row in there.values()), default=0)
        for unit in units:
            rank += 1
            self._keep(f"UNIT#{unit.id}", codec.UNIT.dump(unit), rank)
        for contact in contacts:
            rank += 1
            self._keep(_contact_key(contact.id), codec.CONTACT.dump(contact), rank, contact.epoch)
        for mailbox in mailboxes:
            rank += 1
            self._keep(f"MAILBOX#{mailbox.id}", codec.MAILBOX.dump(mailbox), rank)

    def name_deputy(self, contact: ContactId, deputy: Deputy | None) -> None:
        """See Registry. Written only over the contact as it was read."""
        for _ in range(_TRIES):
            row = next(
                iter(self._table.query(keys.DIRECTORY, self._table.sk == _contact_key(contact), consistent_read=True)),
                None,
            )
            if row is None:
                return
            changed = codec.CONTACT.dump(replace(codec.CONTACT.read(row), deputy=deputy))
            try:
                row.update(actions=[self._table.data.set(changed)], condition=self._table.data == row.data)
            except UpdateError as error:
                if error.cause_response_code != "ConditionalCheckFailedException":
                    raise
                continue
            return
        raise ConflictError

    def raise_epoch(self, contact: ContactId) -> None:
        """See Registry."""
        row = self._table(keys.DIRECTORY, _contact_key(contact))
        try:
            row.update(actions=[self._table.epoch.add(1)], condition=self._table.of_known_shape())
        except UpdateError as error:
            if error.cause_response_code != "ConditionalCheckFailedException":
                raise
            self._refuse_newer(row.sk)

    def _refuse_newer(self, sk: str) -> None:
        """Raises NewerShapeError when that is why an entry could not be written."""
        row = self._table.find(keys.DIRECTORY, sk)
        if row is not None:
            row.known()

    def _rows(self) -> Iterator[Item]:
        return iter(self._table.query(keys.DIRECTORY, consistent_read=True))

    def _keep(self, sk: str, data: str, rank: int, epoch: int | None = None) -> None:
        """An update, not a put: rank and epoch of what is there stay, even when somebody raises the epoch meanwhile."""
        table = self._table
        actions: list[Action] = [table.data.set(data), table.schema.set(SCHEMA), table.rank.set(table.rank | rank)]
        if epoch is not None:
            actions.append(table.epoch.set(table.epoch | epoch))
        try:
            table(keys.DIRECTORY, sk).update(
                actions=actions, condition=table.pk.does_not_exist() | table.of_known_shape()
            )
        except UpdateError as error:
            if error.cause_response_code == "ConditionalCheckFailedException":
                self._refuse_newer(sk)
            raise


def _contact_key(contact: ContactId) -> str:
    return f"CONTACT#{contact}"


def _must_be_known(kind: codec.Codec[T], row: Item | None) -> None:
    """Raises ValueError when writing over this entry would lose something."""
    if row is not None:
        kind.read(row)
