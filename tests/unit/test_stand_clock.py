"""The stand's clock: moved at will, kept in a file, followed by other processes; and the moments it stops at."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from infra.stand.clock import StandClock
from infra.stand.jobs import next_moment, on_grid

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
START = datetime(2026, 11, 21, 22, 0, tzinfo=UTC)


@dataclass
class Real:
    """Real time, moved by hand."""

    at: datetime = START

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def real() -> Real:
    return Real()


@pytest.fixture
def clock(tmp_path: Path, real: Real) -> StandClock:
    return StandClock(tmp_path / "clock.json", real)


def test_a_new_clock_shows_real_time(clock: StandClock, real: Real) -> None:
    assert clock.now() == real.at


def test_a_set_clock_goes_on_at_the_pace_of_real_time(clock: StandClock, real: Real) -> None:
    clock.run_from(NOON)
    real.at += timedelta(minutes=3)
    assert clock.now() == NOON + timedelta(minutes=3)


def test_a_standing_clock_stands(clock: StandClock, real: Real) -> None:
    clock.stand_at(NOON)
    real.at += timedelta(hours=3)
    assert clock.now() == NOON
    clock.run_on()
    real.at += timedelta(seconds=5)
    assert clock.now() == NOON + timedelta(seconds=5)


def test_the_setting_outlives_the_process(clock: StandClock, real: Real, tmp_path: Path) -> None:
    clock.run_from(NOON)
    assert StandClock(tmp_path / "clock.json", real).now() == NOON


def test_a_clock_that_was_killed_standing_goes_on_from_there(clock: StandClock, real: Real, tmp_path: Path) -> None:
    clock.stand_at(NOON)
    real.at += timedelta(hours=3)
    again = StandClock(tmp_path / "clock.json", real)
    real.at += timedelta(seconds=1)
    assert again.now() == NOON + timedelta(seconds=1)


def test_a_follower_shows_what_the_stand_shows_at_every_moment(clock: StandClock, real: Real, tmp_path: Path) -> None:
    """Also while the clock stands: then a follower must not set it going."""
    follower = StandClock(tmp_path / "clock.json", real, follows=True)
    clock.run_from(NOON)
    assert follower.now() == NOON
    clock.stand_at(NOON + timedelta(days=1))
    real.at += timedelta(hours=1)
    assert follower.now() == clock.now() == NOON + timedelta(days=1)
    assert json.loads((tmp_path / "clock.json").read_text())["stands_at"]


def test_it_tells_what_it_showed_when_a_mail_went(clock: StandClock, real: Real) -> None:
    """Mail is stamped with real time by who takes it, in between the clock may have moved by weeks."""
    clock.run_from(NOON)
    sent = real.at + timedelta(seconds=10)
    real.at += timedelta(minutes=1)
    clock.stand_at(NOON + timedelta(days=30))
    standing = real.at + timedelta(seconds=1)
    real.at += timedelta(minutes=1)
    clock.run_on()
    assert clock.shown_at(sent) == NOON + timedelta(seconds=10)
    assert clock.shown_at(standing) == NOON + timedelta(days=30)


@pytest.mark.parametrize(
    ("moment", "minutes", "later", "expected"),
    [
        ("2026-11-20T01:00:00+00:00", 5, False, "2026-11-20T01:00:00+00:00"),
        ("2026-11-20T01:00:00+00:00", 5, True, "2026-11-20T01:05:00+00:00"),
        ("2026-11-20T01:00:00.000001+00:00", 5, False, "2026-11-20T01:05:00+00:00"),
        ("2026-11-20T01:04:59+00:00", 1, False, "2026-11-20T01:05:00+00:00"),
        ("2026-12-31T23:58:00+00:00", 5, False, "2027-01-01T00:00:00+00:00"),
    ],
)
def test_the_grid_of_runs(moment: str, minutes: int, later: bool, expected: str) -> None:
    assert on_grid(datetime.fromisoformat(moment), minutes, later=later) == datetime.fromisoformat(expected)


@pytest.mark.parametrize(
    ("job", "after", "expected"),
    [
        ("close_day", "2026-11-20T00:59:59+08:00", "2026-11-20T01:00:00+08:00"),
        ("close_day", "2026-11-20T01:00:00+08:00", "2026-11-21T01:00:00+08:00"),
        ("reconcile", "2026-12-31T23:00:00+08:00", "2027-01-01T02:30:00+08:00"),
        ("sweep", "2026-11-20T09:00:00+08:00", "2026-11-20T09:05:00+08:00"),
    ],
)
def test_a_jobs_next_moment_is_the_timetables(job: str, after: str, expected: str) -> None:
    assert next_moment(job, datetime.fromisoformat(after)) == datetime.fromisoformat(expected)
