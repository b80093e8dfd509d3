"""Sheets that list letters one by one: overdue, the letters themselves, corrections, supervised, notices, excerpts."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from chalicelib.adapters.report_files.sheets import Column, Table, Value
from chalicelib.adapters.report_files.words import Listed, Words, minute
from chalicelib.domain.metrics.lines import Correction, LetterLine, OverdueLine
from chalicelib.domain.metrics.report import Many, Report
from chalicelib.domain.metrics.sections import Excerpt, NoticeLine, SupervisedLine

MOST_LINES = 5_000
"""So many lines of a list are in the workbook; the others stand in the files beside it."""

_Line = TypeVar("_Line")
_TEXT = {
    "number": 22,
    "tracking_code": 26,
    "kind": 11,
    "source": 14,
    "field": 14,
    "region": 14,
    "unit": 26,
    "answered_by": 26,
    "clock": 16,
    "received_at": 18,
    "status": 16,
    "limit": 20,
    "period": 18,
    "event": 20,
    "at": 18,
    "matter": 20,
    "told": 60,
    "instructed": 12,
    "excerpt": 80,
}
"""Columns of text, and how wide each is in characters."""
_DATES = {"due_on", "answered_on", "since", "concluded_on", "on", "recorded_on", "excerpted_on"}
_LETTER = ("number", "tracking_code", "kind", "unit")


def first_tables(report: Report, words: Words) -> Iterator[Table]:
    """Those of every report."""
    overdue = (*_LETTER, "clock", "due_on", "overdue_days")
    yield _table(words, "overdue", overdue, report.overdue, _overdue)
    letters = ("number", "tracking_code", "kind", "source", "field", "region", "unit", "received_at", "due_on")
    more = ("answered_by", "answered_on", "status", "limit", "days_used", "granted", "rating")
    yield _table(words, "letters", (*letters, *more), report.letters, _letter)
    corrections = ("period", *_LETTER, "event", "at", "recorded_on")
    yield _table(words, "corrections", corrections, report.corrections, _correction)


def more_tables(report: Report, words: Words) -> Iterator[Table]:
    """Those of which the report has anything to tell."""
    if len(report.supervised):
        about = ("matter", "since", "open_days", "status", "due_on", "days_late", "instructed", "concluded_on")
        yield _table(words, "supervised", (*_LETTER, *about), report.supervised, _supervised)
    if len(report.notices):
        yield _table(words, "notices", (*_LETTER, "on", "told"), report.notices, _notice)
    if report.excerpts:
        yield _table(words, "excerpts", (*_LETTER, "excerpted_on", "excerpt"), report.excerpts, _excerpt)


def _table(
    words: Words,
    name: str,
    heads: Sequence[str],
    lines: Many[_Line],
    row: Callable[[_Line, Words], Sequence[Value]],
) -> Table:
    rows = (row(line, words) for line in islice(lines, MOST_LINES))
    left_out = len(lines) - MOST_LINES
    notes = [words.say("sheet.more", n=left_out)] if left_out > 0 else []
    return Table(words.say(f"sheets.{name}"), [_column(head, words) for head in heads], rows, (), notes)


def _column(name: str, words: Words) -> Column:
    head = words.say(f"heads.{'matter' if name == 'told' else name}")
    if name in _TEXT:
        return Column(head, "text", _TEXT[name])
    return Column(head, "date", 12) if name in _DATES else Column(head)


def _named(line: Listed | Excerpt, words: Words) -> tuple[Value, ...]:
    """Number, code, kind and unit, as every list begins."""
    unit = words.unit(line.unit) if line.unit else None
    return words.number(line), line.tracking_code, words.kind(line.kind), unit


def _overdue(line: OverdueLine, words: Words) -> Sequence[Value]:
    return (*_named(line, words), words.clock(line.clock), line.due_on, line.overdue_days)


def _letter(line: LetterLine, words: Words) -> Sequence[Value]:
    number, code, kind, unit = _named(line, words)
    told = not line.withheld
    return (
        number,
        code,
        kind,
        words.source(line.source) if told else None,
        words.stated(line.field) if told else None,
        words.stated(line.region) if told else None,
        unit,
        minute(line.received_at),
        line.due_on,
        words.unit(line.answered_by) if line.answered_by else None,
        line.answered_on,
        words.status(line.status),
        words.on_time(line) if told else None,
        line.working_days_used,
        line.extension_days if told else None,
        line.rating,
    )


def _correction(line: Correction, words: Words) -> Sequence[Value]:
    move, at = words.move(line.move), minute(line.at)
    return (words.issue(line.period), *_named(line, words), move, at, line.recorded_on)


def _supervised(line: SupervisedLine, words: Words) -> Sequence[Value]:
    return (
        *_named(line, words),
        words.topic(line) if line.topic else None,
        line.since,
        line.open_days,
        words.status(line.status),
        line.due_on,
        line.overdue_days,
        words.say("sheet.there_is") if line.instructed else None,
        line.concluded_on,
    )


def _notice(line: NoticeLine, words: Words) -> Sequence[Value]:
    return (*_named(line, words), line.on, words.notice(line))


def _excerpt(each: Excerpt, words: Words) -> Sequence[Value]:
    return (*_named(each, words), each.on, each.text)
