"""Each regulation's county: the real application, its rulebook, DynamoDB tables made by the project's own template."""

from collections.abc import Iterator

import pytest

from chalicelib import bootstrap
from tests.contract.stores import quick_table, stores_on
from tests.regulations.county import County, a_county

BOOKS = {
    "HF": "hefei-2008",
    "SF": "shuangfeng-2018",
    "PL": "pingliang-2012",
    "BB": "bengbu-2014",
    "CQ": "chongqing-2005",
}


@pytest.fixture
def county(request: pytest.FixtureRequest) -> Iterator[County]:
    """A fresh county under the regulation that the test's name begins with: `test_SF_…` runs under Shuangfeng's."""
    regulation = request.node.name.removeprefix("test_").partition("_")[0]
    yield County(a_county(), BOOKS[regulation], stores_on(quick_table()))
    bootstrap.use(None)
