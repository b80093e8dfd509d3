"""What looks odd about a directory: it works, but hardly as it is meant."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from chalicelib.domain.directory import Directory, Mailbox
from chalicelib.domain.letter import UNIT_ROLES, ContactId, Role, UnitId
from chalicelib.domain.visibility import centre_of


@dataclass(frozen=True, slots=True)
class _Supposed:
    """A letter to this centre about these units, to see who would keep it."""

    about_units: tuple[UnitId, ...]
    centre: UnitId
    about_contacts: tuple[ContactId, ...] = ()


def _nobody_apart(mailbox: Mailbox, directory: Directory) -> Iterator[str]:
    """Units about which a letter to this mailbox would find nobody, or nobody who is not subordinate to them."""
    for unit in directory.units:
        keepers = centre_of(_Supposed((unit,), mailbox.owner), directory)
        if not keepers:
            yield f"mailbox {mailbox.id}: a letter about unit {unit} would reach nobody at all"
        elif all(directory.is_within(each.unit, {unit}) for each in keepers):
            yield (
                f"mailbox {mailbox.id}: a letter about unit {unit} has to be kept by its own subordinates; "
                "name an inspector or leader in a unit that does not stand below it"
            )


def _staffing(directory: Directory) -> Iterator[str]:
    """SF-3.3.1: each unit names a handler, and the direct and first responsible persons, who hear when it is late."""
    for unit in directory.units:
        held = {
            role for each in directory.contacts.values() if each.unit == unit and each.active for role in each.roles
        }
        if not held & UNIT_ROLES:
            continue
        if not held & {Role.HANDLER, Role.CENTRE}:
            yield f"unit {unit} has nobody with the role handler"
        for role in (Role.DIRECT_RESPONSIBLE, Role.FIRST_RESPONSIBLE):
            if role not in held:
                yield f"unit {unit} has nobody with the role {role.value}"


def oddities(directory: Directory) -> Iterator[str]:
    """One sentence each, for whoever loads the file."""
    for role in (Role.CENTRE, Role.INSPECTOR, Role.LEADER):
        if not directory.holders(role):
            yield f"nobody has the role {role.value}"
    if not directory.mailboxes:
        yield "there is no mailbox: citizens have nowhere to write to"
    for mailbox in directory.mailboxes.values():
        if not directory.holders(Role.CENTRE, mailbox.owner):
            yield f"mailbox {mailbox.id}: its owner {mailbox.owner} has no contact with the role centre"
        yield from _nobody_apart(mailbox, directory)
    yield from _staffing(directory)
    emails = Counter(contact.email.casefold() for contact in directory.contacts.values())
    for contact in directory.contacts.values():
        if emails[contact.email.casefold()] > 1:
            yield f"contact {contact.id} shares an e-mail address: a link asked for by it goes to one of them only"
