"""A county of each dump."""

from collections.abc import Iterator

import pytest

from chalicelib import bootstrap
from tests.versions.county import Updated, dumps, read


@pytest.fixture(params=dumps())
def county(request: pytest.FixtureRequest) -> Iterator[Updated]:
    """Every county that any version left."""
    yield Updated(read(request.param))
    bootstrap.use(None)


@pytest.fixture(params=dumps("-shuangfeng"))
def shuangfeng(request: pytest.FixtureRequest) -> Iterator[Updated]:
    """Of each version the county with letters in every state of a plain way."""
    yield Updated(read(request.param))
    bootstrap.use(None)


@pytest.fixture(params=dumps("-chongqing"))
def chongqing(request: pytest.FixtureRequest) -> Iterator[Updated]:
    """Of each version the county with referrals, chains of signatures and publishing."""
    yield Updated(read(request.param))
    bootstrap.use(None)


@pytest.fixture(params=dumps("-pingliang"))
def pingliang(request: pytest.FixtureRequest) -> Iterator[Updated]:
    """Of each version the county with repeats and a common pool."""
    yield Updated(read(request.param))
    bootstrap.use(None)
