"""The table's items as files: written by reading the whole table, or exported by DynamoDB, and read back.

A line is `{"Item": {…}}` in DynamoDB's own JSON, in both kinds of backup. What is sealed in the table is sealed in the
file too; letters' words and the staff's addresses are not: such a file is to be kept like the letters themselves.
"""

import base64
import gzip
import hashlib
import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from queue import Full, Queue
from threading import Event
from typing import Any, Final

from infra.cloud.account import told
from infra.errors import OperatorError

Item = dict[str, dict[str, Any]]
"""An item as the low-level client gives it: attribute → {type: value}, binary values as bytes."""
Say = Callable[[str], None]

ITEMS: Final = "items.jsonl.gz"
MANIFEST: Final = "manifest.json"
EXPORTED: Final = "manifest-summary.json"
_SCHEMA: Final = 1
_SEGMENTS: Final = 4
_SAY_EVERY: Final = 10_000
_OWNER_ONLY: Final = 0o600


@dataclass(frozen=True, slots=True)
class Keys:
    """What the items need to be of any use: the key that sealed writers' data, the secret that hashed query codes."""

    personal_data_key: str
    hash_secret: str


def keys_of(environ: Mapping[str, str]) -> Keys:
    """Those of the installation that this environment names."""
    return Keys(environ["HUIYIN_PERSONAL_DATA_KEY"], environ["HUIYIN_HASH_SECRET"])


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself. `content`: the tally of its items, whatever their order; `sha256`: of the file."""

    table: str
    taken_at: str
    items: int
    content: str
    sha256: str
    keys: Keys
    schema: int = _SCHEMA


@dataclass(slots=True)
class Tally:
    """How many items, and a sum over all of them that does not depend on their order."""

    items: int = 0
    _sum: int = field(default=0, repr=False)

    def add(self, item: Item) -> None:
        """Count one."""
        self.items += 1
        self._sum = (self._sum + int.from_bytes(hashlib.sha256(line_of(item)).digest())) % 2**256

    @property
    def content(self) -> str:
        """The sum, as hex."""
        return f"{self._sum:064x}"


def line_of(item: Item) -> bytes:
    """The item as one line: the same item gives the same line."""
    text = json.dumps({"Item": item}, default=_base64, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode() + b"\n"


def item_of(line: bytes) -> Item:
    """The item of a line. Raises ValueError."""
    read: Item = json.loads(line)["Item"]
    for name, value in read.items():
        if "B" in value:
            read[name] = {"B": base64.b64decode(value["B"], validate=True)}
    return read


def all_items(client: Any, table: str) -> Iterator[Item]:
    """Every item of a table, read in parts at the same time. Raises OperatorError."""
    queue: Queue[list[Item] | None] = Queue(2 * _SEGMENTS)  # whoever writes files is slower than the table
    enough = Event()

    def hand_over(page: list[Item] | None) -> None:
        while not enough.is_set():
            try:
                queue.put(page, timeout=1)
            except Full:
                continue
            return

    def read(segment: int) -> None:
        try:
            pages = client.get_paginator("scan").paginate(
                TableName=table, Segment=segment, TotalSegments=_SEGMENTS, ConsistentRead=True
            )
            for page in pages:
                hand_over(page["Items"])
                if enough.is_set():
                    return
        finally:
            hand_over(None)

    with told(f"The table {table} cannot be read"), ThreadPoolExecutor(_SEGMENTS) as pool:
        parts = [pool.submit(read, segment) for segment in range(_SEGMENTS)]
        ended = 0
        try:
            while ended < _SEGMENTS:
                page = queue.get()
                ended += page is None
                yield from page or ()
        finally:
            enough.set()
        for part in parts:
            part.result()


def write_backup(client: Any, table: str, folder: Path, at: datetime, keys: Keys, say: Say) -> Manifest:
    """Read the whole table into this folder, which must not be there yet. Raises OperatorError.

    The manifest is written last: a folder without one is of a run that was cut short.
    """
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        raise OperatorError(f"{folder} is there already; a backup never overwrites anything.") from None
    except OSError as error:
        raise OperatorError(f"{folder}: {error.strerror}") from error
    tally, file = Tally(), folder / ITEMS
    file.touch(_OWNER_ONLY)
    with gzip.open(file, "wb", compresslevel=6) as out:
        for item in all_items(client, table):
            out.write(line_of(item))
            tally.add(item)
            if tally.items % _SAY_EVERY == 0:
                say(f"  {tally.items} items")
    manifest = Manifest(table, at.isoformat(timespec="seconds"), tally.items, tally.content, _sha256(file), keys)
    (folder / MANIFEST).write_text(json.dumps(asdict(manifest), indent=2) + "\n", encoding="utf-8")
    return manifest


@dataclass(frozen=True, slots=True)
class Source:
    """Something to restore from. `id` tells it from every other; `keys` None: it does not say which it needs."""

    id: str
    items: Callable[[], Iterator[Item]] = field(repr=False)
    keys: Keys | None = None


def backup_in(folder: Path, say: Say) -> Source:
    """The backup in a folder: one of ours, or a downloaded export. Looked through before anything is done with it.

    Raises OperatorError when it is damaged or not whole.
    """
    if (folder / MANIFEST).is_file():
        return _ours(folder, say)
    if (folder / EXPORTED).is_file():
        return _exported(folder, say)
    raise OperatorError(
        f"{folder} holds no backup: neither {MANIFEST} (written by `backup`; without it the run was cut short) nor "
        f"{EXPORTED} (a downloaded export; name the folder that holds that file)."
    )


def table_source(client: Any, table: str) -> Source:
    """Another table of the account, such as one that was restored to a point in time."""
    return Source(f"table {table}", lambda: all_items(client, table))


def tally_of(items: Iterable[Item]) -> Tally:
    """Count them."""
    tally = Tally()
    for item in items:
        tally.add(item)
    return tally


def _ours(folder: Path, say: Say) -> Source:
    said = _manifest(folder / MANIFEST)
    file = folder / ITEMS
    say(f"checking {file}")
    if not file.is_file() or _sha256(file) != said.sha256:
        raise OperatorError(f"{file} is not what {MANIFEST} says: damaged, or not whole. Take another copy of it.")
    found = tally_of(_lines([file]))
    if (found.items, found.content) != (said.items, said.content):
        raise OperatorError(f"{file} does not hold the {said.items} items that {MANIFEST} names. Take another backup.")
    return Source(f"backup {said.sha256}", lambda: _lines([file]), said.keys)


def _manifest(path: Path) -> Manifest:
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        read = Manifest(**{**said, "keys": Keys(**said["keys"])})
    except (ValueError, TypeError, KeyError, OSError) as error:
        raise OperatorError(f"{path} is no manifest of a backup: {type(error).__name__}") from error
    if read.schema != _SCHEMA:
        raise OperatorError(f"{path} is of another version of the program (schema {read.schema}).")
    return read


def _exported(folder: Path, say: Say) -> Source:
    """DynamoDB names each data file with its MD5 and number of items, in a file with a JSON document a line."""
    summary = json.loads((folder / EXPORTED).read_text(encoding="utf-8"))
    if (
        summary.get("outputFormat", "DYNAMODB_JSON") != "DYNAMODB_JSON"
        or summary.get("exportType") == "INCREMENTAL_EXPORT"
    ):
        raise OperatorError(f"{folder}: only full exports as DynamoDB JSON can be restored.")
    files, named = [], 0
    for line in (folder / "manifest-files.json").read_text(encoding="utf-8").splitlines():
        said: Mapping[str, Any] = json.loads(line)
        path = folder / "data" / str(said["dataFileS3Key"]).rpartition("/")[2]
        say(f"checking {path.name}")
        if not path.is_file() or _md5(path) != said["md5Checksum"]:
            raise OperatorError(f"{path} is missing or damaged. Download the export again.")
        files.append(path)
        named += int(said["itemCount"])
    held = sum(1 for _ in _lines(files))
    if not held == named == int(summary["itemCount"]):
        raise OperatorError(f"{folder} holds {held} items, and should hold {summary['itemCount']}. Download it again.")
    return Source(f"export {summary['exportArn']}", lambda: _lines(files))


def _lines(files: Iterable[Path]) -> Iterator[Item]:
    for file in files:
        try:
            with gzip.open(file, "rb") as lines:
                for line in lines:
                    yield item_of(line)
        except (OSError, EOFError, zlib.error, ValueError, KeyError) as error:
            raise OperatorError(f"{file} cannot be read: {type(error).__name__}. Take another copy of it.") from error


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _md5(path: Path) -> str:
    """As the manifest of an export writes it; a check against damage in transfer, not against forgers."""
    with path.open("rb") as file:
        return base64.b64encode(hashlib.file_digest(file, "md5").digest()).decode()


def _base64(value: object) -> str:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    raise TypeError(f"{type(value).__name__} in an item")
