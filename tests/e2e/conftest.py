"""One stand and one browser for all page tests; a county with three weeks behind it, and visitors to its pages."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from infra.environment import EMULATOR_PYTHON
from tests.e2e.county import County, lived_in, rules
from tests.e2e.visitors import PHONE, SIZES, Visitors, admitted
from tests.stand_driver import Stand

NOW = "2026-11-20T10:00+08:00"


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    """A stand that was just started."""
    if not EMULATOR_PYTHON.exists():
        pytest.skip("no .venv-emulator; run: make emulator-env")
    stand = Stand(tmp_path_factory.mktemp("stand"), rulebook=rules(tmp_path_factory.mktemp("rules"))).start()
    yield stand
    stand.end()


@pytest.fixture(scope="session")
def county(running: Stand) -> County:
    """The county on the stand. Its clock then stands at Friday 2026-11-20, 10:00."""
    return lived_in(running, NOW)


@pytest.fixture(scope="session")
def stand(running: Stand, county: County) -> Stand:
    """The stand with the county on it."""
    assert county.letters
    return running


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """Headless Chromium."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture(params=list(SIZES))
def visitors(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Visitors]:
    """Visitors with a phone, and then with a desktop."""
    yield from admitted(browser, SIZES[request.param])


@pytest.fixture
def callers(browser: Browser) -> Iterator[Visitors]:
    """Visitors with a phone."""
    yield from admitted(browser, PHONE)
