"""What a report is folded from: the closed files of the ledger, each bound by the hash of its manifest."""

import gzip
import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import date
from typing import TypeVar

from msgspec import MsgspecError
from msgspec.json import Decoder

from chalicelib.domain.day_file import Folder, Line, day_folder
from chalicelib.domain.errors import DomainError
from chalicelib.domain.metrics.report import Source
from chalicelib.domain.metrics.told import LINES, Told
from chalicelib.ports import ReportStore
from chalicelib.services import ledger_files

IMPORTED = "import="
"""How the name of a folder of imported history begins."""

T = TypeVar("T")

_PIECE = 1 << 20
_WHOLE_LINES: Decoder[Line] = Decoder(Line)
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


def told_by(store: ReportStore, sources: Iterable[Source]) -> Iterator[Told]:
    """The events of these files as far as figures need them, a piece of a file in memory at a time.

    Raises LedgerDamagedError when a manifest is another one than when the source was noted, or the events are not
    those of the manifest: the latter at the end of a file, so nothing may be told of what came before it.
    """
    return _events(store, sources, LINES)


def lines_of(store: ReportStore, sources: Iterable[Source]) -> Iterator[Line]:
    """The same with all that stands in the lines."""
    return _events(store, sources, _WHOLE_LINES)


def _events(store: ReportStore, sources: Iterable[Source], decoder: Decoder[T]) -> Iterator[T]:
    for source in sources:
        folder = Folder(source.name)
        manifest = _manifest(store, folder)
        if _sha256(manifest) != source.manifest_sha256:
            raise LedgerDamagedError(source.name, "the manifest is another one than before")
        yield from _decoded(store, folder, json.loads(manifest)["sha256"], decoder)


def _decoded(store: ReportStore, folder: Folder, sha256: str, decoder: Decoder[T]) -> Iterator[T]:
    digest, rest = hashlib.sha256(), b""
    try:
        for piece in _unpacked(store, folder):
            digest.update(piece)
            whole, newline, rest = (rest + piece).rpartition(b"\n")
            if newline:
                yield from decoder.decode_lines(whole)
        if rest:
            yield decoder.decode(rest)
    except MsgspecError as error:
        raise LedgerDamagedError(folder.name, "a line is no event") from error
    if digest.hexdigest() != sha256:
        raise LedgerDamagedError(folder.name, "the events are not those of the manifest")


def _unpacked(store: ReportStore, folder: Folder) -> Iterator[bytes]:
    packed = store.open(folder.events)
    if packed is None:
        raise LedgerDamagedError(folder.name, "there is a manifest but no file of events")
    with closing(packed):
        try:
            plain = gzip.GzipFile(fileobj=packed)
            while piece := plain.read(_PIECE):
                yield piece
        except (OSError, EOFError, zlib.error) as error:
            raise LedgerDamagedError(folder.name, "the file of events cannot be unpacked") from error


def _manifest(store: ReportStore, folder: Folder) -> bytes:
    manifest = store.get(folder.manifest)
    if manifest is None:
        raise LedgerDamagedError(folder.name, "the manifest is gone")
    return manifest


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
