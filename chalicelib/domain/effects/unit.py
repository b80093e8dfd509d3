"""A unit's moves: returning, asking for time, answering."""

from dataclasses import replace

from chalicelib.domain.clocks import ClockName, Ending
from chalicelib.domain.draft import Draft
from chalicelib.domain.effects.chain import chain_of, done_by_unit, set_out
from chalicelib.domain.effects.holding import back_to_centre, change_assignment, hand_to, release
from chalicelib.domain.errors import FieldError, InvalidFieldsError, MoveRefusedError
from chalicelib.domain.letter import (
    UNIT_ROLES,
    Assignment,
    ContactId,
    Disposition,
    ExtensionRequest,
    Letter,
    Role,
    Status,
    TextPurpose,
    UnitId,
)
from chalicelib.domain.payloads import (
    Answer,
    ContactWriter,
    ExplainDelay,
    Nothing,
    RequestExtension,
    Return,
    SubAssign,
)
from chalicelib.domain.rulebook import Rulebook
from chalicelib.domain.rules import ExtensionGround
from chalicelib.domain.visibility import hides_writer, is_about, is_kept_from
from chalicelib.domain.workflow import Move


def _own_unit(draft: Draft) -> UnitId:
    """The unit that answers for what the actor does: the actor's own, or the one above that handed it on."""
    held = draft.letter.assignment_of(draft.actor.unit) if draft.actor.unit else None
    if held is None:
        raise MoveRefusedError("unit", "not_your_letter")
    return held.unit


def give_back(draft: Draft, payload: Return) -> None:
    """Not this office's duty: back with the reason, assigned, forwarded or referred as it was (SF-3.3.3, CQ-5)."""
    letter = draft.letter
    draft.say(TextPurpose.REASON, payload.reason)
    if draft.actor.role is Role.CENTRE:
        _referred_back(draft)
        return
    if draft.actor.role is Role.LEADER:
        _back_from_leader(draft)
        return
    if letter.forwarded_to is not None and not letter.assignments:
        unit = letter.forwarded_to
        draft.set(forwarded_to=None, answer_asked=False)
    else:
        unit = _own_unit(draft)
        held = letter.assignment_of(unit)
        if held is not None and draft.actor.unit != unit:
            _back_to_unit_above(draft, held)
            return
        for window in draft.running(ClockName.RETURN, unit=unit):
            draft.end(window, Ending.DONE)
        release(draft, unit)
    back_to_centre(draft)
    draft.set(disposition=None, returned_by=tuple(dict.fromkeys((*letter.returned_by, unit))))
    draft.fact(unit=unit)
    draft.tell("letter_returned", Role.CENTRE, unit_name=unit)


def _back_to_unit_above(draft: Draft, held: Assignment) -> None:
    """A subordinate gives it back to the unit that is answerable; nothing else changes."""
    above = held.sub_units[: held.sub_units.index(UnitId(str(draft.actor.unit)))]
    change_assignment(draft, held.unit, sub_units=above, contact=None)
    draft.set(status=Status.ASSIGNED)
    draft.fact(unit=held.unit, sub_unit=draft.actor.unit)
    draft.tell("letter_assigned", *sorted(UNIT_ROLES), unit=(held.unit, *above)[-1])


def _referred_back(draft: Draft) -> None:
    """Referred up by mistake: the office that referred it has it again (CQ-5)."""
    referral, centre = draft.letter.referral, draft.letter.centre
    assert referral is not None  # noqa: S101  the precondition has looked
    past = tuple(dict.fromkeys((*draft.letter.past_units, centre)))
    draft.set(centre=referral.from_centre, referral=None, disposition=None, past_units=past, status=Status.ACCEPTED)
    for clock in draft.running(ClockName.TRIAGE):
        draft.end(clock, Ending.DROPPED)
    draft.fact(unit=centre, centre=referral.from_centre)
    draft.tell("letter_returned", Role.CENTRE, unit_name=centre)


def _back_from_leader(draft: Draft) -> None:
    """Not this leader's to instruct on: the office asks another, or assigns it; nothing was instructed (CQ-5)."""
    draft.set(referral=None, disposition=None)
    draft.fact(unit=draft.actor.unit, centre=draft.letter.centre)
    draft.tell("letter_returned", Role.CENTRE, unit_name=str(draft.actor.unit))


