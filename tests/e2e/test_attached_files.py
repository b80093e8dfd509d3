"""Files of a letter as people open them: at the desk and by their writer, late, without a network, or not at all."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Route, expect

from tests.e2e.county import Desks, uploaded
from tests.e2e.visitors import Visitors, faults, followed
from tests.functional.some_files import JPEG, PDF
from tests.stand_driver import CENTRE, HANDLER, INSPECTORS, UNIT, Sent, Stand

PHOTO, CONTRACT = "桥头 路灯.jpg", "维修合同.pdf"
LATER = "16:00"
"""Minutes after which an address no longer holds."""


def _with_files(stand: Stand, subject: str, **letter: Any) -> Sent:
    files = [uploaded(stand, PHOTO, JPEG), uploaded(stand, CONTRACT, PDF)]
    sent = stand.write(subject=subject, attachments=files, **letter)
    Desks(stand).make(CENTRE, sent, "accept")
    Desks(stand).make(CENTRE, sent, "assign", units=[UNIT])
    return sent


def _at_desk(stand: Stand, page: Page, sent: Sent, who: str = HANDLER) -> Page:
    page.goto(Desks(stand).link(who))
    expect(page.locator("a.row").first).to_be_visible()
    page.goto(f"{stand.site}/desk.html#/{sent.code}")
    expect(page.locator(".attached")).to_be_visible()
    return page


def _opened(page: Page, name: str) -> bytes:
    """What one gets by pressing the file's name; it is saved under that name."""
    with page.expect_download() as download:
        page.get_by_role("link", name=name).click()
    assert download.value.suggested_filename == name
    return Path(download.value.path()).read_bytes()


def _addresses_lapse(page: Page, name: str) -> None:
    """The address on the page is answered from now on as the store answers an old one; what the page asks for, not."""
    old = page.get_by_role("link", name=name).get_attribute("href")
    assert old
    lapsed = "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"
    page.context.route(lambda url: url == old, lambda route: route.fulfill(status=403, body=lapsed))
    page.wait_for_timeout(1100)  # an address of the same second is the same address
    page.clock.fast_forward(LATER)


def test_the_handler_and_the_writer_open_a_photo_and_a_paper(stand: Stand, visitors: Visitors) -> None:
    sent = _with_files(stand, "带照片和合同的信")
    for page in (_at_desk(stand, visitors.new().page, sent), followed(stand, visitors.new().page, sent)):
        assert (_opened(page, PHOTO), _opened(page, CONTRACT)) == (JPEG, PDF)
        assert faults(page) == []


def test_a_file_pressed_long_after_the_page_was_opened_is_got_all_the_same(stand: Stand, callers: Visitors) -> None:
    sent = _with_files(stand, "过了很久才点开的附件")
    for open_at in (_at_desk, followed):
        page = callers.new().page
        page.clock.install()
        open_at(stand, page, sent)
        _addresses_lapse(page, PHOTO)
        assert _opened(page, PHOTO) == JPEG
        assert _opened(page, CONTRACT) == PDF, "its address is new too"
        expect(page.get_by_role("heading", level=1, name="过了很久才点开的附件")).to_be_visible()


def test_an_address_that_still_holds_is_not_asked_for_again(stand: Stand, callers: Visitors) -> None:
    sent = _with_files(stand, "马上点开的附件")
    page = followed(stand, callers.new().page, sent)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.url.startswith(stand.site) else None)
    assert _opened(page, PHOTO) == JPEG
    assert asked == []


def test_without_a_network_an_old_address_is_said_to_wait_and_works_afterwards(stand: Stand, callers: Visitors) -> None:
    sent = _with_files(stand, "断网时点开的附件")
    visitor = callers.new(expected="ERR_INTERNET_DISCONNECTED")
    visitor.page.clock.install()
    page = followed(stand, visitor.page, sent)
    _addresses_lapse(page, PHOTO)
    visitor.context.set_offline(True)
    page.get_by_role("link", name=PHOTO).click()
    expect(page.locator(".attached [role=status]").first).to_contain_text("网络")
    visitor.context.set_offline(False)
    assert _opened(page, PHOTO) == JPEG


def test_a_file_that_is_gone_by_then_is_said_to_be(stand: Stand, callers: Visitors) -> None:
    sent = _with_files(stand, "附件已经不在")
    page = callers.new().page
    page.clock.install()
    followed(stand, page, sent)
    _addresses_lapse(page, PHOTO)

    def without(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, json={**answer.json(), "attachments": []})

    page.context.route(f"**/letters/{sent.code}", without)
    page.get_by_role("link", name=PHOTO).click()
    expect(page.locator(".attached")).to_contain_text("这个文件已经不在了")


def test_whoever_may_not_know_the_writer_is_told_that_there_are_files_and_who_can_open_them(
    stand: Stand, visitors: Visitors
) -> None:
    sent = _with_files(stand, "请保密：夜间施工", kind="complaint", keep_confidential=True)
    page = _at_desk(stand, visitors.new().page, sent)
    files = page.locator(".attached")
    expect(files).to_contain_text("图片")
    expect(files).to_contain_text("PDF 文件")
    expect(files).to_contain_text("请联系受理中心")
    expect(files.get_by_role("link")).to_have_count(0)
    assert PHOTO not in page.content()
    assert faults(page) == []
    assert _opened(_at_desk_of_centre(stand, visitors, sent), PHOTO) == JPEG


def _at_desk_of_centre(stand: Stand, visitors: Visitors, sent: Sent) -> Page:
    page = visitors.new().page
    page.goto(Desks(stand).link(CENTRE))
    expect(page.locator("nav.tabs")).to_be_visible()
    page.goto(f"{stand.site}/desk.html#/{sent.code}")
    return page


def test_the_list_says_who_has_a_letter_that_it_is_supervised_and_confidential(
    stand: Stand, visitors: Visitors
) -> None:
    sent = _with_files(stand, "列表上看得出的信", kind="complaint", keep_confidential=True)
    Desks(stand).make(INSPECTORS[0], sent, "supervise")
    for who, office in ((HANDLER, 0), (INSPECTORS[0], 1)):
        page = visitors.new().page
        page.goto(Desks(stand).link(who))
        row = page.locator(f".waiting a.row[href='#/{sent.code}']")
        expect(row).to_contain_text("身份保密")
        expect(row).to_contain_text("督办件")
        expect(row.get_by_text("承办：县交通运输局")).to_have_count(office)
        assert faults(page) == []


def test_an_undelivered_message_names_the_person_to_go_to(stand: Stand, callers: Visitors) -> None:
    sent = _with_files(stand, "通知没有送到")
    page = callers.new().page

    def with_one(route: Route) -> None:
        answer = route.fetch()
        common = {"tracking_code": sent.code, "number": None, "state": "failed", "at": "2026-11-20T10:00:00+08:00"}
        staff = {"id": "1", "to": "x-1", "to_name": "路平安", "to_unit": "县交通运输局", "channel": "email"}
        gone = {"id": "2", "to": "x-9", "to_name": None, "to_unit": None, "channel": "sms"}
        route.fulfill(response=answer, json={**answer.json(), "undelivered": [common | staff, common | gone]})

    page.route("**/desk", with_one)
    page.goto(Desks(stand).link(CENTRE))
    card = page.locator(".undelivered")
    expect(card).to_contain_text("给县交通运输局路平安的邮件没有送达")
    expect(card).to_contain_text("x-9")
    expect(card).to_contain_text("通讯录里已经没有这个人")
    assert faults(page) == []
