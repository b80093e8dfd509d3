"""The fold of a year through the last closed day, kept so that publishing reads that day's events once.

Kept beside the reports, a file a closed day, written once. Its name binds it to the manifest of that day (which chains
to all days before), to the imports, to the year and zone, and to the code that folds. What does not fit is not found,
and the fold is made anew from the whole ledger.
"""

import gzip
import hashlib
import zlib
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from msgspec import MsgspecError, json

from chalicelib.domain.metrics.fold import Fold, Progress
from chalicelib.domain.periods import year_of
from chalicelib.domain.working_calendar import WorkingCalendar
from chalicelib.ports import ReportStore
from chalicelib.services.ledger_files import GZIP, closed_days
from chalicelib.services.reporting.ledger import day_source, import_sources, told_by
from chalicelib.services.reporting.program import figures_code

KEPT = "reports/folded/"
_PROGRESS = json.Decoder(dict[str, Progress])


@dataclass(frozen=True, slots=True)
class Closed:
    """What the closed ledger comes to: every letter's progress, and the last closed day (None: nothing closed)."""

    progress: dict[str, Progress]
    through: date | None


def closed_so_far(store: ReportStore, first: date, today: date, zone: ZoneInfo, calendar: WorkingCalendar) -> Closed:
    """The fold of the figures since `first`, the first day of a year, through the last closed day.

    It goes on from the newest kept state that fits.
    Raises LedgerDamagedError for a file of the ledger that had to be read and is damaged.
    """
    imports, days = import_sources(store), [day for day in closed_days(store) if day <= today]
    names = _Names(store, f"{KEPT}{first.year:04d}/", f"{figures_code()}|{zone.key}|{imports}")
    progress, done = _newest(names, days)
    unread = [day_source(store, day) for day in days if done is None or day > done]
    fold = Fold(replace(year_of(first), last=today), zone, calendar, progress)
    for lines in told_by(store, unread if done else [*imports, *unread]):
        fold.add_all(lines)
    if days and done != days[-1]:
        packed = gzip.compress(json.encode(fold.progress), mtime=0)
        store.put_once(names.of(days[-1]), packed, GZIP)
    return Closed(fold.progress, days[-1] if days else None)


@dataclass(frozen=True, slots=True)
class _Names:
    """Names of kept states that fit this ledger and this code."""

    store: ReportStore
    folder: str
    basis: str

    def of(self, day: date) -> str:
        """The one through this closed day."""
        bound = f"{self.basis}|{day_source(self.store, day)}"
        return f"{self.folder}{day.isoformat()}-{hashlib.sha256(bound.encode()).hexdigest()[:32]}.json.gz"

    def there(self) -> dict[str, set[str]]:
        """All that are kept, by day, whether they fit or not."""
        found: dict[str, set[str]] = {}
        for key in self.store.keys(self.folder):
            found.setdefault(key.removeprefix(self.folder)[:10], set()).add(key)
        return found


def _newest(names: _Names, days: list[date]) -> tuple[dict[str, Progress], date | None]:
    """The newest state that fits, and through which day; nothing, and None, where none does or can be read."""
    there = names.there()
    for day in reversed(days):
        kept = there.get(day.isoformat())
        if kept and (name := names.of(day)) in kept:
            try:
                return _PROGRESS.decode(gzip.decompress(names.store.get(name) or b"")), day
            except (OSError, EOFError, zlib.error, MsgspecError):
                continue
    return {}, None
