"""The operator's commands, typed in another process while a stand runs: what they bring in is there at once."""

import csv
import io
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.environment import EMULATOR_PYTHON, ROOT, without_aws
from tests.functional.test_operator_commands import NOTICE
from tests.stand_driver import CENTRE, CENTRE_TOO, Stand

pytestmark = [
    pytest.mark.emulator,
    pytest.mark.skipif(not EMULATOR_PYTHON.exists(), reason="no .venv-emulator; run: make emulator-env"),
]
NEW, ANSWERED = 60, 15
SLOWEST = 10.0
"""Letters a second that an import must reach beside other tests; alone it does ten times that."""


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    """A stand at 10:00 on Friday 20 November 2026, whose clock goes on from there."""
    running = Stand(tmp_path_factory.mktemp("stand")).start()
    try:
        running.set_clock("2026-11-20T10:00+08:00")
        yield running
    finally:
        running.end()


def typed(stand: Stand, *words: str) -> str:
    """What a command that must succeed prints."""
    command = [sys.executable, "-m", "infra", *words, "--home", str(stand.home)]
    done = subprocess.run(command, cwd=ROOT, env=without_aws(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def letters(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """60 new letters, the last number twice, and 15 answered ones, half of them too late."""
    path = tmp_path_factory.mktemp("files") / "letters.csv"
    paper = io.StringIO()
    writer = csv.writer(paper)
    writer.writerow(["source_number", "subject", "body", "written_at", "writer", "answer", "answered_at"])
    for number in [*range(NEW), NEW - 1]:
        writer.writerow([number, f"第{number}封信", "路灯坏了，\n请修。", "2015-03-02 08:00:00", "欧阳测试名", "", ""])
    for number in range(ANSWERED):
        answered = f"2015-03-{4 + number % 2:02d} 12:00:00"
        writer.writerow([f"A{number}", "旧信", "路灯坏了", "2015-03-02 08:00:00", "欧阳测试名", "已修好", answered])
    path.write_text(paper.getvalue(), encoding="gb18030")
    return path


@pytest.fixture(scope="module")
def imported(stand: Stand, letters: Path) -> str:
    """What the import printed."""
    return typed(stand, "import-letters", str(letters), "--source", "问政平台", "--kind", "consultation")


def test_an_import_says_what_became_of_each_row(imported: str) -> None:
    assert f"imported: {NEW} new letters, {ANSWERED} answered ones as history; 0 were there" in imported
    assert "refused: number 59, line 122, source_number: stands in line 120 already" in imported


def test_an_import_is_quick_enough(imported: str) -> None:
    """Each letter is one transaction and one encryption; whatever else is asked for each row shows here."""
    rate = re.search(rf"{NEW + 1 + ANSWERED} of {NEW + 1 + ANSWERED} rows \((\d+) a second\)", imported)
    assert rate is not None
    assert float(rate.group(1)) > SLOWEST


def test_the_same_file_again_adds_nothing(stand: Stand, letters: Path, imported: str) -> None:
    again = typed(stand, "import-letters", str(letters), "--source", "问政平台", "--kind", "consultation")
    assert f"0 new letters, 0 answered ones as history; {NEW + ANSWERED} were there already; 1 refused" in again


def test_the_centre_finds_the_letters_on_its_desk_and_in_one_digest_each(stand: Stand, imported: str) -> None:
    stand.advance(hours=1)
    mails = stand.messages()
    assert sorted(mail["to"] for mail in mails) == [CENTRE, CENTRE_TOO]
    assert all(f"{NEW}封" in mail["subject"] for mail in mails)
    link = typed(stand, "new-link", CENTRE).strip()
    desk = stand.get("/desk", Authorization=f"Bearer {link.rpartition('#')[2]}")
    assert len(desk["letters"]) == NEW
    assert {letter["due_on"] for letter in desk["letters"]} == {"2026-11-24"}


def test_the_units_of_the_demo_county_are_good_and_there_already(stand: Stand) -> None:
    out = typed(stand, "import-units", str(ROOT / "infra" / "demo" / "units.csv"))
    assert re.fullmatch(r"loaded: 0 new, 0 changed, \d+ as before\n", out)


def test_the_ledger_verifies_with_its_days_and_the_import_beside_them(stand: Stand, imported: str) -> None:
    stand.advance(hours=17)  # past 02:30: the day is closed, reconcile has run
    said = typed(stand, "verify")
    assert f"来信 {NEW + ANSWERED} 封" in said
    assert "导入批次：1 个" in said
    found = stand.run_job("reconcile")
    assert found["letters_checked"] == NEW + ANSWERED
    assert not any(value for value in found.values() if isinstance(value, list))


def test_a_notice_loaded_from_outside_counts_on_the_running_stand(stand: Stand, tmp_path: Path) -> None:
    assert stand.get("/health")["calendar"]["certain_through"] == "2026-12-28"
    (tmp_path / "2027.toml").write_text(NOTICE, encoding="utf-8")
    assert "dates are certain through 2027-12-28" in typed(stand, "load-calendar", str(tmp_path / "2027.toml"))
    assert stand.get("/health")["calendar"]["certain_through"] == "2027-12-28"


def test_a_report_is_made_from_outside(stand: Stand, imported: str) -> None:
    stand.set_clock("2026-11-23T06:00+08:00")
    said = typed(stand, "report", "weekly", "--period", "2026-W47")
    assert "reports/weekly/2026-W47" in said
    assert "reports/weekly/2026-W47/manifest.json" in stand.objects()


def test_no_writers_name_is_in_anything_the_stand_printed_or_sent(stand: Stand, imported: str) -> None:
    assert "欧阳测试名" not in stand.output
    assert "欧阳测试名" not in str(stand.messages())
    assert "欧阳测试名" not in imported
