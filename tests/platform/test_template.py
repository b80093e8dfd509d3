"""Every property that the law, the design or the runbook relies on: taken away, the checks on the template name it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from infra import package
from infra.environment import ROOT
from infra.errors import OperatorError
from infra.package import Bundle
from infra.template_checks import check, refuse_faults
from infra.template_parts import alternatives

pytestmark = pytest.mark.bundle
Document = dict[str, Any]
BUCKETS = ("ReportsBucket", "SiteBucket", "InboxBucket", "AttachmentsBucket", "BackupsBucket")
JOBS = {
    "sweep": "Sweep",
    "dispatch": "Dispatch",
    "close_day": "CloseDay",
    "reports": "Reports",
    "publish": "Publish",
    "reconcile": "Reconcile",
    "calendar_watch": "CalendarWatch",
    "fetch": "Fetch",
    "spot_checks": "SpotChecks",
}
GONE = object()


def put(document: Document, resource: str, path: str, value: Any = GONE) -> None:
    """Set a property, its path written with dots; without a value it is taken away, and it must have been there."""
    *parents, last = path.split(".")
    node = document["Resources"][resource]
    for part in parents:
        node = node[int(part)] if isinstance(node, list) else node[part]
    key = int(last) if isinstance(node, list) else last
    if value is GONE:
        del node[key]
    else:
        node[key] = value


def statements(document: Document, function: str) -> list[Any]:
    """Those of the function's role, to be changed."""
    role = "ApiHandlerRole" if function == "APIHandler" else f"{function}Role"
    found: list[Any] = document["Resources"][role]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
    return found


def statement(document: Document, function: str, sid: str) -> dict[str, Any]:
    """One of them by its name."""
    return next(each for each in alternatives(statements(document, function)) if each["Sid"] == sid)


def said(document: Document) -> list[str]:
    return [str(each) for each in check(document)]


def test_nothing_is_found_on_the_template_as_it_is(template: Document) -> None:
    assert said(template) == []
    refuse_faults(template)


def test_the_api_answers_at_its_own_stage_alone(template: Document) -> None:
    """At a second one it would answer as well, and nothing of that would stand in the access log."""
    stages = [each["Properties"] for each in template["Resources"].values() if each["Type"] == "AWS::ApiGateway::Stage"]
    assert [(each["StageName"], bool(each["AccessLogSetting"])) for each in stages] == [("api", True)]
    made = [each for each in template["Resources"].values() if each["Type"] == "AWS::ApiGateway::Deployment"]
    assert ["StageName" in each["Properties"] for each in made] == [False]


