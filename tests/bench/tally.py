"""The benchmark's own count of what it wrote: from the stories alone, sharing no line of code with the reports.

A note says that a line counts once for an office; it stands until a later line of the letter takes it back (an answer
that is sent back or given anew). What no story says of itself is not counted here: see `FIGURES`.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import Any

from chalicelib.domain.payloads import Assign
from chalicelib.domain.workflow import Move
from tests.bench.county import YEAR
from tests.bench.played import Played
from tests.bench.stories import Step

CENTRE, NOBODY = "centre", ""

FIGURES = (
    *("received", "accepted", "declined", "withdrawn", "triaged_on_time", "triaged_late", "assigned", "answered"),
    *("on_time", "late", "released_late", "extensions", "returns", "ping_pong", "send_backs", "reopened"),
    *("reminders", "urges", "escalations", "instructed", "supervised", "rated", "open"),
)
SPLIT = frozenset({"received", "answered", "on_time", "late"})
"""Counted by kind, source, field and region as well."""

Counted = tuple[str, tuple[str, str], int]
"""A note in one report: the office, the period ("2025", "2025-W47") with the figure, and the amount."""

_STANDING = frozenset({"answered", "on_time", "late"})
_STEPS_OF_LADDER = {"remind": "reminders", "urge": "urges", "escalate": "escalations"}
_ANSWERS_TO_CENTRE = frozenset({Move.RETURN, Move.REOPEN})


@dataclass(frozen=True, slots=True)
class Note:
    """A figure that the letter's line `since` (from 0) adds one to, for an office, until the line `until`.

    `lasting`: it is so at the end of every period in between, and not only of that in which it began.
    """

    figure: str
    office: str
    since: int
    amount: int = 0
    until: int | None = None
    lasting: bool = False


def notes_of(played: Sequence[Played], *, guarded: bool) -> list[Note]:
    """What a story's lines count for. Of a guarded letter the centre's count for nobody."""
    centre = NOBODY if guarded else CENTRE
    notes = [
        replace(note, office=centre) if note.office == CENTRE else note
        for index, each in enumerate(played)
        for note in _of_line(index, each, _holder(played[:index]))
    ]
    ends = [index for index, each in enumerate(played) if each.line["move"] in {"send_back", "answer"} and _leads(each)]
    standing = [
        replace(note, until=next((end for end in ends if end > note.since), None)) if note.figure in _STANDING else note
        for note in notes
    ]
    return [*standing, *(replace(n, office=centre if n.office == CENTRE else n.office) for n in _open(played))]


def _leads(each: Played) -> bool:
    return bool(each.line["facts"].get("leads", True))


def _of_line(index: int, each: Played, holder: str) -> Iterator[Note]:
    line, step = each.line, each.step
    facts = line["facts"]
    if line["move"] == "receive":
        yield Note("received", CENTRE, index)
    elif line["move"] == "ladder_step" and not facts.get("explained"):
        yield Note(_STEPS_OF_LADDER[facts["action"]], facts["clocks"][0]["unit"] or CENTRE, index)
    elif step is None:
        return
    elif step.move is Move.ASSIGN:
        yield from _assigned(index, step, facts, holder)
    elif step.move is not Move.ANSWER:
        yield from (Note(figure, CENTRE, index) for figure in _OF_CENTRE.get(step.move, ()))
        yield from (Note(figure, holder, index, amount) for figure, amount in _OF_HOLDER.get(step.move, ()))
    elif _leads(each):
        yield Note("answered", holder, index)
        yield Note("late" if step.late else "on_time", holder, index)


_OF_CENTRE: Mapping[Move, tuple[str, ...]] = {Move.ACCEPT: ("accepted",), Move.DECLINE: ("declined", "triaged_on_time")}
_OF_HOLDER: Mapping[Move, tuple[tuple[str, int], ...]] = {
    Move.GRANT_EXTENSION: (("extensions", 5),),
    Move.RATE: (("rated", 4),),
    Move.WITHDRAW: (("withdrawn", 0),),
    Move.RETURN: (("returns", 0),),
    Move.SEND_BACK: (("send_backs", 0),),
    Move.REOPEN: (("reopened", 0),),
    Move.URGE: (("urges", 0),),
    Move.SUPERVISE: (("supervised", 0),),
    Move.INSTRUCT: (("instructed", 0),),
}
"""With the amount; of a rating it is the letter's own score."""


def _assigned(index: int, step: Step, facts: Mapping[str, Any], holder: str) -> Iterator[Note]:
    assert isinstance(step.payload, Assign)
    yield from (Note("assigned", unit, index) for unit in step.payload.units if unit != holder)
    yield from (Note("ping_pong", unit, index) for unit in facts.get("ping_pong", ()))
    if step.released_late:
        yield Note("released_late", step.released_late, index)
    else:
        yield Note("triaged_late" if step.late else "triaged_on_time", CENTRE, index)


