"""What lies in the table, and what the adapter makes of it. Nothing here depends on threads or figures."""

import json
from collections.abc import Callable
from dataclasses import MISSING, fields, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from pydantic import TypeAdapter

from chalicelib.adapters.dynamodb import Item, codec
from chalicelib.adapters.dynamodb.move_writes import MOST_ITEMS
from chalicelib.domain.clocks import Clock
from chalicelib.domain.directory import Contact, Mailbox, Unit
from chalicelib.domain.letter import Approval, Assignment, DeskEntry, Letter, LetterId, Publication, Referral, Text
from chalicelib.domain.messages import Message
from chalicelib.domain.payloads import Accept, Answer, Assign
from chalicelib.domain.workflow import Move
from chalicelib.ports import NumberTaken, Remembered
from tests.builders import (
    FRIDAY,
    ROADS,
    ROADS_HANDLER,
    SHANGHAI,
    a_contact,
    a_directory,
    a_letter,
    a_message,
    an_arrival,
    arrived,
    moved,
)
from tests.contract.stores import Stores, client_of, loaded, stores_on, written

BODY = "东路的路灯坏了一周"


def raw(table: type[Item]) -> dict[str, dict[str, Any]]:
    """Every item as DynamoDB holds it, by its sort key (or its key, where that is alone)."""
    found = client_of(table).scan(TableName=table.Meta.table_name)["Items"]
    return {f"{each['PK']['S']}/{each['SK']['S']}": each for each in found}


def answered(table: type[Item]) -> Stores:
    """A letter from its arrival to its answer, with everything that can lie in the table."""
    stores = stores_on(table)
    key = Remembered("key-1", "hash", LetterId("letter-1"), FRIDAY + timedelta(days=1), answer=b"\xff\x00")
    arrival = an_arrival(body=BODY, source="province", source_number="P-1")
    file = written(stores, arrived(arrival=arrival, remember=key))
    file = written(stores, moved(file, Move.ACCEPT, Accept(), number=NumberTaken("centre/2026", 1)))
    file = written(stores, moved(file, Move.ASSIGN, Assign(units=(ROADS,))))
    written(stores, moved(file, Move.ANSWER, Answer(body="下周一修复"), ROADS_HANDLER))
    stores.letters.try_code(file.letter.id, FRIDAY, FRIDAY + timedelta(minutes=15), 5)
    directory = a_directory()
    stores.registry.put(
        list(directory.units.values()), list(directory.contacts.values()), list(directory.mailboxes.values())
    )
    stores.registry.raise_epoch(next(iter(directory.contacts)))
    stores.jobs.note("sweep", "done")
    return stores


def test_every_item_tells_the_version_of_its_shape(table: type[Item]) -> None:
    answered(table)
    items = raw(table)
    assert {key.split("#")[0] for key in items} == {"L", "M", "N", "K", "S", "R", "J"}
    assert [key for key, item in items.items() if item.get("schema") != {"N": "1"}] == []


def test_an_ended_clock_and_a_sent_message_have_no_key_in_the_due_index(table: type[Item]) -> None:
    """A sparse index must not hold a null: DynamoDB would refuse the item, and moto would not."""
    stores = answered(table)
    for message in stores.outbox.due(FRIDAY + timedelta(days=9), 99):
        held = replace(message, attempts=1)
        assert stores.outbox.lease(message, FRIDAY + timedelta(days=9))
        stores.outbox.settle(replace(held, state=type(message.state).SENT))
    items = raw(table).values()
    waiting = [item for item in items if "due_shard" in item or "due_at" in item]
    assert waiting == []
    assert not [item for item in items if any("NULL" in value for value in item.values())]


def test_the_letters_own_item_holds_no_text(table: type[Item]) -> None:
    """Every move rewrites it, and pays for each kilobyte."""
    answered(table)
    items = raw(table)
    holding = [key for key, item in items.items() if BODY in json.dumps(item, default=str, ensure_ascii=False)]
    assert holding == ["L#letter-1/T#001"]


def test_what_ttl_deletes_carries_whole_epoch_seconds(table: type[Item]) -> None:
    answered(table)
    items = raw(table)
    expiring = {key: int(item["expires_at"]["N"]) for key, item in items.items() if "expires_at" in item}
    assert expiring == {
        "K#key-1/KEY": int((FRIDAY + timedelta(days=1)).timestamp()),
        "L#letter-1/CODES": int((FRIDAY + timedelta(minutes=15)).timestamp()),
    }


