"""Units, contacts and mailboxes from a CSV file: all of it, or nothing and a list of what to mend."""

import re
from dataclasses import dataclass, replace
from datetime import date

from chalicelib.domain.deputies import LONGEST, may_deputise
from chalicelib.domain.directory import Contact, Deputy, Directory, Mailbox, Unit
from chalicelib.domain.languages import DEFAULT, Language, language_of
from chalicelib.domain.letter import ContactId, MailboxId, UnitId
from chalicelib.ports import Registry
from chalicelib.services.csv_rows import Row, RowError, read_rows
from chalicelib.services.directory_oddities import oddities
from chalicelib.services.units_columns import (
    CHINESE,
    OF_A_CONTACT,
    OPTIONAL,
    REMARK,
    REQUIRED,
    as_meant,
    odd_phone,
    roles_of,
    wrong_with_email,
    wrong_with_phone,
    wrong_with_roles,
)

ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
NAME_MAX = 80
LEVEL = re.compile(r"[a-z][a-z0-9_]{0,39}")
_SUCH = {"unit": "jiaotong", "contact": "jiaotong-1", "mailbox": "xianzhang"}
NOBODY = frozenset({"-", "none", "无"})
"""Under `deputy`: there is none any more. Left empty, it stays as it is."""
YES_OR_NO = {"yes": True, "no": False, "true": True, "false": False, "1": True, "0": False, "是": True, "否": False}


@dataclass(frozen=True, slots=True)
class UnitsFile:
    """What a good file holds, and what looks odd about it."""

    directory: Directory
    warnings: tuple[str, ...]
    ignored: tuple[str, ...]
    says_active: frozenset[ContactId] = frozenset()
    """Contacts of which it says whether they are active; the others stay what they are."""
    says_deputy: frozenset[ContactId] = frozenset()
    """Contacts of which it says who stands in for them; the others keep whom they named at the desk."""
    says_language: frozenset[ContactId] = frozenset()
    """Contacts of which it says in which language they are written to; the others keep theirs."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What an import did."""

    added: int
    changed: int
    unchanged: int


def read_units(data: bytes) -> UnitsFile | tuple[RowError, ...]:
    """The file as a directory, or every error in it. Raises BadFileError when it is no such file at all."""
    table = read_rows(data, REQUIRED, OPTIONAL, other_names=CHINESE, remark=REMARK)
    reading = _Reading(list(table.broken))
    for row in table.rows:
        reading.take(as_meant(row))
    reading.check_parents()
    reading.check_deputies()
    if reading.errors:
        return tuple(sorted(reading.errors, key=lambda error: error.line))
    directory = Directory(reading.units, reading.contacts, reading.mailboxes)
    said = frozenset(reading.says_active), frozenset(reading.says_deputy), frozenset(reading.says_language)
    return UnitsFile(directory, (*reading.notes, *oddities(directory)), table.ignored, *said)


def take_units(registry: Registry, read: UnitsFile, *, check_only: bool = False) -> Taken:
    """Write what the file holds. Contacts that are not in it stay; an epoch is kept, so links go on working.

    `check_only`: only say what would change.

    Whoever was made inactive stays so unless the file says otherwise: an older file must not let them in again. So do
    a deputy named at the desk, and a unit's level.
    """
    there = registry.directory()
    contacts = {key: _with_what_stays(contact, read, there) for key, contact in read.directory.contacts.items()}
    units = {key: _with_its_level(unit, there) for key, unit in read.directory.units.items()}
    wanted = Directory(units, contacts, read.directory.mailboxes)
    present = _entries(there)
    new = _entries(wanted)
    added = sum(key not in present for key in new)
    unchanged = sum(present.get(key) == entry for key, entry in new.items())
    if not check_only:
        registry.put(list(wanted.units.values()), list(wanted.contacts.values()), list(wanted.mailboxes.values()))
    return Taken(added=added, changed=len(new) - added - unchanged, unchanged=unchanged)


def _with_what_stays(contact: Contact, read: UnitsFile, there: Directory) -> Contact:
    known = there.contacts.get(contact.id)
    if known is None:
        return contact
    return replace(
        contact,
        active=contact.active if contact.id in read.says_active else known.active,
        deputy=contact.deputy if contact.id in read.says_deputy else known.deputy,
        language=contact.language if contact.id in read.says_language else known.language,
    )


