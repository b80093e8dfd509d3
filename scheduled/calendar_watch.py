"""Job `calendar_watch`: warns before the published holiday notices end."""

from typing import Any

from chalice.app import Blueprint

from chalicelib.bootstrap import Container
from chalicelib.services.calendar_watch import Watch, watch_calendar
from scheduled.runner import HasTime, at_its_time, run_job, time_left

blueprint = Blueprint(__name__)


def job(container: Container, has_time: HasTime) -> Watch:
    """Look how far dates are certain; one quick look, whatever time is left."""
    del has_time
    return watch_calendar(container.installation)


@blueprint.schedule(at_its_time("calendar_watch"), name="calendar_watch")
def calendar_watch(event: Any) -> None:
    """The scheduled function."""
    run_job("calendar_watch", job, time_left(event))
