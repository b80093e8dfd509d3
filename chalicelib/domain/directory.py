"""The directory: units, contacts and mailboxes of the county, as one value to look things up in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from chalicelib.domain.letter import ContactId, MailboxId, Role, UnitId


@dataclass(frozen=True, slots=True)
class Unit:
    """An office. `parent` is the office above it."""

    id: UnitId
    name: str
    parent: UnitId | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """A staff person. Raising `epoch` revokes every link given out before."""

    id: ContactId
    name: str = field(repr=False)
    unit: UnitId
    roles: frozenset[Role]
    email: str = field(repr=False)
    phone: str | None = field(default=None, repr=False)
    epoch: int = 0


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
        """The contact with this address; case does not matter."""
        wanted = email.strip().casefold()
        return next((c for c in self.contacts.values() if c.email.casefold() == wanted), None)

    def holders(self, role: Role, unit: UnitId | None = None) -> tuple[Contact, ...]:
        """Contacts with this role, in this unit when one is given, in a stable order."""
        found = (c for c in self.contacts.values() if role in c.roles and unit in {None, c.unit})
        return tuple(sorted(found, key=lambda contact: contact.id))

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
