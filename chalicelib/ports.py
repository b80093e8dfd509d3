"""Ports: what the use cases need from the world. Adapters and the tests' fakes are proved by one contract suite."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO, Protocol

from chalicelib.domain.attachments import Announced, Upload
from chalicelib.domain.clocks import Clock
from chalicelib.domain.directory import Contact, Deputy, Directory, Mailbox, Unit
from chalicelib.domain.errors import DomainError
from chalicelib.domain.languages import DEFAULT, Language
from chalicelib.domain.ledger import Event
from chalicelib.domain.letter import ClockId, ContactId, DeskEntry, Letter, LetterId, Text, Writer
from chalicelib.domain.messages import Message


class ConflictError(DomainError):
    """Somebody wrote the letter, the clock or the number series in between. Nothing was written; load and try again."""

    code = "conflict"


class AlreadyImportedError(DomainError):
    """A letter with this source and source number is there already."""

    code = "already_imported"


class UploadTakenError(DomainError):
    """One of the uploads was taken by another letter in between, or is there no more. Nothing was written."""

    code = "upload_taken"


class KeyUsedError(DomainError):
    """The idempotency key was used before; `remembered` is what it stands for."""

    code = "key_used"

    def __init__(self, remembered: "Remembered") -> None:
        super().__init__()
        self.remembered = remembered


class ProofSpentError(DomainError):
    """The proof of work was used for another letter."""

    code = "proof_spent"


@dataclass(frozen=True, slots=True)
class SealedWriter:
    """A writer's personal data as it lies in the store: KMS ciphertext, bound to its letter."""

    ciphertext: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Remembered:
    """The first answer to a request, kept 24 hours. `body_hash` binds the key to the request's body.

    `answer` is KMS ciphertext; None: the answer is the letter as it stands (moves).
    """

    key: str
    body_hash: str
    letter: LetterId
    expires_at: datetime
    answer: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class NumberTaken:
    """One number of a series (`NumberRule.series`). The write fails with ConflictError when the series has moved on."""

    series: str
    value: int


@dataclass(frozen=True, slots=True)
class ProofUsed:
    """A proof of work that is used up with the letter it came with: its challenge, and until when it was good (UTC)."""

    challenge: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class LetterFile:
    """A letter with everything that lies under it, as loaded in one consistent read.

    `joint`: where it was merged, the letter it is answered with, cut down to its answers; no store fills it in.
    """

    letter: Letter
    clocks: tuple[Clock, ...]
    texts: tuple[Text, ...]
    events: tuple[Event, ...]
    desk: tuple[DeskEntry, ...]
    writer: SealedWriter | None = None
    joint: "LetterFile | None" = None


@dataclass(frozen=True, slots=True)
class Change:
    """One move, written whole or not at all.

    `before` None: a new letter; else the write is conditioned on its version and event count. `clocks`, `texts`,
    `events`, `messages` are new or changed ones; a message whose id is there already is left as it is. `desk` is
    the complete new list, `desk_before` the one it replaces. `uploads`: files that this letter takes, which no other
    can take then. `unchanged`: another letter, which must still be as it
    was read. `proof`: the proof of work that came with it, which nothing else may have come with.
    """

    before: Letter | None
    after: Letter
    events: tuple[Event, ...]
    clocks: tuple[Clock, ...] = ()
    texts: tuple[Text, ...] = ()
    messages: tuple[Message, ...] = ()
    desk_before: tuple[DeskEntry, ...] = ()
    desk: tuple[DeskEntry, ...] = ()
    writer: SealedWriter | None = None
    number: NumberTaken | None = None
    remember: Remembered | None = None
    import_batch: str | None = None
    uploads: tuple[Upload, ...] = ()
    unchanged: Letter | None = None
    proof: ProofUsed | None = None


@dataclass(frozen=True, slots=True)
class DueClock:
    """A clock whose next ladder step has come."""

    letter: LetterId
    clock: ClockId
    next_action_at: datetime


