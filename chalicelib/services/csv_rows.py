"""Reads a CSV file as people make them: UTF-8 with or without BOM, or GB18030 from a Chinese Excel."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from chalicelib.domain.errors import DomainError

csv.field_size_limit(1_000_000)

_FULL_WIDTH = "，"
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How Excel's own files begin, .xlsx and .xls."""


class BadFileError(DomainError):
    """The file as a whole cannot be used; `reason` says what to do."""

    code = "bad_file"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return self.reason


@dataclass(frozen=True, slots=True)
class Row:
    """One record: the line it begins on, and its fields by column, trimmed."""

    line: int
    fields: dict[str, str] = field(repr=False)

    def get(self, column: str) -> str | None:
        """The field, or None when it is empty or not there."""
        return self.fields.get(column) or None


@dataclass(frozen=True, slots=True)
class RowError:
    """A row that cannot be used: where, which column, why. Never what stands in it."""

    line: int
    column: str
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}, {self.column}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Rows:
    """All records of a file, those that have more fields than columns (`broken`), and the columns nobody asked for."""

    rows: tuple[Row, ...]
    broken: tuple[RowError, ...]
    ignored: tuple[str, ...]


def read_rows(
    data: bytes,
    required: Sequence[str],
    optional: Sequence[str] = (),
    *,
    other_names: Mapping[str, str] = MappingProxyType({}),
    remark: str | None = None,
) -> Rows:
    """The records of a file. A short record's last fields count as empty; blank lines are passed over.

    `other_names`: how columns may be called too. `remark`: rows that begin so are passed over as well.
    Raises BadFileError: unreadable, without rows, without a required column, or with a column twice.
    """
    records = _records(_text(data))
    _, written = next(records, (1, []))
    header = [other_names.get(name, name) for name in written]
    _check(header, required)
    rows: list[Row] = []
    broken: list[RowError] = []
    for line, values in records:
        if not any(values) or (remark is not None and values[0].startswith(remark)):
            continue
        if len(values) == 1 < len(header) and values[0].count(_FULL_WIDTH) > 1:
            broken.append(
                RowError(line, header[0], "its fields are separated by full-width commas (，); use ordinary ones")
            )
            continue
        if any(values[len(header) :]):
            broken.append(RowError(line, header[-1], "has more fields than the first line; put its texts in quotes"))
            continue
        filled = [*values, *[""] * (len(header) - len(values))]
        rows.append(Row(line, dict(zip(header, filled, strict=False))))
    if not rows and not broken:
        passed = f"; rows that begin with {remark} are explanations and examples" if remark else ""
        raise BadFileError(f"there is no row under the first line{passed}")
    known = {*required, *optional}
    return Rows(tuple(rows), tuple(broken), tuple(name for name in header if name and name not in known))


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each record, trimmed, with the line it begins on: a quoted field may go over many lines."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for record in reader:
            yield line, [value.strip() for value in record]
            line = reader.line_num + 1
    except csv.Error as error:
        raise BadFileError(
            f'the record that begins in line {line} is broken, look at its quotes ("): {error}'
        ) from error


def _check(header: Sequence[str], required: Sequence[str]) -> None:
    missing = [name for name in required if name not in header]
    if missing and len(header) == 1 and _FULL_WIDTH in header[0]:
        raise BadFileError("the fields are separated by full-width commas (，); use ordinary ones (,) throughout")
    if missing and len(header) == 1 and re.search(r"[;\t]", header[0]):
        raise BadFileError("the fields must be separated by commas; save the file as CSV UTF-8")
    if missing:
        raise BadFileError(f"the first line must name these columns too: {', '.join(missing)}")
    twice = [name for name, count in Counter(header).items() if name and count > 1]
    if twice:
        raise BadFileError(f"the first line names a column twice: {', '.join(twice)}")


def _text(data: bytes) -> str:
    if not data.strip():
        raise BadFileError("the file is empty")
    if data.startswith(_WORKBOOKS):
        raise BadFileError("this is a workbook; open it and save it as CSV UTF-8")
    if b"\0" in data:
        raise BadFileError("this is no text; save the file as CSV UTF-8")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        broken = error
    if _is_damaged_utf8(data):
        line = data.count(b"\n", 0, broken.start) + 1
        raise BadFileError(
            f"line {line} holds broken UTF-8; export the file again, or save it as CSV UTF-8"
        ) from broken
    try:
        return data.decode("gb18030").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise BadFileError("the characters are neither UTF-8 nor GB18030; save the file as CSV UTF-8") from error


def _is_damaged_utf8(data: bytes) -> bool:
    """Mostly good UTF-8: read as GB18030, which takes nearly anything, it would come in as nonsense and stay so."""
    read = data.decode("utf-8", errors="replace")
    wrong = read.count("\ufffd")
    return sum(ord(char) > 127 for char in read) - wrong > wrong
