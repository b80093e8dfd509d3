"""The desk by hand: what was typed is not lost, the likely move is within reach, a clerk takes in a telephone call."""

import re

from playwright.sync_api import Page, expect

from tests.e2e.visitors import Visitors
from tests.stand_driver import CENTRE, DIRECT, HANDLER, Sent, Stand

ANSWER = "路灯已经修好，感谢您的来信。"
COVERED = """() => {
  const bar = document.querySelector(".action-bar"), focused = document.activeElement;
  if (!bar || bar.hidden || bar.contains(focused) || focused === document.body) return null;
  const [here, there] = [focused.getBoundingClientRect(), bar.getBoundingClientRect()];
  const covered = there.height && here.bottom > there.top + 2 && here.top < there.bottom;
  return covered ? focused.outerHTML.slice(0, 120) : null;
}"""


def _at_letter(stand: Stand, visitors: Visitors, email: str, letter: Sent, subject: str) -> Page:
    page = visitors.new().open(f"{stand.site}/desk.html#{stand.token(email, letter)}")
    expect(page.get_by_role("heading", level=1, name=subject)).to_be_visible()
    return page


def _typed(page: Page) -> None:
    page.locator("details[data-move=answer] > summary").click()
    page.locator("details[data-move=answer] [name=body]").fill(ANSWER)


def test_a_half_written_answer_survives_another_language_and_a_closed_tab_but_not_leaving(
    stand: Stand, visitors: Visitors
) -> None:
    letter = stand.assigned("写了一半的答复")
    page = _at_letter(stand, visitors, HANDLER, letter, "写了一半的答复")
    _typed(page)
    page.get_by_role("link", name="English").click()
    expect(page).to_have_url(f"{stand.site}/en/desk.html#/{letter.code}")
    expect(page.locator("details[data-move=answer] [name=body]")).to_be_visible()
    expect(page.locator("details[data-move=answer] [name=body]")).to_have_value(ANSWER)
    other = page.context.new_page()
    other.goto(f"{stand.site}/desk.html#{stand.token(HANDLER, letter)}")
    expect(other.locator("details[data-move=answer] [name=body]")).to_have_value(ANSWER)
    other.get_by_role("link", name="返回列表").click()
    other.get_by_role("button", name="退出").click()
    expect(other.locator("main")).to_contain_text("已退出")
    assert ANSWER not in other.evaluate("JSON.stringify({...localStorage, ...sessionStorage})")


def test_whoever_was_overtaken_still_has_what_they_wrote(stand: Stand, visitors: Visitors) -> None:
    letter = stand.assigned("同事更快一步")
    page = _at_letter(stand, visitors, HANDLER, letter, "同事更快一步")
    visitors.all[-1].expect_complaint("status of 409")
    _typed(page)
    page.locator("details[data-move=answer] button[type=submit]").click()
    stand.make(DIRECT, letter, "answer", {"body": "同事的答复"})
    page.get_by_role("button", name="确认").click()
    expect(page.locator("main")).to_contain_text("“答复”现在已经不能办了")
    expect(page.locator("main")).to_contain_text(ANSWER)


def test_after_a_move_the_next_letter_is_one_step_away(stand: Stand, visitors: Visitors) -> None:
    letter = stand.assigned("先办的一封")
    stand.assigned("后办的一封")
    page = _at_letter(stand, visitors, HANDLER, letter, "先办的一封")
    _typed(page)
    page.locator("details[data-move=answer] button[type=submit]").click()
    page.get_by_role("button", name="确认").click()
    expect(page.locator(".result")).to_contain_text("“答复”已办理")
    page.locator(".result a").click()
    expect(page.get_by_role("heading", level=1, name="先办的一封")).to_have_count(0)
    expect(page.locator(".decision")).to_be_visible()


def test_the_bar_with_the_likely_move_never_covers_what_has_the_focus(stand: Stand, visitors: Visitors) -> None:
    letter = stand.assigned("拇指够得着")
    page = _at_letter(stand, visitors, HANDLER, letter, "拇指够得着")
    for _ in range(40):
        page.keyboard.press("Tab")
        assert page.evaluate(COVERED) is None


def test_a_clerk_takes_in_a_call_and_reads_out_codes_that_work(stand: Stand, visitors: Visitors) -> None:
    token = stand.token(CENTRE, stand.assigned("受理中心的入口"))
    page = visitors.new().open(f"{stand.site}/desk.html#{token}")
    expect(page.locator("main h1")).not_to_have_text("办理台")
    page.evaluate("location.hash = '#/'")
    page.get_by_role("link", name="登记来信").click()
    page.get_by_role("button", name="登记").click()
    expect(page.get_by_role("alert")).to_contain_text("标题")
    page.get_by_label("求助", exact=True).check()
    page.locator("[name=subject]").fill("来电：水管爆了")
    page.locator("[name=body]").fill("来电人说和平路12号门前水管爆裂，请派人维修。")
    page.locator("[name=phone]").fill("13811112222")
    page.get_by_role("button", name="登记").click()
    expect(page.get_by_role("heading", name="来信已登记")).to_be_visible()
    tracking, query = (re.sub(r"\W", "", each.inner_text()) for each in page.locator("output.code").all())
    letter = stand.as_writer(Sent(tracking, query, None))
    assert (letter["subject"], letter["status"]) == ("来电：水管爆了", "received")
