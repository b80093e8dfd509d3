"""Real time on the stand: runs each job when its moment comes, and sends what is owed every two seconds.

When the clock has jumped, each job waits for its next moment from there: a jump without jobs is an outage, and what
was missed in it is caught up by the next sweep, not by the jump.
"""

import threading
from datetime import datetime

from infra.stand.clock import StandClock
from infra.stand.jobs import DISPATCH, Jobs, next_moment

_BEAT_SECONDS = 2.0


class Ticker:
    """One background thread. It waits while the clock is being moved, and then looks at it anew."""

    def __init__(self, clock: StandClock, jobs: Jobs) -> None:
        self._clock, self._jobs = clock, jobs
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="ticker", daemon=True)
        self._next = self._moments()
        self._jumps = clock.jumps

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after the job that is running."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(_BEAT_SECONDS):
            with self._jobs.alone(_BEAT_SECONDS) as free:
                if free:
                    self._beat()

    def _beat(self) -> None:
        now = self._clock.now()
        if self._clock.jumps != self._jumps:
            self._jumps, self._next = self._clock.jumps, self._moments()
        due = [name for name, moment in self._next.items() if moment <= now]
        self._jobs.run_safely(due)
        self._next |= {name: next_moment(name, now) for name in due}
        self._jobs.send_what_is_due()

    def _moments(self) -> dict[str, datetime]:
        now = self._clock.now()
        return {name: next_moment(name, now) for name in self._jobs.names if name != DISPATCH}
