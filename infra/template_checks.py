"""Checks on the template as it is deployed: what the law, the design and the runbook rely on, and no emulator enforces.

Each finding names the resource and says what to do. The template is the expanded one: plain CloudFormation, the
conditions still in it, so that every county's choice of hosting, mails and SMS is looked at.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from infra.errors import OperatorError
from infra.template_parts import Fault, Json, Stack, alternatives, named
from infra.template_rights import functions, key_rights, log_rights, rights

LOG_DAYS: Final = 180
"""Logs are kept for so long at least: Cybersecurity Law, article 23 (six months)."""
HOLDS_DATA: Final = ("AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::SecretsManager::Secret")
HEARTBEAT: Final = ("sweep_finished", 900)
"""The metric of the sweep, and within how many seconds its silence must be an alarm."""
_LITERALS: Final = re.compile("arn:" + "aws[a-z-]*:" + "|amazon" + "aws\\.com")
_PRINCIPALS_OF_SERVICES: Final = re.compile('"(?:Service|Principal)": "[a-z]+\\.amazon' + 'aws\\.com"')
"""Names of services as principals are the same in every partition; Chalice writes some."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with which resource, and what to do."""

    resource: str
    says: str

    def __str__(self) -> str:
        return f"{self.resource}: {self.says}"


def check(document: Mapping[str, Json]) -> list[Finding]:
    """Every finding on an expanded template; none: it may be deployed."""
    stack = Stack(document)
    return [Finding(*each) for look in _CHECKS for each in look(stack)]


def refuse_faults(document: Mapping[str, Json]) -> None:
    """Raise OperatorError with every finding."""
    if found := check(document):
        raise OperatorError("The template must not be deployed:\n" + "\n".join(f"  {each}" for each in found))


def _table(stack: Stack) -> Iterator[Fault]:
    for name, table in stack.of("AWS::DynamoDB::Table"):
        if not table.get("TimeToLiveSpecification", {}).get("Enabled"):
            yield name, "switch TimeToLive on: what has run out would be kept for ever"
        if not table.get("PointInTimeRecoverySpecification", {}).get("PointInTimeRecoveryEnabled"):
            yield name, "switch point-in-time recovery on: a mistake could not be undone"
        if not table.get("DeletionProtectionEnabled"):
            yield name, "switch DeletionProtection on: one call would delete every letter"
        if not table.get("SSESpecification", {}).get("KMSMasterKeyId"):
            yield name, "set SSESpecification with PersonalDataKey: letters would lie under a key that is not ours"


def _buckets(stack: Stack) -> Iterator[Fault]:
    policies = {named(policy["Bucket"]): policy["PolicyDocument"] for _, policy in stack.of("AWS::S3::BucketPolicy")}
    for name, bucket in stack.of("AWS::S3::Bucket"):
        if not bucket.get("BucketEncryption"):
            yield name, "set BucketEncryption"
        if not any(_refuses_without_tls(each) for each in alternatives(policies.get(name, {}).get("Statement", []))):
            yield name, "give it a bucket policy that denies what comes without TLS (aws:SecureTransport)"
        if name == "ReportsBucket" and not _is_locked(bucket):
            yield name, "switch versions and Object Lock on: the ledger could be rewritten"
        if name != "ReportsBucket" and not bucket.get("LifecycleConfiguration"):
            yield name, "set a LifecycleConfiguration: what is not needed any more would be kept for ever"


def _refuses_without_tls(statement: Json) -> bool:
    denies = (statement.get("Effect"), statement.get("Principal"), statement.get("Action")) == ("Deny", "*", "s3:*")
    return denies and statement.get("Condition", {}).get("Bool") == {"aws:SecureTransport": "false"}


def _is_locked(bucket: Json) -> bool:
    rule = bucket.get("ObjectLockConfiguration", {}).get("Rule", {}).get("DefaultRetention", {})
    versions = bucket.get("VersioningConfiguration") == {"Status": "Enabled"}
    return bool(bucket.get("ObjectLockEnabled") and versions and rule.get("Mode") and rule.get("Years"))


def _nothing_public(stack: Stack) -> Iterator[Fault]:
    """Beside the API only the site's bucket, and that only where the county has chosen so."""
    wanted = {"BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"}
    for name, bucket in stack.of("AWS::S3::Bucket"):
        block = bucket.get("PublicAccessBlockConfiguration", {})
        closed = {key for key, value in block.items() if value is True or _is_open_by_choice(name, value)}
        if closed != wanted:
            yield name, f"set {', '.join(sorted(wanted - closed))} in PublicAccessBlockConfiguration to true"
    for name, policy in (*stack.of("AWS::S3::BucketPolicy"), *stack.of("AWS::SNS::TopicPolicy")):
        for statement in alternatives(policy["PolicyDocument"]["Statement"]):
            open_to_all = statement["Effect"] == "Allow" and statement["Principal"] in ("*", {"AWS": "*"})
            if open_to_all and not (name == "SiteBucketPolicy" and statement["Action"] == "s3:GetObject"):
                yield name, f"take the statement {statement.get('Sid')} away: it lets everybody in"
    for kind in ("AWS::Lambda::Url", "AWS::Lambda::FunctionUrl"):
        yield from ((name, "take it away: a function is reached through the API alone") for name, _ in stack.of(kind))


