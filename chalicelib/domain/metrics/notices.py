"""The notice board: what is overdue or was urged, with accumulated overdue days (CQ-7.1); what was sent back (CQ-7.2);
who was criticised by circular (HF-3.3).

Accusations and letters about an office stay out.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from chalicelib.domain.metrics.figures import Figure
from chalicelib.domain.metrics.fold import Folded
from chalicelib.domain.metrics.lines import is_withheld
from chalicelib.domain.metrics.standing import overdue_by_unit
from chalicelib.domain.metrics.state import LetterState

DAYS_ON_BOARD = 30
"""Calendar days an urge before the due date, or a send-back, is shown while the letter is open; a circular always."""


class NoticeKind(StrEnum):
    """`overdue`: past its due date and not urged (yet); `urge`: urged, late or not; `send_back`: the answer was.

    `circular`: criticised before everybody, by a person's decision.
    """

    OVERDUE = "overdue"
    URGE = "urge"
    SEND_BACK = "send_back"
    CIRCULAR = "circular"


@dataclass(frozen=True, slots=True)
class Notice:
    """One line of the board. `letter` orders the lines and is not published.

    `on`: the local date of the last urge, send-back or circular; of a letter that is merely overdue, its due date.
    `overdue_days`: working days past `due_on` through today; 0 while it is not late. `measure`: what a person decided.
    """

    letter: str
    kind: NoticeKind
    number: str | None
    letter_kind: str
    unit: str
    on: date
    due_on: date | None
    overdue_days: int
    measure: str | None = None


def board_of(folded: Folded) -> tuple[Notice, ...]:
    """The board on the fold's last day, the latest letters first. A letter has one line a unit and kind at most."""
    states = [state for state in folded.states.values() if not is_withheld(state)]
    notices = [notice for state in states if state.is_open for notice in _of(state, folded)]
    notices += [notice for state in states for notice in _circulars(state, folded)]
    return tuple(sorted(notices, key=lambda n: (-n.overdue_days, -n.on.toordinal(), n.number or "", n.letter, n.kind)))


def _of(state: LetterState, folded: Folded) -> Iterator[Notice]:
    today = folded.last
    late = overdue_by_unit(state, folded.calendar, today)
    running = sorted(state.running_late(today), key=lambda clock: clock.due_on, reverse=True)
    due = {clock.unit or state.centre: clock.due_on for clock in running}  # the earliest of a unit wins
    urged = _last(state, Figure.URGES)
    for unit in sorted({*late, *urged}):
        kind = NoticeKind.URGE if unit in urged else NoticeKind.OVERDUE
        on = urged.get(unit) or due[unit]
        if unit in late or on >= today - timedelta(days=DAYS_ON_BOARD):
            yield _notice(state, kind, unit, on, due.get(unit), late.get(unit, 0))
    for unit, on in _last(state, Figure.SEND_BACKS).items():
        if on >= today - timedelta(days=DAYS_ON_BOARD):
            yield _notice(state, NoticeKind.SEND_BACK, unit, on, due.get(unit), late.get(unit, 0))


def _circulars(state: LetterState, folded: Folded) -> Iterator[Notice]:
    """The last one against each unit. It is about work that was done, so it does not go when the letter is answered."""
    late = overdue_by_unit(state, folded.calendar, folded.last) if state.is_open else {}
    last = {each.unit: each for each in state.noticed if each.figure is Figure.CIRCULARS}
    for unit, each in last.items():
        if each.on >= folded.last - timedelta(days=DAYS_ON_BOARD):
            notice = _notice(state, NoticeKind.CIRCULAR, unit, each.on, None, late.get(unit, 0))
            yield replace(notice, measure=each.measure)


def _notice(state: LetterState, kind: NoticeKind, unit: str, on: date, due_on: date | None, days: int) -> Notice:
    return Notice(state.letter, kind, state.number, state.kind, unit, on, due_on, days)


def _last(state: LetterState, figure: Figure) -> dict[str, date]:
    """When each unit that still has the letter was last urged (or sent its answer back)."""
    still = {*state.units, state.holder}
    return {each.unit: each.on for each in state.noticed if each.figure is figure and each.unit in still}
