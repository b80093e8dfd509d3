"""Publishing an answer: the redacted wording that is proposed, and the last look at what a person made of it (BB-3.2).

An excerpt for the leaders is looked at in the same way (SF-5).

The writer's data are unsealed here alone for it, and leave it as marks only.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from chalicelib.domain.clocks import Clock
from chalicelib.domain.draft import Surroundings
from chalicelib.domain.engine import why_not
from chalicelib.domain.errors import FieldError, InvalidFieldsError
from chalicelib.domain.letter import Actor, Letter, Writer
from chalicelib.domain.payloads import ANSWER_MAX, Classify, Publish
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
    _without_personal_data({"text": payload.text, "answer": payload.answer}, writer)
    text, answer = payload.text or proposed.text, payload.answer or proposed.answer
    return payload.model_copy(update={"text": text, "answer": answer})


def check_excerpt(
    inst: Installation,
    file: LetterFile,
    letter: Letter,
    clocks: Iterable[Clock],
    actor: Actor,
    payload: Classify,
    around: Surroundings,
) -> None:
    """SF-5: what leaders are told of a letter stays in a signed report for ever, so nothing personal goes into it.

    Raises InvalidFieldsError as `signed_off` does.
    """
    if payload.excerpt is not None and why_not(Move.CLASSIFY, letter, clocks, actor, around) is None:
        _without_personal_data({"excerpt": payload.excerpt}, writer_of(inst, file))


def _without_personal_data(fields: Mapping[str, str | None], writer: Writer | None) -> None:
    errors = [
        FieldError(field, f"personal_data_{kind}")
        for field, text in fields.items()
        if text is not None
        for kind in personal_data_in(text, writer)
    ]
    if errors:
        raise InvalidFieldsError(tuple(errors))


def _preview(inst: Installation, file: LetterFile) -> tuple[Public, Writer | None]:
    writer = writer_of(inst, file)
    proposed = as_public(file.letter, file.texts, writer)
    return replace(proposed, text=proposed.text[:ANSWER_MAX].strip()), writer
