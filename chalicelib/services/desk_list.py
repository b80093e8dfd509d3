"""The desk's list: what waits for one contact, and which messages did not get through."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.domain.clocks import local_date
from chalicelib.domain.deputies import desk_of, seen_by
from chalicelib.domain.desk import POOL, UNDATED, WITH_OTHERS, is_shown_to, owners_of
from chalicelib.domain.directory import Contact, Directory
from chalicelib.domain.errors import NotFoundError
from chalicelib.domain.letter import DeskEntry, Role
from chalicelib.domain.messages import Message, MessageState
from chalicelib.domain.reading import subject_to_owner
from chalicelib.domain.visibility import COUNTY_WIDE, centre_of
from chalicelib.domain.working_calendar import WorkingCalendar
from chalicelib.services.asking import Visitor
from chalicelib.services.deputies import colleagues_of, deputy_view, stands_in_for
from chalicelib.services.desk_sections import Found, by_turn, lying, once, overseen, own_turn_first
from chalicelib.services.installation import Installation
from chalicelib.services.report_shelf import readable_periods

UNDELIVERED_SHOWN = 50
"""The newest; the next come up as these are seen to."""

SEEN_TO = "seen_to"
"""What is noted on a message of which a person took care."""


def desk_list(inst: Installation, who: Visitor) -> dict[str, Any]:
    """The contact, where their link lands (`letter`), and what waits for them, their own turn first, nearest due first.

    Beside it stand the common pool (PL-6), the supervised letters (SF-4), and what lies without a time limit (CQ-5).
    """
    directory, calendar = inst.registry.directory(), inst.calendar()
    today = local_date(inst.time.now(), inst.zone)
    unit = directory.units.get(who.contact.unit)
    found = sorted(_entries(inst, who.contact, directory, today), key=own_turn_first)
    own = [each for each in found if each[0].owner != POOL]

    def shown(entries: Iterable[Found]) -> list[dict[str, Any]]:
        return [_entry(entry, stands_for, today, calendar, inst.zone) for entry, stands_for in entries]

    return {
        "contact": {
            "id": who.contact.id,
            "name": who.contact.name,
            "unit": who.contact.unit,
            "unit_name": unit.name if unit else who.contact.unit,
            "roles": sorted(role.value for role in who.contact.roles),
            "deputy": deputy_view(who.contact, directory, today),
        },
        "deputy_for": stands_in_for(who.contact, directory, today),
        "colleagues": colleagues_of(who.contact, directory),
        "today": today.isoformat(),
        "reads_reports": bool(readable_periods(inst, who.contact)),
        "letter": who.letter,
        "letters": shown(sorted(once(own), key=by_turn)),
        "pool": shown(once(each for each in found if each[0].owner == POOL)),
        "supervised": shown(once(each for each in found if each[0].supervised)),
        "lying": shown(lying([*own, *overseen(inst, who.contact, directory)], who.contact)),
        "undelivered": _undelivered(inst, who.contact, directory),
    }


def _entries(inst: Installation, contact: Contact, directory: Directory, today: date) -> Iterator[Found]:
    """What waits for the contact, and for those they stand in for today: these with whose it is."""
    for each in desk_of(contact, directory, today):
        stands_for = each if each.id != contact.id else None
        for entry in inst.letters.desk(owners_of(each)):
            if is_shown_to(entry, each, directory) and each in seen_by(entry, contact, directory, today):
                yield replace(entry, subject=subject_to_owner(entry)), stands_for


def see_to(inst: Installation, who: Visitor, message_id: str) -> None:
    """Somebody reached these people another way: the message leaves the list. Once more does nothing.

    Raises NotFoundError when there is none that this contact finds on the list.
    """
    theirs = _theirs(inst, who.contact, inst.registry.directory())
    message = next((each for each in theirs if each.id == message_id), None)
    if message is None:
        raise NotFoundError
    inst.outbox.settle(replace(message, state=MessageState.SENT, note=SEEN_TO))


def _theirs(inst: Installation, contact: Contact, directory: Directory) -> Iterator[Message]:
    """What was not delivered and lies on this contact's desk, newest first: of no letter, or of their centre's.

    Or on the desk of somebody they stand in for.
    A message says itself whose it is, so that a bad day with the mail makes no desk slow.
    """
    day = local_date(inst.time.now(), inst.zone)
    if not any(each.roles & (COUNTY_WIDE | {Role.CENTRE}) for each in desk_of(contact, directory, day)):
        return
    keeps: dict[object, bool] = {}  # asked once a centre and units named, not once a message
    for message in sorted(inst.outbox.stuck(), key=lambda each: each.created_at, reverse=True):
        kind = (message.letter is None, message.centre, message.about_units, message.about_contacts)
        if kind not in keeps:
            places = seen_by(message, contact, directory, day)
            keeps[kind] = any(_keeps(each, message, directory) for each in places)
        if keeps[kind]:
            yield message


def _keeps(contact: Contact, message: Message, directory: Directory) -> bool:
    if message.letter is None:
        return Role.CENTRE in contact.roles
    return any(each.id == contact.id for each in centre_of(message, directory))


def _undelivered(inst: Installation, contact: Contact, directory: Directory) -> list[dict[str, Any]]:
    """Messages that were given up, or whose fate is unknown: a person must reach these people another way."""
    return [
        {
            "id": message.id,
            "tracking_code": message.letter,
            "number": message.number,
            "to": message.recipient,
            "channel": message.channel.value,
            "template": message.template,
            "state": message.state.value,
            "at": message.created_at.astimezone(inst.zone).isoformat(timespec="seconds"),
        }
        for message in islice(_theirs(inst, contact, directory), UNDELIVERED_SHOWN)
    ]


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
