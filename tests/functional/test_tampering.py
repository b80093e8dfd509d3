"""What somebody who can write the bucket, but has not the key, may try on a real county's ledger and reports.

Each attempt is named by verify.py: file, line, letter, reason, in Chinese and in English, and the exit code is not 0.
"""

import contextlib
import functools
import gzip
import hashlib
import io
import itertools
import json
import os
import shutil
import subprocess
import sys
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib import verify
from chalicelib.domain import day_file
from chalicelib.domain.ledger import canonical
from chalicelib.domain.periods import parse_period
from chalicelib.services.reports import make_report
from tests.fakes.files import FakeSigner
from tests.fakes.ledger import Chain, rehashed
from tests.reporting import a_week

DAY, NEXT, NEWEST = "ledger/day=2026-11-18", "ledger/day=2026-11-19", "ledger/day=2026-11-23"
EVENTS, MANIFEST = f"{DAY}/events.jsonl.gz", f"{DAY}/manifest.json"
FIRST_DAY, IMPORT = "ledger/day=2026-11-11/manifest.json", "ledger/import=old"
WEEK, DAILY = "reports/weekly/2026-W47", "reports/daily/2026-11-20"
FILES = ("letters.csv", "manifest.json", "report.html", "report.json", "report.xlsx")


@functools.cache
def bucket() -> Mapping[str, bytes]:
    """The county's week with an imported batch, closed through the day after, and two reports of it."""
    county = a_week()
    old = Chain("OLD1")
    old.add(datetime(2019, 3, 1, tzinfo=UTC), datetime(2026, 11, 11, tzinfo=UTC), move="receive", centre="centre")
    packed = day_file.pack(old.events)
    fields = day_file.import_fields("old", packed)
    county.reports.files[f"{IMPORT}/events.jsonl.gz"] = packed
    county.reports.files[f"{IMPORT}/manifest.json"] = signed(fields)
    county.close_through(date(2026, 11, 23))
    for period in ("2026-W47", "2026-11-20"):
        assert make_report(county.office(), parse_period(period))
    return MappingProxyType(dict(county.reports.files))


def signed(fields: Mapping[str, object], signer: FakeSigner | None = None) -> bytes:
    signer = signer or FakeSigner()
    return day_file.signed(fields, signer.public_key_pem(), signer.sign)


