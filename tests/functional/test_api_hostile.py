"""Broken and hostile input: a problem document or a letter kept whole, never a 5xx."""

import json
from typing import Any

import pytest

from tests.functional.world import Answer, World, answered, assigned

BODIES: list[bytes] = [
    b"",
    b" ",
    b"{",
    b"null",
    b"true",
    b"0",
    b'"letter"',
    b"[]",
    b'[{"kind": "help"}]',
    b"\xff\xfe\x00",
    b'{"kind": "help", "subject": "\xe8\xb7"}',
    '{"kind": "help"}'.encode("utf-16"),
    b"\xef\xbb\xbf{}",
    b"[" * 100_000,
    b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    b'{"writer": ' * 300 + b"{}" + b"}" * 300,
    b'{"kind": NaN, "subject": Infinity, "body": -Infinity}',
    b'{"kind": 1e999, "subject": 1' + b"0" * 5000 + b"}",
    b'{"subject": "\\ud800", "body": "\\udfff\\ud800", "kind": "help"}',
    b'{"\\ud800": 1}',
    b'{"kind": "help", "subject": "a\\u0000b", "body": "\\u0007"}',
    b'{"kind": "help", "subject": "a", "body": "b", "writer": []}',
    b'{"kind": "help", "subject": "a", "body": "b", "about": {"unit": "roads"}}',
    b'{"kind": "help", "subject": "a", "body": "b", "about": [[]]}',
    b'{"kind": "help", "subject": ["a"], "body": {"b": 1}}',
    b'{"kind": "help", "subject": "a", "body": "b", "attachments": [1]}',
    b'{"kind": "help", "subject": "a", "body": "b", "publish_consent": "perhaps"}',
    b'{"kind": "help", "subject": "a", "body": "b", "__proto__": {}, "constructor": 1}',
    b"kind=help&subject=a",
    b"<letter/>",
    b"x" * 10_000_000,
]


def harmless(said: Answer) -> bool:
    """A refusal as a problem document; nothing of what was typed comes back in it but names of fields."""
    return 400 <= said.status < 500 and said.body["status"] == said.status and len(said.raw) < 20_000


@pytest.mark.parametrize("raw", BODIES, ids=range(len(BODIES)))
def test_a_body_that_is_no_letter_is_refused_and_nothing_is_kept(world: World, raw: bytes) -> None:
    said = world.call("POST", "/letters", raw=raw)
    assert harmless(said), (said.status, said.raw[:500])
    assert said.body["errors"]
    assert not said["detail"].endswith("：")
    assert list(world.letters.letters()) == []


@pytest.mark.parametrize("raw", BODIES, ids=range(len(BODIES)))
def test_a_body_that_is_no_move_is_refused(world: World, raw: bytes) -> None:
    citizen = answered(world)
    desk = {"Authorization": f"Bearer {world.desk('clerk').token}"}
    before = world.everything()
    for path, headers in (
        (f"/letters/{citizen.code}/moves/rate", {"Query-Code": citizen.query_code}),
        (f"/desk/letters/{citizen.code}/moves/send_back", desk),
        ("/desk/links", {}),
    ):
        said = world.call("POST", path, raw=raw, headers=headers)
        assert harmless(said), (path, said.status, said.raw[:500])
    assert world.everything() == before


TEXTS = [
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "😀👨‍👩‍👧‍👦🇨🇳 emoji",
    "\u202eمرحبا שלום\u202c \u202eRTL",
    "'; DROP TABLE letters; -- {{7*7}} ${7*7} %s %(x)s {number}",
    "𠮷野家 𪚥 e\u0301 ﷽ \ufeff",
    '=HYPERLINK("http://x")',
    "字" * 190,
]


@pytest.mark.parametrize("text", TEXTS)
def test_any_text_is_kept_as_it_was_written(world: World, text: str) -> None:
    """PL-9: the original wording. It is data everywhere, never markup, template or formula."""
    citizen = world.send_letter(subject=text, body=text, field=text[:60], region=text[:60], about=[{"text": text}])
    clerk = world.desk("clerk")
    clerk.makes(citizen.code, "accept")
    clerk.makes(citizen.code, "assign", units=["roads"], note=text)
    world.desk("roads-handler").makes(citizen.code, "answer", body=text)
    assert citizen.does("rate", score=3, comment=text).status == 200
    seen = citizen.looks()
    assert seen["answers"][0]["body"] == text.strip()
    assert [each["body"] for each in seen["texts"]] == [text.strip(), text.strip()]
    assert clerk.opens(citizen.code)["subject"].replace(" ", "") == text.replace(" ", "")
    assert seen.headers["x-content-type-options"] == "nosniff"


