"""What each move costs: items written and write units, as the emulator counts them (moto's figures are wrong).

A transaction takes 2 write units for each started kilobyte of an item. An index entry takes 1 for each when it is
written, changed or removed, and 2 when its key changes. The letter's own item stays within a kilobyte, for what has
its default is left out of it. Whoever puts a text on the letter's own item sees these jump.
"""

from dataclasses import dataclass
from typing import Any

import pytest

from chalicelib.adapters.dynamodb import Item
from chalicelib.domain.payloads import Accept, Answer, Assign, Rate
from chalicelib.domain.workflow import Move
from chalicelib.ports import Change, LetterFile, NumberTaken
from tests.builders import ROADS, ROADS_HANDLER, WRITER, an_arrival, arrived, moved, swept
from tests.contract.stores import Stores, make_table, stores_on, written

ACCEPT = Accept()
ANSWER = Answer(body="答" * 1000)


@dataclass(slots=True)
class Cost:
    """Of the last transaction that was sent."""

    items: int = 0
    units: float = 0


@pytest.fixture
def measured(dynamodb_endpoint: str) -> tuple[Stores, Cost]:
    """A store on a new table, and the cost of what it writes."""
    table, cost = make_table(dynamodb_endpoint), Cost()
    listen(table, cost)
    return stores_on(table), cost


def listen(table: type[Item], cost: Cost) -> None:
    events = table._get_connection().connection.client.meta.events

    def sent(params: dict[str, Any], **_: object) -> None:
        cost.items = len(params["TransactItems"])

    def done(parsed: dict[str, Any], **_: object) -> None:
        cost.units = sum(each["CapacityUnits"] for each in parsed["ConsumedCapacity"])

    events.register("provide-client-params.dynamodb.TransactWriteItems", sent)
    events.register("after-call.dynamodb.TransactWriteItems", done)


def at_the_units_desk(stores: Stores) -> LetterFile:
    file = written(stores, arrived(arrival=an_arrival(body="问" * 500)))
    file = written(stores, moved(file, Move.ACCEPT, ACCEPT, number=NumberTaken("centre/2026", 1)))
    return written(stores, moved(file, Move.ASSIGN, Assign(units=(ROADS,))))


def cost_of(measured: tuple[Stores, Cost], change: Change) -> tuple[int, float]:
    stores, cost = measured
    stores.letters.commit(change)
    return cost.items, cost.units


def test_the_arrival_of_a_letter(measured: tuple[Stores, Cost]) -> None:
    """Letter, event, clock, text of 1.6 kB, desk entry, 2 archive entries, 3 messages, writer.

    11 items, the text of two kilobytes: 24; and one entry each in an index for event, clock, desk, archive and
    messages: 8.
    """
    assert cost_of(measured, arrived(arrival=an_arrival(body="问" * 500))) == (11, 32)


def test_accepting_and_giving_a_number(measured: tuple[Stores, Cost]) -> None:
    """Letter, event, desk entry, message, number series: 10; event 1, message 1, and the desk entry's change 1."""
    stores, _ = measured
    file = written(stores, arrived())
    assert cost_of(measured, moved(file, Move.ACCEPT, ACCEPT, number=NumberTaken("centre/2026", 1))) == (5, 13)


def test_assigning_to_one_unit(measured: tuple[Stores, Cost]) -> None:
    """The centre's desk entry goes; letter, event of two kilobytes, triage, handle and return clock, the unit's desk
    entry and its archive entry and 3 messages come: 11 items, 24. Indexes: three
    entries 3, event 2, two clocks 2, messages 3.
    """
    stores, _ = measured
    file = written(stores, arrived())
    file = written(stores, moved(file, Move.ACCEPT, ACCEPT, number=NumberTaken("centre/2026", 1)))
    assert cost_of(measured, moved(file, Move.ASSIGN, Assign(units=(ROADS,)))) == (11, 34)


def test_answering(measured: tuple[Stores, Cost]) -> None:
    """Two desk entries, letter, two ended clocks, 3 messages: 16; event of two kilobytes: 4; the answer, of four: 8.

    Indexes: two desk entries 2, event 2, the clock that had a next step 1, messages 3.
    """
    stores, _ = measured
    assert cost_of(measured, moved(at_the_units_desk(stores), Move.ANSWER, ANSWER, ROADS_HANDLER)) == (10, 36)


def test_a_reminder(measured: tuple[Stores, Cost]) -> None:
    """Letter, event, clock, message: 8; in the indexes event 1, message 1, and the clock's new key 2."""
    stores, _ = measured
    file = written(stores, arrived())
    due = file.clocks[0].next_action_at
    assert due is not None
    step = swept(file, file.clocks[0].id, due)
    assert step is not None
    assert cost_of(measured, step) == (4, 12)


def test_a_move_costs_the_same_however_long_the_letter_has_become(measured: tuple[Stores, Cost]) -> None:
    """What was written lies in items of its own; the letter's item, which each move rewrites, stays small."""
    stores, _ = measured
    rate = Rate(score=5)
    costs = []
    for letter_id, length in (("short", 10), ("long", 9_000)):
        file = written(stores, arrived(letter_id, arrival=an_arrival(body="问" * length)))
        file = written(stores, moved(file, Move.ACCEPT, ACCEPT, number=NumberTaken(f"{letter_id}/2026", 1)))
        file = written(stores, moved(file, Move.ASSIGN, Assign(units=(ROADS,))))
        file = written(stores, moved(file, Move.ANSWER, Answer(body="答" * length), ROADS_HANDLER))
        costs.append(cost_of(measured, moved(file, Move.RATE, rate, WRITER)))
    assert costs == [costs[0]] * 2
    assert costs[0] == (2, 5)
