"""Renders a report's files and stores each once, piece by piece, so that none of them has to fit into memory."""

import hashlib
import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from chalicelib.domain.metrics.report import Report
from chalicelib.domain.periods import Period
from chalicelib.ports import ReportStore, Scratch
from chalicelib.services.ledger_files import JSON
from chalicelib.services.reporting.again import report_again
from chalicelib.services.reporting.inputs import INPUTS, read_inputs
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
    path = scratch.path("to-store")
    made = _written(path, pieces)
    if store.put_file_once(key, path, content_type):
        return made
    return sha256_of(store, key) or made


@dataclass(frozen=True, slots=True)
class MadeAgain:
    """A report that was made again. `program`: which one made it the first time.

    `verdicts`, of each file: `same`; `different` from what lies there; `missing`; `unsigned`, where it is the same, and
    not what the report's manifest names. Whether the manifest itself is genuine, verify.py says.
    """

    program: str
    verdicts: Mapping[str, str]


def made_again(
    store: ReportStore, files: ReportFiles, period: Period, scratch: Scratch, keep: Path | None = None
) -> MadeAgain | None:
    """Make a finished report again from its inputs and the ledger, and compare; None without its inputs.

    `keep`: a folder for what was made. Raises LedgerDamagedError.
    """
    content = store.get(f"{period.folder}/{INPUTS}")
    if content is None:
        return None
    inputs, signed = read_inputs(content), _named_by_manifest(store, period)
    verdicts = {INPUTS: "same" if signed.get(INPUTS) == hashlib.sha256(content).hexdigest() else "unsigned"}
    for name, _, pieces in rendered(files, report_again(store, period, inputs, scratch)):
        path = scratch.path(name)
        made, lies_there = _written(path, pieces), sha256_of(store, f"{period.folder}/{name}")
        verdicts[name] = _verdict(made, lies_there, signed.get(name))
        if keep is not None:
            (keep / period.folder).mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, keep / period.folder / name)
    return MadeAgain(inputs.program, verdicts)


def _verdict(made: str, lies_there: str | None, signed: str | None) -> str:
    if lies_there is None:
        return "missing"
    if made != lies_there:
        return "different"
    return "same" if made == signed else "unsigned"


def _named_by_manifest(store: ReportStore, period: Period) -> dict[str, str]:
    """The files that the report's manifest names, with their SHA-256; none without a manifest that can be read."""
    try:
        files = json.loads(store.get(f"{period.folder}/manifest.json") or b"{}")["files"]
        return {str(name): str(sha256) for name, sha256 in files.items()}
    except (ValueError, LookupError, TypeError, AttributeError):
        return {}


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


def _written(path: Path, pieces: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    with path.open("wb") as file:
        for piece in pieces:
            digest.update(piece)
            file.write(piece)
    return digest.hexdigest()
