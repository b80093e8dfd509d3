"""`python -m infra verify` is the auditors' script: same words, same exit code."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import boto3
import pytest

from chalicelib.adapters.s3_reports import S3Reports
from infra.environment import ROOT
from infra.provision import Provisioned
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


def test_without_a_directory_the_installations_files_are_fetched(
    ledger: LedgerDirectory, stack: Provisioned, dynamodb_endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    bucket = S3Reports(
        lambda: boto3.client("s3", endpoint_url=dynamodb_endpoint), stack.reports_bucket, stack.site_bucket
    )
    for path in (ledger.root / "ledger").rglob("*.*"):
        if path.is_file():
            bucket.put_once(path.relative_to(ledger.root).as_posix(), path.read_bytes(), "application/octet-stream")
    run = _run()
    assert "3 files fetched" in run.stdout, run.stderr
    assert run.returncode == 0


def test_without_a_directory_and_an_installation_the_operator_is_told(tmp_path: Path) -> None:
    run = _run("--home", str(tmp_path))
    assert run.returncode == 1
    assert "Name a directory" in run.stderr
    assert "Traceback" not in run.stderr
