"""What each event does to a letter's state, and which figures it adds to. One rule an event, in one table."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from chalicelib.domain.clocks import ClockName
from chalicelib.domain.letter import Status
from chalicelib.domain.metrics import hands, limits, oversight
from chalicelib.domain.metrics.figures import Figure
from chalicelib.domain.metrics.marks import Happening, Mark, Rule, counts, unit_of
from chalicelib.domain.metrics.state import Answered, LetterState, Noticed, Round
from chalicelib.domain.metrics.told import Facts, Told

_IN_APPROVAL, _ANSWERED, _FORWARDED = Status.IN_APPROVAL.value, Status.ANSWERED.value, Status.FORWARDED.value


def happen(state: LetterState, line: Told, today: date, *, in_period: bool) -> list[Mark]:
    """Apply one event to the state; returns the marks it leaves, whether or not they lie in the period.

    Most events change little: what they cannot touch is not looked at.
    """
    facts, by = line.facts, line.actor.unit
    was, centre, units = state.status, state.centre, state.units
    state.learn(facts)
    rule = _RULES.get(line.move)
    if rule is None and _is_idle(state, facts, by, was, in_period):
        if facts.texts:
            _note_excerpts(state, facts, today)
        return []
    ended = state.see(facts.clocks, today) if facts.clocks is not None else []
    event = Happening(facts, today, line.at, in_period, ended, was, centre or state.centre, by)
    marks = limits.ended(state, event) if ended else []
    if rule is not None:
        marks += rule(state, event)
    if facts.supervised and state.supervision is None:
        marks += oversight.supervised(state, event)
    if state.units is not units or (was != state.status and not (was in hands.PLAIN and state.status in hands.PLAIN)):
        marks += hands.changed_hands(state, event, units)
    elif was == _IN_APPROVAL or facts.leads is False or (in_period and not state.held_noted):
        hands.note_holding(state, event, units)
    if by and by == facts.unit and by not in state.given_to and by != state.centre:
        state.given_to.append(by)
    if facts.texts:
        _note_excerpts(state, facts, today)
    return marks


def _is_idle(state: LetterState, facts: Facts, by: str | None, was: str, in_period: bool) -> bool:
    """Whether an event without a rule of its own changes nothing that is looked at."""
    return (
        facts.clocks is None
        and was == state.status
        and not facts.supervised
        and state.held_noted is in_period
        and (by is None or by in state.given_to or by != facts.unit)
    )


def _note_excerpts(state: LetterState, facts: Facts, today: date) -> None:
    for text in facts.excerpts():
        state.excerpts[text.id] = today
        state.excerpt_hashes[text.id] = text.sha256


def _receive(state: LetterState, event: Happening) -> list[Mark]:
    """A letter taken over from another system may come with the unit that answered it there."""
    state.received_at = event.at
    if event.facts.units:
        state.units = list(event.facts.units)
    return [Mark(Figure.RECEIVED, state.centre)]


def _accept(state: LetterState, event: Happening) -> list[Mark]:
    state.accepted_in_period = event.in_period
    return [Mark(Figure.ACCEPTED, state.centre)]


def _assign(state: LetterState, event: Happening) -> list[Mark]:
    units = event.facts.units or []
    new = [Mark(Figure.ASSIGNED, unit) for unit in units if unit not in state.units]
    again = [Mark(Figure.PING_PONG, unit) for unit in event.facts.ping_pong or ()]
    state.contributed = [unit for unit in state.contributed if unit in state.units]
    state.units = list(units)
    return [*new, *again]


def _claim(state: LetterState, event: Happening) -> list[Mark]:
    """PL-6: a claimed letter is handled like an assigned one."""
    return [*_assign(state, event), *(Mark(Figure.CLAIMED, unit) for unit in event.facts.units or ())]


def _return(state: LetterState, event: Happening) -> list[Mark]:
    """Given back to the centre. A subordinate's giving back to the unit above it changes nothing outside the unit."""
    if event.facts.sub_unit is not None:
        return []
    unit = unit_of(state, event)
    state.units = [each for each in state.units if each != unit]
    windows = [clock for clock in event.ended if clock.name == ClockName.RETURN and clock.unit == unit]
    late = any(event.today > window.due_on for window in windows)
    return [Mark(Figure.RETURNS, unit), *([Mark(Figure.RETURNED_LATE, unit)] if late else [])]


