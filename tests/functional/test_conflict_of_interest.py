"""PL-18: a letter is never shown or passed to those it is about, and only the centre knows who accuses."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.directory import Directory, Mailbox, Unit
from chalicelib.domain.letter import ContactId, MailboxId, Role, UnitId
from chalicelib.ports import LinkClaims
from tests.builders import CENTRE, ROADS, WATER, a_contact, a_directory
from tests.functional.world import WRITER, Citizen, Desk, World, assigned

ACCUSED = {"kind": "accusation", "subject": "关于道路队", "about": [{"unit": "roads", "text": "道路队队长李某"}]}
STAFF = ("roads-handler", "roads-deputy-head", "roads-head")


@pytest.fixture
def branches(world: World) -> World:
    """The roads office has a section below it, and the section a team; an inspector works in the section."""
    section, team = UnitId("roads-section"), UnitId("roads-team")
    world.people(
        Directory.of(
            [Unit(section, "a section", ROADS), Unit(team, "a team", section)],
            [
                a_contact("section-handler", section, Role.HANDLER),
                a_contact("team-handler", team, Role.HANDLER),
                a_contact("section-inspector", section, Role.INSPECTOR),
                a_contact("roads-leader", ROADS, Role.LEADER, Role.FIRST_RESPONSIBLE),
            ],
            [],
        )
    )
    return world


def knows_of_it(world: World, contact: str, citizen: Citizen) -> bool:
    """Whether this person could learn of the letter in any way there is."""
    said = world.call("POST", "/desk/links", {"email": world.contact(contact).email})
    assert said.status == 202
    desk = world.desk(contact)
    told = any(citizen.code in mail.subject + mail.text for mail in world.mails_to(contact))
    listed = any(each["tracking_code"] == citizen.code for each in desk.waiting())
    return told or listed or desk.opens(citizen.code).status != 404


def test_the_accused_unit_and_what_is_below_it_never_learn_of_the_letter(branches: World) -> None:
    """Through triage, assigning elsewhere and every step of the ladder."""
    citizen = branches.send_letter(**ACCUSED)
    clerk = branches.desk("clerk")
    clerk.makes(citizen.code, "accept")
    clerk.makes(citizen.code, "assign", units=["water"])
    branches.desk("inspector").makes(citizen.code, "supervise")
    branches.desk("leader").makes(citizen.code, "instruct", text="请依法查处")
    branches.nobody_acts_until("2026-12-09 12:00")
    assert len(branches.steps(citizen.code)) == 5
    for contact in (*STAFF, "section-handler", "team-handler", "section-inspector", "roads-leader"):
        assert not knows_of_it(branches, contact, citizen), contact
    assert knows_of_it(branches, "water-handler", citizen)
    assert knows_of_it(branches, "inspector", citizen)


def test_the_accused_can_make_no_move(branches: World) -> None:
    """Not found, exactly as if there were no such letter."""
    citizen = branches.send_letter(**ACCUSED)
    for contact in ("roads-leader", "section-inspector", "roads-handler"):
        desk = branches.desk(contact)
        for move in ("instruct", "supervise", "urge", "answer", "accept"):
            real, unknown = desk.tries(citizen.code, move, text="?"), desk.tries("0" * 12, move, text="?")
            assert (real.status, real.raw) == (404, unknown.raw), (contact, move)


def test_the_accused_are_not_offered_and_not_taken_as_handlers(branches: World) -> None:
    citizen = branches.send_letter(**ACCUSED)
    clerk = branches.desk("clerk")
    clerk.makes(citizen.code, "accept")
    seen = clerk.opens(citizen.code)
    offered = {each["const"] for each in seen.form("assign")["units"]["items"]["oneOf"]}
    assert offered == {"water"}, "the other offices have nobody who handles letters"
    assert clerk.tries(citizen.code, "assign", units=["office"]).status == 422
    assert {each["const"] for each in seen.form("forward")["unit"]["oneOf"]} == offered
    for unit in ("roads", "roads-section", "roads-team"):
        said = clerk.tries(citizen.code, "assign", units=["water", unit])
        assert (said.refused(), said.fields()) == ((422, "invalid_fields"), ["units.1"])
        assert clerk.tries(citizen.code, "forward", unit=unit).status == 422


def test_a_unit_found_to_be_accused_loses_the_letter_at_once(world: World) -> None:
    """It was assigned before anybody saw whom it is about: from then on it is gone, waiting mail included."""
    citizen = assigned(world, kind="accusation")
    handler = world.desk("roads-handler")
    assert handler.opens(citizen.code).status == 200
    world.at("2026-11-24 22:00")
    world.run("sweep")
    told = len(world.mails_to("roads-handler"))
    world.desk("clerk").makes(citizen.code, "classify", about=["roads"])
    world.nobody_acts_until("2026-11-26 12:00")
    assert handler.opens(citizen.code).status == 404
    assert handler.tries(citizen.code, "answer", body="没有此事").status == 404
    assert handler.waiting() == []
    assert len(world.mails_to("roads-handler")) == told
    assert world.desk("clerk").waiting()[0]["waits_for"] == "assign"


def test_the_accuser_is_known_to_the_centre_alone(world: World) -> None:
    citizen = world.send_letter(**ACCUSED)
    clerk = world.desk("clerk")
    clerk.makes(citizen.code, "accept")
    clerk.makes(citizen.code, "assign", units=["water"])
    assert clerk.opens(citizen.code)["writer"] == WRITER
    for contact in ("water-handler", "water-head", "inspector", "leader"):
        seen = world.desk(contact).opens(citizen.code)
        assert seen["writer"] is None, contact
        assert seen["about"] == []
        assert not [text for text in seen["texts"] if text["purpose"] == "about"]
        for value in WRITER.values():
            assert value not in seen.raw


@pytest.mark.parametrize("marks", [{"keep_confidential": True}, {"about": [{"unit": "water"}]}, {"kind": "accusation"}])
def test_who_wrote_is_kept_from_units_where_it_must_be(world: World, marks: dict[str, object]) -> None:
    citizen = assigned(world, **marks)
    assert world.desk("roads-handler").opens(citizen.code)["writer"] is None
    assert world.desk("clerk").opens(citizen.code)["writer"] == WRITER


def test_an_ordinary_letter_shows_its_writer_to_those_who_answer_and_to_no_watcher(world: World) -> None:
    """Units reach the writer to answer; leaders and inspectors need not know."""
    citizen = assigned(world)
    assert world.desk("roads-handler").opens(citizen.code)["writer"] == WRITER
    for contact in ("leader", "inspector"):
        assert world.desk(contact).opens(citizen.code)["writer"] is None


def test_a_unit_that_had_the_letter_may_look_but_no_longer_knows_the_writer(world: World) -> None:
    citizen = assigned(world)
    handler = world.desk("roads-handler")
    handler.makes(citizen.code, "return", reason="不属于本单位")
    assert (handler.opens(citizen.code)["writer"], handler.opens(citizen.code).moves()) == (None, [])


def test_when_the_centre_is_accused_the_inspectors_take_its_place(world: World) -> None:
    citizen = world.send_letter(kind="accusation", about=[{"unit": "centre"}])
    world.post_goes_out()
    assert world.mails_to("clerk") == []
    inspector = world.desk("inspector")
    assert [each["tracking_code"] for each in inspector.waiting()] == [citizen.code]
    seen = inspector.opens(citizen.code)
    assert {"accept", "decline", "classify"} <= set(seen.moves())
    assert seen["writer"] == WRITER
    inspector.makes(citizen.code, "accept")
    inspector.makes(citizen.code, "assign", units=["water"])
    world.desk("water-handler").makes(citizen.code, "answer", body="已核查。")
    inspector.makes(citizen.code, "approve")
    assert not knows_of_it(world, "clerk", citizen)
    assert citizen.looks()["status"] == "closed"


def test_when_the_centre_is_accused_its_ladder_climbs_to_the_inspectors(world: World) -> None:
    citizen = world.send_letter(kind="accusation", about=[{"unit": "centre"}])
    world.nobody_acts_until("2026-11-27 12:00")
    assert len(world.steps(citizen.code)) == 3
    assert world.mails_to("clerk") == []
    assert any("逾期" in mail.text for mail in world.mails_to("inspector"))


def test_a_mailbox_of_ones_own_is_worked_by_its_owner(world: World) -> None:
    """The owner of a mailbox holds the centre's moves for it, and for no other."""
    world.people(
        Directory.of(
            [], [a_contact("water-clerk", WATER, Role.CENTRE)], [Mailbox(MailboxId("water"), "water box", WATER)]
        )
    )
    own, county = world.send_letter(mailbox="water"), world.send_letter()
    water = world.desk("water-clerk")
    assert [each["tracking_code"] for each in water.waiting()] == [own.code]
    assert water.opens(county.code).status == 404
    assert world.desk("clerk").opens(own.code).status == 404
    water.makes(own.code, "accept")


