"""The shapes that other programs rely on, and that a GET changes nothing."""

import re
from datetime import datetime

import pytest

from tests.functional.world import World, answered, assigned

CLOCK = {
    "name",
    "clause",
    "unit",
    "started_on",
    "limit",
    "due_on",
    "provisional",
    "state",
    "ended_at",
    "calendar_version",
    "days",
}
FOLLOWED = {
    "tracking_code",
    "version",
    "number",
    "status",
    "kind",
    "subject",
    "received_at",
    "units",
    "clocks",
    "timeline",
    "answers",
    "moves",
}


def test_a_receipt_holds_what_the_contract_says(world: World) -> None:
    receipt = world.send_letter().receipt
    assert {"tracking_code", "query_code", "status", "received_at", "clocks"} <= set(receipt.body)
    assert set(receipt["clocks"][0]) >= CLOCK
    assert re.fullmatch(r"\d{8}", receipt["query_code"])
    assert receipt.headers["cache-control"] == "no-store"


def test_a_followed_letter_and_a_made_move_hold_what_the_contract_says(world: World) -> None:
    citizen = answered(world)
    looked, rated = citizen.looks(), citizen.does("rate", score=4)
    for said in (looked, rated):
        assert set(said.body) >= FOLLOWED
        assert all(set(clock) >= CLOCK for clock in said["clocks"])
        assert all({"at", "move", "text"} <= set(step) for step in said["timeline"])
        assert datetime.fromisoformat(said["received_at"]).utcoffset() is not None
    assert rated["version"] == looked["version"] + 1


def test_the_desk_holds_what_the_contract_says(world: World) -> None:
    citizen = assigned(world)
    handler = world.desk("roads-handler")
    desk = handler.call("GET", "/desk")
    assert desk["contact"]["id"] == "roads-handler"
    assert desk["letter"] == citizen.code
    letter = handler.opens(citizen.code)
    assert set(letter.body) >= FOLLOWED
    assert all({"move", "title", "schema"} <= set(each) for each in letter["moves"])


def test_the_desk_lists_the_nearest_due_first(world: World) -> None:
    slow = assigned(world, kind="complaint")
    fast = assigned(world, kind="consultation")
    undated = answered(world)
    assert [each["tracking_code"] for each in world.desk("roads-handler").waiting()] == [fast.code, slow.code]
    assert [each["due_on"] for each in world.desk("clerk").waiting()] == [None]
    assert world.desk("clerk").waiting()[0]["tracking_code"] == undated.code
    world.at("2026-11-26 10:00")
    entry = world.desk("roads-handler").waiting()[0]
    assert (entry["working_days_left"], entry["overdue_days"]) == (None, 2)
    assert world.desk("roads-handler").waiting()[1]["working_days_left"] == 1


def test_the_rulebook_and_the_units_are_there_for_anybody(world: World) -> None:
    book = world.call("GET", "/rulebook")
    limits = {each["kind"]: each["limit"] for each in book["kinds"]}
    assert limits["consultation"] == {"number": 2, "counted_in": "working_days", "clause": "SF-3.3.3"}
    assert limits["help"] == {"number": 5, "counted_in": "working_days", "clause": None}
    assert len(book["decline_grounds"]) == 6
    offices = world.call("GET", "/units")
    assert {"id": "roads", "name": "unit roads", "parent": None, "level": None} in offices["units"]
    assert offices["mailboxes"] == [{"id": "county", "name": "county box", "owner": "centre"}]


def test_health_says_how_the_sweep_does(world: World) -> None:
    health = world.call("GET", "/health")
    assert (health["status"], health["last_sweep_at"], health["rulebook"]) == ("starting", None, "shuangfeng-2018")
    assert health["calendar"]["certain_through"] == "2026-12-28"
    world.run("sweep")
    assert world.call("GET", "/health")["status"] == "ok"
    world.later(minutes=15)
    assert world.call("GET", "/health")["status"] == "ok"
    world.later(seconds=1)
    late = world.call("GET", "/health")
    assert late["status"] == "sweep_late"
    assert (
        datetime.fromisoformat(late["last_sweep_at"]).timestamp()
        == datetime.fromisoformat("2026-11-20T10:00:00+08:00").timestamp()
    )


def test_reports_are_linked_for_those_the_rulebook_names(world: World) -> None:
    for name in ("report.html", "manifest.json"):
        world.files.put_once(f"reports/weekly/2026-W47/{name}", b"x", "text/plain")
    world.files.put_once("reports/weekly/2026-W48/report.html", b"half made", "text/plain")
    world.files.put_once("reports/daily/2026-11-20/manifest.json", b"x", "text/plain")
    shelf = world.desk("leader").call("GET", "/desk/reports")["reports"]
    assert [(each["period"], each["name"]) for each in shelf] == [("weekly", "2026-W47")]
    assert shelf[0]["files"][0]["url"] == "https://bucket.invalid/reports/weekly/2026-W47/report.html?expires=3600"
    assert world.desk("roads-handler").call("GET", "/desk/reports")["reports"] == []


@pytest.mark.parametrize("path", ["/health", "/rulebook", "/units", "/desk", "/desk/reports"])
def test_a_get_changes_nothing(world: World, path: str) -> None:
    answered(world)
    desk = world.desk("clerk")
    before = world.everything()
    assert desk.call("GET", path).status == 200
    assert world.everything() == before


def test_looking_at_a_letter_changes_nothing(world: World) -> None:
    """Mail scanners open links: whoever looks, however often, the letter stays as it is."""
    citizen = answered(world)
    desks = [world.desk(name) for name in ("clerk", "roads-handler", "leader", "water-handler")]
    before = world.everything()
    for desk in desks * 2:
        desk.opens(citizen.code)
        desk.call("GET", "/desk")
    citizen.looks()
    assert world.everything() == before


def test_a_page_from_anywhere_may_call(world: World) -> None:
    """No cookies are used; what counts is the token or the query code. The headers a page needs are let through."""
    preflight = world.call("OPTIONS", "/desk")
    allowed = preflight.headers["access-control-allow-headers"]
    assert preflight.headers["access-control-allow-origin"] == "*"
    for name in ("Authorization", "Query-Code", "If-Match", "Idempotency-Key", "Content-Type"):
        assert name in allowed
    assert world.call("GET", "/desk").headers["access-control-allow-origin"] == "*"
