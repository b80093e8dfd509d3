"""Published answers as anybody looks through them: words, office and month, and an address that shows one letter."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.e2e.axe import violations
from tests.stand_driver import Stand

NUMBER = "云信〔2026〕0007号"
MONTHS = {"2026-11": 25, "2026-10": 2}


def item(number: int, month: str, **more: Any) -> dict[str, Any]:
    """A published letter."""
    return {
        "number": f"云信〔2026〕{number:04d}号",
        "kind": "consultation",
        "kind_title": "咨询",
        "field": None,
        "unit": "jiaotong",
        "unit_name": "县交通运输局",
        "received_on": f"{month}-02",
        "answered_on": f"{month}-05",
        "working_days": 3,
        "question": f"第{number}封信\n\n桥上的ＬＥＤ路灯坏了。",
        "answer": "已经修好。",
        "channel": "web",
    } | more


FILES = {
    "2026-11": [
        item(
            1, "2026-11", question="公积金怎么提取\n\n买房要用。", unit="jiaoyu", unit_name="县教育局", working_days=0
        ),
        item(
            2,
            "2026-11",
            question="<img src=x onerror=alert(1)>\n\n<b>路灯</b>",
            answer=None,
            answered_on=None,
            working_days=None,
        ),
        *(item(number, "2026-11") for number in range(3, 26)),
    ],
    "2026-10": [item(7, "2026-10", question="十月的信\n\n公积金"), item(8, "2026-10")],
}


def _file(route: Route) -> None:
    name = route.request.url.rsplit("/", 1)[1].removesuffix(".json")
    months = [{"month": month, "answers": count} for month, count in MONTHS.items()]
    known: dict[str, Any] = {"index": {"months": months}} | {month: {"answers": each} for month, each in FILES.items()}
    route.fulfill(status=200, content_type="application/json", body=json.dumps(known[name]))


@pytest.fixture
def visitor(browser: Browser) -> Iterator[BrowserContext]:
    """A visitor of a county that has published two months."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, reduced_motion="reduce")
    context.route("**/site/data/answers/*.json", _file)
    yield context
    context.close()


def opened(visitor: BrowserContext, stand: Stand, path: str = "answers.html") -> Page:
    """The page, with its first month."""
    page = visitor.new_page()
    page.goto(f"{stand.site}/{path}")
    expect(page.locator("details.published").first).to_be_visible()
    return page


def titles(page: Page) -> list[str]:
    """The letters that are listed."""
    return page.locator("details.published h2").all_inner_texts()


def test_the_newest_month_is_shown_a_part_at_a_time(visitor: BrowserContext, stand: Stand) -> None:
    page = opened(visitor, stand)
    expect(page.locator("main [role=status]").first).to_have_text("共 25 封")
    assert len(titles(page)) == 20
    page.get_by_role("button", name="还有 5 封").click()
    assert len(titles(page)) == 25
    expect(page.locator("details.published summary").nth(20)).to_be_focused()


def test_words_are_found_in_letter_and_answer_and_marked(visitor: BrowserContext, stand: Stand) -> None:
    """Full width and capitals are no difference; every word has to be there."""
    page = opened(visitor, stand)
    page.locator("#search").fill("公积金 买房")
    expect(page.locator("main [role=status]").first).to_have_text("找到 1 封（本月共 25 封）")
    expect(page.locator("details.published[open] mark")).to_have_text(["公积金", "买房"])
    page.locator("#search").fill("led")
    expect(page.locator("main [role=status]").first).to_contain_text("找到 23 封")
    expect(page.locator("details.published .excerpt mark").first).to_have_text("ＬＥＤ")
    page.locator("#search").fill("没有这个词")
    expect(page.locator("main [role=status]").first).to_contain_text("没有找到")
    page.get_by_role("button", name="清除条件").click()
    expect(page.locator("main [role=status]").first).to_have_text("共 25 封")