def _holder(before: Sequence[Played]) -> str:
    """Who has the letter after these lines."""
    holder = CENTRE
    for each in before:
        if each.step and isinstance(each.step.payload, Assign):
            holder = each.step.payload.units[0]
        elif each.step and each.step.move in _ANSWERS_TO_CENTRE:
            holder = CENTRE
    return holder


def _open(played: Sequence[Played]) -> Iterator[Note]:
    """Spans in which somebody owes the writer an answer, by who has the letter."""
    since, holder = 0, CENTRE
    owing = True
    for index, each in enumerate(played):
        settled = each.step is not None and (
            each.step.move in {Move.DECLINE, Move.WITHDRAW} or (each.step.move is Move.ANSWER and _leads(each))
        )
        again = each.step is not None and each.step.move in {Move.SEND_BACK, Move.REOPEN}
        now = _holder(played[: index + 1])
        if owing and (settled or now != holder):
            yield Note("open", holder, since, until=index, lasting=True)
            since = index
        if again:
            since = index
        owing, holder = (owing or again) and not settled, now
    if owing:
        yield Note("open", holder, since, lasting=True)


@dataclass(frozen=True, slots=True)
class Placed:
    """When a line happened and when it was filed: as days after the ledger's first."""

    day: int
    filed: int


@cache
def _year() -> tuple[int, int]:
    """First and last day of the year, as days after its first."""
    return 0, (date(YEAR, 12, 31) - date(YEAR, 1, 1)).days


@cache
def week_of_day(day: int) -> tuple[str, int]:
    """The ISO week of a day after the year's first, and the week's last day."""
    on = date(YEAR, 1, 1) + timedelta(days=day)
    year, week, weekday = on.isocalendar()
    return f"{year}-W{week:02d}", day + 7 - weekday


class Tally:
    """What the letters count for, by row ("unit:unit-07", "kind:help"), and in it by period and figure."""

    def __init__(self) -> None:
        self.rows: dict[str, Counter[tuple[str, str]]] = {}

    def add(self, counted: Collection[Counted], rows: Mapping[str, str], score: int, split: Iterable[str]) -> None:
        """Add one letter. `rows`: the row of each office of the story; `split`: its rows beside units."""
        for office, key, amount in counted:
            row = self._row(rows[office])
            row[key] += 1
            if amount:
                row[key[0], f"{key[1]}:amount"] += amount if key[1] != "rated" else score
        keys = [key for _, key, _ in counted if key[1] in SPLIT]
        for name in split:
            self._row(name).update(keys)

    def merge(self, other: "Tally") -> None:
        """Add what another has counted."""
        for name, row in other.rows.items():
            self._row(name).update(row)

    def told(self) -> dict[str, dict[str, dict[str, int]]]:
        """By period, row and figure. The row "total" is the sum of all units and of what counts under none."""
        total: Counter[tuple[str, str]] = Counter()
        for name, row in self.rows.items():
            if name.startswith("unit:"):
                total.update(row)
        told: dict[str, dict[str, dict[str, int]]] = {}
        for name, row in sorted({**self.rows, "total": total}.items()):
            for (period, figure), number in sorted(row.items()):
                told.setdefault(period, {}).setdefault(name, {})[figure] = number
        return told

    def _row(self, name: str) -> Counter[tuple[str, str]]:
        row = self.rows.get(name)
        if row is None:
            row = self.rows[name] = Counter()
        return row


def counted_in(notes: Sequence[Note], lines: Sequence[Placed]) -> tuple[Counted, ...]:
    """Every period's report that has to count a note, for lines that happened and were filed so."""
    return tuple(
        (note.office, (period, note.figure), note.amount)
        for note in notes
        if note.since < len(lines)  # else it was after the ledger's end
        for period in _periods(note, lines)
    )


def _periods(note: Note, lines: Sequence[Placed]) -> Iterator[str]:
    """The year and the weeks whose reports have to count it: their files reach to the day after the period."""
    since = lines[note.since]
    end = lines[note.until] if note.until is not None and note.until < len(lines) else None
    first, last = _year()
    if (note.lasting or since.day >= first) and _stands(since, end, last):
        yield str(YEAR)
    week, sunday = week_of_day(since.day)
    while sunday <= last:
        if _stands(since, end, sunday):
            yield week
        elif end is not None and sunday >= end.filed:
            return
        if not note.lasting:
            return
        week, sunday = week_of_day(sunday + 7)


def _stands(since: Placed, end: Placed | None, last: int) -> bool:
    if since.day > last or since.filed > last + 1:
        return False
    return end is None or end.day > last or end.filed > last + 1
