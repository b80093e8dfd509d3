"""The desk at which printed forms are filled in: a letter as its reader reads it, and how papers name things."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from chalicelib.domain.draft import Surroundings
from chalicelib.domain.ledger import Event, text_ids
from chalicelib.domain.letter import Actor, ContactId, Role, Text, TextPurpose, UnitId, Writer
from chalicelib.ports import LetterFile
from chalicelib.services.printable_forms import Reader

Facts = dict[str, object]
NOT_ON_PAPER = frozenset(
    {
        TextPurpose.SIGNATURE,
        TextPurpose.PUBLIC_LETTER,
        TextPurpose.PUBLIC_ANSWER,
        TextPurpose.EXCERPT_DRAFT,
        TextPurpose.EXCERPT,
        TextPurpose.ATTACHMENT,
    }
)


class Phrases(Protocol):
    """The words of the county's papers: titles of statuses, roles and the like."""

    def get(self, section: str, key: str, **data: object) -> str:
        """The words under this key."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What is needed to fill in a form. `file`: as its reader reads it, so that nothing has to be hidden here.

    `story` tells an event in a sentence; None: it changed nothing.
    """

    file: LetterFile
    reader: Reader
    writer: Writer | None
    around: Surroundings
    words: Phrases
    county: str
    story: Callable[[Event], str | None]

    def texts_of(self, event: Event) -> list[Text]:
        """What was said with a step, as far as it belongs on paper."""
        return [text for text in self.brought_by(event) if text.purpose not in NOT_ON_PAPER]

    def brought_by(self, event: Event) -> list[Text]:
        """Every text that came with a step, signatures too."""
        ids = set(text_ids(event))
        return [text for text in self.file.texts if text.id in ids]

    def said(self, text: Text) -> str:
        """Somebody's words, or that they were removed."""
        return text.content or self.words.get("paper_marks", "removed")

    def who(self, actor: Actor) -> str:
        """Who took a step: office, name, capacity, and for whom. Never the writer's name."""
        title = self.words.get("paper_roles", actor.role.value)
        if actor.role in {Role.WRITER, Role.SYSTEM}:
            return title
        person = self.around.directory.contacts.get(ContactId(actor.id))
        parts = (self.unit(actor.unit), person.name if person else None)
        name = " ".join(each for each in parts if each)
        deputed = self.person(ContactId(actor.deputy_for)) if actor.deputy_for else None
        return f"{name}（{title}{self.words.get('paper_marks', 'for', name=deputed) if deputed else ''}）"

    def person(self, contact: ContactId) -> str:
        """A contact's name."""
        found = self.around.directory.contacts.get(contact)
        return found.name if found else contact

    def unit(self, unit: UnitId | None) -> str | None:
        """An office's name; its id when the directory has lost it."""
        found = self.around.directory.units.get(unit) if unit else None
        return found.name if found else unit

    def day(self, day: date) -> str:
        """A date as papers write it."""
        return self.words.get("formats", "date", year=day.year, month=day.month, day=day.day)

    def moment(self, moment: datetime) -> str:
        """A local date and time, to the minute."""
        local = moment.astimezone(self.around.zone)
        return f"{self.day(local.date())} {local:%H:%M}"


def unit_id(value: object) -> UnitId | None:
    """A unit's id out of an event's facts, where there is one."""
    return UnitId(value) if isinstance(value, str) else None
