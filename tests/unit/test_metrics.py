"""Figures of one week, checked against a table written by hand; then each rule by itself."""

from datetime import date
from typing import Any

import pytest

from chalicelib.adapters.report_files.words import Words
from chalicelib.domain.letter import Kind, LetterId, Status
from chalicelib.domain.metrics.figures import Cell, Figure, Row
from chalicelib.domain.metrics.fold import Fold, Folded
from chalicelib.domain.metrics.report import Basis, Report
from chalicelib.domain.metrics.told import told as told_of
from chalicelib.domain.payloads import (
    Accept,
    Classify,
    ContactWriter,
    Decline,
    ExplainDelay,
    Forward,
    GrantExtension,
    KeepForInformation,
    Nothing,
    Payload,
    Reopen,
    RequestExtension,
    Return,
)
from chalicelib.domain.periods import parse_period
from chalicelib.domain.workflow import Move
from tests.builders import CENTRE, CLERK, ROADS, ROADS_HANDLER, SHANGHAI, WATER, WRITER, calendar
from tests.reporting import HANDLERS, County, a_week, nov, report_of

W47 = parse_period("2026-W47")
BASIS = Basis("清溪县", "信箱办理周报", "Asia/Shanghai", "shuangfeng-2018@1", "", "cn", (), {}, {})


def folded(county: County, period: str = "2026-W47") -> Folded:
    fold = Fold(parse_period(period), SHANGHAI, calendar())
    fold.add_all(map(told_of, county.lines()))
    return fold.result()


def told(county: County, code: str, move: str, **facts: Any) -> Report:
    """The week's report, where the lines of this letter and move also tell these facts."""
    lines = []
    for line in county.lines():
        more = facts if (line["letter"], line["move"]) == (code, move) else {}
        lines.append({**line, "facts": {**line["facts"], **more}})
    return report_of(lines, W47, BASIS)


def total(county: County, period: str = "2026-W47") -> Row:
    return report(county, period).total


def by_unit(county: County, period: str = "2026-W47") -> dict[str, Row]:
    return {row.key: row for row in report(county, period).by_unit}


def codes(cell: Cell) -> tuple[str, ...]:
    """The letters that a figure leads to. Only a report of very many letters lists none (None)."""
    assert cell.letters is not None
    return cell.letters


def report(county: County, period: str = "2026-W47") -> Report:
    return report_of(county.lines(), parse_period(period), BASIS)


# figure: all, centre, roads, water, and the letters it leads to; the accusation among them is counted, not listed
BY_HAND = {
    Figure.RECEIVED: (8, 8, 0, 0, "accused consult declined extended moved redone returned untouched"),
    Figure.ACCEPTED: (6, 6, 0, 0, "accused consult extended moved redone returned"),
    Figure.DECLINED: (1, 1, 0, 0, "declined"),
    Figure.TRIAGED_ON_TIME: (7, 7, 0, 0, "accused consult declined extended moved redone returned"),
    Figure.TRIAGED_LATE: (0, 0, 0, 0, ""),
    Figure.ASSIGNED: (7, 0, 3, 4, "accused consult extended moved redone returned"),
    Figure.ANSWERED: (5, 0, 2, 3, "accused consult late moved redone"),
    Figure.ON_TIME: (4, 0, 1, 3, "accused consult moved redone"),
    Figure.LATE: (1, 0, 1, 0, "late"),
    Figure.RELEASED_LATE: (1, 0, 1, 0, "moved"),
    Figure.EXTENSIONS: (1, 0, 0, 1, "extended"),
    Figure.RETURNS: (1, 0, 1, 0, "returned"),
    Figure.SEND_BACKS: (1, 0, 0, 1, "redone"),
    Figure.RATED: (1, 0, 1, 0, "consult"),
    Figure.REPLY_OWED: (6, 1, 1, 4, "accused consult extended moved redone returned"),
    Figure.REPLY_GIVEN: (4, 0, 1, 3, "accused consult moved redone"),
    Figure.OPEN: (3, 2, 0, 1, "extended returned untouched"),
    Figure.OVERDUE: (1, 1, 0, 0, "untouched"),
    Figure.KEPT: (0, 0, 0, 0, ""),
    Figure.REOPENED: (0, 0, 0, 0, ""),
}


