"""Laws of the figures, over letters that move at random: what must hold of any ledger, whatever happened.

`brute` counts again from the letters themselves (states, clocks, and what changed with each move), not from the
ledger's facts.
"""

import csv
import io
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from statistics import fmean, median

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.adapters.report_files.letters_csv import AMOUNTS, COUNTS, letters_csv
from chalicelib.domain.clocks import ClockName, ClockState, Ending, local_date, overdue_days, state_of
from chalicelib.domain.engine import why_not
from chalicelib.domain.errors import InvalidFieldsError
from chalicelib.domain.letter import Actor, Kind, Status
from chalicelib.domain.metrics.figures import NOBODY, WITH_AMOUNT, Dimension, Entry, Figure
from chalicelib.domain.metrics.fold import Fold
from chalicelib.domain.metrics.report import Basis, Report
from chalicelib.domain.metrics.tally import row_of, rows_by
from chalicelib.domain.metrics.told import told
from chalicelib.domain.payloads import (
    Accept,
    Answer,
    AnswerChannel,
    Approve,
    Assign,
    Classify,
    ContactWriter,
    Decline,
    Forward,
    GrantExtension,
    KeepForInformation,
    Nothing,
    Payload,
    Rate,
    Reopen,
    RequestExtension,
    Return,
    SendBack,
)
from chalicelib.domain.periods import Period, parse_period, week_of
from chalicelib.domain.workflow import Move
from chalicelib.ports import LetterFile
from tests.builders import CLERK, ROADS, SHANGHAI, WATER, WRITER, calendar, surroundings
from tests.reporting import HANDLERS, County, report_of

W47 = parse_period("2026-W47")
BASIS = Basis("清溪县", "", "Asia/Shanghai", "shuangfeng-2018@1", "", "cn", (), {}, {})
CODES = ("a", "b", "c")
KINDS = (Kind.CONSULTATION, Kind.COMPLAINT, Kind.ACCUSATION)
SOURCES = ("web", "hotline", "web")
ANSWER_CLOCKS = {ClockName.HANDLE, ClockName.REDO}
OPEN = {Status.RECEIVED, Status.ACCEPTED, Status.ASSIGNED}
OUTSIDE = {Status.DECLINED, Status.KEPT, Status.FORWARDED, Status.WITHDRAWN}
BY_MOVE = {
    Move.ACCEPT: Figure.ACCEPTED,
    Move.DECLINE: Figure.DECLINED,
    Move.KEEP_FOR_INFORMATION: Figure.KEPT,
    Move.FORWARD: Figure.FORWARDED,
    Move.WITHDRAW: Figure.WITHDRAWN,
    Move.GRANT_EXTENSION: Figure.EXTENSIONS,
    Move.RETURN: Figure.RETURNS,
    Move.SEND_BACK: Figure.SEND_BACKS,
    Move.REOPEN: Figure.REOPENED,
    Move.RATE: Figure.RATED,
}

_ANSWER = Answer(body="已经修复。", channel=AnswerChannel.WEB)
CHOICES: tuple[tuple[Move, Payload, Actor], ...] = (
    (Move.ACCEPT, Accept(), CLERK),
    (Move.ACCEPT, Accept(kind=Kind.SUGGESTION), CLERK),
    (Move.DECLINE, Decline(ground="not_a_public_matter"), CLERK),
    (Move.KEEP_FOR_INFORMATION, KeepForInformation(), CLERK),
    (Move.FORWARD, Forward(unit="inspection"), CLERK),
    (Move.CLASSIFY, Classify(kind=Kind.OPINION), CLERK),
    (Move.CLASSIFY, Classify(about=(ROADS,)), CLERK),
    (Move.CLASSIFY, Classify(about=()), CLERK),
    (Move.ASSIGN, Assign(units=(ROADS,)), CLERK),
    (Move.ASSIGN, Assign(units=(WATER, ROADS)), CLERK),
    (Move.ASSIGN, Assign(units=(ROADS, WATER)), CLERK),
    (Move.RETURN, Return(reason="不属本单位职责"), HANDLERS[ROADS]),
    (Move.CONTACT_WRITER, ContactWriter(note="电话联系"), HANDLERS[ROADS]),
    (Move.REQUEST_EXTENSION, RequestExtension(reason="要勘查", working_days=2), HANDLERS[ROADS]),
    (Move.GRANT_EXTENSION, GrantExtension(), CLERK),
    (Move.ANSWER, _ANSWER, HANDLERS[ROADS]),
    (Move.ANSWER, _ANSWER, HANDLERS[WATER]),
    (Move.SEND_BACK, SendBack(reasons="没有说明原因"), CLERK),
    (Move.APPROVE, Approve(), CLERK),
    (Move.RATE, Rate(score=2), WRITER),
    (Move.RATE, Rate(score=5), WRITER),
    (Move.REOPEN, Reopen(reason="没有解决"), WRITER),
    (Move.WITHDRAW, Nothing(), WRITER),
)


