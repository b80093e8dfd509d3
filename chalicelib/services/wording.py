"""What a message says: the facts its template may use, and the finished e-mail or SMS.

Facts are plain values; a language's own words for them are in its templates. A citizen's text, the subject included,
is not among the facts and so can never be mailed or texted.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from chalicelib.domain.clocks import WINDOWS, Clock, ClockName, local_date, overdue_days
from chalicelib.domain.directory import Contact, Directory
from chalicelib.domain.languages import DEFAULT, Language, page_of
from chalicelib.domain.letter import ContactId, LetterId, UnitId
from chalicelib.domain.limit import CountedIn
from chalicelib.domain.messages import Message
from chalicelib.domain.periods import PeriodKind, parse_period
from chalicelib.domain.visibility import approvers, centre_of
from chalicelib.domain.workflow import Move
from chalicelib.domain.working_calendar import WorkingCalendar
from chalicelib.ports import LetterFile, LinkClaims, Mail, TextMessage
from chalicelib.services.installation import Installation
from chalicelib.services.one_time_codes import sent_code
from chalicelib.services.reporting.readers import REPORT_READY

LINK_LIVES = timedelta(days=14)
STAFF, TO_WRITER = "staff", "writer"
DIGEST = "digest"
LISTED = 20
"""A digest lists so many letters, the most pressing; the desk has them all. Hundreds may come in one import."""
_LENGTHS = tuple(PeriodKind)

Facts = dict[str, object]


class Words(Protocol):
    """The templates of one language. `audience` is STAFF or TO_WRITER."""

    def speaking(self, language: Language) -> "Words":
        """Those of this language."""

    def mail(self, audience: str, template: str, facts: Facts) -> tuple[str, str, str]:
        """Subject, plain text and HTML of an e-mail. KeyError: there are no words for it."""

    def line(self, audience: str, template: str, facts: Facts) -> str:
        """What the message says in one line of a digest."""

    def sms(self, audience: str, template: str, facts: Facts) -> tuple[tuple[tuple[str, str], ...], str]:
        """An SMS's parameters in order, and its words for gateways that take words."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who the messages come from: the address (its domain ends every Message-ID) and the name they are signed with.

    `phone`: where people may ask, if the county has said so.
    """

    address: str
    display_name: str
    phone: str | None = None

    def message_id(self, messages: Sequence[Message]) -> str:
        """The same for the same messages, however often they are tried."""
        more = f"+{len(messages)}" if len(messages) > 1 else ""
        safe = re.sub(r"[^A-Za-z0-9.-]", "-", messages[0].id)
        return f"<{safe}{more}@{self.address.rpartition('@')[2]}>"


@dataclass(frozen=True, slots=True)
class ClockFacts:
    """A running time limit as its reader is told of it today.

    `left` counts in `counted_in`, `overdue` in working days.
    """

    name: str
    due_on: date
    provisional: bool
    counted_in: str
    left: int
    overdue: int


@dataclass(frozen=True, slots=True)
class Note:
    """A message about to be worded, with its letter as it stands now (None: it is about no letter).

    `stands_for`: whose message it is, where a deputy gets it in their place.
    """

    message: Message
    file: LetterFile | None
    stands_for: Contact | None = None

    @property
    def params(self) -> dict[str, str | int]:
        """The message's parameters by name."""
        return dict(self.message.params)


