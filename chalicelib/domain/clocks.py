"""Opening, extending and ending a clock: one statutory time limit running on a letter."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from chalicelib.domain.letter import ClockId, UnitId
from chalicelib.domain.limit import Limit
from chalicelib.domain.working_calendar import DayCounted, Due, WorkingCalendar


class ClockName(StrEnum):
    """What a clock measures. `return` is a window: it lapses, it is never breached."""

    TRIAGE = "triage"
    HANDLE = "handle"
    RETURN = "return"
    REDO = "redo"
    APPROVAL = "approval"


WINDOWS = frozenset({ClockName.RETURN})


class ClockState(StrEnum):
    """Derived, never stored: from the due date and the move that ended the clock."""

    RUNNING = "running"
    MET = "met"
    BREACHED = "breached"
    STOPPED = "stopped"


class Ending(StrEnum):
    """How a clock ended: by doing what it asks, or because that is owed no more."""

    DONE = "done"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Clock:
    """A time limit with its basis, so that its due date can be recomputed and explained at any time.

    Instants are UTC; `due_on`, `earliest`, `latest` are local dates. `earliest` and `latest` differ from
    `due_on` only while it is provisional. `taken` names the ladder steps that are behind it, taken or passed over:
    the rulebook may get or lose a step meanwhile. `step` counts them; it alone stands in clocks stored without names.
    `next_action_at` is the moment of the next step (None: no step is left). `escalated`: an inspector was told that it
    is late. `failures` counts sweeps in a row that could not act on it.
    """

    id: ClockId
    name: ClockName
    started_at: datetime
    limit: Limit
    due_on: date
    earliest: date
    latest: date
    provisional: bool
    calendar_version: str
    clause: str | None = None
    unit: UnitId | None = None
    granted: int = 0
    cap: Limit | None = None
    cap_from: datetime | None = None
    ended_at: datetime | None = None
    ending: Ending | None = None
    explained: bool = False
    step: int = 0
    taken: tuple[str, ...] = ()
    next_action_at: datetime | None = None
    failures: int = 0
    escalated: bool = False

    @property
    def running(self) -> bool:
        """Not ended yet, late or not."""
        return self.ended_at is None


def local_date(moment: datetime, zone: ZoneInfo) -> date:
    """The date on the county's wall clock at this instant."""
    return moment.astimezone(zone).date()


def total_limit(clock: Clock) -> Limit:
    """The limit with what was granted on top, counted from the original start."""
    return replace(clock.limit, number=clock.limit.number + clock.granted)


def open_clock(
    clock_id: ClockId,
    name: ClockName,
    limit: Limit,
    now: datetime,
    calendar: WorkingCalendar,
    zone: ZoneInfo,
    *,
    clause: str | None = None,
    unit: UnitId | None = None,
) -> Clock:
    """Start a clock at `now` (UTC). Day 0 is the local date of `now`."""
    due = calendar.due(local_date(now, zone), limit)
    return Clock(
        id=clock_id,
        name=name,
        started_at=now,
        limit=limit,
        due_on=due.on,
        earliest=due.earliest,
        latest=due.latest,
        provisional=due.provisional,
        calendar_version=calendar.version,
        clause=clause,
        unit=unit,
    )


def end_clock(clock: Clock, now: datetime, ending: Ending) -> Clock:
    """End a running clock; one that has ended never moves again."""
    if not clock.running:
        return clock
    return replace(clock, ended_at=now, ending=ending, next_action_at=None)


def _counted(clock: Clock, calendar: WorkingCalendar, zone: ZoneInfo) -> Due:
    """The due date from the clock's own basis: start, limit, what was granted, and the cap."""
    due = calendar.due(local_date(clock.started_at, zone), total_limit(clock))
    if clock.cap is None or clock.cap_from is None:
        return due
    ceiling = calendar.due(local_date(clock.cap_from, zone), clock.cap)
    return Due(
        on=min(due.on, ceiling.on),
        earliest=min(due.earliest, ceiling.earliest),
        latest=min(due.latest, ceiling.latest),
        provisional=due.provisional if due.on <= ceiling.on else ceiling.provisional,
    )


def _moved(clock: Clock, due: Due, calendar: WorkingCalendar) -> Clock:
    return replace(
        clock,
        due_on=due.on,
        earliest=due.earliest,
        latest=due.latest,
        provisional=due.provisional,
        calendar_version=calendar.version,
    )


