"""The desk: which letters wait for whom, derived from the letter's state so that it can never disagree with it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta, timezone
from typing import Required, TypedDict

from chalicelib.domain.clocks import WINDOWS, Clock, ClockName
from chalicelib.domain.directory import Contact, Directory
from chalicelib.domain.ledger import instant
from chalicelib.domain.letter import (
    LEADER_POSTS,
    UNIT_ROLES,
    Assignment,
    ContactId,
    DeskEntry,
    Letter,
    Role,
    Status,
    UnitId,
)
from chalicelib.domain.publishing import published_entries
from chalicelib.domain.reading import listed_subject
from chalicelib.domain.traces import traced
from chalicelib.domain.visibility import (
    COUNTY_WIDE,
    Keeper,
    approvers,
    centre_of,
    department_heads,
    hides_writer,
    instructors,
    is_guarded,
    is_kept_from,
    keepers_of,
)
from chalicelib.domain.workflow import MOVES, Move

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

POOL = "pool"
"""Every unit of the county: what lies in the common pool may be claimed by each (PL-6)."""


def owners_of(contact: Contact) -> tuple[str, ...]:
    """Whose entries this contact sees on the desk."""
    owners = [owner_contact(contact.id), owner_unit(contact.unit)]
    if contact.roles & UNIT_ROLES:
        owners.append(POOL)
    if Role.CENTRE in contact.roles:
        owners += [owner_centre(contact.unit), CENTRES]
    if Role.INSPECTOR in contact.roles:
        owners.append(INSPECTORS)
    if contact.roles & (LEADER_POSTS | {Role.LEADER}):
        owners.append(LEADERS)
    return tuple(owners)


def owner_archive(unit: UnitId, month: str) -> str:
    """What a unit has or had of the letters received in a local month (`2026-11`). Nobody's desk: see `owners_of`."""
    return f"{ARCHIVE}:{unit}:{month}"


def is_archived(entry: DeskEntry) -> bool:
    """Whether the entry is the archive's, and waits for nobody."""
    return entry.waits_for == ARCHIVE


def is_shown_to(entry: DeskEntry, contact: Contact, directory: Directory) -> bool:
    """Whether an entry of one of the contact's owners may be listed: it shows the subject.

    Offices and people may have changed since it was written, so the directory is asked as it is now: the guard (PL-18),
    and whether this person still belongs to the unit, or to the centre, whose work it is.
    """
    if is_kept_from(entry, contact, directory):
        return False
    if entry.owner == POOL:
        return bool(contact.roles & UNIT_ROLES)
    if entry.unit is not None:
        return entry.unit == contact.unit
    if entry.owner == owner_contact(contact.id):
        return True
    return bool(contact.roles & COUNTY_WIDE) or any(each.id == contact.id for each in centre_of(entry, directory))


WITH_COLLEAGUE = "with_colleague"
"""What the rest of a unit sees of a letter that one of them has: in sight still when that person is away or leaves."""

WITH_SUBORDINATE = "with_subordinate"
WITH_LEADER = "with_leader"
WITH_APPROVER = "with_approver"
"""What an office sees of its letter while it lies with others: in sight, but somebody else's turn."""

WITH_OTHERS = frozenset({WITH_COLLEAGUE, WITH_SUBORDINATE, WITH_LEADER, WITH_APPROVER})

_HANDLED = frozenset({Status.RECEIVED, Status.ACCEPTED, Status.REFERRED, Status.ASSIGNED, Status.IN_APPROVAL})
"""Statuses in which the matter is still to be answered."""

WATCH = "watch"
"""What inspectors have to do with a letter that is late, or under their supervision."""

PUBLISH = "publish"
"""Whether it is published has to be decided."""

APPROVE_EXCERPT = "approve_excerpt"
"""An excerpt for the leaders has been written, and waits for somebody's approval (SF-5)."""

ARCHIVE = "archive"
"""What an office may look up later, by the month of receipt (CQ-10). It waits for nobody, and no desk lists it."""

EVERYWHERE = UnitId("*")
"""Stands for the county in the archive: everything that came in. No unit's id."""

ARCHIVED_AT_ONCE = 5

_BEIJING = timezone(timedelta(hours=8))
"""Where letters of before `received_on` were received."""

Waiting = tuple[UnitId | None, str, Clock | None]
"""Whose work it is (None: the centre's), what is to be done, and the clock that says by when."""


def with_archive(letter: Letter, clocks: Iterable[Clock], directory: Directory) -> tuple[DeskEntry, ...]:
    """Everything that is kept of the letter in the index: what waits, the archive, what is published, traces."""
    every = (*entries(letter, clocks, directory), *archived(letter), *published_entries(letter), *_traced(letter))
    return tuple(sorted(every, key=lambda entry: entry.owner))


