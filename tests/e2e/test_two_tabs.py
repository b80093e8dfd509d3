"""What browsers keep: one letter open in two tabs, for two weeks and no longer, and nothing of a desk that was left."""

import hashlib
import json
import time

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.e2e.axe import violations
from tests.e2e.county import Desks
from tests.e2e.visitors import Visitors, followed
from tests.e2e.wording import LANGUAGES, path_of, wording
from tests.functional.some_files import PDF
from tests.stand_driver import CENTRE, HANDLER, WRITER, Sent, Stand

DAY = 86_400
WORDS = wording(LANGUAGES[0])
SUBMIT = "main button.primary[type=submit]"
KEPT = "JSON.stringify([{...localStorage}, {...sessionStorage}])"
LOST = "ERR_FAILED|status of 429"


def _second_tab(page: Page) -> Page:
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.locator(".review").first).to_be_visible()
    expect(page.get_by_text(WORDS["write.other_tab"])).to_be_visible()
    return other


def _receipt(page: Page) -> str:
    expect(page.get_by_role("heading", name=WORDS["receipt.title"])).to_be_visible(timeout=20_000)
    return page.locator("output.code").first.inner_text()


def test_a_letter_sent_from_one_tab_is_not_sent_again_from_another(stand: Stand, callers: Visitors) -> None:
    subject = "两个标签页"
    first = callers.new().writes(stand, WORDS, subject)
    second = _second_tab(first)
    second.locator(SUBMIT).click()
    _receipt(second)
    expect(first.get_by_text(WORDS["write.sent_elsewhere"])).to_be_visible()
    assert violations(first) == []
    first.locator(SUBMIT).click()
    first.wait_for_timeout(500)
    expect(first.locator(".review").first).to_be_visible()
    assert Desks(stand).letters_named(subject) == 1

    first.get_by_role("button", name=WORDS["write.as_another"]).click()
    first.locator(SUBMIT).click()
    _receipt(first)
    assert Desks(stand).letters_named(subject) == 2


def test_a_letter_sent_from_two_tabs_at_once_is_one_letter(stand: Stand, callers: Visitors) -> None:
    subject = "两边同时提交"
    first = callers.new(expected="status of 409").writes(stand, WORDS, subject)
    second = _second_tab(first)
    waiting: list[Route] = []
    first.route("**/letters", lambda route: waiting.append(route))  # noqa: PLW0108  Playwright looks at its parameters
    first.locator(SUBMIT).click()
    expect(first.locator("main")).to_contain_text(WORDS["common.working"])
    second.locator(SUBMIT).click()
    code = _receipt(second)
    waiting[0].continue_()
    assert _receipt(first) == code
    assert Desks(stand).letters_named(subject) == 1


def test_what_is_on_its_way_in_one_tab_is_not_sent_changed_from_another_unwarned(
    stand: Stand, callers: Visitors
) -> None:
    subject = "那边正在提交"
    first = callers.new().writes(stand, WORDS, subject)
    second = _second_tab(first)
    second.get_by_role("button", name=WORDS["write.back"]).click()
    second.get_by_label(WORDS["write.keep_confidential"]).check()
    second.get_by_role("button", name=WORDS["write.next"]).click()
    second.wait_for_timeout(500)
    waiting: list[Route] = []
    first.route("**/letters", lambda route: waiting.append(route))  # noqa: PLW0108  Playwright looks at its parameters
    first.locator(SUBMIT).click()
    expect(first.locator("main")).to_contain_text(WORDS["common.working"])
    second.locator(SUBMIT).click()
    expect(second.get_by_text(WORDS["write.edit_warning"])).to_be_visible()
    assert Desks(stand).letters_named(subject) == 0
    waiting[0].continue_()
    _receipt(first)
    assert Desks(stand).letters_named(subject) == 1


