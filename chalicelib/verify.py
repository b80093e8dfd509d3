"""核对来信台账是否完好，不需要联网，也不需要安装任何软件（只要 Python 3.10 以上）。

    python verify.py [--key 指纹] [目录]

`目录` 是下载下来的文件夹，里面有 `ledger` 文件夹（可以还有 `reports`）。`--key` 是本单位公布的公钥指纹（SHA-256）；
不给，就要自己把显示的指纹与公布的对照。完好时退出码为 0；发现问题时指出第一处（哪个文件、第几行、哪封来信、为什么），
退出码为 1；用法不对为 2。

Checks the letterbox's ledger offline, with Python's standard library alone:

    python verify.py [--key FINGERPRINT] [DIRECTORY]

What it proves, in this order:

1. Every manifest is signed by the key in ledger/public_key.pem (RSA, PKCS #1 v1.5, SHA-256), which is the one whose
   fingerprint was given.
2. Each day's manifest holds the SHA-256 of the manifest of the day before, and no day is missing.
3. Each line is canonical JSON (RFC 8785), stands in its place, and bears its own hash.
4. Each file of events has the number of lines and the SHA-256 that its manifest says, of its contents and as it is
   stored, and nothing around them.
5. The events of each letter are numbered 1, 2, 3, ... without a gap, each bearing the hash of the one before.
6. Nothing else lies in the folders: whoever reads them by another program reads what was checked here.
7. The files of each report have the SHA-256 that the report's signed manifest says, and the days it was made from are
   these days.
8. Every import that a day's manifest names is there, with the manifest it had, and no later day names fewer.

What it cannot prove by itself: that the key is the right one (give --key, or compare the fingerprint with the one the
office has published), that the newest days were not left out (compare the last day with the calendar), and that no
import was left out that came after the last day was closed (compare the list of imports). And it cannot prove itself:
take it from where you trust, or compare its SHA-256. Nothing in these files is personal data, so they may be handed on.
"""

import sys

if __name__ == "__main__" and not sys.flags.isolated and not getattr(sys.flags, "safe_path", False):
    del sys.path[0]  # else a json.py laid beside this script would be run in the place of Python's own

import base64
import contextlib
import datetime
import decimal
import hashlib
import hmac
import json
import math
import os
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

Event = dict[str, Any]

GENESIS = "0" * 64  # what the first event of a letter names as the one before it
EVENT_SCHEMA = 1
MANIFEST_SCHEMA = 1
ALGORITHM = "RSASSA_PKCS1_V1_5_SHA_256"
GZIP_HEADER = bytes.fromhex("1f8b08000000000002ff")  # no name, no time: the same bytes each time
EVENTS, MANIFEST = "events.jsonl.gz", "manifest.json"
REPORTS = ("daily", "weekly", "monthly", "quarterly", "yearly")
WORKING_FILES = ("folded", "told", "schemas")  # under reports/: notes, and what explains files. No report, not checked
LEFT_BY_THE_SYSTEM = (".DS_Store", "Thumbs.db", "desktop.ini")  # put into folders by looking at them
CHUNK = 2**18
LONGEST_LINE = 1_000_000  # bytes; real lines have a few hundred
LARGEST_SMALL_FILE = 2**24  # bytes; manifests and the key have a few thousand
MOST_WAITING = 100_000  # events whose predecessor was not met yet; a good ledger has a handful
MOST_LINES = 20_000_000  # of a file whose manifest says nothing that can be trusted
MOST_FAULTS = 20  # named beside the first
LARGEST_WHOLE_NUMBER = 2**53 - 1  # RFC 8785: larger ones are not the same number everywhere

