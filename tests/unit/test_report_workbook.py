"""report.xlsx as a spreadsheet program reads it: types, formulas that come to what is stored beside them, print."""

import io
import zipfile
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from chalicelib.adapters.report_files.letter_tables import MOST_LINES
from chalicelib.adapters.report_files.sheets import letter_of
from chalicelib.adapters.report_files.workbook import workbook
from chalicelib.domain.languages import Language
from chalicelib.domain.metrics.figures import Figure
from chalicelib.domain.metrics.report import Report
from tests.large_report import RULE, large_report
from tests.spreadsheet import Place, Workbook

NOTHING = large_report("2026-W47", letters=0)
MONTH = large_report("2026-11", letters=150, units=9)


def sheets(report: Report) -> dict[str, Worksheet]:
    return {sheet.title: sheet for sheet in load_workbook(io.BytesIO(workbook(report)), data_only=True)}


def heads(sheet: Worksheet) -> list[Any]:
    return [cell.value for cell in sheet[1]]


def rows(sheet: Worksheet) -> list[dict[str, Any]]:
    """The rows of a sheet by their heads, totals and notes included."""
    names = heads(sheet)
    return [dict(zip(names, (cell.value for cell in row), strict=False)) for row in sheet.iter_rows(min_row=2)]


def wrong(data: bytes) -> dict[Place, tuple[Any, Any]]:
    """The formulas that do not come to what is stored beside them, with both values."""
    book = Workbook(data)
    found = {place: (book.calculated(place), book.stored(place)) for place in book.formulas()}
    assert len(found) > 20
    return {place: (is_, says) for place, (is_, says) in found.items() if not _same(is_, says)}


def _same(calculated: Any, stored: Any) -> bool:
    if calculated == "":
        return stored is None
    return stored is not None and abs(calculated - stored) < 1e-9


@pytest.mark.parametrize("language", list(Language))
def test_every_formula_comes_to_the_value_that_is_stored_beside_it(language: str) -> None:
    """A viewer that does not calculate shows the same as one that does."""
    assert wrong(workbook(large_report(letters=300, units=12, language=language))) == {}


@pytest.mark.parametrize("report", [NOTHING, replace(MONTH, scores=(), best=())], ids=["no letters", "no scores"])
def test_formulas_hold_where_there_is_nothing_to_divide_by(report: Report) -> None:
    assert wrong(workbook(report)) == {}


def test_rates_are_formulas_over_counts_and_agree_with_the_report() -> None:
    sheet = sheets(MONTH)["承办单位"]
    book = Workbook(workbook(MONTH))
    places = {head: letter_of(nth) for nth, head in enumerate(heads(sheet))}
    told = {row["单位"]: row for row in rows(sheet)}
    names = MONTH.basis.unit_names
    for nth, row in enumerate(MONTH.by_unit, start=2):
        shown = told[names.get(row.key, row.key)]
        for head, value in {
            "答复率": row.answer_rate,
            "按时率": row.timeliness_rate,
            "受理交办按时率": row.triage_timeliness_rate,
            "平均用时": row.mean_days,
            "满意度平均分": row.mean_score,
            "答复质量": row.quality,
        }.items():
            assert ("承办单位", f"{places[head]}{nth}") in set(book.formulas()), head
            assert shown[head] == pytest.approx(value, abs=0.051 if head == "平均用时" else 0.0051), head


def test_units_and_the_county_differ_by_what_counts_under_no_unit() -> None:
    """The synthetic letters 0, 40, 80 … were in the hands of nobody whose row may show it."""
    units, county, nobody = [row for row in rows(sheets(MONTH)["承办单位"]) if row["收到来信"] is not None][-3:]
    assert [each["单位"] for each in (units, county, nobody)] == ["各单位合计", "全县合计", "不计入单位"]
    assert county["承办"] == MONTH.total.count(Figure.HANDLED) == 150
    assert (units["承办"], nobody["承办"]) == (146, 4)
    assert units["收到来信"] == county["收到来信"] == 150
    assert nobody["收到来信"] == 0
    assert (county["用时中位数"], units["用时中位数"]) == (MONTH.total.median_days, None)


@pytest.mark.parametrize("name", ["按类别", "按来源", "按领域", "按地区"])
def test_a_split_adds_up_to_the_total(name: str) -> None:
    *_, total = rows(sheets(MONTH)[name])
    assert total["收到来信"] == MONTH.total.count(Figure.RECEIVED)
    assert total["按时率"] == pytest.approx(MONTH.total.timeliness_rate)
    assert total["用时中位数"] == MONTH.total.median_days


def test_a_score_is_worked_out_in_its_row_and_is_the_reports() -> None:
    scored = [row for row in rows(sheets(MONTH)["得分与排名"]) if row["得分"] is not None]
    assert [row["得分"] for row in scored] == pytest.approx([each.score for each in MONTH.scores], abs=0.0051)
    assert [row["名次"] for row in scored] == [each.rank for each in MONTH.scores]
    assert any(row["扣分"] > 0 for row in scored)


def test_the_smallest_sample_that_is_ranked_is_told() -> None:
    notes = [row["名次"] for row in rows(sheets(MONTH)["得分与排名"]) if isinstance(row["名次"], str)]
    assert f"承办满{RULE.at_least_letters}件次的单位参加排名，不足的只计分、不排名" in notes


