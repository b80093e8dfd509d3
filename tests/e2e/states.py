"""Pages in the states in which people meet them: each leads a page there and answers with its name.

Every state is a function of the visitor's page; `walk` goes through all of one page in a language, one after the other.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from tests.e2e.county import County
from tests.e2e.visitors import Visitor
from tests.e2e.wording import Wording, path_of
from tests.functional.some_files import PDF
from tests.stand_driver import CENTRE, HANDLER, INSPECTORS, Sent, Stand

States = Iterator[str]


@dataclass(frozen=True)
class Around:
    """Where a visitor walks."""

    stand: Stand
    county: County
    visitor: Visitor
    words: Wording

    @property
    def page(self) -> Page:
        """The visitor's."""
        return self.visitor.page

    def open(self, page: str, fragment: str = "") -> Page:
        """A page of the visitor's language, when it has what it asked for."""
        return self.visitor.settled(f"{self.stand.site}{path_of(self.words.language, page)}{fragment}")

    def desk(self, email: str, view: str = "") -> Page:
        """Somebody's desk in the visitor's language."""
        token = self.county.desks.link(email).partition("#")[2].split("/")[0]
        self.open("desk", f"#{token}")
        if view:
            self.page.evaluate("view => { location.hash = view; }", view)
        self.visitor.settle()
        expect(self.page.locator("main h1")).to_be_visible()
        return self.page

    def submit(self) -> None:
        """Press the form's own button."""
        self.page.locator("main form:visible button.primary[type=submit]:visible").first.click()


def public(around: Around) -> States:
    """Pages that anybody reads, with something in them."""
    around.open("index")
    around.page.evaluate("document.querySelectorAll('main details').forEach(each => { each.open = true; })")
    yield "home, everything unfolded"
    page = around.open("answers")
    page.locator("#month").select_option("2026-10")
    page.locator("#search").fill("路灯")
    expect(page.locator("main mark").first).to_be_visible()
    page.locator("main summary").first.click()
    yield "answers that were found"
    page.locator("#search").fill("没有这样的词")
    yield "answers, none found"
    page = around.open("performance")
    expect(page.locator("main table").first).to_be_attached()
    page.evaluate("document.querySelectorAll('main details').forEach(each => { each.open = true; })")
    yield "performance"
    page.locator("#sorted-by").select_option(index=2)
    yield "performance, sorted"
    page = around.open("notices")
    expect(page.locator("main")).to_contain_text("县交通运输局")
    yield "notices"


def writing(around: Around) -> States:
    """Each step, with its errors and filled in; what one checks; the receipt."""
    page, words = around.open("write"), around.words
    around.submit()
    expect(page.locator(".summary")).to_be_focused()
    yield "write, first step with errors"
    page.get_by_label("书记县长信箱").check()
    page.get_by_label(words.start("kinds.complaint")).check()
    around.submit()
    yield "write, letter"
    page.locator("[name=subject]").fill("字" * 201)
    around.submit()
    yield "write, letter with errors"
    page.locator("[name=subject]").fill("云溪大桥的路灯" + "x" * 60)
    page.locator("[name=body]").fill("桥头的路灯坏了三周，什么时候能修好？\n" * 5)
    files = [{"name": name, "mimeType": "application/pdf", "buffer": PDF} for name in ("说明.pdf", "不行.exe")]
    page.set_input_files("#files-choose", files)  # type: ignore[arg-type]
    expect(page.locator(".file.done")).to_be_visible(timeout=20_000)
    expect(page.locator(".file.refused")).to_be_visible()
    yield "write, letter with files"
    page.locator(".file.refused button:visible").click()
    around.submit()
    yield "write, about"
    page.get_by_label(words.start("write.about_yes")).check()
    around.submit()
    yield "write, about with errors"
    page.get_by_label("县教育局", exact=True).check()
    page.get_by_label(words.start("write.about_no")).check()
    around.submit()
    page.locator("[name=phone]").fill("x")
    around.submit()
    yield "write, contact with errors"
    page.locator("[name=phone]").fill("13911112222")
    around.submit()
    page.get_by_label(words["write.publish_consent"]).check()
    page.get_by_role("button", name=words["preview.ask"]).click()
    expect(page.locator(".preview")).to_be_visible()
    yield "write, privacy with a preview"
    around.submit()
    expect(page.locator(".review").first).to_be_visible()
    yield "write, check"
    around.submit()
    expect(page.locator(".slip svg.qr")).to_be_visible()
    yield "receipt"
    page.get_by_role("button", name=words["receipt.done"]).click()
    yield "receipt, codes hidden"


