"""Tables of a report beside its figures: supervised items (SF-4, PL-13), public notices (CQ-7, HF-3.3), excerpts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from chalicelib.domain.metrics.fold import Folded, overdue_by_unit
from chalicelib.domain.metrics.lines import is_withheld
from chalicelib.domain.metrics.state import LetterState, Noticed


@dataclass(frozen=True, slots=True)
class SupervisedLine:
    """A letter under supervision that was open in the period, as it stands at the period's end.

    `topic`: what it touches (a sensitivity), where that was said. `open_days`: working days after `since` through the
    period's last day, or the day it was concluded. `overdue_days`: accumulated working days of the office that is late.
    """

    kind: str
    status: str
    since: date
    open_days: int
    topic: str | None = None
    unit: str | None = None
    tracking_code: str | None = None
    number: str | None = None
    due_on: date | None = None
    overdue_days: int = 0
    instructed: bool = False
    concluded_on: date | None = None
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """An urge, a send-back, a circular or a measure of the period; `figure` is the figure it counts in.

    `trigger`, `measure`: of a person's decision (HF-3.3).
    """

    figure: str
    on: date
    kind: str
    unit: str | None = None
    tracking_code: str | None = None
    number: str | None = None
    trigger: str | None = None
    measure: str | None = None
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What the centre wrote of an important letter for the leaders (SF-5), free of personal data.

    `text_sha256` is the salted hash of it in the ledger; `on`: the local date it was written.
    """

    tracking_code: str
    number: str | None
    kind: str
    unit: str
    status: str
    on: date
    text: str
    text_sha256: str


@dataclass(frozen=True, slots=True)
class ExcerptRef:
    """Where the words of an excerpt lie: a letter and the id of its text."""

    letter: str
    text: str


def supervised_lines(folded: Folded, first: date) -> tuple[SupervisedLine, ...]:
    """Those open at the period's end or concluded since `first`; the longest supervised first, withheld ones last."""
    lines = (_supervised(state, folded) for state in folded.states.values() if _is_listed(state, first))
    return tuple(sorted(lines, key=lambda line: (line.withheld, line.since, line.tracking_code or "")))


def _is_listed(state: LetterState, first: date) -> bool:
    concluded_before = state.ended_on is not None and state.ended_on < first
    return state.supervision is not None and not concluded_before


def _supervised(state: LetterState, folded: Folded) -> SupervisedLine:
    assert state.supervision is not None  # noqa: S101  the caller has looked
    since = state.supervision.since
    open_days = folded.calendar.working_days_between(since, max(since, state.ended_on or folded.last))
    if is_withheld(state):
        return SupervisedLine(state.kind, state.status, since, open_days, withheld=True)
    late = overdue_by_unit(state, folded.calendar, folded.last) if state.is_open else {}
    return SupervisedLine(
        kind=state.kind,
        status=state.status,
        since=since,
        open_days=open_days,
        topic=state.supervision.topic,
        unit=state.holder,
        tracking_code=state.letter,
        number=state.number,
        due_on=state.next_due() if state.is_open else None,
        overdue_days=max(late.values(), default=0),
        instructed=state.instructed,
        concluded_on=state.ended_on,
    )


def notice_lines(folded: Folded, first: date) -> tuple[NoticeLine, ...]:
    """What was told to everybody in the period, by date; of a withheld letter that it was, and nothing else."""
    lines = (_notice(state, each) for state, each in _noticed(folded, first))
    return tuple(sorted(lines, key=lambda line: (line.on, line.withheld, line.tracking_code or "", line.figure)))


def _noticed(folded: Folded, first: date) -> Iterator[tuple[LetterState, Noticed]]:
    for state in folded.states.values():
        yield from ((state, each) for each in state.noticed if each.on >= first)


def _notice(state: LetterState, noticed: Noticed) -> NoticeLine:
    if is_withheld(state):
        return NoticeLine(noticed.figure.value, noticed.on, state.kind, withheld=True)
    return NoticeLine(
        figure=noticed.figure.value,
        on=noticed.on,
        kind=state.kind,
        unit=noticed.unit,
        tracking_code=state.letter,
        number=state.number,
        trigger=noticed.trigger,
        measure=noticed.measure,
    )


def excerpt_refs(folded: Folded, first: date) -> tuple[ExcerptRef, ...]:
    """The excerpts written in the period, the last of each letter; none of a withheld one."""
    found = []
    for state in folded.states.values():
        ids = [text for text, on in state.excerpts.items() if on >= first]
        if ids and not is_withheld(state):
            found.append(ExcerptRef(state.letter, ids[-1]))
    return tuple(found)


def excerpt_of(state: LetterState, ref: ExcerptRef, text: str) -> Excerpt:
    """The excerpt with its letter as it stands at the period's end."""
    return Excerpt(
        tracking_code=state.letter,
        number=state.number,
        kind=state.kind,
        unit=state.holder,
        status=state.status,
        on=state.excerpts[ref.text],
        text=text,
        text_sha256=state.excerpt_hashes[ref.text],
    )
