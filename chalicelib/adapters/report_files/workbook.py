"""report.xlsx: a sheet a table, with real numbers and dates, frozen heads, and the same bytes for the same report.

Rows are written away as they come, so that a long list takes no room. Excel's creation date is the period's end, and
the parts are stored uncompressed with fixed dates: another version of the compression library cannot change the file.
Plain ranges with a filter, not Excel's own tables: every spreadsheet program opens these alike.
"""

import io
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from math import ceil
from typing import Any

import xlsxwriter

from chalicelib.adapters.report_files.figure_tables import figure_tables
from chalicelib.adapters.report_files.letter_tables import first_tables, more_tables
from chalicelib.adapters.report_files.notes_table import notes_table
from chalicelib.adapters.report_files.score_table import score_tables
from chalicelib.adapters.report_files.sheets import FIRST_ROW, Column, Formula, Table, Value
from chalicelib.adapters.report_files.words import Words
from chalicelib.domain.metrics.report import Report

_LONG_AGO = (1980, 1, 1, 0, 0, 0)
_FORMATS: dict[str, dict[str, object]] = {
    "text": {"text_wrap": True},
    "whole": {"num_format": "0"},
    "date": {"num_format": "yyyy-mm-dd"},
    "share": {"num_format": "0.00%"},
    "fraction": {"num_format": "0.0"},
    "points": {"num_format": "0.00"},
}
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_PAGE, _LINE, _LATIN = 150, 16, 0x2000
"""Characters across a page, the height of a line in points, and the last character that is half as wide as Chinese."""
_WIDE = 20
"""A sheet of more columns is printed over several pages side by side, not made to fit on one."""


def workbook(report: Report) -> bytes:
    """The workbook's bytes."""
    file = io.BytesIO()
    words = Words(report)
    with xlsxwriter.Workbook(file, _OPTIONS) as book:
        book.set_properties(
            {
                "title": words.heading(),
                "subject": words.issue(),
                "author": report.basis.county,
                "created": datetime.combine(report.last, time.min),
            }
        )
        sheets = _Sheets(book, words)
        for table in _tables(report, words):
            sheets.add(table)
    return _stored(file.getvalue())


def _tables(report: Report, words: Words) -> Iterator[Table]:
    yield from figure_tables(report, words)
    yield from first_tables(report, words)
    yield from score_tables(report, words)
    yield from more_tables(report, words)
    yield notes_table(report, words)


class _Sheets:
    """Writes tables into a workbook, all in one style."""

    def __init__(self, book: Any, words: Words) -> None:
        self._book = book
        self._footer = f"&C{words.say('sheet.printed')}"
        style = {"font_name": words.say("style.sheet_font"), "font_size": 11, "valign": "vcenter"}
        ruled = {**style, "border": 1, "border_color": "#999999"}
        head = {**ruled, "bold": True, "bg_color": "#F2E6E4", "align": "center", "text_wrap": True}
        self._head = book.add_format(head)
        self._note = book.add_format({**style, "font_color": "#444444", "text_wrap": True, "valign": "top"})
        self._formats = {name: book.add_format({**ruled, **extra}) for name, extra in _FORMATS.items()}
        bold = {"bold": True, "top": 2}
        self._totals = {name: book.add_format({**ruled, **extra, **bold}) for name, extra in _FORMATS.items()}

    def add(self, table: Table) -> None:
        """One sheet: heads in the first row, frozen, repeated on every printed page, with a filter over the data."""
        sheet = self._book.add_worksheet(table.name)
        self._set_up(sheet, table.columns)
        last = 0
        for last, row in enumerate(table.rows, start=1):
            self._write_row(sheet, last, last, table.columns, row, self._formats)
        sheet.autofilter(0, 0, last, len(table.columns) - 1)
        at = last
        for row in table.totals:
            at += 1
            self._write_row(sheet, at, last, table.columns, row, self._totals)
        for note in table.notes:
            at += 1
            self._write_note(sheet, at + 1, table.columns, note)

    def _write_note(self, sheet: Any, at: int, columns: Sequence[Column], note: str) -> None:
        """A note over as many columns as a page is wide, in a row that is high enough for it."""
        width, over = 0, 0
        for column in columns:
            if over > 1 and width + column.width > _PAGE:
                break
            width, over = width + column.width, over + 1
        sheet.set_row(at, _LINE * ceil(sum(2 if ord(each) > _LATIN else 1 for each in note) / width * 1.1))
        sheet.merge_range(at, 0, at, over - 1, note, self._note)

    def _set_up(self, sheet: Any, columns: Sequence[Column]) -> None:
        sheet.set_row(0, 48 if len(columns) > _WIDE else 32)
        for index, column in enumerate(columns):
            sheet.set_column(index, index, column.width)
            sheet.write_string(0, index, column.head, self._head)
        sheet.freeze_panes(1, 1)
        sheet.repeat_rows(0)
        sheet.set_paper(9)
        sheet.set_landscape()
        sheet.set_footer(self._footer)
        if len(columns) > _WIDE:
            sheet.repeat_columns(0)
            sheet.set_print_scale(70)
        else:
            sheet.fit_to_pages(1, 0)

    def _write_row(
        self, sheet: Any, at: int, last: int, columns: Sequence[Column], row: Sequence[Value], formats: dict[str, Any]
    ) -> None:
        for index, (column, value) in enumerate(zip(columns, row, strict=True)):
            self._write(sheet, at, last, index, formats[column.type], value)

    @staticmethod
    def _write(sheet: Any, at: int, last: int, index: int, style: Any, value: Value) -> None:
        if value is None:
            sheet.write_blank(at, index, None, style)
        elif isinstance(value, Formula):
            row = at + 1
            text = value.text.format(row=row, above=row - 1, over=row - 2, first=FIRST_ROW, last=last + 1)
            sheet.write_formula(at, index, f"={text}", style, "" if value.value is None else value.value)
        elif isinstance(value, str):
            sheet.write_string(at, index, value, style)
        elif isinstance(value, date):
            sheet.write_datetime(at, index, datetime.combine(value, time.min), style)
        else:
            sheet.write_number(at, index, value, style)


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
