"""Whether the schedules of a stage are on, its functions are not paused, and how often each ran and failed lately."""

from infra.cloud import rules
from infra.cloud.deployed import Deployed
from infra.cloud.restoring import Table, mark_of
from infra.doctor.findings import Finding, Patient, attention, not_here, ok, wrong
from infra.doctor.runs import figures
from infra.errors import OperatorError
from scheduled.timetable import TIMETABLE


def look(patient: Patient) -> list[Finding]:
    """Of a stage: schedules on, functions not paused, and how often each ran."""
    found = patient.found
    if found is None:
        return [not_here("schedules", "a stand's jobs tick while it runs")]
    off = rules.off(found)
    switched_off = [
        wrong("schedules", f"{rule} is switched off", f"aws events enable-rule --name {found.resources[rule].name}")
        for rule, paused in off.items()
        if not paused
    ]
    stopped = [*switched_off, *_paused(patient, found, [rule for rule, paused in off.items() if paused])]
    return [
        *(stopped or [ok("schedules", f"{len(TIMETABLE)} jobs are scheduled, none is paused")]),
        *_runs(patient, found),
    ]


def _paused(patient: Patient, found: Deployed, schedules: list[str]) -> list[Finding]:
    """One line for all that a pause has stopped. A pause is short: mostly it was cut."""
    client = patient.client("lambda")
    functions = [
        job
        for job, name in found.functions().items()
        if client.get_function_concurrency(FunctionName=name).get("ReservedConcurrentExecutions") == 0
    ]
    if not functions and not schedules:
        return []
    names = ", ".join([*functions, *schedules])
    return [wrong("schedules", f"{names} {'are' if len([*functions, *schedules]) > 1 else 'is'} paused", _cause(found))]


def _cause(found: Deployed) -> str:
    try:
        mark = mark_of(Table(found.account.client("dynamodb"), found.environment["HUIYIN_TABLE"]))
    except OperatorError:  # a destroy was cut short that had got as far as the table
        mark = None
    if mark is not None:
        return f"A restore from {mark.source} was cut short, if it does not run now: run it again, it goes on."
    return (
        "A restore, a backup --at-rest or a destroy runs now, or was cut short: then run the same command again, it "
        f"goes on and ends the pause. If there was none: python -m infra backup --stage {found.stage} --at-rest "
        "--to DIR starts everything again at its end."
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
