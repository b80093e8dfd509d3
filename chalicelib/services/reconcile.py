"""Reconcile: finds what has fallen out of an index or a file, by another path than the one it watches.

It reads every letter in a round that may take several nights: the job's note says where the next one goes on.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

from chalicelib.domain.day_file import EventKey
from chalicelib.domain.directory import Directory
from chalicelib.domain.letter import ClockId, DeskEntry, LetterId
from chalicelib.domain.messages import Message, MessageState
from chalicelib.ports import LetterFile, Owed
from chalicelib.services import letter_checks as checks
from chalicelib.services.close_day import note_missing
from chalicelib.services.file_checks import FilesFound, files_of, look_at_files
from chalicelib.services.installation import Installation
from chalicelib.services.joined import make_up
from chalicelib.services.ledger_files import Filed, read_filed

NOTE = "reconcile"
STUCK_AFTER = timedelta(hours=1)
"""Dispatch runs every minute; what has been due for an hour is not on its way."""
ROUND_MAX = timedelta(days=7)
"""A round that has not come to its end by then is a finding: nobody would know what the rest looks like."""
EVERY_CLOCK = 1_000_000
MOST = 1000
"""Names in one finding: note and log line have their limits. What is over is found once the first are mended."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What a person must look at, by tracking code or message id. All empty: the store agrees with itself.

    `on_no_desk`: open, yet nobody sees it. `desk_wrong`: desk entries that do not follow from the letter, or that no
    desk lists. `left_merged`: merged, and waiting for an answer that will not come; set apart by now.
    `files_missing`: a file of theirs is gone; `files_deleted`: how many files had no letter. `finished`: the
    round came to its end. `round_overdue`: it should have by now.
    """

    letters_checked: int
    without_clock: tuple[str, ...]
    clock_not_in_index: tuple[str, ...]
    broken_sequence: tuple[str, ...]
    not_in_files: tuple[str, ...]
    messages_stuck: tuple[str, ...]
    unreadable: tuple[str, ...] = ()
    on_no_desk: tuple[str, ...] = ()
    desk_wrong: tuple[str, ...] = ()
    left_merged: tuple[str, ...] = ()
    files_missing: tuple[str, ...] = ()
    files_deleted: int = 0
    finished: bool = True
    round_overdue: bool = False

    @property
    def count(self) -> int:
        """How many things a person must look at."""
        return sum(len(each) for each in asdict(self).values() if isinstance(each, tuple)) + self.round_overdue


def reconcile(inst: Installation, has_time: Callable[[], bool]) -> Findings:
    """Read every letter, not the index; note what was found, and hand missing ledger lines to the next closing.

    Out of time, it stops between two letters and the next run goes on there. Messages are read at a round's end.
    """
    now = inst.time.now()
    began, after = _round(inst, now)
    look = _Look(inst, _Index.read(inst, now), read_filed(inst.reports))
    finished = look.through(after, has_time)
    stuck, all_read = _stuck(inst, now, has_time if finished else lambda: False)
    finished = finished and all_read
    look.look_again(now)
    files = look_at_files(inst, look.files, now, has_time) if finished else FilesFound()
    finished = finished and files.finished
    note_missing(inst.jobs, look.missing)
    findings = Findings(
        letters_checked=look.checked,
        without_clock=tuple(look.without_clock[:MOST]),
        clock_not_in_index=tuple(look.fallen[:MOST]),
        broken_sequence=tuple(look.broken[:MOST]),
        not_in_files=tuple(f"{letter}#{sequence}" for letter, sequence in look.missing[:MOST]),
        messages_stuck=tuple(sorted(stuck)[:MOST]),
        unreadable=tuple(look.unreadable[:MOST]),
        on_no_desk=tuple(look.on_no_desk[:MOST]),
        desk_wrong=tuple(look.desk_wrong[:MOST]),
        left_merged=tuple(look.left_merged[:MOST]),
        files_missing=files.missing[:MOST],
        files_deleted=files.deleted,
        finished=finished,
        round_overdue=not finished and now - began >= ROUND_MAX,
    )
    going_on = {} if finished else {"round": {"began": began.isoformat(), "after": look.last or after}}
    inst.jobs.note(NOTE, json.dumps({**asdict(findings), "at": now.isoformat(), **going_on}))
    return findings


def _round(inst: Installation, now: datetime) -> tuple[datetime, LetterId | None]:
    """When the round began that this run belongs to, and the letter behind which it goes on."""
    going_on = json.loads(inst.jobs.last(NOTE) or "{}").get("round")
    return (datetime.fromisoformat(going_on["began"]), going_on["after"]) if going_on else (now, None)


@dataclass(frozen=True, slots=True)
class _Index:
    """What the indexes tell: every clock that waits, and every desk entry that anybody's desk lists. And who is who."""

    directory: Directory
    people: checks.People
    clocks: set[tuple[LetterId, ClockId]]
    desk: set[DeskEntry]

    @classmethod
    def read(cls, inst: Installation, now: datetime) -> "_Index":
        far = now + timedelta(days=3650)
        due = inst.letters.due_clocks(far, EVERY_CLOCK)
        directory = inst.registry.directory()
        people = checks.people_of(directory)
        listed = inst.letters.desk(sorted(people))
        return cls(directory, people, {(each.letter, each.clock) for each in due}, set(listed))


