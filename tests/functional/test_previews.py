"""The preview of a letter that is being written: the words that would be published, and nothing kept of them."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.letter import Writer
from chalicelib.domain.reading import written
from chalicelib.domain.redaction import redact
from chalicelib.services.previews import preview_of
from tests.functional.test_publication import BODY, MINE, SUBJECT, a_letter, county
from tests.functional.world import WRITER, Answer, World, heard_in_logs

WORDS = st.lists(
    st.sampled_from(
        ["张晓明", "路灯", "139", "0738 5566", "13907385566", "\n\n", " ", "书院路17号", "@", "a.b", "430", "我是"]
    ),
    min_size=1,
    max_size=12,
).map("".join)


def previewed(world: World, **fields: object) -> Answer:
    """What the page shows; fields as in a letter, unless said otherwise."""
    letter = {"subject": SUBJECT, "body": BODY, "writer": WRITER, **fields}
    return world.call("POST", "/previews", {name: value for name, value in letter.items() if value is not None})


def test_it_shows_the_words_that_publish_would_propose(world: World) -> None:
    """The very same wording, by the same rules: what the writer agreed to is what the public reads."""
    said = previewed(county(world))
    assert said.status == 200
    assert said.body == {
        "subject": "○○○反映书院路的路灯",
        "body": "我叫○○○，家住（住址略），电话（电话略）。书院路的路灯坏了一周，请问何时修复？",
    }
    form = world.desk("clerk").opens(a_letter(world).code).form("publish")
    assert form["text"]["default"] == f"{said['subject']}\n\n{said['body']}"


def test_without_who_wrote_it_finds_what_is_anybodys(world: World) -> None:
    said = previewed(world, writer=None)
    assert said["subject"] == SUBJECT
    assert "13907385566" not in said["body"]
    assert previewed(world, writer={"name": " ", "phone": ""}).body == said.body


def test_nothing_is_kept_and_nothing_logged(world: World) -> None:
    before = world.everything()
    with heard_in_logs() as heard:
        previewed(world)
        refused = previewed(world, writer={**WRITER, "phone": "139073855661390738556613907385566"})
    assert refused.fields() == ["writer.phone"]
    assert not any(secret in heard() + refused.raw for secret in MINE)
    assert world.everything() == before


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"subject": None}, "subject"),
        ({"subject": "\u200b"}, "subject"),
        ({"subject": "字" * 201}, "subject"),
        ({"body": ""}, "body"),
        ({"body": "字" * 10_001}, "body"),
        ({"body": "a\u0000b"}, "body"),
        ({"writer": []}, "writer"),
        ({"writer": {"email": "x"}}, "writer.email"),
        ({"writer": {"age": 7}}, "writer.age"),
        ({"kind": "help"}, "kind"),
    ],
)
def test_it_takes_what_a_letter_takes_and_refuses_the_same(world: World, fields: dict[str, Any], named: str) -> None:
    said = previewed(world, **fields)
    assert said.refused() == (422, "invalid_fields")
    assert said.fields() == [named]
    if named != "kind":
        assert world.try_to_send(**{"subject": SUBJECT, "body": BODY, **fields})["errors"] == said["errors"]


@given(WORDS.map(lambda words: " ".join(words.split()) or "x"), WORDS.map(lambda words: words.strip() or "x"))
@settings(max_examples=200, deadline=None)
def test_put_together_it_is_the_public_wording_whatever_was_written(subject: str, body: str) -> None:
    """Also where a mark runs over the end of the subject: a number begun there and ended in the body."""
    writer = Writer(name="张晓明", phone="13907385566", address="永丰镇书院路17号")
    shown, public = preview_of(subject, body, writer), redact(written(subject, body), writer)
    assert public in (f"{shown.subject}\n\n{shown.body}", shown.subject)


def test_the_longest_letter_is_shown_within_moments(world: World) -> None:
    """Whatever it is made of: anybody may ask, and as often as they like."""
    for piece in ("1", "a", "a@", "1 ", "零", "书院路17号", "0738-", "张 ", "微信:", "12栋1单元"):
        assert previewed(world, body=(piece * 10_000)[:10_000].strip(), subject=piece * 20).status == 200
