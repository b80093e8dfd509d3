"""Who had a letter before it was merged has it no more: what it adds later is the centre's, or that of its new unit."""

from dataclasses import replace
from datetime import datetime

from chalicelib.adapters.rulebook_files import rulebook
from chalicelib.domain.engine import make
from chalicelib.domain.letter import Kind
from chalicelib.domain.metrics.figures import Figure
from chalicelib.domain.metrics.report import Report
from chalicelib.domain.payloads import Assign, Classify, LinkRepeat, Payload
from chalicelib.domain.workflow import Move
from chalicelib.services.writing import change_of
from tests.builders import CLERK, ROADS, WATER, surroundings
from tests.reporting import County, nov, report_of
from tests.unit.test_metrics_laws import BASIS, W47

OTHER, MERGED = "a", "b"


def county_with_a_merged_letter() -> County:
    """Roads had the letter on Monday; on Tuesday it was merged into another, which water has."""
    county = County()
    for code, unit in ((OTHER, WATER), (MERGED, ROADS)):
        county.write(code, nov(16))
        county.give(code, nov(16, 11), unit)
    pingliang(county, Move.LINK_REPEAT, LinkRepeat(to=OTHER, merge=True), nov(17))
    return county


def pingliang(county: County, move: Move, payload: Payload, at: datetime) -> None:
    """A move by the rulebook that merges letters (PL-16)."""
    file, other = county.file(MERGED), county.file(OTHER).letter
    around = replace(surroundings(at), rulebook=rulebook("pingliang-2012"), other=other)
    outcome = make(move, file.letter, file.clocks, CLERK, payload, around)
    county.letters.commit(change_of(file, [outcome], around))


def counted(report: Report, unit: str, figure: Figure) -> tuple[int, int]:
    row = next(each for each in report.by_unit if each.key == unit)
    return row.count(figure), row.amount(figure)


def test_a_merged_letter_that_turns_out_to_accuse_is_the_centres_again() -> None:
    county = county_with_a_merged_letter()
    pingliang(county, Move.CLASSIFY, Classify(kind=Kind.ACCUSATION), nov(18))
    assert county.file(MERGED).letter.assignments == ()
    report = report_of(county.lines(), W47, BASIS)
    assert counted(report, "roads", Figure.OPEN) == (0, 0)
    assert counted(report, "roads", Figure.REPLY_OWED) == (0, 0)
    assert counted(report, "roads", Figure.HANDLED) == (1, 1)
    assert counted(report, "centre", Figure.OPEN) == (1, 0)


def test_a_merged_letter_that_the_same_unit_is_given_again_was_assigned_twice() -> None:
    county = county_with_a_merged_letter()
    pingliang(county, Move.ASSIGN, Assign(units=(ROADS,)), nov(18))
    report = report_of(county.lines(), W47, BASIS)
    assert counted(report, "roads", Figure.ASSIGNED) == (2, 0)


def test_a_merged_letter_is_held_by_the_centre() -> None:
    report = report_of(county_with_a_merged_letter().lines(), W47, BASIS)
    assert {line.tracking_code: line.unit for line in report.letters} == {OTHER: "water", MERGED: "centre"}