class Copy:
    """A downloaded copy of the bucket, to tamper with."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for key, data in bucket().items():
            self.put(key, data)

    def put(self, key: str, data: bytes) -> None:
        path = self.root / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    def get(self, key: str) -> bytes:
        return (self.root / key).read_bytes()

    def remove(self, key: str) -> None:
        path = self.root / key
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()

    def copy(self, source: str, target: str) -> None:
        shutil.copytree(self.root / source, self.root / target, dirs_exist_ok=True)

    def lines(self, key: str = EVENTS) -> list[bytes]:
        return gzip.decompress(self.get(key)).splitlines(keepends=True)

    def put_lines(self, lines: list[bytes], key: str = EVENTS) -> None:
        self.put(key, packed(b"".join(lines)))

    def manifest(self, key: str = MANIFEST) -> dict[str, Any]:
        said: dict[str, Any] = json.loads(self.get(key))
        return said

    def say(self, key: str = MANIFEST, /, **changes: object) -> None:
        """Another manifest, which nobody has signed."""
        self.put(key, canonical({**self.manifest(key), **changes}))

    def say_signed(self, key: str = MANIFEST, signer: FakeSigner | None = None, /, **changes: object) -> None:
        """Another manifest, signed: what only the office itself can do."""
        fields = {**self.manifest(key), **changes}
        self.put(
            key,
            signed({name: fields[name] for name in fields if name not in {"signature", "algorithm", "key"}}, signer),
        )

    def remake_manifest(self, key: str = EVENTS) -> None:
        """The manifest as it would have to be; only the signature is the old one."""
        plain = b"".join(self.lines(key))
        self.say(
            key.replace("events.jsonl.gz", "manifest.json"),
            count=plain.count(b"\n"),
            sha256=sha256(plain),
            packed_sha256=sha256(self.get(key)),
        )

    def rechain(self, signer: FakeSigner | None = None, without: Collection[str] = (), **imports: object) -> None:
        """Every manifest of the ledger signed anew, each day naming the one before and the imports as they now are.

        `without`: fields that are left out. `imports`: what a day, named as day_18, says of the imports instead.
        """
        previous: str | None = None
        named: list[dict[str, str]] = []
        keys = (path.relative_to(self.root).as_posix() for path in self.root.glob("ledger/*/manifest.json"))
        for key in sorted(keys, key=lambda key: ("day=" in key, key)):
            said = {name: value for name, value in self.manifest(key).items() if name not in without}
            name = said["name"]
            if "day=" in key:
                said |= {"imports": imports.get(f"day_{name[-2:]}", named)} if "imports" in said else {}
                said["previous"] = previous
            self.put(key, canonical({}))
            self.say_signed(key, signer, **said)
            digest = sha256(self.get(key))
            if "day=" in key:
                previous = digest
            else:
                named.append({"name": name, "manifest_sha256": digest})

    def checked(self, *options: str) -> tuple[int, list[str]]:
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            code = verify.main([*options, str(self.root)])
        return code, out.getvalue().splitlines()

    def faults(self, *options: str) -> list[str]:
        """What it says is wrong, the first first; each is said in English too."""
        code, said = self.checked(*options)
        assert code == 1, said
        assert said[0].startswith("FAULT 发现问题：") or said[0].startswith("注意：")
        chinese = [line.split("：", 1)[1] for line in said if line.startswith(("FAULT 发现问题：", "  另外："))]
        english = [line for line in said if line.startswith(("First fault: ", "  also: "))]
        assert len(chinese) == len(english) > 0
        assert all(line.isascii() for line in english), english
        return chinese


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def packed(plain: bytes) -> bytes:
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=buffer, mtime=0) as file:
        file.write(plain)
    return buffer.getvalue()


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return Copy(tmp_path)


def respelled(data: bytes) -> bytes:
    """The same records behind the same header, compressed in another way."""
    plain = gzip.decompress(data)
    other = data[:10] + gzip.compress(plain, compresslevel=1)[10:]
    assert gzip.decompress(other) == plain
    assert other != data
    return other


def whose(line: bytes) -> str:
    event = json.loads(line)
    return f"来信 {event['letter']} 的第 {event['sequence']} 条记录"


def test_what_nobody_touched_is_good(copy: Copy) -> None:
    code, said = copy.checked()
    assert code == 0
    key = day_file.fingerprint(FakeSigner().public_key_pem())
    assert said[:3] == [
        "OK 台账完好：来信 10 封，记录 42 条",
        "已结账的日期：2026-11-11 至 2026-11-23，共 13 天；导入批次：1 个；报表：2 份",
        f"公钥指纹（SHA-256）：{key}",
    ]
    assert "请与本单位公布的指纹对照" in said[3]
    assert said[5].endswith("请与导入记录对照: old")
    assert said[6] == "OK the ledger is good: 10 letters, 42 records"
    assert copy.checked("--key", key.upper())[0] == copy.checked(f"--key={key}")[0] == 0
    assert "指纹与所给的相同" in copy.checked("--key", ":".join(key[n : n + 2] for n in range(0, 64, 2)))[1][3]


# lines


def test_a_changed_byte_of_any_line_names_the_line_and_the_letter(copy: Copy) -> None:
    lines = copy.lines()
    for number, line in enumerate(lines, start=1):
        at = line.index(b'"move":"') + 8
        copy.put_lines([*lines[: number - 1], line[:at] + b"X" + line[at + 1 :], *lines[number:]])
        assert copy.faults()[0].startswith(f"{EVENTS} 第 {number} 行：{whose(line)}与它自己的哈希值不符")


def test_with_two_changed_lines_the_first_is_named_first(copy: Copy) -> None:
    lines = [line.replace(b'"schema":1', b'"schema":3') for line in copy.lines()]
    copy.put_lines([copy.lines()[0], *lines[1:]])
    assert copy.faults()[0].startswith(f"{EVENTS} 第 2 行：")


def test_a_removed_line_names_the_file_and_the_letter_that_lacks_it(copy: Copy) -> None:
    lines = copy.lines()
    assert whose(lines[0]) == "来信 accused 的第 1 条记录"
    copy.put_lines(lines[1:])
    found = copy.faults()
    assert found[0] == f"{EVENTS}：有 {len(lines) - 1} 行，清单写的是 {len(lines)} 行"
    assert f"{EVENTS} 第 2 行：来信 accused 缺第 1 条记录，却有第 2 条" in found


def test_an_added_line_is_named_by_the_file_and_where_it_clashes(copy: Copy) -> None:
    """Anybody can compute a hash; the file's own, in the signed manifest, and the letter's next event betray it."""
    last = max(copy.lines(), key=lambda line: line)
    event = json.loads(last)
    made_up = rehashed(last, sequence=event["sequence"] + 1, prev=event["hash"], at="2026-11-18T15:59:59.000000Z")
    copy.put_lines([*copy.lines(), made_up])
    found = copy.faults()
    assert found[0] == f"{EVENTS}：多于清单所写的 {len(copy.lines()) - 1} 行"


def test_two_swapped_lines_name_the_line_that_is_out_of_place(copy: Copy) -> None:
    lines = copy.lines()
    assert len({whose(line) for line in lines[1:3]}) == 2
    copy.put_lines([lines[0], lines[2], lines[1], *lines[3:]])
    assert copy.faults() == [f"{EVENTS} 第 3 行：{whose(lines[1])}不在应有的位置：行的次序不对"]


def test_two_swapped_lines_of_one_letter_are_found_too(copy: Copy) -> None:
    lines = copy.lines()
    first, second = [n for n, line in enumerate(lines) if json.loads(line)["letter"] == "accused"][1:]
    lines[first], lines[second] = lines[second], lines[first]
    copy.put_lines(lines)
    assert copy.faults()[0].startswith(f"{EVENTS} 第 {first + 2} 行：")


def test_with_the_manifest_made_anew_both_the_manifest_and_the_line_are_named(copy: Copy) -> None:
    lines = copy.lines()
    copy.put_lines([lines[0], lines[2], lines[1], *lines[3:]])
    copy.remake_manifest()
    found = copy.faults()
    assert found[0] == f"{MANIFEST}：签名不符：清单被改动过，或者不是由本单位签发"
    assert found[1] == f"{EVENTS} 第 3 行：{whose(lines[1])}不在应有的位置：行的次序不对"
    copy.put_lines(lines[1:])
    copy.remake_manifest()
    found = copy.faults()
    assert found[0].startswith(f"{MANIFEST}：签名不符")
    assert any("来信 accused 缺第 1 条记录" in each for each in found)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda line: b'{"letter":"x",' + line[1:], "不是有效的 JSON：letter 出现两次"),
        (lambda line: line.replace(b'"schema":1', b'"schema": 1'), "不是规范书写的 JSON"),
        (lambda line: line.replace(b'"schema":1', b'"schema":1e0'), "的格式版本不认识"),
        (lambda line: line.replace(b'"schema":1', b'"schema":NaN'), "的格式版本不认识"),
        (lambda line: line.replace(b'"schema":1', b'"schema":true'), "的格式版本不认识"),
        (lambda line: line.replace(b'"facts":{', b'"facts":{"a":NaN,'), "含有无法规范书写的值"),
        (lambda line: line.replace(b'"facts":{', b'"facts":{"a":1e999,'), "含有无法规范书写的值"),
        (lambda line: line.replace(b'"facts":{', b'"facts":{"a":' + b"9" * 16 + b","), "含有无法规范书写的值"),
        (lambda line: line.replace(b'"facts":{', b'"facts":{"a":' + b"9" * 9999 + b","), "不是"),
        (lambda line: line.replace(b'"facts":{', b'"facts":{"a":"\\ud800",'), "含有无法规范书写的值"),
        (lambda line: line.replace(b'"facts":{', b'"facts":{"a":-0,'), "不是规范书写的 JSON"),
        (lambda line: line.replace(b'"sequence":', b'"sequence":-'), "缺少必要的字段"),
        (lambda line: b"\xef\xbb\xbf" + line, "不是有效的 JSON"),
        (lambda line: b"\xff" + line, "不是有效的 JSON"),
        (lambda _: b"\n", "不是有效的 JSON"),
        (lambda _: b"[" * 100_000 + b"\n", "不是有效的 JSON"),
        (lambda _: b"[]\n", "不是一个 JSON 对象"),
        (lambda _: b"{}\n", "缺少必要的字段"),
        (lambda _: b" " * 2_000_000 + b"\n", "行不完整或过长"),
    ],
)
def test_a_line_that_two_readers_could_understand_differently_is_named(
    copy: Copy, change: Callable[[bytes], bytes], why: str
) -> None:
    lines = copy.lines()
    copy.put_lines([lines[0], change(lines[1]), *lines[2:]])
    first = copy.faults()[0]
    assert first.startswith(f"{EVENTS} 第 2 行：")
    assert why in first


def test_a_letters_name_cannot_write_a_message_of_its_own(copy: Copy) -> None:
    """Neither by a line feed nor by the signs that move a terminal's cursor."""
    lines = copy.lines()
    evil = rehashed(lines[1], letter="x\nOK 台账完好\x1b[2K\u202e", sequence=3)
    copy.put_lines([lines[0], evil, *lines[2:]])
    code, said = copy.checked()
    assert code == 1
    assert not [line for line in said if line.startswith("OK") or "\x1b" in line or "\u202e" in line]