@pytest.mark.parametrize("figure", BY_HAND, ids=str)
def test_a_week_comes_to_what_was_counted_by_hand(figure: Figure) -> None:
    everywhere, centre, roads, water, letters = BY_HAND[figure]
    county = a_week()
    rows = by_unit(county)
    assert total(county).count(figure) == everywhere
    assert {unit: rows[unit].count(figure) for unit in (CENTRE, ROADS, WATER)} == {
        CENTRE: centre,
        ROADS: roads,
        WATER: water,
    }
    cell = total(county).cells[figure]
    assert codes(cell) == tuple(code for code in letters.split() if code != "accused")
    assert cell.withheld == int("accused" in letters.split())


def test_rates_and_means_of_the_week_are_those_of_the_table() -> None:
    """Answered 4 of 6 owed; 4 in time, 1 late, 1 passed on late. Days used: 1 (consult), 4 (late), 1 (moved, by water),
    3 (redone, the redoing included), 2 (accused)."""
    row = total(a_week())
    assert row.answer_rate == 0.6667
    assert row.timeliness_rate == 0.6667
    assert (row.mean_days, row.median_days) == (2.2, 2.0)
    assert row.mean_score == 4.0
    assert row.scores == {"1": 0, "2": 0, "3": 0, "4": 1, "5": 0}
    assert row.amount(Figure.EXTENSIONS) == 5


def test_a_letter_that_changed_hands_counts_against_the_unit_that_held_it_too_long() -> None:
    rows = by_unit(a_week())
    assert "moved" in codes(rows[ROADS].cells[Figure.RELEASED_LATE])
    assert "moved" in codes(rows[WATER].cells[Figure.ON_TIME])
    assert rows[ROADS].timeliness_rate == 0.3333
    assert rows[WATER].timeliness_rate == 1.0


def test_a_late_answer_stays_late_when_it_is_redone_in_time() -> None:
    """Otherwise being sent back would clean the record."""
    county = County()
    county.write("a", nov(16, 9))
    county.give("a", nov(16), ROADS)
    county.answer("a", nov(19))
    county.send_back("a", nov(19, 11))
    county.answer("a", nov(19, 12))
    assert total(county).count(Figure.LATE) == 1
    assert total(county).count(Figure.ON_TIME) == 0
    assert [line.overdue_days for line in report(county).letters] == [1]


def test_an_answer_that_was_sent_back_is_none() -> None:
    county = County()
    county.write("a", nov(16, 9))
    county.give("a", nov(16), ROADS)
    county.answer("a", nov(17))
    county.send_back("a", nov(17, 11))
    row = total(county)
    assert (row.count(Figure.ANSWERED), row.count(Figure.REPLY_GIVEN), row.count(Figure.OPEN)) == (0, 0, 1)


def test_an_answer_sent_back_only_after_the_period_still_counts_in_it() -> None:
    """A report is not rewritten by what happens later."""
    county = County()
    county.write("a", nov(16, 9))
    county.give("a", nov(16), ROADS)
    county.answer("a", nov(17))
    county.send_back("a", nov(23))
    assert total(county).count(Figure.ANSWERED) == 1
    assert total(county, "2026-W48").count(Figure.SEND_BACKS) == 1
    assert total(county, "2026-W48").count(Figure.ANSWERED) == 0


@pytest.mark.parametrize(
    ("answered", "in_time"),
    [((18, 23, 59), True), ((19, 0, 0), False)],
    ids=["the last minute of the due date", "the first minute after it"],
)
def test_in_time_ends_with_the_due_date(answered: tuple[int, int, int], in_time: bool) -> None:
    county = County()
    county.write("a", nov(16, 9))
    county.give("a", nov(16), ROADS)  # consultation: 2 working days, due on the 18th
    county.answer("a", nov(*answered))
    assert total(county).count(Figure.ON_TIME) == int(in_time)
    assert total(county).count(Figure.LATE) == int(not in_time)


@pytest.mark.parametrize(
    ("received", "weeks"),
    [((15, 23, 59), (1, 0)), ((16, 0, 0), (0, 1)), ((22, 23, 59), (0, 1)), ((23, 0, 0), (0, 0))],
    ids=["last minute of the week before", "first minute", "last minute", "first minute of the next week"],
)
def test_a_letter_belongs_to_the_week_of_its_local_time(received: tuple[int, int, int], weeks: tuple[int, int]) -> None:
    county = County()
    county.write("a", nov(*received))
    assert (total(county, "2026-W46").count(Figure.RECEIVED), total(county).count(Figure.RECEIVED)) == weeks


