"""Somebody names a deputy for some days, or ends it; and what the desk says of it."""

from datetime import date
from typing import Any

from chalicelib.domain.deputies import deputy_named, may_be_named
from chalicelib.domain.directory import Contact, Deputy, Directory
from chalicelib.domain.errors import FieldError, InvalidFieldsError
from chalicelib.domain.letter import ContactId
from chalicelib.domain.messages import Channel, Message
from chalicelib.services.asking import Visitor, today
from chalicelib.services.installation import Installation

DEPUTY_NAMED = "deputy_named"
"""The template of the message to the deputy."""


def name_deputy(inst: Installation, who: Visitor, chosen: str, first: date | None, last: date) -> None:
    """This colleague stands in from `first` (None: today) through `last`, local dates. Replaces whoever did before.

    Raises InvalidFieldsError naming each field.
    """
    day = today(inst)
    if last < day:
        raise InvalidFieldsError((FieldError("until", "already_over"),))
    named = deputy_named(who.contact, inst.registry.directory(), ContactId(chosen), first or day, last)
    if named != who.contact.deputy:
        _keep(inst, who.contact, named)
        inst.outbox.add(_news(inst, who.contact, named))


def end_deputy(inst: Installation, who: Visitor) -> None:
    """Nobody stands in any more, from now on. Once more does nothing."""
    _keep(inst, who.contact, None)


def _keep(inst: Installation, contact: Contact, deputy: Deputy | None) -> None:
    inst.registry.name_deputy(contact.id, deputy)


def _news(inst: Installation, contact: Contact, named: Deputy) -> Message:
    """The deputy hears of it: for whom, and from when to when."""
    now = inst.time.now()
    return Message(
        id=f"deputy-{contact.id}-{named.contact}-{int(now.timestamp())}",
        letter=None,
        recipient=named.contact,
        channel=Channel.EMAIL,
        template=DEPUTY_NAMED,
        created_at=now,
        not_before=now,
        params=(("first", named.first.isoformat()), ("last", named.last.isoformat()), ("principal", contact.id)),
    )


def deputy_view(contact: Contact, directory: Directory, day: date) -> dict[str, Any] | None:
    """The contact's own deputy, now or to come; None when there is none or it is over."""
    named = contact.deputy
    if named is None or named.last < day:
        return None
    return {"id": named.contact, "name": _name(named.contact, directory), **_dates(named)}


def stands_in_for(contact: Contact, directory: Directory, day: date) -> list[dict[str, Any]]:
    """For whom the contact stands in today."""
    found = directory.principals_of(contact, day)
    return [{"id": each.id, "name": each.name, **_dates(each.deputy)} for each in found if each.deputy]


def colleagues_of(contact: Contact, directory: Directory) -> list[dict[str, Any]]:
    """Whom the contact may name."""
    return [{"id": each.id, "name": each.name} for each in may_be_named(contact, directory)]


def _dates(deputy: Deputy) -> dict[str, str]:
    return {"from": deputy.first.isoformat(), "until": deputy.last.isoformat()}


def _name(contact: ContactId, directory: Directory) -> str:
    known = directory.contacts.get(contact)
    return known.name if known else contact
