"""Put a saved table back: into an empty installation, only what is missing, single letters, or in place of everything.

The backup is checked first, and the table is compared with it afterwards. A restore that was cut short goes on when the
same command is run again. Meanwhile no function runs: pages answer that they will be back, and no letter gets lost.

--from names a folder written by `backup`, or a downloaded export. --from-table names another table of the account, such
as one that was restored to a point in time. Which way is right when: docs/backup.md.

    python -m infra restore --stage production --from /secure/backups/huiyin-production-20261122T101500Z
    python -m infra restore --stage production --from FOLDER --missing
    python -m infra restore --stage production --from FOLDER --letter 3X3B2KA3VHC3
    python -m infra restore --stage production --from-table TABLE --replace --save-to /secure/backups
"""

import argparse
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from infra.errors import OperatorError
from infra.target import add_target, opened

if TYPE_CHECKING:
    from chalicelib.services.installation import Installation
    from infra.cloud.backups import Keys, Source
    from infra.cloud.deployed import Deployed
    from infra.cloud.restoring import Table

Say = Callable[[str], None]
_SHOWN = 50


class _NotEmptyError(OperatorError):
    """Something lies in the table that a restore would take out; nothing was done."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """From what, and what becomes of what is there."""
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--from", dest="folder", type=Path, metavar="FOLDER", help="a backup, or a downloaded export")
    source.add_argument("--from-table", metavar="TABLE", help="another table of this account")
    way = parser.add_mutually_exclusive_group()
    way.add_argument("--missing", action="store_true", help="only put back letters that are not there any more")
    way.add_argument("--replace", action="store_true", help="take out what is there, after saving it (--save-to)")
    way.add_argument(
        "--letter", action="append", metavar="CODE", help="only this letter, in place of what is there of it"
    )
    parser.add_argument("--save-to", type=Path, metavar="DIR", help="with --replace: for a backup of what is there")
    parser.add_argument("--other-keys", action="store_true", help="although writers' data cannot be read by these keys")
    parser.add_argument("--yes", action="store_true", help="do it; without this, it is only checked")
    add_target(parser)


def run(args: argparse.Namespace) -> int:
    """Check everything, then do it."""
    from infra.cloud.backups import keys_of
    from infra.cloud.restoring import Table, mark_of

    if args.replace != (args.save_to is not None):
        raise OperatorError("--replace and --save-to DIR go together: what is there is saved before it is taken out.")
    container, found = opened(args)
    if found is None:
        raise OperatorError(
            "Only a deployed installation is restored: name its --stage. To begin a stand anew, see "
            "python -m infra stand --help."
        )
    table = Table(found.account.client("dynamodb"), os.environ["HUIYIN_TABLE"])
    source = _source(args, table)
    _check_keys(source, keys_of(os.environ), despite=args.other_keys)
    mark = mark_of(table)
    if mark is not None and mark.source != source.id:
        raise OperatorError(
            f"Another restore is under way, from {mark.source}. Finish that one: run its command again."
        )
    if mark is None and not (args.missing or args.replace or args.letter):
        _must_be_empty(table)
    if not args.yes:
        raise OperatorError("All is ready and nothing was done. To do it, add --yes.")
    if args.missing or args.letter:
        _some(args, table, source)
        return _compared(container.installation, table)
    try:
        _all(args, found, table, source)
    except _NotEmptyError:
        raise
    except OperatorError as error:
        raise OperatorError(
            f"{error}\nThe functions and their schedules stay paused, so that nobody meets half of it. "
            "Run the same command again; it goes on."
        ) from error
    return _compared(container.installation, table)


def _source(args: argparse.Namespace, table: "Table") -> "Source":
    from infra.cloud.backups import backup_in, table_source

    if args.folder is not None:
        return backup_in(args.folder, _say)
    if args.from_table == table.name:
        raise OperatorError("This is the installation's own table. Name the one to restore from.")
    return table_source(table.client, args.from_table)


def _must_be_empty(table: "Table") -> None:
    """But for what a deployment makes by itself. Raises _NotEmptyError."""
    from infra.cloud.restoring import is_empty

    if not is_empty(table):
        raise _NotEmptyError(
            f"Letters, people or other things lie in the table {table.name}. To put back only what is missing, add "
            "--missing. To put the backup in its place, add --replace --save-to DIR."
        )


def _check_keys(source: "Source", here: "Keys", *, despite: bool) -> None:
    """Raises OperatorError when the backup was sealed by other keys than the installation has."""
    if source.keys is None or source.keys == here or despite:
        return
    raise OperatorError(
        "The backup is of an installation with other keys. Names and phones of its writers cannot be read here, nor do "
        f"their query codes work.\n  it needs: {source.keys.personal_data_key}, {source.keys.hash_secret}\n  here are: "
        f"{here.personal_data_key}, {here.hash_secret}\nLetters and their history are readable all the same: to "
        "restore them without those, add --other-keys. docs/backup.md says how to keep the keys."
    )


def _some(args: argparse.Namespace, table: "Table", source: "Source") -> None:
    from chalicelib.adapters.system_clock import SystemClock
    from infra.cloud.restoring import load_letters, load_missing

    if args.letter:
        count = load_letters(table, source, set(args.letter), _say)
        print(f"{count} items of {len(set(args.letter))} letters put back as the backup has them.")
    else:
        count = load_missing(table, source, SystemClock().now(), _say)
        print(f"{count} items put back; nothing that was there was changed.")


def _compared(inst: "Installation", table: "Table") -> int:
    """With the closed ledger: a letter may not be younger there than in the table. 1 when one is."""
    from infra.cloud.backups import all_items
    from infra.cloud.ledger_ahead import ledger_ahead

    ahead = ledger_ahead(inst.reports, all_items(table.client, table.name))
    if not ahead:
        print("Every step in the closed ledger is in the table. Now look it over: python -m infra doctor")
        return 0
    print(f"{len(ahead)} letters have steps in the closed ledger that the table does not know:", file=sys.stderr)
    print("\n".join(f"  {letter}" for letter in ahead[:_SHOWN]), file=sys.stderr)
    print(
        "Before anybody acts on them, put each back as it was last, from the newest backup (that of --save-to): "
        "restore --from FOLDER --letter CODE. Otherwise the ledger does not verify from their next step on "
        "(docs/backup.md).",
        file=sys.stderr,
    )
    return 1


def _all(args: argparse.Namespace, found: "Deployed", table: "Table", source: "Source") -> None:
    from chalicelib.adapters.system_clock import SystemClock
    from infra.cloud.backups import keys_of, write_backup
    from infra.cloud.pausing import pause, resume
    from infra.cloud.restoring import Mark, clear, drop_mark, load_all, mark_of, set_mark, staying

    _say("letting no function begin; this takes a minute")
    reserved, now = pause(found), SystemClock().now()
    mark = mark_of(table)
    if mark is None:
        if args.replace:
            folder = args.save_to / f"{found.stack.name}-{now:%Y%m%dT%H%M%SZ}"
            saved = write_backup(table.client, table.name, folder, now, keys_of(os.environ), _say)
            _say(f"{saved.items} items that were there are saved in {folder}")
        else:
            try:
                _must_be_empty(table)  # a letter may have come while the functions were being paused
            except _NotEmptyError:
                resume(found, reserved)
                raise
        mark = Mark(source.id, reserved)
        set_mark(table, mark)
    kept = frozenset[tuple[str, str]]() if args.replace else staying(source)
    if not mark.cleared:
        clear(table, kept, _say)
        set_mark(table, replace(mark, cleared=True))
    count = load_all(table, source, kept, now, _say)
    drop_mark(table)
    resume(found, mark.reserved)
    print(f"{count} items restored, and the table compared with them; the functions and their schedules run again.")


def _say(line: str) -> None:
    print(line, flush=True)
