"""Who has a letter in hand: what it adds to the figures when it changes hands, and whose days go by."""

from chalicelib.domain.letter import Status
from chalicelib.domain.metrics.figures import Figure
from chalicelib.domain.metrics.marks import Happening, Mark
from chalicelib.domain.metrics.state import REPLY_OWED, LetterState

PLAIN = frozenset({Status.RECEIVED, Status.ACCEPTED, Status.ASSIGNED})
"""Between these a letter stays as open as it was, and nobody's days begin or end."""
_TAKEN_AWAY = frozenset({Status.WITHDRAWN, Status.MERGED})
_MERGED, _IN_APPROVAL = Status.MERGED.value, Status.IN_APPROVAL.value


def changed_hands(state: LetterState, event: Happening, units: list[str]) -> list[Mark]:
    """The letter's status or its units are others now."""
    marks = _gone_late(state, units) if units else []
    if state.status == _MERGED:
        if event.was != _MERGED:
            marks = [Mark(Figure.MERGED, state.centre), *marks]
        state.units = []  # whoever had it has it no more; the other letter is answered for both
    given_to = state.given_to
    for unit in (*units, *state.units):
        if unit not in given_to:
            given_to.append(unit)
    note_holding(state, event, units)
    return marks


def note_holding(state: LetterState, event: Happening, units: list[str]) -> None:
    """Who has it in hand; who had it in the period, while it was open; and when it ceased to be."""
    is_open = state.status in REPLY_OWED
    state.hold(_in_hand(state) if is_open else (), event.today)
    if event.in_period:
        held = state.held
        for unit in (*(units if event.was in REPLY_OWED else ()), *(state.units if is_open else ())):
            if unit not in held:
                held.append(unit)
        state.held_noted = True
    if is_open:
        state.ended_on = None
    elif state.ended_on is None:
        state.ended_on = event.today


def _in_hand(state: LetterState) -> list[str]:
    """Of an open letter, units whose days go by. While others sign, only one with a part of its own to do (BB-3.4)."""
    if state.status != _IN_APPROVAL:
        if not state.contributed:
            return state.units
        return [unit for unit in state.units if unit == state.holder or unit not in state.contributed]
    busy = {clock.unit for clock in state.clocks.values() if clock.running and clock.for_answer}
    return [unit for unit in state.units if unit in busy]


def _gone_late(state: LetterState, units: list[str]) -> list[Mark]:
    """A unit whose answer was late, and was not taken, does not come clean by losing the letter. `units` had it."""
    if state.units is units and state.status not in _TAKEN_AWAY:
        return []
    gone = units if state.status in _TAKEN_AWAY else [each for each in units if each not in state.units]
    marks = []
    for unit in gone:
        its_round = state.rounds.get(unit)
        answered = state.answer is not None and state.answer.unit == unit
        if its_round is not None and its_round.late and not its_round.released and not answered:
            its_round.released = True
            marks.append(Mark(Figure.RELEASED_LATE, unit))
    return marks
