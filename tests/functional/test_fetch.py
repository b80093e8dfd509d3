"""Letters that other platforms hand over come in at the rulebook's moments, twice each working day (BB-2.1)."""

import json
from collections.abc import Iterator
from datetime import time
from typing import Any

import pytest

from chalicelib import bootstrap
from chalicelib.domain.directory import Directory, Mailbox
from chalicelib.domain.letter import MailboxId, Role, UnitId
from chalicelib.domain.rules import FetchRule, SourceRule
from chalicelib.services.fetch import Fetched
from tests.builders import a_contact, rulebook
from tests.functional.test_import_letters import ANSWER, a_file
from tests.functional.world import World, heard_in_logs


@pytest.fixture
def world() -> Iterator[World]:
    """Friday 20 Nov 2026, 08:00; fetching is at 9 and 15 o'clock, and the radio's letters go to the roads office."""
    world = World()
    sources = (SourceRule(id="renmin", title="人民网留言"), SourceRule(id="radio", title="电台", mailbox="radio"))
    rule = FetchRule(at=(time(9), time(15)))
    book = rulebook().model_copy(update={"sources": sources, "fetch": rule})
    world.rulebooks[book.name] = book
    box = Mailbox(MailboxId("radio"), "radio", UnitId("roads"))
    world.people(Directory.of([], [a_contact("roads-clerk", UnitId("roads"), Role.CENTRE)], [box]))
    world.open(rulebook=book)
    world.at("2026-11-20 08:00")
    world.run("fetch")
    yield world
    bootstrap.use(None)


def drop(world: World, data: bytes, source: str = "renmin", file: str = "20.csv") -> None:
    """What the platform does: it puts a file into the inbox, or another in its place."""
    world.files.files[f"inbox/{source}/{file}"] = data


def at(world: World, local: str) -> Fetched:
    world.at(local)
    result = world.run("fetch")
    assert isinstance(result, Fetched)
    return result


def letters(world: World) -> int:
    return len(list(world.letters.letters()))


def results(world: World) -> list[dict[str, Any]]:
    return [json.loads(world.files.files[key]) for key in world.files.keys("inbox-results/")]


def mails(world: World, contact: str = "clerk") -> list[str]:
    """What the centre was told of fetching; its mails about single letters aside."""
    world.post_goes_out()
    return [mail.subject for mail in world.mails_to(contact) if mail.subject.startswith("外来来信收取情况")]


def test_letters_wait_for_the_moment_and_their_limits_run_from_then(world: World) -> None:
    drop(world, a_file({}, {}))
    assert at(world, "2026-11-20 08:59").moment is None
    assert letters(world) == 0
    assert at(world, "2026-11-20 09:03").new == 2
    (first, _) = world.letters.letters()
    assert (first.source, first.received_at) == ("renmin", world.time.at)


def test_it_is_fetched_twice_a_working_day_and_not_on_others(world: World) -> None:
    """Fri 20 to Mon 23 November, every ten minutes."""
    moments = []
    while world.time.at.isoformat() < "2026-11-23T10:00":
        world.later(minutes=10)
        moments.append(world.run("fetch").moment)
    assert [each for each in moments if each] == [
        "2026-11-20T01:00:00.000000Z",
        "2026-11-20T07:00:00.000000Z",
        "2026-11-23T01:00:00.000000Z",
        "2026-11-23T07:00:00.000000Z",
    ]


def test_a_make_up_workday_is_one_and_a_festival_is_none(world: World) -> None:
    """National Day 2026: the first seven days of October are free, Saturday the 10th is worked."""
    world.jobs.note("fetch", "2026-10-01T00:00:00.000000Z")
    assert at(world, "2026-10-05 16:00").moment is None
    assert at(world, "2026-10-10 16:00").moment == "2026-10-10T07:00:00.000000Z"


def test_a_missed_moment_is_made_up_at_the_next_tick(world: World) -> None:
    drop(world, a_file({}))
    assert at(world, "2026-11-21 03:00").moment == "2026-11-20T07:00:00.000000Z"
    assert letters(world) == 1


