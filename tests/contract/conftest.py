"""The stores that must all behave alike: in memory, on moto, on the emulator."""

from collections.abc import Iterator

import pytest
from moto import mock_aws

from chalicelib.adapters.dynamodb import Item
from tests.contract.stores import Stores, fake_stores, make_table, stores_on

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


@pytest.fixture
def table() -> Iterator[type[Item]]:
    """An empty table on moto, for what only the adapter on DynamoDB has to show."""
    with mock_aws():
        yield make_table(None)
