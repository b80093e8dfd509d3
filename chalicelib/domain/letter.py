"""A letter and its parts: what is known of it at one version, as values that never change."""

from dataclasses import dataclass
from dataclasses import field as part  # a letter has a `field` of its own
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

from chalicelib.domain.languages import DEFAULT, Language

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


class Sensitivity(StrEnum):
    """What kind of attention a matter needs; a rulebook says which go to leaders first (BB-2.2, PL-10, PL-13)."""

    GENERAL = "general"
    POLICY = "policy"
    SENSITIVE = "sensitive"
    TRENDING = "trending"
    DEVELOPMENT = "development"
    STABILITY = "stability"
    IMPORTANT = "important"


class Disposition(StrEnum):
    """How a letter is dealt with (CQ-4): by the first unit itself, assigned, claimed, forwarded, referred up."""

    DIRECT = "direct"
    ASSIGNED = "assigned"
    CLAIMED = "claimed"
    FORWARDED = "forwarded"
    REFERRED = "referred"


class Status(StrEnum):
    """Where a letter stands in the workflow. `referred`: it lies with a leader; `removed`: its words are gone."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    REFERRED = "referred"
    ASSIGNED = "assigned"
    IN_APPROVAL = "in_approval"
    ANSWERED = "answered"
    CLOSED = "closed"
    DECLINED = "declined"
    KEPT = "kept"
    FORWARDED = "forwarded"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"
    REMOVED = "removed"


ANSWERED = frozenset({Status.ANSWERED, Status.CLOSED})
"""Where the writer has an answer that stands."""


class Role(StrEnum):
    """In what capacity someone acts on a letter.

    The posts of leaders (`LEADER_POSTS`) name who is next in a chain. Nobody is entered as `department_head` or
    `approver`: the first is whoever heads the office of the letter's mailbox, the second whose step of a chain it is.
    """

    WRITER = "writer"
    CENTRE = "centre"
    HANDLER = "handler"
    DIRECT_RESPONSIBLE = "direct_responsible"
    FIRST_RESPONSIBLE = "first_responsible"
    LEADER = "leader"
    DEPUTY_SECRETARY = "deputy_secretary"
    SECRETARY = "secretary"
    DEPUTY_HEAD = "deputy_head"
    HEAD = "head"
    DEPARTMENT_HEAD = "department_head"
    APPROVER = "approver"
    INSPECTOR = "inspector"
    AUDITOR = "auditor"
    SYSTEM = "system"


UNIT_ROLES = frozenset({Role.HANDLER, Role.DIRECT_RESPONSIBLE, Role.FIRST_RESPONSIBLE})
UNIT_HEADS = frozenset({Role.DIRECT_RESPONSIBLE, Role.FIRST_RESPONSIBLE})
LEADER_POSTS = frozenset({Role.DEPUTY_SECRETARY, Role.SECRETARY, Role.DEPUTY_HEAD, Role.HEAD})
"""Deputy secretary-general, secretary-general, vice-mayor, mayor (BB-3.4), or their like. All of them are leaders."""
DERIVED_ROLES = frozenset({Role.DEPARTMENT_HEAD, Role.APPROVER})


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
    """One unit's hold on the letter. The leading unit answers; the others join. Instants are UTC.

    `sub_units`: its subordinates that it has handed the work to, the last one having it; the unit stays answerable.
    """

    unit: UnitId
    lead: bool
    received_at: datetime
    contact: ContactId | None = None
    contacted_writer_at: datetime | None = None
    extension: ExtensionRequest | None = None
    delay_explained_at: datetime | None = None
    contributed_at: datetime | None = None
    sub_units: tuple[UnitId, ...] = ()

    def is_with(self, unit: UnitId | None) -> bool:
        """Whether this unit holds the letter by this assignment, itself or as the unit's subordinate."""
        return unit == self.unit or unit in self.sub_units


@dataclass(frozen=True, slots=True)
class Instruction:
    """A leader has instructed on the letter, in this post. The words are a text of the letter."""

    contact: ContactId
    post: Role


@dataclass(frozen=True, slots=True)
class Referral:
    """Referred up (CQ-4.4): from which office, and to which person, or to another mailbox's office (`to` None)."""

    from_centre: UnitId
    to: ContactId | None = None


@dataclass(frozen=True, slots=True)
class Approval:
    """An answer on its way through a chain: the step it waits at, who may take it, and whose unit that is.

    `text` is the answer's text id, `author` who wrote it; `done` names the steps behind it.
    """

    chain: str
    step: str
    by: tuple[Role, ...]
    text: str
    unit: UnitId | None = None
    done: tuple[str, ...] = ()
    author: ContactId | None = None


