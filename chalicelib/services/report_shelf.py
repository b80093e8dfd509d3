"""Which report files a contact may read, as links of short life."""

from collections.abc import Collection
from datetime import date
from types import MappingProxyType
from typing import Any

from chalicelib.domain.clocks import local_date
from chalicelib.domain.deputies import desk_of
from chalicelib.domain.directory import Contact, Directory
from chalicelib.domain.periods import PeriodKind
from chalicelib.domain.rules import ReportRule
from chalicelib.services.installation import Installation
from chalicelib.services.reporting.readers import may_read

LINK_SECONDS = 3600
PREFIX = "reports/"
AT_ONCE = MappingProxyType(
    {
        PeriodKind.DAILY: 31,
        PeriodKind.WEEKLY: 27,
        PeriodKind.MONTHLY: 13,
        PeriodKind.QUARTERLY: 8,
        PeriodKind.YEARLY: 10,
    }
)
"""How many of a kind are shown at once: years of daily lists would be more links than an answer may be long."""
IN_ORDER = ("report.html", "report.xlsx", "letters.csv", "report.json", "inputs.json", "manifest.json")
"""A report's files, those that people open first."""


def readable_reports(
    inst: Installation, contact: Contact, directory: Directory, today: date
) -> dict[PeriodKind, ReportRule]:
    """The sorts of report whose readers the rulebook names this contact among, or those they stand in for today."""
    places = desk_of(contact, directory, today)
    rules = {PeriodKind(name): rule for name, rule in inst.rulebook.reports.items()}
    return {period: rule for period, rule in rules.items() if any(may_read(each, rule) for each in places)}


def report_shelf(
    inst: Installation, contact: Contact, kind: str | None = None, before: str | None = None
) -> dict[str, Any]:
    """Finished reports that this contact may read, of each kind the newest, newest first.

    `kind` and `before` (the name of a report, `2026-11`): older ones of one kind. `older`: of which kinds there are
    some, with the `before` to ask for them.
    """
    directory, today = inst.registry.directory(), local_date(inst.time.now(), inst.zone)
    readable = readable_reports(inst, contact, directory, today)
    reports: list[dict[str, Any]] = []
    older: dict[str, str] = {}
    for period in (each for each in PeriodKind if each in readable and kind in {None, each}):
        lying = _finished(inst, period)
        names = sorted((name for name in lying if before is None or name < before), reverse=True)
        shown = names[: AT_ONCE[period]]
        reports += [_shown(inst, period, readable[period].title, name, lying[name]) for name in shown]
        if len(names) > len(shown):
            older[period] = shown[-1]
    return {"reports": reports, "older": older}


def _finished(inst: Installation, period: PeriodKind) -> dict[str, list[str]]:
    """The files of each report of a kind that is whole: its manifest is written last."""
    lying: dict[str, list[str]] = {}
    for key in inst.reports.keys(f"{PREFIX}{period}/"):
        name, _, file = key.removeprefix(f"{PREFIX}{period}/").partition("/")
        lying.setdefault(name, []).append(file)
    return {name: files for name, files in lying.items() if "manifest.json" in files}


def _shown(inst: Installation, period: PeriodKind, title: str, name: str, files: Collection[str]) -> dict[str, Any]:
    in_order = [each for each in IN_ORDER if each in files] + sorted(set(files) - set(IN_ORDER))
    folder = f"{PREFIX}{period}/{name}"
    return {
        "period": period.value,
        "name": name,
        "title": title,
        "files": [{"name": each, "url": inst.reports.link(f"{folder}/{each}", LINK_SECONDS)} for each in in_order],
    }
