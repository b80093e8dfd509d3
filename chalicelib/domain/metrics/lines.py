"""What a report lists letter by letter: the letters themselves, what is overdue, and corrections of earlier reports."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

from chalicelib.domain.clocks import local_date
from chalicelib.domain.letter import Kind
from chalicelib.domain.metrics.days_counted import CountsDays
from chalicelib.domain.metrics.figures import NOBODY, Figure
from chalicelib.domain.metrics.local_times import LocalTimes, local_time
from chalicelib.domain.metrics.marks import Mark
from chalicelib.domain.metrics.standing import overdue_days_of, overdue_working_days, working_days_of
from chalicelib.domain.metrics.state import LetterState
from chalicelib.domain.metrics.told import Told
from chalicelib.domain.periods import PERIOD_OF, PeriodKind

_NAMES = tuple(figure.value for figure in Figure)


class LetterLine(Struct, gc=False):
    """One letter as the report lists it. `due_on` and `answered_on` are local dates, `received_at` local time.

    `unit` has it at the period's end. `answered_by`, `answered_on`, `on_time` and `working_days_used` tell of the
    standing answer, also of one the writer is not content with: a letter may be answered and open. Without an answer
    `working_days_used` are those of `unit` so far. `due_on` and `overdue_days` are those of the limit `unit` works
    against; where none runs any more, those of the answer. `field`, `region`: "" where nothing was said.

    `counts`, `amounts`: by office, what the letter adds to each figure of the report, by its name; a figure it adds
    nothing to is left out. The figures are the sums of these. The office "" stands for the county's total alone.
    `moves`: what happened to it on the day of a daily list, with local time. `withheld`: counted but not listed
    (`is_withheld`); only kind, status and what it adds to the county's total are told. `corrected`: something was
    recorded for an earlier period since (`Correction`).
    """

    kind: str
    status: str
    tracking_code: str | None = None
    number: str | None = None
    source: str | None = None
    field: str | None = None
    region: str | None = None
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
    counts: dict[str, dict[str, int]] = {}
    amounts: dict[str, dict[str, int]] = {}
    moves: tuple[tuple[str, str], ...] = ()

    def summed(self) -> dict[str, int]:
        """What it adds to each figure of the county."""
        return _summed(self.counts)

    def summed_amounts(self) -> dict[str, int]:
        """What it adds to each amount of the county."""
        return _summed(self.amounts)


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


def add_figures(line: LetterLine, marks: Iterable[Mark]) -> None:
    """Say on the line what the letter adds to the counts and amounts of every figure; of a withheld one not where."""
    counts, amounts = line.counts, line.amounts
    for mark in marks:
        unit = NOBODY if line.withheld else mark.unit
        name, amount = _NAMES[mark.figure.place], mark.amount
        adds = counts.get(unit)
        if adds is None:
            adds = counts[unit] = {}
        adds[name] = adds.get(name, 0) + 1
        if amount is not None:
            sums = amounts.get(unit)
            if sums is None:
                sums = amounts[unit] = {}
            sums[name] = sums.get(name, 0) + amount


def _summed(by_office: dict[str, dict[str, int]]) -> dict[str, int]:
    summed: dict[str, int] = {}
    for adds in by_office.values():
        for name, number in adds.items():
            summed[name] = summed.get(name, 0) + number
    return summed


def correction_of(line: Told, state: LetterState, kind: PeriodKind, zone: ZoneInfo) -> Correction:
    """A ledger line that came too late for the report of its own period, as the next report of this kind tells it."""
    period = PERIOD_OF[kind](local_date(datetime.fromisoformat(line.at), zone)).key
    recorded_on = local_date(datetime.fromisoformat(line.recorded_at), zone)
    if is_withheld(state):
        return Correction(period, state.kind, recorded_on, withheld=True)
    unit = state.answer.unit if state.answer else state.holder
    at = local_time(line.at, zone)
    return Correction(period, state.kind, recorded_on, line.move, at, unit, state.letter, state.number)


def overdue_lines(state: LetterState, calendar: CountsDays, last: date) -> Iterator[OverdueLine]:
    """Every running limit of the letter that had passed at the period's end."""
    for clock in state.running_late(last) if state.is_open else ():
        days = overdue_working_days(clock.due_on, calendar, last)
        if is_withheld(state):
            yield OverdueLine(state.kind, clock.name, days, withheld=True)
            continue
        unit = clock.unit or state.centre
        yield OverdueLine(state.kind, clock.name, days, unit, state.letter, state.number, clock.due_on)


def line_of(state: LetterState, calendar: CountsDays, last: date, times: LocalTimes) -> LetterLine:
    """One letter as the report lists it; of one that is withheld its kind and status alone."""
    if is_withheld(state):
        return LetterLine(state.kind, state.status, withheld=True)
    answer = state.answer
    if answer and not state.is_open:
        clocks = state.clocks_of_answer()
        due_on = clocks[-1].due_on if clocks else None
        overdue = overdue_days_of(clocks, calendar)
    else:
        due_on = state.next_due()
        overdue = overdue_working_days(due_on, calendar, last) if due_on else 0
    return LetterLine(
        kind=state.kind,
        status=state.status,
        tracking_code=state.letter,
        number=state.number,
        source=state.source,
        field=state.field,
        region=state.region,
        unit=state.holder,
        received_at=times.of(state.received_at),
        due_on=due_on,
        answered_by=answer.unit if answer else None,
        answered_on=answer.on if answer else None,
        on_time=not answer.late if answer else None,
        working_days_used=working_days_of(state, calendar) if answer else _used_so_far(state, calendar, last),
        overdue_days=overdue,
        extension_days=state.granted,
        rating=state.rating,
        moves=tuple((str(times.of(each.at)), each.move) for each in state.happened),
    )


def _used_so_far(state: LetterState, calendar: CountsDays, last: date) -> int | None:
    its_round = state.rounds.get(state.holder) if state.units and state.is_open else None
    return calendar.working_days_between(its_round.started_on, last) if its_round else None