def archived(letter: Letter) -> tuple[DeskEntry, ...]:
    """The letter in the archives of the county and of each unit that has or had it, except those it is about (CQ-10).

    In place of a due date stands the instant of receipt, by which they are sorted. It says nothing that changes later:
    what stands in the list is asked of the letter, and so is who may see it.
    Many units that get it at once follow with the letter's next event: a move is one write, and that they hear of it
    comes first.
    """
    day = received_on(letter)
    fresh = [each for each in letter.assignments if each.received_at == letter.last_at]
    many = len(fresh) > ARCHIVED_AT_ONCE
    settled = (each for each in letter.assignments if not (many and each in fresh))
    held = (unit for each in settled for unit in (each.unit, *each.sub_units))
    units = dict.fromkeys((EVERYWHERE, letter.centre, *letter.past_units, *held))
    return tuple(
        DeskEntry(letter.id, owner_archive(unit, f"{day:%Y-%m}"), ARCHIVE, instant(letter.received_at), subject="")
        for unit in units
        if unit not in letter.about_units
    )


def _traced(letter: Letter) -> tuple[DeskEntry, ...]:
    return traced(letter, received_on(letter))


def received_on(letter: Letter) -> date:
    """The local date of receipt."""
    return letter.received_on or letter.received_at.astimezone(_BEIJING).date()


def entries(letter: Letter, clocks: Iterable[Clock], directory: Directory) -> tuple[DeskEntry, ...]:
    """Every desk entry of the letter now: one an owner at most."""
    running = sorted((c for c in clocks if c.running and c.name not in WINDOWS), key=lambda clock: clock.due_on)
    waits = _centre_waits(letter, running)
    at_centre = {_centre_owner(letter, directory): (None, *waits)} if waits else {}
    waiting = {
        **_excerpt_waits(letter, directory),
        **_publishers_wait(letter, directory),
        **_watched(letter, running),
        **at_centre,
        **_units_wait(letter, running, directory),
        **_leaders_wait(letter, running, directory),
        **_approvers_wait(letter, running, directory),
    }
    since = letter.last_at or letter.received_at
    centre = _keeping_owner(letter, directory)
    return tuple(
        DeskEntry(
            letter=letter.id,
            owner=owner,
            waits_for=waits_for,
            due_on=clock.due_on.isoformat() if clock else UNDATED,
            number=letter.number,
            kind=letter.kind,
            provisional=clock is not None and clock.provisional,
            about_units=letter.about_units,
            about_contacts=letter.about_contacts,
            since=None if clock else since.isoformat(),
            centre=letter.centre,
            unit=unit,
            supervised=letter.supervised,
            urgent=letter.urgent,
            units=_having(letter),
            confidential=letter.keep_confidential,
            **_subjects(letter, owner, centre),
        )
        for owner, (unit, waits_for, clock) in waiting.items()
    )


def _having(letter: Letter) -> tuple[UnitId, ...]:
    """The units that have the letter, as its page names them: the leading one first, or the one it was forwarded to."""
    if letter.status is Status.FORWARDED and letter.forwarded_to:
        return (letter.forwarded_to,)
    return tuple(each.unit for each in sorted(letter.assignments, key=lambda each: not each.lead))


def of_before_marks(entry: DeskEntry) -> DeskEntry:
    """The entry as it was written before lists told which units have a letter, and that its writer is kept secret."""
    supervised = entry.supervised and entry.owner == INSPECTORS
    return replace(entry, units=None, confidential=False, supervised=supervised)


class _Subjects(TypedDict, total=False):
    subject: Required[str]
    relay_subject: str
    redacted: bool


def _subjects(letter: Letter, owner: str, centre: str) -> _Subjects:
    """The subject; where who wrote is the centre's alone to know, everybody else is listed it without that (PL-18)."""
    kept = hides_writer(letter)
    if owner == centre:  # inspectors are listed it too, where it waits without a time limit (CQ-5)
        return {"subject": letter.subject, "relay_subject": listed_subject(letter) if kept else letter.subject}
    if kept or owner == POOL:
        return {"subject": listed_subject(letter), "redacted": True}
    return {"subject": letter.subject}


def _publishers_wait(letter: Letter, directory: Directory) -> dict[str, Waiting]:
    """Who has to decide whether the letter is published (HF-2.3, CQ-9); whatever else waits for them comes first."""
    waiting: dict[str, Waiting] = {}
    for role in letter.to_publish:
        if role is Role.CENTRE:
            waiting[_centre_owner(letter, directory)] = (None, PUBLISH, None)
        elif role is Role.INSPECTOR:
            waiting[INSPECTORS] = (None, PUBLISH, None)
        elif role is Role.DEPARTMENT_HEAD:
            heads = department_heads(letter, directory)
            waiting |= {owner_contact(each.id): (None, PUBLISH, None) for each in heads}
    return waiting


