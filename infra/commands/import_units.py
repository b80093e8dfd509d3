"""Load units, contacts and mailboxes from a CSV file.

One row a contact. --template writes a file to begin with, which Excel opens: column names, what they mean, examples.
Columns, by their Chinese names or: unit, unit_name, parent, level, mailbox, mailbox_name, contact, name, roles, email,
phone, active, deputy, deputy_from, deputy_until, language.
Either every row is good and all are loaded, or nothing is and each bad row is named. Contacts that are not in the file
stay as they are. The file may be UTF-8 or GB18030 (Excel). docs/importing.md says more.

    python -m infra import-units --template units.csv
    python -m infra import-units units.csv --check
    python -m infra import-units units.csv --stage production
"""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from infra.errors import OperatorError
from infra.target import add_target, file_bytes, target

if TYPE_CHECKING:
    from chalicelib.services.import_units import UnitsFile


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The file, and whether to look only."""
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE.csv")
    parser.add_argument("--check", action="store_true", help="only say what would be wrong; load nothing")
    parser.add_argument("--template", type=Path, metavar="FILE.csv", help="write a file to fill in, and nothing else")
    add_target(parser)


def run(args: argparse.Namespace) -> int:
    """Check, then load."""
    from chalicelib.services.import_units import take_units

    if args.template is not None:
        return _write_template(args)
    if args.file is None:
        raise OperatorError(
            "Name the file to load, such as units.csv. To begin one: python -m infra import-units --template units.csv"
        )
    read = _read(args.file)
    for warning in read.warnings:
        print(f"note: {warning}")
    if read.ignored:
        print(f"note: columns not used: {', '.join(read.ignored)}")
    if args.check:
        print(f"{args.file}: good; {len(read.directory.contacts)} contacts in {len(read.directory.units)} units")
        if args.stage is None and args.home is None:
            return 0
    taken = take_units(target(args).installation.registry, read, check_only=args.check)
    done = "would be loaded" if args.check else "loaded"
    print(f"{done}: {taken.added} new, {taken.changed} changed, {taken.unchanged} as before")
    return 0


def _read(path: Path) -> "UnitsFile":
    """Raises OperatorError naming each bad row."""
    from chalicelib.services.csv_rows import BadFileError
    from chalicelib.services.import_units import UnitsFile, read_units

    try:
        read = read_units(file_bytes(path))
    except BadFileError as error:
        raise OperatorError(f"{path}: {error}") from error
    if isinstance(read, UnitsFile):
        return read
    listed = "\n".join(f"  {error}" for error in read)
    rows = len({error.line for error in read})
    raise OperatorError(
        f"{path}: nothing was loaded; correct these rows and try again:\n{listed}\n"
        f"{len(read)} to correct in {rows} {'row' if rows == 1 else 'rows'}. Lines are counted as a text editor does; "
        "in Excel they are the row numbers, unless a cell goes over several lines."
    )


def _write_template(args: argparse.Namespace) -> int:
    """Raises OperatorError when the file is there, or cannot be written."""
    from chalicelib.services.units_columns import template

    if args.file is not None or args.check:
        raise OperatorError("--template only writes a file to fill in. Load the filled one afterwards, without it.")
    try:
        with args.template.open("xb") as file:
            file.write(template())
    except FileExistsError:
        raise OperatorError(f"{args.template} is there already; name a new file.") from None
    except OSError as error:
        raise OperatorError(f"{args.template}: {error.strerror}") from error
    print(
        f"written: {args.template}. Fill it in, save it as CSV UTF-8, then: python -m infra import-units FILE --check"
    )
    return 0