class LetterStore(Protocol):
    """Letters with their events, clocks, texts and desk entries."""

    def load(self, letter: LetterId) -> LetterFile | None:
        """The whole letter, consistently read; None when there is none."""

    def commit(self, change: Change) -> None:
        """Write one move in one transaction.

        Raises ConflictError (version, event count, clock step, number series, or the letter that was to be `unchanged`,
        moved on; or the letter id is taken), UploadTakenError,
        KeyUsedError (the idempotency key, unexpired at the time of the change's last event), AlreadyImportedError,
        ProofSpentError. A used key is told before anything else.
        """

    def offer(self, upload: Upload) -> None:
        """Keep a new upload until a letter takes it, or nobody can any more."""

    def upload(self, upload: str) -> Upload | None:
        """The upload of this id, taken or not, consistently read; None when there is none (any more)."""

    def next_number(self, series: str) -> int:
        """The number the series would give next (1 for a new one). Taken only by a commit that carries it."""

    def remembered(self, key: str, now: datetime) -> Remembered | None:
        """What an idempotency key stands for, if it has not expired."""

    def due_clocks(self, now: datetime, at_most: int) -> Sequence[DueClock]:
        """Clocks with next_action_at <= now, the longest due first, from the sparse index alone."""

    def next_due_clock(self) -> datetime | None:
        """The earliest next_action_at of all; None when no clock waits."""

    def put_off(self, letter: LetterId, clock: Clock) -> None:
        """Write `failures` and `next_action_at` of a clock whose visit failed, unless it has moved meanwhile."""

    def desk(self, owners: Sequence[str]) -> Sequence[DeskEntry]:
        """Entries of these owners, nearest due first."""

    def journal(self, day: date) -> Iterator[Event]:
        """Events whose `recorded_at` falls on this local day, in any order. Imported history is not in it."""

    def imported(self, batch: str) -> Iterator[Event]:
        """Events of one import batch."""

    def letters(self) -> Iterator[Letter]:
        """Every letter that can be read, by a full read. One that cannot is left out: reconcile names it."""

    def letter_ids(self, after: LetterId | None = None) -> Iterator[LetterId]:
        """Every letter's id, by a full read: for reconcile, which must not trust an index, nor what an item holds.

        In an order of the store's own, the same each time; with `after`, those that come behind this one.
        """

    def try_code(self, letter: LetterId, now: datetime, forget_at: datetime, most: int) -> datetime | None:
        """Count one try of a query code, before it is compared; None: it may be made.

        Atomic: of any number at once, `most` may be made. Then the answer is the moment (UTC) at which the tries are
        forgotten, and nothing is counted: `forget_at` of the last that could be made. Forgotten tries begin anew.
        """

    def give_try_back(self, letter: LetterId, now: datetime) -> None:
        """The code was right: uncount one try, unless they are forgotten already."""


@dataclass(frozen=True, slots=True)
class Owed:
    """One message of the outbox that is not sent; `message` None: what lies there cannot be read."""

    id: str
    message: Message | None


class Outbox(Protocol):
    """Messages owed. Written by LetterStore.commit with their move; or added alone for what belongs to no letter."""

    def add(self, message: Message) -> None:
        """Owe one more message; one with the same id is left as it is."""

    def due(self, now: datetime, at_most: int) -> Sequence[Message]:
        """Waiting messages with not_before <= now, and leased ones whose lease ran out, oldest first.

        One that cannot be read holds up no other, and is not found again.
        """

    def next_due(self) -> datetime | None:
        """The earliest moment at which something is to be sent; None when nothing waits."""

    def lease(self, message: Message, until: datetime) -> bool:
        """Take it for sending, as it was seen; False when somebody else has it. It then stands at `attempts` + 1."""

    def settle(self, message: Message) -> None:
        """Write the message's new state after sending or failing (waiting again: with its new not_before).

        `attempts` is the number the lease made it. Nothing is written when somebody else has leased it since.
        """

    def send_again(self, message: Message, at: datetime) -> bool:
        """Owe a stuck message anew, due at `at`, with all its tries before it; False when it is not stuck as seen.

        Of any number at once, one gets True: somebody else may have replayed it, or seen to it at the desk.
        """

    def stuck(self) -> Sequence[Message]:
        """Messages that failed for good, or whose fate is unknown. One that cannot be read is in `owed` only."""

    def owed(self) -> Iterator[Owed]:
        """Every message that has not gone out, by a full read: for reconcile, which must not trust an index."""


