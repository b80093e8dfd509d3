"""An item that cannot be read, or an index that tells the wrong thing, harms nothing but itself."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.adapters.dynamodb import Item
from chalicelib.domain.desk import owner_centre
from chalicelib.domain.letter import LetterId
from chalicelib.domain.messages import MessageState
from chalicelib.ports import Owed
from tests.builders import CENTRE, FRIDAY, a_message, arrived
from tests.contract.stores import Stores, client_of, stores_on

MINUTE = timedelta(minutes=1)


def data_of_another_shape(table: type[Item], row: Item) -> None:
    row.update(actions=[table.data.set('{"from":"a later version"}')])


def no_data_at_all(table: type[Item], row: Item) -> None:
    row.update(actions=[table.data.remove()])


Damage = Callable[[type[Item], Item], None]
DAMAGES = [data_of_another_shape, no_data_at_all]


def with_one_bad_message(table: type[Item], damage: Damage) -> Stores:
    stores = stores_on(table)
    for number, name in enumerate(("good", "bad", "later")):
        stores.outbox.add(a_message(name, not_before=FRIDAY + number * MINUTE))
    damage(table, table("M#bad", "MESSAGE"))
    return stores


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_message_that_cannot_be_read_holds_up_no_other(table: type[Item], damage: Damage) -> None:
    """Else one bad item would mean no mail for anybody."""
    outbox = with_one_bad_message(table, damage).outbox
    assert [message.id for message in outbox.due(FRIDAY + 9 * MINUTE, 10)] == ["good", "later"]
    assert [message.id for message in outbox.due(FRIDAY + 9 * MINUTE, 2)] == [
        "good",
        "later",
    ]  # it takes nobody's place
    assert list(outbox.stuck()) == []


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_message_that_cannot_be_read_is_told_by_its_id(table: type[Item], damage: Damage) -> None:
    outbox = with_one_bad_message(table, damage).outbox
    for _ in range(2):
        owed = sorted(outbox.owed(), key=lambda each: each.id)
        assert [each.id for each in owed] == ["bad", "good", "later"]
        assert owed[0] == Owed("bad", None)
        outbox.due(FRIDAY + 9 * MINUTE, 10)


def test_a_message_that_can_be_read_again_is_found_where_the_stuck_ones_are(table: type[Item]) -> None:
    outbox = with_one_bad_message(table, data_of_another_shape).outbox
    outbox.due(FRIDAY + 9 * MINUTE, 10)
    row = table.find("M#bad", "MESSAGE")
    assert row is not None
    assert (row.due_shard, row.state) == ("stuck#0", MessageState.WAITING.value)
    good = table.find("M#good", "MESSAGE")
    assert good is not None
    row.update(actions=[table.data.set(good.data)])
    assert [message.id for message in outbox.stuck()] == ["good"]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_letter_that_cannot_be_read_hides_no_other(table: type[Item], damage: Damage) -> None:
    stores = stores_on(table)
    for name in ("letter-1", "letter-2"):
        stores.letters.commit(arrived(name))
    damage(table, table("L#letter-1", "LETTER"))
    assert [letter.id for letter in stores.letters.letters()] == ["letter-2"]
    assert sorted(stores.letters.letter_ids()) == ["letter-1", "letter-2"]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_desk_entry_that_cannot_be_read_hides_no_other(table: type[Item], damage: Damage) -> None:
    stores = stores_on(table)
    for name in ("letter-1", "letter-2"):
        stores.letters.commit(arrived(name))
    damage(table, table("L#letter-1", f"D#{owner_centre(CENTRE)}"))
    assert [entry.letter for entry in stores.letters.desk([owner_centre(CENTRE)])] == ["letter-2"]


def test_an_index_that_shows_a_message_on_two_pages_finds_it_once(table: type[Item]) -> None:
    """It moved in the index between the pages. DynamoDB refuses to look one key up twice in a batch."""
    stores = stores_on(table)
    for name in ("one", "two"):
        stores.outbox.add(a_message(name))

    def shown_twice(parsed: dict[str, Any], **_: object) -> None:
        parsed["Items"] = [*parsed["Items"], *parsed["Items"]]
        parsed["Count"] = parsed["ScannedCount"] = len(parsed["Items"])

    client_of(table).meta.events.register("after-call.dynamodb.Query", shown_twice)
    assert sorted(message.id for message in stores.outbox.due(FRIDAY, 10)) == ["one", "two"]


def test_the_id_of_a_letter_is_read_whatever_lies_beside_it(table: type[Item]) -> None:
    stores = stores_on(table)
    stores.letters.try_code(LetterId("unknown-12ab"), FRIDAY, FRIDAY + MINUTE, 5)
    stores.letters.commit(arrived("letter-1"))
    assert list(stores.letters.letter_ids()) == ["letter-1"]
