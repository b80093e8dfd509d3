"""The gate behind `make test`: every check, quick ones first, one line a stage with its seconds.

Checks that use one core each run side by side. A failing check stops nothing: all are run, so that one run shows all
that is wrong. The last line counts the tests.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree as Xml

from infra.environment import ROOT

_BY_FILE = ("--dist", "loadfile", "--no-loadscope-reorder")
_ROOM = 4 * 1024**3  # bytes that the tests' files need at most, several times over
_MEMORY = Path("/dev/shm")  # noqa: S108  a file system in memory, where there is one


@dataclass(frozen=True, slots=True)
class Stage:
    """One check: its name and the program with its arguments, run by this environment's Python."""

    name: str
    command: Sequence[str]
    is_tests: bool = False


@dataclass(frozen=True, slots=True)
class Counts:
    """How many tests ended how."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one check, after how many seconds; `written` is what it said."""

    stage: Stage
    passed: bool
    counts: Counts
    seconds: float
    written: str


def _checks() -> list[list[Stage]]:
    programs = Path(sys.executable).parent
    return [
        [
            Stage("format", [str(programs / "ruff"), "format", "--check", "--quiet", "."]),
            Stage("lint", [str(programs / "ruff"), "check", "--quiet", "."]),
            Stage("pages' lint", [sys.executable, "-m", "infra.site.lint"]),
            Stage("types", [str(programs / "mypy"), "--no-error-summary"]),
            Stage("import rules", [str(programs / "lint-imports"), "--no-cache"]),
        ],
        [_tests("tests", "not emulator and not e2e and not bundle and not bench", "-n", "auto", "--dist", "worksteal")],
        [_tests("tests of the whole", "e2e", "-n", "2", "--dist", "worksteal")],
        # A file of these has a stand or an account of its own, begun once: one worker takes all of a file, the longest
        # first. A rehearsal waits for a schedule to fire, so there is one worker more than usual.
        [_tests("the emulator, the bundle", "(emulator or bundle) and not e2e and not bench", "-n", "3", *_BY_FILE)],
    ]


def _tests(name: str, marks: str, *options: str) -> Stage:
    command = [sys.executable, "-m", "pytest", "-m", marks, "--durations=5", "--durations-min=5", *options]
    return Stage(name, command, is_tests=True)


def main(*rounds: Sequence[Stage]) -> int:
    """Run all checks, those of one round side by side; 0 when each one passed; a group without any test fails."""
    begun, total, failures = time.monotonic(), Counts(), []
    for checks in rounds or _checks():
        with ThreadPoolExecutor(len(checks)) as lanes:
            for result in lanes.map(_run, checks):
                _tell(result)
                total += result.counts
                if not result.passed:
                    failures.append(result.stage.name)
    print(f"{'failed: ' + ', '.join(failures) if failures else 'all ok'}, {time.monotonic() - begun:.0f} s in all")
    print(total)
    return 1 if failures else 0


def _tell(result: Result) -> None:
    """One line; what the check wrote comes before it, and only when it failed."""
    name = result.stage.name
    if not result.passed:
        print(f"--- {name} ---\n{result.written}", end="")
    figures = f"  ({result.counts})" if result.stage.is_tests else ""
    print(f"{'ok  ' if result.passed else 'FAIL'} {result.seconds:6.1f} s  {name}{figures}", flush=True)


def _run(stage: Stage) -> Result:
    started = time.monotonic()
    # Compiled modules of tests and program lie beside the checkout's files, never among them: a bundle holds what lies
    # about, and without any each worker of each stage would compile all of them again.
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(ROOT / ".cache" / "pycache"), "PYTHONPATH": str(ROOT)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    with TemporaryDirectory(prefix="huiyin-gate-", dir=_quick_folder()) as scratch:
        environment["TMPDIR"] = scratch
        report = Path(scratch) / "report.xml"
        options = [f"--junit-xml={report}"] if stage.is_tests else []
        done = subprocess.run(
            [*stage.command, *options], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
        counts = read_counts(report)
    passed = done.returncode == 0  # a group that selects no test is a renamed mark: pytest says so with exit code 5
    return Result(stage, passed, counts, time.monotonic() - started, done.stdout + done.stderr)


def _quick_folder() -> Path | None:
    """In memory, if there is room for the files of all tests; None: wherever temporary files usually lie."""
    if not _MEMORY.is_dir() or not os.access(_MEMORY, os.W_OK):
        return None
    return _MEMORY if shutil.disk_usage(_MEMORY).free > _ROOM else None


def read_counts(report: Path) -> Counts:
    """The counts in pytest's JUnit report; none when it did not get so far as to write one."""
    if not report.exists():
        return Counts()
    suite = next(Xml.parse(report).getroot().iter("testsuite"))  # noqa: S314 - pytest wrote it a moment ago
    tests, failures, errors, skipped = (int(suite.attrib[name]) for name in ("tests", "failures", "errors", "skipped"))
    return Counts(tests - failures - errors - skipped, failures + errors, skipped)


if __name__ == "__main__":
    sys.exit(main())
