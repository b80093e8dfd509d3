"""The desk's list: what waits for one contact."""

from datetime import date
from typing import Any

from chalicelib.domain.clocks import local_date
from chalicelib.domain.desk import UNDATED, owners_of
from chalicelib.domain.letter import DeskEntry
from chalicelib.domain.working_calendar import WorkingCalendar
from chalicelib.services.asking import Visitor
from chalicelib.services.installation import Installation


def desk_list(inst: Installation, who: Visitor) -> dict[str, Any]:
    """The contact, where their link lands (`letter`), and what waits for them, nearest due first."""
    directory, calendar = inst.registry.directory(), inst.calendar()
    today = local_date(inst.time.now(), inst.zone)
    unit = directory.units.get(who.contact.unit)
    entries = inst.letters.desk(owners_of(who.contact))
    nearest: dict[str, DeskEntry] = {}
    for entry in entries:
        nearest.setdefault(entry.letter, entry)
    return {
        "contact": {
            "id": who.contact.id,
            "name": who.contact.name,
            "unit": who.contact.unit,
            "unit_name": unit.name if unit else who.contact.unit,
            "roles": sorted(role.value for role in who.contact.roles),
        },
        "today": today.isoformat(),
        "letter": who.letter,
        "letters": [_entry(entry, today, calendar) for entry in nearest.values()],
    }


def _entry(entry: DeskEntry, today: date, calendar: WorkingCalendar) -> dict[str, Any]:
    due = None if entry.due_on == UNDATED else date.fromisoformat(entry.due_on)
    return {
        "tracking_code": entry.letter,
        "number": entry.number,
        "subject": entry.subject,
        "kind": entry.kind.value,
        "waits_for": entry.waits_for,
        "due_on": due.isoformat() if due else None,
        "provisional": entry.provisional,
        "working_days_left": calendar.working_days_between(today, due) if due and due >= today else None,
        "overdue_days": max(1, calendar.working_days_between(due, today)) if due and due < today else 0,
    }
