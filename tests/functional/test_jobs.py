"""The scheduled functions as the platform calls them: an event, a context with its time, a log line in figures."""

import json
from dataclasses import dataclass
from datetime import time
from typing import Any

import pytest

from app import app
from chalicelib.ports import Mail
from scheduled import (
    calendar_watch,
    close_day,
    dispatch,
    fetch,
    publish,
    reconcile,
    reports,
    spot_checks,
    sweep,
)
from scheduled.runner import JobFailedError, at_its_time
from scheduled.timetable import TIMETABLE, DailyAt, Every
from tests.functional.world import JOBS, World, heard_in_logs

FUNCTIONS = {
    "sweep": sweep.sweep,
    "dispatch": dispatch.dispatch,
    "close_day": close_day.close_day,
    "reports": reports.reports,
    "publish": publish.publish,
    "reconcile": reconcile.reconcile,
    "calendar_watch": calendar_watch.calendar_watch,
    "fetch": fetch.fetch,
    "spot_checks": spot_checks.spot_checks,
}
EVENT = {
    "version": "0",
    "account": "000000000000",
    "region": "cn-north-1",
    "detail": {},
    "detail-type": "Scheduled Event",
    "source": "aws.events",
    "time": "2026-11-20T02:00:00Z",
    "id": "1",
    "resources": [],
}


@dataclass(frozen=True, slots=True)
class Context:
    """What the platform says of the running function."""

    milliseconds: int = 240_000

    def get_remaining_time_in_millis(self) -> int:
        """See the Lambda context."""
        return self.milliseconds


def call(job: str, context: Context | None = None) -> None:
    """Invoke the deployed function of a job."""
    function: Any = FUNCTIONS[job]
    function(EVENT, context or Context())


def figures(log: str) -> list[dict[str, Any]]:
    """The lines in which jobs told what they did."""
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    return [line for line in lines if line.get("message") == "job finished"]


@pytest.mark.parametrize("job", FUNCTIONS)
def test_every_job_runs_from_its_scheduled_event_and_says_what_it_did(world: World, job: str) -> None:
    world.send_letter()
    with heard_in_logs() as heard:
        call(job)
    assert [line["job"] for line in figures(heard())] == [job]


def test_a_job_takes_no_work_when_its_time_is_nearly_up(world: World) -> None:
    world.send_letter()
    world.at("2026-11-24 09:05")
    with heard_in_logs() as heard:
        call("sweep", Context(15_000))
        call("dispatch", Context(15_000))
        call("sweep", Context(15_001))
    runs = figures(heard())
    assert (runs[0]["visited"], runs[0]["finished"]) == (0, False)
    assert runs[1]["sent"] == 0
    assert runs[1]["postponed"] > 0
    assert (runs[2]["visited"], runs[2]["steps"]) == (1, 1)


class Broken:
    """A registry whose error holds somebody's data."""

    def directory(self) -> Any:
        """See Registry."""
        raise RuntimeError("item of 张晓明, 13907385566")


@pytest.mark.parametrize("job", ["sweep", "dispatch", "calendar_watch"])
def test_a_job_that_fails_is_raised_for_the_alarm_without_the_errors_words(world: World, job: str) -> None:
    """The platform prints a raised error, its message and what led to it, into the log."""
    world.open(registry=Broken())
    with heard_in_logs() as heard, pytest.raises(JobFailedError) as raised:
        call(job)
    assert str(raised.value) == f"{job}: RuntimeError"
    assert raised.value.__suppress_context__
    assert "RuntimeError" in heard()
    assert "张晓明" not in heard()


def test_every_job_of_the_app_has_its_place_in_the_timetable() -> None:
    scheduled = set(app.handler_map) & set(TIMETABLE)
    assert set(JOBS) == set(FUNCTIONS)
    assert set(JOBS) <= scheduled


def test_the_timetable_becomes_expressions_in_utc() -> None:
    """Shanghai is eight hours ahead: 01:00 there is 17:00 of the day before."""
    assert at_its_time("close_day").to_string() == "cron(0 17 * * ? *)"
    assert at_its_time("reconcile").to_string() == "cron(30 18 * * ? *)"
    assert at_its_time("calendar_watch").to_string() == "cron(0 1 * * ? *)"
    assert at_its_time("sweep").to_string() == "rate(5 minutes)"
    assert Every(5) == TIMETABLE["sweep"]
    assert DailyAt(time(1, 0)) == TIMETABLE["close_day"]


def test_the_centre_is_told_once_a_week_that_certain_dates_end(world: World) -> None:
    world.at("2026-11-12 09:00")
    assert world.run("calendar_watch").told == 0
    world.at("2026-11-13 09:00")
    for _ in range(3):
        world.run("calendar_watch")
        world.post_goes_out()
        world.later(days=1)
    assert len(told(world)) == 1
    world.at("2026-11-16 09:00")
    world.run("calendar_watch")
    world.post_goes_out()
    assert len(told(world)) == 2
    assert "2026" in told(world)[0].text


def told(world: World) -> list[Mail]:
    """What the clerk heard."""
    return world.mails_to("clerk")


def test_a_week_later_the_report_lies_on_the_leaders_shelf(world: World) -> None:
    """Days are closed first, so that the report can be folded from them."""
    world.send_letter()
    world.at("2026-11-23 07:00")
    assert world.run("reports") != []
    shelf = world.desk("leader").call("GET", "/desk/reports")["reports"]
    assert [each["name"] for each in shelf] == ["2026-W47"]
    files = [each["name"] for each in shelf[0]["files"]]
    assert files == ["report.html", "report.xlsx", "letters.csv", "report.json", "inputs.json", "manifest.json"]
    assert world.run("reports") == []
