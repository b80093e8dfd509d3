"""Job `spot_checks`: draws letters for the inspectors' random checks by lot, at the rulebook's moment (CQ-11.1)."""

from typing import TYPE_CHECKING, Any

from chalice.app import Blueprint

from scheduled.runner import HasTime, at_its_time, run_job, time_left

if TYPE_CHECKING:
    from chalicelib.bootstrap import Container
    from chalicelib.services.spot_checks import Drawn

blueprint = Blueprint(__name__)


def job(container: "Container", has_time: HasTime) -> "Drawn":
    """Look whether a draw is due; most runs do nothing."""
    from chalicelib.services.spot_checks import draw_spot_checks  # noqa: PLC0415  loaded by the run, not at init

    return draw_spot_checks(container.installation, has_time)


@blueprint.schedule(at_its_time("spot_checks"), name="spot_checks")
def spot_checks(event: Any) -> None:
    """The scheduled function."""
    run_job("spot_checks", job, time_left(event))
