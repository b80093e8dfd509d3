"""Check the ledger's files: signatures, chains, hashes, and that nothing is missing.

Runs verify.py, the script that auditors get, on a downloaded directory. Without one, the files of the installation
(the one the environment names, else the running stand) are fetched first, and must be signed by its own key. Exit code
0: all is well; 1: the first bad thing is named.

    python -m infra verify ./download --key FINGERPRINT
    python -m infra verify
"""

import argparse
import re
import shutil
import tempfile
from contextlib import closing
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from infra.errors import OperatorError
from infra.target import add_target, target

if TYPE_CHECKING:
    from chalicelib.ports import ReportStore

_NOT_CHECKED = ("reports/folded/", "reports/told/")
"""The office's own notes beside the reports: no report, unsigned, and folded/ is large."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The directory, and the key it must be signed by."""
    parser.add_argument(
        "directory", nargs="?", type=Path, metavar="DIR", help="holds ledger/ (and reports/) as the bucket does"
    )
    parser.add_argument(
        "--key", metavar="FINGERPRINT", help="of the key that must have signed it; default: the installation's own key"
    )
    add_target(parser)


def run(args: argparse.Namespace) -> int:
    """Check it, with the script's own words."""
    from chalicelib import verify

    given = [] if args.key is None else [f"--key={args.key}"]
    if args.directory is not None:
        return verify.main([*given, str(args.directory)])
    with tempfile.TemporaryDirectory() as folder:
        try:
            inst = target(args).installation
        except OperatorError as error:
            raise OperatorError(f"Name a directory, or the installation to check. {error}") from error
        own = verify.read_public_key(inst.signer.public_key_pem()).fingerprint
        print(f"{fetch(inst.reports, Path(folder))} files fetched")
        return verify.main([*(given or [f"--key={own}"]), folder])


def fetch(reports: "ReportStore", folder: Path) -> int:
    """Copy ledger/ and reports/ out of the bucket, piece by piece: a year's files are large. How many there were.

    Raises OperatorError for a key that is no plain path: whoever can write the bucket must not write anywhere else.
    """
    keys = [key for key in (*reports.keys("ledger/"), *reports.keys("reports/")) if not key.startswith(_NOT_CHECKED)]
    for key in keys:
        path = folder / _plain(key)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            stream = reports.open(key)
            if stream is not None:
                with closing(stream), path.open("wb") as file:
                    shutil.copyfileobj(stream, file)
        except OSError as error:
            raise OperatorError(f"{key!r} of the bucket cannot be stored as a file: {error.strerror}") from error
    return len(keys)


def _plain(key: str) -> PurePosixPath:
    path = PurePosixPath(key)
    odd = [part for part in key.split("/") if not re.fullmatch(r"[\w=-][\w=. -]*", part)]
    if odd or str(path) != key:
        raise OperatorError(f"{key!r} does not belong into the bucket: nothing of ours has such a name")
    return path
