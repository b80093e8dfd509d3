"""What a page weighs, how it is used without a mouse, and that it keeps still for who wants it so."""

import gzip
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page, Response, expect

from tests.e2e.visitors import Visitors
from tests.e2e.wording import LANGUAGES, path_of, wording
from tests.stand_driver import Sent, Stand

PAGES = ("index", "write", "follow", "answers", "performance", "notices", "desk", "print")
MOST_BYTES = 150_000
SEEN = """() => {
  const each = document.activeElement, style = getComputedStyle(each), box = each.getBoundingClientRect();
  const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const wrapped = each.closest("label, li");
  const around = wrapped && getComputedStyle(wrapped);
  const ringed = around && around.outlineStyle !== "none" && parseFloat(around.outlineWidth) >= 2;
  const marked = outlined || ringed || style.boxShadow !== "none" || (around && around.boxShadow !== "none");
  const inside = box.bottom > 0 && box.top < innerHeight;
  return marked && inside ? null : `${each.outerHTML.slice(0, 120)} ${marked ? "is out of sight" : "shows no focus"}`;
}"""
MOVES = """() => document.getAnimations().filter((each) => each.effect.getTiming().duration > 1).length"""


def _answers(page: Page) -> list[Response]:
    """Everything that the page is sent from now on."""
    found: list[Response] = []

    def took(answer: Response) -> None:
        found.append(answer)

    page.on("response", took)
    return found


@pytest.mark.parametrize("name", PAGES)
def test_a_first_view_is_light(stand: Stand, callers: Visitors, name: str) -> None:
    """As a web server sends it: texts compressed. Twice the same address is sent once."""
    for language in LANGUAGES:
        visitor = callers.new(language)
        answers = _answers(visitor.page)
        visitor.settled(stand.site + path_of(language, name))
        sizes = {urlsplit(answer.url).path: len(gzip.compress(answer.body())) for answer in answers}
        assert len(sizes) >= 4, sizes
        assert sum(sizes.values()) < MOST_BYTES, sorted(sizes.items(), key=lambda each: -each[1])[:8]


def _tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until this has the focus, which can be seen wherever it is on the way."""
    for _ in range(60):
        page.keyboard.press("Tab")
        hidden = page.evaluate(SEEN)
        assert hidden is None, hidden
        if wanted.evaluate("each => each === document.activeElement"):
            return
    raise AssertionError(f"Tab never comes to {wanted}")


def _go_on(page: Page) -> None:
    _tab_to(page, page.locator("main button.primary[type=submit]"))
    page.keyboard.press("Enter")


def test_a_letter_is_written_and_followed_by_keyboard_alone(stand: Stand, callers: Visitors) -> None:
    page = callers.new(reduced_motion="reduce").settled(f"{stand.site}/write.html")
    words = wording(LANGUAGES[0])
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name=words["skip"])
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    _go_on(page)
    expect(page.locator(".summary")).to_be_focused()
    _tab_to(page, page.locator(".summary a").last)
    page.keyboard.press("Enter")
    expect(page.get_by_label(words.start("kinds.consultation"))).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Space")
    _go_on(page)
    for step, text in (("letter", {"subject": "键盘写的信", "body": "只用键盘写的。"}), ("about", {})):
        expect(page.get_by_role("heading", name=words[f"write.steps.{step}"])).to_be_focused()
        for name, value in text.items():
            _tab_to(page, page.locator(f"[name={name}]"))
            page.keyboard.type(value)
        if step == "about":
            _tab_to(page, page.get_by_label(words.start("write.about_no")))
            page.keyboard.press("Space")
        _go_on(page)
    for step in ("contact", "privacy", "check"):
        expect(page.get_by_role("heading", name=words[f"write.steps.{step}"])).to_be_focused()
        _go_on(page)
    expect(page.get_by_role("heading", name=words["receipt.title"])).to_be_focused()
    tracking, query = (each.inner_text() for each in page.locator("output.code").all())
    _tab_to(page, page.get_by_role("link", name=words["receipt.follow"]))
    page.keyboard.press("Enter")
    expect(page.locator("[name=query_code]")).to_be_focused()
    page.keyboard.type(query)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="键盘写的信")).to_be_focused()
    letter = stand.as_writer(Sent(tracking.replace("-", ""), query.replace(" ", ""), None))
    assert letter["subject"] == "键盘写的信"


@pytest.mark.parametrize("name", ["index", "write", "answers", "performance", "notices"])
def test_who_wants_no_motion_gets_none(stand: Stand, callers: Visitors, name: str) -> None:
    page = callers.new(reduced_motion="reduce").settled(stand.site + path_of(LANGUAGES[0], name))
    page.evaluate("document.querySelectorAll('main details').forEach(each => { each.open = true; })")
    page.keyboard.press("Tab")
    assert page.evaluate(MOVES) == 0
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