@dataclass(frozen=True, slots=True)
class Writing:
    """Everything wording asks, for one run of dispatch."""

    inst: Installation
    words: Words
    sender: Sender
    directory: Directory
    calendar: WorkingCalendar
    now: datetime

    def to_contact(self, contact: Contact, notes: Sequence[Note]) -> Mail:
        """One e-mail to a staff person: by its own template, or as a digest with a link to each letter."""
        if _say_one_thing(notes):
            facts = self._staff_facts(contact, notes[0]) | {"reports": _reports(notes)}
            facts["stands_for"] = _names_of(notes, contact.language)
            return self._mail(contact.email, contact.language, STAFF, facts, notes)
        items = self._items(contact, notes)
        facts = self._reader_facts(contact) | {
            "link": self._desk_link(contact, None),
            "count": len(items),
            "items": items[:LISTED],
            "more": max(0, len(items) - LISTED),
            "stands_for": _names_of(notes, contact.language),
        }
        return self._mail(contact.email, contact.language, STAFF, facts, notes)

    def to_writer(self, email: str, notes: Sequence[Note]) -> Mail:
        """One e-mail to the writer of a letter."""
        all_facts = [self._writer_facts(note) for note in notes]
        language = writers_language(notes)
        if _say_one_thing(notes):
            return self._mail(email, language, TO_WRITER, all_facts[0], notes)
        lines = [
            self.words.speaking(language).line(TO_WRITER, note.message.template, facts)
            for note, facts in zip(notes, all_facts, strict=True)
        ]
        item = {"ref": all_facts[0]["ref"], "lines": list(dict.fromkeys(lines)), "link": None}
        return self._mail(email, language, TO_WRITER, all_facts[0] | {"items": [item]}, notes)

    def sms(self, audience: str, phone: str, notes: Sequence[Note], language: Language) -> TextMessage:
        """One SMS: neutral, with nothing but the tracking code, or the number of letters when there are several."""
        template = notes[0].message.template if _say_one_thing(notes) else DIGEST
        codes = {note.message.letter for note in notes}
        facts: Facts = {"code": notes[0].message.letter, "count": len(codes), **self._code_facts(notes[0])}
        params, text = self.words.speaking(language).sms(audience, template, facts)
        return TextMessage(notes[0].message.id, phone, f"{audience}_{template}", params, text, language)

    @property
    def _today(self) -> date:
        return local_date(self.now, self.inst.zone)

    def _mail(self, to: str, language: Language, audience: str, facts: Facts, notes: Sequence[Note]) -> Mail:
        template = notes[0].message.template if _say_one_thing(notes) else DIGEST
        subject, text, html = self.words.speaking(language).mail(audience, template, facts)
        return Mail(self.sender.message_id([note.message for note in notes]), to, subject, text, html)

    def _items(self, contact: Contact, notes: Sequence[Note]) -> list[Facts]:
        """One entry a letter, the most pressing first."""
        items: dict[LetterId | None, Facts] = {}
        for note in notes:
            facts = self._staff_facts(contact, note)
            item = items.setdefault(
                note.message.letter, facts | {"lines": [], "stands_for": _names_of([note], contact.language)}
            )
            line = self.words.speaking(contact.language).line(STAFF, note.message.template, facts)
            lines = item["lines"]
            if isinstance(lines, list) and line not in lines:
                lines.append(line)
        return sorted(items.values(), key=_pressing)

    def _desk_link(self, contact: Contact, letter: LetterId | None) -> str:
        claims = LinkClaims(contact.id, letter, contact.epoch, self.now + LINK_LIVES)
        return f"{page_of(self.inst.site_url, contact.language, 'desk.html')}#{self.inst.links.token(claims)}"

    def _staff_facts(self, contact: Contact, note: Note) -> Facts:
        if note.file is None:
            principal = self.directory.contacts.get(ContactId(str(note.params.get("principal"))))
            named = {"principal": principal.name} if principal else {}
            return self._reader_facts(contact) | {**note.params, **named, "link": self._desk_link(contact, None)}
        letter, held_by = note.file.letter, note.stands_for or contact
        assignment = letter.assignment_of(held_by.unit)
        clock = clock_for(note, held_by, self.directory)
        holder = (clock.unit or letter.centre) if clock else held_by.unit
        return self._reader_facts(contact) | {
            **self._letter_facts(note),
            **self._code_facts(note),
            "link": self._desk_link(contact, letter.id),
            "unit": self._unit_name(note.params.get("unit_name", holder)),
            "leads": assignment is None or assignment.lead,
            "may_return": Move.RETURN in self.inst.rulebook_of(letter.rulebook).moves,
            "clock": self._told(clock),
        }

    def _writer_facts(self, note: Note) -> Facts:
        if note.file is None:
            raise LookupError("a writer has no messages but those of a letter")
        letter = note.file.letter
        ground = self.inst.rulebook_of(letter.rulebook).ground(letter.decline_ground or "")
        return self._reader_facts(None) | {
            **self._letter_facts(note),
            "link": f"{page_of(self.inst.site_url, letter.language, 'follow.html')}#{letter.id}",
            "unit": self._unit_name(letter.forwarded_to),
            "ground": ground.text if ground else None,
            "clock": self._told(clock_for_writer(note)),
        }

    def _code_facts(self, note: Note) -> Facts:
        code = sent_code(self.inst.secrets, note.message)
        return {} if code is None else {"one_time_code": code}

    def _reader_facts(self, contact: Contact | None) -> Facts:
        return {
            "name": contact.name if contact else None,
            "office": self.sender.display_name,
            "phone": self.sender.phone,
            "today": self._today,
            "link_days": LINK_LIVES.days,
            "stands_for": None,
        }

    def _letter_facts(self, note: Note) -> Facts:
        assert note.file is not None  # noqa: S101  both callers have looked
        letter = note.file.letter
        kind = self.inst.rulebook_of(letter.rulebook).kinds.get(letter.kind)
        return {
            **note.params,
            "code": letter.id,
            "number": letter.number,
            "ref": letter.number or letter.id,
            "kind": kind.title if kind else None,
            "kind_code": letter.kind.value,
            "urgent": letter.urgent,
        }

    def _unit_name(self, unit: str | int | None) -> str | None:
        found = self.directory.units.get(UnitId(str(unit)))
        return found.name if found else None

    def _told(self, clock: Clock | None) -> ClockFacts | None:
        if clock is None:
            return None
        today, by_date = self._today, clock.limit.counted_in is CountedIn.CALENDAR_DAYS
        left = (clock.due_on - today).days if by_date else self.calendar.working_days_between(today, clock.due_on)
        return ClockFacts(
            name=clock.name.value,
            due_on=clock.due_on,
            provisional=clock.provisional,
            counted_in=(CountedIn.CALENDAR_DAYS if by_date else CountedIn.WORKING_DAYS).value,
            left=max(0, left),
            overdue=overdue_days(clock, self.calendar, self.inst.zone, today),
        )


