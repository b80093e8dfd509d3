"""Field and region as the ledger may tell them: what the rulebook lists, and nothing of letters about somebody.

A figure per field or region needs both in the ledger (CQ-3.2.2). Anything else in them is somebody's words, and these
stay out; so does where an accusation comes from, for in a small place that leads to who wrote it (PL-18).
"""

from collections.abc import Mapping

from chalicelib.domain.letter import Letter
from chalicelib.domain.rulebook import Rulebook
from chalicelib.domain.visibility import is_guarded

PLACES = ("field", "region")
"""Typed by people where the rulebook has no list for it."""


def places(letter: Letter, book: Rulebook) -> dict[str, str]:
    """Those of the two that count, in the rulebook's own words."""
    if is_guarded(letter):
        return {}
    return {name: value for name, listed in _lists(book).items() if (value := getattr(letter, name)) in listed}


def corrected_places(before: Letter, after: Letter, book: Rulebook) -> dict[str, str]:
    """What counts from now on; "" where the ledger may have said something that counts no longer."""
    counted = places(after, book)
    if is_guarded(before):
        return counted
    gone = (
        name
        for name, listed in _lists(book).items()
        if name not in counted and getattr(before, name) is not None and (listed or is_guarded(after))
    )
    return {**counted, **dict.fromkeys(gone, "")}


def _lists(book: Rulebook) -> Mapping[str, tuple[str, ...]]:
    return {"field": book.fields, "region": book.regions}
