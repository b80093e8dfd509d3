"""What the home page and the performance page are told: last week, the months of the year, and each unit."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.letter import Kind
from chalicelib.services.publish import STATISTICS, publish
from tests.builders import ROADS, SHANGHAI, WATER
from tests.fakes.files import FakeReports
from tests.reporting import County, nov


def on(year: int, month: int, day: int, hour: int = 10) -> datetime:
    """A local wall time, in UTC."""
    return datetime(year, month, day, hour, tzinfo=SHANGHAI).astimezone(UTC)


def shown(county: County, now: datetime, *, closed: bool = True) -> dict[str, Any]:
    """statistics.json as it stands then; the days before are closed, as they are every night."""
    if closed:
        county.close_through(now.astimezone(SHANGHAI).date() - timedelta(days=1))
    publish(county.public_office(), now)
    return dict(json.loads(county.reports.files[STATISTICS]))


def letters(county: County, prefix: str, count: int, at: datetime, *, answered: datetime | None = None) -> None:
    """So many for the roads office, given to it at once."""
    for number in range(count):
        code = f"{prefix}-{number:02d}"
        county.write(code, at)
        county.give(code, at, ROADS)
        if answered is not None:
            county.answer(code, answered)


def test_last_week_is_the_whole_week_before_this_one() -> None:
    """Tuesday 24 November: Monday 16 to Sunday 22. Answers count in the week in which the writer had them."""
    county = County()
    letters(county, "before", 6, nov(13), answered=nov(16, 9))
    letters(county, "in", 7, nov(16), answered=nov(20))
    letters(county, "sunday", 5, nov(22, 23))
    letters(county, "after", 9, nov(23, 0), answered=nov(24, 8))
    assert shown(county, nov(24, 12))["last_week"] == {
        "week": "2026-W47",
        "from": "2026-11-16",
        "through": "2026-11-22",
        "received": 12,
        "answered": 13,
        "on_time_rate": 0.46,
        "mean_days": 2.6,
        "satisfaction": None,
    }
    assert shown(county, nov(29, 23))["last_week"]["week"] == "2026-W47"
    assert shown(county, nov(30, 0))["last_week"]["week"] == "2026-W48"


def test_a_quiet_week_is_told_as_nothing_and_few_letters_as_no_number() -> None:
    county = County()
    letters(county, "few", 4, nov(17), answered=nov(18))
    told = shown(county, nov(24))["last_week"]
    assert (told["received"], told["answered"], told["on_time_rate"], told["mean_days"]) == (None, None, None, None)
    quiet = shown(County(), nov(16))["last_week"]
    assert (quiet["week"], quiet["received"], quiet["answered"], quiet["on_time_rate"]) == ("2026-W46", 0, 0, None)


def test_accusations_are_in_neither() -> None:
    county = County()
    letters(county, "in", 6, nov(16), answered=nov(17))
    for number in range(6):
        county.write(f"accused-{number}", nov(17), Kind.ACCUSATION)
    told = shown(county, nov(24))
    assert told["last_week"]["received"] == 6
    assert told["months"][-1]["received"] == 6


@pytest.mark.parametrize("closed", [False, True])
def test_the_first_days_of_a_year_show_the_week_that_began_in_the_old_one(closed: bool) -> None:
    """2026-W53 ends on Sunday 3 January 2027. The figures of the new year itself begin with nothing."""
    county = County()
    letters(county, "old", 6, on(2026, 12, 29), answered=on(2026, 12, 31))
    letters(county, "new", 5, on(2027, 1, 2), answered=on(2027, 1, 3))
    told = shown(county, on(2027, 1, 5), closed=closed)
    assert told["last_week"]["from"] == "2026-12-28"
    assert (told["last_week"]["received"], told["last_week"]["answered"]) == (11, 11)
    assert told["total"]["received"] == 5
    assert told["months"] == [
        {
            "month": "2027-01",
            "received": 5,
            "answered": 5,
            "on_time_rate": 1.0,
            "mean_days": told["total"]["mean_days"],
            "satisfaction": None,
        }
    ]
    assert shown(county, on(2027, 1, 11))["last_week"]["week"] == "2027-W01"


def test_months_are_those_of_the_year_so_far() -> None:
    county = County()
    letters(county, "sept", 8, on(2026, 9, 1), answered=on(2026, 9, 2))
    letters(county, "oct", 6, on(2026, 9, 30, 23), answered=on(2026, 11, 2))
    letters(county, "nov", 9, nov(2), answered=nov(3))
    for number in range(5):
        county.rate(f"nov-{number:02d}", nov(4), 4)
    months = {each["month"]: each for each in shown(county, nov(24))["months"]}
    assert list(months) == [f"2026-{number:02d}" for number in range(1, 12)]
    assert [months[f"2026-{number:02d}"]["received"] for number in (8, 9, 10, 11)] == [0, 14, 0, 9]
    assert [months[f"2026-{number:02d}"]["answered"] for number in (8, 9, 10, 11)] == [0, 8, 0, 15]
    assert months["2026-09"]["on_time_rate"] == 1.0
    assert months["2026-11"]["on_time_rate"] == 0.6
    assert months["2026-11"]["satisfaction"] == 4.0
    assert months["2026-10"]["on_time_rate"] is None


def test_a_small_month_cannot_be_found_from_the_others_and_the_total() -> None:
    """September has 3. With the total of 27 and the other months shown it would be the difference."""
    county = County()
    letters(county, "aug", 10, on(2026, 8, 3))
    letters(county, "sept", 3, on(2026, 9, 7))
    letters(county, "oct", 6, on(2026, 10, 12))
    letters(county, "nov", 8, nov(2))
    told = shown(county, nov(24))
    assert told["total"]["received"] == 27
    assert [each["received"] for each in told["months"][7:]] == [10, None, None, 8]
    alone = County()
    letters(alone, "only", 3, nov(2))
    told = shown(alone, nov(24))
    assert (told["total"]["received"], told["months"][-1]["received"]) == (None, None)


def test_the_months_add_up_to_the_year() -> None:
    county = County()
    for month in (1, 4, 9, 11):
        letters(county, f"m{month}", 5 + month, on(2026, month, 10), answered=on(2026, month, 12))
    told = shown(county, nov(24))
    for figure in ("received", "answered"):
        assert sum(each[figure] for each in told["months"]) == told["total"][figure]


@pytest.mark.parametrize(("water", "told"), [(3, (None, None)), (6, (7, 6))])
def test_a_unit_tells_how_many_of_its_letters_are_overdue(water: int, told: tuple[int | None, int | None]) -> None:
    """Due on Wednesday 18: from Thursday on. One to four are not told, nor what they could be computed from."""
    county = County()
    letters(county, "late", 7, nov(16))
    letters(county, "done", 6, nov(16), answered=nov(17))
    for number in range(water):
        county.write(f"water-{number}", nov(16))
        county.give(f"water-{number}", nov(16), WATER)
    rows = {row["unit"]: row["overdue"] for row in shown(county, nov(18, 23))["units"]}
    assert rows == {"roads": 0, "water": 0}
    rows = {row["unit"]: row["overdue"] for row in shown(county, nov(19, 1))["units"]}
    assert (rows["roads"], rows["water"]) == told


class CountsReads(FakeReports):
    """Remembers which closed days' events were read."""

    def __init__(self) -> None:
        super().__init__()
        self.days: list[str] = []

    def get(self, key: str) -> bytes | None:
        if key.endswith("events.jsonl.gz"):
            self.days.append(key.split("/")[1].removeprefix("day="))
        return super().get(key)


def test_also_in_the_first_days_of_a_year_a_closed_day_is_read_once_for_each_year() -> None:
    """Every ten minutes: the second run reads nothing, the next day's reads that day."""
    county, store = County(), CountsReads()
    county.reports = store
    letters(county, "old", 6, on(2026, 12, 29), answered=on(2026, 12, 31))
    letters(county, "new", 5, on(2027, 1, 2))
    county.close_through(date(2027, 1, 3))
    publish(county.public_office(), on(2027, 1, 4))
    store.days.clear()
    publish(county.public_office(), on(2027, 1, 4, 11))
    assert store.days == []
    county.close_through(date(2027, 1, 4))
    store.days.clear()
    publish(county.public_office(), on(2027, 1, 5))
    assert sorted(store.days) == ["2027-01-04", "2027-01-04"]
