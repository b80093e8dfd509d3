"""A move as the writes of one transaction, each with its condition and with what its refusal means."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum, auto
from zoneinfo import ZoneInfo

from pynamodb.expressions.condition import And, Condition, Or

from chalicelib.adapters.dynamodb import items
from chalicelib.adapters.dynamodb.table import Item
from chalicelib.domain.ledger import instant
from chalicelib.domain.letter import Letter
from chalicelib.ports import Change, NumberTaken

MOST_ITEMS = 100
"""DynamoDB takes no more in one transaction."""


class Refusal(Enum):
    """What it means when a write's condition does not hold."""

    CONFLICT = auto()
    KEY_USED = auto()
    IMPORTED = auto()
    UPLOAD_TAKEN = auto()
    OWED_ALREADY = auto()
    PROOF_SPENT = auto()


@dataclass(frozen=True, slots=True)
class Write:
    """One item put (or deleted, when `deletes`; or only looked at, when `checks`)."""

    item: Item
    condition: Condition | None = None
    refusal: Refusal = Refusal.CONFLICT
    deletes: bool = False
    checks: bool = False


def writes_of(table: type[Item], change: Change, zone: ZoneInfo) -> list[Write]:
    """Everything a move writes, checks and then deletions first as PynamoDB sends them.

    Raises ValueError when it is more than a transaction takes; whoever makes the change leaves messages out first.
    """
    writes = [
        *_only_looked_at(table, change),
        *_gone_from_desk(table, change),
        *_letter_and_what_it_guards(table, change, zone),
        *_guarded_by_themselves(table, change),
    ]
    if len(writes) > MOST_ITEMS:
        raise ValueError(f"letter {change.after.id}: a move of {len(writes)} items; {MOST_ITEMS} fit in a transaction")
    return writes


def _only_looked_at(table: type[Item], change: Change) -> Iterator[Write]:
    if change.unchanged is not None:
        yield Write(items.letter_item(table, change.unchanged), _still(table, change.unchanged), checks=True)


def _gone_from_desk(table: type[Item], change: Change) -> Iterator[Write]:
    staying = {entry.owner for entry in change.desk}
    for entry in change.desk_before:
        if entry.owner not in staying:
            yield Write(items.desk_item(table, entry), deletes=True)


def _letter_and_what_it_guards(table: type[Item], change: Change, zone: ZoneInfo) -> Iterator[Write]:
    letter, new = change.after.id, table.pk.does_not_exist()
    yield Write(items.letter_item(table, change.after), _as_it_was(table, change))
    for event in change.events:
        yield Write(items.event_item(table, event, zone, change.import_batch), new)
    # Clocks, texts and desk entries need no condition of their own: whoever changes one goes through the letter's
    # (`put_off` alone does not, and gives way to whatever a move makes of the clock).
    for clock in change.clocks:
        yield Write(items.clock_item(table, letter, clock))
    for text in change.texts:
        yield Write(items.text_item(table, letter, text))
    for entry in change.desk:
        if entry not in change.desk_before:
            yield Write(items.desk_item(table, entry))


def _guarded_by_themselves(table: type[Item], change: Change) -> Iterator[Write]:
    letter, new = change.after.id, table.pk.does_not_exist()
    for message in change.messages:
        yield Write(items.message_item(table, message), new, Refusal.OWED_ALREADY)
    if change.writer is not None:
        yield Write(items.writer_item(table, letter, change.writer))
    if change.number is not None:
        yield Write(items.number_item(table, change.number), _is_next(table, change.number))
    if change.remember is not None:
        yield Write(items.remembered_item(table, change.remember), _is_free(table, change), Refusal.KEY_USED)
    if change.proof is not None:
        yield Write(items.proof_item(table, change.proof), new, Refusal.PROOF_SPENT)
    for upload in change.uploads:
        item = items.upload_item(table, replace(upload, taken=True))
        yield Write(item, And(table.state == items.OPEN, table.of_known_shape()), Refusal.UPLOAD_TAKEN)
    if change.before is None and change.after.source_number is not None:
        yield Write(items.source_item(table, change.after.source, change.after.source_number), new, Refusal.IMPORTED)


def _as_it_was(table: type[Item], change: Change) -> Condition:
    if change.before is None:
        return table.pk.does_not_exist()
    return _still(table, change.before)


def _still(table: type[Item], letter: Letter) -> Condition:
    """Unmoved, and of a shape that is known: whoever brings stored items into another one raises no version."""
    return And(And(table.version == letter.version, table.event_count == letter.event_count), table.of_known_shape())


def _is_next(table: type[Item], number: NumberTaken) -> Condition:
    if number.value == 1:
        return table.pk.does_not_exist()
    return And(table.value == number.value - 1, table.of_known_shape())


def _is_free(table: type[Item], change: Change) -> Condition:
    over = And(table.good_until <= instant(change.events[-1].recorded_at), table.of_known_shape())
    return Or(table.pk.does_not_exist(), over)
