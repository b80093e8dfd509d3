"""When the answer to a write gets lost on the way. On the emulator: moto ignores the ClientRequestToken."""

from dataclasses import replace

import pytest

from chalicelib.adapters.dynamodb import DynamoLetterStore, Item
from chalicelib.adapters.dynamodb.transaction import Sender
from chalicelib.ports import ConflictError
from tests.builders import SHANGHAI, arrived
from tests.contract.stores import make_table


@pytest.fixture
def table(dynamodb_endpoint: str) -> type[Item]:
    """An empty table."""
    return make_table(dynamodb_endpoint)


def test_a_write_whose_answer_was_lost_is_no_conflict_with_itself(table: type[Item]) -> None:
    """The SDK asks again; the version is its own already. The token tells that it is the same write."""
    events, sent = table._get_connection().connection.client.meta.events, []

    def lose_the_first_answer(**_: object) -> int | None:
        sent.append(1)
        return 0 if len(sent) == 1 else None  # 0: ask again, after no seconds

    events.register_first("needs-retry.dynamodb.TransactWriteItems", lose_the_first_answer)
    letters = DynamoLetterStore(table, SHANGHAI)
    letters.commit(arrived())
    assert len(sent) == 2
    file = letters.load(arrived().after.id)
    assert file is not None
    assert file.letter == arrived().after


def test_the_token_of_a_write_is_sent_with_it(table: type[Item]) -> None:
    """Two stores given one token: the second write is the first one again, and does nothing."""
    same = DynamoLetterStore(table, SHANGHAI, Sender(table, new_token=lambda: "a"))
    other = DynamoLetterStore(table, SHANGHAI, Sender(table, new_token=lambda: "b"))
    same.commit(arrived())
    same.commit(arrived())
    with pytest.raises(ConflictError):
        other.commit(replace(arrived(), texts=()))
