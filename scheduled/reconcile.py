"""Job `reconcile`: finds what has fallen out of an index or a file."""

from typing import Any

from chalice.app import Blueprint

from chalicelib.bootstrap import Container
from chalicelib.services.reconcile import Findings
from chalicelib.services.reconcile import reconcile as compare
from scheduled.runner import HasTime, at_its_time, run_job, time_left

blueprint = Blueprint(__name__)


def job(container: Container, has_time: HasTime) -> Findings:
    """Read every letter and compare."""
    return compare(container.installation, has_time)


@blueprint.schedule(at_its_time("reconcile"), name="reconcile")
def reconcile(event: Any) -> None:
    """The scheduled function."""
    run_job("reconcile", job, time_left(event))
