"""report.html as a reader gets it: sections, summaries, tables and charts, in three languages, whole and by itself."""

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest

from chalicelib.adapters.report_files.charts import UNITS_DRAWN
from chalicelib.adapters.report_files.drawing import WIDTH, Fill, Part, columns_chart, rows_chart
from chalicelib.adapters.report_files.outline import MOST_IN_TEXT, MOST_LINES
from chalicelib.adapters.report_files.page import page
from chalicelib.adapters.report_files.words import Words
from chalicelib.domain.languages import Language
from chalicelib.domain.metrics.figures import Figure
from chalicelib.domain.metrics.report import Report
from tests.large_report import LONG_NAME, RULE, large_report

VOID = {"meta", "br", "rect", "line"}
PERIODS = ("2026-11-19", "2026-W47", "2026-11", "2026-Q4", "2026")
CHINESE = re.compile(r"[\u2e80-\u303f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef]")


@dataclass
class Element:
    """An element with what is in it."""

    tag: str
    attributes: dict[str, str]
    children: list["Element | str"] = field(default_factory=list)

    def all(self, tag: str) -> list["Element"]:
        """Every element of this name within."""
        found = []
        for child in self.children:
            if isinstance(child, Element):
                found += ([child] if child.tag == tag else []) + child.all(tag)
        return found

    @property
    def text(self) -> str:
        """All words within, without line breaks of the source."""
        parts = [child if isinstance(child, str) else child.text for child in self.children]
        return " ".join("".join(f"{part} " for part in parts).split())


