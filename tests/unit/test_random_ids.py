"""Ids are of the promised shape, and never twice the same."""

import re
from datetime import UTC

from chalicelib.adapters.random_ids import RandomIds
from chalicelib.adapters.system_clock import SystemClock


def test_a_tracking_code_has_twelve_characters_that_nobody_misreads() -> None:
    made = {RandomIds().letter_id() for _ in range(2000)}
    assert len(made) == 2000
    assert all(re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{12}", each) for each in made)
    assert set("".join(made)) == set("0123456789ABCDEFGHJKMNPQRSTVWXYZ")


def test_a_query_code_has_eight_digits_and_may_begin_with_zero() -> None:
    made = [RandomIds().query_code() for _ in range(2000)]
    assert all(re.fullmatch(r"[0-9]{8}", each) for each in made)
    assert {each[0] for each in made} == set("0123456789")


def test_a_salt_has_128_bits() -> None:
    made = {RandomIds().salt() for _ in range(2000)}
    assert len(made) == 2000
    assert all(re.fullmatch(r"[0-9a-f]{32}", each) for each in made)


def test_the_clock_tells_an_instant_with_its_zone() -> None:
    assert SystemClock().now().tzinfo is UTC
