"""The parts a rulebook is made of: each rule of a regulation as typed data, checked when the file is read."""

import re
import unicodedata
from datetime import time
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from chalicelib.domain.letter import LEADER_POSTS, UNIT_ROLES, Role, Sensitivity
from chalicelib.domain.limit import CountedIn, Limit
from chalicelib.domain.workflow import Move

ClauseId = Annotated[str, Field(pattern=r"^[A-Z]{2}-[0-9A-Z.]+$")]


def refused(key: str, reason: str) -> PydanticCustomError:
    """A rule that contradicts another: `key` is named below the place where the check stands."""
    return PydanticCustomError("inconsistent", "{reason}", {"key": key, "reason": reason})


def _wall_time(value: object) -> time:
    """Hours and minutes on the county's wall clock. A bare number or a zone would be read as something else."""
    if isinstance(value, str) and re.fullmatch(r"[0-2]\d:[0-5]\d(:[0-5]\d)?", value):
        value = time.fromisoformat(value)
    if isinstance(value, time) and value.tzinfo is None:
        return value
    raise ValueError('write a local time in quotes, as in "09:00"')


WallTime = Annotated[time, BeforeValidator(_wall_time)]
RuleId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


def _said(value: str) -> str:
    """Words that people are shown: something must stand there, on one line."""
    if not value.strip():
        raise ValueError("must not be empty")
    if any(unicodedata.category(each) in {"Cc", "Zl", "Zp"} for each in value):
        raise ValueError("write it on one line, without tabs or other control characters")
    return value


Said = Annotated[str, AfterValidator(_said)]
StrictBool = Annotated[bool, Field(strict=True)]


class Rule(BaseModel):
    """Strict and frozen: a key nobody reads is a spelling mistake, and is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class LimitRule(Rule):
    """A limit with the clause it comes from. No clause: the county's own limit, and shown as such."""

    number: int = Field(default=1, ge=1, le=400, strict=True)
    counted_in: CountedIn
    clause: ClauseId | None = None

    @model_validator(mode="after")
    def _says_how_many(self) -> Self:
        if self.counted_in is not CountedIn.SAME_DAY and "number" not in self.model_fields_set:
            raise refused("number", f"say how many {self.counted_in}")
        return self

    @property
    def limit(self) -> Limit:
        """The bare limit, as the calendar takes it."""
        return Limit(self.number, self.counted_in)


class KindRule(Rule):
    """One kind of letter: its name, and how long a unit has to answer it."""

    title: Said
    handle: LimitRule | None = None
    handle_complex: LimitRule | None = None


class ReturnRule(Rule):
    """How long a unit may send back a letter that is not its own, without asking (SF-3.3.3).

    Without a window it is to be done promptly (CQ-5): always allowed, no due date.
    """

    window: LimitRule | None = None
    clause: ClauseId | None = None


class ExtensionGround(Rule):
    """Why a unit may ask for more time (HF-2.2)."""

    id: RuleId
    text: Said
    several_units: StrictBool = False


class ExtensionRule(Rule):
    """When a unit may be given more time, and how much in all (no cap: as much as is granted).

    `grounds`: on which it may be asked for; empty: any. One with `several_units` holds only where several handle it.
    """

    cap: LimitRule | None = None
    grounds: tuple[ExtensionGround, ...] = ()
    contact_writer_first: StrictBool = False
    before_due: StrictBool = True
    clause: ClauseId | None = None


class Action(StrEnum):
    """What a ladder step is: a reminder before, an urge at, an escalation after the due date.

    `circular`: that a circular is proposed to the inspectors; a person decides on it (HF-3.3).
    """

    REMIND = "remind"
    URGE = "urge"
    ESCALATE = "escalate"
    CIRCULAR = "circular"


class LadderStep(Rule):
    """One rung around a clock's due date.

    `offset` counts working days from the due date: -1 the working day before, 0 the due date itself, 1 the first
    working day after. `at` is local wall time.
    """

    name: RuleId
    action: Action
    offset: int = Field(ge=-30, le=120, strict=True)
    at: WallTime = time(9, 0)
    to: tuple[Role, ...] = Field(min_length=1)
    channels: tuple[Literal["email", "sms"], ...] = Field(default=("email",), min_length=1)
    clause: ClauseId | None = None


class Ground(Rule):
    """A ground for not accepting a letter; `text` is what the writer is told."""

    id: RuleId
    text: Said
    clause: ClauseId | None = None


class Matter(Rule):
    """A matter in scope, as the home page lists it."""

    text: Said
    clause: ClauseId | None = None


_PLACE = re.compile(r"{(year|unit|sequence)}|{(sequence):0([1-9]|1[0-2])d}")
"""What may stand in a register number. Any other format would give two letters one number, or none to anybody."""


