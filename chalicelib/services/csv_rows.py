"""Reads a CSV file as people make them: UTF-8 with or without BOM, or GB18030 from a Chinese Excel."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field

from chalicelib.domain.errors import DomainError

csv.field_size_limit(1_000_000)


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
    """All records of a file, and the columns nobody asked for."""

    rows: tuple[Row, ...]
    ignored: tuple[str, ...]


def read_rows(data: bytes, required: Sequence[str], optional: Sequence[str] = ()) -> Rows:
    """The records of a file. Raises BadFileError: unreadable, without rows, or without a required column."""
    reader = csv.reader(io.StringIO(_text(data), newline=""), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        missing = [name for name in required if name not in header]
        if missing:
            raise BadFileError(f"the first line must name these columns: {', '.join(missing)}")
        rows, line = [], reader.line_num + 1
        for record in reader:
            if any(value.strip() for value in record):
                values = [value.strip() for value in record] + [""] * (len(header) - len(record))
                rows.append(Row(line, dict(zip(header, values, strict=False))))
            line = reader.line_num + 1
    except csv.Error as error:
        raise BadFileError(f"not a CSV file, near line {reader.line_num}: {error}") from error
    if not rows:
        raise BadFileError("there is no row under the first line")
    known = {*required, *optional}
    return Rows(tuple(rows), tuple(name for name in header if name and name not in known))


def _text(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadFileError("the characters are neither UTF-8 nor GB18030; save the file as CSV UTF-8")
