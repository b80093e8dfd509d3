"""What a sheet of the workbook is made of: columns, rows, totals, and formulas that carry their value with them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

FIRST_ROW = 2
"""The number of the first row under the heads, as a spreadsheet counts."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula without its `=`, and what it comes to: what a viewer that cannot calculate shows.

    `{row}` in the text stands for the number of the row it is in, `{above}` and `{over}` for the one and the two rows
    above it, `{first}` and `{last}` for those of the sheet's data.
    A value of None is shown as an empty cell: there is nothing to divide by.
    """

    text: str
    value: float | None


Value = str | int | float | date | Formula | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its head, what it holds, and its width in characters."""

    head: str
    type: str = "whole"
    width: int = 11


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet. `rows` are read once; `totals` stand under them, `notes` under all."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Value]]
    totals: Sequence[Sequence[Value]] = ()
    notes: Sequence[str] = ()


def letter_of(index: int) -> str:
    """The letter of a column, the first being A."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def share(part: str, wholes: Sequence[str], counts: tuple[int, Sequence[int]]) -> Formula:
    """One cell divided by the sum of others; empty where that is 0. `counts`: what the cells hold."""
    whole = "+".join(wholes)
    below = f"({whole})" if len(wholes) > 1 else whole
    divisor = sum(counts[1])
    return Formula(f'IF({whole}=0,"",{part}/{below})', counts[0] / divisor if divisor else None)


def added_up(index: int, value: int) -> Formula:
    """The sum of a column."""
    column = letter_of(index)
    return Formula(f"SUM({column}{{first}}:{column}{{last}})", value)
