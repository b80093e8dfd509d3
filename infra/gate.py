"""The gate behind `make test`: every check, quick ones first, one line a stage with its seconds.

A failing check stops nothing: all are run, so that one run shows all that is wrong. The last line counts the tests.
"""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree as Xml

from infra.environment import ROOT


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


def _checks() -> list[Stage]:
    programs = Path(sys.executable).parent
    return [
        Stage("format", [str(programs / "ruff"), "format", "--check", "--quiet", "."]),
        Stage("lint", [str(programs / "ruff"), "check", "--quiet", "."]),
        Stage("types", [str(programs / "mypy"), "--no-error-summary"]),
        Stage("import rules", [str(programs / "lint-imports"), "--no-cache"]),
        _tests("tests", "not emulator and not e2e and not bundle and not bench", "-n", "auto", "--dist", "worksteal"),
        _tests("tests on the emulator", "emulator and not e2e and not bench", "-n", "auto"),
        _tests("tests of the whole", "e2e"),
        _tests("the bundle", "bundle"),
    ]


def _tests(name: str, marks: str, *options: str) -> Stage:
    command = [sys.executable, "-m", "pytest", "-m", marks, "--durations=5", "--durations-min=5", *options]
    return Stage(name, command, is_tests=True)


def main(checks: Sequence[Stage] | None = None) -> int:
    """Run all checks; 0 when each one passed; a group without any test fails."""
    begun, total, failures = time.monotonic(), Counts(), []
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(ROOT)}
    for stage in _checks() if checks is None else checks:
        started = time.monotonic()
        passed, counts = _run(stage, environment)
        total += counts
        if not passed:
            failures.append(stage.name)
        figures = f"  ({counts})" if stage.is_tests else ""
        print(f"{'ok  ' if passed else 'FAIL'} {time.monotonic() - started:6.1f} s  {stage.name}{figures}", flush=True)
    print(f"{'failed: ' + ', '.join(failures) if failures else 'all ok'}, {time.monotonic() - begun:.0f} s in all")
    print(total)
    return 1 if failures else 0


def _run(stage: Stage, environment: dict[str, str]) -> tuple[bool, Counts]:
    """Run one check, and show what it wrote only when it failed."""
    with TemporaryDirectory(prefix="huiyin-gate-") as scratch:
        report = Path(scratch) / "report.xml"
        options = [f"--junit-xml={report}"] if stage.is_tests else []
        done = subprocess.run(
            [*stage.command, *options], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
        counts = read_counts(report)
    passed = done.returncode == 0  # a group that selects no test is a renamed mark: pytest says so with exit code 5
    if not passed:
        print(f"--- {stage.name} ---\n{done.stdout}{done.stderr}", end="")
    return passed, counts


def read_counts(report: Path) -> Counts:
    """The counts in pytest's JUnit report; none when it did not get so far as to write one."""
    if not report.exists():
        return Counts()
    suite = next(Xml.parse(report).getroot().iter("testsuite"))  # noqa: S314 - pytest wrote it a moment ago
    tests, failures, errors, skipped = (int(suite.attrib[name]) for name in ("tests", "failures", "errors", "skipped"))
    return Counts(tests - failures - errors - skipped, failures + errors, skipped)


if __name__ == "__main__":
    sys.exit(main())
