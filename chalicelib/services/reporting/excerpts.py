"""The words of excerpts for the leaders (SF-5), read from the store: the ledger holds their salted hashes only.

They are read once, when the report is begun; whatever becomes of the texts later, the report stays as it is.
"""

from collections.abc import Iterable

from chalicelib.domain.letter import LetterId
from chalicelib.domain.metrics.sections import ExcerptRef
from chalicelib.ports import LetterStore
from chalicelib.services.reporting.inputs import ExcerptInput


def excerpt_inputs(letters: LetterStore, refs: Iterable[ExcerptRef]) -> tuple[ExcerptInput, ...]:
    """The words of these. One whose words were erased since is left out."""
    ordered = sorted(refs, key=lambda ref: (ref.letter, ref.text))
    found = ((ref, _words(letters, ref)) for ref in ordered)
    return tuple(ExcerptInput(ref.letter, ref.text, words) for ref, words in found if words)


def _words(letters: LetterStore, ref: ExcerptRef) -> str | None:
    file = letters.load(LetterId(ref.letter))
    texts = file.texts if file else ()
    return next((text.content for text in texts if text.id == ref.text), None)