def claim(draft: Draft, payload: Nothing) -> None:
    """A unit takes from the common pool what concerns it (PL-6); from now on it is handled like one assigned."""
    del payload
    unit = draft.actor.unit
    if unit is None or is_about(draft.letter, unit, draft.around.directory):
        raise MoveRefusedError(Move.CLAIM.value, "not_your_letter", status=draft.letter.status.value)
    draft.set(disposition=Disposition.CLAIMED)
    hand_to(draft, (unit,))
    draft.fact(units=[unit], lead=unit, disposition=Disposition.CLAIMED.value)


def sub_assign(draft: Draft, payload: SubAssign) -> None:
    """To a named person of the unit (SF-3.3.1), or on to a unit below it, which it stays answerable for (CQ-4.2)."""
    if (payload.contact is None) == (payload.unit is None):
        raise InvalidFieldsError((FieldError("contact", "person_or_unit"),))
    unit = _own_unit(draft)
    draft.say(TextPurpose.NOTE, payload.note)
    if payload.contact is not None:
        _to_person(draft, unit, payload.contact)
    else:
        _to_subordinate(draft, unit, str(payload.unit))


def _to_person(draft: Draft, unit: UnitId, wanted: str) -> None:
    """Somebody of the actor's own office. Somebody it is about is refused like a stranger (PL-18)."""
    directory, at = draft.around.directory, draft.actor.unit
    contact = directory.contacts.get(ContactId(wanted))
    if contact is None or not contact.active or contact.unit != at or not contact.roles & UNIT_ROLES:
        raise InvalidFieldsError((FieldError("contact", "not_in_your_unit"),))
    if is_kept_from(draft.letter, contact, directory):
        raise InvalidFieldsError((FieldError("contact", "not_in_your_unit"),))
    _take_from_below(draft, unit)
    change_assignment(draft, unit, contact=contact.id)
    draft.fact(unit=unit, contact=contact.id)
    draft.tell("letter_sub_assigned", contact=contact.id)


def _to_subordinate(draft: Draft, unit: UnitId, wanted: str) -> None:
    directory, at, below = draft.around.directory, UnitId(str(draft.actor.unit)), UnitId(wanted)
    beside = below == at or not directory.is_within(below, {at})
    if below not in directory.units or beside or is_about(draft.letter, below, directory):
        raise InvalidFieldsError((FieldError("unit", "not_below_your_unit"),))
    if not directory.staff_of(below):
        raise InvalidFieldsError((FieldError("unit", "unit_has_nobody"),))
    line = _take_from_below(draft, unit)
    change_assignment(draft, unit, sub_units=(*line, below), contact=None)
    draft.fact(unit=unit, sub_unit=below)
    draft.tell("letter_assigned", *sorted(UNIT_ROLES), unit=below)


def _take_from_below(draft: Draft, unit: UnitId) -> tuple[UnitId, ...]:
    """Handing it on anew takes it back from those below first; the line down to the actor is left."""
    held = draft.letter.own_assignment_of(unit)
    line = (unit, *held.sub_units) if held else (unit,)
    through = line.index(UnitId(str(draft.actor.unit))) + 1
    for lost in line[through:]:
        draft.tell("assignment_withdrawn", *sorted(UNIT_ROLES), unit=lost)
    past = tuple(dict.fromkeys((*draft.letter.past_units, *line[through:])))
    draft.set(past_units=past)
    change_assignment(draft, unit, sub_units=line[1:through], contact=None)
    return line[1:through]


def contact_writer(draft: Draft, payload: ContactWriter) -> None:
    """The writer was contacted; under SF-3.3.3 this must come before asking for more time.

    Where the unit may not know who wrote, its words go through the relay: the writer reads them and answers by a
    supplement, and the unit never learns more (PL-18).
    """
    held = draft.letter.assignment_of(draft.actor.unit)
    if held:
        change_assignment(draft, held.unit, contacted_writer_at=draft.around.now)
    relay = payload.through_relay or (draft.actor.role is not Role.CENTRE and hides_writer(draft.letter))
    draft.fact(unit=held.unit if held else draft.actor.unit, relay=relay or None)
    draft.say(TextPurpose.QUESTION if relay else TextPurpose.NOTE, payload.note, for_writer=relay)
    if relay:
        draft.tell("writer_asked", Role.WRITER)


