"""The scale benchmark is to be believed: its ledger is what the product would have written, and its count is right."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from chalicelib.adapters.folder_reports import FolderReports
from chalicelib.domain.day_file import day_fields, day_folder
from chalicelib.domain.ledger import canonical
from chalicelib.services.ledger_files import closed_days, imports_closed
from tests.bench import report_scale
from tests.bench.county import FIRST, book_of
from tests.bench.ledger_of import Plan, Written, write_ledger
from tests.bench.letters import Desk, Drawn, lines_of
from tests.bench.played import Particulars, Play
from tests.bench.stories import SORTS, STORIES, Cast
from tests.bench.tally import FIGURES
from tests.builders import SHANGHAI

Ledger = tuple[Plan, Written]


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    """1,500 letters: some of them have a line that missed its day's file."""
    plan = Plan(1500, 7, tmp_path_factory.mktemp("bench") / "county")
    return plan, write_ledger(plan)


def _files(folder: Path) -> dict[str, bytes]:
    return {str(each.relative_to(folder)): each.read_bytes() for each in folder.rglob("*") if each.is_file()}


def test_shares_are_of_a_thousand() -> None:
    assert [sum(each.share for each in SORTS), sum(each.share for each in STORIES)] == [1000, 1000]


def test_verify_finds_nothing_wrong(ledger: Ledger) -> None:
    command = [sys.executable, "ledger/verify.py", "."]
    said = subprocess.run(command, cwd=ledger[0].folder, check=False, capture_output=True, text=True)
    assert said.returncode == 0, said.stdout
    assert "OK" in said.stdout


def test_a_letter_has_about_ten_events(ledger: Ledger) -> None:
    plan, written = ledger
    assert 9 <= written.events / plan.letters <= 11


def test_manifests_say_what_the_product_would_have_said(ledger: Ledger) -> None:
    store, previous, stragglers = FolderReports(ledger[0].folder), None, 0
    days = closed_days(store)
    assert len(days) == 366
    for day in days:
        manifest = store.get(day_folder(day).manifest) or b""
        said = json.loads(manifest)
        packed = store.get(day_folder(day).events) or b""
        expected = day_fields(day, packed, previous, imports_closed(store, {}), SHANGHAI)
        assert said == {**said, **expected}, day
        stragglers += said["stragglers"]
        previous = manifest
    assert stragglers > 0


def test_the_same_seed_is_the_same_ledger_by_any_number_of_processes(tmp_path: Path) -> None:
    for name, seed, jobs in (("one", 1, 1), ("two", 1, 2), ("other", 2, 1)):
        write_ledger(Plan(60, seed, tmp_path / name), jobs)
    one, two, other = (_files(tmp_path / name) for name in ("one", "two", "other"))
    assert one == two
    assert one.keys() == other.keys()
    assert one["tally.json"] != other["tally.json"]


def _drawn() -> Iterator[tuple[int, Drawn]]:
    """Letters of the whole year; ever so many, until each story was met with each limit."""
    for number in range(4000):
        day = number * 37 % 366
        yield day, Desk(number, day).draw(number)


def _played(drawn: Drawn) -> list[dict[str, Any]]:
    """The same letter, from beginning to end by the engine."""
    own = {name.decode(): value.decode() for name, value in drawn.own.items()}
    minutes, seconds = own["within"].split(":")
    particulars = Particulars(
        letter=own["LETTER"],
        number=own["NUMBER"],
        arrived_at=datetime.fromisoformat(own["at"]).astimezone(UTC),
        within=timedelta(minutes=int(minutes), seconds=float(seconds)),
        cast=Cast(own["A"], own["B"]),
        kind=own["KIND"],
        source=own["SOURCE"],
        field=own["FIELD"] or None,
        region=own["REGION"] or None,
        score=int(own["SCORE"]),
    )
    until = particulars.arrived_at + timedelta(days=120)
    return [each.line for each in Play(drawn.sort, particulars, book_of()).run(drawn.story, until)]


def _unhashed(line: bytes) -> bytes:
    return re.sub(rb'"(hash|prev|sha256)":"[0-9a-f]{64}"', rb'"\1":""', line)


def test_every_letter_is_what_the_engine_would_have_written() -> None:
    """Each story of each sort, arriving on many days: on days off, before and after the long holidays, in December."""
    met: set[tuple[str, str]] = set()
    days: set[int] = set()
    for day, drawn in _drawn():
        if (drawn.sort.name, drawn.story.name) in met:
            continue
        met.add((drawn.sort.name, drawn.story.name))
        days.add(day)
        stamped = [_unhashed(line) for line, _ in lines_of(drawn.template, drawn.own)]
        played = [_unhashed(canonical(line)) for line in _played(drawn)]
        assert stamped == played, (drawn.sort.name, drawn.story.name, FIRST + timedelta(days=day))
    assert {story for _, story in met} == {story.name for story in STORIES}
    assert {sort for sort, _ in met} == {sort.name for sort in SORTS}
    assert len(days) > 60


def test_a_story_says_truly_what_was_late() -> None:
    """The tally believes the stories; the engine's clocks bear them out."""
    for _, drawn in islice(_drawn(), 400):
        lines = _played(drawn)
        steps = drawn.story.plot(Cast("unit-01", "unit-02"), drawn.sort.limit)
        made = [line for line in lines if line["move"] not in {"receive", "ladder_step"}]
        for line, step in zip(made, steps, strict=True):
            clocks = {c["name"]: c for c in line["facts"].get("clocks", ()) if c["state"] in {"met", "breached"}}
            of_answer = clocks.get("redo") or clocks.get("handle")
            ended = of_answer if line["move"] == "answer" else clocks.get("triage")
            if ended is not None:
                assert (ended["state"] == "breached") == step.late, (drawn.story.name, line["move"])


def test_every_figure_of_the_tally_occurs(ledger: Ledger) -> None:
    tally = json.loads((ledger[0].folder / "tally.json").read_bytes())
    assert {figure for figure in tally["2025"]["total"] if ":" not in figure} == set(FIGURES)


def test_the_benchmark_runs_and_the_reports_figures_are_those_the_generator_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    result = tmp_path / "result.json"
    arguments = ["--letters", "200", "--jobs", "1", "--cache", str(tmp_path / "cache"), "--json", str(result)]
    assert report_scale.main(arguments) == 0, capsys.readouterr().out
    assert "as the generator counted them" in capsys.readouterr().out
    size = json.loads(result.read_bytes())["sizes"][0]
    assert size["differences"] == []
    assert [each["what"] for each in size["measured"]] == ["plain 2025", "report 2025", "report 2025-W47"]
    assert all(each["events"] > 1000 and each["seconds"] > 0 and each["peak_mb"] > 5 for each in size["measured"])

    folder = next((tmp_path / "cache").iterdir())
    tally = json.loads((folder / "tally.json").read_bytes())
    unit = next(row for row in tally["2025"] if row.startswith("unit:unit-") and "answered" in tally["2025"][row])
    tally["2025"][unit]["answered"] += 1
    del tally["2025-W47"]["total"]["received"]
    (folder / "tally.json").write_text(json.dumps(tally))
    found = report_scale.differences(folder, ("2025", "2025-W47"))
    assert found is not None
    assert [each.split(":")[0] for each in found] == [f"2025 {unit.split(':')[0]}", "2025-W47 total received"]
