"""The main job, driven through the stand over HTTP alone: a letter's whole way, and the week's report."""

import csv
import gzip
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from infra.environment import EMULATOR_PYTHON
from tests.stand_driver import CENTRE, HANDLER, UNIT, WRITER, WRITER_PHONE, Sent, Stand, clock_of

pytestmark = [
    pytest.mark.emulator,
    pytest.mark.skipif(not EMULATOR_PYTHON.exists(), reason="no .venv-emulator; run: make emulator-env"),
]
ANSWER = "已安排检修，本周五前恢复照明。"
REPORT_FILES = {"inputs.json", "report.html", "report.xlsx", "letters.csv", "report.json", "manifest.json"}


@dataclass(frozen=True)
class Week:
    """What a week on the stand left behind."""

    stand: Stand
    letter: Sent
    refused_too_early: Any
    extended: Any
    answered: Any
    rated: Any
    made: list[str]
    files: dict[str, bytes]


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Week]:
    """A consultation of Friday 2026-11-20, worked through to a rating; then the week ends and is reported."""
    stand = Stand(tmp_path_factory.mktemp("stand")).start()
    try:
        yield _worked(stand)
    finally:
        stand.end()


def _worked(stand: Stand) -> Week:
    stand.set_clock("2026-11-20T10:00+08:00")
    letter = stand.write()
    stand.make(CENTRE, letter, "accept")
    stand.make(CENTRE, letter, "assign", {"units": [UNIT], "note": "请尽快核实"})
    request = {"reason": "要更换电缆，需采购", "working_days": 5}
    too_early = stand.try_to(HANDLER, letter, "request_extension", request)
    stand.make(HANDLER, letter, "contact_writer", {"note": "已电话联系来信人，说明需更换电缆"})
    stand.make(HANDLER, letter, "request_extension", request)
    extended = stand.make(CENTRE, letter, "grant_extension")
    stand.advance(working_days=1)
    stand.make(HANDLER, letter, "answer", {"body": ANSWER, "channel": "web"})
    answered = stand.as_writer(letter)
    rate = f"/letters/{letter.code}/moves/rate"
    rated = stand.post(rate, {"score": 5, "comment": "很快"}, Query_Code=letter.query_code)
    stand.set_clock(
        "2026-11-30T00:30+08:00"
    )  # the first week's report is made on the way, the second's not before seven
    made = stand.run_job("reports")
    files = {key: stand.file(key) for key in stand.objects() if not key.startswith("site/")}
    return Week(stand, letter, too_early, extended, answered, rated, made, files)


def test_the_stand_is_healthy(week: Week) -> None:
    health = week.stand.get("/health")
    assert health["rulebook"] == "shuangfeng-2018"
    assert health["calendar"]["certain_through"] == "2026-12-28"
    assert health["last_sweep_at"]


def test_a_letter_of_friday_is_to_be_triaged_by_tuesday(week: Week) -> None:
    (triage,) = week.letter.receipt["clocks"]
    assert triage["name"] == "triage"
    assert triage["limit"] == {"number": 2, "counted_in": "working_days"}
    assert triage["due_on"] == "2026-11-24"
    counted = [day["date"] for day in triage["days"] if day["counted"]]
    assert counted == ["2026-11-23", "2026-11-24"]


def test_the_writer_is_contacted_before_more_time_is_asked_for(week: Week) -> None:
    assert week.refused_too_early.status == 403
    assert week.refused_too_early.json["reason"] == "contact_writer_first"
    assert clock_of(week.extended, "handle")["due_on"] == "2026-12-01"


def test_the_writer_sees_the_answer_and_every_step(week: Week) -> None:
    assert [each["body"] for each in week.answered["answers"]] == [ANSWER]
    moves = [each["move"] for each in week.answered["timeline"]]
    steps = ["receive", "accept", "assign", "contact_writer", "request_extension", "grant_extension", "answer"]
    assert moves == steps
    assert week.answered["number"] == "信箱〔2026〕0001号"
    assert clock_of(week.rated, "handle")["state"] == "met"
    assert "rate" not in [each if isinstance(each, str) else each["move"] for each in week.rated["moves"]]


