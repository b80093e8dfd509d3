"""A desk's lists: one's own turn first, the pool, what is supervised, and what lies without a time limit."""

from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib import bootstrap
from chalicelib.domain.directory import Directory, Mailbox
from chalicelib.domain.letter import LetterId, MailboxId, Role, Status, UnitId
from tests.builders import a_contact, rulebook
from tests.functional.test_reconcile import folder, follows
from tests.functional.world import World, assigned


def under(name: str) -> World:
    """The county on Friday 20 Nov 2026 under another of the five rulebooks."""
    world, book = World(), rulebook(name)
    world.rulebooks[book.name] = book
    world.open(rulebook=book)
    return world


@pytest.fixture
def pingliang() -> Iterator[World]:
    """Units claim from the common pool, and triage has no time limit (PL-6)."""
    yield under("pingliang-2012")
    bootstrap.use(None)


@pytest.fixture
def hefei() -> Iterator[World]:
    """Triage has no time limit."""
    yield under("hefei-2008")
    bootstrap.use(None)


def listed(world: World, contact: str, name: str) -> list[dict[str, Any]]:
    return list(world.desk(contact).call("GET", "/desk")[name])


def codes(world: World, contact: str, name: str) -> list[str]:
    return [each["tracking_code"] for each in listed(world, contact, name)]


def test_what_may_be_claimed_is_a_list_of_its_own_beside_what_waits(pingliang: World) -> None:
    mine, open_to_all = assigned(pingliang), pingliang.send_letter()
    pingliang.desk("clerk").makes(open_to_all.code, "accept")
    assert codes(pingliang, "roads-handler", "letters") == [mine.code]
    assert codes(pingliang, "roads-handler", "pool") == [open_to_all.code]
    assert codes(pingliang, "water-handler", "pool") == [open_to_all.code]
    assert codes(pingliang, "inspector", "pool") == []


def test_a_claimed_letter_leaves_the_pool_of_all_the_others(pingliang: World) -> None:
    citizen = pingliang.send_letter()
    pingliang.desk("clerk").makes(citizen.code, "accept")
    pingliang.desk("roads-handler").makes(citizen.code, "claim")
    assert codes(pingliang, "water-handler", "pool") == codes(pingliang, "roads-handler", "pool") == []
    assert codes(pingliang, "roads-handler", "letters") == [citizen.code]


def test_without_a_time_limit_the_longest_lying_letter_comes_first_with_its_working_days(hefei: World) -> None:
    """Friday's letter has lain one working day on Monday, however many days of rest were between."""
    first = hefei.send_letter()
    hefei.at("2026-11-23 09:00")
    second = hefei.send_letter()
    hefei.at("2026-11-24 09:00")
    for who in ("clerk", "inspector"):
        lying = listed(hefei, who, "lying")
        assert [(each["tracking_code"], each["lying_days"]) for each in lying] == [(first.code, 2), (second.code, 1)]
        assert lying[0]["since"] == "2026-11-20T10:00:00+08:00"
        assert lying[0]["due_on"] is None
    assert codes(hefei, "roads-handler", "lying") == []


def test_a_returned_letter_without_a_time_limit_is_seen_when_it_lies(hefei: World) -> None:
    """Whoever returns it, the centre and the inspectors see it (CQ-5)."""
    citizen = assigned(hefei)
    assert codes(hefei, "clerk", "lying") == []
    book = hefei.installation.rulebook
    with_return = rulebook("chongqing-2005")
    changed = book.model_copy(update={"return_": with_return.return_, "moves": with_return.moves})
    hefei.rulebooks[book.name] = changed
    hefei.open(rulebook=changed)
    hefei.desk("roads-handler").makes(citizen.code, "return", reason="不属于本单位职责。")
    assert codes(hefei, "clerk", "lying") == codes(hefei, "inspector", "lying") == [citizen.code]


def test_what_has_a_time_limit_lies_nowhere(world: World) -> None:
    world.send_letter()
    assert listed(world, "clerk", "lying") == listed(world, "inspector", "lying") == []
    assert listed(world, "clerk", "letters")[0]["lying_days"] is None


