"""Check the ledger's files: signatures, chains, hashes, and that nothing is missing.

Runs verify.py, the script that auditors get, on a downloaded directory. Without one, the files of the installation that
the environment names are fetched first. Exit code 0: all is well; 1: the first bad thing is named.

    python -m infra verify ./download
    python -m infra verify
"""

import argparse
import tempfile
from pathlib import Path

from infra.errors import OperatorError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The directory."""
    parser.add_argument(
        "directory", nargs="?", type=Path, metavar="DIR", help="holds ledger/ (and reports/) as the bucket does"
    )


def run(args: argparse.Namespace) -> int:
    """Check it, with the script's own words."""
    from chalicelib import verify

    if args.directory is not None:
        return verify.main([str(args.directory)])
    with tempfile.TemporaryDirectory() as folder:
        fetched = _fetch(Path(folder))
        print(f"{fetched} files fetched")
        return verify.main([folder])


def _fetch(folder: Path) -> int:
    """Copy ledger/ and reports/ out of the bucket; how many files."""
    from chalicelib import bootstrap
    from chalicelib.config import SettingsError

    try:
        reports = bootstrap.installation().reports
    except SettingsError as error:
        raise OperatorError(f"Name a directory, or the installation to check: {error}") from error
    keys = [*reports.keys("ledger/"), *reports.keys("reports/")]
    for key in keys:
        path = folder / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(reports.get(key) or b"")
    return len(keys)
