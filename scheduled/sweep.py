"""Job `sweep`: takes every ladder step whose moment has come, and leaves a heartbeat."""

from typing import TYPE_CHECKING, Any

from chalice.app import Blueprint

from scheduled.runner import HasTime, at_its_time, run_job, time_left

if TYPE_CHECKING:
    from chalicelib.bootstrap import Container
    from chalicelib.services.sweep import Swept

blueprint = Blueprint(__name__)


def job(container: "Container", has_time: HasTime) -> "Swept":
    """Remind, urge, escalate: whatever is due, once."""
    from chalicelib.services.sweep import sweep as take_steps  # noqa: PLC0415  loaded by the run, not at init

    return take_steps(container.installation, has_time)


@blueprint.schedule(at_its_time("sweep"), name="sweep")
def sweep(event: Any) -> None:
    """The scheduled function."""
    run_job("sweep", job, time_left(event))
