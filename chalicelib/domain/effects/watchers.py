"""Moves of leaders and inspectors: instructing, supervising, urging."""

from chalicelib.domain.draft import Draft
from chalicelib.domain.effects.holding import tell_office
from chalicelib.domain.letter import Role, TextPurpose
from chalicelib.domain.payloads import Instruct, Remark


def instruct(draft: Draft, payload: Instruct) -> None:
    """A leader's instruction goes with the letter from now on (SF-5, PL-12)."""
    draft.say(TextPurpose.INSTRUCTION, payload.text)
    draft.tell("letter_instructed", Role.CENTRE)
    if draft.letter.assignments:
        tell_office(draft, "letter_instructed")


def supervise(draft: Draft, payload: Remark) -> None:
    """The inspectors take the letter under supervision (SF-4)."""
    draft.set(supervised=True)
    draft.say(TextPurpose.NOTE, payload.note)
    tell_office(draft, "letter_supervised")


def urge(draft: Draft, payload: Remark) -> None:
    """Urged by a person, beside what the ladder does by itself."""
    draft.say(TextPurpose.NOTE, payload.note)
    tell_office(draft, "letter_urged")
