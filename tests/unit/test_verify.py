"""verify.py passes a good ledger, and names the first bad thing in a bad one: file, line, letter, why.

The auditor has only this script and the files, so each way of tampering is tried: without the key, and with it.
"""

import hashlib
import json
import shutil
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from chalicelib import verify
from chalicelib.domain import day_file
from chalicelib.domain.ledger import canonical
from tests.fakes.files import FakeSigner
from tests.fakes.ledger import Chain, LedgerDirectory, local, rehashed

FIRST, EMPTY, THIRD, LAST = (date(2026, 11, day) for day in (20, 21, 22, 23))
DAY_1 = f"ledger/day={FIRST}/events.jsonl.gz"
DAY_3 = f"ledger/day={THIRD}/events.jsonl.gz"


@pytest.fixture
def ledger(tmp_path: Path) -> LedgerDirectory:
    """Four closed days, one of them empty; a straggler; an import; a report."""
    made = LedgerDirectory(tmp_path)
    a, b, old = Chain("AAAA"), Chain("BBBB"), Chain("OLD1")
    old.add(local(date(2019, 3, 1)), local(FIRST), move="import", note="旧信")
    made.close_import("batch-1", old.events)
    late = [a.add(local(FIRST, 9)), a.add(local(FIRST, 11)), a.add(local(THIRD, 9))][1]
    b.add(local(FIRST, 10), days=[1, 2], kind="咨询")
    b.add(local(LAST, 10))
    old.add(local(LAST, 12))
    made.close(FIRST, [a.events[0], b.events[0]])
    made.close(EMPTY)
    made.close(THIRD, [a.events[2], late])  # the straggler: it happened on the first day
    made.close(LAST, [b.events[1], old.events[1]])
    made.report("weekly/2026-W47", {"report.html": b"<html>", "report.json": b"{}"})
    return made


