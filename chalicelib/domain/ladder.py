"""The ladder around a due date: which step comes next and when, and which have passed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from chalicelib.domain.clocks import Clock, local_date
from chalicelib.domain.rules import Action, LadderStep, OfficeHours
from chalicelib.domain.working_calendar import WorkingCalendar


@dataclass(frozen=True, slots=True)
class Passed:
    """A step whose moment has come."""

    step: LadderStep
    moment: datetime


def moment_of(step: LadderStep, clock: Clock, calendar: WorkingCalendar, zone: ZoneInfo) -> datetime:
    """When this step is to be taken (UTC). While a date is provisional: remind on the earlier, urge on the later."""
    due = clock.earliest if step.action is Action.REMIND else clock.latest
    return _at(_shifted(due, step.offset, calendar), step.at, zone)


def _shifted(due: date, offset: int, calendar: WorkingCalendar) -> date:
    if offset > 0:
        return calendar.nth_working_day_after(due, offset)
    if offset < 0:
        return calendar.nth_working_day_before(due, -offset)
    return due


def _at(day: date, local: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, local, tzinfo=zone).astimezone(UTC)


def next_index(clock: Clock, steps: Sequence[LadderStep]) -> int:
    """Which of these steps comes next: the one after the last that is behind the clock, found by its name.

    So a step that is put before it is not caught up, and none is taken twice or left out for one that has gone.
    """
    if not clock.taken:
        return min(clock.step, len(steps))
    behind = set(clock.taken)
    return max((place for place, step in enumerate(steps, start=1) if step.name in behind), default=0)


def wind_up(
    clock: Clock, steps: Sequence[LadderStep], after: datetime, calendar: WorkingCalendar, zone: ZoneInfo
) -> Clock:
    """Set a new or extended clock to the first step after `after` (UTC); steps already past are not caught up."""
    for index, step in enumerate(steps):
        moment = moment_of(step, clock, calendar, zone)
        if moment > after:
            return replace(clock, step=index, taken=_names(steps[:index]), next_action_at=moment)
    return replace(clock, step=len(steps), taken=_names(steps), next_action_at=None)


def _names(steps: Sequence[LadderStep]) -> tuple[str, ...]:
    return tuple(step.name for step in steps)


def rewind(clock: Clock, steps: Sequence[LadderStep], calendar: WorkingCalendar, zone: ZoneInfo) -> Clock:
    """The same next step at its moment under the clock's present due date, for a recomputed clock."""
    following = next_index(clock, steps)
    if following >= len(steps):
        return replace(clock, next_action_at=None)
    return replace(clock, next_action_at=moment_of(steps[following], clock, calendar, zone))


def passed_steps(
    clock: Clock, steps: Sequence[LadderStep], now: datetime, calendar: WorkingCalendar, zone: ZoneInfo
) -> tuple[Passed, ...]:
    """Every step from the clock's next one on whose moment is not after `now`."""
    passed = []
    for step in steps[next_index(clock, steps) :]:
        moment = moment_of(step, clock, calendar, zone)
        if moment > now:
            break
        passed.append(Passed(step, moment))
    return tuple(passed)


def climb(clock: Clock, count: int, steps: Sequence[LadderStep], calendar: WorkingCalendar, zone: ZoneInfo) -> Clock:
    """Move the clock `count` steps up."""
    start = next_index(clock, steps)
    behind = clock.taken or _names(steps[:start])
    climbed = replace(clock, step=start + count, taken=(*behind, *_names(steps[start : start + count])), failures=0)
    return rewind(climbed, steps, calendar, zone)


def next_office_moment(now: datetime, hours: OfficeHours, calendar: WorkingCalendar, zone: ZoneInfo) -> datetime:
    """`now` inside office hours, else the start of the next (UTC): nobody is woken by a reminder."""
    today = local_date(now, zone)
    local = now.astimezone(zone).time()
    if calendar.is_working_day(today):
        if hours.start <= local < hours.end:
            return now
        if local < hours.start:
            return _at(today, hours.start, zone)
    return _at(calendar.nth_working_day_after(today, 1), hours.start, zone)


def next_moment(now: datetime, times: Sequence[time], zone: ZoneInfo) -> datetime:
    """The next of these local times of day, today or tomorrow (UTC); without any, `now`."""
    days = (local_date(now, zone), local_date(now, zone) + timedelta(days=1))
    moments = sorted(_at(day, each, zone) for day in days for each in times)
    return next((each for each in moments if each >= now), now)
