"""What is counted, and the rows it is counted in. A figure is the sum of its kinds, sources, fields or regions.

It is that of its units too, but for what counts under none (`NOBODY`).
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from msgspec import Struct


class Figure(StrEnum):
    """The counted figures (docs/figures.md). The last five describe how letters stand at the period's end, or stood
    in it (`handled`).

    `place`: where it stands in this list.
    """

    place: int

    def __init__(self, _name: str) -> None:
        self.place = len(type(self).__members__)

    RECEIVED = "received"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    KEPT = "kept"
    FORWARDED = "forwarded"
    FORWARDED_ANSWERED = "forwarded_answered"
    REFERRED = "referred"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"
    REMOVED = "removed"
    TRIAGED_ON_TIME = "triaged_on_time"
    TRIAGED_LATE = "triaged_late"
    ASSIGNED = "assigned"
    CLAIMED = "claimed"
    ANSWERED = "answered"
    ON_TIME = "on_time"
    LATE = "late"
    RELEASED_LATE = "released_late"
    SIGNED_ON_TIME = "signed_on_time"
    SIGNED_LATE = "signed_late"
    EXTENSIONS = "extensions"
    RETURNS = "returns"
    RETURNED_LATE = "returned_late"
    PING_PONG = "ping_pong"
    SEND_BACKS = "send_backs"
    REOPENED = "reopened"
    REPEATS = "repeats"
    REMINDERS = "reminders"
    URGES = "urges"
    ESCALATIONS = "escalations"
    CIRCULARS = "circulars"
    INSTRUCTED = "instructed"
    SUPERVISED = "supervised"
    CALL_BACKS = "call_backs"
    CALL_BACKS_UNSETTLED = "call_backs_unsettled"
    SPOT_CHECKS = "spot_checks"
    SPOT_CHECKS_FAILED = "spot_checks_failed"
    REFERRED_TO_INSPECTION = "referred_to_inspection"
    HELD_TO_ACCOUNT = "held_to_account"
    PUBLISHED = "published"
    RATED = "rated"
    OVERRAN = "overran"
    HANDLED = "handled"
    REPLY_OWED = "reply_owed"
    REPLY_GIVEN = "reply_given"
    OPEN = "open"
    OVERDUE = "overdue"


WITH_AMOUNT = (Figure.ANSWERED, Figure.EXTENSIONS, Figure.RATED, Figure.OVERRAN, Figure.HANDLED, Figure.OVERDUE)
"""Figures whose entries have an amount (`Entry.amount`)."""


NOBODY = ""
"""The office of an entry that counts in the county's total and under no unit: a unit would learn of it by its row."""


class Dimension(StrEnum):
    """By what a figure can be split; every entry has exactly one value in each (`NOBODY` has no row)."""

    UNIT = "unit"
    KIND = "kind"
    SOURCE = "source"
    FIELD = "field"
    REGION = "region"


class Entry(Struct, frozen=True, gc=False):
    """One thing that counts once.

    `amount`: working days used (answered), granted (extensions), in hand (handled), late (overdue, overran); score.

    `unit` is the office that answers for it: the unit that held the letter then, or the centre while none did. Of a
    letter about an office (`guarded`) only units that were given it answer for it; the rest is `NOBODY`'s, since the
    owner of the mailbox may be the office it is about (PL-18). `on`: the local date it happened; of a standing answer,
    when the writer had it. None for what describes the letter as it stands at the period's end.
    """

    figure: Figure
    letter: str
    unit: str
    kind: str
    source: str
    field: str = ""
    region: str = ""
    amount: int | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure: how many, the sum of amounts, and the tracking codes it leads to.

    A letter is listed once however often it counts; `withheld` letters (accusations, letters about an office) count
    without being listed. `withheld` is told of the county's total alone, 0 in every other row. `letters` is None where
    a report tells of very many: then its lines of letters lead there (`LetterLine.counts`).
    """

    count: int
    amount: int
    letters: tuple[str, ...] | None
    withheld: int = 0


_EMPTY = Cell(0, 0, ())


@dataclass(frozen=True, slots=True)
class Row:
    """All figures of one unit, kind, source, field or region, or of the county as a whole.

    Rates are 0–1; None where nothing counts. `mean_score` is over given ratings alone (1–5): silence is not
    satisfaction. `scores` counts each score.
    `mean_days`, `median_days`: working days used by the answers of the period.
    """

    key: str
    cells: dict[Figure, Cell]
    triage_timeliness_rate: float | None
    answer_rate: float | None
    timeliness_rate: float | None
    mean_score: float | None
    scores: dict[str, int]
    mean_days: float | None
    median_days: float | None

    def cell(self, figure: str) -> Cell:
        """A figure; empty where the row was written before the figure existed."""
        return self.cells.get(Figure(figure), _EMPTY)

    def count(self, figure: str) -> int:
        """How many."""
        return self.cell(figure).count

    def amount(self, figure: str) -> int:
        """The sum of amounts."""
        return self.cell(figure).amount

    @property
    def quality(self) -> float | None:
        """The share of answers that were not sent back (PL-21), 0–1; None without an answer."""
        answered = self.count(Figure.ANSWERED)
        return share(answered, answered + self.count(Figure.SEND_BACKS))


def share(part: int, whole: int) -> float | None:
    """A rate: 0–1 with four decimals; None where the denominator is 0."""
    return round(part / whole, 4) if whole else None
