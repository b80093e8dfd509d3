"""What happened before a period and was recorded too late for the report of the period before: its corrections."""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Any

from chalicelib.domain.metrics.report import Source
from chalicelib.domain.periods import Period, before
from chalicelib.ports import ReportStore
from chalicelib.services.ledger_files import closed_days
from chalicelib.services.reporting.ledger import IMPORTED, sources_through

_ONE_DAY = timedelta(days=1)


def unread_files(store: ReportStore, period: Period, sources: Iterable[Source]) -> tuple[str, ...]:
    """Which of these files the report of the period before has not read.

    History taken over in an import is no correction: it happened before our ledger knew of it, and its folder is named
    in the manifest.
    """
    read = _read_by(store, before(period))
    return tuple(each.name for each in sources if each not in read and not each.name.startswith(IMPORTED))


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


_TELL_SOURCES: Sequence[tuple[str, Callable[[Any], list[dict[str, str]]]]] = (
    ("inputs.json", lambda said: said["basis"]["ledger"]),
    ("manifest.json", lambda said: said["ledger"]),  # reports of versions that had no inputs.json
)
