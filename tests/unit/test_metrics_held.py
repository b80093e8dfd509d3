"""Working days in hand (`handled`) and past a limit (`overran`), day by day, each rule of docs/figures.md by example.

November 2026: the 16th is a Monday. A consultation has two working days at a unit, and two at the centre (SF-2.1).
"""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib import bootstrap
from chalicelib.domain.ledger import line_of
from chalicelib.domain.letter import Kind, Status, UnitId
from chalicelib.domain.metrics.figures import Dimension, Figure
from chalicelib.domain.metrics.fold import Fold
from chalicelib.domain.metrics.tally import rows_by
from chalicelib.domain.metrics.told import told
from chalicelib.domain.payloads import (
    Classify,
    ContactWriter,
    GrantExtension,
    Nothing,
    Reopen,
    RequestExtension,
    Return,
)
from chalicelib.domain.periods import Period, PeriodKind, midnight, parse_period, parts_of
from chalicelib.domain.workflow import Move
from tests.builders import CLERK, ROADS, ROADS_HANDLER, SHANGHAI, WATER, WRITER, calendar
from tests.functional.test_appraisal import CRITERIA, a_world, answers, signed, unit_head_signs
from tests.regulations.county import County as Office
from tests.reporting import HANDLERS, County, nov
from tests.unit.test_metrics_laws import CODES, Life, lives

W46, W47, W48 = parse_period("2026-W46"), parse_period("2026-W47"), parse_period("2026-W48")
ONE_DAY = timedelta(days=1)


def local(month: int, day: int, hour: int = 10, year: int = 2026) -> datetime:
    """A local wall time, in UTC."""
    return datetime(year, month, day, hour, tzinfo=SHANGHAI).astimezone(UTC)


def between(first: date, last: date) -> Period:
    """Any stretch of days as a period."""
    return Period(PeriodKind.WEEKLY, "", first, last)


Lines = list[dict[str, Any]]


def told_of(lines: Lines, period: Period, figure: Figure) -> dict[str, tuple[int, int]]:
    """How often, and how many working days, by office."""
    fold = Fold(period, SHANGHAI, calendar())
    fold.add_all(map(told, lines))
    rows = rows_by(Dimension.UNIT, fold.result().entries)
    return {row.key: (row.count(figure), row.amount(figure)) for row in rows if row.count(figure)}


def handled(county: County, period: Period = W47) -> dict[str, tuple[int, int]]:
    return told_of(county.lines(), period, Figure.HANDLED)


def overran(county: County, period: Period = W47) -> dict[str, tuple[int, int]]:
    return told_of(county.lines(), period, Figure.OVERRAN)


def letter(at: datetime, *to: UnitId, kind: Kind = Kind.CONSULTATION) -> County:
    """A county with one letter, received at this time and given to these units an hour later."""
    county = County()
    county.write("a", at, kind)
    if to:
        county.give("a", at + timedelta(hours=1), *to)
    return county


def give_back(county: County, at: datetime, unit: UnitId = ROADS) -> None:
    county.make("a", Move.RETURN, Return(reason="不属本单位职责"), HANDLERS[unit], at)


def reopen(county: County, at: datetime) -> None:
    county.make("a", Move.REOPEN, Reopen(reason="没有解决"), WRITER, at)


# in hand


def test_the_days_after_receipt_through_that_of_the_answer_are_the_units() -> None:
    """Monday to Wednesday: Tuesday and Wednesday."""
    county = letter(nov(16), ROADS)
    county.answer("a", nov(18))
    assert handled(county) == {"roads": (1, 2)}


def test_a_letter_answered_on_the_day_it_came_takes_no_day() -> None:
    county = letter(nov(16), ROADS)
    county.answer("a", nov(16, 17))
    assert handled(county) == {"roads": (1, 0)}


def test_the_day_it_changes_hands_counts_against_whoever_had_it_that_morning() -> None:
    """Roads: Tuesday, Wednesday, Thursday. Water, which got it on Thursday: Friday."""
    county = letter(nov(16), ROADS)
    county.give("a", nov(19, 0), WATER)
    county.answer("a", nov(20), WATER)
    assert handled(county) == {"roads": (1, 3), "water": (1, 1)}


