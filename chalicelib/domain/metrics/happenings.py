"""What each event does to a letter's state, and which figures it adds to. One rule an event, in one table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from chalicelib.domain.clocks import ClockName
from chalicelib.domain.metrics.figures import Figure
from chalicelib.domain.metrics.state import Answered, ClockSeen, LetterState, Round
from chalicelib.domain.rules import Action


@dataclass(frozen=True, slots=True)
class Mark:
    """A figure this letter adds one to, and the office it counts for."""

    figure: Figure
    unit: str
    amount: int | None = None


@dataclass(frozen=True, slots=True)
class Happening:
    """One event as the rules see it, after the state has learned its facts and clocks. `today`: its local date."""

    facts: Mapping[str, Any]
    today: date
    at: str
    in_period: bool
    ended: list[ClockSeen]


_NOTICED = frozenset({Figure.URGES, Figure.SEND_BACKS})

Rule = Callable[[LetterState, Happening], list[Mark]]


def happen(state: LetterState, line: Mapping[str, Any], today: date, *, in_period: bool) -> list[Mark]:
    """Apply one event to the state; returns the marks it leaves, whether or not they lie in the period."""
    facts = line["facts"]
    state.learn(facts)
    ended = state.see(facts.get("clocks", ()), today)
    for clock in ended:
        if clock.for_answer and clock.unit in state.rounds and today > clock.due_on:
            state.rounds[clock.unit].late = True
    rule = _RULES.get(line["move"])
    event = Happening(facts, today, line["at"], in_period, ended)
    marks = [*_triaged(state, event), *_released_late(event), *(rule(state, event) if rule else [])]
    state.noticed += [(mark.figure, mark.unit, today) for mark in marks if mark.figure in _NOTICED]
    return marks


def _triaged(state: LetterState, event: Happening) -> list[Mark]:
    """Screened, and assigned or settled by the centre (SF-2.1). Each time it has to be done again counts anew."""
    ended = [clock for clock in event.ended if clock.name == ClockName.TRIAGE and not clock.dropped]
    late = [event.today > clock.due_on for clock in ended]
    return [Mark(Figure.TRIAGED_LATE if each else Figure.TRIAGED_ON_TIME, state.centre) for each in late]


def _released_late(event: Happening) -> list[Mark]:
    """A unit past its due date counts when its limit ends without an answer of its own to the writer.

    The letter changed hands, the writer took it back, the leading unit answered first, or a joining unit gave its part
    too late. A late answer to the writer is told by that answer.
    """
    answers = event.facts.get("unit") if event.facts.get("leads") else None
    ended = [clock for clock in event.ended if clock.for_answer and event.today > clock.due_on]
    late = {clock.unit for clock in ended if clock.unit and clock.unit != answers}
    return [Mark(Figure.RELEASED_LATE, unit) for unit in sorted(late)]


def _counts(figure: Figure) -> Rule:
    """An event that only adds to a figure of the office that holds the letter."""
    return lambda state, _: [Mark(figure, state.holder)]


def _receive(state: LetterState, event: Happening) -> list[Mark]:
    """A letter taken over from another system may come with the unit that answered it there."""
    state.received_at = event.at
    state.units = list(event.facts.get("units", ()))
    return [Mark(Figure.RECEIVED, state.centre)]


def _accept(state: LetterState, event: Happening) -> list[Mark]:
    state.accepted_in_period = event.in_period
    return [Mark(Figure.ACCEPTED, state.centre)]


def _assign(state: LetterState, event: Happening) -> list[Mark]:
    units: list[str] = event.facts["units"]
    new = [Mark(Figure.ASSIGNED, unit) for unit in units if unit not in state.units]
    state.units = list(units)
    return new


def _return(state: LetterState, event: Happening) -> list[Mark]:
    unit = event.facts["unit"]
    state.units = [each for each in state.units if each != unit]
    return [Mark(Figure.RETURNS, unit)]


def _classify(state: LetterState, event: Happening) -> list[Mark]:
    """A unit the letter turns out to be about loses it (PL-18): `units` are those that keep it.

    A line without them says it by the clocks that end with it, which a unit that had contributed no longer has.
    """
    lost = {clock.unit for clock in event.ended}
    kept = event.facts.get("units")
    state.units = [each for each in state.units if each not in lost] if kept is None else list(kept)
    return []


def _extension(state: LetterState, event: Happening) -> list[Mark]:
    days = event.facts["working_days"]
    state.granted += days
    return [Mark(Figure.EXTENSIONS, event.facts["unit"], days)]


def _explain(state: LetterState, event: Happening) -> list[Mark]:
    for clock in state.clocks.values():
        if clock.running and clock.for_answer and clock.unit == event.facts["unit"]:
            clock.explained = True
    return []


def _answer(state: LetterState, event: Happening) -> list[Mark]:
    """Only the leading unit's answer is one; a joining unit contributes to it."""
    if not event.facts["leads"]:
        return []
    unit = event.facts["unit"]
    its_round = state.rounds.get(unit) or Round(event.today)
    state.answer = Answered(unit, event.today, its_round.late, its_round.started_on, event.in_period)
    return []


def _send_back(state: LetterState, event: Happening) -> list[Mark]:
    """The answer does not stand; figures wait for the one that does (CQ-7.2)."""
    state.answer = None
    return [Mark(Figure.SEND_BACKS, event.facts.get("unit") or state.holder)]


def _rate(state: LetterState, event: Happening) -> list[Mark]:
    state.rating = event.facts["score"]
    return [Mark(Figure.RATED, event.facts.get("unit") or state.holder, state.rating)]


def _reopen(state: LetterState, event: Happening) -> list[Mark]:
    """It counts for the unit whose answer did not settle the matter."""
    held: list[str] = event.facts.get("units") or []
    unit = held[0] if held else state.holder
    state.units, state.rating = [], None
    return [Mark(Figure.REOPENED, unit)]


_BY_ACTION = {
    Action.REMIND.value: Figure.REMINDERS,
    Action.URGE.value: Figure.URGES,
    Action.ESCALATE.value: Figure.ESCALATIONS,
}


def _ladder_step(state: LetterState, event: Happening) -> list[Mark]:
    """An explained delay is not urged (CQ-7.1): that step was recorded, but nobody was told."""
    clock = state.clocks[event.facts["clocks"][0]["id"]]
    figure = _BY_ACTION[event.facts["action"]]
    if clock.explained and figure is Figure.URGES:
        return []
    return [Mark(figure, clock.unit or state.centre)]


_RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "receive": _receive,
        "accept": _accept,
        "decline": _counts(Figure.DECLINED),
        "keep_for_information": _counts(Figure.KEPT),
        "forward": _counts(Figure.FORWARDED),
        "withdraw": _counts(Figure.WITHDRAWN),
        "assign": _assign,
        "return": _return,
        "classify": _classify,
        "grant_extension": _extension,
        "explain_delay": _explain,
        "answer": _answer,
        "send_back": _send_back,
        "rate": _rate,
        "reopen": _reopen,
        "ladder_step": _ladder_step,
        "urge": _counts(Figure.URGES),
        "supervise": _counts(Figure.SUPERVISED),
    }
)