class NumberRule(Rule):
    """How the register number is written. `{year}` and `{sequence}` must stand in it."""

    format: Said
    clause: ClauseId | None = None

    def written(self, year: int, sequence: int, unit: str) -> str:
        """The register number."""
        return self.format.format(year=year, sequence=sequence, unit=unit)

    def series(self, year: int, unit: str) -> str:
        """The number without its sequence: one counter each, so that no two letters get the same number (CQ-3.2.3)."""
        around = (part.format(year=year, unit=unit) for part in re.split(r"{sequence[^}]*}", self.format))
        return "{}".join(around)

    @field_validator("format")
    @classmethod
    def _has_its_parts(cls, value: str) -> str:
        parts = [plain or padded for plain, padded, _ in _PLACE.findall(value)]
        others = set(_PLACE.sub("", value)) & set("{}")
        if others or not {"year", "sequence"} <= set(parts):
            raise ValueError("write {year} and {sequence}, as in 信〔{year}〕{sequence:04d}号; {unit} may be added")
        if parts.count("sequence") > 1 or parts.count("unit") > 1 or not _can_be_told_apart(value):
            raise ValueError("write each part once, and {unit} apart from {sequence} by a sign that is not a digit")
        return value


def _can_be_told_apart(format_: str) -> bool:
    """Whether a number names its counter: beside a unit called 一所1 the sequence 2 must not read as 12 of 一所."""
    before, _, after = format_.partition("{sequence")
    _, _, after = after.partition("}")
    return not (
        ("{unit" in before and re.search(r"[}\d]$", before)) or ("{unit" in after and re.match(r"[{\d]", after))
    )


class OfficeHours(Rule):
    """When staff may be disturbed: working days between these local times."""

    start: WallTime = Field(alias="from")
    end: WallTime = Field(alias="to")


class ReportRule(Rule):
    """A periodic report: when it is made (local), who gets it, and its clause. The period has ended by then.

    `in_name_of`: whose document it is (SF-5: the county office's); `{county}` in it stands for the county's name.
    """

    title: Said
    in_name_of: Annotated[Said, Field(pattern=r"^([^{}]|\{county\})+$")] | None = None
    weekday: int | None = Field(default=None, ge=1, le=7, strict=True)
    at: WallTime
    to: tuple[Role, ...]
    clause: ClauseId | None = None


class WriterRule(Rule):
    """What the writer may do after an answer, and for how long (calendar days; None: always)."""

    reopen_within_days: int | None = Field(default=None, ge=1, strict=True)


class SourceRule(Rule):
    """A channel letters come by. `mailbox`: where its letters go, unless whoever takes them in says otherwise."""

    id: Annotated[Said, Field(min_length=1, max_length=40)]
    title: Said
    mailbox: Said | None = None
    clause: ClauseId | None = None


class FetchRule(Rule):
    """When, on working days, letters that other platforms have handed over are taken in (BB-2.1). Local times."""

    at: tuple[WallTime, ...] = Field(min_length=1)
    clause: ClauseId | None = None


class PoolRule(Rule):
    """Accepted letters lie open to all units, which claim what concerns them (PL-6)."""

    clause: ClauseId | None = None


class ReadingRule(Rule):
    """Moves before which the head of the mailbox's office must have read the letter (CQ-4.2 to CQ-4.4)."""

    before: tuple[Literal[Move.ASSIGN, Move.FORWARD, Move.REFER_UP], ...] = Field(min_length=1)
    clause: ClauseId | None = None


class InstructionRule(Rule):
    """Matters of these sorts go to these leaders, in this order, before they are assigned (BB-2.2, PL-10)."""

    sensitivity: tuple[Sensitivity, ...] = Field(min_length=1)
    by: tuple[Role, ...] = Field(min_length=1)
    clause: ClauseId | None = None

    @field_validator("by")
    @classmethod
    def _are_leaders(cls, value: tuple[Role, ...]) -> tuple[Role, ...]:
        if set(value) - LEADER_POSTS - {Role.LEADER}:
            raise ValueError("only leaders instruct: leader, deputy_secretary, secretary, deputy_head, head")
        if len(set(value)) != len(value):
            raise ValueError("the same post stands there twice; each instructs once")
        return value


class InstructedRule(Rule):
    """What becomes of an instructed letter: who assigns it then, and as what it goes out (PL-10).

    `priority_of`: leaders whose instruction makes it urgent and puts it under supervision (PL-12).
    """

    assigned_by: Literal[Role.CENTRE, Role.INSPECTOR] = Role.CENTRE
    priority_of: tuple[Role, ...] = ()
    clause: ClauseId | None = None


class SupervisionRule(Rule):
    """Matters that are taken under supervision of their own by themselves (PL-13)."""

    sensitivity: tuple[Sensitivity, ...] = Field(min_length=1)
    clause: ClauseId | None = None


class AssignmentRule(Rule):
    """What an assignment must say (CQ-4.2: an opinion and requirements)."""

    note_required: StrictBool = False
    clause: ClauseId | None = None


