"""Job `publish`: writes published answers, the public figures and the notice board anew."""

from typing import TYPE_CHECKING, Any

from chalice.app import Blueprint

from scheduled.runner import HasTime, at_its_time, run_job, time_left

if TYPE_CHECKING:
    from chalicelib.bootstrap import Container

blueprint = Blueprint(__name__)


def job(container: "Container", has_time: HasTime) -> list[str]:
    """The answers of months that changed; then figures and board, from closed days and what came after.

    Answers come first: what was withheld must be gone also when the ledger cannot be read.
    """
    from chalicelib.services.answers_files import publish_answers  # noqa: PLC0415  loaded by the run, not at init
    from chalicelib.services.publish import PublicOffice  # noqa: PLC0415  as above
    from chalicelib.services.publish import publish as write_public_files  # noqa: PLC0415  as above

    inst = container.installation
    answers = publish_answers(inst, has_time)
    return [*answers, *write_public_files(PublicOffice.of(inst), inst.time.now())]


@blueprint.schedule(at_its_time("publish"), name="publish")
def publish(event: Any) -> None:
    """The scheduled function."""
    run_job("publish", job, time_left(event))
