"""LetterStore on DynamoDB."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from pynamodb.exceptions import PutError, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.adapters.dynamodb import codec, items, keys
from chalicelib.adapters.dynamodb.move_writes import writes_of
from chalicelib.adapters.dynamodb.table import SCHEMA, Item, NewerShapeError
from chalicelib.adapters.dynamodb.transaction import KeyTakenError, Sender
from chalicelib.domain.attachments import Upload
from chalicelib.domain.clocks import Clock
from chalicelib.domain.ledger import EVENT_SCHEMA, Event, instant
from chalicelib.domain.letter import ClockId, DeskEntry, Letter, LetterId
from chalicelib.ports import Change, ConflictError, DueClock, KeyUsedError, LetterFile, Remembered, SealedWriter

_MOVED = frozenset({"ConditionalCheckFailedException", "TransactionConflictException"})


class DynamoLetterStore:
    """Letters in one table. `zone` is the county's: it decides on which local day an event was recorded."""

    def __init__(self, table: type[Item], zone: ZoneInfo, sender: Sender | None = None) -> None:
        self._table = table
        self._zone = zone
        self._sender = sender or Sender(table)

    def load(self, letter: LetterId) -> LetterFile | None:
        """See LetterStore.

        A query may see half of a transaction that is being written; reading the letter alone may not. So the letter
        is read first: when the query shows it unchanged, then either all is of that version, or something newer is
        mixed in and the version check of the next write refuses it.
        """
        while (head := self._table.find(keys.letter(letter), keys.LETTER)) is not None:
            rows = list(self._table.query(keys.letter(letter), consistent_read=True))
            if any(row.sk == keys.LETTER and row.data == head.data for row in rows):
                return _file_of(rows)
        return None

    def commit(self, change: Change) -> None:
        """See LetterStore."""
        try:
            self._sender.send(writes_of(self._table, change, self._zone))
        except KeyTakenError:
            remember = change.remember
            row = self._table.find(keys.idempotency(remember.key), keys.KEY) if remember else None
            if row is None:
                raise ConflictError from None
            raise KeyUsedError(_remembered(row)) from None

    def offer(self, upload: Upload) -> None:
        """See LetterStore."""
        items.upload_item(self._table, upload).save()

    def upload(self, upload: str) -> Upload | None:
        """See LetterStore."""
        row = self._table.find(keys.upload(upload), keys.UPLOAD)
        if row is None:
            return None
        return replace(codec.UPLOAD.read(row), name=row.sealed or b"", taken=row.state == items.TAKEN)

    def next_number(self, series: str) -> int:
        """See LetterStore."""
        row = self._table.find(keys.series(series), keys.NUMBER)
        return int(row.known().value) + 1 if row else 1

    def remembered(self, key: str, now: datetime) -> Remembered | None:
        """See LetterStore."""
        row = self._table.find(keys.idempotency(key), keys.KEY)
        if row is None or row.good_until <= instant(now):
            return None
        return _remembered(row)

    def due_clocks(self, now: datetime, at_most: int) -> Sequence[DueClock]:
        """See LetterStore."""
        return [
            DueClock(LetterId(row.pk.removeprefix("L#")), ClockId(row.sk), datetime.fromisoformat(row.due_at))
            for row in self._table.due.query(keys.CLOCKS_DUE, self._table.due_at <= instant(now), limit=at_most)
        ]

    def next_due_clock(self) -> datetime | None:
        """See LetterStore."""
        return earliest(self._table, keys.CLOCKS_DUE)

    def put_off(self, letter: LetterId, clock: Clock) -> None:
        """See LetterStore. The clock has moved when it differs in anything but what is put off."""
        row = self._table.find(keys.letter(letter), clock.id)
        if row is None:
            return
        there = codec.CLOCK.read(row)
        if replace(clock, failures=there.failures, next_action_at=there.next_action_at) != there:
            return
        try:
            items.clock_item(self._table, letter, clock).save(condition=self._table.data == row.data)
        except PutError as error:
            if error.cause_response_code not in _MOVED:
                raise

    def desk(self, owners: Sequence[str]) -> Sequence[DeskEntry]:
        """See LetterStore."""
        rows = [row for owner in dict.fromkeys(owners) for row in self._table.desk.query(owner)]
        rows.sort(key=lambda row: (row.desk_due, row.desk_owner))
        return [entry for row in rows if (entry := codec.DESK.readable(row)) is not None]

    def journal(self, day: date) -> Iterator[Event]:
        """See LetterStore. The index follows the table within moments, not at once."""
        return self._events(day.isoformat())

    def imported(self, batch: str) -> Iterator[Event]:
        """See LetterStore."""
        return self._events(keys.import_day(batch))

    def _events(self, day: str) -> Iterator[Event]:
        return (_event(row) for row in self._table.journal.query(day))

    def letters(self) -> Iterator[Letter]:
        """See LetterStore. A scan: it reads the whole table."""
        rows = self._table.scan(self._table.sk == keys.LETTER, consistent_read=True)
        return (letter for row in rows if (letter := codec.LETTER.readable(row)) is not None)

    def letter_ids(self, after: LetterId | None = None) -> Iterator[LetterId]:
        """See LetterStore. A scan; it may begin behind any key, also one that is gone meanwhile."""
        rows = self._table.scan(
            self._table.sk == keys.LETTER,
            consistent_read=True,
            last_evaluated_key={"PK": {"S": keys.letter(after)}, "SK": {"S": keys.LETTER}} if after else None,
            attributes_to_get=["PK", "SK"],
        )
        return (LetterId(row.pk.removeprefix("L#")) for row in rows)

    def try_code(self, letter: LetterId, now: datetime, forget_at: datetime, most: int) -> datetime | None:
        """See LetterStore."""
        table, counter = self._table, self._table(keys.letter(letter), keys.CODES)
        lasting = [
            table.good_until.set(instant(forget_at)),
            table.expires_at.set(keys.ttl(forget_at)),
            table.schema.set(SCHEMA),
        ]
        live = (table.good_until > instant(now)) & table.of_known_shape()
        over = table.pk.does_not_exist() | ((table.good_until <= instant(now)) & table.of_known_shape())
        while True:  # one of the three holds, unless another try came just between them
            for count, condition in ((table.value.add(1), live & (table.value < most)), (table.value.set(1), over)):
                if _updated(counter, [count, *lasting], condition):
                    return None
            row = table.find(counter.pk, counter.sk)
            if row is not None and row.known().good_until > instant(now) and row.value >= most:
                return datetime.fromisoformat(row.good_until)

    def give_try_back(self, letter: LetterId, now: datetime) -> None:
        """See LetterStore."""
        table, counter = self._table, self._table(keys.letter(letter), keys.CODES)
        live = (table.good_until > instant(now)) & table.of_known_shape()
        _updated(counter, [table.value.add(-1)], live & (table.value > 0))


