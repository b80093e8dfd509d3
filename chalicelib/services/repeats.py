"""Repeat letters (PL-16): found again by their traces, shown to the centre, and linked by it."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from chalicelib.domain.clocks import local_date
from chalicelib.domain.deputies import actors_of, may_look_today
from chalicelib.domain.directory import Contact, Directory
from chalicelib.domain.draft import Surroundings
from chalicelib.domain.letter import ANSWERED, Actor, ContactId, Letter, LetterId, Role, Status, TextPurpose, Writer
from chalicelib.domain.resemblance import SAME_MATTER, Features, features, similarity
from chalicelib.domain.rules import RepeatRule
from chalicelib.domain.traces import OF_WRITER, of_same_writer, owner_trace, traces_of, traces_to_ask
from chalicelib.domain.visibility import may_know_writer
from chalicelib.ports import LetterFile
from chalicelib.services.installation import Installation
from chalicelib.services.reading import as_read

SHOWN, READ = 10, 30
"""How many repeats are shown at most, and how many letters are read to find them."""


def new_traces(
    inst: Installation,
    rule: RepeatRule | None,
    said: tuple[str, str],
    writer: Writer,
    received_at: datetime,
    source: str | None = None,
) -> tuple[str, ...]:
    """What to keep of a letter's subject and body and its writer. Nothing without a rule, nor of one long past."""
    if rule is None or received_at < inst.time.now() - timedelta(days=rule.within_days):
        return ()
    return traces_of(*said, writer, inst.secrets.keyed_hash, source)


@dataclass(frozen=True, slots=True)
class Reader:
    """A contact on a local date, and the offices as they are."""

    contact: Contact
    directory: Directory
    day: date

    def roles(self, letter: Letter) -> frozenset[Role]:
        """In which capacities they meet a letter, their own and those they stand in for; empty: not theirs."""
        return frozenset(each.role for each in actors_of(letter, self.contact, self.directory, self.day))

    def may_look(self, letter: Letter) -> bool:
        """Whether it may be shown to them at all (PL-18)."""
        return may_look_today(letter, self.contact, self.directory, self.day)


def repeats_view(inst: Installation, file: LetterFile, contact: Contact, around: Surroundings) -> dict[str, Any]:
    """`repeat_of` for whoever may see that letter too; `repeats`, newest first, for the centre. Reads only."""
    reader = Reader(contact, around.directory, local_date(around.now, around.zone))
    view: dict[str, Any] = {}
    if file.letter.repeat_of is not None:
        other = inst.letters.load(file.letter.repeat_of)
        if other is not None and reader.may_look(other.letter):
            view["repeat_of"] = {"tracking_code": other.letter.id, "number": other.letter.number}
    rule = around.rulebook.repeats
    if rule is not None and Role.CENTRE in reader.roles(file.letter):
        view["repeats"] = _repeats(inst, file, reader, rule)
    return view


def _repeats(inst: Installation, file: LetterFile, reader: Reader, rule: RepeatRule) -> list[dict[str, Any]]:
    if file.letter.status is Status.REMOVED:
        return []
    own = _matter(file)
    found: list[tuple[datetime, dict[str, Any]]] = []
    for letter in _candidates(inst, file.letter, own, rule):
        other = inst.letters.load(letter)
        if other is None or not reader.may_look(other.letter):
            continue
        roles = reader.roles(other.letter)
        known = may_know_writer(other.letter, roles)
        same_writer = known and of_same_writer(file.letter, other.letter)
        alike = similarity(own, _matter(other))
        if same_writer or alike >= SAME_MATTER:
            read = as_read(inst, other, roles).letter
            found.append((read.received_at, _repeat(inst, read, same_writer=same_writer, alike=alike)))
    found.sort(key=lambda each: each[0], reverse=True)
    return [shown for _, shown in found[:SHOWN]]


def _candidates(inst: Installation, letter: Letter, matter: Features, rule: RepeatRule) -> list[LetterId]:
    """Letters that share a trace, near enough in time: those of the writer, then those that share most, the newest."""
    asked = traces_to_ask(letter, matter, inst.secrets.keyed_hash)
    entries = inst.letters.desk([owner_trace(each) for each in asked])
    span = timedelta(days=rule.within_days)
    day = local_date(letter.received_at, inst.zone)
    near = [each for each in entries if each.letter != letter.id and abs(date.fromisoformat(each.due_on) - day) <= span]
    shared, received = Counter(each.letter for each in near), {each.letter: each.due_on for each in near}
    of_writer = {each.letter for each in near if each.owner.startswith(owner_trace(OF_WRITER))}
    ranked = sorted(shared, key=lambda each: (each in of_writer, shared[each], received[each], each), reverse=True)
    return ranked[:READ]


def _matter(file: LetterFile) -> Features:
    body = next((text.content for text in file.texts if text.purpose is TextPurpose.BODY), "")
    return features(file.letter.subject, body)


def _repeat(inst: Installation, letter: Letter, *, same_writer: bool, alike: float) -> dict[str, Any]:
    return {
        "tracking_code": letter.id,
        "number": letter.number,
        "subject": letter.subject,
        "received_at": letter.received_at.astimezone(inst.zone).isoformat(timespec="seconds"),
        "status": letter.status.value,
        "same_writer": same_writer,
        "similarity": round(alike, 2) if alike >= SAME_MATTER else None,
        "answered": letter.status in ANSWERED,
    }


def letter_to_link(
    inst: Installation, file: LetterFile, named: str, actor: Actor, around: Surroundings
) -> Letter | None:
    """The letter that a link names, if the mover stands at its centre too; None as for one there is not (PL-18).

    Named by its tracking code; one that was recognised as a repeat also by its register number.
    """
    contact, rule = around.directory.contacts.get(ContactId(actor.id)), around.rulebook.repeats
    if contact is None:
        return None
    reader = Reader(contact, around.directory, local_date(around.now, around.zone))
    other = inst.letters.load(LetterId(named))
    if other is None and rule is not None:
        found = (inst.letters.load(each) for each in _candidates(inst, file.letter, _matter(file), rule))
        other = next((each for each in found if each and each.letter.number == named), None)
    return other.letter if other and Role.CENTRE in reader.roles(other.letter) else None
