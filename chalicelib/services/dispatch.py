"""Dispatch: sends the messages owed. E-mail at least once under a stable Message-ID, SMS at most once.

Everything owed to one person on one channel in one run goes out together. Each message is leased before it is sent and
settled after, so that two dispatchers at once send nothing twice, and one that dies in between loses nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import Enum, auto
from functools import partial
from types import MappingProxyType

from chalicelib.domain.clocks import local_date
from chalicelib.domain.deputies import may_look_today, reader_of
from chalicelib.domain.directory import Contact
from chalicelib.domain.ladder import next_index
from chalicelib.domain.letter import ContactId, Status, Writer
from chalicelib.domain.messages import WRITER, Channel, Message, MessageState
from chalicelib.domain.rules import Action
from chalicelib.domain.visibility import is_kept_from
from chalicelib.ports import OutcomeUnknownError, RefusedError, SendingError
from chalicelib.services.installation import Installation
from chalicelib.services.one_time_codes import ONE_TIME_CODE, is_spent
from chalicelib.services.reporting.readers import REPORT_READY, is_for
from chalicelib.services.wording import (
    STAFF,
    TO_WRITER,
    Note,
    Sender,
    Words,
    Writing,
    clock_for,
    clock_for_writer,
    writers_language,
)

LEASE = timedelta(minutes=5)
"""Far longer than one letter may take on the wire; taken anew for each person's messages."""
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240))
"""How long a message waits after its first, second, … failure. One try more, and it has failed."""
WAITED_FOR = MappingProxyType({"letter_to_triage": Status.RECEIVED, "answer_to_review": Status.ANSWERED})
"""Messages that ask for what only a letter of this status needs."""
RECEIPT = "letter_received"
"""The only SMS that writers with an e-mail address get beside the mail."""


@dataclass(frozen=True, slots=True)
class DispatchResult:
    """What became of the messages that were due.

    `failed`: given up. `unknown`: SMS that may or may not have gone. `postponed`: to be tried again, or not reached in
    time. `dropped`: need not go any more, or have no address. `broken`: the kinds of unforeseen errors, for the log.
    """

    sent: int = 0
    failed: int = 0
    unknown: int = 0
    postponed: int = 0
    dropped: int = 0
    broken: tuple[str, ...] = ()


class _Fate(Enum):
    SENT = auto()
    FAILED = auto()
    UNKNOWN = auto()
    POSTPONED = auto()
    DROPPED = auto()


def dispatch(
    inst: Installation, words: Words, sender: Sender, at_most: int, has_time: Callable[[], bool]
) -> DispatchResult:
    """Send what is due, the oldest first, until nothing is left of `at_most` messages or time runs out."""
    run = _Run(inst, words, sender)
    now = inst.time.now()
    # An index may lag behind: what somebody else has leased since is theirs, and what failed since waits its time.
    free = [each for each in inst.outbox.due(now, at_most) if max(each.not_before, each.lease_until or now) <= now]
    groups = run.groups(free)
    for group in groups:
        if has_time():
            run.deliver(group)
        else:
            run.fates.extend([_Fate.POSTPONED] * len(group))
    count = run.fates.count
    return DispatchResult(
        sent=count(_Fate.SENT),
        failed=count(_Fate.FAILED),
        unknown=count(_Fate.UNKNOWN),
        postponed=count(_Fate.POSTPONED),
        dropped=count(_Fate.DROPPED),
        broken=tuple(run.broken),
    )