# files


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda data: data + b"\0", "压缩文件之后还有别的内容"),
        (lambda data: data + gzip.compress(b""), "压缩文件之后还有别的内容"),
        (lambda data: data + packed(b"{}\n"), "压缩文件之后还有别的内容"),
        (lambda data: data[:4] + b"\x01" + data[5:], "压缩文件的头部被改动过"),
        (lambda data: data[:9] + b"\x03" + data[10:], "压缩文件的头部被改动过"),
        (lambda data: gzip.compress(gzip.decompress(data)), "压缩文件的头部被改动过"),
        (lambda data: data[:-1], "之后无法解压"),
        (lambda data: data[:-8] + bytes([data[-8] ^ 1]) + data[-7:], "之后无法解压"),
        (lambda _: b"", "第 0 行之后无法解压"),
        (gzip.decompress, "第 0 行之后无法解压"),
        (respelled, "压缩文件的 SHA-256 与清单不符（其中的记录与清单相符）"),
    ],
)
def test_what_is_changed_around_the_records_is_named(copy: Copy, change: Callable[[bytes], bytes], why: str) -> None:
    copy.put(EVENTS, change(copy.get(EVENTS)))
    (found,) = copy.faults()
    assert found.startswith(f"{EVENTS}：")
    assert why in found


