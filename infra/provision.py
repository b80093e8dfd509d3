"""Makes in an emulator (or in moto) what infra/resources.json describes, so that the cloud and the desk never differ.

Doing it again finds what is there and adds nothing. Physical names are the stack's name and the logical name:
stack `huiyin` has the table `huiyin-table` and the bucket `huiyin-reports-bucket`.
"""

import re
import secrets
import string
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from infra.environment import DUMMY_CREDENTIALS, LOCAL_REGION, LOOPBACK
from infra.template import Json, Template, Values, load, table_request


@dataclass(frozen=True, slots=True)
class Provisioned:
    """What now exists. `environment`: the variables of the template's list that name it; the others are settings."""

    environment: dict[str, str]
    table: str
    reports_bucket: str
    site_bucket: str


class _Clients:
    """boto3 clients with dummy credentials; `endpoint` None leaves the address to the environment (moto)."""

    def __init__(self, endpoint: str | None) -> None:
        self._endpoint = endpoint
        self._session = boto3.Session(
            DUMMY_CREDENTIALS["AWS_ACCESS_KEY_ID"],
            DUMMY_CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
            region_name=LOCAL_REGION,
        )

    def __call__(self, service: str) -> Any:
        config = Config(s3={"addressing_style": "path"}, proxies={})
        return self._session.client(service, endpoint_url=self._endpoint, config=config)


def provision(
    endpoint: str | None,
    stack: str = "huiyin",
    template: Template | None = None,
    origins: Sequence[str] = (f"http://{LOOPBACK}",),
) -> Provisioned:
    """Create keys, secrets, buckets and the table of one stack at `endpoint`, or find them.

    Two stacks share nothing, so tests that use one emulator at the same time take a stack each. `origins`: from which
    pages files may be sent.
    """
    template = load() if template is None else template
    values = template.values(stack)
    clients = _Clients(endpoint)
    for kind, make in _MAKERS:
        for name, properties in template.of_type(kind).items():
            make(clients, name, properties, values)
    _make_table(clients, template, values)
    _let_pages_send_files(clients, values.refs["AttachmentsBucket"], template, origins)
    return Provisioned(
        environment={name: str(value) for name, value in values.resolve(template.environment_of_resources).items()},
        table=values.refs["Table"],
        reports_bucket=values.refs["ReportsBucket"],
        site_bucket=values.refs["SiteBucket"],
    )


def _make_key(clients: _Clients, name: str, properties: Json, values: Values) -> None:
    kms = clients("kms")
    # The template's alias bears the physical name: it is how the key is found again at the next start.
    found = _tolerate("NotFoundException", kms.describe_key, KeyId=f"alias/{_physical(name, values)}")
    wanted = {part: properties[part] for part in ("Description", "KeySpec", "KeyUsage")}
    key = (found or kms.create_key(**wanted))["KeyMetadata"]
    values.refs[name] = key["KeyId"]
    values.attributes[name, "Arn"] = key["Arn"]


def _make_alias(clients: _Clients, name: str, properties: Json, values: Values) -> None:
    resolved = values.resolve(properties)
    _tolerate(
        "AlreadyExistsException",
        clients("kms").create_alias,
        AliasName=resolved["AliasName"],
        TargetKeyId=resolved["TargetKeyId"],
    )
    values.refs[name] = resolved["AliasName"]


def _make_secret(clients: _Clients, name: str, properties: Json, values: Values) -> None:
    resolved = values.resolve(properties)
    manager = clients("secretsmanager")
    length = resolved["GenerateSecretString"]["PasswordLength"]
    text = "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(length))
    made = _tolerate("ResourceExistsException", manager.create_secret, Name=resolved["Name"], SecretString=text)
    values.refs[name] = (made or manager.describe_secret(SecretId=resolved["Name"]))["ARN"]


def _make_bucket(clients: _Clients, name: str, properties: Json, values: Values) -> None:
    """A locked bucket has versions. Others have none here: an emulator would keep what the cloud forgets in a week."""
    s3, bucket = clients("s3"), _physical(name, values)
    _tolerate(
        "BucketAlreadyOwnedByYou",
        s3.create_bucket,
        Bucket=bucket,
        CreateBucketConfiguration={"LocationConstraint": LOCAL_REGION},
        ObjectLockEnabledForBucket=properties.get("ObjectLockEnabled", False),
    )
    if lock := properties.get("ObjectLockConfiguration"):
        s3.put_object_lock_configuration(Bucket=bucket, ObjectLockConfiguration=values.resolve(lock))
    values.refs[name] = bucket
    values.attributes[name, "Arn"] = f"arn:{values.refs['AWS::Partition']}:s3:::{bucket}"


def _let_pages_send_files(clients: _Clients, bucket: str, template: Template, origins: Sequence[str]) -> None:
    """The template's rule, for these origins: in the cloud there is one, here pages are opened under several names."""
    written = template.resources["AttachmentsBucket"]["Properties"]["CorsConfiguration"]["CorsRules"]
    rules = [
        {_CORS_NAMES[part]: told for part, told in rule.items()} | {"AllowedOrigins": [*origins]} for rule in written
    ]
    clients("s3").put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": rules})


_CORS_NAMES = {
    "AllowedOrigins": "AllowedOrigins",
    "AllowedMethods": "AllowedMethods",
    "AllowedHeaders": "AllowedHeaders",
    "MaxAge": "MaxAgeSeconds",
}
"""CloudFormation's names of a rule's parts, and those of S3 itself."""


def _make_table(clients: _Clients, template: Template, values: Values) -> None:
    ((name, properties),) = template.of_type("AWS::DynamoDB::Table").items()
    dynamodb, table = clients("dynamodb"), _physical(name, values)
    values.refs[name] = table
    if _tolerate("ResourceNotFoundException", dynamodb.describe_table, TableName=table):
        return
    dynamodb.create_table(**table_request(template, table, values))
    dynamodb.get_waiter("table_exists").wait(TableName=table, WaiterConfig={"Delay": 1})
    dynamodb.update_continuous_backups(
        TableName=table, PointInTimeRecoverySpecification=properties["PointInTimeRecoverySpecification"]
    )
    dynamodb.update_time_to_live(TableName=table, TimeToLiveSpecification=properties["TimeToLiveSpecification"])


# In the order in which the resources refer to each other; the table comes last.
_MAKERS: tuple[tuple[str, Callable[[_Clients, str, Json, Values], None]], ...] = (
    ("AWS::KMS::Key", _make_key),
    ("AWS::KMS::Alias", _make_alias),
    ("AWS::SecretsManager::Secret", _make_secret),
    ("AWS::S3::Bucket", _make_bucket),
)


def _physical(name: str, values: Values) -> str:
    return f"{values.refs['AWS::StackName']}-{re.sub(r'(?<!^)(?=[A-Z])', '-', name).lower()}"


def _tolerate(code: str, call: Callable[..., Any], **arguments: Any) -> Any:
    """The call's answer, or None when the service says exactly `code`."""
    try:
        return call(**arguments)
    except ClientError as error:
        if error.response["Error"]["Code"] != code:
            raise
        return None
