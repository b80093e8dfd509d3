"""Job `dispatch`: sends the e-mails and SMS that are owed."""

from typing import TYPE_CHECKING, Any

from chalice.app import Blueprint

from scheduled.runner import HasTime, at_its_time, run_job, time_left

if TYPE_CHECKING:
    from chalicelib.bootstrap import Container
    from chalicelib.services.dispatch import DispatchResult

AT_MOST = 5_000
"""Messages of one run: even a morning of very many reminders becomes one digest a person. The next takes the rest."""

blueprint = Blueprint(__name__)


def job(container: "Container", has_time: HasTime) -> "DispatchResult":
    """Send what is due; several messages to one person become one."""
    from chalicelib.services.dispatch import dispatch as send_due  # noqa: PLC0415  loaded by the run, not at init

    return send_due(container.installation, container.words, container.sender, AT_MOST, has_time)


@blueprint.schedule(at_its_time("dispatch"), name="dispatch")
def dispatch(event: Any) -> None:
    """The scheduled function."""
    run_job("dispatch", job, time_left(event), lambda done: {"messages_failed": done.failed + done.unknown})
