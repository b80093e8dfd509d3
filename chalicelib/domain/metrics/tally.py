"""Adds entries up to rows. Memory goes by units, kinds and places; by letters only while rows list theirs."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from chalicelib.domain.metrics.figures import NOBODY, Cell, Dimension, Entry, Figure, Row, share
from chalicelib.domain.metrics.marks import Mark
from chalicelib.domain.metrics.state import LetterState

LISTED_AT_MOST = 5000
"""Letters up to which every figure of every row lists its own; with more, the lines of the letters say it alone."""

_FIGURES = tuple(Figure)
_PART = (Dimension.KIND, Dimension.SOURCE, Dimension.FIELD, Dimension.REGION)
_WITH_MEANS = frozenset({Figure.ANSWERED, Figure.RATED})
_SERIES = {Figure.RECEIVED: 0, Figure.ANSWERED: 1, Figure.ON_TIME: 2, Figure.LATE: 3}


class RowTally:
    """What one row comes to so far."""

    __slots__ = ("amounts", "counts", "days", "letters", "scores")

    def __init__(self) -> None:
        self.counts = [0] * len(_FIGURES)
        self.amounts = [0] * len(_FIGURES)
        self.days: Counter[int] = Counter()
        self.scores: Counter[int] = Counter()
        self.letters: dict[int, set[str]] = {}

    def add(self, entry: Entry) -> None:
        """Count one entry."""
        place, amount = entry.figure.place, entry.amount
        self.counts[place] += 1
        if amount is not None:
            self.amounts[place] += amount
            if entry.figure in _WITH_MEANS:
                self.note(entry.figure, amount)

    def note(self, figure: Figure, amount: int) -> None:
        """Keep how often each amount came, of figures with means."""
        (self.days if figure is Figure.ANSWERED else self.scores)[amount] += 1

    def list_under(self, figure: Figure, letter: str) -> None:
        """List the letter under this figure."""
        self.letters.setdefault(figure.place, set()).add(letter)

    def take(self, other: "RowTally") -> None:
        """Add another row to this one."""
        for place, count in enumerate(other.counts):
            self.counts[place] += count
            self.amounts[place] += other.amounts[place]
        self.days.update(other.days)
        self.scores.update(other.scores)
        for place, found in other.letters.items():
            self.letters.setdefault(place, set()).update(found)

    def row(self, key: str, *, listed: bool) -> Row:
        """The row as it stands. `listed`: with the letters of each figure."""
        count = self._count
        judged = sum(count(each) for each in (Figure.ON_TIME, Figure.LATE, Figure.RELEASED_LATE))
        triaged = count(Figure.TRIAGED_ON_TIME) + count(Figure.TRIAGED_LATE)
        return Row(
            key=key,
            cells={figure: self._cell(figure, listed) for figure in _FIGURES},
            triage_timeliness_rate=share(count(Figure.TRIAGED_ON_TIME), triaged),
            answer_rate=share(count(Figure.REPLY_GIVEN), count(Figure.REPLY_OWED)),
            timeliness_rate=share(count(Figure.ON_TIME), judged),
            mean_score=_mean(self.scores, 2),
            scores={str(score): self.scores[score] for score in range(1, 6)},
            mean_days=_mean(self.days, 1),
            median_days=_median(self.days),
        )

    def _count(self, figure: Figure) -> int:
        return self.counts[figure.place]

    def _cell(self, figure: Figure, listed: bool) -> Cell:
        place = figure.place
        letters = tuple(sorted(self.letters.get(place, ()))) if listed else None
        return Cell(self.counts[place], self.amounts[place], letters)


class Tally:
    """All rows of a report, fed letter by letter."""

    def __init__(self, listed_at_most: int = LISTED_AT_MOST) -> None:
        self._units: dict[str, RowTally] = {}
        self._parts: dict[tuple[str, str, str, str], RowTally] = {}
        self._by_day: dict[date, list[int]] = {}
        self._withheld = [0] * len(_FIGURES)
        self._room = listed_at_most
        self.listed = True

    def add(self, state: LetterState, marks: Sequence[Mark], *, withheld: bool) -> None:
        """Count what one letter adds. `withheld`: without listing it."""
        parts = (state.kind, state.source, state.field, state.region)
        part = self._parts.get(parts)
        if part is None:
            part = self._parts[parts] = RowTally()
        units, counts, amounts = self._units, part.counts, part.amounts
        for mark in marks:
            unit = units.get(mark.unit)
            if unit is None:
                unit = units[mark.unit] = RowTally()
            figure, amount = mark.figure, mark.amount
            place = figure.place
            counts[place] += 1
            unit.counts[place] += 1
            if amount is not None:
                amounts[place] += amount
                unit.amounts[place] += amount
                if figure in _WITH_MEANS:
                    part.note(figure, amount)
                    unit.note(figure, amount)
            if mark.on is not None and figure in _SERIES:
                self._date(figure, mark.on)
        if withheld:
            for place in {mark.figure.place for mark in marks}:
                self._withheld[place] += 1
        elif self.listed:
            self._list(state.letter, marks, part)

    def total(self) -> Row:
        """The county's row."""
        whole = _sum(self._parts.values()).row("total", listed=self.listed)
        cells = {f: replace(cell, withheld=self._withheld[f.place]) for f, cell in whole.cells.items()}
        return replace(whole, cells=cells)

    def rows(self, dimension: Dimension) -> tuple[Row, ...]:
        """One row for each unit, kind, source, field or region that occurs, by its key."""
        if dimension is Dimension.UNIT:
            found = {key: tally for key, tally in self._units.items() if key != NOBODY}
        else:
            place = _PART.index(dimension)
            keys = sorted({parts[place] for parts in self._parts})
            found = {key: _sum(each for parts, each in self._parts.items() if parts[place] == key) for key in keys}
        return tuple(found[key].row(key, listed=self.listed) for key in sorted(found))

    def by_day(self) -> dict[date, tuple[int, int, int, int]]:
        """How many letters were received, answered, answered in time and late, on each local day with any."""
        return {day: (found[0], found[1], found[2], found[3]) for day, found in sorted(self._by_day.items())}

    def _date(self, figure: Figure, day: date) -> None:
        found = self._by_day.get(day)
        if found is None:
            found = self._by_day[day] = [0, 0, 0, 0]
        found[_SERIES[figure]] += 1

    def _list(self, letter: str, marks: Sequence[Mark], part: RowTally) -> None:
        self._room -= 1
        if self._room < 0:
            self.listed = False
            for row in (*self._units.values(), *self._parts.values()):
                row.letters.clear()
            return
        for mark in marks:
            part.list_under(mark.figure, letter)
            self._units[mark.unit].list_under(mark.figure, letter)