def test_overdue_letters_carry_their_accumulated_working_days() -> None:
    """Due Wed 18: Thu and Fri are working days, the weekend adds nothing. At the centre: due Wed 18 as well."""
    county = County()
    county.write("held", nov(16, 9))
    county.give("held", nov(16), ROADS)
    county.write("waiting", nov(16, 9))
    rows = by_unit(county)
    assert rows[ROADS].amount(Figure.OVERDUE) == 2
    assert rows[CENTRE].cells[Figure.OVERDUE].letters == ("waiting",)
    assert rows[CENTRE].amount(Figure.OVERDUE) == 2
    assert [line.overdue_days for line in report(county).overdue] == [2, 2]


def test_a_letter_due_on_the_periods_last_day_is_not_overdue() -> None:
    county = County()
    county.write("a", nov(18, 9))
    county.give("a", nov(18), ROADS)
    assert total(county, "2026-11-20").count(Figure.OVERDUE) == 0
    assert total(county, "2026-11-21").count(Figure.OVERDUE) == 1
    assert total(county, "2026-11-21").amount(Figure.OVERDUE) == 1


def test_ladder_steps_are_counted_by_what_they_do() -> None:
    """Due Wed 18. Tue and Wed: reminders; Thu: an urge; Mon 23, the third day late: an escalation, next week."""
    county = County()
    county.write("a", nov(16, 9))
    county.give("a", nov(16), ROADS)
    for day in range(16, 24):
        county.sweep(nov(day, 20))
    row = by_unit(county)[ROADS]
    assert (row.count(Figure.REMINDERS), row.count(Figure.URGES), row.count(Figure.ESCALATIONS)) == (2, 1, 0)
    assert total(county, "2026-W48").count(Figure.ESCALATIONS) == 1


def test_an_explained_delay_is_not_urged() -> None:
    """CQ-7.1: the step is recorded, but nobody was urged."""
    county = County()
    county.write("a", nov(16, 9))
    county.give("a", nov(16), ROADS)
    county.make("a", Move.EXPLAIN_DELAY, ExplainDelay(reason="等待配件"), HANDLERS[ROADS], nov(17))
    county.sweep(nov(19, 20))
    assert total(county).count(Figure.URGES) == 0
    assert total(county).count(Figure.REMINDERS) == 2


def test_a_withdrawn_letter_is_owed_no_reply() -> None:
    county = County()
    county.write("a", nov(16, 9))
    county.give("a", nov(16), ROADS)
    county.make("a", Move.WITHDRAW, Nothing(), WRITER, nov(17))
    row = total(county)
    assert (row.count(Figure.WITHDRAWN), row.count(Figure.REPLY_OWED), row.count(Figure.OPEN)) == (1, 0, 0)
    assert row.answer_rate is None


def test_a_reopened_letter_counts_against_the_answer_that_did_not_settle_it() -> None:
    county = County()
    county.write("a", nov(16, 9))
    county.give("a", nov(16), ROADS)
    county.answer("a", nov(17))
    county.make("a", Move.REOPEN, Reopen(reason="没有解决"), WRITER, nov(18))
    rows = by_unit(county)
    assert rows[ROADS].count(Figure.REOPENED) == 1
    assert rows[CENTRE].count(Figure.OPEN) == 1
    [line] = report(county).letters
    assert (line.status, line.unit, line.answered_by) == (Status.ACCEPTED, CENTRE, ROADS)


def test_a_letter_answered_in_time_and_open_again_is_listed_as_both() -> None:
    """Else the list comes to one answer less than the total. Its limit is that of the unit that has it now."""
    county = County()
    county.write("a", nov(16, 9))
    county.give("a", nov(16), ROADS)
    county.answer("a", nov(17))
    county.make("a", Move.REOPEN, Reopen(reason="没有解决"), WRITER, nov(18))
    county.give("a", nov(19), WATER)
    made = report(county)
    [line] = made.letters
    assert (line.answered_on, line.answered_by, line.on_time) == (date(2026, 11, 17), ROADS, True)
    assert (line.working_days_used, line.unit, line.status) == (1, WATER, Status.ASSIGNED)
    assert (line.due_on, line.overdue_days) == (date(2026, 11, 23), 0)
    assert (line.summed()["on_time"], line.summed()["open"], line.summed_amounts()["answered"]) == (1, 1, 1)
    assert Words(made).on_time(line) == "曾按时答复"


