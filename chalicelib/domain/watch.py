"""What happens to clocks by themselves: counted again under a newer calendar, and the ladder steps that passed.

Whoever acts on a letter counts its clocks again first, so that no figure depends on when the sweep came by.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

from chalicelib.domain.clocks import WINDOWS, Clock, recompute
from chalicelib.domain.draft import Announcement, Draft, Outcome, Surroundings
from chalicelib.domain.ladder import Passed, climb, passed_steps, rewind
from chalicelib.domain.ledger import instant
from chalicelib.domain.letter import Actor, ClockId, Letter, Role
from chalicelib.domain.rules import Action, LadderStep

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
    counted = recount(letter, clocks, around)
    if counted is not None:
        outcomes.append(counted)
        letter, clocks = counted.letter, counted.clocks
    by_id = {clock.id: clock for clock in clocks}
    clock = by_id[clock_id]
    steps = around.rulebook.ladder.get(clock.name, ())
    passed = passed_steps(clock, steps, around.now, around.calendar, around.zone) if clock.running else ()
    for each in passed:
        outcomes.append(_climbed(letter, by_id, clock_id, each, around))
        letter, by_id = outcomes[-1].letter, {c.id: c for c in outcomes[-1].clocks}
    told = [a for outcome in outcomes for a in outcome.announcements]
    return Watched(letter, tuple(outcomes), (*told, *_worded_from_now(by_id[clock_id], passed)))


def _is_old(clock: Clock, around: Surroundings) -> bool:
    return clock.running and clock.calendar_version != around.calendar.version


def counted_anew(clocks: Iterable[Clock], around: Surroundings) -> tuple[Clock, ...]:
    """All the clocks as they stand under the present calendar, for showing them before it is recorded."""
    return tuple(_counted_anew(clock, around) if _is_old(clock, around) else clock for clock in clocks)


def _counted_anew(clock: Clock, around: Surroundings) -> Clock:
    counted = recompute(clock, clock.limit, around.now, around.calendar, around.zone)
    return rewind(counted, around.rulebook.ladder.get(clock.name, ()), around.calendar, around.zone)


def recount(letter: Letter, clocks: Iterable[Clock], around: Surroundings) -> Outcome | None:
    """Another calendar is loaded: count every running clock again, and tell those concerned when a date moved.

    One event, an account of each clock before; None when every clock is up to date.
    """
    by_id = {clock.id: clock for clock in clocks}
    old = [clock for clock in by_id.values() if _is_old(clock, around)]
    if not old:
        return None
    draft = Draft(letter, by_id, SYSTEM, around)
    draft.fact(before=[{"id": c.id, "due_on": c.due_on.isoformat(), "calendar": c.calendar_version} for c in old])
    for before in old:
        counted = _counted_anew(before, draft.around)
        draft.put(counted)
        if counted.due_on != before.due_on and counted.name not in WINDOWS:
            roles = (Role.CENTRE,) if counted.unit is None else (Role.HANDLER,)
            draft.tell("limit_recounted", *roles, unit=counted.unit, clock=counted.name.value)
            draft.tell("limit_recounted", Role.WRITER, clock=counted.name.value)
    return draft.finish("recount")


def _climbed(
    letter: Letter, clocks: dict[ClockId, Clock], clock_id: ClockId, passed: Passed, around: Surroundings
) -> Outcome:
    clock = clocks[clock_id]
    steps = around.rulebook.ladder[clock.name]
    draft = Draft(letter, dict(clocks), SYSTEM, around)
    climbed = climb(clock, 1, steps, around.calendar, around.zone)
    inspectors_know = passed.step.action is Action.ESCALATE and Role.INSPECTOR in passed.step.to
    draft.put(replace(climbed, escalated=clock.escalated or inspectors_know))
    if passed.step.action is Action.CIRCULAR:
        draft.set(at_efficiency_office=True)  # each circular is decided by a person (HF-3.3)
    draft.fact(step=passed.step.name, action=passed.step.action.value, moment=instant(passed.moment))
    draft.fact(to=[role.value for role in passed.step.to], clause=passed.step.clause)
    draft.fact(explained=True if clock.explained and passed.step.action is Action.URGE else None)
    return draft.finish("ladder_step")


def _worded_from_now(clock: Clock, passed: tuple[Passed, ...]) -> list[Announcement]:
    """Of several passed steps each role is told of the furthest only. An explained delay is not urged (CQ-7.1)."""
    furthest: dict[Role, LadderStep] = {}
    for each in passed:
        furthest |= dict.fromkeys(_hearers(each.step), each.step)
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


def _hearers(step: LadderStep) -> tuple[Role, ...]:
    """A circular is proposed to the inspectors, whomever else its step names: it lies on their desk to be decided."""
    proposed = step.action is Action.CIRCULAR and Role.INSPECTOR not in step.to
    return (*step.to, Role.INSPECTOR) if proposed else step.to


def put_off(clock: Clock, around: Surroundings) -> Clock:
    """A clock whose visit failed waits longer each time, so that it never stops or starves the others."""
    failures = clock.failures + 1
    return replace(clock, failures=failures, next_action_at=around.now + timedelta(minutes=min(5 * 2**failures, 720)))
