"""核对来信台账是否完好，不需要联网，也不需要安装任何软件（只要 Python 3.10 以上）。

    python verify.py [目录]

`目录` 是下载下来的文件夹，里面有 `ledger` 文件夹（可以还有 `reports`）。完好时退出码为 0；发现问题时指出第一处
（哪个文件、第几行、哪封来信、为什么），退出码为 1。

Checks the letterbox's ledger offline, with Python's standard library alone. What it proves, in this order:

1. Every manifest is signed by the key in ledger/public_key.pem (RSA, PKCS #1 v1.5, SHA-256).
2. Each day's manifest holds the SHA-256 of the manifest of the day before, and no day is missing.
3. Each file of events has the number of lines and the SHA-256 that its manifest says.
4. Each line is canonical JSON (RFC 8785), stands in its place, and bears its own hash.
5. The events of each letter are numbered 1, 2, 3, ... without a gap, each bearing the hash of the one before.
6. The files of each report have the SHA-256 that the report's signed manifest says, and the days it was made from are
   these days.

What it cannot prove by itself: that the key is the right one (compare the fingerprint it prints with the one the
office has published), and that the newest days were not left out (compare the last day it prints with the calendar).
Nothing in these files is personal data, so they may be handed on.
"""

import base64
import datetime
import decimal
import gzip
import hashlib
import hmac
import json
import math
import re
import sys
import zlib
from pathlib import Path
from typing import Any, NamedTuple

Event = dict[str, Any]

GENESIS = "0" * 64  # what the first event of a letter names as the one before it
EVENT_SCHEMA = 1
MANIFEST_SCHEMA = 1
ALGORITHM = "RSASSA_PKCS1_V1_5_SHA_256"
LONGEST_LINE = 1_000_000  # bytes; real lines have a few hundred
LARGEST_WHOLE_NUMBER = 2**53 - 1  # RFC 8785: larger ones are not the same number everywhere


class BadLedgerError(Exception):
    """The first bad thing found: where, and why."""

    def __init__(self, where: str, why: str) -> None:
        super().__init__(f"{where}：{why}")


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


