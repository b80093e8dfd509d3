"""report.json, written piece by piece: keys in order, no white space, the same bytes for the same report."""

from collections.abc import Iterable, Iterator
from dataclasses import fields
from itertools import islice
from typing import Any

from msgspec import json

from chalicelib.domain.metrics.report import Report
from chalicelib.services.reporting.inputs import plain

_AT_ONCE = 500
_LINES = ("corrections", "letters", "notices", "overdue", "supervised")
_ENCODER = json.Encoder(order="sorted", enc_hook=plain)


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


def _array(lines: Iterable[Any]) -> Iterator[bytes]:
    left, before = iter(lines), b"["
    while some := list(islice(left, _AT_ONCE)):
        yield before + _ENCODER.encode(some)[1:-1]
        before = b","
    yield b"[]" if before == b"[" else b"]"
