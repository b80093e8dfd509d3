"""What the contract suite runs on: the ports as one value, and new tables for it."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from itertools import count
from threading import Barrier
from typing import Any, TypeVar

import boto3

from chalicelib.adapters.dynamodb import (
    DynamoJobRuns,
    DynamoLetterStore,
    DynamoOutbox,
    DynamoRegistry,
    Item,
    open_table,
)
from chalicelib.domain.letter import LetterId
from chalicelib.ports import Change, JobRuns, LetterFile, LetterStore, Outbox, Registry
from infra.environment import LOCAL_REGION
from infra.template import load
from tests.builders import SHANGHAI
from tests.fakes.dynamodb import DynamoInMemory
from tests.fakes.store import FakeJobRuns, FakeLetterStore, FakeOutbox, FakeRegistry

T = TypeVar("T")
CROWD = 8
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Stores:
    """One installation's store, by its ports. `table` is None for the fake."""

    letters: LetterStore
    outbox: Outbox
    registry: Registry
    jobs: JobRuns
    table: type[Item] | None = None


def stores_on(table: type[Item]) -> Stores:
    """The adapters on one table."""
    return Stores(
        DynamoLetterStore(table, SHANGHAI), DynamoOutbox(table), DynamoRegistry(table), DynamoJobRuns(table), table
    )


def fake_stores() -> Stores:
    """The stores in memory."""
    outbox = FakeOutbox()
    return Stores(FakeLetterStore(outbox, SHANGHAI), outbox, FakeRegistry(), FakeJobRuns())


def make_table(endpoint: str | None) -> type[Item]:
    """A new table by the template's definition; without its encryption, which would need a key in the emulator."""
    client = boto3.client("dynamodb", region_name=LOCAL_REGION, endpoint_url=endpoint)
    client.create_table(TableName=(name := _new_name()), **_definition())
    return open_table(name, LOCAL_REGION, endpoint)


def quick_table() -> type[Item]:
    """The same in the test's own memory (`tests.fakes.dynamodb`): many times as quick as moto."""
    table = open_table(_new_name(), LOCAL_REGION)
    DynamoInMemory(_definition()).join(client_of(table))
    return table


def client_of(table: type[Item]) -> Any:
    """The client through which a table's items come and go."""
    return table._get_connection().connection.client


def _new_name() -> str:
    return f"contract-{os.getpid()}-{next(_numbers)}"  # workers share one emulator


@cache
def _definition() -> dict[str, Any]:
    ((_, properties),) = load().of_type("AWS::DynamoDB::Table").items()
    wanted = ("BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")
    return {key: properties[key] for key in wanted}


def loaded(stores: Stores, letter_id: str = "letter-1") -> LetterFile:
    """A letter that must be there."""
    file = stores.letters.load(LetterId(letter_id))
    assert file is not None
    return file


def written(stores: Stores, change: Change) -> LetterFile:
    """Write it, and load the letter again."""
    stores.letters.commit(change)
    return loaded(stores, change.after.id)


def at_once(job: Callable[[int], T]) -> list[T]:
    """What each of eight threads returns for its number, all let go at the same moment."""
    gate = Barrier(CROWD)

    def run(number: int) -> T:
        gate.wait(timeout=30)
        return job(number)

    with ThreadPoolExecutor(CROWD) as pool:
        return list(pool.map(run, range(CROWD)))
