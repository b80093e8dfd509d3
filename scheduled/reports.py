"""Job `reports`: makes every report whose moment has come and that is not there yet, and tells its readers."""

from typing import TYPE_CHECKING, Any

from chalice.app import Blueprint

from scheduled.close_day import figures as closed_too
from scheduled.close_day import job as close_missing
from scheduled.runner import HasTime, at_its_time, run_job, time_left

if TYPE_CHECKING:
    from chalicelib.bootstrap import Container

blueprint = Blueprint(__name__)


def job(container: "Container", has_time: HasTime) -> list[str]:
    """Close missing days first, for reports are folded from closed days alone; then make what is owed, and say so.

    Returns the folders written. Readers of a report that an earlier run left untold are told now.
    """
    from chalicelib.services.reporting.readers import tell_readers  # noqa: PLC0415  loaded by the run, not at init
    from chalicelib.services.reports import ReportOffice, make_due_reports  # noqa: PLC0415  as above

    close_missing(container, has_time)
    inst = container.installation
    folders = make_due_reports(ReportOffice.of(inst, container.report_files, container.room), inst.time.now())
    tell_readers(inst, inst.time.now())
    return folders


@blueprint.schedule(at_its_time("reports"), name="reports")
def reports(event: Any) -> None:
    """The scheduled function."""
    run_job("reports", job, time_left(event), closed_too)