def triage_of(county: County) -> tuple[int, int, float | None]:
    row = by_unit(county)[CENTRE]
    assert (row.count(Figure.TRIAGED_ON_TIME), row.count(Figure.TRIAGED_LATE)) == (
        total(county).count(Figure.TRIAGED_ON_TIME),
        total(county).count(Figure.TRIAGED_LATE),
    )
    return row.count(Figure.TRIAGED_ON_TIME), row.count(Figure.TRIAGED_LATE), row.triage_timeliness_rate


@pytest.mark.parametrize(
    ("assigned", "expected"),
    [((18, 23, 59), (1, 0, 1.0)), ((19, 0, 0), (0, 1, 0.0))],
    ids=["the last minute of the second working day", "the first minute after it"],
)
def test_screening_and_assigning_takes_two_working_days(
    assigned: tuple[int, int, int], expected: tuple[int, int, float]
) -> None:
    """SF-2.1. Accepting alone does not end it."""
    county = County()
    county.write("a", nov(16, 9))
    county.make("a", Move.ACCEPT, Accept(), CLERK, nov(16))
    assert triage_of(county) == (0, 0, None)
    county.give("a", nov(*assigned), ROADS)
    assert triage_of(county) == expected


def test_screening_that_has_to_be_done_again_counts_anew() -> None:
    """Late at first; in time after the unit gave it back, and after the writer was not content."""
    county = County()
    county.write("a", nov(9, 9))
    county.give("a", nov(16), ROADS)
    county.make("a", Move.RETURN, Return(reason="不属本单位职责"), ROADS_HANDLER, nov(16, 11))
    assert triage_of(county) == (0, 1, 0.0)
    county.give("a", nov(17), WATER)
    county.answer("a", nov(17, 11), WATER)
    county.make("a", Move.REOPEN, Reopen(reason="没有解决"), WRITER, nov(18))
    county.give("a", nov(20), ROADS)
    assert triage_of(county) == (2, 1, 0.6667)


def test_giving_a_letter_from_one_unit_to_another_is_no_screening() -> None:
    county = County()
    county.write("a", nov(16, 9))
    county.give("a", nov(16), ROADS)
    county.give("a", nov(19), WATER)
    assert triage_of(county) == (1, 0, 1.0)


def joined(contributes: int | None, answers: int) -> dict[str, Row]:
    """Roads leads and has five more days; water joins and has the consultation's two, through Wed 18."""
    county = County()
    county.write("a", nov(16, 9))
    county.give("a", nov(16), ROADS, WATER)
    county.make("a", Move.CONTACT_WRITER, ContactWriter(note="电话联系"), ROADS_HANDLER, nov(16, 11))
    county.make("a", Move.REQUEST_EXTENSION, RequestExtension(reason="要勘查", working_days=5), ROADS_HANDLER, nov(17))
    county.make("a", Move.GRANT_EXTENSION, GrantExtension(unit=ROADS), CLERK, nov(17, 11))
    if contributes:
        county.answer("a", nov(contributes), WATER)
    county.answer("a", nov(answers, 12))
    return by_unit(county)


@pytest.mark.parametrize(
    ("contributes", "answers", "late"),
    [(None, 18, 0), (None, 19, 1), (18, 19, 0), (19, 20, 1)],
    ids=["answered before its limit", "it never contributed", "contributed in time", "contributed late"],
)
def test_a_joining_unit_past_its_limit_does_not_vanish_with_the_leading_units_answer(
    contributes: int | None, answers: int, late: int
) -> None:
    """The leading unit is in time all along, and is not to blame."""
    rows = joined(contributes, answers)
    assert rows[WATER].count(Figure.RELEASED_LATE) == late
    assert rows[WATER].timeliness_rate == (0.0 if late else None)
    assert (rows[ROADS].count(Figure.RELEASED_LATE), rows[ROADS].timeliness_rate) == (0, 1.0)


