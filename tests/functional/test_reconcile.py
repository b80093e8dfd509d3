"""Reconcile finds each kind of damage, and nothing where there is none."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

import pytest

from chalicelib.domain.letter import Kind, LetterId, RulebookRef, Status
from chalicelib.ports import DueClock, SendingError
from chalicelib.services.import_letters import import_letters
from chalicelib.services.reconcile import Findings
from tests.builders import SHANGHAI
from tests.fakes.store import FakeLetterStore, _Folder
from tests.functional.world import Citizen, World, answered, assigned

CLEAN = ("without_clock", "clock_not_in_index", "broken_sequence", "not_in_files", "messages_stuck", "unreadable")


def found(findings: Findings) -> dict[str, tuple[str, ...]]:
    """What was found, without what was not."""
    return {name: value for name in CLEAN if (value := getattr(findings, name))}


def folder(world: World, letter: Citizen | LetterId) -> _Folder:
    """The letter as it lies in the store, to be damaged."""
    return world.letters._folders[LetterId(letter.code if isinstance(letter, Citizen) else letter)]


class HoleyIndex(FakeLetterStore):
    """A store whose due index has lost some letters."""

    lost: frozenset[str] = frozenset()

    def due_clocks(self, now: datetime, at_most: int) -> Sequence[DueClock]:
        """See LetterStore."""
        return [due for due in super().due_clocks(now, at_most) if due.letter not in self.lost]


def test_nothing_is_found_in_a_healthy_store(world: World) -> None:
    """Letters in every status, a week of days and nights, files closed: all is well at each hour."""
    world.send_letter()
    assigned(world, "roads", "water")
    answered(world)
    world.send_letter().does("withdraw")
    clerk = world.desk("clerk")
    declined = world.send_letter()
    clerk.makes(declined.code, "decline", ground="already_in_hand")
    kept = world.send_letter()
    clerk.makes(kept.code, "accept")
    clerk.makes(kept.code, "keep_for_information")
    answered(world).does("reopen", reason="没有解决")
    for hour in range(24 * 6):
        world.later(hours=1)
        world.run("sweep")
        world.run("dispatch")
        if hour % 24 == 15:
            world.run("close_day")
        findings = world.run("reconcile")
        assert found(findings) == {}, world.time.at
        assert (findings.letters_checked, findings.finished) == (7, True)


def test_a_clock_that_fell_out_of_the_index_is_found(world: World) -> None:
    store = HoleyIndex(world.outbox, SHANGHAI)
    world.letters = store
    world.open(letters=store)
    lost, sound = world.send_letter(), world.send_letter()
    store.lost = frozenset({lost.code})
    assert found(world.run("reconcile")) == {"clock_not_in_index": (lost.code,)}
    assert sound.code != lost.code


def test_a_clock_that_lost_its_next_moment_is_found(world: World) -> None:
    """Steps are left, but nothing says when: it is in no index, by its own word."""
    citizen = world.send_letter()
    clocks = folder(world, citizen).clocks
    for key, clock in clocks.items():
        clocks[key] = replace(clock, next_action_at=None)
    assert found(world.run("reconcile")) == {"clock_not_in_index": (citizen.code,)}


class MovingIndex(HoleyIndex):
    """The index as it is read first lacks a letter that was assigned a moment later."""

    reads = 0

    def due_clocks(self, now: datetime, at_most: int) -> Sequence[DueClock]:
        """See LetterStore."""
        self.reads += 1
        return super().due_clocks(now, at_most) if self.reads == 1 else FakeLetterStore.due_clocks(self, now, at_most)


def test_a_letter_that_moves_while_reconcile_reads_is_no_finding(world: World) -> None:
    store = MovingIndex(world.outbox, SHANGHAI)
    world.letters = store
    world.open(letters=store)
    store.lost = frozenset({world.send_letter().code})
    assert found(world.run("reconcile")) == {}
    assert store.reads == 2


@pytest.mark.parametrize("begin", [World.send_letter, assigned])
def test_an_open_letter_without_a_time_limit_is_found(world: World, begin: Callable[[World], Citizen]) -> None:
    citizen = begin(world)
    folder(world, citizen).clocks.clear()
    assert found(world.run("reconcile")) == {"without_clock": (citizen.code,)}


def test_a_return_window_alone_is_no_time_limit(world: World) -> None:
    citizen = assigned(world)
    clocks = folder(world, citizen).clocks
    for key in [key for key, clock in clocks.items() if clock.name == "handle"]:
        del clocks[key]
    assert found(world.run("reconcile")) == {"without_clock": (citizen.code,)}


def test_an_ended_letter_needs_no_time_limit(world: World) -> None:
    citizen = world.send_letter()
    damaged = folder(world, citizen)
    damaged.letter = replace(damaged.letter, status=Status.CLOSED)
    damaged.clocks.clear()
    assert found(world.run("reconcile")) == {}


@pytest.mark.parametrize("index", [0, 1, 2])
def test_a_missing_event_is_found(world: World, index: int) -> None:
    citizen = assigned(world)
    del folder(world, citizen).events[index]
    assert found(world.run("reconcile")) == {"broken_sequence": (citizen.code,)}


def test_a_changed_event_is_found(world: World) -> None:
    citizen = assigned(world)
    events = folder(world, citizen).events
    event, batch = events[1]
    events[1] = (replace(event, hash="f" * 64), batch)
    assert found(world.run("reconcile")) == {"broken_sequence": (citizen.code,)}


def sent(world: World) -> LetterId:
    return LetterId(world.send_letter().code)


def imported(world: World) -> LetterId:
    data = "source_number,subject,body,written_at\n1,路灯,路灯坏了,2026-11-01 08:00\n".encode()
    import_letters(world.installation, data, "upstream", Kind.COMPLAINT, lambda _done, _rows: None)
    (letter,) = world.letters.letters()
    return letter.id


@pytest.mark.parametrize("arrives", [sent, imported])
def test_an_event_that_no_file_holds_is_found_and_filed_the_next_night(
    world: World, arrives: Callable[[World], LetterId]
) -> None:
    """It was recorded longer ago than a closing looks back, so only reconcile's note brings it in."""
    code = arrives(world)
    hidden = folder(world, code).events.pop()
    other = world.send_letter()
    world.later(minutes=1)
    world.post_goes_out()
    world.at("2026-11-30 01:00")
    assert len(world.run("close_day")) == 10
    folder(world, code).events.append(hidden)
    assert found(world.run("reconcile")) == {"not_in_files": (f"{code}#1",)}
    world.at("2026-12-01 01:00")
    world.run("close_day")
    assert found(world.run("reconcile")) == {}
    assert world.file(other.code).events


