"""Puts a backup's items into the installation's table: all into an empty one, or only what is not there any more.

A note in the table says that a restore is under way and from what, so one that was cut short goes on, and nobody starts
another over it. The end is checked item by item: as many as in the backup, with the same content.
"""

import json
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Final

from chalicelib.adapters.dynamodb import keys
from chalicelib.domain.letter import LetterId
from chalicelib.services import notices
from infra.cloud.account import told
from infra.cloud.backups import Item, Say, Source, all_items, tally_of
from infra.cloud.first_person import CONTACT, MAILBOX, UNIT
from infra.errors import OperatorError

_BATCH: Final = 25  # as many as one request takes
_HANDS: Final = 4
_TRIES: Final = 10
_SAY_EVERY: Final = 400  # batches
_MARK: Final = {"PK": {"S": keys.job("restore")}, "SK": {"S": keys.NOTE}}
_MAILBOXES: Final = "MAILBOX#"
_PERSON: Final = (keys.DIRECTORY, f"CONTACT#{CONTACT}")
_OFFICE: Final = (keys.DIRECTORY, f"UNIT#{UNIT}")
_BOX: Final = (keys.DIRECTORY, f"{_MAILBOXES}{MAILBOX}")
_NOTICES: Final = (keys.job(notices.NOTE), keys.NOTE)
Places = frozenset[tuple[str, str]]
"""Where items lie: partition and sort key."""


@dataclass(frozen=True, slots=True)
class Table:
    """The table to restore into."""

    client: Any
    name: str


@dataclass(frozen=True, slots=True)
class Mark:
    """What the note says: from what, which functions had a limit of their own, and whether what lay there is gone."""

    source: str
    reserved: Mapping[str, int]
    cleared: bool = False


def mark_of(table: Table) -> Mark | None:
    """The restore that is under way; None: none is. Raises OperatorError."""
    with told(f"The table {table.name} cannot be read"):
        found = table.client.get_item(TableName=table.name, Key=_MARK, ConsistentRead=True).get("Item")
    return Mark(**json.loads(found["data"]["S"])) if found else None


def set_mark(table: Table, mark: Mark) -> None:
    """Say that a restore begins, or (`cleared`) has got further. Raises OperatorError when another one has begun."""
    said = {"source": mark.source, "reserved": dict(mark.reserved), "cleared": mark.cleared}
    with told("Another restore has begun, or the table cannot be written"):
        table.client.put_item(
            TableName=table.name,
            Item={**_MARK, "data": {"S": json.dumps(said)}, "schema": {"N": "1"}},
            ConditionExpression="attribute_exists(PK)" if mark.cleared else "attribute_not_exists(PK)",
        )


def drop_mark(table: Table) -> None:
    """Say that it has come to its end."""
    with told(f"The table {table.name} cannot be written"):
        table.client.delete_item(TableName=table.name, Key=_MARK)


def is_empty(table: Table) -> bool:
    """Whether nothing lies there but what a deployment makes by itself: its first person, and notes of jobs.

    A holiday notice is kept like a job's note, but somebody loaded it.
    """
    with told(f"The table {table.name} cannot be read"):
        pages = table.client.get_paginator("scan").paginate(
            TableName=table.name, ConsistentRead=True, ProjectionExpression="PK, SK"
        )
        return all(_came_by_itself(item) for page in pages for item in page["Items"])


def staying(source: Source) -> Places:
    """Which entries of the first person stay in a new installation: those without which nobody could come in.

    The person and the office, unless the backup has that person; the mailbox only when the backup has none, since the
    first mailbox is where a letter goes that names none, and this would be before all of the backup's.
    """
    there = {_place(item) for item in source.items() if item["PK"]["S"] == keys.DIRECTORY}
    kept = set() if _PERSON in there else {_PERSON, _OFFICE}
    if not any(sk.startswith(_MAILBOXES) for _, sk in there):
        kept |= {_BOX, _OFFICE}
    return frozenset(kept - there)


def clear(table: Table, kept: Places, say: Say) -> None:
    """Delete everything but the mark and what is `kept`. Raises OperatorError."""
    gone = (
        {"DeleteRequest": {"Key": _key(item)}}
        for item in all_items(table.client, table.name)
        if not _is_mark(item) and _place(item) not in kept
    )
    _write(table, gone, lambda done: say(f"  {done} items taken out"))


