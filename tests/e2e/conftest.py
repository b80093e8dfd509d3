"""One stand and one browser for all page tests."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from infra.environment import EMULATOR_PYTHON
from tests.stand_driver import Stand


@pytest.fixture(scope="session")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    """A stand whose clock was set to Friday 2026-11-20, 10:00."""
    if not EMULATOR_PYTHON.exists():
        pytest.skip("no .venv-emulator; run: make emulator-env")
    running = Stand(tmp_path_factory.mktemp("stand")).start()
    running.set_clock("2026-11-20T10:00+08:00")
    yield running
    running.end()


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """Headless Chromium."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield running
        running.close()
