"""The engine: one move on one letter, by the MOVES table and the rulebook. It knows no county."""

from collections.abc import Iterable
from dataclasses import replace

from chalicelib.domain.clocks import Clock, ClockName
from chalicelib.domain.draft import Draft, Outcome, Surroundings
from chalicelib.domain.effects import EFFECTS
from chalicelib.domain.errors import MoveRefusedError
from chalicelib.domain.letter import UNIT_ROLES, Actor, Letter, Role, Status
from chalicelib.domain.limit import CountedIn
from chalicelib.domain.payloads import PAYLOADS, Payload
from chalicelib.domain.preconditions import unmet
from chalicelib.domain.rulebook import LimitRule
from chalicelib.domain.workflow import MOVES, Move, MoveRule


def role_for(move: Move, roles: Iterable[Role], around: Surroundings) -> Role | None:
    """In which of their roles somebody may make this move under the rulebook; None: in none."""
    allowed = around.rulebook.moves.get(move, ())
    held = set(roles)
    return next((role for role in allowed if role in held), None)


def why_not(move: Move, letter: Letter, clocks: Iterable[Clock], actor: Actor, around: Surroundings) -> str | None:
    """The reason for which this actor cannot make this move now; None when they can."""
    if actor.role not in around.rulebook.moves.get(move, ()):
        return "not_your_move"
    if letter.status not in MOVES[move].from_:
        return "wrong_status"
    if actor.role in UNIT_ROLES and letter.assignment_of(actor.unit) is None:
        return "not_your_letter"
    return unmet(move, letter, clocks, actor, around)


def make(
    move: Move, letter: Letter, clocks: Iterable[Clock], actor: Actor, payload: Payload, around: Surroundings
) -> Outcome:
    """Make the move. Raises MoveRefusedError with its reason, or InvalidFieldsError naming each field."""
    clocks = tuple(clocks)
    reason = why_not(move, letter, clocks, actor, around)
    if reason is not None:
        raise MoveRefusedError(move.value, reason, status=letter.status.value)
    if not isinstance(payload, PAYLOADS[move]):
        raise TypeError(f"{move} takes {PAYLOADS[move].__name__}")
    draft = Draft(replace(letter, version=letter.version + 1), {c.id: c for c in clocks}, actor, around)
    _end_clocks(draft, MOVES[move])
    if MOVES[move].to is not None:
        draft.set(status=MOVES[move].to)
    EFFECTS[move](draft, payload)
    _open_clocks(draft, MOVES[move], letter)
    _see_to_the_lead(draft, letter)
    if draft.letter.status is not letter.status:
        draft.fact(status=draft.letter.status.value)
    return draft.finish(move.value)


def _end_clocks(draft: Draft, rule: MoveRule) -> None:
    own_only = draft.actor.unit if draft.actor.role in UNIT_ROLES else None
    for name, ending in rule.ends.items():
        for clock in draft.running(name, unit=own_only):
            draft.end(clock, ending)


def _open_clocks(draft: Draft, rule: MoveRule, before: Letter) -> None:
    """Open the row's clocks; no rule in the rulebook, no clock.

    Handling and the return window begin when a unit receives the letter: a unit that has it already keeps its
    clocks, ended or not.
    """
    book, letter = draft.around.rulebook, draft.letter
    for name in rule.opens:
        if name is ClockName.TRIAGE:
            if not draft.running(name) and not letter.assignments:
                draft.open(name, book.triage)
            continue
        for assignment in letter.assignments:
            due = assignment.lead if name is ClockName.REDO else before.assignment_of(assignment.unit) is None
            if due:
                draft.open(name, _unit_limit(draft, name), assignment.unit)


def _see_to_the_lead(draft: Draft, before: Letter) -> None:
    """A joining unit that becomes the lead hears of it, and owes the answer in time, its own part done or not."""
    lead = draft.letter.lead
    if lead is None or draft.letter.status is not Status.ASSIGNED:
        return
    held = before.assignment_of(lead.unit)
    if held is not None and not held.lead:
        draft.tell("letter_assigned", *sorted(UNIT_ROLES), unit=lead.unit)
    if not draft.running(ClockName.HANDLE, ClockName.REDO, unit=lead.unit):
        draft.open(ClockName.HANDLE, _unit_limit(draft, ClockName.HANDLE), lead.unit)


def _unit_limit(draft: Draft, name: ClockName) -> LimitRule | None:
    book, letter = draft.around.rulebook, draft.letter
    if name is ClockName.HANDLE:
        return book.handle_limit(letter.kind, letter.complexity)
    if name is ClockName.RETURN:
        return book.return_.window if book.return_ else None
    granted = draft.facts.get("redo_working_days")
    if not isinstance(granted, int):
        return book.redo
    return book.redo.model_copy(update={"number": granted, "counted_in": CountedIn.WORKING_DAYS})