def test_the_writer_is_told_by_mail_and_sms_with_the_tracking_code_alone(week: Week) -> None:
    mails = week.stand.messages(WRITER["email"])
    assert mails[0]["subject"].startswith("您的来信已收到")
    assert week.letter.code in mails[0]["subject"]
    assert any("已有答复" in mail["subject"] for mail in mails)
    assert not any(ANSWER in mail["text"] for mail in mails)
    (sms,) = week.stand.messages(WRITER_PHONE)
    assert sms["channel"] == "sms"
    assert week.letter.code in sms["text"]
    assert sms["links"] == []


def test_each_week_has_its_six_report_files(week: Week) -> None:
    """Made at their moment on the way, or by hand as soon as the week is over; so is the day's list (SF-5)."""
    assert set(week.made) == {"reports/weekly/2026-W48", "reports/daily/2026-11-29"}
    for folder in ("reports/weekly/2026-W47/", "reports/weekly/2026-W48/"):
        assert {key.removeprefix(folder) for key in week.files if key.startswith(folder)} == REPORT_FILES


def test_the_reports_figures_are_the_letters(week: Week) -> None:
    """One letter: received, accepted, assigned and extended in the week, not answered before its end."""
    report = json.loads(week.files["reports/weekly/2026-W47/report.json"])
    ((kind, cells),) = [(row["key"], row["cells"]) for row in report["by_kind"]]
    assert kind == "consultation"
    counts = {name: cells[name]["count"] for name in ("accepted", "assigned", "extensions", "answered", "late")}
    assert counts == {"accepted": 1, "assigned": 1, "extensions": 1, "answered": 0, "late": 0}
    rows = list(csv.DictReader(io.StringIO(week.files["reports/weekly/2026-W47/letters.csv"].decode("utf-8-sig"))))
    assert [row["tracking_code"] for row in rows] == [week.letter.code]
    assert [(row["unit"], row["due_on"], row["received_at"][:16]) for row in rows] == [
        (UNIT, "2026-12-01", "2026-11-20T10:00")
    ]


def test_reports_made_again_are_the_same_bytes(week: Week) -> None:
    week.stand.run_job("reports")
    again = {key: week.stand.file(key) for key in week.files}
    assert again == week.files


def test_the_downloaded_ledger_verifies_and_a_changed_one_does_not(week: Week, tmp_path: Path) -> None:
    for key, content in week.files.items():
        path = tmp_path / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    verify = [sys.executable, "-I", str(tmp_path / "ledger" / "verify.py")]
    good = subprocess.run(verify, capture_output=True, text=True, check=False)
    assert good.returncode == 0, good.stdout
    events = tmp_path / "ledger" / "day=2026-11-20" / "events.jsonl.gz"
    events.write_bytes(gzip.compress(gzip.decompress(events.read_bytes()).replace(b'"accept"', b'"return"')))
    assert subprocess.run(verify, capture_output=True, check=False).returncode == 1


def test_nothing_of_the_writer_is_in_the_output_or_in_any_file(week: Week) -> None:
    """Names, addresses, phones and query codes appear in no log line and no ledger or report file."""
    plain = b"".join(
        gzip.decompress(content) if key.endswith(".gz") else content for key, content in week.files.items()
    )
    logs = week.stand.output + (week.stand.home / "emulator" / "emulator.log").read_text(errors="replace")
    code = week.letter.query_code
    for secret in (*WRITER.values(), code, code.replace(" ", ""), "路平安", HANDLER, "很快"):
        assert secret not in logs
        assert secret.encode() not in plain
    assert week.letter.code.encode() in plain  # the search finds what is there


def test_every_desk_link_on_the_stand_page_opens_its_contacts_desk(week: Week) -> None:
    contacts = week.stand.get("/_stand/contacts")["contacts"]
    assert {role for each in contacts for role in each["roles"]} >= {
        "centre",
        "handler",
        "inspector",
        "leader",
        "auditor",
    }
    for contact in contacts[::7]:
        desk = week.stand.get("/desk", Authorization=f"Bearer {contact['desk'].partition('#')[2]}")
        assert desk["contact"]["name"] == contact["name"]
