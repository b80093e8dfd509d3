"""Rulebook: one published regulation as typed data. The engine asks it; an absent rule is None."""

import re
from datetime import date, time
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from chalicelib.domain.clocks import ClockName
from chalicelib.domain.letter import Complexity, Kind, Role
from chalicelib.domain.limit import CountedIn, Limit
from chalicelib.domain.workflow import MOVES, Move

ClauseId = Annotated[str, Field(pattern=r"^[A-Z]{2}-[0-9A-Z.]+$")]


class _Rule(BaseModel):
    """Strict and frozen: a key nobody reads is a spelling mistake, and is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class LimitRule(_Rule):
    """A limit with the clause it comes from. No clause: the county's own limit, and shown as such."""

    number: int = Field(default=1, ge=1, le=400)
    counted_in: CountedIn
    clause: ClauseId | None = None

    @property
    def limit(self) -> Limit:
        """The bare limit, as the calendar takes it."""
        return Limit(self.number, self.counted_in)


class KindRule(_Rule):
    """One kind of letter: its name, and how long a unit has to answer it."""

    title: str
    handle: LimitRule | None = None
    handle_complex: LimitRule | None = None


class ReturnRule(_Rule):
    """How long a unit may send back a letter that is not its own, without asking (SF-3.3.3)."""

    window: LimitRule
    clause: ClauseId | None = None


class ExtensionRule(_Rule):
    """When a unit may be given more time, and how much in all."""

    cap: LimitRule
    contact_writer_first: bool = False
    before_due: bool = True
    clause: ClauseId | None = None


class Action(StrEnum):
    """What a ladder step is: a reminder before, an urge at, an escalation after the due date."""

    REMIND = "remind"
    URGE = "urge"
    ESCALATE = "escalate"


class LadderStep(_Rule):
    """One rung around a clock's due date.

    `offset` counts working days from the due date: -1 the working day before, 0 the due date itself, 1 the first
    working day after. `at` is local wall time.
    """

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    action: Action
    offset: int = Field(ge=-30, le=120)
    at: time = time(9, 0)
    to: tuple[Role, ...] = Field(min_length=1)
    channels: tuple[Literal["email", "sms"], ...] = Field(default=("email",), min_length=1)
    clause: ClauseId | None = None


class Ground(_Rule):
    """A ground for not accepting a letter; `text` is what the writer is told."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    text: str
    clause: ClauseId | None = None


class Matter(_Rule):
    """A matter in scope, as the home page lists it."""

    text: str
    clause: ClauseId | None = None


class NumberRule(_Rule):
    """How the register number is written. `{year}` and `{sequence}` must stand in it."""

    format: str
    clause: ClauseId | None = None

    @field_validator("format")
    @classmethod
    def _has_its_parts(cls, value: str) -> str:
        parts = set(re.findall(r"{(\w+)(?::[^}]*)?}", value))
        if not {"year", "sequence"} <= parts or parts - {"year", "sequence", "unit"}:
            raise ValueError("write {year} and {sequence}, as in 信〔{year}〕{sequence:04d}号; {unit} may be added")
        return value


class OfficeHours(_Rule):
    """When staff may be disturbed: working days between these local times."""

    start: time = Field(alias="from")
    end: time = Field(alias="to")


class ReportRule(_Rule):
    """A periodic report: when it is made (local), who gets it, and its clause. The period has ended by then."""

    title: str
    weekday: int | None = Field(default=None, ge=1, le=7)
    at: time
    to: tuple[Role, ...]
    clause: ClauseId | None = None


class WriterRule(_Rule):
    """What the writer may do after an answer, and for how long (calendar days; None: always)."""

    reopen_within_days: int | None = Field(default=None, ge=1)


class Rulebook(_Rule):
    """One regulation. Everything that differs between counties is here; the engine knows no county."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
    version: str
    title: str
    issued_by: str
    in_force_from: date
    in_force_until: date | None = None
    clauses: dict[ClauseId, str]
    kinds: dict[Kind, KindRule] = Field(min_length=1)
    county_handle: LimitRule
    triage: LimitRule | None = None
    redo: LimitRule
    return_: ReturnRule | None = Field(default=None, alias="return")
    extension: ExtensionRule | None = None
    ladder: dict[ClockName, tuple[LadderStep, ...]] = Field(default_factory=dict)
    moves: dict[Move, tuple[Role, ...]]
    review_after_answer: bool = False
    decline_grounds: tuple[Ground, ...] = ()
    scope: tuple[Matter, ...] = ()
    number: NumberRule
    office_hours: OfficeHours
    writer: WriterRule = WriterRule()
    reports: dict[Literal["daily", "weekly", "monthly", "quarterly", "yearly"], ReportRule] = Field(
        default_factory=dict
    )

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        for clause in sorted(_clauses_used(self)):
            if clause not in self.clauses:
                raise ValueError(f"clause {clause} is used but not listed under [clauses]")
        for name, steps in self.ladder.items():
            offsets = [(step.offset, step.at) for step in steps]
            if offsets != sorted(offsets):
                raise ValueError(f"ladder.{name}: write the steps in the order in which they come")
            if len({step.name for step in steps}) != len(steps):
                raise ValueError(f"ladder.{name}: two steps have the same name")
        for move, roles in self.moves.items():
            wrong = set(roles) - MOVES[move].may_be_given_to
            if wrong:
                raise ValueError(f"moves.{move}: {', '.join(sorted(wrong))} cannot make this move")
        if self.office_hours.start >= self.office_hours.end:
            raise ValueError("office_hours: 'from' must come before 'to'")
        return self

    def handle_limit(self, kind: Kind, complexity: Complexity) -> LimitRule:
        """How long a unit has for this kind; the county's own limit where the regulation gives none."""
        rule = self.kinds.get(kind)
        if rule is None or rule.handle is None:
            return self.county_handle
        if complexity is Complexity.COMPLEX and rule.handle_complex is not None:
            return rule.handle_complex
        return rule.handle

    def ground(self, ground_id: str) -> Ground | None:
        """The decline ground of this id."""
        return next((each for each in self.decline_grounds if each.id == ground_id), None)


def _clauses_used(rule: BaseModel) -> set[str]:
    """Every clause id a rule and the rules inside it name."""
    found: set[str] = set()
    for value in dict(rule).values():
        values = value.values() if isinstance(value, dict) else value if isinstance(value, tuple) else (value,)
        for each in values:
            members = each if isinstance(each, tuple) else (each,)
            for member in members:
                if isinstance(member, BaseModel):
                    found |= _clauses_used(member)
    clause = getattr(rule, "clause", None)
    return found | ({clause} if clause else set())
