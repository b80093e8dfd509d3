"""Who may see what of a letter: the conflict-of-interest guard, and in what capacity a contact meets a letter."""

from chalicelib.domain.directory import Contact, Directory
from chalicelib.domain.letter import UNIT_ROLES, Kind, Letter, Role, UnitId

COUNTY_WIDE = frozenset({Role.INSPECTOR, Role.LEADER})
"""Roles that meet every letter of the county, unless it is about them."""


def is_about(letter: Letter, unit: UnitId, directory: Directory) -> bool:
    """Whether the letter is about this unit or one above it: its subordinates would pass it on (PL-18)."""
    return directory.is_within(unit, letter.about_units)


def is_kept_from(letter: Letter, contact: Contact, directory: Directory) -> bool:
    """The guard: a letter about a unit is never seen, got or moved by those who belong to it (PL-18)."""
    return is_about(letter, contact.unit, directory)


def centre_of(letter: Letter, directory: Directory) -> tuple[Contact, ...]:
    """Who holds the centre's moves: the mailbox owner's centre contacts, or, where it is about them, the inspectors."""
    if is_about(letter, letter.centre, directory):
        holders = directory.holders(Role.INSPECTOR)
    else:
        holders = directory.holders(Role.CENTRE, letter.centre)
    return tuple(each for each in holders if not is_kept_from(letter, each, directory))


def roles_on(letter: Letter, contact: Contact, directory: Directory) -> frozenset[Role]:
    """The capacities in which this contact meets the letter; empty: it is not theirs to see."""
    if is_kept_from(letter, contact, directory):
        return frozenset()
    roles = {role for role in contact.roles if role in COUNTY_WIDE}
    if any(each.id == contact.id for each in centre_of(letter, directory)):
        roles.add(Role.CENTRE)
    if letter.assignment_of(contact.unit) is not None:
        roles |= contact.roles & UNIT_ROLES
    return frozenset(roles)


def may_look(letter: Letter, contact: Contact, directory: Directory) -> bool:
    """Whether the letter may be shown: to those with a capacity, and to units that had it before."""
    if is_kept_from(letter, contact, directory):
        return False
    return bool(roles_on(letter, contact, directory)) or contact.unit in letter.past_units


def may_know_writer(letter: Letter, roles: frozenset[Role]) -> bool:
    """The accuser's identity, and one kept confidential, is the centre's alone; units reach others to answer them."""
    if Role.CENTRE in roles:
        return True
    hidden = letter.kind is Kind.ACCUSATION or letter.keep_confidential or bool(letter.about_units)
    return not hidden and bool(roles & UNIT_ROLES)
