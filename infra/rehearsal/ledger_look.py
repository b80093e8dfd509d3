"""Looks at closed days and reports: all of it is downloaded, and checked by the script that lies beside it."""

import subprocess
import sys
from pathlib import Path

from infra.cloud.inside import inside
from infra.commands.verify import fetch
from infra.errors import OperatorError
from infra.rehearsal.stage import Rehearsal


def look_at_ledger(rehearsal: Rehearsal) -> None:
    """`verify.py` out of the bucket, with nothing but the standard library, over all that lies there."""
    folder = rehearsal.scratch / "bucket"
    fetch(inside(rehearsal.deployed()).installation.reports, folder)
    script = _one(folder, "verify.py")
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(script), str(folder)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise OperatorError(f"verify.py finds fault with the ledger:\n{done.stdout}{done.stderr}")
    for part in ("ledger", "reports"):
        if not list((folder / part).rglob("manifest.json")):
            raise OperatorError(f"There is no manifest under {part}/.")
    if not rehearsal.api.call("GET", "/health")["last_sweep_at"]:
        raise OperatorError("/health knows of no sweep.")


def _one(folder: Path, name: str) -> Path:
    found = sorted(folder.rglob(name))
    if not found:
        raise OperatorError(f"{name} does not lie in the bucket.")
    return found[0]
