"""Watches the working calendar: it must be told of next year's holidays before the present certainty ends."""

from dataclasses import dataclass
from datetime import timedelta

from chalicelib.domain.clocks import local_date
from chalicelib.domain.ladder import next_office_moment
from chalicelib.domain.letter import Role
from chalicelib.domain.messages import Channel, Message
from chalicelib.services.installation import Installation

WARN_BEFORE = timedelta(days=45)
"""Notices come in late October or November; six weeks before the end is time to look for one."""


@dataclass(frozen=True, slots=True)
class Watch:
    """How far dates are certain, in how many days that ends, and how many people were told that it ends soon."""

    certain_through: str
    told: int
    days_left: int


def watch_calendar(inst: Installation) -> Watch:
    """Tell every centre contact, once a week at most, when certainty ends soon or has ended."""
    now, calendar = inst.time.now(), inst.calendar()
    today = local_date(now, inst.zone)
    told = 0
    if today + WARN_BEFORE >= calendar.certain_through:
        morning = next_office_moment(now, inst.rulebook.office_hours, calendar, inst.zone)
        year, week, _ = local_date(morning, inst.zone).isocalendar()
        for contact in inst.registry.directory().holders(Role.CENTRE):
            message = Message(
                id=f"calendar-{year}W{week:02d}-{contact.id}",
                letter=None,
                recipient=contact.id,
                channel=Channel.EMAIL,
                template="calendar_ends",
                created_at=now,
                not_before=morning,
                params=(("certain_through", calendar.certain_through.isoformat()),),
            )
            inst.outbox.add(message)
            told += 1
    return Watch(calendar.certain_through.isoformat(), told, (calendar.certain_through - today).days)
