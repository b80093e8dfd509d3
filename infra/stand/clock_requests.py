"""What `POST /_stand/clock` may ask for, checked, and where it leads."""

import json
from datetime import datetime, timedelta
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator

from chalicelib.services.installation import Installation

_UNITS = ("minutes", "hours", "days", "working_days")
_AT_MOST = timedelta(days=400)
"""Of one journey with jobs; further than any time limit runs."""
_MESSAGES = {
    "missing": "请填写",
    "timezone_aware": "请写明时区，如 2026-11-20T10:00+08:00",
    "extra_forbidden": "没有这个字段",
    "greater_than": "应大于 0",
    "less_than_equal": "过大",
    "bool_type": "应为 true 或 false",
    "one_of": "请在 now 和 advance 中选一个，advance 只写一项：minutes、hours、days 或 working_days",
    "out_of_range": "时间应在 2000 年至 2099 年之间",
    "too_far": "一次最多前进 400 天；要走得更远，请设 run_jobs 为 false",
}


class ClockError(Exception):
    """A field is not usable. `errors`: field → what is wrong with it."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(errors)
        self.errors = errors


class _Fields(BaseModel):
    model_config = ConfigDict(extra="forbid")


_Step = Annotated[float, Field(gt=0, le=100_000, strict=True)] | None


class _Advance(_Fields):
    minutes: _Step = None
    hours: _Step = None
    days: _Step = None
    working_days: Annotated[int, Field(gt=0, le=300, strict=True)] | None = None


class ClockRequest(_Fields):
    """Set the clock, or move it on; `run_jobs` false: without what would have happened on the way."""

    now: AwareDatetime | None = None
    advance: _Advance | None = None
    run_jobs: Annotated[bool, Field(strict=True)] = True

    @model_validator(mode="before")
    @classmethod
    def _date_as_text(cls, data: Any) -> Any:
        """A bare number is no moment anybody would type."""
        if isinstance(data, dict) and isinstance(data.get("now"), int | float):
            return {**data, "now": "?"}
        return data


def parsed(body: bytes) -> ClockRequest:
    """The request. Raises ClockError."""
    try:
        request = ClockRequest.model_validate(json.loads(body))
    except ValidationError as error:
        raise ClockError({_name(each["loc"]): _message(each["type"]) for each in error.errors()}) from None
    except (ValueError, RecursionError):
        raise ClockError({"": "请求的格式不对"}) from None
    steps = request.advance.model_dump(exclude_none=True) if request.advance else None
    if (request.now is None) == (steps is None) or (steps is not None and len(steps) != 1):
        raise ClockError({"advance" if steps is not None and request.now is None else "now": _MESSAGES["one_of"]})
    return request


def target_of(request: ClockRequest, inst: Installation) -> datetime:
    """Where the clock is to go. Raises ClockError. Working days keep the local time of day."""
    here = inst.time.now()
    field = "now" if request.now else "advance"
    try:
        target = request.now or _advanced(request.advance, here, inst)
    except OverflowError:
        raise ClockError({field: _MESSAGES["out_of_range"]}) from None
    if not 2000 <= target.year <= 2099:
        raise ClockError({field: _MESSAGES["out_of_range"]})
    if request.run_jobs and target - here > _AT_MOST:
        raise ClockError({field: _MESSAGES["too_far"]})
    return target


def _advanced(advance: _Advance | None, here: datetime, inst: Installation) -> datetime:
    assert advance is not None  # noqa: S101  `parsed` lets exactly one of the two through
    if advance.working_days is None:
        return here + timedelta(**advance.model_dump(exclude_none=True))
    local = here.astimezone(inst.zone)
    day = inst.calendar().nth_working_day_after(local.date(), advance.working_days)
    return datetime.combine(day, local.time(), inst.zone)


def _name(where: tuple[int | str, ...]) -> str:
    """The field's name; a name that we do not know is not repeated."""
    return ".".join(str(part) for part in where if part in {"now", "advance", "run_jobs", *_UNITS})


def _message(kind: str) -> str:
    if kind in _MESSAGES:
        return _MESSAGES[kind]
    return "应为 ISO 8601 时间，如 2026-11-20T10:00+08:00" if kind.startswith("datetime") else "格式不对"