def test_a_weekend_counts_for_nobody() -> None:
    """Given on Friday, passed on on Sunday, answered on Monday."""
    county = letter(nov(20), ROADS)
    county.give("a", nov(22), WATER)
    county.answer("a", nov(23), WATER)
    assert handled(county) == {"roads": (1, 0), "water": (1, 0)}
    assert handled(county, W48) == {"water": (1, 1)}
    assert handled(county, parse_period("2026-11")) == {"roads": (1, 0), "water": (1, 1)}


def test_a_make_up_saturday_counts_like_any_working_day() -> None:
    """Thu 8 October: back from the holiday. Saturday is worked: roads has Friday, water Saturday and Monday."""
    county = letter(local(10, 8), ROADS, kind=Kind.COMPLAINT)
    county.give("a", local(10, 9), WATER)
    county.answer("a", local(10, 12), WATER)
    assert handled(county, between(date(2026, 10, 5), date(2026, 10, 11))) == {"roads": (1, 1), "water": (1, 1)}
    assert handled(county, parse_period("2026-10")) == {"roads": (1, 1), "water": (1, 2)}


def test_each_of_two_joint_units_has_the_days() -> None:
    county = letter(nov(16), ROADS, WATER)
    county.answer("a", nov(18))
    assert handled(county) == {"roads": (1, 2), "water": (1, 2)}


def test_a_unit_that_joins_later_has_its_days_from_then_on() -> None:
    """Roads keeps the letter: its days go on, although it is assigned anew."""
    county = letter(nov(16), ROADS, kind=Kind.COMPLAINT)
    county.give("a", nov(18), ROADS, WATER)
    county.answer("a", nov(20))
    assert handled(county) == {"roads": (1, 4), "water": (1, 2)}


def test_a_letter_given_back_the_same_day_was_handled_and_took_no_day() -> None:
    county = letter(nov(16), ROADS)
    give_back(county, nov(16, 17))
    assert handled(county) == {"roads": (1, 0)}


def test_days_at_the_centre_in_between_are_nobodys() -> None:
    """Given back on Tuesday; the centre has it on Wednesday and on Thursday morning, when it is given again."""
    county = letter(nov(16), ROADS)
    give_back(county, nov(17))
    county.give("a", nov(19), ROADS)
    county.answer("a", nov(20))
    assert handled(county) == {"roads": (1, 2)}


def test_an_answer_sent_back_goes_on_from_the_day_it_is_sent_back() -> None:
    """Answered on Tuesday, sent back on Wednesday, answered again on Friday: Tuesday, Thursday and Friday."""
    county = letter(nov(16), ROADS)
    county.answer("a", nov(17))
    county.send_back("a", nov(18))
    county.answer("a", nov(20))
    assert handled(county) == {"roads": (1, 3)}


def test_a_letter_opened_again_is_nobodys_until_a_unit_has_it() -> None:
    """Roads: Tuesday. Opened again on Wednesday, given to water on Thursday, answered on Friday."""
    county = letter(nov(16), ROADS)
    county.answer("a", nov(17))
    reopen(county, nov(18))
    county.give("a", nov(19), WATER)
    county.answer("a", nov(20), WATER)
    assert handled(county) == {"roads": (1, 1), "water": (1, 1)}


def test_what_lies_through_the_whole_week_counts_every_working_day_of_it() -> None:
    county = letter(nov(12), ROADS)
    assert handled(county, W46) == {"roads": (1, 1)}
    assert handled(county) == {"roads": (1, 5)}


def test_what_was_answered_before_the_week_was_not_handled_in_it() -> None:
    county = letter(nov(12), ROADS)
    county.answer("a", nov(13))
    assert handled(county) == {}


def test_a_letter_the_writer_took_back_ends_the_days() -> None:
    county = letter(nov(16), ROADS)
    county.make("a", Move.WITHDRAW, Nothing(), WRITER, nov(18))
    assert handled(county) == {"roads": (1, 2)}


def test_a_unit_that_the_letter_turns_out_to_be_about_has_its_days_until_then() -> None:
    """PL-18: it had been given it, so its row tells of it."""
    county = letter(nov(16), ROADS)
    county.make("a", Move.CLASSIFY, Classify(about=(ROADS,)), CLERK, nov(18))
    county.give("a", nov(19), WATER)
    county.answer("a", nov(20), WATER)
    assert handled(county) == {"roads": (1, 2), "water": (1, 1)}


