"""The hand-written IAM policies give each function what its work needs, and the cloud's own names stay out of the code.

Chalice's generated policies see only boto3 client calls, so PynamoDB would get no rights at all.
"""

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.environment import RESOURCES, ROOT
from infra.package import SERVICES, STAGE

POLICIES = sorted((ROOT / "infra" / "policies").glob("*.json"), key=lambda path: path.stem)
CONFIG = json.loads((ROOT / ".chalice" / "config.json").read_text())
SHIPPED = ("app.py", "chalicelib", "scheduled", "infra", "website", ".chalice/config.json")


def _statements(policy: str) -> list[dict[str, Any]]:
    """Of one function; those that hang on a condition of the template too."""
    document = json.loads((ROOT / "infra" / "policies" / f"{policy}.json").read_text())
    return [each["Fn::If"][1] if "Fn::If" in each else each for each in document["Statement"]]


def _actions(policy: str, resource: str, *, conditions: bool = True) -> set[str]:
    """Actions that a policy allows on resources whose description names `resource`."""
    actions: set[str] = set()
    for statement in _statements(policy):
        named = resource in json.dumps(statement.get("Resource", statement.get("NotResource")))
        if named and (conditions or "Condition" not in statement):
            allowed = statement["Action"]
            actions.update([allowed] if isinstance(allowed, str) else allowed)
    return actions


def _who_may(action: str, resource: str, *, conditions: bool = True) -> list[str]:
    return [path.stem for path in POLICIES if action in _actions(path.stem, resource, conditions=conditions)]


def _shipped_files() -> Iterator[Path]:
    for name in SHIPPED:
        path = ROOT / name
        for file in [path] if path.is_file() else path.rglob("*"):
            if file.is_file() and {"__pycache__", "node_modules"}.isdisjoint(file.parts):
                yield file


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.stem)
def test_every_statement_names_its_actions_and_resources(path: Path) -> None:
    for statement in _statements(path.stem):
        actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        assert not [action for action in actions if "*" in action], statement["Sid"]
        assert statement.get("Resource") != "*", statement["Sid"]
        assert statement["Effect"] == "Allow"


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.stem)
def test_every_function_may_use_the_table_but_not_change_its_make(path: Path) -> None:
    table = _actions(path.stem, "Table")
    assert {"dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem"} <= table
    assert table.isdisjoint({"dynamodb:DeleteTable", "dynamodb:UpdateTable", "dynamodb:UpdateTimeToLive"})


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.stem)
def test_every_function_writes_into_its_own_log_and_no_other(path: Path) -> None:
    log = "".join(part.title() for part in path.stem.split("_")) + "Log"
    (statement,) = [each for each in _statements(path.stem) if "logs:" in json.dumps(each)]
    assert statement["Resource"] == {"Fn::GetAtt": [log, "Arn"]}
    assert set(statement["Action"]) == {"logs:CreateLogStream", "logs:PutLogEvents"}


def test_only_the_jobs_that_look_past_the_indexes_may_scan() -> None:
    """Reconcile and, after a change of calendar, the sweep read every letter; the first closing looks for the first."""
    assert _who_may("dynamodb:Scan", "Table") == ["close_day", "reconcile", "reports", "sweep"]


def test_only_who_moves_letters_may_delete_items_of_the_table() -> None:
    """A move takes letters off desks."""
    assert _who_may("dynamodb:DeleteItem", "Table") == ["api", "reconcile", "spot_checks", "sweep"]


@pytest.mark.parametrize(
    ("index", "who"),
    [
        ("due", ["api", "dispatch", "reconcile", "sweep"]),
        ("journal", ["close_day", "publish", "reports"]),
        ("desk", ["api", "publish", "reconcile"]),
    ],
)
def test_an_index_is_asked_only_by_who_needs_it(index: str, who: list[str]) -> None:
    assert _who_may("dynamodb:Query", f"/index/{index}") == who


def test_only_the_reports_jobs_sign_the_ledger_and_write_reports() -> None:
    """Publishing keeps the days it folded beside the reports; it can write no report."""
    assert _who_may("kms:Sign", "LedgerKey") == _who_may("s3:PutObject", "/ledger/*") == ["close_day", "reports"]
    assert _who_may("s3:PutObject", "/reports/*") == ["reports"]
    assert _who_may("s3:PutObject", "ReportsBucket") == ["close_day", "publish", "reports"]
    assert _actions("publish", "/reports/folded/*") == {"s3:GetObject", "s3:PutObject"}
    assert not [path.stem for path in POLICIES if "s3:DeleteObject" in _actions(path.stem, "ReportsBucket")]


