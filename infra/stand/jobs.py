"""The scheduled jobs on the stand: run one now, and say when each comes next on the stand's clock."""

import importlib
import importlib.util
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from chalicelib import bootstrap
from chalicelib.bootstrap import Container
from chalicelib.domain.periods import PeriodKind
from chalicelib.services.reports import ReportOffice, make_finished_reports
from scheduled.timetable import TIMETABLE, ZONE, Every

SWEEP, DISPATCH, PUBLISH, RECONCILE, REPORTS = "sweep", "dispatch", "publish", "reconcile", "reports"
_ROUNDS = 50
"""Runs of dispatch in a row until nothing is due; far more than any backlog of the stand takes."""


class Jobs:
    """All jobs there are. One runs at a time: the stand has one clock, and a job must find it standing or running.

    `sendings` counts the runs of dispatch so far.
    """

    def __init__(self, container: Container, say: Callable[[str], None]) -> None:
        self._container, self._say = container, say
        self._lock = threading.RLock()
        self._jobs = {name: module.job for name, module in _modules()}
        self.sendings = 0

    @property
    def names(self) -> tuple[str, ...]:
        """In the order in which they run when they fall on one moment: what is owed is sent before a day is closed."""
        return tuple(self._jobs)

    @contextmanager
    def alone(self, seconds: float = -1) -> Iterator[bool]:
        """Nothing else runs meanwhile; False when something still did after so many seconds."""
        got = self._lock.acquire(timeout=seconds)
        try:
            yield got
        finally:
            if got:
                self._lock.release()

    def run(self, name: str) -> Any:
        """Run one job now; its figures. Raises whatever it raises."""
        with self.alone():
            bootstrap.new_invocation()  # as each function begins in the cloud: people may have changed since
            if name != DISPATCH:
                return self._jobs[name](self._container, _always)
            return self._send_all()

    def run_safely(self, names: Iterable[str]) -> None:
        """Run these; a failure is said, and the next one runs all the same."""
        for name in names:
            try:
                self.run(name)
            except Exception as error:  # noqa: BLE001  a job that fails must not end the stand
                self._say(f"job {name} failed: {_where(error)}")

    def by_hand(self, name: str) -> Any:
        """Run one job as somebody asked for it; `reports` then makes those of every finished period at once."""
        result = self.run(name)
        if name != REPORTS:
            return plain(result)
        with self.alone():
            office = ReportOffice.of(self._container.installation, self._container.report_files, self._container.room)
            kinds = dict.fromkeys([PeriodKind.WEEKLY, *map(PeriodKind, office.rulebook.reports)])
            made = [folder for kind in kinds for folder in make_finished_reports(office, kind)]
        return plain([*result, *made])

    def send_what_is_due(self) -> None:
        """Dispatch, if there is anything to send."""
        inst = self._container.installation
        with self.alone():
            try:
                due = inst.outbox.next_due()
            except Exception as error:  # noqa: BLE001  the emulator may be ending
                self._say(f"looking for mail failed: {_where(error)}")
                return
            if due is not None and due <= inst.time.now():
                self.run_safely([DISPATCH])

    def _send_all(self) -> Any:
        """One run takes a limited number; the stand goes on while there is more and it gets anywhere."""
        inst = self._container.installation
        total: dict[str, Any] = {}
        self.sendings += 1
        for _ in range(_ROUNDS):
            result = asdict(self._jobs[DISPATCH](self._container, _always))
            total = {name: total.get(name, type(value)()) + value for name, value in result.items()}
            due = inst.outbox.next_due()
            if not (result["sent"] or result["dropped"]) or due is None or due > inst.time.now():
                break
        return total


def next_moment(name: str, after: datetime) -> datetime:
    """The job's next moment on the timetable, later than `after` (UTC)."""
    when = TIMETABLE[name]
    if isinstance(when, Every):
        return on_grid(after, when.minutes, later=True)
    local = after.astimezone(ZONE)
    today = datetime.combine(local.date(), when.local, ZONE)
    return (today if today > local else today + timedelta(days=1)).astimezone(UTC)


def on_grid(moment: datetime, minutes: int, *, later: bool = False) -> datetime:
    """The first whole multiple of so many minutes at (or, `later`, after) the moment, UTC."""
    step = minutes * 60
    seconds = moment.timestamp()
    whole = int(seconds // step) * step
    if later or whole < seconds:
        whole += step
    return datetime.fromtimestamp(whole, UTC)


def plain(result: Any) -> Any:
    """A job's result as JSON can say it."""
    return asdict(result) if is_dataclass(result) and not isinstance(result, type) else result


def _modules() -> Iterator[tuple[str, Any]]:
    for name in TIMETABLE:
        if importlib.util.find_spec(f"scheduled.{name}"):
            yield name, importlib.import_module(f"scheduled.{name}")


def _always() -> bool:
    return True


def _where(error: Exception) -> str:
    """What went wrong and where, without the error's own words: they might hold somebody's name."""
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    return f"{type(error).__name__} at " + " < ".join(f"{Path(f.filename).name}:{f.lineno}" for f in reversed(frames))
