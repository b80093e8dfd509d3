"""What each move needs: one model a move, from which the forms' JSON Schemas are made as well."""

import re
from base64 import b64decode
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from chalicelib.domain.attachments import MOST_AT_ONCE
from chalicelib.domain.letter import Complexity, Kind, Sensitivity
from chalicelib.domain.workflow import Move

SUBJECT_MAX = 200
BODY_MAX = 10_000
IMPORTED_BODY_MAX = 20_000
TEXT_MAX = 5_000
ANSWER_MAX = 25_000
UNITS_MAX = 10
"""Units of one assignment: that many giving way to as many others are written, and told, in one transaction."""
ABOUT_MAX = 10

Prose = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=TEXT_MAX),
    Field(json_schema_extra={"format": "textarea"}),
]
AnswerProse = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=ANSWER_MAX),
    Field(json_schema_extra={"format": "textarea"}),
]
WorkingDays = Annotated[int, Field(ge=1, le=60)]
Id = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
UploadId = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
"""As `POST /uploads` said it; whether there is such a file is asked when a letter takes it."""
Code = Annotated[
    str,
    StringConstraints(strip_whitespace=True, pattern=r"^[0-9]{6}$"),
    Field(json_schema_extra={"format": "one-time-code"}),
]


class AnswerChannel(StrEnum):
    """How the answer reached the writer (CQ-4.1)."""

    WEB = "web"
    PHONE = "phone"
    EMAIL = "email"
    PUBLIC_NOTICE = "public_notice"
    LETTER = "letter"


class Payload(BaseModel):
    """A move's fields. An unknown field is refused: it would be lost in silence."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Accept(Payload):
    """The letter is valid and gets its number; the writer's classification may be corrected on the way.

    `proposal`: how the centre would have it handled (BB-2.2), for whoever instructs or reads it.
    """

    kind: Kind | None = None
    mailbox: Id | None = None
    field: Id | None = None
    region: Id | None = None
    complexity: Complexity | None = None
    sensitivity: Sensitivity | None = None
    urgent: bool | None = None
    proposal: Prose | None = None


class Decline(Payload):
    """Not accepted, on a ground the rulebook lists; the writer is told which (SF-2.3)."""

    ground: Id
    note: Prose | None = None


class Classify(Accept):
    """Corrects kind, marks, field, region, and whom the letter is about: units, or persons as `contact:<id>`.

    `excerpt`: what the monthly summary is to tell the leaders of it (SF-5); no personal data belongs in it. It goes in
    once somebody has approved it: `excerpt_approved`, in the same move or later. False: the draft is not used.
    """

    about: Annotated[tuple[Id, ...], Field(max_length=ABOUT_MAX)] | None = None
    excerpt: Prose | None = None
    excerpt_approved: bool | None = None


class IssuedAs(StrEnum):
    """As what an instructed letter goes out (PL-10): 督办件 or 转办通知."""

    SUPERVISED_ITEM = "supervised_item"
    TRANSFER_NOTICE = "transfer_notice"


class Assign(Payload):
    """To one or more units; the first leads, the others join. `note`: opinion and requirements (CQ-4.2)."""

    units: Annotated[tuple[Id, ...], Field(min_length=1, max_length=UNITS_MAX)]
    note: Prose | None = None
    issued_as: IssuedAs | None = None


class ReferUp(Payload):
    """To a leader of the office, or to another mailbox for coordination: one of the two (CQ-4.4)."""

    leader: Id | None = None
    mailbox: Id | None = None
    note: Prose | None = None


class Forward(Payload):
    """Passed on outside the units' duties; no answer is owed back (CQ-4.3)."""

    unit: Id
    ask_answer: bool = False
    note: Prose | None = None


class GrantExtension(Payload):
    """So many working days on top; left out: as many as were asked for."""

    unit: Id | None = None
    working_days: WorkingDays | None = None
    note: Prose | None = None


