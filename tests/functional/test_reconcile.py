"""Reconcile finds each kind of damage, and nothing where there is none."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import chain

import pytest

from chalicelib.domain import desk
from chalicelib.domain.letter import DeskEntry, Kind, LetterId, RulebookRef, Status, UnitId
from chalicelib.domain.messages import Message, MessageState
from chalicelib.ports import DueClock, Owed, SendingError
from chalicelib.services.import_letters import import_letters
from chalicelib.services.reconcile import Findings
from tests.builders import SHANGHAI, a_message
from tests.fakes.store import FakeLetterStore, FakeOutbox, _Folder
from tests.functional.world import Citizen, World, answered, assigned

CLEAN = (
    "without_clock",
    "clock_not_in_index",
    "broken_sequence",
    "not_in_files",
    "messages_stuck",
    "unreadable",
    "on_no_desk",
    "desk_wrong",
)


def found(findings: Findings) -> dict[str, tuple[str, ...]]:
    """What was found, without what was not."""
    return {name: value for name in CLEAN if (value := getattr(findings, name))}


def folder(world: World, letter: Citizen | LetterId) -> _Folder:
    """The letter as it lies in the store, to be damaged."""
    found: _Folder = world.letters._folders[LetterId(letter.code if isinstance(letter, Citizen) else letter)]
    return found


def follows(world: World, damaged: _Folder) -> None:
    """Make the desk follow from the letter again, where something else is the damage."""
    damaged.desk = desk.with_archive(damaged.letter, damaged.clocks.values(), world.registry.directory())


class HoleyIndex(FakeLetterStore):
    """A store whose due index has lost some letters; or that of the desks has."""

    lost: frozenset[str] = frozenset()
    unlisted: frozenset[str] = frozenset()

    def due_clocks(self, now: datetime, at_most: int) -> Sequence[DueClock]:
        """See LetterStore."""
        return [due for due in super().due_clocks(now, at_most) if due.letter not in self.lost]

    def desk(self, owners: Sequence[str]) -> Sequence[DeskEntry]:
        """See LetterStore."""
        return [entry for entry in super().desk(owners) if entry.letter not in self.unlisted]


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

    def desk(self, owners: Sequence[str]) -> Sequence[DeskEntry]:
        """See LetterStore."""
        return super().desk(owners) if self.reads == 1 else FakeLetterStore.desk(self, owners)


def test_a_letter_that_moves_while_reconcile_reads_is_no_finding(world: World) -> None:
    store = MovingIndex(world.outbox, SHANGHAI)
    world.letters = store
    world.open(letters=store)
    store.lost = frozenset({world.send_letter().code})
    store.unlisted = frozenset({world.send_letter().code})
    assert found(world.run("reconcile")) == {}
    assert store.reads == 2


@pytest.mark.parametrize("begin", [World.send_letter, assigned])
def test_an_open_letter_without_a_time_limit_is_found(world: World, begin: Callable[[World], Citizen]) -> None:
    citizen = begin(world)
    folder(world, citizen).clocks.clear()
    follows(world, folder(world, citizen))
    assert found(world.run("reconcile")) == {"without_clock": (citizen.code,)}


def test_a_return_window_alone_is_no_time_limit(world: World) -> None:
    citizen = assigned(world)
    clocks = folder(world, citizen).clocks
    for key in [key for key, clock in clocks.items() if clock.name == "handle"]:
        del clocks[key]
    follows(world, folder(world, citizen))
    assert found(world.run("reconcile")) == {"without_clock": (citizen.code,)}


def test_an_ended_letter_needs_no_time_limit(world: World) -> None:
    citizen = world.send_letter()
    damaged = folder(world, citizen)
    damaged.letter = replace(damaged.letter, status=Status.CLOSED)
    damaged.clocks.clear()
    follows(world, damaged)
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
    return LetterId(letter.id)


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


def test_a_letter_of_an_office_that_everybody_has_left_is_found(world: World) -> None:
    """It lies on a desk, by its own word, but it is nobody's."""
    citizen = assigned(world)
    staff = [each for each in world.registry.directory().contacts.values() if each.unit == "roads"]
    assert found(world.run("reconcile")) == {}
    world.registry.put([], [replace(each, active=False) for each in staff], [])
    assert found(world.run("reconcile")) == {"on_no_desk": (citizen.code,)}


def test_an_open_letter_that_waits_for_nobody_is_found(world: World) -> None:
    citizen = assigned(world)
    damaged = folder(world, citizen)
    damaged.letter = replace(damaged.letter, status=Status.IN_APPROVAL, assignments=())
    follows(world, damaged)
    assert all(desk.is_archived(entry) for entry in damaged.desk)
    assert found(world.run("reconcile")) == {"on_no_desk": (citizen.code,)}


def lose_an_entry(entries: tuple[DeskEntry, ...]) -> tuple[DeskEntry, ...]:
    return entries[1:]


def keep_an_old_entry(entries: tuple[DeskEntry, ...]) -> tuple[DeskEntry, ...]:
    return (*entries, replace(entries[0], owner=desk.owner_unit(UnitId("water"))))


def tell_another_day(entries: tuple[DeskEntry, ...]) -> tuple[DeskEntry, ...]:
    return (replace(entries[0], due_on="2026-12-31"), *entries[1:])


