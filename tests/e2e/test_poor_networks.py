"""Without a network, on a slow one, and with a nervous finger: it is said what happens, and everything happens once."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.county import Desks
from tests.e2e.visitors import Visitors, followed
from tests.e2e.wording import LANGUAGES, path_of, wording
from tests.stand_driver import HANDLER, Sent, Stand

LOST = "ERR_FAILED|ERR_INTERNET_DISCONNECTED|ERR_TIMED_OUT"


def _swallow(route: Route) -> None:
    """The server acts; its answer never comes."""
    route.fetch()


def _lose(route: Route) -> None:
    """The server acts; the line breaks before its answer comes."""
    route.fetch()
    route.abort()


def _held_back(page: Page, pattern: str) -> Callable[[], None]:
    """Answers to these requests wait until they are let go."""
    waiting: list[Route] = []
    page.route(pattern, lambda route: waiting.append(route))  # noqa: PLW0108  Playwright looks at its parameters

    def let_go() -> None:
        for route in waiting:
            route.continue_()
        page.unroute(pattern)

    return let_go


@pytest.mark.parametrize("language", LANGUAGES)
def test_offline_it_is_said_and_nothing_is_lost(stand: Stand, callers: Visitors, language: str) -> None:
    words, subject = wording(language), f"断网 {language}"
    visitor = callers.new(language, expected=LOST)
    page = visitor.writes(stand, words, subject)
    visitor.context.set_offline(True)
    page.get_by_role("button", name=words["write.submit"]).click()
    expect(page.locator(".notice.bad:not(.summary)")).to_contain_text(words["errors.offline"])
    page.get_by_role("button", name=words["write.back"]).click()
    page.get_by_role("button", name=words["write.back"]).click()
    page.locator("[name=address]").fill("无名巷77号院")
    visitor.context.set_offline(False)
    page.wait_for_timeout(500)
    page.reload()
    expect(page.locator("[name=address]")).to_have_value("无名巷77号院")
    expect(page.locator("[name=subject]")).to_have_value(subject)
    for _ in range(2):
        page.locator("main button.primary[type=submit]").click()
    page.locator("main button.primary[type=submit]").click()
    expect(page.get_by_role("heading", name=words["receipt.title"])).to_be_focused()
    assert Desks(stand).letters_named(subject) == 1


def test_an_answer_that_is_lost_and_an_impatient_finger_make_one_letter(stand: Stand, callers: Visitors) -> None:
    words, subject = wording(LANGUAGES[0]), "答应丢在路上"
    visitor = callers.new(expected=LOST)
    page = visitor.writes(stand, words, subject)

    page.route("**/letters", _lose)
    page.get_by_role("button", name=words["write.submit"]).dblclick()
    expect(page.locator(".notice.bad:not(.summary)")).to_contain_text(words["errors.network"])
    assert Desks(stand).letters_named(subject) == 1
    page.unroute("**/letters")
    let_go = _held_back(page, "**/letters")
    page.get_by_role("button", name=words["write.again"]).dblclick()
    expect(page.locator("main")).to_contain_text(words["common.working"])
    expect(page.locator("main button.primary[type=submit]")).to_be_disabled()
    let_go()
    expect(page.get_by_role("heading", name=words["receipt.title"])).to_be_focused()
    assert Desks(stand).letters_named(subject) == 1


def test_no_answer_for_half_a_minute_is_said_and_the_letter_goes_once(stand: Stand, callers: Visitors) -> None:
    words, subject = wording(LANGUAGES[0]), "半分钟没有回音"
    visitor = callers.new()
    visitor.page.clock.install()
    page = visitor.writes(stand, words, subject)
    page.route("**/letters", _swallow)
    page.get_by_role("button", name=words["write.submit"]).click()
    expect(page.locator("main")).to_contain_text(words["common.working"])
    page.clock.fast_forward(31_000)
    expect(page.locator(".notice.bad:not(.summary)")).to_contain_text(words["errors.timeout"])
    page.unroute("**/letters")
    page.get_by_role("button", name=words["write.again"]).click()
    expect(page.get_by_role("heading", name=words["receipt.title"])).to_be_focused()
    assert Desks(stand).letters_named(subject) == 1


def test_a_slow_page_says_that_it_is_loading(stand: Stand, callers: Visitors) -> None:
    words = wording(LANGUAGES[0])
    for name, pattern in (
        ("write", "**/rulebook"),
        ("notices", "**/notices.json"),
        ("answers", "**/answers/index.json"),
    ):
        page = callers.new().page
        let_go = _held_back(page, pattern)
        page.goto(stand.site + path_of(LANGUAGES[0], name))
        expect(page.locator("main [role=status]").first).to_have_text(words["common.loading"])
        let_go()
        expect(page.get_by_text(words["common.loading"])).to_have_count(0)


def test_a_double_click_at_the_desk_makes_one_move_and_a_lost_answer_no_second_one(
    stand: Stand, callers: Visitors
) -> None:
    desks = Desks(stand)
    letter = desks.assigned(subject="连点两下的答复")
    visitor = callers.new(expected=LOST)
    page = visitor.settled(desks.link(HANDLER))
    page.evaluate("code => { location.hash = `#/${code}`; }", letter.code)
    form = page.locator("details[data-move=answer]")
    form.locator("summary").click()
    form.locator("[name=body]").fill("已经修好。")
    page.reload()
    expect(page.locator("details[data-move=answer] [name=body]")).to_have_value("已经修好。")
    form.evaluate("form => { form.open = true; }")
    form.locator("button[type=submit]").click()

    page.route("**/moves/answer", _lose)
    form.get_by_role("button", name="确认").dblclick()
    expect(form.locator(".notice.bad:not(.summary)")).to_be_visible()
    page.unroute("**/moves/answer")
    form.get_by_role("button", name="确认").dblclick()
    expect(page.locator(".result")).to_be_visible()
    assert _times(stand, letter, "answer") == 1


def test_a_rating_that_is_sent_twice_counts_once(stand: Stand, callers: Visitors) -> None:
    letter = Desks(stand).answered(subject="评价点了两下")
    page = followed(stand, callers.new().page, letter)
    form = page.locator("details[data-move=rate]")
    form.get_by_label("很满意", exact=True).check()
    form.locator("button[type=submit]").click()
    form.get_by_role("button", name="确认").dblclick()
    expect(page.locator(".notice.good")).to_be_visible()
    assert _times(stand, letter, "rate") == 1


def _times(stand: Stand, letter: Sent, move: str) -> int:
    return sum(each["move"] == move for each in stand.as_writer(letter)["timeline"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_changing_the_language_keeps_the_letter(stand: Stand, callers: Visitors, language: str) -> None:
    """A writer has to say the query code again, since it is kept nowhere; the letter they look for goes along."""
    letter = stand.write(subject="换一种语言")
    page = callers.new(language).open(f"{stand.site}{path_of(language, 'follow')}#{letter.code}")
    for other in (*LANGUAGES, language):
        if other != page.locator("html").get_attribute("lang"):
            page.locator(f".languages a[hreflang={other}]").click()
        expect(page.locator("html")).to_have_attribute("lang", other)
        assert page.locator("[name=tracking_code]").input_value().replace("-", "") == letter.code
    page.locator("[name=query_code]").fill(letter.query_code)
    page.locator("button.primary[type=submit]").click()
    expect(page.get_by_role("heading", name="换一种语言")).to_be_visible()
