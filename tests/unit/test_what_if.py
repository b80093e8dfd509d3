"""What letters come to under another rulebook, beside a count that shares no code with it."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from random import Random
from typing import Any

import chinese_calendar
import pytest

from chalicelib.domain.letter import Complexity, Kind
from chalicelib.domain.limit import CountedIn
from chalicelib.domain.rulebook import Rulebook
from chalicelib.domain.rules import LimitRule
from chalicelib.domain.what_if import Came, Case, Figures, Marks, Step, Term, Verdict, comes_to
from chalicelib.services.what_if import Letters, column, letters_of_file, verdicts
from tests.builders import SHANGHAI, calendar, rulebook

NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)
TODAY = date(2026, 11, 20)
MONDAY = date(2016, 5, 9)

OTHERS = [kind for kind in Kind if kind is not Kind.CONSULTATION]
LIMITS: dict[str, dict[Kind, int]] = {
    "hefei-2008": {Kind.CONSULTATION: 3, **dict.fromkeys(OTHERS, 10)},
    "shuangfeng-2018": {Kind.CONSULTATION: 2, **dict.fromkeys(OTHERS, 5)},
    "pingliang-2012": dict.fromkeys(Kind, 5),
    "bengbu-2014": dict.fromkeys(Kind, 7),
    "chongqing-2005": dict.fromkeys(Kind, 10),
}
"""Working days by hand, from the regulations; where one is silent, the county's own of its rulebook."""

NO_CLAUSE: dict[str, set[Kind]] = {
    "hefei-2008": {Kind.OPINION, Kind.SUGGESTION, Kind.HELP, Kind.OTHER},
    "shuangfeng-2018": {Kind.ACCUSATION, Kind.HELP, Kind.OTHER},
    "pingliang-2012": set(),
    "bengbu-2014": set(),
    "chongqing-2005": {Kind.OPINION},
}
"""Of which kinds the regulation says nothing."""


# the other count: another calendar, one day after the other


@cache
def works(day: date) -> bool:
    return bool(chinese_calendar.is_workday(day))


def last_day(start: date, working_days: int) -> date:
    day = start
    while working_days:
        day += timedelta(days=1)
        working_days -= works(day)
    return day


def worked(after: date, through: date) -> int:
    days = (after + timedelta(days=n) for n in range(1, (through - after).days + 1))
    return sum(works(day) for day in days)


def made_up() -> list[tuple[str, str]]:
    """Letters with their answers: around festivals and make-up days, near midnight, days without a time; any others."""
    eves = (
        "2008-01-01",
        "2009-09-26",
        "2013-02-09",
        "2015-09-02",
        "2016-02-06",
        "2019-04-30",
        "2020-01-23",
        "2025-12-31",
    )
    pairs = []
    for eve in eves:
        for back in range(3):
            written = date.fromisoformat(eve) + timedelta(days=back)
            for later in (0, 1, 2, 3, 5, 7, 9, 12, 14, 16, 20):
                answered = written + timedelta(days=later)
                pairs += [
                    (f"{written} 00:00:00", f"{answered} 23:59:59"),
                    (f"{written} 23:59:59", f"{answered + timedelta(days=1)} 00:00:00"),
                    (f"{written}", f"{answered}"),
                ]
    chance = Random(5)  # noqa: S311  the same letters each time
    for _ in range(500):
        written_at = datetime(2008, 1, 1) + timedelta(minutes=chance.randrange(18 * 365 * 1440))  # noqa: DTZ001  local
        answered_at = written_at + timedelta(minutes=int(chance.expovariate(1 / (9 * 1440))))
        pairs.append((written_at.isoformat(" "), answered_at.isoformat(" ")))
    return pairs


MADE_UP = made_up()


def a_file(*rows: dict[str, str]) -> bytes:
    paper = io.StringIO()
    columns = ["source_number", "subject", "body", "written_at", "answer", "answered_at"]
    writer = csv.DictWriter(paper, columns, restval="")
    writer.writeheader()
    for number, row in enumerate(rows, start=1):
        writer.writerow({"source_number": str(number), "subject": "路灯", "body": "坏了", **row})
    return paper.getvalue().encode()


