"""Request schemas: what is taken, what is refused, and that no refusal repeats what was typed."""

import json
from typing import Any

import pytest

from chalicelib.api.requests import REQUEST_MAX, LinkFields, SubmissionFields, parse
from chalicelib.domain.errors import InvalidFieldsError
from chalicelib.domain.payloads import Answer, Assign

LETTER: dict[str, Any] = {"kind": "help", "subject": "a", "body": "b"}


def parsed(**changes: object) -> SubmissionFields:
    """A letter that is taken."""
    return parse(SubmissionFields, json.dumps({**LETTER, **changes}).encode())


def named(**changes: object) -> list[tuple[str, str]]:
    """The fields and reasons of a letter that is refused."""
    with pytest.raises(InvalidFieldsError) as raised:
        parsed(**changes)
    return [(each.field, each.reason) for each in raised.value.errors]


@pytest.mark.parametrize("phone", ["13907385566", "+86 139 0738 5566", "0738-6820000", "12345-6", "1" * 20])
def test_telephone_numbers_as_people_write_them(phone: str) -> None:
    assert parsed(writer={"phone": f" {phone} "}).writer.phone == phone


@pytest.mark.parametrize(
    "phone", ["1234", "call", "139 0738 55 66 转 8", "１３９０７３８５５６６", "1" * 21, "+", "- -"]
)
def test_what_is_no_telephone_number(phone: str) -> None:
    assert named(writer={"phone": phone})[0][0] == "writer.phone"


@pytest.mark.parametrize("email", ["a@b.cn", "a.b+c@d-e.example.com", "A@B.CN"])
def test_e_mail_addresses(email: str) -> None:
    assert parse(LinkFields, json.dumps({"email": f" {email}\n"}).encode()).email == email


@pytest.mark.parametrize(
    "email",
    [
        "a",
        "@b.cn",
        "a@b",
        "a@b.c",
        "a b@c.cn",
        "a@b.cn,c@d.cn",
        "<a@b.cn>",
        "a@b.cn\r\nBcc: x@y.cn",
        "a@@b.cn",
        "a@b..cn",
        "a@b.cn\u200b",
        "张三@邮箱.中国",
    ],
)
def test_what_is_no_e_mail_address(email: str) -> None:
    """Above all nothing that could become a second recipient or a header."""
    assert named(writer={"email": email}) == [("writer.email", "bad_email")]


def test_a_subject_is_one_line_and_a_body_keeps_its_lines() -> None:
    letter = parsed(subject=" 路灯\n\t坏了 ", body="第一行\n\n第二行\n")
    assert (letter.subject, letter.body) == ("路灯 坏了", "第一行\n\n第二行")


@pytest.mark.parametrize("char", ["\x00", "\x07", "\x1b", "\x7f"])
def test_control_characters_are_refused_wherever_they_stand(char: str) -> None:
    assert named(body=f"a{char}b") == [("body", "control_characters")]
    assert named(writer={"name": f"a{char}"}) == [("writer.name", "control_characters")]
    for model, body, field in (
        (Answer, {"body": f"a{char}b"}, "body"),
        (Assign, {"units": ["a", f"b{char}c"]}, "units.1"),
    ):
        with pytest.raises(InvalidFieldsError) as raised:
            parse(model, json.dumps(body).encode())
        assert [(each.field, each.reason) for each in raised.value.errors] == [(field, "control_characters")]


def test_lengths_are_counted_in_characters_and_their_bounds_are_taken() -> None:
    assert len(parsed(subject="𠮷" * 200, body="𠮷" * 10_000).body) == 10_000
    assert named(subject="𠮷" * 201, body="𠮷" * 10_001) == [
        ("subject", "string_too_long"),
        ("body", "string_too_long"),
    ]


def test_a_body_over_the_limit_is_not_even_read() -> None:
    parse(SubmissionFields, json.dumps(LETTER).encode().ljust(REQUEST_MAX))
    with pytest.raises(InvalidFieldsError) as raised:
        parse(SubmissionFields, json.dumps(LETTER).encode().ljust(REQUEST_MAX + 1))
    assert raised.value.errors[0].reason == "request_too_large"


def test_no_refusal_holds_what_was_typed() -> None:
    with pytest.raises(InvalidFieldsError) as raised:
        parsed(kind="张晓明", writer={"name": "张晓明" * 40, "email": "张晓明", "phone": "张晓明"}, about=["张晓明"])
    assert "张晓明" not in repr(raised.value.errors)
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__


def test_an_unknown_field_is_refused_for_what_it_says_would_be_lost() -> None:
    assert sorted(named(colour="red", writer={"wechat": "x"})) == [
        ("colour", "extra_forbidden"),
        ("writer.wechat", "extra_forbidden"),
    ]


def test_whom_it_is_about_is_parted_into_units_and_words() -> None:
    submission = parsed(about=[{"unit": "roads", "text": "队长"}, {"text": "副队长", "unit": " "}]).submission()
    assert submission.about_units == ("roads",)
    assert submission.arrival_fields["about_text"] == "队长\n副队长"
    assert parsed().submission().arrival_fields["about_text"] is None


def test_what_a_submission_prints_as_holds_no_writer() -> None:
    assert "13907385566" not in repr(parsed(writer={"phone": "13907385566"}).submission())


@pytest.mark.parametrize("consent", [1, 0, "yes", "no", "true"])
def test_consent_is_said_plainly_or_not_at_all(consent: object) -> None:
    """What somebody may mean by "yes" is not ours to guess when it is about publishing."""
    assert named(publish_consent=consent) == [("publish_consent", "bool_type")]
    assert named(keep_confidential=consent) == [("keep_confidential", "bool_type")]


def test_an_accusation_of_nobody_is_not_dropped_in_silence() -> None:
    assert named(about=[{}]) == [("about.0", "about_nobody")]
    assert named(about=[{"unit": " ", "text": ""}]) == [("about.0", "about_nobody")]


@pytest.mark.parametrize("blank", ["\u200b", "\u200b \u2060", "\ufeff"])
def test_blanks_that_cannot_be_seen_are_no_letter(blank: str) -> None:
    assert named(subject=blank) == [("subject", "string_too_short")]
    assert named(body=blank) == [("body", "string_too_short")]
