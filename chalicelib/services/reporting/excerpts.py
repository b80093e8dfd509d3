"""The words of excerpts for the leaders (SF-5), read from the store: the ledger holds their salted hashes only.

They are read once, when report.json is made; whatever becomes of the texts later, the report stays as it is.
"""

from datetime import date

from chalicelib.domain.letter import LetterId
from chalicelib.domain.metrics.fold import Folded
from chalicelib.domain.metrics.sections import Excerpt, ExcerptRef, excerpt_of, excerpt_refs
from chalicelib.ports import LetterStore


def excerpts_of(letters: LetterStore, folded: Folded, first: date) -> tuple[Excerpt, ...]:
    """Those written in the period, the oldest first. One whose words were erased since is left out."""
    found = []
    for ref in excerpt_refs(folded, first):
        words = _words(letters, ref)
        if words:
            found.append(excerpt_of(folded.states[LetterId(ref.letter)], ref, words))
    return tuple(sorted(found, key=lambda each: (each.on, each.tracking_code)))


def _words(letters: LetterStore, ref: ExcerptRef) -> str | None:
    file = letters.load(LetterId(ref.letter))
    texts = file.texts if file else ()
    return next((text.content for text in texts if text.id == ref.text), None)
