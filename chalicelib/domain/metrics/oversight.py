"""What watching over letters adds to the figures: urging, supervising, checking, calling back, holding to account."""

from collections.abc import Mapping
from types import MappingProxyType

from chalicelib.domain.metrics.figures import NOBODY, Figure
from chalicelib.domain.metrics.marks import Happening, Mark, Rule, counts, unit_of
from chalicelib.domain.metrics.state import LetterState, Noticed, Supervision
from chalicelib.domain.payloads import CallBackOutcome
from chalicelib.domain.rules import Action

_BY_ACTION = {
    Action.REMIND.value: Figure.REMINDERS,
    Action.URGE.value: Figure.URGES,
    Action.ESCALATE.value: Figure.ESCALATIONS,
    Action.CIRCULAR.value: Figure.ESCALATIONS,
}
"""A circular of the ladder is a proposal to the inspectors, and no circular until a person decides on it (HF-3.3)."""


def supervised(state: LetterState, event: Happening) -> list[Mark]:
    """Taken under supervision: by the inspectors, or by itself on account of its matter (SF-4, PL-13). Once."""
    topic = event.facts.topic or (None if state.sensitivity == "general" else state.sensitivity)
    state.supervision = Supervision(event.today, topic)
    return [Mark(Figure.SUPERVISED, state.holder)]


def _ladder_step(state: LetterState, event: Happening) -> list[Mark]:
    """An explained delay is not urged (CQ-7.1): that step was recorded, but nobody was told."""
    clock = state.clocks[(event.facts.clocks or [])[0].id]
    figure = _BY_ACTION[event.facts.action or ""]
    if clock.explained and figure is Figure.URGES:
        return []
    unit = clock.unit or state.centre
    if figure is Figure.URGES:
        state.noticed.append(Noticed(figure, unit, event.today))
    return [Mark(figure, unit)]


def _urge(state: LetterState, event: Happening) -> list[Mark]:
    state.noticed.append(Noticed(Figure.URGES, state.holder, event.today))
    return [Mark(Figure.URGES, state.holder)]


def _instruct(state: LetterState, event: Happening) -> list[Mark]:
    del event
    state.instructed = True
    return [Mark(Figure.INSTRUCTED, state.holder)]


def _spot_check(state: LetterState, event: Happening) -> list[Mark]:
    unit = unit_of(state, event)
    failed = [] if event.facts.passed else [Mark(Figure.SPOT_CHECKS_FAILED, unit)]
    return [Mark(Figure.SPOT_CHECKS, unit), *failed]


def _call_back(state: LetterState, event: Happening) -> list[Mark]:
    unit = unit_of(state, event)
    unsettled = event.facts.outcome == CallBackOutcome.DISSATISFIED
    return [Mark(Figure.CALL_BACKS, unit), *([Mark(Figure.CALL_BACKS_UNSETTLED, unit)] if unsettled else [])]


def _hold_to_account(state: LetterState, event: Happening) -> list[Mark]:
    """HF-3.3: a person's decision against a unit; with a circular everybody hears of it."""
    unit, facts = unit_of(state, event), event.facts
    figures = [Figure.HELD_TO_ACCOUNT, *([Figure.CIRCULARS] if facts.circular else [])]
    told = Figure.CIRCULARS if facts.circular else Figure.HELD_TO_ACCOUNT
    state.noticed.append(Noticed(told, unit, event.today, facts.trigger, facts.measure))
    return [Mark(figure, unit) for figure in figures]


def _refer_to_inspection(state: LetterState, event: Happening) -> list[Mark]:
    return [Mark(Figure.REFERRED_TO_INSPECTION, unit_of(state, event))]


def _link_repeat(state: LetterState, event: Happening) -> list[Mark]:
    """PL-16: after an answer the writer had to write again; it counts for the unit that had answered.

    The ledger does not name that unit where the new letter hides its writer: then it counts for nobody (PL-18).
    """
    del state
    return [Mark(Figure.REPEATS, event.facts.unit or NOBODY)] if event.facts.after_answer else []


def _supervise(state: LetterState, event: Happening) -> list[Mark]:
    return supervised(state, event) if state.supervision is None else []


RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "supervise": _supervise,
        "ladder_step": _ladder_step,
        "urge": _urge,
        "instruct": _instruct,
        "spot_check": _spot_check,
        "call_back": _call_back,
        "hold_to_account": _hold_to_account,
        "refer_to_efficiency_office": _refer_to_inspection,
        "link_repeat": _link_repeat,
        "publish": counts(Figure.PUBLISHED),
        "remove": counts(Figure.REMOVED),
    }
)
