"""Writing a letter as it goes in life: back and forth, a reload, no network, photos, and input that nobody expects."""

import json
import re
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.e2e.axe import violations
from tests.stand_driver import Sent, Stand

HOSTILE = (
    '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>',
    "\u202eكتاب العربية\u202c",
    "👩‍👩‍👧‍👦🏳️‍🌈" * 5,
    "{name} ${7*7} {{7*7}} %s\\n",
    "'; DROP TABLE letters; --",
)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A phone."""
    opened = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, reduced_motion="reduce", accept_downloads=True
    )
    yield opened
    opened.close()


@pytest.fixture
def page(stand: Stand, context: BrowserContext) -> Page:
    """The page on which one writes."""
    opened = context.new_page()
    opened.goto(f"{stand.site}/write.html")
    expect(opened.locator("h1")).to_have_text("写给谁，是哪一类信")
    return opened


def onward(page: Page) -> None:
    """Next."""
    page.get_by_role("button", name="下一步").click()


def to_step(page: Page, last: str, **more: str) -> None:
    """Fill in what is asked and go on until this step is there."""
    steps = ["to", "letter", "about", "contact", "privacy", "check"]
    for step in steps[: steps.index(last)]:
        expect(page.locator(f"[data-step={step}]")).to_be_visible()
        if step == "to":
            page.get_by_label("书记县长信箱").check()
            page.get_by_label(re.compile(f"^{more.get('kind', '咨询')}")).check()
        elif step == "letter":
            page.locator("[name=subject]").fill(more.get("subject", "公园的长椅"))
            page.locator("[name=body]").fill(more.get("body", "公园的长椅坏了，请修一修。"))
        elif step == "about":
            page.get_by_label(re.compile("^不是")).check()
        elif step == "contact":
            page.locator("[name=name]").fill(more.get("name", "欧阳测试名"))
            page.locator("[name=email]").fill(more.get("email", "writer.private@mail.example"))
        onward(page)
    expect(page.locator(f"[data-step={last}]")).to_be_visible()


def sent(page: Page) -> Sent:
    """Send it; the codes."""
    page.locator("button.primary[type=submit]").click()
    expect(page.get_by_role("heading", name="信已收到")).to_be_focused(timeout=20_000)
    tracking, query = (each.inner_text() for each in page.locator("output.code").all())
    return Sent(tracking.replace("-", ""), query.replace(" ", ""), None)


def picture(context: BrowserContext, path: Path, width: int = 3000, height: int = 2000) -> Path:
    """A photo as a phone takes one: large, and with the place where it was taken."""
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": height})
    page.set_content("<body bgcolor=teal><h1>photo</h1>")
    drawn = page.screenshot(type="jpeg")
    page.close()
    place = b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x88%\x00\x04\x00\x00\x00\x01\x00\x00\x00\x1aGPS-HERE"
    path.write_bytes(drawn[:2] + b"\xff\xe1" + (len(place) + 2).to_bytes(2, "big") + place + drawn[2:])
    return path


def files_of(stand: Stand, letter: Sent) -> list[tuple[str, bytes]]:
    """Names and contents of the letter's files, as its writer gets them."""
    listed = stand.as_writer(letter)["attachments"]
    return [(each["name"], urllib.request.urlopen(each["url"], timeout=20).read()) for each in listed]  # noqa: S310


def with_rulebook(page: Page, **changes: Any) -> None:
    """Let the page see a rulebook that differs in this."""

    def answer(route: Route) -> None:
        given = route.fetch()
        route.fulfill(response=given, body=json.dumps(given.json() | changes))

    page.route("**/rulebook", answer)
    page.reload()
    expect(page.locator("[data-step=to]")).to_be_visible()