def test_control_characters_are_refused_in_moves_as_in_letters(world: World) -> None:
    """They would break the files and forms that are made of them."""
    citizen = assigned(world)
    said = world.desk("roads-handler").tries(citizen.code, "answer", body="已修\u0000好\u0008")
    assert said.refused() == (422, "invalid_fields")
    assert said["errors"] == [{"field": "body", "message": "含有不可见的控制字符，请删去"}]
    listed = world.desk("clerk").tries(citizen.code, "assign", units=["roads", "wa\u0007ter"])
    assert listed.fields() == ["units.1"]
    assert world.desk("roads-handler").tries(citizen.code, "answer", body="第一行\r\n\t第二行").status == 200


CODES = [
    "%2F",
    "a%2Fb",
    "..%2F..%2Fetc%2Fpasswd",
    "%00",
    "%E4%B8%AD%E6%96%87",
    "%ff%fe",
    "ß",
    "ＡＢＣ",
    "%",
    "x" * 5_000,
    "-",
    "L%23x",
    "WRITER%23",
    "'%20OR%201=1",
    "%F0%9F%98%80",
    "%ED%A0%80",
]


@pytest.mark.parametrize("code", CODES)
def test_a_tracking_code_that_is_none_is_not_found(world: World, code: str) -> None:
    assert world.call("GET", f"/letters/{code}", headers={"Query-Code": "1"}).status == 404
    assert world.call("POST", f"/letters/{code}/moves/rate", {"score": 1}, {"Query-Code": "1"}).status == 404
    assert world.call("POST", f"/letters/{'0' * 12}/moves/{code}", {}, {"Query-Code": "1"}).status == 404
    world.send_letter()
    clerk = world.desk("clerk")
    assert clerk.opens(code).status == 404
    assert clerk.tries(code, "accept").status == 404


HEADERS = ["", " ", "\ud800", "\x00", "é", "令牌😀", "a" * 100_000, "q=,;;=", "NaN", "en;q=nan,zh;q=inf", '"\\"', "-0"]
NAMES = ["Query-Code", "If-Match", "Idempotency-Key", "Accept-Language", "Authorization", "Accept", "X-Forwarded-For"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", HEADERS, ids=range(len(HEADERS)))
def test_no_header_breaks_anything(world: World, name: str, value: str) -> None:
    citizen = world.send_letter()
    headers = {"Query-Code": citizen.query_code, name: value}
    for method, path, body in (
        ("GET", f"/letters/{citizen.code}", None),
        ("POST", f"/letters/{citizen.code}/moves/supplement", {"body": "补充"}),
        ("POST", "/letters", {"kind": "help", "subject": "a", "body": "b"}),
        ("GET", "/desk", None),
        ("GET", "/health", None),
    ):
        said = world.call(method, path, body, headers)
        assert said.status < 500, (method, path, said.raw)
        assert json.loads(said.raw)


@pytest.mark.parametrize(
    "kind", ["text/html", "multipart/form-data; boundary=x", "application/xml", "", "\ud800", "json"]
)
def test_another_content_type_is_refused(world: World, kind: str) -> None:
    said = world.call("POST", "/letters", {"kind": "help"}, {"Content-Type": kind})
    assert said.refused() == (415, "not_json")


def test_the_longest_letter_and_answer_fit_however_they_are_escaped(world: World) -> None:
    """Ten thousand characters outside the basic plane, escaped, are 120,000 bytes."""
    citizen = world.send_letter(body="𠮷" * 10_000, subject="𠮷" * 200)
    clerk = world.desk("clerk")
    clerk.makes(citizen.code, "accept")
    clerk.makes(citizen.code, "assign", units=["roads"])
    world.desk("roads-handler").makes(citizen.code, "answer", body="字" * 25_000)
    assert len(citizen.looks()["answers"][0]["body"]) == 25_000


def test_the_fullest_writer_fits_into_its_seal(world: World) -> None:
    """At most 3,500 bytes can be sealed: the fields' limits must stay below it in any script."""
    fullest: dict[str, Any] = {
        "name": "𠮷" * 80,
        "phone": "+86 13900000000 000",
        "email": f"{'a' * 64}@{'b' * 63}.{'c' * 63}.cn",
        "address": "𠮷" * 500,
    }
    citizen = world.send_letter(writer=fullest)
    assert world.desk("clerk").opens(citizen.code)["writer"] == fullest


def test_whitespace_alone_counts_as_left_out(world: World) -> None:
    citizen = world.send_letter(
        writer={"name": "  ", "phone": "", "email": " ", "address": "\n"}, mailbox="", field=" "
    )
    seen = world.desk("clerk").opens(citizen.code)
    assert seen["writer"] == {"name": None, "phone": None, "email": None, "address": None}
    assert seen["field"] is None
