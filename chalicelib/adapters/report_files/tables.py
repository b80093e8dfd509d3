"""Tables of the workbook beside figures and letters: scores, supervised items, notices, excerpts, corrections."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from chalicelib.adapters.report_files.names import MOVES, PARTS, STATUSES
from chalicelib.adapters.report_files.words import Words, issue_of, minute
from chalicelib.domain.metrics.report import Report

Value = str | int | float | date | None
Table = tuple[str, Sequence["Column"], Iterable[Sequence[Value]]]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its head, what it holds, and its width in characters."""

    head: str
    type: str = "whole"
    width: int = 11


_LETTER = (
    Column("文号", "text", 22),
    Column("信件编号", "text", 26),
    Column("类别", "text"),
    Column("承办单位", "text", 24),
)


def more_tables(report: Report, words: Words) -> Iterator[Table]:
    """Those of which the report has anything to tell."""
    if report.scores:
        yield "得分与排名", _score_columns(report), _score_rows(report, words)
    if report.supervised:
        yield "督办件", _SUPERVISED, _supervised_rows(report, words)
    if report.notices:
        yield (
            "催办退办通报",
            (*_LETTER, Column("日期", "date", 12), Column("事项", "text", 48)),
            _notices(report, words),
        )
    if report.excerpts:
        yield (
            "重要来信摘编",
            (*_LETTER, Column("摘编日期", "date", 12), Column("摘编", "text", 80)),
            _excerpts(report, words),
        )


def _score_columns(report: Report) -> tuple[Column, ...]:
    parts = [PARTS[part.name] for part in report.scores[0].parts]
    return (
        Column("名次"),
        Column("承办单位", "text", 24),
        Column("承办件数"),
        *(column for part in parts for column in (Column(part, "share"), Column(f"{part}得分", "points"))),
        Column("扣分", "text", 36),
        Column("得分", "points"),
        Column("表扬", "text"),
    )


def _score_rows(report: Report, words: Words) -> Iterable[Sequence[Value]]:
    for each in report.scores:
        parts = [value for part in each.parts for value in (part.rate, part.points)]
        best = "是" if each.unit in report.best else None
        taken_off = words.deductions(each) if each.deductions else None
        yield (each.rank, words.unit(each.unit), each.letters, *parts, taken_off, each.score, best)


_SUPERVISED = (
    *_LETTER,
    Column("事项", "text", 14),
    Column("列入督办", "date", 12),
    Column("督办天数（工作日）"),
    Column("状态", "text"),
    Column("到期日", "date", 12),
    Column("逾期工作日"),
    Column("领导批示", "text"),
    Column("办结日", "date", 12),
)


def _supervised_rows(report: Report, words: Words) -> Iterable[Sequence[Value]]:
    for line in report.supervised:
        yield (
            words.number(line),
            line.tracking_code,
            words.kind(line.kind),
            words.unit(line.unit) if line.unit else None,
            words.topic(line) if line.topic else None,
            line.since,
            line.open_days,
            STATUSES.get(line.status, line.status),
            line.due_on,
            line.overdue_days,
            "有" if line.instructed else None,
            line.concluded_on,
        )


def _notices(report: Report, words: Words) -> Iterable[Sequence[Value]]:
    for line in report.notices:
        unit = words.unit(line.unit) if line.unit else None
        yield (words.number(line), line.tracking_code, words.kind(line.kind), unit, line.on, words.notice(line))


def _excerpts(report: Report, words: Words) -> Iterable[Sequence[Value]]:
    for each in report.excerpts:
        number, kind, unit = each.number or "未编号", words.kind(each.kind), words.unit(each.unit)
        yield (number, each.tracking_code, kind, unit, each.on, each.text)


CORRECTIONS = (
    Column("所属期", "text", 18),
    Column("文号", "text", 22),
    Column("信件编号", "text", 26),
    Column("类别", "text"),
    Column("承办单位", "text", 24),
    Column("事项", "text", 16),
    Column("发生时间", "text", 18),
    Column("记入台账日", "date", 12),
)


def correction_rows(report: Report, words: Words) -> Iterable[Sequence[Value]]:
    """What earlier reports could not know."""
    for line in report.corrections:
        yield (
            issue_of(line.period),
            words.number(line),
            line.tracking_code,
            words.kind(line.kind),
            words.unit(line.unit) if line.unit else None,
            MOVES.get(line.move, line.move) if line.move else None,
            minute(line.at),
            line.recorded_on,
        )
