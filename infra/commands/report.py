"""Make reports from the closed ledger.

Without --period: every finished period that has no report yet. A finished report is never rewritten.
With --from, a finished report is made again from downloaded files alone (its inputs.json, and ledger/), without an
installation or a network, and compared byte by byte with the files that lie there and with what its manifest names.
Exit code 1: something differs. Whether manifest and ledger are genuine, verify.py says: run it first.

    python -m infra report weekly
    python -m infra report weekly --period 2026-W47
    python -m infra report weekly --period 2026-W47 --from ./download
    python -m infra report weekly --period 2026-W47 --from ./download --to ./made-again
"""

import argparse
from pathlib import Path

from infra.errors import OperatorError
from infra.target import add_target, target

_KINDS = ("daily", "weekly", "monthly", "quarterly", "yearly")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The kind of report, one period of it, and where the files are."""
    parser.add_argument("kind", choices=_KINDS, help="which report")
    parser.add_argument(
        "--period", metavar="P", help="2026-11-21, 2026-W47, 2026-11, 2026-Q4 or 2026; default: all that are owed"
    )
    parser.add_argument(
        "--from", dest="source", type=Path, metavar="DIR", help="make it again from these downloaded files"
    )
    parser.add_argument("--to", type=Path, metavar="DIR", help="with --from: keep what was made, in this folder")
    add_target(parser)


def run(args: argparse.Namespace) -> int:
    """Make them, and say which were made."""
    from chalicelib.domain.errors import DomainError

    try:
        return _again(args) if args.source else _made(args)
    except DomainError as error:
        raise OperatorError(str(error)) from error


def _made(args: argparse.Namespace) -> int:
    from chalicelib.domain.periods import PeriodKind, period_named
    from chalicelib.services.reports import ReportOffice, make_finished_reports, make_report

    if args.to is not None:
        raise OperatorError("--to goes with --from: a report that is made lies in the installation's bucket.")
    container = target(args)
    office = ReportOffice.of(container.installation, container.report_files, container.room)
    kind = PeriodKind(args.kind)
    if args.period is None:
        made = make_finished_reports(office, kind)
        print("\n".join(f"made  {folder}" for folder in made) or "nothing is owed: every finished period is reported")
        return 0
    period = period_named(kind, args.period)
    print(f"{'made' if make_report(office, period) else 'finished before, left as it is'}  {period.folder}")
    return 0


def _again(args: argparse.Namespace) -> int:
    from chalicelib.adapters.folder_reports import FolderReports
    from chalicelib.adapters.report_files import RenderedFiles
    from chalicelib.adapters.scratch_files import scratch_files
    from chalicelib.domain.periods import PeriodKind, period_named
    from chalicelib.services.reporting.files import made_again
    from chalicelib.services.reporting.program import reports_code

    if args.period is None:
        raise OperatorError("Say which report: --from needs --period.")
    if not args.source.is_dir():
        raise OperatorError(f"{args.source}: no such folder")
    if args.to is not None and args.to.resolve().is_relative_to(args.source.resolve()):
        raise OperatorError("--to lies in --from: what was downloaded must stay as it is. Name another folder.")
    period = period_named(PeriodKind(args.kind), args.period)
    with scratch_files() as scratch:
        again = made_again(FolderReports(args.source), RenderedFiles(), period, scratch, args.to)
    if again is None:
        raise OperatorError(
            f"{args.source / period.folder / 'inputs.json'} is missing: fetch the report's folder, with all of ledger/."
        )
    if again.program != reports_code():
        print("note: the report was made by another version of the program; figures must agree, looks may differ")
    for name, verdict in again.verdicts.items():
        print(f"{verdict:10}{period.folder}/{name}")
    return 0 if set(again.verdicts.values()) == {"same"} else 1
