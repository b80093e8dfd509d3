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
    """Ask, stop, look, take away. From the first thing that is deleted on, nothing is started again."""
    from infra.cloud.deployed import deployed
    from infra.cloud.destroying import has_table
    from infra.cloud.pausing import longest_run, pause, refuse_half_restored, resume

    found = deployed(args.stage)
    _confirmed(args, found)
    if has_table(found):
        refuse_half_restored(found)
    seconds = longest_run(found)
    print(f"stopping it; what has begun ends within {seconds / 60:.0f} minutes. Ctrl-C starts everything again")
    before = pause(found, seconds)
    try:
        _look(args, found)
    except BaseException:
        print("starting everything again")
        resume(found, before)
        raise
    try:
        _take_away(args, found)
    except OperatorError as error:
        raise OperatorError(
            f"{error}\nIt stays stopped. Run the same command again: what is gone is passed over."
        ) from error
    return 0


def _look(args: argparse.Namespace, found: "Deployed") -> None:
    """Refuse, or save."""
    from infra.cloud.destroying import refuse

    if args.backup_to is None:
        refuse(_letters(found), args.stage)
    else:
        _backup(args.backup_to, found)


def _take_away(args: argparse.Namespace, found: "Deployed") -> None:
    from infra.cloud.destroying import take_data_away, take_programs_away, take_stack_away

    if args.backup_to is None:
        take_data_away(found, print)
        take_stack_away(found, print)
        print("all of it is gone but its logs, which are kept 180 days; the keys can be called back for 30 days")
        return
    kept = take_programs_away(found, print)
    print("The programs are gone. This is still in the account and costs little; it holds the data:")
    for each in kept:
        print(f"  {each.logical}: {each.name}")
    print(f"Deploying {args.stage} again takes all of it up. The backup is for when it is lost (docs/backup.md).")


def _confirmed(args: argparse.Namespace, found: "Deployed") -> None:
    here = found.account
    print(f"{found.stack.name} in account {here.id}, region {here.region}: this stops it and takes it away")
    if args.confirm is None and not sys.stdin.isatty():
        raise OperatorError(f"Nobody can be asked here. Say it twice: --confirm {args.stage}")
    said = args.confirm if args.confirm is not None else input("Type the stage's name to go on: ").strip()
    if said != args.stage:
        raise OperatorError("That is not its name. Nothing was changed.")


def _letters(found: "Deployed") -> "Letters":
    """Counted by their keys: one that a later version wrote, which this one cannot read, is a letter too."""
    from chalicelib.domain.letter import Status
    from infra.cloud.destroying import Letters, files_in_inbox, has_table
    from infra.cloud.inside import inside

    files = files_in_inbox(found)
    if not has_table(found):
        return Letters(0, 0, files)
    still = {Status.RECEIVED, Status.ACCEPTED, Status.REFERRED, Status.ASSIGNED, Status.IN_APPROVAL}
    store = inside(found).installation.letters
    running = sum(letter.status in still for letter in store.letters())
    return Letters(sum(1 for _ in store.letter_ids()), running, files)


def _backup(folder: Path, found: "Deployed") -> None:
    from chalicelib.adapters.system_clock import SystemClock
    from infra.cloud.backups import keys_of, write_backup

    now = SystemClock().now()
    client, table = found.account.client("dynamodb"), found.environment["HUIYIN_TABLE"]
    into = folder / f"{found.stack.name}-{now:%Y%m%dT%H%M%SZ}"
    manifest = write_backup(client, table, into, now, keys_of(found.environment), print)
    print(f"{manifest.items} items saved in {into}")