def test_a_message_that_does_not_get_out_is_found(world: World) -> None:
    world.send_letter()
    world.later(minutes=59)
    assert found(world.run("reconcile")) == {}
    world.later(minutes=1)
    stuck = found(world.run("reconcile"))
    assert set(stuck) == {"messages_stuck"}
    assert set(stuck["messages_stuck"]) == set(world.outbox.messages)


def test_a_message_that_failed_for_good_is_found(world: World) -> None:
    world.send_letter(writer={})
    world.mailer.failing["clerk@county.test"] = SendingError("no route")
    for _ in range(20):
        world.post_goes_out()
        world.later(hours=5)
    assert list(found(world.run("reconcile"))) == ["messages_stuck"]


def test_a_letter_that_cannot_be_read_is_a_finding_and_hides_no_other(world: World) -> None:
    bad, other = world.send_letter(), world.send_letter()
    damaged = folder(world, bad)
    damaged.letter = replace(damaged.letter, rulebook=RulebookRef("gone-2001", "1"))
    folder(world, other).clocks.clear()
    assert found(world.run("reconcile")) == {"unreadable": (bad.code,), "without_clock": (other.code,)}


def test_a_reconcile_that_runs_out_of_time_says_so(world: World) -> None:
    for _ in range(3):
        world.send_letter()
    left = iter([True, False])
    findings = world.run("reconcile", has_time=lambda: next(left))
    assert (findings.letters_checked, findings.finished) == (1, False)
