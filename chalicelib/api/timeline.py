"""A letter's story in sentences, from its ledger events."""

from datetime import date
from typing import Any

from chalicelib.api.words import Words
from chalicelib.domain.draft import Surroundings
from chalicelib.domain.ledger import Event
from chalicelib.domain.letter import UnitId
from chalicelib.ports import LetterFile

STAFF_ONLY = frozenset({"sub_assign", "refuse_extension"})
"""Steps inside an office; a reminder that nobody is late yet is one too."""


def timeline(file: LetterFile, around: Surroundings, words: Words, *, for_writer: bool) -> list[dict[str, Any]]:
    """`{at, move, text}` for each event this reader should know of, oldest first."""
    events = sorted(file.events, key=lambda event: event.sequence)
    return [
        {
            "at": event.at.astimezone(around.zone).isoformat(timespec="seconds"),
            "move": event.move,
            "text": words.get("timeline", _key(event), **_data(event, around, words)),
        }
        for event in events
        if not (for_writer and _is_internal(event)) and _changes_something(event)
    ]


def _changes_something(event: Event) -> bool:
    """A recount that left every date as it was is a matter of the ledger alone."""
    if event.move != "recount":
        return True
    before, after = event.facts.get("before"), event.facts.get("clocks")
    if not isinstance(before, list) or not isinstance(after, list):
        return True
    due = {clock["id"]: clock["due_on"] for clock in after}
    return any(due.get(clock["id"]) != clock["due_on"] for clock in before)


def _is_internal(event: Event) -> bool:
    return event.move in STAFF_ONLY or (event.move == "ladder_step" and event.facts.get("action") == "remind")


def _key(event: Event) -> str:
    """Which sentence tells this event; a ladder step by its action, a part of an answer as such."""
    if event.move == "ladder_step":
        return f"ladder_{event.facts.get('action')}"
    if event.move == "answer" and event.facts.get("leads") is False:
        return "contribute"
    return event.move


def _data(event: Event, around: Surroundings, words: Words) -> dict[str, object]:
    facts = event.facts
    units = facts.get("units") or [facts.get("unit")]
    clocks = facts.get("clocks")
    due = [c["due_on"] for c in clocks if c.get("state") == "running"] if isinstance(clocks, list) else []
    ground = around.rulebook.ground(str(facts["ground"])) if "ground" in facts else None
    return {
        **{key: value for key, value in facts.items() if isinstance(value, str | int)},
        "unit": "、".join(_name(unit, around) for unit in units if unit) if isinstance(units, list) else "",
        "due_on": _day(max(due), words) if due else "",
        "ground": ground.text if ground else facts.get("ground", ""),
        "channel": words.get("answer_channels", str(facts.get("answer_channel", "web"))),
    }


def _day(iso: str, words: Words) -> str:
    day = date.fromisoformat(iso)
    return words.get("formats", "date", year=day.year, month=day.month, day=day.day)


def _name(unit: object, around: Surroundings) -> str:
    known = around.directory.units.get(UnitId(str(unit)))
    return known.name if known else str(unit)