def test_records_spread_over_two_compressed_members_are_refused(copy: Copy) -> None:
    """Some programs read the first alone, some read both."""
    lines = copy.lines()
    copy.put(EVENTS, packed(b"".join(lines[:2])) + packed(b"".join(lines[2:])))
    assert copy.faults()[0].startswith(f"{EVENTS}：有 2 行，清单写的是 {len(lines)} 行")


def test_a_file_that_unpacks_without_end_is_given_up(copy: Copy) -> None:
    copy.put(EVENTS, packed(b"".join(copy.lines()) + b"\n" * 50_000_000))
    assert copy.faults()[0].startswith(f"{EVENTS}：多于清单所写的")


def test_a_missing_day_is_named(copy: Copy) -> None:
    copy.remove(DAY)
    assert copy.faults()[0] == f"{DAY}：缺少这一天的台账"


def test_the_newest_day_is_missed_only_by_a_report_that_was_made_from_it(copy: Copy) -> None:
    copy.remove(NEWEST)
    assert copy.faults() == [f"{WEEK}/manifest.json：报表所依据的 day=2026-11-23 不在台账中：台账缺了这一部分"]
    copy.remove("reports")
    code, said = copy.checked()
    assert code == 0
    assert "2026-11-11 至 2026-11-22" in said[1]
    assert "② 最后一天之后没有缺少——请与日历对照；" in said


def test_a_day_whose_manifest_was_removed_is_named_even_where_it_is_the_newest(copy: Copy) -> None:
    copy.remove(f"{NEWEST}/manifest.json")
    code, said = copy.checked()
    assert code == 1  # the report says that it was closed
    assert said[0] == f"注意：{NEWEST}：尚未结账（没有签名的清单），未核对，不可采信"
    copy.remove("ledger/day=2026-11-22/manifest.json")
    assert copy.faults()[0] == "ledger/day=2026-11-22/manifest.json：文件缺失，或者不是一个文件"


def test_a_day_copied_over_another_is_named(copy: Copy) -> None:
    copy.copy(DAY, NEXT)
    assert copy.faults()[0] == f"{NEXT}/manifest.json：清单写的是 day=2026-11-18，与所在文件夹不符"


def test_the_records_of_a_day_copied_over_another_are_named(copy: Copy) -> None:
    copy.put(f"{NEXT}/events.jsonl.gz", copy.get(EVENTS))
    first = copy.faults()[0]
    assert first == f"{NEXT}/events.jsonl.gz 第 1 行：{whose(copy.lines()[0])}重复出现"


@pytest.mark.parametrize("name", ["day=2026-11-24 copy", "day=20261124", "day=2026-W48-1", "day=2026-13-01", "day="])
def test_a_folder_that_is_no_day_is_named(copy: Copy, name: str) -> None:
    copy.copy(DAY, f"ledger/{name}")
    assert any(each.startswith(f"ledger/{name}：文件夹的名称不是日期") for each in copy.faults())


def test_a_missing_import_is_named_by_the_first_day_that_names_it_and_by_the_reports_made_from_it(copy: Copy) -> None:
    copy.remove(IMPORT)
    found = copy.faults()
    assert found[0] == f"{FIRST_DAY}：所列的 import=old 不在台账中：缺了这批导入"
    assert f"{WEEK}/manifest.json：报表所依据的 import=old 不在台账中：台账缺了这一部分" in found
    copy.remove("reports")
    assert copy.faults() == found[:1]


def test_an_import_that_was_written_anew_even_with_the_key_is_named(copy: Copy) -> None:
    """The days say which manifest it had."""
    copy.remove("reports")
    copy.say_signed(f"{IMPORT}/manifest.json", extra=1)
    assert copy.faults() == [f"{FIRST_DAY}：所列的 import=old 与台账中的不是同一份"]


