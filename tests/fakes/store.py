"""Letters, outbox, registry and job notes in memory.

One lock over all of them: a commit is one step, as in a transaction.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from threading import RLock
from zoneinfo import ZoneInfo

from chalicelib.domain.attachments import Upload
from chalicelib.domain.clocks import Clock, local_date
from chalicelib.domain.directory import Contact, Deputy, Directory, Mailbox, Unit
from chalicelib.domain.ledger import Event
from chalicelib.domain.letter import ClockId, ContactId, DeskEntry, Letter, LetterId, Text
from chalicelib.domain.messages import Message, MessageState, begun_anew
from chalicelib.ports import (
    AlreadyImportedError,
    Change,
    ConflictError,
    DueClock,
    KeyUsedError,
    LetterFile,
    Owed,
    ProofSpentError,
    Remembered,
    SealedWriter,
    UploadTakenError,
)


@dataclass(slots=True)
class _Folder:
    """One letter with what lies under it; events with their import batch."""

    letter: Letter
    clocks: dict[ClockId, Clock] = field(default_factory=dict)
    texts: dict[str, Text] = field(default_factory=dict)
    events: list[tuple[Event, str | None]] = field(default_factory=list)
    desk: tuple[DeskEntry, ...] = ()
    writer: SealedWriter | None = None


class FakeOutbox:
    """Outbox in memory."""

    def __init__(self) -> None:
        self.lock = RLock()
        self.messages: dict[str, Message] = {}

    def add(self, message: Message) -> None:
        """See Outbox."""
        with self.lock:
            self.messages.setdefault(message.id, message)

    def due(self, now: datetime, at_most: int) -> Sequence[Message]:
        """See Outbox."""
        return [message for at, message in self._waiting() if at <= now][:at_most]

    def next_due(self) -> datetime | None:
        """See Outbox."""
        return next((at for at, _ in self._waiting()), None)

    def lease(self, message: Message, until: datetime) -> bool:
        """See Outbox."""
        with self.lock:
            there = self.messages.get(message.id)
            if there is None or (there.attempts, there.state) != (message.attempts, message.state):
                return False
            taken = replace(message, state=MessageState.LEASED, attempts=message.attempts + 1, lease_until=until)
            self.messages[message.id] = taken
            return True

    def settle(self, message: Message) -> None:
        """See Outbox."""
        with self.lock:
            there = self.messages.get(message.id)
            if there is not None and there.attempts == message.attempts:
                self.messages[message.id] = message

    def send_again(self, message: Message, at: datetime) -> bool:
        """See Outbox."""
        with self.lock:
            there = self.messages.get(message.id)
            if there is None or (there.attempts, there.state) != (message.attempts, message.state):
                return False
            self.messages[message.id] = begun_anew(message, at)
            return True

    def stuck(self) -> Sequence[Message]:
        """See Outbox."""
        with self.lock:
            stuck = [m for m in self.messages.values() if m.state in {MessageState.FAILED, MessageState.UNKNOWN}]
        return sorted(stuck, key=lambda message: message.created_at)

    def owed(self) -> Iterator[Owed]:
        """See Outbox."""
        with self.lock:
            owed = [m for m in self.messages.values() if m.state is not MessageState.SENT]
        return iter([Owed(message.id, message) for message in owed])

    def _waiting(self) -> list[tuple[datetime, Message]]:
        with self.lock:
            found = [(_moment(message), message) for message in self.messages.values()]
        waiting = [(at, message) for at, message in found if at is not None]
        return sorted(waiting, key=lambda pair: pair[0])


def _moment(message: Message) -> datetime | None:
    match message.state:
        case MessageState.WAITING:
            return message.not_before
        case MessageState.LEASED:
            return message.lease_until
        case _:
            return None


class FakeLetterStore:
    """LetterStore in memory; messages go to `outbox`."""

    def __init__(self, outbox: FakeOutbox, zone: ZoneInfo) -> None:
        self._outbox = outbox
        self._zone = zone
        self._lock = outbox.lock
        self._folders: dict[LetterId, _Folder] = {}
        self._numbers: dict[str, int] = {}
        self._keys: dict[str, Remembered] = {}
        self._sources: set[tuple[str, str]] = set()
        self._uploads: dict[str, Upload] = {}
        self._proofs: set[str] = set()
        self._codes: dict[LetterId, tuple[int, datetime]] = {}

    def load(self, letter: LetterId) -> LetterFile | None:
        """See LetterStore."""
        with self._lock:
            folder = self._folders.get(letter)
            if folder is None:
                return None
            return LetterFile(
                letter=folder.letter,
                clocks=tuple(folder.clocks[key] for key in sorted(folder.clocks)),
                texts=tuple(folder.texts[key] for key in sorted(folder.texts)),
                events=tuple(event for event, _ in folder.events),
                desk=tuple(sorted(folder.desk, key=lambda entry: entry.owner)),
                writer=folder.writer,
            )

    def commit(self, change: Change) -> None:
        """See LetterStore. Everything is checked before anything is written."""
        with self._lock:
            self._check(change)
            self._write(change)

    def _check(self, change: Change) -> None:
        now = change.events[-1].recorded_at
        if change.remember is not None and (used := self.remembered(change.remember.key, now)):
            raise KeyUsedError(used)
        after = change.after
        if change.before is None and (after.source, after.source_number) in self._sources:
            raise AlreadyImportedError
        if change.proof is not None and change.proof.challenge in self._proofs:
            raise ProofSpentError
        folder = self._folders.get(after.id)
        there = (folder.letter.version, folder.letter.event_count) if folder else None
        seen = (change.before.version, change.before.event_count) if change.before else None
        taken = {event.sequence for event, _ in folder.events} if folder else set()
        if there != seen or taken & {event.sequence for event in change.events}:
            raise ConflictError
        if change.number is not None and self.next_number(change.number.series) != change.number.value:
            raise ConflictError
        if change.unchanged is not None:
            beside = self._folders.get(change.unchanged.id)
            now_there = (beside.letter.version, beside.letter.event_count) if beside else None
            if now_there != (change.unchanged.version, change.unchanged.event_count):
                raise ConflictError
        if any((there_now := self._uploads.get(each.id)) is None or there_now.taken for each in change.uploads):
            raise UploadTakenError

    def _write(self, change: Change) -> None:
        after = change.after
        folder = self._folders.setdefault(after.id, _Folder(after))
        folder.letter = after
        folder.events += [(event, change.import_batch) for event in change.events]
        folder.clocks |= {clock.id: clock for clock in change.clocks}
        folder.texts |= {text.id: text for text in change.texts}
        gone = {entry.owner for entry in change.desk_before} | {entry.owner for entry in change.desk}
        folder.desk = (*(entry for entry in folder.desk if entry.owner not in gone), *change.desk)
        folder.writer = change.writer or folder.writer
        for message in change.messages:
            self._outbox.add(message)
        if change.number is not None:
            self._numbers[change.number.series] = change.number.value
        if change.remember is not None:
            self._keys[change.remember.key] = change.remember
        if change.proof is not None:
            self._proofs.add(change.proof.challenge)
        for upload in change.uploads:
            self._uploads[upload.id] = replace(upload, taken=True, name=b"")
        if change.before is None and after.source_number is not None:
            self._sources.add((after.source, after.source_number))

    def offer(self, upload: Upload) -> None:
        """See LetterStore."""
        with self._lock:
            self._uploads[upload.id] = upload

    def upload(self, upload: str) -> Upload | None:
        """See LetterStore."""
        with self._lock:
            return self._uploads.get(upload)

    def next_number(self, series: str) -> int:
        """See LetterStore."""
        with self._lock:
            return self._numbers.get(series, 0) + 1

    def remembered(self, key: str, now: datetime) -> Remembered | None:
        """See LetterStore."""
        with self._lock:
            found = self._keys.get(key)
        return found if found and found.expires_at > now else None

    def due_clocks(self, now: datetime, at_most: int) -> Sequence[DueClock]:
        """See LetterStore."""
        return [due for due in self._due() if due.next_action_at <= now][:at_most]

    def next_due_clock(self) -> datetime | None:
        """See LetterStore."""
        return next((due.next_action_at for due in self._due()), None)

    def _due(self) -> list[DueClock]:
        with self._lock:
            due = [
                DueClock(letter, clock.id, clock.next_action_at)
                for letter, folder in self._folders.items()
                for clock in folder.clocks.values()
                if clock.next_action_at is not None
            ]
        return sorted(due, key=lambda each: each.next_action_at)

    def put_off(self, letter: LetterId, clock: Clock) -> None:
        """See LetterStore."""
        with self._lock:
            folder = self._folders.get(letter)
            there = folder.clocks.get(clock.id) if folder else None
            if folder is None or there is None:
                return
            if replace(clock, failures=there.failures, next_action_at=there.next_action_at) == there:
                folder.clocks[clock.id] = clock

    def desk(self, owners: Sequence[str]) -> Sequence[DeskEntry]:
        """See LetterStore."""
        with self._lock:
            found = [entry for folder in self._folders.values() for entry in folder.desk if entry.owner in owners]
        return sorted(found, key=lambda entry: (entry.due_on, entry.letter, entry.owner))

    def journal(self, day: date) -> Iterator[Event]:
        """See LetterStore."""
        return iter(
            [e for e, batch in self._events() if batch is None and local_date(e.recorded_at, self._zone) == day]
        )

    def imported(self, batch: str) -> Iterator[Event]:
        """See LetterStore."""
        return iter([event for event, of_batch in self._events() if of_batch == batch])

    def _events(self) -> list[tuple[Event, str | None]]:
        with self._lock:
            return [pair for folder in self._folders.values() for pair in folder.events]

    def letters(self) -> Iterator[Letter]:
        """See LetterStore."""
        with self._lock:
            return iter([folder.letter for folder in self._folders.values()])

    def letter_ids(self, after: LetterId | None = None) -> Iterator[LetterId]:
        """See LetterStore."""
        with self._lock:
            every = list(self._folders)
        return iter(every[every.index(after) + 1 :] if after else every)

    def try_code(self, letter: LetterId, now: datetime, forget_at: datetime, most: int) -> datetime | None:
        """See LetterStore."""
        with self._lock:
            count, until = self._codes.get(letter, (0, now))
            if until > now and count >= most:
                return until
            self._codes[letter] = (count + 1 if until > now else 1, forget_at)
            return None

    def give_try_back(self, letter: LetterId, now: datetime) -> None:
        """See LetterStore."""
        with self._lock:
            count, until = self._codes.get(letter, (0, now))
            if until > now and count > 0:
                self._codes[letter] = (count - 1, until)


class FakeRegistry:
    """Registry in memory."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._units: dict[str, Unit] = {}
        self._contacts: dict[ContactId, Contact] = {}
        self._mailboxes: dict[str, Mailbox] = {}

    def directory(self) -> Directory:
        """See Registry."""
        with self._lock:
            return Directory.of(self._units.values(), self._contacts.values(), self._mailboxes.values())

    def put(self, units: Sequence[Unit], contacts: Sequence[Contact], mailboxes: Sequence[Mailbox]) -> None:
        """See Registry."""
        with self._lock:
            self._units |= {unit.id: unit for unit in units}
            for contact in contacts:
                there = self._contacts.get(contact.id, contact)
                self._contacts[contact.id] = replace(contact, epoch=there.epoch)
            self._mailboxes |= {mailbox.id: mailbox for mailbox in mailboxes}

    def name_deputy(self, contact: ContactId, deputy: Deputy | None) -> None:
        """See Registry."""
        with self._lock:
            if there := self._contacts.get(contact):
                self._contacts[contact] = replace(there, deputy=deputy)

    def raise_epoch(self, contact: ContactId) -> None:
        """See Registry."""
        with self._lock:
            if there := self._contacts.get(contact):
                self._contacts[contact] = replace(there, epoch=there.epoch + 1)


class FakeJobRuns:
    """JobRuns in memory."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._notes: dict[str, str] = {}

    def last(self, job: str) -> str | None:
        """See JobRuns."""
        return self._notes.get(job)

    def note(self, job: str, value: str) -> None:
        """See JobRuns."""
        self._notes[job] = value

    def swap(self, job: str, seen: str | None, value: str) -> bool:
        """See JobRuns."""
        with self._lock:
            if self._notes.get(job) != seen:
                return False
            self._notes[job] = value
            return True
