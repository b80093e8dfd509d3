"""Job `reconcile`: finds what has fallen out of an index or a file."""

from typing import Any

from chalice.app import Blueprint

from chalicelib.bootstrap import Container
from chalicelib.observability import count
from chalicelib.services.reconcile import Findings
from chalicelib.services.reconcile import reconcile as compare
from scheduled.runner import HasTime, at_its_time, run_job, time_left

blueprint = Blueprint(__name__)


def job(container: Container, has_time: HasTime) -> Findings:
    """Read every letter and compare. The metric tells how much there is for a person to look at."""
    findings = compare(container.installation, has_time)
    count("reconcile_findings", findings.count)
    return findings


@blueprint.schedule(at_its_time("reconcile"), name="reconcile")
def reconcile(event: Any) -> None:
    """The scheduled function."""
    run_job("reconcile", job, time_left(event))
