"""Small ledgers to try things on: letters' chains of events, and a folder of files as the bucket holds them."""

import base64
import gzip
import hashlib
import io
import json
from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.domain import day_file
from chalicelib.domain.day_file import Folder, day_folder, import_folder
from chalicelib.domain.ledger import GENESIS, Event, canonical, chained
from chalicelib.domain.letter import Actor, LetterId, Role
from chalicelib.ports import Signer
from tests.fakes.files import FakeSigner

ZONE = ZoneInfo("Asia/Shanghai")
CENTRE = Actor("c-7", Role.CENTRE)


def local(day: date, hour: int = 10, minute: int = 0) -> datetime:
    """A moment of a local day, in UTC."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE).astimezone(UTC)


def rehashed(line: bytes, **changes: object) -> bytes:
    """A line with other contents and a hash that fits them."""
    event = {name: value for name, value in {**json.loads(line), **changes}.items() if name != "hash"}
    return canonical({**event, "hash": hashlib.sha256(canonical(event)).hexdigest()}) + b"\n"


class Chain:
    """The events of one letter, each chained to the one before."""

    def __init__(self, letter: str) -> None:
        self.letter = LetterId(letter)
        self.events: list[Event] = []

    def add(self, at: datetime, recorded_at: datetime | None = None, move: str = "classify", **facts: object) -> Event:
        """The letter's next event."""
        prev = self.events[-1].hash if self.events else GENESIS
        sequence = len(self.events) + 1
        event = chained(self.letter, sequence, prev, at, recorded_at or at, move, CENTRE, facts)
        self.events.append(event)
        return event


class LedgerDirectory:
    """Writes days as close_day would, and lets tests tamper with them: with or without the key.

    `without`: fields that manifests did not have before; as an older version wrote them.
    """

    def __init__(self, root: Path, signer: Signer | None = None, without: Collection[str] = ()) -> None:
        self.root = root
        self.signer = signer or FakeSigner()
        self.without = without
        self._previous: bytes | None = None
        self.put(day_file.PUBLIC_KEY, self.signer.public_key_pem())

    def put(self, key: str, data: bytes) -> None:
        """One file of the bucket."""
        path = self.root / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    def close(self, day: date, events: Sequence[Event] = ()) -> None:
        """One more day."""
        self.put(day_folder(day).events, day_file.pack(events))
        self._previous = self._sign(day_folder(day), self._day_fields(day, self._previous))

    def close_import(self, batch: str, events: Sequence[Event]) -> None:
        """An import's folder."""
        packed = day_file.pack(events)
        self.put(import_folder(batch).events, packed)
        self._sign(import_folder(batch), day_file.import_fields(batch, packed))

    def report(self, period: str, files: dict[str, bytes]) -> None:
        """A report with its signed manifest."""
        for name, data in files.items():
            self.put(f"reports/{period}/{name}", data)
        manifests = {path.parent.name: path.read_bytes() for path in self.root.glob("ledger/*/manifest.json")}
        kind, _, key = period.partition("/")
        fields: dict[str, object] = {
            "schema": 1,
            "report": kind,
            "period": key,
            "files": {name: hashlib.sha256(data).hexdigest() for name, data in files.items()},
            "ledger": [
                {"name": name, "manifest_sha256": hashlib.sha256(data).hexdigest()} for name, data in manifests.items()
            ],
        }
        manifest = day_file.signed(fields, self.signer.public_key_pem(), self.signer.sign)
        self.put(f"reports/{period}/manifest.json", manifest)

    def lines(self, day: date) -> list[bytes]:
        """The lines of a day's file."""
        return gzip.decompress((self.root / day_folder(day).events).read_bytes()).splitlines(keepends=True)

    def put_lines(self, day: date, lines: Sequence[bytes]) -> None:
        """Other lines in a day's file; its manifest stays as it was."""
        buffer = io.BytesIO()
        with gzip.GzipFile(filename="", mode="wb", fileobj=buffer, mtime=0) as file:
            file.write(b"".join(lines))
        self.put(day_folder(day).events, buffer.getvalue())

    def manifest(self, day: date) -> dict[str, Any]:
        """What a day's manifest says."""
        said: dict[str, Any] = json.loads((self.root / day_folder(day).manifest).read_bytes())
        return said

    def forge_manifest(self, day: date, **changes: object) -> None:
        """Change what a manifest says without being able to sign it."""
        self.put(day_folder(day).manifest, canonical({**self.manifest(day), **changes}))

    def sign_as(self, day: date, **changes: object) -> None:
        """Change what a manifest says, and sign it as it then is."""
        unsigned = {name: value for name, value in {**self.manifest(day), **changes}.items() if name != "signature"}
        signature = base64.b64encode(self.signer.sign(canonical(unsigned))).decode()
        self.put(day_folder(day).manifest, canonical({**unsigned, "signature": signature}))

    def reseal(self, first: date, signer: Signer | None = None) -> None:
        """What somebody who holds a key can do: make the manifests from this day on fit the files."""
        days = day_file.closed_days(p.relative_to(self.root).as_posix() for p in self.root.glob("ledger/*/*"))
        before = self.root / day_folder(first - timedelta(days=1)).manifest
        previous = before.read_bytes() if before.exists() else None
        for day in days:
            if day >= first:
                previous = self._sign(day_folder(day), self._day_fields(day, previous), signer)

    def _day_fields(self, day: date, previous: bytes | None) -> dict[str, object]:
        packed = (self.root / day_folder(day).events).read_bytes()
        found = self.root.glob("ledger/import=*/manifest.json")
        imports = {path.parent.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in found}
        return day_file.day_fields(day, packed, previous, imports, ZONE)

    def _sign(self, folder: Folder, said: dict[str, object], signer: Signer | None = None) -> bytes:
        signer = signer or self.signer
        fields = {name: value for name, value in said.items() if name not in self.without}
        manifest = day_file.signed(fields, signer.public_key_pem(), signer.sign)
        self.put(folder.manifest, manifest)
        return manifest