class Registry(Protocol):
    """Units, contacts, mailboxes."""

    def directory(self) -> Directory:
        """Everything, as one value."""

    def put(self, units: Sequence[Unit], contacts: Sequence[Contact], mailboxes: Sequence[Mailbox]) -> None:
        """Add or replace these; others stay. A contact's epoch is kept."""

    def name_deputy(self, contact: ContactId, deputy: Deputy | None) -> None:
        """Who stands in for this contact from now on. Whatever else changes meanwhile stays changed.

        Raises ConflictError when others keep writing the contact. An unknown contact is left unknown.
        """

    def raise_epoch(self, contact: ContactId) -> None:
        """Revoke every link this contact was given."""


@dataclass(frozen=True, slots=True)
class Mail:
    """One e-mail, ready to go."""

    message_id: str
    to: str = field(repr=False)
    subject: str
    text: str = field(repr=False)
    html: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class TextMessage:
    """One SMS: gateways take (sign, template id, parameters) only. `text` is for gateways that take words."""

    message_id: str
    to: str = field(repr=False)
    template: str
    params: tuple[tuple[str, str], ...]
    text: str
    language: Language = DEFAULT


class SendingError(Exception):
    """Could not be sent now; trying later may work. The message holds no address."""


class RefusedError(SendingError):
    """Will never be accepted: a bad address, an unknown template."""


class OutcomeUnknownError(SendingError):
    """May or may not have been sent; an SMS is not tried again."""


class Mailer(Protocol):
    """Sends e-mail: SES or SMTP."""

    def send(self, mail: Mail) -> None:
        """Hand it over. Raises SendingError or RefusedError."""


class TextSender(Protocol):
    """Sends SMS: SNS or an HTTP gateway."""

    def send(self, text: TextMessage) -> None:
        """Hand it over. Raises SendingError, RefusedError or OutcomeUnknownError."""


class ReportStore(Protocol):
    """Files for auditors and the public site. Written once: a ledger or report file never changes."""

    def put(self, key: str, data: bytes, content_type: str) -> None:
        """Write or replace a file (`site/` only)."""

    def put_once(self, key: str, data: bytes, content_type: str) -> bool:
        """Write a file that is not there yet; False, and nothing written, when it is."""

    def put_file_once(self, key: str, path: Path, content_type: str) -> bool:
        """As `put_once`, with the bytes of a local file of up to 5 GB, which are never in memory all at once."""

    def get(self, key: str) -> bytes | None:
        """The file's bytes; None when there is none."""

    def open(self, key: str) -> BinaryIO | None:
        """The file as a stream that is read once, from its beginning; None when there is none. The caller closes it."""

    def keys(self, prefix: str) -> Sequence[str]:
        """All keys under a prefix, sorted."""

    def link(self, key: str, seconds: int) -> str:
        """A presigned address to read the file for so long."""


class Scratch(Protocol):
    """Room outside memory while something long is worked out. A name holds frames of bytes, in the order added."""

    def append(self, name: str, frames: Iterable[bytes]) -> None:
        """Add these frames to what the name holds."""

    def frames(self, name: str) -> Iterator[bytes]:
        """Everything the name holds, from its beginning; nothing for a name never written to."""

    def path(self, name: str) -> Path:
        """A file for whoever writes one himself, such as one that is to be stored as it is."""


class Room(Protocol):
    """Gives scratch space, which is gone when the `with` ends."""

    def __call__(self) -> AbstractContextManager[Scratch]:
        """Empty space."""