def test_a_file_is_taken_once_and_its_successor_brings_only_what_is_new(world: World) -> None:
    drop(world, a_file({}, {}))
    at(world, "2026-11-20 09:03")
    assert at(world, "2026-11-20 15:03").files == 0
    drop(world, a_file({}, {}, {}))
    taken = at(world, "2026-11-23 09:03")
    assert (taken.files, taken.new, taken.there_already) == (1, 1, 2)
    assert letters(world) == 3


def test_bad_rows_are_listed_by_line_without_a_word_of_theirs_and_the_good_ones_come_in(world: World) -> None:
    with heard_in_logs() as log:
        drop(world, a_file({}, {"written_at": "前天"}, {"subject": "", "body": ""}))
        taken = at(world, "2026-11-20 09:03")
    assert (taken.new, taken.refused) == (1, 2)
    (result,) = results(world)
    assert [(each["line"], each["column"]) for each in result["refused"]] == [(3, "written_at"), (4, "body")]
    for word in ("前天", "欧阳测试名", "桥头"):
        assert word not in json.dumps(result, ensure_ascii=False) + log()


def test_the_centre_is_told_how_many_came_and_how_many_were_refused(world: World) -> None:
    drop(world, a_file({}, {"written_at": "前天"}))
    drop(world, b"\x00", file="broken.csv")
    at(world, "2026-11-20 09:03")
    assert mails(world) == ["外来来信收取情况：新到1封，退回1行，1个文件不能用"]


def test_nothing_there_and_nothing_is_said(world: World) -> None:
    at(world, "2026-11-20 09:03")
    assert mails(world) == []


def test_a_sources_own_office_gets_its_letters_and_hears_of_them(world: World) -> None:
    drop(world, a_file({}), source="radio")
    at(world, "2026-11-20 09:03")
    assert [each.mailbox for each in world.letters.letters()] == ["radio"]
    assert len(mails(world, "roads-clerk")) == 1
    assert mails(world) == []


def test_a_source_the_rulebook_does_not_list_is_refused_and_said(world: World) -> None:
    drop(world, a_file({}), source="unknown")
    assert at(world, "2026-11-20 09:03").unusable == 1
    assert letters(world) == 0
    assert "renmin, radio" in results(world)[0]["unusable"]
    assert mails(world) == ["外来来信收取情况：新到0封，1个文件不能用"]


def test_answered_letters_are_history_for_a_person_to_bring_in(world: World) -> None:
    """The job may not write into the ledger's files."""
    drop(world, a_file({}, ANSWER))
    taken = at(world, "2026-11-20 09:03")
    assert (taken.new, taken.refused) == (1, 1)
    assert world.files.keys("ledger/") == []


def test_a_run_that_is_cut_off_is_gone_on_with_and_tells_of_all_it_took(world: World) -> None:
    drop(world, a_file({}), file="1.csv")
    drop(world, a_file({"source_number": "7"}), file="2.csv")
    world.at("2026-11-20 09:03")
    looks = iter([True, False])
    assert not world.run("fetch", lambda: next(looks)).finished
    assert letters(world) == 1
    assert at(world, "2026-11-20 09:13").finished
    assert letters(world) == 2
    assert mails(world) == ["外来来信收取情况：新到2封"]


def test_killed_before_it_could_say_so_it_takes_no_letter_twice(world: World) -> None:
    """The letters are in, but neither the file's result nor the moment was noted."""
    drop(world, a_file({}, {}))
    noted = world.jobs.last("fetch")
    at(world, "2026-11-20 09:03")
    for key in world.files.keys("inbox-results/"):
        del world.files.files[key]
    world.jobs.note("fetch", noted or "")
    assert at(world, "2026-11-20 09:13").there_already == 2
    assert letters(world) == 2
    assert len(mails(world)) == 1


def test_without_the_rule_the_inbox_is_left_alone(world: World) -> None:
    world.open(rulebook=rulebook().model_copy(update={"fetch": None}))
    drop(world, a_file({}))
    assert at(world, "2026-11-20 16:00") == Fetched()
    assert letters(world) == 0
