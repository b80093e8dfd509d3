"""Nothing that is typed is ever run, whoever reads it, and a page runs nothing but its own files."""

import json
import re
from functools import cache
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.county import Desks, as_writer
from tests.e2e.visitors import Visitors
from tests.e2e.wording import LANGUAGES, path_of, wording
from tests.stand_driver import CENTRE, HANDLER, UNIT, Sent, Stand

RUNS = "window.__hacked=1"
HOSTILE = [
    f"<script>{RUNS}</script>",
    f'<img src=x onerror="{RUNS}">',
    f"<svg onload={RUNS}><animate onbegin={RUNS} attributeName=x dur=1s>",
    f'"><script>{RUNS}</script><b a="',
    f"'-{RUNS}-'\"-{RUNS}-\"`-{RUNS}-`",
    f"</textarea></title></style><script>{RUNS}</script>",
    f"<iframe srcdoc='<script>parent.{RUNS}</script>'>",
    f"<details open ontoggle={RUNS}>x</details>",
    f"<a href='javascript:{RUNS}'>点这里</a> javascript:{RUNS}",
    f"<style>@import'http://elsewhere.example';*{{display:none}}</style><body onload={RUNS}>",
    f"<math><mtext></form><form><mglyph><style></math><img src onerror={RUNS}>",
    f"{{{{constructor.constructor('{RUNS}')()}}}} ${{{RUNS}}} #{{7*7}} {{% debug %}} <%= 7*7 %>",
    "{n} {name} {unit} %s %(x)s $& $1 \\u003cscript\\u003e",
    f"&lt;script&gt;{RUNS}&lt;/script&gt; &amp;amp; &#60;img src=x onerror={RUNS}&#62;",
    f"<!--<script>{RUNS}--> ]]><![CDATA[<script>{RUNS}</script>]]>",
    '=HYPERLINK("http://elsewhere.example";"x") @SUM(1+1)|cmd|\' /C calc\'!A0',
    "'; DROP TABLE letters; -- \" OR 1=1 #",
    "<meta http-equiv=refresh content='0;url=http://elsewhere.example'><base href='http://elsewhere.example/'>",
    "<link rel=stylesheet href=http://elsewhere.example/x.css><img src=http://elsewhere.example/x.png>",
    "\u202eمرحبا שלום\u202c 读反了 \u2066a\u2069",
    "\u2067\u2067\u202e\u202e 没有关上的方向",
    "👨‍👩‍👧‍👦🏳️‍🌈👍🏿🇨🇳1️⃣" * 8,
    "Z" + "\u0301\u0316\u0322" * 60 + " 塔",
    "不断行" + "x" * 190,
    "𠮷野家 𪚥 ﷽ ㍿ ﬃ",
    "零\u200b宽\u200d字\u2060符\ufeff",
    "行\u2028分\u2029隔\x85符",
    "../../etc/passwd%00 %0d%0aSet-Cookie:x=1 \\..\\",
    "null undefined NaN [object Object] __proto__ constructor",
    "http://elsewhere.example/?a=1&b=2#<x> mailto:a@b.example tel:110",
]
INLINE = """() => {
  const script = document.createElement("script");
  script.textContent = "window.__hacked = 'script'";
  document.body.append(script);
  const styled = document.createElement("p");
  styled.setAttribute("style", "position: fixed");
  document.body.append(styled);
  const sheet = document.createElement("style");
  sheet.textContent = "body { position: fixed !important }";
  document.head.append(sheet);
  const button = document.createElement("button");
  button.setAttribute("onclick", "window.__hacked = 'handler'");
  document.body.append(button);
  button.click();
  return [window.__hacked, getComputedStyle(styled).position, getComputedStyle(document.body).position];
}"""


@pytest.mark.parametrize("name", ["index", "write", "follow", "answers", "performance", "notices", "desk", "print"])
def test_a_page_refuses_scripts_and_styles_that_are_not_its_files(stand: Stand, callers: Visitors, name: str) -> None:
    visitor = callers.new(expected="Content Security Policy")
    page = visitor.settled(stand.site + path_of(LANGUAGES[0], name))
    policy = page.locator("meta[http-equiv=Content-Security-Policy]").get_attribute("content") or ""
    assert "unsafe" not in policy
    assert re.findall(r"(?:default|object|base)\S* 'none'", policy)
    assert page.evaluate(INLINE) == [None, "static", "static"]
    page.evaluate("fetch('http://elsewhere.example/').catch(() => { window.__refused = true; })")
    page.wait_for_function("window.__refused === true")


def _bare(text: str) -> str:
    """Without any blank: browsers and Python differ in what of it they show."""
    return re.sub(r"[\s\x85\ufeff]+", "", text)


def _shows(page: Page, words: str, times: int = 1) -> None:
    """Wait until the page shows these words as they were written, so often at least."""
    page.wait_for_function(
        r"([words, times]) => document.querySelector('main').textContent.replace(/[\s\u0085]+/g, '')"
        ".split(words).length > times",
        arg=[_bare(words), times],
        timeout=10_000,
    )


MADE = """() => {
  const never = "script, iframe, style, base, meta, link, form[action], [onerror], [onload], [ontoggle], [onbegin]";
  const made = [...document.querySelectorAll("main :is(" + never + "), main [href^='javascript:' i]")];
  return [window.__hacked ?? null, made.map((each) => each.outerHTML.slice(0, 120))];
}"""


