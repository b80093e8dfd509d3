"""Messages owed: to whom, by which template, not before when. Address and link are made when one is sent."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from itertools import product

from chalicelib.domain.directory import Contact, Directory
from chalicelib.domain.draft import Announcement, Surroundings
from chalicelib.domain.ladder import next_office_moment
from chalicelib.domain.letter import ContactId, Letter, LetterId, Role, UnitId
from chalicelib.domain.visibility import (
    COUNTY_WIDE,
    approvers,
    centre_of,
    department_heads,
    instructors,
    is_kept_from,
)

WRITER = "writer"
"""The recipient that stands for the letter's writer; the address is decrypted only when the message is sent."""

LADDER = "ladder_"
"""How the templates of ladder steps begin."""


class Channel(StrEnum):
    """How a message goes out."""

    EMAIL = "email"
    SMS = "sms"


class MessageState(StrEnum):
    """`leased`: somebody is sending it. `failed` and `unknown` lie on the centre's desk."""

    WAITING = "waiting"
    LEASED = "leased"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Message:
    """One e-mail or SMS. The id follows from the event that owes it, so that it can be owed only once.

    `recipient` is a contact's id or `writer`. `params` hold no personal data and no citizen's text. Instants are UTC.
    `number`, `about_units`, `about_contacts` and `centre` are the letter's when it was owed: whose desk it lies on
    when it fails.
    `attempts` only ever grows, for it guards the message against two hands at once; `forgiven` of them were made before
    somebody had a failed message sent again.
    """

    id: str
    letter: LetterId | None
    recipient: str
    channel: Channel
    template: str
    created_at: datetime
    not_before: datetime
    params: tuple[tuple[str, str | int], ...] = ()
    state: MessageState = MessageState.WAITING
    attempts: int = 0
    lease_until: datetime | None = None
    sent_at: datetime | None = None
    note: str | None = field(default=None)
    number: str | None = None
    about_units: tuple[UnitId, ...] = ()
    about_contacts: tuple[ContactId, ...] = ()
    centre: UnitId | None = None
    forgiven: int = 0

    @property
    def tries(self) -> int:
        """Attempts of the present round: how often it was tried since it was owed, or since it was replayed."""
        return self.attempts - self.forgiven


MOST_TOLD = 60
"""Messages of one event at most: they are written with their move, and a transaction takes a hundred items. When ten
units with many staff are concerned, each unit's handlers are told first; everybody else finds it on the desk."""


def begun_anew(message: Message, at: datetime) -> Message:
    """A message that failed, owed once more from `at` (UTC) on as if it had never been tried."""
    return replace(
        message,
        state=MessageState.WAITING,
        not_before=at,
        forgiven=message.attempts,
        lease_until=None,
        sent_at=None,
        note=None,
    )


def owed(
    announcements: Iterable[Announcement],
    letter: Letter,
    sequence: int,
    around: Surroundings,
    *,
    by_ladder: bool,
    room: int = MOST_TOLD,
) -> tuple[Message, ...]:
    """The messages of one event, one a person and channel at most for each template; of the ladder, one in all.

    No more than `room` of them, and of each announcement equally many people: its first ones.

    Somebody with several roles is told of the furthest ladder step only, which comes last.

    What the ladder sends, and every SMS to staff, waits for office hours unless the letter is urgent;
    an e-mail that answers somebody's move goes out at once.
    """
    announcements = tuple(announcements)
    hearers = [recipients(each, letter, around.directory) for each in announcements]
    share = _share([(len(heard), len(each.channels)) for heard, each in zip(hearers, announcements, strict=True)], room)
    messages: dict[tuple[str, str, str], Message] = {}
    for announcement, heard in zip(announcements, hearers, strict=True):
        for recipient, channel in product(heard[:share], map(Channel, announcement.channels)):
            topic = LADDER if announcement.template.startswith(LADDER) else announcement.template
            earlier = messages.get((recipient, channel, topic))
            if earlier is None and len(messages) < room:
                message_id = f"{letter.id}-{sequence:06d}-{len(messages) + 1:02d}"
            elif earlier is not None and topic == LADDER:
                message_id = earlier.id
            else:
                continue
            waits = by_ladder or (channel is Channel.SMS and recipient != WRITER)
            made = _message(message_id, announcement, recipient, channel, letter, around, waits=waits)
            messages[recipient, channel, topic] = made
    return tuple(messages.values())