def test_the_fixture_county_has_nobody_above_the_units() -> None:
    """What these tests rest on: only `branches` gives units a parent."""
    assert all(unit.parent is None for unit in a_directory().units.values())
    assert {CENTRE, ROADS, WATER} <= set(a_directory().units)


def test_an_office_that_is_joined_to_the_accused_later_loses_sight_of_the_letter_at_once(world: World) -> None:
    """PL-18: the desk's list asks the guard about the offices as they are now."""
    citizen = world.send_letter(about=[{"unit": "water"}])
    clerk = world.desk("clerk")
    clerk.makes(citizen.code, "accept")
    clerk.makes(citizen.code, "assign", units=["roads"])
    handler = world.desk("roads-handler")
    assert len(handler.waiting()) == 1
    directory = world.registry.directory()
    joined = replace(directory.units[UnitId("roads")], parent=UnitId("water"))
    world.registry.put([joined], [], [])
    assert handler.waiting() == []


def test_a_letter_about_the_office_above_everybody_still_reaches_somebody(world: World) -> None:
    """The centre and every inspector are subordinate to the county government: the centre keeps it all the same."""
    government = UnitId("government")
    offices = world.registry.directory().units.values()
    world.people(
        Directory.of(
            [Unit(government, "the government"), *(replace(each, parent=government) for each in offices)],
            [a_contact("mayor", government, Role.LEADER, Role.CENTRE)],
            [],
        )
    )
    citizen = world.send_letter(about=[{"unit": "government"}])
    clerk = world.desk("clerk")
    assert [each["tracking_code"] for each in clerk.waiting()] == [citizen.code]
    assert world.mails_to("clerk")
    clerk.makes(citizen.code, "accept")
    world.nobody_acts_until("2026-11-27 12:00")
    assert any("逾期" in mail.text for mail in world.mails_to("clerk"))
    for contact in ("mayor", "inspector", "leader", "roads-handler"):
        assert not knows_of_it(world, contact, citizen), contact


