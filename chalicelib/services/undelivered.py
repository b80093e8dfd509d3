"""Messages that did not get through lie on a centre's desk, until somebody has reached these people another way."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

from chalicelib.domain.clocks import local_date
from chalicelib.domain.deputies import desk_of, seen_by
from chalicelib.domain.directory import Contact, Directory
from chalicelib.domain.errors import NotFoundError
from chalicelib.domain.letter import ContactId, Role
from chalicelib.domain.messages import Message, MessageState
from chalicelib.domain.visibility import COUNTY_WIDE, centre_of
from chalicelib.services.asking import Visitor
from chalicelib.services.desk_sections import unit_name
from chalicelib.services.installation import Installation

UNDELIVERED_SHOWN = 50
"""The newest; the next come up as these are seen to."""

SEEN_TO = "seen_to"
"""What is noted on a message of which a person took care."""


def see_to(inst: Installation, who: Visitor, message_id: str) -> None:
    """Somebody reached these people another way: the message leaves the list. Once more does nothing.

    Raises NotFoundError when there is none that this contact finds on the list.
    """
    theirs = _theirs(inst, who.contact, inst.registry.directory())
    message = next((each for each in theirs if each.id == message_id), None)
    if message is None:
        raise NotFoundError
    inst.outbox.settle(replace(message, state=MessageState.SENT, note=SEEN_TO))


def _theirs(inst: Installation, contact: Contact, directory: Directory) -> Iterator[Message]:
    """What was not delivered and lies on this contact's desk, newest first: of no letter, or of their centre's.

    Or on the desk of somebody they stand in for.
    A message says itself whose it is, so that a bad day with the mail makes no desk slow.
    """
    day = local_date(inst.time.now(), inst.zone)
    if not any(each.roles & (COUNTY_WIDE | {Role.CENTRE}) for each in desk_of(contact, directory, day)):
        return
    keeps: dict[object, bool] = {}  # asked once a centre and units named, not once a message
    for message in sorted(inst.outbox.stuck(), key=lambda each: each.created_at, reverse=True):
        kind = (message.letter is None, message.centre, message.about_units, message.about_contacts)
        if kind not in keeps:
            places = seen_by(message, contact, directory, day)
            keeps[kind] = any(_keeps(each, message, directory) for each in places)
        if keeps[kind]:
            yield message


def _keeps(contact: Contact, message: Message, directory: Directory) -> bool:
    if message.letter is None:
        return Role.CENTRE in contact.roles
    return any(each.id == contact.id for each in centre_of(message, directory))


def undelivered(inst: Installation, contact: Contact, directory: Directory) -> list[dict[str, Any]]:
    """Messages that were given up, or whose fate is unknown: a person must reach these people another way."""
    return [
        {
            "id": message.id,
            "tracking_code": message.letter,
            "number": message.number,
            "to": message.recipient,
            **_hearer(message, directory),
            "channel": message.channel.value,
            "template": message.template,
            "state": message.state.value,
            "at": message.created_at.astimezone(inst.zone).isoformat(timespec="seconds"),
        }
        for message in islice(_theirs(inst, contact, directory), UNDELIVERED_SHOWN)
    ]


def _hearer(message: Message, directory: Directory) -> dict[str, str | None]:
    """Name and office of the member of staff it was for; of the writer, and of whom the directory has lost, neither."""
    contact = directory.contacts.get(ContactId(message.recipient))
    return {
        "to_name": contact.name if contact else None,
        "to_unit": unit_name(contact.unit, directory) if contact else None,
    }
