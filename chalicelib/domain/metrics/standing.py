"""What is true of a letter at the period's end, and how its days went by: working days used, in hand, late."""

from collections.abc import Iterable
from datetime import date, timedelta

from chalicelib.domain.metrics.days_counted import CountsDays
from chalicelib.domain.metrics.figures import Figure
from chalicelib.domain.metrics.marks import Mark
from chalicelib.domain.metrics.state import OUTSIDE, REPLY_OWED, LetterState
from chalicelib.domain.metrics.told import ClockTold

_ONE_DAY = timedelta(days=1)


def standing(state: LetterState, calendar: CountsDays, first: date, last: date) -> list[Mark]:
    """The marks of how the letter stands at the end of `last`, its standing answer included."""
    marks = []
    answer, status, units = state.answer, state.status, state.units
    if answer is not None and answer.in_period:
        marks.append(Mark(Figure.ANSWERED, answer.unit, working_days_of(state, calendar), answer.on))
        marks.append(Mark(Figure.LATE if answer.late else Figure.ON_TIME, answer.unit, None, answer.on))
    if state.accepted_in_period and status not in OUTSIDE:
        by = answer.unit if answer else state.holder
        marks.append(Mark(Figure.REPLY_OWED, by))
        if answer:
            marks.append(Mark(Figure.REPLY_GIVEN, by))
    is_open = status in REPLY_OWED
    for unit in dict.fromkeys([*state.held, *units]) if is_open else state.held:
        marks.append(Mark(Figure.HANDLED, unit, _days_in_hand(state, unit, calendar, first, last)))
    marks += _overran(state, calendar, first, last, is_open=is_open)
    if is_open:
        marks.append(Mark(Figure.OPEN, state.holder))
        late_by = overdue_by_unit(state, calendar, last)
        marks += [Mark(Figure.OVERDUE, unit, days) for unit, days in late_by.items()]
    return marks


def _days_in_hand(state: LetterState, unit: str, calendar: CountsDays, first: date, last: date) -> int:
    """Working days of the period that count against the unit, day by day.

    Those after the day it received the letter, through the day it answered or lost it: a day on which a letter
    changes hands counts against whoever had it that morning, so each day counts once for each leading unit.
    """
    begin, days = first - _ONE_DAY, 0
    for spell in state.spells:
        until = spell.until or last
        if spell.unit == unit and until > begin:
            days += calendar.working_days_between(max(spell.since, begin), min(until, last))
    return days


def _overran(state: LetterState, calendar: CountsDays, first: date, last: date, *, is_open: bool) -> list[Mark]:
    """Every limit that was past on some day of the period, and the working days of the period by which it was."""
    marks = []
    for clock in state.clocks.values():
        ended_on, due_on = clock.ended_on, clock.due_on
        if due_on >= last or (not is_open if ended_on is None else ended_on <= due_on or ended_on < first):
            continue
        if clock.can_be_late:
            through = last if ended_on is None or ended_on > last else ended_on
            days = max(1, calendar.working_days_between(max(due_on, first - _ONE_DAY), through))
            marks.append(Mark(Figure.OVERRAN, clock.unit or state.centre, days))
    return marks


def overdue_by_unit(state: LetterState, calendar: CountsDays, today: date) -> dict[str, int]:
    """Accumulated overdue working days by the office that is late, `today` included (CQ-7.1)."""
    late: dict[str, int] = {}
    for clock in state.running_late(today):
        unit = clock.unit or state.centre
        late[unit] = max(late.get(unit, 0), overdue_working_days(clock.due_on, calendar, today))
    return late


def overdue_working_days(due_on: date, calendar: CountsDays, today: date) -> int:
    """Working days after the due date through `today`; at least 1 once it has passed, also on a rest day."""
    return max(1, calendar.working_days_between(due_on, today)) if today > due_on else 0


def working_days_of(state: LetterState, calendar: CountsDays) -> int | None:
    """Working days from the day the answering unit received the letter to its standing answer, redoing included.

    Where others had to sign: until the unit had done its own part.
    """
    answer = state.answer
    return calendar.working_days_between(answer.started_on, answer.done_on or answer.on) if answer else None


def overdue_days_of(clocks: Iterable[ClockTold], calendar: CountsDays) -> int:
    """Working days by which an answer was late, from the limits it had to keep: those of a redone answer added."""
    ended = [(clock.due_on, clock.ended_on) for clock in clocks if clock.ended_on and clock.ended_on > clock.due_on]
    return sum(overdue_working_days(due_on, calendar, ended_on) for due_on, ended_on in ended)
