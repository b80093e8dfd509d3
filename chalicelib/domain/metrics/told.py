"""A line of the ledger as far as figures need it: decoded straight into these shapes, the rest is passed over.

A fact that the line does not tell is None. Fields stand in the order of the alphabet, as the keys of a line do: so the
decoder finds each at once.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from msgspec import Raw, Struct, json

from chalicelib.domain.clocks import WINDOWS, ClockName, ClockState
from chalicelib.domain.letter import TextPurpose
from chalicelib.domain.preconditions import ANSWER_CLOCKS

_ANSWER_CLOCK_NAMES = frozenset(name.value for name in ANSWER_CLOCKS)
_WINDOW_NAMES = frozenset(name.value for name in WINDOWS)
STOPPED, HANDLE = ClockState.STOPPED.value, ClockName.HANDLE.value


class TextTold(Struct, gc=False):
    """A text that came with the event: its salted hash."""

    id: str
    purpose: str
    sha256: str


_NO_TEXTS = Raw()
_TEXTS = json.Decoder(list[TextTold])
_EXCERPT = b'"excerpt"'


class ClockTold(Struct, omit_defaults=True, gc=False):
    """A clock as the ledger last told of it. Dates are local.

    `ended_on`, `explained` are not in the line: the fold adds them.
    """

    due_on: date
    id: str
    name: str
    started_on: date
    state: str
    unit: str | None
    working_days_used: int | None = None
    ended_on: date | None = None
    explained: bool = False

    @property
    def running(self) -> bool:
        """Not ended yet, late or not."""
        return self.ended_on is None

    @property
    def dropped(self) -> bool:
        """Ended without what it waited for."""
        return self.state == STOPPED

    @property
    def for_answer(self) -> bool:
        """Whether it is the answer that this clock waits for."""
        return self.name in _ANSWER_CLOCK_NAMES

    @property
    def can_be_late(self) -> bool:
        """A window lapses; it is never late."""
        return self.name not in _WINDOW_NAMES


class Facts(Struct, omit_defaults=True, gc=False):
    """What an event says of its letter and of itself (docs/ledger.md)."""

    action: str | None = None
    after_answer: bool | None = None
    centre: str | None = None
    circular: bool | None = None
    clocks: list[ClockTold] | None = None
    field: str | None = None
    guarded: bool | None = None
    kind: str | None = None
    leads: bool | None = None
    measure: str | None = None
    number: str | None = None
    outcome: str | None = None
    passed: bool | None = None
    ping_pong: list[str] | None = None
    region: str | None = None
    score: int | None = None
    sensitivity: str | None = None
    source: str | None = None
    status: str | None = None
    sub_unit: str | None = None
    supervised: bool | None = None
    texts: Raw = _NO_TEXTS
    topic: str | None = None
    trigger: str | None = None
    unit: str | None = None
    units: list[str] | None = None
    working_days: int | None = None

    def excerpts(self) -> list[TextTold]:
        """The excerpts for the leaders among the texts (SF-5). Hardly any event has one; no other text is looked at."""
        if not self.texts or _EXCERPT not in bytes(self.texts):
            return []
        return [text for text in _TEXTS.decode(self.texts) if text.purpose == TextPurpose.EXCERPT]


class ActorTold(Struct, omit_defaults=True, gc=False):
    """Who made the move: only the office matters here."""

    unit: str | None


class Told(Struct, omit_defaults=True, gc=False):
    """One event. `at`, `recorded_at`: UTC, as `ledger.instant` writes them; they sort as text."""

    actor: ActorTold
    at: str
    facts: Facts
    letter: str
    move: str
    recorded_at: str
    sequence: int


class Head(Struct, gc=False):
    """Which letter an event is of, and when it happened."""

    at: str
    letter: str


HEADS = json.Decoder(Head)
"""Decodes no more than that."""

LINES = json.Decoder(Told)
"""Decodes one line, or with `decode_lines` many. Raises msgspec.MsgspecError for what is no event."""


def told(line: Mapping[str, Any]) -> Told:
    """The same of a line that was decoded already, such as one of the store's journal."""
    return LINES.decode(json.encode(line))
