"""Letters that came by telephone, on paper or by another site: one stream, their source kept (HF-3.2, BB-1)."""

from collections.abc import Iterator

import pytest

from chalicelib import bootstrap
from chalicelib.domain.directory import Directory, Mailbox
from chalicelib.domain.letter import MailboxId, Role, UnitId
from chalicelib.domain.rules import SourceRule
from tests.builders import a_contact, rulebook
from tests.functional.world import WRITER, Answer, Citizen, World

HOTLINE_BOX = Mailbox(MailboxId("hotline"), "hotline", UnitId("roads"))
CALL = {"kind": "complaint", "subject": "路面塌陷", "body": "东路口路面塌陷，请派人处理。", "writer": WRITER}


HOTLINE = SourceRule(id="hotline", title="市长热线", mailbox="hotline")
RADIO = SourceRule(id="radio", title="电台热线")


@pytest.fixture
def world() -> Iterator[World]:
    """The county's rulebook names its channels; the hotline's letters have a mailbox of their own."""
    world = World()
    world.people(Directory.of([], [a_contact("roads-clerk", UnitId("roads"), Role.CENTRE)], [HOTLINE_BOX]))
    yield with_sources(world, HOTLINE, RADIO)
    bootstrap.use(None)


def with_sources(world: World, *sources: SourceRule) -> World:
    book = rulebook().model_copy(update={"sources": sources})
    world.rulebooks[book.name] = book
    world.open(rulebook=book)
    return world


def take_in(world: World, by: str = "clerk", key: str | None = None, **fields: object) -> Answer:
    letter = {**CALL, "source": "hotline", **fields}
    headers = {"Idempotency-Key": key} if key else {}
    return world.desk(by).call("POST", "/desk/letters", {k: v for k, v in letter.items() if v is not None}, headers)


def test_a_call_written_down_by_a_clerk_is_a_letter_like_any_other(world: World) -> None:
    web = world.send_letter(kind="complaint")
    said = take_in(world)
    assert said.status == 201
    assert [(c["name"], c["due_on"]) for c in said["clocks"]] == [
        (c["name"], c["due_on"]) for c in web.receipt["clocks"]
    ]
    assert said["tracking_code"] in {each["tracking_code"] for each in world.desk("roads-clerk").waiting()}
    shown = world.desk("roads-clerk").opens(said["tracking_code"])
    assert (shown["source"], shown["writer"]["phone"]) == ("hotline", WRITER["phone"])


def test_the_caller_follows_it_with_the_codes_the_clerk_hands_over(world: World) -> None:
    said = take_in(world)
    caller = Citizen(world, said["tracking_code"], said["query_code"], said)
    assert caller.looks()["subject"] == "路面塌陷"
    world.post_goes_out()
    assert any(said["tracking_code"] in mail.text for mail in world.mailer.to(WRITER["email"]))


def test_the_ledger_says_which_clerk_took_it_in_and_that_the_words_are_the_writers(world: World) -> None:
    file = world.file(take_in(world)["tracking_code"])
    event = file.events[0]
    assert (event.move, event.actor.id, event.actor.role, event.actor.channel) == (
        "receive",
        "clerk",
        Role.CENTRE,
        "desk",
    )
    assert event.facts["source"] == "hotline"
    assert file.texts[0].author is Role.WRITER


def test_the_same_call_sent_twice_by_the_same_key_is_one_letter(world: World) -> None:
    first, second = take_in(world, key="k1"), take_in(world, key="k1")
    assert (second.status, second["query_code"]) == (201, first["query_code"])
    assert len(list(world.letters.letters())) == 1
    assert take_in(world, key="k1", subject="别的事").refused() == (422, "idempotency_mismatch")


def test_a_number_of_the_other_platform_is_taken_in_once(world: World) -> None:
    assert take_in(world, source_number="RX-1").status == 201
    again = take_in(world, source_number="RX-1")
    assert (again.refused(), again.fields()) == ((422, "invalid_fields"), ["source_number"])
    assert take_in(world, source_number="RX-1", source="radio").status == 201


@pytest.mark.parametrize("who", ["roads-handler", "inspector", "leader"])
def test_only_a_centre_takes_letters_in(world: World, who: str) -> None:
    assert take_in(world, by=who).refused() == (403, "move_refused")
    assert not list(world.letters.letters())


def test_an_unknown_source_is_refused_with_those_there_are(world: World) -> None:
    said = take_in(world, source="fax")
    assert (said.status, said.fields()) == (422, ["source"])
    assert "hotline" in said.raw
    assert "radio" in said.raw


def test_a_letter_whose_source_nobody_named_was_written_down_at_the_desk(world: World) -> None:
    code = take_in(world, source=None)["tracking_code"]
    assert world.file(code).letter.mailbox == "county"
    assert world.desk("clerk").opens(code)["source_title"] == "工作人员登记"


def test_a_sources_letters_go_to_its_own_mailbox_unless_the_clerk_says_otherwise(world: World) -> None:
    assert world.file(take_in(world)["tracking_code"]).letter.mailbox == "hotline"
    assert world.file(take_in(world, mailbox="county")["tracking_code"]).letter.mailbox == "county"
    assert world.file(take_in(world, source="radio")["tracking_code"]).letter.mailbox == "county"
    assert world.file(take_in(world, "roads-clerk", source="radio")["tracking_code"]).letter.mailbox == "hotline"


def test_without_listed_sources_any_short_name_will_do(world: World) -> None:
    with_sources(world)
    assert take_in(world, source="来信来访").status == 201
    assert take_in(world, source="两个 词/x").fields() == ["source"]


def test_a_call_is_refused_for_the_same_reasons_as_a_citizens_letter(world: World) -> None:
    said = take_in(world, subject="", writer={"email": "not one"}, mailbox="nowhere")
    assert (said.status, set(said.fields())) == (422, {"subject", "writer.email"})
    assert take_in(world, mailbox="nowhere").fields() == ["mailbox"]


def test_staff_see_a_sources_title_and_everybody_its_name_in_the_rulebook(world: World) -> None:
    code = take_in(world, source_number="RX-7")["tracking_code"]
    shown = world.desk("roads-clerk").opens(code)
    assert (shown["source"], shown["source_title"], shown["source_number"]) == ("hotline", "市长热线", "RX-7")
    listed = world.call("GET", "/rulebook")["sources"]
    assert [(each["id"], each["title"]) for each in listed] == [("hotline", "市长热线"), ("radio", "电台热线")]


def test_the_web_forms_letters_need_no_listed_source(world: World) -> None:
    citizen = world.send_letter()
    assert world.desk("clerk").opens(citizen.code)["source_title"] == "网上来信"
