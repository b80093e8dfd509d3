"""The directory: units, contacts and mailboxes of the county, as one value to look things up in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from chalicelib.domain.languages import DEFAULT, Language
from chalicelib.domain.letter import LEADER_POSTS, UNIT_ROLES, ContactId, MailboxId, Role, UnitId


@dataclass(frozen=True, slots=True)
class Unit:
    """An office. `parent` is the office above it; `level`: what sort of office it is, as rulebooks name it."""

    id: UnitId
    name: str
    parent: UnitId | None = None
    level: str | None = None


@dataclass(frozen=True, slots=True)
class Deputy:
    """Who stands in for somebody, from the first through the last local date."""

    contact: ContactId
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Contact:
    """A staff person in one unit. Raising `epoch` revokes every link given out before.

    Not `active`: has left. The entry stays, for the ledger names it; nothing reaches it and it opens nothing.
    `language`: in which mails come and the desk opens.
    """

    id: ContactId
    name: str = field(repr=False)
    unit: UnitId
    roles: frozenset[Role]
    email: str = field(repr=False)
    phone: str | None = field(default=None, repr=False)
    epoch: int = 0
    active: bool = True
    deputy: Deputy | None = None
    language: Language = DEFAULT

    def deputy_on(self, day: date) -> ContactId | None:
        """Who stands in for this contact on a local date."""
        named = self.deputy
        return named.contact if named is not None and named.first <= day <= named.last else None


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Where citizens write to. The centre contacts of `owner` hold the centre's moves for its letters."""

    id: MailboxId
    name: str
    owner: UnitId


@dataclass(frozen=True, slots=True)
class Directory:
    """Everyone and every office, keyed by id. The first mailbox is where a letter without one goes."""

    units: Mapping[UnitId, Unit]
    contacts: Mapping[ContactId, Contact]
    mailboxes: Mapping[MailboxId, Mailbox]

    @classmethod
    def of(cls, units: Iterable[Unit], contacts: Iterable[Contact], mailboxes: Iterable[Mailbox]) -> "Directory":
        """Index the three lists."""
        return cls({u.id: u for u in units}, {c.id: c for c in contacts}, {m.id: m for m in mailboxes})

    def by_email(self, email: str) -> Contact | None:
        """The active contact with this address; case does not matter."""
        return next((each for each in self.entries_of(email) if each.active), None)

    def entries_of(self, email: str) -> tuple[Contact, ...]:
        """Every entry with this address, active or not. They are one person, who may sit in several units."""
        wanted = email.strip().casefold()
        return tuple(c for c in self.contacts.values() if c.email.casefold() == wanted)

    def units_of(self, contact: Contact) -> frozenset[UnitId]:
        """The units of all entries of this person: those left behind as well, for old ties bind too."""
        return frozenset({contact.unit, *(each.unit for each in self.entries_of(contact.email))})

    def holders(self, role: Role, unit: UnitId | None = None) -> tuple[Contact, ...]:
        """Active contacts with this role, of this unit when one is given, in a stable order. A post makes a leader."""
        wanted = LEADER_POSTS | {role} if role is Role.LEADER else {role}
        found = (c for c in self.contacts.values() if c.active and c.roles & wanted and unit in {None, c.unit})
        return tuple(sorted(found, key=lambda contact: contact.id))

    def staff_of(self, unit: UnitId | None) -> tuple[Contact, ...]:
        """Who handles letters in this unit, in whatever role of it, in a stable order."""
        found = (c for c in self.contacts.values() if c.active and c.unit == unit and c.roles & UNIT_ROLES)
        return tuple(sorted(found, key=lambda contact: contact.id))

    def principals_of(self, contact: Contact, day: date) -> tuple[Contact, ...]:
        """For whom this contact stands in on a local date, in a stable order."""
        found = (c for c in self.contacts.values() if c.active and c.deputy_on(day) == contact.id)
        return tuple(sorted(found, key=lambda each: each.id))

    def line_up(self, unit: UnitId | None) -> tuple[UnitId, ...]:
        """The unit and every office above it, nearest first."""
        line: list[UnitId] = []
        while unit is not None and unit not in line:
            line.append(unit)
            above = self.units.get(unit)
            unit = above.parent if above else None
        return tuple(line)

    def is_within(self, unit: UnitId | None, above: Iterable[UnitId]) -> bool:
        """Whether the unit is one of these or subordinate to one of them."""
        return bool(set(self.line_up(unit)) & set(above))
