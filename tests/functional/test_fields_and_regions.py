"""A figure per field and region needs both in the ledger: listed values only, and none of letters about somebody."""

import gzip
import json
from collections.abc import Iterator
from datetime import time
from typing import Any

import pytest

from chalicelib import bootstrap
from chalicelib.domain.letter import Kind
from chalicelib.domain.rulebook import Rulebook
from chalicelib.domain.rules import FetchRule, SourceRule
from tests.builders import rulebook
from tests.functional.test_import_letters import ANSWER, a_file, take
from tests.functional.world import WRITER, World

PICKED = {"field": "教育", "region": "主城区"}
"""Both stand in the lists of Chongqing's rulebook (CQ-3.2.2)."""


@pytest.fixture
def world() -> Iterator[World]:
    """A county under Chongqing's rulebook, which fetches letters from another platform as well."""
    world = World(book="chongqing-2005")
    fetching = {"sources": (SourceRule(id="renmin", title="人民网留言"),), "fetch": FetchRule(at=(time(9),))}
    goes_by(world, rulebook("chongqing-2005").model_copy(update=fetching))
    yield world
    bootstrap.use(None)


def goes_by(world: World, book: Rulebook) -> None:
    world.rulebooks[book.name] = book
    world.open(rulebook=book)


def said(world: World, code: str) -> list[dict[str, Any]]:
    """What each event of the letter says of the two."""
    events = world.file(code).events
    return [{name: event.facts[name] for name in PICKED if name in event.facts} for event in events]


def counted(world: World, code: str) -> dict[str, Any]:
    """Where a report counts the letter: what was said last."""
    last: dict[str, Any] = {}
    for each in said(world, code):
        last |= each
    return last


def the_only(world: World) -> str:
    (letter,) = world.letters.letters()
    return str(letter.id)


# as it arrives


@pytest.mark.parametrize("given", [PICKED, {"field": " 教育  ", "region": "主城区\u3000"}])
def test_what_the_writer_picks_stands_in_the_first_event(world: World, given: dict[str, str]) -> None:
    assert said(world, world.send_letter(**given).code) == [PICKED]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, {}),
        ({"field": "教育"}, {"field": "教育"}),
        ({"field": "张家的事", "region": "主城区"}, {"region": "主城区"}),
        ({"field": "教育局", "region": "主城区永丰镇17号"}, {}),
        ({"field": "主城区", "region": "教育"}, {}),
    ],
)
def test_words_of_ones_own_stay_out_and_the_letter_keeps_them(
    world: World, given: dict[str, str], told: dict[str, str]
) -> None:
    citizen = world.send_letter(**given)
    assert said(world, citizen.code) == [told]
    letter = world.file(citizen.code).letter
    assert (letter.field, letter.region) == (given.get("field"), given.get("region"))


def test_a_rulebook_without_lists_counts_nothing(world: World) -> None:
    goes_by(world, rulebook("shuangfeng-2018"))
    citizen, clerk = world.send_letter(**PICKED), world.desk("clerk")
    clerk.makes(citizen.code, "accept", region="梓门桥镇")
    clerk.makes(citizen.code, "classify", field="公用事业")
    assert said(world, citizen.code) == [{}, {}, {}]
    assert [event.facts.get("corrected") for event in world.file(citizen.code).events] == [None, ["region"], ["field"]]


def test_a_county_may_have_lists_of_its_own_beside_a_regulation_that_has_none(world: World) -> None:
    own = {"fields": ("城建", "三农"), "regions": ("永丰镇", "梓门桥镇")}
    goes_by(world, rulebook("shuangfeng-2018").model_copy(update=own))
    citizen = world.send_letter(field="三农", region="梓门桥镇")
    assert counted(world, citizen.code) == {"field": "三农", "region": "梓门桥镇"}
    form = world.desk("clerk").opens(citizen.code).form("accept")
    assert [each["const"] for each in form["region"]["oneOf"]] == ["永丰镇", "梓门桥镇"]


# by other ways


def test_a_letter_that_a_clerk_writes_down_counts_like_one_from_the_website(world: World) -> None:
    call = {"kind": "complaint", "subject": "校车", "body": "校车不来。", "writer": WRITER, "source": "renmin"}
    answer = world.desk("clerk").call("POST", "/desk/letters", {**call, **PICKED})
    assert said(world, answer["tracking_code"]) == [PICKED]


@pytest.mark.parametrize(
    ("area", "field", "told"),
    [
        (" 渝东北地区 ", "公用事业", {"field": "公用事业", "region": "渝东北地区"}),
        ("渝东北", "公用事业", {"field": "公用事业"}),
        ("开州区南门镇", "水电气", {}),
    ],
)
def test_a_fetched_letter_counts_where_the_platforms_words_are_the_rulebooks(
    world: World, area: str, field: str, told: dict[str, str]
) -> None:
    world.files.files["inbox/renmin/20.csv"] = a_file({"area": area, "field": field})
    assert world.run("fetch").new == 1
    code = the_only(world)
    assert said(world, code) == [told]
    letter = world.file(code).letter
    assert (letter.region, letter.field) == (area.strip(), field)


def test_imported_history_counts_too(world: World) -> None:
    imported = take(world, a_file({"area": "市外", "field": "其他", **ANSWER}))
    assert (imported.history, said(world, the_only(world))) == (1, [{"field": "其他", "region": "市外"}, {}])