def asked(*rows: dict[str, str], kind: Kind = Kind.CONSULTATION, as_of: date | None = None) -> Letters:
    return letters_of_file(a_file(*rows), kind, calendar(), SHANGHAI, NOW, as_of)


def answered(written_at: str, answered_at: str) -> dict[str, str]:
    return {"written_at": written_at, "answer": "修好了", "answered_at": answered_at}


def the_only(letters: Letters, book: str = "shuangfeng-2018") -> Verdict:
    ((_, verdict),) = verdicts(letters, rulebook(book))
    return verdict


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("name", list(LIMITS))
def test_letter_by_letter_it_agrees_with_a_count_by_another_calendar(name: str, kind: Kind) -> None:
    letters = asked(*(answered(*pair) for pair in MADE_UP), kind=kind)
    on_time, days = 0, LIMITS[name][kind]
    for (written_at, answered_at), (case, verdict) in zip(MADE_UP, verdicts(letters, rulebook(name)), strict=True):
        written, given = date.fromisoformat(written_at[:10]), date.fromisoformat(answered_at[:10])
        due = last_day(written, days)
        assert verdict.clock is not None
        assert verdict.clock.due_on == due, (case, due)
        assert verdict.came is (Came.ON_TIME if given <= due else Came.LATE), (case, due)
        assert verdict.working_days_used == worked(written, given)
        on_time += given <= due
    total = column(letters, rulebook(name), rulebook(name)).figures.total
    assert (total.on_time, total.late) == (on_time, len(MADE_UP) - on_time)
    assert 0 < on_time < len(MADE_UP)
    assert total.without_clause == (len(MADE_UP) if kind in NO_CLAUSE[name] else 0)


@pytest.mark.parametrize(
    ("written_at", "answered_at", "came"),
    [
        ("2026-09-30 09:00", "2026-10-09 23:59:59", "on_time"),  # the second working day after National Day
        ("2026-09-30 09:00", "2026-10-10 00:00:00", "late"),
        ("2026-10-08", "2026-10-10 23:59:59", "on_time"),  # a make-up Saturday is the second working day
        ("2026-10-08", "2026-10-11", "late"),
        ("2026-09-19", "2026-09-21", "on_time"),  # Sunday the 20th is worked and counts
        ("2026-09-19", "2026-09-22", "late"),
        ("2026-09-18T16:00:00Z", "2026-09-21 23:59", "on_time"),  # in Shanghai that is Saturday already
        ("2026-09-18T15:59:59Z", "2026-09-22 00:00", "late"),
        ("2025-12-31 23:59:59", "2026-01-05 23:59:59", "on_time"),  # a working Sunday, then Monday
        ("2025-12-31 23:59:59", "2026-01-06", "late"),
        ("2026-09-26 10:00", "2026-09-26 10:00:01", "on_time"),  # before the first counted day
        ("2026-09-26", "2026-09-26", "on_time"),
    ],
)
def test_two_working_days_end_where_the_law_says(written_at: str, answered_at: str, came: str) -> None:
    """As in the table of the design, for consultations in Shuangfeng."""
    assert the_only(asked(answered(written_at, answered_at))).came == came


# what the file may not hold


@pytest.mark.parametrize(
    ("row", "column_", "reason"),
    [
        (answered("2007-12-31 10:00", "2008-03-01"), "written_at", "2008"),
        (answered("2016-05-09 10:00", "2016-05-09 09:59:59"), "answered_at", "lies before written_at"),
        (answered("2016-05-09 10:00", "2026-11-20 10:00:01"), "answered_at", "lies in the future"),
        ({"written_at": "2016-05-09", "answered_at": "2016-05-10"}, "answer", "is empty, but answered_at is not"),
        ({"written_at": "2016-05-09", "source_number": "2"}, "source_number", "stands in line 3 already"),
        ({"written_at": "gestern"}, "written_at", "is no time"),
    ],
)
def test_rows_that_would_not_be_imported_are_refused_with_their_line(
    row: dict[str, str], column_: str, reason: str
) -> None:
    good = answered("2016-05-09", "2016-05-10")
    letters = asked(good, good, row)
    (refused,) = letters.refused
    assert (refused.error.line, refused.error.column) == (4, column_)
    assert reason in refused.error.reason
    assert column(letters, rulebook(), rulebook()).figures.total.letters == 2


