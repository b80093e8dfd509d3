"""The archive: every letter an office has or had, open or finished, by its month of receipt (CQ-10).

The index says only which letters there are; what is shown of each, and whether it is, the letter itself says now.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from chalicelib.domain.answers import answered_at, ended_at
from chalicelib.domain.clocks import ClockName, local_date, overdue_days
from chalicelib.domain.deputies import actors_of, desk_of, may_look_today
from chalicelib.domain.desk import EVERYWHERE, owner_archive, received_on
from chalicelib.domain.directory import Contact, Directory
from chalicelib.domain.errors import FieldError, InvalidFieldsError
from chalicelib.domain.letter import UnitId
from chalicelib.domain.visibility import COUNTY_WIDE
from chalicelib.ports import LetterFile
from chalicelib.services.installation import Installation
from chalicelib.services.reading import subject_as_read

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

    And those of whom they stand in for today. One that is about the contact or their unit is left out as if it were not
    there (PL-18).
    """
    directory, today = inst.registry.directory(), local_date(inst.time.now(), inst.zone)
    places = desk_of(contact, directory, today)
    county = any(each.roles & COUNTY_WIDE for each in places)
    owners = [owner_archive(unit, month) for unit in ([EVERYWHERE] if county else [each.unit for each in places])]
    listed = list(dict.fromkeys(entry.letter for entry in inst.letters.desk(owners)))
    begins_at = listed.index(after) + 1 if after in listed else 0  # type: ignore[arg-type]
    wanted = listed[begins_at : begins_at + PAGE]
    files = (inst.letters.load(letter) for letter in wanted)
    shown = tuple(file for file in files if file is not None and may_look_today(file.letter, contact, directory, today))
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
    """What is shown of each letter; its subject only where it cannot give away a writer who is kept from them.

    `answered_on`: the writer has the answer since then; `closed_on`: nobody owes the letter anything since then.
    """
    calendar, today = inst.calendar(), local_date(inst.time.now(), inst.zone)
    for file in page.files:
        letter = file.letter
        actors = actors_of(letter, contact, page.directory, today)
        owed = [clock for clock in file.clocks if clock.name in {ClockName.HANDLE, ClockName.REDO}]
        answered, ended = answered_at(file.events), ended_at(letter, file.events)
        held = [each.unit for each in letter.assignments] or [u for u in [letter.forwarded_to] if u]
        yield Line(
            file=file,
            subject=subject_as_read(letter, frozenset(actor.role for actor in actors)),
            units=tuple(held),
            received_on=received_on(letter),
            due_on=max((clock.due_on for clock in owed), default=None),
            answered_on=local_date(answered, inst.zone) if answered else None,
            closed_on=local_date(ended, inst.zone) if ended else None,
            overdue=max((overdue_days(clock, calendar, inst.zone, today) for clock in owed), default=0),
        )
