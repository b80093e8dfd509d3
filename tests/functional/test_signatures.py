"""Signatures as pictures (BB-3.2): drawn or scanned, kept with the letter, and really a picture."""

from base64 import b64encode

import pytest

from chalicelib.adapters.dynamodb import codec
from chalicelib.domain.letter import Role, TextPurpose
from chalicelib.domain.rules import AnswerChain, ApprovalStep
from tests.builders import rulebook
from tests.functional.world import Answer, Citizen, World, assigned

PNG = b"\x89PNG\r\n\x1a\n" + bytes(400)
JPEG = b"\xff\xd8\xff\xe0" + bytes(400)
WHOLE = 102_400


def address(picture: bytes, kind: str = "png") -> str:
    """The picture as a data address."""
    return f"data:image/{kind};base64,{b64encode(picture).decode()}"


@pytest.fixture
def letter(world: World) -> Citizen:
    """An answer that the head of the roads office has to sign in person."""
    step = ApprovalStep(name="head", title="主要负责人签发", by=(Role.FIRST_RESPONSIBLE,), in_person=True)
    chain = AnswerChain(name="signed", title="审签", steps=(step,))
    book = rulebook().model_copy(update={"answer_chains": (chain,)})
    world.rulebooks["shuangfeng-2018"] = book
    world.open(rulebook=book)
    citizen = assigned(world)
    world.desk("roads-handler").makes(citizen.code, "answer", body="路灯已经修好。")
    return citizen


def signs(letter: Citizen, signature: str) -> Answer:
    """The head signs, whatever comes of it."""
    return letter.world.desk("roads-head").tries(letter.code, "approve", step="head", signature=signature)


@pytest.mark.parametrize(
    "signature",
    [
        address(PNG),
        address(JPEG, "jpeg"),
        address(JPEG, "jpg"),
        address(PNG.ljust(WHOLE, b"\0")),
        f" {address(PNG)}\n",
    ],
    ids=["png", "jpeg", "jpg", "as large as may be", "with blanks"],
)
def test_a_picture_is_taken_and_kept_with_the_letter(letter: Citizen, signature: str) -> None:
    assert signs(letter, signature)["status"] == "answered"
    kept = [each for each in letter.world.file(letter.code).texts if each.purpose is TextPurpose.SIGNATURE]
    assert [each.content for each in kept] == [signature.strip()]
    assert len(codec.TEXT.dump(kept[0]).encode()) < 400_000
    assert letter.world.file(letter.code).events[-1].facts["signed"] == "by_hand"
    assert signature.strip() not in letter.looks().raw
    assert "signature" not in {each["purpose"] for each in letter.looks()["texts"]}


@pytest.mark.parametrize(
    ("signature", "said"),
    [
        ("", "手写签名"),
        ("李明", "手写签名"),
        ("https://county.test/sign.png", "手写签名"),
        ("data:image/svg+xml;base64," + b64encode(b"<svg onload='x()'/>").decode(), "PNG、JPEG"),
        ("data:image/png;base64," + b64encode(b"<svg onload='x()'/>").decode(), "PNG、JPEG"),
        (address(JPEG, "png"), "PNG、JPEG"),
        (address(PNG, "gif"), "PNG、JPEG"),
        ("data:image/png;base64,iVBORw0KGgo", "PNG、JPEG"),
        ("data:image/png;base64,iVBO Rw0K!Ggo=", "PNG、JPEG"),
        ("data:text/html,<script>alert(1)</script>", "PNG、JPEG"),
        ("data:image/png;charset=utf-8;base64," + b64encode(PNG).decode(), "PNG、JPEG"),
        (address(PNG.ljust(WHOLE + 1, b"\0")), "100 KB"),
        (address(PNG.ljust(120_000, b"\0")), "100 KB"),
    ],
)
def test_anything_else_is_refused_with_what_to_do(letter: Citizen, signature: str, said: str) -> None:
    refused = signs(letter, signature)
    assert (refused.status, refused.fields()) == (422, ["signature"])
    assert said in refused["errors"][0]["message"]
    assert signature[30:60] not in refused.raw or not signature[30:60]
    assert letter.world.desk("roads-head").opens(letter.code)["status"] == "in_approval"


def test_without_a_signature_or_a_reason_for_none_the_step_is_refused(letter: Citizen) -> None:
    head = letter.world.desk("roads-head")
    assert head.tries(letter.code, "approve", step="head").fields() == ["signature"]
    head.makes(letter.code, "approve", step="head", exception="右手骨折，口头同意并已记录")
    assert letter.world.file(letter.code).events[-1].facts["signed"] == "exception"


def test_the_form_says_that_it_takes_a_picture(letter: Citizen) -> None:
    form = letter.world.desk("roads-head").opens(letter.code).form("approve")
    assert form["signature"]["format"] == "signature"
