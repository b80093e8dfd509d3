"""The preview of what the public will read, as what stands in the form of `publish` from the start."""

from typing import Any

from chalicelib.domain.workflow import Move
from chalicelib.ports import LetterFile
from chalicelib.services.installation import Installation
from chalicelib.services.publication import preview


def with_preview(inst: Installation, file: LetterFile, view: dict[str, Any]) -> dict[str, Any]:
    """The view with the redacted wordings in the form, for a reader who may publish; for others as it is.

    Without an answer the form has no field for one: the letter appears with its question first (PL-8).
    """
    form = next((each for each in view["moves"] if each["move"] == Move.PUBLISH), None)
    if form is None:
        return view
    proposed, fields = preview(inst, file), form["schema"]["properties"]
    fields["text"]["default"] = proposed.text
    if proposed.answer is None:
        del fields["answer"]
    else:
        fields["answer"]["default"] = proposed.answer
    return view