@pytest.mark.parametrize(
    ("resource", "path", "value", "words"),
    [
        ("Table", "Properties.TimeToLiveSpecification", GONE, "TimeToLive"),
        ("Table", "Properties.TimeToLiveSpecification.Enabled", False, "TimeToLive"),
        ("Table", "Properties.PointInTimeRecoverySpecification", GONE, "point-in-time"),
        ("Table", "Properties.DeletionProtectionEnabled", False, "DeletionProtection"),
        ("Table", "Properties.SSESpecification.KMSMasterKeyId", GONE, "SSESpecification"),
        ("Table", "DeletionPolicy", GONE, "DeletionPolicy"),
        ("Table", "UpdateReplacePolicy", "Delete", "UpdateReplacePolicy"),
        ("PersonalDataKey", "DeletionPolicy", GONE, "DeletionPolicy"),
        ("HashSecret", "DeletionPolicy", GONE, "DeletionPolicy"),
        ("ReportsBucket", "Properties.ObjectLockConfiguration", GONE, "Object Lock"),
        ("ReportsBucket", "Properties.ObjectLockEnabled", False, "Object Lock"),
        ("ReportsBucket", "Properties.VersioningConfiguration.Status", "Suspended", "versions"),
        ("InboxBucket", "Properties.LifecycleConfiguration", GONE, "LifecycleConfiguration"),
        ("BackupsBucket", "Properties.LifecycleConfiguration", GONE, "LifecycleConfiguration"),
        ("DeadLetters", "Properties.SqsManagedSseEnabled", False, "SqsManagedSseEnabled"),
        ("DeadLetters", "Properties.MessageRetentionPeriod", 345_600, "14 days"),
        ("AlarmTopic", "Properties.KmsMasterKeyId", GONE, "KmsMasterKeyId"),
        ("AlarmSweepSilent", "Properties.TreatMissingData", "notBreaching", "breaching"),
        ("AlarmSweepSilent", "Properties.EvaluationPeriods", 12, "15 minutes"),
        ("AlarmSweepSilent", "Properties.MetricName", "swept", "sweep_finished"),
        ("AlarmDeadLetters", "Properties.AlarmActions", [], "AlarmTopic"),
        ("AlarmDeadLetters", "Properties.AlarmDescription", "…", "runbook"),
        ("RestAPI", "Properties.EndpointConfiguration.Types", ["EDGE"], "REGIONAL"),
        ("RestAPIapiStage", "Properties.AccessLogSetting", GONE, "AccessLogSetting"),
        ("RestAPIapiStage", "Properties.AccessLogSetting.Format", "$context.path", "$context.path"),
        ("RestAPIapiStage", "Properties.AccessLogSetting.Format", "$context.identity.sourceIp", "identity.sourceIp"),
        (
            "Distribution",
            "Properties.DistributionConfig.DefaultCacheBehavior.ViewerProtocolPolicy",
            "allow-all",
            "redirect-to-https",
        ),
        ("PersonalDataKey", "Properties.Description", "arn:" + "aws:kms", "AWS::Partition"),
        ("PersonalDataKey", "Properties.Description", "https://kms.amazon" + "aws.com", "AWS::URLSuffix"),
    ],
    ids=lambda part: part if isinstance(part, str) and len(part) < 60 else "",
)
def test_what_is_taken_away_is_named(template: Document, resource: str, path: str, value: Any, words: str) -> None:
    put(template, resource, path, value)
    found = [each for each in said(template) if words in each]
    assert found
    assert all(each.startswith(f"{resource}: ") for each in found)
    with pytest.raises(OperatorError, match=resource):
        refuse_faults(template)


@pytest.mark.parametrize("bucket", BUCKETS)
@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("Properties.BucketEncryption", "BucketEncryption"),
        ("Properties.PublicAccessBlockConfiguration", "RestrictPublicBuckets"),
        ("Properties.PublicAccessBlockConfiguration.BlockPublicAcls", "BlockPublicAcls"),
        ("DeletionPolicy", "DeletionPolicy"),
    ],
)
def test_of_every_bucket(template: Document, bucket: str, path: str, words: str) -> None:
    put(template, bucket, path)
    assert [each.split(":")[0] for each in said(template) if words in each] == [bucket]


@pytest.mark.parametrize("bucket", BUCKETS)
def test_a_bucket_that_would_take_what_comes_without_tls_is_named(template: Document, bucket: str) -> None:
    put(template, f"{bucket}Policy", "Properties.PolicyDocument.Statement.0")
    assert [each.split(":")[0] for each in said(template)] == [bucket]


@pytest.mark.parametrize("bucket", [each for each in BUCKETS if each != "SiteBucket"])
def test_only_the_sites_bucket_may_ever_be_opened(template: Document, bucket: str) -> None:
    path = "Properties.PublicAccessBlockConfiguration.BlockPublicPolicy"
    put(template, bucket, path, {"Fn::If": ["SiteOnBucket", False, True]})
    reading = {"Sid": "All", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "x"}
    put(template, f"{bucket}Policy", "Properties.PolicyDocument.Statement.0", reading)
    found = said(template)
    assert any("BlockPublicPolicy" in each for each in found)
    assert any(each.startswith(f"{bucket}Policy: take the statement All away") for each in found)


def test_everybody_may_read_the_site_and_do_no_more(template: Document) -> None:
    put(template, "SiteBucketPolicy", "Properties.PolicyDocument.Statement.1.Fn::If.2.Fn::If.1.Action", "s3:*")
    assert [each for each in said(template) if each.startswith("SiteBucketPolicy: take the statement EverybodyReads")]


@pytest.mark.parametrize("log", ["ApiLog", "ApiAccessLog", *(f"{each}Log" for each in JOBS.values())])
def test_every_log_is_kept_for_180_days(template: Document, log: str) -> None:
    put(template, log, "Properties.RetentionInDays", 90)
    assert said(template) == [f"{log}: set RetentionInDays to 180"]


