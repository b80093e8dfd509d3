"""An installation in the account: its stack, what lies in it, and the environment its functions get.

The stack of a stage tells everything; nothing is written down on the operator's machine.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from botocore.exceptions import ClientError

from infra.cloud.account import Account, account, stack_name, told
from infra.cloud.stack import Stack, find
from infra.errors import OperatorError
from infra.own_rulebooks import FOLDER
from infra.rulebooks import SUFFIX

API_FUNCTION: Final = "APIHandler"
FUNCTION: Final = "AWS::Lambda::Function"
_REFUSED: Final = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"})


@dataclass(frozen=True, slots=True)
class Resource:
    """One thing of the stack. `name` is the physical one: a table's name, a topic's address."""

    logical: str
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Deployed:
    """A stage as it stands. `environment`: the variables of its API function, as CloudFormation set them."""

    account: Account
    stage: str
    stack: Stack
    resources: Mapping[str, Resource]
    environment: Mapping[str, str] = field(repr=False)

    def of_kind(self, kind: str) -> list[Resource]:
        """Resources of one type, such as `AWS::CloudWatch::Alarm`, in the order of their names."""
        return sorted((each for each in self.resources.values() if each.kind == kind), key=lambda each: each.logical)

    def output(self, name: str) -> str | None:
        """An output of the stack; None when it has none of this name."""
        return self.stack.outputs.get(name) or None

    def functions(self) -> dict[str, str]:
        """Every function by its job's name (`close_day`; the API is `api`) → its physical name."""
        return {job_of(each.logical): each.name for each in self.of_kind(FUNCTION)}

    def log_of(self, job: str) -> str:
        """The log group of a job's function. The stack's own has a name that CloudFormation made up."""
        logical = {job_of(each.logical): each.logical for each in self.of_kind(FUNCTION)}.get(job, job)
        own = self.resources.get("ApiLog" if logical == API_FUNCTION else f"{logical}Log")
        return own.name if own and own.name else f"/aws/lambda/{self.functions().get(job, job)}"


def job_of(logical: str) -> str:
    """The job that a function's logical name stands for: `CloseDay` → `close_day`, `APIHandler` → `api`."""
    if logical == API_FUNCTION:
        return "api"
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in logical).lstrip("_")


def deployed(stage: str, among: Account | None = None) -> Deployed:
    """The installation of this stage. Raises OperatorError saying what is missing, and which stages there are."""
    here = among or account(os.environ.get("AWS_REGION") or None)
    name = stack_name(stage)
    with _rights_explained(here):
        stack = find(here, name)
        if stack is None:
            raise OperatorError(_no_such_stage(here, stage))
        resources = {each.logical: each for each in _resources(here, name)}
        api = resources.get(API_FUNCTION)
        if api is None or not api.name:
            raise OperatorError(
                f"{name} is there ({stack.status}) but has no API function: its deployment has not come to its end. "
                f"Deploy again: python -m infra deploy --stage {stage}"
            )
        with told(f"The settings of {name} cannot be read"):
            found = here.client("lambda").get_function_configuration(FunctionName=api.name)
    return Deployed(here, stage, stack, resources, found.get("Environment", {}).get("Variables", {}))


def stages(here: Account) -> list[str]:
    """The stages that are deployed in this account and region."""
    beginning = stack_name("s")[:-1]
    with told("The stacks of the account cannot be listed"):
        pages = here.client("cloudformation").get_paginator("describe_stacks").paginate()
        names = [
            each["StackName"]
            for page in pages
            for each in page["Stacks"]
            if not each["StackStatus"].startswith(("DELETE_COMPLETE", "REVIEW_IN_PROGRESS"))
        ]
    return sorted(name.removeprefix(beginning) for name in names if name.startswith(beginning))


def for_this_process(found: Deployed, rulebooks: Path = FOLDER) -> dict[str, str]:
    """The environment in which this process works on the installation as its functions do.

    A county's own rulebook, which its functions find in their bundle, is read from the folder it was bundled from.
    The region comes from the stack, never from a variable that this machine happens to have; credentials stay its own.
    """
    own = {name: value for name, value in found.environment.items() if name.startswith("HUIYIN_")}
    file = rulebooks / f"{own.get('HUIYIN_RULEBOOK')}{SUFFIX}"
    if file.is_file():
        own["HUIYIN_RULEBOOK"] = str(file)
    region = {"AWS_REGION": found.account.region, "AWS_DEFAULT_REGION": found.account.region}
    return {**own, **region, "POWERTOOLS_METRICS_DISABLED": "true", "POWERTOOLS_LOG_LEVEL": "WARNING"}


def _no_such_stage(here: Account, stage: str) -> str:
    there = stages(here)
    where = f"account {here.id}, region {here.region}"
    if there:
        return f"No stage {stage} is deployed in {where}. There are: {', '.join(there)}."
    return (
        f"Nothing of Huiyin is deployed in {where}. If it should be there, choose its account by AWS_PROFILE and its "
        f"region by AWS_REGION. To deploy it: python -m infra deploy --stage {stage}"
    )


def _resources(here: Account, name: str) -> Iterator[Resource]:
    with told(f"The resources of {name} cannot be listed"):
        pages = here.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=name)
        for page in pages:
            for each in page["StackResourceSummaries"]:
                yield Resource(each["LogicalResourceId"], each["ResourceType"], each.get("PhysicalResourceId") or "")


@contextmanager
def _rights_explained(here: Account) -> Iterator[None]:
    """A refusal of the account says whom to ask."""
    try:
        yield
    except OperatorError as error:
        cause = error.__cause__
        if isinstance(cause, ClientError) and cause.response["Error"]["Code"] in _REFUSED:
            raise OperatorError(
                f"{error}\nYour user in account {here.id} may not do this. Sign in as the user who deployed it, "
                "or ask whoever looks after the account for the same rights."
            ) from error
        raise
