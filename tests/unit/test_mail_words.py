"""The words of e-mails and SMS: there are some for everything the domain announces, and they read as they should."""

import ast
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from html import unescape
from itertools import product
from pathlib import Path

import pytest

from chalicelib import domain, services
from chalicelib.adapters.message_templates import CATALOGUES, SHIPPED, MessageTemplates
from chalicelib.domain.languages import Language
from chalicelib.domain.rules import Action
from chalicelib.services.wording import ClockFacts, Facts
from tests.simplified import SIMPLIFIED_ONLY

WORDS = MessageTemplates()
MONDAY = date(2026, 11, 23)
CLOCK = ClockFacts("handle", date(2026, 11, 24), provisional=False, counted_in="working_days", left=1, overdue=0)
FACTS: Facts = {
    "code": "K7RMPXW2",
    "number": "信箱〔2026〕0001号",
    "ref": "信箱〔2026〕0001号",
    "kind": "咨询",
    "kind_code": "consultation",
    "phone": "0551-1234567",
    "unit": "县住建局",
    "leads": True,
    "may_return": True,
    "clock": CLOCK,
    "link": "https://letters.county.test/desk.html#token/K7RMPXW2",
    "link_days": 14,
    "name": "李明",
    "office": "县长信箱",
    "today": MONDAY,
    "working_days": 5,
    "ground": "已经进入诉讼、仲裁或行政复议程序",
    "certain_through": "2026-12-28",
    "report_title": "信箱办理周报",
    "reports": [{"report_title": "信箱办理周报", "period": "2026-W47"}],
    "period": "2026年第47周",
    "files": 3,
    "new": 12,
    "there_already": 2,
    "refused": 1,
    "unusable": 1,
    "one_time_code": "804215",
    "principal": "陈远",
    "first": "2026-11-20",
    "last": "2026-11-23",
    "for_move": "approve",
}
ITEM = {
    "ref": "信箱〔2026〕0001号",
    "kind": "咨询",
    "kind_code": "consultation",
    "lines": ["一", "二"],
    "link": "https://a",
    "clock": CLOCK,
}
NOT_ANNOUNCED = {
    ("staff", "desk_link"),
    ("staff", "one_time_code"),
    ("staff", "deputy_named"),
    ("staff", "calendar_ends"),
    ("staff", "fetch_result"),
    ("staff", "report_ready"),
    ("staff", "joined_letter_ended"),
    ("writer", "joined_letter_ended"),
    ("staff", "digest"),
    ("writer", "digest"),
}
"""Owed by a service, or made by dispatch itself."""


@dataclass(frozen=True)
class Announced:
    """One message somewhere in the domain: who hears, by which template and channels."""

    audience: str
    template: str
    sms: bool


def announced() -> set[Announced]:
    """Every message the domain can owe, read from its source."""
    found: set[Announced] = set()
    for file in sorted(Path(*domain.__path__).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call):
                found |= set(_of_call(node, file.name))
    return found


def _of_call(call: ast.Call, file: str) -> Iterator[Announced]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    keywords = {each.arg: each.value for each in call.keywords}
    if name == "Announcement" and file == "watch.py":
        for template in _templates(keywords["template"]):
            yield Announced("staff", template, sms=True)  # a rulebook may send any rung by SMS
    elif name == "tell_office":
        for template in _templates(call.args[1]):
            yield Announced("staff", template, sms=False)
    elif name == "tell" and not isinstance(call.args[0], ast.Name):
        sms = "sms" in ast.unparse(keywords.get("channels", ast.Tuple([])))
        to = {ast.unparse(each) for each in call.args[1:]} | ({"contact"} & set(keywords))
        for template in _templates(call.args[0]):
            if "Role.WRITER" in to:
                yield Announced("writer", template, sms)
            if to - {"Role.WRITER"}:
                yield Announced("staff", template, sms)


