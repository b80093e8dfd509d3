"""People with a browser of their own, and what none of them may meet: complaints, foreign hosts, sideways scrolling."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page, Request, ViewportSize, expect

from tests.e2e.axe import violations
from tests.e2e.wording import Wording, path_of
from tests.stand_driver import Sent, Stand

PHONE: ViewportSize = {"width": 390, "height": 844}
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
ZOOMED: ViewportSize = {"width": 320, "height": 256}
"""What a window of 1280 by 1024 shows at 400 % (WCAG 1.4.10)."""
SIZES = {"phone": PHONE, "desktop": DESKTOP}
LOCALES = {"zh-Hans": "zh-CN", "zh-Hant": "zh-HK", "en": "en-GB"}
HOST = "127.0.0.1"
_OUTSIDE = """() => {
  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= wide) return null;
  const out = [...document.querySelectorAll("body *")].filter((each) => each.getBoundingClientRect().right > wide + 1);
  const found = out.slice(0, 3).map((each) => each.outerHTML.slice(0, 120));
  return `${document.documentElement.scrollWidth} px wide: ${found.join(" | ")}`;
}"""


def sideways(page: Page) -> str | None:
    """What makes the page wider than its window; None when nothing does."""
    found: str | None = page.evaluate(_OUTSIDE)
    return found


def faults(page: Page) -> list[str]:
    """What eyes, hands and screen readers cannot use on the page as it stands."""
    outside = sideways(page)
    return [*violations(page), *([f"scrolls sideways, {outside}"] if outside else [])]


def followed(stand: Stand, page: Page, letter: Sent) -> Page:
    """The letter's page, opened anew with its two codes, as its writer does."""
    page.goto("about:blank")
    page.goto(f"{stand.site}/follow.html#{letter.code}")
    page.locator("[name=query_code]").fill(letter.query_code)
    page.locator(".ask button[type=submit]").click()
    expect(page.locator(".ask")).to_be_hidden()
    return page


@dataclass
class Visitor:
    """Somebody with a browser of their own. `complaints`: what the browser had to say, the CSP's refusals included,
    each dialog that opened by itself, and each request to another host; what fits `expected` is no complaint."""

    context: BrowserContext
    expected: str | None = None
    complaints: list[str] = field(default_factory=list)
    _open: set[Request] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.context.on("console", self._said)
        self.context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        self.context.on("request", self._asked)
        self.context.on("requestfinished", self._ended)
        self.context.on("requestfailed", self._ended)
        self.context.on("dialog", self._spoken_to)
        self.page = self.context.new_page()

    def open(self, address: str) -> Page:
        """Go there, as by a link in a new window: what is there already does not merely change its fragment."""
        self.page.goto("about:blank")
        self._open.clear()
        self.page.goto(address)
        return self.page

    def settled(self, address: str) -> Page:
        """Go there and wait until the page has what it asked for."""
        page = self.open(address)
        expect(page.locator("main h1").first).to_be_visible()
        self.settle()
        return page

    def settle(self) -> None:
        """Wait until everything that was asked for has come, and nothing more is asked for."""
        until, calm = time.monotonic() + 10, 0
        while calm < 3:
            assert time.monotonic() < until, [request.url for request in self._open]
            self.page.wait_for_timeout(20)
            calm = 0 if self._open else calm + 1

    def writes(self, stand: Stand, words: Wording, subject: str) -> Page:
        """A letter that has only to be checked and sent; the browser keeps it as it stands."""
        page = self.settled(stand.site + path_of(words.language, "write"))
        onward = page.get_by_role("button", name=words["write.next"])
        page.get_by_label("书记县长信箱").check()
        page.get_by_label(words.start("kinds.consultation")).check()
        onward.click()
        page.locator("[name=subject]").fill(subject)
        page.locator("[name=body]").fill("桥头的路灯坏了三周。")
        onward.click()
        page.get_by_label(words.start("write.about_no")).check()
        for _ in range(3):
            onward.click()
        expect(page.locator(".review").first).to_be_visible()
        page.wait_for_function("() => JSON.parse(localStorage['huiyin.letter'] ?? '{}').step === 'check'")
        return page

    def expect_complaint(self, words: str) -> None:
        """The browser itself will write this (a regular expression) to its console, rightly."""
        self.expected = words

    def check(self) -> None:
        """Nothing complained, and no page is wider than its window."""
        assert not self.complaints, self.complaints
        outside = [found for page in self.context.pages if (found := sideways(page))]
        assert not outside, outside

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not (self.expected and re.search(self.expected, message.text)):
            self.complaints.append(message.text)

    def _asked(self, request: Request) -> None:
        self._open.add(request)
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.hostname != HOST:
            self.complaints.append(f"asked another host: {request.url}")

    def _ended(self, request: Request) -> None:
        self._open.discard(request)

    def _spoken_to(self, dialog: Dialog) -> None:
        self.complaints.append(f"a dialog opened: {dialog.message}")
        dialog.dismiss()


class Visitors:
    """Lets visitors in, all with a window of one size."""

    def __init__(self, browser: Browser, size: ViewportSize) -> None:
        self._browser, self._size = browser, size
        self.all: list[Visitor] = []

    def new(self, language: str = "zh-Hans", expected: str | None = None, **more: object) -> Visitor:
        """A new visitor, remembered by no page; `more` is for the browser's context."""
        options: dict[str, object] = {"viewport": self._size, "locale": LOCALES[language], **more}
        visitor = Visitor(self._browser.new_context(**options), expected)  # type: ignore[arg-type]
        self.all.append(visitor)
        return visitor

    def leave(self) -> None:
        """All leave; none of them may have met anything wrong."""
        try:
            for visitor in self.all:
                visitor.check()
        finally:
            for visitor in self.all:
                visitor.context.close()


def admitted(browser: Browser, size: ViewportSize) -> Iterator[Visitors]:
    """For fixtures: visitors who are asked, when they leave, what they met."""
    inside = Visitors(browser, size)
    yield inside
    inside.leave()
