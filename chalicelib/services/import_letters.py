"""Letters from an upstream platform or an old system (SF-2.1, BB-1): new ones to handle, answered ones as history."""

import hashlib
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.domain.arrival import IMPORT, receive
from chalicelib.domain.directory import Mailbox
from chalicelib.domain.draft import Outcome, Surroundings
from chalicelib.domain.errors import BusyError
from chalicelib.domain.history import Past, relive
from chalicelib.domain.letter import Kind, LetterId, MailboxId
from chalicelib.domain.notices import CalendarError
from chalicelib.ports import AlreadyImportedError, Change, ConflictError
from chalicelib.services.close_day import LedgerPorts, close_import
from chalicelib.services.csv_rows import BadFileError, Row, RowError, Rows, read_rows
from chalicelib.services.installation import Installation
from chalicelib.services.letter_rows import (
    OPTIONAL,
    REQUIRED,
    Given,
    LetterRow,
    RowRefusedError,
    check_number,
    read_letter,
)
from chalicelib.services.repeats import new_traces
from chalicelib.services.submit import code_hash
from chalicelib.services.take_in import SOURCE, mailbox_of
from chalicelib.services.writing import change_of

TRIES, TRIES_TO_SEE = 5, 10
A_ROW = timedelta(seconds=0.05)
"""Longer than a row takes. Mails about the letters wait that long for each row of the file, so that they all lie there
when the first may go: the centre gets a digest of the whole file and not one of each minute's letters."""


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
        """How many rows were refused for each column and reason, whichever other line a reason names."""
        reasons = (f"{each.error.column}: {each.error.reason}" for each in self.refused)
        return dict(Counter(re.sub(r"line \d+", "an earlier line", reason) for reason in reasons))


@dataclass(frozen=True, slots=True)
class _Batch:
    """One run over one file. `around` is as of its beginning; `check_only`, `history`: see `import_letters`."""

    inst: Installation
    given: Given
    around: Surroundings
    name: str
    mails_from: datetime
    check_only: bool
    history: bool


def import_letters(
    inst: Installation,
    data: bytes,
    source: str,
    kind: Kind,
    progress: Callable[[int, int], None],
    *,
    mailbox: str | None = None,
    check_only: bool = False,
    history: bool = True,
) -> Imported:
    """Import every good row; the same row again adds nothing, so an interrupted import is simply run again.

    A row without an answer is a new letter: its limits run from now. One with an answer is history and goes into the
    ledger's folder of this batch; without `history` it is refused. They go to `mailbox`, else to the source's own,
    else to the county's. `progress` hears (rows done, rows in all). With `check_only` the figures say what
    would be done, as if nothing were there already.

    Raises BadFileError; BusyError when the store does not keep up: what is in stays in, and the next run goes on.
    """
    if not SOURCE.fullmatch(source):
        raise BadFileError("the name of the source may hold letters, digits, dots and dashes only, at most 40")
    table = read_rows(data, REQUIRED, OPTIONAL)
    around = inst.surroundings(inst.time.now(), inst.registry.directory(), inst.rulebook)
    batch = _Batch(
        inst,
        Given(_mailbox(mailbox, source, around), kind, source, inst.zone),
        around,
        f"{source}-{hashlib.sha256(data).hexdigest()[:12]}",
        around.now + len(table.rows) * A_ROW,
        check_only,
        history,
    )
    tally, refused = _take_all(batch, table, progress)
    closed = _close(inst, batch.name, tally["history"]) if history and not check_only else None
    return Imported(tally["new"], tally["history"], tally["there_already"], refused, table.ignored, closed)


def _mailbox(wanted: str | None, source: str, around: Surroundings) -> Mailbox:
    mailboxes = around.directory.mailboxes
    if not mailboxes:
        raise BadFileError("the installation has no mailbox yet; import the units first: import-units FILE.csv")
    if wanted is not None and MailboxId(wanted) not in mailboxes:
        raise BadFileError(f"there is no such mailbox; there are: {', '.join(mailboxes)}")
    if wanted is not None:
        return mailboxes[MailboxId(wanted)]
    return mailbox_of(source, around.rulebook, around.directory) or next(iter(mailboxes.values()))


