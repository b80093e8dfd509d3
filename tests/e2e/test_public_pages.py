"""Every page as anybody may open it, in every language and at both sizes: for all eyes and hands, from one host."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from infra.site.pages import PUBLIC, STAFF
from infra.site.settings import LANGUAGES
from infra.site.words import strings_of
from tests.e2e.axe import violations
from tests.stand_driver import Stand

PHONE, DESKTOP, ZOOMED = (390, 844), (1280, 900), (320, 256)
"""320 by 256 is what a window of 1280 by 1024 shows at 400 % (WCAG 1.4.10)."""
PAGES = [
    f"{language}/{page}.html".removeprefix(f"{LANGUAGES[0]}/") for language in LANGUAGES for page in (*PUBLIC, "desk")
]


@pytest.fixture
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A window of the size a test asks for. Nothing may complain."""
    width, height = getattr(request, "param", PHONE)
    context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    context.close()
    assert complaints == []


def _opened(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator("main h1")).to_be_visible()
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("page", [PHONE, DESKTOP], indirect=True, ids=["phone", "desktop"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(stand: Stand, page: Page, path: str) -> None:
    hosts: set[str | None] = set()

    def asked(request: Request) -> None:
        hosts.add(urlsplit(request.url).hostname)

    page.on("request", asked)
    _opened(page, f"{stand.site}/{path}")
    assert violations(page) == []
    assert hosts == {"127.0.0.1"}


@pytest.mark.parametrize("path", PAGES)
def test_no_page_shows_a_code_in_place_of_a_word(stand: Stand, page: Page, path: str) -> None:
    """A word that is missing shows its key: `tracking_code`, `follow.lead`."""
    _opened(page, f"{stand.site}/{path}")
    said = page.locator("body").inner_text()
    assert re.findall(r"\b[a-z]+(?:_[a-z]+)+\b", said) == []
    assert [key for key in re.findall(r"\b([a-z]+)\.[a-z_.]+\b", said) if key in strings_of(LANGUAGES[0])] == []


@pytest.mark.parametrize("page", [ZOOMED], indirect=True, ids=["400 %"])
@pytest.mark.parametrize("path", PAGES)
def test_at_400_percent_nobody_scrolls_sideways(stand: Stand, page: Page, path: str) -> None:
    _opened(page, f"{stand.site}/{path}")
    assert page.evaluate("document.documentElement.scrollWidth") <= ZOOMED[0]


@pytest.mark.parametrize("path", PAGES)
def test_without_javascript_a_page_says_what_to_do(stand: Stand, browser: Browser, path: str) -> None:
    context = browser.new_context(viewport={"width": PHONE[0], "height": PHONE[1]}, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{stand.site}/{path}")
    expect(page.locator("main h1")).to_be_visible()
    seen = page.locator("main").evaluate("main => main.innerText")
    assert [words for words in ("JavaScript", "12345", "0000-0000000") if words not in seen] == []
    context.close()


@pytest.mark.parametrize("name", [*PUBLIC, "desk"])
def test_the_language_can_be_changed_on_every_page(stand: Stand, page: Page, name: str) -> None:
    _opened(page, f"{stand.site}/{name}.html")
    page.get_by_role("link", name="English").click()
    expect(page).to_have_url(f"{stand.site}/en/{name}.html")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("main h1")).to_be_visible()
    page.get_by_role("link", name="繁體").click()
    expect(page).to_have_url(f"{stand.site}/zh-Hant/{name}.html")
    expect(page.locator("main h1")).to_be_visible()


def test_pages_that_ask_for_a_link_are_not_offered_to_search_engines(stand: Stand, page: Page) -> None:
    for name in STAFF:
        page.goto(f"{stand.site}/{name}.html")
        expect(page.locator("meta[name=robots]")).to_have_attribute("content", "noindex, nofollow")
