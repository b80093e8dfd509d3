"""The stand's movable clock: real time and an offset, kept in a file that other processes read too."""

import json
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

_REMEMBERED = 20_000
"""Changes of which the moment of a sent mail can still be told."""


@dataclass(frozen=True, slots=True)
class Setting:
    """How the clock is set: `offset` from real time; or standing still at `stands_at` (UTC)."""

    offset: timedelta
    stands_at: datetime | None = None

    def at(self, real: datetime) -> datetime:
        """What the clock shows at a real instant (UTC)."""
        return real + self.offset if self.stands_at is None else self.stands_at


def _real_now() -> datetime:
    return datetime.now(UTC)


class StandClock:
    """TimeSource of the stand. Set by the stand's process alone; everybody else who opens the file follows it.

    A stand that was killed while its clock stood still goes on from where it stood.
    `jumps` counts how often it was set.
    """

    def __init__(self, path: Path, real: Callable[[], datetime] = _real_now, *, follows: bool = False) -> None:
        self._path, self._real, self._follows = path, real, follows
        self._lock = threading.Lock()
        self._setting = _read(path)
        if not follows and self._setting.stands_at is not None:
            self._setting = Setting(self._setting.stands_at - real())
            _write(path, self._setting)
        self.jumps = 0
        self._history = deque([(datetime.min.replace(tzinfo=UTC), self._setting)], _REMEMBERED)

    def now(self) -> datetime:
        """The present instant on the stand, UTC."""
        if self._follows:
            return _read(self._path).at(self._real())
        with self._lock:
            return self._setting.at(self._real())

    @property
    def offset(self) -> timedelta:
        """How far the stand is ahead of real time."""
        return self.now() - self._real()

    def stand_at(self, moment: datetime) -> None:
        """Stop at this instant until `run_from` or `run_on`."""
        self._set(Setting(self._setting.offset, moment.astimezone(UTC)))

    def run_from(self, moment: datetime) -> None:
        """Go on from this instant at the pace of real time."""
        self._set(Setting(moment.astimezone(UTC) - self._real()))

    def run_on(self) -> None:
        """Go on from where it stands."""
        self.run_from(self.now())

    def shown_at(self, real: datetime) -> datetime:
        """What this clock showed at an earlier real instant (UTC)."""
        with self._lock:
            return next((setting.at(real) for since, setting in reversed(self._history) if since <= real))

    def _set(self, setting: Setting) -> None:
        with self._lock:
            self._setting = setting
            self.jumps += 1
            self._history.append((self._real(), setting))
            _write(self._path, setting)


def _read(path: Path) -> Setting:
    if not path.exists():
        return Setting(timedelta())
    kept = json.loads(path.read_text())
    stands_at = kept["stands_at"]
    return Setting(timedelta(seconds=kept["offset_seconds"]), datetime.fromisoformat(stands_at) if stands_at else None)


def _write(path: Path, setting: Setting) -> None:
    """Put the new file in the old one's place, so that nobody ever reads half of it."""
    stands_at = setting.stands_at.isoformat() if setting.stands_at else None
    new = path.with_suffix(".new")
    new.write_text(json.dumps({"offset_seconds": setting.offset.total_seconds(), "stands_at": stands_at}))
    new.replace(path)
