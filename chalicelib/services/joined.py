"""Letters merged into another: their writers hear when that one is answered, and see the answer (PL-16).

When it will not be answered, or not for others to read, each goes on alone: in a write of its own, right after the
move that decided it. What is lost on the way, because a function was ended in between, reconcile makes up.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta

from chalicelib.domain.answers import last_given
from chalicelib.domain.directory import Directory
from chalicelib.domain.draft import Announcement, Outcome, Surroundings
from chalicelib.domain.joint import has_answer, may_be_answered, part
from chalicelib.domain.letter import Letter, LetterId, Role, Status, TextPurpose
from chalicelib.domain.messages import Message, owed
from chalicelib.domain.redaction import redact
from chalicelib.domain.traces import owner_joined
from chalicelib.domain.visibility import hides_writer
from chalicelib.domain.workflow import Move
from chalicelib.ports import Change, ConflictError, LetterFile
from chalicelib.services.installation import Installation
from chalicelib.services.writing import MOST_ITEMS, change_of, items_of

FOLLOWED = 5
"""How many letters, each merged into the next, are followed to the one that is answered."""

TRIES = 12
MADE_UP = timedelta(days=8)
"""For so long after an answer reconcile makes sure that it is told: a round of it takes seven days at most."""

_ANSWERED = Announcement("letter_answered", (Role.WRITER,), channels=("email", "sms"))


def with_news_for_joined(
    inst: Installation, change: Change, outcome: Outcome, around: Surroundings
) -> tuple[Change, tuple[Message, ...]]:
    """The write of a move, with what it owes the writers of letters merged into this one, as far as there is room.

    Beside it what finds no room there: `follow_up` owes it.
    """
    news = tuple(_news(inst, outcome, around))
    room = max(0, MOST_ITEMS - items_of(change))
    return replace(change, messages=(*change.messages, *news[:room])) if news else change, news[room:]


def _news(inst: Installation, outcome: Outcome, around: Surroundings) -> Iterator[Message]:
    letter = outcome.letter
    told = any(each.template == _ANSWERED.template and Role.WRITER in each.to for each in outcome.announcements)
    if told and Move.LINK_REPEAT in around.rulebook.moves and not hides_writer(letter):
        for joined in _joined_to(inst, letter.id):
            yield from _told(joined.letter, letter.id, outcome.event.sequence, around)


def _told(joined: Letter, other: LetterId, sequence: int, around: Surroundings) -> Iterator[Message]:
    """That the other letter was answered with this event of it; the same ids however often it is asked."""
    for message in owed([_ANSWERED], joined, sequence, around, by_ladder=False):
        number = message.id.rpartition("-")[2]
        yield replace(message, id=f"{joined.id}-{other}-{sequence:06d}-{number}")


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


def follow_up(inst: Installation, letter: Letter, surplus: Iterable[Message], around: Surroundings) -> None:
    """What a move means for letters merged into this one, once it is written."""
    for message in surplus:
        inst.outbox.add(message)
    if Move.LINK_REPEAT in around.rulebook.moves and not may_be_answered(letter):
        for entry in inst.letters.desk([owner_joined(letter.id)]):
            set_apart_if_left(inst, entry.letter, around.directory)


def set_apart_if_left(inst: Installation, letter: LetterId, directory: Directory) -> bool:
    """Let a merged letter go on alone whose other will not be answered. False: it need not, or others keep writing it.

    One of several that are merged into each other in a circle, which no move makes, will not be answered either.
    """
    for attempt in range(TRIES):
        file = inst.letters.load(letter)
        if file is None or file.letter.status is not Status.MERGED or _waits_rightly(inst, file):
            return False
        around = inst.surroundings(inst.time.now(), directory, inst.rulebook_of(file.letter.rulebook))
        try:
            inst.letters.commit(change_of(file, [part(file.letter, file.clocks, around)], around))
        except ConflictError:
            inst.pause(attempt)
            continue
        return True
    return False


def _waits_rightly(inst: Installation, file: LetterFile) -> bool:
    other = _other(inst, file)
    if not may_be_answered(other.letter if other else None):
        return False
    seen = {file.letter.id}
    while other is not None and other.letter.status is Status.MERGED and other.letter.id not in seen:
        seen.add(other.letter.id)
        other = _other(inst, other)
    return other is None or other.letter.status is not Status.MERGED


def make_up(inst: Installation, file: LetterFile, directory: Directory) -> bool:
    """What a merged letter should have had already: told of the answer, or set apart. True: it was set apart now."""
    if file.letter.status is not Status.MERGED:
        return False
    other, now = _answered_with(inst, file), inst.time.now()
    if other is not None and has_answer(other.letter):
        given = last_given(other.events)
        if given is not None and given.given is not None and now - given.given.at <= MADE_UP:
            around = inst.surroundings(now, directory, inst.rulebook_of(file.letter.rulebook))
            for message in _told(file.letter, other.letter.id, given.given.sequence, around):
                inst.outbox.add(message)
    return set_apart_if_left(inst, file.letter.id, directory)


def _other(inst: Installation, file: LetterFile) -> LetterFile | None:
    return inst.letters.load(file.letter.repeat_of) if file.letter.repeat_of is not None else None


def _answered_with(inst: Installation, file: LetterFile) -> LetterFile | None:
    """The letter with which this one is answered: the last of those that are merged, each into the next."""
    other: LetterFile | None = file
    for _ in range(FOLLOWED):
        if other is None or other.letter.status is not Status.MERGED:
            break
        other = _other(inst, other)
    return other if other is not file else None


def with_joint_answer(inst: Installation, file: LetterFile) -> LetterFile:
    """A merged letter as its writer follows it: with the answers to the letter it was joined to.

    Of that letter nothing else is shown, and its answers are read as the public would read them, without personal data.
    Nothing of one that has become an accusation, or that its writer asked to keep confidential.
    """
    other = _answered_with(inst, file)
    if other is None or not has_answer(other.letter):
        return file
    writer = inst.secrets.unseal(other.letter.id, other.writer) if other.writer else None
    answers = (each for each in other.texts if each.purpose is TextPurpose.ANSWER)
    texts = tuple(replace(each, content=redact(each.content, writer)) for each in answers)
    return replace(file, joint=replace(other, texts=texts, writer=None))