def test_an_import_that_came_after_the_last_day_was_closed_is_noted_until_a_day_names_it(copy: Copy) -> None:
    new = Chain("NEW1")
    new.add(datetime(2018, 3, 1, tzinfo=UTC), datetime(2026, 11, 24, tzinfo=UTC), move="receive", centre="centre")
    events = day_file.pack(new.events)
    copy.put("ledger/import=new/events.jsonl.gz", events)
    copy.put("ledger/import=new/manifest.json", signed(day_file.import_fields("new", events)))
    code, said = copy.checked()
    assert code == 0
    assert said[:2] == [
        "注意：ledger/import=new：是 2026-11-23 结账之后导入的，还没有哪一天的清单列出它",
        "Note: ledger/import=new: came after 2026-11-23 was closed: no day names it yet",
    ]
    assert "③ 2026-11-23 结账之后没有缺少导入批次——请与导入记录对照: new, old" in said
    copy.remove("reports")  # they name manifests as they were
    copy.rechain()
    assert copy.checked()[1][0].startswith("OK 台账完好")
    copy.remove("ledger/import=new")
    assert copy.faults() == [f"{FIRST_DAY}：所列的 import=new 不在台账中：缺了这批导入"]


def test_a_day_that_no_longer_names_an_import_is_named_even_where_everything_is_signed_anew(copy: Copy) -> None:
    copy.remove("reports")
    copy.rechain(day_20=[])
    dropped = "ledger/day=2026-11-20/manifest.json：没有列出前面的日子已经列出的 import=old，或者列的不是同一份"
    assert copy.faults() == [dropped]
    copy.rechain(day_20=[{"name": "import=old", "manifest_sha256": "0" * 64}])
    assert copy.faults() == [dropped]
    copy.remove(IMPORT)
    assert copy.faults()[0].startswith(f"{FIRST_DAY}：所列的 import=old 不在台账中")


@pytest.mark.parametrize(
    "said",
    [
        None,
        {},
        "import=old",
        ["import=old"],
        [{}],
        [{"name": "import=old", "manifest_sha256": 7}],
        [{"name": ["import=old"], "manifest_sha256": "0" * 64}],
        [{"name": "day=2026-11-17", "manifest_sha256": "0" * 64}],
        [{"name": name, "manifest_sha256": "0" * 64} for name in ("import=old", "import=a")],
        [{"name": "import=old", "manifest_sha256": "0" * 64}] * 2,
    ],
)
def test_a_list_of_imports_that_is_none_is_named(copy: Copy, said: object) -> None:
    copy.remove("reports")
    copy.rechain(day_18=said)
    assert copy.faults() == [f"{MANIFEST}：所列的导入批次不合规"]


def test_a_ledger_whose_manifests_lack_what_was_not_said_before_is_good(copy: Copy) -> None:
    """Files of older versions never change, and nothing is wrong with them."""
    copy.remove("reports")
    copy.rechain(without={"packed_sha256", "imports"})
    assert not {"packed_sha256", "imports"} & set(copy.manifest())
    code, said = copy.checked()
    assert code == 0
    assert said[0].startswith("OK")  # and no note: they could not name the import
    assert "③ 没有缺少导入批次——请与导入记录对照: old" in said
    copy.remove(IMPORT)
    assert copy.checked()[0] == 0  # nothing refers to it: that is why days name imports now


def test_what_older_days_do_not_say_newer_ones_do(copy: Copy) -> None:
    """The days closed before and after an update are one ledger."""
    copy.remove("reports")
    before = {f"{day:02d}": copy.manifest(f"ledger/day=2026-11-{day}/manifest.json") for day in range(11, 18)}
    for day, manifest in before.items():
        del manifest["imports"], manifest["packed_sha256"]
        copy.put(f"ledger/day=2026-11-{day}/manifest.json", canonical(manifest))
    copy.rechain()
    assert copy.checked()[0] == 0
    copy.remove(IMPORT)
    assert copy.faults() == [f"{MANIFEST}：所列的 import=old 不在台账中：缺了这批导入"]


def test_an_added_import_is_named(copy: Copy) -> None:
    copy.copy(IMPORT, "ledger/import=new")
    assert copy.faults()[0] == "ledger/import=new/manifest.json：清单写的是 import=old，与所在文件夹不符"
    copy.say("ledger/import=new/manifest.json", name="import=new")
    assert copy.faults()[0].startswith("ledger/import=new/manifest.json：签名不符")
    copy.remove("ledger/import=new/manifest.json")
    assert copy.faults()[0].startswith("ledger/import=new/manifest.json：文件缺失")


