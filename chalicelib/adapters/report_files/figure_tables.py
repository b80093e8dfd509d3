"""Sheets of figures: the county as a whole, and by unit, kind, source, field and region. Rates are formulas."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from chalicelib.adapters.report_files.catalogue import figure_facts
from chalicelib.adapters.report_files.charts import Charts
from chalicelib.adapters.report_files.sheets import FIRST_ROW, Column, Formula, Table, Value, added_up, letter_of, share
from chalicelib.adapters.report_files.summaries import is_stated
from chalicelib.adapters.report_files.words import Words
from chalicelib.domain.metrics.figures import WITH_AMOUNT, Figure, Row
from chalicelib.domain.metrics.report import Report

FIGURES = tuple(Figure)


@dataclass(frozen=True, slots=True)
class _Rate:
    """A figure divided by others. `amount`: the figure's amount is divided, not its count."""

    name: str
    part: Figure
    wholes: tuple[Figure, ...]
    type: str = "share"
    unit: str = "ratio"
    amount: bool = False


RATES = (
    _Rate("triage_timeliness_rate", Figure.TRIAGED_ON_TIME, (Figure.TRIAGED_ON_TIME, Figure.TRIAGED_LATE)),
    _Rate("answer_rate", Figure.REPLY_GIVEN, (Figure.REPLY_OWED,)),
    _Rate("timeliness_rate", Figure.ON_TIME, (Figure.ON_TIME, Figure.LATE, Figure.RELEASED_LATE)),
    _Rate("quality", Figure.ANSWERED, (Figure.ANSWERED, Figure.SEND_BACKS)),
    _Rate("mean_days", Figure.ANSWERED, (Figure.ANSWERED,), "fraction", "working_days", amount=True),
    _Rate("mean_score", Figure.RATED, (Figure.RATED,), "points", "score", amount=True),
)


def figure_tables(report: Report, words: Words) -> Iterator[Table]:
    """The sheets, first the county's."""
    total = _Total(report, words)
    yield total.table()
    yield _by("by_unit", report.by_unit, words.unit, report, words, total)
    yield _by("by_kind", report.by_kind, words.kind, report, words)
    yield _by("by_source", report.by_source, words.source, report, words)
    for name, rows in (("by_field", report.by_field), ("by_region", report.by_region)):
        if is_stated(rows):
            yield _by(name, rows, words.stated, report, words)
    if report.series:
        yield _series(report, words)


class _Total:
    """The county's figures, one a row; knows where each of them stands."""

    def __init__(self, report: Report, words: Words) -> None:
        self._report = report
        self._words = words
        self._row = report.total
        start = FIRST_ROW + 1
        self._counts = {figure: f"B{start + nth}" for nth, figure in enumerate(FIGURES)}
        start += len(FIGURES)
        self._amounts = {figure: f"B{start + nth}" for nth, figure in enumerate(WITH_AMOUNT)}

    def cell(self, figure: Figure, *, amount: bool) -> str:
        """Where a figure or its amount stands, for a formula of another sheet."""
        sheet = self._words.say("sheets.total")
        return f"'{sheet}'!{(self._amounts if amount else self._counts)[figure]}"

    def table(self) -> Table:
        """The sheet."""
        heads = [self._words.say(f"heads.{name}") for name in ("figure", "value", "measured_in")]
        columns = (Column(heads[0], "text", 30), Column(heads[1], "whole", 14), Column(heads[2], "text", 30))
        return Table(self._words.say("sheets.total"), columns, self._rows())

    def _rows(self) -> Iterator[Sequence[Value]]:
        say, facts = self._words.say, figure_facts()
        yield say("rows.period"), None, self._words.span()
        for figure in FIGURES:
            unit = facts["figures"].get(figure.value, {}).get("unit", "occurrences")
            yield say(f"figures.{figure.value}"), self._row.count(figure), say(f"units.{unit}")
        for figure in WITH_AMOUNT:
            unit = facts["amounts"].get(figure.value, "working_days")
            yield say(f"amounts.{figure.value}"), self._row.amount(figure), say(f"units.{unit}")
        for rate in RATES:
            yield say(f"rates.{rate.name}"), self._rate(rate), say(f"units.{rate.unit}")
        yield say("rates.median_days"), self._row.median_days, say("units.working_days")
        for score, name in self._words.catalogue.section("scores").items():
            yield say("satisfaction_section.row", name=name, score=score), self._row.scores[score], say("units.letters")

    def _rate(self, rate: _Rate) -> Formula:
        cells = self._amounts if rate.amount else self._counts
        return share(cells[rate.part], [self._counts[each] for each in rate.wholes], _values(rate, self._row))


def _values(rate: _Rate, row: Row) -> tuple[int, list[int]]:
    part = row.amount(rate.part) if rate.amount else row.count(rate.part)
    return part, [row.count(each) for each in rate.wholes]


