"""letters.csv: a line a letter, for programs and for Excel.

UTF-8 with a byte order mark (without it Excel in Chinese shows garbage), lines ended by CR LF (RFC 4180). Headings
are the names report.json uses; `count_…` and `amount_…` are what the letter adds to each figure of the county, so that
every figure can be summed up again from this file. No personal data, no subject.

A year may have a million letters: a line is put together by hand, and what many letters share is written out once.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import islice

from chalicelib.domain.metrics.figures import WITH_AMOUNT, Figure
from chalicelib.domain.metrics.lines import LetterLine
from chalicelib.domain.metrics.report import Report

COLUMNS = (
    "number",
    "tracking_code",
    "kind",
    "source",
    "field",
    "region",
    "unit",
    "unit_name",
    "received_at",
    "due_on",
    "answered_by",
    "answered_on",
    "status",
    "on_time",
    "working_days_used",
    "overdue_days",
    "extension_days",
    "rating",
    "withheld",
    "corrected",
)
COUNTS = tuple(f"count_{figure}" for figure in Figure)
AMOUNTS = tuple(f"amount_{figure}" for figure in WITH_AMOUNT)

_LINES_AT_ONCE = 500
_STARTS_A_FORMULA = frozenset("=+-@\t\r\n")
_BOOL = {None: "", True: "true", False: "false"}
_PLACE = {figure.value: place for place, figure in enumerate(Figure)}
_AMOUNT_PLACE = {figure.value: len(COUNTS) + place for place, figure in enumerate(WITH_AMOUNT)}
_ZERO = "0"
_ZEROS = [_ZERO] * (len(COUNTS) + len(AMOUNTS))


def letters_csv(report: Report) -> Iterator[bytes]:
    """The letters of the report in the order in which they came in, some hundred at a time; the heads come first."""
    yield b"\xef\xbb\xbf" + ",".join((*COLUMNS, *COUNTS, *AMOUNTS)).encode() + b"\r\n"
    cells, names, letters = _Cells(), report.basis.unit_names, iter(report.letters)
    while lines := [_line(line, cells, names) for line in islice(letters, _LINES_AT_ONCE)]:
        yield "".join(lines).encode()


class _Cells(dict[object, str]):
    """Cells by what is in them, each written out once: names, dates and small numbers come again and again."""

    def __missing__(self, value: object) -> str:
        cell = self[value] = _cell(value)
        return cell


def _line(line: LetterLine, cells: _Cells, names: Mapping[str, str]) -> str:
    """The letter's line; of one that is not listed its kind, its status, and what it adds."""
    counts = _added(line)
    status, corrected = cells[line.status], _BOOL[line.corrected]
    if line.withheld:
        return f",,{cells[line.kind]},,,,,,,,,,{status},,,,,,true,{corrected},{counts}\r\n"
    unit, days = line.unit, line.working_days_used
    return (
        f"{_cell(line.number)},{_cell(line.tracking_code)},{cells[line.kind]},{cells[line.source]},"
        f"{cells[line.field]},{cells[line.region]},{cells[unit]},{cells[names.get(unit, unit) if unit else None]},"
        f"{line.received_at or ''},{cells[line.due_on]},{cells[line.answered_by]},{cells[line.answered_on]},{status},"
        f"{_BOOL[line.on_time]},{'' if days is None else days},{line.overdue_days},{line.extension_days},"
        f"{line.rating or ''},false,{corrected},{counts}\r\n"
    )


def _added(line: LetterLine) -> str:
    """What the letter adds to every figure and amount, all units together."""
    shown = _ZEROS.copy()
    for by_unit, places in ((line.counts, _PLACE), (line.amounts, _AMOUNT_PLACE)):
        for adds in by_unit.values():
            for name, number in adds.items():
                place = places[name]
                there = shown[place]
                shown[place] = str(number if there == _ZERO else int(there) + number)
    return ",".join(shown)


def _cell(value: object) -> str:
    """Text that a spreadsheet would run as a formula gets an apostrophe in front (CSV injection)."""
    if value is None or value == "":
        return ""
    if isinstance(value, date):
        return value.isoformat()
    text = str(value)
    if text[0] in _STARTS_A_FORMULA:
        text = f"'{text}"
    if '"' in text or "," in text or "\n" in text or "\r" in text:
        return '"' + text.replace('"', '""') + '"'
    return text