def request_extension(draft: Draft, payload: RequestExtension) -> None:
    """Ask the centre for more time. The clock goes on; asked in time but granted late is no breach."""
    unit = _own_unit(draft)
    ground = _extension_ground(draft, payload)
    change_assignment(draft, unit, extension=ExtensionRequest(payload.working_days, draft.around.now))
    draft.fact(unit=unit, working_days=payload.working_days, ground=ground)
    draft.say(TextPurpose.REASON, payload.reason)
    draft.tell("extension_asked", Role.CENTRE, working_days=payload.working_days, unit_name=unit)


def _extension_ground(draft: Draft, payload: RequestExtension) -> str | None:
    """HF-2.2: where several departments are involved, or the matter is hard.

    It may be left out, and then none is recorded: nobody has stated it. Where none of those listed could hold, no more
    time can be asked for.
    """
    rule = draft.around.rulebook.extension
    holding = [each.id for each in extension_grounds(draft.letter, draft.around.rulebook)]
    if payload.ground is not None and payload.ground not in holding:
        raise InvalidFieldsError((FieldError("ground", "ground_does_not_hold", (("ground", payload.ground),)),))
    if rule is not None and rule.grounds and not holding:
        raise InvalidFieldsError((FieldError("ground", "no_ground_holds"),))
    return payload.ground


def extension_grounds(letter: Letter, book: Rulebook) -> tuple[ExtensionGround, ...]:
    """The grounds that hold for this letter as it is assigned."""
    several = len(letter.assignments) > 1
    return tuple(each for each in book.extension.grounds if several or not each.several_units) if book.extension else ()


def explain_delay(draft: Draft, payload: ExplainDelay) -> None:
    """Tell the writer why it takes longer. It stops urging, not lateness (PL-15, CQ-7.1)."""
    unit = _own_unit(draft)
    change_assignment(draft, unit, delay_explained_at=draft.around.now)
    for clock in draft.running(ClockName.HANDLE, ClockName.REDO, unit=unit):
        draft.put(replace(clock, explained=True))
    draft.fact(unit=unit)
    draft.say(TextPurpose.REASON, payload.reason, for_writer=True)
    draft.tell("delay_explained", Role.WRITER)


def answer(draft: Draft, payload: Answer) -> None:
    """The leading unit answers the writer, by the rulebook's way; a joining unit's part goes to the leading unit.

    What was forwarded with the wish for an answer is answered by the unit that got it, outside all limits (CQ-8).
    """
    draft.fact(answer_channel=payload.channel.value)
    if draft.letter.forwarded_to is not None and not draft.letter.assignments:
        _answer_forwarded(draft, payload)
        return
    unit = _own_unit(draft)
    assignment = draft.letter.assignment_of(unit)
    assert assignment is not None  # noqa: S101  `_own_unit` is of an assignment
    draft.fact(unit=unit, leads=assignment.lead)
    if assignment.lead:
        chain = chain_of(draft, payload.chain)
        draft.say(TextPurpose.ANSWER, payload.body, for_writer=True)
        set_out(draft, chain, assignment)
        return
    draft.say(TextPurpose.NOTE, payload.body)
    done_by_unit(draft, assignment)
    lead = draft.letter.lead
    change_assignment(draft, unit, contributed_at=draft.around.now, extension=None)
    draft.set(status=Status.IN_APPROVAL if draft.letter.approval else Status.ASSIGNED)
    draft.tell("part_contributed", *sorted(UNIT_ROLES), unit=lead.unit if lead else None)


def _answer_forwarded(draft: Draft, payload: Answer) -> None:
    draft.fact(unit=draft.letter.forwarded_to, leads=True)
    draft.say(TextPurpose.ANSWER, payload.body, for_writer=True)
    draft.set(status=Status.FORWARDED, answer_asked=False, answers_given=draft.letter.answers_given + 1)
    draft.tell("letter_answered", Role.WRITER)
