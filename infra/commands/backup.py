"""Save everything in the table: letters, their history, the directory, what is owed.

To a folder: the whole table is read into a file there, with its number of items and checksum. What is written meanwhile
may be in it by half, unless --at-rest lets no function run so long (pages then answer that they will be back). To s3:
DynamoDB exports one exact moment into the installation's backups bucket, or one you name.
Either holds letters and addresses: keep it as you keep the letters. docs/backup.md: how all of it comes back.

    python -m infra backup --stage production --to /secure/backups
    python -m infra backup --stage production --to s3
"""

import argparse
import os
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from infra.errors import OperatorError
from infra.target import add_target, opened

if TYPE_CHECKING:
    from infra.cloud.deployed import Deployed

_BUCKET = "BackupsBucket"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to."""
    parser.add_argument("--to", required=True, metavar="DIR|s3|s3://BUCKET/PREFIX", help="a folder, or a bucket")
    parser.add_argument("--at-rest", action="store_true", help="to a folder: let no function run meanwhile")
    add_target(parser)


def run(args: argparse.Namespace) -> int:
    """Read or export."""
    import boto3

    from chalicelib.adapters.system_clock import SystemClock
    from infra.cloud.backups import keys_of, write_backup
    from infra.cloud.pausing import at_rest

    _, found = opened(args)
    now, table = SystemClock().now(), os.environ["HUIYIN_TABLE"]
    if args.at_rest and found is None:
        raise OperatorError(
            "--at-rest is for a deployed installation. End other programs that write, and leave it out."
        )
    if args.to == "s3" or args.to.startswith("s3://"):
        return _export(found, args.to, table)
    client = found.account.client("dynamodb") if found else boto3.client("dynamodb")
    name = found.stack.name if found else "huiyin"
    folder = Path(args.to) / f"{name}-{now:%Y%m%dT%H%M%SZ}"
    print(f"reading the table {table}")
    with at_rest(found) if found and args.at_rest else nullcontext():
        manifest = write_backup(client, table, folder, now, keys_of(os.environ), lambda line: print(line, flush=True))
    print(f"{manifest.items} items saved in {folder}")
    print("It holds letters and the staff's addresses: keep it as you keep the letters, and not for longer.")
    return 0


def _export(found: "Deployed | None", to: str, table: str) -> int:
    from chalicelib.adapters.system_clock import SystemClock
    from infra.cloud.exports import Place, export

    if found is None:
        raise OperatorError("Only a deployed installation is exported: name its --stage. A stand is saved to a folder.")
    bucket, _, prefix = to.removeprefix("s3").removeprefix("://").partition("/")
    if not bucket:
        own = found.resources.get(_BUCKET)
        if own is None:
            raise OperatorError(
                "This installation has no bucket for backups. Name one of yours that is closed to the public and keeps "
                "files no longer than the letters may be kept: --to s3://BUCKET/PREFIX. Not the reports bucket: it "
                "keeps each file for years, also what a writer asked to be deleted."
            )
        bucket = own.name
    place = Place(bucket, prefix.rstrip("/") or found.stack.name, os.environ["HUIYIN_PERSONAL_DATA_KEY"])
    folder = export(found.account, table, place, SystemClock().now(), lambda line: print(line, flush=True))
    print(f"saved: {folder}")
    print(f"To restore it, fetch it first: aws s3 sync {folder} ./export")
    return 0