def test_a_row_with_too_many_fields_is_refused_too() -> None:
    data = a_file(answered("2016-05-09", "2016-05-10")) + b"2,a,b,2016-05-09,,,one,more\n"
    letters = letters_of_file(data, Kind.HELP, calendar(), SHANGHAI, NOW)
    assert [each.error.line for each in letters.refused] == [3]


# open letters of a file


@pytest.mark.parametrize(("as_of", "past"), [(date(2016, 5, 11), False), (date(2016, 5, 12), True), (None, True)])
def test_an_unanswered_letter_is_open_and_past_its_limit_from_the_day_after(as_of: date | None, past: bool) -> None:
    letters = asked({"written_at": "2016-05-09 10:00"}, as_of=as_of)
    total = column(letters, rulebook(), rulebook()).figures.total
    assert (total.letters, total.open, total.open_late, total.on_time, total.late) == (1, 1, int(past), 0, 0)


def test_an_unanswered_letter_from_before_the_calendar_is_open_without_a_limit() -> None:
    """Such a row is imported as a new letter: its limits would run from then on."""
    letters = asked({"written_at": "2007-05-09"})
    total = column(letters, rulebook(), rulebook()).figures.total
    assert (letters.refused, total.open, total.open_late, total.without_limit) == ((), 1, 0, 1)


# limits of other sorts


def came(
    book: Rulebook, *terms: Term, answered_on: date | None, first_start: date | None = None, as_of: date = TODAY
) -> Verdict:
    case = Case("code", "roads", Kind.CONSULTATION, terms, answered_on, first_start)
    return comes_to(case, book, calendar(), SHANGHAI, as_of)


def a_term(days: int | None, **changes: Any) -> Term:
    """From Monday 9 May 2016, ended so many days later."""
    ended = None if days is None else MONDAY + timedelta(days=days)
    return Term(**{"started_on": MONDAY, "marks": Marks(Kind.CONSULTATION), "ended_on": ended, **changes})


def with_limit(number: int, counted_in: CountedIn) -> Rulebook:
    """Shuangfeng, were it to give accusations this limit."""
    limit = LimitRule(number=number, counted_in=counted_in)
    return rulebook().model_copy(update={"county_handle": limit})


@pytest.mark.parametrize(
    ("number", "counted_in", "start", "due"),
    [
        (1, CountedIn.SAME_DAY, "2016-05-09", "2016-05-09"),
        (1, CountedIn.SAME_DAY, "2016-05-07", "2016-05-09"),  # written on a Saturday
        (1, CountedIn.SAME_DAY, "2026-09-20", "2026-09-20"),  # a worked Sunday
        (15, CountedIn.CALENDAR_DAYS, "2026-09-21", "2026-10-08"),  # ends in the holidays
        (15, CountedIn.CALENDAR_DAYS, "2026-09-25", "2026-10-10"),  # ends on a worked Saturday
        (60, CountedIn.MINUTES, "2026-10-01", "2026-10-01"),
    ],
)
def test_limits_of_every_sort_are_counted(number: int, counted_in: CountedIn, start: str, due: str) -> None:
    book, ends = with_limit(number, counted_in), date.fromisoformat(due)
    for ended, expected in ((ends, Came.ON_TIME), (ends + timedelta(days=1), Came.LATE)):
        term = Term(date.fromisoformat(start), Marks(Kind.ACCUSATION), ended)
        verdict = came(book, term, answered_on=ended)
        assert (verdict.clock.due_on if verdict.clock else None, verdict.came) == (ends, expected)