def _by(
    name: str,
    rows: Sequence[Row],
    called: Callable[[str], str],
    report: Report,
    words: Words,
    county: _Total | None = None,
) -> Table:
    """A sheet of one split. With `county`, the total is another than the rows' sum, and the difference is shown."""
    say = words.say
    head = say(f"heads.{name.removeprefix('by_')}")
    columns = (
        Column(head, "text", 26),
        *(Column(say(f"figures.{figure.value}")) for figure in FIGURES),
        *(
            Column(say("format.with_note", text=say(f"amounts.{figure.value}"), note=_unit(say, figure)))
            for figure in WITH_AMOUNT
        ),
        *(Column(say(f"rates.{rate.name}"), rate.type) for rate in RATES),
        Column(say("rates.median_days"), "fraction"),
    )
    cells = (_cells(called(row.key), row) for row in rows)
    if county is None:
        return Table(say(f"sheets.{name}"), columns, cells, [_sum(say("rows.total"), rows, report.total.median_days)])
    totals = [
        _sum(say("rows.units_total"), rows, None),
        _county(say("rows.county_total"), report.total, county),
        _difference(say("rows.no_unit"), rows, report.total),
    ]
    return Table(say(f"sheets.{name}"), columns, cells, totals, [say("sheet.no_unit")])


def _unit(say: Callable[..., str], figure: Figure) -> str:
    return say(f"units.{figure_facts()['amounts'].get(figure.value, 'working_days')}")


def _numbers(row: Row) -> list[int]:
    return [*(row.count(figure) for figure in FIGURES), *(row.amount(figure) for figure in WITH_AMOUNT)]


def _cells(name: str, row: Row) -> Sequence[Value]:
    return (name, *_numbers(row), *(_rate(rate, _values(rate, row)) for rate in RATES), row.median_days)


def _rate(rate: _Rate, values: tuple[int, Sequence[int]]) -> Formula:
    """A rate over the counts in the same row."""
    part = _amount_column(rate.part) if rate.amount else _count_column(rate.part)
    return share(f"{part}{{row}}", [f"{_count_column(each)}{{row}}" for each in rate.wholes], values)


def _count_column(figure: Figure) -> str:
    return letter_of(1 + FIGURES.index(figure))


def _amount_column(figure: Figure) -> str:
    return letter_of(1 + len(FIGURES) + WITH_AMOUNT.index(figure))


def _rates_of(numbers: Sequence[int]) -> Iterator[Formula]:
    for rate in RATES:
        start = len(FIGURES) + WITH_AMOUNT.index(rate.part) if rate.amount else FIGURES.index(rate.part)
        yield _rate(rate, (numbers[start], [numbers[FIGURES.index(each)] for each in rate.wholes]))


def _sums(rows: Sequence[Row]) -> list[int]:
    width = len(FIGURES) + len(WITH_AMOUNT)
    return [sum(column) for column in zip(*map(_numbers, rows), strict=True)] if rows else [0] * width


def _sum(name: str, rows: Sequence[Row], median: float | None) -> Sequence[Value]:
    """All rows added up; without any row, zeros. A median cannot be added up, and is told where it is known."""
    numbers = _sums(rows)
    added = [added_up(1 + nth, value) if rows else 0 for nth, value in enumerate(numbers)]
    return (name, *added, *_rates_of(numbers), median)


def _county(name: str, total: Row, county: _Total) -> Sequence[Value]:
    """The county's figures, fetched from their own sheet."""
    numbers = _numbers(total)
    cells = [county.cell(figure, amount=False) for figure in FIGURES]
    cells += [county.cell(figure, amount=True) for figure in WITH_AMOUNT]
    fetched = [Formula(cell, value) for cell, value in zip(cells, numbers, strict=True)]
    return (name, *fetched, *_rates_of(numbers), total.median_days)


def _difference(name: str, rows: Sequence[Row], total: Row) -> Sequence[Value]:
    """What counts in the county's total and under no unit: the row above less the one above that."""
    values = [whole - part for whole, part in zip(_numbers(total), _sums(rows), strict=True)]
    cells = [
        Formula(f"{letter_of(1 + nth)}{{above}}-{letter_of(1 + nth)}{{over}}", value)
        for nth, value in enumerate(values)
    ]
    return (name, *cells, *(None for _ in RATES), None)


def _series(report: Report, words: Words) -> Table:
    """The days, weeks or months of the period."""
    say, charts = words.say, Charts(report, words)
    columns = (
        Column(say("rows.period"), "text", 16),
        Column(say("heads.first"), "date", 12),
        *(Column(say(f"heads.{name}")) for name in ("received", "answered", "on_time", "late")),
        Column(say("heads.rate"), "share"),
    )
    points = report.series
    rows = (
        (
            charts.point_name(point.first, short=False),
            point.first,
            point.received,
            Formula("E{row}+F{row}", point.on_time + point.late),
            point.on_time,
            point.late,
            share("E{row}", ["D{row}"], (point.on_time, [point.on_time + point.late])),
        )
        for point in points
    )
    came, good, bad = (sum(each) for each in zip(*((p.received, p.on_time, p.late) for p in points), strict=True))
    sums = [added_up(2 + nth, value) for nth, value in enumerate((came, good + bad, good, bad))]
    total = (say("rows.total"), None, *sums, share("E{row}", ["D{row}"], (good, [good + bad])))
    return Table(say("sheets.series"), columns, rows, [total])