def clock_for(note: Note, contact: Contact, directory: Directory) -> Clock | None:
    """The running limit a message to this contact is about: the one named, the unit's, the signers' or the centre's."""
    if note.file is None:
        return None
    if "clock_id" in note.params:
        return next((c for c in note.file.clocks if c.running and c.id == note.params["clock_id"]), None)
    running = [c for c in note.file.clocks if c.running and c.name not in WINDOWS]
    named = [c for c in running if note.params.get("clock", c.name.value) == c.name.value]
    unit = note.params.get("unit_name", contact.unit)
    own = next((c for c in named if c.unit == unit), None)
    letter = note.file.letter
    if own is None and any(each.id == contact.id for each in approvers(letter, directory)):
        return next((c for c in named if c.name is ClockName.APPROVAL), None)
    in_centre = any(each.id == contact.id for each in centre_of(letter, directory))
    return own or (next((c for c in named if c.name is ClockName.TRIAGE), None) if in_centre else None)


def clock_for_writer(note: Note) -> Clock | None:
    """The running time limit a writer is told of: the leading unit's, before that the centre's."""
    if note.file is None:
        return None
    lead = note.file.letter.lead
    running = [c for c in note.file.clocks if c.running and c.name not in WINDOWS]
    named = [c for c in running if note.params.get("clock", c.name.value) == c.name.value]
    return next((c for c in named if lead is not None and c.unit == lead.unit), next(iter(named), None))


def writers_language(notes: Sequence[Note]) -> Language:
    """The language of the letter these messages are about."""
    return next((note.file.letter.language for note in notes if note.file is not None), DEFAULT)


def _names_of(notes: Sequence[Note], language: Language) -> str | None:
    """For whom the reader stands in, where every one of these is in somebody else's place."""
    names = [note.stands_for.name for note in notes if note.stands_for is not None]
    comma = ", " if language is Language.EN else "、"
    return comma.join(dict.fromkeys(names)) if len(names) == len(notes) else None


def _reports(notes: Sequence[Note]) -> list[Mapping[str, str | int]]:
    """The reports that are ready, each once: longer periods first, of equal ones the oldest."""
    told = {each.message.params: each.params for each in notes if each.message.template == REPORT_READY}
    return sorted(told.values(), key=lambda each: (-_LENGTHS.index(_kind(each)), str(each["period"])))


def _kind(report: Mapping[str, str | int]) -> PeriodKind:
    return parse_period(str(report["period"])).kind


def _say_one_thing(notes: Sequence[Note]) -> bool:
    """One message, the same one several times over (a fresh link asked for twice), or reports that are ready."""
    if {note.message.template for note in notes} == {REPORT_READY}:
        return True
    return len({(note.message.template, note.message.letter, note.message.params) for note in notes}) == 1


def _pressing(item: Facts) -> tuple[date, str]:
    clock = item["clock"]
    return (clock.due_on if isinstance(clock, ClockFacts) else date.max, str(item["ref"]))
