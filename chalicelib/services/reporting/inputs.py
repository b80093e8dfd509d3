"""inputs.json: all that a report is made of beside the ledger. Written first; with it anybody can make the report anew.

A run that was killed is taken up from it, so what has changed since (names, notices, rulebook) does not reach a report
that was begun.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import MsgspecError, json, to_builtins
from pydantic import BaseModel

from chalicelib.domain.errors import DomainError
from chalicelib.domain.estimate import FestivalTable
from chalicelib.domain.ledger import canonical
from chalicelib.domain.metrics.report import Basis
from chalicelib.domain.metrics.sections import ExcerptRef
from chalicelib.domain.notices import Notice
from chalicelib.domain.working_calendar import WorkingCalendar

INPUTS = "inputs.json"
INPUTS_SCHEMA = 1


class BadInputsError(DomainError):
    """inputs.json is not what we wrote: damaged, or of a shape that another version writes."""

    code = "bad_inputs"

    def __str__(self) -> str:
        return f"{INPUTS} cannot be read: it is damaged, or was written by another version of the program"


@dataclass(frozen=True, slots=True)
class CalendarInput:
    """The calendar that days were counted by: notices, the county's own days, and what years to come rest on."""

    notices: tuple[Notice, ...]
    own_days: Mapping[date, bool]
    festivals: FestivalTable

    @classmethod
    def of(cls, calendar: WorkingCalendar) -> "CalendarInput":
        """What this calendar is made of."""
        return cls(calendar.notices, dict(calendar.own_days), calendar.festivals)

    def calendar(self) -> WorkingCalendar:
        """The calendar again."""
        return WorkingCalendar(self.notices, self.own_days, self.festivals)


@dataclass(frozen=True, slots=True)
class ExcerptInput:
    """An excerpt's words, as they were when the report was begun (SF-5)."""

    letter: str
    text: str
    words: str

    @property
    def ref(self) -> ExcerptRef:
        """Which text it is."""
        return ExcerptRef(self.letter, self.text)


@dataclass(frozen=True, slots=True)
class Inputs:
    """A report's inputs. `program`: what counted (`program.reports_code`); another one may make other bytes.

    `unread`: those of the ledger's files that the report of the period before had not read; corrections come from them.
    """

    basis: Basis
    calendar: CalendarInput
    program: str
    unread: tuple[str, ...]
    excerpts: tuple[ExcerptInput, ...] = ()
    schema: int = INPUTS_SCHEMA


def inputs_json(inputs: Inputs) -> bytes:
    """The file, in canonical JSON."""
    return canonical(to_builtins(inputs, str_keys=True, enc_hook=plain))


def read_inputs(content: bytes) -> Inputs:
    """The file again. Raises BadInputsError for anything else."""
    try:
        inputs = json.decode(content, type=Inputs, dec_hook=_model)
        ZoneInfo(inputs.basis.zone)
    except (MsgspecError, ValueError, LookupError, OSError) as error:
        raise BadInputsError from error
    if inputs.schema != INPUTS_SCHEMA:
        raise BadInputsError
    return inputs


def plain(value: Any) -> Any:
    """What msgspec does not know by itself, in plain types."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, Mapping):
        return dict(value)
    raise NotImplementedError(type(value))


def _model(wanted: type[Any], value: Any) -> Any:
    if issubclass(wanted, BaseModel):
        return wanted.model_validate(value)
    raise NotImplementedError(wanted)
