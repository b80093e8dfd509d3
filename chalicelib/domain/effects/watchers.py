"""Moves of leaders and inspectors: instructing, supervising, urging, checking, holding to account."""

from chalicelib.domain.draft import Draft
from chalicelib.domain.effects.holding import STAFF_OF_UNIT, assigner_of, known_unit, tell_office
from chalicelib.domain.errors import FieldError, InvalidFieldsError
from chalicelib.domain.letter import ContactId, Instruction, Role, Status, TextPurpose, UnitId
from chalicelib.domain.payloads import HoldToAccount, Instruct, ReferToEfficiencyOffice, Remark, SpotCheck, Supervise
from chalicelib.domain.rules import ResponsibilityRule


def instruct(draft: Draft, payload: Instruct) -> None:
    """A leader's instruction goes with the letter from now on (SF-5, PL-10, BB-2.2).

    What the main leaders instruct on is urgent and under supervision at once (PL-12).
    """
    letter, post = draft.letter, draft.actor.role
    draft.say(TextPurpose.INSTRUCTION, payload.text)
    who = ContactId(draft.actor.deputy_for or draft.actor.id)
    draft.set(instructions=(*letter.instructions, Instruction(who, post)), in_pool=False)
    draft.fact(post=post.value)
    rule = draft.around.rulebook.instructed
    if rule is not None and post in rule.priority_of:
        draft.fact(urgent=True, supervised=None if letter.supervised else True)
        draft.set(urgent=True, supervised=True)
    if letter.awaits and letter.awaits[0] in {post, Role.LEADER}:
        draft.set(awaits=letter.awaits[1:])
    if letter.status is Status.REFERRED:
        draft.set(status=Status.ACCEPTED, referral=None)
    if draft.letter.status is Status.ACCEPTED and not draft.letter.awaits:
        draft.open_triage()
    _pass_on(draft)


def _pass_on(draft: Draft) -> None:
    """The next leader, or whoever may act on it now."""
    letter = draft.letter
    if letter.awaits:
        draft.tell("letter_to_instruct", letter.awaits[0])
        return
    draft.set(assigner=assigner_of(letter, draft.around))
    draft.tell("letter_instructed", draft.letter.assigner or Role.CENTRE)
    if letter.assignments:
        tell_office(draft, "letter_instructed")


def supervise(draft: Draft, payload: Supervise) -> None:
    """The inspectors take the letter under supervision (SF-4, PL-13)."""
    draft.set(supervised=True)
    draft.fact(topic=payload.topic.value if payload.topic else None)
    draft.say(TextPurpose.NOTE, payload.note)
    tell_office(draft, "letter_supervised")


def urge(draft: Draft, payload: Remark) -> None:
    """Urged by a person, beside what the ladder does by itself."""
    draft.say(TextPurpose.NOTE, payload.note)
    tell_office(draft, "letter_urged")


def spot_check(draft: Draft, payload: SpotCheck) -> None:
    """A letter was looked at again, drawn by lot or chosen (CQ-11.1)."""
    lead = draft.letter.lead
    draft.set(spot_check_drawn=False)
    draft.fact(passed=payload.passed, unit=lead.unit if lead else None)
    draft.say(TextPurpose.NOTE, payload.note)
    if not payload.passed:
        draft.tell("spot_check_failed", Role.CENTRE)


def refer_to_efficiency_office(draft: Draft, payload: ReferToEfficiencyOffice) -> None:
    """What is important, late or poor goes to the inspectors with the measure proposed (SF-4, BB-3.3)."""
    rule = _trigger(draft, payload.trigger) if payload.trigger else None
    lead = draft.letter.lead
    draft.set(at_efficiency_office=True)
    draft.fact(trigger=rule.id if rule else None, unit=lead.unit if lead else None)
    draft.say(TextPurpose.REASON, payload.note)
    draft.tell("referred_to_efficiency_office", Role.INSPECTOR)


def hold_to_account(draft: Draft, payload: HoldToAccount) -> None:
    """A person decides on a measure against a unit, or that there is none (HF-3.3); it enters the appraisal."""
    draft.set(at_efficiency_office=False)
    draft.say(TextPurpose.REASON, payload.note)
    if payload.trigger is None:
        draft.fact(measure="none")
        return
    rule = _trigger(draft, payload.trigger)
    unit = known_unit(draft, "unit", payload.unit) if payload.unit else _answerable(draft)
    draft.fact(trigger=rule.id, measure=rule.measure, circular=rule.circular, rectify=rule.rectify, clause=rule.clause)
    draft.fact(unit=unit)
    draft.tell("held_to_account", *STAFF_OF_UNIT, unit=unit)


def _trigger(draft: Draft, trigger: str) -> ResponsibilityRule:
    rule = next((each for each in draft.around.rulebook.responsibility if each.id == trigger), None)
    if rule is None:
        raise InvalidFieldsError((FieldError("trigger", "unknown_trigger", (("trigger", trigger),)),))
    return rule


def _answerable(draft: Draft) -> UnitId:
    lead = draft.letter.lead
    if lead is None:
        raise InvalidFieldsError((FieldError("unit", "missing"),))
    return lead.unit
