"""Periods: which local days belong to 2026-W47, 2026-11, 2026-Q4, and what is no period."""

from datetime import UTC, date, datetime

import pytest

from chalicelib.domain.periods import (
    PeriodError,
    PeriodKind,
    parse_period,
    period_named,
    periods_within,
    week_of,
)
from tests.builders import SHANGHAI


@pytest.mark.parametrize(
    ("text", "kind", "first", "last"),
    [
        ("2026-11-21", PeriodKind.DAILY, "2026-11-21", "2026-11-21"),
        ("2026-W47", PeriodKind.WEEKLY, "2026-11-16", "2026-11-22"),
        ("2026-W01", PeriodKind.WEEKLY, "2025-12-29", "2026-01-04"),
        ("2026-W53", PeriodKind.WEEKLY, "2026-12-28", "2027-01-03"),
        ("2026-11", PeriodKind.MONTHLY, "2026-11-01", "2026-11-30"),
        ("2024-02", PeriodKind.MONTHLY, "2024-02-01", "2024-02-29"),
        ("2026-12", PeriodKind.MONTHLY, "2026-12-01", "2026-12-31"),
        ("2026-Q1", PeriodKind.QUARTERLY, "2026-01-01", "2026-03-31"),
        ("2026-Q4", PeriodKind.QUARTERLY, "2026-10-01", "2026-12-31"),
        ("2026", PeriodKind.YEARLY, "2026-01-01", "2026-12-31"),
    ],
)
def test_a_period_has_its_days(text: str, kind: PeriodKind, first: str, last: str) -> None:
    period = parse_period(text)
    assert (period.kind, period.key) == (kind, text)
    assert (period.first.isoformat(), period.last.isoformat()) == (first, last)


@pytest.mark.parametrize(
    "text", ["", "2025-W53", "2026-W00", "2026-W7", "2026-13", "2026-Q5", "2026-02-30", "26", "2026-W47/..", "２０２６"]
)
def test_anything_else_is_no_period(text: str) -> None:
    with pytest.raises(PeriodError):
        parse_period(text)


def test_a_month_is_no_week() -> None:
    assert period_named(PeriodKind.WEEKLY, "2026-W47").key == "2026-W47"
    with pytest.raises(PeriodError):
        period_named(PeriodKind.WEEKLY, "2026-11")


def test_a_period_begins_and_ends_at_local_midnight() -> None:
    start, end = parse_period("2026-W47").bounds(SHANGHAI)
    assert start == datetime(2026, 11, 15, 16, tzinfo=UTC)
    assert end == datetime(2026, 11, 22, 16, tzinfo=UTC)


def test_every_day_is_in_the_week_named_after_it() -> None:
    """Over two year ends, one of them with a week 53."""
    for ordinal in range(date(2025, 12, 1).toordinal(), date(2027, 2, 1).toordinal()):
        day = date.fromordinal(ordinal)
        week = week_of(day)
        assert week.first <= day <= week.last
        assert parse_period(week.key) == week


def test_only_periods_that_have_ended_are_within() -> None:
    weeks = periods_within(PeriodKind.WEEKLY, date(2026, 11, 12), date(2026, 11, 28))
    assert [week.key for week in weeks] == ["2026-W46", "2026-W47"]