def test_an_office_is_chosen_by_name(visitor: BrowserContext, stand: Stand) -> None:
    page = opened(visitor, stand)
    page.get_by_label("承办单位").select_option("县教育局")
    assert titles(page) == ["公积金怎么提取"]
    assert "当天答复" in page.locator("details.published").inner_text()


def test_a_word_is_looked_for_in_the_month_before(visitor: BrowserContext, stand: Stand) -> None:
    page = opened(visitor, stand)
    page.locator("#search").fill("公积金")
    expect(page.locator("details.published")).to_have_count(1)
    page.get_by_role("button", name="2026年10月").click()
    expect(page.get_by_role("heading", name="十月的信")).to_be_visible()
    expect(page.locator("#search")).to_have_value("公积金")
    assert titles(page) == ["十月的信"]


def test_an_address_opens_its_letter_and_puts_the_focus_on_it(visitor: BrowserContext, stand: Stand) -> None:
    page = opened(visitor, stand, f"answers.html#2026-10/{quote(NUMBER)}")
    letter = page.locator("details.published[open]")
    expect(letter).to_have_count(1)
    expect(letter.locator("h2")).to_have_text("十月的信")
    expect(letter.locator("summary")).to_be_focused()
    expect(page.get_by_label("公开月份")).to_have_value("2026-10")


def test_an_address_far_down_the_list_is_found(visitor: BrowserContext, stand: Stand) -> None:
    page = opened(visitor, stand, f"answers.html#2026-11/{quote('云信〔2026〕0025号')}")
    expect(page.locator("details.published[open] h2")).to_have_text("第25封信")
    assert len(titles(page)) == 25


def test_opening_a_letter_gives_the_page_its_address(visitor: BrowserContext, stand: Stand) -> None:
    """The same letter for whoever gets it, in another language too; it holds nothing but month and number."""
    page = opened(visitor, stand)
    page.get_by_text("第7封信").click()
    address = page.locator("details.published[open] .share a").get_attribute("href")
    expect(page).to_have_url(f"{stand.site}/answers.html#2026-11/{quote(NUMBER)}")
    assert address == page.url
    page.get_by_role("link", name="English").click()
    expect(page.locator("details.published[open] h2")).to_have_text("第7封信")
    expect(page.locator("details.published[open] h2 [lang=zh-Hans]")).to_have_count(1)


def test_an_address_of_a_letter_that_is_not_public_says_so(visitor: BrowserContext, stand: Stand) -> None:
    page = opened(visitor, stand, "answers.html#2026-11/9999")
    expect(page.locator(".notice.info")).to_contain_text("可能已经撤下")
    assert len(titles(page)) == 20


def test_what_people_wrote_is_text_and_nothing_else(visitor: BrowserContext, stand: Stand) -> None:
    page = opened(visitor, stand)
    page.locator("#search").fill("img")
    expect(page.locator("details.published")).to_have_count(1)
    expect(page.locator("details.published h2")).to_have_text("<img src=x onerror=alert(1)>")
    assert page.locator("main img").count() == 0
    assert page.locator("main b").count() == 0
    assert "正在办理" in page.locator("details.published").inner_text()


@pytest.mark.parametrize("language", ["", "zh-Hant/", "en/"])
def test_an_open_letter_is_for_all_eyes_and_hands(visitor: BrowserContext, stand: Stand, language: str) -> None:
    page = opened(visitor, stand, f"{language}answers.html#2026-10/{quote(NUMBER)}")
    page.locator("#search").fill("公积金")
    expect(page.locator("mark").first).to_be_visible()
    assert violations(page) == []


def test_a_month_that_cannot_be_read_says_so_and_is_tried_again(visitor: BrowserContext, stand: Stand) -> None:
    visitor.route("**/site/data/answers/2026-10.json", lambda route: route.abort())
    page = opened(visitor, stand)
    page.get_by_label("公开月份").select_option("2026-10")
    expect(page.get_by_role("alert")).to_be_visible()
    visitor.unroute("**/site/data/answers/2026-10.json")
    page.get_by_role("button", name="再试一次").click()
    expect(page.get_by_role("heading", name="十月的信")).to_be_visible()
