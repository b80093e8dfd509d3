"""Rulebook: one published regulation as typed data. The engine asks it; an absent rule is None."""

import re
from collections.abc import Iterator
from datetime import date, time
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from chalicelib.domain.clocks import WINDOWS, ClockName
from chalicelib.domain.letter import UNIT_ROLES, Complexity, Kind, Role
from chalicelib.domain.limit import CountedIn, Limit
from chalicelib.domain.workflow import MOVES, Move

ClauseId = Annotated[str, Field(pattern=r"^[A-Z]{2}-[0-9A-Z.]+$")]


def _refused(key: str, reason: str) -> PydanticCustomError:
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
StrictBool = Annotated[bool, Field(strict=True)]


class _Rule(BaseModel):
    """Strict and frozen: a key nobody reads is a spelling mistake, and is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class LimitRule(_Rule):
    """A limit with the clause it comes from. No clause: the county's own limit, and shown as such."""

    number: int = Field(default=1, ge=1, le=400, strict=True)
    counted_in: CountedIn
    clause: ClauseId | None = None

    @model_validator(mode="after")
    def _says_how_many(self) -> Self:
        if self.counted_in is not CountedIn.SAME_DAY and "number" not in self.model_fields_set:
            raise _refused("number", f"say how many {self.counted_in}")
        return self

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
    contact_writer_first: StrictBool = False
    before_due: StrictBool = True
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
    offset: int = Field(ge=-30, le=120, strict=True)
    at: WallTime = time(9, 0)
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


_PLACE = re.compile(r"{(\w+)(:[^}]*)?}")


class NumberRule(_Rule):
    """How the register number is written. `{year}` and `{sequence}` must stand in it."""

    format: str
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
        parts = [name for name, _ in _PLACE.findall(value)]
        known = {"year", "sequence"} <= set(parts) <= {"year", "sequence", "unit"}
        if not known or not _can_be_written(value):
            raise ValueError("write {year} and {sequence}, as in 信〔{year}〕{sequence:04d}号; {unit} may be added")
        if parts.count("sequence") > 1 or parts.count("unit") > 1 or not _can_be_told_apart(value):
            raise ValueError("write each part once, and {unit} apart from {sequence} by a sign that is not a digit")
        return value


def _can_be_written(format_: str) -> bool:
    """Tried now, so that no letter is refused its number later."""
    try:
        return bool(format_.format(year=2026, sequence=1, unit="unit"))
    except (ValueError, LookupError, AttributeError):
        return False


def _can_be_told_apart(format_: str) -> bool:
    """Whether a number names its counter: beside a unit called 一所1 the sequence 2 must not read as 12 of 一所."""
    before, _, after = format_.partition("{sequence")
    _, _, after = after.partition("}")
    return not (
        ("{unit" in before and re.search(r"[}\d]$", before)) or ("{unit" in after and re.match(r"[{\d]", after))
    )


class OfficeHours(_Rule):
    """When staff may be disturbed: working days between these local times."""

    start: WallTime = Field(alias="from")
    end: WallTime = Field(alias="to")


class ReportRule(_Rule):
    """A periodic report: when it is made (local), who gets it, and its clause. The period has ended by then."""

    title: str
    weekday: int | None = Field(default=None, ge=1, le=7, strict=True)
    at: WallTime
    to: tuple[Role, ...]
    clause: ClauseId | None = None


class WriterRule(_Rule):
    """What the writer may do after an answer, and for how long (calendar days; None: always)."""

    reopen_within_days: int | None = Field(default=None, ge=1, strict=True)


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
        self._clauses_are_listed()
        self._ladders_can_be_climbed()
        self._limits_can_be_extended()
        for move, roles in self.moves.items():
            wrong = set(roles) - MOVES[move].may_be_given_to
            if wrong:
                raise _refused(f"moves.{move}", f"{', '.join(sorted(wrong))} cannot make this move")
        grounds = [ground.id for ground in self.decline_grounds]
        if len(set(grounds)) != len(grounds):
            raise _refused("decline_grounds", "two grounds have the same id")
        if self.office_hours.start >= self.office_hours.end:
            raise _refused("office_hours", "'from' must come before 'to'")
        if self.in_force_until is not None and self.in_force_until < self.in_force_from:
            raise _refused("in_force_until", "must not come before in_force_from")
        if "weekly" in self.reports and self.reports["weekly"].weekday is None:
            raise _refused("reports.weekly.weekday", "say on which day: 1 is Monday, 7 is Sunday")
        return self

    def _clauses_are_listed(self) -> None:
        for key, clause in _clauses_used(self.model_dump(by_alias=True)):
            if clause not in self.clauses:
                raise _refused(key, f"clause {clause} is used but not listed under [clauses]")

    def _ladders_can_be_climbed(self) -> None:
        for name, steps in self.ladder.items():
            key = f"ladder.{name}"
            moments = [(step.offset, step.at) for step in steps]
            if moments != sorted(moments):
                raise _refused(key, "write the steps in the order in which they come")
            if len({step.name for step in steps}) != len(steps):
                raise _refused(key, "two steps have the same name")
            nobody = {Role.SYSTEM, Role.AUDITOR, Role.WRITER} | (UNIT_ROLES if name is ClockName.TRIAGE else set())
            deaf = {role for step in steps for role in step.to} & nobody
            if deaf:
                raise _refused(key, f"{', '.join(sorted(deaf))} cannot be reached by this ladder")
            if name in WINDOWS and any(step.action is not Action.REMIND for step in steps):
                raise _refused(key, "a window lapses and is never late: it can only be reminded of")

    def _limits_can_be_extended(self) -> None:
        """What is granted is working days on top of the limit: it would mean nothing on top of another count."""
        if self.extension is None:
            return
        limits: dict[str, LimitRule | None] = {
            "extension.cap": self.extension.cap,
            "county_handle": self.county_handle,
            "redo": self.redo,
        }
        for kind, rule in self.kinds.items():
            limits |= {f"kinds.{kind}.handle": rule.handle, f"kinds.{kind}.handle_complex": rule.handle_complex}
        for key, limit in limits.items():
            if limit is not None and limit.counted_in is not CountedIn.WORKING_DAYS:
                raise _refused(f"{key}.counted_in", "with [extension], only working_days can be extended")

    def handle_limit(self, kind: Kind, complexity: Complexity) -> LimitRule:
        """How long a unit has for this kind; the county's own limit where the regulation gives none."""
        rule = self.kinds.get(kind)
        if rule is None:
            return self.county_handle
        if complexity is Complexity.COMPLEX and rule.handle_complex is not None:
            return rule.handle_complex
        return rule.handle or self.county_handle

    def ground(self, ground_id: str) -> Ground | None:
        """The decline ground of this id."""
        return next((each for each in self.decline_grounds if each.id == ground_id), None)


def _clauses_used(value: object, key: str = "") -> Iterator[tuple[str, str]]:
    """Every clause id that a rule or the rules inside it name, with its dotted key."""
    if isinstance(value, dict):
        for name, inner in value.items():
            inner_key = f"{key}.{name}" if key else str(name)
            if name == "clause" and inner is not None:
                yield inner_key, inner
            yield from _clauses_used(inner, inner_key)
    elif isinstance(value, tuple):
        for index, inner in enumerate(value):
            yield from _clauses_used(inner, f"{key}.{index}")
