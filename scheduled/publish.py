"""Job `publish`: writes published answers, the public figures and the notice board anew."""

from typing import Any

from chalice.app import Blueprint

from chalicelib.bootstrap import Container
from chalicelib.services.answers_files import publish_answers
from chalicelib.services.publish import PublicOffice
from chalicelib.services.publish import publish as write_public_files
from scheduled.runner import HasTime, at_its_time, run_job, time_left

blueprint = Blueprint(__name__)


def job(container: Container, has_time: HasTime) -> list[str]:
    """The answers of months that changed; then figures and board, from closed days and what came after.

    Answers come first: what was withheld must be gone also when the ledger cannot be read.
    """
    inst = container.installation
    answers = publish_answers(inst, has_time)
    return [*answers, *write_public_files(PublicOffice.of(inst), inst.time.now())]


@blueprint.schedule(at_its_time("publish"), name="publish")
def publish(event: Any) -> None:
    """The scheduled function."""
    run_job("publish", job, time_left(event))