def _asked(around: Around, letter: Sent) -> None:
    page = around.open("follow", f"#{letter.code}")
    page.locator("[name=query_code]").fill(letter.query_code)
    around.submit()
    expect(page.locator(".card.top")).to_be_visible()


def following(around: Around) -> States:
    """Wrong codes, and a letter in each of its states."""
    page = around.open("follow")
    around.submit()
    yield "follow, errors"
    page.locator("[name=tracking_code]").fill(around.county.letters["running"].code)
    page.locator("[name=query_code]").fill("0" * 8)
    around.visitor.expect_complaint("status of 404")
    around.submit()
    expect(page.locator(".notice.bad:not(.summary)").first).to_be_visible()
    yield "follow, wrong code"
    for name in ("new", "running", "late", "sent back", "answered", "rated", "declined", "accusation"):
        _asked(around, around.county.letters[name])
        page.evaluate("document.querySelectorAll('main details').forEach(each => { each.open = true; })")
        yield f"follow, {name}, everything unfolded"
    _asked(around, around.county.letters["answered"])
    page.locator("details[data-move=reopen] summary").click()
    page.locator("details[data-move=reopen] button[type=submit]").click()
    expect(page.locator("details[data-move=reopen] .summary")).to_be_focused()
    yield "follow, reopening with errors"
    page.locator("details[data-move=reopen] textarea").fill("没有修好")
    page.locator("details[data-move=reopen] button[type=submit]").click()
    expect(page.get_by_role("button", name=around.words.start("move.confirm"))).to_be_visible()
    yield "follow, reopening to be confirmed"


def desk(around: Around) -> States:
    """The list, a letter with each of its forms, a move that is confirmed, a link that has expired."""
    letters = around.county.letters
    page = around.desk(HANDLER, "#/")
    yield "desk, list of a handler"
    page = around.desk(HANDLER, f"#/{letters['running'].code}")
    page.locator("details[data-move=answer] > summary").click()
    page.locator("details[data-move=answer] button[type=submit]").click()
    expect(page.locator("details[data-move=answer] .summary")).to_be_focused()
    yield "desk, answer with errors"
    page.locator("details[data-move=answer] [name=body]").fill("已经修好。")
    page.locator("details[data-move=answer] button[type=submit]").click()
    expect(page.get_by_role("button", name=around.words.start("move.confirm"))).to_be_visible()
    yield "desk, answer to be confirmed"
    page = around.desk(CENTRE, "#/")
    yield "desk, list of the centre"
    page = around.desk(CENTRE, f"#/{letters['new'].code}")
    page.locator("#moves").evaluate(
        "all => all.querySelectorAll('details').forEach(each => { each.removeAttribute('name'); each.open = true; })"
    )
    page.evaluate("document.querySelectorAll('main .more details').forEach(each => { each.open = true; })")
    yield "desk, a new letter with every form open"
    for view in ("new", "archive", "reports"):
        page = around.desk(CENTRE, f"#/{view}")
        yield f"desk, {view}"
    page = around.desk(CENTRE, "#/new")
    around.submit()
    yield "desk, a call with errors"
    page = around.desk(INSPECTORS[0], "#/")
    yield "desk, list of an inspector"
    page = around.desk(INSPECTORS[0], f"#/{letters['late'].code}")
    yield "desk, a late letter"
    around.visitor.expect_complaint("status of 401")
    around.open("desk", around.county.old_link.partition("desk.html")[2])
    expect(page.locator("[name=email]")).to_be_visible()
    yield "desk, expired link"
    around.submit()
    yield "desk, expired link with errors"


def printing(around: Around) -> States:
    """A form of a letter, and a month's register."""
    page = around.desk(CENTRE, f"#/{around.county.letters['late'].code}")
    forms = page.locator("main a[href^='print.html']")
    expect(forms.first).to_be_attached()
    addresses: list[str] = forms.evaluate_all("all => all.map(each => each.href)")
    register = addresses[0].partition("#")[0] + "#/archive/2026-10"
    for address in (*addresses[:2], register):
        page.goto("about:blank")
        page.goto(address)
        expect(page.locator("article.paper")).to_be_visible()
        yield f"print {address.partition('#')[2]}"


WALKS: dict[str, Callable[[Around], States]] = {
    "public": public,
    "writing": writing,
    "following": following,
    "desk": desk,
    "printing": printing,
}