def test_a_mailbox_whose_owner_has_nobody_at_the_centre_is_worked_by_the_inspectors(world: World) -> None:
    world.people(Directory.of([], [], [Mailbox(MailboxId("water"), "water box", WATER)]))
    citizen = world.send_letter(mailbox="water")
    inspector = world.desk("inspector")
    assert [each["tracking_code"] for each in inspector.waiting()] == [citizen.code]
    inspector.makes(citizen.code, "accept")


def test_somebody_accused_in_words_never_gets_the_accuser_nor_the_words(world: World) -> None:
    """Not before the centre has said whom they mean; the words stay the centre's after that too."""
    citizen = assigned(world, kind="complaint", about=[{"text": "道路队队长李某"}])
    handler, clerk = world.desk("roads-handler"), world.desk("clerk")
    seen = handler.opens(citizen.code)
    assert seen["writer"] is None
    assert "李某" not in seen.raw
    assert [text["body"] for text in clerk.opens(citizen.code)["texts"] if text["purpose"] == "about"]
    assert clerk.opens(citizen.code)["writer"] == WRITER

    clerk.makes(citizen.code, "classify", complexity="complex")
    assert handler.opens(citizen.code)["writer"] is None
    offered = clerk.opens(citizen.code).form("classify")["about"]["items"]["oneOf"]
    assert offered[0]["title"] == "不涉及哪个单位"
    clerk.makes(citizen.code, "classify", about=[offered[0]["const"]])
    assert world.file(citizen.code).events[-1].facts["guarded"] is False
    seen = handler.opens(citizen.code)
    assert seen["writer"] == WRITER
    assert not [text for text in seen["texts"] if text["purpose"] == "about"]


def test_another_entry_of_the_same_person_is_no_way_round_the_guard(world: World) -> None:
    head = world.contact("roads-head")
    inspector = frozenset({Role.INSPECTOR})
    twin = replace(head, id=ContactId("roads-twin"), unit=UnitId("inspection"), roles=inspector)
    world.people(Directory.of([], [twin], []))
    citizen = world.send_letter(**ACCUSED)
    claims = LinkClaims(twin.id, None, 0, world.time.at + timedelta(days=1))
    desk = Desk(world, "roads-twin", world.links.token(claims))
    assert desk.call("GET", "/desk").status == 200
    assert desk.opens(citizen.code).status == 404
    assert desk.tries(citizen.code, "supervise").status == 404


