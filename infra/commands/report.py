"""Make reports from the closed ledger.

Without --period: every finished period that has no report yet. A finished report is never rewritten.

    python -m infra report weekly
    python -m infra report weekly --period 2026-W47
"""

import argparse

from infra.errors import OperatorError
from infra.target import add_target, target

_KINDS = ("daily", "weekly", "monthly", "quarterly", "yearly")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The kind of report, and one period of it."""
    parser.add_argument("kind", choices=_KINDS, help="which report")
    parser.add_argument(
        "--period", metavar="P", help="2026-11-21, 2026-W47, 2026-11, 2026-Q4 or 2026; default: all that are owed"
    )
    add_target(parser)


def run(args: argparse.Namespace) -> int:
    """Make them, and say which were made."""
    from chalicelib.domain.errors import DomainError
    from chalicelib.domain.periods import PeriodKind, period_named
    from chalicelib.services.reports import ReportOffice, make_finished_reports, make_report

    container = target(args)
    office = ReportOffice.of(container.installation, container.report_files, container.room)
    kind = PeriodKind(args.kind)
    try:
        if args.period is None:
            made = make_finished_reports(office, kind)
            print(
                "\n".join(f"made  {folder}" for folder in made) or "nothing is owed: every finished period is reported"
            )
            return 0
        period = period_named(kind, args.period)
        print(f"{'made' if make_report(office, period) else 'finished before, left as it is'}  {period.folder}")
    except DomainError as error:
        raise OperatorError(str(error)) from error
    return 0
