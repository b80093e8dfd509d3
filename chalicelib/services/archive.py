"""The archive: every letter an office has or had, open or finished, by its month of receipt (CQ-10).

The index says only which letters there are; what is shown of each, and whether it is, the letter itself says now.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from chalicelib.domain.clocks import ClockName, local_date, overdue_days
from chalicelib.domain.desk import EVERYWHERE, owner_archive, received_on
from chalicelib.domain.directory import Contact, Directory
from chalicelib.domain.errors import FieldError, InvalidFieldsError
from chalicelib.domain.letter import UnitId
from chalicelib.domain.visibility import COUNTY_WIDE, hides_writer, may_know_writer, may_look, roles_on
from chalicelib.domain.workflow import ENDED
from chalicelib.ports import LetterFile
from chalicelib.services.installation import Installation

PAGE = 100
"""Letters on one page: each is read whole."""
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class ArchivePage:
    """One page of a month. `begins_at`: how many stand before it in the index; `next`: where the next one goes on."""

    month: str
    begins_at: int
    files: tuple[LetterFile, ...]
    directory: Directory
    next: str | None


def month_of(inst: Installation, wanted: str | None) -> str:
    """The month that was asked for, the present one without. Raises InvalidFieldsError for anything but `2026-11`."""
    if not wanted:
        return f"{local_date(inst.time.now(), inst.zone):%Y-%m}"
    if not _MONTH.fullmatch(wanted):
        raise InvalidFieldsError((FieldError("month", "bad_month"),))
    return wanted


def archive_page(inst: Installation, contact: Contact, month: str, after: str | None) -> ArchivePage:
    """A month's letters in the order of receipt, behind the letter `after`: the contact's unit's, or the county's.

    One that is about the contact or their unit is left out as if it were not there (PL-18).
    """
    directory = inst.registry.directory()
    owner = owner_archive(EVERYWHERE if contact.roles & COUNTY_WIDE else contact.unit, month)
    listed = list(dict.fromkeys(entry.letter for entry in inst.letters.desk([owner])))
    begins_at = listed.index(after) + 1 if after in listed else 0  # type: ignore[arg-type]
    wanted = listed[begins_at : begins_at + PAGE]
    files = (inst.letters.load(letter) for letter in wanted)
    shown = tuple(file for file in files if file is not None and may_look(file.letter, contact, directory))
    more = len(listed) > begins_at + PAGE
    return ArchivePage(month, begins_at, shown, directory, wanted[-1] if more else None)


@dataclass(frozen=True, slots=True)
class Line:
    """One letter in the list. Dates are local; `overdue` counts working days."""

    file: LetterFile
    subject: str | None
    units: tuple[UnitId, ...]
    received_on: date
    due_on: date | None
    answered_on: date | None
    closed_on: date | None
    overdue: int


def lines(inst: Installation, contact: Contact, page: ArchivePage) -> Iterator[Line]:
    """What is shown of each letter; its subject only where it cannot give away a writer who is kept from them."""
    calendar, today = inst.calendar(), local_date(inst.time.now(), inst.zone)
    for file in page.files:
        letter = file.letter
        hidden = hides_writer(letter) and not may_know_writer(letter, roles_on(letter, contact, page.directory))
        owed = [clock for clock in file.clocks if clock.name in {ClockName.HANDLE, ClockName.REDO}]
        answers = [e.at for e in file.events if e.move == "answer" and e.facts.get("leads") is not False]
        ended = letter.last_at if letter.status in ENDED else None
        held = [each.unit for each in letter.assignments] or [u for u in [letter.forwarded_to] if u]
        yield Line(
            file=file,
            subject=None if hidden else letter.subject,
            units=tuple(held),
            received_on=received_on(letter),
            due_on=max((clock.due_on for clock in owed), default=None),
            answered_on=local_date(answers[-1], inst.zone) if answers else None,
            closed_on=local_date(ended, inst.zone) if ended else None,
            overdue=max((overdue_days(clock, calendar, inst.zone, today) for clock in owed), default=0),
        )
