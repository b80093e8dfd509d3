"""letters.csv: what every program reads of it, written piece by piece."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.adapters.report_files import RenderedFiles
from chalicelib.domain.metrics.figures import WITH_AMOUNT, Figure
from chalicelib.domain.metrics.lines import LetterLine
from chalicelib.domain.metrics.report import Report
from tests.large_report import large_report

MONTH = large_report("2026-11", letters=150, units=9)


def rows(report: Report) -> list[dict[str, str]]:
    text = b"".join(RenderedFiles().csv(report)).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def lettered(**told: Any) -> Report:
    return replace(MONTH, letters=(LetterLine("help", "assigned", **told),))


def test_it_has_a_line_a_letter_in_their_order() -> None:
    assert [row["tracking_code"] for row in rows(MONTH)] == [line.tracking_code or "" for line in MONTH.letters]


def test_its_columns_begin_with_what_the_letter_is() -> None:
    columns = list(rows(MONTH)[0])
    assert columns[:8] == ["number", "tracking_code", "kind", "source", "field", "region", "unit", "unit_name"]
    assert columns[20:] == [f"count_{f}" for f in Figure] + [f"amount_{f}" for f in WITH_AMOUNT]


@pytest.mark.parametrize("figure", list(Figure))
def test_what_letters_add_comes_to_the_countys_total(figure: Figure) -> None:
    assert sum(int(row[f"count_{figure}"]) for row in rows(MONTH)) == MONTH.total.count(figure)
    if figure in WITH_AMOUNT:
        assert sum(int(row[f"amount_{figure}"]) for row in rows(MONTH)) == MONTH.total.amount(figure)


def test_what_a_letter_adds_under_several_units_is_added_up() -> None:
    counts = {"roads": {"handled": 1, "released_late": 1}, "water": {"handled": 2}, "": {"handled": 4}}
    [row] = rows(lettered(counts=counts, amounts={"roads": {"handled": 3}, "": {"handled": 5}}))
    assert (row["count_handled"], row["count_released_late"], row["count_late"]) == ("7", "1", "0")
    assert (row["amount_handled"], row["amount_overdue"]) == ("8", "0")


def test_a_withheld_letter_tells_kind_status_and_what_it_adds() -> None:
    told = {name for name, value in rows(MONTH)[0].items() if value and not name.startswith(("count_", "amount_"))}
    assert told == {"kind", "status", "withheld", "corrected"}
    assert rows(MONTH)[0]["count_received"] == "1"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
def test_no_text_is_run_as_a_formula(text: str) -> None:
    for column in ("number", "tracking_code", "source", "field", "region"):
        [row] = rows(lettered(**{column: text}))
        assert row[column] == f"'{text}", column


@pytest.mark.parametrize("text", ['a,"b"', "two\r\nlines", '"', "，；"])
def test_a_text_is_read_back_as_it_was(text: str) -> None:
    [row] = rows(lettered(source=text, number=text))
    assert (row["source"], row["number"]) == (text, text)


def test_what_is_not_known_is_empty_and_what_is_not_so_is_false() -> None:
    [row] = rows(lettered())
    empty = {name for name, value in row.items() if not value}
    assert empty >= {"number", "unit", "unit_name", "due_on", "on_time", "working_days_used", "rating", "field"}
    assert (row["withheld"], row["corrected"], row["overdue_days"], row["count_open"]) == ("false", "false", "0", "0")
    [late] = rows(lettered(on_time=False, corrected=True, working_days_used=0))
    assert (late["on_time"], late["corrected"], late["working_days_used"]) == ("false", "true", "0")


class Counted:
    """Letters that count how many of them were asked for."""

    def __init__(self) -> None:
        self.asked = 0

    def __len__(self) -> int:
        return 10_000

    def __iter__(self) -> Iterator[LetterLine]:
        for _ in range(len(self)):
            self.asked += 1
            yield LetterLine("help", "assigned")


def test_it_is_written_piece_by_piece() -> None:
    letters = Counted()
    pieces = RenderedFiles().csv(replace(MONTH, letters=letters))
    assert next(pieces).startswith(b"\xef\xbb\xbfnumber,")
    assert letters.asked == 0
    assert next(pieces).count(b"\r\n") == letters.asked == 500
    assert sum(piece.count(b"\r\n") for piece in pieces) == 9_500
