"""Renders a report as HTML, XLSX and CSV. Nothing of the present moment enters: the same report is the same bytes."""

from collections.abc import Iterator

from chalicelib.adapters.report_files.letters_csv import letters_csv
from chalicelib.domain.metrics.report import Report


class RenderedFiles:
    """All the files of a report. The libraries behind HTML and XLSX are loaded when they are first used."""

    def html(self, report: Report) -> bytes:
        """A self-contained page for screen and A4 paper: no script, nothing loaded from elsewhere."""
        from chalicelib.adapters.report_files.page import page  # noqa: PLC0415  jinja2 is slow to import

        return page(report)

    def xlsx(self, report: Report) -> bytes:
        """A workbook, a sheet a table."""
        from chalicelib.adapters.report_files.workbook import workbook  # noqa: PLC0415  so is xlsxwriter

        return workbook(report)

    def csv(self, report: Report) -> Iterator[bytes]:
        """A line a letter, piece by piece."""
        return letters_csv(report)
