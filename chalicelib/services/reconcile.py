"""Reconcile: finds what has fallen out of an index or a file, by another path than the one it watches."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from chalicelib.domain.clocks import WINDOWS
from chalicelib.domain.ledger import Event
from chalicelib.domain.letter import ClockId, Letter, LetterId, Status
from chalicelib.domain.rulebook import Rulebook
from chalicelib.ports import LetterFile
from chalicelib.services.close_day import note_missing
from chalicelib.services.installation import Installation
from chalicelib.services.ledger_files import missing_from_files

NOTE = "reconcile"
STUCK_AFTER = timedelta(hours=1)
"""Dispatch runs every minute; what has been due for an hour is not on its way."""
EVERY_CLOCK = 1_000_000


@dataclass(frozen=True, slots=True)
class Findings:
    """What a person must look at, by tracking code or message id. All empty: the store agrees with itself."""

    letters_checked: int
    without_clock: tuple[str, ...]
    clock_not_in_index: tuple[str, ...]
    broken_sequence: tuple[str, ...]
    not_in_files: tuple[str, ...]
    messages_stuck: tuple[str, ...]
    unreadable: tuple[str, ...] = ()
    finished: bool = True


def reconcile(inst: Installation, has_time: Callable[[], bool]) -> Findings:
    """Read every letter, not the index; note what was found, and hand missing ledger lines to the next closing."""
    now = inst.time.now()
    look = _Look(inst, _indexed(inst, now))
    finished = True
    for letter in inst.letters.letters():
        if not has_time():
            finished = False
            break
        look.at(letter)
    missing = missing_from_files(inst.reports, inst.zone, look.events)
    note_missing(inst.jobs, missing)
    findings = Findings(
        letters_checked=look.checked,
        without_clock=tuple(look.without_clock),
        clock_not_in_index=tuple(look.still_fallen_out(_indexed(inst, now))),
        broken_sequence=tuple(look.broken),
        not_in_files=tuple(f"{letter}#{sequence}" for letter, sequence in missing),
        messages_stuck=tuple(sorted(_stuck(inst, now))),
        unreadable=tuple(look.unreadable),
        finished=finished,
    )
    inst.jobs.note(NOTE, json.dumps(asdict(findings)))
    return findings


def _indexed(inst: Installation, now: datetime) -> set[tuple[LetterId, ClockId]]:
    """Every clock the due index knows."""
    far = now + timedelta(days=3650)
    return {(due.letter, due.clock) for due in inst.letters.due_clocks(far, EVERY_CLOCK)}


@dataclass(slots=True)
class _Look:
    """One reading of all letters, and what it came upon."""

    inst: Installation
    indexed: set[tuple[LetterId, ClockId]]
    checked: int = 0
    without_clock: list[LetterId] = field(default_factory=list)
    fallen: list[LetterId] = field(default_factory=list)
    broken: list[LetterId] = field(default_factory=list)
    unreadable: list[LetterId] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    def at(self, letter: Letter) -> None:
        """Check one letter. One that cannot be read, whatever is wrong with it, hides nothing about the others."""
        try:
            file = self.inst.letters.load(letter.id)
            book = self.inst.rulebook_of(letter.rulebook)
        except Exception:  # noqa: BLE001  it becomes a finding
            self.unreadable.append(letter.id)
            return
        if file is None:
            return
        self.checked += 1
        if owes_clock(file.letter, book) and not _running(file):
            self.without_clock.append(letter.id)
        if stopped_early(file, book) or fallen_out(file, self.indexed):
            self.fallen.append(letter.id)
        if not sequence_holds(file.letter, file.events):
            self.broken.append(letter.id)
        self.events += file.events

    def still_fallen_out(self, indexed: set[tuple[LetterId, ClockId]]) -> Iterator[LetterId]:
        """Suspects that a second look confirms: a letter that moved after the index was read looks like one."""
        for letter in self.fallen:
            file = self.inst.letters.load(letter)
            if file and (fallen_out(file, indexed) or stopped_early(file, self.inst.rulebook_of(file.letter.rulebook))):
                yield letter


def owes_clock(letter: Letter, book: Rulebook) -> bool:
    """Whether a letter in this status must have a time limit running; answered and ended ones need none."""
    if letter.status in {Status.RECEIVED, Status.ACCEPTED}:
        return book.triage is not None
    return letter.status is Status.ASSIGNED


def fallen_out(file: LetterFile, indexed: set[tuple[LetterId, ClockId]]) -> list[ClockId]:
    """Running clocks with a next step that the due index does not know: the sweep would never see them."""
    waiting = [clock for clock in file.clocks if clock.running and clock.next_action_at is not None]
    return [clock.id for clock in waiting if (file.letter.id, clock.id) not in indexed]


def stopped_early(file: LetterFile, book: Rulebook) -> list[ClockId]:
    """Running clocks with ladder steps left and no moment for the next one: nothing would ever happen on them."""
    running = [clock for clock in file.clocks if clock.running and clock.next_action_at is None]
    return [clock.id for clock in running if clock.step < len(book.ladder.get(clock.name, ()))]


def sequence_holds(letter: Letter, events: Iterable[Event]) -> bool:
    """Every event from the first to the letter's count is there, each chained to the one before."""
    ordered = sorted(events, key=lambda event: event.sequence)
    if [event.sequence for event in ordered] != list(range(1, letter.event_count + 1)):
        return False
    linked = all(later.prev == earlier.hash for earlier, later in pairwise(ordered))
    return linked and (not ordered or ordered[-1].hash == letter.last_hash)


def _running(file: LetterFile) -> bool:
    return any(clock.running and clock.name not in WINDOWS for clock in file.clocks)


def _stuck(inst: Installation, now: datetime) -> set[str]:
    late = inst.outbox.due(now - STUCK_AFTER, 1000)
    return {message.id for message in (*inst.outbox.stuck(), *late)}
