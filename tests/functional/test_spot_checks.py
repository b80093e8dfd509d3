"""Letters are drawn for spot checks by a lot that nobody can steer and everybody can cast again (CQ-11.1)."""

import gzip
import hashlib
import json
from collections.abc import Iterator
from datetime import time

import pytest

from chalicelib import bootstrap
from chalicelib.domain.directory import Directory
from chalicelib.domain.letter import Role, UnitId
from chalicelib.domain.rules import SpotCheckRule
from chalicelib.domain.workflow import Move
from chalicelib.ports import Change, ConflictError
from tests.builders import a_contact, rulebook
from tests.functional.world import World, answered, assigned

ENDED = {"answered", "closed", "declined", "kept", "forwarded"}


@pytest.fixture
def world() -> Iterator[World]:
    """Friday 20 Nov 2026; two letters are drawn on Wednesdays at nine."""
    world = World()
    moves = {**rulebook().moves, Move.SPOT_CHECK: (Role.INSPECTOR,)}
    rule = SpotCheckRule(number=2, weekday=3, at=time(9))
    book = rulebook().model_copy(update={"spot_checks": rule, "moves": moves})
    world.rulebooks[book.name] = book
    world.open(rulebook=book)
    yield world
    bootstrap.use(None)


def some_letters(world: World) -> list[str]:
    """Five that came to an end, by different ways, and two that did not."""
    clerk, codes = world.desk("clerk"), []
    for _ in range(3):
        codes.append(answered(world).code)
    codes.append(world.send_letter().code)
    clerk.makes(codes[-1], "keep_for_information")
    codes.append(world.send_letter().code)
    clerk.makes(codes[-1], "decline", ground=rulebook().decline_grounds[0].id)
    assigned(world)
    world.send_letter()
    return codes


def at(world: World, local: str) -> int:
    """The nightly closing has run; then the draw's own job."""
    world.at(local)
    world.run("close_day")
    return int(world.run("spot_checks").letters)


def drawn(world: World) -> set[str]:
    marked = {e.letter for each in world.letters.letters() for e in world.file(each.id).events}
    return {code for code in marked if any(e.move == "spot_check_drawn" for e in world.file(code).events)}


def cast_again(world: World, number: int = 2) -> list[str]:
    """What an auditor does with the files alone: no line of the product's code is used."""
    manifests = world.files.keys("ledger/day=")
    last = [key for key in manifests if key.endswith("manifest.json")][-1]
    seed = hashlib.sha256(world.files.files[last]).hexdigest()
    status = {}
    for key in [each for each in manifests if each.endswith("jsonl.gz")][-7:]:
        for line in gzip.decompress(world.files.files[key]).splitlines():
            event = json.loads(line)
            if "status" in event["facts"]:
                status[event["letter"]] = event["facts"]["status"]
    ended = [letter for letter, last_status in status.items() if last_status in ENDED]
    return sorted(ended, key=lambda code: hashlib.sha256(f"{seed}{code}".encode()).hexdigest())[:number]


def test_on_its_day_so_many_ended_letters_are_drawn_and_lie_on_the_inspectors_desk(world: World) -> None:
    some_letters(world)
    assert at(world, "2026-11-25 08:59") == 0
    assert at(world, "2026-11-25 09:01") == 2
    waiting = world.desk("inspector").waiting()
    assert {each["tracking_code"] for each in waiting if each["waits_for"] == "spot_check"} == drawn(world)
    assert len(drawn(world)) == 2


def test_everybody_who_has_the_ledger_can_cast_the_lot_again(world: World) -> None:
    some_letters(world)
    at(world, "2026-11-25 09:01")
    assert drawn(world) == set(cast_again(world))
    event = world.file(next(iter(drawn(world)))).events[-1]
    assert event.facts["draw"] == "2026-11-25"
    last = [key for key in world.files.keys("ledger/day=") if key.endswith("manifest.json")][-1]
    assert event.facts["seed"] == hashlib.sha256(world.files.files[last]).hexdigest()


def test_the_inspectors_hear_of_it_and_record_what_they_found(world: World) -> None:
    some_letters(world)
    at(world, "2026-11-25 09:01")
    desk = world.desk("inspector")
    assert any("抽" in mail.subject + mail.text for mail in world.mails_to("inspector"))
    code = next(iter(drawn(world)))
    desk.makes(code, "spot_check", passed=False, note="答复不具体。")
    assert code not in {each["tracking_code"] for each in desk.waiting()}
    assert world.file(code).events[-1].facts["passed"] is False


