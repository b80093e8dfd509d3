"""A finished report made again from downloaded files alone, on any machine: the same bytes."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from chalicelib.domain.periods import parse_period
from chalicelib.services.reports import make_report
from infra.cli import main
from tests.functional.test_reports import SUNDAY_NIGHT, comes_in_late
from tests.reporting import County, a_week

W47, W48 = parse_period("2026-W47"), parse_period("2026-W48")
FOLDER = "reports/weekly/2026-W48"
AGAIN = ["report", "weekly", "--period", "2026-W48", "--from"]
MADE = ["letters.csv", "report.html", "report.json", "report.xlsx"]
CHECKED = ["inputs.json", *MADE]


@pytest.fixture
def downloaded(tmp_path: Path) -> Path:
    """The bucket's files of two weeks, the second of which tells a correction of the first."""
    county = a_week()
    county.close_through(date(2026, 11, 22))
    make_report(county.office(), W47)
    comes_in_late(county, "late-one", SUNDAY_NIGHT, SUNDAY_NIGHT + timedelta(days=1))
    county.close_through(date(2026, 11, 29))
    make_report(county.office(), W48)
    [correction] = json.loads(county.reports.files[f"{FOLDER}/report.json"])["corrections"]
    assert correction["tracking_code"] == "late-one"
    return download(county, tmp_path / "download")


def download(county: County, folder: Path) -> Path:
    for key, data in county.reports.files.items():
        path = folder / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def test_it_is_the_same_bytes_and_says_so(downloaded: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*AGAIN, str(downloaded)]) == 0
    said = capsys.readouterr().out.splitlines()
    assert sorted(line.split() for line in said) == [["same", f"{FOLDER}/{name}"] for name in CHECKED]


def test_the_reports_before_are_not_needed(downloaded: Path) -> None:
    """Which files were new to this report is one of its inputs."""
    for path in (downloaded / W47.folder).iterdir():
        path.unlink()
    assert main([*AGAIN, str(downloaded)]) == 0


def test_what_was_made_is_kept_where_it_is_wanted(downloaded: Path, tmp_path: Path) -> None:
    assert main([*AGAIN, str(downloaded), "--to", str(tmp_path / "again")]) == 0
    for name in MADE:
        assert (tmp_path / "again" / FOLDER / name).read_bytes() == (downloaded / FOLDER / name).read_bytes()


@pytest.mark.parametrize("name", MADE)
def test_a_changed_file_is_named(name: str, downloaded: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = downloaded / FOLDER / name
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    assert main([*AGAIN, str(downloaded)]) == 1
    assert f"different {FOLDER}/{name}" in capsys.readouterr().out


def test_a_file_that_is_not_there_is_named(downloaded: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (downloaded / FOLDER / "letters.csv").unlink()
    assert main([*AGAIN, str(downloaded)]) == 1
    assert f"missing   {FOLDER}/letters.csv" in capsys.readouterr().out


def test_other_inputs_make_another_report(downloaded: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Somebody who changes a name in the inputs would have to change the signed files as well."""
    path = downloaded / FOLDER / "inputs.json"
    path.write_text(path.read_text(encoding="utf-8").replace("清溪县", "清河县"), encoding="utf-8")
    assert main([*AGAIN, str(downloaded)]) == 1
    assert f"different {FOLDER}/report.html" in capsys.readouterr().out


def test_inputs_and_files_that_fit_each_other_are_still_not_those_of_the_manifest(
    downloaded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Somebody who can write the bucket makes the whole report anew, from inputs of his own."""
    path = downloaded / FOLDER / "inputs.json"
    path.write_text(path.read_text(encoding="utf-8").replace("清溪县", "清河县"), encoding="utf-8")
    main([*AGAIN, str(downloaded), "--to", str(tmp_path / "his")])
    for name in MADE:
        (downloaded / FOLDER / name).write_bytes((tmp_path / "his" / FOLDER / name).read_bytes())
    capsys.readouterr()
    assert main([*AGAIN, str(downloaded)]) == 1
    said = {line.split()[1]: line.split()[0] for line in capsys.readouterr().out.splitlines()}
    assert (said[f"{FOLDER}/inputs.json"], said[f"{FOLDER}/report.html"]) == ("unsigned", "unsigned")


@pytest.mark.parametrize("manifest", [None, b"{", b"[]", b'{"files":[]}'], ids=repr)
def test_without_a_manifest_nothing_is_signed(
    manifest: bytes | None, downloaded: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = downloaded / FOLDER / "manifest.json"
    path.unlink() if manifest is None else path.write_bytes(manifest)
    assert main([*AGAIN, str(downloaded)]) == 1
    assert {line.split()[0] for line in capsys.readouterr().out.splitlines()} == {"unsigned"}


def test_another_version_of_the_program_is_told(downloaded: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = downloaded / FOLDER / "inputs.json"
    path.write_text(json.dumps(json.loads(path.read_bytes()) | {"program": "0" * 64}), encoding="utf-8")
    main([*AGAIN, str(downloaded)])
    assert "another version of the program" in capsys.readouterr().out


def test_a_damaged_ledger_makes_no_report(downloaded: Path, capsys: pytest.CaptureFixture[str]) -> None:
    events = downloaded / "ledger/day=2026-11-17/events.jsonl.gz"
    events.write_bytes((downloaded / "ledger/day=2026-11-18/events.jsonl.gz").read_bytes())
    assert main([*AGAIN, str(downloaded)]) == 1
    assert "ledger/day=2026-11-17: the events are not those of the manifest" in capsys.readouterr().err


def test_without_its_inputs_it_says_what_to_fetch(downloaded: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (downloaded / FOLDER / "inputs.json").unlink()
    assert main([*AGAIN, str(downloaded)]) == 1
    assert "inputs.json is missing: fetch the report's folder, with all of ledger/." in capsys.readouterr().err


@pytest.mark.parametrize(
    "inputs", [b"", b"{", b"[]", b'{"schema":1}', b"\xff", b"other schema", b"other zone"], ids=repr
)
def test_inputs_that_are_none_are_named(inputs: bytes, downloaded: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = downloaded / FOLDER / "inputs.json"
    if inputs == b"other schema":
        inputs = path.read_bytes().replace(b'"schema":1', b'"schema":2')
    if inputs == b"other zone":
        inputs = path.read_bytes().replace(b"Asia/Shanghai", b"Asia/Shanghau")
    path.write_bytes(inputs)
    assert main([*AGAIN, str(downloaded)]) == 1
    assert "inputs.json cannot be read" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["report", "weekly", "--from", "{folder}"], "--from needs --period"),
        (["report", "weekly", "--period", "2026-W48", "--from", "{folder}/nowhere"], "no such folder"),
        (["report", "weekly", "--period", "2026-11", "--from", "{folder}"], "a weekly report is named like 2026-W47"),
        (["report", "weekly", "--to", "{folder}"], "--to goes with --from"),
        (["report", "weekly", "--period", "2026-W48", "--from", "{folder}", "--to", "{folder}"], "must stay as it is"),
    ],
)
def test_a_wrong_command_is_explained(
    arguments: list[str], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([each.format(folder=tmp_path) for each in arguments]) == 1
    assert told in capsys.readouterr().err
