"""Takes an installation out of an account, and refuses to lose a letter.

First everything is stopped and what has begun has ended (infra/cloud/pausing.py), so that nothing comes in unseen. An
installation without any letter then goes whole. One with letters goes only with a backup made in that stillness, and
what holds data stays in the account even then. May be done again: what is gone is passed over, and the stack, which
lists everything, goes last.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from botocore.exceptions import ClientError

from chalicelib.services.fetch import INBOX
from infra.cloud import stack
from infra.cloud.account import told
from infra.cloud.deployed import Deployed, Resource
from infra.cloud.kept import forget_kept, kept_by, remember_kept
from infra.cloud.secrets import VARIABLES
from infra.cloud.stack import Say
from infra.errors import OperatorError

Delete = Callable[[Deployed, str], Any]

KEY_WAITS_DAYS: Final = 30
"""How long a deleted key can still be called back: the longest that is offered."""
_BATCH: Final = 500
_GONE: Final = frozenset(
    {"404", "NoSuchBucket", "ResourceNotFoundException", "NotFoundException", "KMSInvalidStateException"}
)


@dataclass(frozen=True, slots=True)
class Letters:
    """How many letters there are, how many of them still run, and how many files of letters lie in the inbox."""

    all: int
    open: int
    files: int = 0


def take_programs_away(found: Deployed, say: Say) -> tuple[Resource, ...]:
    """Delete the stack; what holds data stays in the account and is listed. Raises OperatorError.

    The list is written first: cut off in between, a stack that is still there needs none, and one that is gone has it.
    """
    kept = kept_by(found)
    remember_kept(found.account, found.stage, kept)
    stack.take_away(found.account, found.stack.name, say)
    return kept.resources


def take_stack_away(found: Deployed, say: Say) -> None:
    """Delete the stack, after all that it holds. Raises OperatorError."""
    forget_kept(found.account, found.stage)
    stack.take_away(found.account, found.stack.name, say)


def take_data_away(found: Deployed, say: Say) -> None:
    """Delete what holds data: only for an installation without letters. Raises OperatorError."""
    for kind, delete in _DELETERS.items():
        for each in found.of_kind(kind):
            _delete(found, delete, each.name)
            say(f"gone: {each.logical}")
    for name in VARIABLES:
        _delete(found, _delete_secret, f"{found.stack.name}/{name}")
    say("gone: the secrets of outside services, which deploy keeps beside the stack")


def _delete(found: Deployed, delete: Delete, name: str) -> None:
    """What is gone already is passed over."""
    with told(f"{name} cannot be deleted"):
        try:
            delete(found, name)
        except ClientError as error:
            if error.response["Error"]["Code"] not in _GONE:
                raise


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


def files_in_inbox(found: Deployed) -> int:
    """How many files of letters other platforms have left, taken in or not. Raises OperatorError."""
    pages = found.account.client("s3").get_paginator("list_objects_v2")
    with told("The inbox cannot be looked at"):
        try:
            listed = list(pages.paginate(Bucket=found.environment["HUIYIN_INBOX_BUCKET"], Prefix=INBOX))
        except ClientError as error:
            if error.response["Error"]["Code"] in _GONE:
                return 0
            raise
    return sum(not each["Key"].endswith("/") for page in listed for each in page.get("Contents", []))


def refuse(letters: Letters, stage: str) -> None:
    """Raise OperatorError while there is a letter, or a file of letters."""
    if letters.all:
        raise OperatorError(
            f"{letters.all} letters lie in {stage}, {letters.open} of them open. Nothing was changed.\n"
            "To end this installation all the same, with a backup and keeping what holds the data:\n"
            f"  python -m infra destroy --stage {stage} --backup-to DIR"
        )
    if letters.files:
        raise OperatorError(
            f"{letters.files} files of letters lie in the inbox of {stage}. Nothing was changed.\n"
            "Take them out of the bucket, or wait until they have been taken in and are 30 days old."
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
_DELETERS: Final[dict[str, Delete]] = {
    "AWS::S3::Bucket": _delete_bucket,
    "AWS::SecretsManager::Secret": _delete_secret,
    "AWS::DynamoDB::Table": _delete_table,
    "AWS::KMS::Key": _delete_key,
}
