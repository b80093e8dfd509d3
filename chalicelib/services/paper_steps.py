"""What stands on paper of the steps a letter took: the one a form is about, opinions, and the whole story."""

from collections.abc import Iterable
from datetime import date

from chalicelib.domain.clocks import local_date
from chalicelib.domain.effects.chain import READ
from chalicelib.domain.ledger import Event
from chalicelib.domain.letter import ContactId, Text, TextPurpose
from chalicelib.services.paper_desk import Desk, Facts, unit_id
from chalicelib.services.printable_forms import Sheet

DISPOSED = frozenset(
    {
        "accept", "classify", "assign", "convert", "claim", "forward", "refer_up", "return", "sub_assign", "instruct",
        "answer", "approve", "send_back", "decline", "keep_for_information", "link_repeat",
    }
)  # fmt: skip
"""Steps that say how a letter is dealt with: what a processing sheet lists."""

_LONG = frozenset({"receive", "answer", "supplement"})
"""Whose words have a place of their own on paper."""


def step_facts(desk: Desk, sheet: Sheet) -> Facts:
    """The step a form is about: when, by whom, to whom, with which words and time limit."""
    event, facts = sheet.event, sheet.event.facts
    clocks = facts.get("clocks")
    running = [each for each in clocks if each.get("state") == "running"] if isinstance(clocks, list) else []
    due = sorted(str(each["due_on"]) for each in running if each["name"] in {"handle", "redo"})
    units = sheet.units if desk.reader.prints_all else tuple(u for u in sheet.units if u in desk.reader.units)
    return {
        "at": desk.moment(event.at),
        "day": desk.day(local_date(event.at, desk.around.zone)),
        "move": event.move,
        "nth": sheet.nth,
        "by": desk.who(event.actor),
        "from": desk.unit(event.actor.unit or desk.file.letter.centre),
        "units": [desk.unit(each) for each in units or sheet.units],
        "lead": desk.unit(unit_id(facts.get("lead"))),
        "disposition": facts.get("disposition"),
        "issued_as": desk.words.get("paper_marks", str(facts.get("issued_as", "assignment"))),
        "ask_answer": bool(facts.get("ask_answer")),
        "to": _referred_to(desk, event),
        "due_on": desk.day(date.fromisoformat(due[-1])) if due else None,
        "limit": _limit_text(desk, running),
        "texts": [desk.said(text) for text in desk.texts_of(event)],
    }


def _referred_to(desk: Desk, event: Event) -> str | None:
    mailbox = desk.around.directory.mailboxes.get(event.facts.get("mailbox"))  # type: ignore[call-overload]
    if mailbox is not None:
        return str(mailbox.name)
    later = sorted((e for e in desk.file.events if e.sequence > event.sequence), key=lambda e: e.sequence)
    instructed = next((e.actor for e in later if e.move == "instruct"), None)
    referral = desk.file.letter.referral
    told = event.facts.get("contact")
    waits = ContactId(str(told)) if told else referral.to if referral else None
    leader = waits or (ContactId(instructed.deputy_for or instructed.id) if instructed else None)
    return desk.person(leader) if leader and event.move == "refer_up" else None


def _limit_text(desk: Desk, clocks: list[dict[str, object]]) -> str | None:
    owing = [each for each in clocks if each["name"] in {"handle", "redo"}]
    if not owing:
        return None
    return desk.words.get("paper_limits", str(owing[0]["counted_in"]), number=owing[0]["limit"])


def opinions(desk: Desk) -> list[Facts]:
    """What was proposed and instructed, in its order (BB-2.2, CQ-4.4); and the head's readings (CQ-4.2)."""
    wanted = {TextPurpose.PROPOSAL, TextPurpose.INSTRUCTION}
    said: list[Facts] = [
        {
            "purpose": text.purpose.value,
            "at": desk.moment(text.at),
            "by": _author(desk, text),
            "text": desk.said(text),
        }
        for text in desk.file.texts
        if text.purpose in wanted
    ]
    return said + [_reading(desk, event) for event in desk.file.events if event.facts.get("step") == READ]


def _reading(desk: Desk, event: Event) -> Facts:
    """The head of the centre's office has read the letter, with or without a word about it."""
    words = "\n".join(desk.said(text) for text in desk.texts_of(event))
    return {
        "purpose": READ,
        "at": desk.moment(event.at),
        "by": desk.who(event.actor),
        "text": words or desk.words.get("paper_marks", "read"),
    }


def _author(desk: Desk, text: Text) -> str:
    by = (event.actor for event in desk.file.events if any(each.id == text.id for each in desk.texts_of(event)))
    return next((desk.who(actor) for actor in by), desk.words.get("paper_roles", text.author.value))


def story_told(desk: Desk, moves: frozenset[str] | None) -> list[Facts]:
    """The letter's story, of these moves or all of it, with who did each step and what was said (PL-9, CQ-10).

    A unit reads its own words and those that went with its own steps; of the others' steps, that they were taken.
    """
    events = sorted(desk.file.events, key=lambda event: event.sequence)
    return [
        {
            "at": desk.moment(event.at),
            "move": desk.words.get("paper_steps", event.move),
            "by": desk.who(event.actor),
            "told": told,
            "texts": [] if event.move in _LONG else [desk.said(text) for text in _texts_read(desk, event)],
        }
        for event in events
        if (moves is None or event.move in moves) and (told := desk.story(event)) is not None
    ]


def _texts_read(desk: Desk, event: Event) -> Iterable[Text]:
    mine = not desk.reader.units.isdisjoint((event.actor.unit, unit_id(event.facts.get("unit"))))
    return desk.texts_of(event) if mine or desk.reader.prints_all else ()
