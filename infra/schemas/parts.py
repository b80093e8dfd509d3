"""Parts that the schemas share: dates, instants, hashes, codes, and the closed lists of the code."""

from typing import Any

from chalicelib.domain.clocks import ClockName, ClockState
from chalicelib.domain.languages import Language
from chalicelib.domain.letter import Kind, Role, Sensitivity, Status, TextPurpose
from chalicelib.domain.limit import CountedIn
from chalicelib.domain.metrics.figures import Figure
from chalicelib.domain.metrics.scores import PARTS as SCORE_PARTS
from chalicelib.domain.metrics.scores import TAKEN_OFF_FOR
from chalicelib.domain.periods import PeriodKind

Json = dict[str, Any]
_DAY = r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
_TIME = r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d"

PERIOD_NAMES = {
    PeriodKind.DAILY: f"^{_DAY}$",
    PeriodKind.WEEKLY: r"^\d{4}-W(0[1-9]|[1-4]\d|5[0-3])$",
    PeriodKind.MONTHLY: r"^\d{4}-(0[1-9]|1[0-2])$",
    PeriodKind.QUARTERLY: r"^\d{4}-Q[1-4]$",
    PeriodKind.YEARLY: r"^\d{4}$",
}
"""How periods of each kind are called."""


def _text(meaning: str, pattern: str, **more: Any) -> Json:
    return {"description": meaning, "type": "string", "pattern": pattern, **more}


def _among(meaning: str, values: Any) -> Json:
    return {"description": meaning, "enum": [getattr(value, "value", value) for value in values]}


def _known(meaning: str, values: Any) -> Json:
    """A list that may grow within a version."""
    names = ", ".join(value.value for value in values)
    return _text(f"{meaning}: {names}; further ones may come within this version", r"^[a-z][a-z_]*$")


PARTS: dict[str, Json] = {
    "date": _text("A date of the county's own calendar, in its zone", f"^{_DAY}$", format="date"),
    "instant": _text("An instant in UTC, to the microsecond; sorts as text", rf"^{_DAY}T{_TIME}\.\d{{6}}Z$"),
    "local_time": _text("Local time with its offset from UTC, to the second", rf"^{_DAY}T{_TIME}[+-]\d{{2}}:\d{{2}}$"),
    "sha256": _text("SHA-256, in hexadecimal", r"^[0-9a-f]{64}$"),
    "base64": _text("Bytes in base64", r"^[A-Za-z0-9+/]+={0,2}$"),
    "code": _text("A letter's tracking code: opaque, opens nothing without the writer's query code", r"^\S+$"),
    "office": {
        "description": "The id of an office: a unit or a centre; names are in `unit_names` of the basis. "
        "Empty: the county's total alone",
        "type": "string",
    },
    "period": {
        "description": "The name of a period",
        "anyOf": [{"type": "string", "pattern": pattern} for pattern in PERIOD_NAMES.values()],
    },
    "period_kind": _among("How long a period is", PeriodKind),
    "rate": {"description": "A share, with four decimals", "type": "number", "minimum": 0, "maximum": 1},
    "kind": _among("What the writer wants", Kind),
    "status": _among("Where a letter stands in its course", Status),
    "topic": _among("What a letter touches", Sensitivity),
    "figure": _among("The name of a figure (docs/figures.md)", Figure),
    "clock": _among("What a time limit measures; `return` is a window and never late", ClockName),
    "clock_state": _among("Running; ended in time; ended late or running late; no longer owed", ClockState),
    "counted_in": _among("How a limit is counted", CountedIn),
    "language": _among("A language, BCP 47", Language),
    "score_part": _among("A part of a score", SCORE_PARTS),
    "deduction": _among("What costs a unit points", TAKEN_OFF_FOR),
    "purpose": _known("What a text is for", TextPurpose),
    "role": _known("In what capacity somebody acts", Role),
    "move": _text("What was done; further moves may come within this version", r"^[a-z][a-z_]*$"),
    "rulebook": _text("A rulebook and its version", r"^[^@\s]+@\S+$"),
    "zone": _text("An IANA time zone", r"^\S+$"),
    "ledger_folder": _text("A folder of the ledger: a local day, or an imported batch", rf"^(day={_DAY}|import=\S+)$"),
    "mean_score": {"description": "A mean of ratings", "type": "number", "minimum": 1, "maximum": 5},
    "stars": {"description": "A rating", "type": "integer", "minimum": 1, "maximum": 5},
    "days": {"description": "Working days", "type": "integer", "minimum": 0},
    "days_late": {"description": "Working days, at least 1", "type": "integer", "minimum": 1},
    "times": {"description": "How often", "type": "integer", "minimum": 1},
    "offset": {"description": "A number of days", "type": "integer"},
}