def _updated(row: Item, actions: list[Action], condition: Condition) -> bool:
    """Whether the condition held, and the update is done."""
    try:
        row.update(actions=actions, condition=condition)
    except UpdateError as error:
        if error.cause_response_code not in _MOVED:
            raise
        return False
    return True


def earliest(table: type[Item], shard: str) -> datetime | None:
    """The first moment of one part of the due index."""
    return next((datetime.fromisoformat(row.due_at) for row in table.due.query(shard, limit=1)), None)


def _event(row: Item) -> Event:
    """Raises ValueError for a line of a later version's shape: it could neither be hashed again nor filed."""
    event = codec.EVENT.read(row)
    if event.schema > EVENT_SCHEMA:
        raise NewerShapeError(row.sk, event.schema)
    return event


def _remembered(row: Item) -> Remembered:
    return replace(codec.REMEMBERED.read(row), answer=row.sealed)


def _file_of(rows: Sequence[Item]) -> LetterFile:
    def under(prefix: str) -> list[Item]:
        return [row for row in rows if row.sk.startswith(prefix)]

    by_key = {row.sk: row for row in rows}
    writer = by_key.get(keys.WRITER)
    return LetterFile(
        letter=codec.LETTER.read(by_key[keys.LETTER]),
        clocks=tuple(codec.CLOCK.read(row) for row in under("C#")),
        texts=tuple(codec.TEXT.read(row) for row in under("T#")),
        events=tuple(_event(row) for row in under("E#")),
        desk=tuple(codec.DESK.read(row) for row in under("D#")),
        writer=SealedWriter(writer.known().sealed) if writer else None,
    )