@dataclass
class Life:
    """A county's letters moving at random, with a snapshot before and after every move."""

    county: County = field(default_factory=County)
    moves: list[tuple[datetime, Move, Actor, LetterFile, LetterFile]] = field(default_factory=list)
    at_end: dict[str, LetterFile] = field(default_factory=dict)
    now: datetime = datetime(2026, 11, 11, 1, tzinfo=UTC)

    def live(self, steps: list[tuple[int, int, int]]) -> "Life":
        """Each step: which letter, how many hours later, and which of the moves it can make."""
        end = W47.bounds(SHANGHAI)[1]
        for which, hours, choice in steps:
            self.now += timedelta(hours=hours)
            if self.now >= end:
                self._snapshot()
            self.county.sweep(self.now)
            self._step(CODES[which], choice, which)
        self._snapshot()
        return self

    def _snapshot(self) -> None:
        if not self.at_end:
            self.at_end = {code: self.county.file(code) for code in self.county.codes}

    def _step(self, code: str, choice: int, which: int) -> None:
        if code not in self.county.codes:
            self.county.write(code, self.now, KINDS[which], source=SOURCES[which])
            return
        before = self.county.file(code)
        around = surroundings(self.now)
        can = [each for each in CHOICES if why_not(each[0], before.letter, before.clocks, each[2], around) is None]
        if can:
            move, payload, actor = can[choice % len(can)]
            with suppress(InvalidFieldsError):  # a unit the letter is about cannot be given it
                self.county.make(code, move, payload, actor, self.now)
                self.moves.append((self.now, move, actor, before, self.county.file(code)))


lives = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 24), st.integers(0, 999)), min_size=15, max_size=50).map(
    lambda steps: Life().live(steps)
)


def fold(lines: list[dict[str, object]], period: Period = W47) -> tuple[Entry, ...]:
    folding = Fold(period, SHANGHAI, calendar())
    folding.add_all(map(told, lines))
    return folding.result().entries


def brute(life: Life) -> Counter[tuple[Figure, str, str]]:
    """(figure, letter, unit) → how often, counted from the letters as the engine left them."""
    found: Counter[tuple[Figure, str, str]] = Counter()
    start, end = W47.bounds(SHANGHAI)
    for at, move, actor, before, after in life.moves:
        if start <= at < end:
            found.update(_moved(move, actor, before, after, at))
    for code, file in life.at_end.items():
        found.update(_standing(life, code, file, start))
        if file.letter.received_at >= start:
            found[Figure.RECEIVED, code, "centre"] += 1
    return found


def _moved(
    move: Move, actor: Actor, before: LetterFile, after: LetterFile, at: datetime
) -> list[tuple[Figure, str, str]]:
    code, marks = str(after.letter.id), []
    lead = before.letter.lead or after.letter.lead
    unit = str(actor.unit if move is Move.RETURN else lead.unit if lead else before.letter.centre)
    if move in BY_MOVE:
        asking = [each.unit for each in before.letter.assignments if each.extension]
        marks.append((BY_MOVE[move], code, str(asking[0]) if move is Move.GRANT_EXTENSION else unit))
    had = {each.unit for each in before.letter.assignments}
    has = {each.unit for each in after.letter.assignments}
    marks += [(Figure.ASSIGNED, code, str(new)) for new in has - had]
    today = local_date(at, SHANGHAI)
    running = {c.id for c in after.clocks if c.running}
    ended = [c for c in before.clocks if c.running and c.id not in running]
    answering = before.letter.lead.unit if before.letter.lead and after.letter.status is Status.ANSWERED else None
    late = {c.unit for c in ended if c.name in ANSWER_CLOCKS and today > c.due_on}
    marks += [(Figure.RELEASED_LATE, code, str(unit)) for unit in late if unit != answering]
    if move in {Move.ASSIGN, Move.DECLINE, Move.KEEP_FOR_INFORMATION, Move.FORWARD}:
        triaged = [Figure.TRIAGED_LATE if today > c.due_on else Figure.TRIAGED_ON_TIME for c in ended if not c.unit]
        marks += [(figure, code, str(after.letter.centre)) for figure in triaged]
    return marks