def _message(
    message_id: str,
    announcement: Announcement,
    recipient: str,
    channel: Channel,
    letter: Letter,
    around: Surroundings,
    *,
    waits: bool,
) -> Message:
    """`waits`: for office hours, unless the letter is urgent."""
    office = next_office_moment(around.now, around.rulebook.office_hours, around.calendar, around.zone)
    return Message(
        id=message_id,
        letter=letter.id,
        recipient=recipient,
        channel=channel,
        template=announcement.template,
        created_at=around.now,
        not_before=office if waits and not letter.urgent else around.now,
        params=announcement.params,
        number=letter.number,
        about_units=letter.about_units,
        about_contacts=letter.about_contacts,
        centre=letter.centre,
    )


def _share(sizes: Sequence[tuple[int, int]], room: int) -> int:
    """How many people of each announcement can be told at most, given (people, channels) of each; one at least."""
    fits = (n for n in range(room, 1, -1) if sum(min(people, n) * channels for people, channels in sizes) <= room)
    return next(fits, 1)


def recipients(announcement: Announcement, letter: Letter, directory: Directory) -> tuple[str, ...]:
    """Contact ids (or WRITER), each once, without anybody the letter is kept from (PL-18).

    Where a unit has nobody of these roles, whoever works there hears it, and where nobody does, the centre.
    """
    heard = _heard(announcement, letter, directory)
    if heard or announcement.unit is None:
        return heard
    staff = [each.id for each in directory.staff_of(announcement.unit)]
    return _free(staff, letter, directory) or tuple(each.id for each in centre_of(letter, directory))


def _heard(announcement: Announcement, letter: Letter, directory: Directory) -> tuple[str, ...]:
    found: list[str] = []
    if announcement.contact is not None:
        found.append(announcement.contact)
    for role in sorted(announcement.to, key=lambda role: role is not Role.HANDLER):
        if role is Role.WRITER:
            found.append(WRITER)
        elif role is Role.CENTRE:
            found.extend(contact.id for contact in centre_of(letter, directory))
        elif role in _DERIVED or role in letter.awaits[:1]:
            found.extend(contact.id for contact in _derived(role, letter, directory))
        elif role in COUNTY_WIDE:
            found.extend(contact.id for contact in directory.holders(role))
        elif announcement.unit is not None:
            at = _offices(announcement.unit, letter)
            found.extend(contact.id for unit in at for contact in directory.holders(role, unit))
    return _free(found, letter, directory)


def _offices(unit: UnitId, letter: Letter) -> tuple[UnitId, ...]:
    """The unit, and the subordinates it has handed the work to: they hear what it hears, for it stays answerable."""
    held = letter.assignment_of(unit)
    return (unit, *held.sub_units) if held is not None and held.unit == unit else (unit,)


_DERIVED = {Role.DEPARTMENT_HEAD: department_heads, Role.APPROVER: approvers}


def _derived(role: Role, letter: Letter, directory: Directory) -> tuple[Contact, ...]:
    """Holders of a role that follows from the letter; a leader's post, from whose instruction it waits for."""
    return _DERIVED.get(role, instructors)(letter, directory)


def _free(found: Iterable[str], letter: Letter, directory: Directory) -> tuple[str, ...]:
    return tuple(each for each in dict.fromkeys(found) if each == WRITER or _may_hear(each, letter, directory))


def _may_hear(contact_id: str, letter: Letter, directory: Directory) -> bool:
    contact = directory.contacts.get(ContactId(contact_id))
    return contact is not None and contact.active and not is_kept_from(letter, contact, directory)