def parse(data: bytes, where: str) -> dict[str, Any]:
    """A JSON object. A name that stands twice is refused: two readers could understand it differently."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(pairs)) != len(pairs):
            raise ValueError("a name stands twice")
        return dict(pairs)

    try:
        value = json.loads(data.decode("utf-8"), object_pairs_hook=once)
    except (ValueError, RecursionError):
        raise BadLedgerError(where, "不是有效的 JSON") from None
    if not isinstance(value, dict):
        raise BadLedgerError(where, "不是一个 JSON 对象")
    return value


def spelled(value: object, where: str) -> bytes:
    """canonical(), with the place named when it cannot be done."""
    try:
        return canonical(value)
    except (ValueError, RecursionError):
        raise BadLedgerError(where, "含有无法规范书写的值") from None


# --- Signatures -------------------------------------------------------------------------------------------------------


class PublicKey(NamedTuple):
    """An RSA key. `fingerprint` is the SHA-256 of its DER form, hex."""

    modulus: int
    exponent: int
    fingerprint: str


def read_public_key(pem: bytes) -> PublicKey:
    """The key in a PEM file ("BEGIN PUBLIC KEY"). Raises ValueError when it is none."""
    match = re.fullmatch(rb"\s*-----BEGIN PUBLIC KEY-----(.+)-----END PUBLIC KEY-----\s*", pem, re.DOTALL)
    if not match:
        raise ValueError("no public key")
    der = base64.b64decode(b"".join(match[1].split()), validate=True)
    # SubjectPublicKeyInfo: SEQUENCE { SEQUENCE { OID, NULL }, BIT STRING { SEQUENCE { modulus, exponent } } }
    information = _Der(_Der(der).take(0x30))
    algorithm = _Der(information.take(0x30))
    if algorithm.take(0x06) != bytes.fromhex("2a864886f70d010101"):  # 1.2.840.113549.1.1.1: rsaEncryption
        raise ValueError("no RSA key")
    bits = information.take(0x03)
    numbers = _Der(_Der(bits[1:]).take(0x30))  # the first byte counts unused bits: none
    modulus, exponent = int.from_bytes(numbers.take(0x02), "big"), int.from_bytes(numbers.take(0x02), "big")
    if modulus.bit_length() < 2048 or exponent < 65537:
        raise ValueError("key too weak")
    return PublicKey(modulus, exponent, hashlib.sha256(der).hexdigest())


class _Der:
    """Reads DER: each value is a tag, a length, and that many bytes."""

    def __init__(self, data: bytes) -> None:
        self._rest = data

    def take(self, tag: int) -> bytes:
        """The next value, which must have this tag."""
        if len(self._rest) < 2 or self._rest[0] != tag:
            raise ValueError("unexpected DER")
        length, start = self._rest[1], 2
        if length >= 0x80:  # a long length: the low bits say how many bytes it takes
            start = 2 + (length & 0x7F)
            length = int.from_bytes(self._rest[2:start], "big")
        value, self._rest = self._rest[start : start + length], self._rest[start + length :]
        if len(value) != length:
            raise ValueError("DER cut short")
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


def check_signature(manifest: dict[str, Any], key: PublicKey, where: str) -> None:
    """The signature covers the canonical spelling of the manifest without the signature itself."""
    if manifest.get("algorithm") != ALGORITHM:
        raise BadLedgerError(where, f"签名算法不是 {ALGORITHM}")
    if manifest.get("key") != key.fingerprint:
        raise BadLedgerError(where, "不是用 ledger/public_key.pem 这把公钥对应的密钥签名的")
    unsigned = {name: value for name, value in manifest.items() if name != "signature"}
    try:
        signature = base64.b64decode(manifest.get("signature", ""), validate=True)
    except (ValueError, TypeError):
        raise BadLedgerError(where, "签名无法读取") from None
    if not signature_is_good(key, spelled(unsigned, where), signature):
        raise BadLedgerError(where, "签名不符：清单被改动过，或者不是由本单位签发")


# --- Letters: the chain of each --------------------------------------------------------------------------------------


class Letters:
    """Follows the chain of every letter over all files. Keeps the last link of each letter, nothing more.

    A late event may stand in a later day's file than the one after it. Events that came too early wait in `_waiting`
    until those before them are read.
    """

    def __init__(self) -> None:
        self.events = 0
        self._last: dict[str, tuple[int, str]] = {}
        self._waiting: dict[str, dict[int, tuple[str, str, str]]] = {}

    @property
    def count(self) -> int:
        """How many letters were met."""
        return len(self._last.keys() | self._waiting.keys())

    def add(self, event: Event, where: str) -> None:
        """Take the next line of a file; its own hash has been checked."""
        self.events += 1
        letter, sequence = event["letter"], event["sequence"]
        waiting = self._waiting.setdefault(letter, {})
        if sequence <= self._last.get(letter, (0, GENESIS))[0] or sequence in waiting:
            raise BadLedgerError(where, f"来信 {letter} 的第 {sequence} 条记录重复出现")
        waiting[sequence] = (event["prev"], event["hash"], where)
        self._link(letter, waiting)

    def _link(self, letter: str, waiting: dict[int, tuple[str, str, str]]) -> None:
        last, last_hash = self._last.get(letter, (0, GENESIS))
        while last + 1 in waiting:
            prev, own, where = waiting.pop(last + 1)
            if prev != last_hash:
                before = f"第 {last} 条记录" if last else "起点"
                raise BadLedgerError(where, f"来信 {letter} 的第 {last + 1} 条记录接不上{before}：链条断开")
            last, last_hash = last + 1, own
            self._last[letter] = (last, last_hash)
        if not waiting:
            del self._waiting[letter]

    def finish(self) -> None:
        """After the last file: nobody may still wait for an event that never came."""
        for letter, waiting in self._waiting.items():
            found = min(waiting)
            missing = self._last.get(letter, (0, GENESIS))[0] + 1
            raise BadLedgerError(waiting[found][2], f"来信 {letter} 缺第 {missing} 条记录，却有第 {found} 条")


# --- Files ------------------------------------------------------------------------------------------------------------


def read(root: Path, name: str) -> bytes:
    """A small file, whole."""
    try:
        return (root / name).read_bytes()
    except OSError:
        raise BadLedgerError(name, "文件缺失或无法读取") from None


def read_manifest(root: Path, folder: str, key: PublicKey) -> tuple[dict[str, Any], str]:
    """The checked manifest of a ledger folder ("ledger/day=2026-11-21"), and the SHA-256 of its bytes."""
    where = f"{folder}/manifest.json"
    data = read(root, where)
    manifest = parse(data, where)
    if spelled(manifest, where) != data:
        raise BadLedgerError(where, "不是规范书写的 JSON")
    check_signature(manifest, key, where)
    if manifest.get("schema") != MANIFEST_SCHEMA:
        raise BadLedgerError(where, "清单的格式版本不认识，请下载新的 verify.py")
    if manifest.get("name") != folder.removeprefix("ledger/"):
        raise BadLedgerError(where, f"清单写的是 {manifest.get('name')}，与所在文件夹不符")
    return manifest, hashlib.sha256(data).hexdigest()


def read_event(line: bytes, where: str) -> Event:
    """One line of a file: canonical, complete, and bearing its own hash."""
    if not line.endswith(b"\n"):
        raise BadLedgerError(where, "行不完整或过长")
    event = parse(line, where)
    texts = all(isinstance(event.get(name), str) for name in ("letter", "at", "prev", "hash"))
    if not texts or type(event.get("sequence")) is not int or event["sequence"] < 1:
        raise BadLedgerError(where, "缺少必要的字段（letter、sequence、at、prev、hash）")
    whose = f"来信 {event['letter']} 的第 {event['sequence']} 条记录"
    if event.get("schema") != EVENT_SCHEMA:
        raise BadLedgerError(where, f"{whose}的格式版本不认识，请下载新的 verify.py")
    if spelled(event, where) + b"\n" != line:
        raise BadLedgerError(where, f"{whose}不是规范书写的 JSON")
    unhashed = {name: value for name, value in event.items() if name != "hash"}
    if hashlib.sha256(canonical(unhashed)).hexdigest() != event["hash"]:
        raise BadLedgerError(where, f"{whose}与它自己的哈希值不符：内容被改动过")
    return event


def check_events(root: Path, folder: str, manifest: dict[str, Any], letters: Letters) -> None:
    """Every line of one file, then the file as a whole. Read line by line: the file may be large."""
    name = f"{folder}/events.jsonl.gz"
    number, digest, before = 0, hashlib.sha256(), ("", "", 0)
    try:
        with gzip.open(root / name, "rb") as file:
            while line := file.readline(LONGEST_LINE):
                number += 1
                digest.update(line)
                where = f"{name} 第 {number} 行"
                event = read_event(line, where)
                place = (event["at"], event["letter"], event["sequence"])
                if place <= before:
                    raise BadLedgerError(
                        where, f"来信 {event['letter']} 的第 {event['sequence']} 条记录不在应有的位置：行的次序不对"
                    )
                letters.add(event, where)
                before = place
    except (OSError, EOFError, zlib.error):
        raise BadLedgerError(name, f"文件缺失，或第 {number} 行之后无法解压") from None
    if number != manifest.get("count"):
        raise BadLedgerError(name, f"有 {number} 行，清单写的是 {manifest.get('count')} 行")
    if digest.hexdigest() != manifest.get("sha256"):
        raise BadLedgerError(name, "内容的 SHA-256 与清单不符")


def folders(root: Path, prefix: str) -> list[str]:
    """The folders under ledger/ whose name begins so, as "ledger/<name>", sorted."""
    return sorted(f"ledger/{path.name}" for path in (root / "ledger").glob(f"{prefix}*") if path.is_dir())


def check_days(root: Path, key: PublicKey, letters: Letters) -> dict[str, str]:
    """Every closed day, in order: its folder's name, and the SHA-256 of its manifest.

    A day without a manifest after the last closed one is still open; it is named and left out.
    """
    days = [folder.removeprefix("ledger/day=") for folder in folders(root, "day=")]
    while days and not (root / f"ledger/day={days[-1]}/manifest.json").exists():
        print(f"注意：{days.pop()} 尚未结账，未核对")
    closed: dict[str, str] = {}
    expected: datetime.date | None = None
    previous: str | None = None
    for day in days:
        folder = f"ledger/day={day}"
        try:
            date = datetime.date.fromisoformat(day)
        except ValueError:
            raise BadLedgerError(folder, "文件夹的名称不是日期") from None
        if expected is not None and date != expected:
            raise BadLedgerError(f"ledger/day={expected}", "缺少这一天的台账")
        manifest, digest = read_manifest(root, folder, key)
        if manifest.get("previous") != previous:
            raise BadLedgerError(f"{folder}/manifest.json", "接不上前一天的清单：清单的链条断开")
        check_events(root, folder, manifest, letters)
        expected, previous = date + datetime.timedelta(days=1), digest
        closed[f"day={day}"] = digest
    return closed


def check_imports(root: Path, key: PublicKey, letters: Letters) -> dict[str, str]:
    """Letters taken over from another system, one folder a batch: as check_days. Their chains begin here."""
    closed: dict[str, str] = {}
    for folder in folders(root, "import="):
        manifest, digest = read_manifest(root, folder, key)
        check_events(root, folder, manifest, letters)
        closed[folder.removeprefix("ledger/")] = digest
    return closed


def check_reports(root: Path, key: PublicKey, closed: dict[str, str]) -> int:
    """Every report that has a manifest: its signature, each file it names, and the ledger folders it was made from."""
    manifests = sorted((root / "reports").rglob("manifest.json"))
    for path in manifests:
        where = path.relative_to(root).as_posix()
        manifest = parse(read(root, where), where)
        check_signature(manifest, key, where)
        files = manifest.get("files")
        if not isinstance(files, dict):
            raise BadLedgerError(where, "清单没有列出文件")
        for name, digest in files.items():
            file = where.removesuffix("manifest.json") + name
            if hashlib.sha256(read(root, file)).hexdigest() != digest:
                raise BadLedgerError(file, "内容的 SHA-256 与报表清单不符")
        for source in manifest.get("ledger", ()):
            if closed.get(source["name"]) != source["manifest_sha256"]:
                raise BadLedgerError(where, f"报表所依据的 {source['name']} 与台账中的不是同一份")
    return len(manifests)


def check(root: Path) -> None:
    """Check everything under `root` and say what was found. Raises BadLedgerError at the first bad thing."""
    pem = read(root, "ledger/public_key.pem")
    try:
        key = read_public_key(pem)
    except ValueError:
        raise BadLedgerError("ledger/public_key.pem", "不是可用的 RSA 公钥") from None
    letters = Letters()
    imports = check_imports(root, key, letters)
    days = check_days(root, key, letters)
    letters.finish()
    reports = check_reports(root, key, {**imports, **days})
    if not days and not imports:
        raise BadLedgerError("ledger", "还没有任何已结账的台账，没有可核对的内容")
    dates = [name.removeprefix("day=") for name in days]
    span = f"{dates[0]} 至 {dates[-1]}，共 {len(dates)} 天" if dates else "尚无"
    print(f"OK 台账完好：来信 {letters.count} 封，记录 {letters.events} 条")
    print(f"已结账的日期：{span}；导入批次：{len(imports)} 个；报表：{reports} 份")
    print(f"公钥指纹（SHA-256）：{key.fingerprint}")


def main(arguments: list[str]) -> int:
    """The exit code: 0 all is well, 1 something is wrong, 2 wrong usage."""
    if len(arguments) > 1 or any(argument.startswith("-") for argument in arguments):
        print(__doc__)
        return 0 if arguments in (["-h"], ["--help"]) else 2
    here = Path(__file__).resolve().parent  # downloaded, this file lies in the ledger folder
    root = Path(arguments[0]) if arguments else here if here.name == "ledger" else Path()
    try:
        check(root.resolve().parent if root.resolve().name == "ledger" else root)
    except BadLedgerError as fault:
        print(f"FAULT 发现问题：{fault}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
