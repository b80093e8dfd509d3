"""Moving the clock: what falls due on the way happens at its own moment, in order, before the clock arrives."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chalicelib.services.installation import Installation
from infra.stand.clock import StandClock
from infra.stand.jobs import DISPATCH, PUBLISH, RECONCILE, REPORTS, SWEEP, Jobs, next_moment, on_grid
from scheduled.timetable import TIMETABLE, ZONE, Every

_STUCK = timedelta(hours=1)
"""When a run has changed nothing of what is due first, the next one on the way waits so long."""


class Journeys:
    """Moves the clock of one stand, one journey at a time. While one is under way nothing ticks."""

    def __init__(self, clock: StandClock, jobs: Jobs, inst: Installation) -> None:
        self._clock, self._jobs, self._inst = clock, jobs, inst
        self._halted = False

    def halt(self) -> None:
        """The stand is ending: the journey under way ends at its next stop, and the clock stays there."""
        self._halted = True

    def go(self, target: datetime, *, run_jobs: bool) -> None:
        """Set the clock to `target`. Backwards, or without jobs, it simply jumps."""
        with self._jobs.alone():
            start = self._clock.now()
            if target <= start or not run_jobs:
                self._clock.run_from(target)
                return
            try:
                self._travel(start, target)
            finally:
                self._clock.run_on()

    def _travel(self, start: datetime, target: datetime) -> None:
        plan = _Plan(self._inst, self._jobs.names, start, target)
        while True:
            moment, names = plan.next_stop()
            if moment > target:
                break
            self._clock.stand_at(moment)
            self._jobs.run_safely(names)
            plan.passed(moment, names)
            if self._halted:
                return
        self._clock.stand_at(target)
        self._jobs.run_safely([name for name in (SWEEP, DISPATCH, PUBLISH) if name in self._jobs.names])


@dataclass(slots=True)
class _Plan:
    """The stops on the way. Sweep and dispatch stop only where something is due; what runs hourly to find out whether
    there is anything to do stops where there can be: reports at the rulebook's hours. What is published is replaced
    each time, so that once, on arrival, is enough. Reconcile, which reads every letter, runs in the last night alone:
    what was wrong before is still wrong then."""

    inst: Installation
    names: tuple[str, ...]
    here: datetime
    target: datetime
    timed: dict[str, datetime] = field(init=False)
    waiting: dict[str, tuple[datetime | None, datetime]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.timed = {name: self._timed(name) for name in self.names if name not in (SWEEP, DISPATCH, PUBLISH)}

    def next_stop(self) -> tuple[datetime, list[str]]:
        """The next moment at which something runs, and what."""
        stops = dict(self.timed)
        for name, due in ((SWEEP, self.inst.letters.next_due_clock()), (DISPATCH, self.inst.outbox.next_due())):
            if due is not None:
                stops[name] = self._due_stop(name, due)
        moment = min(stops.values())
        names = [name for name in self.names if stops.get(name) == moment]
        if SWEEP in names and DISPATCH not in names:
            names.insert(names.index(SWEEP) + 1, DISPATCH)
        return moment, names

    def passed(self, moment: datetime, names: list[str]) -> None:
        """The jobs have run at this moment."""
        self.here = moment
        for name in names:
            if name in self.timed:
                self.timed[name] = self._timed(name)
        for name, next_due in ((SWEEP, self.inst.letters.next_due_clock), (DISPATCH, self.inst.outbox.next_due)):
            if name in names and (due := next_due()) is not None and due <= moment:
                self.waiting[name] = (due, moment + _STUCK)

    def _due_stop(self, name: str, due: datetime) -> datetime:
        grid = TIMETABLE[name]
        assert isinstance(grid, Every)  # noqa: S101  both run every few minutes
        stuck_due, until = self.waiting.get(name, (None, self.here))
        if due == stuck_due:
            return on_grid(until, grid.minutes)
        return max(on_grid(due, grid.minutes), on_grid(self.here, grid.minutes, later=True))

    def _timed(self, name: str) -> datetime:
        if name == REPORTS:
            hours = {rule.at.hour + (rule.at.minute > 0) for rule in self.inst.rulebook.reports.values()}
            return min((_daily(hour, self.here) for hour in hours), default=_daily(7, self.here))
        if name == RECONCILE:
            return max(next_moment(name, self.target - timedelta(days=1)), next_moment(name, self.here))
        return next_moment(name, self.here)


def _daily(hour: int, after: datetime) -> datetime:
    local = after.astimezone(ZONE)
    moment = local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(hours=hour)
    return moment if moment > local else moment + timedelta(days=1)
