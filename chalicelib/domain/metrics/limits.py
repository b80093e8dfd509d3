"""What the end of a time limit adds to the figures: kept or not, by whom, and who goes without having answered."""

from chalicelib.domain.clocks import ClockName
from chalicelib.domain.metrics.figures import Figure
from chalicelib.domain.metrics.marks import Happening, Mark
from chalicelib.domain.metrics.state import LetterState

_TRIAGE, _APPROVAL = ClockName.TRIAGE.value, ClockName.APPROVAL.value


def finish_rounds(state: LetterState, event: Happening) -> None:
    """What the unit has done of its try at the letter, by the limits that ended. Once late it stays late."""
    for clock in event.ended:
        its_round = state.rounds.get(clock.unit or "")
        if clock.for_answer and its_round is not None:
            its_round.late = its_round.late or event.today > clock.due_on
            its_round.done_on = None if clock.dropped else event.today


def triaged(state: LetterState, event: Happening) -> list[Mark]:
    """Screened, and assigned or settled by the centre (SF-2.1). Each time it has to be done again counts anew.

    The signatures after the unit's own have a limit of their own (BB-3.4), which is not the unit's.
    """
    marks = []
    for clock in event.ended:
        if clock.name == _TRIAGE and not clock.dropped:
            late = event.today > clock.due_on
            marks.append(Mark(Figure.TRIAGED_LATE if late else Figure.TRIAGED_ON_TIME, event.centre))
        elif clock.name == _APPROVAL and not clock.dropped:
            late = event.today > clock.due_on
            marks.append(Mark(Figure.SIGNED_LATE if late else Figure.SIGNED_ON_TIME, state.centre))
    return marks


def released_late(state: LetterState, event: Happening) -> list[Mark]:
    """A unit past its due date counts when its limit ends without an answer of its own to the writer.

    The letter changed hands, the writer took it back, the leading unit answered first, or a joining unit gave its part
    too late. A late answer to the writer is told by that answer.
    """
    ended = [clock for clock in event.ended if event.today > clock.due_on and clock.for_answer and clock.unit]
    if not ended:
        return []
    late = {str(clock.unit) for clock in ended if clock.dropped or clock.unit != _answering(state, event)}
    for unit in late & state.rounds.keys():
        state.rounds[unit].released = True
    return [Mark(Figure.RELEASED_LATE, unit) for unit in sorted(late)]


def _answering(state: LetterState, event: Happening) -> str | None:
    """Whose answer it is that ends a limit: the event says so, and a step of its way is taken by the leading unit."""
    if event.facts.leads is not None:
        return event.facts.unit if event.facts.leads else None
    return state.holder
