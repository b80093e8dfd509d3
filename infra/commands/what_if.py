"""The same letters under another rulebook: how many in time, how many late, and by unit.

Either the letters of a CSV file, as import-letters takes it, all of one kind: nothing needs to run for that. Or the
letters in the closed ledger of the installation (the one the environment names, else the running stand): those
answered in the period or open at its end. The rulebook in force stands beside the others, where one is known.
Nothing is changed. What is assumed, and what such a comparison cannot know: docs/what-if.md.

    python -m infra what-if --rulebook hefei-2008 --letters letters.csv --kind consultation
    python -m infra what-if --rulebook hefei-2008 --rulebook chongqing-2005 --period 2026-Q4 --json
"""

import argparse
import json
import os
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from infra.errors import OperatorError
from infra.target import add_target, file_bytes, target

if TYPE_CHECKING:
    from chalicelib.domain.rulebook import Rulebook
    from infra.what_if import Question

_KINDS = ("consultation", "complaint", "accusation", "opinion", "suggestion", "help", "other")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which rulebooks, and which letters."""
    parser.add_argument(
        "--rulebook", action="append", required=True, metavar="NAME", help="or FILE.toml; may be given several times"
    )
    parser.add_argument("--period", metavar="P", help="2026-11-21, 2026-W47, 2026-11, 2026-Q4 or 2026; default: all")
    parser.add_argument("--letters", type=Path, metavar="FILE.csv", help="these letters, instead of the ledger's")
    parser.add_argument("--kind", choices=_KINDS, help="of all letters in the file")
    parser.add_argument(
        "--as-of", type=_day, metavar="DATE", help="the day on which open letters of the file are looked at; today"
    )
    parser.add_argument("--json", action="store_true", help="for programs: every letter with its dates")
    add_target(parser)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text}: write a day as in 2026-11-21") from error


def run(args: argparse.Namespace) -> int:
    """Count, and print the one or the other."""
    from chalicelib.domain.errors import DomainError
    from infra.what_if import json_parts, table

    _check(args)
    try:
        question = _of_file(args) if args.letters else _of_ledger(args)
        if args.json:
            sys.stdout.writelines(json_parts(question))
        else:
            print("\n".join(table(question)))
    except DomainError as error:
        raise OperatorError(f"{args.letters}: {error}" if args.letters else str(error)) from error
    if args.letters and next(question.letters.cases(), None) is None:
        print("no letter could be counted", file=sys.stderr)
        return 1
    return 0


def _check(args: argparse.Namespace) -> None:
    if args.letters and args.period:
        raise OperatorError("Name either a file of letters or a period of the ledger.")
    if args.letters and not args.kind:
        raise OperatorError(f"Say what kind the letters of the file are: --kind {', '.join(_KINDS)}")
    if not args.letters and (args.kind or args.as_of):
        raise OperatorError("--kind and --as-of go with --letters; letters of the ledger have their own.")


def _of_file(args: argparse.Namespace) -> "Question":
    from chalicelib.adapters.calendar_files import shipped_calendar
    from chalicelib.adapters.system_clock import SystemClock
    from chalicelib.domain.letter import Kind
    from chalicelib.services.what_if import letters_of_file
    from infra.what_if import Question
    from scheduled.timetable import ZONE

    books, data = _books(args.rulebook), file_bytes(args.letters)
    now = SystemClock().now()
    letters = letters_of_file(data, Kind(args.kind), shipped_calendar(), ZONE, now, args.as_of)
    return Question(letters, books, _in_force(args.home), f"{args.letters.name}, all {args.kind}", {"kind": args.kind})


def _of_ledger(args: argparse.Namespace) -> "Question":
    from chalicelib.domain.clocks import local_date
    from chalicelib.domain.periods import parse_period
    from chalicelib.services.what_if_ledger import letters_of_ledger
    from infra.what_if import Question

    books = _books(args.rulebook)
    period = parse_period(args.period) if args.period else None
    inst = target(args).installation
    today = local_date(inst.time.now(), inst.zone)
    letters = letters_of_ledger(inst.reports, period, inst.calendar(), inst.zone, today)
    names = {str(unit.id): unit.name for unit in inst.registry.directory().units.values()}
    said = f"ledger, {args.period or 'all closed days'}"
    return Question(letters, books, inst.rulebook, said, {"period": args.period}, names)


def _books(names: list[str]) -> "tuple[Rulebook, ...]":
    from chalicelib.adapters.rulebook_files import rulebook
    from infra.rulebooks import chosen

    return tuple(rulebook(chosen(name)) for name in names)


def _in_force(home: Path | None) -> "Rulebook | None":
    """The rulebook of the installation the environment names, else of the stand here; None without either."""
    from chalicelib.adapters.rulebook_files import rulebook
    from chalicelib.domain.errors import RulebookError
    from infra.stand.settings import DEFAULT_HOME, Home

    name = os.environ.get("HUIYIN_RULEBOOK")
    saved = Home((home or DEFAULT_HOME).resolve()).environment
    if not name and saved.is_file():
        name = json.loads(saved.read_text(encoding="utf-8"))["HUIYIN_RULEBOOK"]
    try:
        return rulebook(name) if name else None
    except RulebookError as error:
        print(f"note: the rulebook in force cannot be read, and is left out: {error}", file=sys.stderr)
        return None
