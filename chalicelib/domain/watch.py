"""What the sweep does to one clock: count it again under a newer calendar, then take the ladder steps that passed."""

from dataclasses import dataclass, replace
from datetime import timedelta

from chalicelib.domain.clocks import Clock, recompute
from chalicelib.domain.draft import Announcement, Draft, Outcome, Surroundings
from chalicelib.domain.ladder import Passed, climb, passed_steps, rewind
from chalicelib.domain.ledger import instant
from chalicelib.domain.letter import Actor, ClockId, Letter, Role
from chalicelib.domain.rulebook import Action, LadderStep

SYSTEM = Actor("system", Role.SYSTEM, channel="sweep")


@dataclass(frozen=True, slots=True)
class Watched:
    """The outcomes of one visit in order, each an event of its own, and the letter and clock after them."""

    letter: Letter
    outcomes: tuple[Outcome, ...]
    announcements: tuple[Announcement, ...]


def visit(letter: Letter, clocks: tuple[Clock, ...], clock_id: ClockId, around: Surroundings) -> Watched:
    """Bring one clock up to now. Every passed step becomes an event; nobody gets more than one message of it."""
    outcomes: list[Outcome] = []
    by_id = {clock.id: clock for clock in clocks}
    if by_id[clock_id].running and by_id[clock_id].calendar_version != around.calendar.version:
        outcomes.append(_recounted(letter, by_id, clock_id, around))
        letter, by_id = outcomes[-1].letter, {c.id: c for c in outcomes[-1].clocks}
    clock = by_id[clock_id]
    steps = around.rulebook.ladder.get(clock.name, ())
    passed = passed_steps(clock, steps, around.now, around.calendar, around.zone) if clock.running else ()
    for each in passed:
        outcomes.append(_climbed(letter, by_id, clock_id, each, around))
        letter, by_id = outcomes[-1].letter, {c.id: c for c in outcomes[-1].clocks}
    told = [a for outcome in outcomes for a in outcome.announcements]
    return Watched(letter, tuple(outcomes), (*told, *_worded_from_now(by_id[clock_id], passed)))


def _recounted(letter: Letter, clocks: dict[ClockId, Clock], clock_id: ClockId, around: Surroundings) -> Outcome:
    """A newer calendar is loaded: count again, and tell those concerned when the date moved."""
    before = clocks[clock_id]
    steps = around.rulebook.ladder.get(before.name, ())
    counted = recompute(before, before.limit, around.now, around.calendar, around.zone)
    draft = Draft(letter, dict(clocks), SYSTEM, around)
    draft.put(rewind(counted, steps, around.calendar, around.zone))
    draft.fact(calendar_before=before.calendar_version, due_before=before.due_on.isoformat())
    if counted.due_on != before.due_on:
        roles = (Role.CENTRE,) if before.unit is None else (Role.HANDLER,)
        draft.tell("limit_recounted", *roles, unit=before.unit, clock=before.name.value)
        draft.tell("limit_recounted", Role.WRITER, clock=before.name.value)
    return draft.finish("recount")


def _climbed(
    letter: Letter, clocks: dict[ClockId, Clock], clock_id: ClockId, passed: Passed, around: Surroundings
) -> Outcome:
    clock = clocks[clock_id]
    steps = around.rulebook.ladder[clock.name]
    draft = Draft(letter, dict(clocks), SYSTEM, around)
    draft.put(climb(clock, 1, steps, around.calendar, around.zone))
    draft.fact(step=passed.step.name, action=passed.step.action.value, moment=instant(passed.moment))
    draft.fact(to=[role.value for role in passed.step.to], clause=passed.step.clause)
    return draft.finish("ladder_step")


def _worded_from_now(clock: Clock, passed: tuple[Passed, ...]) -> list[Announcement]:
    """Of several passed steps each role is told of the furthest only. An explained delay is not urged (CQ-7.1)."""
    furthest: dict[Role, LadderStep] = {}
    for each in passed:
        furthest |= dict.fromkeys(each.step.to, each.step)
    announcements = []
    for step in (each.step for each in passed if each.step in furthest.values()):
        if clock.explained and step.action is Action.URGE:
            continue
        roles = tuple(role for role, chosen in furthest.items() if chosen is step)
        announcements.append(
            Announcement(
                template=f"ladder_{step.action.value}",
                to=roles,
                unit=clock.unit,
                channels=step.channels,
                params=(("clock", clock.name.value), ("clock_id", clock.id)),
            )
        )
    return announcements


def put_off(clock: Clock, around: Surroundings) -> Clock:
    """A clock whose visit failed waits longer each time, so that it never stops or starves the others."""
    failures = clock.failures + 1
    return replace(clock, failures=failures, next_action_at=around.now + timedelta(minutes=min(5 * 2**failures, 720)))
