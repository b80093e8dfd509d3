"""The sweep: takes every ladder step whose moment has come, exactly once, however often and however late it runs."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from chalicelib.domain.clocks import Clock
from chalicelib.domain.directory import Directory
from chalicelib.domain.draft import Surroundings
from chalicelib.domain.ladder import rewind
from chalicelib.domain.ledger import instant
from chalicelib.domain.letter import LetterId
from chalicelib.domain.watch import put_off, visit
from chalicelib.ports import ConflictError, DueClock
from chalicelib.services.bring_up import bring_up
from chalicelib.services.installation import Installation
from chalicelib.services.writing import change_of

BATCH = 100
HEARTBEAT = "sweep"


@dataclass(frozen=True, slots=True)
class Swept:
    """What one run did: clocks visited, steps recorded, clocks put off after a failure; whether time ran out.

    `recounted`: letters counted again after a change of calendar; `not_recounted`: those that could not be.
    """

    visited: int
    steps: int
    failed: tuple[str, ...]
    finished: bool
    recounted: int = 0
    not_recounted: tuple[str, ...] = ()


def sweep(inst: Installation, has_time: Callable[[], bool]) -> Swept:
    """Visit every clock in the due index until none is left or time runs out; then leave a heartbeat.

    What was loaded since the last run is taken up after that, in the time that is left.
    """
    visited = steps = 0
    failed: list[str] = []
    seen: set[DueClock] = set()
    directory = inst.registry.directory()
    while batch := _unseen(inst, seen):
        for due in batch:
            if not has_time():
                return _ended(inst, Swept(visited, steps, tuple(failed), finished=False))
            seen.add(due)
            visited += 1
            try:
                steps += _visit(inst, due, directory)
            except ConflictError:
                continue  # somebody moved the letter or took the step meanwhile; the index says whether more is due
            except Exception as error:  # noqa: BLE001  one bad clock must not stop the others, whatever is wrong with it
                failed.append(type(error).__name__)
                try:
                    _put_off(inst, due, directory)
                except Exception as worse:  # noqa: BLE001  not even that: it is met again at the next tick
                    failed.append(type(worse).__name__)
    up = bring_up(inst, directory, has_time)
    return _ended(inst, Swept(visited, steps, tuple(failed), up.finished, up.counted, up.failed))


def _unseen(inst: Installation, seen: set[DueClock]) -> list[DueClock]:
    """The next due clocks. Those this run could not clear stay first in the index, and must not hide the others."""
    due = inst.letters.due_clocks(inst.time.now(), BATCH + len(seen))
    return [each for each in due if each not in seen]


def _ended(inst: Installation, swept: Swept) -> Swept:
    """Leave the heartbeat, so that silence means the sweep is dead."""
    inst.jobs.note(HEARTBEAT, instant(inst.time.now()))
    return swept


def _visit(inst: Installation, due: DueClock, directory: Directory) -> int:
    """One clock, one transaction: all its passed steps, their events, and one message a person."""
    file = inst.letters.load(due.letter)
    clock = next((c for c in file.clocks if c.id == due.clock), None) if file else None
    if file is None or clock is None or not clock.running:
        return 0
    around = inst.surroundings(inst.time.now(), directory, inst.rulebook_of(file.letter.rulebook))
    watched = visit(file.letter, file.clocks, due.clock, around)
    if not watched.outcomes:
        _set_right(inst, file.letter.id, clock, around)
        return 0
    inst.letters.commit(change_of(file, watched.outcomes, around, announcements=watched.announcements, by_ladder=True))
    return len(watched.outcomes)


def _set_right(inst: Installation, letter: LetterId, clock: Clock, around: Surroundings) -> None:
    """A clock may wait for a step that its rulebook has no more: it is set to the next there is."""
    steps = around.rulebook.ladder.get(clock.name, ())
    wound = rewind(clock, steps, around.calendar, around.zone)
    if wound.next_action_at != clock.next_action_at:
        inst.letters.put_off(letter, replace(wound, failures=0))


def _put_off(inst: Installation, due: DueClock, directory: Directory) -> None:
    file = inst.letters.load(due.letter)
    clock = next((c for c in file.clocks if c.id == due.clock), None) if file else None
    if clock is not None:
        around = inst.surroundings(inst.time.now(), directory, inst.rulebook)
        inst.letters.put_off(due.letter, put_off(clock, around))
