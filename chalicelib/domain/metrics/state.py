"""What the figures need to know of one letter while its events go by: no text, no subject, nobody's name.

Structs and no dataclasses: a year may have ten million events, and what does not fit into memory is laid aside.
"""

from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from chalicelib.domain.letter import Kind, Sensitivity, Status
from chalicelib.domain.metrics.figures import Figure
from chalicelib.domain.metrics.told import HANDLE, ClockTold, Facts

REPLY_OWED = frozenset({Status.RECEIVED, Status.ACCEPTED, Status.REFERRED, Status.ASSIGNED, Status.IN_APPROVAL})
"""Open: somebody still has to do something before the writer has an answer."""

OUTSIDE = frozenset({Status.DECLINED, Status.KEPT, Status.FORWARDED, Status.WITHDRAWN, Status.MERGED, Status.REMOVED})
"""No reply of ours is owed: outside the denominator of the answer rate."""


class Round(Struct, array_like=True, gc=False):
    """One unit's try at the letter, from the day it received it. Once late it stays late, whatever is redone.

    `done_on`: when the unit last finished its own part; what signatures take after it is not the unit's time.
    `released`: its lateness was counted already, without an answer of its own.
    """

    started_on: date
    late: bool = False
    done_on: date | None = None
    released: bool = False


class Answered(Struct, frozen=True, array_like=True, gc=False):
    """The standing answer: by whom, on which local date, in time or not, and in the period or before it.

    `done_on`: when the unit had finished its part; None: with the answer itself.
    """

    unit: str
    on: date
    late: bool
    started_on: date
    in_period: bool
    done_on: date | None = None


class Noticed(Struct, array_like=True, gc=False):
    """Something that is told to everybody: an urge, a send-back, a circular, a measure; on which local date, to whom.

    `trigger` and `measure` are those of a person's decision (HF-3.3), by the rulebook of the letter.
    """

    figure: Figure
    unit: str
    on: date
    trigger: str | None = None
    measure: str | None = None


class Supervision(Struct, array_like=True, gc=False):
    """Since when the letter is supervised (SF-4), and what it touches, where that was said (PL-13)."""

    since: date
    topic: str | None = None


class Happened(Struct, array_like=True, gc=False):
    """One event of the letter on the day of a daily list: `at` UTC as in the ledger, and the actor's office."""

    at: str
    move: str
    unit: str | None


class Spell(Struct, array_like=True, gc=False):
    """One stretch of days for which a unit answers: after the local date `since`, through `until` (None: still)."""

    unit: str
    since: date
    until: date | None = None


class LetterState(Struct, array_like=True, gc=False):
    """One letter as far as its events were seen. `units` in order: the first leads.

    `guarded`: it is about an office or somebody in one. Which one, the ledger does not say.
    `field`, `region`: by the rulebook's lists; "" where nothing was said that stands in them.
    """

    letter: str
    kind: str = Kind.OTHER.value
    source: str = ""
    field: str = ""
    region: str = ""
    centre: str = ""
    status: str = Status.RECEIVED.value
    number: str | None = None
    guarded: bool = False
    received_at: str | None = None
    accepted_in_period: bool = False
    units: list[str] = []
    clocks: dict[str, ClockTold] = {}
    rounds: dict[str, Round] = {}
    answer: Answered | None = None
    rating: int | None = None
    granted: int = 0
    sensitivity: str = Sensitivity.GENERAL.value
    instructed: bool = False
    supervision: Supervision | None = None
    ended_on: date | None = None
    """The local date on which the letter ceased to be open; None while it is open."""
    spells: list[Spell] = []
    """Who had the open letter in hand from when to when."""
    held: list[str] = []
    """Units that had the letter in their hands during the period, while it was open."""
    held_noted: bool = False
    """Whether an event of the period has looked at who has it."""
    given_to: list[str] = []
    """Units that ever had the letter, and so know of it."""
    excerpts: dict[str, date] = {}
    """Ids of texts the centre wrote for the leaders (SF-5), with their local date."""
    excerpt_hashes: dict[str, str] = {}
    contributed: list[str] = []
    """Joining units that have given their part: their days are over."""
    noticed: list[Noticed] = []
    """For the notice board and the circular."""
    happened: list[Happened] = []
    """Every event of the period, kept for a daily list only."""

    @property
    def holder(self) -> str:
        """The office that has the letter: the leading unit, or the centre while no unit has it."""
        return self.units[0] if self.units else self.centre

    @property
    def is_open(self) -> bool:
        """Somebody still owes the writer an answer."""
        return self.status in REPLY_OWED

    def learn(self, facts: Facts) -> None:
        """Take over what the event says of the letter itself."""
        if facts.status is not None:
            self.status = facts.status
        if facts.number is not None:
            self.number = facts.number
        if facts.kind is not None:
            self.kind = facts.kind
        if facts.guarded is not None:
            self.guarded = facts.guarded
        if facts.centre is not None:
            self.centre = facts.centre
        if facts.source is not None:
            self.source = facts.source
        if facts.field is not None:
            self.field = facts.field
        if facts.region is not None:
            self.region = facts.region
        if facts.sensitivity is not None:
            self.sensitivity = facts.sensitivity

    def see(self, clocks: Sequence[ClockTold], today: date) -> list[ClockTold]:
        """Take over the clocks an event of this local date touched; returns those that ended with it."""
        ended, known = [], self.clocks
        for clock in clocks:
            before = known.get(clock.id)
            if before is not None:
                clock.explained = before.explained
            elif clock.unit and clock.name == HANDLE:
                self.rounds[clock.unit] = Round(clock.started_on)
            known[clock.id] = clock
            if clock.working_days_used is not None:
                clock.ended_on = today
                ended.append(clock)
        return ended

    def hold(self, units: Sequence[str], today: date) -> None:
        """These units have the open letter in hand from now on, and nobody else; none when it is no longer open."""
        having = []
        for spell in self.spells:
            if spell.until is None:
                if spell.unit in units:
                    having.append(spell.unit)
                else:
                    spell.until = today
        for unit in units:
            if unit not in having:
                self.spells.append(Spell(unit, today))

    def running_late(self, today: date) -> list[ClockTold]:
        """Running clocks past their due date. Overdue begins at 00:00 of the day after it."""
        return [c for c in self.clocks.values() if c.running and c.can_be_late and today > c.due_on]

    def clocks_of_answer(self) -> list[ClockTold]:
        """The answer clocks that the answering unit ended itself on the way to the standing answer, oldest first."""
        if self.answer is None:
            return []
        unit, since, on = self.answer.unit, self.answer.started_on, self.answer.on
        return [
            clock
            for clock in self.clocks.values()
            if clock.unit == unit
            and clock.ended_on is not None
            and clock.for_answer
            and not clock.dropped
            and since <= clock.started_on
            and clock.ended_on <= on
        ]

    def next_due(self) -> date | None:
        """The due date the holder works against."""
        running = [c for c in self.clocks.values() if c.running and c.can_be_late]
        own = [c for c in running if c.unit == self.holder] or [c for c in running if c.unit is None]
        return min((c.due_on for c in own), default=None)
