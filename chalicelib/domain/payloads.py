"""What each move needs: one model a move, from which the forms' JSON Schemas are made as well."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from chalicelib.domain.letter import Complexity, Kind
from chalicelib.domain.workflow import Move

SUBJECT_MAX = 200
BODY_MAX = 10_000
IMPORTED_BODY_MAX = 20_000
TEXT_MAX = 5_000
ANSWER_MAX = 25_000
UNITS_MAX = 10

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


class AnswerChannel(StrEnum):
    """How the answer reached the writer (CQ-4.1)."""

    WEB = "web"
    PHONE = "phone"
    EMAIL = "email"
    PUBLIC_NOTICE = "public_notice"
    LETTER = "letter"


class Payload(BaseModel):
    """A move's fields. An unknown field is refused: it would be lost in silence."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Accept(Payload):
    """The letter is valid and gets its number; the writer's classification may be corrected on the way."""

    kind: Kind | None = None
    mailbox: Id | None = None
    field: Id | None = None
    region: Id | None = None
    complexity: Complexity | None = None
    urgent: bool | None = None


class Decline(Payload):
    """Not accepted, on a ground the rulebook lists; the writer is told which (SF-2.3)."""

    ground: Id
    note: Prose | None = None


class Classify(Accept):
    """Corrects kind, marks, field, region, and whom the letter is about."""

    about: Annotated[tuple[Id, ...], Field(max_length=UNITS_MAX)] | None = None


class Assign(Payload):
    """To one or more units; the first leads, the others join."""

    units: Annotated[tuple[Id, ...], Field(min_length=1, max_length=UNITS_MAX)]
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


class Approve(Payload):
    """The answer stands. `step` names the step of the chain that is approved."""

    step: Id = "review"
    note: Prose | None = None


class Return(Payload):
    """Not this unit's duty: back to the centre, with the reason (SF-3.3.3)."""

    reason: Prose


class SubAssign(Payload):
    """To a named person of the unit."""

    contact: Id
    note: Prose | None = None


class ContactWriter(Payload):
    """The writer was contacted: what was said, for the file."""

    note: Prose


class RequestExtension(Payload):
    """More time is needed: how much, and why."""

    reason: Prose
    working_days: WorkingDays


class ExplainDelay(Payload):
    """Why it takes longer; the writer reads this (PL-15)."""

    reason: Prose


class Answer(Payload):
    """The answer, and by which channel it was given."""

    body: AnswerProse
    channel: AnswerChannel = AnswerChannel.WEB


class Instruct(Payload):
    """A leader's instruction."""

    text: Prose


class Remark(Payload):
    """Supervising or urging, with a word to the unit."""

    note: Prose | None = None


class Supplement(Payload):
    """More from the writer."""

    body: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=TEXT_MAX)]


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
        Move.GRANT_EXTENSION: GrantExtension,
        Move.REFUSE_EXTENSION: RefuseExtension,
        Move.SEND_BACK: SendBack,
        Move.APPROVE: Approve,
        Move.RETURN: Return,
        Move.SUB_ASSIGN: SubAssign,
        Move.CONTACT_WRITER: ContactWriter,
        Move.REQUEST_EXTENSION: RequestExtension,
        Move.EXPLAIN_DELAY: ExplainDelay,
        Move.ANSWER: Answer,
        Move.INSTRUCT: Instruct,
        Move.SUPERVISE: Remark,
        Move.URGE: Remark,
        Move.SUPPLEMENT: Supplement,
        Move.RATE: Rate,
        Move.REOPEN: Reopen,
        Move.WITHDRAW: Nothing,
    }
)
