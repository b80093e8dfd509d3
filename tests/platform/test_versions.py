"""The list of a stage's versions: two who deploy at once lose nothing, and each tells what its pages were built for."""

import json
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from infra.cloud import artifacts
from infra.cloud.account import Account
from infra.cloud.account import account as account_here
from infra.cloud.settings import Site
from infra.cloud.versions import Version, differs, new_version, remember, versions
from infra.errors import OperatorError
from infra.provision import Provisioned

REGION = "ap-southeast-1"
LIST = "trial/versions.json"
AT_FIRST = Site()
ELSEWHERE = Site(hosting="elsewhere", address="https://letters.county.test")


def numbered(number: int) -> Version:
    return Version(f"v{number}", "2026-11-01T00:00:00+00:00", "code", "template", "pages")


def somebody() -> Account:
    """Who deploys, with connections of their own."""
    return Account("123456789012", REGION, "aws", None, boto3.Session(region_name=REGION))


def names(account: Account) -> list[str]:
    return [each.name for each in versions(account, "trial")]


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with mock_aws():
        here = somebody()
        artifacts.ensure_bucket(here)
        yield here


def before_each_write(account: Account, do: Any) -> None:
    """Let `do` happen after the list was read and before it is written."""
    account.client("s3").meta.events.register("before-parameter-build.s3.PutObject", lambda **_: do())


def other_deployer(times: int) -> Any:
    """Remembers a version of its own whenever it is called, so many times."""
    other, turns = somebody(), iter(range(100, 100 + times))

    def deploys() -> None:
        if (turn := next(turns, None)) is not None:
            remember(other, "trial", numbered(turn))

    return deploys


def test_the_newest_comes_first_and_one_that_comes_back_moves_up(account: Account) -> None:
    for number in (1, 2, 3, 1):
        remember(account, "trial", numbered(number))
    assert names(account) == ["v1", "v3", "v2"]


@pytest.mark.parametrize("there_already", [0, 1])
def test_two_who_deploy_at_once_both_stay_on_the_list(account: Account, there_already: int) -> None:
    """The first list of a stage is made as carefully as a later one is changed."""
    for number in range(there_already):
        remember(account, "trial", numbered(number))
    before_each_write(account, other_deployer(times=2))
    remember(account, "trial", numbered(1))
    assert names(account) == ["v1", "v101", "v100", *(f"v{each}" for each in range(there_already))]


def test_a_list_that_is_deleted_meanwhile_is_begun_anew(account: Account) -> None:
    remember(account, "trial", numbered(1))
    there = iter([LIST])

    def delete() -> None:
        if key := next(there, None):
            account.client("s3").delete_object(Bucket=artifacts.bucket_of(account), Key=key)

    before_each_write(account, delete)
    remember(account, "trial", numbered(2))
    assert names(account) == ["v2"]


def test_who_never_gets_a_turn_is_told_that_it_is_deployed_and_what_to_do(account: Account) -> None:
    before_each_write(account, other_deployer(times=1000))
    with pytest.raises(OperatorError, match=r"v1 could not be put on it. It is deployed; run the same command again"):
        remember(account, "trial", numbered(1))


def test_another_refusal_is_told_and_not_tried_again(account: Account) -> None:
    with pytest.raises(OperatorError, match="cannot be written: NoSuchBucket"):
        remember(Account("210987654321", REGION, "aws", None, account.session), "trial", numbered(1))


def test_many_who_deploy_at_once_all_stay_on_the_list(stack: Provisioned) -> None:
    """On a server that takes requests side by side."""
    here = account_here(REGION)
    artifacts.ensure_bucket(here)
    stage = f"many-{os.getpid()}"

    def deploys(number: int) -> None:
        remember(account_here(REGION), stage, numbered(number))

    with ThreadPoolExecutor(6) as people:
        list(people.map(deploys, range(6)))
    assert sorted(each.name for each in versions(here, stage)) == [f"v{number}" for number in range(6)]


def test_a_list_of_before_and_one_of_a_later_version_are_read(account: Account) -> None:
    before = {name: said for name, said in asdict(numbered(1)).items() if name not in {"hosting", "address"}}
    later = {**asdict(numbered(2)), "hosting": "bucket", "weather": "fine"}
    body = json.dumps([later, before])
    account.client("s3").put_object(Bucket=artifacts.bucket_of(account), Key=LIST, Body=body)
    assert versions(account, "trial") == [replace(numbered(2), hosting="bucket"), numbered(1)]
    assert differs(numbered(1), ELSEWHERE) is None  # it does not say what it was built for


def built(account: Account, site: Site, pages: Path) -> Version:
    pages.mkdir(exist_ok=True)
    (pages / "index.html").write_text("x", "utf-8")
    return new_version(account, "trial", "code", {}, pages, datetime(2026, 11, 22, tzinfo=UTC), site)


@pytest.mark.parametrize(
    ("then", "now"),
    [
        (AT_FIRST, ELSEWHERE),
        (ELSEWHERE, AT_FIRST),
        (ELSEWHERE, Site(hosting="elsewhere", address="https://new.county.test")),
        (AT_FIRST, Site(domain="letters.county.test", certificate="some")),
        (Site(hosting="bucket"), AT_FIRST),
    ],
)
def test_who_goes_back_to_pages_for_another_place_is_warned(
    account: Account, tmp_path: Path, then: Site, now: Site
) -> None:
    remember(account, "trial", built(account, then, tmp_path / "pages"))
    earlier = versions(account, "trial")[0]
    assert differs(earlier, then) is None
    warning = differs(earlier, now) or ""
    assert earlier.name in warning
    for each in (then, now):
        assert f'hosting = "{each.hosting}"' in warning
        assert (each.address or each.domain) in warning