def test_somebody_who_has_moved_to_another_unit_no_longer_finds_the_letter_listed(world: World) -> None:
    """The list shows the subject of what they may no longer open; the unit has the letter again."""
    citizen = assigned(world)
    deputy = world.desk("roads-deputy-head")
    world.desk("roads-head").makes(citizen.code, "sub_assign", contact="roads-deputy-head")
    assert [each["tracking_code"] for each in deputy.waiting()] == [citizen.code]
    world.people(Directory.of([], [replace(world.contact("roads-deputy-head"), unit=WATER)], []))
    assert (deputy.waiting(), deputy.opens(citizen.code).status) == ([], 404)


def test_an_accusation_in_words_alone_is_not_passed_on_before_the_centre_has_said_whose_people_they_are(
    world: World,
) -> None:
    """PL-18: the office head accused by name would otherwise get it by mail, and answer it."""
    citizen = world.send_letter(kind="accusation", about=[{"text": "道路队队长李某"}])
    clerk = world.desk("clerk")
    clerk.makes(citizen.code, "accept")
    assert "assign" not in clerk.opens(citizen.code).moves()
    assert clerk.tries(citizen.code, "assign", units=["roads"])["reason"] == "settle_about_first"
    assert clerk.tries(citizen.code, "forward", unit="roads")["reason"] == "settle_about_first"
    clerk.makes(citizen.code, "classify", about=["roads"])
    assert clerk.tries(citizen.code, "assign", units=["roads"]).status == 422
    clerk.makes(citizen.code, "assign", units=["water"])


def test_once_settled_that_no_office_is_meant_it_goes_its_way(world: World) -> None:
    citizen = world.send_letter(kind="accusation", about=[{"text": "某商户"}])
    clerk = world.desk("clerk")
    clerk.makes(citizen.code, "accept")
    clerk.makes(citizen.code, "classify", about=["*nobody"])
    clerk.makes(citizen.code, "assign", units=["roads"])


def test_whoever_is_named_in_words_is_kept_from_the_letter_at_once(world: World) -> None:
    """Nobody settles an accusation against themselves: not by setting it aside, nor by passing it on."""
    named = world.contact("roads-handler").name
    citizen = world.send_letter(kind="accusation", about=[{"text": f"{named}收受礼金"}])
    assert world.desk("roads-handler").opens(citizen.code).status == 404
    clerk = world.desk("clerk")
    clerk.makes(citizen.code, "accept")
    assert clerk.tries(citizen.code, "assign", units=["roads"])["reason"] == "settle_about_first"
    clerk.makes(citizen.code, "classify", about=["contact:roads-handler"])
    clerk.makes(citizen.code, "assign", units=["roads"])
    assert world.desk("roads-handler").opens(citizen.code).status == 404
    assert world.desk("roads-head").opens(citizen.code).status == 200


def test_a_clerk_named_in_words_neither_sees_nor_settles_the_letter(world: World) -> None:
    named = world.contact("clerk").name
    citizen = world.send_letter(kind="complaint", about=[{"text": f"反映{named}"}])
    clerk = world.desk("clerk")
    assert clerk.opens(citizen.code).status == 404
    assert clerk.tries(citizen.code, "classify", about=["*nobody"]).status == 404
    assert citizen.code in [each["tracking_code"] for each in world.desk("inspector").waiting()]


@pytest.mark.parametrize("kind", ["complaint", "opinion", "help", "consultation"])
def test_what_names_somebody_in_words_goes_nowhere_before_it_is_settled_whatever_its_kind(
    world: World, kind: str
) -> None:
    citizen = world.send_letter(kind=kind, about=[{"text": "unit roads 的工作人员"}])
    assert world.desk("roads-handler").opens(citizen.code).status == 404
    clerk = world.desk("clerk")
    clerk.makes(citizen.code, "accept")
    assert clerk.tries(citizen.code, "assign", units=["water"])["reason"] == "settle_about_first"
    clerk.makes(citizen.code, "classify", about=["roads"])
    clerk.makes(citizen.code, "assign", units=["water"])


def test_an_accusation_that_names_an_office_in_its_text_alone_asks_whom_it_is_about(world: World) -> None:
    citizen = world.send_letter(kind="accusation", about=None, body="unit roads 有人吃拿卡要。")
    clerk = world.desk("clerk")
    clerk.makes(citizen.code, "accept")
    assert clerk.tries(citizen.code, "assign", units=["roads"])["reason"] == "settle_about_first"
    assert clerk.opens(citizen.code)["about"] == ["unit roads"]
