"""A letter's story in sentences, from its ledger events: the writer's neutral one, and the one for staff."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from chalicelib.api.words import Words
from chalicelib.domain.draft import Surroundings
from chalicelib.domain.effects.chain import READ, REVIEW
from chalicelib.domain.effects.classification import MARKS
from chalicelib.domain.ledger import Event
from chalicelib.domain.letter import ContactId, UnitId
from chalicelib.ports import LetterFile

STAFF_ONLY = frozenset(
    {
        "sub_assign",
        "sub_assign_unit",
        "return_to_unit",
        "refuse_extension",
        "classify_noted",
        "approve_read",
        "approve_step",
        "send_back_step",
        "withhold",
        "link_repeat",
        "spot_check_drawn",
        "spot_check",
        "spot_check_failed",
        "refer_to_efficiency_office",
        "hold_to_account",
        "ladder_remind",
        "ladder_circular",
    }
)
"""Sentences on steps inside an office, and on what offices have to answer for; a mere reminder is one too."""

FOR_WRITER = {
    "answer_drafted_staff": "answer_drafted",
    "approve_last": "answer_given",
    "refer_up_leader": "refer_up",
    "refer_up_mailbox": "refer_up",
    "call_back_staff": "call_back",
    "instruct_staff": "instruct",
}
"""What is told to staff in detail and to the writer in a neutral sentence."""


def timeline(file: LetterFile, around: Surroundings, words: Words, *, for_writer: bool) -> list[dict[str, Any]]:
    """`{at, move, text}` for each event this reader should know of, oldest first.

    Staff also get `by` and `for`: which deputy made the move, and in whose place.
    """
    lines: list[dict[str, Any]] = []
    for event in sorted(file.events, key=lambda event: event.sequence):
        key = _key(event)
        if (for_writer and key in STAFF_ONLY) or not _changes_something(event):
            continue
        key = FOR_WRITER.get(key, key) if for_writer else key
        at = event.at.astimezone(around.zone).isoformat(timespec="seconds")
        lines.append({"at": at, "move": event.move, "text": words.get("timeline", key, **_data(event, around, words))})
        if not for_writer:
            lines[-1] |= _deputising(event, around)
    return lines


def _deputising(event: Event, around: Surroundings) -> dict[str, Any]:
    if event.actor.deputy_for is None:
        return {}
    people = {"by": ContactId(event.actor.id), "for": ContactId(event.actor.deputy_for)}
    known = around.directory.contacts
    return {key: {"id": each, "name": known[each].name if each in known else each} for key, each in people.items()}


def _changes_something(event: Event) -> bool:
    """A recount that left every date as it was, or an urge nobody got (CQ-7.1), is a matter of the ledger alone."""
    if event.facts.get("explained"):
        return False
    if event.move != "recount":
        return True
    before, after = event.facts.get("before"), event.facts.get("clocks")
    if not isinstance(before, list) or not isinstance(after, list):
        return True
    due = {clock["id"]: clock["due_on"] for clock in after}
    return any(due.get(clock["id"]) != clock["due_on"] for clock in before)


def _key(event: Event) -> str:
    """Which sentence tells this event; where there are several, the first whose condition holds."""
    facts, move = event.facts, event.move
    if move == "ladder_step":
        return f"ladder_{facts.get('action')}"
    for key, holds in _VARIANTS.get(move, ()):
        if holds(facts):
            return key
    return move


Variants = tuple[tuple[str, Callable[[Mapping[str, object]], object]], ...]
_CLASSIFIED = (*MARKS, "mailbox", "corrected", "about_corrected", "units")
_VARIANTS: Mapping[str, Variants] = {
    "answer": (
        ("contribute", lambda facts: facts.get("leads") is False),
        ("answer_drafted_staff", lambda facts: "waits_at" in facts),
    ),
    "approve": (
        ("approve_read", lambda facts: facts.get("step") == READ),
        ("approve_step", lambda facts: "waits_at" in facts),
        ("approve_last", lambda facts: facts.get("step") != REVIEW),
    ),
    "send_back": (("send_back_step", lambda facts: facts.get("step")),),
    "classify": (("classify_noted", lambda facts: not any(name in facts for name in _CLASSIFIED)),),
    "forward": (("forward_answer", lambda facts: facts.get("ask_answer")),),
    "refer_up": (
        ("refer_up_leader", lambda facts: facts.get("to") == "leader"),
        ("refer_up_mailbox", lambda facts: facts.get("to") == "mailbox"),
    ),
    "return": (
        ("return_to_unit", lambda facts: "sub_unit" in facts),
        ("return_referral", lambda facts: "centre" in facts),
    ),
    "sub_assign": (("sub_assign_unit", lambda facts: "sub_unit" in facts),),
    "contact_writer": (("contact_writer_relay", lambda facts: facts.get("relay")),),
    "call_back": (("call_back_staff", lambda facts: "outcome" in facts),),
    "instruct": (("instruct_staff", lambda facts: "post" in facts),),
    "link_repeat": (("link_repeat_merged", lambda facts: "status" in facts),),
    "spot_check": (("spot_check_failed", lambda facts: facts.get("passed") is False),),
}


def _data(event: Event, around: Surroundings, words: Words) -> dict[str, object]:
    facts = event.facts
    units = facts.get("units") or [facts.get("unit")]
    clocks = facts.get("clocks")
    due = [c["due_on"] for c in clocks if c.get("state") == "running"] if isinstance(clocks, list) else []
    return {
        **{key: value for key, value in facts.items() if isinstance(value, str | int)},
        "unit": words.listed(_name(unit, around) for unit in units if unit) if isinstance(units, list) else "",
        "sub_unit": _name(facts.get("sub_unit"), around),
        "centre": _name(facts.get("centre"), around),
        "due_on": _day(max(due), words) if due else "",
        "ground": _ground(event, around),
        "channel": words.get("answer_channels", str(facts.get("answer_channel", "web"))),
        "step": _step(event, "step", around),
        "waits_at": _step(event, "waits_at", around),
        "post": words.get("posts", str(facts.get("post", ""))),
        "outcome": words.get("call_back_outcomes", str(facts.get("outcome", ""))),
    }


def _ground(event: Event, around: Surroundings) -> object:
    """What a ground says; each move has a list of its own."""
    book, ground = around.rulebook, event.facts.get("ground", "")
    listed = {
        "withhold": book.publication.exceptions if book.publication else (),
        "remove": book.remove_grounds,
    }.get(event.move, book.decline_grounds)
    return next((each.text for each in listed if each.id == ground), ground)


def _step(event: Event, fact: str, around: Surroundings) -> str:
    """A step of a chain by its title. A send-back does not say of which chain: names are asked of all."""
    name, book = str(event.facts.get(fact, "")), around.rulebook
    chain = event.facts.get("chain")
    chains = [each.name for each in book.answer_chains if chain in {None, each.name}]
    found = (book.step(each, name) for each in chains)
    return next((each.title for each in found if each is not None), name)


def _day(iso: str, words: Words) -> str:
    return words.date(date.fromisoformat(iso))


def _name(unit: object, around: Surroundings) -> str:
    known = around.directory.units.get(UnitId(str(unit)))
    return known.name if known else str(unit or "")
