"""What the template describes is what the emulator gets, and the template asks for what the law and the design ask."""

import json
from datetime import timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from chalicelib.domain.attachments import CLAIM_WITHIN, FORM_GOOD_FOR
from infra.emulator import Emulator
from infra.environment import DUMMY_CREDENTIALS, RESOURCES
from infra.errors import OperatorError
from infra.provision import Provisioned, provision
from infra.template import Values, load

KEYS = {"Table": "HUIYIN_TABLE", "ReportsBucket": "HUIYIN_REPORTS_BUCKET", "SiteBucket": "HUIYIN_SITE_BUCKET"}


def _properties(name: str) -> dict[str, Any]:
    properties: dict[str, Any] = load().resources[name]["Properties"]
    return properties


def _table(stack: Provisioned, endpoint: str | None = None) -> dict[str, Any]:
    table: dict[str, Any] = boto3.client("dynamodb", endpoint_url=endpoint).describe_table(TableName=stack.table)
    return table["Table"]  # type: ignore[no-any-return]


def _indexes(table: dict[str, Any]) -> dict[str, tuple[list[str], str]]:
    return {
        index["IndexName"]: (
            [key["AttributeName"] for key in index["KeySchema"]],
            index["Projection"]["ProjectionType"],
        )
        for index in table["GlobalSecondaryIndexes"]
    }


def test_the_table_has_its_keys_and_three_indexes(stack: Provisioned, dynamodb_endpoint: str) -> None:
    table = _table(stack, dynamodb_endpoint)
    assert [(key["AttributeName"], key["KeyType"]) for key in table["KeySchema"]] == [("PK", "HASH"), ("SK", "RANGE")]
    assert _indexes(table) == {
        "due": (["due_shard", "due_at"], "KEYS_ONLY"),
        "journal": (["journal_day", "journal_order"], "ALL"),
        "desk": (["desk_owner", "desk_due"], "ALL"),
    }
    assert {attribute["AttributeType"] for attribute in table["AttributeDefinitions"]} == {"S"}
    assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"


def test_doing_it_again_finds_everything_and_keeps_the_secret(emulator: Emulator) -> None:
    """A second start of the stand must not sign links with another secret, nor lose the key of the personal data."""
    secrets = boto3.client("secretsmanager", endpoint_url=emulator.endpoint)
    first = provision(emulator.endpoint, "twice")
    names = [first.environment[name] for name in ("HUIYIN_LINK_SECRET", "HUIYIN_HASH_SECRET")]
    made = {secrets.get_secret_value(SecretId=name)["SecretString"] for name in names}
    assert [len(secret) for secret in made] == [64, 64]
    assert provision(emulator.endpoint, "twice") == first
    assert {secrets.get_secret_value(SecretId=name)["SecretString"] for name in names} == made


def test_two_stacks_share_nothing(emulator: Emulator) -> None:
    one, other = provision(emulator.endpoint, "stack-one"), provision(emulator.endpoint, "stack-two")
    assert set(one.environment.values()).isdisjoint(other.environment.values())


def test_the_keys_do_what_they_are_for(stack: Provisioned, dynamodb_endpoint: str) -> None:
    kms = boto3.client("kms", endpoint_url=dynamodb_endpoint)
    personal, ledger = stack.environment["HUIYIN_PERSONAL_DATA_KEY"], stack.environment["HUIYIN_LEDGER_KEY"]
    sealed = kms.encrypt(KeyId=personal, Plaintext=b"name", EncryptionContext={"letter": "1"})["CiphertextBlob"]
    assert kms.decrypt(CiphertextBlob=sealed, EncryptionContext={"letter": "1"})["Plaintext"] == b"name"
    signing = {"KeyId": ledger, "Message": b"manifest", "SigningAlgorithm": "RSASSA_PKCS1_V1_5_SHA_256"}
    assert kms.verify(**signing, Signature=kms.sign(**signing)["Signature"])["SignatureValid"]


def test_an_object_in_the_report_bucket_is_locked_and_versioned(stack: Provisioned, dynamodb_endpoint: str) -> None:
    s3 = boto3.client("s3", endpoint_url=dynamodb_endpoint)
    version = s3.put_object(Bucket=stack.reports_bucket, Key="ledger/x", Body=b"1")["VersionId"]
    with pytest.raises(s3.exceptions.ClientError, match="AccessDenied"):
        s3.delete_object(Bucket=stack.reports_bucket, Key="ledger/x", VersionId=version)
    retention = s3.get_object_retention(Bucket=stack.reports_bucket, Key="ledger/x")["Retention"]
    assert retention["Mode"] == "GOVERNANCE"


