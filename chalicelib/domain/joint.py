"""Letters that are answered together (PL-16): how long one may wait for another's answer, and how it goes on alone."""

from collections.abc import Iterable
from dataclasses import replace

from chalicelib.domain.clocks import Clock
from chalicelib.domain.draft import Draft, Outcome, Surroundings
from chalicelib.domain.effects.holding import set_apart
from chalicelib.domain.letter import ANSWERED, Letter, Role, Status
from chalicelib.domain.visibility import hides_writer
from chalicelib.domain.watch import SYSTEM

_LEFT_ALONE = frozenset({Status.DECLINED, Status.KEPT, Status.FORWARDED, Status.WITHDRAWN, Status.REMOVED})


def has_answer(other: Letter) -> bool:
    """Whether there is an answer that stands, and that writers of letters merged into it may read."""
    forwarded = other.status is Status.FORWARDED and other.answers_given > 0
    return (other.status in ANSWERED or forwarded) and not hides_writer(other)


def may_be_answered(other: Letter | None) -> bool:
    """Whether writers of letters merged into this one have its answer or may still get it.

    Not of one that ended without, nor of one that is an accusation or confidential by now: it goes its own way (PL-18).
    """
    if other is None or hides_writer(other):
        return False
    return other.status not in _LEFT_ALONE or other.answer_asked or has_answer(other)


def part(letter: Letter, clocks: Iterable[Clock], around: Surroundings) -> Outcome:
    """A merged letter whose other will not be answered is the centre's again; its writer and the centre hear of it."""
    draft = Draft(replace(letter, version=letter.version + 1), {each.id: each for each in clocks}, SYSTEM, around)
    set_apart(draft)
    draft.fact(status=draft.letter.status.value)
    draft.tell("joined_letter_ended", Role.WRITER)
    draft.tell("joined_letter_ended", Role.CENTRE)
    return draft.finish("part")
