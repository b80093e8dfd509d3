"""Reconcile: finds what has fallen out of an index or a file, by another path than the one it watches."""

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
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
    finished: bool = True


def reconcile(inst: Installation, has_time: Callable[[], bool]) -> Findings:
    """Read every letter, not the index; note what was found, and hand missing ledger lines to the next closing."""
    now = inst.time.now()
    far = now + timedelta(days=3650)
    indexed = {(due.letter, due.clock) for due in inst.letters.due_clocks(far, EVERY_CLOCK)}
    without_clock: list[str] = []
    not_indexed: list[str] = []
    broken: list[str] = []
    missing: list[tuple[LetterId, int]] = []
    checked, finished = 0, True
    for letter in inst.letters.letters():
        if not has_time():
            finished = False
            break
        file = inst.letters.load(letter.id)
        if file is None:
            continue
        checked += 1
        if owes_clock(file.letter, inst.rulebook_of(letter.rulebook)) and not _running(file):
            without_clock.append(letter.id)
        not_indexed += [letter.id for clock in fallen_out(file, indexed)]
        if not sequence_holds(file.letter, file.events):
            broken.append(letter.id)
        missing += missing_from_files(inst.reports, inst.zone, _not_imported(file))
    note_missing(inst.jobs, missing)
    findings = Findings(
        letters_checked=checked,
        without_clock=tuple(without_clock),
        clock_not_in_index=tuple(not_indexed),
        broken_sequence=tuple(broken),
        not_in_files=tuple(f"{letter}#{sequence}" for letter, sequence in missing),
        messages_stuck=tuple(sorted(_stuck(inst, now))),
        finished=finished,
    )
    inst.jobs.note(NOTE, json.dumps(asdict(findings)))
    return findings


def owes_clock(letter: Letter, book: Rulebook) -> bool:
    """Whether a letter in this status must have a time limit running; answered and ended ones need none."""
    if letter.status in {Status.RECEIVED, Status.ACCEPTED}:
        return book.triage is not None
    return letter.status is Status.ASSIGNED


def fallen_out(file: LetterFile, indexed: set[tuple[LetterId, ClockId]]) -> list[ClockId]:
    """Running clocks with a next step that the due index does not know: the sweep would never see them."""
    waiting = [clock for clock in file.clocks if clock.running and clock.next_action_at is not None]
    return [clock.id for clock in waiting if (file.letter.id, clock.id) not in indexed]


def sequence_holds(letter: Letter, events: Iterable[Event]) -> bool:
    """Every event from the first to the letter's count is there, each chained to the one before."""
    ordered = sorted(events, key=lambda event: event.sequence)
    if [event.sequence for event in ordered] != list(range(1, letter.event_count + 1)):
        return False
    linked = all(later.prev == earlier.hash for earlier, later in pairwise(ordered))
    return linked and (not ordered or ordered[-1].hash == letter.last_hash)


def _running(file: LetterFile) -> bool:
    return any(clock.running and clock.name not in WINDOWS for clock in file.clocks)


def _not_imported(file: LetterFile) -> list[Event]:
    """Imported history is in its batch's own file, not in a day's."""
    return [event for event in file.events if event.actor.channel != "import"]


def _stuck(inst: Installation, now: datetime) -> set[str]:
    late = inst.outbox.due(now - STUCK_AFTER, 1000)
    return {message.id for message in (*inst.outbox.stuck(), *late)}