def _with_its_level(unit: Unit, there: Directory) -> Unit:
    known = there.units.get(unit.id)
    return replace(unit, level=known.level) if unit.level is None and known is not None else unit


def _entries(directory: Directory) -> dict[tuple[str, str], object]:
    """Everything by sort and id; the epoch is left out, for no file sets it."""
    return {
        **{("unit", key): unit for key, unit in directory.units.items()},
        **{("contact", key): replace(contact, epoch=0) for key, contact in directory.contacts.items()},
        **{("mailbox", key): mailbox for key, mailbox in directory.mailboxes.items()},
    }


class _Reading:
    """A file being read, row by row. A unit's name and parent may be written once or in each of its rows.

    What is read of a bad row stands here too, so that a second row of the same contact is named as well; with any error
    none of it is used.
    """

    def __init__(self, errors: list[RowError]) -> None:
        self.units: dict[UnitId, Unit] = {}
        self.contacts: dict[ContactId, Contact] = {}
        self.mailboxes: dict[MailboxId, Mailbox] = {}
        self.says_active: set[ContactId] = set()
        self.says_deputy: dict[ContactId, int] = {}
        self.says_language: set[ContactId] = set()
        self.errors = errors
        self.notes: list[str] = []
        self._named_on: dict[UnitId, int] = {}

    def take(self, row: Row) -> None:
        """One row: a unit, and a contact and a mailbox of it where they are filled in."""
        unit = self._id(row, "unit")
        if unit is None:
            return
        self._take_unit(row, UnitId(unit))
        if row.get("mailbox") or row.get("mailbox_name"):
            self._take_mailbox(row, UnitId(unit))
        if any(row.get(column) for column in OF_A_CONTACT):
            self._take_contact(row, UnitId(unit))

    def check_parents(self) -> None:
        """Every parent must be a unit of the file, and no unit its own superior."""
        directory = Directory(self.units, {}, {})
        for unit in self.units.values():
            line = self._named_on[unit.id]
            if unit.parent is not None and unit.parent not in self.units:
                self._refuse(line, "parent", f"there is no unit {unit.parent}; add a row for it")
            elif unit.parent is not None and unit.id in directory.line_up(unit.parent):
                self._refuse(line, "parent", "a unit cannot stand above itself; correct one of the parents")

    def _take_unit(self, row: Row, unit: UnitId) -> None:
        name, parent, level = self._name(row, "unit_name"), row.get("parent"), row.get("level")
        known = self.units.get(unit)
        if known is None and name is None:
            self._refuse(row.line, "unit_name", "fill in the unit's name in its first row")
        elif known is None:
            self.units[unit] = Unit(unit, str(name), UnitId(parent) if parent else None, level)
            self._named_on[unit] = row.line
            if level is not None and not LEVEL.fullmatch(level):
                self._refuse(row.line, "level", "may hold small letters, digits and underlines only, such as county")
        elif name not in {None, known.name}:
            self._differs(row, "unit_name", unit)
        elif parent not in {None, known.parent}:
            self._differs(row, "parent", unit)
        elif level not in {None, known.level}:
            self._differs(row, "level", unit)

    def _differs(self, row: Row, column: str, unit: UnitId) -> None:
        first = self._named_on[unit]
        self._refuse(row.line, column, f"differs from line {first}; make the rows of a unit agree")

    def _take_mailbox(self, row: Row, unit: UnitId) -> None:
        mailbox, name = self._id(row, "mailbox"), self._name(row, "mailbox_name")
        if mailbox is None:
            return
        known = self.mailboxes.get(MailboxId(mailbox))
        if known is None and name is None:
            self._refuse(row.line, "mailbox_name", "fill in the mailbox's name")
        elif known is not None and known.owner != unit:
            self._refuse(row.line, "mailbox", "belongs to another unit already; a mailbox has one owner")
        elif known is not None and name not in {None, known.name}:
            self._refuse(row.line, "mailbox_name", "differs from the mailbox's first row; make them agree")
        else:
            self.mailboxes.setdefault(MailboxId(mailbox), Mailbox(MailboxId(mailbox), str(name), unit))

    def _take_contact(self, row: Row, unit: UnitId) -> None:
        contact = self._id(row, "contact")
        if contact is not None and contact in self.contacts:
            self._refuse(row.line, "contact", "stands in another row already; one row a contact")
        name, email, phone = self._name(row, "name"), row.get("email"), row.get("phone")
        for column in ("name", "roles", "email"):
            if row.get(column) is None:
                self._refuse(row.line, column, "fill it in")
        roles = roles_of(row.get("roles") or "")
        wrong = {
            "roles": wrong_with_roles(roles),
            "email": email and wrong_with_email(email),
            "phone": phone and wrong_with_phone(phone),
        }
        for column, reason in wrong.items():
            if reason:
                self._refuse(row.line, column, reason)
        if phone and odd_phone(phone):
            self.notes.append(f"line {row.line}, phone: a mainland mobile number has 11 digits; look at it again")
        active = YES_OR_NO.get((row.get("active") or "yes").casefold())
        if active is None:
            self._refuse(row.line, "active", "write yes or no; left empty, it stays as it is")
        if contact is None:
            return
        if row.get("active"):
            self.says_active.add(ContactId(contact))
        held = frozenset(role for role in roles if role)
        taken = Contact(ContactId(contact), str(name), unit, held, str(email), phone, active=active is not False)
        self.contacts[taken.id] = replace(
            taken, deputy=self._deputy(row, taken.id), language=self._language(row, taken.id)
        )

    def _language(self, row: Row, contact: ContactId) -> Language:
        """In which they are written to."""
        said = row.get("language")
        if said is None:
            return DEFAULT
        language = language_of(said)
        if language is None:
            self._refuse(row.line, "language", f"write one of: {', '.join(Language)}; left empty, it stays as it is")
            return DEFAULT
        self.says_language.add(contact)
        return language

    def _deputy(self, row: Row, contact: ContactId) -> Deputy | None:
        """Who stands in for them, from `deputy_from` through `deputy_until`."""
        named = row.get("deputy")
        if named is None:
            if row.get("deputy_from") or row.get("deputy_until"):
                self._refuse(row.line, "deputy", "say who stands in on these days")
            return None
        self.says_deputy[contact] = row.line
        if named.casefold() in NOBODY:
            return None
        first, last = self._date(row, "deputy_from"), self._date(row, "deputy_until")
        if first is None or last is None:
            return None
        if last < first:
            self._refuse(row.line, "deputy_until", "must not come before deputy_from")
        elif last - first >= LONGEST:
            self._refuse(row.line, "deputy_until", f"at most {LONGEST.days} days")
        return Deputy(ContactId(named), first, last)

    def _date(self, row: Row, column: str) -> date | None:
        value = row.get(column)
        try:
            year, month, day = (int(part) for part in re.split(r"[-/.]", value or ""))
            return date(year, month, day)
        except ValueError:
            self._refuse(row.line, column, "write a date such as 2026-11-20")
        return None

    def check_deputies(self) -> None:
        """A deputy must be an active contact of the file who may stand in for this one."""
        for key, line in self.says_deputy.items():
            contact = self.contacts[key]
            other = self.contacts.get(contact.deputy.contact) if contact.deputy else contact
            if other is None:
                self._refuse(line, "deputy", "there is no such contact in the file; add a row for them")
            elif other is not contact and not may_deputise(other, contact):
                self._refuse(line, "deputy", "must be an active colleague of the same unit, or both must be leaders")
            elif contact.deputy and contact.deputy.contact == key:
                self._refuse(line, "deputy", "nobody can stand in for themselves")

    def _name(self, row: Row, column: str) -> str | None:
        """A name on one line."""
        name = " ".join((row.get(column) or "").split())
        if len(name) > NAME_MAX or not name.isprintable():
            self._refuse(row.line, column, f"must be at most {NAME_MAX} ordinary characters")
        return name or None

    def _id(self, row: Row, column: str) -> str | None:
        value = row.get(column)
        if value is None:
            merged = "; of merged cells only the first row has it" if column == "unit" else ""
            self._refuse(row.line, column, f"fill it in{merged}")
        elif not ID.fullmatch(value):
            self._refuse(
                row.line, column, f"may hold small letters, digits and dashes only, at most 40, such as {_SUCH[column]}"
            )
        else:
            return value
        return None

    def _refuse(self, line: int, column: str, reason: str) -> None:
        self.errors.append(RowError(line, column, reason))
