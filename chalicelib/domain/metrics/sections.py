"""Tables of a report beside its figures: supervised items (SF-4, PL-13), public notices (CQ-7, HF-3.3), excerpts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from chalicelib.domain.metrics.days_counted import CountsDays
from chalicelib.domain.metrics.lines import is_withheld
from chalicelib.domain.metrics.standing import overdue_by_unit
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


def supervised_line(state: LetterState, calendar: CountsDays, first: date, last: date) -> SupervisedLine | None:
    """The letter's line, where it is under supervision and was open in the period."""
    if state.supervision is None or (state.ended_on is not None and state.ended_on < first):
        return None
    since = state.supervision.since
    open_days = calendar.working_days_between(since, max(since, state.ended_on or last))
    if is_withheld(state):
        return SupervisedLine(state.kind, state.status, since, open_days, withheld=True)
    late = overdue_by_unit(state, calendar, last) if state.is_open else {}
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


def notice_lines(state: LetterState, first: date) -> Iterator[NoticeLine]:
    """What was told to everybody about the letter in the period; of a withheld one that it was, and nothing else."""
    return (_notice(state, each) for each in state.noticed if each.on >= first)


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


def excerpt_ref(state: LetterState, first: date) -> ExcerptRef | None:
    """The last excerpt of the letter written in the period; none of a withheld one."""
    ids = [text for text, on in state.excerpts.items() if on >= first]
    return ExcerptRef(state.letter, ids[-1]) if ids and not is_withheld(state) else None


def excerpt_of(state: LetterState, text: str, words: str) -> Excerpt:
    """The excerpt with its letter as it stands at the period's end. `text`: its id; `words`: what was written."""
    return Excerpt(
        tracking_code=state.letter,
        number=state.number,
        kind=state.kind,
        unit=state.holder,
        status=state.status,
        on=state.excerpts[text],
        text=words,
        text_sha256=state.excerpt_hashes[text],
    )
