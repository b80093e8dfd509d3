"""The letters of the closed ledger, to be asked about under other rulebooks: those of a period, or all.

Only what is needed to count a letter's limits is kept of it, so that a large county's ledger can be asked as well.
"""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from chalicelib.domain.errors import DomainError
from chalicelib.domain.periods import Period
from chalicelib.domain.what_if_ledger import Reading
from chalicelib.domain.working_calendar import WorkingCalendar
from chalicelib.ports import ReportStore
from chalicelib.services.ledger_files import closed_days
from chalicelib.services.reporting.ledger import lines_of, sources_through
from chalicelib.services.what_if import Letters

_ONE_DAY = timedelta(days=1)


class NothingClosedError(DomainError):
    """No day of the period is closed yet: its letters stand in no file of the ledger."""

    code = "nothing_closed"

    def __init__(self, period: str, closed_through: date) -> None:
        super().__init__(period, closed_through)
        self.period = period
        self.closed_through = closed_through

    def __str__(self) -> str:
        return f"{self.period}: no day of it is closed; the ledger ends with {self.closed_through}"


def letters_of_ledger(
    store: ReportStore, period: Period | None, calendar: WorkingCalendar, zone: ZoneInfo, today: date
) -> Letters:
    """The letters of the closed ledger that were answered in this period or were open at its end.

    None: of all closed days. What is not closed yet is left out, so a period that goes on ends with the last closed
    day. Raises NothingClosedError where no day of the period is closed, LedgerDamagedError for a damaged ledger.
    """
    days = closed_days(store)
    closed_through = days[-1] if days else today - _ONE_DAY
    if period is not None and period.first > closed_through:
        raise NothingClosedError(period.key, closed_through)
    last = closed_through if period is None else min(period.last, closed_through)
    reading = Reading(period.first if period else None, last, zone)
    for line in lines_of(store, sources_through(store, last + _ONE_DAY)):
        reading.add(line)
    return Letters(reading.cases, calendar, zone, last)
