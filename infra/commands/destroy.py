"""Take an installation out of the account. Refuses while it holds a letter.

Everything is stopped first. Without letters it goes whole: table, buckets, secrets; keys after 30 days. With letters,
--backup-to DIR saves everything in the table, takes the programs away, and leaves what holds data where it is.

    python -m infra destroy --stage trial
    python -m infra destroy --stage production --backup-to /secure/backups
"""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from infra.errors import OperatorError

if TYPE_CHECKING:
    from infra.cloud.deployed import Deployed
    from infra.cloud.destroying import Letters


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which stage: never one by default."""
    parser.add_argument("--stage", required=True, metavar="S", help="which installation")
    parser.add_argument("--backup-to", type=Path, metavar="DIR", help="end one that has letters: save them here first")
    parser.add_argument("--confirm", metavar="S", help="the stage's name once more, where nobody can be asked")


def run(args: argparse.Namespace) -> int:
    """Ask, stop, look, take away."""
    from infra.cloud.deployed import deployed
    from infra.cloud.destroying import go_on, stop

    found = deployed(args.stage)
    _confirmed(args, found)
    stop(found)
    try:
        _take_away(args, found)
    except BaseException:
        print("starting everything again")
        go_on(found)
        raise
    return 0


def _take_away(args: argparse.Namespace, found: "Deployed") -> None:
    from infra.cloud.destroying import refuse, take_data_away, take_stack_away

    if args.backup_to is None:
        refuse(_letters(found), args.stage)
        take_data_away(found, print)
        take_stack_away(found, print)
        print("all of it is gone; the keys can be called back for 30 days")
        return
    _backup(args.backup_to, found)
    kept = take_stack_away(found, print)
    print("The programs are gone. This is still in the account and costs little; it holds the data:")
    for each in sorted(kept, key=lambda each: each.logical):
        print(f"  {each.logical}: {each.name}")
    print("docs/backup.md says how a new installation takes the backup in.")


def _confirmed(args: argparse.Namespace, found: "Deployed") -> None:
    here = found.account
    print(f"{found.stack.name} in account {here.id}, region {here.region}: this stops it and takes it away")
    if args.confirm is None and not sys.stdin.isatty():
        raise OperatorError(f"Nobody can be asked here. Say it twice: --confirm {args.stage}")
    said = args.confirm if args.confirm is not None else input("Type the stage's name to go on: ").strip()
    if said != args.stage:
        raise OperatorError("That is not its name. Nothing was changed.")


def _letters(found: "Deployed") -> "Letters":
    from chalicelib.domain.letter import Status
    from infra.cloud.destroying import Letters, has_table
    from infra.cloud.inside import inside

    if not has_table(found):
        return Letters(0, 0)
    still = {Status.RECEIVED, Status.ACCEPTED, Status.REFERRED, Status.ASSIGNED, Status.IN_APPROVAL}
    statuses = [letter.status for letter in inside(found).installation.letters.letters()]
    return Letters(len(statuses), sum(status in still for status in statuses))


def _backup(folder: Path, found: "Deployed") -> None:
    from chalicelib.adapters.system_clock import SystemClock
    from infra.cloud.backups import keys_of, write_backup

    now = SystemClock().now()
    client, table = found.account.client("dynamodb"), found.environment["HUIYIN_TABLE"]
    into = folder / f"{found.stack.name}-{now:%Y%m%dT%H%M%SZ}"
    manifest = write_backup(client, table, into, now, keys_of(found.environment), print)
    print(f"{manifest.items} items saved in {into}")
