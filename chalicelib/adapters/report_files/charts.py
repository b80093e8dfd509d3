"""Which charts a report has, and what they say in words to whoever cannot see them. None is drawn of nothing."""

from collections.abc import Iterator, Sequence
from datetime import date

from chalicelib.adapters.report_files.drawing import Chart, Fill, Part, columns_chart, rows_chart
from chalicelib.adapters.report_files.words import Words
from chalicelib.domain.metrics.figures import Figure, Row
from chalicelib.domain.metrics.report import Report
from chalicelib.domain.periods import PeriodKind

UNITS_DRAWN = 60
_UNITS_IN_A_CHART = 30
_AGES = ((1, 1), (2, 5), (6, 10), (11, 20), (21, 60), (61, None))
_JUDGED = (
    (Figure.ON_TIME, Fill.SOLID),
    (Figure.LATE, Fill.STRIPED),
    (Figure.RELEASED_LATE, Fill.OPEN),
)
_STEP = {
    PeriodKind.WEEKLY: "daily",
    PeriodKind.MONTHLY: "daily",
    PeriodKind.QUARTERLY: "weekly",
    PeriodKind.YEARLY: "monthly",
}


class Charts:
    """The charts of one report."""

    def __init__(self, report: Report, words: Words) -> None:
        self._report = report
        self._words = words
        self._say = words.say

    def series(self) -> Chart | None:
        """What came in and what was answered, by day, week or month."""
        points = self._report.series
        if len(points) < 2 or not any(point.received or point.on_time or point.late for point in points):
            return None
        received = Part(self._say("charts.received"), Fill.OPEN, [point.received for point in points])
        on_time = Part(self._say("charts.on_time"), Fill.SOLID, [point.on_time for point in points])
        late = Part(self._say("charts.late"), Fill.STRIPED, [point.late for point in points])
        names = [self.point_name(point.first) for point in points]
        title = self._say(f"charts.series_{_STEP.get(self._report.kind, 'daily')}")
        return columns_chart(
            title, self._described(names, [received, on_time, late]), names, [[received], [on_time, late]]
        )

    def point_name(self, day: date, *, short: bool = True) -> str:
        """What a day, week or month of the period is called."""
        kind = self._report.kind
        form = "month" if kind is PeriodKind.YEARLY else "day_short" if short and kind is PeriodKind.MONTHLY else "day"
        month = self._words.catalogue.name("months", str(day.month))[:3]
        return self._say(f"charts.{form}", month=day.month, day=day.day, month_short=month)

    def units(self) -> Iterator[Chart]:
        """How the units kept their limits, most answers first; several charts where one would not fit on a page."""
        rows = self._judged()[:UNITS_DRAWN]
        parts = -(-len(rows) // _UNITS_IN_A_CHART)
        size = -(-len(rows) // parts) if parts else 0
        most = max((_judgements(row) for row in rows), default=0)
        for part in range(parts):
            some = rows[part * size : (part + 1) * size]
            title = (
                self._say("charts.units_part", part=part + 1, parts=parts) if parts > 1 else self._say("charts.units")
            )
            names = [self._words.unit(row.key) for row in some]
            counted = [
                Part(self._say(f"charts.{figure.value}"), fill, [row.count(figure) for row in some])
                for figure, fill in _JUDGED
            ]
            yield rows_chart(title, self._described(names, counted), names, counted, most)

    def units_left_out(self) -> int:
        """How many units are not drawn."""
        return max(0, len(self._judged()) - UNITS_DRAWN)

    def left_out(self) -> str:
        """That there are units which are not drawn."""
        return self._say("charts.units_more", shown=UNITS_DRAWN, n=self.units_left_out())

    def kinds(self) -> Chart | None:
        """What kinds of letters came in."""
        rows = sorted(self._report.by_kind, key=lambda row: -row.count(Figure.RECEIVED))
        rows = [row for row in rows if row.count(Figure.RECEIVED)]
        names = [self._words.kind(row.key) for row in rows]
        return self._simple("kinds", "letters", names, [row.count(Figure.RECEIVED) for row in rows])

    def ages(self) -> Chart | None:
        """How long what is overdue has been so."""
        found = [0] * len(_AGES)
        for line in self._report.overdue:
            found[next(i for i, (_, last) in enumerate(_AGES) if last is None or line.overdue_days <= last)] += 1
        return self._simple("ages", "occurrences", [self._age(first, last) for first, last in _AGES], found)

    def scores(self) -> Chart | None:
        """How the ratings are spread."""
        names = [
            self._say("satisfaction_section.row", name=name, score=score)
            for score, name in self._words.catalogue.section("scores").items()
        ]
        values = [self._report.total.scores[score] for score in self._words.catalogue.section("scores")]
        return self._simple("scores", "letters", names, values)

    def _age(self, first: int, last: int | None) -> str:
        if last is None:
            return self._say("charts.age_more", first=first - 1)
        return self._say("charts.age_one" if first == last else "charts.age", first=first, last=last)

    def _judged(self) -> list[Row]:
        rows = [row for row in self._report.by_unit if _judgements(row)]
        return sorted(rows, key=lambda row: (-_judgements(row), row.key))

    def _simple(self, title: str, counted: str, names: Sequence[str], values: Sequence[int]) -> Chart | None:
        if not any(values):
            return None
        part = Part(self._say(f"charts.{counted}"), Fill.SOLID, values)
        return rows_chart(self._say(f"charts.{title}"), self._described(names, [part]), names, [part])

    def _described(self, names: Sequence[str], parts: Sequence[Part]) -> str:
        told = [
            self._say(
                "charts.point",
                name=name,
                values=self._words.catalogue.listed(
                    self._say("charts.part", label=part.name, n=part.values[index]) for part in parts
                ),
            )
            for index, name in enumerate(names)
        ]
        return self._words.catalogue.points(told)


def _judgements(row: Row) -> int:
    return sum(row.count(figure) for figure, _ in _JUDGED)
