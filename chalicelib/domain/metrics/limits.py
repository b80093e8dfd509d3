"""What the end of a time limit adds to the figures: kept or not, by whom, and who goes without having answered."""

from datetime import date

from chalicelib.domain.clocks import ClockName
from chalicelib.domain.metrics.figures import Figure
from chalicelib.domain.metrics.marks import Happening, Mark
from chalicelib.domain.metrics.state import LetterState

_TRIAGE, _APPROVAL = ClockName.TRIAGE.value, ClockName.APPROVAL.value


def ended(state: LetterState, event: Happening) -> list[Mark]:
    """What comes of the limits that ended with the event: to the unit's try at the letter, and to the figures.

    Screened, and assigned or settled by the centre (SF-2.1): each time it has to be done again counts anew. The
    signatures after the unit's own have a limit of their own (BB-3.4), which is not the unit's.

    A unit past its due date counts when its limit ends without an answer of its own to the writer: the letter changed
    hands, the writer took it back, the leading unit answered first, or a joining unit gave its part too late. A late
    answer to the writer is told by that answer.
    """
    marks: list[Mark] = []
    released: set[str] = set()
    for clock in event.ended:
        late, dropped = event.today > clock.due_on, clock.dropped
        if clock.for_answer:
            _end_of_round(state, clock.unit or "", event.today, late=late, dropped=dropped)
            if late and clock.unit and (dropped or clock.unit != _answering(state, event)):
                released.add(clock.unit)
        elif dropped:
            continue
        elif clock.name == _TRIAGE:
            marks.append(Mark(Figure.TRIAGED_LATE if late else Figure.TRIAGED_ON_TIME, event.centre))
        elif clock.name == _APPROVAL:
            marks.append(Mark(Figure.SIGNED_LATE if late else Figure.SIGNED_ON_TIME, state.centre))
    for unit in sorted(released):
        if unit in state.rounds:
            state.rounds[unit].released = True
        marks.append(Mark(Figure.RELEASED_LATE, unit))
    return marks


def _end_of_round(state: LetterState, unit: str, today: date, *, late: bool, dropped: bool) -> None:
    """What the unit has done of its try at the letter. Once late it stays late."""
    its_round = state.rounds.get(unit)
    if its_round is not None:
        its_round.late = its_round.late or late
        its_round.done_on = None if dropped else today


def _answering(state: LetterState, event: Happening) -> str | None:
    """Whose answer it is that ends a limit: the event says so, and a step of its way is taken by the leading unit."""
    if event.facts.leads is not None:
        return event.facts.unit if event.facts.leads else None
    return state.holder