@pytest.mark.parametrize("function", ["APIHandler", *JOBS.values()])
@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda d, f: put(d, f, "Properties.LoggingConfig"), "LoggingConfig"),
        (lambda d, f: put(d, f, "Properties.Environment.Variables.HUIYIN_SITE_URL"), "HUIYIN_SITE_URL"),
        (lambda d, f: statement(d, f, "UseTable").update(Action="dynamodb:*"), "UseTable one by one"),
        (lambda d, f: statement(d, f, "UseTable").update(Resource="*"), "resources of the statement UseTable"),
        (lambda d, f: statement(d, f, "WriteOwnLog").update(Resource={"Fn::GetAtt": ["ApiLog2", "Arn"]}), "to "),
    ],
    ids=["log", "setting", "any action", "any resource", "another's log"],
)
def test_of_every_function(
    template: Document, function: str, spoil: Callable[[Document, str], None], words: str
) -> None:
    spoil(template, function)
    assert {each.split(":")[0] for each in said(template) if words in each} == {function}


@pytest.mark.parametrize("sid", ["WriteOwnLog", "KeyOfTableAtRest"])
@pytest.mark.parametrize("function", ["APIHandler", *JOBS.values()])
def test_each_right_that_no_emulator_asks_for_is_missed_by_name(template: Document, function: str, sid: str) -> None:
    actions = statement(template, function, sid)["Action"]
    for action in list(actions):
        actions.remove(action)
        assert [each.split(" to ")[0].split(" with ")[0] for each in said(template)] == [
            f"{function}: let its policy {action}"
        ]
        actions.append(action)


@pytest.mark.parametrize("function", ["APIHandler", *JOBS.values()])
def test_the_tables_key_is_used_through_the_table_alone(template: Document, function: str) -> None:
    statement(template, function, "KeyOfTableAtRest")["Condition"] = {}
    assert {each.split(":")[0] for each in said(template) if "via dynamodb" in each} == {function}


@pytest.mark.parametrize("job", JOBS.values())
def test_a_job_whose_failed_runs_would_be_forgotten_is_named(template: Document, job: str) -> None:
    statement(template, job, "TellFailedRuns")["Action"] = "sqs:ReceiveMessage"
    assert said(template) == [f"{job}: let its policy sqs:SendMessage to DeadLetters"]
    put(template, f"{job}EventInvokeConfig", "Properties.DestinationConfig.OnFailure")
    assert said(template) == [
        f"{job}: set EventInvokeConfig with the queue DeadLetters on failure: a failed run would be forgotten"
    ]


def test_two_functions_with_one_role_are_named(template: Document) -> None:
    put(template, "Fetch", "Properties.Role", {"Fn::GetAtt": ["SweepRole", "Arn"]})
    assert any(each.startswith("Fetch: give it a policy of its own") for each in said(template))


@pytest.mark.parametrize("action", ["kms:Decrypt", "kms:GenerateDataKey"])
def test_the_api_needs_the_key_of_citizens_files(template: Document, action: str) -> None:
    statement(template, "APIHandler", "KeyOfFilesAtRest")["Action"] = [action]
    missing = {"kms:Decrypt": "kms:GenerateDataKey", "kms:GenerateDataKey": "kms:Decrypt"}[action]
    assert [each for each in said(template) if f"let its policy {missing} with PersonalDataKey via s3" in each]


def test_every_alarm_has_a_name_that_stays_and_says_what_it_means_in_two_languages(template: Document) -> None:
    alarms = [each["Properties"] for each in template["Resources"].values() if each["Type"] == "AWS::CloudWatch::Alarm"]
    names = [each["AlarmName"]["Fn::Sub"].removeprefix("${AWS::StackName}-") for each in alarms]
    assert len(set(names)) == len(names) > 20
    for name, alarm in zip(names, alarms, strict=True):
        chinese, _, english = alarm["AlarmDescription"].partition(" / ")
        assert any("一" <= letter <= "鿿" for letter in chinese)
        assert english.endswith(f" docs/runbook.md#{'errors' if name.startswith('errors-') else name}")
        assert len(alarm["AlarmDescription"]) <= 1024