def test_back_and_forth_loses_nothing_and_each_step_says_where_one_is(page: Page) -> None:
    to_step(page, "contact")
    expect(page.get_by_role("heading", name="怎么联系您")).to_be_focused()
    assert page.title().startswith("怎么联系您（第 4 步，共 6 步）")
    page.go_back()
    page.go_back()
    expect(page.get_by_role("heading", name="信的内容")).to_be_focused()
    expect(page.locator("[name=subject]")).to_have_value("公园的长椅")
    page.get_by_role("button", name="上一步").click()
    expect(page.get_by_label(re.compile("^咨询"))).to_be_checked()
    for _ in range(3):
        onward(page)
    expect(page.locator("[data-step=contact]")).to_be_visible()


def test_a_step_with_something_missing_stays_and_says_what(page: Page) -> None:
    onward(page)
    expect(page.locator(".summary")).to_be_focused()
    assert page.title().startswith("有误：")
    assert violations(page) == []
    page.locator(".summary").get_by_role("link", name="请选择是哪一类信").click()
    expect(page.get_by_label(re.compile("^咨询"))).to_be_focused()
    page.goto(page.url.split("#")[0] + "#check")
    expect(page.locator("[data-step=to]")).to_be_visible()


def test_what_was_typed_its_step_and_its_files_come_back(page: Page, context: BrowserContext, tmp_path: Path) -> None:
    to_step(page, "letter")
    page.locator("[name=subject]").fill("公园的长椅")
    page.set_input_files("#files-choose", picture(context, tmp_path / "长椅.jpg", 300, 200))
    expect(page.locator(".file.done")).to_be_visible(timeout=20_000)
    page.wait_for_timeout(500)
    other = context.new_page()
    page.close()
    other.goto(page.url.split("#")[0])
    expect(other.locator("[data-step=letter]")).to_be_visible()
    expect(other.locator("[name=subject]")).to_have_value("公园的长椅")
    expect(other.locator(".file.done")).to_contain_text("长椅.jpg")
    other.once("dialog", lambda asked: asked.accept())
    other.get_by_role("button", name="清空重写").click()
    expect(other.get_by_text("已清空。")).to_be_visible()
    other.reload()
    expect(other.locator("[data-step=to]")).to_be_visible()
    assert "公园" not in other.evaluate("JSON.stringify(localStorage)")


def test_a_photo_goes_smaller_and_without_the_place(
    stand: Stand, page: Page, context: BrowserContext, tmp_path: Path
) -> None:
    to_step(page, "letter")
    page.locator("[name=subject]").fill("照片")
    page.locator("[name=body]").fill("见照片。")
    page.set_input_files("#files-choose", picture(context, tmp_path / "桥.JPG"))
    expect(page.locator(".file.done")).to_be_visible(timeout=20_000)
    onward(page)
    page.get_by_label(re.compile("^不是")).check()
    for _ in range(3):
        onward(page)
    expect(page.locator(".review").filter(has_text="桥.JPG")).to_be_visible()
    expect(page.locator(".notice.warn")).to_contain_text("没有留联系方式")
    [(name, content)] = files_of(stand, sent(page))
    assert name == "桥.jpg"
    assert content.startswith(b"\xff\xd8\xff")
    assert b"GPS-HERE" not in content
    assert b"Exif" not in content
    frame = content.index(b"\xff\xc0")
    height, width = (int.from_bytes(content[frame + at : frame + at + 2], "big") for at in (5, 7))
    assert (width, height) == (2560, 1707)


def test_a_file_that_cannot_go_says_why_and_may_be_tried_again(page: Page, tmp_path: Path) -> None:
    to_step(page, "letter", subject="x")
    for name, data in {"a.exe": b"MZ", "empty.pdf": b"", "large.pdf": b"%PDF-" + b"0" * 10_500_000}.items():
        (tmp_path / name).write_bytes(data)
    page.set_input_files("#files-choose", [tmp_path / name for name in ("a.exe", "empty.pdf", "large.pdf")])
    for words in ("可以上传的是 jpg", "文件是空的", "超过了 10 MB"):
        expect(page.locator(".file.refused").filter(has_text=words)).to_be_visible()
    assert violations(page) == []
    onward(page)
    expect(page.locator(".summary")).to_contain_text("有文件没有传成")
    while page.locator(".file").count():
        page.locator(".file button:visible").first.click()
    page.route("**/uploads", lambda route: route.abort())
    (tmp_path / "good.pdf").write_bytes(b"%PDF-1.4\n%%EOF")
    page.set_input_files("#files-choose", tmp_path / "good.pdf")
    expect(page.locator(".file.failed")).to_contain_text("没有传成")
    page.unroute("**/uploads")
    page.locator(".file.failed").get_by_role("button", name="再试一次").click()
    expect(page.locator(".file.done")).to_be_visible(timeout=20_000)


