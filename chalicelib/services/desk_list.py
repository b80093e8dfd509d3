"""The desk's list: what waits for one contact."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.domain.clocks import local_date
from chalicelib.domain.deputies import desk_of, seen_by
from chalicelib.domain.desk import INSPECTORS, POOL, UNDATED, WITH_OTHERS, is_shown_to, owners_of
from chalicelib.domain.directory import Contact, Directory
from chalicelib.domain.letter import DeskEntry
from chalicelib.domain.reading import subject_to_owner
from chalicelib.domain.working_calendar import WorkingCalendar
from chalicelib.services.asking import Visitor
from chalicelib.services.deputies import colleagues_of, deputy_view, stands_in_for
from chalicelib.services.desk_sections import Found, by_turn, lying, once, overseen, own_turn_first, unit_name
from chalicelib.services.installation import Installation
from chalicelib.services.report_shelf import readable_reports
from chalicelib.services.undelivered import undelivered


def desk_list(inst: Installation, who: Visitor) -> dict[str, Any]:
    """The contact, where their link lands (`letter`), and what waits for them, their own turn first, nearest due first.

    Beside it stand the common pool (PL-6), the supervised letters (SF-4), and what lies without a time limit (CQ-5).
    """
    directory, calendar = inst.registry.directory(), inst.calendar()
    today = local_date(inst.time.now(), inst.zone)
    found = sorted(_entries(inst, who.contact, directory, today), key=own_turn_first)
    own = [each for each in found if each[0].owner != POOL]

    def shown(entries: Iterable[Found]) -> list[dict[str, Any]]:
        return [
            {**_entry(entry, stands_for, today, calendar, inst.zone), "units": _units(entry, directory)}
            for entry, stands_for in entries
        ]

    return {
        "contact": {
            "id": who.contact.id,
            "name": who.contact.name,
            "unit": who.contact.unit,
            "unit_name": unit_name(who.contact.unit, directory),
            "roles": sorted(role.value for role in who.contact.roles),
            "deputy": deputy_view(who.contact, directory, today),
        },
        "deputy_for": stands_in_for(who.contact, directory, today),
        "colleagues": colleagues_of(who.contact, directory),
        "today": today.isoformat(),
        "reads_reports": bool(readable_reports(inst, who.contact, directory, today)),
        "letter": who.letter,
        "letters": shown(sorted(once(own), key=by_turn)),
        "pool": shown(once(each for each in found if each[0].owner == POOL)),
        "supervised": shown(once(each for each in found if each[0].supervised and each[0].owner == INSPECTORS)),
        "lying": shown(lying([*own, *overseen(inst, who.contact, directory)], who.contact)),
        "undelivered": undelivered(inst, who.contact, directory),
    }


def _entries(inst: Installation, contact: Contact, directory: Directory, today: date) -> Iterator[Found]:
    """What waits for the contact, and for those they stand in for today: these with whose it is."""
    for each in desk_of(contact, directory, today):
        stands_for = each if each.id != contact.id else None
        for entry in inst.letters.desk(owners_of(each)):
            if is_shown_to(entry, each, directory) and each in seen_by(entry, contact, directory, today):
                yield replace(entry, subject=subject_to_owner(entry)), stands_for


def _units(entry: DeskEntry, directory: Directory) -> list[str]:
    """The names of the units that have the letter, the leading one first. Who finds the entry may open the letter."""
    return [unit_name(each, directory) for each in entry.units or ()]


def _entry(
    entry: DeskEntry, stands_for: Contact | None, today: date, calendar: WorkingCalendar, zone: ZoneInfo
) -> dict[str, Any]:
    since = datetime.fromisoformat(entry.since).astimezone(zone) if entry.since else None
    due = None if entry.due_on == UNDATED else date.fromisoformat(entry.due_on)
    return {
        "tracking_code": entry.letter,
        "number": entry.number,
        "subject": entry.subject,
        "kind": entry.kind.value,
        "urgent": entry.urgent,
        "supervised": entry.supervised,
        "confidential": entry.confidential,
        "waits_for": entry.waits_for,
        "turn": "others" if entry.waits_for in WITH_OTHERS else "mine",
        "for": {"id": stands_for.id, "name": stands_for.name} if stands_for else None,
        "due_on": due.isoformat() if due else None,
        "provisional": entry.provisional,
        "working_days_left": calendar.working_days_between(today, due) if due and due >= today else None,
        "overdue_days": max(1, calendar.working_days_between(due, today)) if due and due < today else 0,
        "since": since.isoformat(timespec="seconds") if since else None,
        "lying_days": calendar.working_days_between(since.date(), today) if since else None,
    }