def _take_all(
    batch: _Batch, table: Rows, progress: Callable[[int, int], None]
) -> tuple[Counter[str], tuple[Refused, ...]]:
    """Every row in turn; how many became what, and the refused ones in the file's order."""
    tally: Counter[str] = Counter()
    refused = [Refused("", error) for error in table.broken]
    first_line: dict[str, int] = {}
    for done, row in enumerate(table.rows, start=1):
        try:
            check_number(row, first_line)
            tally[_take(batch, row)] += 1
        except RowRefusedError as error:
            refused.append(Refused(row.fields["source_number"], error.at(row.line)))
        progress(done, len(table.rows))
    return tally, tuple(sorted(refused, key=lambda each: each.error.line))


def _take(batch: _Batch, row: Row) -> str:
    """One row; what became of it. Raises RowRefusedError."""
    letter = _with_traces(batch, read_letter(row, batch.given, batch.inst.time.now()))
    became = "new" if letter.answered_at is None else "history"
    if became == "history" and not batch.history:
        raise RowRefusedError("answer", "is given already; bring answered letters in as history, by import-letters")
    for attempt in range(TRIES):
        try:
            change = _change(batch, letter)
            if not batch.check_only:
                batch.inst.letters.commit(change)
        except AlreadyImportedError:
            return "there_already"
        except ConflictError:
            batch.inst.pause(attempt)
            continue
        except CalendarError as error:
            raise RowRefusedError("written_at", str(error)) from error
        return became
    raise BusyError


def _with_traces(batch: _Batch, row: LetterRow) -> LetterRow:
    """A letter that counts as received long ago is not found again, and gets no traces."""
    inst, arrival = batch.inst, row.arrival
    came = row.written_at if row.answered_at is not None else inst.time.now()
    said = (arrival.subject, arrival.body)
    traces = new_traces(inst, inst.rulebook.repeats, said, row.writer, came, arrival.source)
    return replace(row, arrival=replace(arrival, traces=traces))


def _change(batch: _Batch, row: LetterRow) -> Change:
    """The write of one letter. Its writer has no query code: they follow it on the platform they wrote to."""
    inst = batch.inst
    around = replace(batch.around, now=inst.time.now())
    letter = inst.ids.letter_id()
    nobody_knows = code_hash(inst, letter, inst.ids.query_code() + inst.ids.salt())
    outcomes = _outcomes(letter, nobody_knows, row, around)
    writer = None if batch.check_only else inst.secrets.seal(letter, row.writer)
    history = batch.name if row.answered_at is not None else None
    change = change_of(None, outcomes, around, writer=writer, import_batch=history)
    later = tuple(replace(each, not_before=max(each.not_before, batch.mails_from)) for each in change.messages)
    return replace(change, messages=later)


def _outcomes(letter: LetterId, hashed: str, row: LetterRow, around: Surroundings) -> tuple[Outcome, ...]:
    if row.answered_at is None:
        return (receive(letter, hashed, row.arrival, IMPORT, around),)
    return relive(letter, hashed, Past(row.arrival, row.written_at, row.answer, row.answered_at), around)


def _close(inst: Installation, batch: str, letters: int) -> str | None:
    """The batch's ledger folder, written once; None for a batch without history.

    The index of a batch follows the table within moments: a folder written too early would lack the last letters for
    good. Raises BusyError when the two events of each of these `letters` do not appear; the next run closes the batch.
    """
    for attempt in range(TRIES_TO_SEE):
        seen = sum(1 for _ in inst.letters.imported(batch))
        if seen >= 2 * letters:
            return close_import(LedgerPorts.of(inst), inst.time.now(), inst.zone, batch).name if seen else None
        inst.pause(attempt)
    raise BusyError
