"""Desk links: what a token carries, and what is refused."""

from dataclasses import replace
from datetime import timedelta

import pytest
from itsdangerous import URLSafeSerializer

from chalicelib.adapters.link_tokens import ItsdangerousLinks
from chalicelib.domain.errors import LinkRefusedError
from chalicelib.domain.letter import ContactId, LetterId
from chalicelib.ports import LinkClaims
from tests.builders import FRIDAY

LINKS = ItsdangerousLinks(["this year's secret"])
CLAIMS = LinkClaims(ContactId("roads-handler"), LetterId("K7RMPXW2"), 3, FRIDAY + timedelta(days=14))


@pytest.mark.parametrize("claims", [CLAIMS, replace(CLAIMS, letter=None), replace(CLAIMS, contact=ContactId("张三"))])
def test_a_token_gives_back_what_was_put_in(claims: LinkClaims) -> None:
    assert LINKS.read(LINKS.token(claims)) == claims


def test_a_token_says_when_it_ends_but_does_not_look_at_a_clock() -> None:
    """Expiry is TimeSource's affair: a token long past is still read."""
    past = replace(CLAIMS, expires_at=FRIDAY - timedelta(days=4000))
    assert LINKS.read(LINKS.token(past)) == past


def test_a_token_fits_the_part_of_an_address_behind_the_hash() -> None:
    token = LINKS.token(CLAIMS)
    assert len(token) < 160
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")


@pytest.mark.parametrize("position", range(0, 120, 7))
def test_a_token_with_one_changed_character_is_refused(position: int) -> None:
    token = LINKS.token(CLAIMS)
    position %= len(token) - 1  # of the very last character only some bits count
    other = "A" if token[position] != "A" else "B"
    with pytest.raises(LinkRefusedError) as refused:
        LINKS.read(token[:position] + other + token[position + 1 :])
    assert refused.value.reason == "malformed"


@pytest.mark.parametrize("token", ["", ".", "a.b", "汉字.汉字", "\udc80", "x" * 10_000, ".eJwrAQAAeQB5.abc"])
def test_rubbish_is_refused(token: str) -> None:
    with pytest.raises(LinkRefusedError):
        LINKS.read(token)


def test_a_token_signed_with_another_secret_is_refused() -> None:
    with pytest.raises(LinkRefusedError):
        LINKS.read(ItsdangerousLinks(["another secret"]).token(CLAIMS))


def test_something_signed_with_our_secret_for_another_purpose_is_refused() -> None:
    token = URLSafeSerializer("this year's secret", salt="sessions").dumps({"c": "a", "l": None, "e": 0, "x": 0})
    with pytest.raises(LinkRefusedError):
        LINKS.read(str(token))


@pytest.mark.parametrize(
    "payload", [[], "text", {}, {"c": "a", "l": None, "e": 0}, {"c": "a", "l": None, "e": 0, "x": 10**30}]
)
def test_a_signed_token_of_another_shape_is_refused(payload: object) -> None:
    """As one of an older release might be."""
    with pytest.raises(LinkRefusedError):
        LINKS.read(str(LINKS._serializer.dumps(payload)))


def test_after_a_change_of_secret_old_links_still_open_and_new_ones_use_the_new_secret() -> None:
    both = ItsdangerousLinks(["next year's secret", "this year's secret"])
    assert both.read(LINKS.token(CLAIMS)) == CLAIMS
    assert ItsdangerousLinks(["next year's secret"]).read(both.token(CLAIMS)) == CLAIMS
    with pytest.raises(LinkRefusedError):
        LINKS.read(both.token(CLAIMS))


@pytest.mark.parametrize("secrets", [[], [""], ["good", ""]])
def test_links_are_not_made_without_a_secret(secrets: list[str]) -> None:
    with pytest.raises(ValueError, match="secret"):
        ItsdangerousLinks(secrets)


def test_a_link_of_an_earlier_release_still_opens() -> None:
    """Were salt, digest, key derivation or the names in the token changed, every link in every mailbox would die."""
    earlier = (
        "eyJjIjoicm9hZHMtaGFuZGxlciIsImwiOiJLN1JNUFhXMiIsImUiOjMsIngiOjE3OTYzNDk2MDB9"
        ".HSVXEDw2paS0e9pq4WVD28nJrIUz5EybspaOxUdwZVQ"
    )
    assert LINKS.read(earlier) == CLAIMS


def test_a_token_with_something_stuck_to_it_is_refused() -> None:
    """Base64 decoding would pass over it."""
    token = LINKS.token(CLAIMS)
    for changed in (token + "é", token + " ", token + "=", f"\u200b{token}", token + "/x"):
        with pytest.raises(LinkRefusedError):
            LINKS.read(changed)
