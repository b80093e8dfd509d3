"""report.xlsx: a sheet a table, with real numbers and dates, frozen heads, and the same bytes for the same report.

Excel's creation date is the period's end, and the parts are stored uncompressed with fixed dates: another version of
the compression library cannot change the file.
"""

import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from typing import Any

import xlsxwriter

from chalicelib.adapters.report_files.names import CLOCKS, FIGURES, SCORES, STATUSES
from chalicelib.adapters.report_files.tables import CORRECTIONS, Column, Value, correction_rows, more_tables
from chalicelib.adapters.report_files.words import Words, minute
from chalicelib.domain.metrics.figures import Figure, Row
from chalicelib.domain.metrics.report import Report

_LONG_AGO = (1980, 1, 1, 0, 0, 0)
_FORMATS = {"text": {}, "whole": {"num_format": "0"}, "date": {"num_format": "yyyy-mm-dd"}}
_FORMATS |= {"share": {"num_format": "0.0%"}, "fraction": {"num_format": "0.0"}, "points": {"num_format": "0.00"}}


def workbook(report: Report) -> bytes:
    """The workbook's bytes."""
    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    words = Words(report)
    with xlsxwriter.Workbook(file, options) as book:
        book.set_properties(
            {
                "title": f"{report.basis.county}{words.title()}",
                "subject": words.issue(),
                "author": report.basis.county,
                "created": datetime.combine(report.last, time.min),
            }
        )
        sheets = _Sheets(book)
        sheets.add("总体情况", _TOTAL, _total_rows(report, words))
        sheets.add("承办单位", _by("承办单位", 24), (_row(words.unit(row.key), row) for row in report.by_unit))
        sheets.add("按类别", _by("类别", 12), (_row(words.kind(row.key), row) for row in report.by_kind))
        sheets.add("按来源", _by("来源", 18), (_row(words.source(row.key), row) for row in report.by_source))
        sheets.add("逾期在办", _OVERDUE, _overdue_rows(report, words))
        sheets.add("来信明细", _LETTERS, _letter_rows(report, words))
        sheets.add("以前各期补记", CORRECTIONS, correction_rows(report, words))
        for name, columns, rows in more_tables(report, words):
            sheets.add(name, columns, rows)
    return _stored(file.getvalue())


class _Sheets:
    """Writes tables into a workbook, all in one style."""

    def __init__(self, book: Any) -> None:
        self._book = book
        style = {"font_name": "宋体", "font_size": 11, "border": 1, "border_color": "#999999", "valign": "vcenter"}
        head = {**style, "bold": True, "bg_color": "#F2E6E4", "align": "center", "text_wrap": True}
        self._head = book.add_format(head)
        self._formats = {name: book.add_format({**style, **extra}) for name, extra in _FORMATS.items()}

    def add(self, name: str, columns: Sequence[Column], rows: Iterable[Sequence[Value]]) -> None:
        """One sheet: heads in the first row, frozen, repeated on every printed page, with a filter."""
        sheet = self._book.add_worksheet(name)
        sheet.set_row(0, 32)
        last = 0
        for index, column in enumerate(columns):
            sheet.set_column(index, index, column.width)
            sheet.write_string(0, index, column.head, self._head)
        for last, row in enumerate(rows, start=1):
            for index, (column, value) in enumerate(zip(columns, row, strict=True)):
                self._write(sheet, last, index, column, value)
        sheet.freeze_panes(1, 1)
        sheet.repeat_rows(0)
        sheet.autofilter(0, 0, last, len(columns) - 1)
        sheet.set_paper(9)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)

    def _write(self, sheet: Any, row: int, index: int, column: Column, value: Value) -> None:
        style = self._formats[column.type]
        if value is None:
            sheet.write_blank(row, index, None, style)
        elif isinstance(value, str):
            sheet.write_string(row, index, value, style)
        elif isinstance(value, date):
            sheet.write_datetime(row, index, datetime.combine(value, time.min), style)
        else:
            sheet.write_number(row, index, value, style)


_TOTAL = (Column("指标", "text", 26), Column("数值", "text", 12), Column("单位", "text", 12))


