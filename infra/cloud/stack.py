"""A stack and its change sets: what a deployment would change, doing it, and what became of it."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from botocore.exceptions import ClientError

from infra.cloud.account import Account, told
from infra.errors import OperatorError

_POLL_SECONDS: Final = 3.0
_EMULATOR_POLL_SECONDS: Final = 0.3  # it makes in a second what the cloud takes minutes for
_PATIENCE_SECONDS: Final = 3600.0  # a distribution alone may take a quarter of an hour
_CAPABILITIES: Final = ["CAPABILITY_IAM"]
_GOOD: Final = {"CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE"}
_NO_CHANGES: Final = ("didn't contain changes", "No updates are to be performed")

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Changed:
    """One line of a change set. `action`: Add, Modify or Remove; `replaced`: it is made anew, empty."""

    action: str
    name: str
    kind: str
    replaced: bool


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """What a deployment would change; nothing has been changed yet. `first`: there is no stack of this name."""

    stack: str
    name: str
    first: bool
    changes: tuple[Changed, ...]


@dataclass(frozen=True, slots=True)
class Stack:
    """A stack as it stands."""

    name: str
    status: str
    outputs: Mapping[str, str]
    parameters: Mapping[str, str]


def find(account: Account, name: str) -> Stack | None:
    """The stack, or None. One that was only ever proposed, or has been taken away, is none."""
    cloud = account.client("cloudformation")
    with told("CloudFormation does not answer"):
        try:
            (found,) = cloud.describe_stacks(StackName=name)["Stacks"]
        except ClientError as error:
            if "does not exist" in error.response["Error"].get("Message", ""):
                return None
            raise
    if found["StackStatus"] in {"REVIEW_IN_PROGRESS", "DELETE_COMPLETE"}:
        return None
    return Stack(
        name,
        found["StackStatus"],
        {each["OutputKey"]: each["OutputValue"] for each in found.get("Outputs", [])},
        {each["ParameterKey"]: each.get("ParameterValue", "") for each in found.get("Parameters", [])},
    )


def resource_names(account: Account, name: str) -> dict[str, str]:
    """Logical → physical name of each resource of a stack."""
    cloud = account.client("cloudformation")
    with told(f"The resources of {name} cannot be listed"):
        pages = cloud.get_paginator("list_stack_resources").paginate(StackName=name)
        return {
            each["LogicalResourceId"]: each.get("PhysicalResourceId", "")
            for page in pages
            for each in page["StackResourceSummaries"]
        }


def propose(
    account: Account, name: str, change_set: str, template_address: str, parameters: Mapping[str, str]
) -> ChangeSet:
    """Ask what would change. Raises OperatorError when CloudFormation refuses the template."""
    first = find(account, name) is None
    kind = "CREATE" if first else "UPDATE"
    return _proposed(account, ChangeSet(name, change_set, first, ()), kind, template_address, parameters)


def propose_import(
    account: Account,
    name: str,
    change_set: str,
    template_address: str,
    parameters: Mapping[str, str],
    resources: list[dict[str, Any]],
) -> ChangeSet:
    """Ask to take what is there into a new stack, unchanged; the template holds that alone. Raises OperatorError."""
    if _status(account, name) == "REVIEW_IN_PROGRESS":  # the empty stack of a proposal that nobody agreed to
        take_away(account, name, lambda _: None)
    wanted = ChangeSet(name, change_set, True, ())
    return _proposed(account, wanted, "IMPORT", template_address, parameters, ResourcesToImport=resources)


def _proposed(
    account: Account, wanted: ChangeSet, kind: str, template_address: str, parameters: Mapping[str, str], **more: Any
) -> ChangeSet:
    cloud, name = account.client("cloudformation"), wanted.name
    with told("The change set cannot be made"):
        cloud.create_change_set(
            StackName=wanted.stack,
            ChangeSetName=name,
            ChangeSetType=kind,
            TemplateURL=template_address,
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in sorted(parameters.items())],
            Capabilities=_CAPABILITIES,
            **more,
        )
        found = _settled(account, wanted.stack, name)
        if found["Status"] == "FAILED":
            cloud.delete_change_set(StackName=wanted.stack, ChangeSetName=name)
            if any(words in found.get("StatusReason", "") for words in _NO_CHANGES):
                return wanted
            raise OperatorError(f"CloudFormation refuses the change: {found.get('StatusReason')}")
        return replace(wanted, changes=tuple(_changes(cloud, wanted.stack, name)))


def forget(account: Account, change_set: ChangeSet) -> None:
    """Throw a proposal away."""
    with told("The change set cannot be deleted"):
        account.client("cloudformation").delete_change_set(StackName=change_set.stack, ChangeSetName=change_set.name)


def carry_out(account: Account, change_set: ChangeSet, say: Say) -> Stack:
    """Do what was proposed, telling each step. Raises OperatorError with the first causes when it does not succeed.

    CloudFormation puts everything back as it was then.
    """
    cloud, seen = account.client("cloudformation"), set(_event_ids(account, change_set.stack))
    with told("The change set cannot be carried out"):
        cloud.execute_change_set(StackName=change_set.stack, ChangeSetName=change_set.name)
    return _watched(account, change_set.stack, seen, say, _GOOD)


def take_away(account: Account, name: str, say: Say) -> None:
    """Delete the stack; what the template retains stays. Raises OperatorError when something cannot be deleted."""
    cloud, seen = account.client("cloudformation"), set(_event_ids(account, name))
    with told(f"The stack {name} cannot be deleted"):
        cloud.delete_stack(StackName=name)
    _watched(account, name, seen, say, {"DELETE_COMPLETE"})


def _settled(account: Account, name: str, change_set: str) -> dict[str, Any]:
    cloud = account.client("cloudformation")
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        found: dict[str, Any] = cloud.describe_change_set(StackName=name, ChangeSetName=change_set)
        if found["Status"] in {"CREATE_COMPLETE", "FAILED"}:
            return found
        time.sleep(_pause(account))
    raise OperatorError(f"CloudFormation has not answered about {change_set}. Look into its console, and try again.")


def _pause(account: Account) -> float:
    return _POLL_SECONDS if account.endpoint is None else _EMULATOR_POLL_SECONDS


def _changes(cloud: Any, name: str, change_set: str) -> Iterator[Changed]:
    token: dict[str, str] = {}
    while True:
        page = cloud.describe_change_set(StackName=name, ChangeSetName=change_set, **token)
        for each in page["Changes"]:
            change = each["ResourceChange"]
            replaced = change.get("Replacement", "False") != "False"
            yield Changed(change["Action"], change["LogicalResourceId"], change["ResourceType"], replaced)
        if not page.get("NextToken"):
            return
        token = {"NextToken": page["NextToken"]}


def _watched(account: Account, name: str, seen: set[str], say: Say, good: set[str]) -> Stack:
    """Tell what happens to a stack until it has come to rest."""
    causes: list[str] = []
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        status = _status(account, name)
        for event in _new_events(account, name, seen):
            line = f"{event['ResourceStatus'].lower():<28} {event['LogicalResourceId']}"
            say(line)
            if event["ResourceStatus"].endswith("_FAILED") and event.get("ResourceStatusReason"):
                causes.append(f"  {event['LogicalResourceId']}: {event['ResourceStatusReason']}")
        if not status.endswith("_IN_PROGRESS"):
            break
        time.sleep(_pause(account))
    else:
        raise OperatorError(
            f"{name} is still being changed. Wait until its console says that it is done, and try again."
        )
    if status not in good:
        told_causes = "\n".join(dict.fromkeys(causes)) or "  CloudFormation gives no reason; look into its console."
        raise OperatorError(f"{name} ended as {status}; nothing that was there is lost. What failed:\n{told_causes}")
    return find(account, name) or Stack(name, status, {}, {})


def _status(account: Account, name: str) -> str:
    """Deleted stacks are found by their id alone: one whose name says nothing any more is gone."""
    with told("CloudFormation does not answer"):
        try:
            return str(account.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]["StackStatus"])
        except ClientError as error:
            if "does not exist" in error.response["Error"].get("Message", ""):
                return "DELETE_COMPLETE"
            raise


def _events(account: Account, name: str) -> list[dict[str, Any]]:
    try:
        found: list[dict[str, Any]] = account.client("cloudformation").describe_stack_events(StackName=name)[
            "StackEvents"
        ]
    except ClientError:
        return []  # no stack yet, or none any more
    return found[::-1]  # the service tells the newest first


def _event_ids(account: Account, name: str) -> list[str]:
    return [event["EventId"] for event in _events(account, name)]


def _new_events(account: Account, name: str, seen: set[str]) -> list[dict[str, Any]]:
    found = [event for event in _events(account, name) if event["EventId"] not in seen]
    seen.update(event["EventId"] for event in found)
    return found
