"""By hand in a browser, phone and desktop, two languages: write a letter, follow it, work it from mailed links."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.visitors import Visitors
from tests.e2e.wording import Wording, path_of, wording
from tests.functional.some_files import JPEG
from tests.stand_driver import CENTRE, HANDLER, WRITER, Sent, Stand

LANGUAGES = ("zh-Hans", "en")
SUBJECT = {"zh-Hans": "云溪大桥的路灯", "en": "Street lights on Yunxi bridge"}
QUESTION = {
    "zh-Hans": f"桥头的路灯坏了三周，什么时候能修好？请打{WRITER['phone']}。",
    "en": f"The lights have been out for three weeks. When will they work again? Please call {WRITER['phone']}.",
}
ANSWER = {"zh-Hans": "路灯已经修好，感谢您的来信。", "en": "The lights work again. Thank you for your letter."}


def _onward(page: Page, words: Wording) -> None:
    page.get_by_role("button", name=words["write.next"]).click()


def _add_photo(page: Page, folder: Path) -> None:
    photo = folder / "bridge.jpg"
    photo.write_bytes(JPEG)
    page.set_input_files("#files-choose", photo)
    expect(page.locator(".file.done")).to_contain_text("bridge.jpg", timeout=20_000)


def _agree_to_publish(page: Page, words: Wording) -> None:
    page.get_by_label(words["write.publish_consent"]).check()
    page.get_by_role("button", name=words["preview.ask"]).click()
    preview = page.locator(".preview")
    expect(preview).to_contain_text(SUBJECT[words.language])
    assert WRITER["phone"] not in preview.inner_text()


def _write(stand: Stand, visitors: Visitors, words: Wording, folder: Path) -> Sent:
    language = words.language
    page = visitors.new(language).open(stand.site + path_of(language, "index"))
    page.get_by_role("link", name=words["index.write"], exact=True).first.click()
    page.get_by_label("书记县长信箱").check()
    page.get_by_label(words.start("kinds.consultation")).check()
    _onward(page, words)
    page.locator("[name=subject]").fill(SUBJECT[language])
    page.locator("[name=body]").fill(QUESTION[language])
    _add_photo(page, folder)
    _onward(page, words)
    page.get_by_label(words.start("write.about_no")).check()
    _onward(page, words)
    for name, value in WRITER.items():
        page.locator(f"[name={name}]").fill(value)
    _onward(page, words)
    _agree_to_publish(page, words)
    _onward(page, words)
    expect(page.get_by_role("heading", name=words["write.steps.check"])).to_be_focused()
    for each in (QUESTION[language], *WRITER.values(), "bridge.jpg"):
        expect(page.locator(".review").filter(has_text=each).first).to_be_visible()
    page.get_by_role("button", name=words["write.submit"]).click()
    return _receipt(page, words)


def _receipt(page: Page, words: Wording) -> Sent:
    expect(page.get_by_role("heading", name=words["receipt.title"])).to_be_focused()
    expect(page.get_by_role("img", name=words["receipt.qr"])).to_be_visible()
    assert ("11月24日" if words.language != "en" else "24 November") in page.locator("main").inner_text()
    tracking, query = (each.inner_text() for each in page.locator("output.code").all())
    return Sent(tracking.replace("-", ""), query.replace(" ", ""), None)


def _follow(page: Page, letter: Sent, words: Wording) -> Page:
    """With both codes, or with the second one where the address has brought the first."""
    tracking = page.locator("[name=tracking_code]")
    if not tracking.input_value():
        tracking.fill(letter.code)
    page.locator("[name=query_code]").fill(letter.query_code)
    page.get_by_role("button", name=words["follow.submit"]).click()
    expect(page.get_by_role("heading", name=SUBJECT[words.language])).to_be_visible()
    return page


def _link(stand: Stand, to: str, subject: str, letter: Sent) -> str:
    """The link in the newest mail to somebody about this letter whose subject begins so."""
    mails = [each for each in stand.messages(to, letter) if each["subject"].startswith(subject)]
    assert mails, (subject, to)
    return str(mails[-1]["links"][0])


def _at_desk(stand: Stand, visitors: Visitors, email: str, mail: str, letter: Sent, language: str) -> Page:
    link = _link(stand, email, mail, letter)
    page = visitors.new().open(link)
    expect(page.get_by_role("heading", level=1, name=SUBJECT[language])).to_be_visible()
    assert link.partition("#")[2].split("/")[0] not in page.url, "the token stays out of history"
    if language != "zh-Hans":
        page.get_by_role("link", name="English").click()
        expect(page).to_have_url(f"{stand.site}/en/desk.html#/{letter.code}")
        expect(page.get_by_role("heading", level=1, name=SUBJECT[language])).to_be_visible()
    return page


def _opened(page: Page, move: str) -> Locator:
    form = page.locator(f"details[data-move={move}]")
    if form.get_attribute("open") is None:
        form.locator("summary").click()
    return form


def _confirm(page: Page, form: Locator, words: Wording, done: str) -> None:
    confirm = form.get_by_role("button", name=words["move.confirm"])
    if confirm.count() == 0:
        form.locator("button.primary[type=submit]").click()
    confirm.click()
    expect(page.locator(".notice.good")).to_contain_text(words[done])


def _gets(page: Page, name: str) -> bytes:
    """The file behind a link of the letter, as it is saved."""
    with page.expect_download() as saving:
        page.get_by_role("link", name=name).click()
    return Path(saving.value.path()).read_bytes()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_letter_goes_its_whole_way_by_hand(stand: Stand, visitors: Visitors, tmp_path: Path, language: str) -> None:
    words = wording(language)
    stand.run_job("dispatch")  # what waits to be mailed of other letters would come in one mail with this one
    letter = _write(stand, visitors, words, tmp_path)
    page = visitors.new(language).open(f"{stand.site}{path_of(language, 'follow')}")
    assert words["statuses.received"] in _follow(page, letter, words).locator("main").inner_text()

    page = _at_desk(stand, visitors, CENTRE, "新来信待受理", letter, language)
    expect(page.locator(".letter-body")).to_contain_text(QUESTION[language])
    _confirm(page, _opened(page, "accept"), words, "moves.accept")
    form = _opened(page, "assign")
    form.get_by_label("县交通运输局").check()
    _confirm(page, form, words, "moves.assign")

    page = _at_desk(stand, visitors, HANDLER, "来信待办", letter, language)
    assert _gets(page, "bridge.jpg").startswith(b"\xff\xd8\xff")
    form = _opened(page, "answer")
    form.locator("[name=body]").fill(ANSWER[language])
    _confirm(page, form, words, "moves.answer")

    told = stand.messages(WRITER["email"], letter)[-1]["links"][0]
    assert told == f"{stand.site}{path_of(language, 'follow')}#{letter.code}"
    page = _follow(visitors.new(language).open(told), letter, words)
    expect(page.locator("main")).to_contain_text(ANSWER[language])
    assert _gets(page, "bridge.jpg").startswith(b"\xff\xd8\xff")
    form = _opened(page, "rate")
    form.get_by_label(words["writer_moves.scores.4"], exact=True).check()
    _confirm(page, form, words, "writer_moves.done_rate")
    assert stand.as_writer(letter)["timeline"][-1]["move"] == "rate"
    assert stand.as_writer(letter)["language"] == language


def test_the_stand_page_shows_mail_and_moves_the_clock(stand: Stand, callers: Visitors) -> None:
    stand.write("演示台上的来信")
    page = callers.new().open(f"{stand.site}/_stand/")
    mail = page.locator("#messages li").filter(has_text="新来信待受理").first
    mail.locator("summary").click()
    expect(mail.locator(".text a").first).to_have_attribute(
        "href", re.compile(rf"^{re.escape(stand.site)}/desk\.html#")
    )
    before = stand.get("/_stand/clock")["now"]
    page.get_by_role("button", name="前进 1 小时").click()
    expect(page.locator("#said")).to_have_text("时钟已移动。", timeout=30_000)
    assert stand.get("/_stand/clock")["now"][:16] > before[:16]
    page.locator("#people summary").first.click()
    expect(page.locator("#people a").first).to_have_attribute("href", re.compile(r"/desk\.html#"))
