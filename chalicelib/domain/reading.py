"""Who reads which words of a letter, and in which form: said once, for pages, printed forms, the archive and lists.

The centre reads everything as it was written. Where who wrote is the centre's alone to know, and in the common pool,
everybody else reads it without what tells who wrote; some words they do not read at all (PL-18, PL-6).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from chalicelib.domain.ledger import Event, text_ids
from chalicelib.domain.letter import ANSWERED, LEADER_POSTS, DeskEntry, Kind, Letter, Role, Text, TextPurpose, Writer
from chalicelib.domain.redaction import redact, redact_writer
from chalicelib.domain.visibility import COUNTY_WIDE, hides_writer, may_know_writer

OVERSEEING = frozenset({Role.CENTRE, Role.INSPECTOR, Role.LEADER, Role.DEPARTMENT_HEAD}) | LEADER_POSTS
FOR_OVERSEERS = frozenset(
    {
        TextPurpose.EXCERPT_DRAFT,
        TextPurpose.EXCERPT,
        TextPurpose.PROPOSAL,
        TextPurpose.PUBLIC_LETTER,
        TextPurpose.PUBLIC_ANSWER,
    }
)
"""Words by which leaders decide, and those prepared for the public: not the handling units'."""
ABOUT_THE_WRITER = frozenset({"contact_writer", "call_back"})
"""Moves by which the centre writes down what it spoke about with the writer."""
KEPT_SUBJECT = "（保密）"
"""Stands for a subject of which nobody has yet taken out who wrote."""


def oversees(letter: Letter, roles: frozenset[Role]) -> bool:
    """Whether they stand above the handling units, or sign an answer after the unit has."""
    signs = Role.APPROVER in roles and letter.approval is not None and letter.approval.unit is None
    return bool(roles & OVERSEEING) or signs


def reads_redacted(letter: Letter, roles: frozenset[Role]) -> bool:
    """Whether these capacities read the letter without what tells who wrote: never the centre.

    Everybody else, where who wrote is kept from them; of a letter in the common pool, the units that find it there.
    """
    if Role.CENTRE in roles:
        return False
    return hides_writer(letter) or (letter.in_pool and not roles & COUNTY_WIDE)


def letter_as_read(letter: Letter, roles: frozenset[Role], writer: Writer | None) -> Letter:
    """The letter with the writer's own words in it as these capacities read them: subject, field and region."""
    if not reads_redacted(letter, roles):
        return letter

    def told(words: str | None) -> str | None:
        return redact_writer(words, writer) if words else words

    subject = redact_writer(letter.subject, writer)
    return replace(letter, subject=subject, field=told(letter.field), region=told(letter.region))


def texts_as_read(
    letter: Letter, texts: Iterable[Text], events: Iterable[Event], roles: frozenset[Role], writer: Writer | None
) -> tuple[Text, ...]:
    """The letter's texts that these capacities may read, as they may read them.

    Whom the letter is about is the centre's alone, in whatever words (PL-18); so is what it noted down of talks with a
    writer whom the reader may not know.
    """
    hidden = set() if Role.CENTRE in roles else {TextPurpose.ABOUT}
    if not oversees(letter, roles):
        hidden |= FOR_OVERSEERS
    private = set() if may_know_writer(letter, roles) else _brought_by(events, ABOUT_THE_WRITER)
    told = (text for text in texts if text.purpose not in hidden and not _is_private(text, private))
    return tuple(_without_writer(text, writer) for text in told) if reads_redacted(letter, roles) else tuple(told)


def _brought_by(events: Iterable[Event], moves: frozenset[str]) -> set[str]:
    return {text for event in events if event.move in moves for text in text_ids(event)}


def _is_private(text: Text, private: set[str]) -> bool:
    return text.id in private and text.purpose is TextPurpose.NOTE and text.author is Role.CENTRE


def _without_writer(text: Text, writer: Writer | None) -> Text:
    if text.purpose is TextPurpose.SIGNATURE:  # a picture
        return text
    if text.file is not None:  # nobody can take out of a file who wrote: they learn that it is there, and open nothing
        return replace(text, content="")
    return replace(text, content=redact_writer(text.content, writer, own_words=text.author is Role.WRITER))


def events_as_read(events: tuple[Event, ...], *, sees_other: bool) -> tuple[Event, ...]:
    """The steps somebody is told of: that it repeats a letter which they may not see, they are not (PL-18)."""
    if sees_other:
        return events
    return tuple(event for event in events if event.move != "link_repeat" or "status" in event.facts)


def listed_subject(letter: Letter) -> str:
    """The subject as it is listed for those who are not to know who wrote. Lists unseal nothing.

    A letter stored before such a subject was kept has none: then nothing of its subject is said.
    """
    return KEPT_SUBJECT if letter.relay_subject is None else letter.relay_subject


def subject_to_others(entry: DeskEntry) -> str:
    """The subject of an entry on the centre's list, as others than the centre are listed it."""
    return KEPT_SUBJECT if entry.relay_subject is None else entry.relay_subject


def subject_to_owner(entry: DeskEntry) -> str:
    """The subject of an entry as its owner is listed it; of one that was written before subjects were, none.

    The centre's entries hold it in both forms, those of others say that theirs is without what tells who wrote.
    """
    guarded = entry.kind is Kind.ACCUSATION or bool(entry.about_units or entry.about_contacts)
    ready = entry.redacted or entry.relay_subject is not None
    return entry.subject if ready or not guarded else KEPT_SUBJECT


@dataclass(frozen=True, slots=True)
class Public:
    """What the public would read: of the letter, and of its answer (None: there is none yet)."""

    text: str
    answer: str | None


def written(subject: str, body: str) -> str:
    """A letter's own words as one text: its subject, a blank line, its body."""
    return f"{subject}\n\n{body}"


def as_public(letter: Letter, texts: Iterable[Text], writer: Writer | None) -> Public:
    """The letter and its last answer with all personal data taken out (BB-3.2, HF-2.3).

    Of a letter that was published before, the wording that was signed off then.
    """
    said = [text for text in texts if text.content and text.id not in letter.unreleased]
    before = letter.publication
    public = _last(said, TextPurpose.PUBLIC_LETTER) if before is not None and before.ground is None else None
    body = next((text.content for text in said if text.purpose is TextPurpose.BODY), "")
    words = public.content if public is not None else written(letter.subject, body)
    answer = _last(said, TextPurpose.ANSWER) if letter.status in ANSWERED else None
    return Public(redact(words, writer), redact(answer.content, writer) if answer is not None else None)


def _last(texts: Iterable[Text], purpose: TextPurpose) -> Text | None:
    return max((text for text in texts if text.purpose is purpose), key=lambda text: text.id, default=None)
