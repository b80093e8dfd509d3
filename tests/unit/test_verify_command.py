"""`python -m infra verify` is the auditors' script: same words, same exit code."""

import subprocess
import sys
import tempfile
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import boto3
import pytest

from chalicelib.adapters.kms_signer import KmsSigner
from chalicelib.adapters.s3_reports import S3Reports
from chalicelib.domain.day_file import fingerprint
from infra.commands.verify import fetch
from infra.environment import ROOT
from infra.provision import Provisioned
from tests.fakes.files import FakeReports, FakeSigner
from tests.fakes.ledger import Chain, LedgerDirectory, local

DAY = date(2026, 11, 20)
SETTINGS = {
    "HUIYIN_COUNTY": "双峰县",
    "HUIYIN_RULEBOOK": "shuangfeng-2018",
    "HUIYIN_SITE_URL": "http://localhost",
    "HUIYIN_MAIL_FROM": "box@example.org",
    "HUIYIN_MAILER": "ses",
    "HUIYIN_TEXTS": "sns",
}


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-X", "utf8", "-m", "infra", "verify", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)


@pytest.fixture
def ledger(tmp_path: Path) -> LedgerDirectory:
    made = LedgerDirectory(tmp_path)
    made.close(DAY, [Chain("AAAA").add(local(DAY))])
    return made


def test_a_directory_is_checked(ledger: LedgerDirectory) -> None:
    good = _run(str(ledger.root))
    assert (good.returncode, good.stderr) == (0, "")
    assert "OK 台账完好：来信 1 封，记录 1 条" in good.stdout
    ledger.put_lines(DAY, [])
    bad = _run(str(ledger.root))
    assert (bad.returncode, bad.stderr) == (1, "")
    assert "events.jsonl.gz：有 0 行，清单写的是 1 行" in bad.stdout


def test_a_directory_signed_by_another_key_than_the_one_given_is_refused(ledger: LedgerDirectory) -> None:
    own = fingerprint(ledger.signer.public_key_pem())
    assert _run("--key", own, str(ledger.root)).returncode == 0
    other = _run("--key", fingerprint(FakeSigner("forger").public_key_pem()), str(ledger.root))
    assert other.returncode == 1
    assert f"公钥指纹是 {own}，与所给的不同" in other.stdout
    assert _run("--key", "abc", str(ledger.root)).returncode == 2


@pytest.fixture
def bucket(stack: Provisioned, dynamodb_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> S3Reports:
    """The bucket of the installation that the environment names."""
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    client = boto3.client("s3", endpoint_url=dynamodb_endpoint)
    return S3Reports(lambda: client, stack.reports_bucket, stack.site_bucket)


@pytest.fixture
def key(stack: Provisioned, dynamodb_endpoint: str) -> KmsSigner:
    """The key of that installation."""
    client = boto3.client("kms", endpoint_url=dynamodb_endpoint)
    return KmsSigner(lambda: client, stack.environment["HUIYIN_LEDGER_KEY"])


def _put(ledger: LedgerDirectory, bucket: S3Reports) -> None:
    for path in (ledger.root / "ledger").rglob("*.*"):
        if path.is_file():
            bucket.put_once(path.relative_to(ledger.root).as_posix(), path.read_bytes(), "application/octet-stream")


def test_without_a_directory_the_installations_files_are_fetched_and_must_be_signed_by_its_key(
    bucket: S3Reports, key: KmsSigner, tmp_path: Path
) -> None:
    ledger = LedgerDirectory(tmp_path, key)
    ledger.close(DAY, [Chain("AAAA").add(local(DAY))])
    _put(ledger, bucket)
    run = _run()
    assert "3 files fetched" in run.stdout, run.stderr
    assert run.returncode == 0
    assert "指纹与所给的相同" in run.stdout


def test_an_installations_files_signed_by_a_forger_are_refused(ledger: LedgerDirectory, bucket: S3Reports) -> None:
    """Whoever can write the bucket can sign everything anew with a key of his own and put it beside."""
    _put(ledger, bucket)
    run = _run()
    assert run.returncode == 1
    assert "与所给的不同" in run.stdout, run.stderr


@pytest.mark.parametrize(
    "name", ["ledger/../../escaped", "reports/weekly/../x", "ledger//x", "ledger/a\\b", "ledger/x/"]
)
def test_a_name_in_the_bucket_that_leads_elsewhere_is_refused(bucket: S3Reports, name: str) -> None:
    bucket.put_once(name, b"harmful", "text/plain")
    run = _run()
    assert run.returncode == 1
    assert "does not belong into the bucket" in run.stderr
    assert "Traceback" not in run.stderr
    assert not (Path(tempfile.gettempdir()) / "escaped").exists()


class Pieces(BytesIO):
    """A file that is too large to be read at once."""

    def read(self, size: int | None = -1, /) -> bytes:
        assert size is not None
        assert 0 < size <= 2**24
        return super().read(size)


class LargeFiles(FakeReports):
    """A bucket whose files can only be read piece by piece."""

    def get(self, key: str) -> bytes | None:
        raise AssertionError(f"{key} was read whole")

    def open(self, key: str) -> BinaryIO | None:
        return Pieces(self.files[key])


def test_files_are_fetched_piece_by_piece(tmp_path: Path) -> None:
    """A year's files do not fit into memory twice, and need not fit once."""
    reports, data = LargeFiles(), bytes(range(256)) * 2**17
    reports.put_once("ledger/day=2026-11-20/events.jsonl.gz", data, "application/gzip")
    reports.put_once("reports/folded/2026", b"a note of the office", "application/json")
    assert fetch(reports, tmp_path) == 1
    assert (tmp_path / "ledger/day=2026-11-20/events.jsonl.gz").read_bytes() == data
    assert not (tmp_path / "reports").exists()


def test_a_file_that_is_gone_when_it_is_fetched_is_left_to_the_check(tmp_path: Path) -> None:
    class Vanishing(FakeReports):
        def open(self, key: str) -> BinaryIO | None:
            del key
            return None

    reports = Vanishing()
    reports.put_once("ledger/public_key.pem", b"key", "text/plain")
    fetch(reports, tmp_path)
    assert not (tmp_path / "ledger/public_key.pem").exists()


def test_without_a_directory_and_an_installation_the_operator_is_told(tmp_path: Path) -> None:
    run = _run("--home", str(tmp_path))
    assert run.returncode == 1
    assert "Name a directory" in run.stderr
    assert "Traceback" not in run.stderr