def test_two_tables_in_one_process_are_two_stores(new_table: Callable[[], type[Item]]) -> None:
    one, other = stores_on(new_table()), stores_on(new_table())
    one.letters.commit(arrived("letter-1"))
    other.letters.commit(arrived("letter-2"))
    assert [letter.id for letter in one.letters.letters()] == ["letter-1"]
    assert [letter.id for letter in other.letters.letters()] == ["letter-2"]


def test_a_move_too_large_for_a_transaction_is_refused_with_its_size(table: type[Item]) -> None:
    messages = tuple(a_message(f"message-{number}") for number in range(MOST_ITEMS))
    with pytest.raises(ValueError, match="a move of 1"):
        stores_on(table).letters.commit(replace(arrived(), messages=messages))
    assert raw(table) == {}


def test_a_load_during_a_move_never_mixes_two_versions(table: type[Item]) -> None:
    """A query may see half of a transaction. Here the letter moves just before the query, and the query still
    shows its clock as it was: acting on that clock would pass the version check and undo the move.
    """
    stores = stores_on(table)
    file = written(stores, arrived())
    late = moved(file, Move.ACCEPT, Accept(), number=NumberTaken("centre/2026", 1))
    stale = raw(table)["L#letter-1/C#001"]["data"]
    late = replace(late, clocks=(replace(file.clocks[0], explained=True),))
    events, queries = client_of(table).meta.events, []

    def before_query(**_: object) -> None:
        queries.append(1)
        if len(queries) == 1:
            stores.letters.commit(late)

    def half_seen(parsed: dict[str, Any], **_: object) -> None:
        for item in parsed["Items"] if len(queries) == 1 else []:
            if item["SK"]["S"] == "C#001":
                item["data"] = stale

    events.register("before-parameter-build.dynamodb.Query", before_query)
    events.register("after-call.dynamodb.Query", half_seen)
    after = loaded(stores)
    assert (after.letter, after.clocks) == (late.after, late.clocks)


def test_instants_are_written_in_utc_and_a_naive_one_is_refused() -> None:
    local = a_letter(received_at=FRIDAY.astimezone(SHANGHAI))
    text = codec.LETTER.dump(local)
    assert '"received_at":"2026-11-20T02:00:00.000000Z"' in text
    assert codec.LETTER.load(text).received_at.utcoffset() == timedelta(0)
    with pytest.raises(ValueError, match="zone"):
        codec.LETTER.dump(a_letter(received_at=datetime(2026, 11, 20, 10)))  # noqa: DTZ001  that is the fault


def test_an_item_of_another_shape_is_refused_without_telling_what_stands_in_it() -> None:
    text = codec.CONTACT.dump(a_contact("liu", ROADS, phone="+8613800000000")).replace('"roles":[]', '"roles":"刘"')
    with pytest.raises(ValueError, match="stored Contact has another shape: roles") as refused:
        codec.CONTACT.load(text)
    assert "13800000000" not in str(refused.value)
    assert "刘" not in str(refused.value)
    assert refused.value.__cause__ is None
    with pytest.raises(ValueError, match="holds no data"):
        codec.CONTACT.load(None)


def test_what_has_its_default_is_left_out_of_an_item_and_comes_back(table: type[Item]) -> None:
    """A move rewrites the letter's item; older items name every field, and are read alike."""
    letter = arrived().after
    text = codec.LETTER.dump(letter)
    assert len(text.encode()) < 600
    assert "publish_consent" not in text
    every = TypeAdapter(Letter).dump_json(letter).decode()
    assert codec.LETTER.load(every) == codec.LETTER.load(text) == letter
    assert '"schema":' in codec.EVENT.dump(arrived().events[0])


STORED = (Letter, Assignment, Approval, Publication, Referral, Clock, DeskEntry, Message, Text, Contact, Unit, Mailbox)


@pytest.mark.parametrize("kind", STORED)
def test_what_is_left_out_of_an_item_is_nothing(kind: type) -> None:
    """A default that changed would change what lies in the table: so it says nothing, or is one of these for ever."""
    for_ever = {
        ("sensitivity", "general"),
        ("complexity", "simple"),
        ("last_hash", "0" * 64),
        ("kind", "other"),
        ("state", "waiting"),
        ("active", True),
        ("language", "zh-Hans"),
    }
    for each in fields(kind):
        assert each.default_factory is MISSING, each.name
        if each.default is not MISSING and each.default not in (None, False, 0, ()):
            assert (each.name, each.default) in for_ever
