"""What is done about a letter that has its answer, or is not worth one: publishing, calling back, removing, linking."""

from chalicelib.domain.clocks import Ending
from chalicelib.domain.draft import Draft
from chalicelib.domain.effects.holding import STAFF_OF_UNIT, drop_approval, take_from_all
from chalicelib.domain.errors import FieldError, InvalidFieldsError
from chalicelib.domain.ladder import next_moment
from chalicelib.domain.letter import ANSWERED, Publication, Role, Status, TextPurpose
from chalicelib.domain.payloads import CallBack, LinkRepeat, Publish, Remove, Withhold
from chalicelib.domain.visibility import hides_writer
from chalicelib.domain.workflow import ENDED

REMOVED_SUBJECT = "（已删除）"


def publish(draft: Draft, payload: Publish) -> None:
    """The public wording, signed off; it appears at the next of the fixed times (HF-2.3, PL-8, CQ-9).

    Both texts were redacted, and looked through for personal data, before they come here.
    """
    rule, around, letter = draft.around.rulebook.publication, draft.around, draft.letter
    appears = next_moment(around.now, rule.at if rule else (), around.zone)
    before = letter.publication
    visible_from = before.visible_from if before is not None and before.ground is None else None
    visible_from = min(visible_from or appears, appears)  # what is public already stays so while its answer waits
    answered = payload.answer is not None
    draft.set(
        publication=Publication(
            visible_from,
            month=f"{visible_from.astimezone(around.zone):%Y-%m}",
            answers=letter.answers_given if answered else 0,
            answer_from=appears if answered else None,
        )
    )
    draft.fact(clause=rule.clause if rule else None, with_answer=answered)
    draft.say(TextPurpose.PUBLIC_LETTER, payload.text)
    draft.say(TextPurpose.PUBLIC_ANSWER, payload.answer)


def withhold(draft: Draft, payload: Withhold) -> None:
    """Not published, or no longer, on one of the rulebook's grounds (CQ-9)."""
    rule = draft.around.rulebook.publication
    ground = next((each for each in rule.exceptions if each.id == payload.ground), None) if rule else None
    if ground is None:
        raise InvalidFieldsError((FieldError("ground", "unknown_ground", (("ground", payload.ground),)),))
    draft.set(publication=Publication(ground=ground.id))
    draft.fact(ground=ground.id, clause=ground.clause)
    draft.say(TextPurpose.NOTE, payload.note)


def call_back(draft: Draft, payload: CallBack) -> None:
    """The centre has asked the writer about the answer (BB-3.3)."""
    lead = draft.letter.lead
    draft.set(called_back=True)
    draft.fact(outcome=payload.outcome.value, unit=lead.unit if lead else None)
    draft.say(TextPurpose.NOTE, payload.note)


def link_repeat(draft: Draft, payload: LinkRepeat) -> None:
    """A repeat of another letter (PL-16). Where that one was answered before, its answer did not settle the matter.
    The unit that answered is named in the ledger only where the repeat does not hide its writer: it would show there.

    Merged, it is answered together with the other, which must still be open. Neither may be an accusation, about
    anybody, or confidential: such a letter goes its own way, and nobody else reads its answer (PL-18).
    """
    other = draft.around.other
    if other is None or draft.letter.id in {other.id, other.repeat_of}:
        raise InvalidFieldsError((FieldError("to", "no_such_letter"),))
    answered = other.status in ANSWERED
    draft.set(repeat_of=other.id)
    told = answered and other.lead is not None and not hides_writer(draft.letter)
    draft.fact(repeat_of=other.id, after_answer=answered, unit=other.lead.unit if told and other.lead else None)
    if not payload.merge:
        return
    if other.status in ENDED or other.status is Status.ANSWERED:
        raise InvalidFieldsError((FieldError("merge", "other_is_answered"),))
    if hides_writer(draft.letter) or hides_writer(other):
        raise InvalidFieldsError((FieldError("merge", "accusation_stays_apart"),))
    drop_approval(draft)
    for clock in list(draft.clocks.values()):
        if clock.running:
            draft.end(clock, Ending.DROPPED)
    for held in draft.letter.assignments:
        draft.tell("assignment_withdrawn", *STAFF_OF_UNIT, unit=held.unit)
    take_from_all(draft)
    draft.set(status=Status.MERGED, in_pool=False)
    draft.tell("letter_merged", Role.WRITER)


def remove(draft: Draft, payload: Remove) -> None:
    """All its words are dropped; that it came, who removed it and why stays in the ledger (PL-17, CQ-3.2.3)."""
    ground = next((each for each in draft.around.rulebook.remove_grounds if each.id == payload.ground), None)
    if ground is None:
        raise InvalidFieldsError((FieldError("ground", "unknown_ground", (("ground", payload.ground),)),))
    draft.set(subject=REMOVED_SUBJECT, relay_subject=REMOVED_SUBJECT, field=None, region=None, traces=())
    draft.erase_texts()
    draft.fact(ground=ground.id, clause=ground.clause)
    draft.say(TextPurpose.REASON, payload.note)
    draft.tell("letter_removed", Role.WRITER)