@dataclass(slots=True)
class _Look:
    """One run's reading of letters, and what it came upon. Of the ledger's lines it keeps only which are missing."""

    inst: Installation
    index: _Index
    filed: Filed
    checked: int = 0
    last: LetterId | None = None
    without_clock: list[LetterId] = field(default_factory=list)
    fallen: list[LetterId] = field(default_factory=list)
    broken: list[LetterId] = field(default_factory=list)
    unreadable: list[LetterId] = field(default_factory=list)
    on_no_desk: list[LetterId] = field(default_factory=list)
    desk_wrong: list[LetterId] = field(default_factory=list)
    left_merged: list[LetterId] = field(default_factory=list)
    missing: list[EventKey] = field(default_factory=list)
    files: dict[LetterId, frozenset[str]] = field(default_factory=dict)

    def through(self, after: LetterId | None, has_time: Callable[[], bool]) -> bool:
        """Check the letters behind this one; False when there was no time for all."""
        for letter in self.inst.letters.letter_ids(after):
            if not has_time():
                return False
            self.at(letter)
            self.last = letter
        return True

    def at(self, letter: LetterId) -> None:
        """Check one letter. One that cannot be read, whatever is wrong with it, hides nothing about the others."""
        try:
            file = self.inst.letters.load(letter)
            if file is not None:
                self._check(file)
        except Exception:  # noqa: BLE001  it becomes a finding
            self.unreadable.append(letter)

    def _check(self, file: LetterFile) -> None:
        book, letter, index = self.inst.rulebook_of(file.letter.rulebook), file.letter.id, self.index
        self.checked += 1
        self.files |= {letter: files} if (files := files_of(file)) else {}
        if checks.lacks_clock(file, book):
            self.without_clock.append(letter)
        if checks.stopped_early(file, book) or checks.fallen_out(file, index.clocks):
            self.fallen.append(letter)
        if checks.on_no_desk(file, index.directory, index.people):
            self.on_no_desk.append(letter)
        if checks.desk_differs(file, index.directory, index.people, index.desk):
            self.desk_wrong.append(letter)
        if not checks.sequence_holds(file.letter, file.events):
            self.broken.append(letter)
        if make_up(self.inst, file, index.directory):
            self.left_merged.append(letter)
        self.missing += self.filed.missing(file.events, self.inst.zone)

    def look_again(self, now: datetime) -> None:
        """Keep only what a second look confirms: a letter that moved after an index was read looks like a finding."""
        unfiled = [letter for letter, _ in self.missing]
        suspects = dict.fromkeys([*self.fallen, *self.on_no_desk, *self.desk_wrong, *unfiled])
        if not suspects:
            return
        again = _Look(self.inst, _Index.read(self.inst, now), read_filed(self.inst.reports))
        for letter in suspects:
            again.at(letter)
        self.fallen, self.missing = again.fallen, again.missing
        self.on_no_desk, self.desk_wrong = again.on_no_desk, again.desk_wrong


def _stuck(inst: Installation, now: datetime, has_time: Callable[[], bool]) -> tuple[set[str], bool]:
    """Messages that do not get out, by the index and then by reading all; whether there was time for all."""
    late = inst.outbox.due(now - STUCK_AFTER, MOST)
    found = {message.id for message in (*inst.outbox.stuck(), *late)}
    for owed in inst.outbox.owed():
        if not has_time():
            return found, False
        if _is_stuck(owed, now):
            found.add(owed.id)
    return found, True


def _is_stuck(owed: Owed, now: datetime) -> bool:
    """Failed, of unknown fate, unreadable, or due for long."""
    if owed.message is None or owed.message.state in {MessageState.FAILED, MessageState.UNKNOWN}:
        return True
    return _due_at(owed.message) <= now - STUCK_AFTER


def _due_at(message: Message) -> datetime:
    return message.lease_until or message.not_before
