"""The rehearsal passes from beginning to end; and a right that is taken away is named, with function and resource.

The real bundle runs in an emulated account that enforces every policy. Rights are taken away from the deployed roles,
one at a time, for each is given back before the next test.
"""

import itertools
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest

from chalicelib.adapters.calendar_files import shipped_calendar
from infra.package import Bundle
from infra.rehearsal import jobs, main_job, own_way, past, steps
from infra.rehearsal.place import Decision
from infra.rehearsal.rights import RESTING, Right, refused, wrong
from infra.rehearsal.run import rehearse, staged, take
from infra.rehearsal.stage import Rehearsal

pytestmark = pytest.mark.bundle

Step = Callable[[Rehearsal], Any]
_sizes = itertools.count(1024)


def test_everything_goes_its_way_from_an_empty_account_to_an_update_and_back(bundle: Bundle) -> None:
    """Every step of the rehearsal, with every right that is granted used."""
    said: list[str] = []
    found = rehearse(bundle, said.append)
    assert not found, "\n".join([*said, *found])
    assert len(said) == len(steps.STEPS)


@pytest.fixture(scope="module")
def installed(bundle: Bundle) -> Iterator[Rehearsal]:
    """The bundle deployed, with people and letters."""
    with staged(bundle) as rehearsal:
        for step in (steps.deploy, steps.bring_the_people_in, steps.write_letters, own_way.letters_of_past_weeks):
            assert take(rehearsal, step.__name__, step, lambda _: None) == []
        yield rehearsal


def write(rehearsal: Rehearsal) -> None:
    """A citizen writes."""
    main_job.write(rehearsal.api, subject=f"又一封来信 {next(_sizes)}")


def run(job: str) -> Step:
    """A job runs by its schedule's event."""
    return lambda rehearsal: jobs.run(rehearsal, job)


def hurry_mail(rehearsal: Rehearsal) -> None:
    """Somebody writes, and dispatch sends what it owes."""
    write(rehearsal)
    jobs.run(rehearsal, "dispatch")


@pytest.mark.parametrize(
    ("function", "action", "resource", "step"),
    [
        ("api", "kms:Encrypt", "key/", write),
        ("api", "dynamodb:Query", "table/", lambda each: each.desk("centre-1").waiting()),
        ("api", "s3:PutObject", "attachments", steps.write_letters),
        ("api", "secretsmanager:GetSecretValue", "/links-", lambda each: each.desk("centre-1").waiting()),
        ("dispatch", "ses:SendRawEmail", "identity/", hurry_mail),
        ("dispatch", "kms:Decrypt", "key/", hurry_mail),
        ("close_day", "kms:Sign", "key/", run("close_day")),
        ("publish", "s3:PutObject", "/site/data/", run("publish")),
        ("reconcile", "dynamodb:Scan", "table/", run("reconcile")),
        ("sweep", "dynamodb:PutItem", "table/", run("sweep")),
    ],
)
def test_a_right_that_is_taken_away_is_named_with_its_function(
    installed: Rehearsal, function: str, action: str, resource: str, step: Step
) -> None:
    """Whether or not the step itself fails of it."""
    with without(installed, function, action):
        found = take(installed, "step", step, lambda _: None)
    named = [line for line in found if line.startswith(f"{function} was refused {action} on ") and resource in line]
    assert named, found


@contextmanager
def without(rehearsal: Rehearsal, function: str, action: str) -> Iterator[None]:
    """The installation while a function's role lacks an action, its containers and what they have read forgotten."""
    iam, physical = rehearsal.place.account.client("iam"), rehearsal.deployed().functions()[function]
    role = next(role for role, name in rehearsal.roles.items() if name == function)
    (policy,) = iam.list_role_policies(RoleName=role)["PolicyNames"]
    whole = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
    lacking = json.loads(json.dumps(whole))
    for statement in lacking["Statement"]:
        actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        statement["Action"] = [each for each in actions if each != action] or ["none:None"]
    account = rehearsal.place.account
    # Another size ends its containers, and with them goes what they have read of secrets.
    account.client("lambda").update_function_configuration(FunctionName=physical, MemorySize=next(_sizes))
    iam.put_role_policy(RoleName=role, PolicyName=policy, PolicyDocument=json.dumps(lacking))
    try:
        yield
    finally:
        iam.put_role_policy(RoleName=role, PolicyName=policy, PolicyDocument=json.dumps(whole))


ROLES = {"role": "sweep"}
READ, WRITE = Right("sweep", "dynamodb:GetItem", "table/t"), Right("sweep", "dynamodb:PutItem", "table/t")
RESTED = [Right(each.function, each.action, f"a {each.resource} b") for each in RESTING]


def done(action: str, resource: str = "table/t", *, allowed: bool = True) -> Decision:
    """One decision about the sweep."""
    return Decision("role", action, resource, allowed)


def test_what_nothing_used_is_granted_in_vain() -> None:
    found = wrong([READ, WRITE, *RESTED], [done("dynamodb:GetItem")], ROLES)
    assert ["sweep: dynamodb:PutItem on table/t" in line for line in found] == [True]


def test_of_two_rights_to_the_same_thing_none_is_needed() -> None:
    wide = Right("sweep", "dynamodb:GetItem", "table/*")
    found = wrong([READ, wide, *RESTED], [done("dynamodb:GetItem")], ROLES)
    assert len(found) == 2


def test_what_cannot_be_rehearsed_must_be_granted_all_the_same() -> None:
    found = wrong([READ, *RESTED[1:]], [done("dynamodb:GetItem")], ROLES)
    assert ["reconcile lacks s3:DeleteObject" in line for line in found] == [True]


def test_a_refused_call_counts_for_nobody_and_is_named() -> None:
    decisions = [done("dynamodb:GetItem", allowed=False)]
    assert refused(decisions, ROLES) == ["sweep was refused dynamodb:GetItem on table/t"]
    assert len(wrong([READ, *RESTED], decisions, ROLES)) == 1


def test_a_right_to_all_but_some_covers_the_others() -> None:
    phones = Right("sweep", "sns:Publish", "arn:*:sns:*:*:*", but=True)
    assert phones.covers(done("sns:Publish", "*"))
    assert not phones.covers(done("sns:Publish", "arn:x:sns:r:1:topic"))


@pytest.mark.parametrize(
    ("today", "then"),
    [("2026-11-22", "2026-11-13"), ("2026-10-08", "2026-09-22"), ("2026-02-24", "2026-02-09")],
)
def test_the_past_begins_so_long_ago_that_a_letter_of_then_is_late(today: str, then: str) -> None:
    """Also on the first working days after festivals: since then there have been five working days or more."""
    assert past.long_before(date.fromisoformat(today), shipped_calendar()).isoformat() == then
