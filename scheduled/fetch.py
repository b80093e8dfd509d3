"""Job `fetch`: takes in the letters that other platforms have handed over, at the rulebook's moments (BB-2.1)."""

from typing import TYPE_CHECKING, Any

from chalice.app import Blueprint

from scheduled.runner import HasTime, at_its_time, run_job, time_left

if TYPE_CHECKING:
    from chalicelib.bootstrap import Container
    from chalicelib.services.fetch import Fetched

blueprint = Blueprint(__name__)


def job(container: "Container", has_time: HasTime) -> "Fetched":
    """Look whether a moment has come; most runs do nothing."""
    from chalicelib.services.fetch import fetch as take_from_inbox  # noqa: PLC0415  loaded by the run, not at init

    return take_from_inbox(container.installation, has_time)


@blueprint.schedule(at_its_time("fetch"), name="fetch")
def fetch(event: Any) -> None:
    """The scheduled function."""
    run_job("fetch", job, time_left(event))
