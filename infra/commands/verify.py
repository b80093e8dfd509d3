"""Check the ledger's files: signatures, chains, hashes, and that nothing is missing.

Runs verify.py, the script that auditors get, on a downloaded directory. Without one, the files of the installation
(the one the environment names, else the running stand) are fetched first. Exit code 0: all is well; 1: the first bad
thing is named.

    python -m infra verify ./download
    python -m infra verify
"""

import argparse
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from infra.errors import OperatorError
from infra.target import add_target, target

if TYPE_CHECKING:
    from chalicelib.ports import ReportStore


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The directory."""
    parser.add_argument(
        "directory", nargs="?", type=Path, metavar="DIR", help="holds ledger/ (and reports/) as the bucket does"
    )
    add_target(parser)


def run(args: argparse.Namespace) -> int:
    """Check it, with the script's own words."""
    from chalicelib import verify

    if args.directory is not None:
        return verify.main([str(args.directory)])
    with tempfile.TemporaryDirectory() as folder:
        try:
            reports = target(args).installation.reports
        except OperatorError as error:
            raise OperatorError(f"Name a directory, or the installation to check. {error}") from error
        print(f"{_fetch(reports, Path(folder))} files fetched")
        return verify.main([folder])


def _fetch(reports: "ReportStore", folder: Path) -> int:
    """Copy ledger/ and reports/ out of the bucket; how many files."""
    keys = [*reports.keys("ledger/"), *reports.keys("reports/")]
    for key in keys:
        path = folder / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(reports.get(key) or b"")
    return len(keys)
