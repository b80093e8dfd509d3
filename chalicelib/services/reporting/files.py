"""Renders a report's files and stores each once, piece by piece, so that none of them has to fit into memory."""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import closing
from typing import Protocol

from chalicelib.domain.metrics.report import Report
from chalicelib.ports import ReportStore, Scratch
from chalicelib.services.ledger_files import JSON
from chalicelib.services.reporting.report_json import report_json

_PIECE = 1 << 20
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ReportFiles(Protocol):
    """Renders a report. The same report is the same bytes on every machine."""

    def html(self, report: Report) -> bytes:
        """The document to read and print."""

    def xlsx(self, report: Report) -> bytes:
        """The workbook, a sheet a table."""

    def csv(self, report: Report) -> Iterable[bytes]:
        """A line a letter, for programs."""


def rendered(files: ReportFiles, report: Report) -> Iterator[tuple[str, str, Iterable[bytes]]]:
    """Name, type and content of each file, rendered when it is gone through."""
    yield "report.json", JSON, report_json(report)
    yield "letters.csv", "text/csv; charset=utf-8", files.csv(report)
    yield "report.xlsx", _XLSX, [files.xlsx(report)]
    yield "report.html", "text/html; charset=utf-8", [files.html(report)]


def store_once(store: ReportStore, scratch: Scratch, key: str, content_type: str, pieces: Iterable[bytes]) -> str:
    """Store a file, or take the one that an earlier run has stored; the SHA-256 of what lies there."""
    path, digest = scratch.path("to-store"), hashlib.sha256()
    with path.open("wb") as file:
        for piece in pieces:
            digest.update(piece)
            file.write(piece)
    if store.put_file_once(key, path, content_type):
        return digest.hexdigest()
    return sha256_of(store, key) or digest.hexdigest()


def sha256_of(store: ReportStore, key: str) -> str | None:
    """Of what is stored under the key; None when there is nothing."""
    stored = store.open(key)
    if stored is None:
        return None
    digest = hashlib.sha256()
    with closing(stored):
        while piece := stored.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()
