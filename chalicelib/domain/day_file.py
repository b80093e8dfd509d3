"""The files of the ledger: what stands in a day's (or an import's) file of events and in its manifest.

Pure: bytes in, bytes out. `chalicelib/verify.py` reads these files again without sharing a line of code.
"""

import base64
import gzip
import hashlib
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.domain.ledger import Event, canonical, jsonl, line_of
from chalicelib.domain.letter import LetterId

MANIFEST_SCHEMA = 1
"""Version of the shape of a manifest; readers must know it."""

ALGORITHM = "RSASSA_PKCS1_V1_5_SHA_256"
PUBLIC_KEY = "ledger/public_key.pem"
VERIFIER = "ledger/verify.py"
DAYS, IMPORTS = "ledger/day=", "ledger/import="
_MANIFEST = "/manifest.json"

EventKey = tuple[LetterId, int]
"""Names one event: its letter and sequence."""

Line = dict[str, Any]
"""One line of a file of events, as a JSON object."""


@dataclass(frozen=True, slots=True)
class Folder:
    """One folder of the ledger: a day's or an import's."""

    name: str

    @property
    def events(self) -> str:
        """Key of the file of events."""
        return f"ledger/{self.name}/events.jsonl.gz"

    @property
    def manifest(self) -> str:
        """Key of the manifest. Where it is, the folder is closed."""
        return f"ledger/{self.name}/manifest.json"


def day_folder(day: date) -> Folder:
    """Where a local day's events go."""
    return Folder(f"day={day.isoformat()}")


def import_folder(batch: str) -> Folder:
    """Where the history of an import batch goes."""
    return Folder(f"import={batch}")


def closed_days(keys: Iterable[str]) -> list[date]:
    """The days whose manifest is among these keys of the bucket, in order."""
    return sorted(
        date.fromisoformat(key[len(DAYS) : -len(_MANIFEST)])
        for key in keys
        if key.startswith(DAYS) and key.endswith(_MANIFEST)
    )


def closed_imports(keys: Iterable[str]) -> list[Folder]:
    """The imports whose manifest is among these keys of the bucket, in the order of their names."""
    found = (key for key in keys if key.startswith(IMPORTS) and key.endswith(_MANIFEST))
    return sorted((import_folder(key[len(IMPORTS) : -len(_MANIFEST)]) for key in found), key=lambda each: each.name)


def pack(events: Iterable[Event]) -> bytes:
    """Events as the compressed file: ordered, canonical, and the same bytes each time (no name, no time in gzip)."""
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=buffer, mtime=0) as file:
        file.write(jsonl([line_of(event) for event in events]))
    return buffer.getvalue()


def unpack(packed: bytes) -> bytes:
    """The plain bytes whose SHA-256 the manifest holds."""
    return gzip.decompress(packed)


def lines(plain: bytes) -> list[Line]:
    """The lines of a file of events, as JSON objects."""
    return [json.loads(line) for line in plain.splitlines()]


def recorded_on(line: Mapping[str, Any], zone: ZoneInfo) -> date:
    """The local day on which an event was written."""
    return datetime.fromisoformat(line["recorded_at"]).astimezone(zone).date()


def day_fields(
    day: date, packed: bytes, previous: bytes | None, imports: Mapping[str, str], zone: ZoneInfo
) -> dict[str, object]:
    """What the manifest of a day says. `packed`: its file of events as stored; `previous`: the exact bytes of the
    manifest of the day before; `imports`: every import closed by now, with the SHA-256 of its manifest.

    Two runs that find the same file and the same imports write the same manifest. A straggler is a line that was
    recorded on another day than the file's.
    """
    plain = unpack(packed)
    stragglers = sum(recorded_on(line, zone) != day for line in lines(plain))
    return {
        **_fields(day_folder(day), packed, plain),
        "day": day.isoformat(),
        "stragglers": stragglers,
        "previous": None if previous is None else hashlib.sha256(previous).hexdigest(),
        "imports": [{"name": name, "manifest_sha256": imports[name]} for name in sorted(imports)],
    }


def import_fields(batch: str, packed: bytes) -> dict[str, object]:
    """What the manifest of an import says, its file of events being stored so. It stands outside the chain of days."""
    return {**_fields(import_folder(batch), packed, unpack(packed)), "previous": None}


def _fields(folder: Folder, packed: bytes, plain: bytes) -> dict[str, object]:
    return {
        "schema": MANIFEST_SCHEMA,
        "name": folder.name,
        "count": plain.count(b"\n"),
        "sha256": hashlib.sha256(plain).hexdigest(),
        "packed_sha256": hashlib.sha256(packed).hexdigest(),
    }


def imports_named(manifest: bytes | None) -> dict[str, str]:
    """The imports that a day's manifest names, with the SHA-256 of theirs; none in the first day's or an older one."""
    said = {} if manifest is None else json.loads(manifest)
    return {each["name"]: each["manifest_sha256"] for each in said.get("imports", ())}


def signed(fields: Mapping[str, object], public_key_pem: bytes, sign: Callable[[bytes], bytes]) -> bytes:
    """The manifest file: canonical JSON, signed over its canonical form without the signature. For reports too."""
    unsigned = {**fields, "algorithm": ALGORITHM, "key": fingerprint(public_key_pem)}
    signature = base64.b64encode(sign(canonical(unsigned))).decode()
    return canonical({**unsigned, "signature": signature})


def fingerprint(public_key_pem: bytes) -> str:
    """The key's id in manifests: the SHA-256 of its DER form, hex."""
    body = b"".join(line for line in public_key_pem.splitlines() if not line.startswith(b"-----"))
    return hashlib.sha256(base64.b64decode(body)).hexdigest()


def split_unready(
    candidates: Iterable[Event], filed: Iterable[EventKey], recorded_later: Callable[[Event], bool]
) -> tuple[Sequence[Event], Sequence[Event]]:
    """Candidates for a day's file, and those that must wait for an event before them.

    Two machines' clocks may differ around midnight: then an event is recorded on the day before the one it follows.
    Filed at once it would leave a gap in its letter's chain until the next day is closed. `recorded_later` says
    whether the event before this one, which is in no file and no candidate, belongs to a day still to be closed.
    """
    known = set(filed)
    ready: list[Event] = []
    waiting: list[Event] = []
    held: set[str] = set()
    for event in sorted(candidates, key=lambda each: (each.letter, each.sequence)):
        first = event.sequence == 1 or (event.letter, event.sequence - 1) in known
        if event.letter in held or (not first and recorded_later(event)):
            held.add(event.letter)
            waiting.append(event)
        else:
            known.add((event.letter, event.sequence))
            ready.append(event)
    return ready, waiting
