"""The gate fails when anything in it fails, and its last line counts the tests."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from infra.environment import ROOT
from infra.gate import Counts, Stage, main

_FINE = Stage("fine", [sys.executable, "-c", ""])
_BROKEN = Stage("broken", [sys.executable, "-c", "import sys; sys.exit('what is wrong')"])


def _tests(tmp_path: Path, source: str) -> Stage:
    file = tmp_path / "test_sample.py"
    file.write_text(source)
    return Stage("sample", [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", str(file)], is_tests=True)


def test_it_passes_when_all_passes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([_FINE, _tests(tmp_path, "def test_a(): pass\ndef test_b(): pass")]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "2 passed, 0 failed, 0 skipped"


def test_a_failing_check_fails_it_and_is_shown_and_the_rest_is_still_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([_BROKEN, _tests(tmp_path, "def test_a(): pass")]) == 1
    out = capsys.readouterr().out
    assert "what is wrong" in out
    assert "failed: broken" in out
    assert out.splitlines()[-1] == "1 passed, 0 failed, 0 skipped"


def test_checks_of_one_round_run_side_by_side_and_are_told_in_their_order(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each waits for the file that the other makes: one after the other neither would end well."""
    wait = "import pathlib, sys, time\nmine, other = map(pathlib.Path, sys.argv[1:])\nmine.touch()\n"
    wait += "until = time.monotonic() + 20\nwhile not other.exists(): assert time.monotonic() < until"
    files = [str(tmp_path / name) for name in "ab"]
    one = Stage("one", [sys.executable, "-c", wait, *files])
    other = Stage("other", [sys.executable, "-c", wait, *reversed(files)])
    assert main([one, other, _BROKEN], [_FINE]) == 1
    told = [line.split("s  ")[1] for line in capsys.readouterr().out.splitlines() if line.startswith(("ok", "FAIL"))]
    assert told == ["one", "other", "broken", "fine"]


def test_failures_errors_and_skips_are_counted_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = """
import pytest
@pytest.fixture
def broken(): raise ValueError
def test_a(): assert False
def test_b(broken): pass
@pytest.mark.skip
def test_c(): pass
def test_d(): pass
"""
    assert main([_tests(tmp_path, source)]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == str(Counts(passed=1, failed=2, skipped=1))


def test_a_test_file_that_cannot_be_imported_fails_it(tmp_path: Path) -> None:
    assert main([_tests(tmp_path, "import no_such_module")]) == 1


def test_a_run_without_any_test_fails(tmp_path: Path) -> None:
    """A group whose mark was renamed would select nothing and look fine."""
    assert main([_FINE, _tests(tmp_path, "")]) == 1
    assert main([_tests(tmp_path, "def test_a(): pass"), _tests(tmp_path, "")]) == 1


_SKIPPING = {
    "a test": "import pytest\ndef test_a(): pytest.skip('no browser')",
    "a fixture": "import pytest\n@pytest.fixture\ndef f(): pytest.skip('no browser')\ndef test_a(f): pass",
    "a mark": "import pytest\n@pytest.mark.skip(reason='no browser')\ndef test_a(): pass",
    "a module": "import pytest\npytest.skip('no browser', allow_module_level=True)",
}


@pytest.mark.parametrize("source", _SKIPPING.values(), ids=_SKIPPING)
@pytest.mark.parametrize(("ci", "fails"), [("true", True), ("", False)])
def test_a_skip_fails_in_ci_and_only_there(tmp_path: Path, source: str, ci: str, fails: bool) -> None:
    """In CI everything a test needs must be installed: a skip would hide that it is not."""
    stage = _tests(tmp_path, source + "\n")
    done = subprocess.run(
        [*stage.command, "-p", "tests.conftest", f"--rootdir={tmp_path}"],
        cwd=ROOT,
        env={**os.environ, "CI": ci, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode not in (0, 5)) == fails, done.stdout
    assert ("which CI does not allow" in done.stdout) == fails
