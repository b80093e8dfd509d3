"""The ledger an earlier version began is gone on with: one chain, one key, and reports over both."""

import json
from pathlib import Path

import pytest

from chalicelib import verify
from tests.versions.county import Updated


def test_the_days_after_the_update_chain_on_to_those_before(
    county: Updated, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {key: data for key, data in county.files.files.items() if key.startswith("ledger/day=")}
    county.send_letter()
    county.at("2026-11-24 01:00")
    county.run("sweep")
    county.run("close_day")
    assert {key: county.files.files[key] for key in before} == before
    for day in (20, 21, 22, 23):
        assert f"ledger/day=2026-11-{day}/manifest.json" in county.files.files
    assert verify.main([str(county.download(tmp_path))]) == 0, capsys.readouterr().out


def test_every_event_that_was_stored_stands_in_a_file_of_the_ledger(county: Updated) -> None:
    county.at("2026-11-21 01:00")
    county.run("close_day")
    assert county.run("reconcile").not_in_files == ()


def test_the_weeks_report_counts_letters_of_before_and_after(
    shuangfeng: Updated, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = {key: data for key, data in shuangfeng.files.files.items() if key.startswith("reports/weekly/2026-W46/")}
    assert old
    after = shuangfeng.send_letter()
    shuangfeng.at("2026-11-23 09:00")
    shuangfeng.run("close_day")
    shuangfeng.run("reports")
    report = json.loads(shuangfeng.files.files["reports/weekly/2026-W47/report.json"])
    told = {name: letter["told"] for name, letter in shuangfeng.dump.letters.items() if name != "about_roads"}
    week = {each["tracking_code"] for each in told.values() if each["received_at"] > "2026-11-16"}
    assert set(report["total"]["cells"]["received"]["letters"]) == {*week, after.code}
    assert {key: shuangfeng.files.files[key] for key in old} == old, "a report that was finished is never made again"
    assert verify.main([str(shuangfeng.download(tmp_path))]) == 0, capsys.readouterr().out


def test_public_figures_are_made_of_old_and_new_days(shuangfeng: Updated) -> None:
    shuangfeng.at("2026-11-21 01:00")
    shuangfeng.run("close_day")
    shuangfeng.run("publish")
    assert json.loads(shuangfeng.files.files["site/data/statistics.json"])
