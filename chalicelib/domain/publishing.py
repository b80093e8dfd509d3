"""Which letters may be published, who is to decide on it, and what of them the public sees now (HF-2.3, PL-8, CQ-9)."""

from datetime import datetime

from chalicelib.domain.draft import Surroundings
from chalicelib.domain.letter import ANSWERED, DeskEntry, Letter, Role, Status
from chalicelib.domain.visibility import is_guarded
from chalicelib.domain.workflow import MOVES, Move

PUBLISHED = "published"
"""An entry of the index of what was published. It waits for nobody, and no desk lists it."""

_IN_HAND = ANSWERED | {Status.ACCEPTED, Status.REFERRED, Status.ASSIGNED, Status.IN_APPROVAL}


def owner_published(month: str) -> str:
    """What was published in a local month (`2026-11`). Nobody's desk: see `desk.owners_of`."""
    return f"{PUBLISHED}:{month}"


def stays_private(letter: Letter) -> str | None:
    """Why this letter is never public, whatever anybody decides; None where it may be. PL-18: an accusation is not."""
    if is_guarded(letter):
        return "accusations_stay_private"
    return "writer_wants_it_kept" if letter.keep_confidential else None


def has_newer_answer(letter: Letter) -> bool:
    """Whether an answer was given that nobody has signed off for the public yet."""
    publication = letter.publication
    return publication is not None and letter.status in ANSWERED and letter.answers_given > publication.answers


def publication_unmet(letter: Letter, around: Surroundings) -> str | None:
    """HF-2.3, CQ-9: what may not be published, whoever signs it off; None when it may.

    Published before its answer (PL-8), or answered anew after a reopening, it may be once more: for that answer.
    """
    rule = around.rulebook.publication
    if rule is None:
        return "no_publication_rule"
    published = letter.publication is not None and letter.publication.ground is None
    obstacles = {
        "already_published": published and not has_newer_answer(letter),
        stays_private(letter) or "": stays_private(letter) is not None,
        "writer_did_not_agree": rule.needs_consent and not letter.publish_consent,
        "answer_first": letter.status not in ANSWERED and not rule.before_answer,
    }
    return next((reason for reason, holds in obstacles.items() if holds), None)


def to_be_decided_by(letter: Letter, around: Surroundings) -> tuple[Role, ...]:
    """Who has to decide whether the letter is published: nobody where it may not be, or it was decided."""
    decided = letter.publication is not None and (letter.publication.ground is not None or not has_newer_answer(letter))
    if decided or letter.status not in MOVES[Move.PUBLISH].from_ or publication_unmet(letter, around) is not None:
        return ()
    return around.rulebook.moves.get(Move.PUBLISH, ())


def published_entries(letter: Letter) -> tuple[DeskEntry, ...]:
    """The letter in the index of its month of publication, as long as it is public. It says nothing of the letter.

    `since` is the letter's event count: it changes with the letter, so that an unchanged month is not written again.
    """
    publication = letter.publication
    if publication is None or publication.month is None or publication.ground is not None:
        return ()
    if stays_private(letter) is not None or letter.status not in _IN_HAND:
        return ()
    owner = owner_published(publication.month)
    return (DeskEntry(letter.id, owner, PUBLISHED, publication.month, subject="", since=str(letter.event_count)),)


def shows_answer(letter: Letter, now: datetime) -> bool:
    """Whether the public sees an answer: the one that was signed off for it, as long as it stands."""
    publication = letter.publication
    if publication is None or publication.answer_from is None or letter.status not in ANSWERED:
        return False
    return publication.answer_from <= now and publication.answers == letter.answers_given
