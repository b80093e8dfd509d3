"""Who may see what of a letter: the conflict-of-interest guard, and in what capacity a contact meets a letter."""

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Protocol

from chalicelib.domain.directory import Contact, Directory
from chalicelib.domain.letter import (
    LEADER_POSTS,
    UNIT_HEADS,
    UNIT_ROLES,
    ContactId,
    Kind,
    Letter,
    Role,
    Status,
    UnitId,
)

COUNTY_WIDE = frozenset({Role.INSPECTOR, Role.LEADER}) | LEADER_POSTS
"""Roles that meet every letter of the county, unless it is about them."""


ABOUT_NOBODY = "*nobody"
"""Stands among the units a letter is about for "none of them", since a form leaves out an empty list. No unit's id."""


class Guarded(Protocol):
    """What the guard asks of: a letter, or something that speaks of one (a desk entry, a message)."""

    @property
    def about_units(self) -> tuple[UnitId, ...]:
        """The units it is about."""

    @property
    def about_contacts(self) -> tuple[ContactId, ...]:
        """The persons it is about."""

    @property
    def centre(self) -> UnitId | None:
        """The owner of its mailbox; None where it belongs to no letter."""


class Keeper(StrEnum):
    """Who stands at the centre of a letter: the mailbox owner's own people, or the next in line for them."""

    OWN_CENTRE = "own_centre"
    INSPECTORS = "inspectors"
    LEADERS = "leaders"
    ANY_CENTRE = "any_centre"


def is_about(letter: Guarded, unit: UnitId, directory: Directory) -> bool:
    """Whether the letter is about this unit or one above it: its subordinates would pass it on (PL-18)."""
    return directory.is_within(unit, letter.about_units)


def is_kept_from(letter: Guarded, contact: Contact, directory: Directory) -> bool:
    """The guard: a letter about a unit or person is never seen, got or moved by them (PL-18).

    A person with several entries belongs to the units of all of them. Only whoever must keep the letter as the last
    resort (see `keepers_of`) is let in although subordinate to the unit.
    """
    if is_meant(letter, contact, directory):
        return True
    if not letter.about_units or not _is_subordinate(letter, contact, directory):
        return False
    return all(each.id != contact.id for each in centre_of(letter, directory))


def is_meant(letter: Guarded, contact: Contact, directory: Directory) -> bool:
    """Whether the letter is about this person, under whichever of their entries."""
    named = letter.about_contacts
    return bool(named) and any(each.id in named for each in (contact, *directory.entries_of(contact.email)))


def _is_subordinate(letter: Guarded, contact: Contact, directory: Directory) -> bool:
    return any(is_about(letter, unit, directory) for unit in directory.units_of(contact))


def _is_accused(letter: Guarded, contact: Contact, directory: Directory) -> bool:
    return not directory.units_of(contact).isdisjoint(letter.about_units)


def keepers_of(letter: Guarded, directory: Directory) -> tuple[Keeper, tuple[Contact, ...]]:
    """Who holds the centre's moves, and in whose place: no letter may belong to nobody.

    The mailbox owner's centre contacts; where there is none whom it is not about, the inspectors, then the leaders,
    then any other centre (PL-18). Where all of these are subordinate to the units it is about (the county government,
    say), the same in turn, without the accused units' own people: the last resort. Nobody is left only where everybody
    belongs to the accused units themselves.
    """
    lines = (
        (Keeper.OWN_CENTRE, directory.holders(Role.CENTRE, letter.centre)),
        (Keeper.INSPECTORS, directory.holders(Role.INSPECTOR)),
        (Keeper.LEADERS, directory.holders(Role.LEADER)),
        (Keeper.ANY_CENTRE, directory.holders(Role.CENTRE)),
    )
    barred: Callable[[Guarded, Contact, Directory], bool]
    for barred in (_is_subordinate, _is_accused):
        for keeper, line in lines:
            apart = (each for each in line if not is_meant(letter, each, directory))
            free = tuple(each for each in apart if not barred(letter, each, directory))
            if free:
                return keeper, free
    return Keeper.OWN_CENTRE, ()


def centre_of(letter: Guarded, directory: Directory) -> tuple[Contact, ...]:
    """Who holds the centre's moves of this letter: the mailbox owner's people, or whoever stands in for them."""
    return keepers_of(letter, directory)[1]