class RefuseExtension(Payload):
    """The limit stays as it is."""

    unit: Id | None = None
    note: Prose | None = None


class SendBack(Payload):
    """The answer is not good enough: why, and by when it is to be done again (CQ-7.2)."""

    reasons: Prose
    working_days: WorkingDays | None = None


SIGNATURE_MAX = 140_000
"""Characters of a signature: a picture of 100 kB as a data address."""
PICTURE_MAX = 102_400
"""Bytes of the picture itself."""
_DATA_ADDRESS = re.compile(r"data:image/(png|jpe?g);base64,([A-Za-z0-9+/\s]+={0,2}\s*)", re.ASCII)
_PICTURES = {"png": b"\x89PNG\r\n\x1a\n", "jpeg": b"\xff\xd8\xff", "jpg": b"\xff\xd8\xff"}
"""How the files begin. No SVG: it may hold programs."""


def _signature(value: str) -> str:
    """A picture of a signature as a data address. What it says it is, it has to be: others will open it."""
    if len(value) > SIGNATURE_MAX:
        raise PydanticCustomError("signature_too_large", "too large")
    found = _DATA_ADDRESS.fullmatch(value.strip())
    try:
        picture = b64decode("".join(found[2].split()), validate=True) if found else b""
    except ValueError:
        picture = b""
    if found is None or not picture.startswith(_PICTURES[found[1]]):
        raise PydanticCustomError("signature_not_a_picture", "no picture")
    if len(picture) > PICTURE_MAX:
        raise PydanticCustomError("signature_too_large", "too large")
    return value.strip()


Signature = Annotated[
    str, AfterValidator(_signature), Field(json_schema_extra={"format": "signature", "maxLength": SIGNATURE_MAX})
]


class Approve(Payload):
    """The answer, or a step of its way, stands. `step` names the step of the chain that is approved.

    `signature`: a drawn or scanned one, as a data address of a PNG or JPEG picture; `exception`: why there is none
    (BB-3.2). `criteria`: those the reviewer found met. `code`: the one-time code, where the rulebook asks for one.
    """

    step: Id = "review"
    criteria: Annotated[tuple[Id, ...], Field(max_length=20)] | None = None
    signature: Signature | None = None
    exception: Prose | None = None
    note: Prose | None = None
    code: Code | None = None


class Publish(Payload):
    """The public wording of the letter, and of its answer; left out, the redacted one that the preview shows."""

    text: AnswerProse | None = None
    answer: AnswerProse | None = None
    code: Code | None = None


class Withhold(Payload):
    """Not published, on a ground the rulebook lists (CQ-9)."""

    ground: Id
    note: Prose | None = None


class CallBackOutcome(StrEnum):
    """What the writer said when called back (BB-3.3)."""

    SATISFIED = "satisfied"
    DISSATISFIED = "dissatisfied"
    UNREACHED = "unreached"


class CallBack(Payload):
    """The writer was called back about the answer."""

    outcome: CallBackOutcome
    note: Prose | None = None


class LinkRepeat(Payload):
    """A repeat of another letter, by its tracking code. `merge`: answered together with that one, while it is open."""

    to: Id
    merge: bool = False


class Remove(Payload):
    """The letter's words are deleted, on a ground the rulebook lists; that it was there stays (PL-17)."""

    ground: Id
    note: Prose | None = None


class Return(Payload):
    """Not this unit's duty: back to the centre, with the reason (SF-3.3.3)."""

    reason: Prose


class SubAssign(Payload):
    """To a named person of the unit, or on to a unit below it, which it stays answerable for (CQ-4.2)."""

    contact: Id | None = None
    unit: Id | None = None
    note: Prose | None = None


class ContactWriter(Payload):
    """The writer was contacted: what was said, for the file.

    `through_relay`: the words are passed on to the writer, and the answer comes back as a supplement. It is always so
    where who wrote is not the unit's to know (PL-18).
    """

    note: Prose
    through_relay: bool = False


