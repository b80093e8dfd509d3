"""Deputies: who acts in whose place, and from when to when. Asked at use, so the day after the last date all ends.

What is kept from either of the two is never reached through deputising (PL-18), and it goes one level deep only: a
deputy's deputy has no part in it.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from chalicelib.domain.directory import Contact, Deputy, Directory
from chalicelib.domain.errors import FieldError, InvalidFieldsError
from chalicelib.domain.letter import LEADER_POSTS, Actor, ContactId, Letter, Role
from chalicelib.domain.visibility import Guarded, is_kept_from, may_look, roles_on

LONGEST = timedelta(days=366)
"""How long somebody may be away under one naming of a deputy, the first and last day included."""
LEADERS = LEADER_POSTS | {Role.LEADER}


def desk_of(contact: Contact, directory: Directory, day: date) -> tuple[Contact, ...]:
    """Whose desks this contact sees on a local date: their own first, then those they stand in for."""
    return (contact, *directory.principals_of(contact, day))


def seen_by(seen: Guarded, contact: Contact, directory: Directory, day: date) -> tuple[Contact, ...]:
    """In whose place this contact may meet a letter, an entry or a message: nobody's from whom it is kept (PL-18)."""
    if is_kept_from(seen, contact, directory):
        return ()
    return tuple(each for each in desk_of(contact, directory, day) if not is_kept_from(seen, each, directory))


def may_look_today(letter: Letter, contact: Contact, directory: Directory, day: date) -> bool:
    """Whether the letter may be shown to this contact, in their own place or another's."""
    return any(may_look(letter, each, directory) for each in seen_by(letter, contact, directory, day))


def actors_of(letter: Letter, contact: Contact, directory: Directory, day: date) -> tuple[Actor, ...]:
    """Every capacity in which this contact meets the letter on a local date, their own first."""
    return tuple(_actors(letter, contact, directory, day))


def _actors(letter: Letter, contact: Contact, directory: Directory, day: date) -> Iterator[Actor]:
    for each in seen_by(letter, contact, directory, day):
        principal = each.id if each.id != contact.id else None
        for role in sorted(roles_on(letter, each, directory)):
            yield Actor(contact.id, role, each.unit, deputy_for=principal)


def reader_of(seen: Guarded, contact: Contact, directory: Directory, day: date) -> Contact:
    """Who reads what is sent to this contact: their deputy, unless it is kept from the deputy (PL-18)."""
    deputy = directory.contacts.get(contact.deputy_on(day) or ContactId(""))
    if deputy is None or not deputy.active or is_kept_from(seen, deputy, directory):
        return contact
    return deputy


def may_deputise(other: Contact, contact: Contact) -> bool:
    """Whether somebody may be named: an active colleague of the unit; of a leader, another leader as well."""
    same_person = other.id == contact.id or other.email.casefold() == contact.email.casefold()
    both_lead = bool(other.roles & LEADERS) and bool(contact.roles & LEADERS)
    return other.active and not same_person and (other.unit == contact.unit or both_lead)


def may_be_named(contact: Contact, directory: Directory) -> tuple[Contact, ...]:
    """Whom this contact may name, in a stable order."""
    found = (each for each in directory.contacts.values() if may_deputise(each, contact))
    return tuple(sorted(found, key=lambda each: each.id))


def deputy_named(contact: Contact, directory: Directory, chosen: ContactId, first: date, last: date) -> Deputy:
    """The deputy as it is to be kept. Raises InvalidFieldsError: not somebody to choose, or no sensible dates."""
    other = directory.contacts.get(chosen)
    if other is None or not may_deputise(other, contact):
        raise InvalidFieldsError((FieldError("contact", "not_a_deputy"),))
    if last < first:
        raise InvalidFieldsError((FieldError("until", "ends_before_it_begins"),))
    if last - first >= LONGEST:
        raise InvalidFieldsError((FieldError("until", "deputy_too_long", (("days", LONGEST.days),)),))
    return Deputy(chosen, first, last)
