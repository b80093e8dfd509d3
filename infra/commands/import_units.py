"""Load units, contacts and mailboxes from a CSV file.

One row a contact. Columns: unit, unit_name, parent, mailbox, mailbox_name, contact, name, roles, email, phone,
active.
Either every row is good and all are loaded, or nothing is and each bad row is named. Contacts that are not in the file
stay as they are. The file may be UTF-8 or GB18030 (Excel).

    python -m infra import-units units.csv --check
    python -m infra import-units units.csv
"""

import argparse
from pathlib import Path

from infra.errors import OperatorError
from infra.target import add_target, file_bytes, target


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The file, and whether to look only."""
    parser.add_argument("file", type=Path, metavar="FILE.csv")
    parser.add_argument("--check", action="store_true", help="only say what would be wrong; load nothing")
    add_target(parser)


def run(args: argparse.Namespace) -> int:
    """Check, then load."""
    from chalicelib.services.csv_rows import BadFileError
    from chalicelib.services.import_units import UnitsFile, read_units, take_units

    try:
        read = read_units(file_bytes(args.file))
    except BadFileError as error:
        raise OperatorError(f"{args.file}: {error}") from error
    if not isinstance(read, UnitsFile):
        listed = "\n".join(f"  {error}" for error in read)
        raise OperatorError(f"{args.file}: nothing was loaded; correct these rows and try again:\n{listed}")
    for warning in read.warnings:
        print(f"note: {warning}")
    if read.ignored:
        print(f"note: columns not used: {', '.join(read.ignored)}")
    if args.check:
        print(f"{args.file}: good; {len(read.directory.contacts)} contacts in {len(read.directory.units)} units")
        return 0
    taken = take_units(target(args).installation.registry, read)
    print(f"loaded: {taken.added} new, {taken.changed} changed, {taken.unchanged} as before")
    return 0