class RequestExtension(Payload):
    """More time is needed: how much, and why; `ground`: one of those the rulebook lists (HF-2.2)."""

    reason: Prose
    working_days: WorkingDays
    ground: Id | None = None


class ExplainDelay(Payload):
    """Why it takes longer; the writer reads this (PL-15)."""

    reason: Prose


class Answer(Payload):
    """The answer, and by which channel it was given. `chain`: which way it takes, where there is a choice."""

    body: AnswerProse
    channel: AnswerChannel = AnswerChannel.WEB
    chain: Id | None = None


class Instruct(Payload):
    """A leader's instruction."""

    text: Prose


class Remark(Payload):
    """Supervising or urging, with a word to the unit."""

    note: Prose | None = None


class Supervise(Remark):
    """Taken under supervision; `topic`: what it touches (PL-13)."""

    topic: Sensitivity | None = None


class SpotCheck(Payload):
    """What a spot check found (CQ-11.1)."""

    passed: bool
    note: Prose | None = None


class ReferToEfficiencyOffice(Payload):
    """What is wrong, and the measure proposed (SF-4, BB-3.3)."""

    trigger: Id | None = None
    note: Prose


class HoldToAccount(Payload):
    """A person decides: one of the rulebook's triggers, with its measure, against a unit (HF-3.3); or none of them."""

    trigger: Id | None = None
    unit: Id | None = None
    note: Prose


class Supplement(Payload):
    """More from the writer. `attachments`: ids of files that were uploaded for it."""

    body: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=TEXT_MAX)]
    attachments: Annotated[
        tuple[UploadId, ...], Field(max_length=MOST_AT_ONCE, json_schema_extra={"format": "uploads"})
    ] = ()


class Rate(Payload):
    """How satisfied the writer is: 1 (not at all) to 5 (very)."""

    score: int = Field(ge=1, le=5, strict=True)
    comment: Prose | None = None


class Reopen(Payload):
    """The answer did not settle it: why."""

    reason: Prose


class Nothing(Payload):
    """A move without fields."""


class KeepForInformation(Payload):
    """Worth knowing, no answer owed (CQ-4.5)."""

    note: Prose | None = None


PAYLOADS: Mapping[Move, type[Payload]] = MappingProxyType(
    {
        Move.ACCEPT: Accept,
        Move.DECLINE: Decline,
        Move.KEEP_FOR_INFORMATION: KeepForInformation,
        Move.CLASSIFY: Classify,
        Move.ASSIGN: Assign,
        Move.FORWARD: Forward,
        Move.REFER_UP: ReferUp,
        Move.CONVERT: Assign,
        Move.GRANT_EXTENSION: GrantExtension,
        Move.REFUSE_EXTENSION: RefuseExtension,
        Move.SEND_BACK: SendBack,
        Move.APPROVE: Approve,
        Move.PUBLISH: Publish,
        Move.WITHHOLD: Withhold,
        Move.CALL_BACK: CallBack,
        Move.LINK_REPEAT: LinkRepeat,
        Move.REMOVE: Remove,
        Move.CLAIM: Nothing,
        Move.RETURN: Return,
        Move.SUB_ASSIGN: SubAssign,
        Move.CONTACT_WRITER: ContactWriter,
        Move.REQUEST_EXTENSION: RequestExtension,
        Move.EXPLAIN_DELAY: ExplainDelay,
        Move.ANSWER: Answer,
        Move.INSTRUCT: Instruct,
        Move.SUPERVISE: Supervise,
        Move.URGE: Remark,
        Move.SPOT_CHECK: SpotCheck,
        Move.REFER_TO_EFFICIENCY_OFFICE: ReferToEfficiencyOffice,
        Move.HOLD_TO_ACCOUNT: HoldToAccount,
        Move.SUPPLEMENT: Supplement,
        Move.RATE: Rate,
        Move.REOPEN: Reopen,
        Move.WITHDRAW: Nothing,
    }
)
