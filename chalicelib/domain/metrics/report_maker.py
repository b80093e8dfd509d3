"""Lays a period's letters out in the tables of its report, one letter after the other."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from zoneinfo import ZoneInfo

from chalicelib.domain.metrics.days_counted import DaysCounted
from chalicelib.domain.metrics.figures import Dimension
from chalicelib.domain.metrics.lines import (
    Correction,
    LetterLine,
    OverdueLine,
    add_figures,
    correction_of,
    is_withheld,
    line_of,
    overdue_lines,
)
from chalicelib.domain.metrics.local_times import LocalTimes
from chalicelib.domain.metrics.marks import Mark
from chalicelib.domain.metrics.report import Basis, Gather, InMemory, Report, SeriesPoint
from chalicelib.domain.metrics.scores import best_of, scores_of
from chalicelib.domain.metrics.sections import (
    Excerpt,
    ExcerptRef,
    NoticeLine,
    SupervisedLine,
    excerpt_of,
    excerpt_ref,
    notice_lines,
    supervised_line,
)
from chalicelib.domain.metrics.state import LetterState
from chalicelib.domain.metrics.tally import Tally
from chalicelib.domain.metrics.told import Told
from chalicelib.domain.periods import Period, PeriodKind, parts_of
from chalicelib.domain.working_calendar import WorkingCalendar

Unread = Mapping[str, Sequence[Told]]
"""By letter, lines of earlier periods that no report has read before."""

_NOTHING_UNREAD: Unread = MappingProxyType({})


class ReportMaker:
    """Show it every letter with its entries, in any order, then ask once for the report."""

    def __init__(
        self,
        period: Period,
        zone: ZoneInfo,
        calendar: WorkingCalendar,
        unread: Unread = _NOTHING_UNREAD,
        gather: Gather = InMemory,
    ) -> None:
        self._period, self._zone, self._unread = period, zone, unread
        self._calendar = DaysCounted(calendar)
        self._times = LocalTimes(zone)
        self._has_letters = False
        self._tally = Tally()
        self._letters = gather(LetterLine)
        self._overdue = gather(OverdueLine)
        self._corrections = gather(Correction)
        self._supervised = gather(SupervisedLine)
        self._notices = gather(NoticeLine)
        self._excerpts: dict[ExcerptRef, Excerpt] = {}

    @property
    def has_letters(self) -> bool:
        """Whether the report has any letter to tell of so far."""
        return self._has_letters

    @property
    def excerpt_refs(self) -> tuple[ExcerptRef, ...]:
        """Which excerpts for the leaders the letters so far have; of a monthly summary alone (SF-5)."""
        return tuple(self._excerpts)

    def add(self, state: LetterState, marks: Sequence[Mark]) -> None:
        """Take one letter as it stands at the period's end, and what it adds to the figures."""
        withheld = is_withheld(state)
        unread = self._unread.get(state.letter, ())
        if marks:
            self._tally.add(state, marks, withheld=withheld)
        if marks or unread:
            self._has_letters = True
            line = line_of(state, self._calendar, self._period.last, self._times)
            line.corrected = bool(unread)
            add_figures(line, marks)
            self._letters.add((withheld, state.received_at or "", state.letter), line)
            if state.is_open:
                self._add_overdue(state)
        for told in unread:
            correction = correction_of(told, state, self._period.kind, self._zone)
            self._corrections.add((told.at, told.letter, told.sequence), correction)
        self._add_sections(state)

    def report(self, basis: Basis, words: Mapping[ExcerptRef, str] = MappingProxyType({})) -> Report:
        """The report. `words`: those of its excerpts; one whose words were erased is left out."""
        period, tally = self._period, self._tally
        by_unit = tally.rows(Dimension.UNIT)
        scores = scores_of(by_unit, basis.appraisal)
        excerpts = [replace(each, text=words[ref]) for ref, each in self._excerpts.items() if words.get(ref)]
        return Report(
            kind=period.kind,
            period=period.key,
            first=period.first,
            last=period.last,
            basis=basis,
            total=tally.total(),
            by_unit=by_unit,
            by_kind=tally.rows(Dimension.KIND),
            by_source=tally.rows(Dimension.SOURCE),
            by_field=tally.rows(Dimension.FIELD),
            by_region=tally.rows(Dimension.REGION),
            overdue=self._overdue.done(),
            letters=self._letters.done(),
            corrections=self._corrections.done(),
            supervised=self._supervised.done(),
            notices=self._notices.done(),
            scores=scores,
            best=best_of(scores, basis.appraisal, by_unit),
            excerpts=tuple(sorted(excerpts, key=lambda each: (each.on, each.tracking_code))),
            series=_series(period, tally.by_day()),
        )

    def _add_overdue(self, state: LetterState) -> None:
        for line in overdue_lines(state, self._calendar, self._period.last):
            self._overdue.add(
                (-line.overdue_days, line.withheld, line.tracking_code or "", line.clock, line.kind), line
            )

    def _add_sections(self, state: LetterState) -> None:
        """Supervised items and notices. Their keys say all that a line says, so that the same lines come out alike."""
        first, last = self._period.first, self._period.last
        if state.supervision is not None:
            item = supervised_line(state, self._calendar, first, last)
            if item is not None:
                code, since = item.tracking_code or "", item.since.isoformat()
                self._supervised.add((item.withheld, since, code, item.kind, item.status, item.open_days), item)
        if state.noticed:
            for line in notice_lines(state, first):
                code, unit = line.tracking_code or "", line.unit or ""
                self._notices.add((line.on.isoformat(), line.withheld, code, line.figure, unit, line.kind), line)
        if state.excerpts and self._period.kind is PeriodKind.MONTHLY:
            ref = excerpt_ref(state, first)
            if ref is not None:
                self._excerpts[ref] = excerpt_of(state, ref.text, "")


def unread_by_letter(lines: Iterable[Told]) -> Unread:
    """These lines by their letters."""
    found: dict[str, list[Told]] = {}
    for line in lines:
        found.setdefault(line.letter, []).append(line)
    return found


def _series(period: Period, by_day: Mapping[date, Sequence[int]]) -> tuple[SeriesPoint, ...]:
    points = []
    for first, last in parts_of(period):
        days = [counts for day, counts in by_day.items() if first <= day <= last]
        received, answered, on_time, late = (sum(counts[place] for counts in days) for place in range(4))
        points.append(SeriesPoint(first, last, received, answered, on_time, late))
    return tuple(points)