def test_citizens_files_are_read_by_the_api_alone_and_deleted_only_there_and_by_reconcile() -> None:
    """Reconcile deletes what no letter has, and needs to read none of it for that."""
    s3 = {path.stem: {a for a in _actions(path.stem, "AttachmentsBucket") if a.startswith("s3:")} for path in POLICIES}
    assert {name: actions for name, actions in s3.items() if actions} == {
        "api": {"s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:ListBucket"},
        "reconcile": {"s3:ListBucket", "s3:DeleteObject"},
    }
    assert _actions("reconcile", "/letters/*") == {"s3:DeleteObject"}
    assert {path.stem for path in POLICIES if "s3:DeleteObject" in path.read_text()} == {"api", "reconcile"}


def test_writers_data_is_read_only_where_people_act_or_are_written_to() -> None:
    """The sweep, the reports and the reconciliation work without knowing who wrote."""
    assert _who_may("kms:Decrypt", "PersonalDataKey", conditions=False) == ["api", "dispatch"]
    assert _who_may("kms:Encrypt", "PersonalDataKey", conditions=False) == ["api", "fetch"]


def test_only_who_takes_letters_in_or_sends_codes_reads_the_secret_of_all_codes() -> None:
    """Nobody else makes or checks one; dispatch reads the secrets of its gateways too, each by its own name."""
    read = "secretsmanager:GetSecretValue"
    assert _who_may(read, _secret("HashSecret")) == ["api", "dispatch", "fetch"]
    assert _who_may(read, _secret("LinkSecret")) == ["api", "dispatch"]
    assert _who_may(read, "SmtpPasswordSecret") == ["dispatch"]
    assert _who_may(read, "GatewayKeySecret") == ["dispatch"]


def _secret(logical: str) -> str:
    """How a policy names a secret of the template: what a `Ref` gives is its ARN in the cloud, not in an emulator."""
    name = json.loads(RESOURCES.read_text())["Resources"][logical]["Properties"]["Name"]["Fn::Sub"]
    return f":secret:{name}-??????"


def test_the_inbox_of_other_platforms_is_read_by_its_own_job_alone_and_not_kept_for_years() -> None:
    """The files hold personal data: they must not lie where nothing can be deleted."""
    assert [path.stem for path in POLICIES if "InboxBucket" in path.read_text()] == ["fetch"]
    assert _actions("fetch", "/inbox/*") == {"s3:GetObject"}
    assert _actions("fetch", "ReportsBucket") == set()
    assert "kms:Decrypt" not in _actions("fetch", "PersonalDataKey", conditions=False)
    resources = json.loads((ROOT / "infra" / "resources.json").read_text())["Resources"]
    inbox = resources["InboxBucket"]["Properties"]
    assert "ObjectLockEnabled" not in inbox
    assert inbox["LifecycleConfiguration"]["Rules"][0]["ExpirationInDays"] <= 60


def test_only_dispatch_sends() -> None:
    """And has rights to the one way of sending that is chosen; in China neither SES nor SNS sends anything."""
    senders = [path.stem for path in POLICIES if "ses:Send" in path.read_text() or "sns:" in path.read_text()]
    assert senders == ["dispatch"]
    document = json.loads((ROOT / "infra" / "policies" / "dispatch.json").read_text())
    conditions = {each["Fn::If"][0]: each["Fn::If"][1]["Action"] for each in document["Statement"] if "Fn::If" in each}
    assert conditions["MailsBySes"] == "ses:SendRawEmail"
    assert conditions["TextsBySns"] == "sns:Publish"
    assert conditions.keys() == {"MailsBySes", "TextsBySns", "SmtpHasPassword", "GatewayHasKey"}


def test_every_policy_is_in_use_and_every_named_one_exists() -> None:
    jobs = {**CONFIG["stages"][STAGE]["lambda_functions"]}
    del jobs["api_handler"]  # has the policy that is everybody's who names none
    named = [CONFIG["iam_policy_file"], *(job["iam_policy_file"] for job in jobs.values())]
    assert named == [f"../infra/policies/{name}.json" for name in ("api", *jobs)], "each its own"
    assert {(ROOT / ".chalice" / name).resolve() for name in named} == {path.resolve() for path in POLICIES}
    assert CONFIG["autogen_policy"] is False


def test_the_api_is_regional_and_answers_before_the_gateway_gives_up() -> None:
    """Edge endpoints do not exist in China; API Gateway waits 29 seconds."""
    assert CONFIG["api_gateway_endpoint_type"] == "REGIONAL"
    assert CONFIG["lambda_timeout"] < 29


@pytest.mark.parametrize("literal", ["arn:" + "aws:", "amazon" + "aws.com"])
def test_no_name_of_one_partition_is_written_anywhere(literal: str) -> None:
    """In China ARNs begin otherwise and hosts end otherwise: templates take both from pseudo-parameters."""
    offenders = [str(file.relative_to(ROOT)) for file in _shipped_files() if literal.encode() in file.read_bytes()]
    assert offenders == []


def test_every_aws_service_the_code_asks_for_is_in_the_bundle() -> None:
    """botocore's descriptions of all other services are pruned: a missing one would fail only in the cloud."""
    asked = {
        node.args[0].value
        for folder in ("chalicelib", "scheduled")
        for file in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("client", "resource")
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }
    assert asked <= SERVICES