def verdict(root: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """The one line that names the fault."""
    assert verify.main([str(root)]) == 1
    (line,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("FAULT")]
    return line


def test_a_good_ledger_passes_and_its_extent_is_told(
    ledger: LedgerDirectory, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verify.main([str(ledger.root)]) == 0
    said = capsys.readouterr().out
    assert "来信 3 封，记录 7 条" in said
    assert "2026-11-20 至 2026-11-23，共 4 天；导入批次：1 个；报表：1 份" in said
    assert day_file.fingerprint(ledger.signer.public_key_pem()) in said


def test_the_script_runs_alone_from_the_ledger_folder(ledger: LedgerDirectory) -> None:
    """An auditor downloads the folder and runs the file in it: no package, no argument, any working directory."""
    copy = ledger.root / "ledger" / "verify.py"
    shutil.copy(verify.__file__, copy)
    run = [sys.executable, "-I", "-S", "-X", "utf8", str(copy)]
    assert subprocess.run(run, cwd="/", capture_output=True, check=False).returncode == 0
    (ledger.root / DAY_1).unlink()
    failed = subprocess.run(run, cwd="/", capture_output=True, check=False, text=True, encoding="utf-8")
    assert failed.returncode == 1
    assert DAY_1 in failed.stdout
    assert not failed.stderr


def test_every_single_changed_byte_of_a_line_is_found(
    ledger: LedgerDirectory, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = ledger.lines(FIRST)
    for position in range(0, len(lines[1]) - 1, 7):
        changed = bytearray(lines[1])
        changed[position] ^= 1
        ledger.put_lines(FIRST, [lines[0], bytes(changed)])
        assert f"{DAY_1} 第 2 行" in verdict(ledger.root, capsys)


def test_a_changed_fact_names_file_line_and_letter(ledger: LedgerDirectory, capsys: pytest.CaptureFixture[str]) -> None:
    lines = ledger.lines(FIRST)
    ledger.put_lines(FIRST, [lines[0], lines[1].replace("咨询".encode(), "投诉".encode())])
    said = verdict(ledger.root, capsys)
    assert f"{DAY_1} 第 2 行：来信 BBBB 的第 1 条记录与它自己的哈希值不符" in said


def test_a_removed_line_is_found(ledger: LedgerDirectory, capsys: pytest.CaptureFixture[str]) -> None:
    ledger.put_lines(FIRST, ledger.lines(FIRST)[1:])
    assert f"{DAY_1}：有 1 行，清单写的是 2 行" in verdict(ledger.root, capsys)


def test_a_removed_line_is_found_even_when_everything_is_signed_anew(
    ledger: LedgerDirectory, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever holds the key still cannot drop a step of a letter: its chain has a hole."""
    ledger.put_lines(THIRD, ledger.lines(THIRD)[1:])
    ledger.reseal(THIRD)
    assert f"{DAY_3} 第 1 行：来信 AAAA 缺第 2 条记录，却有第 3 条" in verdict(ledger.root, capsys)


def test_two_swapped_lines_are_found(ledger: LedgerDirectory, capsys: pytest.CaptureFixture[str]) -> None:
    ledger.put_lines(FIRST, ledger.lines(FIRST)[::-1])
    ledger.reseal(FIRST)
    said = verdict(ledger.root, capsys)
    assert f"{DAY_1} 第 2 行：来信 AAAA 的第 1 条记录不在应有的位置" in said


def test_a_line_that_stands_twice_is_found(ledger: LedgerDirectory, capsys: pytest.CaptureFixture[str]) -> None:
    ledger.put_lines(THIRD, [ledger.lines(FIRST)[0], *ledger.lines(THIRD)])
    ledger.reseal(THIRD)
    assert f"{DAY_3} 第 1 行：来信 AAAA 的第 1 条记录重复出现" in verdict(ledger.root, capsys)


def test_an_event_hashed_anew_breaks_the_chain_of_its_letter(
    ledger: LedgerDirectory, capsys: pytest.CaptureFixture[str]
) -> None:
    """A changed event with a fitting hash of its own, all manifests signed anew: the next event names the old hash."""
    first, second = ledger.lines(FIRST)
    ledger.put_lines(FIRST, [rehashed(first, move="decline"), second])
    ledger.reseal(FIRST)
    assert f"{DAY_3} 第 1 行：来信 AAAA 的第 2 条记录接不上第 1 条记录：链条断开" in verdict(ledger.root, capsys)


def test_the_newest_event_of_a_letter_cannot_be_exchanged_without_the_key(
    ledger: LedgerDirectory, capsys: pytest.CaptureFixture[str]
) -> None:
    """No later event names its hash yet; the file's own SHA-256 in the signed manifest does."""
    first, second = ledger.lines(LAST)
    ledger.put_lines(LAST, [rehashed(first, move="decline"), second])
    assert f"ledger/day={LAST}/events.jsonl.gz：内容的 SHA-256 与清单不符" in verdict(ledger.root, capsys)


def test_a_line_with_other_spacing_is_found(ledger: LedgerDirectory, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = ledger.lines(FIRST)
    ledger.put_lines(FIRST, [first, json.dumps(json.loads(second)).encode() + b"\n"])
    ledger.reseal(FIRST)
    assert f"{DAY_1} 第 2 行：来信 BBBB 的第 1 条记录不是规范书写的 JSON" in verdict(ledger.root, capsys)


def test_a_shape_it_does_not_know_is_refused(ledger: LedgerDirectory, capsys: pytest.CaptureFixture[str]) -> None:
    """A later version of the office's software may write what this script would read wrongly."""
    first, second = ledger.lines(FIRST)
    ledger.put_lines(FIRST, [first, rehashed(second, schema=2)])
    ledger.reseal(FIRST)
    assert f"{DAY_1} 第 2 行：来信 BBBB 的第 1 条记录的格式版本不认识" in verdict(ledger.root, capsys)
    ledger.sign_as(FIRST, schema=2)
    assert f"ledger/day={FIRST}/manifest.json：清单的格式版本不认识" in verdict(ledger.root, capsys)


def test_another_signature_scheme_is_refused(ledger: LedgerDirectory, capsys: pytest.CaptureFixture[str]) -> None:
    ledger.sign_as(FIRST, algorithm="none")
    assert f"ledger/day={FIRST}/manifest.json：签名算法不是 RSASSA" in verdict(ledger.root, capsys)


def test_an_early_event_that_stands_twice_is_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The third event stands in two files before the second, a straggler, comes."""
    chain = Chain("AAAA")
    one, two, three = (chain.add(local(FIRST, hour)) for hour in (9, 10, 11))
    ledger = LedgerDirectory(tmp_path)
    ledger.close(FIRST, [one, three])
    ledger.close(EMPTY, [three])
    ledger.close(THIRD, [two])
    said = verdict(tmp_path, capsys)
    assert f"ledger/day={EMPTY}/events.jsonl.gz 第 1 行：来信 AAAA 的第 3 条记录重复出现" in said


def test_a_first_event_that_names_one_before_it_is_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    chain = Chain("AAAA")
    chain.add(local(FIRST))
    chain.events[0] = Chain("BBBB").add(local(FIRST))
    cut = Chain("CCCC")
    cut.events = [chain.events[0]]
    cut.add(local(FIRST))
    ledger = LedgerDirectory(tmp_path)
    ledger.close(FIRST, [cut.events[1]])
    assert "来信 CCCC 缺第 1 条记录" in verdict(ledger.root, capsys)


def test_a_missing_day_is_found(ledger: LedgerDirectory, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(ledger.root / f"ledger/day={EMPTY}")
    assert f"ledger/day={EMPTY}：缺少这一天的台账" in verdict(ledger.root, capsys)


def test_a_missing_manifest_between_closed_days_is_found(
    ledger: LedgerDirectory, capsys: pytest.CaptureFixture[str]
) -> None:
    (ledger.root / f"ledger/day={EMPTY}/manifest.json").unlink()
    assert f"ledger/day={EMPTY}/manifest.json：文件缺失" in verdict(ledger.root, capsys)


def test_days_cut_off_at_the_beginning_are_found(ledger: LedgerDirectory, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(ledger.root / f"ledger/day={FIRST}")
    assert f"ledger/day={EMPTY}/manifest.json：接不上前一天的清单" in verdict(ledger.root, capsys)


def test_a_day_replaced_by_another_signed_one_is_found(
    ledger: LedgerDirectory, capsys: pytest.CaptureFixture[str]
) -> None:
    """A properly signed manifest in the place of another: the next day's names the old one's hash."""
    extra = Chain("DDDD").add(local(EMPTY))
    packed = day_file.pack([extra])
    ledger.put(f"ledger/day={EMPTY}/events.jsonl.gz", packed)
    first = (ledger.root / f"ledger/day={FIRST}/manifest.json").read_bytes()
    imports = day_file.imports_named(first)
    fields = day_file.day_fields(EMPTY, packed, first, imports, local(EMPTY).tzinfo)  # type: ignore[arg-type]
    signed = day_file.signed(fields, ledger.signer.public_key_pem(), ledger.signer.sign)
    ledger.put(f"ledger/day={EMPTY}/manifest.json", signed)
    assert f"ledger/day={THIRD}/manifest.json：接不上前一天的清单" in verdict(ledger.root, capsys)


def test_a_manifest_moved_to_another_day_is_found(ledger: LedgerDirectory, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.move(ledger.root / f"ledger/day={LAST}", ledger.root / f"ledger/day={LAST + timedelta(days=1)}")
    shutil.copytree(ledger.root / f"ledger/day={THIRD}", ledger.root / f"ledger/day={LAST}")
    assert f"ledger/day={LAST}/manifest.json：清单写的是 day={THIRD}" in verdict(ledger.root, capsys)


def test_a_manifest_hashed_anew_but_not_signed_is_found(
    ledger: LedgerDirectory, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = ledger.lines(LAST)[:1]
    ledger.put_lines(LAST, lines)
    ledger.forge_manifest(LAST, count=1, sha256=hashlib.sha256(b"".join(lines)).hexdigest())
    assert f"ledger/day={LAST}/manifest.json：签名不符" in verdict(ledger.root, capsys)


def test_a_manifest_signed_with_another_key_is_found(
    ledger: LedgerDirectory, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger.reseal(THIRD, FakeSigner("forger"))
    assert f"ledger/day={THIRD}/manifest.json：不是用 ledger/public_key.pem" in verdict(ledger.root, capsys)
    key = day_file.fingerprint(ledger.signer.public_key_pem())
    ledger.forge_manifest(THIRD, key=key)  # and claiming the right one does not help
    assert f"ledger/day={THIRD}/manifest.json：签名不符" in verdict(ledger.root, capsys)


@pytest.mark.parametrize("signature", ["", "AAAA", "not base64!", None, 7])
def test_a_signature_that_is_none_is_found(
    ledger: LedgerDirectory, capsys: pytest.CaptureFixture[str], signature: object
) -> None:
    ledger.forge_manifest(FIRST, signature=signature)
    assert f"ledger/day={FIRST}/manifest.json：签名" in verdict(ledger.root, capsys)


def test_a_manifest_with_other_spacing_is_found(ledger: LedgerDirectory, capsys: pytest.CaptureFixture[str]) -> None:
    """The chain is over exact bytes; a manifest has one spelling only."""
    ledger.put(f"ledger/day={LAST}/manifest.json", json.dumps(ledger.manifest(LAST)).encode())
    assert f"ledger/day={LAST}/manifest.json：不是规范书写的 JSON" in verdict(ledger.root, capsys)


def test_an_event_with_a_name_twice_is_found(ledger: LedgerDirectory, capsys: pytest.CaptureFixture[str]) -> None:
    lines = ledger.lines(FIRST)
    ledger.put_lines(FIRST, [b'{"letter":"ZZZZ",' + lines[0][1:], lines[1]])
    assert f"{DAY_1} 第 1 行：不是有效的 JSON" in verdict(ledger.root, capsys)


@pytest.mark.parametrize("damage", ["cut", "noise", "none"])
def test_a_damaged_file_is_named(ledger: LedgerDirectory, capsys: pytest.CaptureFixture[str], damage: str) -> None:
    path = ledger.root / DAY_1
    data = path.read_bytes()
    path.write_bytes({"cut": data[:-9], "noise": data[:30] + b"\xff" * 9 + data[39:], "none": b""}[damage])
    assert DAY_1 in verdict(ledger.root, capsys)


@pytest.mark.parametrize("junk", [b"[]", b"\xff", b"[" * 100_000, b'{"schema":1e999}', b'{"a":"\\ud800"}', b""])
def test_junk_for_a_manifest_is_a_fault_and_no_crash(
    ledger: LedgerDirectory, capsys: pytest.CaptureFixture[str], junk: bytes
) -> None:
    ledger.put(f"ledger/day={FIRST}/manifest.json", junk)
    assert f"ledger/day={FIRST}/manifest.json：" in verdict(ledger.root, capsys)


def test_a_report_file_that_was_changed_is_named(ledger: LedgerDirectory, capsys: pytest.CaptureFixture[str]) -> None:
    ledger.put("reports/weekly/2026-W47/report.html", b"<html> ")
    assert "reports/weekly/2026-W47/report.html：内容的 SHA-256 与报表清单不符" in verdict(ledger.root, capsys)


def test_a_report_manifest_that_was_changed_is_named(
    ledger: LedgerDirectory, capsys: pytest.CaptureFixture[str]
) -> None:
    path = ledger.root / "reports/weekly/2026-W47/manifest.json"
    said = json.loads(path.read_bytes())
    said["files"]["report.html"] = hashlib.sha256(b"other").hexdigest()
    path.write_bytes(canonical(said))
    assert "reports/weekly/2026-W47/manifest.json：签名不符" in verdict(ledger.root, capsys)


def test_a_report_made_from_another_ledger_is_named(
    ledger: LedgerDirectory, capsys: pytest.CaptureFixture[str]
) -> None:
    """Even if whoever holds the key writes the days anew, the report still names the old ones."""
    ledger.put_lines(LAST, ledger.lines(LAST)[:1])
    ledger.reseal(LAST)
    said = verdict(ledger.root, capsys)
    assert f"reports/weekly/2026-W47/manifest.json：报表所依据的 day={LAST} 与台账中的不是同一份" in said


def test_a_day_that_is_only_half_written_yet_is_no_fault(
    ledger: LedgerDirectory, capsys: pytest.CaptureFixture[str]
) -> None:
    """Downloaded between a closing's two files: the day is not closed, and said to be unchecked."""
    ledger.put(f"ledger/day={LAST + timedelta(days=1)}/events.jsonl.gz", day_file.pack([]))
    assert verify.main([str(ledger.root)]) == 0
    assert "注意：ledger/day=2026-11-24：尚未结账" in capsys.readouterr().out


def test_an_empty_folder_is_not_called_good(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "public_key.pem：文件缺失" in verdict(tmp_path, capsys)
    LedgerDirectory(tmp_path)
    assert "没有可核对的内容" in verdict(tmp_path, capsys)


def test_the_ledger_folder_itself_may_be_named(ledger: LedgerDirectory) -> None:
    assert verify.main([str(ledger.root / "ledger")]) == 0


@pytest.mark.parametrize(("arguments", "code"), [(["-h"], 0), (["--help"], 0), (["a", "b"], 2), (["--strict"], 2)])
def test_wrong_usage_shows_the_help(arguments: list[str], code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify.main(arguments) == code
    assert "python verify.py" in capsys.readouterr().out
