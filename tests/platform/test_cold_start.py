"""A cold start is short: what functions load at init is held to a list, its time to that of the smallest app."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from infra import package
from infra.package import Bundle
from tests.bench.cold_start import API, LIMIT, in_turns, make_comparison, ratio, request, scheduled
from tests.bench.runtime_api import DidNotStartError, start

pytestmark = pytest.mark.bundle

HEAVY = {
    "altcha",
    "aws_lambda_powertools",
    "boto3",
    "isal",
    "itsdangerous",
    "jinja2",
    "markupsafe",
    "msgspec",
    "multiprocessing",
    "pydantic",
    "pydantic_core",
    "rfc8785",
    "s3transfer",
    "smtplib",
    "tzdata",
    "xlsxwriter",
}
"""What no function may load before it is asked for something."""

OURS = 17
"""Modules of our own that a function may load at init: the routes or the job, all schedules, and packages."""

ROUNDS = 3
STARTS = 7

LOADED = """
import importlib, json, sys
sys.path.insert(0, sys.argv[1])
importlib.import_module(sys.argv[2].rpartition(".")[0])
print(json.dumps(sorted(sys.modules)))
"""


@pytest.fixture(scope="module")
def tree(bundle: Bundle, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundle unzipped, as it lies in /var/task."""
    folder = tmp_path_factory.mktemp("task")
    package.unpack(bundle.zip, folder)
    return folder


@pytest.fixture(scope="module")
def handlers(bundle: Bundle) -> list[str]:
    """The entry points of all functions."""
    return sorted(package.handlers(bundle.template))


def loaded(tree: Path, handler: str) -> set[str]:
    """The modules there are after the handler's was imported, by nothing but the bundle."""
    command = [sys.executable, "-I", "-S", "-B", "-c", LOADED, str(tree), handler]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout))


def test_no_function_loads_at_init_what_only_some_requests_need(tree: Path, handlers: list[str]) -> None:
    found = {each: sorted({name.partition(".")[0] for name in loaded(tree, each)} & HEAVY) for each in handlers}
    assert found == {each: [] for each in handlers}


def test_a_function_loads_little_of_our_own_at_init(tree: Path, handlers: list[str]) -> None:
    """No view, no rule, no adapter: they come with the first request or run. A job loads no route and no other job."""
    for handler in handlers:
        ours = {name for name in loaded(tree, handler) if name.partition(".")[0] in {"app", "chalicelib", "scheduled"}}
        assert len(ours) <= OURS, sorted(ours)
        if handler != API:
            jobs = {name for name in ours if f"{name}.{name.rpartition('.')[2]}" in handlers}
            assert "chalicelib.api.routes" not in ours
            assert jobs <= {handler.rpartition(".")[0], "scheduled.close_day"}  # the reports' job closes days first


def test_the_tables_client_is_loaded_at_init(tree: Path, handlers: list[str]) -> None:
    """Every request and run needs it, and a starting function has more of the processor than a running one."""
    assert all("pynamodb.models" in loaded(tree, each) for each in handlers)


def test_init_takes_hardly_longer_than_of_an_app_with_chalice_and_pynamodb_alone(
    tree: Path, handlers: list[str], tmp_path: Path
) -> None:
    """Through awslambdaric, in turns, medians of the processor's time. A busy machine gets three rounds."""
    comparison = make_comparison(tree, tmp_path / "comparison")
    ratios: dict[str, float] = {}
    for _ in range(ROUNDS):
        starts = in_turns(tree, comparison, [each for each in handlers if ratios.get(each, 9) > LIMIT], STARTS)
        ratios |= {name: ratio(starts, name) for name in starts}
        if max(ratios.values()) <= LIMIT:
            break
    assert {name: round(each, 2) for name, each in ratios.items() if each > LIMIT} == {}


def test_a_function_that_was_not_set_up_answers_all_the_same(tree: Path) -> None:
    """The first request, through the cloud's own runtime client: a problem document, not a stack trace."""
    started = start(tree, API, request("GET", "/health"))
    assert started.answer["statusCode"] == 500
    assert json.loads(started.answer["body"])["type"] == "urn:huiyin:problem:unexpected"
    assert started.first_ms is not None
    assert started.first_ms > started.init_ms > 0
    assert started.cpu_ms > 0


def test_a_run_that_fails_says_so_to_the_cloud(tree: Path) -> None:
    with pytest.raises(DidNotStartError, match="sweep: SettingsError"):
        start(tree, "scheduled.sweep.sweep", scheduled())


def test_an_init_that_fails_is_told(tree: Path, tmp_path: Path) -> None:
    """Else a bundle that does not start would count as a fast one."""
    broken = Path(shutil.copytree(tree / "chalice", tmp_path / "broken" / "chalice")).parent
    (broken / "app.py").write_text("import no_such_library\n")
    with pytest.raises(DidNotStartError, match="no_such_library"):
        start(broken, API)
