"""Reads and writes the ledger's files in the bucket. Whoever folds closed days reads them here."""

import gzip
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from importlib.resources import files
from zoneinfo import ZoneInfo

from chalicelib.domain import day_file
from chalicelib.domain.day_file import DAYS, EventKey, Folder, Line
from chalicelib.domain.errors import DomainError
from chalicelib.domain.ledger import Event
from chalicelib.domain.letter import LetterId
from chalicelib.ports import ReportStore, Signer

GZIP, JSON = "application/gzip", "application/json"
PEM, PYTHON = "application/x-pem-file", "text/x-python; charset=utf-8"


class LedgerKeyChangedError(DomainError):
    """The ledger was signed with another key so far; going on would make it impossible to verify."""

    code = "ledger_key_changed"


def closed_days(reports: ReportStore) -> list[date]:
    """Every closed day, in order."""
    return day_file.closed_days(reports.keys(DAYS))


def imports_closed(reports: ReportStore, named: Mapping[str, str]) -> dict[str, str]:
    """Every import that is closed, with the SHA-256 of its manifest.

    `named`: those that the day before names. They stay as they were said and are not read again: what is signed now
    contradicts nothing that was signed before, and whatever became of such an import shows.
    """
    new = (each for each in day_file.closed_imports(reports.keys(day_file.IMPORTS)) if each.name not in named)
    return {**named, **{each.name: hashlib.sha256(stored(reports, each.manifest)).hexdigest() for each in new}}


def read_lines(reports: ReportStore, folder: Folder) -> list[Line]:
    """The events of a day or an import as JSON objects, in the file's order; [] when it has no file."""
    packed = reports.get(folder.events)
    return [] if packed is None else day_file.lines(day_file.unpack(packed))


def event_keys(reports: ReportStore, folder: Folder) -> Iterator[EventKey]:
    """Which events a day's or an import's file holds, line by line: an import may hold a county's whole history."""
    packed = reports.open(folder.events)
    if packed is None:
        return
    with packed, gzip.GzipFile(fileobj=packed) as plain:
        for text in plain:
            line = json.loads(text)
            yield LetterId(line["letter"]), int(line["sequence"])


class Filed:
    """Which events are in the ledger's files. A letter's are the bits of one number: a county's history fits in memory.

    `through`: the last closed day when the files were read; None before the first.
    """

    def __init__(self, through: date | None) -> None:
        self.through = through
        self._bits: dict[LetterId, int] = {}

    def add(self, keys: Iterable[EventKey]) -> None:
        """These are filed."""
        for letter, sequence in keys:
            self._bits[letter] = self._bits.get(letter, 0) | 1 << sequence

    def __contains__(self, key: EventKey) -> bool:
        letter, sequence = key
        return bool(self._bits.get(letter, 0) >> sequence & 1)

    def missing(self, events: Iterable[Event], zone: ZoneInfo) -> list[EventKey]:
        """Which of these events of the store are in no file, though the day they were recorded on is closed.

        The seven days that every closing looks back over catch the ordinary straggler; this catches all others.
        """
        if self.through is None:
            return []
        closed = (event for event in events if event.recorded_at.astimezone(zone).date() <= self.through)
        return sorted(key for event in closed if (key := (event.letter, event.sequence)) not in self)


def read_filed(reports: ReportStore) -> Filed:
    """Read every file of the ledger, one after the other: only for reconcile and repairs."""
    ending = "/events.jsonl.gz"
    filed = Filed(max(closed_days(reports), default=None))
    for key in reports.keys("ledger/"):
        if key.endswith(ending):
            folder = Folder(key.removeprefix("ledger/").removesuffix(ending))
            filed.add(event_keys(reports, folder))
    return filed


def signed_manifest(signer: Signer, fields: Mapping[str, object]) -> bytes:
    """A manifest file with these fields, signed. The only way to make one, for the ledger and for reports."""
    return day_file.signed(fields, signer.public_key_pem(), signer.sign)


def publish_verifier(reports: ReportStore, signer: Signer) -> None:
    """Put verify.py and the public key beside the ledger, once. Raises LedgerKeyChangedError."""
    pem = signer.public_key_pem()
    if not reports.put_once(day_file.PUBLIC_KEY, pem, PEM) and reports.get(day_file.PUBLIC_KEY) != pem:
        raise LedgerKeyChangedError
    verifier = files("chalicelib").joinpath("verify.py").read_bytes()
    reports.put_once(day_file.VERIFIER, verifier, PYTHON)


def put_events_once(reports: ReportStore, folder: Folder, events: Iterable[Event]) -> bytes:
    """Write a file of events, or find the one that another or an earlier run wrote. Returns the bytes that are stored.

    What is there counts: it may have been read by someone already, and it cannot be replaced.
    """
    packed = day_file.pack(events)
    if not reports.put_once(folder.events, packed, GZIP):
        packed = stored(reports, folder.events)
    return packed


def put_manifest_once(reports: ReportStore, signer: Signer, folder: Folder, fields: Mapping[str, object]) -> bytes:
    """Close a folder by its manifest, or find the manifest of the run that was faster. Returns its exact bytes."""
    manifest = signed_manifest(signer, fields)
    if reports.put_once(folder.manifest, manifest, JSON):
        return manifest
    return stored(reports, folder.manifest)


def stored(reports: ReportStore, key: str) -> bytes:
    """A file that must be there."""
    data = reports.get(key)
    if data is None:
        raise LookupError(key)
    return data