def test_run_twice_it_draws_once(world: World) -> None:
    some_letters(world)
    assert at(world, "2026-11-25 09:01") == 2
    first = drawn(world)
    assert at(world, "2026-11-25 09:31") == at(world, "2026-11-30 12:00") == 0
    assert drawn(world) == first


def test_killed_after_the_first_letter_it_goes_on_with_the_same_lot(world: World) -> None:
    some_letters(world)
    world.at("2026-11-25 09:01")
    world.run("close_day")
    lot, keep, left = cast_again(world), world.letters.commit, [1]

    class Dying(type(world.letters)):  # type: ignore[misc]
        """A store that lets one write through."""

        def commit(self, change: Change) -> None:
            if not left:
                raise ConflictError
            left.pop()
            keep(change)

    dying = Dying(world.outbox, world.installation.zone)
    for name, value in vars(world.letters).items():
        setattr(dying, name, value)
    world.open(letters=dying)
    with pytest.raises(Exception, match="ConflictError"):
        world.run("spot_checks")
    assert drawn(world) == {lot[0]}
    world.open(letters=world.letters)
    world.run("spot_checks")
    assert drawn(world) == set(lot)
    events = [e.letter for code in lot for e in world.file(code).events if e.move == "spot_check_drawn"]
    assert sorted(events) == sorted(lot), "each once"


def test_a_draw_disturbs_neither_reports_nor_public_figures_nor_reconciling(world: World) -> None:
    some_letters(world)
    at(world, "2026-11-25 09:01")
    world.at("2026-11-30 12:00")
    for job in ("close_day", "reports", "publish", "dispatch"):
        world.run(job)
    assert world.run("reconcile").count == 0
    assert any(key.startswith("reports/weekly/2026-W48/") for key in world.files.files)


def test_missed_weeks_are_made_up_each_from_its_own_days(world: World) -> None:
    some_letters(world)
    at(world, "2026-11-25 09:01")
    before = drawn(world)
    later = {answered(world).code, answered(world).code}
    assert at(world, "2026-12-10 10:00") == 2
    assert drawn(world) - before == later
    draws = {world.file(code).events[-1].facts["draw"] for code in later}
    assert draws == {"2026-12-02"}


def test_while_the_day_before_is_not_closed_nothing_is_drawn(world: World) -> None:
    """The seed must be one that was fixed before anybody could know it."""
    some_letters(world)
    world.at("2026-11-25 09:01")
    assert world.run("spot_checks").letters == 0
    assert at(world, "2026-11-25 09:31") == 2


def test_a_letter_about_the_inspectors_is_never_drawn_for_them_and_one_that_may_be_seen_is(world: World) -> None:
    """PL-18: of two inspectors, the one whose office it is about does not find it on the desk."""
    other = a_contact("other-inspector", UnitId("water"), Role.INSPECTOR)
    world.people(Directory.of([], [other], []))
    code = answered(world, kind="accusation", about=[{"unit": "inspection"}]).code
    at(world, "2026-11-25 09:01")
    assert drawn(world) == {code}
    assert code in {each["tracking_code"] for each in world.desk("other-inspector").waiting()}
    assert code not in {each["tracking_code"] for each in world.desk("inspector").waiting()}
    assert world.desk("inspector").opens(code).status == 404


def test_one_that_is_about_all_the_inspectors_there_are_is_left_out(world: World) -> None:
    code = answered(world, kind="accusation", about=[{"unit": "inspection"}]).code
    fine = answered(world).code
    at(world, "2026-11-25 09:01")
    assert drawn(world) == {fine}
    assert code not in drawn(world)


def test_what_is_being_handled_again_is_not_drawn(world: World) -> None:
    citizen = answered(world)
    citizen.does("reopen", reason="没有解决。")
    assert at(world, "2026-11-25 09:01") == 0


def test_without_the_rule_nothing_is_drawn(world: World) -> None:
    some_letters(world)
    world.open(rulebook=rulebook().model_copy(update={"spot_checks": None}))
    assert at(world, "2026-11-25 09:01") == 0
    assert drawn(world) == set()


def test_the_writer_is_not_told_that_the_handling_is_being_checked(world: World) -> None:
    citizen = answered(world)
    at(world, "2026-11-25 09:01")
    assert drawn(world) == {citizen.code}
    assert "抽" not in citizen.looks().raw
    assert "spot_check_drawn" not in citizen.looks().raw
