"""The stores that must all behave alike: in memory, on DynamoDB in memory, on moto, on the emulator."""

from collections.abc import Callable, Iterator

import pytest
from moto import mock_aws

from chalicelib.adapters.dynamodb import Item
from tests.contract.stores import Stores, fake_stores, make_table, quick_table, stores_on

FAKE, QUICK, MOTO, EMULATOR = "fake", "quick", "moto", pytest.param("emulator", marks=pytest.mark.emulator)


def _stores(request: pytest.FixtureRequest) -> Iterator[Stores]:
    if request.param == FAKE:
        yield fake_stores()
    elif request.param == QUICK:
        yield stores_on(quick_table())
    elif request.param == MOTO:
        with mock_aws():
            yield stores_on(make_table(None))
    else:
        yield stores_on(make_table(request.getfixturevalue("dynamodb_endpoint")))


@pytest.fixture(params=[FAKE, QUICK, MOTO, EMULATOR])
def stores(request: pytest.FixtureRequest) -> Iterator[Stores]:
    """For everything one thread does."""
    yield from _stores(request)


@pytest.fixture(params=[FAKE, QUICK, EMULATOR])
def shared_stores(request: pytest.FixtureRequest) -> Iterator[Stores]:
    """For contention. Not moto: its DynamoDB loses updates under threads."""
    yield from _stores(request)


@pytest.fixture(params=[QUICK, MOTO])
def new_table(request: pytest.FixtureRequest) -> Iterator[Callable[[], type[Item]]]:
    """Makes empty tables, for what only the adapter on DynamoDB has to show."""
    if request.param == QUICK:
        yield quick_table
    else:
        with mock_aws():
            yield lambda: make_table(None)


@pytest.fixture
def table(new_table: Callable[[], type[Item]]) -> type[Item]:
    """One of them."""
    return new_table()
