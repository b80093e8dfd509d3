"""What a report is folded from: the closed files of the ledger, each bound by the hash of its manifest."""

import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator
from datetime import date

from chalicelib.domain import day_file
from chalicelib.domain.day_file import Folder, Line, day_folder
from chalicelib.domain.errors import DomainError
from chalicelib.domain.metrics.report import Source
from chalicelib.ports import ReportStore
from chalicelib.services import ledger_files

IMPORTED = "import="
"""How the name of a folder of imported history begins."""

_LEDGER, _MANIFEST = "ledger/", "/manifest.json"


class LedgerDamagedError(DomainError):
    """A closed ledger file is missing or is not what its manifest says; no figure is made of it."""

    code = "ledger_damaged"

    def __init__(self, name: str, why: str) -> None:
        super().__init__(name, why)
        self.name = name
        self.why = why

    def __str__(self) -> str:
        return f"{_LEDGER}{self.name}: {self.why}"


def sources_through(store: ReportStore, last: date) -> tuple[Source, ...]:
    """Imported batches and the closed days through `last`, each with the hash of its manifest."""
    days = [day_source(store, day) for day in ledger_files.closed_days(store) if day <= last]
    return (*import_sources(store), *days)


def import_sources(store: ReportStore) -> tuple[Source, ...]:
    """Imported batches, each with the hash of its manifest."""
    keys = store.keys(f"{_LEDGER}{IMPORTED}")
    names = [key.removeprefix(_LEDGER).removesuffix(_MANIFEST) for key in keys if key.endswith(_MANIFEST)]
    return tuple(_source(store, Folder(name)) for name in sorted(names))


def day_source(store: ReportStore, day: date) -> Source:
    """A closed day with the hash of its manifest."""
    return _source(store, day_folder(day))


def _source(store: ReportStore, folder: Folder) -> Source:
    return Source(folder.name, _sha256(_manifest(store, folder)))


def lines_of(store: ReportStore, sources: Iterable[Source]) -> Iterator[Line]:
    """The events of these files, one file in memory at a time.

    Raises LedgerDamagedError when a manifest is another one than when the source was noted, or the events are not
    those of the manifest.
    """
    for source in sources:
        folder = Folder(source.name)
        manifest = _manifest(store, folder)
        if _sha256(manifest) != source.manifest_sha256:
            raise LedgerDamagedError(source.name, "the manifest is another one than before")
        yield from day_file.lines(_events(store, folder, json.loads(manifest)["sha256"]))


def _events(store: ReportStore, folder: Folder, sha256: str) -> bytes:
    packed = store.get(folder.events)
    if packed is None:
        raise LedgerDamagedError(folder.name, "there is a manifest but no file of events")
    try:
        plain = day_file.unpack(packed)
    except (OSError, EOFError, zlib.error) as error:
        raise LedgerDamagedError(folder.name, "the file of events cannot be unpacked") from error
    if _sha256(plain) != sha256:
        raise LedgerDamagedError(folder.name, "the events are not those of the manifest")
    return plain


def _manifest(store: ReportStore, folder: Folder) -> bytes:
    manifest = store.get(folder.manifest)
    if manifest is None:
        raise LedgerDamagedError(folder.name, "the manifest is gone")
    return manifest


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