class _Run:
    """One run: the directory is read once; letters, addresses and links are looked up as each message goes."""

    def __init__(self, inst: Installation, words: Words, sender: Sender) -> None:
        self._inst, self._words, self._sender = inst, words, sender
        self._directory = inst.registry.directory()
        self._calendar = inst.calendar()
        self._day = local_date(inst.time.now(), inst.zone)
        self._readers: dict[str, str] = {}
        self.fates: list[_Fate] = []
        self.broken: list[str] = []

    def groups(self, due: Sequence[Message]) -> list[list[Message]]:
        """Messages by reader and channel. A writer is a person of one letter: we do not know who wrote two.

        What is about no letter (a fresh link) goes apart, for somebody waits for it by its own name; so does a code.
        All reports that are ready for one person are one mail.
        """
        groups: dict[tuple[str, str, str], list[Message]] = {}
        for message in due:
            apart = str(message.letter) if message.recipient == WRITER else ""
            if message.letter is None or message.template == ONE_TIME_CODE:
                apart = message.id if message.letter else f"{message.template} {message.params}"
            if message.template == REPORT_READY:
                apart = REPORT_READY
            reader = self._readers[message.id] = self._reader(message)
            groups.setdefault((reader, message.channel, apart), []).append(message)
        return [sorted(group, key=lambda each: (each.created_at, each.id)) for group in groups.values()]

    def _reader(self, message: Message) -> str:
        """Who gets it: the recipient, or the deputy of one who is away. Links and codes are a person's own."""
        contact = self._directory.contacts.get(ContactId(message.recipient))
        own = message.template == ONE_TIME_CODE or (message.letter is None and message.template != REPORT_READY)
        if contact is None or own:
            return message.recipient
        return reader_of(message, contact, self._directory, self._day).id

    def deliver(self, group: list[Message]) -> None:
        """Lease one person's messages, word them, send them, settle them. A bad message raises nothing; a store that
        cannot be written does, and the leases see to the rest."""
        until = self._inst.time.now() + LEASE
        held = [replace(each, attempts=each.attempts + 1) for each in group if self._inst.outbox.lease(each, until)]
        self._post(self._without_lost_ones(held))

    def _post(self, held: list[Message]) -> None:
        hand_over: Callable[[], None] | None = None
        try:
            notes = self._worth_sending(held)
            held = [note.message for note in notes]
            hand_over = self._composed(notes) if notes else None
            if hand_over is not None:
                hand_over()
        except RefusedError as error:
            self._settle(held, _Fate.FAILED, MessageState.FAILED, str(error))
        except OutcomeUnknownError as error:
            self._unsure(held, str(error))
        except SendingError as error:
            self._try_later(held, str(error))
        except Exception as error:  # noqa: BLE001  one bad message must not stop the others, whatever is wrong with it
            self._broken(held, error, handed_over=hand_over is not None)
        else:
            if hand_over is not None:
                self._sent(held)
            else:
                self._drop(held, "no_address")

    def _broken(self, held: list[Message], error: Exception, *, handed_over: bool) -> None:
        """An error nobody foresaw. Of several messages that could not be worded together, each goes alone."""
        self.broken.append(type(error).__name__)
        if not handed_over and len(held) > 1:
            for message in held:
                self._post([message])
            return
        note = f"broken:{type(error).__name__}"
        if handed_over:
            self._unsure(held, note)
        else:
            self._try_later(held, note)

    def _without_lost_ones(self, held: list[Message]) -> list[Message]:
        """Messages whose last dispatcher died on the way: an SMS may be out already, and nothing is tried for ever."""
        lost = [m for m in held if m.state is MessageState.LEASED and m.channel is Channel.SMS]
        self._settle(lost, _Fate.UNKNOWN, MessageState.UNKNOWN, "interrupted")
        spent = [m for m in held if m not in lost and m.tries > len(WAITS) + 1]
        self._settle(spent, _Fate.FAILED, MessageState.FAILED, "interrupted")
        return [m for m in held if m not in lost and m not in spent]

    def _worth_sending(self, held: list[Message]) -> list[Note]:
        notes = self._own_back([self._note(message) for message in held])
        reasons = [self._pointless(note) for note in notes]
        for note, reason in zip(notes, reasons, strict=True):
            if reason is not None:
                self._drop([note.message], reason)
        return [note for note, reason in zip(notes, reasons, strict=True) if reason is None]

    def _note(self, message: Message) -> Note:
        file = self._inst.letters.load(message.letter) if message.letter else None
        away = self._readers[message.id] != message.recipient
        return Note(message, file, self._directory.contacts[ContactId(message.recipient)] if away else None)

    def _own_back(self, notes: list[Note]) -> list[Note]:
        """What a deputy may get. What was found to be about the deputy since goes to whom it was meant for (PL-18)."""
        kept = [each for each in notes if each.stands_for and each.file and self._is_kept_from_reader(each)]
        for note in kept:
            self._readers[note.message.id] = note.message.recipient
            self._post([note.message])
        return [each for each in notes if each not in kept]

    def _is_kept_from_reader(self, note: Note) -> bool:
        reader = self._directory.contacts[ContactId(self._readers[note.message.id])]
        return note.file is not None and is_kept_from(note.file.letter, reader, self._directory)

    def _pointless(self, note: Note) -> str | None:
        """Why the message need not go, as its letter stands now."""
        if note.message.letter is not None and note.file is None:
            return "no_letter"
        if note.message.recipient == WRITER:
            return "overtaken" if "clock" in note.params and clock_for_writer(note) is None else None
        contact = self._directory.contacts.get(ContactId(note.message.recipient))
        if contact is None or not contact.active:
            return "no_contact"
        if note.message.template == REPORT_READY and not is_for(note.message, contact, self._inst.rulebook):
            return "not_theirs"
        return self._not_for(contact, note)

    def _not_for(self, contact: Contact, note: Note) -> str | None:
        """The guard is asked again at the last moment: the letter may have been found to be about them (PL-18)."""
        if note.file is None:
            return None
        if is_kept_from(note.file.letter, contact, self._directory):
            return "kept_from"
        if not may_look_today(note.file.letter, contact, self._directory, self._day):
            return "not_theirs"
        if is_spent(note.message, note.file.letter, self._inst.time.now()):
            return "overtaken"
        wanted = WAITED_FOR.get(note.message.template, note.file.letter.status)
        done = note.file.letter.status is not wanted or self._overtaken(note, contact)
        return "overtaken" if done else None

    def _overtaken(self, note: Note, contact: Contact) -> bool:
        """The time limit it speaks of has ended, was extended past that step, or the delay was explained (CQ-7.1)."""
        if "clock" not in note.params or note.file is None:
            return False
        clock = clock_for(note, contact, self._directory)
        if clock is None:
            return True
        actions = {f"ladder_{action.value}": action for action in Action}
        action = actions.get(note.message.template)
        if action is None:
            return False
        steps = self._inst.rulebook_of(note.file.letter.rulebook).ladder.get(clock.name, ())
        taken = {step.action for step in steps[: next_index(clock, steps)]}
        return action not in taken or (clock.explained and action is Action.URGE)

    def _composed(self, notes: list[Note]) -> Callable[[], None] | None:
        """All but the handing over, the post itself made ready too; None when there is no address."""
        message = notes[0].message
        writing = Writing(self._inst, self._words, self._sender, self._directory, self._calendar, self._inst.time.now())
        by_mail = message.channel is Channel.EMAIL
        if message.recipient == WRITER:
            writer = self._writer(notes[0])
            if by_mail:
                return partial(self._inst.mailer.send, writing.to_writer(writer.email, notes)) if writer.email else None
            if writer.email and any(note.message.template != RECEIPT for note in notes):
                return None  # who reads it by e-mail is not told by SMS as well
            text = writing.sms(TO_WRITER, writer.phone, notes, writers_language(notes)) if writer.phone else None
            return partial(self._inst.texts.send, text) if text else None
        contact = self._directory.contacts[ContactId(self._readers[message.id])]
        if by_mail:
            return partial(self._inst.mailer.send, writing.to_contact(contact, notes)) if contact.email else None
        text = writing.sms(STAFF, contact.phone, notes, contact.language) if contact.phone else None
        return partial(self._inst.texts.send, text) if text else None

    def _writer(self, note: Note) -> Writer:
        if note.file is None or note.file.writer is None:
            return Writer()
        return self._inst.secrets.unseal(note.file.letter.id, note.file.writer)

    def _sent(self, messages: list[Message]) -> None:
        now = self._inst.time.now()
        self._settle([replace(m, sent_at=now) for m in messages], _Fate.SENT, MessageState.SENT, None)

    def _drop(self, messages: list[Message], reason: str) -> None:
        """Done with, though nothing went out: `sent_at` stays empty and the note says why."""
        self._settle(messages, _Fate.DROPPED, MessageState.SENT, reason)

    def _unsure(self, messages: list[Message], note: str) -> None:
        """May be out already. An SMS is not tried again; an e-mail is, under the Message-ID it had."""
        texts = [m for m in messages if m.channel is Channel.SMS]
        self._settle(texts, _Fate.UNKNOWN, MessageState.UNKNOWN, note)
        self._try_later([m for m in messages if m.channel is not Channel.SMS], note)

    def _try_later(self, messages: list[Message], note: str) -> None:
        now = self._inst.time.now()
        for message in messages:
            if message.tries > len(WAITS):
                self._settle([message], _Fate.FAILED, MessageState.FAILED, note)
            else:
                later = replace(message, not_before=now + WAITS[message.tries - 1])
                self._settle([later], _Fate.POSTPONED, MessageState.WAITING, note)

    def _settle(self, messages: Sequence[Message], fate: _Fate, state: MessageState, note: str | None) -> None:
        for message in messages:
            self._inst.outbox.settle(replace(message, state=state, note=note, lease_until=None))
            self.fates.append(fate)