@pytest.mark.parametrize(
    "name",
    [
        "ledger/json.py",
        "ledger/notes/x",
        f"{DAY}/events.jsonl",
        f"{DAY}/part/x",
        f"{WEEK}/extra.csv",
        "reports/odd/x/y",
    ],
)
def test_what_no_manifest_names_is_named(copy: Copy, name: str) -> None:
    """Another program might read it: SELECT ... FROM 'ledger/*/*.gz'."""
    copy.put(name, b"{}")
    (found,) = copy.faults()
    assert name.startswith(found.split("：")[0])
    assert "不应在此" in found


def test_what_a_file_manager_leaves_behind_is_only_noted(copy: Copy) -> None:
    copy.put(f"{DAY}/.DS_Store", b"")
    code, said = copy.checked()
    assert code == 0
    assert said[0].startswith(f"注意：{DAY}/.DS_Store")


@pytest.mark.parametrize("name", [EVENTS, MANIFEST, f"{WEEK}/report.html", "ledger/public_key.pem", DAY, WEEK])
def test_a_link_is_no_file(copy: Copy, tmp_path: Path, name: str) -> None:
    path = copy.root / name
    moved = tmp_path / "elsewhere"
    path.rename(moved)
    path.symlink_to(moved)
    assert any(each.startswith(name) for each in copy.faults())


def test_what_is_no_file_at_all_is_named_and_not_waited_for(copy: Copy) -> None:
    copy.remove(EVENTS)
    os.mkfifo(copy.root / EVENTS)
    assert copy.faults()[0].startswith(f"{EVENTS}：文件缺失，或者不是一个文件")


# manifests and keys


@pytest.mark.parametrize(
    "changes",
    [{"count": 0}, {"sha256": "0" * 64}, {"previous": None}, {"stragglers": 9}, {"extra": 1}, {"day": "2026-11-19"}],
)
def test_a_manifest_that_says_something_else_is_named(copy: Copy, changes: dict[str, object]) -> None:
    copy.say(**changes)
    assert copy.faults()[0].startswith(f"{MANIFEST}：签名不符")


@pytest.mark.parametrize("signature", [None, "", "AAAA", "~", 7, ["x"]])
def test_a_manifest_without_its_signature_is_named(copy: Copy, signature: object) -> None:
    copy.say(signature=signature)
    assert copy.faults()[0].startswith(f"{MANIFEST}：签名")
    fields = copy.manifest()
    del fields["signature"]
    copy.put(MANIFEST, canonical(fields))
    assert copy.faults()[0] == f"{MANIFEST}：签名缺失或无法读取"


def test_a_signature_in_another_spelling_is_refused(copy: Copy) -> None:
    """base64 has unused bits: the same signature, another file. Nobody would miss it in the newest day."""
    manifest = f"{NEWEST}/manifest.json"
    signature = copy.manifest(manifest)["signature"]
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    last = letters[letters.index(signature[-3]) ^ 1]
    copy.say(manifest, signature=f"{signature[:-3]}{last}==")
    assert f"{manifest}：签名缺失或无法读取" in copy.faults()


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data + b"\n",
        lambda data: b"\xef\xbb\xbf" + data,
        lambda data: data.replace(b'"count":', b'"count": '),
        lambda data: data.replace(b'"count":', b'"count":0,"count":'),
        lambda data: data.replace(b'"count":', b'"count":NaN,"c":'),
        lambda _: b"[" * 100_000,
        lambda _: b'{"a":' * 100_000,
        lambda _: b" " * (2**24 + 1),
        lambda _: b"",
    ],
)
@pytest.mark.parametrize("manifest", [MANIFEST, f"{WEEK}/manifest.json"])
def test_a_manifest_in_another_spelling_is_named(copy: Copy, manifest: str, change: Callable[[bytes], bytes]) -> None:
    copy.put(manifest, change(copy.get(manifest).replace(b'"first"', b'"count":1,"first"')))
    assert copy.faults()[0].startswith(f"{manifest}：")


def test_everything_signed_anew_by_a_forger_with_his_own_key_beside_it_fails_only_the_published_fingerprint(
    copy: Copy,
) -> None:
    """Nothing in the files can tell; that is what `--key` is for, and what the script says it cannot prove."""
    forger, real = FakeSigner("forger"), day_file.fingerprint(FakeSigner().public_key_pem())
    copy.remove("reports")
    copy.put("ledger/public_key.pem", forger.public_key_pem())
    assert copy.faults()[0].endswith("不是用 ledger/public_key.pem 这把公钥对应的密钥签名的")
    copy.rechain(forger)
    code, said = copy.checked()
    assert code == 0
    assert real not in "".join(said)
    assert "请与本单位公布的指纹对照" in said[3]
    (found,) = copy.faults("--key", real)
    assert found.startswith("ledger/public_key.pem：公钥指纹是")


