"""The same letters under other rulebooks, side by side. Nothing is written; a file of letters needs no installation."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from chalicelib.domain.clocks import local_date
from chalicelib.domain.directory import Mailbox
from chalicelib.domain.letter import Kind, MailboxId, UnitId
from chalicelib.domain.notices import CalendarError
from chalicelib.domain.rulebook import Rulebook
from chalicelib.domain.what_if import Came, Case, Figures, Marks, Term, Verdict, comes_to
from chalicelib.domain.working_calendar import WorkingCalendar
from chalicelib.services.csv_rows import Row, read_rows
from chalicelib.services.import_letters import Refused
from chalicelib.services.letter_rows import OPTIONAL, REQUIRED, Given, RowRefusedError, check_number, read_letter

_NO_MAILBOX = Mailbox(MailboxId("file"), "file", UnitId(""))
_ANY_SOURCE = "file"


@dataclass(frozen=True, slots=True)
class Letters:
    """The letters asked about. `cases` gives them as often as it is called, in the same order.

    `as_of`: the local date on which open letters are looked at. `refused`: rows of the file that `import-letters`
    would refuse as well; `ignored`: its columns that nobody asked for.
    """

    cases: Callable[[], Iterator[Case]]
    calendar: WorkingCalendar
    zone: ZoneInfo
    as_of: date
    refused: tuple[Refused, ...] = ()
    ignored: tuple[str, ...] = ()


def letters_of_file(
    data: bytes, kind: Kind, calendar: WorkingCalendar, zone: ZoneInfo, now: datetime, as_of: date | None = None
) -> Letters:
    """The letters of a CSV file, all of this kind and simple, counted from their writing. No unit is known.

    Read as `import_letters` reads them, and refused where it refuses them. Raises BadFileError.
    """
    table = read_rows(data, REQUIRED, OPTIONAL)
    given = Given(_NO_MAILBOX, kind, _ANY_SOURCE, zone)
    refused = [Refused("", error) for error in table.broken]
    first_line: dict[str, int] = {}
    cases: list[Case] = []
    for row in table.rows:
        try:
            check_number(row, first_line)
            cases.append(_case_of(row, given, now, calendar))
        except RowRefusedError as error:
            refused.append(Refused(row.fields["source_number"], error.at(row.line)))
    refused.sort(key=lambda each: each.error.line)
    today = as_of or local_date(now, zone)
    return Letters(lambda: iter(cases), calendar, zone, today, tuple(refused), table.ignored)


def _case_of(row: Row, given: Given, now: datetime, calendar: WorkingCalendar) -> Case:
    """One row. Raises RowRefusedError, also for history from before the calendar."""
    letter = read_letter(row, given, now)
    written_on = local_date(letter.written_at, given.zone)
    answered_on = None if letter.answered_at is None else local_date(letter.answered_at, given.zone)
    terms: tuple[Term, ...] = (Term(written_on, Marks(given.kind), answered_on),)
    try:
        calendar.is_working_day(written_on)
    except CalendarError as error:
        if answered_on is not None:
            raise RowRefusedError("written_at", str(error)) from error
        terms = ()  # a new letter is taken in all the same, but nobody can count from that day
    return Case(letter.arrival.source_number or "", "", given.kind, terms, answered_on)


def verdicts(letters: Letters, book: Rulebook) -> Iterator[tuple[Case, Verdict]]:
    """Every letter with what it comes to under this rulebook, in the order of the file, or by tracking code."""
    for case in letters.cases():
        yield case, comes_to(case, book, letters.calendar, letters.zone, letters.as_of)


@dataclass(frozen=True, slots=True)
class Column:
    """What the letters come to under one rulebook.

    `turned_late`, `turned_on_time`: letters that were answered in time under the rulebook it is compared with and
    would be late here, and the other way round; 0 in the column all others are compared with.
    """

    book: Rulebook
    figures: Figures
    kinds: tuple[Kind, ...]
    turned_late: int
    turned_on_time: int


def column(letters: Letters, book: Rulebook, beside: Rulebook) -> Column:
    """Count the letters under `book`, and how many come out otherwise than under `beside`."""
    figures, kinds, turned = Figures(), set[Kind](), dict.fromkeys(Came, 0)
    for (case, verdict), (_, other) in zip(verdicts(letters, book), verdicts(letters, beside), strict=True):
        figures.add(case, verdict)
        kinds.add(case.kind)
        turned[verdict.came] += verdict.came is not other.came
    known = tuple(kind for kind in Kind if kind in kinds)
    return Column(book, figures, known, turned[Came.LATE], turned[Came.ON_TIME])
