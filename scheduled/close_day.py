"""Job `close_day`: writes the ledger's file of yesterday, and of any day that was missed."""

from typing import TYPE_CHECKING, Any

from chalice.app import Blueprint

from scheduled.runner import HasTime, at_its_time, run_job, time_left

if TYPE_CHECKING:
    from chalicelib.bootstrap import Container

blueprint = Blueprint(__name__)


def job(container: "Container", has_time: HasTime) -> list[str]:
    """Close every day that is over; which ones."""
    from chalicelib.services.close_day import LedgerPorts, close_missing_days  # noqa: PLC0415  loaded by the run, not at init

    inst = container.installation
    ports = LedgerPorts(inst.letters, inst.reports, inst.signer, inst.jobs)
    return [closed.name for closed in close_missing_days(ports, inst.time.now(), inst.zone, has_time)]


def figures(_: Any) -> dict[str, float]:
    """That the days were looked at and closed; of the hourly job of reports too, which does so first."""
    return {"ledger_up_to_date": 1}


@blueprint.schedule(at_its_time("close_day"), name="close_day")
def close_day(event: Any) -> None:
    """The scheduled function."""
    run_job("close_day", job, time_left(event), figures)