def _templates(node: ast.expr) -> list[str]:
    """The names an expression can stand for. One this test does not understand is an error, not a pass."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.JoinedStr) and ast.unparse(node) == "f'ladder_{step.action.value}'":
        return [f"ladder_{action.value}" for action in Action]
    raise AssertionError(f"teach this test what {ast.unparse(node)} stands for")


def mail(audience: str, template: str, language: Language = Language.ZH_HANS, **facts: object) -> tuple[str, str, str]:
    extra = {"items": [ITEM], "count": 1} if template == "digest" else {}
    return WORDS.speaking(language).mail(audience, template, FACTS | extra | facts)


def catalogue(language: Language) -> dict[str, dict[str, str]]:
    """The words of the pages in this language."""
    return tomllib.loads((CATALOGUES / f"{language}.toml").read_text("utf-8"))


def test_the_domain_announces_what_this_test_can_see() -> None:
    """Guards the reading of the source: were a call no longer recognised, the next test would pass on nothing."""
    seen = announced()
    assert Announced("writer", "letter_received", sms=True) in seen
    assert Announced("staff", "letter_sub_assigned", sms=False) in seen
    assert {Announced(each, "limit_recounted", sms=False) for each in ("staff", "writer")} <= seen
    assert Announced("staff", "ladder_escalate", sms=True) in seen
    assert len(seen) >= 30


def test_every_announcement_of_the_domain_has_words() -> None:
    missing = {
        (each.audience, each.template) for each in announced() if each.template not in WORDS.names(each.audience)
    }
    assert not missing
    unsaid = {f"{each.audience}_{each.template}" for each in announced() if each.sms} - WORDS.names("sms")
    assert not unsaid


def test_no_words_are_left_over() -> None:
    """Words nobody can be sent are words nobody keeps right."""
    used = {(each.audience, each.template) for each in announced()} | NOT_ANNOUNCED
    assert {(a, name) for a in ("staff", "writer") for name in WORDS.names(a)} == used


def test_messages_that_services_owe_have_words_too() -> None:
    source = "".join(file.read_text() for file in Path(*services.__path__).rglob("*.py"))
    owed = set(re.findall(r'template="(\w+)"', source))
    assert "desk_link" in owed
    assert owed <= WORDS.names("staff")


LONGEST_SUBJECT = {Language.ZH_HANS: 60, Language.ZH_HANT: 60, Language.EN: 95}
NO_GAP = r"None|\{\{|\{%|，，|。。|，。|\n\n\n|, ,|,,|\.\.| ,|  [a-z]|\( "


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(
    ("audience", "template"), [(a, t) for a in ("staff", "writer") for t in sorted(WORDS.names(a))]
)
def test_every_mail_reads_whole_with_and_without_a_time_limit(audience: str, template: str, language: Language) -> None:
    """No gap, no leftover of a template, no doubled mark, one action; and a subject that fits a telephone."""
    needs_clock = template.startswith("ladder_")
    clocks = [CLOCK, replace(CLOCK, left=0, overdue=3), replace(CLOCK, provisional=True)] + [None] * (not needs_clock)
    for clock, leads in product(clocks, (True, False)):
        subject, text, html = mail(audience, template, language, clock=clock, leads=leads)
        assert (language is Language.EN) is subject[0].isascii()
        assert len(subject) <= LONGEST_SUBJECT[language]
        assert "\n" not in subject
        for part in (subject, text):
            assert not re.search(NO_GAP, part.replace("   ", "")), part
        assert not re.search(r"None|\{\{|\{%|，，|。。|，。|\n\n\n|, ,|,,", html), html
        assert text.count(str(FACTS["link"])) == 1
        assert html.count(f'href="{FACTS["link"]}"') == 2, "the button, and the address in words"
        assert html.count(f">{FACTS['link']}</a>") == 1


@pytest.mark.parametrize("language", Language)
def test_every_language_has_the_same_messages(language: Language) -> None:
    """With the same facts in each: the same names stand in the templates, so that no news is lost in one language."""
    for audience in ("staff", "writer", "sms"):
        own, first = (
            tomllib.loads((SHIPPED / each / f"{audience}.toml").read_text("utf-8"))
            for each in (language, Language.ZH_HANS)
        )
        assert {name: set(entry) for name, entry in own.items()} == {name: set(entry) for name, entry in first.items()}
        for name, entry in first.items():
            if audience == "sms":
                assert own[name]["params"] == entry["params"]


def test_no_mail_in_traditional_chinese_holds_a_simplified_character() -> None:
    facts: Facts = {"kind": "諮詢", "unit": "縣住建局", "ground": "甲", "office": "縣長信箱", "principal": "陳遠"}
    facts |= {"report_title": "月報", "period": "2026-11", "reports": [{"report_title": "月報", "period": "2026-11"}]}
    facts |= {"ref": "信箱〔2026〕0001號", "name": "李明"}
    for audience in ("staff", "writer"):
        for template in WORDS.names(audience):
            extra = {"items": [ITEM | {"ref": "1"}], "count": 1} if template == "digest" else {}
            said = "".join(mail(audience, template, Language.ZH_HANT, **facts, **extra))
            assert not SIMPLIFIED_ONLY & set(said), (template, SIMPLIFIED_ONLY & set(said))
            assert not re.search("[“”籤臺裏]|回復", said), template
    for name in WORDS.names("sms"):
        audience, _, template = name.partition("_")
        texted = WORDS.speaking(Language.ZH_HANT).sms(audience, template, FACTS | {"count": 2})[1]
        assert not SIMPLIFIED_ONLY & set(texted)


def test_an_english_mail_is_english() -> None:
    """But for names: an office, a number, a ground of the rulebook are as they were given."""
    named: Facts = {"unit": "U", "ref": "7", "number": "7", "name": "N", "office": "O", "principal": "P", "ground": "G"}
    named |= {"report_title": "R", "period": "2026-W47", "phone": "1"}
    reports = [
        {"report_title": "R", "period": each} for each in ("2026", "2026-Q4", "2026-11", "2026-W47", "2026-11-20")
    ]
    named |= {"reports": reports}
    for audience in ("staff", "writer"):
        for template in WORDS.names(audience):
            extra = {"items": [ITEM | {"ref": "1", "lines": ["x"]}]} if template == "digest" else {}
            subject, text, html = mail(audience, template, Language.EN, **named, **extra)
            assert not re.search(r"[\u3000-\u9fff\uff00-\uffef]", subject + text + html), (audience, template)


@pytest.mark.parametrize("language", Language)
def test_mails_and_pages_use_the_same_words(language: Language) -> None:
    words = catalogue(language)
    for code, kind in words["kinds"].items():
        facts = {"kind": kind, "kind_code": code}
        assert kind in mail("staff", "letter_to_triage", language, **facts)[0]
        assert kind in mail("staff", "digest", language, items=[ITEM | facts])[1]
    for name, task in words["clock_tasks"].items():
        assert task in mail("staff", "ladder_remind", language, clock=replace(CLOCK, name=name))[1]
    assert words["weekdays"]["1"] in mail("staff", "letter_assigned", language)[1]
    assert words["moves"]["supplement"] in mail("writer", "writer_asked", language)[1]
    assert words["moves"]["urge"].rstrip("e") in mail("staff", "letter_urged", language)[0]


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("audience", ["staff", "writer"])
def test_plain_text_and_html_say_the_same(audience: str, language: Language) -> None:
    for template in WORDS.names(audience) - {"digest"}:
        _, text, html = mail(audience, template, language)
        body = html[html.index("<body") :]
        seen = unescape(re.sub(r"<[^>]+>", "", body))
        said = [line for line in text.splitlines() if line and not line.startswith("https:")]
        assert all(line.removesuffix("：").removesuffix(":") in seen for line in said)


@pytest.mark.parametrize("language", Language)
def test_a_mail_names_its_language_loads_nothing_and_keeps_its_readers_colours(language: Language) -> None:
    """Screen readers need the language; a picture from elsewhere would tell who reads; dark mode stays dark."""
    _, _, html = mail("writer", "letter_answered", language)
    assert f'<html lang="{language.value}">' in html
    assert not re.search(r"<img|<script|<style|<link|url\(|src=|class=|<table", html)
    assert set(re.findall(r"https?://[^\"/]+", html)) == {"https://letters.county.test"}
    coloured = re.findall(r'style="([^"]*color:[^"]*)"', html)
    assert all("background:" in style for style in coloured if re.search(r"(?<!-)color:", style)), "both or neither"


@pytest.mark.parametrize("language", Language)
def test_a_mail_says_why_it_came_and_where_to_ask(language: Language) -> None:
    _, text, html = mail("writer", "letter_answered", language)
    assert "0551-1234567" in text
    assert "0551-1234567" in html
    _, text, html = mail("writer", "letter_answered", language, phone=None)
    assert not re.search(r"拨打|撥打|Please call", text + html)
    assert "14" in mail("staff", "desk_link", language)[1].splitlines()[-2]


def test_a_name_with_markup_is_shown_and_not_obeyed() -> None:
    _, text, html = mail("staff", "letter_assigned", name='<b>"李"</b>')
    assert '<b>"李"</b>同志：' in text
    assert "&lt;b&gt;&#34;李&#34;&lt;/b&gt;同志：" in html


@pytest.mark.parametrize(
    ("clock", "said"),
    [
        pytest.param(CLOCK, "应于11月24日（周二）前答复，还有1个工作日", id="a working day left"),
        pytest.param(replace(CLOCK, due_on=MONDAY, left=0), "应于11月23日（周一）前答复，今天到期", id="today"),
        pytest.param(replace(CLOCK, left=0, overdue=2), "前答复，已逾期2个工作日", id="late"),
        pytest.param(replace(CLOCK, counted_in="calendar_days", left=15), "还有15天", id="calendar days"),
        pytest.param(replace(CLOCK, name="redo"), "前重新答复", id="to be done again"),
        pytest.param(replace(CLOCK, name="triage"), "前受理交办", id="to be assigned"),
        pytest.param(replace(CLOCK, provisional=True), "应于11月24日（周二，暂定）前", id="provisional"),
        pytest.param(replace(CLOCK, due_on=date(2027, 1, 4)), "应于2027年1月4日（周一）前", id="next year"),
    ],
)
def test_a_time_limit_is_told_as_people_say_it(clock: ClockFacts, said: str) -> None:
    assert said in mail("staff", "letter_assigned", clock=clock)[1]


def test_a_writer_is_told_the_ground_and_where_the_letter_went() -> None:
    assert "原因：已经进入诉讼、仲裁或行政复议程序" in mail("writer", "letter_declined")[1]
    assert "来信已转送县住建局。" in mail("writer", "letter_forwarded")[1]


def test_an_sms_is_neutral_and_fits_one_part() -> None:
    """No link, no kind, no unit, no name; 70 characters with a sign of twelve and a long tracking code.

    English takes two parts of 67: with a Chinese sign a part holds no more.
    """
    for language, name in product(Language, WORDS.names("sms")):
        audience, _, template = name.partition("_")
        params, words = WORDS.speaking(language).sms(audience, template, FACTS | {"code": "K7RMPXW2QHTZ", "count": 12})
        assert len(params) == 1
        assert params[0][0] in {"code", "count", "one_time_code"}
        assert params[0][1] in words
        assert len(f"【{'签' * 10}】{words}") <= (134 if language is Language.EN else 70)
        assert not re.search(r"http|咨询|住建局|李明|信箱〔", words)


def test_a_missing_fact_is_an_error_and_not_a_gap() -> None:
    from jinja2 import UndefinedError

    facts = {name: value for name, value in FACTS.items() if name != "unit"}
    with pytest.raises(UndefinedError, match="unit"):
        WORDS.mail("staff", "letter_returned", facts)


def test_words_that_do_not_exist_are_an_error() -> None:
    with pytest.raises(KeyError):
        WORDS.mail("staff", "no_such_message", FACTS)


def test_another_language_is_another_folder(tmp_path: Path) -> None:
    folder = tmp_path / "en"
    folder.mkdir()
    (folder / "macros.jinja").write_text("{% macro day(date) %}{{ date.isoformat() }}{% endmacro %}")
    (folder / "layout.txt.jinja").write_text("{{ body }}")
    (folder / "layout.html.jinja").write_text("<p>{{ body }}</p>")
    (folder / "staff.toml").write_text(
        '[letter_assigned]\nsubject = "Letter {{ ref }}"\naction = "Open"\n'
        'body = "Due {{ say.day(clock.due_on) }} & open"\n'
    )
    words = MessageTemplates(Language.EN, tmp_path)
    said = words.mail("staff", "letter_assigned", FACTS | {"ref": "7"})
    assert said == ("Letter 7", "Due 2026-11-24 & open\n", "<p>Due 2026-11-24 &amp; open</p>\n")


@pytest.mark.parametrize("leads", [True, False])
def test_a_unit_is_asked_to_return_what_is_not_its_own_only_where_it_may(leads: bool) -> None:
    asked = "请尽快退回并说明理由"
    assert asked in mail("staff", "letter_assigned", leads=leads, may_return=True)[1]
    assert asked not in mail("staff", "letter_assigned", leads=leads, may_return=False)[1]
