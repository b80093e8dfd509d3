"""Giving a letter to units and taking it from them, kept in one place because several moves do it."""

from collections.abc import Iterable
from dataclasses import replace

from chalicelib.domain.clocks import ClockName, Ending
from chalicelib.domain.draft import Draft, Surroundings
from chalicelib.domain.errors import FieldError, InvalidFieldsError
from chalicelib.domain.letter import UNIT_ROLES, Assignment, Disposition, Letter, Role, Status, UnitId
from chalicelib.domain.rulebook import Rulebook
from chalicelib.domain.rules import LimitRule
from chalicelib.domain.visibility import hides_writer, is_about, is_kept_from

STAFF_OF_UNIT = tuple(sorted(UNIT_ROLES))
UNIT_CLOCKS = (ClockName.HANDLE, ClockName.REDO, ClockName.RETURN)


def handle_limit_of(letter: Letter, book: Rulebook) -> LimitRule:
    """How long a unit has for this letter as it is classified now."""
    direct = letter.disposition is Disposition.DIRECT
    return book.handle_limit(letter.kind, letter.complexity, urgent=letter.urgent, direct=direct)


def known_unit(draft: Draft, field: str, unit: str) -> UnitId:
    """The unit of this id. Raises InvalidFieldsError when there is none, or when the letter is about it (PL-18)."""
    unit_id = UnitId(unit)
    if unit_id not in draft.around.directory.units:
        raise InvalidFieldsError((FieldError(field, "unknown_unit", (("unit", unit),)),))
    if is_about(draft.letter, unit_id, draft.around.directory):
        raise InvalidFieldsError((FieldError(field, "letter_is_about_unit", (("unit", unit),)),))
    return unit_id


def change_assignment(draft: Draft, unit: UnitId | None, **changes: object) -> None:
    """Change fields of one unit's assignment."""
    draft.set(
        assignments=tuple(
            replace(each, **changes) if each.unit == unit else each  # type: ignore[arg-type]
            for each in draft.letter.assignments
        )
    )


def release(draft: Draft, unit: UnitId) -> None:
    """Take the letter from one unit: its clocks are dropped; when it led, the next unit leads."""
    for clock in draft.running(*UNIT_CLOCKS, unit=unit):
        draft.end(clock, Ending.DROPPED)
    held = [each for each in draft.letter.assignments if each.unit == unit]
    rest = [each for each in draft.letter.assignments if each.unit != unit]
    if rest and not any(each.lead for each in rest):
        rest[0] = replace(rest[0], lead=True)
    draft.set(assignments=tuple(rest), past_units=with_past(draft.letter.past_units, held))


def with_past(past: tuple[UnitId, ...], held: Iterable[Assignment]) -> tuple[UnitId, ...]:
    """The units that had the letter before, and those that have it by these assignments, their subordinates too."""
    lost = (unit for each in held for unit in (each.unit, *each.sub_units))
    return tuple(dict.fromkeys((*past, *lost)))


def assigner_of(letter: Letter, around: Surroundings) -> Role | None:
    """Whose the assigning of an instructed letter is (PL-10), where not the centre's as ever.

    Where it is about all the inspectors, it stays with whoever keeps the letter (PL-18).
    """
    rule = around.rulebook.instructed
    if rule is None or not letter.instructions or rule.assigned_by is Role.CENTRE:
        return None
    holders = around.directory.holders(rule.assigned_by)
    free = any(not is_kept_from(letter, each, around.directory) for each in holders)
    return rule.assigned_by if free else None


def belongs_in_pool(draft: Draft) -> bool:
    """PL-6: what every unit may look at and claim. Never what hides its writer, nor what leaders see to."""
    letter = draft.letter
    leaders_first = letter.awaits or letter.instructions
    if letter.answers_given:  # asked for again: the centre has to look at what was answered
        return False
    return draft.around.rulebook.pool is not None and not hides_writer(letter) and not leaders_first


def drop_approval(draft: Draft) -> None:
    """The answer goes no further on its way; the writer never gets that text."""
    for clock in draft.running(ClockName.APPROVAL):
        draft.end(clock, Ending.DROPPED)
    draft.set(approval=None)


def back_to_centre(draft: Draft) -> None:
    """Without any unit left the letter is the centre's again, and its triage limit runs anew."""
    if draft.letter.assignments:
        draft.set(status=Status.ASSIGNED)
        return
    draft.set(status=Status.ACCEPTED, in_pool=belongs_in_pool(draft), assigner=assigner_of(draft.letter, draft.around))
    draft.open_triage()


def take_from_all(draft: Draft) -> None:
    """Nobody has it any more; whoever had it may still look it up."""
    letter = draft.letter
    past = with_past(letter.past_units, letter.assignments)
    referral = letter.referral if letter.referral and letter.referral.to is None else None
    draft.set(assignments=(), past_units=past, disposition=None, referral=referral)


def set_apart(draft: Draft) -> None:
    """A merged letter goes on alone, where it stood at the centre: to be accepted, instructed on, or assigned."""
    take_from_all(draft)
    if draft.letter.number is None:
        draft.set(status=Status.RECEIVED)
        draft.open_triage()
    elif draft.letter.awaits:
        draft.set(status=Status.ACCEPTED)
        draft.tell("letter_to_instruct", draft.letter.awaits[0])
    else:
        back_to_centre(draft)


def hand_to(draft: Draft, units: tuple[UnitId, ...]) -> None:
    """Give the letter to exactly these units, the first leading. Units that keep it keep their clocks."""
    for held in draft.letter.assignments:
        if held.unit not in units:
            release(draft, held.unit)
            draft.tell("assignment_withdrawn", *STAFF_OF_UNIT, unit=held.unit)
    kept = {each.unit: each for each in draft.letter.assignments}
    new = [unit for unit in units if unit not in kept]
    draft.set(
        assignments=tuple(
            replace(kept[unit], lead=index == 0)
            if unit in kept
            else Assignment(unit=unit, lead=index == 0, received_at=draft.around.now)
            for index, unit in enumerate(units)
        )
    )
    draft.set(in_pool=False)
    for unit in new:
        draft.tell("letter_assigned", *STAFF_OF_UNIT, unit=unit)


def tell_office(draft: Draft, template: str) -> None:
    """To every unit that holds the letter, or to the centre while none does."""
    for assignment in draft.letter.assignments:
        draft.tell(template, *STAFF_OF_UNIT, unit=assignment.unit)
    if not draft.letter.assignments:
        draft.tell(template, Role.CENTRE)
