"""Import letters from an upstream platform or an old system.

Columns: source_number, subject, body, written_at and, where they are there, writer, area, field, answer, answered_at.
A letter without an answer begins its way here now: its limits run from this moment, whenever it was written, and the
centre finds it on the desk. A letter with an answer is history: closed, with a ledger folder of its own.
The kind is what --kind says for all of them (other, unless said); the centre corrects it on acceptance.
The same letter (source and number) is never imported twice, so an interrupted import is simply run again.

    python -m infra import-letters letters.csv --source wenzheng --kind consultation
"""

import argparse
import sys
import time
from pathlib import Path

from infra.errors import OperatorError
from infra.target import add_target, file_bytes, target

_KINDS = ("consultation", "complaint", "accusation", "opinion", "suggestion", "help", "other")
_EVERY = 100
_SHOWN = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The file, where it comes from, and what kind its letters are."""
    parser.add_argument("file", type=Path, metavar="FILE.csv")
    parser.add_argument("--source", default="upstream", metavar="NAME", help="the platform; default: upstream")
    parser.add_argument("--kind", choices=_KINDS, default="other", help="of all letters in the file; default: other")
    add_target(parser)


def run(args: argparse.Namespace) -> int:
    """Import, with a line each hundred rows and a summary."""
    from chalicelib.domain.errors import DomainError
    from chalicelib.domain.letter import Kind
    from chalicelib.services.import_letters import import_letters

    data = file_bytes(args.file)
    inst = target(args).installation
    began = time.monotonic()

    def progress(done: int, rows: int) -> None:
        if done % _EVERY == 0 or done == rows:
            rate = done / max(time.monotonic() - began, 0.001)
            print(f"  {done} of {rows} rows ({rate:.0f} a second)")

    try:
        imported = import_letters(inst, data, args.source, Kind(args.kind), progress)
    except DomainError as error:
        raise OperatorError(f"{args.file}: {error}") from error
    print(
        f"imported: {imported.new} new letters, {imported.history} answered ones as history;"
        f" {imported.there_already} were there already; {len(imported.refused)} refused"
    )
    for refused in imported.refused[:_SHOWN]:
        print(f"  refused: number {refused.source_number or '(none)'}, {refused.error}")
    if len(imported.refused) > _SHOWN:
        for reason, count in imported.by_reason().items():
            print(f"  refused in all: {count} because it {reason}")
    if imported.ignored:
        print(f"note: columns not used: {', '.join(imported.ignored)}")
    if imported.batch:
        print(f"history in the ledger: ledger/{imported.batch}/")
    if not imported.new + imported.history + imported.there_already:
        print("nothing could be imported", file=sys.stderr)
        return 1
    return 0
