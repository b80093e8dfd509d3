"""The writer's moves after sending a letter."""

from chalicelib.domain.draft import Draft
from chalicelib.domain.effects.holding import drop_approval, tell_office, with_past
from chalicelib.domain.letter import Role, Status, TextPurpose
from chalicelib.domain.payloads import Nothing, Rate, Reopen, Supplement


def supplement(draft: Draft, payload: Supplement) -> None:
    """More facts; kept in the writer's own wording (PL-9)."""
    draft.say(TextPurpose.SUPPLEMENT, payload.body, for_writer=True)
    draft.attach_files()
    tell_office(draft, "letter_supplemented")


def rate(draft: Draft, payload: Rate) -> None:
    """Satisfied or not: once an answer (SF-3.2: every letter can be rated)."""
    draft.set(rating=payload.score)
    lead = draft.letter.lead
    draft.fact(score=payload.score, unit=lead.unit if lead else None)
    draft.say(TextPurpose.COMMENT, payload.comment, for_writer=True)


def reopen(draft: Draft, payload: Reopen) -> None:
    """Not settled: back to the centre, which has to assign it again within its triage limit.

    Of a merged letter: not settled with the other, whether that one is answered yet or not.
    """
    held = tuple(each.unit for each in draft.letter.assignments)
    past = with_past(draft.letter.past_units, draft.letter.assignments)
    draft.set(assignments=(), past_units=past, rating=None, disposition=None, called_back=False)
    if draft.letter.number is None and draft.letter.repeat_of is not None:
        draft.set(status=Status.RECEIVED)  # merged before it was accepted
    draft.fact(units=list(held))
    draft.say(TextPurpose.REASON, payload.reason, for_writer=True)
    draft.tell("letter_reopened", Role.CENTRE)


def withdraw(draft: Draft, payload: Nothing) -> None:
    """The writer takes the letter back; nothing more is owed."""
    del payload
    drop_approval(draft)
    tell_office(draft, "letter_withdrawn")
