"""The ledger: append-only events, hash-chained per letter, free of personal data and of anybody's words."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import rfc8785

from chalicelib.domain.letter import Actor, LetterId, Text

EVENT_SCHEMA = 1
"""Version of the shape of an event; readers must know it."""

GENESIS = "0" * 64
"""What the first event of a letter has as `prev`."""

Facts = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the ledger. `at`: when it happened; `recorded_at`: when we wrote it (both UTC)."""

    letter: LetterId
    sequence: int
    at: datetime
    recorded_at: datetime
    move: str
    actor: Actor
    facts: Facts
    prev: str
    hash: str
    schema: int = EVENT_SCHEMA


def instant(moment: datetime) -> str:
    """An instant as the ledger and the API write it: UTC, microseconds, `Z`; sorts as text."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def line_of(event: Event) -> dict[str, object]:
    """The event as the JSON object that stands in the file, its hash included."""
    return {**_hashed_part(event), "hash": event.hash}


def _hashed_part(event: Event) -> dict[str, object]:
    return {
        "letter": event.letter,
        "sequence": event.sequence,
        "at": instant(event.at),
        "recorded_at": instant(event.recorded_at),
        "move": event.move,
        "actor": {
            "id": event.actor.id,
            "role": event.actor.role.value,
            "unit": event.actor.unit,
            "deputy_for": event.actor.deputy_for,
        },
        "channel": event.actor.channel,
        "facts": dict(event.facts),
        "prev": event.prev,
        "schema": event.schema,
    }


def canonical(value: object) -> bytes:
    """Canonical JSON (RFC 8785): the same value is the same bytes everywhere."""
    return rfc8785.dumps(value)  # type: ignore[arg-type]


def chained(
    letter: LetterId,
    sequence: int,
    prev: str,
    at: datetime,
    recorded_at: datetime,
    move: str,
    actor: Actor,
    facts: Facts,
) -> Event:
    """The next event of a letter, with its hash over everything else in it."""
    unsealed = Event(letter, sequence, at, recorded_at, move, actor, facts, prev, hash="")
    digest = hashlib.sha256(canonical(_hashed_part(unsealed))).hexdigest()
    return Event(letter, sequence, at, recorded_at, move, actor, facts, prev, digest)


def text_fact(text: Text) -> dict[str, object]:
    """What the ledger says of a text: its salted hash. Without salt and text it tells nothing.

    Of a file also its type and size, and the salted hash of its SHA-256: its name is never told.
    """
    told: dict[str, object] = {"id": text.id, "purpose": text.purpose.value, "sha256": _salted(text, text.content)}
    if text.file is not None:
        file = text.file
        told["file"] = {"type": file.type, "size": file.size, "sha256": _salted(text, file.sha256)}
    return told


def _salted(text: Text, content: str) -> str:
    return hashlib.sha256((text.salt + content).encode()).hexdigest()


def text_ids(event: Event) -> list[str]:
    """The ids of the texts an event brought."""
    listed = event.facts.get("texts")
    return [str(each["id"]) for each in listed] if isinstance(listed, list) else []


def order_of(line: Mapping[str, object]) -> tuple[object, ...]:
    """The order of lines in a file: by `at`, letter, sequence."""
    return (line["at"], line["letter"], line["sequence"])


def jsonl(lines: Sequence[Mapping[str, object]]) -> bytes:
    """Lines of a ledger file in their order, canonical JSON, each ended by a newline."""
    return b"".join(canonical(dict(line)) + b"\n" for line in sorted(lines, key=order_of))
