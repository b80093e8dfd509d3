"""How units are scored and ranked (PL-19, PL-21, PL-22, HF-2.4): one rule for reports and for the public page."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from chalicelib.domain.metrics.figures import Figure, Row
from chalicelib.domain.rules import AppraisalRule

PARTS = ("answer_rate", "timeliness_rate", "quality", "satisfaction")
"""What a score is made of, as the rulebook weighs it."""

TAKEN_OFF_FOR: Mapping[str, Figure] = {
    "returned_late": Figure.RETURNED_LATE,
    "sent_back": Figure.SEND_BACKS,
    "urged": Figure.URGES,
    "repeat": Figure.REPEATS,
    "circular": Figure.CIRCULARS,
    "held_to_account": Figure.HELD_TO_ACCOUNT,
}
"""The figure whose cases cost points, by the rulebook's name for the deduction."""

BEST_RATING = 5


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a score. `rate`: 0–1, None where there is nothing to judge; `weight`: the rulebook's, in points.

    `points` are out of the weight as it counts for this unit: where a part has no rate, the others share its weight.
    """

    name: str
    rate: float | None
    weight: int
    points: float | None


@dataclass(frozen=True, slots=True)
class Deduction:
    """Points taken off: so many cases, at so many points each."""

    name: str
    cases: int
    points: int


@dataclass(frozen=True, slots=True)
class Score:
    """A unit's score, 0–100 with two decimals. None: nothing of it could be judged.

    `letters`: those it had in hand in the period. `rank`: None without a score, or with fewer letters than the rulebook
    asks for; units with the same score share a rank, and the next one is left out.
    """

    unit: str
    letters: int
    parts: tuple[Part, ...]
    deductions: tuple[Deduction, ...]
    score: float | None
    rank: int | None = None


def scores_of(rows: Iterable[Row], rule: AppraisalRule | None) -> tuple[Score, ...]:
    """Every unit that had letters in hand, in the order of its rank, then the unranked. No rule, no scores."""
    if rule is None:
        return ()
    return ranked([score_of(row, rates_of(row), rule) for row in rows if row.count(Figure.HANDLED)], rule)


def ranked(scores: Iterable[Score], rule: AppraisalRule) -> tuple[Score, ...]:
    """The same scores in the order of their ranks, then those without one."""
    found = sorted(scores, key=lambda each: (not _counts(each, rule), -(each.score or 0), each.unit))
    return tuple(replace(each, rank=_rank(each, found, rule)) for each in found)


def rates_of(row: Row) -> dict[str, float | None]:
    """What each part of a score is judged by, 0–1; None where there is nothing to judge."""
    return {
        "answer_rate": row.answer_rate,
        "timeliness_rate": row.timeliness_rate,
        "quality": row.quality,
        "satisfaction": None if row.mean_score is None else row.mean_score / BEST_RATING,
    }


def best_of(scores: Sequence[Score], rule: AppraisalRule | None, rows: Iterable[Row] = ()) -> tuple[str, ...]:
    """The units to be named (PL-22): the first `best` ranks, and all who share the last of them.

    Nobody is praised with a score below `best_from`, nor praised and criticised at once: not a unit that by its row was
    told of in a circular or held to account.
    """
    blamed = {row.key for row in rows if row.count(Figure.CIRCULARS) or row.count(Figure.HELD_TO_ACCOUNT)}
    if rule is None:
        return ()
    named = (each for each in scores if each.rank is not None and each.rank <= rule.best)
    return tuple(each.unit for each in named if (each.score or 0) >= rule.best_from and each.unit not in blamed)


def _counts(score: Score, rule: AppraisalRule) -> bool:
    return score.score is not None and score.letters >= rule.at_least_letters


def _rank(score: Score, all_scores: Sequence[Score], rule: AppraisalRule) -> int | None:
    if not _counts(score, rule):
        return None
    better = [each for each in all_scores if _counts(each, rule) and (each.score or 0) > (score.score or 0)]
    return len(better) + 1


def score_of(row: Row, rates: Mapping[str, float | None], rule: AppraisalRule) -> Score:
    """A unit's score from these rates, and the row's cases that cost points. Not ranked yet."""
    weights = {name: getattr(rule, name) for name in PARTS if getattr(rule, name)}
    judged = sum(weight for name, weight in weights.items() if rates[name] is not None)
    parts = tuple(
        Part(name, rates[name], weight, _points(rates[name], weight, judged)) for name, weight in weights.items()
    )
    deductions = tuple(
        Deduction(name, cases, points)
        for name, points in rule.deductions.items()
        if (cases := row.count(TAKEN_OFF_FOR[name]))
    )
    score = None
    if judged:
        reached = sum((rates[name] or 0) * weight for name, weight in weights.items()) * 100 / judged
        score = round(max(0.0, reached - sum(each.cases * each.points for each in deductions)), 2)
    return Score(row.key, row.count(Figure.HANDLED), parts, deductions, score)


def _points(rate: float | None, weight: int, judged: int) -> float | None:
    return None if rate is None else round(rate * weight * 100 / judged, 2)