def test_an_extension_changes_no_day_in_hand() -> None:
    county = letter(nov(16), ROADS)
    county.make("a", Move.CONTACT_WRITER, ContactWriter(note="电话联系"), ROADS_HANDLER, nov(17))
    wish = RequestExtension(reason="要勘查", working_days=5)
    county.make("a", Move.REQUEST_EXTENSION, wish, ROADS_HANDLER, nov(17, 11))
    county.make("a", Move.GRANT_EXTENSION, GrantExtension(), CLERK, nov(17, 12))
    county.answer("a", nov(20))
    assert handled(county) == {"roads": (1, 4)}
    assert overran(county) == {}


def test_a_joining_unit_that_has_given_its_part_has_no_more_days() -> None:
    """Water on Tuesday; roads, which leads, answers on Friday."""
    county = letter(nov(16), ROADS, WATER, kind=Kind.COMPLAINT)
    county.answer("a", nov(17), WATER)
    county.answer("a", nov(20))
    assert handled(county) == {"roads": (1, 4), "water": (1, 1)}


def test_a_joining_unit_that_comes_to_lead_has_the_letter_again() -> None:
    """Water gave its part on Tuesday; on Wednesday the centre gives the letter to water alone: Tuesday, Thursday."""
    county = letter(nov(16), ROADS, WATER, kind=Kind.COMPLAINT)
    county.answer("a", nov(17, 9), WATER)
    county.give("a", nov(18), WATER)
    county.answer("a", nov(19), WATER)
    assert handled(county) == {"roads": (1, 2), "water": (1, 2)}


# while others sign (BB-3.4)


@pytest.fixture
def bengbu() -> Iterator[Office]:
    """Bengbu's rules: an answer is signed by the unit's head, then by the centre or the line of leaders."""
    yield a_world("bengbu-2014")
    bootstrap.use(None)


def lines_of(office: Office, code: str) -> Lines:
    return [line_of(event) for event in office.file(code).events]


def test_a_signature_of_the_units_own_head_is_the_units_time(bengbu: Office) -> None:
    """Given on Monday, answered on Tuesday, signed by the head on Thursday, by the centre on Friday: three days."""
    citizen = bengbu.assigned("roads")
    bengbu.at("2026-11-17T09:00")
    answers(bengbu, citizen)
    assert told_of(lines_of(bengbu, citizen.code), parse_period("2026-11-18"), Figure.HANDLED) == {"roads": (1, 1)}
    bengbu.at("2026-11-19T09:00")
    unit_head_signs(bengbu, citizen)
    bengbu.at("2026-11-20T09:00")
    signed(bengbu, citizen, "clerk", criteria=CRITERIA)
    assert told_of(lines_of(bengbu, citizen.code), W47, Figure.HANDLED) == {"roads": (1, 3)}


def test_signatures_of_others_are_not_the_units_time_and_when_late_not_its_limit(bengbu: Office) -> None:
    """Head on Tuesday; four leaders after it, the last on Monday 30th: their three days ended on Friday 20th."""
    citizen = bengbu.assigned("roads")
    bengbu.at("2026-11-17T09:00")
    desk = bengbu.desk("roads-handler")
    desk.makes(citizen.code, "answer", body="路灯已经修好。", channel="web", chain="government")
    unit_head_signs(bengbu, citizen)
    for contact in ("deputy-secretary", "secretary", "deputy-mayor"):
        signed(bengbu, citizen, contact)
    bengbu.at("2026-11-30T09:00")
    signed(bengbu, citizen, "mayor")
    lines, month = lines_of(bengbu, citizen.code), parse_period("2026-11")
    assert told_of(lines, month, Figure.HANDLED) == {"roads": (1, 1)}
    assert told_of(lines, month, Figure.OVERRAN) == {"centre": (1, 6)}
    assert told_of(lines, W48, Figure.OVERRAN) == {"centre": (1, 5)}
    assert told_of(lines, W48, Figure.HANDLED) == {"roads": (1, 0)}


