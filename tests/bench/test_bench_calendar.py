"""How fast the n-th working day is found, beside the two packages that serve as oracles, in one run.

Not part of the normal test run, and nothing here fails for being slow: `pytest tests/bench --benchmark-only`.
"""

from datetime import date, timedelta

import chinese_calendar
import holidays
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from chalicelib.adapters.calendar_files import read_festival_table, read_notices, shipped_calendar
from chalicelib.domain.limit import CountedIn, Limit
from chalicelib.domain.working_calendar import WorkingCalendar

START = date(2026, 2, 13)
DUE = {1: date(2026, 2, 14), 5: date(2026, 2, 27), 30: date(2026, 4, 2), 200: date(2026, 12, 8)}
CHINA = holidays.country_holidays("CN", years=range(2025, 2029))


def chinese_calendar_nth(day: date, n: int) -> date:
    while n:
        day += timedelta(days=1)
        n -= chinese_calendar.is_workday(day)
    return day


@pytest.mark.parametrize("n", DUE)
def test_huiyin_finds_the_nth_working_day(benchmark: BenchmarkFixture, n: int) -> None:
    calendar = shipped_calendar()
    assert benchmark(calendar.nth_working_day_after, START, n) == DUE[n]


@pytest.mark.parametrize("n", DUE)
def test_holidays_finds_the_nth_working_day(benchmark: BenchmarkFixture, n: int) -> None:
    assert benchmark(CHINA.get_nth_working_day, START, n) == DUE[n]


@pytest.mark.parametrize("n", DUE)
def test_chinese_calendar_finds_the_nth_working_day(benchmark: BenchmarkFixture, n: int) -> None:
    assert benchmark(chinese_calendar_nth, START, n) == DUE[n]


def test_huiyin_explains_thirty_working_days(benchmark: BenchmarkFixture) -> None:
    calendar = shipped_calendar()
    limit = Limit(30, CountedIn.WORKING_DAYS)
    assert len(benchmark(calendar.trace, START, limit, DUE[30])) == 49


def test_huiyin_reads_its_files_and_builds_its_calendar(benchmark: BenchmarkFixture) -> None:
    """Once per container, on the first request: part of the cold start."""
    built = benchmark(lambda: WorkingCalendar.from_notices(read_notices(), {}, read_festival_table()))
    assert built.version == shipped_calendar().version
