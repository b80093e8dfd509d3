"""Notices taken together, revisions included, and the check of a new one before it is used."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from chalicelib.adapters.calendar_files import read_notices
from chalicelib.domain.estimate import NO_FESTIVALS
from chalicelib.domain.notices import CalendarError, NamedDay, Notice, check_notice, merge

SHIPPED = read_notices()
NEWEST = SHIPPED[-1]


def notice(
    published_on: date, off_days: Mapping[date, str], work_days: Mapping[date, str] | None = None, year: int = 2030
) -> Notice:
    return Notice(published_on, year, None, "https://www.gov.cn/", off_days, work_days or {})


FIRST = notice(
    date(2029, 11, 1),
    {date(2030, 5, 1): "劳动节", date(2030, 5, 2): "劳动节", date(2030, 10, 1): "国庆节", date(2030, 10, 2): "国庆节"},
    {date(2030, 5, 4): "劳动节"},
)


def test_a_revision_takes_the_place_of_the_festivals_earlier_schedule_and_leaves_the_others() -> None:
    """劳动节 moves by a day: 1 May and the make-up Saturday must not stay behind. 国庆节 is not touched."""
    revision = notice(date(2030, 3, 1), {date(2030, 5, 2): "劳动节", date(2030, 5, 3): "劳动节"})
    assert merge([FIRST, revision]) == {
        date(2030, 5, 2): NamedDay(False, "劳动节"),
        date(2030, 5, 3): NamedDay(False, "劳动节"),
        date(2030, 10, 1): NamedDay(False, "国庆节"),
        date(2030, 10, 2): NamedDay(False, "国庆节"),
    }


def test_a_revision_of_one_festival_replaces_a_schedule_it_shared_with_another() -> None:
    shared = notice(date(2029, 11, 1), {date(2030, 10, 1): "国庆节、中秋节"}, {date(2030, 10, 12): "国庆节、中秋节"})
    revision = notice(date(2030, 3, 1), {date(2030, 10, 1): "国庆节"})
    assert merge([shared, revision]) == {date(2030, 10, 1): NamedDay(False, "国庆节")}


def test_days_before_a_revision_was_published_stand() -> None:
    """A lengthened festival does not make the workdays before it rest days again (19 January 2020)."""
    revision = notice(date(2030, 5, 2), {date(2030, 5, 2): "劳动节", date(2030, 5, 3): "劳动节"})
    merged = merge([FIRST, revision])
    assert merged[date(2030, 5, 1)] == NamedDay(False, "劳动节")
    assert date(2030, 5, 4) not in merged


def test_the_order_in_which_notices_are_given_does_not_matter() -> None:
    revision = notice(date(2030, 3, 1), {date(2030, 5, 2): "劳动节"})
    assert merge([revision, FIRST]) == merge([FIRST, revision])


def test_the_next_years_notice_wins_for_the_december_days_it_names() -> None:
    new_year = notice(date(2030, 11, 1), {date(2030, 12, 31): "元旦"}, {date(2030, 12, 28): "元旦"}, year=2031)
    merged = merge([FIRST, new_year])
    assert merged[date(2030, 12, 31)] == NamedDay(False, "元旦")
    assert merged[date(2030, 5, 1)] == NamedDay(False, "劳动节")


def test_all_shipped_notices_add_up_but_for_the_two_that_granted_extra_days() -> None:
    """3 September 2015, and Spring Festival 2020, were days off on top of the statutory ones."""
    findings = {
        shipped.published_on: found
        for place, shipped in enumerate(SHIPPED)
        if (found := check_notice(shipped, SHIPPED[:place]))
    }
    assert findings == {
        date(2015, 5, 13): ["2015 would have 249 working days, 250 are expected"],
        date(2020, 1, 27): ["2020 would have 249 working days, 251 are expected"],
    }


def test_a_revision_is_counted_together_with_what_it_revises() -> None:
    revision = next(each for each in SHIPPED if each.published_on == date(2019, 3, 22))
    assert check_notice(revision, SHIPPED) == []
    assert check_notice(revision) != []


def without(days: Mapping[date, str], *gone: date) -> dict[date, str]:
    return {day: name for day, name in days.items() if day not in gone}


@pytest.mark.parametrize(
    ("wrong", "findings"),
    [
        pytest.param(
            replace(NEWEST, off_days=without(NEWEST.off_days, date(2026, 10, 7))),
            ["2026 would have 249 working days, 248 are expected"],
            id="a day off forgotten",
        ),
        pytest.param(
            replace(NEWEST, work_days=without(NEWEST.work_days, date(2026, 10, 10))),
            ["2026 would have 247 working days, 248 are expected"],
            id="a make-up workday forgotten",
        ),
        pytest.param(
            replace(NEWEST, work_days=without(NEWEST.work_days, date(2026, 10, 10)) | {date(2026, 10, 12): "国庆节"}),
            [
                "2026-10-12 is named as a make-up workday, but it is a weekday",
                "2026 would have 247 working days, 248 are expected",
            ],
            id="a make-up workday on a Monday",
        ),
        pytest.param(
            replace(NEWEST, off_days={**NEWEST.off_days, date(2027, 1, 1): "元旦"}),
            ["2027-01-01 lies outside the schedule of 2026", "2026 would have 247 working days, 248 are expected"],
            id="a day of another year",
        ),
        pytest.param(
            replace(NEWEST, off_days={**NEWEST.off_days, date(2025, 12, 27): "元旦"}),
            ["2025-12-27 lies outside the schedule of 2026"],
            id="a day too early in the December before",
        ),
        pytest.param(
            replace(NEWEST, off_days={**NEWEST.off_days, date(2026, 10, 10): "国庆节"}),
            ["2026-10-10 is both a day off and a workday"],
            id="a day both off and worked",
        ),
        pytest.param(
            replace(NEWEST, published_on=date(2024, 11, 4)),
            ["published on 2024-11-04, but it is for 2026"],
            id="a date of publication two years before",
        ),
        pytest.param(
            replace(NEWEST, off_days={}, work_days={}),
            ["it names no day off", "2026 would have 261 working days, 248 are expected"],
            id="an empty notice",
        ),
    ],
)
def test_a_wrong_notice_is_found_out(wrong: Notice, findings: list[str]) -> None:
    assert check_notice(wrong) == findings


def test_a_right_notice_has_no_findings_even_with_days_off_on_weekends_and_in_the_december_before() -> None:
    reaching_back = next(each for each in SHIPPED if each.schedule_year == 2012)
    assert any(day.year == 2011 for day in reaching_back.work_days)
    assert any(day.weekday() >= 5 for day in reaching_back.off_days)
    assert check_notice(reaching_back) == []


def test_nothing_is_estimated_for_a_year_without_festival_dates() -> None:
    with pytest.raises(CalendarError, match="2027"):
        NO_FESTIVALS.days_off(2027)
