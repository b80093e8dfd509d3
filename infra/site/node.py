"""Node.js and the npm packages that bundle the pages: taken from the system, or fetched, once.

Which packages, in which versions and with which contents, is fixed by website/package-lock.json.
"""

import fcntl
import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from infra.environment import ROOT, without_aws
from infra.errors import OperatorError

WEBSITE: Final = ROOT / "website"
CACHE: Final = ROOT / ".cache"
OLDEST: Final = 18
PINNED: Final = ROOT / "requirements-node.txt"
_PATIENCE_SECONDS: Final = 600


@contextmanager
def alone(name: str) -> Iterator[None]:
    """Nobody else on this machine does the same in this checkout meanwhile."""
    CACHE.mkdir(exist_ok=True)
    with (CACHE / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def node() -> Path:
    """A Node.js new enough: the system's, or one fetched into this virtual environment. Raises OperatorError."""
    for found in (shutil.which("node"), Path(sys.executable).parent / "node"):
        if found and Path(found).exists() and _version(Path(found)) >= OLDEST:
            return Path(found)
    print(f"No Node.js {OLDEST} or newer found: fetching one for the bundler (once) ...", flush=True)
    _run([sys.executable, "-m", "pip", "install", "-q", "-r", str(PINNED)], ROOT, "Node.js could not be fetched")
    return Path(sys.executable).parent / "node"


def packages() -> Path:
    """The folder of npm packages, installed as the lock file says, unless it is so already. Raises OperatorError."""
    folder, wanted = WEBSITE / "node_modules", hashlib.sha256((WEBSITE / "package-lock.json").read_bytes()).hexdigest()
    stamp = folder / ".installed"
    with alone("npm"):
        if not stamp.exists() or stamp.read_text() != wanted:
            npm = node().with_name("npm")
            _run(
                [str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
                WEBSITE,
                "The npm packages could not be installed",
            )
            stamp.write_text(wanted)
    return folder


def _version(program: Path) -> int:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    number = said.strip().removeprefix("v").partition(".")[0]
    return int(number) if number.isdigit() else 0


def _run(command: list[str], folder: Path, trouble: str) -> None:
    """Raises OperatorError with the end of what the program said."""
    environment = without_aws()
    environment["PATH"] = f"{Path(command[0]).parent}:{environment.get('PATH', '')}"
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=_PATIENCE_SECONDS
    )
    if done.returncode:
        raise OperatorError(f"{trouble}:\n{(done.stderr or done.stdout)[-2000:]}")
