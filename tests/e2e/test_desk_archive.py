"""The archive on the desk's page: a month's letters, a link to each, and the register to print (CQ-10, SF-3.2)."""

import re

from playwright.sync_api import expect

from tests.e2e.visitors import Visitors
from tests.stand_driver import CENTRE, Stand

SUBJECT = "东门桥的路灯"


def test_the_archive_of_a_month_lists_its_letters_and_prints_its_register(stand: Stand, visitors: Visitors) -> None:
    letter = stand.write(subject=SUBJECT)
    stand.run_job("dispatch")
    page = visitors.new().open(f"{stand.site}/desk.html#{stand.token(CENTRE, letter)}")
    expect(
        page.locator("main h1").filter(has_text=re.compile(f"{SUBJECT}|您好"))
    ).to_be_visible()  # one mail may name several
    page.evaluate("location.hash = '#/'")
    page.get_by_role("link", name="存档").click()
    expect(page.get_by_label("收到月份")).to_have_value("2026-11")
    row = page.get_by_role("link", name=SUBJECT).first
    expect(row).to_contain_text("11月20日")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="打印本页来信登记表").click()
    expect(opened.value.locator("article.paper")).to_contain_text(SUBJECT)
    page.get_by_label("收到月份").fill("2026-09")
    page.get_by_label("收到月份").dispatch_event("change")
    expect(page.locator("main")).to_contain_text("这个月没有来信")
    page.go_back()
    row.click()
    expect(page.get_by_role("heading", level=1, name=SUBJECT)).to_be_visible()
