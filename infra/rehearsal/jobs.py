"""The deployed schedules: they are as the timetable has them, they fire, and every job finds something to do.

What a schedule would start in hours is started here with the event it would send.
"""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any, Final

from chalicelib.services.close_day import note_missing
from infra.cloud.account import told
from infra.cloud.deployed import Deployed
from infra.errors import OperatorError
from infra.rehearsal import past
from infra.rehearsal.people import Json
from infra.rehearsal.stage import Rehearsal
from scheduled.runner import at_its_time
from scheduled.timetable import TIMETABLE

_UNREADABLE: Final = "what another program wrote"
INBOX_FILE: Final = "inbox/hotline/rehearsal.csv"


def schedules_stand(rehearsal: Rehearsal) -> None:
    """Each job's rule is there, enabled, at its time, points at its function, and may start it."""
    found = rehearsal.deployed()
    rules = _rules(found)
    for job, physical in found.functions().items():
        if job == "api":
            continue
        rule = rules.get(physical)
        if rule is None:
            raise OperatorError(f"No schedule starts {job}.")
        wanted = at_its_time(job).to_string()
        if (rule["ScheduleExpression"], rule["State"]) != (wanted, "ENABLED"):
            raise OperatorError(
                f"The schedule of {job} is {rule['ScheduleExpression']}, {rule['State']}; not {wanted}."
            )
        if not _may_start(found, physical, rule["Arn"]):
            raise OperatorError(f"The schedule of {job} may not start its function.")
    if missing := TIMETABLE.keys() - found.functions().keys():
        raise OperatorError(f"There is no function for {', '.join(sorted(missing))}.")


def _rules(found: Deployed) -> dict[str, Json]:
    """Every rule by the physical name of the function it starts."""
    events, rules = found.account.client("events"), {}
    with told("The schedules cannot be read"):
        for each in found.of_kind("AWS::Events::Rule"):
            rule = events.describe_rule(Name=each.name)
            for target in events.list_targets_by_rule(Rule=each.name)["Targets"]:
                rules[target["Arn"].rpartition(":")[2]] = rule
    return rules


def _may_start(found: Deployed, function: str, rule: str) -> bool:
    with told(f"Who may start {function} cannot be read"):
        policy = json.loads(found.account.client("lambda").get_policy(FunctionName=function)["Policy"])
    for statement in policy["Statement"]:
        source = statement.get("Condition", {}).get("ArnLike", {}).get("AWS:SourceArn", rule)
        if str(statement["Principal"].get("Service", "")).startswith("events.") and source == rule:
            return True
    return False


def run(rehearsal: Rehearsal, *jobs: str) -> None:
    """Start jobs at the same time, each with its schedule's event, and wait for their end.

    Raises OperatorError when one fails.
    """
    with ThreadPoolExecutor(len(jobs)) as hands:
        for _ in hands.map(lambda job: _run(rehearsal.deployed(), job, rehearsal.now()), jobs):
            pass


def _run(found: Deployed, job: str, now: datetime) -> None:
    function = found.functions()[job]
    event = {
        "version": "0",
        "id": f"rehearsal-{job}",
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": found.account.id,
        "time": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": found.account.region,
        "resources": [_rules(found)[function]["Arn"]],
        "detail": {},
    }
    with told(f"{job} cannot be started"):
        answer = found.account.client("lambda").invoke(FunctionName=function, Payload=json.dumps(event).encode())
        said = answer["Payload"].read()
    if answer.get("FunctionError"):
        raise OperatorError(f"{job} failed: {_error(said)}")


def _error(said: bytes) -> str:
    """Its class, and what the function said; our own errors hold no data."""
    error: dict[str, Any] = json.loads(said)
    return f"{error.get('errorType')}: {error.get('errorMessage')}"


def leave_unreadable_message(rehearsal: Rehearsal, name: str) -> None:
    """A message that no version can read has been due for hours: it is set aside, and stops no other."""
    table = rehearsal.deployed().environment["HUIYIN_TABLE"]
    words = {"PK": f"M#{name}", "SK": "MESSAGE", "due_shard": "message#0", "due_at": "2020-01-01T00:00:00.000000Z"}
    item = {key: {"S": value} for key, value in {**words, "data": _UNREADABLE}.items()}
    with told("The table cannot be written"):
        rehearsal.place.account.client("dynamodb").put_item(TableName=table, Item={**item, "schema": {"N": "1"}})


def lose_last_closed_day(rehearsal: Rehearsal) -> None:
    """As if the nightly run had failed: the hourly reports then close the day themselves."""
    found = rehearsal.deployed()
    folder = list(past.closed_days(_today(rehearsal)))[-1]
    s3, bucket = found.account.client("s3"), found.environment["HUIYIN_REPORTS_BUCKET"]
    with told("A closed day cannot be taken away"):
        for each in s3.list_object_versions(Bucket=bucket, Prefix=f"{folder}/")["Versions"]:
            s3.delete_object(
                Bucket=bucket, Key=each["Key"], VersionId=each["VersionId"], BypassGovernanceRetention=True
            )


def note_one_missing(rehearsal: Rehearsal) -> None:
    """What reconcile notes for the next closing, of an event that no search of the journal finds."""
    inst = _today(rehearsal)
    oldest = min(inst.letters.letters(), key=lambda each: each.received_at)
    note_missing(inst.jobs, [(oldest.id, 1)])


def hand_letters_over(rehearsal: Rehearsal) -> None:
    """Another platform puts a file of letters into the inbox."""
    found = rehearsal.deployed()
    rows = "source_number,subject,body,written_at,writer\nH-1,路灯不亮,东门路的路灯不亮了。,2026-01-05,演练人\n"
    with told("The inbox cannot be written"):
        found.account.client("s3").put_object(
            Bucket=found.environment["HUIYIN_INBOX_BUCKET"], Key=INBOX_FILE, Body=rows.encode()
        )


def _today(rehearsal: Rehearsal) -> Any:
    there = past.Past(rehearsal.deployed(), rehearsal.now())
    return there.on(there.days_ago(0))
