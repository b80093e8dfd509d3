"""The desk's list: what waits for one contact."""

from datetime import date
from typing import Any

from chalicelib.domain.clocks import local_date
from chalicelib.domain.desk import UNDATED, WITH_COLLEAGUE, is_shown_to, owners_of
from chalicelib.domain.directory import Contact, Directory
from chalicelib.domain.letter import DeskEntry, Role
from chalicelib.domain.messages import WRITER
from chalicelib.domain.visibility import may_look
from chalicelib.domain.working_calendar import WorkingCalendar
from chalicelib.services.asking import Visitor
from chalicelib.services.installation import Installation


def desk_list(inst: Installation, who: Visitor) -> dict[str, Any]:
    """The contact, where their link lands (`letter`), and what waits for them, nearest due first."""
    directory, calendar = inst.registry.directory(), inst.calendar()
    today = local_date(inst.time.now(), inst.zone)
    unit = directory.units.get(who.contact.unit)
    nearest: dict[str, DeskEntry] = {}
    for entry in sorted(inst.letters.desk(owners_of(who.contact)), key=_pressing):
        if is_shown_to(entry, who.contact, directory):
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
        "undelivered": _undelivered(inst, who.contact, directory) if Role.CENTRE in who.contact.roles else [],
    }


def _pressing(entry: DeskEntry) -> tuple[str, bool, str]:
    """Nearest due first; of two entries for one letter, the one that is this person's own."""
    return (entry.due_on, entry.waits_for == WITH_COLLEAGUE, entry.letter)


def _undelivered(inst: Installation, contact: Contact, directory: Directory) -> list[dict[str, Any]]:
    """Messages that were given up, or whose fate is unknown: a person must reach these people another way."""
    shown = []
    for message in inst.outbox.stuck():
        file = inst.letters.load(message.letter) if message.letter else None
        if file is not None and may_look(file.letter, contact, directory):
            to_writer = message.recipient == WRITER
            shown.append(
                {
                    "tracking_code": file.letter.id,
                    "number": file.letter.number,
                    "to": "writer" if to_writer else message.recipient,
                    "channel": message.channel.value,
                    "state": message.state.value,
                    "at": message.created_at.astimezone(inst.zone).isoformat(timespec="seconds"),
                }
            )
    return shown


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