def _standing(life: Life, code: str, file: LetterFile, start: datetime) -> list[tuple[Figure, str, str]]:
    letter, marks = file.letter, []
    holder = str(letter.lead.unit if letter.lead else letter.centre)
    answer = _standing_answer(life, code)
    if answer and answer[0] >= start:
        marks.append((Figure.ANSWERED, code, answer[1]))
        marks.append((Figure.ON_TIME if _in_time(file, *answer) else Figure.LATE, code, answer[1]))
    accepted = [at for at, move, _, _, after in life.moves if move is Move.ACCEPT and after.letter.id == code]
    if accepted and start <= accepted[0] < W47.bounds(SHANGHAI)[1] and letter.status not in OUTSIDE:
        marks.append((Figure.REPLY_OWED, code, answer[1] if answer else holder))
        marks += [(Figure.REPLY_GIVEN, code, answer[1])] if answer else []
    if letter.status in OPEN:
        marks.append((Figure.OPEN, code, holder))
        running = [c for c in file.clocks if c.running]
        late = {str(c.unit or letter.centre) for c in running if overdue_days(c, calendar(), SHANGHAI, W47.last)}
        marks += [(Figure.OVERDUE, code, unit) for unit in late]
    return marks


def _standing_answer(life: Life, code: str) -> tuple[datetime, str] | None:
    standing = None
    for at, move, actor, before, after in life.moves:
        if after.letter.id != code or at >= W47.bounds(SHANGHAI)[1]:
            continue
        if move is Move.ANSWER and after.letter.status is Status.ANSWERED and before.letter.lead:
            standing = (at, str(actor.unit))
        if move is Move.SEND_BACK:
            standing = None
    return standing


def _in_time(file: LetterFile, at: datetime, unit: str) -> bool:
    own = [c for c in file.clocks if c.unit == unit and c.ending is Ending.DONE and c.ended_at and c.ended_at <= at]
    begun = max(c.started_at for c in own if c.name is ClockName.HANDLE)
    tries = [c for c in own if c.name in ANSWER_CLOCKS and c.started_at >= begun]
    return all(state_of(c, SHANGHAI, W47.last) is ClockState.MET for c in tries)


COUNTED = {
    Figure.RECEIVED, Figure.TRIAGED_ON_TIME, Figure.TRIAGED_LATE, Figure.ASSIGNED, Figure.RELEASED_LATE,
    Figure.ANSWERED, Figure.ON_TIME, Figure.LATE, Figure.REPLY_OWED, Figure.REPLY_GIVEN, Figure.OPEN,
    Figure.OVERDUE, *BY_MOVE.values(),
}  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(lives)
def test_figures_are_those_counted_from_the_letters_themselves(life: Life) -> None:
    entries = fold(life.county.lines())
    counted = Counter((e.figure, e.letter, e.unit or "centre") for e in entries if e.figure in COUNTED)
    assert counted == brute(life)


@settings(max_examples=60, deadline=None)
@given(lives)
def test_every_split_adds_up_to_the_whole(life: Life) -> None:
    """Units, kinds and sources each partition every figure; and answered letters were in time or late.

    What counts under no unit, of letters about an office (PL-18), is missing in the units' rows and in nothing else.
    """
    entries = fold(life.county.lines())
    unnamed = row_of("", [entry for entry in entries if entry.unit == NOBODY])
    whole = row_of("", entries)
    for dimension in Dimension:
        rows = rows_by(dimension, entries)
        for figure in Figure:
            apart = (unnamed,) if dimension is Dimension.UNIT else ()
            assert sum(row.count(figure) for row in (*rows, *apart)) == whole.count(figure)
            assert sum(row.amount(figure) for row in (*rows, *apart)) == whole.amount(figure)
    assert whole.count(Figure.ON_TIME) + whole.count(Figure.LATE) == whole.count(Figure.ANSWERED)
    assert whole.count(Figure.REPLY_GIVEN) <= whole.count(Figure.REPLY_OWED)


