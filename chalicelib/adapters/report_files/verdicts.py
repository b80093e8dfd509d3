"""What a circular says against units: for what, and what was decided (HF-3.3, PL-20)."""

from collections import Counter, defaultdict
from functools import cached_property

from chalicelib.adapters.report_files.words import Words
from chalicelib.domain.metrics.figures import Figure, Row
from chalicelib.domain.metrics.report import Report

_MEASURES = (Figure.CIRCULARS, Figure.HELD_TO_ACCOUNT)


class Verdicts:
    """The verdicts of one report."""

    def __init__(self, report: Report, words: Words) -> None:
        self._report = report
        self._words = words
        self._say = words.say

    def criticised(self) -> list[str]:
        """Units criticised by circular or held to account: those that the tables show, their letters named or not."""
        return [row.key for row in self._report.by_unit if _measures_against(row)]

    def circular_of(self, unit: str) -> str:
        """What a unit is criticised for, in one phrase; of letters that are not listed, that it was and no more."""
        told = self._measures.get(unit, Counter())
        parts = [self._say("format.decision", trigger=trigger, measure=measure) for trigger, measure in told if measure]
        by_ladder = sum(count for (_, measure), count in told.items() if measure is None)
        parts += [self._say("verdict.by_ladder", n=by_ladder)] if by_ladder else []
        counted = sum(_measures_against(row) for row in self._report.by_unit if row.key == unit)
        untold = counted - told.total()
        parts += [self._say(f"verdict.untold{'_more' if parts else ''}", n=untold)] if untold > 0 else []
        return self._words.catalogue.points(parts)

    @cached_property
    def _measures(self) -> dict[str | None, Counter[tuple[str, str | None]]]:
        """By unit, what it was criticised for and what was decided, and how often."""
        found: defaultdict[str | None, Counter[tuple[str, str | None]]] = defaultdict(Counter)
        for each in self._report.notices:
            if each.figure in _MEASURES:
                found[each.unit][self._words.trigger(each) if each.measure else "", each.measure] += 1
        return found


def _measures_against(row: Row) -> int:
    return max(row.count(figure) for figure in _MEASURES)
