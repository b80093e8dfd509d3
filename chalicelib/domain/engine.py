"""The engine: one move on one letter, by the MOVES table and the rulebook. It knows no county."""

from collections.abc import Iterable
from dataclasses import replace
from types import MappingProxyType

from chalicelib.domain.clocks import Clock, ClockName
from chalicelib.domain.draft import Draft, Outcome, Surroundings
from chalicelib.domain.effects import EFFECTS
from chalicelib.domain.effects.holding import assigner_of, handle_limit_of
from chalicelib.domain.errors import MoveRefusedError
from chalicelib.domain.letter import UNIT_ROLES, Actor, Assignment, Letter, Role, Status
from chalicelib.domain.limit import CountedIn
from chalicelib.domain.payloads import PAYLOADS, Payload
from chalicelib.domain.preconditions import unmet
from chalicelib.domain.publishing import to_be_decided_by
from chalicelib.domain.rules import LimitRule
from chalicelib.domain.visibility import is_open_to
from chalicelib.domain.workflow import MOVES, Move, MoveRule

_REFERRED_TO = MappingProxyType({Status.ACCEPTED: Role.CENTRE, Status.REFERRED: Role.LEADER})
"""Who gives back what was referred to them by mistake (CQ-5): the other mailbox's centre, or the leader."""


def permitted(move: Move, letter: Letter, around: Surroundings) -> tuple[Role, ...]:
    """Whose this move is on the letter as it stands, by the rulebook; the preferred role first.

    A step of a chain is its approver's; a letter that waits for leaders is theirs to instruct in their order; one that
    was instructed on is assigned by whom the rulebook names (PL-10).
    """
    book = around.rulebook
    allowed = book.moves.get(move, ())
    if letter.approval is not None and move in {Move.APPROVE, Move.SEND_BACK}:
        return (Role.APPROVER,)
    if move is Move.APPROVE and letter.status is Status.ACCEPTED:
        return (Role.DEPARTMENT_HEAD,) if book.reading else ()
    if move is Move.INSTRUCT and allowed:
        awaited = tuple(each for each in letter.awaits[:1] if each not in allowed)
        return (*awaited, *allowed)
    if move in {Move.ASSIGN, Move.CONVERT}:
        assigner = assigner_of(letter, around)
        return (assigner,) if assigner and allowed else allowed
    if move is Move.RETURN and letter.status in _REFERRED_TO:
        return (_REFERRED_TO[letter.status],) if book.return_ and allowed else ()
    return allowed


def role_for(move: Move, roles: Iterable[Role], letter: Letter, around: Surroundings) -> Role | None:
    """In which of their roles somebody may make this move under the rulebook; None: in none."""
    allowed = permitted(move, letter, around)
    held = set(roles)
    return next((role for role in allowed if role in held), None)


def why_not(move: Move, letter: Letter, clocks: Iterable[Clock], actor: Actor, around: Surroundings) -> str | None:
    """The reason for which this actor cannot make this move now; None when they can."""
    if actor.role not in permitted(move, letter, around):
        return "not_your_move"
    if letter.status not in MOVES[move].from_:
        return "wrong_status"
    if actor.role in UNIT_ROLES and not _has(letter, actor):
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
    draft.set(to_publish=to_be_decided_by(draft.letter, draft.around))
    if draft.letter.status is not letter.status:
        draft.fact(status=draft.letter.status.value)
        if letter.status is Status.MERGED and actor.role is not Role.WRITER:
            draft.tell("joined_letter_ended", Role.WRITER)
    return draft.finish(move.value)


def _has(letter: Letter, actor: Actor) -> bool:
    if actor.unit is None:
        return False
    return letter.assignment_of(actor.unit) is not None or is_open_to(letter, actor.unit)


def _end_clocks(draft: Draft, rule: MoveRule) -> None:
    own_only = None
    if draft.actor.role in UNIT_ROLES:
        held = draft.letter.assignment_of(draft.actor.unit)
        own_only = held.unit if held else None
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
            if _begins(name, assignment, draft, before):
                draft.open(name, _unit_limit(draft, name), assignment.unit)


def _begins(name: ClockName, assignment: Assignment, draft: Draft, before: Letter) -> bool:
    """Doing an answer again has a limit of its own, unless the first one is running still (a step refused it)."""
    if name is ClockName.REDO:
        return assignment.lead and not draft.running(ClockName.HANDLE, ClockName.REDO, unit=assignment.unit)
    return before.own_assignment_of(assignment.unit) is None


def _see_to_the_lead(draft: Draft, before: Letter) -> None:
    """A joining unit that becomes the lead hears of it, and owes the answer in time, its own part done or not."""
    lead = draft.letter.lead
    if lead is None or draft.letter.status is not Status.ASSIGNED:
        return
    held = before.own_assignment_of(lead.unit)
    if held is not None and not held.lead:
        draft.tell("letter_assigned", *sorted(UNIT_ROLES), unit=lead.unit)
    if not draft.running(ClockName.HANDLE, ClockName.REDO, unit=lead.unit):
        draft.open(ClockName.HANDLE, _unit_limit(draft, ClockName.HANDLE), lead.unit)


def _unit_limit(draft: Draft, name: ClockName) -> LimitRule | None:
    book, letter = draft.around.rulebook, draft.letter
    if name is ClockName.HANDLE:
        return handle_limit_of(letter, book)
    if name is ClockName.RETURN:
        return book.return_.window if book.return_ else None
    granted = draft.facts.get("redo_working_days")
    if not isinstance(granted, int):
        return book.redo
    return book.redo.model_copy(update={"number": granted, "counted_in": CountedIn.WORKING_DAYS})
