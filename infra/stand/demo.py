"""The demo county: units, contacts and mailboxes of the project's own making, loaded into an empty registry."""

import csv
from pathlib import Path
from typing import Final

from chalicelib.domain.directory import Contact, Mailbox, Unit
from chalicelib.domain.letter import ContactId, MailboxId, Role, UnitId
from chalicelib.ports import Registry
from infra.environment import ROOT

UNITS: Final = ROOT / "infra" / "demo" / "units.csv"
CONFIG: Final = ROOT / "infra" / "demo" / "config.js"


def load_demo(registry: Registry, path: Path = UNITS) -> int:
    """Load the county; how many contacts. A registry with anybody in it is left as it is: 0."""
    if registry.directory().contacts:
        return 0
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    units = {row["unit"]: Unit(UnitId(row["unit"]), row["unit_name"], _unit(row["parent"])) for row in rows}
    boxes = {
        row["mailbox"]: Mailbox(MailboxId(row["mailbox"]), row["mailbox_name"], UnitId(row["unit"]))
        for row in rows
        if row["mailbox"]
    }
    contacts = [
        Contact(
            id=ContactId(row["contact"]),
            name=row["name"],
            unit=UnitId(row["unit"]),
            roles=frozenset(Role(role) for role in row["roles"].split()),
            email=row["email"],
            phone=row["phone"] or None,
        )
        for row in rows
    ]
    registry.put(list(units.values()), contacts, list(boxes.values()))
    return len(contacts)


def _unit(name: str) -> UnitId | None:
    return UnitId(name) if name else None
