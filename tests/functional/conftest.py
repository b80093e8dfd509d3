"""A county for each test that asks for one."""

from collections.abc import Iterator

import pytest

from chalicelib import bootstrap
from tests.functional.world import World


@pytest.fixture
def world() -> Iterator[World]:
    """A fresh county; the application forgets it afterwards."""
    yield World()
    bootstrap.use(None)
