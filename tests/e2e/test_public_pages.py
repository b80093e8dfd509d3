"""Every page as anybody may open it, in every language and at all sizes: for all eyes and hands, from one host."""

import re

import pytest
from playwright.sync_api import Browser, expect

from infra.site.pages import PUBLIC, STAFF
from tests.e2e.visitors import DESKTOP, PHONE, ZOOMED, Visitors, faults, sideways
from tests.e2e.wording import LANGUAGES, path_of
from tests.stand_driver import Stand

PAGES = (*PUBLIC, "desk")


@pytest.mark.parametrize("name", [*PAGES, "print"])
def test_a_page_can_be_used_by_everybody(stand: Stand, callers: Visitors, name: str) -> None:
    """axe finds nothing on a phone and on a desktop; nobody scrolls sideways, not even at 400 %."""
    found = []
    for language in LANGUAGES:
        page = callers.new(language, reduced_motion="reduce").settled(stand.site + path_of(language, name))
        for size in (PHONE, DESKTOP):
            page.set_viewport_size(size)
            found += [(language, f"{size['width']} px", each) for each in faults(page)]
        page.set_viewport_size(ZOOMED)
        found += [(language, "400 %", outside) for outside in [sideways(page)] if outside]
    assert found == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_javascript_a_page_says_what_to_do(stand: Stand, browser: Browser, language: str) -> None:
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    for name in (*PAGES, "print"):
        page.goto(stand.site + path_of(language, name))
        expect(page.locator("main h1")).to_be_visible()
        seen = page.locator("main").evaluate("main => main.innerText")
        assert [words for words in ("JavaScript", "12345", "0000-0000000") if words not in seen] == [], name
    context.close()


@pytest.mark.parametrize("name", PAGES)
def test_the_language_can_be_changed_on_every_page(stand: Stand, callers: Visitors, name: str) -> None:
    visitor = callers.new()
    page = visitor.settled(f"{stand.site}/{name}.html")
    page.get_by_role("link", name="English").click()
    expect(page).to_have_url(re.compile(f"^{stand.site}/en/{name}.html(#|$)"))
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("main h1")).to_be_visible()
    visitor.settle()
    page.get_by_role("link", name="繁體").click()
    expect(page).to_have_url(re.compile(f"^{stand.site}/zh-Hant/{name}.html(#|$)"))
    expect(page.locator("main h1")).to_be_visible()
    visitor.settle()


def test_pages_that_ask_for_a_link_are_not_offered_to_search_engines(stand: Stand, callers: Visitors) -> None:
    page = callers.new().page
    for name in STAFF:
        page.goto(f"{stand.site}/{name}.html")
        expect(page.locator("meta[name=robots]")).to_have_attribute("content", "noindex, nofollow")
