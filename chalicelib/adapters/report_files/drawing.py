"""Lays bar charts out: where each bar, line and word of a chart goes. What is drawn says the same in black and white.

Lengths are units of the chart's own grid: on A4 paper one unit is about a quarter of a millimetre.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import ceil, floor, log10

WIDTH = 640
"""Every chart is so wide; how high it is follows from what it shows."""

_SIZE = 12
_LINE = 15
_BAR = 12
_LEGEND = 24
_LABELS = 230
_LEFT = 52
_PLOT = 150
_FOOT = 20


class Fill(StrEnum):
    """How a bar is filled: told apart without colour."""

    SOLID = "solid"
    STRIPED = "striped"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar; `upright` decides which way its stripes run."""

    x: float
    y: float
    width: float
    height: float
    fill: Fill
    upright: bool = False


@dataclass(frozen=True, slots=True)
class Label:
    """A word at a place; `anchor`: start, middle or end of it lies there."""

    x: float
    y: float
    text: str
    anchor: str = "start"


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart ready to be drawn. `desc` says in words what it shows; `rules`: the heights of lines across it."""

    title: str
    desc: str
    height: float
    bars: Sequence[Bar]
    labels: Sequence[Label]
    rules: Sequence[float] = ()
    left: float = 0
    width: float = WIDTH


@dataclass(frozen=True, slots=True)
class Part:
    """One of the things that a chart counts for each row: its name, its fill, and how much of it there is by row."""

    name: str
    fill: Fill
    values: Sequence[int]


@dataclass(slots=True)
class _Sheet:
    bars: list[Bar] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)


def rows_chart(title: str, desc: str, names: Sequence[str], parts: Sequence[Part], most: int = 0) -> Chart:
    """A bar a row, its parts one behind the other, their numbers at its end. `most`: the longest bar's number."""
    sheet = _Sheet()
    y = _legend(sheet, parts)
    room = min(_LABELS, max(_width(name) for name in names) + 12)
    full = max(most, *(sum(values) for values in zip(*(part.values for part in parts), strict=True)), 1)
    numbers = ["/".join(map(str, values)) for values in zip(*(part.values for part in parts), strict=True)]
    scale = (WIDTH - room - max(map(_width, numbers)) - 10) / full
    for index, name in enumerate(names):
        lines = _wrapped(name, room - 12)
        height = max(_BAR + 8, len(lines) * _LINE + 4)
        for nth, text in enumerate(lines):
            at = y + height / 2 + (nth - (len(lines) - 1) / 2) * _LINE + _SIZE * 0.35
            sheet.labels.append(Label(room - 8, round(at, 1), text, "end"))
        x = float(room)
        for part in parts:
            if value := part.values[index]:
                bar = Bar(round(x, 1), y + (height - _BAR) / 2, round(value * scale, 1), _BAR, part.fill)
                sheet.bars.append(bar)
                x += value * scale
        sheet.labels.append(Label(round(x + 6, 1), y + height / 2 + _SIZE * 0.35, numbers[index]))
        y += height
    return Chart(title, desc, y + 4, sheet.bars, sheet.labels)


def columns_chart(title: str, desc: str, names: Sequence[str], stacks: Sequence[Sequence[Part]]) -> Chart:
    """Bars that stand side by side for each name, such as a day; the parts of a stack stand on one another."""
    sheet = _Sheet()
    top = _legend(sheet, [part for stack in stacks for part in stack]) + 12
    sums = [[sum(values) for values in zip(*(part.values for part in stack), strict=True)] for stack in stacks]
    step, full = _steps(max(max(each) for each in sums))
    floor_y = top + _PLOT
    rules = [floor_y - _PLOT * value / full for value in range(0, full + 1, step)]
    for value, y in zip(range(0, full + 1, step), rules, strict=True):
        sheet.labels.append(Label(_LEFT - 6, round(y + 4, 1), str(value), "end"))
    slot = (WIDTH - _LEFT) / len(names)
    wide = min(26.0, slot * 0.76 / len(stacks))
    told = max(_width(str(each)) for row in sums for each in row) <= wide + 4
    every = ceil((max(_width(name) for name in names) + 8) / slot)
    for index, name in enumerate(names):
        middle = _LEFT + slot * (index + 0.5)
        if index % every == 0:
            sheet.labels.append(Label(round(middle, 1), floor_y + 16, name, "middle"))
        for nth, stack in enumerate(stacks):
            x = middle + (nth - len(stacks) / 2) * wide
            y = _pile(sheet, x, floor_y, wide, [(part.fill, part.values[index] * _PLOT / full) for part in stack])
            if told and sums[nth][index]:
                sheet.labels.append(Label(round(x + wide / 2, 1), round(y - 4, 1), str(sums[nth][index]), "middle"))
    return Chart(title, desc, floor_y + _FOOT + 4, sheet.bars, sheet.labels, [round(y, 1) for y in rules], _LEFT)


def _pile(sheet: _Sheet, x: float, y: float, wide: float, parts: Sequence[tuple[Fill, float]]) -> float:
    """Bars one on the other from `y` upwards; where the uppermost ends."""
    for fill, height in parts:
        y -= height
        if height:
            bar = Bar(round(x + 1, 1), round(y, 1), round(wide - 2, 1), round(height, 1), fill, upright=True)
            sheet.bars.append(bar)
    return y


def _legend(sheet: _Sheet, parts: Sequence[Part]) -> float:
    """What each fill stands for, in a row at the top; nothing where there is only one. How high it is."""
    if len(parts) < 2:
        return 0
    x = 0.0
    for part in parts:
        sheet.bars.append(Bar(x + 1, 4, 20, 10, part.fill))
        sheet.labels.append(Label(x + 27, 13, part.name))
        x += 27 + _width(part.name) + 22
    return _LEGEND


def _steps(highest: int) -> tuple[int, int]:
    """Where lines go on the way up: about four of them, at 1, 2 or 5 times a power of ten; and the topmost."""
    rough = max(highest, 1) / 4
    power = 10 ** max(0, floor(log10(rough))) if rough > 1 else 1
    step = next(power * times for times in (1, 2, 5, 10) if power * times >= rough)
    return step, step * max(1, ceil(highest / step))


def _width(text: str) -> float:
    """About how wide a text is: a Chinese character takes the room of two letters."""
    return sum(_SIZE if unicodedata.east_asian_width(each) in "WF" else _SIZE * 0.56 for each in text)


def _wrapped(text: str, room: float) -> list[str]:
    """The text in lines that fit, broken at a space where there is one; a third line would be cut off."""
    lines: list[str] = []
    rest = text
    while rest and len(lines) < 3:
        length = len(rest)
        while _width(rest[:length]) > room and length > 1:
            length -= 1
        if length < len(rest) and " " in rest[1:length]:
            length = rest.rindex(" ", 1, length)
        lines.append(rest[:length].strip())
        rest = rest[length:].strip()
    return [*lines[:2], f"{lines[2][:-1]}…"] if rest else lines
