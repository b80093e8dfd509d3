"""The operator's command explains itself and ends with an honest exit code."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from infra import cli
from infra.environment import ROOT


def _infra(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "infra", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_help_lists_every_command_with_what_it_does() -> None:
    done = _infra("--help")
    assert done.returncode == 0
    assert "package" in cli.command_names()
    for name in cli.command_names():
        assert re.search(rf"^    {name}\s", done.stdout, re.MULTILINE)


@pytest.mark.parametrize("name", cli.command_names())
def test_each_command_explains_itself(name: str) -> None:
    """The page must say more than argparse would by itself."""
    done = _infra(name, "--help")
    assert done.returncode == 0, done.stderr
    assert cli._help_of(name).replace("%%", "%").splitlines()[0] in done.stdout
    assert cli._help_of(name) != name


def test_an_unknown_command_is_a_usage_error() -> None:
    done = _infra("fly")
    assert done.returncode == 2
    assert "invalid choice: 'fly'" in done.stderr


def test_what_the_operator_must_mend_is_said_without_a_traceback(tmp_path: Path) -> None:
    """Packaging into a folder whose name is a file's fails in a way that only the operator can mend."""
    (tmp_path / "file").write_text("")
    done = _infra("package", "--out", str(tmp_path / "file"))
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert str(tmp_path / "file") in done.stderr