@pytest.mark.parametrize(
    ("name", "marks", "days"),
    [
        ("bengbu-2014", Marks(Kind.HELP, urgent=True), 0),  # BB-3.1: at once
        ("bengbu-2014", Marks(Kind.HELP, Complexity.COMPLEX), 9),
        ("pingliang-2012", Marks(Kind.HELP, Complexity.COMPLEX), 21),  # PL-11: 15 working days
        ("pingliang-2012", Marks(Kind.HELP, urgent=True), 7),
        ("chongqing-2005", Marks(Kind.OPINION, direct=True), 14),
    ],
)
def test_marks_of_a_letter_choose_its_limit(name: str, marks: Marks, days: int) -> None:
    in_time = came(rulebook(name), a_term(days, marks=marks), answered_on=MONDAY + timedelta(days=days))
    late = came(rulebook(name), a_term(days + 1, marks=marks), answered_on=MONDAY + timedelta(days=days + 1))
    assert (in_time.came, late.came) == (Came.ON_TIME, Came.LATE)


# extensions, classifying anew, doing again


def test_days_granted_count_where_the_other_rulebook_knows_of_any() -> None:
    """Ten more on top: Hefei 3 + 10, Chongqing 10 + 10; Pingliang and Bengbu know of none."""
    granted = a_term(None, steps=(Step(date(2016, 5, 10), granted=10),))
    due = {}
    for name in LIMITS:
        verdict = came(rulebook(name), granted, answered_on=None)
        due[name] = verdict.clock.due_on if verdict.clock else None
    assert due == {
        name: last_day(MONDAY, days)
        for name, days in {
            "hefei-2008": 13,
            "shuangfeng-2018": 12,
            "pingliang-2012": 5,
            "bengbu-2014": 7,
            "chongqing-2005": 20,
        }.items()
    }


def test_days_granted_reach_as_far_as_the_other_rulebooks_cap() -> None:
    """HF-2.2: 30 in all, from when the first unit received it; Chongqing has no cap."""
    steps = (Step(date(2016, 5, 10), granted=25), Step(date(2016, 5, 11), granted=25))
    earlier = date(2016, 5, 3)
    for name, start, days in (("hefei-2008", earlier, 30), ("chongqing-2005", MONDAY, 60)):
        verdict = came(rulebook(name), a_term(None, steps=steps), answered_on=None, first_start=earlier)
        assert verdict.clock is not None
        assert verdict.clock.due_on == last_day(start, days), name


def test_a_letter_classified_anew_is_counted_from_its_start_and_not_due_before_the_next_working_day() -> None:
    """Five working days in, a complaint turns out to be a consultation: three days were over already."""
    anew = Step(date(2016, 5, 16), Marks(Kind.CONSULTATION))
    term = Term(MONDAY, Marks(Kind.COMPLAINT), date(2016, 5, 17), steps=(anew,))
    verdict = came(rulebook("hefei-2008"), term, answered_on=date(2016, 5, 17))
    assert verdict.clock is not None
    assert (verdict.clock.due_on, verdict.clock.limit.number, verdict.clock.clause) == (date(2016, 5, 17), 3, "HF-2.2")
    assert verdict.came is Came.ON_TIME


def test_classified_anew_with_the_same_limit_nothing_is_counted_again() -> None:
    anew = Step(date(2016, 5, 11), Marks(Kind.HELP))
    term = Term(MONDAY, Marks(Kind.COMPLAINT), date(2016, 5, 17), steps=(anew,))
    assert came(rulebook("bengbu-2014"), term, answered_on=date(2016, 5, 17)).came is Came.ON_TIME
    own = came(rulebook(), term, answered_on=date(2016, 5, 17)).clock  # 5 days either way: it goes on as it began
    assert own is not None
    assert own.clause == "SF-3.3.3"