# What is said, in Chinese and in English. `{record}`: "来信 X 的第 n 条记录", "record n of letter X".
WORDS = {
    "json": ("不是有效的 JSON", "is not valid JSON"),
    "twice": ("不是有效的 JSON：{name} 出现两次", "is not valid JSON: {name} stands twice"),
    "object": ("不是一个 JSON 对象", "is not a JSON object"),
    "unspeakable": ("含有无法规范书写的值", "holds a value that has no canonical spelling"),
    "spelling": ("不是规范书写的 JSON", "is not canonical JSON"),
    "algorithm": (f"签名算法不是 {ALGORITHM}", f"is not signed by {ALGORITHM}"),
    "other_key": (
        "不是用 ledger/public_key.pem 这把公钥对应的密钥签名的",
        "is not signed with the key of ledger/public_key.pem",
    ),
    "no_signature": ("签名缺失或无法读取", "has no signature that can be read"),
    "signature": (
        "签名不符：清单被改动过，或者不是由本单位签发",
        "its signature does not fit: it was changed, or the office has not signed it",
    ),
    "no_key": ("不是可用的 RSA 公钥", "is no RSA key that can be used"),
    "wrong_key": (
        "公钥指纹是 {found}，与所给的不同：台账不是用本单位的密钥签发的",
        "has the fingerprint {found}, not the one that was given: the office has not signed this ledger",
    ),
    "again": ("{record}重复出现", "{record} stands here again"),
    "chain": (
        "{record}接不上第 {before} 条记录：链条断开",
        "{record} does not follow record {before}: the chain is broken",
    ),
    "chain_start": ("{record}接不上起点：链条断开", "{record} names one before it: the chain is broken"),
    "gap": (
        "来信 {letter} 缺第 {missing} 条记录，却有第 {found} 条",
        "letter {letter} has no record {missing}, but a record {found}",
    ),
    "large": ("文件过大", "is far too large"),
    "missing": ("文件缺失，或者不是一个文件", "is missing, or is no file of its own"),
    "unreadable": ("文件缺失或无法读取", "is missing or cannot be read"),
    "stray": ("不应在此：没有清单列出它，未核对", "does not belong here: no manifest names it, nothing proves it"),
    "other_script": (
        "与正在运行的脚本不同：是另一个版本，或者被改动过",
        "is not the script that is running: another version, or changed by somebody",
    ),
    "by_system": ("不属于台账，未核对", "is no part of the ledger; not checked"),
    "version": (
        "清单的格式版本不认识，请下载新的 verify.py",
        "is of a version that is not known here; get a newer verify.py",
    ),
    "elsewhere": ("清单写的是 {named}，与所在文件夹不符", "speaks of {named}, not of the folder it is in"),
    "line": ("行不完整或过长", "the line is incomplete or too long"),
    "fields": (
        "缺少必要的字段（letter、sequence、at、prev、hash）",
        "lacks what every record has (letter, sequence, at, prev, hash)",
    ),
    "record_version": (
        "{record}的格式版本不认识，请下载新的 verify.py",
        "{record} is of a version that is not known here; get a newer verify.py",
    ),
    "record_spelling": ("{record}不是规范书写的 JSON", "{record} is not canonical JSON"),
    "record_hash": (
        "{record}与它自己的哈希值不符：内容被改动过",
        "{record} does not have the hash it bears: it was changed",
    ),
    "order": ("{record}不在应有的位置：行的次序不对", "{record} is not where it belongs: the lines are out of order"),
    "not_closed": (
        "尚未结账（没有签名的清单），未核对，不可采信",
        "is not closed yet (there is no signed manifest): not checked, not to be relied upon",
    ),
    "no_date": ("文件夹的名称不是日期", "the name of the folder is no date"),
    "day": ("缺少这一天的台账", "this day is missing"),
    "days_chain": (
        "接不上前一天的清单：清单的链条断开",
        "does not follow the manifest of the day before: the chain is broken",
    ),
    "imports": ("所列的导入批次不合规", "does not say properly which imports there are"),
    "import_missing": (
        "所列的 {name} 不在台账中：缺了这批导入",
        "names {name}, which is not in the ledger: that import is missing",
    ),
    "import_other": (
        "所列的 {name} 与台账中的不是同一份",
        "names another {name} than the one in the ledger",
    ),
    "import_dropped": (
        "没有列出前面的日子已经列出的 {name}，或者列的不是同一份",
        "does not name {name} as a day before it did",
    ),
    "import_newer": (
        "是 {day} 结账之后导入的，还没有哪一天的清单列出它",
        "came after {day} was closed: no day names it yet",
    ),
    "damaged": (
        "第 {number} 行之后无法解压：文件被改动过或不完整",
        "cannot be unpacked after line {number}: damaged or cut",
    ),
    "fewer": ("有 {number} 行，清单写的是 {said} 行", "has {number} lines, the manifest says {said}"),
    "more": ("多于清单所写的 {said} 行", "has more than the {said} lines that the manifest says"),
    "sha256": ("内容的 SHA-256 与清单不符", "does not have the SHA-256 that the manifest says"),
    "packed": (
        "压缩文件的 SHA-256 与清单不符（其中的记录与清单相符）",
        "does not have the SHA-256 that the manifest says of the compressed file (the records in it are as they were)",
    ),
    "after": ("压缩文件之后还有别的内容", "something follows the compressed file"),
    "header": (
        "压缩文件的头部被改动过（其中的记录与清单相符）",
        "the header of the compressed file was changed (the records in it were not)",
    ),
    "unsigned": (
        "没有签名的清单：报表尚未制作完成，或清单被删除；不可采信",
        "there is no signed manifest: it is not finished yet, or it was removed; not to be relied upon",
    ),
    "no_files": ("清单没有列出文件", "names no files"),
    "file_name": ("清单中的文件名不合规", "is no name of a file in this folder, though the manifest says so"),
    "report_file": ("内容的 SHA-256 与报表清单不符", "does not have the SHA-256 that the report's manifest says"),
    "no_sources": ("清单没有列出所依据的台账", "does not name the ledger files it was made from"),
    "source_missing": (
        "报表所依据的 {name} 不在台账中：台账缺了这一部分",
        "was made from {name}, which is not in the ledger: that part is missing",
    ),
    "source": ("报表所依据的 {name} 与台账中的不是同一份", "was made from another {name} than the one in the ledger"),
    "nothing": ("还没有任何已结账的台账，没有可核对的内容", "nothing is closed yet: there is nothing to check"),
}


class Place(NamedTuple):
    """Where: a file or folder, and a line of it (0: none in particular)."""

    file: str
    line: int = 0


class FaultError(Exception):
    """Something bad: where, and why (a name in WORDS, with its details), in Chinese and in English."""

    def __init__(self, place: Place | str, why: str, event: Event | None = None, **details: object) -> None:
        super().__init__(why)
        file, line = (place, 0) if isinstance(place, str) else place
        told = {name: shown(value) for name, value in details.items()}
        letter, sequence = (shown(event["letter"]), event["sequence"]) if event else ("", 0)
        chinese = WORDS[why][0].format(record=f"来信 {letter} 的第 {sequence} 条记录", **told)
        english = WORDS[why][1].format(record=f"record {sequence} of letter {letter}", **told)
        self.chinese = f"{shown(file)} 第 {line} 行：{chinese}" if line else f"{shown(file)}：{chinese}"
        self.english = f"{shown(file)}, line {line}: {english}" if line else f"{shown(file)}: {english}"


