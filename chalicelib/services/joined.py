"""Letters merged into another: their writers hear when that one is answered, and see the answer (PL-16)."""

from collections.abc import Iterator
from dataclasses import replace

from chalicelib.domain.draft import Announcement, Outcome, Surroundings
from chalicelib.domain.letter import Letter, LetterId, Role, Status, TextPurpose
from chalicelib.domain.messages import Message, owed
from chalicelib.domain.redaction import redact
from chalicelib.domain.traces import owner_joined
from chalicelib.domain.visibility import hides_writer
from chalicelib.domain.workflow import Move
from chalicelib.ports import Change, LetterFile
from chalicelib.services.installation import Installation
from chalicelib.services.writing import MOST_ITEMS, items_of

FOLLOWED = 5
"""How many letters, each merged into the next, are followed to the one that is answered."""

_ANSWERED = frozenset({Status.ANSWERED, Status.CLOSED})
_LEFT_ALONE = frozenset({Status.DECLINED, Status.KEPT, Status.FORWARDED, Status.WITHDRAWN, Status.REMOVED})


def with_news_for_joined(inst: Installation, change: Change, outcome: Outcome, around: Surroundings) -> Change:
    """The write of a move, with what it owes the writers of letters merged into this one, as far as there is room."""
    news = tuple(_news(inst, change.before, outcome, around))
    room = max(0, MOST_ITEMS - items_of(change))
    return replace(change, messages=(*change.messages, *news[:room])) if news else change


def _news(inst: Installation, before: Letter | None, outcome: Outcome, around: Surroundings) -> Iterator[Message]:
    """What writers of letters merged into this one hear of its move: it is answered, or will not be.

    When it ended without an answer, the centre hears it as well: nobody else owes them one any more.
    """
    letter = outcome.letter
    if Move.LINK_REPEAT not in around.rulebook.moves:
        return
    moved = before is None or letter.status is not before.status
    left_alone = moved and letter.status in _LEFT_ALONE and not letter.answer_asked
    heard = [each for each in outcome.announcements if each.template == "letter_answered" and Role.WRITER in each.to]
    if left_alone:
        heard = [Announcement("joined_letter_ended", (Role.WRITER, Role.CENTRE))]
    for joined in _joined_to(inst, letter.id) if heard else ():
        for message in owed(heard, joined.letter, joined.letter.event_count, around, by_ladder=False):
            number = message.id.rpartition("-")[2]
            yield replace(message, id=f"{joined.letter.id}-{letter.id}-{outcome.event.sequence:06d}-{number}")


def _joined_to(inst: Installation, letter: LetterId) -> list[LetterFile]:
    """Letters merged into this one, and into those."""
    found: dict[LetterId, LetterFile] = {}
    layer = [letter]
    for _ in range(FOLLOWED):
        codes = [each.letter for each in inst.letters.desk([owner_joined(one) for one in layer])]
        files = (inst.letters.load(code) for code in codes if code not in found and code != letter)
        new = {file.letter.id: file for file in files if file and file.letter.status is Status.MERGED}
        found |= new
        layer = [*new]
    return list(found.values())


def with_joint_answer(inst: Installation, file: LetterFile) -> LetterFile:
    """A merged letter as its writer follows it: with the answers to the letter it was joined to.

    Of that letter nothing else is shown, and its answers are read as the public would read them, without personal data.
    Nothing of one that has become an accusation, or that its writer asked to keep confidential.
    """
    other: LetterFile | None = file
    for _ in range(FOLLOWED):
        if other is None or other.letter.status is not Status.MERGED or other.letter.repeat_of is None:
            break
        other = inst.letters.load(other.letter.repeat_of)
    if other is None or other is file or other.letter.status not in _ANSWERED or hides_writer(other.letter):
        return file
    given = [t for t in other.texts if t.purpose is TextPurpose.ANSWER and t.id not in other.letter.unreleased]
    if not given:
        return file
    writer = inst.secrets.unseal(other.letter.id, other.writer) if other.writer else None
    read = (replace(each, id=f"{other.letter.id}:{each.id}", content=redact(each.content, writer)) for each in given)
    return replace(file, texts=(*file.texts, *read))
