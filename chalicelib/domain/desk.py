"""The desk: which letters wait for whom, derived from the letter's state so that it can never disagree with it."""

from collections.abc import Iterable

from chalicelib.domain.clocks import WINDOWS, Clock, ClockName
from chalicelib.domain.directory import Contact, Directory
from chalicelib.domain.letter import ContactId, DeskEntry, Letter, Role, Status, UnitId
from chalicelib.domain.visibility import centre_of, is_about

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


WITH_COLLEAGUE = "with_colleague"
"""What the rest of a unit sees of a letter that one of them has: in sight still when that person is away or leaves."""

Waiting = tuple[str, Clock | None]
"""What an owner has to do, and the clock that says by when."""


def entries(letter: Letter, clocks: Iterable[Clock], directory: Directory) -> tuple[DeskEntry, ...]:
    """Every desk entry of the letter now: one an owner at most."""
    running = sorted((c for c in clocks if c.running and c.name not in WINDOWS), key=lambda clock: clock.due_on)
    waits = _centre_waits(letter, running)
    at_centre = dict.fromkeys(_centre_owners(letter, directory), waits) if waits else {}
    waiting = {**at_centre, **_units_wait(letter, running)}
    return tuple(
        DeskEntry(
            letter=letter.id,
            owner=owner,
            waits_for=waits_for,
            due_on=clock.due_on.isoformat() if clock else UNDATED,
            subject=letter.subject,
            number=letter.number,
            kind=letter.kind,
            provisional=clock is not None and clock.provisional,
            about_units=letter.about_units,
        )
        for owner, (waits_for, clock) in waiting.items()
    )


def _centre_owners(letter: Letter, directory: Directory) -> tuple[str, ...]:
    """The centre, or where the letter is about it the inspectors: by person when it is about one of them as well."""
    if not is_about(letter, letter.centre, directory):
        return (owner_centre(letter.centre),)
    free = centre_of(letter, directory)
    if len(free) == len(directory.holders(Role.INSPECTOR)):
        return (INSPECTORS,)
    return tuple(owner_contact(each.id) for each in free)


def _centre_waits(letter: Letter, running: list[Clock]) -> Waiting | None:
    triage = next((clock for clock in running if clock.name is ClockName.TRIAGE), None)
    asking = {each.unit for each in letter.assignments if each.extension}
    match letter.status:
        case Status.RECEIVED:
            return ("triage", triage)
        case Status.ACCEPTED:
            return ("assign", triage)
        case Status.ASSIGNED if asking:
            return ("decide_extension", next((c for c in running if c.unit in asking), None))
        case Status.ANSWERED:
            return ("review", None)
        case _:
            return None


def _units_wait(letter: Letter, running: list[Clock]) -> dict[str, Waiting]:
    if letter.status is not Status.ASSIGNED:
        return {}
    waiting: dict[str, Waiting] = {}
    for each in letter.assignments:
        if each.contributed_at and not each.lead:
            continue
        own = [clock for clock in running if clock.unit == each.unit]
        redo = any(clock.name is ClockName.REDO for clock in own)
        waits_for = "redo" if redo else "answer" if each.lead else "contribute"
        clock = own[0] if own else None
        if each.contact:
            waiting[owner_contact(each.contact)] = (waits_for, clock)
        waiting[owner_unit(each.unit)] = (WITH_COLLEAGUE if each.contact else waits_for, clock)
    return waiting