@dataclass(frozen=True, slots=True)
class UploadForm:
    """Where a browser posts a file, and the fields that it posts before it, exactly so."""

    url: str
    fields: dict[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that lies under a letter's id since `at` (UTC); whether that letter knows of it is another matter."""

    letter: LetterId
    id: str
    at: datetime


class AttachmentStore(Protocol):
    """Files of citizens. They come in by forms of ours, wait for a letter, and are kept under that letter's id."""

    def form(self, upload: str, file: Announced, seconds: int) -> UploadForm:
        """A form that takes one file of this type and of at most this size, good for so long."""

    def incoming(self, upload: str, at_most: int) -> bytes | None:
        """A file that came in and waits; None when none did, or it is forgotten. One byte over `at_most` is read."""

    def keep(self, letter: LetterId, file: str, data: bytes, content_type: str, disposition: str) -> None:
        """Keep these bytes under the letter. Done again, it changes nothing."""

    def forget_incoming(self, uploads: Sequence[str]) -> None:
        """Delete files that waited, as far as it works now: the bucket forgets them by itself."""

    def drop(self, letter: LetterId, files: Sequence[str]) -> None:
        """Delete files of a letter, as far as it works now: reconcile deletes what no letter has."""

    def link(self, letter: LetterId, file: str, seconds: int) -> str:
        """An address at which the file may be downloaded for so long."""

    def kept(self, letter: LetterId | None = None) -> Iterator[KeptFile]:
        """Every file that is kept, of this letter alone or of all, by a full listing."""


class TimeSource(Protocol):
    """The only clock there is."""

    def now(self) -> datetime:
        """The present instant, UTC."""


class Ids(Protocol):
    """Fresh randomness."""

    def letter_id(self) -> LetterId:
        """A tracking code nobody can guess."""

    def query_code(self) -> str:
        """The writer's secret: eight digits."""

    def upload_id(self) -> str:
        """The id of an upload: whoever knows it can put that file into their letter, so nobody can guess it."""

    def salt(self) -> str:
        """128 bits, hex."""


class Secrets(Protocol):
    """Seals personal data and keyed hashes."""

    def seal(self, letter: LetterId, writer: Writer) -> SealedWriter:
        """Encrypt, bound to the letter."""

    def unseal(self, letter: LetterId, sealed: SealedWriter) -> Writer:
        """Decrypt."""

    def seal_bytes(self, purpose: str, data: bytes) -> bytes:
        """Encrypt at most 4,096 bytes, bound to a purpose."""

    def unseal_bytes(self, purpose: str, sealed: bytes) -> bytes:
        """Decrypt what seal_bytes made."""

    def keyed_hash(self, purpose: str, value: str) -> str:
        """HMAC-SHA-256 with the installation's secret, hex."""


class ProofOfWork(Protocol):
    """Makes what browsers compute before they send a letter, and checks what they found."""

    def challenge(self, key: str, expires_at: datetime) -> dict[str, str | int]:
        """A new challenge, signed with this key, as a solver reads it."""

    def solved(self, payload: str, key: str) -> ProofUsed | None:
        """What a right solution used up, expired or not; None for a wrong one, or one to no challenge of this key."""


class Signer(Protocol):
    """Signs ledger manifests (RSASSA_PKCS1_V1_5_SHA_256)."""

    def sign(self, data: bytes) -> bytes:
        """The signature of these bytes."""

    def public_key_pem(self) -> bytes:
        """The key to check it with."""


@dataclass(frozen=True, slots=True)
class LinkClaims:
    """What a desk link says: who, which letter, of which epoch, until when (UTC)."""

    contact: ContactId
    letter: LetterId | None
    epoch: int
    expires_at: datetime


class Links(Protocol):
    """Signed links to the desk. Expiry is checked against TimeSource by whoever reads the claims."""

    def token(self, claims: LinkClaims) -> str:
        """The signed token."""

    def read(self, token: str) -> LinkClaims:
        """The claims of a token. Raises LinkRefusedError("malformed")."""


class JobRuns(Protocol):
    """What scheduled jobs remember between runs."""

    def last(self, job: str) -> str | None:
        """What the job noted last."""

    def note(self, job: str, value: str) -> None:
        """Replace the note, whatever it says."""

    def swap(self, job: str, seen: str | None, value: str) -> bool:
        """Replace the note if it still says what was seen (None: there was none); else False, and nothing is written.

        Whoever writes what follows from the note that was read uses this, and reads it again when it has changed.
        """
