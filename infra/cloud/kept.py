"""What an installation that was ended with a backup has left in the account, written down in the artifacts bucket.

The list holds enough to take all of it up again (infra/cloud/taking_up.py): names, and how the stack had described it.
It holds no secret: of a secret only which version was the present one.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from botocore.exceptions import ClientError

from infra.cloud import artifacts
from infra.cloud.account import Account, told
from infra.cloud.deployed import Deployed, Resource
from infra.errors import OperatorError

IDENTIFIED_BY: Final[Mapping[str, str]] = {
    "AWS::DynamoDB::Table": "TableName",
    "AWS::S3::Bucket": "BucketName",
    "AWS::KMS::Key": "KeyId",
    "AWS::SecretsManager::Secret": "Id",
}
"""What holds data, and by which property CloudFormation finds it again."""
SECRET: Final = "AWS::SecretsManager::Secret"  # noqa: S105  a type's name
_RETAINED: Final = frozenset({"Retain", "RetainExceptOnCreate"})
_PARTS: Final = ("AWSTemplateFormatVersion", "Parameters", "Conditions", "Mappings")
_GONE: Final = frozenset({"404", "NoSuchBucket", "ResourceNotFoundException", "NotFoundException"})


@dataclass(frozen=True, slots=True)
class Kept:
    """What stays when a stack goes. `template`: the stack's, with these resources alone; `parameters`: their values.

    `versions`: which version of each secret, by its logical name, was the present one.
    """

    resources: tuple[Resource, ...]
    template: Mapping[str, Any]
    parameters: Mapping[str, str]
    versions: Mapping[str, str]


def kept_by(found: Deployed) -> Kept:
    """What deleting this stack would leave, by what its own template says. Raises OperatorError."""
    with told(f"The template of {found.stack.name} cannot be read"):
        answer = found.account.client("cloudformation").get_template(StackName=found.stack.name)["TemplateBody"]
    template = json.loads(answer) if isinstance(answer, str) else answer
    stays = [
        each
        for each in found.resources.values()
        if each.kind in IDENTIFIED_BY and template["Resources"].get(each.logical, {}).get("DeletionPolicy") in _RETAINED
    ]
    resources = tuple(sorted(stays, key=lambda each: each.logical))
    parts = {name: template[name] for name in _PARTS if name in template}
    parts["Resources"] = {each.logical: template["Resources"][each.logical] for each in resources}
    secrets = [each for each in resources if each.kind == SECRET and _exists(found.account, each)]
    versions = {each.logical: present_version(found.account, each.name) for each in secrets}
    return Kept(resources, parts, found.stack.parameters, versions)


def remember_kept(account: Account, stage: str, kept: Kept) -> None:
    """Write the list. What an earlier one names beside it stays on it: that run was cut off. Raises OperatorError."""
    earlier = kept_in(account, stage)
    listed = asdict(kept)
    if earlier is not None:
        names = {each.logical for each in kept.resources}
        more = [each for each in earlier.resources if each.logical not in names]
        listed["resources"] = [asdict(each) for each in (*kept.resources, *more)]
        definitions = {each.logical: earlier.template["Resources"][each.logical] for each in more}
        listed["template"]["Resources"] = {**listed["template"]["Resources"], **definitions}
        listed["versions"] = {**earlier.versions, **kept.versions}
    with told("The list of what stays cannot be written"):
        account.client("s3").put_object(
            Bucket=artifacts.ensure_bucket(account), Key=_list_of(stage), Body=json.dumps(listed, ensure_ascii=False)
        )


def kept_in(account: Account, stage: str) -> Kept | None:
    """What an earlier installation of this stage has left; None where nothing is known of one. Raises OperatorError."""
    with told("The list of what an earlier installation kept cannot be read"):
        try:
            found = account.client("s3").get_object(Bucket=artifacts.bucket_of(account), Key=_list_of(stage))
        except ClientError as error:
            if error.response["Error"]["Code"] in {"NoSuchKey", "NoSuchBucket"}:
                return None
            raise
        listed = json.loads(found["Body"].read())
    resources = tuple(Resource(**each) for each in listed["resources"])
    return Kept(resources, listed["template"], listed["parameters"], listed["versions"])


def forget_kept(account: Account, stage: str) -> None:
    """Take the list away: all of it belongs to a stack again, or is gone. Raises OperatorError."""
    with told("The list of what an earlier installation kept cannot be taken away"):
        account.client("s3").delete_object(Bucket=artifacts.bucket_of(account), Key=_list_of(stage))


def is_there(account: Account, resource: Resource) -> bool:
    """Whether it still is. Raises OperatorError when it waits for its deletion, saying how to call it back."""
    if not _exists(account, resource):
        return False
    if resource.kind in _WAITS and _WAITS[resource.kind](account, resource.name):
        raise OperatorError(
            f"{resource.logical} ({resource.name}) waits for its deletion. Call it back first, then deploy again: "
            'docs/backup.md, "密钥和密文"'
        )
    return True


def _exists(account: Account, resource: Resource) -> bool:
    with told(f"{resource.name} cannot be looked at"):
        try:
            _LOOKS[resource.kind](account, resource.name)
        except ClientError as error:
            if error.response["Error"]["Code"] in _GONE:
                return False
            raise
    return True


def present_version(account: Account, secret: str) -> str:
    """The id of a secret's present version; never what is in it. Raises OperatorError."""
    with told(f"The secret {secret} cannot be looked at"):
        stages = account.client("secretsmanager").describe_secret(SecretId=secret)["VersionIdsToStages"]
    return next(str(version) for version, labels in stages.items() if "AWSCURRENT" in labels)


def _list_of(stage: str) -> str:
    return f"{stage}/kept.json"


_LOOKS: Final[Mapping[str, Callable[[Account, str], Any]]] = {
    "AWS::DynamoDB::Table": lambda account, name: account.client("dynamodb").describe_table(TableName=name),
    "AWS::S3::Bucket": lambda account, name: account.client("s3").head_bucket(
        Bucket=name, ExpectedBucketOwner=account.id
    ),
    "AWS::KMS::Key": lambda account, name: account.client("kms").describe_key(KeyId=name)["KeyMetadata"],
    SECRET: lambda account, name: account.client("secretsmanager").describe_secret(SecretId=name),
}
_WAITS: Final[Mapping[str, Callable[[Account, str], bool]]] = {
    "AWS::KMS::Key": lambda account, name: _LOOKS["AWS::KMS::Key"](account, name)["KeyState"] == "PendingDeletion",
    SECRET: lambda account, name: "DeletedDate" in _LOOKS[SECRET](account, name),
}