def test_moto_gets_the_same_table() -> None:
    with mock_aws():
        assert set(_indexes(_table(provision(None)))) == {"due", "journal", "desk"}


def test_the_environment_is_the_templates_own_list() -> None:
    """One list of names: what the functions get in the cloud is what code gets on the stand."""
    with mock_aws():
        made = provision(None, "county")
    assert set(made.environment) == set(load().environment_of_resources) < set(load().environment)
    assert {made.environment[KEYS[name]] for name in KEYS} == {made.table, made.reports_bucket, made.site_bucket}
    assert made.table == "county-table"


def test_the_table_is_encrypted_recoverable_and_hard_to_delete() -> None:
    """Asserted on the template: no emulator enforces these."""
    table = _properties("Table")
    assert table["SSESpecification"] == {
        "SSEEnabled": True,
        "SSEType": "KMS",
        "KMSMasterKeyId": {"Fn::GetAtt": ["PersonalDataKey", "Arn"]},
    }
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
    assert table["DeletionProtectionEnabled"] is True


def test_nothing_that_holds_letters_goes_when_the_stack_goes() -> None:
    resources = json.loads(RESOURCES.read_text())["Resources"]
    own = {name: resource for name, resource in resources.items() if "Type" in resource}  # others add to Chalice's own
    kept = {name for name, resource in own.items() if resource.get("DeletionPolicy", "").startswith("Retain")}
    holding = ("AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::SecretsManager::Secret", "AWS::Logs::LogGroup")
    assert kept == {name for name in own if own[name]["Type"] in holding} | {
        "PersonalDataKey",
        "LedgerKey",
        "ApiLogRole",
        "ApiLogAccount",
    }
    assert {name: own[name]["UpdateReplacePolicy"] for name in kept} == dict.fromkeys(kept, "Retain")


def test_citizens_files_lie_encrypted_and_what_no_letter_took_is_forgotten() -> None:
    """Asserted on the template: no emulator enforces these. Nothing is versioned, so what is deleted is gone."""
    files = _properties("AttachmentsBucket")
    (encryption,) = files["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert encryption["ServerSideEncryptionByDefault"] == {
        "SSEAlgorithm": "aws:kms",
        "KMSMasterKeyID": {"Fn::GetAtt": ["PersonalDataKey", "Arn"]},
    }
    incoming, halves = files["LifecycleConfiguration"]["Rules"]
    assert (incoming["Prefix"], incoming["ExpirationInDays"], incoming["Status"]) == ("incoming/", 2, "Enabled")
    assert timedelta(days=incoming["ExpirationInDays"]) > CLAIM_WITHIN + FORM_GOOD_FOR
    assert halves["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 1}
    (rule,) = files["CorsConfiguration"]["CorsRules"]
    assert rule["AllowedMethods"] == ["POST"]
    assert rule["AllowedHeaders"] == ["*"]
    assert files.keys().isdisjoint({"VersioningConfiguration", "ObjectLockEnabled", "WebsiteConfiguration"})


@pytest.mark.parametrize("bucket", ["ReportsBucket", "InboxBucket", "AttachmentsBucket"])
def test_no_bucket_can_be_made_public(bucket: str) -> None:
    assert set(_properties(bucket)["PublicAccessBlockConfiguration"].values()) == {True}


def test_an_unknown_name_or_function_is_an_error_not_a_guess() -> None:
    values = Values({"Known": "x"})
    assert values.resolve({"a": [{"Fn::Sub": "<${Known}>"}]}) == {"a": ["<x>"]}
    unknown: list[Any] = [
        {"Ref": "Other"},
        {"Fn::GetAtt": ["Known", "Arn"]},
        {"Fn::If": ["No", "a", "b"]},
        {"Fn::If": []},
        {"Fn::Sub": "${No.Arn}"},
        {"Fn::Base64": "a"},
    ]
    for node in unknown:
        with pytest.raises(OperatorError):
            values.resolve(node)


def test_the_tests_hold_no_real_credentials() -> None:
    credentials = boto3.Session().get_credentials().get_frozen_credentials()
    assert credentials.access_key == DUMMY_CREDENTIALS["AWS_ACCESS_KEY_ID"]
    assert credentials.secret_key == DUMMY_CREDENTIALS["AWS_SECRET_ACCESS_KEY"]