def load_all(table: Table, source: Source, kept: Places, now: datetime, say: Say) -> int:
    """Put every item of the source there and compare, but for what was `kept`; how many. Again, it changes nothing.

    What has expired by `now` (UTC) is left out, and what is to expire is not compared: the table deletes it by itself.
    Raises OperatorError when the table then holds something else than the source.
    """
    good = (item for item in source.items() if not _is_mark(item) and not _has_expired(item, now))
    done = _write(
        table, ({"PutRequest": {"Item": item}} for item in good), lambda done: say(f"  {done} items put back")
    )
    say("comparing")
    wanted = tally_of(_lasting(source.items()))
    there = tally_of(i for i in _lasting(all_items(table.client, table.name)) if _place(i) not in kept)
    if (there.items, there.content) != (wanted.items, wanted.content):
        raise OperatorError(
            f"The table holds {there.items} items and the backup {wanted.items}, or they differ: something else wrote "
            "into the table. Nobody may use the installation meanwhile. Run the same command again."
        )
    return done


def load_missing(table: Table, source: Source, now: datetime, say: Say) -> int:
    """Put back what is not there any more, whole letters only; how many items. What is there stays as it is.

    A letter of which anything is there is left alone: half of it from another day would not fit together.
    """
    there = {item["PK"]["S"] for item in all_items(table.client, table.name)}
    missing = (
        item
        for item in source.items()
        if item["PK"]["S"] not in there and not _is_note(item) and not _has_expired(item, now)
    )
    return _write(table, ({"PutRequest": {"Item": item}} for item in missing), lambda done: say(f"  {done} put back"))


def load_letters(table: Table, source: Source, letters: Collection[LetterId], say: Say) -> int:
    """Put these letters back as the source has them, in place of what is there of them; how many items.

    Raises OperatorError when the source lacks one: nothing is changed then.
    """
    wanted = {keys.letter(letter) for letter in letters}
    items = [item for item in source.items() if item["PK"]["S"] in wanted]
    lacking = wanted - {item["PK"]["S"] for item in items}
    if lacking:
        names = ", ".join(sorted(pk.removeprefix(keys.letter(LetterId(""))) for pk in lacking))
        raise OperatorError(f"The backup holds no letter {names}. Nothing was changed.")
    kept = {(item["PK"]["S"], item["SK"]["S"]) for item in items}
    there = (item for item in all_items(table.client, table.name) if item["PK"]["S"] in wanted)
    gone = [{"DeleteRequest": {"Key": _key(i)}} for i in there if (i["PK"]["S"], i["SK"]["S"]) not in kept]
    _write(table, gone, say=lambda _: None)
    return _write(table, ({"PutRequest": {"Item": item}} for item in items), lambda done: say(f"  {done} put back"))


def _write(table: Table, requests: Iterable[dict[str, Any]], say: Callable[[int], None]) -> int:
    """Batches, some at the same time; how many requests."""
    done = 0
    with told(f"The table {table.name} cannot be written"), ThreadPoolExecutor(_HANDS) as pool:
        batches = _in_batches(requests, _BATCH)
        for number, several in enumerate(_in_batches(batches, _HANDS), start=1):
            done += sum(pool.map(lambda batch: _put(table, batch), several))
            if number * _HANDS % _SAY_EVERY == 0:
                say(done)
    return done


def _put(table: Table, batch: list[dict[str, Any]]) -> int:
    """One batch, what was not taken again and again, later each time."""
    left = {table.name: batch}
    for attempt in range(_TRIES):
        left = table.client.batch_write_item(RequestItems=left).get("UnprocessedItems", {})
        if not left:
            return len(batch)
        time.sleep(min(0.05 * 2**attempt, 5.0))
    raise OperatorError(f"{table.name} takes no more for now. Run the same command again in some minutes; it goes on.")


def _in_batches(things: Iterable[Any], size: int) -> Iterator[list[Any]]:
    iterator = iter(things)
    while batch := list(islice(iterator, size)):
        yield batch


def _key(item: Item) -> Item:
    return {"PK": item["PK"], "SK": item["SK"]}


def _place(item: Item) -> tuple[str, str]:
    return item["PK"]["S"], item["SK"]["S"]


def _is_mark(item: Item) -> bool:
    return _key(item) == _MARK


def _has_expired(item: Item, now: datetime) -> bool:
    return "expires_at" in item and float(item["expires_at"]["N"]) < now.timestamp()


def _lasting(items: Iterable[Item]) -> Iterator[Item]:
    return (item for item in items if not _is_mark(item) and "expires_at" not in item)


def _is_note(item: Item) -> bool:
    """A note of a job: each installation writes its own from the first minute on."""
    return str(item["PK"]["S"]).startswith(keys.job(""))


def _came_by_itself(item: Item) -> bool:
    place = _place(item)
    return place in {_PERSON, _OFFICE, _BOX} or (_is_note(item) and place != _NOTICES)
