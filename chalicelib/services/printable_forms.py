"""Which of the nine forms of a letter (CQ-A) somebody may print: each stands for one step that was taken.

A form exists once the letter has what it is about. The centre, inspectors and leaders print all of them; a unit those
of its own part alone, and the register (PL-18).
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from chalicelib.domain.errors import NotFoundError
from chalicelib.domain.ledger import Event
from chalicelib.domain.letter import UNIT_ROLES, Role, UnitId
from chalicelib.ports import LetterFile
from chalicelib.services.reading import Reading


class Form(StrEnum):
    """The nine, in the order of the regulation's annex."""

    NUMBER = "number"
    PROCESSING = "processing"
    ASSIGNMENT = "assignment"
    FORWARDING = "forwarding"
    REFERRAL = "referral"
    REPLY = "reply"
    URGE = "urge"
    SEND_BACK = "send_back"
    REGISTER = "register"


class NoFormError(NotFoundError):
    """The letter is theirs to see, but there is nothing yet that such a form would be about."""

    code = "no_form"

    def __init__(self, form: Form) -> None:
        super().__init__(form)
        self.form = form


@dataclass(frozen=True, slots=True)
class Reader:
    """Who prints: of which units, in which capacities, and whether they may know who wrote.

    Of several units: their own and those of whom they stand in for.
    """

    units: frozenset[UnitId]
    roles: frozenset[Role]
    knows_writer: bool

    @property
    def prints_all(self) -> bool:
        """Whether every unit's forms are theirs to print, or their own unit's alone."""
        return bool(self.roles - UNIT_ROLES - {Role.APPROVER})

    @property
    def at_centre(self) -> bool:
        """Whether they may know whom the letter is about."""
        return Role.CENTRE in self.roles


@dataclass(frozen=True, slots=True)
class Sheet:
    """One form to be printed: the step it is about, and the units that took part in it. `nth` counts from 1."""

    form: Form
    nth: int
    event: Event
    units: tuple[UnitId, ...] = ()


def reader_of(reading: Reading) -> Reader:
    """In what capacity they print what they read."""
    return Reader(reading.units, reading.roles, reading.knows_writer)


def sheets(file: LetterFile, reader: Reader) -> tuple[Sheet, ...]:
    """Every form that this reader may print now, in the annex's order, of one kind the oldest first."""
    found = [
        Sheet(form, 0, event, units)
        for event, units in _with_units(file.events)
        for form in _forms_of(event)
        if _is_theirs(form, event, units, reader)
    ]
    return tuple(
        Sheet(form, nth, each.event, each.units)
        for form in Form
        for nth, each in enumerate((each for each in found if each.form is form), start=1)
        if form not in _LAST_ONLY or nth == sum(each.form is form for each in found)
    )


def sheet(file: LetterFile, reader: Reader, form: Form, nth: int | None) -> Sheet:
    """The n-th form of this kind, the last one without a number. Raises NoFormError."""
    of_kind = [each for each in sheets(file, reader) if each.form is form]
    wanted = [each for each in of_kind if nth in {None, each.nth}]
    if not wanted:
        raise NoFormError(form)
    return wanted[-1]


_LAST_ONLY = frozenset({Form.NUMBER, Form.PROCESSING, Form.REGISTER})
"""Forms of the letter as it stands, not of one step."""

_OF_MOVE = MappingProxyType(
    {
        "receive": (Form.REGISTER,),
        "accept": (Form.NUMBER, Form.PROCESSING),
        "assign": (Form.ASSIGNMENT,),
        "convert": (Form.ASSIGNMENT,),
        "claim": (Form.ASSIGNMENT,),
        "forward": (Form.FORWARDING,),
        "refer_up": (Form.REFERRAL,),
        "answer": (Form.REPLY,),
        "urge": (Form.URGE,),
        "send_back": (Form.SEND_BACK,),
    }
)


