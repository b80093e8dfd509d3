"""Publishing an answer: the redacted wording that is proposed, and the last look at what a person made of it (BB-3.2).

The writer's data are unsealed here alone for it, and leave it as marks only.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache

from chalicelib.domain.clocks import Clock
from chalicelib.domain.draft import Surroundings
from chalicelib.domain.engine import why_not
from chalicelib.domain.errors import FieldError, InvalidFieldsError
from chalicelib.domain.letter import Actor, Letter, Role, Text, TextPurpose, Writer
from chalicelib.domain.payloads import ANSWER_MAX, Publish
from chalicelib.domain.publishing import FINISHED
from chalicelib.domain.redaction import personal_data_in, redact, redact_writer
from chalicelib.domain.visibility import COUNTY_WIDE, hides_writer
from chalicelib.domain.workflow import Move
from chalicelib.ports import LetterFile
from chalicelib.services.installation import Installation


@dataclass(frozen=True, slots=True)
class Preview:
    """What the public would read: of the letter, and of its answer (None: there is none yet)."""

    text: str
    answer: str | None


def preview(inst: Installation, file: LetterFile) -> Preview:
    """The letter and its last answer with personal data taken out; of a letter published before, its public wording."""
    return _preview(file, _writer_of(inst, file))


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
    writer = _writer_of(inst, file)
    proposed = _preview(file, writer)
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


def as_shown_to(inst: Installation, file: LetterFile, roles: frozenset[Role]) -> LetterFile:
    """The letter with its words as these capacities may read them; the writer is unsealed only if something must go."""
    if not _reads_redacted(file.letter, roles):
        return file
    writer = _writer_of(inst, file)
    letter = replace(file.letter, subject=redact_writer(file.letter.subject, writer))
    return replace(file, letter=letter, texts=texts_for(roles, file, writer))


def texts_for(roles: frozenset[Role], file: LetterFile, writer: Writer | None) -> tuple[Text, ...]:
    """The letter's texts as these capacities may read them (PL-18, PL-9).

    The centre reads the original. Where who wrote is the centre's alone to know, everybody else reads the words
    without it; so does a unit that finds the letter in the common pool.
    """
    if not _reads_redacted(file.letter, roles):
        return file.texts
    return tuple(_without_writer(text, writer) for text in file.texts)


def redactor(inst: Installation, file: LetterFile) -> Callable[[str], str]:
    """Takes what tells who wrote out of any words of this letter, for a printed form; unseals at the first word."""

    @cache
    def writer() -> Writer | None:
        return _writer_of(inst, file)

    return lambda words: redact_writer(words, writer())


def _reads_redacted(letter: Letter, roles: frozenset[Role]) -> bool:
    if Role.CENTRE in roles:
        return False
    return hides_writer(letter) or (letter.in_pool and not roles & COUNTY_WIDE)


def _without_writer(text: Text, writer: Writer | None) -> Text:
    if text.purpose is TextPurpose.SIGNATURE:  # a picture
        return text
    return replace(text, content=redact_writer(text.content, writer, own_words=text.author is Role.WRITER))


def _writer_of(inst: Installation, file: LetterFile) -> Writer | None:
    return inst.secrets.unseal(file.letter.id, file.writer) if file.writer is not None else None


def _preview(file: LetterFile, writer: Writer | None) -> Preview:
    letter = file.letter
    before = letter.publication
    public = _last(file, TextPurpose.PUBLIC_LETTER) if before is not None and before.ground is None else None
    body = next((text.content for text in file.texts if text.purpose is TextPurpose.BODY), "")
    written = public.content if public is not None else f"{letter.subject}\n\n{body}"
    answer = _last(file, TextPurpose.ANSWER) if letter.status in FINISHED else None
    return Preview(
        redact(written, writer)[:ANSWER_MAX].strip(),
        redact(answer.content, writer) if answer is not None else None,
    )


def _last(file: LetterFile, purpose: TextPurpose) -> Text | None:
    found = (text for text in file.texts if text.purpose is purpose and text.content)
    released = [text for text in found if text.id not in file.letter.unreleased]
    return max(released, key=lambda text: text.id, default=None)
