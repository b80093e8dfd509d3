"""Register numbers: one letter, one number, however many offices give them out (CQ-3.2.3)."""

from dataclasses import replace

import pytest

from chalicelib.domain.directory import Directory, Mailbox, Unit
from chalicelib.domain.letter import MailboxId, Role, UnitId
from chalicelib.domain.rules import NumberRule
from tests.builders import a_contact, a_directory
from tests.functional.world import World

SECOND = UnitId("second-centre")
SECOND_BOX = MailboxId("second-box")


def two_owners(name_of_second: str) -> World:
    """A county with two mailboxes, each with an owner of its own who accepts."""
    first = a_directory()
    clerk = a_contact("second-clerk", SECOND, Role.CENTRE)
    people = Directory.of(
        [*first.units.values(), Unit(SECOND, name_of_second)],
        [*first.contacts.values(), clerk],
        [*first.mailboxes.values(), Mailbox(SECOND_BOX, "second box", SECOND)],
    )
    return World(people)


def with_format(world: World, text: str) -> World:
    """The county writes its numbers like this."""
    book = world.rulebooks["shuangfeng-2018"]
    world.rulebooks["shuangfeng-2018"] = book.model_copy(update={"number": NumberRule(format=text)})
    world.open(rulebook=world.rulebooks["shuangfeng-2018"])
    return world


def accepted(world: World, clerk: str, **fields: str) -> str:
    citizen = world.send_letter(**fields)
    return str(world.desk(clerk).makes(citizen.code, "accept")["number"])


@pytest.mark.parametrize(
    "text", ["信箱〔{year}〕{sequence:04d}号", "{unit}〔{year}〕{sequence}号", "{sequence}/{year}{unit}"]
)
@pytest.mark.parametrize("name", ["unit second", "unit centre"])
def test_two_mailbox_owners_never_give_the_same_number(text: str, name: str) -> None:
    """Whether or not the number names the unit, and also when both units have the same name."""
    world = with_format(two_owners(name), text)
    numbers = [accepted(world, "clerk"), accepted(world, "second-clerk", mailbox=SECOND_BOX), accepted(world, "clerk")]
    assert len(set(numbers)) == 3, numbers


def test_where_the_number_names_the_unit_each_unit_counts_from_one() -> None:
    world = with_format(two_owners("二中心"), "{unit}〔{year}〕{sequence}号")
    accepted(world, "clerk")
    assert accepted(world, "second-clerk", mailbox=SECOND_BOX) == "二中心〔2026〕1号"


def test_a_renamed_unit_goes_on_without_a_number_given_twice() -> None:
    world = with_format(two_owners("二中心"), "{unit}〔{year}〕{sequence}号")
    seen = {accepted(world, "second-clerk", mailbox=SECOND_BOX)}
    for name in ("三中心", "二中心"):
        world.people(replace_unit(world, name))
        seen.add(accepted(world, "second-clerk", mailbox=SECOND_BOX))
    assert seen == {"二中心〔2026〕1号", "三中心〔2026〕1号", "二中心〔2026〕2号"}


def replace_unit(world: World, name: str) -> Directory:
    directory: Directory = world.registry.directory()
    return replace(directory, units={**directory.units, SECOND: Unit(SECOND, name)})