class Findings:
    """What was found wrong: the first thing, and what else, which often tells more of the first."""

    def __init__(self) -> None:
        self.faults: list[FaultError] = []
        self.notes: list[FaultError] = []  # no faults, but worth knowing
        self.more = 0

    @property
    def count(self) -> int:
        """How many faults were noted."""
        return len(self.faults) + self.more

    @contextlib.contextmanager
    def noting(self) -> Iterator[None]:
        """Notes a fault inside; what comes after goes on."""
        try:
            yield
        except FaultError as fault:
            self.note(fault)

    def note(self, fault: FaultError) -> None:
        """One more."""
        if len(self.faults) <= MOST_FAULTS:
            self.faults.append(fault)
        else:
            self.more += 1


def shown(value: object) -> str:
    """What stands in a file, for a message: short, and without anything that could pass for a message of ours."""
    text = str(value) if type(value) in {str, int, bool, type(None)} else f"<{type(value).__name__}>"
    kept = text if len(text) <= 100 else text[:100] + "…"
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in kept)


# --- Canonical JSON (RFC 8785): one value has exactly one spelling, so it has exactly one hash ------------------------


def canonical(value: object) -> bytes:
    """The one spelling of a value. Raises ValueError for what JSON cannot say."""
    return _spell(value).encode("utf-8")


