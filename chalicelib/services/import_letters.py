"""Letters from an upstream platform or an old system (SF-2.1, BB-1): new ones to handle, answered ones as history."""

import hashlib
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from chalicelib.domain.arrival import IMPORT, Arrival, receive
from chalicelib.domain.directory import Directory, Mailbox
from chalicelib.domain.errors import BusyError, DomainError
from chalicelib.domain.history import Past, relive
from chalicelib.domain.letter import Kind, Writer
from chalicelib.domain.payloads import ANSWER_MAX, IMPORTED_BODY_MAX, SUBJECT_MAX
from chalicelib.ports import AlreadyImportedError, Change, ConflictError
from chalicelib.services.close_day import LedgerPorts, close_import
from chalicelib.services.csv_rows import BadFileError, Row, RowError, read_rows
from chalicelib.services.installation import Installation
from chalicelib.services.submit import code_hash
from chalicelib.services.writing import change_of

REQUIRED = ("source_number", "subject", "body", "written_at")
OPTIONAL = ("writer", "area", "field", "answer", "answered_at")
SHORT_MAX = 80
TRIES = 5
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
TIMES = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y-%m-%d", "%Y/%m/%d")


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that was not imported, by its number on the other platform."""

    source_number: str
    error: RowError


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file's rows. `history`: answered letters; `batch`: their ledger folder, None without any."""

    new: int
    history: int
    there_already: int
    refused: tuple[Refused, ...]
    ignored: tuple[str, ...]
    batch: str | None

    def by_reason(self) -> dict[str, int]:
        """How many rows were refused for each reason."""
        return dict(Counter(each.error.reason for each in self.refused))


class _RowError(Exception):
    """Why a row is refused: column and reason."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(column, reason)
        self.column, self.reason = column, reason


@dataclass(frozen=True, slots=True)
class _Batch:
    """One run over one file."""

    inst: Installation
    source: str
    kind: Kind
    mailbox: Mailbox
    directory: Directory
    name: str


def import_letters(
    inst: Installation, data: bytes, source: str, kind: Kind, progress: Callable[[int, int], None]
) -> Imported:
    """Import every good row; the same row again adds nothing, so an interrupted import is simply run again.

    A row without an answer is a new letter: its limits run from now. One with an answer is history and goes into the
    ledger's folder of this batch. `progress` hears (rows done, rows in all). Raises BadFileError.
    """
    table = read_rows(data, REQUIRED, OPTIONAL)
    directory = inst.registry.directory()
    if not directory.mailboxes:
        raise BadFileError("the installation has no mailbox yet; import the units first: import-units FILE.csv")
    digest = hashlib.sha256(data).hexdigest()[:12]
    batch = _Batch(inst, source, kind, next(iter(directory.mailboxes.values())), directory, f"{source}-{digest}")
    tally: Counter[str] = Counter()
    refused: list[Refused] = []
    first_line: dict[str, int] = {}
    for done, row in enumerate(table.rows, start=1):
        try:
            tally[_take(batch, row, first_line)] += 1
        except _RowError as error:
            refused.append(Refused(row.fields["source_number"], RowError(row.line, error.column, error.reason)))
        progress(done, len(table.rows))
    closed = _close(inst, batch.name) if any(row.get("answer") for row in table.rows) else None
    return Imported(tally["new"], tally["history"], tally["there_already"], tuple(refused), table.ignored, closed)


def _close(inst: Installation, batch: str) -> str:
    """The batch's ledger folder; written once, so a file imported twice has one."""
    ports = LedgerPorts(inst.letters, inst.reports, inst.signer, inst.jobs)
    return close_import(ports, inst.time.now(), inst.zone, batch).name