def test_an_answer_that_the_centre_does_not_sign_is_the_units_again_from_that_day(bengbu: Office) -> None:
    """Tuesday the head signs; Wednesday the centre sends it back; Friday the unit and its head do it again."""
    citizen = bengbu.assigned("roads")
    bengbu.at("2026-11-17T09:00")
    answers(bengbu, citizen)
    unit_head_signs(bengbu, citizen)
    bengbu.at("2026-11-18T09:00")
    bengbu.desk("clerk").makes(citizen.code, "send_back", reasons="没有结论")
    bengbu.at("2026-11-20T09:00")
    answers(bengbu, citizen)
    unit_head_signs(bengbu, citizen)
    assert told_of(lines_of(bengbu, citizen.code), W47, Figure.HANDLED) == {"roads": (1, 3)}


# past a limit


def test_a_limit_passed_and_ended_in_the_period_counts_its_days_after_the_due_date() -> None:
    """Due on Wednesday, answered on Friday: Thursday and Friday."""
    county = letter(nov(16), ROADS)
    county.answer("a", nov(20))
    assert overran(county) == {"roads": (1, 2)}
    assert told_of(county.lines(), W47, Figure.OVERDUE) == {}


def test_a_limit_kept_to_its_last_day_is_not_past() -> None:
    county = letter(nov(16), ROADS)
    county.answer("a", nov(18, 23))
    assert overran(county) == {}


def test_a_limit_passed_before_the_period_and_ended_in_it_counts_the_periods_days_alone() -> None:
    """Due on Wednesday 11th, answered on Tuesday 17th: two days of its own week, two of the next."""
    county = letter(nov(9), ROADS)
    county.answer("a", nov(17))
    assert overran(county, W46) == {"roads": (1, 2)}
    assert overran(county) == {"roads": (1, 2)}
    assert overran(county, W48) == {}
    assert overran(county, parse_period("2026-11")) == {"roads": (1, 4)}


def test_a_limit_still_running_at_the_end_counts_through_the_periods_last_day() -> None:
    """Due on Wednesday: Thursday and Friday, as in `overdue`; the whole next week; `overdue` grows to seven."""
    county = letter(nov(16), ROADS)
    assert overran(county) == told_of(county.lines(), W47, Figure.OVERDUE) == {"roads": (1, 2)}
    assert overran(county, W48) == {"roads": (1, 5)}
    assert told_of(county.lines(), W48, Figure.OVERDUE) == {"roads": (1, 7)}


def test_a_limit_past_on_rest_days_alone_counts_one() -> None:
    """Due on Friday, and still not done on Sunday; or answered on Saturday."""
    county = letter(nov(18), ROADS)
    assert overran(county) == {"roads": (1, 1)}
    county.answer("a", nov(21))
    assert overran(county) == {"roads": (1, 1)}


def test_what_is_due_on_the_last_day_is_past_in_the_next_period_first() -> None:
    county = letter(nov(18), ROADS)
    assert overran(county, parse_period("2026-11-20")) == {}
    assert overran(county, parse_period("2026-11-21")) == {"roads": (1, 1)}


def test_a_limit_that_ended_on_the_day_before_the_period_is_not_in_it() -> None:
    county = letter(nov(9), ROADS)
    county.answer("a", nov(15, 23))
    assert overran(county) == {}


def test_a_limit_that_ended_on_the_periods_first_day_was_past_on_it() -> None:
    """Due on Wednesday 11th, answered on Monday 16th."""
    county = letter(nov(9), ROADS)
    county.answer("a", nov(16))
    assert overran(county) == {"roads": (1, 1)}


def test_who_let_it_pass_is_told_also_when_another_unit_has_it_now() -> None:
    """Roads until Thursday, a day late; water in time."""
    county = letter(nov(16), ROADS)
    county.give("a", nov(19), WATER)
    county.answer("a", nov(20), WATER)
    assert overran(county) == {"roads": (1, 1)}


def test_a_late_letter_that_is_withdrawn_was_past_until_then() -> None:
    county = letter(nov(16), ROADS)
    county.make("a", Move.WITHDRAW, Nothing(), WRITER, nov(20))
    assert overran(county) == {"roads": (1, 2)}
    assert overran(county, W48) == {}


def test_each_try_has_its_own_limit() -> None:
    """Answered a day late on Thursday and sent back on Friday; the redo runs into the next week and past."""
    county = letter(nov(16), ROADS)
    county.answer("a", nov(19))
    county.send_back("a", nov(20))
    [redo] = [clock for clock in county.file("a").clocks if clock.running and clock.unit == ROADS]
    assert overran(county) == {"roads": (1, 1)}
    past = calendar().working_days_between(redo.due_on, date(2026, 11, 30))
    assert past > 0
    assert overran(county, parse_period("2026-11")) == {"roads": (2, 1 + past)}