def test_another_step_in_an_older_tab_does_not_undo_what_was_written_in_the_newer(
    stand: Stand, callers: Visitors
) -> None:
    first = callers.new().writes(stand, WORDS, "旧的标题")
    second = _second_tab(first)
    for _ in range(4):
        second.get_by_role("button", name=WORDS["write.back"]).click()
    second.locator("[name=subject]").fill("新的标题")
    second.wait_for_timeout(500)
    first.get_by_role("button", name=WORDS["write.back"]).click()
    first.wait_for_timeout(500)
    assert "新的标题" in first.evaluate(KEPT)
    first.get_by_role("button", name=WORDS["write.other_tab_latest"]).click()
    expect(first.locator("[name=subject]")).to_have_value("新的标题")
    for _ in range(3):
        first.get_by_role("button", name=WORDS["write.back"]).click()
    first.locator("[name=subject]").fill("第三个标题")
    second.wait_for_function("() => localStorage['huiyin.letter'].includes('第三个标题')")
    expect(second.get_by_text(WORDS["write.other_tab"])).to_be_visible()


def test_a_letter_deleted_in_one_tab_is_said_to_be_kept_no_more_in_the_other(stand: Stand, callers: Visitors) -> None:
    first = callers.new().writes(stand, WORDS, "清掉的信")
    second = _second_tab(first)
    first.evaluate("window.confirm = () => true")
    first.get_by_role("button", name=WORDS["write.discard"]).click()
    expect(second.get_by_text(WORDS["write.gone_elsewhere"])).to_be_visible()
    assert "清掉的信" not in second.evaluate(KEPT)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_letter_nobody_goes_on_with_is_gone_after_two_weeks_whatever_page_is_opened(
    stand: Stand, callers: Visitors, language: str
) -> None:
    page = callers.new(language).open(f"{stand.site}{path_of(language, 'write')}")
    expect(page.locator(".keeping")).to_contain_text("14")
    for days, stays in ((13, True), (15, False)):
        draft = {"values": {"name": "欧阳测试名"}, "at": (time.time() - days * DAY) * 1000}
        page.goto(f"{stand.site}{path_of(language, 'index')}")
        page.evaluate("text => localStorage.setItem('huiyin.letter', text)", json.dumps(draft, ensure_ascii=False))
        for name in ("notices", "print"):
            page.goto("about:blank")
            page.goto(f"{stand.site}{path_of(language, name)}")
            expect(page.locator("h1").first).to_be_visible()
            assert ("欧阳测试名" in page.evaluate(KEPT)) is stays


def _at_desk(stand: Stand, context: BrowserContext, email: str, letter: Sent) -> Page:
    page = context.new_page()
    page.goto(f"{stand.site}/desk.html#{stand.token(email, letter)}")
    expect(page.locator("details[data-move]").first).to_be_attached()
    return page


def test_leaving_the_desk_clears_its_other_tabs_and_printed_pages_and_nobody_elses(
    stand: Stand, callers: Visitors
) -> None:
    letter = stand.assigned("一台电脑两个人用")
    context = callers.new().context
    mine, theirs = (_at_desk(stand, context, email, letter) for email in (HANDLER, CENTRE))
    expect(mine.locator("#moves")).to_contain_text("14")
    mine.locator("details[data-move=answer] > summary").click()
    mine.locator("details[data-move=answer] [name=body]").fill("我的半个答复")
    begun = theirs.locator("details.move textarea").first
    begun.evaluate(
        "field => { field.value = '同事的半句话'; field.dispatchEvent(new Event('input', {bubbles: true})); }"
    )
    with mine.expect_popup() as printed:
        mine.locator("ul.files a").first.click()
    expect(printed.value.locator("article")).to_be_visible()
    assert '\\"token\\"' in printed.value.evaluate(KEPT)

    mine.get_by_role("link", name="返回列表").click()
    mine.get_by_role("button", name="退出").click()
    expect(mine.locator("main")).to_contain_text("已退出")
    expect(printed.value.locator("article")).to_have_count(0)
    expect(printed.value.get_by_role("alert")).to_have_text(WORDS["print.no_link"])
    for page in (mine, printed.value):
        assert "token" not in page.evaluate("JSON.stringify({...sessionStorage})")
    kept = theirs.evaluate("JSON.stringify({...localStorage})")
    assert "我的半个答复" not in kept
    assert "同事的半句话" in kept
    theirs.reload()
    expect(theirs.get_by_role("heading", level=1, name="一台电脑两个人用")).to_be_visible()


