"""The desk: which letters wait for whom, derived from the letter's state so that it can never disagree with it."""

from collections.abc import Iterable

from chalicelib.domain.clocks import WINDOWS, Clock, ClockName
from chalicelib.domain.directory import Contact, Directory
from chalicelib.domain.letter import ContactId, DeskEntry, Letter, Role, Status, UnitId
from chalicelib.domain.visibility import COUNTY_WIDE, Keeper, centre_of, is_kept_from, keepers_of

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
"""Stand in for a centre that a letter is about (PL-18)."""

LEADERS = "leaders"
"""Stand in where it is about the inspectors as well."""

CENTRES = "centres"
"""Every centre of the county: the last that can stand in."""


def owners_of(contact: Contact) -> tuple[str, ...]:
    """Whose entries this contact sees on the desk."""
    owners = [owner_contact(contact.id), owner_unit(contact.unit)]
    if Role.CENTRE in contact.roles:
        owners += [owner_centre(contact.unit), CENTRES]
    if Role.INSPECTOR in contact.roles:
        owners.append(INSPECTORS)
    if Role.LEADER in contact.roles:
        owners.append(LEADERS)
    return tuple(owners)


def is_shown_to(entry: DeskEntry, contact: Contact, directory: Directory) -> bool:
    """Whether an entry of one of the contact's owners may be listed: it shows the subject.

    Offices and people may have changed since it was written, so the directory is asked as it is now: the guard (PL-18),
    and whether this person still belongs to the unit, or to the centre, whose work it is.
    """
    if is_kept_from(entry, contact, directory):
        return False
    if entry.unit is not None:
        return entry.unit == contact.unit
    return bool(contact.roles & COUNTY_WIDE) or any(each.id == contact.id for each in centre_of(entry, directory))


WITH_COLLEAGUE = "with_colleague"
"""What the rest of a unit sees of a letter that one of them has: in sight still when that person is away or leaves."""

WATCH = "watch"
"""What inspectors have to do with a letter that is late, or under their supervision."""

Waiting = tuple[UnitId | None, str, Clock | None]
"""Whose work it is (None: the centre's), what is to be done, and the clock that says by when."""


def entries(letter: Letter, clocks: Iterable[Clock], directory: Directory) -> tuple[DeskEntry, ...]:
    """Every desk entry of the letter now: one an owner at most."""
    running = sorted((c for c in clocks if c.running and c.name not in WINDOWS), key=lambda clock: clock.due_on)
    waits = _centre_waits(letter, running)
    at_centre = {_centre_owner(letter, directory): (None, *waits)} if waits else {}
    waiting = {**_watched(letter, running), **at_centre, **_units_wait(letter, running, directory)}
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
            centre=letter.centre,
            unit=unit,
        )
        for owner, (unit, waits_for, clock) in waiting.items()
    )


def _watched(letter: Letter, running: list[Clock]) -> dict[str, Waiting]:
    """What the inspectors were told of as late, or took under supervision, while it is not done (SF-4)."""
    late = next((clock for clock in running if clock.escalated), None)
    if late is None and not (letter.supervised and running):
        return {}
    return {INSPECTORS: (None, WATCH, late or running[0])}


def _centre_owner(letter: Letter, directory: Directory) -> str:
    """The centre or who stands in for it. One entry for all of them: `is_shown_to` leaves out whom it is about."""
    keeper, _ = keepers_of(letter, directory)
    stand_ins = {Keeper.INSPECTORS: INSPECTORS, Keeper.LEADERS: LEADERS, Keeper.ANY_CENTRE: CENTRES}
    return stand_ins.get(keeper, owner_centre(letter.centre))


def _centre_waits(letter: Letter, running: list[Clock]) -> tuple[str, Clock | None] | None:
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


def _units_wait(letter: Letter, running: list[Clock], directory: Directory) -> dict[str, Waiting]:
    """What waits at the units. What was given to somebody who has left the unit since is the unit's own again."""
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
        colleague = directory.contacts.get(each.contact) if each.contact else None
        there = colleague is not None and colleague.active and colleague.unit == each.unit
        if colleague is not None and there:
            waiting[owner_contact(colleague.id)] = (each.unit, waits_for, clock)
        waiting[owner_unit(each.unit)] = (each.unit, WITH_COLLEAGUE if there else waits_for, clock)
    return waiting
