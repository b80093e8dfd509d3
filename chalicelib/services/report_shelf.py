"""Which report files a contact may read, as links of short life."""

from typing import Any

from chalicelib.domain.directory import Contact
from chalicelib.services.installation import Installation
from chalicelib.services.reporting.readers import may_read

LINK_SECONDS = 3600
PREFIX = "reports/"


def readable_periods(inst: Installation, contact: Contact) -> frozenset[str]:
    """The sorts of report whose readers the rulebook names this contact among."""
    return frozenset(period for period, rule in inst.rulebook.reports.items() if may_read(contact, rule))


def report_shelf(inst: Installation, contact: Contact) -> dict[str, Any]:
    """Finished reports, newest period first, of the periods whose readers the rulebook names this contact among."""
    readable = readable_periods(inst, contact)
    shelf: dict[tuple[str, str], list[str]] = {}
    for key in inst.reports.keys(PREFIX):
        period, _, rest = key.removeprefix(PREFIX).partition("/")
        name, _, file = rest.partition("/")
        if period in readable and file:
            shelf.setdefault((period, name), []).append(file)
    return {
        "reports": [
            {
                "period": period,
                "name": name,
                "files": [
                    {"name": file, "url": inst.reports.link(f"{PREFIX}{period}/{name}/{file}", LINK_SECONDS)}
                    for file in sorted(files)
                ],
            }
            for (period, name), files in sorted(shelf.items(), key=lambda item: item[0][1], reverse=True)
            if "manifest.json" in files
        ]
    }
