"""What an account keeps of each version: nothing of others is run, and nobody goes back to what cannot work."""

import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from infra.cloud import artifacts
from infra.cloud.account import Account
from infra.cloud.deployment import Target, propose_again
from infra.cloud.settings import settings_of
from infra.cloud.versions import Version, rulebooks_of
from infra.errors import OperatorError
from tests.platform.test_deployment_settings import LEAST

REGION = "ap-southeast-1"


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    """With the bucket of bundles, and one bundle in it."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with mock_aws():
        here = Account("123456789012", REGION, "aws", None, boto3.Session(region_name=REGION))
        artifacts.ensure_bucket(here)
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as bundle:
            for name in ("app.py", "chalicelib/rulebooks/bengbu-2014.toml", "chalicelib/rulebooks/kept/old.toml"):
                bundle.writestr(name, "")
        here.client("s3").put_object(Bucket=artifacts.bucket_of(here), Key="trial/code.zip", Body=packed.getvalue())
        yield here


def test_nobody_goes_back_to_a_version_that_lacks_the_rulebook_in_the_settings(account: Account) -> None:
    """Every request would fail: the settings are of today, the bundle is not."""
    earlier = Version("abc", "2026-11-01T00:00:00+00:00", "trial/code.zip", "trial/none.json", "trial/none.zip")
    assert rulebooks_of(account, earlier) == {"bengbu-2014"}
    target = Target(account, "trial", settings_of(LEAST, "test"), "ours-2026")
    with pytest.raises(OperatorError, match=r"abc has no rulebook ours-2026.*Nothing was changed.*: bengbu-2014$"):
        propose_again(target, earlier, datetime(2026, 11, 22, tzinfo=UTC))


class _Others:
    """A bucket of our name in somebody else's account, open to everybody."""

    def head_bucket(self, **asked: Any) -> None:
        if asked.get("ExpectedBucketOwner") == "123456789012":
            raise ClientError({"Error": {"Code": "403", "Message": "Forbidden"}}, "HeadBucket")

    def __getattr__(self, name: str) -> Any:
        return lambda **_: None


def test_a_bucket_of_our_name_that_somebody_else_made_is_not_used() -> None:
    """Its name can be guessed, and whoever owns it could put other code into it."""
    here = Account("123456789012", REGION, "aws", None, None, {"s3": _Others()})
    with pytest.raises(OperatorError, match="403"):
        artifacts.ensure_bucket(here)
