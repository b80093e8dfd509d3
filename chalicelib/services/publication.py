"""Publishing an answer: the redacted wording that is proposed, and the last look at what a person made of it (BB-3.2).

The writer's data are unsealed here alone for it, and leave it as marks only.
"""

from collections.abc import Iterable
from dataclasses import replace

from chalicelib.domain.clocks import Clock
from chalicelib.domain.draft import Surroundings
from chalicelib.domain.engine import why_not
from chalicelib.domain.errors import FieldError, InvalidFieldsError
from chalicelib.domain.letter import Actor, Letter, Writer
from chalicelib.domain.payloads import ANSWER_MAX, Publish
from chalicelib.domain.reading import Public, as_public
from chalicelib.domain.redaction import personal_data_in
from chalicelib.domain.workflow import Move
from chalicelib.ports import LetterFile
from chalicelib.services.installation import Installation
from chalicelib.services.reading import writer_of


def preview(inst: Installation, file: LetterFile) -> Public:
    """The letter and its last answer with personal data taken out; of a letter published before, its public wording."""
    return _preview(inst, file)[0]


def signed_off(
    inst: Installation,
    file: LetterFile,
    letter: Letter,
    clocks: Iterable[Clock],
    actor: Actor,
    payload: Publish,
    around: Surroundings,
) -> Publish:
    """The payload with both public wordings in it: those sent, and for what was left out the proposed ones.

    Whoever may not publish learns nothing here; the move itself refuses them. Raises InvalidFieldsError naming the
    field and the kind of personal data that is still in it, never the data.
    """
    if why_not(Move.PUBLISH, letter, clocks, actor, around) is not None:
        return payload
    proposed, writer = _preview(inst, file)
    if payload.answer is not None and proposed.answer is None:
        raise InvalidFieldsError((FieldError("answer", "no_answer_yet"),))
    errors = [
        FieldError(field, f"personal_data_{kind}")
        for field, text in (("text", payload.text), ("answer", payload.answer))
        if text is not None
        for kind in personal_data_in(text, writer)
    ]
    if errors:
        raise InvalidFieldsError(tuple(errors))
    text, answer = payload.text or proposed.text, payload.answer or proposed.answer
    return payload.model_copy(update={"text": text, "answer": answer})


def _preview(inst: Installation, file: LetterFile) -> tuple[Public, Writer | None]:
    writer = writer_of(inst, file)
    proposed = as_public(file.letter, file.texts, writer)
    return replace(proposed, text=proposed.text[:ANSWER_MAX].strip()), writer
