"""A letter as one contact reads it today, in their own place and in those of whom they stand in for.

The one way to show a letter to staff: pages, forms and lists take what they show from here (see `domain.reading`).
"""

from dataclasses import dataclass, replace

from chalicelib.domain.clocks import local_date
from chalicelib.domain.deputies import actors_of, may_look_today, seen_by
from chalicelib.domain.directory import Contact
from chalicelib.domain.draft import Surroundings
from chalicelib.domain.letter import Actor, Letter, Role, UnitId, Writer
from chalicelib.domain.reading import events_as_read, letter_as_read, reads_redacted, texts_as_read
from chalicelib.domain.visibility import may_know_writer, may_look
from chalicelib.ports import LetterFile
from chalicelib.services.installation import Installation


@dataclass(frozen=True, slots=True)
class Reading:
    """What one contact reads: the letter in their words, the capacities and units in which they meet it, who wrote.

    `writer` is None also where who wrote is not theirs to know: `knows_writer` tells which.
    """

    file: LetterFile
    actors: tuple[Actor, ...]
    units: frozenset[UnitId]
    knows_writer: bool
    writer: Writer | None

    @property
    def roles(self) -> frozenset[Role]:
        """Their capacities, their own and those they stand in for; empty: the letter was their unit's before."""
        return frozenset(actor.role for actor in self.actors)


def read_by(inst: Installation, file: LetterFile, contact: Contact, around: Surroundings) -> Reading:
    """The letter as this contact, whose it is to see, reads it today."""
    letter, directory, day = file.letter, around.directory, local_date(around.now, around.zone)
    actors = actors_of(letter, contact, directory, day)
    places = (each for each in seen_by(letter, contact, directory, day) if may_look(letter, each, directory))
    roles = frozenset(actor.role for actor in actors)
    other = inst.letters.load(letter.repeat_of) if letter.repeat_of else None
    sees_other = other is not None and may_look_today(other.letter, contact, directory, day)
    knows = may_know_writer(letter, roles)
    return Reading(
        as_read(inst, file, roles, sees_other=sees_other),
        actors,
        frozenset(each.unit for each in places),
        knows,
        writer_of(inst, file) if knows else None,
    )


def as_read(inst: Installation, file: LetterFile, roles: frozenset[Role], *, sees_other: bool = False) -> LetterFile:
    """The letter with its words as these capacities read them; the writer is unsealed only if something must go."""
    letter = file.letter
    writer = writer_of(inst, file) if reads_redacted(letter, roles) else None
    return replace(
        file,
        letter=letter_as_read(letter, roles, writer),
        texts=texts_as_read(letter, file.texts, file.events, roles, writer),
        events=events_as_read(file.events, sees_other=sees_other),
    )


def subject_as_read(letter: Letter, roles: frozenset[Role]) -> str | None:
    """The subject in a list of letters; None where it could give away a writer who is kept from them."""
    return None if reads_redacted(letter, roles) else letter.subject


def writer_of(inst: Installation, file: LetterFile) -> Writer | None:
    """Who wrote, unsealed."""
    return inst.secrets.unseal(file.letter.id, file.writer) if file.writer is not None else None
