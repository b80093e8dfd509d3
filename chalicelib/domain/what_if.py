"""What a letter would have come to under a rulebook: its limits counted anew, from where they really began.

Only the limits are another rulebook's. Who had the letter when, what it was classified as and when it was answered
stay as they were. The dates are counted by the same clocks that run for open letters.
"""

from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from zoneinfo import ZoneInfo

from chalicelib.domain.clocks import Clock, ClockName, extend, open_clock, recompute
from chalicelib.domain.letter import ClockId, Complexity, Kind
from chalicelib.domain.limit import CountedIn
from chalicelib.domain.periods import midnight
from chalicelib.domain.rulebook import Rulebook
from chalicelib.domain.rules import LimitRule
from chalicelib.domain.working_calendar import WorkingCalendar


@dataclass(frozen=True, slots=True)
class Marks:
    """What decides how long a unit has. `direct`: the first office handles it itself (CQ-4.1)."""

    kind: Kind
    complexity: Complexity = Complexity.SIMPLE
    urgent: bool = False
    direct: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """What moved a due date while the limit ran, on a local date: other marks, or so many more days."""

    on: date
    marks: Marks | None = None
    granted: int = 0


@dataclass(frozen=True, slots=True)
class Term:
    """One running of a unit's limit to answer, on local dates: from the receipt, or to do an answer again (`redo`).

    `ended_on`: the unit had done its part, or lost the letter; None while it runs. `asked_days`: working days that
    were set for doing it again.
    """

    started_on: date
    marks: Marks
    ended_on: date | None = None
    redo: bool = False
    asked_days: int | None = None
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """A letter as far as limits are concerned. `unit` answered it, or has it now; empty: not stated; None: kept back.

    `terms`: that unit's, since it received the letter; none while no unit has it. `answered_on`: the local date on
    which the writer had the standing answer; None: open. `first_start`: when the first unit received it, from which a
    cap is counted. `withheld`: counted, and named nowhere (PL-18).
    """

    letter: str
    unit: str | None
    kind: Kind
    terms: tuple[Term, ...]
    answered_on: date | None
    first_start: date | None = None
    withheld: bool = False

    @property
    def done_on(self) -> date | None:
        """When the unit had done its own part of the standing answer; what signatures take after it is not its time."""
        last = self.terms[-1].ended_on if self.terms else None
        return None if self.answered_on is None else last or self.answered_on


class Came(StrEnum):
    """What a letter comes to: answered in time, answered late, or not answered."""

    ON_TIME = "on_time"
    LATE = "late"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the letter comes to. `clock`: the limit that decides, the first that was passed, else the last.

    None while no unit has the letter. `overdue`: answered late, or open with a limit that has passed.
    """

    came: Came
    overdue: bool
    clock: Clock | None
    working_days_used: int | None


@dataclass(slots=True)
class Tally:
    """How many letters came to what; `letters` is the sum of `on_time`, `late` and `open`.

    `open_late`: open letters past a limit. `without_clause`: letters counted by the county's own limit, the regulation
    giving none. `without_limit`: open letters that no limit can be counted for, as no unit has them.
    """

    on_time: int = 0
    late: int = 0
    open: int = 0
    open_late: int = 0
    without_clause: int = 0
    without_limit: int = 0

    def add(self, verdict: Verdict) -> None:
        """One more letter."""
        self.on_time += verdict.came is Came.ON_TIME
        self.late += verdict.came is Came.LATE
        self.open += verdict.came is Came.OPEN
        self.open_late += verdict.came is Came.OPEN and verdict.overdue
        self.without_clause += verdict.clock is not None and verdict.clock.clause is None
        self.without_limit += verdict.clock is None

    @property
    def letters(self) -> int:
        """All that were counted."""
        return self.on_time + self.late + self.open

    @property
    def on_time_rate(self) -> float | None:
        """The share of the answered ones that were in time, 0-1; None without an answer."""
        answered = self.on_time + self.late
        return round(self.on_time / answered, 4) if answered else None


@dataclass(slots=True)
class Figures:
    """What all letters come to under one rulebook, and those of each unit that answered or has them."""

    total: Tally = field(default_factory=Tally)
    by_unit: dict[str, Tally] = field(default_factory=dict)

    def add(self, case: Case, verdict: Verdict) -> None:
        """One more letter. What is kept back from units counts in the total alone: a row would tell of it (PL-18)."""
        self.total.add(verdict)
        if case.unit is not None:
            self.by_unit.setdefault(case.unit, Tally()).add(verdict)


def comes_to(case: Case, book: Rulebook, calendar: WorkingCalendar, zone: ZoneInfo, as_of: date) -> Verdict:
    """What the letter comes to under this rulebook; an open one is looked at on the local date `as_of`.

    Late is late: a limit that passed before an answer was sent back stays passed, as in the reports. Raises
    CalendarError for days the calendar does not know.
    """
    clocks = [counted(term, case.first_start or term.started_on, book, calendar, zone) for term in case.terms]
    until = [as_of if term.ended_on is None else term.ended_on for term in case.terms]
    passed = [clock for clock, end in zip(clocks, until, strict=True) if end > clock.due_on]
    deciding = passed[0] if passed else clocks[-1] if clocks else None
    answered = Came.LATE if passed else Came.ON_TIME
    return Verdict(
        came=Came.OPEN if case.answered_on is None else answered,
        overdue=bool(passed),
        clock=deciding,
        working_days_used=_used(case, calendar),
    )


def counted(term: Term, first_start: date, book: Rulebook, calendar: WorkingCalendar, zone: ZoneInfo) -> Clock:
    """The clock as this rulebook would have run it, with what was granted as far as its own rule allows."""
    rule = _rule(term, term.marks, book)
    name = ClockName.REDO if term.redo else ClockName.HANDLE
    start = midnight(term.started_on, zone)
    clock = open_clock(ClockId(name), name, rule.limit, start, calendar, zone, clause=rule.clause)
    for step in term.steps:
        if step.marks is None:
            clock = _granted(clock, step, first_start, book, calendar, zone)
            continue
        rule = _rule(term, step.marks, book)
        if rule.limit != clock.limit:
            again = recompute(clock, rule.limit, midnight(step.on, zone), calendar, zone)
            clock = replace(again, clause=rule.clause)
    return clock


def _granted(
    clock: Clock, step: Step, first_start: date, book: Rulebook, calendar: WorkingCalendar, zone: ZoneInfo
) -> Clock:
    """More time where the rulebook knows of any; past its cap nothing is left to grant."""
    if book.extension is None:
        return clock
    cap = book.extension.cap.limit if book.extension.cap else None
    longer = extend(clock, step.granted, cap, midnight(first_start, zone), calendar, zone)
    return longer if longer.due_on > clock.due_on else clock


def _rule(term: Term, marks: Marks, book: Rulebook) -> LimitRule:
    if not term.redo:
        return book.handle_limit(marks.kind, marks.complexity, urgent=marks.urgent, direct=marks.direct)
    if term.asked_days is None:
        return book.redo
    return book.redo.model_copy(update={"number": term.asked_days, "counted_in": CountedIn.WORKING_DAYS})


def _used(case: Case, calendar: WorkingCalendar) -> int | None:
    """Working days from the day the unit received the letter until it had done its part; None while it is open."""
    if not case.terms or case.done_on is None:
        return None
    return calendar.working_days_between(case.terms[0].started_on, case.done_on)