def test_a_file_kept_too_long_is_asked_for_again(page: Page) -> None:
    kept = {
        "values": {"kind": "consultation"},
        "step": "to",
        "files": [{"id": "u1", "name": "旧.pdf", "size": 9, "until": 1}],
    }
    page.close()
    context, address = page.context, page.url.split("#")[0]
    opened = context.new_page()
    opened.add_init_script(f"localStorage.setItem('huiyin.letter', {json.dumps(json.dumps(kept))})")
    opened.goto(address)
    to_step(opened, "letter")
    expect(opened.locator(".file.expired")).to_contain_text("上传已超过一天")


def test_without_network_nothing_is_lost_and_no_letter_goes_twice(
    stand: Stand, page: Page, context: BrowserContext
) -> None:
    to_step(page, "check", subject="断网时写的信")
    context.set_offline(True)
    page.get_by_role("button", name="提交来信").click()
    expect(page.locator(".notice.bad:not(.summary)")).to_contain_text("现在没有网络")
    context.set_offline(False)
    answered: list[str] = []

    def lose(route: Route) -> None:
        answered.append(route.fetch().json()["tracking_code"])
        route.abort()

    page.route("**/letters", lose)
    page.get_by_role("button", name="再试一次").click()
    expect(page.locator(".notice.bad:not(.summary)")).to_contain_text("没有连上服务器")
    page.unroute("**/letters")
    page.reload()
    expect(page.locator("[data-step=check]")).to_be_visible()
    expect(page.locator("button.primary[type=submit]")).to_contain_text("再试一次")
    assert [sent(page).code] == answered


def test_what_the_server_refuses_leads_back_to_its_step(page: Page) -> None:
    to_step(page, "check", email="someone@-mail.example")
    page.get_by_role("button", name="提交来信").click()
    expect(page.locator("[data-step=contact]")).to_be_visible()
    expect(page.locator(".summary")).to_be_focused()
    expect(page.locator("[name=email]")).to_have_attribute("aria-invalid", "true")
    page.locator("[name=email]").fill("someone@mail.example")
    page.get_by_role("button", name="改好了，去核对").click()
    expect(page.locator("[data-step=check]")).to_be_visible()
    page.locator(".review > div").filter(has_text="姓名").get_by_role("link").click()
    expect(page.locator("[name=name]")).to_be_focused()
    page.get_by_role("button", name="改好了，去核对").click()
    sent(page)


def test_who_agrees_sees_what_the_public_would_read(stand: Stand, page: Page) -> None:
    with_rulebook(page, publication={"needs_consent": True})
    to_step(page, "privacy", body="请打 13911112222 找欧阳测试名。")
    page.locator("[name=publish_consent]").check()
    page.route("**/previews", lambda route: route.abort())
    page.get_by_role("button", name="看看公开后是什么样").click()
    expect(page.locator(".notice.warn")).to_contain_text("不影响提交")
    page.unroute("**/previews")
    page.get_by_role("button", name="看看公开后是什么样").click()
    expect(page.locator(".preview")).to_be_visible()
    assert "13911112222" not in page.locator(".preview").inner_text()
    assert violations(page) == []
    page.locator("[name=keep_confidential]").check()
    expect(page.locator("[name=publish_consent]")).to_be_disabled()
    expect(page.locator("[name=publish_consent]")).not_to_be_checked()
    expect(page.locator(".preview")).to_be_hidden()
    page.locator("[name=keep_confidential]").uncheck()
    page.locator("[name=publish_consent]").check()
    bodies: list[Any] = []
    page.on("request", lambda asked: bodies.append(asked.post_data_json) if asked.url.endswith("/letters") else None)
    onward(page)
    sent(page)
    assert bodies[0]["publish_consent"] is True


