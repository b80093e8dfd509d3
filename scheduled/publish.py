"""Job `publish`: writes the public figures and the notice board anew."""

from typing import Any

from chalice.app import Blueprint

from chalicelib.bootstrap import Container
from chalicelib.services.publish import PublicOffice
from chalicelib.services.publish import publish as write_public_files
from scheduled.runner import HasTime, at_its_time, run_job, time_left

blueprint = Blueprint(__name__)


def job(container: Container, has_time: HasTime) -> list[str]:
    """Both files, from closed days and what came after; quick enough to need no look at the time."""
    del has_time
    inst = container.installation
    return write_public_files(PublicOffice.of(inst), inst.time.now())


@blueprint.schedule(at_its_time("publish"), name="publish")
def publish(event: Any) -> None:
    """The scheduled function."""
    run_job("publish", job, time_left(event))
