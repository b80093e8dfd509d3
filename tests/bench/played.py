"""Plays a story with the product's own engine, at any dates and with any names. What comes out are ledger lines."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from chalicelib.domain.arrival import Arrival, receive
from chalicelib.domain.clocks import Clock
from chalicelib.domain.draft import Outcome, Surroundings
from chalicelib.domain.engine import make
from chalicelib.domain.history import Past, relive
from chalicelib.domain.ledger import line_of
from chalicelib.domain.letter import Letter, LetterId, UnitId
from chalicelib.domain.payloads import Rate
from chalicelib.domain.rulebook import Rulebook
from chalicelib.domain.watch import visit
from tests.bench.county import days, people_of
from tests.bench.stories import Cast, Sort, Step, Story
from tests.builders import SHANGHAI, calendar

ACCUSED = "unit-99"
"""Whom a guarded letter is about. The ledger never says so."""

SWEPT_AFTER = timedelta(seconds=7, microseconds=318442)
"""How long after a step's moment the sweep came by."""


@dataclass(frozen=True, slots=True)
class Particulars:
    """What one letter has of its own. `within`: minutes, seconds and less after the full hour of everything people do.

    `arrived_at`: UTC. `field`, `region`: None where it is of a sort that states none.
    """

    letter: str
    number: str
    arrived_at: datetime
    within: timedelta
    cast: Cast
    kind: str
    source: str
    field: str | None
    region: str | None
    score: int


@dataclass(frozen=True, slots=True)
class Played:
    """One line, and the step it came from: None for the arrival and for what the sweep did."""

    line: dict[str, Any]
    step: Step | None


class Play:
    """One letter on its way through the engine."""

    def __init__(self, sort: Sort, own: Particulars, book: Rulebook) -> None:
        self._own, self._book, self._sort = own, book, sort
        self._salts = count(1)
        self._people = people_of(own.cast.a, own.cast.b, ACCUSED)
        self._letter: Letter
        self._clocks: tuple[Clock, ...] = ()

    def run(self, story: Story, until: datetime) -> Iterator[Played]:
        """The whole story, and every reminder on the way; what the sweep does goes on until then (UTC)."""
        own = self._own
        first = own.arrived_at.astimezone(SHANGHAI).date()
        around = self._around(own.arrived_at)
        yield self._took(receive(LetterId(own.letter), "0" * 64, self._arrival(), "web", around), None)
        for step in story.plot(own.cast, self._sort.limit):
            at = _moment(first, step) + own.within
            yield from self._swept_until(at)
            payload = step.payload.model_copy(update={"score": own.score}) if isinstance(step.payload, Rate) else None
            outcome = make(step.move, self._letter, self._clocks, step.actor, payload or step.payload, self._around(at))
            yield self._took(outcome, step)
        yield from self._swept_until(until)

    def history(self, recorded_at: datetime, working_days: int) -> Iterator[Played]:
        """The same letter as history that an old system answered, after so many working days."""
        own = self._own
        day = days().after(own.arrived_at.astimezone(SHANGHAI).date(), working_days)
        answered = datetime(day.year, day.month, day.day, 16, tzinfo=SHANGHAI).astimezone(UTC) + own.within
        past = Past(self._arrival(), own.arrived_at, "已经办理。", answered)
        for outcome in relive(LetterId(own.letter), "0" * 64, past, self._around(recorded_at)):
            yield self._took(outcome, None)

    def _arrival(self) -> Arrival:
        own, box = self._own, next(iter(self._people.mailboxes.values()))
        return Arrival(
            box,
            next(kind for kind in self._sort.kinds if kind.value == own.kind),
            "路灯",
            "路灯坏了。",
            source=own.source,
            field=own.field,
            region=own.region,
            about_units=(UnitId(ACCUSED),) if self._sort.guarded else (),
        )

    def _swept_until(self, at: datetime) -> Iterator[Played]:
        while True:
            waiting = [
                c for c in self._clocks if c.running and c.next_action_at and c.next_action_at + SWEPT_AFTER < at
            ]
            if not waiting:
                return
            clock = min(waiting, key=lambda each: (each.next_action_at, each.id))
            assert clock.next_action_at is not None
            around = self._around(clock.next_action_at + SWEPT_AFTER)
            for outcome in visit(self._letter, self._clocks, clock.id, around).outcomes:
                yield self._took(outcome, None)

    def _took(self, outcome: Outcome, step: Step | None) -> Played:
        self._letter, self._clocks = outcome.letter, outcome.clocks
        return Played(line_of(outcome.event), step)

    def _around(self, now: datetime) -> Surroundings:
        return Surroundings(
            now=now,
            zone=SHANGHAI,
            rulebook=self._book,
            calendar=calendar(),
            directory=self._people,
            new_salt=lambda: f"{next(self._salts):032x}",
            number=self._own.number,
        )


def _moment(first: date, step: Step) -> datetime:
    day = days().after(first, step.day)
    return datetime(day.year, day.month, day.day, step.hour, tzinfo=SHANGHAI).astimezone(UTC)