def test_a_move_that_was_made_is_not_taken_for_somebody_elses_after_a_busy_server(
    stand: Stand, callers: Visitors
) -> None:
    """Its answer was lost, the next try met too many requests: the third one is still the first one's."""
    letter = stand.assigned("忙线之后")
    page = _at_desk(stand, callers.new(expected=LOST).context, HANDLER, letter)
    form = page.locator("details[data-move=answer]")
    form.locator("summary").click()
    form.locator("[name=body]").fill("已经修好。")
    form.locator("button[type=submit]").click()

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    for answer in (lose, lambda route: route.fulfill(status=429, json={"title": "busy", "status": 429})):
        page.route("**/moves/answer", answer)
        with page.expect_event(
            "requestfinished" if answer is not lose else "requestfailed", lambda request: "moves" in request.url
        ):
            form.get_by_role("button", name="确认").click()
        expect(form.locator(".notice.bad:not(.summary)")).to_be_visible()
        page.unroute("**/moves/answer")
    form.get_by_role("button", name="确认").click()
    expect(page.locator(".result")).to_be_visible()
    assert sum(each["move"] == "answer" for each in stand.as_writer(letter)["timeline"]) == 1


def test_files_of_a_half_written_supplement_are_still_there_after_a_reload(stand: Stand, callers: Visitors) -> None:
    letter = stand.write(subject="补充了一半", writer=WRITER)
    page = followed(stand, callers.new().page, letter)
    form = page.locator("details[data-move=supplement]")
    form.locator("summary").click()
    page.set_input_files("#files-choose", {"name": "合同.pdf", "mimeType": "application/pdf", "buffer": PDF})
    expect(page.locator(".file.done")).to_be_visible(timeout=20_000)

    followed(stand, page, letter)
    expect(form.locator("summary")).to_contain_text(WORDS["move.draft"])
    form.locator("summary").click()
    expect(page.locator(".file.done")).to_contain_text("合同.pdf")
    form.locator("[name=body]").fill("补上合同。")
    form.locator("button[type=submit]").click()
    form.get_by_role("button", name="确认").click()
    expect(page.locator(".notice.good")).to_be_visible()
    assert [each["name"] for each in stand.as_writer(letter)["attachments"]] == ["合同.pdf"]
    assert "合同" not in page.evaluate(KEPT)


@pytest.mark.parametrize("hours", [-2, 2])
def test_a_phone_whose_clock_is_off_computes_its_proof_once(stand: Stand, callers: Visitors, hours: int) -> None:
    asked: list[float] = []

    def challenge(route: Route) -> None:
        asked.append(time.time())
        salt = f"0011?expires={int(time.time()) + 3600}"
        wanted = hashlib.sha256(f"{salt}3".encode()).hexdigest()
        route.fulfill(
            json={
                "required": True,
                "algorithm": "SHA-256",
                "challenge": wanted,
                "maxnumber": 9,
                "salt": salt,
                "signature": "00",
            }
        )

    def rulebook(route: Route) -> None:
        given = route.fetch()
        route.fulfill(response=given, json=given.json() | {"proof": {"required": True}})

    visitor = callers.new()
    page = visitor.page
    page.clock.install(time=time.time() + hours * 3600)
    page.route("**/challenge", challenge)
    page.route("**/rulebook", rulebook)
    visitor.writes(stand, WORDS, "钟不准的手机")
    expect(page.locator(".proof")).to_contain_text(WORDS["proof.done"])
    assert len(asked) == 1
    page.clock.fast_forward("58:00")
    _there_and_back(page)
    assert len(asked) == 1
    page.clock.fast_forward("02:00")
    _there_and_back(page)
    assert len(asked) == 2, "the server takes a proof for an hour"


def _there_and_back(page: Page) -> None:
    page.get_by_role("button", name=WORDS["write.back"]).click()
    page.get_by_role("button", name=WORDS["write.next"]).click()
    page.wait_for_timeout(300)
