"""Whether the schedules of a stage are on, its functions are not paused, and how often each ran and failed lately."""

from collections.abc import Iterator

from infra.cloud.deployed import Deployed
from infra.doctor.findings import Finding, Patient, attention, not_here, ok, wrong
from infra.doctor.runs import figures
from scheduled.timetable import TIMETABLE


def look(patient: Patient) -> list[Finding]:
    """Of a stage: schedules on, functions not paused, and how often each ran."""
    found = patient.found
    if found is None:
        return [not_here("schedules", "a stand's jobs tick while it runs")]
    stopped = [*_rules_off(patient, found), *_paused(patient, found)]
    return [
        *(stopped or [ok("schedules", f"{len(TIMETABLE)} jobs are scheduled, none is paused")]),
        *_runs(patient, found),
    ]


def _rules_off(patient: Patient, found: Deployed) -> Iterator[Finding]:
    events = patient.client("events")
    for rule in found.of_kind("AWS::Events::Rule"):
        if events.describe_rule(Name=rule.name)["State"] != "ENABLED":
            yield wrong("schedules", f"{rule.logical} is switched off", f"aws events enable-rule --name {rule.name}")


def _paused(patient: Patient, found: Deployed) -> Iterator[Finding]:
    client = patient.client("lambda")
    for job, function in found.functions().items():
        reserved = client.get_function_concurrency(FunctionName=function).get("ReservedConcurrentExecutions")
        if reserved == 0:
            yield wrong(
                "schedules",
                f"{job} is paused",
                "A restore was cut short: run it again, it goes on and ends the pause. Else: "
                f"aws lambda delete-function-concurrency --function-name {function}",
            )


def _runs(patient: Patient, found: Deployed) -> list[Finding]:
    """How often each function ran and failed lately, by CloudWatch."""
    runs = {job: each for job, each in figures(patient, found).items() if job in TIMETABLE}
    if not any(each.runs for each in runs.values()):
        return [attention("runs", "CloudWatch knows of no run yet", "Just deployed: look again in ten minutes.")]
    findings = [
        wrong("runs", f"{job} did not run in the last {each.window}", "Look at its schedule in EventBridge.")
        for job, each in runs.items()
        if not each.runs
    ]
    findings += [
        attention(
            "runs", f"{job}: {each.errors} of {each.runs} runs in the last {each.window} failed", _log(found, job)
        )
        for job, each in runs.items()
        if each.errors
    ]
    return findings or [ok("runs", f"all {len(runs)} jobs ran at their times, and none failed")]


def _log(found: Deployed, job: str) -> str:
    return f"Its log says why: log group {found.log_of(job)}; docs/runbook.md."
