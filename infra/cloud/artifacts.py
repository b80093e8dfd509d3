"""The bucket that bundles and templates are handed to CloudFormation through. Every version stays there.

An older version is deployed again from it as it was, without building it anew: that is the roll-back.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from infra.cloud.account import Account, told

_LETTERS = 12  # of a hash, in a name: enough to tell versions apart


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A file in the bucket: where it lies, and the first characters of its SHA-256."""

    bucket: str
    key: str
    hash: str


def bucket_of(account: Account) -> str:
    """The bucket's name: one for all stages of an account and region."""
    return f"huiyin-artifacts-{account.id}-{account.region}"


def ensure_bucket(account: Account) -> str:
    """Make the bucket, closed to the public, encrypted and with versions, or find it. Raises OperatorError."""
    s3, bucket = account.client("s3"), bucket_of(account)
    place = {"CreateBucketConfiguration": {"LocationConstraint": account.region}}
    with told(f"The bucket {bucket} for bundles cannot be made"):
        if not _exists(account, bucket):
            s3.create_bucket(Bucket=bucket, **({} if account.region == "us-east-1" else place))
        s3.put_public_access_block(
            Bucket=bucket,
            PublicAccessBlockConfiguration={
                "BlockPublicAcls": True,
                "BlockPublicPolicy": True,
                "IgnorePublicAcls": True,
                "RestrictPublicBuckets": True,
            },
        )
        s3.put_bucket_encryption(
            Bucket=bucket,
            ServerSideEncryptionConfiguration={
                "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
            },
        )
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    return bucket


def upload(account: Account, stage: str, data: bytes, kind: str) -> Uploaded:
    """Lay a file down under its hash, unless it lies there. `kind`: its ending, such as `zip`."""
    s3, bucket, hashed = account.client("s3"), bucket_of(account), hashlib.sha256(data).hexdigest()[:_LETTERS]
    key = f"{stage}/{hashed}.{kind}"
    with told(f"{key} cannot be laid down in {bucket}"):
        if not _lies(s3, bucket, key):
            s3.put_object(Bucket=bucket, Key=key, Body=data)
    return Uploaded(bucket, key, hashed)


def upload_file(account: Account, stage: str, path: Path, kind: str) -> Uploaded:
    """As `upload`, of a file."""
    return upload(account, stage, path.read_bytes(), kind)


def upload_template(account: Account, stage: str, template: Mapping[str, Any]) -> Uploaded:
    """As `upload`, of a template: the same template has the same name."""
    return upload(account, stage, json.dumps(template, ensure_ascii=False, sort_keys=True).encode(), "template.json")


def address(account: Account, uploaded: Uploaded) -> str:
    """The address under which CloudFormation reads the file."""
    base = account.client("s3").meta.endpoint_url
    return f"{base}/{uploaded.bucket}/{uploaded.key}"


def _exists(account: Account, bucket: str) -> bool:
    """Whether it is there and ours: what lies in a bucket of this name that somebody else made is not to be run."""
    try:
        account.client("s3").head_bucket(Bucket=bucket, ExpectedBucketOwner=account.id)
    except ClientError as error:
        if error.response["Error"]["Code"] in {"404", "NoSuchBucket"}:
            return False
        raise
    return True


def _lies(s3: Any, bucket: str, key: str) -> bool:
    try:
        s3.head_object(Bucket=bucket, Key=key)
    except ClientError as error:
        if error.response["Error"]["Code"] in {"404", "NoSuchKey"}:
            return False
        raise
    return True