def test_the_centres_own_limit_is_past_at_the_centre() -> None:
    """Received on Monday, given on Friday: two days after Wednesday."""
    county = letter(nov(16))
    county.give("a", nov(20), ROADS)
    assert overran(county) == {"centre": (1, 2)}


def test_the_window_to_return_a_letter_is_never_past() -> None:
    """One working day, Tuesday; the limit of a suggestion runs on until Monday."""
    county = letter(nov(16), ROADS, kind=Kind.SUGGESTION)
    assert overran(county) == {}


# laws


def parts(period: Period) -> list[Period]:
    """The period in the pieces of its course."""
    return [between(first, last) for first, last in parts_of(period)]


def days(lines: Lines, period: Period, figure: Figure = Figure.HANDLED) -> Counter[str]:
    """The working days of each office."""
    return Counter({unit: amount for unit, (_, amount) in told_of(lines, period, figure).items() if amount})


@settings(max_examples=60, deadline=None)
@given(lives)
def test_a_working_day_counts_for_the_units_that_had_the_letter_that_morning(life: Life) -> None:
    """Counted again from the letters as they were at each midnight; and the days of a week are the week's."""
    found: Counter[str] = Counter()
    for day in (W47.first + n * ONE_DAY for n in range(7)):
        if calendar().is_working_day(day):
            found.update(had_in_hand(life, day))
    lines = life.county.lines()
    assert days(lines, W47) == found
    assert days(lines, W47) == sum((days(lines, part) for part in parts(W47)), Counter())


def had_in_hand(life: Life, day: date) -> list[str]:
    """Every unit that had one of the letters when the day began, once a letter."""
    morning = midnight(day, SHANGHAI)
    units: list[str] = []
    for code in CODES:
        after = [file for at, _, _, _, file in life.moves if file.letter.id == code and at < morning]
        if after and after[-1].letter.status is Status.ASSIGNED:
            held = after[-1].letter.assignments
            units += [str(each.unit) for each in held if each.lead or each.contributed_at is None]
    return units


hand_overs = st.lists(st.tuples(st.integers(1, 400), st.sampled_from([ROADS, WATER])), min_size=1, max_size=8)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 60), hand_overs, st.integers(0, 400))
def test_with_one_unit_at_a_time_all_days_together_are_those_from_first_to_last(
    begin: int, gives: list[tuple[int, UnitId]], until: int
) -> None:
    """Hours apart, over National Day and its make-up days; months, weeks and quarter add up alike."""
    at = local(9, 1) + begin * ONE_DAY
    county = letter(at)
    given_at = [at := at + timedelta(hours=hours) for hours, _ in gives]
    for moment, (_, unit) in zip(given_at, gives, strict=True):
        county.give("a", moment, unit)
    end = given_at[-1] + timedelta(hours=until)
    county.answer("a", end, gives[-1][1])
    first, last = (moment.astimezone(SHANGHAI).date() for moment in (given_at[0], end))
    lines, whole = county.lines(), between(date(2026, 9, 1), date(2027, 2, 28))
    counted = days(lines, whole)
    assert counted.total() == calendar().working_days_between(first, last)
    months = [parse_period(key) for key in ("2026-09", "2026-10", "2026-11", "2026-12", "2027-01", "2027-02")]
    assert sum((days(lines, month) for month in months), Counter()) == counted
    quarter = parse_period("2026-Q4")
    assert sum((days(lines, part) for part in parts(quarter)), Counter()) == days(lines, quarter)


@settings(max_examples=60, deadline=None)
@given(lives)
def test_what_is_overdue_at_the_end_was_past_in_the_period(life: Life) -> None:
    """And nobody is past more working days of the period than there are, for each limit."""
    lines = life.county.lines()
    late, past = (told_of(lines, W47, figure) for figure in (Figure.OVERDUE, Figure.OVERRAN))
    assert all(past[unit][0] >= count for unit, (count, _) in late.items())
    assert all(count <= amount <= 5 * count for count, amount in past.values())
