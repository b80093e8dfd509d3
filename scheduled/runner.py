"""What all jobs share: their schedule, running until the function's own time is nearly up, and one log line."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from chalice.app import Cron, Rate

from chalicelib import at_init  # noqa: F401  loads what every run needs
from scheduled.timetable import TIMETABLE, Every

if TYPE_CHECKING:
    from chalicelib.bootstrap import Container

MARGIN_MS = 15_000
"""A job stops cleanly this long before the function is cut off."""

HasTime = Callable[[], bool]
Job = Callable[["Container", HasTime], Any]
Figures = Callable[[Any], Mapping[str, float]]
"""What alarms want to know of a job's result, beside that it came to its end."""


class JobFailedError(Exception):
    """A job failed; the log says where. Holds the job's name and the error's class, and nothing a citizen wrote."""


def run_job(name: str, job: Job, has_time: HasTime, figures: Figures = lambda _: {}) -> Any:
    """Run it, and say in figures what it did. A failure is logged and raised: the alarm is on failed runs.

    Raises JobFailedError in place of what went wrong: the platform prints a raised error's message into the log.
    """
    from chalicelib import bootstrap  # noqa: PLC0415  nearly all of the code: loaded by the run, not at init
    from chalicelib.observability import count, log_failure, log_run, metrics  # noqa: PLC0415  as above

    try:
        result = job(bootstrap.new_invocation(), has_time)
    except Exception as error:  # noqa: BLE001  the entry point: whatever it is, its message may hold data
        log_failure("job failed", error, job=name)
        raise JobFailedError(f"{name}: {type(error).__name__}") from None
    log_run(name, **(asdict(result) if hasattr(result, "__dataclass_fields__") else {"result": result}))
    for figure, value in {f"{name}_finished": 1.0, **figures(result)}.items():
        count(figure, value)
    metrics.flush_metrics()
    return result


def time_left(event: Any) -> HasTime:
    """Whether the function that got this event still has time for more work."""
    context = event.context
    return lambda: bool(context.get_remaining_time_in_millis() > MARGIN_MS)


def at_its_time(name: str) -> Rate | Cron:
    """The timetable's entry as a schedule expression, in UTC."""
    when = TIMETABLE[name]
    if isinstance(when, Every):
        return Rate(when.minutes, unit=Rate.MINUTES)
    utc = when.utc()
    return Cron(utc.minute, utc.hour, "*", "*", "?", "*")
