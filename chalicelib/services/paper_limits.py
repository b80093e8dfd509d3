"""What stands on paper of time limits: those an urge notice is about, and all of them (CQ-7.1)."""

from collections.abc import Iterable
from datetime import date

from chalicelib.domain.clocks import WINDOWS, Clock, ClockName, local_date, overdue_days
from chalicelib.domain.ledger import Event
from chalicelib.domain.letter import UnitId
from chalicelib.services.paper_desk import Desk, Facts
from chalicelib.services.printable_forms import Sheet

_URGED = frozenset({ClockName.TRIAGE, ClockName.HANDLE, ClockName.REDO, ClockName.APPROVAL})


def urged_limits(desk: Desk, sheet: Sheet) -> list[Facts]:
    """The time limits an urge notice is about, with how late each was then and is by now (CQ-7.1)."""
    at = sheet.event.at
    listed = sheet.event.facts.get("clocks")
    named = {each["id"] for each in listed} if isinstance(listed, list) else None
    owners = {*sheet.units} if desk.reader.prints_all else {*desk.reader.units, *_above(desk, sheet)}
    running = _running_at(desk, sheet.event)
    then = [clock for clock in desk.file.clocks if clock.id in running]
    return [
        _limit(desk, clock, local_date(at, desk.around.zone))
        for clock in then
        if clock.name in _URGED
        and (clock.id in named if named is not None else clock.unit in owners or not sheet.units)
    ]


def _running_at(desk: Desk, event: Event) -> set[object]:
    """Ids of the time limits that ran when this step was taken, as the ledger tells."""
    states: dict[object, object] = {}
    for each in sorted(desk.file.events, key=lambda e: e.sequence):
        listed = each.facts.get("clocks") if each.sequence <= event.sequence else None
        states |= {clock["id"]: clock["state"] for clock in listed} if isinstance(listed, list) else {}
    return {clock for clock, state in states.items() if state == "running"}


def all_limits(desk: Desk) -> list[Facts]:
    """Every time limit, as it stands now."""
    return [_limit(desk, clock, None) for clock in desk.file.clocks if clock.name not in WINDOWS]


def _limit(desk: Desk, clock: Clock, then: date | None) -> Facts:
    calendar, zone, now = desk.around.calendar, desk.around.zone, local_date(desk.around.now, desk.around.zone)
    days = calendar.working_days_between(clock.due_on, then) if then and then > clock.due_on else 0
    return {
        "name": desk.words.get("clocks", clock.name.value),
        "unit": desk.unit(clock.unit or desk.file.letter.centre),
        "started_on": desk.day(local_date(clock.started_at, zone)),
        "due_on": desk.day(clock.due_on),
        "clause": clock.clause,
        "provisional": clock.provisional,
        "ended_at": desk.moment(clock.ended_at) if clock.ended_at else None,
        "overdue_then": days,
        "overdue_now": overdue_days(clock, calendar, zone, now),
    }


def _above(desk: Desk, sheet: Sheet) -> Iterable[UnitId]:
    """The units whose time limit a subordinate works under."""
    held = (desk.file.letter.assignment_of(unit) for unit in desk.reader.units)
    return [each.unit for each in held if each and each.unit in sheet.units]