class ApprovalStep(Rule):
    """One signature on an answer's way. `by`: who gives it, of the unit, of the centre, or a leader of this post.

    `in_person`: by hand, with a drawn or scanned signature or an exception that is recorded (BB-3.2). `criteria`: the
    rulebook's criteria must be found met. `code`: with a one-time code.
    """

    name: RuleId
    title: Said
    by: tuple[Role, ...] = Field(min_length=1)
    in_person: StrictBool = False
    criteria: StrictBool = False
    code: StrictBool = False
    clause: ClauseId | None = None

    @field_validator("by")
    @classmethod
    def _can_sign(cls, value: tuple[Role, ...]) -> tuple[Role, ...]:
        unfit = {Role.WRITER, Role.SYSTEM, Role.AUDITOR, Role.APPROVER}
        if set(value) & unfit:
            raise ValueError("a step is taken by somebody of the unit, the centre, the inspectors or the leaders")
        if set(value) & UNIT_ROLES and set(value) - UNIT_ROLES:
            raise ValueError("a step is either the unit's own or somebody else's, not both")
        return value

    @property
    def of_unit(self) -> bool:
        """Whether the step is the unit's own, inside its time limit."""
        return set(self.by) <= UNIT_ROLES


class AnswerChain(Rule):
    """The way of an answer to the writer, and to which letters it applies: the first that fits is taken.

    `sources`, `levels` (of the leading unit), `instructed`: None or empty, any. `on_request`: only where the unit asks
    for it by name. `limit` counts from the end of the unit's own steps. `copies_to`: who gets the result on paper as
    well (PL-14). `given_by`: in whose name the writer is answered. `in_name_of`: how that is said, where it is not the
    plain name of the office; `{unit}` in it stands for that name, `{county}` for the county's.
    """

    name: RuleId
    title: Said
    sources: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    instructed: StrictBool | None = None
    on_request: StrictBool = False
    steps: tuple[ApprovalStep, ...] = ()
    limit: LimitRule | None = None
    given_by: Literal["unit", "centre", "government"] = "unit"
    in_name_of: Annotated[Said, Field(pattern=r"^([^{}]|\{unit\}|\{county\})+$")] | None = None
    public: StrictBool = False
    copies_to: tuple[Role, ...] = ()
    clause: ClauseId | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        names = [step.name for step in self.steps]
        if len(set(names)) != len(names):
            raise refused("steps", "two steps have the same name")
        own = [step.of_unit for step in self.steps]
        if own != sorted(own, reverse=True):
            raise refused("steps", "the unit's own steps come first")
        return self


class PublicationRule(Rule):
    """What is published, after whose sign-off, and when it appears (HF-2.3, PL-8, CQ-9).

    `at`: the fixed local times at which what was decided appears; empty: at once. `before_answer`: letters may appear
    before they are answered. `exceptions`: the grounds on which one is withheld.
    """

    needs_consent: StrictBool = True
    before_answer: StrictBool = False
    at: tuple[WallTime, ...] = ()
    exceptions: tuple[Ground, ...] = ()
    code: StrictBool = True
    clause: ClauseId | None = None


class ResponsibilityRule(Rule):
    """What a person may decide against a unit: the trigger and its measure (HF-3.3). `circular`: told to everybody.

    `rectify`: the unit has to put it right.
    """

    id: RuleId
    text: Said
    measure: Said
    circular: StrictBool = False
    rectify: StrictBool = False
    clause: ClauseId | None = None


class SpotCheckRule(Rule):
    """A random draw of letters for checking (CQ-11.1): so many, on this weekday (1 Monday) at this local time."""

    number: int = Field(ge=1, le=100, strict=True)
    weekday: int = Field(ge=1, le=7, strict=True)
    at: WallTime
    clause: ClauseId | None = None


class RepeatRule(Rule):
    """Letters of one writer, or about one matter, are recognised within so many days (PL-16)."""

    within_days: int = Field(default=365, ge=1, le=3650, strict=True)
    clause: ClauseId | None = None


class AppraisalRule(Rule):
    """How units are scored (PL-21, PL-22): weights that add up to 100, and how many best ones are named.

    `best_from`: the score from which a unit may be named; being the first of bad ones is no praise.
    `deductions`: points off a case. `at_least_letters`: a unit with fewer is not ranked. For the
    figures see docs/figures.md.
    """

    answer_rate: int = Field(default=0, ge=0, le=100, strict=True)
    timeliness_rate: int = Field(default=0, ge=0, le=100, strict=True)
    quality: int = Field(default=0, ge=0, le=100, strict=True)
    satisfaction: int = Field(default=0, ge=0, le=100, strict=True)
    deductions: dict[
        Literal["returned_late", "sent_back", "urged", "repeat", "circular", "held_to_account"],
        Annotated[int, Field(ge=0, strict=True)],
    ] = Field(default_factory=dict)
    best: int = Field(default=3, ge=0, le=50, strict=True)
    best_from: int = Field(default=60, ge=0, le=100, strict=True)
    at_least_letters: int = Field(default=1, ge=1, strict=True)
    clause: ClauseId | None = None

    @model_validator(mode="after")
    def _add_up(self) -> Self:
        if self.answer_rate + self.timeliness_rate + self.quality + self.satisfaction != 100:
            raise refused("", "answer_rate, timeliness_rate, quality and satisfaction must add up to 100")
        return self
