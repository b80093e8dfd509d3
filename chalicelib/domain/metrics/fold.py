"""The fold: events in any order → the state of every letter, and the entries that happened inside a period.

Memory is one small state a letter. Within a letter events are applied by sequence: one that comes early waits, one
that comes twice counts once. So neither the order of files nor a straggler in a later file changes a figure.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.domain.clocks import local_date
from chalicelib.domain.ledger import instant
from chalicelib.domain.letter import LetterId
from chalicelib.domain.metrics.figures import NOBODY, Entry, Figure
from chalicelib.domain.metrics.happenings import happen
from chalicelib.domain.metrics.marks import Mark
from chalicelib.domain.metrics.state import OUTSIDE, Happened, LetterState
from chalicelib.domain.periods import Period, PeriodKind
from chalicelib.domain.working_calendar import WorkingCalendar

Line = Mapping[str, Any]
"""One event as it stands in a ledger file."""


@dataclass(slots=True)
class Progress:
    """How far one letter's events were applied, and what happened to it in the period."""

    state: LetterState
    next_sequence: int = 1
    early: dict[int, Line] = field(default_factory=dict)
    marks: list[Mark] = field(default_factory=list)


class Fold:
    """Feed it events with `add`, then ask once for `result`. Events after the period's end are left out.

    `so_far`: what an earlier fold of a period with the same first day gave as `progress`; this one goes on from it.
    """

    def __init__(
        self, period: Period, zone: ZoneInfo, calendar: WorkingCalendar, so_far: dict[str, Progress] | None = None
    ) -> None:
        start, end = period.bounds(zone)
        self._start, self._end = instant(start), instant(end)
        self._last = period.last
        self._by_the_day = period.kind is PeriodKind.DAILY
        self._zone = zone
        self._calendar = calendar
        self._letters = {} if so_far is None else so_far

    @property
    def progress(self) -> dict[str, Progress]:
        """How far every letter's events were applied. It changes with every further `add` and with `result`."""
        return self._letters

    def add(self, line: Line) -> None:
        """Take one event."""
        if line["at"] >= self._end:
            return
        letter = line["letter"]
        progress = self._letters.get(letter)
        if progress is None:
            progress = self._letters[letter] = Progress(LetterState(letter))
        sequence = line["sequence"]
        if sequence < progress.next_sequence:
            return
        if sequence > progress.next_sequence:
            progress.early[sequence] = line
            return
        self._apply(progress, line)
        while (waiting := progress.early.pop(progress.next_sequence, None)) is not None:
            self._apply(progress, waiting)

    def add_all(self, lines: Iterable[Line]) -> None:
        """Take many."""
        for line in lines:
            self.add(line)

    def result(self) -> "Folded":
        """The states and entries at the period's end. What came without its predecessors is applied in its order."""
        for progress in self._letters.values():
            for sequence in sorted(progress.early):
                self._apply(progress, progress.early.pop(sequence))
        entries: list[Entry] = []
        for letter in sorted(self._letters):
            progress = self._letters[letter]
            entries += _entries(progress.state, [*progress.marks, *self._standing(progress.state)])
        states = {LetterId(letter): self._letters[letter].state for letter in sorted(self._letters)}
        return Folded(states, tuple(entries), self._last, self._calendar)

    def _apply(self, progress: Progress, line: Line) -> None:
        progress.next_sequence = line["sequence"] + 1
        at = line["at"]
        today = local_date(datetime.fromisoformat(at), self._zone)
        in_period = at >= self._start
        marks = happen(progress.state, line, today, in_period=in_period)
        if in_period:
            progress.marks += [replace(mark, on=today) for mark in marks]
            if self._by_the_day:
                progress.state.happened.append(Happened(at, line["move"], line["actor"]["unit"]))

    def _standing(self, state: LetterState) -> list[Mark]:
        """What is true of the letter at the period's end, its standing answer included."""
        marks = []
        answer = state.answer
        if answer and answer.in_period:
            marks.append(Mark(Figure.ANSWERED, answer.unit, working_days_of(state, self._calendar), answer.on))
            marks.append(Mark(Figure.LATE if answer.late else Figure.ON_TIME, answer.unit, on=answer.on))
        if state.accepted_in_period and state.status not in OUTSIDE:
            by = answer.unit if answer else state.holder
            marks.append(Mark(Figure.REPLY_OWED, by))
            if answer:
                marks.append(Mark(Figure.REPLY_GIVEN, by))
        held = dict.fromkeys([*state.held, *(state.units if state.is_open else ())])
        marks += [Mark(Figure.HANDLED, unit) for unit in held]
        if state.is_open:
            marks.append(Mark(Figure.OPEN, state.holder))
            late_by = overdue_by_unit(state, self._calendar, self._last)
            marks += [Mark(Figure.OVERDUE, unit, days) for unit, days in late_by.items()]
        return marks


@dataclass(frozen=True, slots=True)
class Folded:
    """Every letter's state at the end of `last`, and the period's entries."""

    states: Mapping[LetterId, LetterState]
    entries: tuple[Entry, ...]
    last: date
    calendar: WorkingCalendar


def overdue_by_unit(state: LetterState, calendar: WorkingCalendar, today: date) -> dict[str, int]:
    """Accumulated overdue working days by the office that is late, `today` included (CQ-7.1)."""
    late: dict[str, int] = {}
    for clock in state.running_late(today):
        unit = clock.unit or state.centre
        late[unit] = max(late.get(unit, 0), overdue_working_days(clock.due_on, calendar, today))
    return late


def overdue_working_days(due_on: date, calendar: WorkingCalendar, today: date) -> int:
    """Working days after the due date through `today`; at least 1 once it has passed, also on a rest day."""
    return max(1, calendar.working_days_between(due_on, today)) if today > due_on else 0


def working_days_of(state: LetterState, calendar: WorkingCalendar) -> int | None:
    """Working days from the day the answering unit received the letter to its standing answer, redoing included.

    Where others had to sign: until the unit had done its own part.
    """
    answer = state.answer
    return calendar.working_days_between(answer.started_on, answer.done_on or answer.on) if answer else None


def overdue_days_of(state: LetterState, calendar: WorkingCalendar) -> int:
    """Working days by which the standing answer was late, those of a redone answer added."""
    ended = [(clock.due_on, clock.ended_on) for clock in state.clocks_of_answer() if clock.ended_on]
    return sum(overdue_working_days(due_on, calendar, ended_on) for due_on, ended_on in ended)


def _entries(state: LetterState, marks: Iterable[Mark]) -> list[Entry]:
    return [Entry(m.figure, state.letter, _office(state, m), state.kind, state.source, m.amount, m.on) for m in marks]


def _office(state: LetterState, mark: Mark) -> str:
    """A letter about an office shows in the rows of those alone that were given it (PL-18)."""
    return mark.unit if not state.guarded or mark.unit in state.given_to else NOBODY
