"""How often each scheduled function ran and failed lately, as CloudWatch counted it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from infra.cloud.deployed import Deployed
from infra.doctor.findings import Patient
from scheduled.timetable import TIMETABLE, Every

_METRICS = ("Invocations", "Errors")


@dataclass(frozen=True, slots=True)
class Runs:
    """Of one function, in a span of time in which it should have run at least once."""

    runs: int
    errors: int
    window: str


def figures(patient: Patient, found: Deployed) -> dict[str, Runs]:
    """Of every job that is on the timetable and deployed. Figures come some minutes late."""
    windows = {job: _window(job) for job in TIMETABLE if job in found.functions()}
    sums = {(job, metric): 0 for job in windows for metric in _METRICS}
    queries = [_query(found.functions()[job], job, metric) for job, metric in sums]
    longest = max(windows.values(), default=timedelta(hours=1))
    pages = (
        patient.client("cloudwatch")
        .get_paginator("get_metric_data")
        .paginate(MetricDataQueries=queries, StartTime=patient.machine_time - longest, EndTime=patient.machine_time)
    )
    for page in pages:
        for result in page["MetricDataResults"]:
            job, _, metric = result["Id"].rpartition("__")
            since = patient.machine_time - windows[job]
            pairs = zip(result["Timestamps"], result["Values"], strict=True)
            sums[job, _METRICS[metric == "errors"]] += int(sum(value for at, value in pairs if at >= since))
    return {job: Runs(sums[job, "Invocations"], sums[job, "Errors"], _told(window)) for job, window in windows.items()}


def _window(job: str) -> timedelta:
    """Twice its usual interval, half an hour at least."""
    when = TIMETABLE[job]
    return (
        max(timedelta(minutes=2 * when.minutes), timedelta(minutes=30))
        if isinstance(when, Every)
        else timedelta(days=2)
    )


def _told(window: timedelta) -> str:
    hours = window / timedelta(hours=1)
    return f"{hours:.0f} hours" if hours >= 2 else f"{window / timedelta(minutes=1):.0f} minutes"


def _query(function: str, job: str, metric: str) -> dict[str, Any]:
    return {
        "Id": f"{job}__{metric.lower()}",
        "MetricStat": {
            "Metric": {
                "Namespace": "AWS/Lambda",
                "MetricName": metric,
                "Dimensions": [{"Name": "FunctionName", "Value": function}],
            },
            "Period": 300,
            "Stat": "Sum",
        },
    }
