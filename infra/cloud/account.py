"""The account that commands work on: clients for its services, its region and partition.

Which account and which credentials is the SDK's usual business (`AWS_PROFILE`, `AWS_REGION`, …); `AWS_ENDPOINT_URL`
points all of it at an emulator, so that a rehearsal runs the same code.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from infra.errors import OperatorError

DEFAULT_STAGE: Final = "production"
_STAGE: Final = re.compile(r"[a-z][a-z0-9-]{0,19}")


@dataclass(frozen=True, slots=True)
class Account:
    """One account in one region. Clients are made on first use and kept. `endpoint`: an emulator's address, or None."""

    id: str
    region: str
    partition: str
    endpoint: str | None
    session: Any = field(repr=False)
    _clients: dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def in_china(self) -> bool:
        """Whether it is one of the regions without SES and SMS."""
        return self.partition == "aws-cn"

    def client(self, service: str) -> Any:
        """A boto3 client for a service, such as `cloudformation`."""
        if service not in self._clients:
            patience = Config(connect_timeout=10, read_timeout=60, retries={"total_max_attempts": 5})
            self._clients[service] = self.session.client(service, config=patience)
        return self._clients[service]


def account(region: str | None = None) -> Account:
    """The account that the environment's credentials open. Raises OperatorError saying what is missing."""
    with told("The credentials cannot be used"):
        session = boto3.Session(region_name=region or os.environ.get("AWS_REGION"))  # which it does not read by itself
    if not session.region_name:
        raise OperatorError("No region is set. Set AWS_REGION, such as cn-north-1 or ap-southeast-1, and try again.")
    with told("The account does not answer"):
        identity = session.client("sts").get_caller_identity()
    os.environ.setdefault("AWS_DEFAULT_REGION", session.region_name)  # for the product's own clients
    partition = session.get_partition_for_region(session.region_name)
    return Account(identity["Account"], session.region_name, partition, os.environ.get("AWS_ENDPOINT_URL"), session)


def stack_name(stage: str) -> str:
    """The stack of a stage: `huiyin-production`. Raises OperatorError for a name that CloudFormation would refuse."""
    if not _STAGE.fullmatch(stage):
        raise OperatorError(f"A stage is named by small letters, digits and hyphens, up to 20 of them; not {stage!r}.")
    return f"huiyin-{stage}"


@contextmanager
def told(failure: str) -> Iterator[None]:
    """What the SDK raises inside becomes an OperatorError: what failed, and what the service said of it."""
    try:
        yield
    except ClientError as error:
        said = error.response["Error"]
        raise OperatorError(f"{failure}: {said.get('Code')}: {said.get('Message')}") from error
    except BotoCoreError as error:
        raise OperatorError(f"{failure}: {error}") from error