@settings(max_examples=60, deadline=None)
@given(lives, st.randoms(use_true_random=False))
def test_neither_the_order_of_lines_nor_a_line_that_comes_twice_changes_a_figure(life: Life, random: Random) -> None:
    lines = life.county.lines()
    shuffled = lines + lines[: len(lines) // 3]
    random.shuffle(shuffled)
    assert fold(shuffled) == fold(lines)


@settings(max_examples=60, deadline=None)
@given(lives)
def test_weeks_add_up_to_the_days_in_them(life: Life) -> None:
    """What happens, happens on one day. (Standing figures, like open letters, are of a moment and do not add up.)"""
    happened = {*BY_MOVE.values(), Figure.RECEIVED}
    lines = life.county.lines()
    days = [Period(W47.kind, "", day, day) for day in (W47.first + timedelta(days=n) for n in range(7))]
    by_day = Counter((e.figure, e.letter) for day in days for e in fold(lines, day) if e.figure in happened)
    assert by_day == Counter((e.figure, e.letter) for e in fold(lines, week_of(W47.first)) if e.figure in happened)


Rows = list[dict[str, str]]


def listed(life: Life) -> tuple[Report, Rows]:
    """The week's report, and letters.csv as a program reads it."""
    report = report_of(life.county.lines(), W47, BASIS)
    return report, list(csv.DictReader(io.StringIO(b"".join(letters_csv(report)).decode("utf-8-sig"))))


def added_up(rows: Rows) -> dict[str, int]:
    return {name: sum(int(row[name]) for row in rows) for name in (*COUNTS, *AMOUNTS)}


def ratio(part: int, whole: int, digits: int = 4) -> float | None:
    return round(part / whole, digits) if whole else None


@settings(max_examples=150, deadline=None)
@given(lives)
def test_every_total_can_be_added_up_from_letters_csv(life: Life) -> None:
    """Counts, amounts, rates and means of the county and of each kind, from the file alone."""
    report, rows = listed(life)
    splits = [(report.total, rows), *((row, [r for r in rows if r["kind"] == row.key]) for row in report.by_kind)]
    for whole, own in splits:
        sums = added_up(own)
        assert sums == {
            **{f"count_{figure}": whole.count(figure) for figure in Figure},
            **{f"amount_{figure}": whole.amount(figure) for figure in WITH_AMOUNT},
        }
        on_time, triaged = sums["count_on_time"], sums["count_triaged_on_time"]
        judged = on_time + sums["count_late"] + sums["count_released_late"]
        assert whole.timeliness_rate == ratio(on_time, judged)
        assert whole.triage_timeliness_rate == ratio(triaged, triaged + sums["count_triaged_late"])
        assert whole.answer_rate == ratio(sums["count_reply_given"], sums["count_reply_owed"])
        assert whole.mean_score == ratio(sums["amount_rated"], sums["count_rated"], 2)
        days = [int(row["amount_answered"]) for row in own if row["count_answered"] == "1"]
        assert (whole.mean_days, whole.median_days) == ((round(fmean(days), 1), median(days)) if days else (None, None))


@settings(max_examples=150, deadline=None)
@given(lives)
def test_what_stands_at_the_end_can_be_counted_from_the_plain_columns_too(life: Life) -> None:
    """Dates, statuses and units of letters.csv lead to the same letters as the figures of the county and the units."""
    report, rows = listed(life)
    rows = [row for row in rows if row["withheld"] == "false"]
    answered = [row for row in rows if W47.first.isoformat() <= row["answered_on"] <= W47.last.isoformat()]
    found = {
        Figure.ANSWERED: [(row["answered_by"], row["tracking_code"]) for row in answered],
        Figure.ON_TIME: [(row["answered_by"], row["tracking_code"]) for row in answered if row["on_time"] == "true"],
        Figure.LATE: [(row["answered_by"], row["tracking_code"]) for row in answered if row["on_time"] == "false"],
        Figure.OPEN: [(row["unit"], row["tracking_code"]) for row in rows if row["status"] in OPEN],
    }
    for figure, lines in found.items():
        assert sorted(code for _, code in lines) == list(report.total.cells[figure].letters or ())
        by_unit = {(row.key, code) for row in report.by_unit for code in row.cells[figure].letters or ()}
        assert set(lines) == by_unit
    assert {row["tracking_code"]: row["amount_answered"] for row in answered} == {
        row["tracking_code"]: row["working_days_used"] for row in answered
    }
