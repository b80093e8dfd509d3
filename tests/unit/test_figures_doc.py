"""docs/figures.md and the code say the same: every figure, rate and dimension stands there once, and nothing else."""

import re
from dataclasses import fields

import pytest

from chalicelib.adapters.report_files import letter_tables, outline
from chalicelib.domain.metrics.figures import WITH_AMOUNT, Dimension, Figure, Row
from chalicelib.domain.metrics.report import Report
from chalicelib.domain.metrics.tally import LISTED_AT_MOST
from infra.schemas.figures import PAGE, rows
from tests.builders import rulebook

FIGURES = rows("name | 中文 | unit | counts | for | clause")
RATES = rows("name | 中文 | unit | formula | clause")
DIMENSIONS = rows("dimension | 中文 | in `report.json` | its rows")
SHIPPED = ("hefei-2008", "shuangfeng-2018", "pingliang-2012", "bengbu-2014", "chongqing-2005")


def names(table: list[list[str]]) -> list[str]:
    """The names a table explains, in its order."""
    return [row[0].removeprefix("`").removesuffix("`") for row in table]


def test_every_figure_is_explained_once_and_nothing_that_is_none() -> None:
    assert sorted(names(FIGURES)) == sorted(figure.value for figure in Figure)


def test_every_rate_and_mean_of_a_row_is_explained_once_and_nothing_that_is_none() -> None:
    rates = {each.name for each in fields(Row) if each.type == "float | None" or each.type == float | None}
    properties = {name for name, value in vars(Row).items() if isinstance(value, property)}
    assert sorted(names(RATES)) == sorted(rates | properties)


def test_every_dimension_is_explained_once_with_its_table_of_the_report() -> None:
    assert names(DIMENSIONS) == [dimension.value for dimension in Dimension]
    assert [row[2].strip("`") for row in DIMENSIONS] == [f"by_{dimension}" for dimension in Dimension]
    assert {f"by_{dimension}" for dimension in Dimension} <= {each.name for each in fields(Report)}


@pytest.mark.parametrize("row", [*FIGURES, *RATES, *DIMENSIONS], ids=lambda row: row[0])
def test_no_cell_is_empty(row: list[str]) -> None:
    assert all(row)


@pytest.mark.parametrize("row", FIGURES, ids=lambda row: row[0])
def test_a_figure_counts_letters_or_occurrences_and_has_an_amount_where_the_code_gives_it_one(row: list[str]) -> None:
    counted, _, amount = row[2].partition("; `amount`: ")
    assert counted in {"letters", "occurrences"}
    assert bool(amount) is (names([row])[0] in {figure.value for figure in WITH_AMOUNT})


@pytest.mark.parametrize("row", [*FIGURES, *RATES], ids=lambda row: row[0])
def test_a_figures_clauses_are_those_of_shipped_regulations(row: list[str]) -> None:
    known = {clause for name in SHIPPED for clause in rulebook(name).clauses}
    cited = [clause for clause in row[-1].split(", ") if clause != "—"]
    assert {clause for clause in cited if clause not in known} == set()


def test_a_formula_uses_figures_that_there_are() -> None:
    used = {name for row in RATES for part in re.findall(r"`([^`]+)`", row[3]) for name in re.findall("[a-z_]+", part)}
    assert used - {figure.value for figure in Figure} - {"scores"} == set()


def test_the_page_says_how_much_is_cut_short() -> None:
    page = " ".join(PAGE.read_text("utf-8").split())
    for words in (
        f"at most {outline.MOST_LINES} lines of each list",
        f"`report.xlsx` at most {letter_tables.MOST_LINES:,}",
        f"Up to {LISTED_AT_MOST:,} listed letters",
    ):
        assert words in page