class Tree(HTMLParser):
    """Reads a page, and insists that every element is closed where it should be."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self.root = Element("", {})
        self._open = [self.root]
        self.feed(data.decode())
        self.close()
        assert self._open == [self.root], [each.tag for each in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open[-1].children.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        if data.strip():
            self._open[-1].children.append(data)


def read(report: Report) -> Element:
    return Tree(page(report)).root


def section(root: Element, title: str) -> Element:
    return next(each for each in root.all("section") if title in each.all("h2")[0].text)


MONTH = large_report("2026-11", letters=150, units=9)
YEAR = large_report("2026", letters=900, units=60)
NOTHING = large_report("2026-W47", letters=0)


@pytest.fixture(scope="module", params=[(period, language) for period in PERIODS for language in Language])
def any_page(request: pytest.FixtureRequest) -> tuple[Report, Element]:
    """A page of every kind of period in every language."""
    period, language = request.param
    report = large_report(period, letters=150, units=5, language=language.value)
    return report, read(report)


def test_a_page_is_well_formed_in_its_language(any_page: tuple[Report, Element]) -> None:
    report, root = any_page
    [html] = root.all("html")
    assert html.attributes["lang"] == report.basis.language
    assert root.all("title")[0].text.startswith(root.all("h1")[0].text)


def test_a_page_needs_nothing_from_elsewhere(any_page: tuple[Report, Element]) -> None:
    text = page(any_page[0]).decode()
    for outside in ("<script", "http://", "https://", "@import", "url(", "<img", "<link", "href="):
        assert outside not in text


def test_every_row_of_a_table_has_as_many_cells_as_its_head(any_page: tuple[Report, Element]) -> None:
    _, root = any_page
    for table in root.all("table"):
        columns = len(table.all("thead")[0].all("th"))
        rows = [row for part in ("tbody", "tfoot") for body in table.all(part) for row in body.all("tr")]
        assert rows
        assert {len(row.all("th")) + len(row.all("td")) for row in rows} == {columns}


def test_every_table_can_be_scrolled_and_names_its_rows(any_page: tuple[Report, Element]) -> None:
    _, root = any_page
    scrolled = [each for each in root.all("div") if "scroll" in each.attributes.get("class", "").split()]
    assert sum(len(each.all("table")) for each in scrolled) == len(root.all("table"))
    assert all(each.attributes["tabindex"] == "0" and each.attributes["aria-label"] for each in scrolled)
    assert {cell.attributes["scope"] for cell in root.all("th")} == {"col", "row"}


def test_sections_are_numbered_one_after_the_other(any_page: tuple[Report, Element]) -> None:
    report, root = any_page
    numbers = [re.split(r"[、.]", head.text)[0] for head in root.all("h2")]
    chinese = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二", "十三"]
    wanted = [str(n) for n in range(1, 20)] if report.basis.language == "en" else chinese
    assert numbers == wanted[: len(numbers)]


def test_every_section_but_the_annexes_begins_with_words(any_page: tuple[Report, Element]) -> None:
    _, root = any_page
    for each in root.all("section")[:-1]:
        first = [child for child in each.children if isinstance(child, Element)][1]
        assert first.tag == "p", each.all("h2")[0].text
        assert re.search(r"[。.：:]$", first.text), first.text


def test_every_chart_says_in_words_what_it_shows(any_page: tuple[Report, Element]) -> None:
    _, root = any_page
    charts = root.all("svg")
    ids = [each.attributes["id"] for svg in charts for each in (*svg.all("title"), *svg.all("desc"))]
    assert len(ids) == 2 * len(charts) == len(set(ids))
    for svg in charts:
        assert svg.attributes["role"] == "img"
        assert svg.attributes["aria-labelledby"].split() == [
            svg.all(tag)[0].attributes["id"] for tag in ("title", "desc")
        ]
        assert re.search(r"\d", svg.all("desc")[0].text)


def test_an_english_page_says_nothing_in_chinese_but_names() -> None:
    root = read(large_report("2026-Q4", letters=150, units=5, language="en"))
    text = root.all("body")[0].text.replace(" ", "")  # a long name stands in two lines of a chart
    basis = MONTH.basis
    names = [*(f"{LONG_NAME}{n}" for n in range(5)), *(f"第{n}局" for n in range(5)), basis.in_name_of, basis.county]
    names += [basis.rulebook_title, "城市建设", "教育", "城关镇", "12345热线平台", "逾期不答复", "责成限期改正"]
    names += ["老旧小区", "加装电梯。", "清信〔2026〕"]
    for name in names:
        text = text.replace(name, "")
    text = re.sub(r"\d+号", "", text)
    assert CHINESE.findall(text) == []


def test_the_overview_gives_the_figures_in_full_sentences() -> None:
    text = section(read(MONTH), "总体情况").text
    total = MONTH.total
    assert "本期共收到来信150件，受理150件。共答复90件，其中按时60件、逾期30件，平均用时" in text
    assert (
        f"期末在办{total.count(Figure.OPEN)}件，其中逾期30件次，累计逾期{total.amount(Figure.OVERDUE)}个工作日" in text
    )
    assert "另有以前各期补记3条，见附表9" in text


def test_an_annex_is_referred_to_by_the_number_it_has() -> None:
    root = read(MONTH)
    heads = [each.text for each in section(root, "附表").all("h3")]
    assert [head.split()[0] for head in heads] == [f"附表{n}" for n in range(1, len(heads) + 1)]
    assert heads[-1] == "附表9 以前各期补记（3条）"


def test_the_same_overview_in_english_counts_one_and_many() -> None:
    one = large_report("2026-11", letters=1, units=1, language="en")
    assert "1 letter came in, 1 was accepted. 1 letter was answered, 1 on time" in read(one).text
    many = large_report("2026", letters=1200, units=3, language="en")
    assert "1,200 letters came in, 1,200 were accepted." in read(many).text


def test_what_the_letters_are_is_told_by_the_largest_groups() -> None:
    text = section(read(MONTH), "来信构成").text
    largest = max(row.count(Figure.RECEIVED) for row in MONTH.by_kind)
    assert f"按类别分，其他{largest}件（占{largest / 1.5:.1f}%）、" in text
    assert "按来源分，网上来信" in text
    assert "按领域分，" in text
    assert "按地区分，" in text


def test_units_are_told_of_with_what_they_held_and_overran() -> None:
    part = section(read(MONTH), "承办单位情况")
    total = MONTH.total
    assert f"各单位共承办150件次，占用{total.amount(Figure.HANDLED)}个工作日。" in part.text
    assert f"本期超期30件次，共{total.amount(Figure.OVERRAN)}个工作日。" in part.text
    held = part.all("table")[1]
    assert [each.text for each in held.all("thead")[0].all("th")][:5] == [
        "单位",
        "承办",
        "占用工作日",
        "超期",
        "超期工作日",
    ]
    cells = [cell.text for cell in held.all("tfoot")[0].all("td")]
    assert cells[:4] == ["150", str(total.amount(Figure.HANDLED)), "30", "90"]


def test_a_unit_that_only_held_a_letter_is_in_the_tables() -> None:
    quiet = replace(
        MONTH.by_unit[0],
        key="quiet",
        triage_timeliness_rate=None,
        cells={Figure.HANDLED: MONTH.by_unit[0].cells[Figure.HANDLED]},
    )
    other = replace(quiet, key="idle", cells={})
    shown = section(read(replace(MONTH, by_unit=(quiet, other))), "承办单位情况").text
    assert "quiet" not in shown  # the row of the centre has nothing in hand either
    busy = replace(quiet, cells={Figure.HANDLED: MONTH.total.cells[Figure.HANDLED]})
    shown = section(read(replace(MONTH, by_unit=(busy, other))), "承办单位情况").text
    assert "quiet" in shown
    assert "idle" not in shown


def test_the_smallest_sample_that_is_ranked_is_told() -> None:
    part = section(read(MONTH), "得分与排名")
    ranked = [each for each in MONTH.scores if each.rank is not None]
    least = RULE.at_least_letters
    assert f"本期{len(ranked)}个单位参加排名" in part.text
    assert f"承办满{least}件次的单位参加排名，不足的只计分、不排名。" in part.text
    unranked = [each for each in large_report("2026-11", letters=20, units=9).scores if each.letters < least]
    assert unranked
    assert {each.rank for each in unranked} == {None}


def test_fields_and_regions_have_tables_only_where_some_were_stated() -> None:
    plain = read(large_report("2026-11", letters=40, units=3, places=False)).text
    assert "各领域来信办理情况" not in plain
    assert "各地区来信办理情况" not in plain
    assert "附表2 各来源来信办理情况" in plain
    stated = read(MONTH)
    table = next(each for each in stated.all("table") if each.all("th")[0].text == "领域")
    assert [row.all("th")[0].text for row in table.all("tbody")[0].all("tr")] == ["未注明", "城市建设", "教育"]


def test_annexes_are_printed_across() -> None:
    root = read(MONTH)
    assert section(root, "附表").attributes["class"] == "wide"
    assert root.all("footer")[0].attributes["class"] == "wide"
    style = root.all("style")[0].text
    assert "@page wide { size: A4 landscape" in style
    assert ".wide { page: wide; }" in style


def test_a_long_list_stands_in_an_annex_and_its_beginning_in_the_text() -> None:
    root = read(YEAR)
    part = section(root, "逾期与督促")
    [table] = part.all("table")
    assert len(table.all("tbody")[0].all("tr")) == MOST_IN_TEXT
    assert "以上为其中一部分，其余见附表5。" in part.text
    annexes = section(root, "附表")
    assert "附表5 期末逾期在办（180件次）" in annexes.text
    listed = next(each for each in annexes.all("table") if each.all("th")[3].text == "时限")
    assert len(listed.all("tbody")[0].all("tr")) == 180
    short = section(read(large_report("2026-11", letters=60, units=3)), "逾期与督促").text
    assert "其余见" not in short


def test_no_more_letters_are_printed_than_anybody_reads() -> None:
    annexes = section(read(YEAR), "附表")
    table = next(each for each in annexes.all("table") if "答复日" in each.all("thead")[0].text)
    assert len(table.all("tbody")[0].all("tr")) == MOST_LINES
    assert "本表列出前500行，另有400行见同一文件夹的report.xlsx和letters.csv。" in annexes.text
    assert "本期涉及来信（900件）" in annexes.text


def test_a_withheld_letter_is_listed_without_number_and_unit() -> None:
    annexes = section(read(MONTH), "附表")
    table = next(each for each in annexes.all("table") if "答复日" in each.all("thead")[0].text)
    first = table.all("tbody")[0].all("tr")[0]
    cells = [cell.text for cell in (*first.all("th"), *first.all("td"))]
    assert (cells[0], cells[2:6]) == ("按规定不列", ["—", "—", "—", "—"])


def test_a_period_without_letters_has_no_empty_chart_and_no_empty_table() -> None:
    root = read(NOTHING)
    assert root.all("svg") == []
    assert root.all("table") == []
    assert "本期没有收到来信。" in root.text
    assert "本期没有涉及的来信。" in root.text


def test_a_name_with_markup_is_shown_as_it_is_written() -> None:
    names = dict.fromkeys(MONTH.basis.unit_names, "<b>局</b>&")
    data = page(replace(MONTH, basis=replace(MONTH.basis, unit_names=names)))
    assert b"<b>\xe5\xb1\x80" not in data
    assert "<b>局</b>&" in Tree(data).root.text


def test_ratings_are_told_with_how_many_there_are_and_silence_is_no_satisfaction() -> None:
    part = section(read(MONTH), "满意度").text
    rated = MONTH.total.count(Figure.RATED)
    assert f"本期收到评价{rated}件，平均" in part
    assert "未评价的来信不视为满意，也不计入平均分" in part


def test_the_same_report_is_the_same_page() -> None:
    assert page(large_report("2026-11", letters=150, units=9)) == page(MONTH)


# --- charts

SOLID, STRIPED, OPEN = (Part(fill.value, fill, [6, 0]) for fill in Fill)


def test_bars_are_as_long_as_what_they_count() -> None:
    parts = [Part("a", Fill.SOLID, [10, 5]), Part("b", Fill.STRIPED, [0, 15])]
    bars = rows_chart("t", "d", ["one", "two"], parts).bars[2:]
    assert [bar.fill for bar in bars] == [Fill.SOLID, Fill.SOLID, Fill.STRIPED]
    assert bars[0].width == pytest.approx(2 * bars[1].width, abs=0.2)
    assert bars[2].width == pytest.approx(3 * bars[1].width, abs=0.3)
    assert bars[2].x == pytest.approx(bars[1].x + bars[1].width, abs=0.2)


def test_parts_of_a_chart_are_told_apart_without_colour() -> None:
    svg = next(each for each in read(MONTH).all("svg") if "按时与逾期" in each.text)
    drawn = [rect.attributes["fill"] for rect in svg.all("rect")]
    stripes = [line for line in svg.all("line") if "stroke-dasharray" in line.attributes]
    assert {"#33506e", "#fff", "none"} == set(drawn)
    assert any(line.attributes["y1"] == line.attributes["y2"] for line in stripes)
    for other in read(MONTH).all("svg"):
        striped = [line for line in other.all("line") if "stroke-dasharray" in line.attributes]
        assert len(striped) == sum(rect.attributes["fill"] == "none" for rect in other.all("rect"))
    assert len(stripes) == Counter(drawn)["none"] > 1
    assert {"按时答复", "逾期答复", "逾期后转出"} <= set(svg.text.split())


@pytest.mark.parametrize(
    "names", [["短"], [LONG_NAME], [LONG_NAME * 3], ["Bureau of Transport and Roads of the County"]]
)
def test_a_long_name_is_broken_into_lines_that_stay_in_the_chart(names: list[str]) -> None:
    chart = rows_chart("t", "d", names, [Part("a", Fill.SOLID, [7])])
    lines = [label for label in chart.labels if label.anchor == "end"]
    assert 1 <= len(lines) <= 3
    assert "".join(line.text for line in lines).replace(" ", "").rstrip("…") in names[0].replace(" ", "")
    for line in lines:
        width = sum(12 if CHINESE.match(each) else 6.72 for each in line.text)
        assert line.x - width >= 0
    assert all(0 <= label.y <= chart.height for label in chart.labels)


def reach(text: Element) -> tuple[float, float]:
    """About where a word of a chart begins and ends."""
    width = sum(12 if CHINESE.match(each) else 6.7 for each in text.text)
    before = {"start": 0.0, "middle": 0.5, "end": 1.0}[text.attributes.get("text-anchor", "start")]
    x = float(text.attributes["x"])
    return x - before * width, x + (1 - before) * width


def test_large_numbers_neither_leave_a_chart_nor_run_into_each_other() -> None:
    """A city of a million letters a year."""
    counts = [Part(fill.value, fill, [83_456] * 12) for fill in Fill]
    rows_ = rows_chart("t", "d", ["n"] * 12, counts)
    assert max(label.x + 6.7 * len(label.text) for label in rows_.labels if "/" in label.text) <= WIDTH
    columns = columns_chart("t", "d", ["n"] * 12, [[counts[0]], [counts[1]]])
    assert [label.text for label in columns.labels if label.text == "83456"] == []
    assert min(label.x - 6.7 * len(label.text) for label in columns.labels if label.anchor == "end") >= 0
    few = columns_chart("t", "d", ["n"] * 12, [[Part("a", Fill.SOLID, [83] * 12)], [Part("b", Fill.OPEN, [7] * 12)]])
    assert [label.text for label in few.labels if label.text in {"83", "7"}] == ["83", "7"] * 12


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        (None, "—"),
        (0.0, "0.0%"),
        (1.0, "100.0%"),
        (0.9996, "99.96%"),
        (0.0004, "0.04%"),
        (0.6667, "66.7%"),
        (0.9994, "99.9%"),
    ],
)
def test_a_share_that_is_not_quite_all_is_not_shown_as_all(share: float | None, shown: str) -> None:
    assert Words(MONTH).percent(share) == shown


def test_every_bar_and_word_of_a_chart_lies_within_it(any_page: tuple[Report, Element]) -> None:
    for svg in any_page[1].all("svg"):
        _, _, width, height = map(float, svg.attributes["viewbox"].split())
        assert width == WIDTH
        for rect in svg.all("rect"):
            x, y, wide, high = (float(rect.attributes[name]) for name in ("x", "y", "width", "height"))
            assert 0 <= x <= x + wide <= width
            assert 0 <= y <= y + high <= height
        for text in svg.all("text"):
            first, last = reach(text)
            assert 0 <= first <= last <= width, text.text
            assert 0 < float(text.attributes["y"]) <= height


@pytest.mark.parametrize(("highest", "top"), [(1, 1), (3, 3), (7, 8), (40, 40), (281, 300), (123_456, 150_000)])
def test_lines_across_a_chart_stand_at_round_numbers(highest: int, top: int) -> None:
    chart = columns_chart("t", "d", ["a", "b"], [[Part("x", Fill.SOLID, [highest, 0])]])
    numbers = [int(label.text) for label in chart.labels if label.anchor == "end"]
    assert (numbers[0], numbers[-1]) == (0, top)
    assert 2 <= len(numbers) <= 6
    bar = chart.bars[-1]
    assert bar.height == pytest.approx(150 * highest / top, abs=0.1)


def test_names_below_a_month_of_bars_do_not_run_into_each_other() -> None:
    values = Part("x", Fill.SOLID, list(range(31)))
    chart = columns_chart("t", "d", [f"{n}日" for n in range(1, 32)], [[values]])
    places = [label.x for label in chart.labels if label.text.endswith("日")]
    assert len(places) > 10
    assert min(after - before for before, after in pairwise(places)) > 30


def test_sixty_units_are_drawn_in_charts_that_fit_on_a_page_each() -> None:
    drawn = [svg for svg in read(YEAR).all("svg") if "各单位按时与逾期" in svg.all("title")[0].text]
    assert [svg.all("title")[0].text for svg in drawn] == ["各单位按时与逾期（1／2）", "各单位按时与逾期（2／2）"]
    for svg in drawn:
        assert float(svg.attributes["viewbox"].split()[3]) < 930  # A4 within its margins, in units of the grid
    judged = [row for row in YEAR.by_unit if row.timeliness_rate is not None]
    names = sum(len([t for t in svg.all("text") if re.fullmatch(r"\d+/\d+/\d+", t.text)]) for svg in drawn)
    assert names == len(judged) > 50


def test_units_that_are_not_drawn_are_counted() -> None:
    many = large_report("2026", letters=1500, units=70)
    judged = [row for row in many.by_unit if row.timeliness_rate is not None]
    left_out = len(judged) - UNITS_DRAWN
    assert left_out > 0
    assert f"图中列出答复最多的60个单位，其余{left_out}个单位见下表。" in read(many).text


@pytest.mark.parametrize(
    ("period", "title", "points"),
    [("2026-W47", "按日", 7), ("2026-11", "按日", 30), ("2026-Q4", "按周", 14), ("2026", "按月", 12)],
)
def test_the_course_of_a_period_is_drawn_in_days_weeks_or_months(period: str, title: str, points: int) -> None:
    root = read(large_report(period, letters=150, units=5))
    [svg] = [svg for svg in root.all("svg") if "收到和答复的来信" in svg.all("title")[0].text]
    assert title in svg.all("title")[0].text
    assert svg.all("desc")[0].text.count("收到") == points


def test_what_is_overdue_is_drawn_by_how_long() -> None:
    [svg] = [each for each in read(MONTH).all("svg") if "期末逾期在办" in each.all("title")[0].text]
    told = dict(re.findall(r"([^；：]+)：件次(\d+)", svg.all("desc")[0].text))
    days: list[Any] = [line.overdue_days for line in MONTH.overdue]
    assert int(told["1天"]) == days.count(1)
    assert int(told["21—60天"]) == sum(21 <= each <= 60 for each in days)
    assert int(told["60天以上"]) == sum(each > 60 for each in days)
    assert sum(map(int, told.values())) == len(days)
