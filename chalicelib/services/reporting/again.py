"""From inputs and ledger to the report: the same on every machine, in the same memory for any number of letters."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from chalicelib.domain.metrics.fold import Folding
from chalicelib.domain.metrics.report import Report
from chalicelib.domain.metrics.report_maker import ReportMaker, unread_by_letter
from chalicelib.domain.metrics.sections import ExcerptRef
from chalicelib.domain.periods import Period
from chalicelib.ports import ReportStore, Scratch
from chalicelib.services.reporting.bounded import BoundedFold
from chalicelib.services.reporting.inputs import Inputs
from chalicelib.services.reporting.late import LateLines
from chalicelib.services.reporting.ledger import told_by
from chalicelib.services.reporting.spool import Spool


def report_again(store: ReportStore, period: Period, inputs: Inputs, scratch: Scratch) -> Report:
    """The report that these inputs and the ledger files they name come to. Raises LedgerDamagedError."""
    return fold_period(store, period, inputs, scratch).report(inputs.basis, words_of(inputs))


def fold_period(store: ReportStore, period: Period, inputs: Inputs, scratch: Scratch) -> ReportMaker:
    """Fold the ledger files that the inputs name. What came too late for the report before is told of in this one."""
    zone, calendar = ZoneInfo(inputs.basis.zone), inputs.calendar.calendar()
    folding = Folding(period, zone, calendar)
    fold, late = BoundedFold(folding, scratch), LateLines(store, period, zone)
    add, look_at = fold.add, late.look_at
    for source in inputs.basis.ledger:
        if late.looks_into(source):
            for line in told_by(store, [source]):
                add(line)
                look_at(line)
        else:
            for line in told_by(store, [source]):
                add(line)
    maker = ReportMaker(period, zone, calendar, unread_by_letter(late.lines), Spool(scratch))
    for progress in fold.finish():
        entries = folding.entries(progress)
        maker.add(progress.state, entries)
    return maker


def words_of(inputs: Inputs) -> Mapping[ExcerptRef, str]:
    """The words of the report's excerpts."""
    return {each.ref: each.words for each in inputs.excerpts}
