"""The figures that alarms stand on: each is told by a job, under the name of the installation and no other."""

import json
from typing import Any

import pytest

from chalicelib.ports import Mail, RefusedError
from infra.template import load
from tests.functional.test_jobs import FUNCTIONS, call
from tests.functional.world import World


def alarms() -> dict[str, dict[str, Any]]:
    """Metric → the alarm that stands on it, of our own metrics."""
    found = load().of_type("AWS::CloudWatch::Alarm").values()
    return {each["MetricName"]: each for each in found if each["Namespace"] == "Huiyin"}


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """What the platform's log reader would make metrics of, since it was last asked."""
    monkeypatch.delenv("POWERTOOLS_METRICS_DISABLED", raising=False)

    def since_last() -> dict[str, float]:
        lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith('{"_aws"')]
        assert {line["service"] for line in lines} <= {"huiyin-tested"}  # as tests/conftest.py names this installation
        names = [
            (each["Name"], line)
            for line in lines
            for part in line["_aws"]["CloudWatchMetrics"]
            for each in part["Metrics"]
            if (part["Namespace"], part["Dimensions"]) == ("Huiyin", [["service"]])
        ]
        return {name: sum(line[name]) for name, line in names}

    return since_last


def test_every_metric_that_an_alarm_stands_on_is_told_by_a_job(world: World, told: Any) -> None:
    world.send_letter()
    for job in FUNCTIONS:
        call(job)
    assert alarms().keys() <= told().keys()


def test_the_hourly_job_of_reports_says_too_that_the_ledger_is_closed(world: World, told: Any) -> None:
    """A heartbeat of once a day would be noticed too late, or missed for being a minute late."""
    world.send_letter()
    call("reports")
    assert told()["ledger_up_to_date"] == 1


class Refusing:
    """A mail server that takes nothing, ever."""

    def send(self, mail: Mail) -> None:
        """See Mailer."""
        del mail
        raise RefusedError("smtp:550")


def test_messages_that_failed_are_counted_by_the_run_that_gave_them_up(world: World, told: Any) -> None:
    world.send_letter()
    world.open(mailer=Refusing())
    call("dispatch")
    assert told()["messages_failed"] > 0
    call("dispatch")
    assert told()["messages_failed"] == 0
    alarm = alarms()["messages_failed"]
    assert (alarm["Threshold"], alarm["ComparisonOperator"]) == (1, "GreaterThanOrEqualToThreshold")


def test_the_days_until_known_holidays_end_are_told(world: World, told: Any) -> None:
    call("calendar_watch")
    days = told()["calendar_days_left"]
    world.later(days=10)
    call("calendar_watch")
    assert told()["calendar_days_left"] == days - 10