def test_the_key_in_another_spelling_is_refused(copy: Copy) -> None:
    key = copy.get("ledger/public_key.pem")
    for other in (
        key + b"\n",
        key.replace(b"\n", b"\r\n"),
        key.replace(b"\n", b" ", 2),
        key[:-1],
        b"\xef\xbb\xbf" + key,
    ):
        copy.put("ledger/public_key.pem", other)
        assert copy.faults() == ["ledger/public_key.pem：不是可用的 RSA 公钥"]


def test_a_shape_from_the_future_is_refused(copy: Copy) -> None:
    copy.say_signed(f"{NEWEST}/manifest.json", schema=2)
    copy.say_signed(f"{WEEK}/manifest.json", schema=2)
    found = copy.faults()
    assert found[0] == f"{NEWEST}/manifest.json：清单的格式版本不认识，请下载新的 verify.py"
    assert f"{WEEK}/manifest.json：清单的格式版本不认识，请下载新的 verify.py" in found


# reports


@pytest.mark.parametrize("name", [name for name in FILES if name != "manifest.json"])
def test_a_report_file_that_was_exchanged_or_removed_is_named(copy: Copy, name: str) -> None:
    copy.put(f"{WEEK}/{name}", copy.get(f"{DAILY}/{name}"))
    assert copy.faults() == [f"{WEEK}/{name}：内容的 SHA-256 与报表清单不符"]
    copy.remove(f"{WEEK}/{name}")
    assert copy.faults() == [f"{WEEK}/{name}：文件缺失，或者不是一个文件"]


def test_a_report_without_its_manifest_is_not_passed_over(copy: Copy) -> None:
    copy.put(f"{WEEK}/report.html", b"better figures")
    copy.remove(f"{WEEK}/manifest.json")
    assert copy.faults() == [f"{WEEK}：没有签名的清单：报表尚未制作完成，或清单被删除；不可采信"]


def test_a_report_in_the_place_of_another_is_named(copy: Copy) -> None:
    copy.copy(WEEK, "reports/weekly/2026-W48")
    assert copy.faults() == ["reports/weekly/2026-W48/manifest.json：清单写的是 weekly/2026-W47，与所在文件夹不符"]


def test_every_file_that_a_manifest_names_is_checked_whatever_it_is_called(copy: Copy) -> None:
    manifest = f"{WEEK}/manifest.json"
    inputs = b'{"county":"x"}'
    copy.say_signed(
        manifest, files={**copy.manifest(manifest)["files"], "further.json": hashlib.sha256(inputs).hexdigest()}
    )
    assert f"{WEEK}/further.json：文件缺失，或者不是一个文件" in copy.faults()
    copy.put(f"{WEEK}/further.json", inputs)
    assert copy.checked()[0] == 0
    copy.put(f"{WEEK}/further.json", inputs + b" ")
    assert f"{WEEK}/further.json：内容的 SHA-256 与报表清单不符" in copy.faults()


@pytest.mark.parametrize(
    "name", ["../2026-11-20/x", "/etc/passwd", "a/b", "a\\b", "..", "", "manifest.json", "a\0b", "\ud800"]
)
def test_a_name_that_leads_out_of_the_folder_is_refused(copy: Copy, name: str) -> None:
    """Also were it signed: a manifest speaks of its own folder alone."""
    manifest = f"{WEEK}/manifest.json"
    with contextlib.suppress(ValueError):  # what cannot be written canonically cannot be signed either
        copy.say_signed(manifest, files={**copy.manifest(manifest)["files"], name: "0" * 64})
        assert any("清单中的文件名不合规" in each for each in copy.faults())


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ({"name": "day=2026-11-30", "manifest_sha256": "0" * 64}, "day=2026-11-30 不在台账中"),
        ({"name": "day=2026-11-18", "manifest_sha256": "0" * 64}, "day=2026-11-18 与台账中的不是同一份"),
        ({"name": ["day"]}, "不在台账中"),
        ({}, "不在台账中"),
        ("day=2026-11-18", "不在台账中"),
    ],
)
def test_a_report_from_another_ledger_is_named(copy: Copy, source: object, why: str) -> None:
    manifest = f"{WEEK}/manifest.json"
    copy.say_signed(manifest, ledger=[*copy.manifest(manifest)["ledger"], source])
    (found,) = copy.faults()
    assert found.startswith(f"{manifest}：报表所依据的")
    assert why in found


@pytest.mark.parametrize("changes", [{"files": {}}, {"files": None}, {"ledger": None}, {"ledger": {}}])
def test_a_report_that_names_nothing_is_named(copy: Copy, changes: dict[str, object]) -> None:
    copy.say_signed(f"{WEEK}/manifest.json", **changes)
    assert any(each.startswith(f"{WEEK}/manifest.json：清单没有列出") for each in copy.faults())


