"""What stands on a printed form: the data of a letter, in the words in which its reader reads it, as plain values.

Layout and wording are the templates'; here nothing is said in words but names, dates and what people wrote.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from chalicelib.domain.clocks import WINDOWS, Clock, ClockName, local_date, overdue_days
from chalicelib.domain.draft import Surroundings
from chalicelib.domain.ledger import Event, text_ids
from chalicelib.domain.letter import Actor, ContactId, Role, Text, TextPurpose, UnitId, Writer
from chalicelib.ports import LetterFile
from chalicelib.services.printable_forms import Form, Reader, Sheet

Facts = dict[str, object]
HIDDEN = "（保密）"
_PICTURE = re.compile(r"data:image/(png|jpe?g);base64,[A-Za-z0-9+/\s]+={0,2}\s*", re.ASCII)
_NOT_ON_PAPER = frozenset(
    {TextPurpose.SIGNATURE, TextPurpose.PUBLIC_LETTER, TextPurpose.PUBLIC_ANSWER, TextPurpose.EXCERPT}
)
_URGED = frozenset({ClockName.TRIAGE, ClockName.HANDLE, ClockName.REDO, ClockName.APPROVAL})


class Phrases(Protocol):
    """The words of the county's papers: titles of statuses, roles and the like."""

    def get(self, section: str, key: str, **data: object) -> str:
        """The words under this key."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What is needed to fill in a form. `file`: as its reader reads it, so that nothing has to be hidden here.

    `story` tells an event in a sentence; None: it changed nothing.
    """

    file: LetterFile
    reader: Reader
    writer: Writer | None
    around: Surroundings
    words: Phrases
    county: str
    story: Callable[[Event], str | None]

    def facts_of(self, sheet: Sheet) -> Facts:
        """Everything the template of this form may ask for."""
        letter = self.file.letter
        mailbox = self.around.directory.mailboxes.get(letter.mailbox)
        common: Facts = {
            "form": sheet.form.value,
            "title": self.words.get("printable_forms", sheet.form.value),
            "county": self.county,
            "office": mailbox.name if mailbox else "",
            "printed_on": self.day(local_date(self.around.now, self.around.zone)),
            "letter": self._letter(),
            "writer": self._writer(),
            "step": self._step(sheet),
        }
        match sheet.form:
            case Form.PROCESSING:
                return common | {"steps": self._told(_DISPOSED), "opinions": self._opinions()}
            case Form.REPLY:
                return common | {"reply": self._reply(sheet)}
            case Form.URGE:
                return common | {"limits": self._limits(sheet)}
            case Form.REGISTER:
                return common | {"steps": self._told(None), "limits": self._all_limits()}
            case _:
                return common | {"opinions": self._opinions()}

    # the letter

    def _letter(self) -> Facts:
        letter, book = self.file.letter, self.around.rulebook
        kind, source = book.kinds.get(letter.kind), next((s for s in book.sources if s.id == letter.source), None)
        marks = {"urgent": letter.urgent, "supervised": letter.supervised, "confidential": letter.keep_confidential}
        about = [self.unit(each) for each in letter.about_units if each in self.around.directory.units]
        about += [self.person(each) for each in letter.about_contacts]
        about += [text.content for text in self.file.texts if text.purpose is TextPurpose.ABOUT]
        return {
            "number": letter.number,
            "code": letter.id,
            "subject": letter.subject,
            "kind": kind.title if kind else letter.kind.value,
            "field": letter.field,
            "region": letter.region,
            "source": source.title if source else self.words.get("paper_sources", letter.source),
            "source_number": letter.source_number,
            "received_at": self.moment(letter.received_at),
            "status": self.words.get("statuses", letter.status.value),
            "marks": [self.words.get("paper_marks", name) for name, on in marks.items() if on],
            "sensitivity": self.words.get("paper_sensitivities", letter.sensitivity.value),
            "complexity": self.words.get("complexities", letter.complexity.value),
            "about": about if self.reader.at_centre else [],
            "body": self._first(TextPurpose.BODY),
            "supplements": [
                {"at": self.moment(text.at), "text": self.said(text)}
                for text in self.file.texts
                if text.purpose is TextPurpose.SUPPLEMENT
            ],
            "units": [
                {"name": self.unit(each.unit), "lead": each.lead, "below": [self.unit(u) for u in each.sub_units]}
                for each in letter.assignments
            ],
            "rating": letter.rating,
        }

    def _first(self, purpose: TextPurpose) -> str | None:
        return next((self.said(text) for text in self.file.texts if text.purpose is purpose), None)

    def _writer(self) -> dict[str, str | None]:
        names = ("name", "phone", "email", "address")
        if not self.reader.knows_writer:
            return dict.fromkeys(names, HIDDEN)
        return {name: getattr(self.writer, name, None) for name in names}

    def said(self, text: Text) -> str:
        """Somebody's words, or that they were removed."""
        return text.content or self.words.get("paper_marks", "removed")

    # the step

    def _step(self, sheet: Sheet) -> Facts:
        event, facts = sheet.event, sheet.event.facts
        clocks = facts.get("clocks")
        running = [each for each in clocks if each.get("state") == "running"] if isinstance(clocks, list) else []
        due = sorted(str(each["due_on"]) for each in running if each["name"] in {"handle", "redo"})
        units = sheet.units if self.reader.prints_all else tuple(u for u in sheet.units if u in self.reader.units)
        return {
            "at": self.moment(event.at),
            "day": self.day(local_date(event.at, self.around.zone)),
            "move": event.move,
            "nth": sheet.nth,
            "by": self.who(event.actor),
            "from": self.unit(event.actor.unit or self.file.letter.centre),
            "units": [self.unit(each) for each in units or sheet.units],
            "lead": self.unit(_id(facts.get("lead"))),
            "disposition": facts.get("disposition"),
            "issued_as": self.words.get("paper_marks", str(facts.get("issued_as", "assignment"))),
            "ask_answer": bool(facts.get("ask_answer")),
            "to": self._referred_to(event),
            "due_on": self.day(date.fromisoformat(due[-1])) if due else None,
            "limit": self._limit_text(running),
            "texts": [self.said(text) for text in self._texts_of(event)],
        }

    def _referred_to(self, event: Event) -> str | None:
        mailbox = self.around.directory.mailboxes.get(event.facts.get("mailbox"))  # type: ignore[call-overload]
        if mailbox is not None:
            return str(mailbox.name)
        later = sorted((e for e in self.file.events if e.sequence > event.sequence), key=lambda e: e.sequence)
        instructed = next((e.actor for e in later if e.move == "instruct"), None)
        referral = self.file.letter.referral
        told = event.facts.get("contact")
        waits = ContactId(str(told)) if told else referral.to if referral else None
        leader = waits or (ContactId(instructed.deputy_for or instructed.id) if instructed else None)
        return self.person(leader) if leader and event.move == "refer_up" else None

    def _limit_text(self, clocks: list[dict[str, object]]) -> str | None:
        owing = [each for each in clocks if each["name"] in {"handle", "redo"}]
        if not owing:
            return None
        return self.words.get("paper_limits", str(owing[0]["counted_in"]), number=owing[0]["limit"])

    def _texts_of(self, event: Event) -> list[Text]:
        return [text for text in self._brought_by(event) if text.purpose not in _NOT_ON_PAPER]

    def _brought_by(self, event: Event) -> list[Text]:
        ids = set(text_ids(event))
        return [text for text in self.file.texts if text.id in ids]

    def _opinions(self) -> list[Facts]:
        """What was proposed and instructed, in its order (BB-2.2, CQ-4.4)."""
        wanted = {TextPurpose.PROPOSAL, TextPurpose.INSTRUCTION}
        return [
            {
                "purpose": text.purpose.value,
                "at": self.moment(text.at),
                "by": self._author(text),
                "text": self.said(text),
            }
            for text in self.file.texts
            if text.purpose in wanted
        ]

    def _author(self, text: Text) -> str:
        by = (event.actor for event in self.file.events if any(each.id == text.id for each in self._texts_of(event)))
        return next((self.who(actor) for actor in by), self.words.get("paper_roles", text.author.value))

    # the reply (CQ-8, BB-3.2, PL-14)

    def _reply(self, sheet: Sheet) -> Facts:
        facts = sheet.event.facts
        words = {TextPurpose.ANSWER, TextPurpose.NOTE}
        answers = [text for text in self._texts_of(sheet.event) if text.purpose in words]
        text = answers[-1] if answers else None
        chain = self.around.rulebook.chain(str(facts.get("chain"))) if facts.get("chain") else None
        given = text is not None and text.id not in self.file.letter.unreleased
        way = self._signed_after(sheet.event)
        return {
            "unit": self.unit(_id(facts.get("unit"))),
            "leads": facts.get("leads") is not False,
            "text": self.said(text) if text else None,
            "channel": self.words.get("answer_channels", str(facts.get("answer_channel", "web"))),
            "given": given,
            "sent_back": any(event.move == "send_back" for event in way),
            "given_by": self.words.get("paper_given_by", chain.given_by if chain else "unit"),
            "chain": chain.title if chain else None,
            "copies_to": [self.words.get("paper_roles", each.value) for each in chain.copies_to] if chain else [],
            "signatures": [self._signature(each, str(facts.get("chain"))) for each in way],
        }

    def _signed_after(self, answer: Event) -> list[Event]:
        """The steps this answer went, up to the next one that was written."""
        later = sorted((e for e in self.file.events if e.sequence > answer.sequence), key=lambda e: e.sequence)
        end = next((e.sequence for e in later if e.move == "answer" and e.facts.get("leads") is not False), None)
        steps = (e for e in later if e.move in {"approve", "send_back"} and (end is None or e.sequence < end))
        return [each for each in steps if answer.facts.get("leads") is not False]

    def _signature(self, event: Event, chain: str) -> Facts:
        """One step of the way: who, when, and the signature drawn, or the exception that was recorded instead."""
        texts = self._brought_by(event)
        drawn = next((t.content for t in texts if t.purpose is TextPurpose.SIGNATURE), None)
        step = self.around.rulebook.step(chain, str(event.facts.get("step")))
        return {
            "title": step.title if step else self.words.get("paper_steps", str(event.facts.get("step", event.move))),
            "by": self.who(event.actor),
            "at": self.moment(event.at),
            "sent_back": event.move == "send_back",
            "picture": drawn if drawn and _PICTURE.fullmatch(drawn) else None,
            "exception": event.facts.get("signed") == "exception",
            "texts": [self.said(text) for text in texts if text.purpose not in _NOT_ON_PAPER],
        }

    # time limits and steps

    def _limits(self, sheet: Sheet) -> list[Facts]:
        """The time limits an urge notice is about, with how late each was then and is by now (CQ-7.1)."""
        at = sheet.event.at
        listed = sheet.event.facts.get("clocks")
        named = {each["id"] for each in listed} if isinstance(listed, list) else None
        owners = {*sheet.units} if self.reader.prints_all else {*self.reader.units, *_above(self, sheet)}
        running = self._running_at(sheet.event)
        then = [clock for clock in self.file.clocks if clock.id in running]
        return [
            self._limit(clock, local_date(at, self.around.zone))
            for clock in then
            if clock.name in _URGED
            and (clock.id in named if named is not None else clock.unit in owners or not sheet.units)
        ]

    def _running_at(self, event: Event) -> set[object]:
        """Ids of the time limits that ran when this step was taken, as the ledger tells."""
        states: dict[object, object] = {}
        for each in sorted(self.file.events, key=lambda e: e.sequence):
            listed = each.facts.get("clocks") if each.sequence <= event.sequence else None
            states |= {clock["id"]: clock["state"] for clock in listed} if isinstance(listed, list) else {}
        return {clock for clock, state in states.items() if state == "running"}

    def _all_limits(self) -> list[Facts]:
        return [self._limit(clock, None) for clock in self.file.clocks if clock.name not in WINDOWS]

    def _limit(self, clock: Clock, then: date | None) -> Facts:
        calendar, zone, now = self.around.calendar, self.around.zone, local_date(self.around.now, self.around.zone)
        days = calendar.working_days_between(clock.due_on, then) if then and then > clock.due_on else 0
        return {
            "name": self.words.get("clocks", clock.name.value),
            "unit": self.unit(clock.unit or self.file.letter.centre),
            "started_on": self.day(local_date(clock.started_at, zone)),
            "due_on": self.day(clock.due_on),
            "clause": clock.clause,
            "provisional": clock.provisional,
            "ended_at": self.moment(clock.ended_at) if clock.ended_at else None,
            "overdue_then": days,
            "overdue_now": overdue_days(clock, calendar, zone, now),
        }

    def _told(self, moves: frozenset[str] | None) -> list[Facts]:
        """The letter's story, of these moves or all of it, with who did each step and what was said (PL-9, CQ-10).

        A unit reads its own words and those that went with its own steps; of the others' steps, that they were taken.
        """
        events = sorted(self.file.events, key=lambda event: event.sequence)
        return [
            {
                "at": self.moment(event.at),
                "move": self.words.get("paper_steps", event.move),
                "by": self.who(event.actor),
                "told": told,
                "texts": [] if event.move in _LONG else [self.said(text) for text in self._texts_read(event)],
            }
            for event in events
            if (moves is None or event.move in moves) and (told := self.story(event)) is not None
        ]

    def _texts_read(self, event: Event) -> Iterable[Text]:
        mine = not self.reader.units.isdisjoint((event.actor.unit, _id(event.facts.get("unit"))))
        return self._texts_of(event) if mine or self.reader.prints_all else ()

    # names and dates

    def who(self, actor: Actor) -> str:
        """Who took a step: office, name, capacity, and for whom. Never the writer's name."""
        title = self.words.get("paper_roles", actor.role.value)
        if actor.role in {Role.WRITER, Role.SYSTEM}:
            return title
        person = self.around.directory.contacts.get(ContactId(actor.id))
        parts = (self.unit(actor.unit), person.name if person else None)
        name = " ".join(each for each in parts if each)
        deputed = self.person(ContactId(actor.deputy_for)) if actor.deputy_for else None
        return f"{name}（{title}{self.words.get('paper_marks', 'for', name=deputed) if deputed else ''}）"

    def person(self, contact: ContactId) -> str:
        """A contact's name."""
        found = self.around.directory.contacts.get(contact)
        return found.name if found else contact

    def unit(self, unit: UnitId | None) -> str | None:
        """An office's name; its id when the directory has lost it."""
        found = self.around.directory.units.get(unit) if unit else None
        return found.name if found else unit

    def day(self, day: date) -> str:
        """A date as papers write it."""
        return self.words.get("formats", "date", year=day.year, month=day.month, day=day.day)

    def moment(self, moment: datetime) -> str:
        """A local date and time, to the minute."""
        local = moment.astimezone(self.around.zone)
        return f"{self.day(local.date())} {local:%H:%M}"


_DISPOSED = frozenset(
    {
        "accept", "classify", "assign", "convert", "claim", "forward", "refer_up", "return", "sub_assign", "instruct",
        "answer", "approve", "send_back", "decline", "keep_for_information", "link_repeat",
    }
)  # fmt: skip
"""Steps that say how a letter is dealt with: what a processing sheet lists."""

_LONG = frozenset({"receive", "answer", "supplement"})
"""Whose words have a place of their own on paper."""


def _id(value: object) -> UnitId | None:
    return UnitId(value) if isinstance(value, str) else None


def _above(desk: Desk, sheet: Sheet) -> Iterable[UnitId]:
    """The units whose time limit a subordinate works under."""
    held = (desk.file.letter.assignment_of(unit) for unit in desk.reader.units)
    return [each.unit for each in held if each and each.unit in sheet.units]