def _classify(state: LetterState, event: Happening) -> list[Mark]:
    """A unit the letter turns out to be about loses it (PL-18): `units` are those that keep it.

    A line without them says it by the clocks that end with it, which a unit that had contributed no longer has.
    """
    lost = {clock.unit for clock in event.ended}
    kept = event.facts.units
    state.units = [each for each in state.units if each not in lost] if kept is None else list(kept)
    return []


def _extension(state: LetterState, event: Happening) -> list[Mark]:
    days = event.facts.working_days or 0
    state.granted += days
    return [Mark(Figure.EXTENSIONS, unit_of(state, event), days)]


def _explain(state: LetterState, event: Happening) -> list[Mark]:
    for clock in state.clocks.values():
        if clock.running and clock.for_answer and clock.unit == event.facts.unit:
            clock.explained = True
    return []


def _answer(state: LetterState, event: Happening) -> list[Mark]:
    """Only the leading unit's answer is one, and only once the writer has it; a joining unit contributes to it.

    Who got a forwarded letter and answers it owes that to nobody: it has a figure of its own (CQ-4.3).
    """
    if event.facts.leads is False:
        state.contributed.append(unit_of(state, event))
    if not event.facts.leads or state.status == _IN_APPROVAL:
        return []
    if state.status == _FORWARDED:
        return [Mark(Figure.FORWARDED_ANSWERED, unit_of(state, event))]
    _give(state, event, unit_of(state, event))
    return []


def _give(state: LetterState, event: Happening, unit: str) -> None:
    its_round = state.rounds.get(unit) or Round(event.today)
    late, started_on, done_on = its_round.late, its_round.started_on, its_round.done_on
    state.answer = Answered(unit, event.today, late, started_on, event.in_period, done_on)


def _approve(state: LetterState, event: Happening) -> list[Mark]:
    """The last signature gives the answer (BB-3.4). Any other approval changes no figure."""
    if event.was == _IN_APPROVAL and state.status == _ANSWERED:
        _give(state, event, state.holder)
    return []


def _send_back(state: LetterState, event: Happening) -> list[Mark]:
    """The answer does not stand; figures wait for the one that does (CQ-7.2).

    What the unit's own head gives back to be done again before it goes out is the unit's own affair.
    """
    unit = unit_of(state, event)
    if event.was == _IN_APPROVAL:
        if event.by == unit and unit != state.centre:
            return []
    else:
        state.answer = None
    state.noticed.append(Noticed(Figure.SEND_BACKS, unit, event.today))
    return [Mark(Figure.SEND_BACKS, unit)]


def _rate(state: LetterState, event: Happening) -> list[Mark]:
    state.rating = event.facts.score
    return [Mark(Figure.RATED, unit_of(state, event), state.rating)]


def _reopen(state: LetterState, event: Happening) -> list[Mark]:
    """It counts for the unit whose answer did not settle the matter. A merged letter had none of its own."""
    held: list[str] = event.facts.units or []
    unit = held[0] if held else state.holder
    state.units, state.rating = [], None
    if event.was == Status.MERGED:
        return []
    return [Mark(Figure.REOPENED, unit)]


def _part(state: LetterState, _event: Happening) -> list[Mark]:
    """A merged letter that goes on alone is the centre's."""
    state.units = []
    return []


_RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "receive": _receive,
        "accept": _accept,
        "decline": counts(Figure.DECLINED),
        "keep_for_information": counts(Figure.KEPT),
        "forward": counts(Figure.FORWARDED),
        "refer_up": lambda _, event: [Mark(Figure.REFERRED, event.centre)],
        "withdraw": counts(Figure.WITHDRAWN),
        "assign": _assign,
        "convert": _assign,
        "claim": _claim,
        "return": _return,
        "classify": _classify,
        "grant_extension": _extension,
        "explain_delay": _explain,
        "answer": _answer,
        "approve": _approve,
        "send_back": _send_back,
        "rate": _rate,
        "reopen": _reopen,
        "part": _part,
        **oversight.RULES,
    }
)
