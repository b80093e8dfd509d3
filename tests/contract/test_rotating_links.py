"""Changing the links' secret: links under way stay good once, and no query code depends on it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from moto import mock_aws

from chalicelib.adapters.kms_secrets import keyed_hash
from chalicelib.adapters.link_tokens import ItsdangerousLinks
from chalicelib.adapters.rotating_links import READ_EVERY, RotatingLinks, present_and_last
from chalicelib.bootstrap import build
from chalicelib.config import REQUIRED, settings_from
from chalicelib.domain.errors import LinkRefusedError
from chalicelib.domain.letter import ContactId
from chalicelib.ports import LinkClaims

NAME = "huiyin/links"
CLAIMS = LinkClaims(ContactId("clerk"), None, 1, datetime(2026, 12, 1, tzinfo=UTC))


@pytest.fixture
def manager() -> Iterator[Any]:
    with mock_aws():
        client = boto3.client("secretsmanager")
        client.create_secret(Name=NAME, SecretString="first")
        yield client


class Seconds:
    """A clock the test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_secret_that_was_never_changed_has_no_last_one(manager: Any) -> None:
    assert present_and_last(manager, NAME) == ["first"]


def test_the_present_and_the_last_secret_are_found_and_no_older_one(manager: Any) -> None:
    manager.put_secret_value(SecretId=NAME, SecretString="second")
    assert present_and_last(manager, NAME) == ["second", "first"]
    manager.put_secret_value(SecretId=NAME, SecretString="third")
    assert present_and_last(manager, NAME) == ["third", "second"]


def test_a_secret_that_is_not_there_is_an_error(manager: Any) -> None:
    with pytest.raises(manager.exceptions.ResourceNotFoundException):
        present_and_last(manager, "huiyin/none")


def test_links_outlive_one_change_of_the_secret_in_running_functions_but_not_two(manager: Any) -> None:
    seconds = Seconds()
    links = RotatingLinks(lambda: present_and_last(manager, NAME), seconds)
    old = links.token(CLAIMS)
    manager.put_secret_value(SecretId=NAME, SecretString="second")
    seconds.now = READ_EVERY
    assert links.read(old) == CLAIMS
    new = links.token(CLAIMS)
    assert new != old
    manager.put_secret_value(SecretId=NAME, SecretString="third")
    seconds.now = 2 * READ_EVERY
    assert links.read(new) == CLAIMS
    with pytest.raises(LinkRefusedError):
        links.read(old)


def test_the_secrets_are_not_read_for_every_link() -> None:
    reads: list[int] = []

    def read() -> list[str]:
        reads.append(1)
        return ["first"]

    links = RotatingLinks(read, Seconds())
    for _ in range(3):
        links.read(links.token(CLAIMS))
    assert len(reads) == 1


def test_query_codes_and_idempotency_keys_do_not_depend_on_the_links_secret(manager: Any) -> None:
    """Changed after a leak, it leaves every letter open to its writer."""
    manager.create_secret(Name="huiyin-hashes", SecretString="never changed")
    named = dict.fromkeys(REQUIRED, "x") | {"HUIYIN_LINK_SECRET": NAME, "HUIYIN_HASH_SECRET": "huiyin-hashes"}
    named |= {"HUIYIN_MAILER": "ses", "HUIYIN_TEXTS": "sns", "HUIYIN_RULEBOOK": "shuangfeng-2018"}
    inst = build(settings_from(named)).installation
    assert inst.secrets.keyed_hash("query-code", "12345678") == keyed_hash(b"never changed", "query-code", "12345678")
    assert inst.links.read(ItsdangerousLinks(["first"]).token(CLAIMS)) == CLAIMS
