"""One row of a file of letters, read: what came in, who wrote it, and the answer where it has one already."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from chalicelib.domain.arrival import Arrival
from chalicelib.domain.directory import Mailbox
from chalicelib.domain.letter import Kind, Writer
from chalicelib.domain.payloads import ANSWER_MAX, IMPORTED_BODY_MAX, SUBJECT_MAX
from chalicelib.services.csv_rows import Row, RowError

REQUIRED = ("source_number", "subject", "body", "written_at")
OPTIONAL = ("writer", "area", "field", "answer", "answered_at")
SHORT_MAX = 80
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
ROUNDED = re.compile(r"\d(\.\d+)?[eE]\+\d+")
"""What a spreadsheet makes of a long number: several numbers look the same then."""

SLASHED = ("%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d")
CLOCKS_DIFFER = timedelta(days=1)
"""How far another platform's clock may be ahead of ours."""


class RowRefusedError(Exception):
    """Why a row is refused: column and reason, never what stands there."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(column, reason)
        self.column, self.reason = column, reason

    def at(self, line: int) -> RowError:
        """The same, with its line."""
        return RowError(line, self.column, self.reason)


@dataclass(frozen=True, slots=True)
class Given:
    """What holds for every row of the file."""

    mailbox: Mailbox
    kind: Kind
    source: str
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class LetterRow:
    """A good row. `answered_at` (UTC) is None where there is no answer yet: the letter is new."""

    arrival: Arrival
    written_at: datetime
    writer: Writer = field(repr=False)
    answer: str = field(repr=False)
    answered_at: datetime | None


def number_of(row: Row) -> str:
    """The letter's number on the other platform. Raises RowRefusedError."""
    number = _short(row, "source_number")
    if number is None:
        raise RowRefusedError(
            "source_number", "is empty; without it a second import could not be told from a second letter"
        )
    if ROUNDED.fullmatch(number):
        raise RowRefusedError("source_number", "was rounded by a spreadsheet; export the file again, numbers as text")
    return number


def check_number(row: Row, first_line: dict[str, int]) -> None:
    """A number stands in a file once. Keeps its line in `first_line`. Raises RowRefusedError for the second."""
    number = number_of(row)
    if number in first_line:
        raise RowRefusedError("source_number", f"stands in line {first_line[number]} already")
    first_line[number] = row.line


def read_letter(row: Row, given: Given, now: datetime) -> LetterRow:
    """Check and read one row. Raises RowRefusedError."""
    written_at = _moment(row, "written_at", given.zone)
    answer = _clean(row.get("answer"))
    answered_at = _answered_at(row, written_at, bool(answer), given.zone, now)
    if written_at > now + (CLOCKS_DIFFER if answered_at is None else timedelta()):
        raise RowRefusedError("written_at", "lies in the future")
    if len(answer) > ANSWER_MAX:
        raise RowRefusedError("answer", f"is longer than {ANSWER_MAX} characters")
    subject, body = _words(row)
    arrival = Arrival(
        mailbox=given.mailbox,
        kind=given.kind,
        subject=subject,
        body=body,
        source=given.source,
        source_number=number_of(row),
        written_at=written_at,
        field=_short(row, "field"),
        region=_short(row, "area"),
    )
    writer = Writer(name=_short(row, "writer"))
    return LetterRow(arrival.of(writer), written_at, writer, answer, answered_at)


def _words(row: Row) -> tuple[str, str]:
    """Subject and body. Nothing is lost: a subject too long for its place is kept whole at the head of the body."""
    subject, body = " ".join(_clean(row.get("subject")).split()), _clean(row.get("body"))
    if not subject and not body:
        raise RowRefusedError("body", "subject and body are both empty")
    if len(subject) > SUBJECT_MAX:
        body = f"{subject}\n\n{body}".strip()
        subject = f"{subject[: SUBJECT_MAX - 1]}…"
    body = body or subject
    if len(body) > IMPORTED_BODY_MAX:
        raise RowRefusedError("body", f"is longer than {IMPORTED_BODY_MAX} characters")
    return subject or _beginning(" ".join(body.split())), body


def _beginning(body: str) -> str:
    """A subject for a letter that came without one."""
    return body if len(body) <= 30 else f"{body[:30]}…"


def _answered_at(row: Row, written_at: datetime, answered: bool, zone: ZoneInfo, now: datetime) -> datetime | None:
    """When the answer was given; of a day without a time, the writing's own day is no contradiction."""
    if not answered:
        if row.get("answered_at"):
            raise RowRefusedError("answer", "is empty, but answered_at is not")
        return None
    given = _moment(row, "answered_at", zone)
    local = given.astimezone(zone)
    if local.time() == time() and local.date() == written_at.astimezone(zone).date():
        given = written_at
    if given < written_at:
        raise RowRefusedError("answered_at", "lies before written_at")
    if given > now:
        raise RowRefusedError("answered_at", "lies in the future")
    return given


def _moment(row: Row, column: str, zone: ZoneInfo) -> datetime:
    """A local time of the county (or one with an offset) as UTC; a day alone means its first moment."""
    value = row.get(column)
    if value is None:
        raise RowRefusedError(column, "is empty")
    for form in (None, *SLASHED):
        try:
            read = datetime.strptime(value, form) if form else datetime.fromisoformat(value)  # noqa: DTZ007  next line
            return (read if read.tzinfo else read.replace(tzinfo=zone)).astimezone(UTC)
        except (ValueError, OverflowError):
            continue
    raise RowRefusedError(column, "is no time such as 2026-11-20 10:00:00")


def _short(row: Row, column: str) -> str | None:
    value = " ".join(_clean(row.get(column)).split())
    if len(value) > SHORT_MAX:
        raise RowRefusedError(column, f"is longer than {SHORT_MAX} characters")
    return value or None


EXCELS_LINE_END = re.compile(r"_x000D_\n?")
"""How Excel writes a carriage return into its files (ECMA-376, ST_Xstring); other programs leave it standing."""


def _clean(value: str | None) -> str:
    """The writer's own wording, without control characters, which are damage and not wording."""
    lines = EXCELS_LINE_END.sub("\n", (value or "").replace("\r\n", "\n").replace("\r", "\n"))
    return CONTROL.sub("", lines).strip()