def _harmless(page: Page) -> None:
    assert page.evaluate(MADE) == [None, []]


@cache
def _seeded(stand_site: str) -> dict[str, Any]:
    return {}


def _letters(stand: Stand) -> list[tuple[str, Sent]]:
    """A letter that went all its way with the same words in every field, for each of the hostile words."""
    kept = _seeded(stand.site)
    if not kept:
        desks = Desks(stand)
        kept["letters"] = [(words, _gone_its_way(stand, desks, words)) for words in HOSTILE]
        stand.run_job("dispatch")
        stand.run_job("publish")
    found: list[tuple[str, Sent]] = kept["letters"]
    return found


def _gone_its_way(stand: Stand, desks: Desks, words: str) -> Sent:
    letter = stand.write(subject=words[:200], body=words, publish_consent=True)
    as_writer(stand, letter, "supplement", body=words)
    desks.make(CENTRE, letter, "accept", proposal=words)
    desks.make(CENTRE, letter, "assign", units=[UNIT], note=words)
    desks.make(HANDLER, letter, "answer", body=words)
    desks.make(CENTRE, letter, "publish")
    as_writer(stand, letter, "rate", score=3, comment=words)
    return letter


def test_hostile_words_are_only_words_to_their_writer(stand: Stand, callers: Visitors) -> None:
    visitor = callers.new()
    letters = _letters(stand)
    page = visitor.settled(f"{stand.site}/follow.html")
    for words, letter in letters:
        page.locator("[name=tracking_code]").fill(letter.code)
        page.locator("[name=query_code]").fill(letter.query_code)
        page.locator("button.primary[type=submit]").click()
        _shows(page, words, 4)  # subject, letter, supplement, answer
        _harmless(page)
        visitor.check()
        page.get_by_role("button", name=wording(LANGUAGES[0])["follow.other"]).click()


def test_hostile_words_are_only_words_at_the_desk_and_on_paper(stand: Stand, callers: Visitors) -> None:
    visitor = callers.new()
    letters = _letters(stand)
    page = visitor.settled(Desks(stand).link(CENTRE))
    for words, letter in letters:
        page.evaluate("code => { location.hash = `#/${code}`; }", letter.code)
        _shows(page, words, 4)
        _harmless(page)
        visitor.check()
    page.goto(f"{stand.site}/print.html#/archive/2026-11")
    _shows(page, "DROP TABLE")
    _harmless(page)
    for words, letter in letters:
        if words.startswith(("<", '"', "\u202e", "{")):
            page.evaluate("code => { location.hash = `#/${code}/processing/1`; }", letter.code)
            _shows(page, words)
            _harmless(page)


def test_hostile_words_are_only_words_in_public_and_in_mails(stand: Stand, callers: Visitors) -> None:
    letters = _letters(stand)
    visitor = callers.new()
    page = visitor.settled(f"{stand.site}/answers.html")
    page.evaluate("document.querySelectorAll('main details').forEach(each => { each.open = true; })")
    _harmless(page)
    published = json.dumps(stand.get("/site/data/answers/2026-11.json"), ensure_ascii=False)
    assert "onerror" in published
    page.locator("#search").fill("DROP TABLE")
    expect(page.locator("main mark").first).to_be_visible()
    page.locator("#search").fill(HOSTILE[0])
    _harmless(page)
    visitor.check()
    page = visitor.open(f"{stand.site}/_stand/")
    expect(page.locator("#messages details").first).to_be_visible()
    page.evaluate("document.querySelectorAll('#messages details').forEach(each => { each.open = true; })")
    _harmless(page)
    assert letters


def test_hostile_words_typed_by_hand_stay_words(stand: Stand, callers: Visitors) -> None:
    words = f'<img src=x onerror="{RUNS}">\u202e{{n}}'
    desks = Desks(stand)
    letter = desks.assigned(subject=words, writer={"name": words, "address": words})
    page = callers.new().settled(f"{desks.link(HANDLER)}")
    page.evaluate("code => { location.hash = `#/${code}`; }", letter.code)
    for move in ("contact_writer", "answer"):
        form = page.locator(f"details[data-move={move}]")
        form.evaluate("form => { form.open = true; form.parentElement.open = true; }")
        form.locator("textarea:visible").first.fill(words)
        form.locator("button[type=submit]").click()
        expect(form.locator(".facts")).to_contain_text(words)
        _harmless(page)
        form.get_by_role("button", name="确认").click()
        expect(page.locator(".result")).to_be_visible()
        _harmless(page)
        page.evaluate("code => { location.hash = '#/'; }")
        expect(page.locator(".greeting")).to_be_visible()
        page.evaluate("code => { location.hash = `#/${code}`; }", letter.code)
        expect(page.locator(".letter-body")).to_be_visible()
    assert stand.as_writer(letter)["answers"][0]["body"] == words


def test_half_characters_and_far_too_long_words_are_refused_and_named(stand: Stand) -> None:
    for name, value in {"subject": "\ud83d", "body": "字" * 10_001}.items():
        letter = {"kind": "help", "subject": "x", "body": "x"} | {name: value}
        reply = stand.ask("POST", "/letters", json.dumps(letter).encode())
        assert (reply.status, len(reply.json["errors"]) > 0) == (422, True)
    reply = stand.ask("POST", "/letters", b'{"body": "' + b"x" * 10_500_000 + b'"}')
    assert 400 <= reply.status < 500
