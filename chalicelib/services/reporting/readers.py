"""Who reads a report: the people of its rule, each once, and each told once that it is there (SF-5, CQ-11.2)."""

import json
from collections.abc import Iterable
from contextlib import closing
from datetime import datetime, timedelta
from types import MappingProxyType

from chalicelib.domain.directory import Contact, Directory
from chalicelib.domain.ladder import next_office_moment
from chalicelib.domain.letter import LEADER_POSTS, UNIT_ROLES, Role, UnitId
from chalicelib.domain.messages import Channel, Message
from chalicelib.domain.metrics.figures import Figure
from chalicelib.domain.periods import Period, PeriodKind, midnight, parse_period
from chalicelib.domain.rulebook import Rulebook
from chalicelib.domain.rules import ReportRule
from chalicelib.ports import ReportStore
from chalicelib.services.installation import Installation
from chalicelib.services.ledger_files import JSON

TOLD = "reports/told/"
"""A file for each report whose readers were told, so that somebody new is not told of all that went before."""

REPORT_READY = "report_ready"
"""The template of the message."""

NEWS_FOR = MappingProxyType(
    {
        PeriodKind.DAILY: timedelta(days=7),
        PeriodKind.WEEKLY: timedelta(days=31),
        PeriodKind.MONTHLY: timedelta(days=92),
        PeriodKind.QUARTERLY: timedelta(days=183),
        PeriodKind.YEARLY: timedelta(days=366),
    }
)
"""How long after its period a report is still news. What is made up after a long outage is not announced."""

_AFTER_UNITS = b',"corrections":'
"""What follows the rows of units in report.json; no text can hold it, for quotes in texts are escaped."""
_PIECE = 1 << 16


def wanted_roles(rule: ReportRule) -> frozenset[Role]:
    """The roles of its readers. Where leaders are to read it, whoever holds a leader's post is."""
    return frozenset(rule.to) | (LEADER_POSTS if Role.LEADER in rule.to else frozenset())


def may_read(contact: Contact, rule: ReportRule) -> bool:
    """Whether this contact is among its readers, as a person of a unit too."""
    return bool(contact.roles & wanted_roles(rule))


def readers(rule: ReportRule, directory: Directory, concerned: Iterable[str]) -> tuple[Contact, ...]:
    """Whom to tell: one entry a person, by address. Of the units, only those `concerned`, which had letters in hand.

    A circular, made in somebody's name, is for everybody it is addressed to (SF-5, PL-20).
    """
    everybody = rule.in_name_of is not None
    county_wide = wanted_roles(rule) - (frozenset() if everybody else UNIT_ROLES)
    units = {UnitId(unit) for unit in concerned}
    people: dict[str, Contact] = {}
    for contact in sorted(directory.contacts.values(), key=lambda each: each.id):
        of_unit = contact.unit in units and contact.roles & wanted_roles(rule)
        if contact.active and (contact.roles & county_wide or of_unit):
            people.setdefault(contact.email.strip().casefold() or contact.id, contact)
    return tuple(people.values())


def is_for(message: Message, contact: Contact, rulebook: Rulebook) -> bool:
    """Whether this contact is still among the readers of the report that the message is about."""
    kind = parse_period(str(dict(message.params)["period"])).kind
    rule = next((each for name, each in rulebook.reports.items() if name == kind), None)
    return rule is not None and may_read(contact, rule)


def tell_readers(inst: Installation, now: datetime) -> int:
    """Owe everybody concerned a message on each finished report nobody was told of yet; returns how many.

    Killed in between, or run twice, it owes the same messages by the same ids, which the outbox keeps once. One that
    has no readers yet waits for them as long as it is news.
    """
    directory, count = inst.registry.directory(), 0
    told = set(inst.reports.keys(TOLD))
    for name, rule in inst.rulebook.reports.items():
        for period in _finished(inst.reports, PeriodKind(name)):
            mark = f"{TOLD}{period.kind}/{period.key}.json"
            if mark in told:
                continue
            is_news = midnight(period.last, inst.zone) + NEWS_FOR[period.kind] >= now
            heard = readers(rule, directory, _units_with_letters(inst.reports, period)) if is_news else ()
            if is_news and not heard:
                continue
            for contact in heard:
                inst.outbox.add(_message(inst, period, rule, contact, now))
            inst.reports.put_once(mark, json.dumps({"told": len(heard)}).encode(), JSON)
            count += len(heard)
    return count


def _finished(store: ReportStore, kind: PeriodKind) -> list[Period]:
    keys = store.keys(f"reports/{kind}/")
    return [parse_period(key.split("/")[2]) for key in keys if key.endswith("/manifest.json")]


def _units_with_letters(store: ReportStore, period: Period) -> list[str]:
    """The units that had letters in hand, from the beginning of report.json alone: all letters of a year come after."""
    stored, read = store.open(f"{period.folder}/report.json"), b""
    if stored is None:
        return []
    with closing(stored):
        while _AFTER_UNITS not in read and (piece := stored.read(_PIECE)):
            read += piece
    head, found, _ = read.partition(_AFTER_UNITS)
    rows = json.loads(head + b"}" if found else read)["by_unit"]
    return [row["key"] for row in rows if row["cells"].get(Figure.HANDLED.value, {}).get("count")]


def _message(inst: Installation, period: Period, rule: ReportRule, contact: Contact, now: datetime) -> Message:
    return Message(
        id=f"report-{period.kind}-{period.key}-{contact.id}",
        letter=None,
        recipient=contact.id,
        channel=Channel.EMAIL,
        template=REPORT_READY,
        created_at=now,
        not_before=next_office_moment(now, inst.rulebook.office_hours, inst.calendar(), inst.zone),
        params=(("report_title", rule.title), ("period", period.key)),
    )
