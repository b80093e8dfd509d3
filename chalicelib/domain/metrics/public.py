"""Figures fit for the public: small cells are left out, and so is what could be computed back from the rest."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chalicelib.domain.metrics.figures import NOBODY, Cell, Dimension, Entry, Figure, Row
from chalicelib.domain.metrics.scores import BEST_RATING, ranked, score_of
from chalicelib.domain.metrics.tally import row_of, rows_by
from chalicelib.domain.periods import Period
from chalicelib.domain.rules import AppraisalRule

SMALLEST_SHOWN = 5
"""Counts from 1 to 4 could point at a person; 0 points at nobody."""

COUNTED = (
    Figure.RECEIVED,
    Figure.ACCEPTED,
    Figure.ASSIGNED,
    Figure.ANSWERED,
    Figure.OPEN,
    Figure.OVERDUE,
    Figure.RATED,
)
"""What the public page counts. Timeliness is a rate in whole percent only: two counts would give a small third away."""


@dataclass(frozen=True, slots=True)
class PublicRow:
    """One unit's figures, or the county's (`unit` None). None: left out, too few. Rates are 0–1; scores 0–100.

    `handles`: letters are given to this office to answer, as they are not to the centre.
    """

    unit: str | None
    handles: bool
    counts: dict[Figure, int | None]
    answer_rate: float | None
    on_time_rate: float | None
    mean_score: float | None
    mean_days: float | None
    score: float | None = None
    rank: int | None = None


def public_rows(
    entries: Sequence[Entry], appraisal: AppraisalRule | None = None
) -> tuple[PublicRow, tuple[PublicRow, ...]]:
    """The county's row and the units', from entries without accusations. Scored and ranked where the rulebook does."""
    total = row_of("", entries)
    units = rows_by(Dimension.UNIT, entries)
    unnamed = row_of(NOBODY, (entry for entry in entries if entry.unit == NOBODY))  # has no row, yet adds
    hidden = {figure: _hidden([row.cells[figure] for row in (*units, unnamed)]) for figure in COUNTED}
    rows = tuple(
        _public(row, row.key, {figure for figure, indices in hidden.items() if index in indices})
        for index, row in enumerate(units)
    )
    alone = {figure for figure, indices in hidden.items() if len(indices) == 1}
    county = _public(total, None, {f for f in hidden if _small(total.cells[f].count)} | alone)
    return county, rows if appraisal is None else _scored(rows, units, appraisal)


def spans(entries: Sequence[Entry], periods: Sequence[Period]) -> tuple[PublicRow, ...]:
    """The county's row of each of these periods, from dated entries without accusations.

    Periods that follow one another add up to a total that may be shown: a small cell takes the next smallest with it.
    """
    rows = [row_of("", [each for each in entries if _lies_in(each, period)]) for period in periods]
    hidden = {figure: _hidden([row.cells[figure] for row in rows]) for figure in COUNTED}
    return tuple(
        _public(row, None, {figure for figure, indices in hidden.items() if index in indices})
        for index, row in enumerate(rows)
    )


def _lies_in(entry: Entry, period: Period) -> bool:
    return entry.on is not None and period.first <= entry.on <= period.last


def _scored(public: Sequence[PublicRow], rows: Sequence[Row], rule: AppraisalRule) -> tuple[PublicRow, ...]:
    """HF-2.4, PL-19: a score made of nothing but the rates that are shown, so that none can be found out from it."""
    scores = [score_of(row, _shown_rates(row, shown), rule) for row, shown in zip(rows, public, strict=True)]
    found = {each.unit: each for each in ranked(scores, rule)}
    return tuple(replace(row, score=found[str(row.unit)].score, rank=found[str(row.unit)].rank) for row in public)


def _shown_rates(row: Row, shown: PublicRow) -> dict[str, float | None]:
    enough = row.count(Figure.ANSWERED) >= SMALLEST_SHOWN and shown.counts[Figure.ANSWERED] is not None
    return {
        "answer_rate": shown.answer_rate,
        "timeliness_rate": shown.on_time_rate,
        "quality": _whole_percent(row.quality) if enough else None,
        "satisfaction": None if shown.mean_score is None else shown.mean_score / BEST_RATING,
    }


def _hidden(column: Sequence[Cell]) -> set[int]:
    """Which cells of a column to leave out: the small ones, and with a single one also the next smallest.

    One missing cell is the total less the others; two are not. Where no second one exists, the total is left out.
    """
    hidden = {index for index, cell in enumerate(column) if _small(cell.count)}
    if len(hidden) == 1:
        others = [(cell.count, index) for index, cell in enumerate(column) if index not in hidden and cell.count]
        hidden |= {min(others)[1]} if others else set()
    return hidden


def _public(row: Row, unit: str | None, hidden: set[Figure]) -> PublicRow:
    def shown(figure: Figure) -> int | None:
        return None if figure in hidden else row.count(figure)

    owed, judged = row.count(Figure.REPLY_OWED), row.count(Figure.ON_TIME) + row.count(Figure.LATE)
    answered = shown(Figure.ANSWERED) is not None and row.count(Figure.ANSWERED) >= SMALLEST_SHOWN
    return PublicRow(
        unit=unit,
        handles=row.count(Figure.ASSIGNED) + row.count(Figure.ANSWERED) > 0,
        counts={figure: shown(figure) for figure in COUNTED},
        answer_rate=_whole_percent(row.answer_rate) if owed >= SMALLEST_SHOWN else None,
        on_time_rate=_whole_percent(row.timeliness_rate) if answered and judged >= SMALLEST_SHOWN else None,
        mean_score=row.mean_score if row.count(Figure.RATED) >= SMALLEST_SHOWN else None,
        mean_days=row.mean_days if answered else None,
    )


def _small(count: int) -> bool:
    return 0 < count < SMALLEST_SHOWN


def _whole_percent(share: float | None) -> float | None:
    return None if share is None else round(share, 2)
