"""Items from domain values: one function a kind.

Index keys of what does not wait are absent: that keeps the indexes sparse.
"""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from chalicelib.adapters.dynamodb import codec, keys
from chalicelib.adapters.dynamodb.table import Item
from chalicelib.domain.attachments import Upload
from chalicelib.domain.clocks import Clock, local_date
from chalicelib.domain.ledger import Event, instant
from chalicelib.domain.letter import DeskEntry, Letter, LetterId, Text
from chalicelib.domain.messages import Message, MessageState
from chalicelib.ports import NumberTaken, ProofUsed, Remembered, SealedWriter

PROOF_KEPT_ON = timedelta(hours=1)
"""A request that saw a proof in its last second is written a little later."""

_NEEDS_A_PERSON = frozenset({MessageState.FAILED, MessageState.UNKNOWN})


def letter_item(table: type[Item], letter: Letter) -> Item:
    """What the next move is conditioned on, and rewrites: it must stay small."""
    return table(
        keys.letter(letter.id),
        keys.LETTER,
        data=codec.LETTER.dump(letter),
        version=letter.version,
        event_count=letter.event_count,
    )


def event_item(table: type[Item], event: Event, zone: ZoneInfo, batch: str | None) -> Item:
    """A line of the ledger, found by the local day it was recorded on, or by its import batch."""
    day = keys.import_day(batch) if batch else local_date(event.recorded_at, zone).isoformat()
    return table(
        keys.letter(event.letter),
        keys.event(event.sequence),
        data=codec.EVENT.dump(event),
        journal_day=day,
        journal_order=f"{instant(event.recorded_at)}#{event.letter}#{event.sequence:06d}",
    )


def clock_item(table: type[Item], letter: LetterId, clock: Clock) -> Item:
    """In the due index only while it has a next step."""
    waits = clock.next_action_at
    return table(
        keys.letter(letter),
        clock.id,
        data=codec.CLOCK.dump(clock),
        due_shard=keys.CLOCKS_DUE if waits else None,
        due_at=instant(waits) if waits else None,
    )


def text_item(table: type[Item], letter: LetterId, text: Text) -> Item:
    """Apart from the letter, so that no move pays for it again."""
    return table(keys.letter(letter), text.id, data=codec.TEXT.dump(text))


def desk_item(table: type[Item], entry: DeskEntry) -> Item:
    """Something that waits for somebody."""
    return table(
        keys.letter(entry.letter),
        keys.desk(entry.owner),
        data=codec.DESK.dump(entry),
        desk_owner=entry.owner,
        desk_due=f"{entry.due_on}#{entry.letter}",
    )


def writer_item(table: type[Item], letter: LetterId, writer: SealedWriter) -> Item:
    """Ciphertext only."""
    return table(keys.letter(letter), keys.WRITER, sealed=writer.ciphertext)


def message_item(table: type[Item], message: Message) -> Item:
    """In the due index while it is to be sent; in its own part of it when a person must look."""
    shard, at = None, None
    if message.state is MessageState.WAITING:
        shard, at = keys.MESSAGES_DUE, message.not_before
    elif message.state is MessageState.LEASED:
        shard, at = keys.MESSAGES_DUE, message.lease_until
    elif message.state in _NEEDS_A_PERSON:
        shard, at = keys.MESSAGES_STUCK, message.created_at
    return table(
        keys.message(message.id),
        keys.MESSAGE,
        data=codec.MESSAGE.dump(message),
        state=message.state.value,
        attempts=message.attempts,
        due_shard=shard,
        due_at=instant(at) if at else None,
    )


def number_item(table: type[Item], number: NumberTaken) -> Item:
    """The last number a series gave."""
    return table(keys.series(number.series), keys.NUMBER, value=number.value)


def remembered_item(table: type[Item], remembered: Remembered) -> Item:
    """An idempotency key; the answer is ciphertext and lies beside the JSON."""
    bare = Remembered(remembered.key, remembered.body_hash, remembered.letter, remembered.expires_at)
    return table(
        keys.idempotency(remembered.key),
        keys.KEY,
        data=codec.REMEMBERED.dump(bare),
        sealed=remembered.answer,
        good_until=instant(remembered.expires_at),
        expires_at=keys.ttl(remembered.expires_at),
    )


OPEN, TAKEN = "open", "taken"


def upload_item(table: type[Item], upload: Upload) -> Item:
    """An upload; its name is ciphertext and lies beside the JSON, and is kept no longer than it waits for a letter."""
    return table(
        keys.upload(upload.id),
        keys.UPLOAD,
        data=codec.UPLOAD.dump(replace(upload, name=b"")),
        sealed=None if upload.taken else upload.name,
        state=TAKEN if upload.taken else OPEN,
        good_until=instant(upload.good_until),
        expires_at=keys.ttl(upload.good_until),
    )


def source_item(table: type[Item], source: str, source_number: str) -> Item:
    """Marks a source's number as taken in."""
    return table(keys.source(source), source_number)


def proof_item(table: type[Item], proof: ProofUsed) -> Item:
    """Marks a proof of work as used. It may go when nobody would take that proof any more."""
    return table(keys.proof(proof.challenge), keys.PROOF, expires_at=keys.ttl(proof.expires_at + PROOF_KEPT_ON))