def row_of(key: str, entries: Iterable[Entry]) -> Row:
    """The figures of these entries, without their letters."""
    tally = RowTally()
    for entry in entries:
        tally.add(entry)
    return tally.row(key, listed=False)


def rows_by(dimension: Dimension, entries: Iterable[Entry]) -> tuple[Row, ...]:
    """One row for each unit, kind, source, … that occurs, by its key."""
    tallies: dict[str, RowTally] = {}
    for entry in entries:
        tallies.setdefault(getattr(entry, dimension.value), RowTally()).add(entry)
    if dimension is Dimension.UNIT:
        tallies.pop(NOBODY, None)
    return tuple(tallies[key].row(key, listed=False) for key in sorted(tallies))


def _sum(tallies: Iterable[RowTally]) -> RowTally:
    whole = RowTally()
    for each in tallies:
        whole.take(each)
    return whole


def _mean(values: Counter[int], digits: int) -> float | None:
    count = values.total()
    return round(sum(value * times for value, times in values.items()) / count, digits) if count else None


def _median(values: Counter[int]) -> float | None:
    count = values.total()
    if not count:
        return None
    ordered = sorted(values.items())
    return (_at(ordered, (count - 1) // 2) + _at(ordered, count // 2)) / 2


def _at(ordered: Sequence[tuple[int, int]], place: int) -> int:
    """The value at this place of all values in their order."""
    for value, times in ordered:
        place -= times
        if place < 0:
            return value
    raise IndexError(place)