def _is_open_by_choice(name: str, value: Json) -> bool:
    return name == "SiteBucket" and value == {"Fn::If": ["SiteBucketIsRead", False, True]}


def _stores(stack: Stack) -> Iterator[Fault]:
    for name, queue in stack.of("AWS::SQS::Queue"):
        if not (queue.get("SqsManagedSseEnabled") or queue.get("KmsMasterKeyId")):
            yield name, "set SqsManagedSseEnabled"
        if queue.get("MessageRetentionPeriod", 0) < 14 * 86_400:
            yield name, "set MessageRetentionPeriod to 14 days: a failed run would be forgotten over a festival"
    for name, topic in stack.of("AWS::SNS::Topic"):
        if not topic.get("KmsMasterKeyId"):
            yield name, "set KmsMasterKeyId"
    for name, resource in stack.resources.items():
        kept = resource["Type"] in HOLDS_DATA or name in ("PersonalDataKey", "LedgerKey")
        # A plain Retain would also keep what a first deployment made before it failed, and stand in the next one's way.
        # But a table that is protected from deletion cannot be deleted then either: it stays, empty and without a cost.
        wanted = "Retain" if resource["Type"] == "AWS::DynamoDB::Table" else "RetainExceptOnCreate"
        if kept and resource.get("DeletionPolicy") != wanted:
            yield name, f"set DeletionPolicy to {wanted}: it would go with the stack"
        if kept and resource.get("UpdateReplacePolicy") != "Retain":
            yield name, "set UpdateReplacePolicy to Retain: it would go when it is replaced"


def _logs(stack: Stack) -> Iterator[Fault]:
    for name, group in stack.of("AWS::Logs::LogGroup"):
        if not LOG_DAYS <= group.get("RetentionInDays", 0) <= 2 * LOG_DAYS:
            yield name, f"set RetentionInDays to {LOG_DAYS}"
    for name, stage in stack.of("AWS::ApiGateway::Stage"):
        if not stage.get("AccessLogSetting", {}).get("DestinationArn"):
            yield name, "set AccessLogSetting"
        told = stage.get("AccessLogSetting", {}).get("Format", "")
        if personal := re.findall(r"\$context\.(?:path|identity|authorizer|requestOverride)[\w.]*", told):
            yield name, f"take {', '.join(personal)} out of the access log: it tells who asked for which letter"


def _alarms(stack: Stack) -> Iterator[Fault]:
    beats = False
    for name, alarm in stack.of("AWS::CloudWatch::Alarm"):
        if "docs/runbook.md#" not in alarm.get("AlarmDescription", ""):
            yield name, "name the section of docs/runbook.md in its AlarmDescription"
        if not {named(each) for each in alarm.get("AlarmActions", [])} & {
            topic for topic, _ in stack.of("AWS::SNS::Topic")
        }:
            yield name, "set AlarmActions to AlarmTopic: nobody would hear of it"
        if alarm.get("MetricName", "").endswith("_finished") and alarm.get("TreatMissingData") != "breaching":
            yield name, "set TreatMissingData to breaching: a dead job says nothing"
        seconds = alarm["Period"] * alarm["EvaluationPeriods"]
        beats |= (alarm.get("MetricName") == HEARTBEAT[0]) and seconds <= HEARTBEAT[1]
    if not beats:
        yield "AlarmSweepSilent", f"make an alarm of {HEARTBEAT[0]} within {HEARTBEAT[1] // 60} minutes"


def _api(stack: Stack) -> Iterator[Fault]:
    for name, api in stack.of("AWS::ApiGateway::RestApi"):
        if api.get("EndpointConfiguration", {}).get("Types") != ["REGIONAL"]:
            yield name, "set api_gateway_endpoint_type in .chalice/config.json to REGIONAL: China has no other"
    for name, site in stack.of("AWS::CloudFront::Distribution"):
        policy = site["DistributionConfig"]["DefaultCacheBehavior"].get("ViewerProtocolPolicy")
        if policy not in ("redirect-to-https", "https-only"):
            yield name, "set ViewerProtocolPolicy to redirect-to-https"


def _partitions(stack: Stack) -> Iterator[Fault]:
    for name, resource in stack.resources.items():
        text = _PRINCIPALS_OF_SERVICES.sub("", json.dumps(resource))
        if found := _LITERALS.search(text):
            yield name, f"write AWS::Partition and AWS::URLSuffix instead of {found[0]}: China has others"


_CHECKS: tuple[Callable[[Stack], Iterator[Fault]], ...] = (
    _table, _buckets, _nothing_public, _stores, _logs, functions, rights, log_rights, key_rights,
    _alarms, _api, _partitions,
)  # fmt: skip
