"""An export of the table by DynamoDB itself: one moment of it, into a bucket, without using the table's capacity."""

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from infra.cloud.account import Account, told
from infra.cloud.backups import Say
from infra.errors import OperatorError

_POLL_SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where an export goes. `key`: the KMS key that its files are encrypted by."""

    bucket: str
    prefix: str
    key: str


def export(account: Account, table: str, place: Place, at: datetime, say: Say) -> str:
    """Start one and wait for its end; the address of its folder. Ends with the moment `at` (UTC), which names it.

    Raises OperatorError when it cannot be started or fails; interrupted, it goes on in the account.
    """
    client = account.client("dynamodb")
    with told(f"The table {table} cannot be exported"):
        arn = client.describe_table(TableName=table)["Table"]["TableArn"]
        begun = client.export_table_to_point_in_time(
            TableArn=arn,
            S3Bucket=place.bucket,
            S3Prefix=place.prefix,
            S3SseAlgorithm="KMS",
            S3SseKmsKeyId=place.key,
            ExportFormat="DYNAMODB_JSON",
            ClientToken=f"{table}-{at:%Y%m%dT%H%M}",
        )["ExportDescription"]
        say(f"export {begun['ExportArn']} has begun; it takes some ten minutes")
        last = ""
        while (now := client.describe_export(ExportArn=begun["ExportArn"])["ExportDescription"])[
            "ExportStatus"
        ] == "IN_PROGRESS":
            if now["ExportStatus"] != last:
                say("  in progress; Ctrl-C leaves it going")
                last = now["ExportStatus"]
            time.sleep(_POLL_SECONDS if account.endpoint is None else 0.5)
    if now["ExportStatus"] != "COMPLETED":
        raise OperatorError(f"The export failed: {now.get('FailureCode')}: {now.get('FailureMessage')}")
    folder = str(now.get("ExportManifest", "")).rpartition("/")[0]
    return f"s3://{place.bucket}/{folder}/"
