"""Checks on what functions are given: their settings, their rights, their logs, and where their failed runs go."""

import json
from collections.abc import Iterator
from typing import Final

from chalicelib.config import REQUIRED
from infra.template_parts import Fault, Json, Stack, alternatives, named

FUNCTION: Final = "AWS::Lambda::Function"
_API: Final = "APIHandler"
_LOGGING: Final = ("logs:CreateLogStream", "logs:PutLogEvents")
_TABLE_AT_REST: Final = (
    *("kms:Encrypt", "kms:Decrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo"),
    *("kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext", "kms:DescribeKey"),
)
"""What DynamoDB's documentation wants of whoever uses a table under a key of the customer's own."""
_FROM_PLATFORM: Final = frozenset({"AWS_REGION"})


def functions(stack: Stack) -> Iterator[Fault]:
    """A role, a log group and a place for failed runs of its own; every setting that the code requires."""
    roles: dict[str, str] = {}
    for name, function in stack.of(FUNCTION):
        role, log = named(function.get("Role")), named(function.get("LoggingConfig", {}).get("LogGroup"))
        if role in roles:
            yield name, f"give it a policy of its own in .chalice/config.json: it shares the role of {roles[role]}"
        roles[role] = name
        if stack.resources.get(log, {}).get("Type") != "AWS::Logs::LogGroup":
            yield name, "set LoggingConfig to a log group of the template: another would be kept for ever"
        variables = function.get("Environment", {}).get("Variables", {})
        if missing := [each for each in REQUIRED if each not in variables and each not in _FROM_PLATFORM]:
            yield name, f"set {', '.join(missing)} in Globals.Function.Environment"
        if name != _API:
            yield from _failed_runs(stack, name)


def _failed_runs(stack: Stack, name: str) -> Iterator[Fault]:
    """Where a job's run goes that failed for good, and that the job may put it there."""
    configs = (each for _, each in stack.of("AWS::Lambda::EventInvokeConfig") if named(each["FunctionName"]) == name)
    target = next((c.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination") for c in configs), None)
    queue = named(target)
    if stack.resources.get(queue, {}).get("Type") != "AWS::SQS::Queue":
        yield name, "set EventInvokeConfig with the queue DeadLetters on failure: a failed run would be forgotten"
    elif not _may(stack, name, "sqs:SendMessage", queue):
        yield name, f"let its policy sqs:SendMessage to {queue}"


def rights(stack: Stack) -> Iterator[Fault]:
    """No wildcard. `NotResource` is for SMS alone: a phone has no ARN, so all ARNs are left out."""
    for name, function in stack.of(FUNCTION):
        for statement in stack.statements(function):
            sid, actions = statement.get("Sid", "without a Sid"), alternatives([statement["Action"]])
            flat = [each for action in actions for each in ([action] if isinstance(action, str) else action)]
            if wild := [each for each in flat if "*" in each]:
                yield name, f"name the actions of the statement {sid} one by one instead of {', '.join(wild)}"
            resources = [statement.get("Resource", "*")] if "NotResource" not in statement else []
            if "*" in alternatives(resources) or (not resources and flat != ["sns:Publish"]):
                yield name, f"name the resources of the statement {sid}"


def log_rights(stack: Stack) -> Iterator[Fault]:
    """A function writes its own log. The platform does it with the function's rights, and no emulator asks for them."""
    for name, function in stack.of(FUNCTION):
        log = named(function.get("LoggingConfig", {}).get("LogGroup"))
        for action in _LOGGING:
            if not _may(stack, name, action, log):
                yield name, f"let its policy {action} to {log}: nobody would learn why it failed"


def key_rights(stack: Stack) -> Iterator[Fault]:
    """Who uses an encrypted table or bucket needs its key too, through that service. No emulator asks for it."""
    for name, _ in stack.of(FUNCTION):
        for needs in _TABLE_AT_REST if _may_anything(stack, name, "Table") else ():
            if not _may_via(stack, name, needs, "dynamodb"):
                yield name, f"let its policy {needs} with PersonalDataKey via dynamodb: it could not use the table"
        for action, needs in (("s3:GetObject", "kms:Decrypt"), ("s3:PutObject", "kms:GenerateDataKey")):
            if _may(stack, name, action, "AttachmentsBucket") and not _may_via(stack, name, needs, "s3"):
                yield name, f"let its policy {needs} with PersonalDataKey via s3: {action} would be refused"


def _allowed(stack: Stack, function: str) -> Iterator[tuple[set[str], set[str], Json]]:
    """Actions, names of resources, condition of each statement."""
    for statement in stack.statements(stack.resources[function]["Properties"]):
        flat = [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]
        about = {named(each) for each in alternatives([statement.get("Resource", [])])}
        yield set(flat), about, statement.get("Condition")


def _may(stack: Stack, function: str, action: str, resource: str) -> bool:
    return any(action in actions and resource in about for actions, about, _ in _allowed(stack, function))


def _may_anything(stack: Stack, function: str, resource: str) -> bool:
    return any(resource in about for _, about, _ in _allowed(stack, function))


def _may_via(stack: Stack, function: str, action: str, service: str) -> bool:
    return any(
        action in actions
        and "PersonalDataKey" in about
        and json.dumps(condition or {}).count(f'"kms:ViaService": {{"Fn::Sub": "{service}.')
        for actions, about, condition in _allowed(stack, function)
    )
