"""Job `calendar_watch`: warns before the published holiday notices end."""

from typing import TYPE_CHECKING, Any

from chalice.app import Blueprint

from scheduled.runner import HasTime, at_its_time, run_job, time_left

if TYPE_CHECKING:
    from chalicelib.bootstrap import Container
    from chalicelib.services.calendar_watch import Watch

blueprint = Blueprint(__name__)


def job(container: "Container", has_time: HasTime) -> "Watch":
    """Look how far dates are certain; one quick look, whatever time is left."""
    from chalicelib.services.calendar_watch import watch_calendar  # noqa: PLC0415  loaded by the run, not at init

    del has_time
    return watch_calendar(container.installation)


@blueprint.schedule(at_its_time("calendar_watch"), name="calendar_watch")
def calendar_watch(event: Any) -> None:
    """The scheduled function."""
    run_job("calendar_watch", job, time_left(event), lambda watch: {"calendar_days_left": watch.days_left})