def test_a_report_of_wrongdoing_cannot_be_made_public(page: Page) -> None:
    with_rulebook(page, publication={"needs_consent": True})
    to_step(page, "privacy", kind="举报")
    expect(page.locator("[data-step=privacy]")).to_contain_text("举报信一律不公开")
    expect(page.locator("[name=publish_consent]")).to_be_disabled()


def test_a_unit_is_found_by_a_part_of_its_name_and_kept_from_the_letter(stand: Stand, page: Page) -> None:
    to_step(page, "about")
    page.get_by_label(re.compile("^是，反映")).check()
    onward(page)
    expect(page.locator(".summary")).to_contain_text("请选出反映的单位")
    page.get_by_label("输入单位名称的几个字来查找").fill("交通")
    expect(page.locator(".picker label:visible")).to_have_count(2)
    page.get_by_label("县交通运输局").check()
    page.get_by_label("输入单位名称的几个字来查找").fill("教育")
    expect(page.get_by_label("县交通运输局")).to_be_visible()
    bodies: list[Any] = []
    page.on("request", lambda asked: bodies.append(asked.post_data_json) if asked.url.endswith("/letters") else None)
    for _ in range(3):
        onward(page)
    sent(page)
    assert bodies[0]["about"] == [{"unit": "jiaotong"}]


@pytest.mark.parametrize("words", HOSTILE, ids=["html", "right to left", "emoji", "templates", "sql"])
def test_whatever_is_typed_is_text(stand: Stand, page: Page, words: str) -> None:
    to_step(page, "check", subject=words, body=f"{words}\u0000\ud800\u000b尾", name=words)
    expect(page.locator(".review").filter(has_text="尾")).to_be_visible()
    letter = stand.as_writer(sent(page))
    assert letter["subject"] == words.strip()
    assert page.locator(".slip").inner_text().count(words.strip()[:10])
    assert page.evaluate("window.hacked") is None
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_characters_are_counted_as_the_server_counts_them(page: Page) -> None:
    to_step(page, "letter")
    page.locator("[name=subject]").fill("x")
    page.locator("[name=body]").fill("😀" * 9_999)
    expect(page.locator(".counter").filter(has_text="还可以写 1 字")).to_be_visible()
    page.locator("[name=body]").fill("😀" * 10_001)
    expect(page.locator(".counter.over")).to_have_text("超出 1 字，请精简")
    onward(page)
    expect(page.locator(".summary")).to_contain_text("最多 10000 字")
    page.locator("[name=body]").fill("😀" * 10_000)
    onward(page)
    page.get_by_label(re.compile("^不是")).check()
    for _ in range(3):
        onward(page)
    sent(page)


def test_the_slip_leads_to_the_letter_but_never_carries_its_key(page: Page) -> None:
    to_step(page, "check")
    letter = sent(page)
    expect(page.locator(".slip svg.qr")).to_be_visible()
    assert violations(page) == []
    with page.expect_download() as saving:
        page.get_by_role("button", name="保存为文件").click()
    noted = Path(saving.value.path()).read_text("utf-8")
    assert f"#{letter.code}" in noted
    assert [line for line in noted.splitlines() if letter.query_code in line and "http" in line] == []
    page.get_by_role("button", name="我已记好").click()
    page.reload()
    expect(page.locator("[data-step=to]")).to_be_visible()
    assert letter.query_code not in page.content() + page.evaluate(
        "JSON.stringify([{...localStorage}, {...sessionStorage}])"
    )
