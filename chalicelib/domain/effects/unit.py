"""A unit's moves: returning, asking for time, answering."""

from dataclasses import replace

from chalicelib.domain.clocks import ClockName, Ending
from chalicelib.domain.draft import Draft
from chalicelib.domain.effects.holding import UNIT_CLOCKS, back_to_centre, change_assignment, release
from chalicelib.domain.errors import FieldError, InvalidFieldsError, MoveRefusedError
from chalicelib.domain.letter import UNIT_ROLES, ContactId, ExtensionRequest, Role, Status, TextPurpose, UnitId
from chalicelib.domain.payloads import Answer, ContactWriter, ExplainDelay, RequestExtension, Return, SubAssign
from chalicelib.domain.visibility import is_kept_from


def _own_unit(draft: Draft) -> UnitId:
    """The unit that acts. A person without one has nothing to act on."""
    if draft.actor.unit is None:
        raise MoveRefusedError("unit", "not_your_letter")
    return draft.actor.unit


def give_back(draft: Draft, payload: Return) -> None:
    """Not this unit's duty: back to the centre with the reason, inside the window (SF-3.3.3)."""
    unit = _own_unit(draft)
    release(draft, unit)
    back_to_centre(draft)
    draft.fact(unit=unit)
    draft.say(TextPurpose.REASON, payload.reason)
    draft.tell("letter_returned", Role.CENTRE, unit_name=unit)


def sub_assign(draft: Draft, payload: SubAssign) -> None:
    """To a named person of the unit, who has it on the desk from now on (SF-3.3.1: a named handler)."""
    unit = _own_unit(draft)
    contact = draft.around.directory.contacts.get(ContactId(payload.contact))
    if contact is None or not contact.active or contact.unit != unit or not contact.roles & UNIT_ROLES:
        raise InvalidFieldsError((FieldError("contact", "not_in_your_unit"),))
    if is_kept_from(draft.letter, contact, draft.around.directory):
        raise InvalidFieldsError((FieldError("contact", "letter_is_about_unit"),))
    change_assignment(draft, unit, contact=contact.id)
    draft.fact(unit=unit, contact=contact.id)
    draft.say(TextPurpose.NOTE, payload.note)
    draft.tell("letter_sub_assigned", contact=contact.id)


def contact_writer(draft: Draft, payload: ContactWriter) -> None:
    """The writer was contacted; under SF-3.3.3 this must come before asking for more time."""
    if draft.letter.assignment_of(draft.actor.unit):
        change_assignment(draft, draft.actor.unit, contacted_writer_at=draft.around.now)
    draft.fact(unit=draft.actor.unit)
    draft.say(TextPurpose.NOTE, payload.note)


def request_extension(draft: Draft, payload: RequestExtension) -> None:
    """Ask the centre for more time. The clock goes on; asked in time but granted late is no breach."""
    unit = _own_unit(draft)
    change_assignment(draft, unit, extension=ExtensionRequest(payload.working_days, draft.around.now))
    draft.fact(unit=unit, working_days=payload.working_days)
    draft.say(TextPurpose.REASON, payload.reason)
    draft.tell("extension_asked", Role.CENTRE, working_days=payload.working_days, unit_name=unit)


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
    """The leading unit answers the writer; a joining unit's part goes to the leading unit.

    What was asked or rated before belonged to the work this answer ends: a new answer may be rated anew (SF-3.2).
    """
    unit = _own_unit(draft)
    assignment = draft.letter.assignment_of(unit)
    leads = assignment is not None and assignment.lead
    draft.fact(unit=unit, answer_channel=payload.channel.value, leads=leads)
    draft.say(TextPurpose.ANSWER if leads else TextPurpose.NOTE, payload.body, for_writer=leads)
    lead = draft.letter.lead
    if not leads:
        change_assignment(draft, unit, contributed_at=draft.around.now, extension=None)
        draft.set(status=Status.ASSIGNED)
        draft.tell("part_contributed", *sorted(UNIT_ROLES), unit=lead.unit if lead else None)
        return
    for clock in draft.running(*UNIT_CLOCKS):
        draft.end(clock, Ending.DROPPED)
    for each in draft.letter.assignments:
        change_assignment(draft, each.unit, extension=None)
    draft.set(rating=None)
    draft.tell("letter_answered", Role.WRITER)
    draft.tell("answer_to_review", Role.CENTRE, unit_name=unit)
