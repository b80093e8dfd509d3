"""Letters that came by telephone, on paper or by another site: one stream, their source kept (HF-3.2, BB-1)."""

from collections.abc import Iterator

import pytest

from chalicelib import bootstrap
from chalicelib.domain.directory import Directory, Mailbox
from chalicelib.domain.letter import MailboxId, Role, UnitId
from chalicelib.domain.rules import SourceRule
from chalicelib.services.import_units import UnitsFile, read_units
from infra.environment import ROOT
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


# one back end for all units' mailboxes (HF-2.1)

ANNEX = """高新区、经开区、新站区、肥东县、肥西县、长丰县、瑶海区、庐阳区、蜀山区、包河区、市农委、市建委、
市国资委、市教育局、市公安局、市民政局、市司法局、市人事局、市劳动和社会保障局、市国土资源局、
市交通局、市水务局、市外经贸局、市文广新局、市卫生局、市计生委、市规划局、市市容局、市环保局、
市商务局、市房产局、市安全生产监督管理局、市物价局、市畜牧水产局、市园林局、市旅游局、
市招投标管理中心、市重点工程局、市残联、市住房公积金管理中心、市国税局、市地税局、市工商局、
市质监局、市药监局、市供水集团、市燃气集团、市公交集团"""


def test_hefeis_forty_eight_units_each_have_a_mailbox_whose_letters_their_own_office_gets() -> None:
    """The demo file holds the annex; a letter to each mailbox lies on its unit's desk, and on the inspectors' list."""
    read = read_units((ROOT / "infra" / "demo" / "hefei-units.csv").read_bytes())
    assert isinstance(read, UnitsFile)
    assert read.warnings == ()
    book = rulebook("hefei-2008")
    world = World(read.directory)
    world.rulebooks[book.name] = book
    world.open(rulebook=book)
    boxes = {each["name"]: each["id"] for each in world.call("GET", "/units")["mailboxes"]}
    named = ANNEX.replace("\n", "").split("、")
    assert len(named) == 48
    assert set(boxes) == {"市长信箱", *(f"{name}信箱" for name in named)}
    for name in named:
        box = boxes[f"{name}信箱"]
        citizen = world.send_letter(mailbox=box)
        assert [each["tracking_code"] for each in world.desk(f"{box}-1").waiting()] == [citizen.code], name
        assert world.desk(f"{box}-1").makes(citizen.code, "accept")["number"]
    assert len(world.desk("ducha-1").call("GET", "/desk")["lying"]) == 48
    bootstrap.use(None)
