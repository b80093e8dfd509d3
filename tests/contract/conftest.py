"""The stores that must all behave alike: in memory, on moto, on the emulator."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import boto3
import pytest
from moto import mock_aws

from chalicelib.adapters.dynamodb import (
    DynamoJobRuns,
    DynamoLetterStore,
    DynamoOutbox,
    DynamoRegistry,
    Item,
    open_table,
)
from chalicelib.ports import JobRuns, LetterStore, Outbox, Registry
from infra.environment import LOCAL_REGION
from infra.template import load
from tests.builders import SHANGHAI
from tests.fakes.store import FakeJobRuns, FakeLetterStore, FakeOutbox, FakeRegistry

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
    name = f"contract-{next(_numbers)}"
    ((_, properties),) = load().of_type("AWS::DynamoDB::Table").items()
    wanted = ("BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")
    definition: dict[str, Any] = {key: properties[key] for key in wanted}
    client = boto3.client("dynamodb", region_name=LOCAL_REGION, endpoint_url=endpoint)
    client.create_table(TableName=name, **definition)
    return open_table(name, LOCAL_REGION, endpoint)


FAKE, MOTO, EMULATOR = "fake", "moto", pytest.param("emulator", marks=pytest.mark.emulator)


def _stores(request: pytest.FixtureRequest) -> Iterator[Stores]:
    if request.param == FAKE:
        yield fake_stores()
    elif request.param == MOTO:
        with mock_aws():
            yield stores_on(make_table(None))
    else:
        yield stores_on(make_table(request.getfixturevalue("dynamodb_endpoint")))


@pytest.fixture(params=[FAKE, MOTO, EMULATOR])
def stores(request: pytest.FixtureRequest) -> Iterator[Stores]:
    """For everything one thread does."""
    yield from _stores(request)


@pytest.fixture(params=[FAKE, EMULATOR])
def shared_stores(request: pytest.FixtureRequest) -> Iterator[Stores]:
    """For contention. Not moto: its DynamoDB loses updates under threads."""
    yield from _stores(request)
