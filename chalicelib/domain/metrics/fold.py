"""The fold: events in any order → the state of every letter, and the entries that happened inside a period.

Within a letter events are applied by sequence: one that comes early waits, one that comes twice counts once. So
neither the order of files nor a straggler in a later file changes a figure.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from operator import attrgetter
from zoneinfo import ZoneInfo

from msgspec import Struct

from chalicelib.domain.ledger import instant
from chalicelib.domain.letter import LetterId
from chalicelib.domain.metrics.days_counted import DaysCounted
from chalicelib.domain.metrics.figures import NOBODY, Entry
from chalicelib.domain.metrics.happenings import happen
from chalicelib.domain.metrics.local_times import LocalDays
from chalicelib.domain.metrics.marks import Mark
from chalicelib.domain.metrics.standing import standing
from chalicelib.domain.metrics.state import Happened, LetterState
from chalicelib.domain.metrics.told import Told
from chalicelib.domain.periods import Period, PeriodKind
from chalicelib.domain.working_calendar import WorkingCalendar

_ONE_DAY = timedelta(days=1)
_SEQUENCE = attrgetter("sequence")


class Progress(Struct, array_like=True, gc=False):
    """How far one letter's events were applied, and what happened to it in the period."""

    state: LetterState
    next_sequence: int = 1
    early: dict[int, Told] = {}
    marks: list[Mark] = []


class Folding:
    """How one letter's events become what a period counts. Events after the period's end are left out."""

    def __init__(self, period: Period, zone: ZoneInfo, calendar: WorkingCalendar) -> None:
        start, end = period.bounds(zone)
        self.first, self.last = period.first, period.last
        self.end = instant(end)
        self.calendar = calendar
        self._start = instant(start)
        self._by_the_day = period.kind is PeriodKind.DAILY
        self._days = LocalDays(zone)
        self._days_counted = DaysCounted(calendar)

    def letter(self, lines: Sequence[Told]) -> tuple[LetterState, list[Mark]]:
        """One letter from all its events that happened before the end, in any order: its state and what it adds."""
        state, marks, done = LetterState(lines[0].letter), list[Mark](), 0
        start, local_date = self._start, self._days.of
        for line in sorted(lines, key=_SEQUENCE):
            if line.sequence == done:
                continue
            done, at = line.sequence, line.at
            today = local_date(at)
            if at < start:
                happen(state, line, today, in_period=False)
                continue
            for mark in happen(state, line, today, in_period=True):
                mark.on = today
                marks.append(mark)
            if self._by_the_day:
                state.happened.append(Happened(at, line.move, line.actor.unit))
        return state, self._finished(state, marks)

    def take(self, progress: Progress, line: Told) -> None:
        """Take one event of this letter that happened before the end."""
        sequence = line.sequence
        if sequence == progress.next_sequence:
            self._apply(progress, line)
            while progress.early and (waiting := progress.early.pop(progress.next_sequence, None)) is not None:
                self._apply(progress, waiting)
        elif sequence > progress.next_sequence:
            progress.early[sequence] = line

    def marks(self, progress: Progress) -> list[Mark]:
        """What the letter adds to the figures. What came without its predecessors is applied in its order."""
        for sequence in sorted(progress.early):
            self._apply(progress, progress.early.pop(sequence))
        return self._finished(progress.state, progress.marks)

    def entries(self, progress: Progress) -> list[Entry]:
        """The same as entries."""
        state = progress.state
        marks = self.marks(progress)
        letter, kind, source, field, region = state.letter, state.kind, state.source, state.field, state.region
        return [Entry(m.figure, letter, m.unit, kind, source, field, region, m.amount, m.on) for m in marks]

    def _finished(self, state: LetterState, happened: list[Mark]) -> list[Mark]:
        """What happened, and how the letter stands."""
        marks = happened + standing(state, self._days_counted, self.first, self.last)
        if state.guarded:
            for mark in marks:
                mark.unit = _office(state, mark)
        return marks

    def _apply(self, progress: Progress, line: Told) -> None:
        progress.next_sequence = line.sequence + 1
        at = line.at
        today = self._days.of(at)
        if at < self._start:
            happen(progress.state, line, today, in_period=False)
            return
        marks = happen(progress.state, line, today, in_period=True)
        if marks:
            for mark in marks:
                mark.on = today
            progress.marks += marks
        if self._by_the_day:
            progress.state.happened.append(Happened(at, line.move, line.actor.unit))


class Fold:
    """All letters at once, in memory. Feed it events with `add`, then ask once for `result`.

    `so_far`: what an earlier fold of a period with the same first day gave as `progress`; this one goes on from it.
    """

    def __init__(
        self, period: Period, zone: ZoneInfo, calendar: WorkingCalendar, so_far: dict[str, Progress] | None = None
    ) -> None:
        self._folding = Folding(period, zone, calendar)
        self._letters = {} if so_far is None else so_far

    @property
    def progress(self) -> dict[str, Progress]:
        """How far every letter's events were applied. It changes with every further `add` and with `result`."""
        return self._letters

    def add(self, line: Told) -> None:
        """Take one event."""
        if line.at >= self._folding.end:
            return
        letter = line.letter
        progress = self._letters.get(letter)
        if progress is None:
            progress = self._letters[letter] = Progress(LetterState(letter))
        self._folding.take(progress, line)

    def add_all(self, lines: Iterable[Told]) -> None:
        """Take many."""
        for line in lines:
            self.add(line)

    def result(self) -> "Folded":
        """The states and entries at the period's end."""
        entries: list[Entry] = []
        for letter in sorted(self._letters):
            entries += self._folding.entries(self._letters[letter])
        states = {LetterId(letter): self._letters[letter].state for letter in sorted(self._letters)}
        return Folded(states, tuple(entries), self._folding.last, self._folding.calendar)


@dataclass(frozen=True, slots=True)
class Folded:
    """Every letter's state at the end of `last`, and the period's entries."""

    states: Mapping[LetterId, LetterState]
    entries: tuple[Entry, ...]
    last: date
    calendar: WorkingCalendar


def _office(state: LetterState, mark: Mark) -> str:
    """A letter about an office shows in the rows of those alone that were given it (PL-18)."""
    return mark.unit if mark.unit in state.given_to else NOBODY
