"""Which sections, tables and lines the page of a report has."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import islice
from typing import Any

from chalicelib.adapters.report_files.summaries import is_stated
from chalicelib.adapters.report_files.words import Words
from chalicelib.domain.metrics.figures import Figure, Row
from chalicelib.domain.metrics.report import Report
from chalicelib.domain.periods import PeriodKind

MOST_LINES = 500
"""So many lines of a list are printed; the others stand in the files beside the page."""

MOST_IN_TEXT = 20
"""So many lines of a list stand in the text; where there are more, an annex has them."""

UNIT_COLUMNS = (
    Figure.ASSIGNED,
    Figure.ANSWERED,
    Figure.ON_TIME,
    Figure.LATE,
    Figure.RELEASED_LATE,
    Figure.EXTENSIONS,
    Figure.RETURNS,
    Figure.SEND_BACKS,
    Figure.HANDLED,
    Figure.OPEN,
    Figure.OVERDUE,
)
"""What the page's tables of units count."""

QUALITY_COLUMNS = (
    Figure.SEND_BACKS,
    Figure.URGES,
    Figure.REPEATS,
    Figure.REOPENED,
    Figure.CALL_BACKS,
    Figure.SPOT_CHECKS,
    Figure.CIRCULARS,
    Figure.HELD_TO_ACCOUNT,
    Figure.RATED,
)
"""What the page's table of quality and supervision counts."""

_LONGER = {PeriodKind.MONTHLY, PeriodKind.QUARTERLY, PeriodKind.YEARLY}


class Outline:
    """What one report's page is made of."""

    def __init__(self, report: Report, words: Words) -> None:
        self._report = report
        self._words = words

    @cached_property
    def units_at_work(self) -> list[Row]:
        """The units of which the page's tables have anything to tell."""
        return [row for row in self._report.by_unit if any(row.count(figure) for figure in UNIT_COLUMNS)]

    @cached_property
    def units_watched(self) -> list[Row]:
        """The units of whose quality and supervision there is anything to tell."""
        return [row for row in self._report.by_unit if any(row.count(figure) for figure in QUALITY_COLUMNS)]

    @cached_property
    def at_triage(self) -> list[Row]:
        """The centres that screened and assigned letters in the period."""
        return [row for row in self._report.by_unit if row.triage_timeliness_rate is not None]

    @cached_property
    def sections(self) -> list[str]:
        """The sections that a report of this period has, and has anything to say in, in their order."""
        report, daily, longer = self._report, self._report.kind is PeriodKind.DAILY, self._report.kind in _LONGER
        there = {
            "overall": True,
            "list": daily,
            "composition": not daily,
            "excerpts": bool(report.excerpts),
            "verdict": report.kind in {PeriodKind.QUARTERLY, PeriodKind.YEARLY},
            "units": not daily,
            "quality": not daily and bool(self.units_watched),
            "scores": longer and bool(report.scores),
            "supervised": len(report.supervised) > 0,
            "overdue": True,
            "notices": longer and len(report.notices) > 0,
            "satisfaction": not daily,
            "annexes": bool(self.annexes),
        }
        return [name for name, is_there in there.items() if is_there]

    @property
    def last_of_text(self) -> str:
        """The last section before the annexes: where the document is signed."""
        return [name for name in self.sections if name != "annexes"][-1]

    @cached_property
    def annexes(self) -> list[str]:
        """The annexes, in their order: of a split only where anything is said of it."""
        daily = self._report.kind is PeriodKind.DAILY
        tables = [name for name, rows in self._splits() if is_stated(rows)]
        corrections = ["corrections"] if len(self._report.corrections) else []
        return [*([] if daily else tables), *self._long_lists, *([] if daily else ["letters"]), *corrections]

    @property
    def _long_lists(self) -> list[str]:
        """Lists too long for the text: it tells their beginning, and an annex all of them."""
        report = self._report
        told = report.notices if report.kind in _LONGER else ()
        lists = (("overdue", report.overdue), ("supervised", report.supervised), ("notices", told))
        return [name for name, lines in lists if len(lines) > MOST_IN_TEXT]

    def rows_of(self, annex: str) -> Iterable[Row]:
        """The rows of a table of kinds, sources, fields or regions."""
        return dict(self._splits())[annex]

    def _splits(self) -> Iterator[tuple[str, tuple[Row, ...]]]:
        report = self._report
        yield "by_kind", report.by_kind
        yield "by_source", report.by_source
        yield "by_field", report.by_field
        yield "by_region", report.by_region

    def called(self, annex: str, key: str) -> str:
        """What a row of such a table is called."""
        words = self._words
        names = {"by_kind": words.kind, "by_source": words.source}
        return names.get(annex, words.stated)(key)

    def annex(self, name: str) -> str:
        """Which annex it is, by its number. Empty where there is none."""
        if name not in self.annexes:
            return ""
        return self._words.say("format.numbered", number=self.annexes.index(name) + 1)

    def heading(self, section: str) -> str:
        """The head of a section with its number."""
        number = self._words.catalogue.section("format")["ordinals"][self.sections.index(section)]
        return self._words.say("format.heading", number=number, title=self._words.say(f"sections.{section}"))

    @staticmethod
    def told_at_once(lines: Iterable[Any]) -> list[Any]:
        """The lines that stand in the text."""
        return list(islice(lines, MOST_IN_TEXT))

    @staticmethod
    def first_of(lines: Iterable[Any]) -> list[Any]:
        """The lines that are printed."""
        return list(islice(lines, MOST_LINES))

    def cut(self, count: int, path: str = "annexes.cut") -> str:
        """How many lines are not printed, and where they stand; nothing where all are."""
        return self._words.say(path, shown=MOST_LINES, n=count - MOST_LINES) if count > MOST_LINES else ""
