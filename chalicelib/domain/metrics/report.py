"""The report of a period as one value: all its tables and letter lines. Every file of a report is a rendering of it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol, TypeVar

from chalicelib.domain.metrics.figures import Row
from chalicelib.domain.metrics.lines import Correction, LetterLine, OverdueLine
from chalicelib.domain.metrics.scores import Score
from chalicelib.domain.metrics.sections import Excerpt, NoticeLine, SupervisedLine
from chalicelib.domain.periods import PeriodKind
from chalicelib.domain.rules import AppraisalRule

REPORT_SCHEMA = 2
"""Version of the shape of report.json; readers must know it."""

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

Key = tuple[Any, ...]
"""By what lines are put in order: texts, numbers and booleans, of the same types in each key."""


class Many(Protocol[T_co]):
    """Lines in their order, which may be more than memory holds: to count, and to go through again and again."""

    def __len__(self) -> int:
        """How many."""

    def __iter__(self) -> Iterator[T_co]:
        """One after the other."""


class Gathering(Protocol[T]):
    """Takes lines in any order, and gives them back in that of their keys."""

    def add(self, key: Key, line: T) -> None:
        """Take one."""

    def done(self) -> Many[T]:
        """All of them; nothing is added any more."""


Gather = Callable[[type[Any]], Gathering[Any]]
"""Begins a gathering of lines of this type."""


class InMemory:
    """A gathering for as many lines as memory holds."""

    def __init__(self, _type: type[Any]) -> None:
        self._lines: list[tuple[Key, Any]] = []

    def add(self, key: Key, line: Any) -> None:
        """Take one."""
        self._lines.append((key, line))

    def done(self) -> tuple[Any, ...]:
        """All of them, those of the same key in the order in which they came."""
        return tuple(line for _, line in sorted(self._lines, key=lambda each: each[0]))


@dataclass(frozen=True, slots=True)
class Source:
    """A ledger file the report was folded from: `day=…` or `import=…`, and the SHA-256 of its manifest."""

    name: str
    manifest_sha256: str


@dataclass(frozen=True, slots=True)
class Basis:
    """What the figures rest on, so that anybody can fold them again.

    `in_name_of`: whose document it is, where the rulebook says (SF-5). `trigger_names`: the rulebook's words for what a
    unit was held to account for. `appraisal`: how units are scored; None: they are not. `language`:
    what the report is written in.
    """

    county: str
    title: str
    zone: str
    rulebook: str
    rulebook_title: str
    calendar: str
    ledger: tuple[Source, ...]
    unit_names: Mapping[str, str]
    kind_names: Mapping[str, str]
    in_name_of: str = ""
    clause: str | None = None
    trigger_names: Mapping[str, str] = field(default_factory=dict)
    appraisal: AppraisalRule | None = None
    language: str = "zh-Hans"


@dataclass(frozen=True, slots=True)
class SeriesPoint:
    """What happened from one local date through another: a day, an ISO week or a month of the period."""

    first: date
    last: date
    received: int
    answered: int
    on_time: int
    late: int


@dataclass(frozen=True, slots=True)
class Report:
    """A period's report. `letters` holds every letter that any figure or correction leads to.

    `scores`: of each unit that had letters, best first; `best`: the units to be named (PL-22). `excerpts`: of a monthly
    summary, what the centre wrote of important letters for the leaders (SF-5). `series`: the period's course, in days,
    weeks or months; empty for a single day.
    """

    kind: PeriodKind
    period: str
    first: date
    last: date
    basis: Basis
    total: Row
    by_unit: tuple[Row, ...]
    by_kind: tuple[Row, ...]
    by_source: tuple[Row, ...]
    overdue: Many[OverdueLine]
    letters: Many[LetterLine]
    corrections: Many[Correction] = ()
    supervised: Many[SupervisedLine] = ()
    notices: Many[NoticeLine] = ()
    scores: tuple[Score, ...] = ()
    best: tuple[str, ...] = ()
    excerpts: tuple[Excerpt, ...] = ()
    by_field: tuple[Row, ...] = ()
    by_region: tuple[Row, ...] = ()
    series: tuple[SeriesPoint, ...] = ()
    schema: int = REPORT_SCHEMA