def test_every_function_has_an_alarm_on_its_errors(template: Document) -> None:
    watched = {
        each["Properties"]["Dimensions"][0]["Value"]["Ref"]
        for each in template["Resources"].values()
        if each["Type"] == "AWS::CloudWatch::Alarm" and each["Properties"]["MetricName"] == "Errors"
    }
    assert watched == {"APIHandler", *JOBS.values()}


def test_metrics_of_two_installations_are_told_apart(template: Document) -> None:
    """Both are called Huiyin: alarms ask for the one under the stack's own name, which its functions give."""
    name = {"Ref": "AWS::StackName"}
    for each in template["Resources"].values():
        if each["Type"] == "AWS::Lambda::Function":
            assert each["Properties"]["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"] == name
        if each["Type"] == "AWS::CloudWatch::Alarm" and each["Properties"]["Namespace"] == "Huiyin":
            assert each["Properties"]["Dimensions"] == [{"Name": "service", "Value": name}]


def test_what_the_gateway_answers_by_itself_is_part_of_the_apis_definition(template: Document) -> None:
    """As resources of their own such answers are lost when the definition is imported anew, at the next update."""
    body = template["Resources"]["RestAPI"]["Properties"]["Body"]
    answers = body["x-amazon-apigateway-gateway-responses"]
    for kind, status in {"MISSING_AUTHENTICATION_TOKEN": 404, "THROTTLED": 429, "DEFAULT_5XX": 503}.items():
        problem = json.loads(answers[kind]["responseTemplates"]["application/json"])
        assert (answers[kind]["statusCode"], problem["status"]) == (str(status), status)
    assert not [each for each in template["Resources"].values() if each["Type"] == "AWS::ApiGateway::GatewayResponse"]


def test_browsers_may_ask_every_route_from_another_origin_with_all_that_the_pages_send(bundle: Bundle) -> None:
    """The gateway answers a browser beforehand by itself. The emulator does not take that answer from the template."""
    api = json.loads(bundle.template.read_text())["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]
    sent = {"Authorization", "Content-Type", "Query-Code", "If-Match", "Idempotency-Key", "Accept-Language"}
    assert len(api["paths"]) > 20
    for path, methods in api["paths"].items():
        answer = methods["options"]["x-amazon-apigateway-integration"]["responses"]["default"]
        said = {
            name.rpartition(".")[2].removeprefix("Access-Control-"): set(value.strip("'").split(","))
            for name, value in answer["responseParameters"].items()
        }
        assert answer["statusCode"] == "200"
        assert said["Allow-Origin"] == {"*"}, path
        assert sent <= said["Allow-Headers"], path
        assert {method.upper() for method in methods} <= said["Allow-Methods"], path
        assert {"ETag", "Retry-After"} <= said["Expose-Headers"], path


def test_the_settings_of_a_county_reach_every_function(template: Document) -> None:
    of_the_stack = {"AlarmEmail", "MonthlyBudget", "ReportYearsLocked"}
    of_the_site = {"SiteHosting", "SiteDomain", "SiteCertificate", "SiteAddress"}
    chosen = set(template["Parameters"]) - of_the_stack - of_the_site
    for function in ("APIHandler", *JOBS.values()):
        variables = template["Resources"][function]["Properties"]["Environment"]["Variables"]
        assert {each["Ref"] for each in variables.values() if "Ref" in each} >= chosen


def test_a_policy_file_exists_for_each_function() -> None:
    assert {path.stem for path in (ROOT / "infra" / "policies").glob("*.json")} == {"api", *JOBS}


def test_a_type_that_china_does_not_have_is_refused(bundle: Bundle, tmp_path: Path) -> None:
    document = json.loads(bundle.template.read_text())
    properties = {"OriginAccessControlConfig": {
        "Name": "x", "OriginAccessControlOriginType": "s3", "SigningBehavior": "always", "SigningProtocol": "sigv4"
    }}  # fmt: skip
    document["Resources"]["Other"] = {"Type": "AWS::CloudFront::OriginAccessControl", "Properties": properties}
    path = tmp_path / "sam.json"
    path.write_text(json.dumps(document))
    with pytest.raises(OperatorError, match=r"OriginAccessControl.*cn-north-1"):
        package.check_template(path)
