"""The sheet of scores and ranks. Points and score are formulas over rates, weights and cases in the same row."""

from collections.abc import Iterator, Sequence

from chalicelib.adapters.report_files.sheets import Column, Formula, Table, Value, letter_of
from chalicelib.adapters.report_files.words import Words
from chalicelib.domain.metrics.report import Report
from chalicelib.domain.metrics.scores import Part, Score

_BEFORE = 3
"""Columns before the parts: rank, unit, letters."""


def score_tables(report: Report, words: Words) -> Iterator[Table]:
    """The sheet, where units are scored."""
    if not report.scores:
        return
    sheet = _Scores(report, words)
    yield Table(words.say("sheets.scores"), sheet.columns(), sheet.rows(), (), sheet.notes())


class _Scores:
    """Which column is what: two for each part of a score, one for each deduction, and what comes of them."""

    def __init__(self, report: Report, words: Words) -> None:
        self._report = report
        self._words = words
        rule = report.basis.appraisal
        off = rule.deductions if rule else {}
        self._parts = [(part.name, part.weight) for part in report.scores[0].parts]
        self._off = [(name, points) for name, points in off.items() if points]
        start = _BEFORE + 2 * len(self._parts)
        self._cases = [letter_of(start + nth) for nth in range(len(self._off))]
        self._taken_off = letter_of(start + len(self._off))

    def columns(self) -> Sequence[Column]:
        """Their heads."""
        say, words = self._words.say, self._words
        parts = []
        for name, weight in self._parts:
            parts.append(Column(words.part(name), "share"))
            points = say("heads.points_of", part=words.part(name))
            parts.append(Column(say("format.weighed", text=points, points=weight), "points"))
        return (
            Column(say("heads.rank")),
            Column(say("heads.unit"), "text", 26),
            Column(say("heads.letters")),
            *parts,
            *(Column(say("heads.cases_of", name=words.deduction(name))) for name, _ in self._off),
            Column(say("heads.taken_off")),
            Column(say("heads.score"), "points"),
            Column(say("heads.praised"), "text"),
        )

    def rows(self) -> Iterator[Sequence[Value]]:
        """A row a unit, in the order of the ranks."""
        for each in self._report.scores:
            points = [self._points(nth, each) for nth in range(len(each.parts))]
            parts = [value for part, gained in zip(each.parts, points, strict=True) for value in (part.rate, gained)]
            cases = {deduction.name: deduction.cases for deduction in each.deductions}
            counted = [cases.get(name, 0) for name, _ in self._off]
            off = sum(n * points for n, (_, points) in zip(counted, self._off, strict=True))
            costs = "+".join(
                f"{cell}{{row}}*{points}" for cell, (_, points) in zip(self._cases, self._off, strict=True)
            )
            taken_off = Formula(costs, off) if costs else 0
            best = self._words.say("sheet.yes") if each.unit in self._report.best else None
            unit = self._words.unit(each.unit)
            yield (each.rank, unit, each.letters, *parts, *counted, taken_off, self._score(points, off), best)

    def notes(self) -> list[str]:
        """How the rulebook scores, and from how many letters on it ranks."""
        rule = self._report.basis.appraisal
        least = [self._words.say("score_section.least", n=rule.at_least_letters)] if rule else []
        return [*least, self._words.appraisal(), self._words.say("score_section.note")]

    def _points(self, nth: int, score: Score) -> Formula:
        """What a part brings: out of its weight, and of its share of the weights of parts without a rate."""
        part: Part = score.parts[nth]
        rate = letter_of(_BEFORE + 2 * nth)
        judged = sum(each.weight for each in score.parts if each.rate is not None)
        weights = "+".join(
            f'IF({letter_of(_BEFORE + 2 * at)}{{row}}="",0,{weight})' for at, (_, weight) in enumerate(self._parts)
        )
        value = None if part.rate is None else part.rate * part.weight * 100 / judged
        return Formula(f'IF({rate}{{row}}="","",{rate}{{row}}*{part.weight}*100/({weights}))', value)

    def _score(self, points: Sequence[Formula], off: int) -> Formula:
        first, last = letter_of(_BEFORE), letter_of(_BEFORE + 2 * len(self._parts) - 1)
        gained = [letter_of(_BEFORE + 2 * nth + 1) for nth in range(len(self._parts))]
        reached = [each.value for each in points if each.value is not None]
        total = ",".join(f"{cell}{{row}}" for cell in gained)
        text = f'IF(COUNT({first}{{row}}:{last}{{row}})=0,"",MAX(0,SUM({total})-{self._taken_off}{{row}}))'
        return Formula(text, max(0.0, sum(reached) - off) if reached else None)
