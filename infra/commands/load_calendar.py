"""Load a State Council holiday notice into a running installation.

The notice is checked first; what looks wrong is shown and loaded only with --yes. It counts from the next request on,
and the next sweeps count the limits of all open letters again.
How such a file is written: docs/calendar.md.

    python -m infra load-calendar 2026-11-10.toml
"""

import argparse
from pathlib import Path

from infra.errors import OperatorError
from infra.target import add_target, file_bytes, target


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The notice's file."""
    parser.add_argument("file", type=Path, metavar="FILE.toml")
    parser.add_argument("--yes", action="store_true", help="load it although the check found something")
    add_target(parser)


def run(args: argparse.Namespace) -> int:
    """Check, then load."""
    from chalicelib.adapters.calendar_files import parse_notice, read_notices
    from chalicelib.domain.errors import DomainError
    from chalicelib.domain.notices import check_notice
    from chalicelib.services.notices import add_notice, loaded_notices

    try:
        text = file_bytes(args.file).decode("utf-8")
        notice = parse_notice(text, args.file.name)
    except UnicodeDecodeError as error:
        raise OperatorError(f"{args.file}: not UTF-8; save it as UTF-8 and try again") from error
    except DomainError as error:
        raise OperatorError(str(error)) from error
    inst = target(args).installation
    loaded = [parse_notice(each, "loaded") for each in loaded_notices(inst.jobs)]
    findings = check_notice(notice, (*read_notices(), *loaded))
    for finding in findings:
        print(f"check: {finding}")
    if findings and not args.yes:
        raise OperatorError("Nothing was loaded. Correct the file, or load it all the same with --yes.")
    added = add_notice(inst.jobs, text)
    through = inst.calendar().certain_through.isoformat()
    print(f"{'loaded' if added else 'was loaded before'}; dates are certain through {through}")
    return 0