@pytest.mark.parametrize(
    ("name", "asked_days", "days"),
    [("hefei-2008", None, 3), ("chongqing-2005", None, 5), ("hefei-2008", 8, 8)],
)
def test_doing_it_again_has_the_other_rulebooks_limit_or_the_days_that_were_set(
    name: str, asked_days: int | None, days: int
) -> None:
    first, began = a_term(1), date(2016, 5, 11)
    for late in (0, 1):
        ended = last_day(began, days) + timedelta(days=late)
        again = Term(began, Marks(Kind.CONSULTATION), ended, redo=True, asked_days=asked_days)
        verdict = came(rulebook(name), first, again, answered_on=ended)
        assert verdict.came is (Came.LATE if late else Came.ON_TIME)


def test_once_late_stays_late_and_names_the_limit_that_was_passed() -> None:
    again = Term(date(2016, 5, 20), Marks(Kind.CONSULTATION), date(2016, 5, 20), redo=True)
    verdict = came(rulebook(), a_term(10), again, answered_on=date(2016, 5, 20))
    assert verdict.clock is not None
    assert (verdict.came, verdict.clock.due_on) == (Came.LATE, date(2016, 5, 11))


def test_of_several_tries_that_were_late_the_first_decides() -> None:
    again = Term(date(2016, 5, 20), Marks(Kind.CONSULTATION), date(2016, 6, 20), redo=True)
    verdict = came(rulebook(), a_term(10), again, answered_on=date(2016, 6, 20))
    assert verdict.clock is not None
    assert verdict.clock.due_on == date(2016, 5, 11)


def test_a_cap_below_the_limit_itself_takes_nothing_away() -> None:
    """Chongqing's ten days, were a county to cap them at six in all: nothing is left to grant."""
    book = rulebook("chongqing-2005")
    assert book.extension is not None
    cap = LimitRule(number=6, counted_in=CountedIn.WORKING_DAYS)
    capped = book.model_copy(update={"extension": book.extension.model_copy(update={"cap": cap})})
    term = a_term(None, steps=(Step(date(2016, 5, 10), granted=10),))
    verdict = came(capped, term, answered_on=None)
    assert verdict.clock is not None
    assert verdict.clock.due_on == last_day(MONDAY, 10)


def test_what_signatures_take_after_the_unit_has_done_its_part_is_not_its_time() -> None:
    """BB-3.4: the writer has it on the 20th; the unit was ready on the 10th."""
    verdict = came(rulebook(), a_term(1), answered_on=date(2016, 5, 20))
    assert (verdict.came, verdict.working_days_used) == (Came.ON_TIME, 1)


# sums


def some_cases() -> Iterator[tuple[Case, Verdict]]:
    for unit, days in (("roads", 1), ("roads", 20), ("water", 1), (None, 20)):
        case = Case("code", unit, Kind.HELP, (a_term(days),), MONDAY + timedelta(days=days))
        yield case, comes_to(case, rulebook(), calendar(), SHANGHAI, TODAY)


def test_units_are_counted_apart_and_what_is_kept_back_in_the_total_alone() -> None:
    figures = Figures()
    for case, verdict in some_cases():
        figures.add(case, verdict)
    assert (figures.total.letters, figures.total.on_time, figures.total.late) == (4, 2, 2)
    assert {unit: (each.on_time, each.late) for unit, each in figures.by_unit.items()} == {
        "roads": (1, 1),
        "water": (1, 0),
    }


def test_letters_that_come_out_otherwise_are_counted_both_ways() -> None:
    """Consultations in Hefei have three working days, in Shuangfeng two."""
    letters = asked(answered(str(MONDAY), "2016-05-12"), answered(str(MONDAY), "2016-05-11"))
    hefei, shuangfeng = rulebook("hefei-2008"), rulebook()
    there, back = column(letters, hefei, shuangfeng), column(letters, shuangfeng, hefei)
    assert (there.turned_on_time, there.turned_late) == (1, 0)
    assert (back.turned_on_time, back.turned_late) == (0, 1)