def test_a_late_leading_unit_is_late_once() -> None:
    """Its own limit ended with its answer: that is a late answer, and no release."""
    county = County()
    county.write("a", nov(16, 9))
    county.give("a", nov(16), ROADS)
    county.answer("a", nov(19))
    assert (total(county).count(Figure.LATE), total(county).count(Figure.RELEASED_LATE)) == (1, 0)


def test_a_writer_who_gives_up_waiting_does_not_clear_the_unit() -> None:
    county = County()
    county.write("a", nov(16, 9))
    county.give("a", nov(16), ROADS)
    county.make("a", Move.WITHDRAW, Nothing(), WRITER, nov(19))
    assert by_unit(county)[ROADS].count(Figure.RELEASED_LATE) == 1


def test_nobody_who_did_not_rate_is_satisfied() -> None:
    county = County()
    for code in ("a", "b"):
        county.write(code, nov(16, 9))
        county.give(code, nov(16), ROADS)
        county.answer(code, nov(17))
    county.rate("a", nov(18), 1)
    assert total(county).mean_score == 1.0
    assert total(county).count(Figure.RATED) == 1
    assert total(County()).mean_score is None


def test_accusations_are_counted_and_not_listed() -> None:
    made = report(a_week())
    assert made.total.cells[Figure.RECEIVED].withheld == 1
    assert "accused" not in codes(made.total.cells[Figure.RECEIVED])
    *_, line = made.letters
    assert line.withheld
    assert (line.tracking_code, line.number, line.unit, line.received_at) == (None, None, None, None)
    assert {line.tracking_code for line in made.letters} == {*a_week().codes, None} - {"accused"}


def listed_in(made: Report) -> set[str]:
    rows = (made.total, *made.by_unit, *made.by_kind, *made.by_source)
    cells = {code for row in rows for cell in row.cells.values() for code in codes(cell)}
    lines = {line.tracking_code for line in made.letters} | {line.tracking_code for line in made.overdue}
    return cells | {code for code in lines if code}


def test_a_letter_about_an_office_is_counted_and_not_listed() -> None:
    """Its people read the report. `untouched` is also overdue."""
    made = told(a_week(), "untouched", "receive", guarded=True)
    assert made.total.count(Figure.RECEIVED) == 8
    assert made.total.cells[Figure.RECEIVED].withheld == 2
    assert "untouched" not in listed_in(made)
    assert "untouched" in listed_in(told(a_week(), "untouched", "receive", guarded=False))
    assert [(line.withheld, line.unit, line.number) for line in made.overdue] == [(True, None, None)]


def test_a_letter_about_an_office_is_in_the_countys_total_and_in_no_row_of_a_unit_that_was_not_given_it() -> None:
    """The owner of the mailbox may be the office it is about, and would learn of it by its own row (PL-18)."""
    county = County()
    county.write("a", nov(16, 9), about_units=(WATER,))
    assert total(county).count(Figure.RECEIVED) == total(county).count(Figure.OPEN) == 1
    assert by_unit(county) == {}
    county.give("a", nov(17), ROADS)
    assert set(by_unit(county)) == {ROADS}
    assert by_unit(county)[ROADS].count(Figure.ASSIGNED) == by_unit(county)[ROADS].count(Figure.OPEN) == 1


def test_how_many_letters_are_withheld_is_told_of_the_county_alone() -> None:
    made = report(a_week())
    rows = (*made.by_unit, *made.by_kind, *made.by_source)
    assert made.total.cells[Figure.RECEIVED].withheld
    assert {cell.withheld for row in rows for cell in row.cells.values()} == {0}


def test_what_the_centre_settles_last_says_whether_a_letter_is_about_an_office() -> None:
    county = County()
    county.write("a", nov(16, 9), about_units=(ROADS,))
    assert listed_in(report(county)) == set()
    county.make("a", Move.CLASSIFY, Classify(about=()), CLERK, nov(16))
    assert listed_in(report(county)) == {"a"}
    county.make("a", Move.CLASSIFY, Classify(kind=Kind.COMPLAINT), CLERK, nov(17))
    assert listed_in(report(county)) == {"a"}
    county.make("a", Move.CLASSIFY, Classify(about=(WATER,)), CLERK, nov(17))
    assert listed_in(report(county)) == set()