@pytest.mark.parametrize("more", [{}, ANSWER])
def test_imported_accusations_tell_neither(world: World, more: dict[str, str]) -> None:
    take(world, a_file({"area": "市外", "field": "其他", **more}), source="renmin", kind=Kind.ACCUSATION)
    assert counted(world, the_only(world)) == {}


# as staff correct them


def test_what_staff_correct_is_counted_from_then_on(world: World) -> None:
    citizen, clerk = world.send_letter(field="教育"), world.desk("clerk")
    clerk.makes(citizen.code, "accept", field="公用事业")
    assert counted(world, citizen.code) == {"field": "公用事业"}
    clerk.makes(citizen.code, "classify", region="市外")
    assert counted(world, citizen.code) == {"field": "公用事业", "region": "市外"}
    assert [event.facts.get("corrected") for event in world.file(citizen.code).events] == [None, ["field"], ["region"]]


def test_a_value_that_the_rulebook_no_longer_lists_counts_as_not_stated(world: World) -> None:
    citizen = world.send_letter(**PICKED)
    shorter = rulebook("chongqing-2005").model_copy(update={"fields": ("公用事业", "其他")})
    goes_by(world, shorter)
    world.desk("clerk").makes(citizen.code, "accept")
    assert counted(world, citizen.code) == {"field": "", "region": "主城区"}


def test_a_remark_is_not_told_as_a_correction_although_the_ledger_says_again_where_it_counts(world: World) -> None:
    citizen, clerk = world.send_letter(**PICKED), world.desk("clerk")
    clerk.makes(citizen.code, "accept")
    clerk.makes(citizen.code, "classify", excerpt="校车不来，家长着急。", excerpt_approved=True)
    remark = clerk.opens(citizen.code)["timeline"][-1]["text"]
    clerk.makes(citizen.code, "classify", field="其他")
    correction = clerk.opens(citizen.code)["timeline"][-1]["text"]
    assert "更正" not in remark
    assert "更正了分类" in correction


# letters about somebody (PL-18)


@pytest.mark.parametrize(
    "about",
    [
        {"kind": "accusation"},
        {"kind": "complaint", "about": [{"unit": "roads"}]},
        {"kind": "complaint", "about": [{"text": "路队的李某"}]},
    ],
)
def test_where_an_accusation_comes_from_is_in_no_event(world: World, about: dict[str, Any]) -> None:
    citizen, clerk = world.send_letter(**PICKED, **about), world.desk("clerk")
    clerk.makes(citizen.code, "accept")
    clerk.makes(citizen.code, "classify", field="其他", region="市外")
    assert said(world, citizen.code) == [{}, {}, {}]
    assert world.file(citizen.code).events[-1].facts["corrected"] == ["field", "region"]
    assert world.file(citizen.code).letter.region == "市外"


@pytest.mark.parametrize(
    "correction", [{"kind": "accusation"}, {"about": ["roads"]}, {"about": ["contact:roads-head"]}]
)
def test_a_letter_that_turns_out_to_be_about_somebody_counts_as_not_stated(
    world: World, correction: dict[str, Any]
) -> None:
    citizen, clerk = world.send_letter(kind="complaint", **PICKED), world.desk("clerk")
    clerk.makes(citizen.code, "accept")
    clerk.makes(citizen.code, "classify", **correction)
    assert said(world, citizen.code) == [PICKED, PICKED, {"field": "", "region": ""}]


def test_it_counts_as_not_stated_even_where_the_rulebook_has_given_up_its_lists(world: World) -> None:
    citizen = world.send_letter(kind="complaint", **PICKED)
    goes_by(world, rulebook("chongqing-2005").model_copy(update={"fields": (), "regions": ()}))
    clerk = world.desk("clerk")
    clerk.makes(citizen.code, "accept")
    clerk.makes(citizen.code, "classify", kind="accusation")
    assert said(world, citizen.code) == [PICKED, {}, {"field": "", "region": ""}]


def test_an_accusation_on_acceptance_counts_as_not_stated_even_if_its_region_is_corrected_with_it(world: World) -> None:
    citizen = world.send_letter(kind="complaint", field="教育")
    world.desk("clerk").makes(citizen.code, "accept", kind="accusation", region="市外")
    assert counted(world, citizen.code) == {"field": ""}


def test_what_turns_out_to_be_about_nobody_counts_again(world: World) -> None:
    citizen, clerk = world.send_letter(kind="accusation", **PICKED), world.desk("clerk")
    clerk.makes(citizen.code, "accept")
    clerk.makes(citizen.code, "classify", kind="complaint")
    assert said(world, citizen.code) == [{}, {}, PICKED]


def test_nothing_of_it_is_in_the_days_file_either(world: World) -> None:
    open_, kept = world.send_letter(**PICKED), world.send_letter(kind="accusation", **PICKED)
    world.at("2026-11-21 01:30")
    world.run("close_day")
    lines = gzip.decompress(world.files.files["ledger/day=2026-11-20/events.jsonl.gz"]).decode().splitlines()
    by_letter = {json.loads(line)["letter"]: line for line in lines}
    assert all(word in by_letter[open_.code] for word in PICKED.values())
    assert not any(word in by_letter[kept.code] for word in (*PICKED, *PICKED.values()))
