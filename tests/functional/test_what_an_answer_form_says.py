"""The form of an answer says where the answer goes next."""

from collections.abc import Iterator

import pytest

from chalicelib import bootstrap
from tests.regulations.county import County, a_county


@pytest.fixture(autouse=True)
def _no_world_is_left() -> Iterator[None]:
    yield
    bootstrap.use(None)


def help_of(county: County, contact: str, code: str, language: str = "zh-Hans") -> str:
    said = county.desk(contact).opens(code, {"Accept-Language": language})
    return str(next(each["help"] for each in said["moves"] if each["move"] == "answer"))


def test_an_answer_without_signatures_goes_straight_to_the_writer() -> None:
    county = County(a_county(), "hefei-2008")
    assert "直接告知来信人" in help_of(county, "roads-handler", county.assigned().code)


def test_an_answer_that_is_signed_first_says_by_whom() -> None:
    county = County(a_county(), "bengbu-2014")
    citizen = county.assigned()
    first = county.rulebooks["bengbu-2014"].step(*_way(county, citizen.code))
    assert first is not None
    for language, words in (("zh-Hans", f"答复先送“{first.title}”"), ("en", f'goes to "{first.title}" first')):
        said = help_of(county, "roads-handler", citizen.code, language)
        assert words in said
        assert "直接告知" not in said


def _way(county: County, code: str) -> tuple[str, str]:
    """The step the answer really waits at, once it is given; of another letter like this one."""
    other = county.assigned()
    county.desk("roads-handler").makes(other.code, "answer", body="已修复。")
    approval = county.file(other.code).letter.approval
    assert approval is not None
    assert code != other.code
    return approval.chain, approval.step


def test_a_joining_unit_is_told_that_the_leading_one_answers() -> None:
    county = County(a_county(), "bengbu-2014")
    citizen = county.assigned("roads", "water")
    assert "牵头单位" in help_of(county, "water-handler", citizen.code)