def test_numbers_are_numbers_and_dates_are_dates() -> None:
    letter = next(row for row in rows(sheets(MONTH)["来信明细"]) if row["评分"])
    assert isinstance(letter["到期日"], datetime)
    assert isinstance(letter["用时（工作日）"], int)
    assert (letter["领域"] or "", letter["地区"] or "") != ("", "")
    total = {row["指标"]: row["数值"] for row in rows(sheets(MONTH)["总体情况"])}
    assert (total["收到来信"], total["答复率"]) == (150, pytest.approx(0.6))
    assert total["办理占用"] == MONTH.total.amount(Figure.HANDLED)
    assert isinstance(rows(sheets(MONTH)["逾期在办"])[1]["累计逾期工作日"], int)


def test_a_withheld_letter_tells_kind_and_status_alone() -> None:
    first = rows(sheets(MONTH)["来信明细"])[0]
    assert {head for head, value in first.items() if value is not None} == {"文号", "类别", "状态"}
    assert first["文号"] == "按规定不列"


HOSTILE = ("=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("x")', "'quoted", "<b>&")


def test_texts_that_look_like_formulas_stay_texts() -> None:
    """Names of units and sources come from outside."""
    names = {key: HOSTILE[nth % len(HOSTILE)] for nth, key in enumerate(MONTH.basis.unit_names)}
    sources = tuple(replace(row, key=HOSTILE[nth]) for nth, row in enumerate(MONTH.by_source))
    data = workbook(replace(MONTH, basis=replace(MONTH.basis, unit_names=names), by_source=sources))
    book = load_workbook(io.BytesIO(data))
    shown = {cell.value: cell.data_type for cell in book["承办单位"]["A"]} | {
        cell.value: cell.data_type for cell in book["按来源"]["A"]
    }
    assert {text: shown[text] for text in HOSTILE} == dict.fromkeys(HOSTILE, "s")
    assert wrong(data) == {}


def test_every_sheet_prints_with_its_heads_and_its_page_number() -> None:
    for name, sheet in sheets(MONTH).items():
        assert sheet.freeze_panes == "B2", name
        assert sheet.print_title_rows == "$1:$1", name
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape"), name
        assert "&P" in (sheet.oddFooter.center.text or ""), name
        assert sheet.column_dimensions["A"].width > 10, name


def test_the_filter_leaves_totals_and_notes_alone() -> None:
    """A total that is sorted in between its units is no total any more."""
    sheet = sheets(MONTH)["承办单位"]
    last = 1 + len(MONTH.by_unit)
    assert (sheet.auto_filter.ref or "").split(":")[1].endswith(str(last))
    assert sheet.cell(last + 1, 1).value == "各单位合计"


def test_a_wide_sheet_is_printed_over_several_pages_with_its_first_column() -> None:
    sheet = sheets(MONTH)["承办单位"]
    assert sheet.print_title_cols == "$A:$A"
    assert not sheet.sheet_properties.pageSetUpPr or not sheet.sheet_properties.pageSetUpPr.fitToPage


def test_every_figure_is_explained_in_the_notes() -> None:
    explained = rows(sheets(MONTH)["说明"])
    by_name = {row["指标"]: row for row in explained if row["含义与算法"]}
    names = [row["指标"] for row in rows(sheets(MONTH)["总体情况"])[1 : 1 + len(Figure)]]
    assert len(names) == len(Figure)
    assert set(names) <= set(by_name)
    assert by_name["按时率"]["含义与算法"] == "按时答复÷（按时答复＋逾期答复＋逾期后转出）"
    assert ("CQ-7.2" in by_name["退办"]["依据"], by_name["退办"]["单位"]) == (True, "件次")


def test_the_course_of_the_period_has_a_sheet() -> None:
    course = rows(sheets(MONTH)["各时段"])
    assert len(course) == 31
    assert course[0]["起"] == datetime.combine(date(2026, 11, 1), datetime.min.time())
    assert (course[-1]["收到"], course[-1]["答复"]) == (150, MONTH.total.count(Figure.ANSWERED))


def test_what_was_not_stated_by_anybody_has_no_sheet() -> None:
    plain = sheets(large_report("2026-W47", letters=20, units=2, places=False))
    assert not {"按领域", "按地区"} & set(plain)
    assert {"按类别", "按来源"} <= set(plain)


class Repeated:
    """A list of very many lines that takes no room: the same line again and again."""

    def __init__(self, line: Any, count: int) -> None:
        self._line, self._count = line, count

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Any:
        return (self._line for _ in range(self._count))


def test_a_list_of_very_many_letters_is_cut_and_says_so() -> None:
    letter = list(MONTH.letters)[1]
    many = Repeated(letter, MOST_LINES + 7)
    shown = rows(sheets(replace(MONTH, letters=many))["来信明细"])
    assert shown[MOST_LINES - 1]["信件编号"] == letter.tracking_code
    assert shown[MOST_LINES]["信件编号"] is None
    assert shown[-1]["文号"] == "另有7行，见 letters.csv 和 report.json"


def test_the_same_report_is_the_same_bytes_and_its_parts_are_stored() -> None:
    """Neither the hour nor the compression library of a machine changes it."""
    data = workbook(MONTH)
    assert workbook(MONTH) == data
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        parts = book.infolist()
        assert {(part.compress_type, part.date_time, part.create_system) for part in parts} == {
            (zipfile.ZIP_STORED, (1980, 1, 1, 0, 0, 0), 0)
        }
        assert b"2026-11-30T00:00:00Z" in book.read("docProps/core.xml")


@pytest.mark.parametrize("language", list(Language))
def test_a_sheet_has_a_name_that_every_program_takes(language: str) -> None:
    for name in sheets(large_report(letters=60, units=3, language=language)):
        assert len(name) <= 31
        assert not set(name) & set("[]:*?/\\'")


@pytest.mark.parametrize(
    ("index", "letter"), [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA")]
)
def test_columns_are_named_as_spreadsheets_name_them(index: int, letter: str) -> None:
    assert letter_of(index) == letter
