"""What a report lists letter by letter: the letters themselves, what is overdue, and corrections of earlier reports."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from chalicelib.domain.clocks import local_date
from chalicelib.domain.day_file import recorded_on
from chalicelib.domain.letter import Kind, LetterId
from chalicelib.domain.metrics.figures import Entry
from chalicelib.domain.metrics.fold import Folded, Line, overdue_days_of, overdue_working_days, working_days_of
from chalicelib.domain.metrics.state import LetterState
from chalicelib.domain.periods import PERIOD_OF, PeriodKind


@dataclass(frozen=True, slots=True)
class LetterLine:
    """One letter as the report lists it. `due_on` and `answered_on` are local dates, `received_at` local time.

    `unit` has it at the period's end. `answered_by`, `answered_on`, `on_time` and `working_days_used` tell of the
    standing answer, also of one the writer is not content with: a letter may be answered and open. Without an answer
    `working_days_used` are those of `unit` so far. `due_on` and `overdue_days` are those of the limit `unit` works
    against; where none runs any more, those of the answer.

    `counts`, `amounts`: what the letter adds to each figure of the report, by its name; a figure it adds nothing to is
    left out. The figures are the sums of these. `moves`: what happened to it on the day of a daily list, with local
    time. `withheld`: counted but not listed (`is_withheld`); only kind, status
    and what it adds are told. `corrected`: something was recorded for an earlier period since (`Correction`).
    """

    kind: str
    status: str
    tracking_code: str | None = None
    number: str | None = None
    source: str | None = None
    unit: str | None = None
    received_at: str | None = None
    due_on: date | None = None
    answered_by: str | None = None
    answered_on: date | None = None
    on_time: bool | None = None
    working_days_used: int | None = None
    overdue_days: int = 0
    extension_days: int = 0
    rating: int | None = None
    withheld: bool = False
    corrected: bool = False
    counts: Mapping[str, int] = field(default_factory=dict)
    amounts: Mapping[str, int] = field(default_factory=dict)
    moves: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Correction:
    """Something of an earlier period that its report could not know: recorded too late for the files it was made of.

    `period`: the one it happened in; `move`: what happened, as the ledger calls it; `at`: local time;
    `recorded_on`: the local date it was written. It counts in no figure of what happened in this report.
    """

    period: str
    kind: str
    recorded_on: date
    move: str | None = None
    at: str | None = None
    unit: str | None = None
    tracking_code: str | None = None
    number: str | None = None
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class OverdueLine:
    """One running limit that had passed at the period's end, and by how many working days."""

    kind: str
    clock: str
    overdue_days: int
    unit: str | None = None
    tracking_code: str | None = None
    number: str | None = None
    due_on: date | None = None
    withheld: bool = False


def is_withheld(state: LetterState) -> bool:
    """Accusations and letters about an office are counted, never listed: those they are about read the reports."""
    return state.guarded or state.kind == Kind.ACCUSATION


def with_figures(line: LetterLine, entries: Iterable[Entry]) -> LetterLine:
    """The line with what the letter adds to the counts and amounts of every figure."""
    counts: Counter[str] = Counter()
    amounts: Counter[str] = Counter()
    for entry in entries:
        counts[entry.figure.value] += 1
        if entry.amount is not None:
            amounts[entry.figure.value] += entry.amount
    return replace(line, counts=dict(counts), amounts=dict(amounts))


def correction_of(line: Line, folded: Folded, kind: PeriodKind, zone: ZoneInfo) -> Correction:
    """A ledger line that came too late for the report of its own period, as the next report of this kind tells it."""
    state = folded.states[LetterId(line["letter"])]
    period = PERIOD_OF[kind](local_date(datetime.fromisoformat(line["at"]), zone)).key
    if is_withheld(state):
        return Correction(period, state.kind, recorded_on(line, zone), withheld=True)
    unit = state.answer.unit if state.answer else state.holder
    at = local_time(line["at"], zone)
    return Correction(period, state.kind, recorded_on(line, zone), line["move"], at, unit, state.letter, state.number)


def overdue_lines(states: Iterable[LetterState], folded: Folded) -> tuple[OverdueLine, ...]:
    """Every running limit that had passed at the period's end, of letters that are listed."""
    lines = []
    for state in states:
        for clock in state.running_late(folded.last) if state.is_open else ():
            days = overdue_working_days(clock.due_on, folded.calendar, folded.last)
            if is_withheld(state):
                lines.append(OverdueLine(state.kind, clock.name, days, withheld=True))
                continue
            unit = clock.unit or state.centre
            code, number = state.letter, state.number
            lines.append(OverdueLine(state.kind, clock.name, days, unit, code, number, clock.due_on))
    return tuple(sorted(lines, key=lambda line: (-line.overdue_days, line.withheld, line.tracking_code or "")))


def line_of(state: LetterState, folded: Folded, zone: ZoneInfo) -> LetterLine:
    """One letter as the report lists it; of one that is withheld its kind and status alone."""
    if is_withheld(state):
        return LetterLine(state.kind, state.status, withheld=True)
    answer = state.answer
    if answer and not state.is_open:
        clocks = state.clocks_of_answer()
        due_on = clocks[-1].due_on if clocks else None
        overdue = overdue_days_of(state, folded.calendar)
    else:
        due_on = state.next_due()
        overdue = overdue_working_days(due_on, folded.calendar, folded.last) if due_on else 0
    return LetterLine(
        kind=state.kind,
        status=state.status,
        tracking_code=state.letter,
        number=state.number,
        source=state.source,
        unit=state.holder,
        received_at=local_time(state.received_at, zone),
        due_on=due_on,
        answered_by=answer.unit if answer else None,
        answered_on=answer.on if answer else None,
        on_time=not answer.late if answer else None,
        working_days_used=working_days_of(state, folded.calendar) if answer else _used_so_far(state, folded),
        overdue_days=overdue,
        extension_days=state.granted,
        rating=state.rating,
        moves=tuple((str(local_time(each.at, zone)), each.move) for each in state.happened),
    )


def _used_so_far(state: LetterState, folded: Folded) -> int | None:
    its_round = state.rounds.get(state.holder) if state.units and state.is_open else None
    return folded.calendar.working_days_between(its_round.started_on, folded.last) if its_round else None


def local_time(at: str | None, zone: ZoneInfo) -> str | None:
    """An instant of the ledger as local time, to the second."""
    return datetime.fromisoformat(at).astimezone(zone).isoformat(timespec="seconds") if at else None
