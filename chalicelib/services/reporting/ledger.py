"""What a report is folded from: the closed files of the ledger, each bound by the hash of its manifest."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import date
from io import BytesIO
from typing import BinaryIO

from isal import isal_zlib
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

_PIECE = 1 << 17
"""Bytes at a time: so many events that the processor's cache holds them."""
_GZIP = 31
"""As zlib calls a file of gzip."""
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


def pieces_of(store: ReportStore, sources: Iterable[Source]) -> Iterator[bytes]:
    """These files of events in pieces of whole lines, a piece of a file in memory at a time.

    Raises LedgerDamagedError when a manifest is another one than when the source was noted, or the events are not
    those of the manifest: the latter at the end of a file, so nothing may be told of what came before it.
    """
    for source in sources:
        folder, sha256 = _folder_of(store, source)
        with closing(_opened(store, folder)) as packed:
            yield from _pieces(packed, folder, sha256)


def told_by(store: ReportStore, sources: Iterable[Source]) -> Iterator[list[Told]]:
    """The events of these files as far as figures need them, some at a time, of files that are what they should be.

    Raises LedgerDamagedError before anything is told of a file.
    """
    return (LINES.decode_lines(piece) for piece in _checked(store, sources))


def lines_of(store: ReportStore, sources: Iterable[Source]) -> Iterator[Line]:
    """One event after the other with all that stands in its line. Raises as `told_by`."""
    return (line for piece in _checked(store, sources) for line in _WHOLE_LINES.decode_lines(piece))


@contextmanager
def reading(source: Source) -> Iterator[None]:
    """Around whatever looks at pieces of a file before its end: what cannot be read there raises LedgerDamagedError."""
    try:
        yield
    except (MsgspecError, ValueError) as error:
        raise LedgerDamagedError(source.name, "a line is no event") from error


def _checked(store: ReportStore, sources: Iterable[Source]) -> Iterator[bytes]:
    """Each file is gone through once to see whether it is what its manifest says, and then again."""
    for source in sources:
        folder, sha256 = _folder_of(store, source)
        with closing(_opened(store, folder)) as packed:
            content = packed.read()
        for _ in _pieces(BytesIO(content), folder, sha256):
            pass
        yield from _pieces(BytesIO(content), folder, sha256)


def _folder_of(store: ReportStore, source: Source) -> tuple[Folder, str]:
    """Its folder, and the SHA-256 its events must have."""
    folder = Folder(source.name)
    manifest = _manifest(store, folder)
    if _sha256(manifest) != source.manifest_sha256:
        raise LedgerDamagedError(source.name, "the manifest is another one than before")
    return folder, _said(manifest, folder)


def _pieces(packed: BinaryIO, folder: Folder, sha256: str) -> Iterator[bytes]:
    digest, rest = hashlib.sha256(), b""
    for piece in _unpacked(packed, folder):
        digest.update(piece)
        whole, newline, rest = (rest + piece).rpartition(b"\n")
        if newline:
            yield whole
    if digest.hexdigest() != sha256:
        raise LedgerDamagedError(folder.name, "the events are not those of the manifest")
    if rest:
        yield rest


def _unpacked(packed: BinaryIO, folder: Folder) -> Iterator[bytes]:
    unpack = isal_zlib.decompressobj(_GZIP)
    try:
        while piece := packed.read(_PIECE):
            while piece:
                yield unpack.decompress(piece, _PIECE)
                piece = unpack.unconsumed_tail
    except isal_zlib.IsalError as error:  # type: ignore[misc]  # its stubs take the class for an instance
        raise LedgerDamagedError(folder.name, "the file of events cannot be unpacked") from error
    if not unpack.eof or unpack.unused_data:
        raise LedgerDamagedError(folder.name, "the file of events cannot be unpacked")


def _opened(store: ReportStore, folder: Folder) -> BinaryIO:
    packed = store.open(folder.events)
    if packed is None:
        raise LedgerDamagedError(folder.name, "there is a manifest but no file of events")
    return packed


def _said(manifest: bytes, folder: Folder) -> str:
    """The SHA-256 of its events, as the manifest has it."""
    try:
        return str(json.loads(manifest)["sha256"])
    except (ValueError, LookupError, TypeError) as error:
        raise LedgerDamagedError(folder.name, "the manifest is none") from error


def _manifest(store: ReportStore, folder: Folder) -> bytes:
    manifest = store.get(folder.manifest)
    if manifest is None:
        raise LedgerDamagedError(folder.name, "the manifest is gone")
    return manifest


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
