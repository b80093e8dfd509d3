"""Job `reconcile`: finds what has fallen out of an index or a file."""

from typing import TYPE_CHECKING, Any

from chalice.app import Blueprint

from scheduled.runner import HasTime, at_its_time, run_job, time_left

if TYPE_CHECKING:
    from chalicelib.bootstrap import Container
    from chalicelib.services.reconcile import Findings

blueprint = Blueprint(__name__)


def job(container: "Container", has_time: HasTime) -> "Findings":
    """Read every letter and compare. The metric tells how much there is for a person to look at."""
    from chalicelib.observability import count  # noqa: PLC0415  loaded by the run, not at init
    from chalicelib.services.reconcile import reconcile as compare  # noqa: PLC0415  as above

    findings = compare(container.installation, has_time)
    count("reconcile_findings", findings.count)
    return findings


@blueprint.schedule(at_its_time("reconcile"), name="reconcile")
def reconcile(event: Any) -> None:
    """The scheduled function."""
    run_job("reconcile", job, time_left(event))