def test_inspectors_see_what_lies_in_every_office_unless_it_is_kept_from_them(hefei: World) -> None:
    """PL-18: a letter about the inspectors lies on the desk of others."""
    box = Mailbox(MailboxId("water"), "water", UnitId("water"))
    hefei.people(Directory.of([], [a_contact("water-clerk", UnitId("water"), Role.CENTRE)], [box]))
    theirs = hefei.send_letter(mailbox="water")
    about_them = hefei.send_letter(kind="accusation", about=[{"unit": "inspection"}])
    assert codes(hefei, "inspector", "lying") == [theirs.code]
    assert codes(hefei, "water-clerk", "lying") == [theirs.code]
    assert codes(hefei, "clerk", "lying") == [about_them.code]


def test_the_inspectors_have_a_list_of_what_they_supervise(world: World) -> None:
    citizen, other = assigned(world), assigned(world)
    world.desk("inspector").makes(citizen.code, "supervise")
    assert codes(world, "inspector", "supervised") == [citizen.code]
    assert codes(world, "clerk", "supervised") == []
    world.nobody_acts_until("2026-12-04 12:00")
    assert other.code in codes(world, "inspector", "letters"), "a late letter is watched"
    assert codes(world, "inspector", "supervised") == [citizen.code], "but not supervised for that"


def test_what_is_supervised_without_a_time_limit_stays_on_that_list(pingliang: World) -> None:
    citizen = pingliang.send_letter()
    pingliang.desk("inspector").makes(citizen.code, "supervise")
    assert codes(pingliang, "inspector", "supervised") == [citizen.code]
    assert pingliang.run("reconcile").count == 0


def test_what_others_have_comes_behind_ones_own_turn(world: World) -> None:
    """A colleague's letter is due first, and is read after one's own all the same."""
    theirs = assigned(world)
    world.desk("roads-handler").makes(theirs.code, "sub_assign", contact="roads-deputy-head")
    world.at("2026-11-23 10:00")
    mine = assigned(world, kind="complaint")
    waiting = listed(world, "roads-handler", "letters")
    assert [(each["tracking_code"], each["turn"]) for each in waiting] == [(mine.code, "mine"), (theirs.code, "others")]
    assert waiting[0]["due_on"] > waiting[1]["due_on"]


def test_a_letter_without_a_time_limit_has_no_clock_and_nothing_is_wrong_with_it(hefei: World) -> None:
    citizen = hefei.send_letter()
    assert citizen.receipt["clocks"] == []
    assert citizen.looks()["clocks"] == []
    hefei.post_goes_out()
    for mail in (*hefei.mails_to("clerk"), *hefei.mailer.to("zhang.xiaoming@mail.test")):
        for left_over in ("None", "期限为", "截止", "{{", "工作日"):
            assert left_over not in mail.subject + mail.text, mail.text
    hefei.nobody_acts_until("2026-11-27 12:00")
    assert hefei.run("reconcile").count == 0
    assert hefei.steps(citizen.code) == []


def test_the_centre_contacts_the_writer_before_it_accepts_and_before_it_assigns() -> None:
    """BB-2.1: contacts the writer where needed, then decides which are valid."""
    world = under("bengbu-2014")
    citizen = world.send_letter()
    clerk = world.desk("clerk")
    clerk.makes(citizen.code, "contact_writer", note="电话核实了路段。")
    clerk.makes(citizen.code, "accept")
    said = clerk.makes(citizen.code, "contact_writer", note="再次核实。")
    assert [each["move"] for each in said["timeline"]].count("contact_writer") == 2
    assert "再次核实" not in citizen.looks().raw
    bootstrap.use(None)


def test_a_unit_contacts_no_writer_of_a_letter_that_is_not_its_own(pingliang: World) -> None:
    """What lies in the pool is anybody's to claim, and nobody's yet."""
    citizen = pingliang.send_letter()
    pingliang.desk("clerk").makes(citizen.code, "accept")
    said = pingliang.desk("roads-handler").tries(citizen.code, "contact_writer", note="问问看")
    assert (said.status, said["reason"]) == (403, "not_your_letter")


def test_an_answer_on_its_way_through_a_chain_is_no_finding_and_one_without_its_time_limit_is() -> None:
    """While the unit's own head has to sign, the unit's limit runs on (BB-3.2)."""
    world = under("bengbu-2014")
    citizen = assigned(world)
    world.desk("roads-handler").makes(citizen.code, "answer", body="路灯已经修好。")
    assert world.file(citizen.code).letter.status is Status.IN_APPROVAL
    assert world.run("reconcile").count == 0
    damaged = folder(world, LetterId(citizen.code))
    damaged.clocks.clear()
    follows(world, damaged)
    assert world.run("reconcile").without_clock == (citizen.code,)
    bootstrap.use(None)
