"""report.json, written piece by piece: no white space, the same bytes for the same report."""

from collections.abc import Iterable, Iterator
from dataclasses import fields
from itertools import islice
from typing import Any

from msgspec import json

from chalicelib.domain.metrics.report import Report
from chalicelib.services.reporting.inputs import plain
from chalicelib.services.reporting.spool import LinesOnDisk

_AT_ONCE = 500
_LINES = ("corrections", "letters", "notices", "overdue", "supervised")
_ENCODER = json.Encoder(order="deterministic", enc_hook=plain)


def report_json(report: Report) -> Iterator[bytes]:
    """The file's pieces, one after the other."""
    before = b"{"
    for name in sorted(each.name for each in fields(report)):
        value = getattr(report, name)
        yield before + _ENCODER.encode(name) + b":"
        if name in _LINES:
            yield from _array(value)
        else:
            yield _ENCODER.encode(value)
        before = b","
    yield b"}"


def encoded(line: Any) -> bytes:
    """One line as it stands in the file."""
    return _ENCODER.encode(line)


def _array(lines: Iterable[Any]) -> Iterator[bytes]:
    """Lines that lie on disk lie there as they stand in the file."""
    left = lines.encoded() if isinstance(lines, LinesOnDisk) else map(encoded, lines)
    before = b"["
    while some := list(islice(left, _AT_ONCE)):
        yield before + b",".join(some)
        before = b","
    yield b"[]" if before == b"[" else b"]"