def roles_on(letter: Letter, contact: Contact, directory: Directory) -> frozenset[Role]:
    """The capacities in which this contact meets the letter; empty: it is not theirs to see."""
    if is_kept_from(letter, contact, directory):
        return frozenset()
    roles = {role for role in contact.roles if role in COUNTY_WIDE}
    if roles & LEADER_POSTS:
        roles.add(Role.LEADER)
    if any(each.id == contact.id for each in centre_of(letter, directory)):
        roles.add(Role.CENTRE)
    if letter.assignment_of(contact.unit) is not None or is_open_to(letter, contact.unit):
        roles |= contact.roles & UNIT_ROLES
    if contact in department_heads(letter, directory):
        roles.add(Role.DEPARTMENT_HEAD)
    if letter.awaits and contact in instructors(letter, directory):
        roles.add(letter.awaits[0])
    if letter.approval is not None and contact in approvers(letter, directory):
        roles.add(Role.APPROVER)
    if letter.referral is not None and letter.referral.to == contact.id:
        roles.add(Role.LEADER)
    return frozenset(roles)


def is_open_to(letter: Letter, unit: UnitId) -> bool:
    """Whether a unit without an assignment may act: on what is in the pool (PL-6) or forwarded to it (CQ-4.3)."""
    in_pool = letter.in_pool and letter.status is Status.ACCEPTED
    return in_pool or (letter.status is Status.FORWARDED and letter.forwarded_to == unit)


def department_heads(letter: Letter, directory: Directory) -> tuple[Contact, ...]:
    """Who heads the office of the letter's mailbox; where nobody does whom it is not about, the centre itself."""
    named = (each for role in sorted(UNIT_HEADS) for each in directory.holders(role, letter.centre))
    return _free_or_centre(letter, named, directory)


def instructors(letter: Letter, directory: Directory) -> tuple[Contact, ...]:
    """Whose instruction the letter waits for: the post's holders; where there is none, whoever keeps the letter."""
    return _free_or_centre(letter, directory.holders(letter.awaits[0]), directory) if letter.awaits else ()


def approvers(letter: Letter, directory: Directory) -> tuple[Contact, ...]:
    """Who may take the step an answer waits at. Never anybody the letter is about: then whoever keeps it (PL-18)."""
    approval = letter.approval
    if approval is None:
        return ()
    named: list[Contact] = []
    for role in approval.by:
        if role is Role.CENTRE:
            named.extend(centre_of(letter, directory))
        elif role is Role.DEPARTMENT_HEAD:
            named.extend(department_heads(letter, directory))
        else:
            named.extend(directory.holders(role, approval.unit))
    return _free_or_centre(letter, named, directory)


def _free_or_centre(letter: Letter, named: Iterable[Contact], directory: Directory) -> tuple[Contact, ...]:
    free = tuple(each for each in dict.fromkeys(named) if not is_kept_from(letter, each, directory))
    return free or centre_of(letter, directory)


def may_look(letter: Letter, contact: Contact, directory: Directory) -> bool:
    """Whether the letter may be shown: to those with a capacity, and to units that had it before."""
    if is_kept_from(letter, contact, directory):
        return False
    return bool(roles_on(letter, contact, directory)) or contact.unit in letter.past_units


def may_know_writer(letter: Letter, roles: frozenset[Role]) -> bool:
    """The accuser's identity, and one kept confidential, is the centre's alone; units reach others to answer them.

    Hidden too while the letter names somebody in words and the centre has not yet said whom it is about: that may be
    the very office that has it.
    """
    if Role.CENTRE in roles:
        return True
    return not hides_writer(letter) and bool(roles & UNIT_ROLES) and not letter.in_pool


def hides_writer(letter: Letter) -> bool:
    """Whether who wrote is the centre's alone to know, so that units write through a relay (PL-18)."""
    return is_guarded(letter) or letter.keep_confidential


def is_guarded(letter: Letter) -> bool:
    """Whether it accuses, or names an office or somebody: such a letter never leads to anybody (PL-18)."""
    return letter.kind is Kind.ACCUSATION or names_somebody(letter)


def names_somebody(letter: Letter) -> bool:
    """Whether it names an office or somebody, be it in words of which the centre has not said whom they mean."""
    return bool(letter.about_units or letter.about_contacts) or letter.about_unsettled