def _total_rows(report: Report, words: Words) -> Iterable[Sequence[Value]]:
    total = report.total
    yield ("报告期", None, words.span())
    for figure, name in FIGURES.items():
        yield (name, total.count(figure), "件")
    yield ("准予延期累计", total.amount(Figure.EXTENSIONS), "工作日")
    yield ("逾期在办累计", total.amount(Figure.OVERDUE), "工作日")
    yield ("受理交办按时率", _hundredfold(total.triage_timeliness_rate), "%")
    yield ("答复率", _hundredfold(total.answer_rate), "%")
    yield ("按时率", _hundredfold(total.timeliness_rate), "%")
    yield ("平均用时", total.mean_days, "工作日")
    yield ("用时中位数", total.median_days, "工作日")
    yield ("满意度平均分", total.mean_score, "分（1—5）")
    for score, name in SCORES.items():
        yield (name, total.scores[score], "件")


def _hundredfold(share: float | None) -> float | None:
    return None if share is None else round(share * 100, 2)


def _by(name: str, width: int) -> tuple[Column, ...]:
    return (
        Column(name, "text", width),
        *(Column(title) for title in FIGURES.values()),
        Column("准予延期工作日"),
        Column("累计逾期工作日"),
        Column("受理交办按时率", "share"),
        Column("答复率", "share"),
        Column("按时率", "share"),
        Column("平均用时（工作日）", "fraction"),
        Column("用时中位数（工作日）", "fraction"),
        Column("满意度平均分", "fraction"),
    )


def _row(name: str, row: Row) -> Sequence[Value]:
    return (
        name,
        *(row.count(figure) for figure in FIGURES),
        row.amount(Figure.EXTENSIONS),
        row.amount(Figure.OVERDUE),
        row.triage_timeliness_rate,
        row.answer_rate,
        row.timeliness_rate,
        row.mean_days,
        row.median_days,
        row.mean_score,
    )


_OVERDUE = (
    Column("文号", "text", 22),
    Column("信件编号", "text", 26),
    Column("类别", "text"),
    Column("承办单位", "text", 24),
    Column("时限", "text", 12),
    Column("到期日", "date", 12),
    Column("累计逾期工作日"),
)


def _overdue_rows(report: Report, words: Words) -> Iterable[Sequence[Value]]:
    for line in report.overdue:
        kind, clock = words.kind(line.kind), CLOCKS.get(line.clock, line.clock)
        unit = words.unit(line.unit) if line.unit else None
        yield (words.number(line), line.tracking_code, kind, unit, clock, line.due_on, line.overdue_days)


_LETTERS = (
    Column("文号", "text", 22),
    Column("信件编号", "text", 26),
    Column("类别", "text"),
    Column("来源", "text", 14),
    Column("承办单位", "text", 24),
    Column("收到时间", "text", 18),
    Column("到期日", "date", 12),
    Column("答复单位", "text", 24),
    Column("答复日", "date", 12),
    Column("状态", "text"),
    Column("时限情况", "text", 18),
    Column("用时（工作日）"),
    Column("准予延期（工作日）"),
    Column("评分"),
)


def _letter_rows(report: Report, words: Words) -> Iterable[Sequence[Value]]:
    for line in report.letters:
        yield (
            words.number(line),
            line.tracking_code,
            words.kind(line.kind),
            None if line.withheld else words.source(line.source),
            words.unit(line.unit) if line.unit else None,
            minute(line.received_at),
            line.due_on,
            words.unit(line.answered_by) if line.answered_by else None,
            line.answered_on,
            STATUSES.get(line.status, line.status),
            words.on_time(line),
            line.working_days_used,
            line.extension_days,
            line.rating,
        )


def _stored(packed: bytes) -> bytes:
    """The same workbook without compression, its parts dated 1980 and marked alike on every system."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as source, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as target:
        for part in source.infolist():
            info = zipfile.ZipInfo(part.filename, _LONG_AGO)
            info.create_system = 0
            info.external_attr = 0
            target.writestr(info, source.read(part.filename))
    return file.getvalue()
