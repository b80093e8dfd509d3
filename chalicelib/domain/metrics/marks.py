"""What the rules of counting share: the event as they see it, and the marks they leave."""

from collections.abc import Callable
from datetime import date

from msgspec import Struct

from chalicelib.domain.metrics.figures import Figure
from chalicelib.domain.metrics.state import LetterState
from chalicelib.domain.metrics.told import ClockTold, Facts


class Mark(Struct, array_like=True, gc=False):
    """A figure this letter adds one to, and the office it counts for. `on`: as `Entry.on`."""

    figure: Figure
    unit: str
    amount: int | None = None
    on: date | None = None


class Happening(Struct, gc=False):
    """One event as the rules see it, after the state has learned its facts and clocks. `today`: its local date.

    `was`, `centre`: status and centre before it. `by`: the office of whoever made the move.
    """

    facts: Facts
    today: date
    at: str
    in_period: bool
    ended: list[ClockTold]
    was: str
    centre: str
    by: str | None


Rule = Callable[[LetterState, Happening], list[Mark]]


def counts(figure: Figure) -> Rule:
    """An event that only adds to a figure of the office that holds the letter."""
    return lambda state, _: [Mark(figure, state.holder)]


def unit_of(state: LetterState, event: Happening) -> str:
    """The unit the event names, else the office that holds the letter."""
    return event.facts.unit or state.holder