def _excerpt_waits(letter: Letter, directory: Directory) -> dict[str, Waiting]:
    """Words for the leaders' summary that nobody has approved yet (SF-5); whatever else waits there comes first."""
    waits = letter.excerpt_draft is not None and letter.status in MOVES[Move.CLASSIFY].from_ and not is_guarded(letter)
    return {_centre_owner(letter, directory): (None, APPROVE_EXCERPT, None)} if waits else {}


def _watched(letter: Letter, running: list[Clock]) -> dict[str, Waiting]:
    """What the inspectors were told of as late, took under supervision, drew by lot or were asked to decide (SF-4).

    What is supervised stays in their sight until it is answered, with a time limit or without (PL-13).
    """
    late = next((clock for clock in running if clock.escalated), None)
    if letter.at_efficiency_office and letter.status in MOVES[Move.HOLD_TO_ACCOUNT].from_:
        return {INSPECTORS: (None, "decide_measure", late)}
    if late is not None or (letter.supervised and (running or letter.status in _HANDLED)):
        return {INSPECTORS: (None, WATCH, late or next(iter(running), None))}
    checked = letter.spot_check_drawn and letter.status in MOVES[Move.SPOT_CHECK].from_
    return {INSPECTORS: (None, "spot_check", None)} if checked else {}


def _centre_owner(letter: Letter, directory: Directory) -> str:
    """The centre or who stands in for it. One entry for all of them: `is_shown_to` leaves out whom it is about."""
    if letter.assigner is Role.INSPECTOR and letter.status is Status.ACCEPTED:
        return INSPECTORS
    return _keeping_owner(letter, directory)


def _keeping_owner(letter: Letter, directory: Directory) -> str:
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
            return (WITH_LEADER if letter.awaits else "assign", triage)
        case Status.REFERRED:
            return (WITH_LEADER, triage)
        case Status.ASSIGNED if asking:
            return ("decide_extension", next((c for c in running if c.unit in asking), None))
        case Status.ANSWERED:
            return ("review", None)
        case _:
            return None


def _leaders_wait(letter: Letter, running: list[Clock], directory: Directory) -> dict[str, Waiting]:
    """What leaders have to instruct on, and heads of an office to read, before it goes on (BB-2.2, CQ-4.2, CQ-4.4)."""
    triage = next((clock for clock in running if clock.name is ClockName.TRIAGE), None)
    if letter.status is Status.REFERRED and letter.referral and letter.referral.to:
        return {owner_contact(letter.referral.to): (None, "instruct", None)}
    if letter.status is not Status.ACCEPTED:
        return {}
    if letter.awaits:
        return {owner_contact(each.id): (None, "instruct", triage) for each in instructors(letter, directory)}
    if letter.in_pool:
        return {POOL: (None, "claim", triage)}
    if letter.head_read is False:
        heads = department_heads(letter, directory)
        return {owner_contact(each.id): (None, "read", triage) for each in heads}
    return {}


def _approvers_wait(letter: Letter, running: list[Clock], directory: Directory) -> dict[str, Waiting]:
    """Whose signature an answer waits for; by when, the chain's own limit says, or the unit's (BB-3.4)."""
    if letter.approval is None:
        return {}
    clock = next((c for c in running if c.name is ClockName.APPROVAL), next(iter(running), None))
    return {owner_contact(each.id): (None, "approve", clock) for each in approvers(letter, directory)}


def _units_wait(letter: Letter, running: list[Clock], directory: Directory) -> dict[str, Waiting]:
    """What waits at the units. What was given to somebody who has left the unit since is the unit's own again."""
    if letter.status is Status.FORWARDED and letter.forwarded_to and letter.answer_asked:
        return {owner_unit(letter.forwarded_to): (letter.forwarded_to, "answer", None)}
    if letter.status not in {Status.ASSIGNED, Status.IN_APPROVAL}:
        return {}
    waiting: dict[str, Waiting] = {}
    for each in letter.assignments:
        if not (each.contributed_at and not each.lead):
            waiting |= _unit_waits(letter, each, [clock for clock in running if clock.unit == each.unit], directory)
    return waiting


def _unit_waits(letter: Letter, held: Assignment, own: list[Clock], directory: Directory) -> dict[str, Waiting]:
    redo = any(clock.name is ClockName.REDO for clock in own)
    waits_for = "redo" if redo else "answer" if held.lead else "contribute"
    if letter.status is Status.IN_APPROVAL and held.lead:
        waits_for = WITH_APPROVER
    clock = own[0] if own else None
    at = (held.unit, *held.sub_units)[-1]
    waiting: dict[str, Waiting] = {
        owner_unit(unit): (unit, WITH_SUBORDINATE, clock) for unit in (held.unit, *held.sub_units) if unit != at
    }
    colleague = directory.contacts.get(held.contact) if held.contact else None
    there = colleague is not None and colleague.active and colleague.unit == at
    if colleague is not None and there:
        waiting[owner_contact(colleague.id)] = (at, waits_for, clock)
    waiting[owner_unit(at)] = (at, WITH_COLLEAGUE if there else waits_for, clock)
    return waiting