# the script


def test_a_module_laid_beside_the_script_is_not_run(copy: Copy) -> None:
    """Python looks for `json` beside the script first: a forger's json.py would say OK."""
    for module in ("json", "hashlib", "base64", "os"):
        copy.put(f"ledger/{module}.py", b"print('OK forged'); raise SystemExit(0)")
    run = [sys.executable, "-X", "utf8", str(copy.root / "ledger" / "verify.py")]
    done = subprocess.run(run, cwd=copy.root / "ledger", capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 1, done.stderr
    assert "forged" not in done.stdout
    assert "ledger/base64.py：不应在此" in done.stdout


def test_a_console_without_chinese_is_no_reason_to_fail(copy: Copy) -> None:
    run = [sys.executable, "-I", str(copy.root / "ledger" / "verify.py")]
    environment = {"PYTHONIOENCODING": "ascii", "PATH": os.environ["PATH"]}
    done = subprocess.run(run[:1] + run[2:], env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert b"OK the ledger is good" in done.stdout
    assert done.stderr == b""


def test_another_script_in_the_folder_is_noted(copy: Copy) -> None:
    copy.put("ledger/verify.py", b"print('OK')")
    code, said = copy.checked()
    assert code == 0
    assert said[0].startswith("注意：ledger/verify.py：与正在运行的脚本不同")


# anything at all


UNSIGNED = ("ledger/verify.py", "reports/schemas/")  # the script cannot prove itself; schemas explain and say no figure
CHECKED = sorted(key for key in bucket() if not key.startswith(UNSIGNED))
keys = st.sampled_from([key for key in CHECKED if key.startswith("ledger/")]) | st.sampled_from(CHECKED)
shared = settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@shared
@given(keys, st.data())
def test_no_flipped_bit_of_any_file_is_ever_called_good(copy: Copy, key: str, data: st.DataObject) -> None:
    good = bucket()[key]
    bit = data.draw(st.integers(0, len(good) * 8 - 1))
    changed = bytearray(good)
    changed[bit // 8] ^= 1 << bit % 8
    copy.put(key, bytes(changed))
    try:
        code, said = copy.checked()
        assert code == 1, (key, bit)
        assert any(line.startswith("FAULT") for line in said)
    finally:
        copy.put(key, good)


def test_a_bit_that_changes_nothing_of_the_records_is_not_called_good_either(copy: Copy) -> None:
    """A few bits of compressed files can be flipped so that the same records come out."""
    harmless = list(itertools.islice(flips_that_change_no_record(), 3))
    assert harmless
    for key, changed in harmless:
        copy.put(key, changed)
        assert copy.faults() == [f"{key}：压缩文件的 SHA-256 与清单不符（其中的记录与清单相符）"]
        copy.put(key, bucket()[key])


def flips_that_change_no_record() -> Iterator[tuple[str, bytes]]:
    for key in CHECKED:
        good = bucket()[key]
        for bit in range(80, len(good) * 8) if key.endswith(".gz") else ():
            changed = bytearray(good)
            changed[bit // 8] ^= 1 << bit % 8
            with contextlib.suppress(OSError, EOFError, zlib.error):
                if gzip.decompress(changed) == gzip.decompress(good):
                    yield key, bytes(changed)


@shared
@given(keys, st.data())
def test_no_shortened_or_lengthened_file_is_ever_called_good(copy: Copy, key: str, data: st.DataObject) -> None:
    good = bucket()[key]
    length = data.draw(st.integers(0, len(good) - 1))
    more = data.draw(st.binary(min_size=1, max_size=20))
    try:
        for changed in (good[:length], good + more, good[:length] + more + good[length:]):
            copy.put(key, changed)
            assert copy.checked()[0] == 1, (key, length)
    finally:
        copy.put(key, good)


@shared
@given(st.sampled_from([key for key in CHECKED if key.endswith(".gz")]), st.data())
def test_no_change_inside_an_events_file_is_ever_called_good(copy: Copy, key: str, data: st.DataObject) -> None:
    """Also with a manifest that fits, as far as one can without the key."""
    good = gzip.decompress(bucket()[key])
    place = data.draw(st.integers(0, len(good)))
    cut, put_in = data.draw(st.integers(0, 30)), data.draw(st.binary(max_size=30))
    changed = good[:place] + put_in + good[place + cut :]
    if changed == good:
        return
    manifest = key.replace("events.jsonl.gz", "manifest.json")
    try:
        copy.put(key, packed(changed))
        assert copy.checked()[0] == 1
        copy.remake_manifest(key)
        assert copy.checked()[0] == 1
    finally:
        copy.put(key, bucket()[key])
        copy.put(manifest, bucket()[manifest])
