"""Phone numbers as citizens and clerks write them, made into what gateways take."""

import pytest

from chalicelib.adapters.phone_numbers import international
from chalicelib.ports import RefusedError


@pytest.mark.parametrize(
    ("written", "international_number"),
    [
        ("13800001111", "+8613800001111"),
        ("138 0000 1111", "+8613800001111"),
        ("138-0000-1111", "+8613800001111"),
        ("+8613800001111", "+8613800001111"),
        ("8613800001111", "+8613800001111"),
        ("008613800001111", "+8613800001111"),
        ("+86 (0)738-6820000", "+8607386820000"),
        ("0738-6820000", "+867386820000"),
        ("+85291234567", "+85291234567"),
    ],
)
def test_a_number_is_taken_as_it_was_written(written: str, international_number: str) -> None:
    assert international(written) == international_number


@pytest.mark.parametrize(
    "written", ["", "请打电话", "123", "+", "1380000111１", "+0123456789", "13800001111 转 8", "1" * 20]
)
def test_what_is_no_number_is_refused_without_repeating_it(written: str) -> None:
    with pytest.raises(RefusedError) as refused:
        international(written)
    assert str(refused.value) == "bad_phone_number"
