"""More time for a unit, and doing it again: what is recorded, what the cap allows, what is offered."""

from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib import bootstrap
from chalicelib.domain.rules import ExtensionGround
from tests.functional.world import Answer, Citizen
from tests.regulations.county import County, a_county


@pytest.fixture
def county() -> Iterator[County]:
    made = County(a_county(), "hefei-2008")
    yield made
    bootstrap.use(None)


def asks(county: County, citizen: Citizen, days: int = 5, **more: str) -> Answer:
    fields: dict[str, Any] = {"reason": "须现场勘查", "working_days": days, **more}
    return county.desk("roads-handler").tries(citizen.code, "request_extension", **fields)


def recorded(county: County, citizen: Citizen) -> dict[str, object]:
    return dict(county.file(citizen.code).events[-1].facts)


def test_a_ground_that_nobody_stated_is_not_recorded(county: County) -> None:
    plain, stated = county.assigned(), county.assigned()
    assert asks(county, plain).status == 200
    assert "ground" not in recorded(county, plain)
    assert asks(county, stated, ground="hard").status == 200
    assert recorded(county, stated)["ground"] == "hard"


def test_a_ground_that_does_not_hold_is_refused(county: County) -> None:
    citizen = county.assigned()
    assert asks(county, citizen, ground="several_departments").fields() == ["ground"]
    assert asks(county, citizen, ground="no_such").fields() == ["ground"]


def test_where_none_of_the_listed_grounds_holds_no_more_time_can_be_asked_for(county: County) -> None:
    book = county.rulebooks["hefei-2008"]
    assert book.extension is not None
    only = ExtensionGround(id="several_departments", text="涉及多个部门", several_units=True)
    changed = book.model_copy(update={"extension": book.extension.model_copy(update={"grounds": (only,)})})
    county.rulebooks["hefei-2008"] = changed
    county.open(rulebook=changed)
    alone, joint = county.assigned(), county.assigned("roads", "water")
    refused = asks(county, alone)
    assert (refused.status, refused.fields()) == (422, ["ground"])
    assert "都不具备" in refused["errors"][0]["message"]
    assert asks(county, joint).status == 200


def test_doing_it_again_takes_no_more_days_than_the_cap_allows(county: County) -> None:
    """HF-2.2: thirty working days. What the form says is what is taken."""
    citizen = county.assigned()
    county.desk("roads-handler").makes(citizen.code, "answer", body="路灯已经修好。")
    clerk = county.desk("clerk")
    assert clerk.opens(citizen.code).form("send_back")["working_days"]["maximum"] == 30
    refused = clerk.tries(citizen.code, "send_back", reasons="没有说明何时修复", working_days=60)
    assert (refused.status, refused.fields()) == (422, ["working_days"])
    assert "30" in refused["errors"][0]["message"]
    assert clerk.tries(citizen.code, "send_back", reasons="没有说明何时修复", working_days=30).status == 200
    assert citizen.looks().clock("redo")["limit"]["number"] == 30


def test_without_a_cap_whoever_sends_it_back_sets_the_days() -> None:
    county = County(a_county(), "pingliang-2012")
    citizen = county.assigned()
    county.desk("roads-handler").makes(citizen.code, "answer", body="路灯已经修好。")
    assert county.desk("clerk").tries(citizen.code, "send_back", reasons="答非所问", working_days=60).status == 200
    bootstrap.use(None)


@pytest.mark.parametrize(("language", "words"), [("zh-Hans", "不能再申请延期"), ("en", "can no longer be asked for")])
def test_nobody_is_let_ask_for_time_that_can_never_be_granted(county: County, language: str, words: str) -> None:
    citizen = county.assigned()
    handler, clerk = county.desk("roads-handler"), county.desk("clerk")
    assert asks(county, citizen, 60).status == 200
    clerk.makes(citizen.code, "grant_extension")
    assert "request_extension" not in handler.opens(citizen.code).moves()
    fields = {"reason": "还要时间", "working_days": 1}
    refused = handler.tries(citizen.code, "request_extension", headers={"Accept-Language": language}, **fields)
    assert (refused.status, refused["reason"]) == (403, "cap_reached")
    assert words in refused["detail"]


def test_a_day_that_is_left_may_still_be_asked_for(county: County) -> None:
    citizen = county.assigned()
    asks(county, citizen, 26)
    county.desk("clerk").makes(citizen.code, "grant_extension")
    assert "request_extension" in county.desk("roads-handler").opens(citizen.code).moves()
    assert asks(county, citizen, 1).status == 200