def _spell(value: object) -> str:
    if isinstance(value, dict):
        # RFC 8785 sorts names by their UTF-16 code units.
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(f"{_spell(name)}:{_spell(value[name])}" for name in names) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(_spell, value)) + "]"
    if isinstance(value, float):
        return _spell_fraction(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > LARGEST_WHOLE_NUMBER:
        raise ValueError("number too large")
    # Texts, whole numbers, true, false, null: Python's own JSON spells them as the RFC asks.
    return json.dumps(value, ensure_ascii=False)


def _spell_fraction(value: float) -> str:
    """A number that is not whole, as JavaScript writes it (ECMA-262, Number::toString)."""
    if not math.isfinite(value):
        raise ValueError("not a number")
    if value == 0:
        return "0"
    sign, digit_list, exponent = decimal.Decimal(repr(value)).as_tuple()
    text = "".join(map(str, digit_list))
    point = len(text) + int(exponent)  # where the decimal point stands, counted from the first digit
    digits = text.rstrip("0")
    if 0 < point <= 21:
        whole, rest = digits[:point].ljust(point, "0"), digits[point:]
        spelled = f"{whole}.{rest}" if rest else whole
    elif -6 < point <= 0:
        spelled = "0." + "0" * -point + digits
    else:
        spelled = (f"{digits[0]}.{digits[1:]}" if digits[1:] else digits) + f"e{point - 1:+d}"
    return "-" + spelled if sign else spelled


def parse(data: bytes, place: Place | str) -> dict[str, Any]:
    """A JSON object. A name that stands twice is refused: two readers could understand it differently."""
    twice: list[str] = []

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, value in pairs:
            if name in found:
                twice.append(name)
            found[name] = value
        return found

    try:
        value = json.loads(data.decode("utf-8"), object_pairs_hook=once)
    except (ValueError, RecursionError):
        raise FaultError(place, "json") from None
    if twice:
        raise FaultError(place, "twice", name=twice[0])
    if not isinstance(value, dict):
        raise FaultError(place, "object")
    return value


def spelled(value: object, place: Place | str) -> bytes:
    """canonical(), with the place named when it cannot be done."""
    try:
        return canonical(value)
    except (ValueError, RecursionError):
        raise FaultError(place, "unspeakable") from None


# --- Signatures -------------------------------------------------------------------------------------------------------


class PublicKey(NamedTuple):
    """An RSA key. `fingerprint` is the SHA-256 of its DER form, hex."""

    modulus: int
    exponent: int
    fingerprint: str


def read_public_key(pem: bytes) -> PublicKey:
    """The key in a PEM file ("BEGIN PUBLIC KEY"), in its one usual spelling. Raises ValueError when it is none."""
    head, tail = b"-----BEGIN PUBLIC KEY-----\n", b"-----END PUBLIC KEY-----\n"
    if not (pem.startswith(head) and pem.endswith(tail)):
        raise ValueError("no public key")
    der = base64.b64decode(pem[len(head) : -len(tail)].replace(b"\n", b""), validate=True)
    body = base64.b64encode(der)
    if pem != head + b"".join(body[at : at + 64] + b"\n" for at in range(0, len(body), 64)) + tail:
        raise ValueError("the key is spelled in another way")
    # SubjectPublicKeyInfo: SEQUENCE { SEQUENCE { OID, NULL }, BIT STRING { SEQUENCE { modulus, exponent } } }
    information = _Der(_Der(der).take(0x30, last=True))
    algorithm = _Der(information.take(0x30))
    if algorithm.take(0x06) != bytes.fromhex("2a864886f70d010101"):  # 1.2.840.113549.1.1.1: rsaEncryption
        raise ValueError("no RSA key")
    bits = information.take(0x03, last=True)
    numbers = _Der(_Der(bits[1:]).take(0x30, last=True))  # the first byte counts unused bits: none
    modulus = int.from_bytes(numbers.take(0x02), "big")
    exponent = int.from_bytes(numbers.take(0x02, last=True), "big")
    # A small exponent, as 3, has let signatures be forged; an even one is none; a huge number only takes time.
    if not (2048 <= modulus.bit_length() <= 16384 and 65537 <= exponent < 2**64 and modulus % 2 and exponent % 2):
        raise ValueError("key too weak")
    return PublicKey(modulus, exponent, hashlib.sha256(der).hexdigest())


class _Der:
    """Reads DER: each value is a tag, a length, and that many bytes."""

    def __init__(self, data: bytes) -> None:
        self._rest = data

    def take(self, tag: int, *, last: bool = False) -> bytes:
        """The next value, which must have this tag; `last`: nothing may follow it."""
        if len(self._rest) < 2 or self._rest[0] != tag:
            raise ValueError("unexpected DER")
        length, start = self._rest[1], 2
        if length >= 0x80:  # a long length: the low bits say how many bytes it takes
            start = 2 + (length & 0x7F)
            length = int.from_bytes(self._rest[2:start], "big")
        value, self._rest = self._rest[start : start + length], self._rest[start + length :]
        if len(value) != length or (last and self._rest):
            raise ValueError("DER cut short, or more of it than there should be")
        return value


def signature_is_good(key: PublicKey, data: bytes, signature: bytes) -> bool:
    """RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017, 8.2.2): build the whole padded block and compare it, byte by byte."""
    size = (key.modulus.bit_length() + 7) // 8
    if len(signature) != size or int.from_bytes(signature, "big") >= key.modulus:
        return False
    block = pow(int.from_bytes(signature, "big"), key.exponent, key.modulus).to_bytes(size, "big")
    sha256_info = bytes.fromhex("3031300d060960864801650304020105000420")  # "what follows is a SHA-256"
    tail = b"\x00" + sha256_info + hashlib.sha256(data).digest()
    expected = b"\x00\x01" + b"\xff" * (size - 2 - len(tail)) + tail
    return hmac.compare_digest(block, expected)


def check_signature(manifest: dict[str, Any], key: PublicKey, place: str) -> None:
    """The signature covers the canonical spelling of the manifest without the signature itself."""
    if manifest.get("algorithm") != ALGORITHM:
        raise FaultError(place, "algorithm")
    if manifest.get("key") != key.fingerprint:
        raise FaultError(place, "other_key")
    unsigned = {name: value for name, value in manifest.items() if name != "signature"}
    given = manifest.get("signature")
    try:
        signature = base64.b64decode(given, validate=True) if isinstance(given, str) else b""
    except ValueError:
        signature = b""
    if not signature or base64.b64encode(signature).decode() != given:  # base64 can spell the same bytes in other ways
        raise FaultError(place, "no_signature")
    if not signature_is_good(key, spelled(unsigned, place), signature):
        raise FaultError(place, "signature")


# --- Letters: the chain of each --------------------------------------------------------------------------------------


class Letters:
    """Follows the chain of every letter over all files. Keeps the last link of each letter, nothing more: a year of a
    million letters takes some 200 MB.

    A late event may stand in a later day's file than the one after it. Events that came too early wait in `_waiting`
    until those before them are read.
    """

    def __init__(self, findings: Findings) -> None:
        self.events = 0
        self.incomplete = False  # a file or day is missing: what follows is no news of the letters
        self._findings = findings
        self._last: dict[str, bytes] = {}  # sequence (7 bytes) and hash (32 bytes)
        self._waiting: dict[str, dict[int, tuple[str, str, Place]]] = {}
        self._number_waiting = 0

    @property
    def count(self) -> int:
        """How many letters were met."""
        return len(self._last) + sum(letter not in self._last for letter in self._waiting)

    def add(self, event: Event, place: Place) -> None:
        """Take the next line of a file; its own hash has been checked. Notes a fault, and goes on."""
        self.events += 1
        letter, sequence = event["letter"], event["sequence"]
        waiting = self._waiting.get(letter)
        last = self._link(letter)[0]
        if sequence <= last or (waiting and sequence in waiting):
            self._findings.note(FaultError(place, "again", event))
            return
        if sequence != last + 1:
            self._wait(letter, sequence, (event["prev"], event["hash"], place))
            return
        self._append(letter, sequence, event["prev"], event["hash"], place)
        while waiting and sequence + 1 in waiting:
            sequence += 1
            self._number_waiting -= 1
            self._append(letter, sequence, *waiting.pop(sequence))
        if waiting is not None and not waiting:
            del self._waiting[letter]

    def _link(self, letter: str) -> tuple[int, str]:
        """Number and hash of the letter's last linked record."""
        known = self._last.get(letter)
        return (int.from_bytes(known[:7], "big"), known[7:].hex()) if known else (0, GENESIS)

    def _append(self, letter: str, sequence: int, prev: str, own: str, place: Place) -> None:
        if prev != self._link(letter)[1]:
            why = "chain" if sequence > 1 else "chain_start"
            event = {"letter": letter, "sequence": sequence}
            self._findings.note(FaultError(place, why, event, before=sequence - 1))
        self._last[letter] = sequence.to_bytes(7, "big") + bytes.fromhex(own)

    def _wait(self, letter: str, sequence: int, link: tuple[str, str, Place]) -> None:
        self._waiting.setdefault(letter, {})[sequence] = link
        self._number_waiting += 1
        if self._number_waiting > MOST_WAITING:  # too much is missing to go on
            self.finish()
            self._waiting.clear()
            self._number_waiting = 0

    def finish(self) -> None:
        """After the last file: nobody may still wait for an event that never came."""
        if self.incomplete:
            return
        for letter, waiting in self._waiting.items():
            found = min(waiting)
            missing = self._link(letter)[0] + 1
            gap = FaultError(waiting[found][2], "gap", letter=letter, missing=missing, found=found)
            self._findings.note(gap)


# --- Files ------------------------------------------------------------------------------------------------------------


def read(root: Path, name: str) -> bytes:
    """A small file, whole."""
    with opened(root, name) as file:
        data = file.read(LARGEST_SMALL_FILE + 1)
    if len(data) > LARGEST_SMALL_FILE:
        raise FaultError(name, "large")
    return data


@contextlib.contextmanager
def opened(root: Path, name: str) -> Iterator[BinaryIO]:
    """A file of its own, no link to another; what goes wrong with it is named."""
    try:
        path = root / name
        if path.is_symlink() or not path.is_file():
            raise FaultError(name, "missing")
        with path.open("rb") as file:
            yield file
    except OSError:
        raise FaultError(name, "unreadable") from None


def is_there(root: Path, name: str) -> bool:
    """Whether there is such a file; also when it cannot be looked at, which is named when it is read."""
    try:
        return (root / name).exists()
    except OSError:
        return True


def listed(root: Path, folder: str) -> tuple[list[str], list[str]]:
    """The names of folders and of files in a folder, sorted; links and other oddities count as files."""
    try:
        with os.scandir(root / folder) as entries:
            found = sorted((entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries)
    except OSError:
        raise FaultError(folder, "unreadable") from None
    return [name for name, is_folder in found if is_folder], [name for name, is_folder in found if not is_folder]


def check_listing(root: Path, folder: str, allowed: frozenset[str], findings: Findings) -> None:
    """Names every file in a folder that does not belong there, and every folder in it."""
    folders, files = listed(root, folder)
    for name in [*folders, *files]:
        stray(folder, name, allowed if name in files else frozenset(), findings)


def stray(folder: str, name: str, allowed: frozenset[str], findings: Findings) -> None:
    """Name this one if it does not belong into the folder."""
    place = f"{folder}/{name}"
    if name in LEFT_BY_THE_SYSTEM:
        findings.notes.append(FaultError(place, "by_system"))
    elif name not in allowed:
        findings.note(FaultError(place, "stray"))


def read_manifest(root: Path, folder: str, key: PublicKey) -> tuple[dict[str, Any], str]:
    """The checked manifest of a folder ("ledger/day=2026-11-21"), and the SHA-256 of its bytes."""
    place = f"{folder}/{MANIFEST}"
    data = read(root, place)
    manifest = parse(data, place)
    if spelled(manifest, place) != data:
        raise FaultError(place, "spelling")
    check_signature(manifest, key, place)
    if type(manifest.get("schema")) is not int or manifest["schema"] != MANIFEST_SCHEMA:
        raise FaultError(place, "version")
    kind, _, rest = folder.partition("/")
    named = manifest.get("name") if kind == "ledger" else f"{manifest.get('report')}/{manifest.get('period')}"
    if named != rest:
        raise FaultError(place, "elsewhere", named=named)
    return manifest, hashlib.sha256(data).hexdigest()


# --- Lines ------------------------------------------------------------------------------------------------------------


class _UnusualError(ValueError):
    """This line takes the slow way."""


def _unusual(_text: str) -> Any:
    raise _UnusualError


def _ordinary(digits: str) -> int:
    if len(digits) > 15:  # perhaps larger than RFC 8785 allows
        raise _UnusualError
    return int(digits)


_BEYOND = bytes(range(0xF0, 0x100))  # begin characters beyond the first 65,536, which the RFC sorts in its own way
_decode = json.JSONDecoder(parse_float=_unusual, parse_int=_ordinary, parse_constant=_unusual).decode
_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def _quick_event(line: bytes) -> Event | None:
    """The event of a line that is canonical and bears its own hash; None: it is not, or is better looked at slowly.

    Ordinary lines need no more than Python's own JSON, which is ten times as fast. `hash` stands among the names in
    alphabetical order: what comes before and after it is what was hashed.
    """
    if len(line.translate(None, _BEYOND)) != len(line):
        return None
    try:
        event = _decode(line.decode("utf-8"))
        if type(event) is not dict or type(event.get("hash")) is not str:
            return None
        before = _encode({name: value for name, value in event.items() if name < "hash"}).encode("utf-8")
        after = _encode({name: value for name, value in event.items() if name > "hash"}).encode("utf-8")
        own = event["hash"].encode("ascii")
    except (ValueError, RecursionError):
        return None
    hashed = before[:-1] + b"," + after[1:]
    is_good = line == before[:-1] + b',"hash":"' + own + b'",' + after[1:] + b"\n"
    return event if is_good and hashlib.sha256(hashed).hexdigest() == event["hash"] else None


def read_event(line: bytes, place: Place) -> Event:
    """One line of a file: canonical, complete, and bearing its own hash."""
    quick = _quick_event(line)
    if quick is None and not line.endswith(b"\n"):
        raise FaultError(place, "line")
    event = parse(line, place) if quick is None else quick
    texts = all(isinstance(event.get(name), str) for name in ("letter", "at", "prev", "hash"))
    if not texts or type(event.get("sequence")) is not int or not 1 <= event["sequence"] <= LARGEST_WHOLE_NUMBER:
        raise FaultError(place, "fields")
    if type(event.get("schema")) is not int or event["schema"] != EVENT_SCHEMA:
        raise FaultError(place, "record_version", event)
    if quick is not None:
        return event
    if spelled(event, place) + b"\n" != line:
        raise FaultError(place, "record_spelling", event)
    unhashed = {name: value for name, value in event.items() if name != "hash"}
    if hashlib.sha256(canonical(unhashed)).hexdigest() != event["hash"]:
        raise FaultError(place, "record_hash", event)
    return event


def unpacked(file: BinaryIO) -> Iterator[bytes]:
    """The plain bytes of the first member of a gzip file, piece by piece; the file is left at its end.

    Raises zlib.error for what is damaged, EOFError for what is cut short.
    """
    unpacker = zlib.decompressobj(wbits=31)  # 31: with the header of gzip, whose CRC and length are checked
    while not unpacker.eof:
        packed = unpacker.unconsumed_tail or file.read(CHUNK)
        if not packed:
            raise EOFError
        yield unpacker.decompress(packed, CHUNK)
    file.seek(-len(unpacker.unused_data), os.SEEK_CUR)


def lines_of(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Lines with their line feed. The last one has none where the file does not end with one, or it is too long."""
    rest = b""
    for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n")
        for line in whole:
            yield line + b"\n" if len(line) < LONGEST_LINE else line
        if len(rest) > LONGEST_LINE:
            break
    if rest:
        yield rest


def sha256_of(file: BinaryIO) -> str:
    """Of the rest of a file, read piece by piece: it may be large."""
    digest = hashlib.sha256()
    while piece := file.read(CHUNK):
        digest.update(piece)
    return digest.hexdigest()


# --- The ledger -------------------------------------------------------------------------------------------------------


class Ledger:
    """The files of a directory under one key, and what was found in them.

    `closed`: every folder of the ledger that was met, with the SHA-256 of its manifest; None where it is not good.
    `named`: every import that a day names, with the SHA-256 of its manifest; `named_by`: the last day that says which
    imports there are ("": none does).
    """

    def __init__(self, root: Path, key: PublicKey, findings: Findings) -> None:
        self.root = root
        self.key = key
        self.findings = findings
        self.letters = Letters(findings)
        self.closed: dict[str, str | None] = {}
        self.named: dict[str, str] = {}
        self.named_by = ""

    def check(self) -> None:
        """Imports, days, letters, strays."""
        folders, files = listed(self.root, "ledger")
        for name in folders:
            if name.startswith("import="):
                self._check_folder(f"ledger/{name}")
        self._check_days([name.removeprefix("day=") for name in folders if name.startswith("day=")])
        self.letters.finish()
        for name in folders if self.named_by else ():
            if name.startswith("import=") and name not in self.named:
                self.findings.notes.append(FaultError(f"ledger/{name}", "import_newer", day=self.named_by))
        for name in folders:
            if name.startswith(("day=", "import=")):
                check_listing(self.root, f"ledger/{name}", frozenset({EVENTS, MANIFEST}), self.findings)
        ours = frozenset({"public_key.pem", "verify.py"})
        for name in [*files, *(name for name in folders if not name.startswith(("day=", "import=")))]:
            stray("ledger", name, ours if name in files else frozenset(), self.findings)

    def _check_days(self, days: list[str]) -> None:
        """Every closed day, in order. The newest may be still open: it is named and left out."""
        if days and not is_there(self.root, f"ledger/day={days[-1]}/{MANIFEST}"):
            self.findings.notes.append(FaultError(f"ledger/day={days[-1]}", "not_closed"))
            self._next_day(days[-1], days[-2] if len(days) > 1 else None)
            days = days[:-1]
        before: str | None = None
        for day in days:
            self._next_day(day, before)
            folder = f"ledger/day={day}"
            manifest = self._check_folder(folder)
            follows_good = before is None or self.closed.get(f"day={before}") is not None
            previous = None if before is None else self.closed.get(f"day={before}")
            if manifest and follows_good and manifest.get("previous") != previous:
                self.findings.note(FaultError(f"{folder}/{MANIFEST}", "days_chain"))
            if manifest and "imports" in manifest:
                self._check_imports(day, manifest["imports"])
            before = day

    def _check_imports(self, day: str, said: object) -> None:
        """The imports that a day names: those that days before it named, as they named them, and new ones.

        A manifest of an older version says nothing of them; what was named before it is looked for all the same.
        """
        place = f"ledger/day={day}/{MANIFEST}"
        listed = imports_of(said)
        if listed is None:
            self.findings.note(FaultError(place, "imports"))
            return
        for name, digest in self.named.items():
            if listed.get(name) != digest:
                self.findings.note(FaultError(place, "import_dropped", name=name))
        for name in [name for name in listed if name not in self.named]:
            if name not in self.closed:
                self.letters.incomplete = True
                self.findings.note(FaultError(place, "import_missing", name=name))
            elif self.closed[name] not in {None, listed[name]}:  # None: it is bad, and was named already
                self.findings.note(FaultError(place, "import_other", name=name))
        self.named, self.named_by = {**listed, **self.named}, day

    def _next_day(self, day: str, before: str | None) -> None:
        """Notes what is no day, and the first day missing since the one before."""
        try:
            if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", day):
                raise ValueError
            date = datetime.date.fromisoformat(day)
            expected = datetime.date.fromisoformat(before) + datetime.timedelta(days=1) if before else date
        except (ValueError, OverflowError):
            self.findings.note(FaultError(f"ledger/day={day}", "no_date"))
            return
        if date != expected:
            self.letters.incomplete = True
            self.findings.note(FaultError(f"ledger/day={expected}", "day"))

    def _check_folder(self, folder: str) -> dict[str, Any] | None:
        """Manifest and events of one folder. Also with a bad manifest, since a bad line in it tells more."""
        name = folder.removeprefix("ledger/")
        faults = self.findings.count
        manifest, digest = None, None
        with self.findings.noting():
            manifest, digest = read_manifest(self.root, folder, self.key)
        with self.findings.noting():
            self._check_events(f"{folder}/{EVENTS}", manifest)
        self.closed[name] = digest if self.findings.count == faults else None
        return manifest

    def _check_events(self, name: str, manifest: dict[str, Any] | None) -> None:
        """Every line of one file, then the file as a whole. Read piece by piece: the file may be large."""
        said = manifest or {}
        most = said["count"] if type(said.get("count")) is int else MOST_LINES
        faults, number, digest, before = self.findings.count, 0, hashlib.sha256(), ("", "", 0)
        with opened(self.root, name) as file:
            try:
                for line in lines_of(unpacked(file)):
                    number += 1
                    if number > most:
                        break
                    digest.update(line)
                    with self.findings.noting():
                        before = self._check_line(line, Place(name, number), before)
            except (EOFError, zlib.error):
                self.letters.incomplete = True
                raise FaultError(name, "damaged", number=number) from None
            if manifest is None or self.findings.count > faults:
                return
            if number != said.get("count"):
                raise FaultError(name, "fewer" if number < most else "more", number=number, said=said.get("count"))
            if digest.hexdigest() != said.get("sha256"):
                raise FaultError(name, "sha256")
            check_wrapping(file, name)
            file.seek(0)
            if "packed_sha256" in said and sha256_of(file) != said["packed_sha256"]:
                raise FaultError(name, "packed")

    def _check_line(self, line: bytes, place: Place, before: tuple[str, str, int]) -> tuple[str, str, int]:
        event = read_event(line, place)
        now = (event["at"], event["letter"], event["sequence"])
        self.letters.add(event, place)
        if now <= before:
            raise FaultError(place, "order", event)
        return now


def imports_of(said: object) -> dict[str, str] | None:
    """The imports of a list in a day's manifest, each with the SHA-256 of its manifest; None: it is no such list."""
    if not isinstance(said, list) or not all(isinstance(each, dict) for each in said):
        return None
    pairs = [(each.get("name"), each.get("manifest_sha256")) for each in said]
    if not all(isinstance(text, str) for pair in pairs for text in pair):
        return None
    found = dict(pairs)
    in_order = [name for name, _ in pairs] == sorted(found)  # and none of them twice
    return found if in_order and all(name.startswith("import=") for name in found) else None


def check_wrapping(file: BinaryIO, name: str) -> None:
    """What no SHA-256 of the contents covers: what follows the first member of the gzip file, and its header."""
    if file.read(1):
        raise FaultError(name, "after")
    file.seek(0)
    if file.read(len(GZIP_HEADER)) != GZIP_HEADER:
        raise FaultError(name, "header")


# --- Reports ----------------------------------------------------------------------------------------------------------


def check_reports(ledger: Ledger) -> int:
    """Every report: its signature, each file it names and no other, and the ledger folders it was made from."""
    root, findings, number = ledger.root, ledger.findings, 0
    if not is_there(root, "reports"):
        return 0
    kinds, files = listed(root, "reports")
    for name in [*files, *(kind for kind in kinds if kind not in (*REPORTS, *WORKING_FILES))]:
        stray("reports", name, frozenset(), findings)
    for kind in [kind for kind in kinds if kind in REPORTS]:
        periods, files = listed(root, f"reports/{kind}")
        for name in files:
            stray(f"reports/{kind}", name, frozenset(), findings)
        for period in periods:
            with findings.noting():
                check_report(ledger, f"reports/{kind}/{period}")
            number += 1
    return number


def check_report(ledger: Ledger, folder: str) -> None:
    """One report."""
    root, findings, place = ledger.root, ledger.findings, f"{folder}/{MANIFEST}"
    if not is_there(root, place):
        raise FaultError(folder, "unsigned")
    manifest, _ = read_manifest(root, folder, ledger.key)
    files = manifest.get("files")
    if not isinstance(files, dict) or not files:
        raise FaultError(place, "no_files")
    for name, digest in files.items():
        with findings.noting():
            check_report_file(root, f"{folder}/{name}", digest, plain=is_plain(name))
    check_listing(root, folder, frozenset({*files, MANIFEST}), findings)
    sources = manifest.get("ledger")
    if not isinstance(sources, list):
        raise FaultError(place, "no_sources")
    for source in sources:
        with findings.noting():
            check_source(ledger, source, place)


def is_plain(name: str) -> bool:
    """Whether this is the name of a file in the folder itself, and no way out of it."""
    return bool(re.fullmatch(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*", name)) and name != MANIFEST


def check_report_file(root: Path, name: str, digest: object, *, plain: bool) -> None:
    """One file that a manifest names."""
    if not plain:
        raise FaultError(name, "file_name")
    with opened(root, name) as file:
        found = sha256_of(file)
    if found != digest:
        raise FaultError(name, "report_file")


def check_source(ledger: Ledger, source: object, place: str) -> None:
    """One ledger folder that a report says it was made from. One that is bad was named already."""
    said = source if isinstance(source, dict) else {}
    name, digest = said.get("name"), said.get("manifest_sha256")
    if not isinstance(name, str) or name not in ledger.closed:
        raise FaultError(place, "source_missing", name=name)
    if ledger.closed[name] is not None and ledger.closed[name] != digest:
        raise FaultError(place, "source", name=name)


# --- The whole --------------------------------------------------------------------------------------------------------


def check(root: Path, fingerprint: str | None, findings: Findings) -> list[tuple[str, str]]:
    """Check everything under `root`; what to say if nothing was found, in Chinese and English."""
    place = "ledger/public_key.pem"
    try:
        key = read_public_key(read(root, place))
    except ValueError:
        raise FaultError(place, "no_key") from None
    if fingerprint not in {None, key.fingerprint}:
        raise FaultError(place, "wrong_key", found=key.fingerprint)
    ledger = Ledger(root, key, findings)
    ledger.check()
    compare_script(root, findings)
    reports = check_reports(ledger)
    days = sorted(name.removeprefix("day=") for name in ledger.closed if name.startswith("day="))
    imports = sorted(name.removeprefix("import=") for name in ledger.closed if name.startswith("import="))
    if not days and not imports:
        raise FaultError("ledger", "nothing")
    letters, events = ledger.letters.count, ledger.letters.events
    span = (f"{days[0]} 至 {days[-1]}，共 {len(days)} 天", f"{days[0]} to {days[-1]}, {len(days)} days")
    extent = span if days else ("尚无", "none")
    after = (f"{ledger.named_by} 结账之后", f" that came after {ledger.named_by} was closed")
    since = after if ledger.named_by else ("", "")
    batches = f": {', '.join(map(shown, imports))}" if imports else ""
    known = ("与所给的相同", "is the one that was given")
    unknown = ("请与本单位公布的指纹对照", "compare it with the one that the office has published")
    compared = known if fingerprint else unknown
    return [
        (
            f"OK 台账完好：来信 {letters} 封，记录 {events} 条",
            f"OK the ledger is good: {letters} letters, {events} records",
        ),
        (
            f"已结账的日期：{extent[0]}；导入批次：{len(imports)} 个；报表：{reports} 份",
            f"closed days: {extent[1]}; imports: {len(imports)}; reports: {reports}",
        ),
        (f"公钥指纹（SHA-256）：{key.fingerprint}", f"fingerprint of the key (SHA-256): {key.fingerprint}"),
        (
            f"本脚本不能证明：① 公钥是真的——指纹{compared[0]}；",
            f"not proved here: 1. that the key is the right one: {compared[1]};",
        ),
        (
            "② 最后一天之后没有缺少——请与日历对照；",
            "2. that no day is missing after the last one: compare with the calendar;",
        ),
        (
            f"③ {since[0]}没有缺少导入批次——请与导入记录对照{batches}",
            f"3. that no import is missing{since[1]}: compare with your records{batches}",
        ),
    ]


def compare_script(root: Path, findings: Findings) -> None:
    """Says so when the script in the folder is another one than this: no manifest names it, so that is no fault."""
    with contextlib.suppress(OSError):
        beside = root / "ledger/verify.py"
        if beside.is_file() and beside.read_bytes()[:LARGEST_SMALL_FILE] != Path(__file__).read_bytes():
            findings.notes.append(FaultError("ledger/verify.py", "other_script"))


def main(arguments: list[str]) -> int:
    """The exit code: 0 all is well, 1 something is wrong, 2 wrong usage."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a console that has no Chinese
    fingerprint, directories = read_arguments(arguments)
    if fingerprint == "" or len(directories) > 1:
        print(__doc__)
        return 0 if arguments in (["-h"], ["--help"]) else 2
    here = Path(__file__).resolve().parent  # downloaded, this file lies in the ledger folder
    root = Path(directories[0]) if directories else here if here.name == "ledger" else Path()
    findings, said = Findings(), []
    with findings.noting():
        said = check(root.resolve().parent if root.resolve().name == "ledger" else root, fingerprint, findings)
    for note in findings.notes:
        print(f"注意：{note.chinese}\nNote: {note.english}")
    if findings.faults:
        tell(findings)
        return 1
    for language in (0, 1):
        print(*(each[language] for each in said), sep="\n")
    return 0


def read_arguments(arguments: list[str]) -> tuple[str | None, list[str]]:
    """The fingerprint (None: not given; "": not understood), in lower case without colons, and the directories."""
    rest, fingerprint = list(arguments), None
    for place, argument in enumerate(arguments):
        if argument.startswith("--key="):
            fingerprint, rest = argument[6:], arguments[:place] + arguments[place + 1 :]
        elif argument == "--key" and place + 1 < len(arguments):
            fingerprint, rest = arguments[place + 1], arguments[:place] + arguments[place + 2 :]
    if fingerprint is not None:
        fingerprint = re.sub(r"[\s:]", "", fingerprint).lower()
        fingerprint = fingerprint if re.fullmatch("[0-9a-f]{64}", fingerprint) else ""
    return ("" if any(each.startswith("-") for each in rest) else fingerprint), rest


def tell(findings: Findings) -> None:
    """The first fault, and what else was found: it may follow from the first, or tell more of it."""
    first, *others = findings.faults
    print(f"FAULT 发现问题：{first.chinese}\nFirst fault: {first.english}")
    for fault in others:
        print(f"  另外：{fault.chinese}\n  also: {fault.english}")
    if findings.more:
        print(f"  另有 {findings.more} 处\n  and {findings.more} more")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
