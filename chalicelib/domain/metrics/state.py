"""What the figures need to know of one letter while its events go by: no text, no subject, nobody's name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from chalicelib.domain.clocks import WINDOWS, ClockName, ClockState
from chalicelib.domain.letter import Kind, Sensitivity, Status
from chalicelib.domain.metrics.figures import Figure
from chalicelib.domain.preconditions import ANSWER_CLOCKS

REPLY_OWED = frozenset({Status.RECEIVED, Status.ACCEPTED, Status.REFERRED, Status.ASSIGNED, Status.IN_APPROVAL})
"""Open: somebody still has to do something before the writer has an answer."""

OUTSIDE = frozenset({Status.DECLINED, Status.KEPT, Status.FORWARDED, Status.WITHDRAWN, Status.MERGED, Status.REMOVED})
"""No reply of ours is owed: outside the denominator of the answer rate."""

_ANSWER_CLOCK_NAMES = frozenset(name.value for name in ANSWER_CLOCKS)
_WINDOW_NAMES = frozenset(name.value for name in WINDOWS)


@dataclass(slots=True)
class ClockSeen:
    """A clock as the ledger last told of it. Dates are local."""

    name: str
    unit: str | None
    started_on: date
    due_on: date
    ended_on: date | None
    dropped: bool
    explained: bool = False

    @property
    def running(self) -> bool:
        """Not ended yet, late or not."""
        return self.ended_on is None

    @property
    def for_answer(self) -> bool:
        """Whether it is the answer that this clock waits for."""
        return self.name in _ANSWER_CLOCK_NAMES

    @property
    def can_be_late(self) -> bool:
        """A window lapses; it is never late."""
        return self.name not in _WINDOW_NAMES


@dataclass(slots=True)
class Round:
    """One unit's try at the letter, from the day it received it. Once late it stays late, whatever is redone.

    `done_on`: when the unit last finished its own part; what signatures take after it is not the unit's time.
    `released`: its lateness was counted already, without an answer of its own.
    """

    started_on: date
    late: bool = False
    done_on: date | None = None
    released: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """The standing answer: by whom, on which local date, in time or not, and in the period or before it.

    `done_on`: when the unit had finished its part; None: with the answer itself.
    """

    unit: str
    on: date
    late: bool
    started_on: date
    in_period: bool
    done_on: date | None = None


@dataclass(slots=True)
class Noticed:
    """Something that is told to everybody: an urge, a send-back, a circular, a measure; on which local date, to whom.

    `trigger` and `measure` are those of a person's decision (HF-3.3), by the rulebook of the letter.
    """

    figure: Figure
    unit: str
    on: date
    trigger: str | None = None
    measure: str | None = None


@dataclass(slots=True)
class Supervision:
    """Since when the letter is supervised (SF-4), and what it touches, where that was said (PL-13)."""

    since: date
    topic: str | None = None


@dataclass(slots=True)
class Happened:
    """One event of the letter on the day of a daily list: `at` UTC as in the ledger, and the actor's office."""

    at: str
    move: str
    unit: str | None


@dataclass(slots=True)
class LetterState:
    """One letter as far as its events were seen. `units` in order: the first leads.

    `guarded`: it is about an office or somebody in one. Which one, the ledger does not say.
    """

    letter: str
    kind: str = Kind.OTHER.value
    source: str = ""
    centre: str = ""
    status: str = Status.RECEIVED.value
    number: str | None = None
    guarded: bool = False
    received_at: str | None = None
    accepted_in_period: bool = False
    units: list[str] = field(default_factory=list)
    clocks: dict[str, ClockSeen] = field(default_factory=dict)
    rounds: dict[str, Round] = field(default_factory=dict)
    answer: Answered | None = None
    rating: int | None = None
    granted: int = 0
    sensitivity: str = Sensitivity.GENERAL.value
    instructed: bool = False
    supervision: Supervision | None = None
    ended_on: date | None = None
    """The local date on which the letter ceased to be open; None while it is open."""
    held: list[str] = field(default_factory=list)
    """Units that had the letter in their hands during the period, while it was open."""
    given_to: list[str] = field(default_factory=list)
    """Units that ever had the letter, and so know of it."""
    excerpts: dict[str, date] = field(default_factory=dict)
    """Ids of texts the centre wrote for the leaders (SF-5), with their local date."""
    excerpt_hashes: dict[str, str] = field(default_factory=dict)
    noticed: list[Noticed] = field(default_factory=list)
    """For the notice board and the circular."""
    happened: list[Happened] = field(default_factory=list)
    """Every event of the period, kept for a daily list only."""

    @property
    def holder(self) -> str:
        """The office that has the letter: the leading unit, or the centre while no unit has it."""
        return self.units[0] if self.units else self.centre

    @property
    def is_open(self) -> bool:
        """Somebody still owes the writer an answer."""
        return self.status in REPLY_OWED

    def learn(self, facts: Mapping[str, Any]) -> None:
        """Take over what the event says of the letter itself."""
        self.kind = facts.get("kind", self.kind)
        self.source = facts.get("source", self.source)
        self.centre = facts.get("centre", self.centre)
        self.status = facts.get("status", self.status)
        self.number = facts.get("number", self.number)
        self.guarded = facts.get("guarded", self.guarded)
        self.sensitivity = facts.get("sensitivity", self.sensitivity)

    def see(self, clocks: Sequence[Mapping[str, Any]], today: date) -> list[ClockSeen]:
        """Take over the clocks an event of this local date touched; returns those that ended with it."""
        ended = []
        for fact in clocks:
            before = self.clocks.get(fact["id"])
            clock = ClockSeen(
                name=fact["name"],
                unit=fact["unit"],
                started_on=date.fromisoformat(fact["started_on"]),
                due_on=date.fromisoformat(fact["due_on"]),
                ended_on=today if "working_days_used" in fact else None,
                dropped=fact["state"] == ClockState.STOPPED,
                explained=before.explained if before else False,
            )
            self.clocks[fact["id"]] = clock
            if clock.name == ClockName.HANDLE and clock.unit and before is None:
                self.rounds[clock.unit] = Round(clock.started_on)
            if not clock.running:
                ended.append(clock)
        return ended

    def running_late(self, today: date) -> list[ClockSeen]:
        """Running clocks past their due date. Overdue begins at 00:00 of the day after it."""
        return [c for c in self.clocks.values() if c.running and c.can_be_late and today > c.due_on]

    def clocks_of_answer(self) -> list[ClockSeen]:
        """The answer clocks that the answering unit ended itself on the way to the standing answer, oldest first."""
        if self.answer is None:
            return []
        unit, since = self.answer.unit, self.answer.started_on
        return [
            clock
            for clock in self.clocks.values()
            if clock.for_answer
            and clock.unit == unit
            and not clock.dropped
            and clock.started_on >= since
            and clock.ended_on is not None
            and clock.ended_on <= self.answer.on
        ]

    def next_due(self) -> date | None:
        """The due date the holder works against."""
        running = [c for c in self.clocks.values() if c.running and c.can_be_late]
        own = [c for c in running if c.unit == self.holder] or [c for c in running if c.unit is None]
        return min((c.due_on for c in own), default=None)
