"""letters.csv: a line a letter, for programs and for Excel.

UTF-8 with a byte order mark (without it Excel in Chinese shows garbage), lines ended by CR LF (RFC 4180). Headings
are the names report.json uses; `count_…` and `amount_…` are what the letter adds to each figure, so that every figure
can be summed up again from this file. No personal data, no subject.
"""

import csv
import io
from datetime import date

from chalicelib.adapters.report_files.words import Words
from chalicelib.domain.metrics.figures import WITH_AMOUNT, Figure
from chalicelib.domain.metrics.lines import LetterLine
from chalicelib.domain.metrics.report import Report

COLUMNS = (
    "number",
    "tracking_code",
    "kind",
    "source",
    "unit",
    "unit_name",
    "received_at",
    "due_on",
    "answered_by",
    "answered_on",
    "status",
    "on_time",
    "working_days_used",
    "overdue_days",
    "extension_days",
    "rating",
    "withheld",
    "corrected",
)
COUNTS = tuple(f"count_{figure}" for figure in Figure)
AMOUNTS = tuple(f"amount_{figure}" for figure in WITH_AMOUNT)

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def letters_csv(report: Report) -> bytes:
    """The letters of the report in the order in which they came in."""
    words = Words(report)
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow([*COLUMNS, *COUNTS, *AMOUNTS])
    for line in report.letters:
        told = [_value(line, column, words) for column in COLUMNS]
        counts = [line.counts.get(figure, 0) for figure in Figure]
        amounts = [line.amounts.get(figure, 0) for figure in WITH_AMOUNT]
        writer.writerow([_cell(value) for value in (*told, *counts, *amounts)])
    return file.getvalue().encode("utf-8-sig")


def _value(line: LetterLine, column: str, words: Words) -> object:
    if line.withheld and column not in {"kind", "status", "withheld", "corrected"}:
        return None
    if column == "unit_name":
        return words.unit(line.unit) if line.unit else None
    return getattr(line, column)


def _cell(value: object) -> str:
    """Text that a spreadsheet would run as a formula gets an apostrophe in front (CSV injection)."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    text = str(value)
    return f"'{text}" if text.startswith(_STARTS_A_FORMULA) and not isinstance(value, int) else text