@dataclass(frozen=True, slots=True)
class Publication:
    """What was decided about publishing: `visible_from` (UTC) of what is published, or the ground for withholding.

    `month`: the local month it appears in. `answers`: how many answers had been given when it was signed off;
    `answer_from`: from when (UTC) the public sees the last of them (None: it was published without one).
    """

    visible_from: datetime | None = None
    ground: str | None = None
    month: str | None = None
    answers: int = 0
    answer_from: datetime | None = None


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
    before and may still look. `awaits`: leaders who have to instruct before it may be assigned, in order. `head_read`:
    whether the head of the mailbox's office has read it (None: need not). `assigner`: whose the assigning is, if not
    the centre's. `unreleased`: answers the writer does not have (yet). `answers_given`: how many the writer got.
    `to_publish`: who has to decide whether it is published. `relay_subject`: the subject without what tells who wrote,
    for those who are not to know (None: nobody has looked, it is of before this was kept). `traces` are keyed hashes by
    which a repeated letter is found again.
    `received_on`: `received_at` as a local date of the county, by which it is archived (None: of before the archive).
    `about_unsettled`: it names somebody in words, and the centre has not yet said which units that means;
    `about_guessed`: the words name somebody of the directory, who is kept from it meanwhile.
    `language`: the one of the page it was sent from, in which its writer is written to.
    `excerpt_draft`: the text that waits to be approved for the leaders' summary (SF-5).
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
    about_contacts: tuple[ContactId, ...] = ()
    about_unsettled: bool = False
    about_guessed: bool = False
    sensitivity: Sensitivity = Sensitivity.GENERAL
    complexity: Complexity = Complexity.SIMPLE
    urgent: bool = False
    publish_consent: bool = False
    keep_confidential: bool = False
    decline_ground: str | None = None
    disposition: Disposition | None = None
    forwarded_to: UnitId | None = None
    answer_asked: bool = False
    repeat_of: LetterId | None = None
    in_pool: bool = False
    head_read: bool | None = None
    awaits: tuple[Role, ...] = ()
    assigner: Role | None = None
    instructions: tuple[Instruction, ...] = ()
    referral: Referral | None = None
    approval: Approval | None = None
    unreleased: tuple[str, ...] = ()
    publication: Publication | None = None
    answers_given: int = 0
    to_publish: tuple[Role, ...] = ()
    language: Language = DEFAULT
    relay_subject: str | None = part(default=None, repr=False)
    assignments: tuple[Assignment, ...] = ()
    past_units: tuple[UnitId, ...] = ()
    returned_by: tuple[UnitId, ...] = ()
    supervised: bool = False
    at_efficiency_office: bool = False
    spot_check_drawn: bool = False
    called_back: bool = False
    rating: int | None = None
    traces: tuple[str, ...] = ()
    event_count: int = 0
    clock_count: int = 0
    text_count: int = 0
    last_hash: str = "0" * 64
    last_at: datetime | None = None
    received_on: date | None = None
    excerpt_draft: str | None = None

    @property
    def lead(self) -> Assignment | None:
        """The assignment that owes the answer."""
        return next((each for each in self.assignments if each.lead), None)

    def assignment_of(self, unit: UnitId | None) -> Assignment | None:
        """The assignment by which this unit holds the letter: its own, else that of the unit above it (CQ-4.2)."""
        return self.own_assignment_of(unit) or next((each for each in self.assignments if each.is_with(unit)), None)

    def own_assignment_of(self, unit: UnitId | None) -> Assignment | None:
        """The assignment in which this unit is the answerable one."""
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
    PROPOSAL = "proposal"
    EXCERPT_DRAFT = "excerpt_draft"
    EXCERPT = "excerpt"
    QUESTION = "question"
    SIGNATURE = "signature"
    PUBLIC_LETTER = "public_letter"
    PUBLIC_ANSWER = "public_answer"
    ATTACHMENT = "attachment"


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that lies in the attachments bucket, under the letter's id and its own. `size` in bytes."""

    id: str
    type: str
    size: int
    sha256: str = part(repr=False)


@dataclass(frozen=True, slots=True)
class Text:
    """A text of a letter with the salt of its hash in the ledger. Dropping both leaves the chain intact.

    `file`: it is an attachment, and `content` is the file's name. Without content and salt, words and file are gone.
    """

    id: str
    purpose: TextPurpose
    content: str = part(repr=False)
    salt: str = part(repr=False)
    at: datetime
    author: Role
    unit: UnitId | None = None
    for_writer: bool = False
    file: StoredFile | None = None


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

    `unit` is the unit whose work it is; None: the centre's. `since`, an instant (UTC, ISO): since when what has no
    time limit has waited. `redacted`: the subject stands here without what tells who wrote; `relay_subject`: the same
    beside the original, in the centre's entries.
    `units` have the letter, the leading one first (None: it waits for nobody, or was written before this and the next
    were listed). `confidential`: the writer asked to be kept secret. `supervised`: by the inspectors; what was
    written before that says it in their own entries only.
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
    about_contacts: tuple[ContactId, ...] = ()
    since: str | None = None
    centre: UnitId | None = None
    unit: UnitId | None = None
    supervised: bool = False
    urgent: bool = False
    relay_subject: str | None = part(default=None, repr=False)
    redacted: bool = False
    units: tuple[UnitId, ...] | None = None
    confidential: bool = False
