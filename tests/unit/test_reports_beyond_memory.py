"""A report of letters that do not fit into memory is the report that they would be if they did."""

from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.adapters.scratch_files import ScratchFiles, scratch_files
from chalicelib.domain.ledger import canonical
from chalicelib.domain.metrics.fold import Folding
from chalicelib.domain.metrics.lines import LetterLine
from chalicelib.domain.metrics.report import Report
from chalicelib.domain.metrics.report_maker import ReportMaker
from chalicelib.services.reporting.by_letter import ByLetter
from chalicelib.services.reporting.report_json import report_json
from chalicelib.services.reporting.spool import LinesOnDisk, Spool
from tests.builders import SHANGHAI, calendar
from tests.reporting import report_of
from tests.unit.test_metrics_laws import BASIS, W47, Life, lives


def laid_aside(lines: list[dict[str, Any]], scratch: ScratchFiles, at_once: int, shares: int) -> bytes:
    """report.json of these lines, where memory holds so many events at once, and as many lines of the report."""
    folding = Folding(W47, SHANGHAI, calendar())
    events = ByLetter(scratch, folding.end, at_once, shares)
    for line in lines:
        events.add(canonical(line))
    maker = ReportMaker(W47, SHANGHAI, calendar(), gather=Spool(scratch, at_once))
    for of_letter in events.letters():
        maker.add(*folding.letter(of_letter))
    return as_file(maker.report(BASIS))


def as_file(report: Report) -> bytes:
    return b"".join(report_json(report))


@settings(max_examples=60, deadline=None)
@given(lives, st.integers(1, 7), st.integers(1, 5), st.randoms(use_true_random=False))
def test_it_is_the_same_report_however_little_memory_there_is(
    life: Life, at_once: int, shares: int, random: Random
) -> None:
    """In any order, and when lines come twice."""
    lines = life.county.lines()
    expected = as_file(report_of(lines, W47, BASIS))
    shuffled = lines + lines[: len(lines) // 4]
    random.shuffle(shuffled)
    with TemporaryDirectory() as folder:
        assert laid_aside(shuffled, ScratchFiles(Path(folder)), at_once, shares) == expected


def test_lines_laid_aside_come_back_in_order_and_again_and_again() -> None:
    with scratch_files() as scratch:
        gathering = Spool(scratch, at_once=3)(LetterLine)
        for number in (5, 1, 4, 2, 3, 0, 6):
            gathering.add((number % 2 == 1, str(number)), LetterLine("help", "closed", tracking_code=str(number)))
        lines = gathering.done()
        assert isinstance(lines, LinesOnDisk)
        for _ in range(2):
            assert [line.tracking_code for line in lines] == ["0", "2", "4", "6", "1", "3", "5"]
        assert len(lines) == 7


def test_any_number_of_runs_is_merged_a_few_files_at_a_time() -> None:
    with scratch_files() as scratch:
        gathering = Spool(scratch, at_once=1)(LetterLine)
        numbers = [(number * 7919) % 1009 for number in range(1009)]
        for number in numbers:
            gathering.add((number,), LetterLine("help", "closed", working_days_used=number))
        lines = gathering.done()
        assert [line.working_days_used for line in lines] == sorted(numbers)
        assert len(lines) == len(numbers)


def test_lines_of_the_same_key_keep_the_order_in_which_they_came() -> None:
    with scratch_files() as scratch:
        for at_once in (2, 100):
            gathering = Spool(scratch, at_once)(LetterLine)
            for number in range(7, 0, -1):
                gathering.add(("same",), LetterLine("help", str(number)))
            assert [line.status for line in gathering.done()] == list("7654321")


@pytest.mark.parametrize("at_once", [1, 1000])
def test_events_after_the_end_are_left_out(at_once: int) -> None:
    """Of a piece whose last line lies after it, those before the end are taken."""
    lines = [line_at(f"2026-11-22T{hour}:00:00.000000Z") for hour in ("14", "15", "16")]
    with scratch_files() as scratch:
        events = ByLetter(scratch, lines[2]["at"], at_once)
        events.add(b"\n".join(map(canonical, lines)))
        assert [[told.at for told in letter] for letter in events.letters()] == [[lines[0]["at"], lines[1]["at"]]]


def test_what_stands_inside_the_facts_does_not_name_the_letter() -> None:
    line = line_at("2026-11-20T10:00:00.000000Z") | {
        "facts": {"before": {"letter": "other"}, "repeat_of": '"letter":"'}
    }
    with scratch_files() as scratch:
        events = ByLetter(scratch, "2027")
        events.add(canonical(line))
        [[told]] = events.letters()
    assert told.letter == "a"


def line_at(at: str) -> dict[str, Any]:
    return {
        "letter": "a",
        "sequence": int(at[11:13]),
        "at": at,
        "recorded_at": at,
        "move": "rate",
        "actor": {"unit": None},
        "facts": {},
    }
