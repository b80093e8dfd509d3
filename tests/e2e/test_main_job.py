"""By hand, in a browser, on a phone and at a desk: write a letter, follow it, work it from mailed links."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, ViewportSize, expect

from tests.stand_driver import CENTRE, HANDLER, WRITER, Sent, Stand

SIZES: dict[str, ViewportSize] = {"phone": {"width": 390, "height": 844}, "desktop": {"width": 1280, "height": 900}}
QUESTION, ANSWER = "桥头的路灯坏了三周，什么时候能修好？", "路灯已经修好，感谢您的来信。"


@dataclass
class Visitor:
    """Somebody with a browser of their own. `complaints`: what the browser had to say, the CSP's refusals included."""

    context: BrowserContext
    page: Page
    complaints: list[str] = field(default_factory=list)

    def open(self, address: str) -> Page:
        """Go there."""
        self.page.goto(address)
        return self.page


class Visitors:
    """Lets visitors in, all with a window of one size."""

    def __init__(self, browser: Browser, size: ViewportSize) -> None:
        self._browser, self._size = browser, size
        self.all: list[Visitor] = []

    def new(self) -> Visitor:
        """A new visitor, remembered by no page."""
        context = self._browser.new_context(viewport=self._size, locale="zh-CN")
        visitor = Visitor(context, context.new_page())
        visitor.page.on(
            "console", lambda said: visitor.complaints.append(said.text) if said.type in {"error", "warning"} else None
        )
        visitor.page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
        self.all.append(visitor)
        return visitor


@pytest.fixture(params=list(SIZES))
def visitors(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Visitors]:
    """No page may complain, nor be wider than the window."""
    inside = Visitors(browser, SIZES[request.param])
    yield inside
    for visitor in inside.all:
        assert visitor.complaints == []
        width = visitor.page.evaluate("document.documentElement.scrollWidth")
        assert width <= SIZES[request.param]["width"]
        visitor.context.close()


def _write(stand: Stand, visitors: Visitors) -> Sent:
    page = visitors.new().open(f"{stand.site}/write.html")
    onward = page.get_by_role("button", name="下一步")
    page.get_by_label("书记县长信箱").check()
    page.get_by_label(re.compile("^咨询")).check()
    onward.click()
    page.locator("[name=subject]").fill("云溪大桥的路灯")
    page.locator("[name=body]").fill(QUESTION)
    onward.click()
    page.get_by_label(re.compile("^不是")).check()
    onward.click()
    for name, value in WRITER.items():
        page.locator(f"[name={name}]").fill(value)
    onward.click()
    onward.click()
    expect(page.get_by_role("heading", name="核对后提交")).to_be_focused()
    for words in (QUESTION, *WRITER.values()):
        expect(page.locator(".review").filter(has_text=words)).to_be_visible()
    page.get_by_role("button", name="提交来信").click()
    expect(page.get_by_role("heading", name="信已收到")).to_be_visible()
    tracking, query = (each.inner_text() for each in page.locator("output.code").all())
    assert "11月24日" in page.locator("main").inner_text()
    return Sent(tracking.replace("-", ""), query.replace(" ", ""), None)


def _follow(stand: Stand, visitors: Visitors, letter: Sent) -> Page:
    page = visitors.new().open(f"{stand.site}/follow.html")
    page.locator("[name=tracking_code]").fill(letter.code)
    page.locator("[name=query_code]").fill(letter.query_code)
    page.locator("button.primary[type=submit]").click()
    expect(page.get_by_role("heading", name="云溪大桥的路灯")).to_be_visible()
    return page


def _at_desk(stand: Stand, visitors: Visitors, email: str, subject: str) -> Page:
    """Open the newest mail to this address whose subject begins so, by its link."""
    link = [each for each in stand.messages(email) if each["subject"].startswith(subject)][-1]["links"][0]
    page = visitors.new().open(link)
    expect(page.get_by_role("heading", level=1, name="云溪大桥的路灯")).to_be_visible()
    assert "#" not in page.url or link.partition("#")[2].split("/")[0] not in page.url, "the token stays out of history"
    return page


def _opened(page: Page, move: str) -> Locator:
    form = page.locator(f"details[data-move={move}]")
    if form.get_attribute("open") is None:
        form.locator("summary").click()
    return form


def _confirm(page: Page, form: Locator, title: str) -> None:
    if form.get_by_role("button", name="确认").count() == 0:
        form.locator("button.primary[type=submit]").click()
    form.get_by_role("button", name="确认").click()
    expect(page.locator(".notice.good")).to_contain_text(title)


def test_a_letter_goes_its_whole_way_by_hand(stand: Stand, visitors: Visitors) -> None:
    letter = _write(stand, visitors)
    assert "收到" in _follow(stand, visitors, letter).locator("main").inner_text()

    page = _at_desk(stand, visitors, CENTRE, "新来信待受理")
    assert QUESTION in page.locator("main").inner_text()
    _confirm(page, _opened(page, "accept"), "受理")
    form = _opened(page, "assign")
    form.get_by_label("县交通运输局").check()
    _confirm(page, form, "交办")

    page = _at_desk(stand, visitors, HANDLER, "来信待办")
    form = _opened(page, "answer")
    form.locator("[name=body]").fill(ANSWER)
    _confirm(page, form, "答复")

    page = _follow(stand, visitors, letter)
    expect(page.locator("main")).to_contain_text(ANSWER)
    form = _opened(page, "rate")
    form.get_by_label("很满意", exact=True).check()
    _confirm(page, form, "评价")
    assert stand.as_writer(letter)["timeline"][-1]["move"] == "rate"


def test_every_page_opens_without_complaint(stand: Stand, visitors: Visitors) -> None:
    for path in ("/", "/write.html", "/follow.html", "/desk.html", "/notices.html"):
        page = visitors.new().open(stand.site + path)
        expect(page.locator("h1")).to_be_visible()
        page.wait_for_load_state("networkidle")


def test_the_stand_page_shows_mail_and_moves_the_clock(stand: Stand, visitors: Visitors) -> None:
    stand.write("演示台上的来信")
    page = visitors.new().open(f"{stand.site}/_stand/")
    mail = page.locator("#messages li").filter(has_text="新来信待受理").first
    mail.locator("summary").click()
    expect(mail.locator(".text a")).to_have_attribute("href", re.compile(rf"^{re.escape(stand.site)}/desk\.html#"))
    before = stand.get("/_stand/clock")["now"]
    page.get_by_role("button", name="前进 1 小时").click()
    expect(page.locator("#said")).to_have_text("时钟已移动。", timeout=30_000)
    assert stand.get("/_stand/clock")["now"][:16] > before[:16]
    page.locator("#people summary").first.click()
    expect(page.locator("#people a").first).to_have_attribute("href", re.compile(r"/desk\.html#"))