def test_a_unit_that_contributed_and_is_accused_afterwards_no_longer_holds_the_letter() -> None:
    """Its clock ended with its contribution: only the remaining units tell that it is out (PL-18)."""
    county = County()
    county.write("a", nov(16, 9))
    county.give("a", nov(16), ROADS, WATER)
    county.answer("a", nov(17), WATER)
    county.make("a", Move.CLASSIFY, Classify(about=(WATER,)), CLERK, nov(17))
    assert folded(county).states[LetterId("a")].units == [ROADS]
    assert by_unit(county)[ROADS].count(Figure.OPEN) == 1


def test_a_leading_unit_that_is_accused_after_another_contributed_leaves_the_letter_with_the_centre() -> None:
    """The contribution stands, and nobody leads: whoever the ledger says is left holds it."""
    county = County()
    county.write("a", nov(16, 9))
    county.give("a", nov(16), ROADS, WATER)
    county.answer("a", nov(17), WATER)
    county.make("a", Move.CLASSIFY, Classify(about=(ROADS,)), CLERK, nov(17))
    left = [each.unit for each in county.file("a").letter.assignments]
    assert folded(county).states[LetterId("a")].units == left


def test_every_figure_leads_to_letters_the_report_lists() -> None:
    made = report(a_week())
    listed = {line.tracking_code for line in made.letters if line.tracking_code}
    for row in (made.total, *made.by_unit, *made.by_kind, *made.by_source):
        for cell in row.cells.values():
            assert set(codes(cell)) <= listed
            assert cell.count or not cell.letters
            assert row is made.total or not cell.withheld
    for cell in made.total.cells.values():
        assert bool(cell.count) == bool(cell.letters or cell.withheld)


def test_a_letters_line_tells_its_due_date_and_days() -> None:
    lines = {line.tracking_code: line for line in report(a_week()).letters}
    late = lines["late"]
    assert (late.due_on, late.answered_on, late.on_time) == (date(2026, 11, 13), date(2026, 11, 17), False)
    assert (late.working_days_used, late.overdue_days) == (4, 2)
    assert (lines["extended"].due_on, lines["extended"].extension_days) == (date(2026, 12, 1), 5)
    assert lines["consult"].rating == 4
    assert lines["consult"].received_at == "2026-11-16T10:00:00+08:00"


def test_a_reclassified_letter_counts_as_what_it_turned_out_to_be() -> None:
    county = County()
    county.write("a", nov(16, 9))
    county.make("a", Move.CLASSIFY, Classify(kind=Kind.COMPLAINT), CLERK, nov(16))
    assert [row.key for row in report(county).by_kind] == ["complaint"]


def test_a_unit_that_loses_a_letter_about_itself_no_longer_holds_it() -> None:
    """PL-18: it goes back to the centre; that it lay past its due date still counts against the unit."""
    county = County()
    county.write("a", nov(16, 9))
    county.give("a", nov(16), ROADS)
    county.make("a", Move.CLASSIFY, Classify(about=(ROADS,)), CLERK, nov(20))
    rows = by_unit(county)
    assert rows[ROADS].count(Figure.RELEASED_LATE) == 1
    assert (rows[ROADS].count(Figure.OPEN), total(county).count(Figure.OPEN)) == (0, 1)


@pytest.mark.parametrize(
    ("move", "payload", "figure"),
    [
        (Move.FORWARD, Forward(unit="water"), Figure.FORWARDED),
        (Move.KEEP_FOR_INFORMATION, KeepForInformation(), Figure.KEPT),
        (Move.DECLINE, Decline(ground="not_a_public_matter"), Figure.DECLINED),
    ],
)
def test_what_the_centre_settles_by_itself_is_owed_no_reply(move: Move, payload: Payload, figure: Figure) -> None:
    county = County()
    county.write("a", nov(16, 9))
    county.make("a", Move.ACCEPT, Accept(), CLERK, nov(16))
    county.make("a", move, payload, CLERK, nov(16, 11))
    row = total(county)
    assert (row.count(figure), row.count(Figure.REPLY_OWED), row.count(Figure.OPEN)) == (1, 0, 0)


def test_an_answer_of_the_week_before_is_not_counted_again() -> None:
    county = County()
    county.write("a", nov(12, 9))
    county.give("a", nov(12), ROADS)
    county.answer("a", nov(13))
    assert total(county, "2026-W46").count(Figure.ANSWERED) == 1
    assert total(county).count(Figure.ANSWERED) == 0
