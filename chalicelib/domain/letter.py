"""A letter and its parts: what is known of it at one version, as values that never change."""

from dataclasses import dataclass
from dataclasses import field as part  # a letter has a `field` of its own
from datetime import datetime
from enum import StrEnum
from typing import NewType

LetterId = NewType("LetterId", str)
"""Also the tracking code: random, safe to show, opens nothing without the query code."""
UnitId = NewType("UnitId", str)
ContactId = NewType("ContactId", str)
MailboxId = NewType("MailboxId", str)
ClockId = NewType("ClockId", str)


class Kind(StrEnum):
    """What the writer wants. `complexity`, `sensitivity` and `urgent` are separate marks."""

    CONSULTATION = "consultation"
    COMPLAINT = "complaint"
    ACCUSATION = "accusation"
    OPINION = "opinion"
    SUGGESTION = "suggestion"
    HELP = "help"
    OTHER = "other"


class Complexity(StrEnum):
    """PL-11 counts a simple matter and a complex one differently."""

    SIMPLE = "simple"
    COMPLEX = "complex"


class Status(StrEnum):
    """Where a letter stands in the workflow."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    ASSIGNED = "assigned"
    IN_APPROVAL = "in_approval"
    ANSWERED = "answered"
    CLOSED = "closed"
    DECLINED = "declined"
    KEPT = "kept"
    FORWARDED = "forwarded"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"


class Role(StrEnum):
    """In what capacity someone acts on a letter."""

    WRITER = "writer"
    CENTRE = "centre"
    HANDLER = "handler"
    DIRECT_RESPONSIBLE = "direct_responsible"
    FIRST_RESPONSIBLE = "first_responsible"
    LEADER = "leader"
    INSPECTOR = "inspector"
    AUDITOR = "auditor"
    SYSTEM = "system"


UNIT_ROLES = frozenset({Role.HANDLER, Role.DIRECT_RESPONSIBLE, Role.FIRST_RESPONSIBLE})


@dataclass(frozen=True, slots=True)
class Actor:
    """Who makes a move. `id` is opaque: a contact's id, `writer` or `system`; never a name."""

    id: str
    role: Role
    unit: UnitId | None = None
    deputy_for: str | None = None
    channel: str = "desk"


@dataclass(frozen=True, slots=True)
class ExtensionRequest:
    """A unit's wish for more time, not yet decided. `asked_at` is UTC."""

    working_days: int
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Assignment:
    """One unit's hold on the letter. The leading unit answers; the others join. Instants are UTC."""

    unit: UnitId
    lead: bool
    received_at: datetime
    contact: ContactId | None = None
    contacted_writer_at: datetime | None = None
    extension: ExtensionRequest | None = None
    delay_explained_at: datetime | None = None
    contributed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RulebookRef:
    """The rulebook a letter began with and keeps."""

    name: str
    version: str


@dataclass(frozen=True, slots=True)
class Letter:
    """The state of one letter at one version. Holds no text beyond the subject and no personal data.

    `version` counts moves people made; `event_count` also counts what the sweep wrote, so that a reminder
    never makes a page stale. `received_at` and `last_at`, the time of the last event, are UTC. `past_units` had it
    before and may still look.
    `about_unsettled`: it names somebody in words, and the centre has not yet said which units that means.
    """

    id: LetterId
    version: int
    status: Status
    kind: Kind
    mailbox: MailboxId
    centre: UnitId
    source: str
    subject: str = part(repr=False)
    received_at: datetime
    rulebook: RulebookRef
    code_hash: str = part(repr=False)
    number: str | None = None
    field: str | None = part(default=None, repr=False)
    region: str | None = part(default=None, repr=False)
    source_number: str | None = None
    written_at: datetime | None = None
    about_units: tuple[UnitId, ...] = ()
    about_unsettled: bool = False
    complexity: Complexity = Complexity.SIMPLE
    urgent: bool = False
    publish_consent: bool = False
    keep_confidential: bool = False
    decline_ground: str | None = None
    forwarded_to: UnitId | None = None
    repeat_of: LetterId | None = None
    assignments: tuple[Assignment, ...] = ()
    past_units: tuple[UnitId, ...] = ()
    supervised: bool = False
    rating: int | None = None
    event_count: int = 0
    clock_count: int = 0
    text_count: int = 0
    last_hash: str = "0" * 64
    last_at: datetime | None = None

    @property
    def lead(self) -> Assignment | None:
        """The assignment that owes the answer."""
        return next((each for each in self.assignments if each.lead), None)

    def assignment_of(self, unit: UnitId | None) -> Assignment | None:
        """This unit's assignment, if it holds one."""
        return next((each for each in self.assignments if each.unit == unit), None)


class TextPurpose(StrEnum):
    """What a text is for; it decides who may read it."""

    BODY = "body"
    ABOUT = "about"
    SUPPLEMENT = "supplement"
    ANSWER = "answer"
    REASON = "reason"
    NOTE = "note"
    INSTRUCTION = "instruction"
    COMMENT = "comment"


@dataclass(frozen=True, slots=True)
class Text:
    """A text of a letter with the salt of its hash in the ledger. Dropping both leaves the chain intact."""

    id: str
    purpose: TextPurpose
    content: str = part(repr=False)
    salt: str = part(repr=False)
    at: datetime
    author: Role
    unit: UnitId | None = None
    for_writer: bool = False


@dataclass(frozen=True, slots=True)
class Writer:
    """Personal data of the citizen. Lives encrypted in the store, in memory only while it is needed."""

    name: str | None = part(default=None, repr=False)
    phone: str | None = part(default=None, repr=False)
    email: str | None = part(default=None, repr=False)
    address: str | None = part(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class DeskEntry:
    """Something on a letter that waits for `owner` (see `desk.owner_*`). `due_on` is a local date, ISO.

    `unit` is the unit whose work it is; None: the centre's.
    """

    letter: LetterId
    owner: str
    waits_for: str
    due_on: str
    subject: str = part(repr=False)
    number: str | None = None
    kind: Kind = Kind.OTHER
    provisional: bool = False
    about_units: tuple[UnitId, ...] = ()
    centre: UnitId | None = None
    unit: UnitId | None = None
