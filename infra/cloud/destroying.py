"""Takes an installation out of an account, and refuses to lose a letter.

First everything is stopped, so that nothing comes in unseen. An installation without any letter then goes whole. One
with letters goes only with a backup made in that stillness, and what holds data stays in the account even then.
May be done again: what is gone is passed over, and the stack, which lists everything, goes last.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from botocore.exceptions import ClientError

from infra.cloud import stack
from infra.cloud.account import told
from infra.cloud.deployed import FUNCTION, Deployed, Resource
from infra.cloud.stack import Say
from infra.errors import OperatorError

KEY_WAITS_DAYS: Final = 30
"""How long a deleted key can still be called back: the longest that is offered."""
_BATCH: Final = 500
_GONE: Final = frozenset(
    {"404", "NoSuchBucket", "ResourceNotFoundException", "NotFoundException", "KMSInvalidStateException"}
)


@dataclass(frozen=True, slots=True)
class Letters:
    """How many letters there are, and how many of them still run."""

    all: int
    open: int


def stop(found: Deployed) -> None:
    """No function runs any more: the API answers nothing, no mail goes out. Raises OperatorError."""
    for each in found.of_kind(FUNCTION):
        with told(f"{each.logical} cannot be stopped"):
            found.account.client("lambda").put_function_concurrency(
                FunctionName=each.name, ReservedConcurrentExecutions=0
            )


def go_on(found: Deployed) -> None:
    """Everything runs again. Raises OperatorError."""
    for each in found.of_kind(FUNCTION):
        with told(f"{each.logical} cannot be started again; deploy once more"):
            found.account.client("lambda").delete_function_concurrency(FunctionName=each.name)


def take_stack_away(found: Deployed, say: Say) -> list[Resource]:
    """Delete the stack; what holds data stays in the account and is listed. Raises OperatorError."""
    kept = [each for each in found.resources.values() if each.kind in _DELETERS]
    stack.take_away(found.account, found.stack.name, say)
    return kept


def take_data_away(found: Deployed, say: Say) -> None:
    """Delete what holds data: only for an installation without letters. Raises OperatorError."""
    for kind, delete in _DELETERS.items():
        for each in found.of_kind(kind):
            with told(f"{each.logical} ({each.name}) cannot be deleted"):
                try:
                    delete(found, each.name)
                except ClientError as error:
                    if error.response["Error"]["Code"] not in _GONE:
                        raise
            say(f"gone: {each.logical}")


def has_table(found: Deployed) -> bool:
    """False when an earlier run got so far as to delete it. Raises OperatorError."""
    with told("The table cannot be looked at"):
        try:
            found.account.client("dynamodb").describe_table(TableName=found.environment["HUIYIN_TABLE"])
        except ClientError as error:
            if error.response["Error"]["Code"] in _GONE:
                return False
            raise
    return True


def refuse(letters: Letters, stage: str) -> None:
    """Raise OperatorError while there is a letter."""
    if letters.all:
        raise OperatorError(
            f"{letters.all} letters lie in {stage}, {letters.open} of them open. Nothing was changed.\n"
            "To end this installation all the same, with a backup and keeping what holds the data:\n"
            f"  python -m infra destroy --stage {stage} --backup-to DIR"
        )


def _delete_table(found: Deployed, name: str) -> None:
    client = found.account.client("dynamodb")
    client.update_table(TableName=name, DeletionProtectionEnabled=False)
    client.get_waiter("table_exists").wait(TableName=name)
    client.delete_table(TableName=name)


def _delete_bucket(found: Deployed, name: str) -> None:
    """With every version of what is in it; locked files too, for there are no letters in them."""
    s3 = found.account.client("s3")
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=name):
        versions = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        for batch in _batches({"Key": each["Key"], "VersionId": each["VersionId"]} for each in versions):
            answer = s3.delete_objects(
                Bucket=name, Delete={"Objects": batch, "Quiet": True}, BypassGovernanceRetention=True
            )
            if answer.get("Errors"):
                first = answer["Errors"][0]
                raise OperatorError(f"{name}: {first['Key']} cannot be deleted: {first.get('Message')}")
    s3.delete_bucket(Bucket=name)


def _delete_secret(found: Deployed, name: str) -> None:
    """At once: a name that waits for its deletion could not be used by another installation."""
    found.account.client("secretsmanager").delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)


def _delete_key(found: Deployed, name: str) -> None:
    found.account.client("kms").schedule_key_deletion(KeyId=name, PendingWindowInDays=KEY_WAITS_DAYS)


def _batches(items: Iterable[dict[str, str]]) -> Iterable[list[dict[str, str]]]:
    rest = iter(items)
    while batch := list(islice(rest, _BATCH)):
        yield batch


# Keys go last: without them the table could not be read, if this has to be done a second time.
_DELETERS: Final[dict[str, Callable[[Deployed, str], Any]]] = {
    "AWS::S3::Bucket": _delete_bucket,
    "AWS::SecretsManager::Secret": _delete_secret,
    "AWS::DynamoDB::Table": _delete_table,
    "AWS::KMS::Key": _delete_key,
}
