"""What every test may use: dummy credentials, the shared AWS emulator, the browser; and the rule that CI never skips.

Tests that use `emulator` or `stack` (directly or through another fixture) are marked `emulator`; those under
tests/e2e `e2e`, and those under tests/bench `bench`. The gate runs the groups one after the other.
"""

import fcntl
import gc
import itertools
import os
import shutil
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from infra import emulator as emulator_process
from infra.emulator import Emulator
from infra.environment import DUMMY_CREDENTIALS, ROOT
from infra.errors import OperatorError
from infra.provision import Provisioned, provision

# Set before any test module is imported: no test may ever reach a real account, nor the stand of this machine.
_RUN = "HUIYIN_TEST_RUN"  # the controller's process id; its workers inherit it
for _name in [name for name in os.environ if name.startswith(("AWS_", "HUIYIN_")) and name != _RUN]:
    del os.environ[_name]
os.environ.update(DUMMY_CREDENTIALS)
os.environ["POWERTOOLS_METRICS_NAMESPACE"] = "Huiyin"
os.environ["POWERTOOLS_SERVICE_NAME"] = "huiyin-tested"

# A busy machine is no fault of the code.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

_IN_CI = os.environ.get("CI") == "true"
_GROUPS = {ROOT / "tests" / "e2e": "e2e", ROOT / "tests" / "bench": "bench"}
_LONGEST_FIRST = (
    "test_rehearsal",
    "test_stand_silence",
    "test_deploying",
    "test_stand_killed",
    "test_cold_start",
    "test_import_on_emulator",
    "test_template",
    "test_stand",
    "test_stand_http",
)
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_stack_numbers = itertools.count(1)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Whoever asks for the tests of one folder by their mark need not wait until all others are loaded too."""
    folders = [folder for folder, mark in _GROUPS.items() if mark == config.option.markexpr]
    if folders and not any(_one_in_the_other(collection_path, folder) for folder in folders):
        return True
    return None


def _one_in_the_other(path: Path, folder: Path) -> bool:
    return path.is_relative_to(folder) or folder.is_relative_to(path)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give each test the mark of its group, so that nobody has to remember it; it is for that folder alone.

    The longest files come first: of a run whose workers take whole files, none is left to the end.
    """
    turns = {name: turn for turn, name in enumerate(_LONGEST_FIRST)}
    items.sort(key=lambda item: turns.get(item.path.stem, len(turns)))
    for item in items:
        if "emulator" in getattr(item, "fixturenames", ()):
            item.add_marker("emulator")
        for folder, mark in _GROUPS.items():
            if item.path.is_relative_to(folder):
                item.add_marker(mark)
            elif item.get_closest_marker(mark):
                raise pytest.UsageError(f"{item.nodeid} is marked {mark}, which is for tests in {folder} alone")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A skip in CI is a failure: there, what a test needs must be installed."""
    report = yield
    if _IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"Skipped, which CI does not allow: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same for a whole module that skips itself."""
    report = yield
    if _IN_CI and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"Skipped, which CI does not allow: {report.longrepr}"
    return report


def pytest_collection_finish() -> None:
    """What was loaded stays: nobody need look through all of it for garbage again, after every report that is made."""
    gc.collect()
    gc.freeze()


def pytest_configure(config: pytest.Config) -> None:
    """The controller names the folder in which all its workers find the one emulator."""
    if not hasattr(config, "workerinput"):
        os.environ[_RUN] = str(os.getpid())


def pytest_sessionfinish(session: pytest.Session) -> None:
    """The controller ends last, and ends the emulator if any worker started it."""
    if hasattr(session.config, "workerinput"):
        return
    home = _emulator_home()
    if home.exists():
        if running := emulator_process.running(home):
            running.stop()
        shutil.rmtree(home)
        home.with_suffix(".lock").unlink()


def _emulator_home() -> Path:
    return ROOT / ".cache" / f"test-emulator-{os.environ[_RUN]}"


@pytest.fixture(scope="session")
def emulator() -> Emulator:
    """One AWS emulator for the whole run, shared by all workers, empty at the start and thrown away after.

    Take a `stack` for resources of your own in it. Without its virtual environment the test is skipped (in CI: fails).
    """
    home = _emulator_home()
    home.parent.mkdir(exist_ok=True)
    with home.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # one worker starts it, the others find it
        try:
            return emulator_process.start(home)
        except OperatorError as error:
            pytest.skip(str(error))


@pytest.fixture(scope="session")
def dynamodb_endpoint(emulator: Emulator) -> str:
    """The emulator's address, for a store built with its host given."""
    return emulator.endpoint


@pytest.fixture
def stack(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Provisioned:
    """Fresh table, buckets, keys and secrets in the emulator for one test, and the environment that points at them."""
    made = provision(emulator.endpoint, f"test-{os.getpid()}-{next(_stack_numbers)}")
    for name, value in {**made.environment, "AWS_ENDPOINT_URL": emulator.endpoint}.items():
        monkeypatch.setenv(name, value)
    return made


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the browser for page tests; without one they are skipped (in CI: fail)."""
    for name in _BROWSERS:
        if path := shutil.which(name):
            return path
    pytest.skip("No Chromium found. Run: make browser")
