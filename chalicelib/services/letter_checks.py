"""What must hold of one letter as it lies in the store. Pure: reconcile asks it about every letter."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from chalicelib.domain import desk
from chalicelib.domain.clocks import WINDOWS
from chalicelib.domain.directory import Contact, Directory
from chalicelib.domain.ladder import next_index
from chalicelib.domain.ledger import Event
from chalicelib.domain.letter import UNIT_ROLES, ClockId, DeskEntry, Letter, LetterId, Status
from chalicelib.domain.rulebook import Rulebook
from chalicelib.ports import LetterFile

OPEN = frozenset(
    {Status.RECEIVED, Status.ACCEPTED, Status.REFERRED, Status.ASSIGNED, Status.IN_APPROVAL, Status.ANSWERED}
)
"""Somebody has something to do, so the letter lies on somebody's desk."""

People = Mapping[str, Sequence[Contact]]
"""Who sees what, by owner of desk entries."""


def lacks_clock(file: LetterFile, book: Rulebook) -> bool:
    """Whether a letter in this status must have a time limit running and has none; windows are none."""
    return _owes_clock(file.letter, book) and not any(c.running and c.name not in WINDOWS for c in file.clocks)


def _owes_clock(letter: Letter, book: Rulebook) -> bool:
    """Answered and ended letters need no time limit."""
    if letter.status in {Status.RECEIVED, Status.ACCEPTED}:
        return book.triage is not None and not letter.awaits  # leaders have no limit
    if letter.status is Status.IN_APPROVAL and letter.approval is not None:
        chain = next((each for each in book.answer_chains if each.name == letter.approval.chain), None)
        own_step = set(letter.approval.by) <= UNIT_ROLES  # inside the unit's own limit still
        return own_step or (chain is not None and chain.limit is not None)
    return letter.status is Status.ASSIGNED


def fallen_out(file: LetterFile, indexed: set[tuple[LetterId, ClockId]]) -> bool:
    """Whether a running clock with a next step is not in the due index: the sweep would never see it."""
    waiting = (clock for clock in file.clocks if clock.running and clock.next_action_at is not None)
    return any((file.letter.id, clock.id) not in indexed for clock in waiting)


def stopped_early(file: LetterFile, book: Rulebook) -> bool:
    """Whether a running clock has ladder steps left and no moment for the next: nothing would ever happen on it."""
    running = (clock for clock in file.clocks if clock.running and clock.next_action_at is None)
    return any(next_index(clock, steps := book.ladder.get(clock.name, ())) < len(steps) for clock in running)


def sequence_holds(letter: Letter, events: Iterable[Event]) -> bool:
    """Every event from the first to the letter's count is there, each chained to the one before."""
    ordered = sorted(events, key=lambda event: event.sequence)
    if [event.sequence for event in ordered] != list(range(1, letter.event_count + 1)):
        return False
    linked = all(later.prev == earlier.hash for earlier, later in pairwise(ordered))
    return linked and (not ordered or ordered[-1].hash == letter.last_hash)


def people_of(directory: Directory) -> dict[str, list[Contact]]:
    """Whose desk shows the entries of which owner; people who have left have no desk."""
    people: dict[str, list[Contact]] = {}
    for contact in directory.contacts.values():
        for owner in desk.owners_of(contact) if contact.active else ():
            people.setdefault(owner, []).append(contact)
    return people


def on_no_desk(file: LetterFile, directory: Directory, people: People) -> bool:
    """Whether an open letter waits for nobody, or for somebody whom the directory does not have."""
    asked = file.letter.status is Status.FORWARDED and file.letter.answer_asked
    if file.letter.status not in OPEN and not asked:
        return False
    waiting = desk.entries(file.letter, file.clocks, directory)
    return not waiting or any(
        not any(desk.is_shown_to(entry, contact, directory) for contact in people.get(entry.owner, ()))
        for entry in waiting
    )


def desk_differs(file: LetterFile, directory: Directory, people: People, listed: set[DeskEntry]) -> bool:
    """Whether the letter's desk entries are not those that follow from its state, or a desk does not list them.

    A letter of before there was an archive gets its entries there with its next move, its subject as it is listed for
    others than the centre, since when it waits, and its marks. So does an entry of before the units that have a letter
    were listed.
    """
    due, there = set(desk.with_archive(file.letter, file.clocks, directory)), set(file.desk)
    unmarked = {each.owner for each in there if each.units is None}
    due = {desk.of_before_marks(each) if each.owner in unmarked else each for each in due}
    if file.letter.received_on is None:
        stored = {each for each in there if not desk.is_archived(each)}
        expected = {_of_before(each) for each in due if not desk.is_archived(each)}
        return {_of_before(each) for each in stored} != expected or not _of(people, stored) <= listed
    return there != due or not _of(people, due) <= listed


def _of(people: People, entries: set[DeskEntry]) -> set[DeskEntry]:
    return {entry for entry in entries if entry.owner in people}


def _of_before(entry: DeskEntry) -> DeskEntry:
    return replace(entry, subject="", relay_subject=None, redacted=False, since=None, supervised=False, urgent=False)
