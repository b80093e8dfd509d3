"""Import letters from an upstream platform or an old system.

Columns: source_number, subject, body, written_at and, where they are there, writer, area, field, answer, answered_at.
A letter without an answer begins its way here now: its limits run from this moment, whenever it was written, and the
centre finds it on the desk. A letter with an answer is history: closed, with a ledger folder of its own.
The kind is what --kind says for all of them (other, unless said); the centre corrects it on acceptance.
The same letter (source and number) is never imported twice, so an interrupted import is simply run again.
What each column means, and what a refused row needs: docs/importing.md.

    python -m infra import-letters letters.csv --source wenzheng --kind consultation --check
    python -m infra import-letters letters.csv --source wenzheng --kind consultation
"""

import argparse
import hashlib
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from infra.errors import OperatorError
from infra.target import add_target, file_bytes, target

if TYPE_CHECKING:
    from chalicelib.services.import_letters import Imported
    from chalicelib.services.installation import Installation

_KINDS = ("consultation", "complaint", "accusation", "opinion", "suggestion", "help", "other")
_DEFAULT = "upstream"
_EVERY = 100
_SHOWN = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The file, where it comes from, and what kind its letters are."""
    parser.add_argument("file", type=Path, metavar="FILE.csv")
    parser.add_argument("--source", default=_DEFAULT, metavar="NAME", help="the platform; default: upstream")
    parser.add_argument("--kind", choices=_KINDS, default="other", help="of all letters in the file; default: other")
    parser.add_argument("--mailbox", metavar="ID", help="where they go; default: the source's own, else the county's")
    parser.add_argument("--check", action="store_true", help="only say which rows would be refused; import nothing")
    parser.add_argument("--inbox", action="store_true", help="put the file into the inbox, for the next fetching")
    add_target(parser)


def run(args: argparse.Namespace) -> int:
    """Import, with a line each hundred rows and a summary."""
    from chalicelib.domain.errors import BusyError, DomainError
    from chalicelib.domain.letter import Kind
    from chalicelib.services.import_letters import import_letters

    data = file_bytes(args.file)
    inst = target(args).installation
    _say_unknown(args.source, [each.id for each in inst.rulebook.sources])
    if args.inbox:
        return _drop(inst, data, args.source, args.file.name)
    began = time.monotonic()

    def progress(done: int, rows: int) -> None:
        if done % _EVERY == 0 or done == rows:
            rate = done / max(time.monotonic() - began, 0.001)
            print(f"  {done} of {rows} rows ({rate:.0f} a second)")

    try:
        imported = import_letters(
            inst, data, args.source, Kind(args.kind), progress, mailbox=args.mailbox, check_only=args.check
        )
    except BusyError as error:
        raise OperatorError(f"{args.file}: the store is too busy; run the same command again, it goes on") from error
    except DomainError as error:
        raise OperatorError(f"{args.file}: {error}") from error
    print(
        f"{'would be imported' if args.check else 'imported'}: {imported.new} new letters,"
        f" {imported.history} answered ones as history;"
        f"{'' if args.check else f' {imported.there_already} were there already;'} {len(imported.refused)} refused"
    )
    _say_refused(imported)
    if imported.ignored:
        print(f"note: columns not used: {', '.join(imported.ignored)}")
    if imported.batch:
        print(f"history in the ledger: ledger/{imported.batch}/")
    if not imported.new + imported.history + imported.there_already:
        print("nothing could be imported", file=sys.stderr)
        return 1
    return 0


def _drop(inst: "Installation", data: bytes, source: str, name: str) -> int:
    """As an upstream platform does it; the same file once more is there already."""
    key = f"inbox/{source}/{hashlib.sha256(data).hexdigest()[:12]}-{name}"
    there = not inst.reports.put_once(key, data, "text/csv")
    print(f"{'there already' if there else 'put'}: {key}")
    times = inst.rulebook.fetch.at if inst.rulebook.fetch else ()
    said = " and ".join(f"{each:%H:%M}" for each in times)
    print(f"fetched on working days at {said}" if times else "note: the rulebook has no [fetch]; nothing is fetched")
    return 0


def _say_unknown(source: str, listed: Sequence[str]) -> None:
    """An old system stands in no rulebook, so it is no error; but a slip of the pen would double every letter."""
    if listed and source not in {*listed, _DEFAULT}:
        print(f"note: the rulebook lists no source {source}; it lists: {', '.join(listed)}", flush=True)


def _say_refused(imported: "Imported") -> None:
    """The first refused rows by line; of many, also how many for each reason."""
    for refused in imported.refused[:_SHOWN]:
        print(f"  refused: number {refused.source_number or '(none)'}, {refused.error}")
    if len(imported.refused) > _SHOWN:
        print(f"  and {len(imported.refused) - _SHOWN} more; in all:")
        for reason, count in imported.by_reason().items():
            print(f"  {count} refused, {reason}")
