"""Rulebook: one published regulation as typed data. The engine asks it; an absent rule is None."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from chalicelib.domain.clocks import ClockName
from chalicelib.domain.letter import Complexity, Kind, Role
from chalicelib.domain.rulebook_checks import check
from chalicelib.domain.rules import (
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
    Said,
    SourceRule,
    SpotCheckRule,
    StrictBool,
    SupervisionRule,
    WriterRule,
)
from chalicelib.domain.workflow import Move


class Rulebook(Rule):
    """One regulation. Everything that differs between counties is here; the engine knows no county."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
    version: Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]*$")]
    title: Said
    issued_by: Said
    in_force_from: date
    in_force_until: date | None = None
    clauses: dict[ClauseId, Said]
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
    fields: tuple[Said, ...] = ()
    regions: tuple[Said, ...] = ()
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
        check(self)
        return self

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
