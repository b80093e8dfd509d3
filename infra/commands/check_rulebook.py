"""Check a rulebook: everything that is wrong with it, or what a county would be run by.

How such a file is written: docs/rulebooks.md. The name of a rulebook that is shipped will do as well.

    python -m infra check-rulebook our-county.toml
"""

import argparse
from pathlib import Path

from infra.errors import OperatorError
from infra.rulebooks import SUFFIX, chosen, summary


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The rulebook."""
    parser.add_argument("rulebook", metavar="FILE.toml", help="or the name of a rulebook that is shipped")


def run(args: argparse.Namespace) -> int:
    """Say what is wrong; 1 when anything is."""
    from chalicelib.adapters.rulebook_files import rulebook
    from chalicelib.adapters.system_clock import SystemClock
    from chalicelib.domain.rulebook_file import read_rulebook
    from scheduled.timetable import ZONE

    name: str = args.rulebook
    if name.endswith(SUFFIX) and Path(name).is_file():
        try:
            read = read_rulebook(Path(name).name, Path(name).read_text("utf-8-sig"))
        except UnicodeDecodeError as error:
            raise OperatorError(f"{name}: not UTF-8; save it as UTF-8 and try again") from error
        if isinstance(read, list):
            raise OperatorError("\n".join(str(each) for each in read))
    for line in summary(rulebook(chosen(name)), SystemClock().now().astimezone(ZONE).date()):
        print(line)
    return 0
