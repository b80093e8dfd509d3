"""From inputs and ledger to the report: the same on every machine, in the same memory for any number of letters."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from chalicelib.domain.ledger import instant
from chalicelib.domain.metrics.fold import Folding
from chalicelib.domain.metrics.report import Report
from chalicelib.domain.metrics.report_maker import ReportMaker, unread_by_letter
from chalicelib.domain.metrics.sections import ExcerptRef
from chalicelib.domain.metrics.told import LINES, Told
from chalicelib.domain.periods import Period
from chalicelib.ports import ReportStore, Scratch
from chalicelib.services.reporting.by_letter import ByLetter, first_of
from chalicelib.services.reporting.inputs import Inputs
from chalicelib.services.reporting.ledger import pieces_of, reading
from chalicelib.services.reporting.spool import Spool


def report_again(store: ReportStore, period: Period, inputs: Inputs, scratch: Scratch) -> Report:
    """The report that these inputs and the ledger files they name come to. Raises LedgerDamagedError."""
    return fold_period(store, period, inputs, scratch).report(inputs.basis, words_of(inputs))


def fold_period(store: ReportStore, period: Period, inputs: Inputs, scratch: Scratch) -> ReportMaker:
    """Fold the ledger files that the inputs name. What came too late for the report before is told of in this one."""
    zone, calendar = ZoneInfo(inputs.basis.zone), inputs.calendar.calendar()
    folding = Folding(period, zone, calendar)
    begins, late = instant(period.bounds(zone)[0]), list[Told]()
    events = ByLetter(scratch, folding.end)
    for source in inputs.basis.ledger:
        unread = source.name in inputs.unread
        with reading(source):
            for piece in pieces_of(store, [source]):
                events.add(piece)
                unread = unread and first_of(piece).at < begins
                if unread:
                    late += [line for line in LINES.decode_lines(piece) if line.at < begins]
    maker = ReportMaker(period, zone, calendar, unread_by_letter(late), Spool(scratch))
    for of_letter in events.letters():
        maker.add(*folding.letter(of_letter))
    return maker


def words_of(inputs: Inputs) -> Mapping[ExcerptRef, str]:
    """The words of the report's excerpts."""
    return {each.ref: each.words for each in inputs.excerpts}
