"""The desk: which letters wait for whom, derived from the letter's state so that it can never disagree with it."""

from collections.abc import Iterable
from datetime import date

from chalicelib.domain.clocks import WINDOWS, Clock, ClockName
from chalicelib.domain.directory import Contact, Directory
from chalicelib.domain.letter import ContactId, DeskEntry, Letter, Role, Status, UnitId
from chalicelib.domain.visibility import is_about

UNDATED = "9999-12-31"
"""Sorts what has no time limit behind everything that has one."""


def owner_centre(unit: UnitId) -> str:
    """The centre contacts of a mailbox owner."""
    return f"centre:{unit}"


def owner_unit(unit: UnitId) -> str:
    """Everyone of a unit."""
    return f"unit:{unit}"


def owner_contact(contact: ContactId) -> str:
    """One person."""
    return f"contact:{contact}"


INSPECTORS = "inspectors"
"""Stands in for a centre that a letter is about (PL-18)."""


def owners_of(contact: Contact) -> tuple[str, ...]:
    """Whose entries this contact sees on the desk."""
    owners = [owner_contact(contact.id), owner_unit(contact.unit)]
    if Role.CENTRE in contact.roles:
        owners.append(owner_centre(contact.unit))
    if Role.INSPECTOR in contact.roles:
        owners.append(INSPECTORS)
    return tuple(owners)


def entries(letter: Letter, clocks: Iterable[Clock], directory: Directory) -> tuple[DeskEntry, ...]:
    """Every desk entry of the letter now: one an owner at most."""
    running = [clock for clock in clocks if clock.running and clock.name not in WINDOWS]
    waiting = {**_centre_waits(letter, running, directory), **_units_wait(letter, running)}
    return tuple(
        DeskEntry(letter.id, owner, waits_for, due.isoformat() if due else UNDATED, letter.subject, letter.number)
        for owner, (waits_for, due) in waiting.items()
    )


def _centre_waits(letter: Letter, running: list[Clock], directory: Directory) -> dict[str, tuple[str, date | None]]:
    owner = INSPECTORS if is_about(letter, letter.centre, directory) else owner_centre(letter.centre)
    triage = next((clock.due_on for clock in running if clock.name is ClockName.TRIAGE), None)
    asking = {each.unit for each in letter.assignments if each.extension}
    match letter.status:
        case Status.RECEIVED:
            return {owner: ("triage", triage)}
        case Status.ACCEPTED:
            return {owner: ("assign", triage)}
        case Status.ASSIGNED if asking:
            return {owner: ("decide_extension", min(c.due_on for c in running if c.unit in asking))}
        case Status.ANSWERED:
            return {owner: ("review", None)}
        case _:
            return {}


def _units_wait(letter: Letter, running: list[Clock]) -> dict[str, tuple[str, date | None]]:
    if letter.status is not Status.ASSIGNED:
        return {}
    waiting: dict[str, tuple[str, date | None]] = {}
    for each in letter.assignments:
        if each.contributed_at and not each.lead:
            continue
        own = [clock for clock in running if clock.unit == each.unit]
        redo = any(clock.name is ClockName.REDO for clock in own)
        waits_for = "redo" if redo else "answer" if each.lead else "contribute"
        owner = owner_contact(each.contact) if each.contact else owner_unit(each.unit)
        waiting[owner] = (waits_for, min((clock.due_on for clock in own), default=None))
    return waiting
