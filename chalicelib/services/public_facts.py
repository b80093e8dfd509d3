"""What anybody may know: the rules in force, the offices, and whether the installation lives."""

from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.attachments import limits
from chalicelib.services.installation import Installation
from chalicelib.services.proof import is_required
from chalicelib.services.sweep import HEARTBEAT

SWEEP_LATE_AFTER = timedelta(minutes=15)
"""Three ticks of the sweep missed."""


def rulebook_facts(inst: Installation) -> dict[str, Any]:
    """The rulebook as JSON; `kinds` carry the limit that really applies, the county's own where there is none."""
    book = inst.rulebook
    facts = book.model_dump(mode="json", by_alias=True, exclude={"moves", "kinds"})
    county = book.county_handle.model_dump(mode="json")
    facts["kinds"] = [
        {
            "kind": kind.value,
            "title": rule.title,
            "limit": rule.handle.model_dump(mode="json") if rule.handle else county,
            "limit_complex": rule.handle_complex.model_dump(mode="json") if rule.handle_complex else None,
        }
        for kind, rule in book.kinds.items()
    ]
    return {**facts, "uploads": limits(), "county": inst.county, "proof": {"required": is_required(inst)}}


def units_and_mailboxes(inst: Installation) -> dict[str, Any]:
    """Every unit and mailbox, without the people in them."""
    directory = inst.registry.directory()
    return {
        "units": [{"id": u.id, "name": u.name, "parent": u.parent, "level": u.level} for u in directory.units.values()],
        "mailboxes": [{"id": m.id, "name": m.name, "owner": m.owner} for m in directory.mailboxes.values()],
    }


def health(inst: Installation) -> dict[str, Any]:
    """`status`: ok, or sweep_late when the last sweep lies too far back; starting before the first."""
    now, last, calendar = inst.time.now(), inst.jobs.last(HEARTBEAT), inst.calendar()
    if last is None:
        status = "starting"
    else:
        late = now - datetime.fromisoformat(last) > SWEEP_LATE_AFTER
        status = "sweep_late" if late else "ok"
    return {
        "status": status,
        "county": inst.county,
        "rulebook": inst.rulebook.name,
        "rulebook_version": inst.rulebook.version,
        "calendar": {"version": calendar.version, "certain_through": calendar.certain_through.isoformat()},
        "last_sweep_at": last,
        "now": now.astimezone(inst.zone).isoformat(timespec="seconds"),
    }
