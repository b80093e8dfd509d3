"""Answers that come late, and addresses that nobody would type: the page shows what was asked for last."""

import json
import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.stand_driver import CENTRE, Stand


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A tab of its own."""
    context = browser.new_context(reduced_motion="reduce")
    yield context.new_page()
    context.close()


def test_a_letter_that_loads_late_does_not_push_aside_the_one_opened_after_it(stand: Stand, page: Page) -> None:
    slow, quick = stand.write(subject="慢慢来的一封"), stand.write(subject="很快打开的一封")
    stand.run_job("dispatch")
    page.goto(f"{stand.site}/desk.html#{stand.token(CENTRE, quick)}")
    expect(page.get_by_role("button", name="退出").or_(page.locator("h1.subject"))).to_be_visible()
    held: list[Route] = []
    page.route(re.compile(f"/desk/letters/{slow.code}$"), lambda route: held.append(route))  # noqa: PLW0108  Playwright marks what it is given
    page.evaluate(f"location.hash = '#/{slow.code}'")
    page.wait_for_function("document.querySelector('main .loading')")
    page.evaluate(f"location.hash = '#/{quick.code}'")
    heading = page.locator("h1.subject")
    expect(heading).to_have_text("很快打开的一封")
    assert held, "the first letter was never asked for"
    with page.expect_response(re.compile(f"/desk/letters/{slow.code}$")):
        held[0].continue_()
    page.wait_for_timeout(300)
    expect(heading).to_have_text("很快打开的一封")
    expect(page).to_have_title(re.compile("很快打开的一封"))


def test_an_address_cut_off_in_the_middle_of_a_character_still_opens_the_page(stand: Stand, page: Page) -> None:
    page.goto(f"{stand.site}/write.html#%E5")
    expect(page.locator("h1")).to_have_text("写给谁，是哪一类信")


def test_a_writers_address_cannot_add_readers_to_the_mail_an_office_begins(stand: Stand, page: Page) -> None:
    letter = stand.write(subject="邮箱有问号", writer={"email": "li?bcc=spy@mail.example"})
    stand.run_job("dispatch")
    page.goto(f"{stand.site}/desk.html#{stand.token(CENTRE, letter)}")
    expect(page.get_by_role("button", name="退出").or_(page.locator("h1.subject"))).to_be_visible()
    page.evaluate(f"location.hash = '#/{letter.code}'")
    link = page.locator("a.reach")
    expect(link).to_have_text("li?bcc=spy@mail.example")
    expect(link).to_have_attribute("href", "mailto:li%3Fbcc%3Dspy@mail.example")


@pytest.mark.parametrize(("hours", "warned"), [(25, True), (1, False)])
def test_a_letter_sent_more_than_a_day_ago_without_a_receipt_is_not_sent_again_unwarned(
    stand: Stand, page: Page, hours: int, warned: bool
) -> None:
    """The server forgets a request's key after a day: the same letter would be a second one then."""
    kept = {
        "values": {"kind": "consultation"},
        "step": "to",
        "attempt": {"key": "k", "text": "{}", "sent": True, "at": (time.time() - hours * 3600) * 1000},
    }
    page.add_init_script(f"localStorage.setItem('huiyin.letter', {json.dumps(json.dumps(kept))})")
    page.goto(f"{stand.site}/write.html")
    expect(page.locator(".notice").first).to_contain_text("可能会变成第二封信" if warned else "已恢复")
