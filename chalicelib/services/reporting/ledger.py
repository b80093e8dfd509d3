"""Reads the closed ledger files from the bucket, line by line, and refuses one that is not what its manifest says."""

import gzip
import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from chalicelib.domain.errors import DomainError
from chalicelib.domain.metrics.report import Source
from chalicelib.ports import ReportStore

_PREFIX = "ledger/"
_DAY, _IMPORT = "day=", "import="


class LedgerDamagedError(DomainError):
    """A closed ledger file is missing or is not what its manifest says; no figure is made of it."""

    code = "ledger_damaged"

    def __init__(self, name: str, why: str) -> None:
        super().__init__(name, why)
        self.name = name
        self.why = why

    def __str__(self) -> str:
        return f"{_PREFIX}{self.name}: {self.why}"


def closed_days(store: ReportStore) -> list[date]:
    """The closed days from the first one on, up to the first gap: what lies after a gap is not closed yet."""
    days: list[date] = []
    for name in _closed(store, _DAY):
        day = date.fromisoformat(name.removeprefix(_DAY))
        if days and day != days[-1] + timedelta(days=1):
            break
        days.append(day)
    return days


def sources_through(store: ReportStore, last: date) -> tuple[Source, ...]:
    """Imported batches and closed days through `last`, each with the hash of its manifest."""
    days = [f"{_DAY}{day.isoformat()}" for day in closed_days(store) if day <= last]
    return tuple(Source(name, _sha256(_manifest(store, name))) for name in [*_closed(store, _IMPORT), *days])


def lines_of(store: ReportStore, sources: Iterable[Source]) -> Iterator[dict[str, Any]]:
    """The events of these files, one file in memory at a time.

    Raises LedgerDamagedError when a manifest is another one than when the source was noted, or the lines differ from
    the manifest.
    """
    for source in sources:
        manifest = _manifest(store, source.name)
        if _sha256(manifest) != source.manifest_sha256:
            raise LedgerDamagedError(source.name, "the manifest is another one than before")
        yield from map(json.loads, _content(store, source.name, json.loads(manifest)).splitlines())


def _content(store: ReportStore, name: str, manifest: dict[str, Any]) -> bytes:
    packed = store.get(f"{_PREFIX}{name}/events.jsonl.gz")
    if packed is None:
        raise LedgerDamagedError(name, "there is a manifest but no file of events")
    try:
        content = gzip.decompress(packed)
    except (OSError, EOFError, zlib.error) as error:
        raise LedgerDamagedError(name, "the file of events cannot be unpacked") from error
    if _sha256(content) != manifest["sha256"]:
        raise LedgerDamagedError(name, "the events are not those of the manifest")
    return content


def _closed(store: ReportStore, prefix: str) -> list[str]:
    """Folders with a manifest, which is written last."""
    end = "/manifest.json"
    keys = store.keys(f"{_PREFIX}{prefix}")
    return sorted(key.removeprefix(_PREFIX).removesuffix(end) for key in keys if key.endswith(end))


def _manifest(store: ReportStore, name: str) -> bytes:
    manifest = store.get(f"{_PREFIX}{name}/manifest.json")
    if manifest is None:
        raise LedgerDamagedError(name, "the manifest is gone")
    return manifest


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
