"""The report of a period as one value: all its tables and letter lines. Every file of a report is a rendering of it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from zoneinfo import ZoneInfo

from chalicelib.domain.ledger import order_of
from chalicelib.domain.metrics.figures import Dimension, Entry, Row, row_of, rows_by
from chalicelib.domain.metrics.fold import Folded, Line
from chalicelib.domain.metrics.lines import (
    Correction,
    LetterLine,
    OverdueLine,
    correction_of,
    is_withheld,
    line_of,
    overdue_lines,
    with_figures,
)
from chalicelib.domain.metrics.scores import Score, best_of, scores_of
from chalicelib.domain.metrics.sections import (
    Excerpt,
    NoticeLine,
    SupervisedLine,
    notice_lines,
    supervised_lines,
)
from chalicelib.domain.periods import Period, PeriodKind
from chalicelib.domain.rules import AppraisalRule

REPORT_SCHEMA = 1
"""Version of the shape of report.json; readers must know it."""


@dataclass(frozen=True, slots=True)
class Source:
    """A ledger file the report was folded from: `day=…` or `import=…`, and the SHA-256 of its manifest."""

    name: str
    manifest_sha256: str


@dataclass(frozen=True, slots=True)
class Basis:
    """What the figures rest on, so that anybody can fold them again.

    `in_name_of`: whose document it is, where the rulebook says (SF-5). `trigger_names`: the rulebook's words for what a
    unit was held to account for. `appraisal`: how units are scored; None: they are not.
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


@dataclass(frozen=True, slots=True)
class Report:
    """A period's report. `letters` holds every letter that any figure or correction leads to.

    `scores`: of each unit that had letters, best first; `best`: the units to be named (PL-22). `excerpts`: of a monthly
    summary, what the centre wrote of important letters for the leaders (SF-5).
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
    overdue: tuple[OverdueLine, ...]
    letters: tuple[LetterLine, ...]
    corrections: tuple[Correction, ...] = ()
    supervised: tuple[SupervisedLine, ...] = ()
    notices: tuple[NoticeLine, ...] = ()
    scores: tuple[Score, ...] = ()
    best: tuple[str, ...] = ()
    excerpts: tuple[Excerpt, ...] = ()
    schema: int = REPORT_SCHEMA


def report_of(folded: Folded, period: Period, basis: Basis, unread: Sequence[Line] = ()) -> Report:
    """Lay a period's entries out in tables. `unread`: lines of earlier periods that no report has read before."""
    withheld = frozenset(str(code) for code, state in folded.states.items() if is_withheld(state))
    corrected = frozenset(line["letter"] for line in unread)
    entries: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in folded.entries:
        entries[entry.letter].append(entry)
    states = [state for code, state in folded.states.items() if code in entries or code in corrected]
    states.sort(key=lambda state: (is_withheld(state), state.received_at or "", state.letter))
    zone = ZoneInfo(basis.zone)
    lines = (replace(line_of(state, folded, zone), corrected=state.letter in corrected) for state in states)
    by_unit = rows_by(Dimension.UNIT, folded.entries, withheld)
    scores = scores_of(by_unit, basis.appraisal)
    return Report(
        kind=period.kind,
        period=period.key,
        first=period.first,
        last=period.last,
        basis=basis,
        total=row_of("total", folded.entries, withheld),
        by_unit=by_unit,
        by_kind=rows_by(Dimension.KIND, folded.entries, withheld),
        by_source=rows_by(Dimension.SOURCE, folded.entries, withheld),
        overdue=overdue_lines(states, folded),
        letters=tuple(with_figures(line, entries[state.letter]) for line, state in zip(lines, states, strict=True)),
        corrections=tuple(correction_of(line, folded, period.kind, zone) for line in sorted(unread, key=order_of)),
        supervised=supervised_lines(folded, period.first),
        notices=notice_lines(folded, period.first),
        scores=scores,
        best=best_of(scores, basis.appraisal, by_unit),
    )