@pytest.mark.parametrize("damage", [lose_an_entry, keep_an_old_entry, tell_another_day])
def test_a_desk_that_does_not_follow_from_its_letter_is_found(
    world: World, damage: Callable[[tuple[DeskEntry, ...]], tuple[DeskEntry, ...]]
) -> None:
    citizen, _ = assigned(world), world.send_letter()
    damaged = folder(world, citizen)
    damaged.desk = damage(damaged.desk)
    assert found(world.run("reconcile")) == {"desk_wrong": (citizen.code,)}


def test_an_entry_that_no_desk_lists_is_found(world: World) -> None:
    """It is there and right, but has fallen out of the index that desks are read from."""
    store = HoleyIndex(world.outbox, SHANGHAI)
    world.letters = store
    world.open(letters=store)
    citizen, _ = assigned(world), world.send_letter()
    store.unlisted = frozenset({citizen.code})
    assert found(world.run("reconcile")) == {"desk_wrong": (citizen.code,)}


class HoleyOutbox(FakeOutbox):
    """Its index has lost every message; and among them lies one that cannot be read."""

    unreadable: tuple[Owed, ...] = ()

    def due(self, now: datetime, at_most: int) -> Sequence[Message]:
        """See Outbox."""
        return super().due(now, at_most)[:0]

    def stuck(self) -> Sequence[Message]:
        """See Outbox."""
        return []

    def owed(self) -> Iterator[Owed]:
        """See Outbox."""
        return chain(super().owed(), self.unreadable)


def holey(world: World) -> HoleyOutbox:
    outbox = HoleyOutbox()
    world.open(outbox=outbox)
    return outbox


def test_messages_that_fell_out_of_the_index_are_found(world: World) -> None:
    """Dispatch would never see them, and nobody else either."""
    now, outbox = world.time.at, holey(world)
    hour = timedelta(hours=1)
    leased, failed = MessageState.LEASED, MessageState.FAILED
    outbox.messages = {
        message.id: message
        for message in (
            a_message("waits", not_before=now),
            a_message("waits-still", not_before=now + hour),
            a_message("leased", not_before=now, lease_until=now, state=leased),
            a_message("leased-still", not_before=now, lease_until=now + hour, state=leased),
            a_message("failed", not_before=now + hour, state=failed),
            a_message("unknown", not_before=now + hour, state=MessageState.UNKNOWN),
            a_message("sent", not_before=now, state=MessageState.SENT),
        )
    }
    outbox.unreadable = (Owed("bad", None),)
    world.later(hours=1)
    assert found(world.run("reconcile")) == {"messages_stuck": ("bad", "failed", "leased", "unknown", "waits")}


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
    follows(world, folder(world, other))
    assert found(world.run("reconcile")) == {"unreadable": (bad.code,), "without_clock": (other.code,)}


def for_only(steps: int) -> Callable[[], bool]:
    """Time for so many letters, or messages."""
    left = iter([True] * steps)
    return lambda: next(left, False)


def test_a_round_that_runs_out_of_time_goes_on_the_next_night(world: World) -> None:
    """Every letter has its turn, and no letter a second one before all had their first."""
    letters = {world.send_letter().code for _ in range(5)}
    for code in letters:
        folder(world, LetterId(code)).clocks.clear()
    world.post_goes_out()
    seen: list[str] = []
    for steps, checked, finished in ((2, 2, False), (0, 0, False), (2, 2, False), (2, 1, True), (2, 2, False)):
        world.later(days=1)
        findings = world.run("reconcile", has_time=for_only(steps))
        assert (findings.letters_checked, findings.finished) == (checked, finished)
        assert len(findings.without_clock) == checked
        seen += findings.without_clock
    assert set(seen[:5]) == letters
    assert seen[5:] == seen[:2]


def test_a_round_ends_only_when_the_messages_are_read_as_well(world: World) -> None:
    world.send_letter()
    outbox = holey(world)
    outbox.add(a_message("lost", not_before=world.time.at))
    outbox.add(a_message("lost-too", not_before=world.time.at))
    world.later(hours=1)
    first = world.run("reconcile", has_time=for_only(2))
    assert (first.letters_checked, first.finished, first.messages_stuck) == (1, False, ("lost",))
    second = world.run("reconcile", has_time=for_only(2))
    assert (second.letters_checked, second.finished, second.messages_stuck) == (0, True, ("lost", "lost-too"))


def test_a_round_not_finished_within_a_week_is_a_finding(world: World) -> None:
    for _ in range(2):
        world.send_letter()
    overdue = []
    for _ in range(9):
        world.post_goes_out()
        overdue.append(world.run("reconcile", has_time=for_only(0)).round_overdue)
        world.later(days=1)
    assert overdue == [False] * 7 + [True] * 2
    assert not world.run("reconcile").round_overdue
    assert not world.run("reconcile", has_time=for_only(0)).round_overdue


def test_the_number_of_findings_is_a_metric(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """So that an alarm can stand on it: nobody reads a log that says every night that all is well."""
    world.run("reconcile")
    folder(world, world.send_letter()).clocks.clear()
    world.run("reconcile")
    said = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "reconcile_findings" in line]
    assert [each["reconcile_findings"] for each in said] == [[0.0], [2.0]]