def extend(
    clock: Clock, working_days: int, cap: Limit | None, first_start: datetime, calendar: WorkingCalendar, zone: ZoneInfo
) -> Clock:
    """Grant more days: due = n-th day of (limit + granted) from the original start, never past the cap.

    The cap is counted from `first_start`, when the first unit received the letter (HF-2.2, SF-3.3.3).
    """
    extended = replace(clock, granted=clock.granted + working_days, cap=cap, cap_from=first_start)
    return _moved(extended, _counted(extended, calendar, zone), calendar)


def recompute(clock: Clock, limit: Limit, now: datetime, calendar: WorkingCalendar, zone: ZoneInfo) -> Clock:
    """Count again from the original start, for a changed calendar or kind.

    A due date that comes out earlier than before is never earlier than the next working day after `now`: nobody
    becomes late because a notice was loaded or a letter reclassified. Ended clocks never move.
    """
    if not clock.running:
        return clock
    again = replace(clock, limit=limit)
    due = _counted(again, calendar, zone)
    floor = calendar.nth_working_day_after(local_date(now, zone), 1)
    if due.on < clock.due_on and due.on < floor:
        later = min(floor, clock.due_on)
        due = Due(on=later, earliest=later, latest=later, provisional=later > calendar.certain_through)
    return _moved(again, due, calendar)


def state_of(clock: Clock, zone: ZoneInfo, today: date) -> ClockState:
    """Met or breached follows from the due date and the ending alone, so an outage changes no figure."""
    if clock.name in WINDOWS and clock.ending is not Ending.DONE:
        over = not clock.running or today > clock.due_on
        return ClockState.STOPPED if over else ClockState.RUNNING
    if clock.ended_at is None:
        return ClockState.RUNNING
    if clock.ending is Ending.DROPPED:
        return ClockState.STOPPED
    return ClockState.MET if local_date(clock.ended_at, zone) <= clock.due_on else ClockState.BREACHED


def overdue_days(clock: Clock, calendar: WorkingCalendar, zone: ZoneInfo, today: date) -> int:
    """Working days past the due date, until the end or `today`; 0 when not late, and for windows.

    Overdue begins at 00:00 of the day after `due_on`, whether it is worked or not: a clock that is late is at least
    in its first day of lateness. On days off right after the due date it is 1 though `overrun` counts none yet.
    """
    if clock.name in WINDOWS:
        return 0
    until = today if clock.ended_at is None else local_date(clock.ended_at, zone)
    if until <= clock.due_on:
        return 0
    return max(1, calendar.working_days_between(clock.due_on, until))


def working_days_used(clock: Clock, calendar: WorkingCalendar, zone: ZoneInfo, today: date) -> int:
    """Working days from the day after the start through the end, or through `today` while it runs."""
    until = today if clock.ended_at is None else local_date(clock.ended_at, zone)
    return calendar.working_days_between(local_date(clock.started_at, zone), until)


def receipt(clock: Clock, calendar: WorkingCalendar, zone: ZoneInfo) -> tuple[DayCounted, ...]:
    """Each day from the start to the due date: counted or not, and why."""
    return calendar.trace(local_date(clock.started_at, zone), total_limit(clock), clock.due_on)


def overrun(clock: Clock, calendar: WorkingCalendar, zone: ZoneInfo, today: date) -> tuple[DayCounted, ...]:
    """Each day after the due date to the end, or to `today` while it runs: counted as late when worked, and why not.

    The receipt goes on where it was left: its counted days are those `overdue_days` tells, but for days off right
    after the due date, where none is counted and that is 1 already. Windows lapse and are never late.
    """
    until = today if clock.ended_at is None else local_date(clock.ended_at, zone)
    if clock.name in WINDOWS or until <= clock.due_on:
        return ()
    late = (clock.due_on + timedelta(days=n) for n in range(1, (until - clock.due_on).days + 1))
    kinds = ((day, calendar.kind_of(day)) for day in late)
    return tuple(kind.line(day, kind.working) for day, kind in kinds)


def has_lapsed(clock: Clock, zone: ZoneInfo, now: datetime) -> bool:
    """Past the last second of the due date, local time."""
    return local_date(now, zone) > clock.due_on
