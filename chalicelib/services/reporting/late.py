"""What happened before a period and was recorded too late for the report of the period before: its corrections."""

import json
from collections.abc import Callable, Iterable
from datetime import timedelta
from zoneinfo import ZoneInfo

from chalicelib.domain.ledger import instant
from chalicelib.domain.metrics.report import Source
from chalicelib.domain.metrics.told import Told
from chalicelib.domain.periods import Period, before
from chalicelib.ports import ReportStore
from chalicelib.services.ledger_files import closed_days
from chalicelib.services.reporting.ledger import IMPORTED, sources_through

_ONE_DAY = timedelta(days=1)


class LateLines:
    """Show it the lines of files that were not read yet; `lines` keeps those of earlier periods.

    History taken over in an import is no correction: it happened before our ledger knew of it, and its folder is named
    in the manifest.
    """

    def __init__(self, store: ReportStore, period: Period, zone: ZoneInfo) -> None:
        self.lines: list[Told] = []
        self.start = instant(period.bounds(zone)[0])
        self._read = _read_by(store, before(period))

    def looks_into(self, source: Source) -> bool:
        """Whether a line of this file may be one."""
        return source not in self._read and not source.name.startswith(IMPORTED)

    def look_at(self, lines: Iterable[Told]) -> None:
        """Look at some lines of such a file."""
        self.lines += [line for line in lines if line.at < self.start]


def _read_by(store: ReportStore, period: Period) -> frozenset[Source]:
    """The files this period's report was made of; where it is still to be made, those it will be made of.

    A period that ended before the ledger's first day never gets a report.
    """
    for name, sources_in in _TELL_SOURCES:
        begun = store.get(f"{period.folder}/{name}")
        if begun is not None:
            return frozenset(Source(each["name"], each["manifest_sha256"]) for each in sources_in(json.loads(begun)))
    days = closed_days(store)
    if not days or days[0] > period.last:
        return frozenset()
    return frozenset(sources_through(store, period.last + _ONE_DAY))


_TELL_SOURCES: tuple[tuple[str, Callable[[dict[str, dict[str, list[dict[str, str]]]]], list[dict[str, str]]]], ...] = (
    ("inputs.json", lambda said: said["basis"]["ledger"]),
    ("report.json", lambda said: said["basis"]["ledger"]),  # reports of versions that had no inputs.json
)
