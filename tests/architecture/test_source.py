"""Rules that hold over the whole source: layers, time, clouds, words about each module."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib.config import REQUIRED

ROOT = Path(__file__).parent.parent.parent
SHIPPED = sorted([ROOT / "app.py", *(ROOT / "chalicelib").rglob("*.py"), *(ROOT / "scheduled").rglob("*.py")])
OURS = sorted([*SHIPPED, *(ROOT / "infra").rglob("*.py"), *(ROOT / "tests").rglob("*.py")])
SYSTEM_CLOCK = ROOT / "chalicelib" / "adapters" / "system_clock.py"
VERIFIER = ROOT / "chalicelib" / "verify.py"
"""Runs beside the ledger, outside the application."""

CLOCK_CALLS = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
    ("time", "time_ns"),
    ("time", "localtime"),
    ("time", "gmtime"),
}
CLOUD = re.compile(r"arn:aws[:\-]|amazonaws\.com")


def name(path: Path) -> str:
    """A file as people name it."""
    return str(path.relative_to(ROOT))


def calls(tree: ast.AST) -> Iterator[tuple[str, str, int]]:
    """Every call of something's attribute: owner, attribute, line. `datetime.datetime.now` counts as `datetime.now`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            if isinstance(owner, ast.Name):
                yield owner.id, node.func.attr, node.lineno
            elif isinstance(owner, ast.Attribute):
                yield owner.attr, node.func.attr, node.lineno


def reads_the_clock(source: str) -> list[int]:
    """Lines that ask the machine for the time."""
    tree = ast.parse(source)
    asked = [line for owner, attribute, line in calls(tree) if (owner, attribute) in CLOCK_CALLS]
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module == "time"]
    return asked + [node.lineno for node in imports if any(each.name.startswith("time") for each in node.names)]


@pytest.mark.parametrize("path", [path for path in SHIPPED if path not in {SYSTEM_CLOCK, VERIFIER}], ids=name)
def test_only_the_system_clock_asks_for_the_time(path: Path) -> None:
    """Time comes from TimeSource alone, so that a stand, a test and a report can choose it."""
    assert reads_the_clock(path.read_text()) == []


@pytest.mark.parametrize(
    "source",
    [
        "from datetime import datetime\ndatetime.now()",
        "import datetime\ndatetime.datetime.utcnow()",
        "from datetime import date\nx = date.today()",
        "import time\ntime.time()",
        "from time import time\ntime()",
    ],
)
def test_the_search_for_clocks_finds_them(source: str) -> None:
    assert reads_the_clock(source)


def test_the_system_clock_is_the_one_that_does() -> None:
    assert reads_the_clock(SYSTEM_CLOCK.read_text())


def test_no_partition_of_the_cloud_is_written_down() -> None:
    """In China both differ: ARNs and hosts are asked for or composed, never spelt out."""
    shipped = [
        *SHIPPED,
        *(ROOT / "infra").rglob("*.py"),
        *(ROOT / "infra").rglob("*.json"),
        *(ROOT / "website" / "src").rglob("*.js"),
    ]
    config = ROOT / ".chalice" / "config.json"
    written = [name(path) for path in [*shipped, config] if CLOUD.search(path.read_text())]
    assert written == []


@pytest.mark.parametrize("path", OURS, ids=name)
def test_every_module_says_what_it_is_for(path: Path) -> None:
    source = path.read_text()
    assert not source.strip() or ast.get_docstring(ast.parse(source))


@pytest.mark.parametrize("path", [path for path in SHIPPED if "adapters" not in path.parts], ids=name)
def test_what_is_public_has_a_docstring(path: Path) -> None:
    """What an adapter does is said at its port."""
    tree = ast.parse(path.read_text())
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    public = [node for node in tree.body if isinstance(node, kinds) and not node.name.startswith("_")]
    assert [node.name for node in public if not ast.get_docstring(node)] == []


def test_imports_run_one_way() -> None:
    """app, then scheduled and api, bootstrap, adapters and services, ports, domain."""
    program = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "Imports run one way KEPT" in done.stdout


IMPORT_APP = """
import os
class Watched(dict):
    asked = []
    def __getitem__(self, key):
        self.asked.append(key); return super().__getitem__(key)
    def get(self, key, default=None):
        self.asked.append(key); return super().get(key, default)
    def __contains__(self, key):
        self.asked.append(key); return super().__contains__(key)
os.environ = Watched(os.environ)
import app
print(sorted({key for key in Watched.asked if key.startswith("HUIYIN_")}))
"""


def test_importing_the_app_reads_no_setting() -> None:
    """A cold start fails on first use and says what is missing; packaging needs no environment at all."""
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_APP],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr


def test_importing_the_app_loads_no_client_and_no_heavy_library() -> None:
    """boto3, jinja2 and xlsxwriter are loaded by the functions that use them: a cold start is half as long without."""
    heavy = "[name for name in ('boto3', 'jinja2', 'xlsxwriter', 'itsdangerous.timed') if name in sys.modules]"
    done = subprocess.run(
        [sys.executable, "-c", f"import sys, app; print({heavy})"],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert set(ast.literal_eval(done.stdout.strip())) <= {"itsdangerous.timed"}


JOIN = """
import sys
from chalicelib import bootstrap
inst = bootstrap.installation()
print([inst.rulebook.name, inst.county, "boto3" in sys.modules, bootstrap.installation() is inst])
"""


def joined(**settings: str) -> subprocess.CompletedProcess[str]:
    """A process that joins everything under these settings and nothing else."""
    environment = {"PYTHONPATH": str(ROOT), **settings}
    return subprocess.run(
        [sys.executable, "-c", JOIN], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def test_joining_everything_makes_no_client_yet() -> None:
    """Each function pays for the clients it uses, on first use."""
    settings = dict.fromkeys(REQUIRED, "x")
    done = joined(**{**settings, "HUIYIN_RULEBOOK": "shuangfeng-2018", "HUIYIN_MAILER": "ses", "HUIYIN_TEXTS": "sns"})
    assert done.stdout.strip() == "['shuangfeng-2018', 'x', False, True]", done.stderr


def test_a_rulebook_nobody_ships_is_refused_with_those_there_are() -> None:
    settings = dict.fromkeys(REQUIRED, "x") | {"HUIYIN_MAILER": "ses", "HUIYIN_TEXTS": "sns"}
    done = joined(**settings)
    assert done.returncode != 0
    assert "shuangfeng-2018" in done.stderr.splitlines()[-1]


def test_without_settings_what_is_missing_is_named() -> None:
    done = joined()
    assert all(name in done.stderr.splitlines()[-1] for name in REQUIRED)


def test_tests_patch_nothing() -> None:
    """Time, ids and ports are passed in. `setenv` for programs that read an environment is no patch of ours."""
    patch = re.compile(r"unittest\.mock|mocker\b|monkeypatch\.(setattr|delattr)|\bMagicMock\b|@patch")
    found = [name(path) for path in OURS if path.is_relative_to(ROOT / "tests") and path != Path(__file__)]
    assert [each for each in found if patch.search((ROOT / each).read_text())] == []