def _forms_of(event: Event) -> tuple[Form, ...]:
    if event.move == "sub_assign":
        return (Form.ASSIGNMENT,) if "sub_unit" in event.facts else ()
    if event.move == "ladder_step":
        if event.facts.get("explained"):
            return ()  # an explained delay was not urged (CQ-7.1)
        return (Form.URGE,) if event.facts.get("action") == "urge" else ()
    if event.move == "accept" and not event.facts.get("number"):
        return (Form.PROCESSING,)
    return _OF_MOVE.get(event.move, ())


def _is_theirs(form: Form, event: Event, units: tuple[UnitId, ...], reader: Reader) -> bool:
    if reader.prints_all or form in _LAST_ONLY:
        return True
    return not reader.units.isdisjoint((*units, event.actor.unit))


@dataclass(slots=True)
class _Hands:
    """In whose hands the letter is as its story goes on; `below`: subordinates a unit has handed it to (CQ-4.2)."""

    units: list[UnitId] = field(default_factory=list)
    below: dict[UnitId, list[UnitId]] = field(default_factory=dict)

    def take(self, event: Event) -> tuple[UnitId, ...]:
        """Go on by one step; the units it concerned."""
        unit, handed = _unit(event.facts.get("unit")), _units(event.facts.get("units"))
        step = _STEPS.get(event.move)
        if step is not None:
            return step(self, unit, handed, event)
        return self.with_below([unit] if unit else self.units)

    def given(self, unit: UnitId | None, handed: list[UnitId], event: Event) -> tuple[UnitId, ...]:
        """Now exactly these units have it, where the step says so."""
        del unit
        if "units" in event.facts:
            self.units = handed
        return tuple(handed)

    def returned(self, unit: UnitId | None, handed: list[UnitId], event: Event) -> tuple[UnitId, ...]:
        """One has it no longer; or its subordinate has not."""
        del handed
        concerned = self.with_below([unit] if unit else [])
        if unit and "sub_unit" not in event.facts:
            self.units = [each for each in self.units if each != unit]
        return concerned

    def handed_down(self, unit: UnitId | None, handed: list[UnitId], event: Event) -> tuple[UnitId, ...]:
        """A unit's subordinate has it as well."""
        del handed
        below = _unit(event.facts.get("sub_unit"))
        if unit and below:
            self.below.setdefault(unit, []).append(below)
        return tuple(each for each in (unit, below) if each)

    def reopened(self, unit: UnitId | None, handed: list[UnitId], event: Event) -> tuple[UnitId, ...]:
        """Back at the centre."""
        del unit, event
        concerned, self.units = self.with_below(handed), []
        return concerned

    def by_clock(self, unit: UnitId | None, handed: list[UnitId], event: Event) -> tuple[UnitId, ...]:
        """The sweep urged: the unit whose time limit it is."""
        del unit, handed
        clocks = event.facts.get("clocks")
        owners = (_unit(each.get("unit")) for each in clocks) if isinstance(clocks, list) else ()
        return self.with_below([each for each in owners if each])

    def with_below(self, units: Iterable[UnitId]) -> tuple[UnitId, ...]:
        """These units and the subordinates that have it from them."""
        both = (each for unit in units for each in (unit, *self.below.get(unit, ())))
        return tuple(dict.fromkeys(both))


_Step = Callable[[_Hands, UnitId | None, list[UnitId], Event], tuple[UnitId, ...]]
_STEPS: MappingProxyType[str, _Step] = MappingProxyType(
    {
        "receive": _Hands.given,
        "assign": _Hands.given,
        "convert": _Hands.given,
        "claim": _Hands.given,
        "classify": _Hands.given,
        "return": _Hands.returned,
        "sub_assign": _Hands.handed_down,
        "reopen": _Hands.reopened,
        "ladder_step": _Hands.by_clock,
    }
)


def _with_units(events: Iterable[Event]) -> Iterator[tuple[Event, tuple[UnitId, ...]]]:
    """Each step with the units it concerned, oldest first."""
    hands = _Hands()
    for event in sorted(events, key=lambda each: each.sequence):
        yield event, hands.take(event)


def _unit(value: object) -> UnitId | None:
    return UnitId(value) if isinstance(value, str) else None


def _units(value: object) -> list[UnitId]:
    return [UnitId(str(each)) for each in value] if isinstance(value, list | tuple) else []
