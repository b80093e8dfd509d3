"""Rulebook: one published regulation as typed data. The engine asks it; an absent rule is None."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from chalicelib.domain.clocks import WINDOWS, ClockName
from chalicelib.domain.letter import UNIT_ROLES, Complexity, Kind, Role
from chalicelib.domain.limit import CountedIn
from chalicelib.domain.rules import (
    Action,
    AnswerChain,
    AppraisalRule,
    ApprovalStep,
    AssignmentRule,
    ClauseId,
    ExtensionRule,
    FetchRule,
    Ground,
    InstructedRule,
    InstructionRule,
    KindRule,
    LadderStep,
    LimitRule,
    Matter,
    NumberRule,
    OfficeHours,
    PoolRule,
    PublicationRule,
    ReadingRule,
    RepeatRule,
    ReportRule,
    ResponsibilityRule,
    ReturnRule,
    Rule,
    SourceRule,
    SpotCheckRule,
    StrictBool,
    SupervisionRule,
    WriterRule,
    refused,
)
from chalicelib.domain.workflow import MOVES, Move


class Rulebook(Rule):
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
    urgent_handle: LimitRule | None = None
    direct_handle: LimitRule | None = None
    triage: LimitRule | None = None
    redo: LimitRule
    return_: ReturnRule | None = Field(default=None, alias="return")
    extension: ExtensionRule | None = None
    ladder: dict[ClockName, tuple[LadderStep, ...]] = Field(default_factory=dict)
    moves: dict[Move, tuple[Role, ...]]
    decline_grounds: tuple[Ground, ...] = ()
    scope: tuple[Matter, ...] = ()
    remove_grounds: tuple[Ground, ...] = ()
    sources: tuple[SourceRule, ...] = ()
    fetch: FetchRule | None = None
    fields: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    pool: PoolRule | None = None
    reading: ReadingRule | None = None
    instruction: tuple[InstructionRule, ...] = ()
    instructed: InstructedRule | None = None
    supervision: SupervisionRule | None = None
    assignment: AssignmentRule = AssignmentRule()
    answer_chains: tuple[AnswerChain, ...] = ()
    criteria: tuple[Ground, ...] = ()
    review_criteria: StrictBool = False
    publication: PublicationRule | None = None
    responsibility: tuple[ResponsibilityRule, ...] = ()
    spot_checks: SpotCheckRule | None = None
    repeats: RepeatRule | None = None
    appraisal: AppraisalRule | None = None
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
        self._ids_are_unique()
        for move, roles in self.moves.items():
            wrong = set(roles) - MOVES[move].may_be_given_to
            if wrong:
                raise refused(f"moves.{move}", f"{', '.join(sorted(wrong))} cannot make this move")
        if self.office_hours.start >= self.office_hours.end:
            raise refused("office_hours", "'from' must come before 'to'")
        if self.in_force_until is not None and self.in_force_until < self.in_force_from:
            raise refused("in_force_until", "must not come before in_force_from")
        if "weekly" in self.reports and self.reports["weekly"].weekday is None:
            raise refused("reports.weekly.weekday", "say on which day: 1 is Monday, 7 is Sunday")
        return self

    def _ids_are_unique(self) -> None:
        listed = {
            "decline_grounds": [each.id for each in self.decline_grounds],
            "remove_grounds": [each.id for each in self.remove_grounds],
            "criteria": [each.id for each in self.criteria],
            "responsibility": [each.id for each in self.responsibility],
            "sources": [each.id for each in self.sources],
            "answer_chains": [each.name for each in self.answer_chains],
        }
        for key, ids in listed.items():
            if len(set(ids)) != len(ids):
                raise refused(key, "two of them have the same id")

    def _clauses_are_listed(self) -> None:
        for key, clause in _clauses_used(self.model_dump(by_alias=True)):
            if clause not in self.clauses:
                raise refused(key, f"clause {clause} is used but not listed under [clauses]")

    def _ladders_can_be_climbed(self) -> None:
        for name, steps in self.ladder.items():
            key = f"ladder.{name}"
            moments = [(step.offset, step.at) for step in steps]
            if moments != sorted(moments):
                raise refused(key, "write the steps in the order in which they come")
            if len({step.name for step in steps}) != len(steps):
                raise refused(key, "two steps have the same name")
            nobody = {Role.SYSTEM, Role.AUDITOR, Role.WRITER}
            nobody |= UNIT_ROLES if name in {ClockName.TRIAGE, ClockName.APPROVAL} else set()
            nobody |= set() if name is ClockName.APPROVAL else {Role.APPROVER}
            deaf = {role for step in steps for role in step.to} & nobody
            if deaf:
                raise refused(key, f"{', '.join(sorted(deaf))} cannot be reached by this ladder")
            if name in WINDOWS and any(step.action is not Action.REMIND for step in steps):
                raise refused(key, "a window lapses and is never late: it can only be reminded of")

    def _limits_can_be_extended(self) -> None:
        """What is granted is working days on top of the limit: it would mean nothing on top of another count."""
        if self.extension is None:
            return
        limits: dict[str, LimitRule | None] = {
            "extension.cap": self.extension.cap,
            "county_handle": self.county_handle,
            "urgent_handle": self.urgent_handle,
            "direct_handle": self.direct_handle,
            "redo": self.redo,
        }
        for kind, rule in self.kinds.items():
            limits |= {f"kinds.{kind}.handle": rule.handle, f"kinds.{kind}.handle_complex": rule.handle_complex}
        for key, limit in limits.items():
            if limit is not None and limit.counted_in is not CountedIn.WORKING_DAYS:
                raise refused(f"{key}.counted_in", "with [extension], only working_days can be extended")

    def handle_limit(
        self, kind: Kind, complexity: Complexity, *, urgent: bool = False, direct: bool = False
    ) -> LimitRule:
        """How long a unit has for this kind; the county's own limit where the regulation gives none.

        `direct`: the first office handles it itself (CQ-4.1), which a regulation may leave without a limit of its own.
        """
        if urgent and self.urgent_handle is not None:
            return self.urgent_handle
        if direct and self.direct_handle is not None:
            return self.direct_handle
        rule = self.kinds.get(kind)
        if rule is None:
            return self.county_handle
        if complexity is Complexity.COMPLEX and rule.handle_complex is not None:
            return rule.handle_complex
        return rule.handle or self.county_handle

    def ground(self, ground_id: str) -> Ground | None:
        """The decline ground of this id."""
        return next((each for each in self.decline_grounds if each.id == ground_id), None)

    def chain(self, name: str) -> AnswerChain | None:
        """The answer chain of this name."""
        return next((each for each in self.answer_chains if each.name == name), None)

    def step(self, chain: str, name: str) -> ApprovalStep | None:
        """A step of a chain."""
        found = self.chain(chain)
        return next((each for each in found.steps if each.name == name), None) if found else None


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