def _take(batch: _Batch, row: Row, first_line: dict[str, int]) -> str:
    """One row; what became of it. Raises _RowError."""
    number = row.get("source_number")
    if number is None:
        raise _RowError("source_number", "is empty; without it a second import could not be told from a second letter")
    if number in first_line:
        raise _RowError("source_number", f"stands in line {first_line[number]} already")
    first_line[number] = row.line
    past = _past(batch, row)
    arrival = _arrival(batch, row)
    writer = Writer(name=_short(row, "writer"))
    for attempt in range(TRIES):
        try:
            batch.inst.letters.commit(_change(batch, arrival, past, writer))
        except AlreadyImportedError:
            return "there_already"
        except ConflictError:
            batch.inst.pause(attempt)
            continue
        except DomainError as error:
            raise _RowError("written_at", str(error)) from error
        return "new" if past is None else "history"
    raise BusyError


def _change(batch: _Batch, arrival: Arrival, past: tuple[str, datetime] | None, writer: Writer) -> Change:
    inst = batch.inst
    around = inst.surroundings(inst.time.now(), batch.directory, inst.rulebook)
    letter = inst.ids.letter_id()
    sealed = inst.secrets.seal(letter, writer)
    nobody_knows = code_hash(inst, letter, inst.ids.query_code() + inst.ids.salt())
    if past is None:
        return change_of(None, [receive(letter, nobody_knows, arrival, IMPORT, around)], around, writer=sealed)
    answer, answered_at = past
    assert arrival.written_at is not None  # noqa: S101  _arrival has read it from a required column
    outcomes = relive(letter, nobody_knows, Past(arrival, arrival.written_at, answer, answered_at), around)
    return change_of(None, outcomes, around, announcements=(), writer=sealed, import_batch=batch.name)


def _arrival(batch: _Batch, row: Row) -> Arrival:
    subject, body = _clean(row.get("subject")), _clean(row.get("body"))
    if not subject and not body:
        raise _RowError("body", "subject and body are both empty")
    if len(subject) > SUBJECT_MAX:  # nothing is lost: the whole subject heads the body
        subject, body = f"{subject[: SUBJECT_MAX - 1]}…", f"{subject}\n\n{body}"
    body = body or subject
    if len(body) > IMPORTED_BODY_MAX:
        raise _RowError("body", f"is longer than {IMPORTED_BODY_MAX} characters")
    return Arrival(
        mailbox=batch.mailbox,
        kind=batch.kind,
        subject=" ".join(subject.split()) or f"{body[:30]}…",
        body=body,
        source=batch.source,
        source_number=row.get("source_number"),
        written_at=_moment(row, "written_at", batch.inst.zone),
        field=_short(row, "field"),
        region=_short(row, "area"),
    )


def _past(batch: _Batch, row: Row) -> tuple[str, datetime] | None:
    """Answer and its moment, of a row that has one."""
    answer = _clean(row.get("answer"))
    if not answer:
        return None
    if len(answer) > ANSWER_MAX:
        raise _RowError("answer", f"is longer than {ANSWER_MAX} characters")
    answered_at = _moment(row, "answered_at", batch.inst.zone)
    if answered_at < _moment(row, "written_at", batch.inst.zone):
        raise _RowError("answered_at", "lies before written_at")
    if answered_at > batch.inst.time.now():
        raise _RowError("answered_at", "lies in the future")
    return answer, answered_at


def _moment(row: Row, column: str, zone: ZoneInfo) -> datetime:
    """A local time of the county as UTC; a day alone means its first moment."""
    value = row.get(column)
    if value is None:
        raise _RowError(column, "is empty")
    for form in TIMES:
        try:
            return datetime.strptime(value, form).replace(tzinfo=zone).astimezone(UTC)
        except ValueError:
            continue
    raise _RowError(column, "is no time such as 2026-11-20 10:00:00")


def _short(row: Row, column: str) -> str | None:
    value = " ".join(_clean(row.get(column)).split())
    if len(value) > SHORT_MAX:
        raise _RowError(column, f"is longer than {SHORT_MAX} characters")
    return value or None


def _clean(value: str | None) -> str:
    """The writer's own wording, without control characters, which are damage and not wording."""
    return CONTROL.sub("", value or "").strip()
