"""What what-if prints: a table for people, a column a rulebook; or JSON for programs, with every letter.

JSON is put out part by part, for a large county has more letters than should lie in memory as text.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Final
from unicodedata import east_asian_width

from chalicelib.domain.letter import Complexity
from chalicelib.domain.rulebook import Rulebook
from chalicelib.domain.what_if import Came, Case, Tally, Verdict
from chalicelib.services.what_if import Column, Letters, column, verdicts
from infra.rulebooks import limit_words

_SHOWN: Final = 20
_GAP: Final = "  "


@dataclass(frozen=True, slots=True)
class Question:
    """Which letters, and under which rulebooks. `present`: the one in force, where it is known; `names` of units.

    `about` says in JSON where the letters are from: {"period": …} or {"kind": …}.
    """

    letters: Letters
    books: tuple[Rulebook, ...]
    present: Rulebook | None
    said: str
    about: Mapping[str, str | None]
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def from_file(self) -> bool:
        """Letters of a file are called by their own numbers."""
        return "kind" in self.about

    def columns(self) -> Iterator[Column]:
        """The rulebook in force first, where it is known; the others are compared with the first column."""
        every = [self.present] if self.present else []
        for book in self.books:
            every += [] if book in every else [book]
        return (column(self.letters, book, every[0]) for book in every)


def table(question: Question) -> Iterator[str]:
    """Line by line, for people."""
    letters = question.letters
    columns = list(question.columns())
    yield f"{question.said}: {columns[0].figures.total.letters} letters; as of {letters.as_of}"
    yield f"calendar {letters.calendar.version}, certain through {letters.calendar.certain_through}"
    yield from _refusals(question)
    yield ""
    yield from _in_columns([*_rows(question, columns), *_unit_rows(question, columns)])
    yield ""
    yield "Only the limits are exchanged; what that cannot tell: docs/what-if.md"


def _rows(question: Question, columns: list[Column]) -> Iterator[list[str]]:
    """One row for each figure: what it is, then a cell for each rulebook."""

    def row(name: str, cell: Callable[[Column], object]) -> list[str]:
        return [name, *(str(cell(each)) for each in columns)]

    def figure(name: str, count: Callable[[Tally], object]) -> list[str]:
        return row(name, lambda each: count(each.figures.total))

    present = question.present
    yield row("", lambda each: f"{_called(each.book)}{' (in force)' if each.book == present else ''}")
    yield row("", lambda each: each.book.title)
    for kind in columns[0].kinds:
        titles = (each.book.kinds[kind].title for each in columns if kind in each.book.kinds)
        yield row(
            f"{next(titles, kind.value)}, limit",
            lambda each, kind=kind: limit_words(each.book.handle_limit(kind, Complexity.SIMPLE)),  # type: ignore[misc]
        )
    yield figure("in time", lambda tally: tally.on_time)
    yield figure("late", lambda tally: tally.late)
    yield figure("in time, of the answered", lambda tally: _percent(tally.on_time_rate))
    yield figure("open", lambda tally: tally.open)
    yield figure("  of these past their limit", lambda tally: tally.open_late)
    yield figure("  of these with nobody yet", lambda tally: tally.without_limit)
    yield figure("counted by the county's own limit", lambda tally: tally.without_clause)
    if len(columns) > 1:
        than = _called(columns[0].book)
        yield row(f"late, but in time under {than}", lambda each: each.turned_late)
        yield row(f"in time, but late under {than}", lambda each: each.turned_on_time)


def _called(book: Rulebook) -> str:
    """A county may ask about a changed version of its own."""
    return f"{book.name}@{book.version}"


def _unit_rows(question: Question, columns: list[Column]) -> Iterator[list[str]]:
    """Each unit: in time of all it answered, and what lies open with it."""
    units = sorted({unit for each in columns for unit in each.figures.by_unit if unit})
    if units:
        yield []
        yield ["in time / answered, by unit", *("" for _ in columns)]
    for unit in units:
        cells = (_of_unit(each.figures.by_unit.get(unit, Tally())) for each in columns)
        yield [question.names.get(unit, unit), *cells]


def _of_unit(tally: Tally) -> str:
    answered = tally.on_time + tally.late
    said = f"{tally.on_time} / {answered}" + (f" ({_percent(tally.on_time_rate)})" if answered else "")
    return said + (f", {tally.open} open, {tally.open_late} past" if tally.open else "")


def _percent(rate: float | None) -> str:
    return "-" if rate is None else f"{rate:.1%}"


def _refusals(question: Question) -> Iterator[str]:
    refused = question.letters.refused
    for each in refused[:_SHOWN]:
        yield f"  refused: number {each.source_number or '(none)'}, {each.error}"
    if len(refused) > _SHOWN:
        yield f"  and {len(refused) - _SHOWN} more"
    if question.letters.ignored:
        yield f"note: columns not used: {', '.join(question.letters.ignored)}"


def _in_columns(rows: list[list[str]]) -> Iterator[str]:
    """Cells under each other; a Chinese character is as wide as two others."""
    widths = [max(_width(cell) for cell in cells) for cells in zip(*(row for row in rows if row), strict=True)]
    for row in rows:
        padded = (cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=False))
        yield _GAP.join(padded).rstrip()


def _width(text: str) -> int:
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def json_parts(question: Question) -> Iterator[str]:
    """One JSON object in parts: the first rulebook that was named, and the others under `beside`."""
    columns = list(question.columns())
    first = next(each for each in columns if each.book == question.books[0])
    yield from _object(question, first)
    yield ', "beside": ['
    for place, each in enumerate(each for each in columns if each is not first):
        yield from chain([", " if place else ""], _object(question, each), ["}"])
    yield "]}\n"


def _object(question: Question, each: Column) -> Iterator[str]:
    """The object of one rulebook, its last brace left out."""
    yield _dump(_head(question, each))[:-1] + ', "each": ['
    for place, (case, verdict) in enumerate(verdicts(question.letters, each.book)):
        yield (",\n " if place else "\n ") + _dump(_letter(question, case, verdict))
    yield "]"


def _head(question: Question, each: Column) -> dict[str, object]:
    letters, book, units = question.letters, each.book, each.figures.by_unit
    return {
        "rulebook": _called(book),
        "title": book.title,
        "in_force_here": book == question.present,
        "calendar": letters.calendar.version,
        "certain_through": letters.calendar.certain_through.isoformat(),
        **question.about,
        "as_of": letters.as_of.isoformat(),
        **_tally(each.figures.total),
        "turned_late": each.turned_late,
        "turned_on_time": each.turned_on_time,
        "refused": len(letters.refused),
        "refusals": [
            {"source_number": r.source_number, "line": r.error.line, "column": r.error.column, "reason": r.error.reason}
            for r in letters.refused
        ],
        "by_unit": [
            {"unit": unit, "name": question.names.get(unit, unit), **_tally(units[unit])} for unit in sorted(units)
        ],
    }


def _tally(tally: Tally) -> dict[str, object]:
    return {
        "letters": tally.letters,
        "on_time": tally.on_time,
        "late": tally.late,
        "open": tally.open,
        "open_late": tally.open_late,
        "on_time_rate": tally.on_time_rate,
        "without_clause": tally.without_clause,
        "without_limit": tally.without_limit,
    }


def _letter(question: Question, case: Case, verdict: Verdict) -> dict[str, object]:
    """A letter with what its limit was counted from. Of a withheld one only what it counts as."""
    clock = verdict.clock
    told: dict[str, object] = {
        "kind": case.kind.value,
        "on_time": None if verdict.came is Came.OPEN else verdict.came is Came.ON_TIME,
        "open": verdict.came is Came.OPEN,
        "past_limit": verdict.overdue,
        "limit": clock and clock.limit.number,
        "counted_in": clock and clock.limit.counted_in.value,
        "granted": clock and clock.granted,
        "clause": clock and clock.clause,
    }
    if case.withheld:
        return {**told, "withheld": True}
    received = case.terms[0].started_on if case.terms else None
    days = {"received_on": received, "done_on": case.done_on, "answered_on": case.answered_on}
    return {
        "source_number" if question.from_file else "letter": case.letter,
        "unit": case.unit,
        **told,
        **{name: day and day.isoformat() for name, day in days.items()},
        "due_on": clock and clock.due_on.isoformat(),
        "provisional": clock and clock.provisional,
        "working_days_used": verdict.working_days_used,
    }


def _dump(value: Mapping[str, object]) -> str:
    return json.dumps(value, ensure_ascii=False)
