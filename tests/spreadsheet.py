"""Calculates the formulas of a workbook the way spreadsheet programs do, to prove the values stored beside them.

Only what reports use: + - * / = , numbers, texts, cells, ranges, cells of other sheets, SUM, MAX, COUNT, IF. A text
where a number is needed is an error, as it is there (#VALUE!), and so is dividing by 0.
"""

import io
import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from openpyxl import load_workbook

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<text>\"[^\"]*\")"
    r"|(?P<cell>(?:'[^']+'!)?[A-Z]{1,3}\d+(?::[A-Z]{1,3}\d+)?)|(?P<name>[A-Z]+)|(?P<mark>[-+*/=(),]))"
)
_NUMBERS: dict[str, Callable[[list[Any]], Any]] = {
    "SUM": sum,
    "MAX": lambda found: max(found, default=0),
    "COUNT": len,
}

Place = tuple[str, str]


class Workbook:
    """A workbook with its formulas, and with what the file says they come to."""

    def __init__(self, data: bytes) -> None:
        self._written = load_workbook(io.BytesIO(data))
        self._stored = load_workbook(io.BytesIO(data), data_only=True)
        self._known: dict[Place, Any] = {}

    def formulas(self) -> Iterator[Place]:
        """Where there are formulas."""
        for sheet in self._written:
            for row in sheet.iter_rows():
                yield from ((sheet.title, cell.coordinate) for cell in row if cell.data_type == "f")

    def stored(self, place: Place) -> Any:
        """What the file says is there; a text of no length is nothing."""
        return self._stored[place[0]][place[1]].value

    def calculated(self, place: Place) -> Any:
        """What a program that calculates shows there."""
        if place not in self._known:
            cell = self._written[place[0]][place[1]]
            self._known[place] = _Reader(self, place[0], cell.value[1:]).all() if cell.data_type == "f" else cell.value
        return self._known[place]

    def range(self, sheet: str, first: str, last: str) -> list[Any]:
        """The values of a range."""
        cells = self._written[sheet][f"{first}:{last}"]
        return [self.calculated((sheet, cell.coordinate)) for row in cells for cell in row]


class _Reader:
    """Reads one formula from left to right."""

    def __init__(self, book: Workbook, sheet: str, text: str) -> None:
        self._book, self._sheet = book, sheet
        self._tokens: list[tuple[str, str]] = []
        at = 0
        while at < len(text):
            found = _TOKEN.match(text, at)
            if found is None or found.lastgroup is None:
                raise ValueError(text[at:])
            self._tokens.append((found.lastgroup, found.group(found.lastgroup)))
            at = found.end()
        self._at = 0

    def all(self) -> Any:
        value = self._equal()
        if self._at != len(self._tokens):
            raise ValueError(self._tokens[self._at :])
        return value

    def _next(self) -> tuple[str, str]:
        return self._tokens[self._at] if self._at < len(self._tokens) else ("end", "")

    def _take(self, *marks: str) -> str:
        kind, text = self._next()
        if kind == "mark" and text in marks:
            self._at += 1
            return text
        return ""

    def _equal(self) -> Any:
        left = self._sum()
        if not self._take("="):
            return left
        right = self._sum()
        empty = [value is None for value in (left, right)]
        if any(empty) and not all(empty):  # an empty cell equals both 0 and ""
            return (right if empty[0] else left) in (0, "")
        return left == right

    def _sum(self) -> Any:
        value = self._product()
        while mark := self._take("+", "-"):
            other = self._product()
            value = _number(value) + _number(other) if mark == "+" else _number(value) - _number(other)
        return value

    def _product(self) -> Any:
        value = self._one()
        while mark := self._take("*", "/"):
            other = self._one()
            value = _number(value) * _number(other) if mark == "*" else _number(value) / _number(other)
        return value

    def _one(self) -> Any:
        kind, text = self._next()
        self._at += 1
        match kind:
            case "number":
                return float(text)
            case "text":
                return text[1:-1]
            case "name":
                return self._call(text)
            case "cell":
                found = self._cells(text)
                return found if ":" in text else found[0]
        if text != "(":
            raise ValueError(text)
        value = self._equal()
        self._closed()
        return value

    def _cells(self, text: str) -> list[Any]:
        sheet, _, cells = text.rpartition("!")
        first, _, last = cells.partition(":")
        return self._book.range(sheet.strip("'") or self._sheet, first, last or first)

    def _call(self, name: str) -> Any:
        if not self._take("("):
            raise ValueError(name)
        if name == "IF":
            return self._choice()
        found: list[Any] = []
        while True:
            refers = self._next()[0] == "cell"
            value = self._equal()
            values = value if isinstance(value, list) else [value]
            # Of cells that are referred to, texts and empty ones are passed over; anything else must be a number.
            found += [each for each in values if isinstance(each, int | float)] if refers else map(_number, values)
            if not self._take(","):
                break
        self._closed()
        return _NUMBERS[name](found)

    def _choice(self) -> Any:
        """IF looks at one of its two values alone: the other may divide by 0."""
        is_so = self._equal()
        values = []
        for chosen in (bool(is_so), not is_so):
            if not self._take(","):
                raise ValueError("IF")
            values += [self._equal()] if chosen else self._passed_over()
        self._closed()
        return values[0]

    def _passed_over(self) -> list[Any]:
        depth = 0
        while depth or self._next()[1] not in {",", ")"}:
            depth += {"(": 1, ")": -1}.get(self._next()[1], 0)
            self._at += 1
        return []

    def _closed(self) -> None:
        if not self._take(")"):
            raise ValueError(self._next())


def _number(value: Any) -> float | int:
    if value is None:
        return 0
    if isinstance(value, bool | str | date | list):
        raise TypeError(value)
    return value  # type: ignore[no-any-return]
