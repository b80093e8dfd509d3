"""Whether the table and the buckets are protected as they were made to be: somebody may have changed it by hand."""

from typing import Any, Final

from botocore.exceptions import ClientError

from chalicelib.config import Settings
from infra.doctor.findings import Finding, Patient, judged, not_here, wrong

CHECK: Final = "table"
_CLOSED = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")


def look(patient: Patient) -> list[Finding]:
    """Only of a deployed installation: a stand's emulator cannot protect anything."""
    if patient.found is None or patient.settings is None:
        return [not_here(CHECK, "a stand protects nothing; its data is for trying out")]
    return [*_table(patient, patient.settings.table), *_buckets(patient, patient.settings)]


def _table(patient: Patient, name: str) -> list[Finding]:
    dynamodb = patient.client("dynamodb")
    said = dynamodb.describe_table(TableName=name)["Table"]
    backups = dynamodb.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    cleaning = dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    again = {
        "pitr": f"aws dynamodb update-continuous-backups --table-name {name} "
        "--point-in-time-recovery-specification PointInTimeRecoveryEnabled=true",
        "ttl": f"aws dynamodb update-time-to-live --table-name {name} "
        "--time-to-live-specification Enabled=true,AttributeName=expires_at",
        "guard": f"aws dynamodb update-table --table-name {name} --deletion-protection-enabled",
    }
    bad: dict[str, str] = {}
    if said["TableStatus"] not in {"ACTIVE", "UPDATING"}:
        bad[f"is {said['TableStatus']}"] = "Wait, and look again; docs/backup.md if it is being deleted."
    late = [
        each["IndexName"]
        for each in said.get("GlobalSecondaryIndexes", [])
        if each.get("IndexStatus", "ACTIVE") != "ACTIVE"
    ]
    if late:
        bad[f"indexes are not ready: {', '.join(late)}"] = "Wait until they are; letters may be missing from lists."
    if not said.get("DeletionProtectionEnabled"):
        bad["deletion protection is off: it can be deleted by one click"] = again["guard"]
    if backups.get("PointInTimeRecoveryDescription", {}).get("PointInTimeRecoveryStatus") != "ENABLED":
        bad["point-in-time recovery is off: yesterday cannot be brought back"] = again["pitr"]
    if cleaning.get("TimeToLiveStatus") not in {"ENABLED", "ENABLING"} or cleaning.get("AttributeName") != "expires_at":
        bad["expired items are never deleted"] = again["ttl"]
    if said.get("SSEDescription", {}).get("SSEType") != "KMS":
        bad["is not encrypted by the installation's own key"] = "Deploy again, with nothing changed by hand."
    fine = "protected from deletion, point-in-time recovery on, expired items deleted, encrypted by its own key"
    return judged(CHECK, bad, fine, wrong)


def _buckets(patient: Patient, told: Settings) -> list[Finding]:
    s3 = patient.client("s3")
    bad: dict[str, str] = {}
    lock = _unless(s3.get_object_lock_configuration, "ObjectLockConfigurationNotFoundError", Bucket=told.reports_bucket)
    rule = lock.get("ObjectLockConfiguration", {}).get("Rule", {}).get("DefaultRetention", {})
    if not rule:
        bad["ledger and reports can be overwritten: the bucket's lock is off"] = "Switch Object Lock on: deploy again."
    if s3.get_bucket_versioning(Bucket=told.reports_bucket).get("Status") != "Enabled":
        bad["the reports bucket keeps no versions"] = "Switch versioning on: deploy again."
    private = {"reports": told.reports_bucket, "inbox": told.inbox_bucket, "attachments": told.attachments_bucket}
    for name, bucket in private.items():
        said = _unless(s3.get_public_access_block, "NoSuchPublicAccessBlockConfiguration", Bucket=bucket)
        if not all(said.get("PublicAccessBlockConfiguration", {}).get(each) for each in _CLOSED):
            bad[f"the {name} bucket may be opened to the public"] = (
                f"aws s3api put-public-access-block --bucket {bucket} --public-access-block-configuration "
                + ",".join(f"{each}=true" for each in _CLOSED)
            )
    years = rule.get("Years") or rule.get("Days")
    unit = "years" if rule.get("Years") else "days"
    fine = (
        f"ledger and reports are locked for {years} {unit} ({rule.get('Mode')}); nothing private is open to the public"
    )
    return judged("buckets", bad, fine, wrong)


def _unless(call: Any, code: str, **arguments: Any) -> dict[str, Any]:
    """The answer; empty when the service says exactly `code`."""
    try:
        answer: dict[str, Any] = call(**arguments)
    except ClientError as error:
        if error.response["Error"]["Code"] != code:
            raise
        return {}
    return answer
