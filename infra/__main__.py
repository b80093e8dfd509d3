"""`python -m infra`: the operator's command. In a fresh clone it first sets up what it needs, once."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

from infra.cli import main

_ROOT: Final = Path(__file__).resolve().parent.parent
_OWN_PYTHON: Final = _ROOT / ".venv" / "bin" / "python"
_ON_THE_EMULATOR: Final = frozenset({"rehearse", "stand"})
_NEEDS_NOTHING: Final = frozenset({"verify"})
"""Commands of the standard library alone: an auditor installs nothing."""


def _set_up(arguments: list[str]) -> None:
    """Go on in the project's own environment, with the pinned versions; make it if it is missing or out of date."""
    command = next((each for each in arguments if not each.startswith("-")), None)
    if command is None or command in _NEEDS_NOTHING:
        return
    if Path(sys.prefix).resolve() == _OWN_PYTHON.parent.parent.resolve():
        return
    _make("env")  # also one that was half made, or pins older versions
    if command in _ON_THE_EMULATOR:
        _make("emulator-env")
    os.execv(_OWN_PYTHON, [str(_OWN_PYTHON), "-m", "infra", *arguments])  # noqa: S606  no shell wanted


def _make(target: str) -> None:
    done = subprocess.run(["make", "--silent", "--no-print-directory", "-C", str(_ROOT), target], check=False)
    if done.returncode:
        sys.exit(f"The environment could not be set up. Run: make {target}")


if __name__ == "__main__":
    _set_up(sys.argv[1:])
    sys.exit(main(sys.argv[1:]))
