"""After a roll-back: what a later version wrote is refused in plain words and never written over.

The later version is played by changing stored items as it might: a shape of a higher number, or a field more.
"""

import contextlib
import json
from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.adapters.dynamodb import Item
from chalicelib.adapters.dynamodb.table import SCHEMA, NewerShapeError
from chalicelib.domain.letter import ContactId, Kind, LetterId
from chalicelib.domain.messages import MessageState
from chalicelib.services.import_letters import import_letters
from chalicelib.services.replay import replay_messages
from tests.builders import a_directory
from tests.contract.stores import client_of
from tests.versions import stories
from tests.versions.county import Updated, dumps, read

NEWEST = dumps("-shuangfeng")[-1]
Row = dict[str, Any]
Place = tuple[str, str]


@pytest.fixture
def county() -> Updated:
    return Updated(read(NEWEST))


def rows(table: type[Item]) -> dict[Place, Row]:
    """Everything as it lies there."""
    pages = client_of(table).get_paginator("scan").paginate(TableName=table.Meta.table_name)
    return {(row["PK"]["S"], row["SK"]["S"]): row for page in pages for row in page["Items"]}


def higher_shape(row: Row) -> Row:
    return {**row, "schema": {"N": str(SCHEMA + 1)}}


def one_field_more(row: Row) -> Row:
    value = json.loads(row["data"]["S"])
    return {**row, "data": {"S": json.dumps({**value, "of_tomorrow": "says something"}, ensure_ascii=False)}}


def made_newer(county: Updated, part: Callable[[Place], bool], how: Callable[[Row], Row]) -> dict[Place, Row]:
    """These items as a later version might have written them."""
    newer = {place: how(row) for place, row in rows(county.table).items() if part(place)}
    assert newer
    for row in newer.values():
        client_of(county.table).put_item(TableName=county.table.Meta.table_name, Item=row)
    return newer


def everybody_acts(county: Updated) -> None:
    """Whatever may touch stored items, whatever comes of it: writers, desks, operator, jobs, days on."""
    for letter in county.dump.letters.values():
        code = letter["code"]
        for method, path, sent in (
            ("GET", "", None),
            ("POST", "/moves/supplement", {"body": "补充。"}),
            ("POST", "/moves/rate", {"score": 2}),
        ):
            county.call(method, f"/letters/{code}{path}", sent, {"Query-Code": letter["query_code"]})
        county.call("GET", f"/letters/{code}", headers={"Query-Code": "00000000"})
        moves: tuple[tuple[str, str, dict[str, Any]], ...] = (
            ("clerk", "accept", {}),
            ("clerk", "assign", {"units": ["water"]}),
            ("roads-handler", "answer", {"body": "已办。"}),
            ("water-handler", "answer", {"body": "已办。"}),
            ("clerk", "approve", {}),
        )
        for contact, move, body in moves:
            county.by_old_link(contact).tries(code, move, **body)
        county.call("POST", f"/letters/{code}/moves/withdraw", {}, {"Query-Code": letter["query_code"]})
    county.try_to_send(key=stories.KEY, **stories.KEYED)
    county.by_old_link("roads-head").call("POST", "/desk/deputy", {"contact": "roads-handler", "until": "2026-12-01"})
    for act in (
        lambda: import_letters(
            county.installation, stories.CSV.encode(), "wenzheng_hunan", Kind.OTHER, lambda _d, _r: None
        ),
        lambda: county.people(a_directory()),
        lambda: county.registry.raise_epoch(ContactId("clerk")),
    ):
        _whatever_comes(act)
    for moment in ("2026-11-20 11:00", "2026-11-24 01:00", "2026-12-04 10:00"):
        county.at(moment)
        for job in ("sweep", "dispatch", "close_day", "publish", "reconcile", "spot_checks", "calendar_watch"):
            _whatever_comes(lambda job=job: county.run(job))  # type: ignore[misc]


def _whatever_comes(act: Callable[[], object]) -> None:
    """Jobs and commands may refuse; they may not write."""
    with contextlib.suppress(Exception):
        act()


PARTS: dict[str, Callable[[Place], bool]] = {
    "letters": lambda place: place[1] == "LETTER",
    "clocks": lambda place: place[1].startswith("C#"),
    "texts": lambda place: place[1].startswith("T#"),
    "events": lambda place: place[1].startswith("E#"),
    "desk entries": lambda place: place[1].startswith("D#"),
    "writers": lambda place: place[1] == "WRITER",
    "query codes": lambda place: place[1] == "CODES",
    "messages": lambda place: place[0].startswith("M#"),
    "numbers": lambda place: place[0].startswith("N#"),
    "keys": lambda place: place[0].startswith("K#"),
    "uploads": lambda place: place[0].startswith("U#"),
    "directory": lambda place: place[0] == "R#DIRECTORY",
    "notes": lambda place: place[0].startswith("J#"),
}
AS_JSON = ("letters", "clocks", "texts", "events", "desk entries", "messages", "uploads", "directory")


def untouched(row: Row) -> Row:
    """But for where a message that cannot be read waits: it is put aside by its key, for a person to see."""
    return {name: value for name, value in row.items() if name != "due_shard" or not row["PK"]["S"].startswith("M#")}


@pytest.mark.parametrize("part", PARTS)
def test_nothing_of_a_later_shape_is_written_over(county: Updated, part: str) -> None:
    newer = made_newer(county, PARTS[part], higher_shape)
    everybody_acts(county)
    now = rows(county.table)
    assert {place: untouched(now[place]) for place in newer} == {place: untouched(row) for place, row in newer.items()}


@pytest.mark.parametrize("part", AS_JSON)
def test_no_field_that_this_version_does_not_know_is_lost(county: Updated, part: str) -> None:
    newer = made_newer(county, PARTS[part], one_field_more)
    everybody_acts(county)
    now = rows(county.table)
    lost = [place for place in newer if "of_tomorrow" not in now[place]["data"]["S"]]
    assert lost == []


def test_the_same_acts_do_change_what_this_version_wrote(county: Updated) -> None:
    """Else the tests above would prove nothing."""
    before = rows(county.table)
    everybody_acts(county)
    now = rows(county.table)
    changed = {place for place in before if now.get(place) != before[place]}
    written_once = {"texts", "events", "writers", "keys", "uploads"}
    acted_on = {name for name, part in PARTS.items() if any(map(part, changed))}
    assert acted_on >= PARTS.keys() - written_once


def test_one_letter_of_a_later_version_holds_up_no_other(county: Updated) -> None:
    code = county.dump.letters["assigned"]["code"]
    made_newer(county, lambda place: place == (f"L#{code}", "LETTER"), one_field_more)
    assert county.writer_of("assigned").looks().status == 500
    assert county.writer_of("answered").looks().status == 200
    county.desk("clerk").makes(county.dump.letters["received"]["code"], "accept")
    found = county.run("reconcile")
    assert found.unreadable == (code,)
    county.at("2026-12-04 18:00")
    assert county.run("sweep").steps > 20


def test_it_is_said_plainly_what_to_do(county: Updated) -> None:
    code = county.dump.letters["assigned"]["code"]
    made_newer(county, lambda place: place == (f"L#{code}", "LETTER"), higher_shape)
    with pytest.raises(NewerShapeError, match=r"an item LETTER has shape 2.*install that version again"):
        county.letters.load(LetterId(code))
    made_newer(
        county,
        lambda place: place == (f"L#{code}", "LETTER"),
        lambda row: one_field_more({**row, "schema": {"N": "1"}}),
    )
    with pytest.raises(ValueError, match="stored Letter has another shape: of_tomorrow unexpected_keyword_argument"):
        county.letters.load(LetterId(code))


def test_what_a_later_version_added_to_the_directory_stops_nobodys_desk(county: Updated) -> None:
    made_newer(county, PARTS["directory"], one_field_more)
    assert county.by_old_link("clerk").call("GET", "/desk").status == 200
    with pytest.raises(ValueError, match="stored Unit has another shape: of_tomorrow"):
        county.people(a_directory())


def test_a_message_of_a_later_version_waits_whole_where_a_person_sees_it(county: Updated) -> None:
    waiting = {each.id for each in county.outbox.owed() if each.message and each.message.state is MessageState.WAITING}
    newer = made_newer(county, lambda place: place[0].removeprefix("M#") in waiting, one_field_more)
    county.run("dispatch")
    assert not [mail for mail in county.mailer.sent if any(place[0][2:] in mail.message_id for place in newer)]
    for (pk, sk), row in newer.items():
        there = county.table.find(pk, sk)
        assert there is not None
        assert (there.data, there.due_shard) == (row["data"]["S"], "stuck#0")
    assert {each.removeprefix("M#") for each, _ in newer} <= set(county.run("reconcile").messages_stuck)


def test_and_goes_out_once_the_later_version_is_back_and_it_is_replayed(county: Updated) -> None:
    before = rows(county.table)
    waiting = {each.id for each in county.outbox.owed() if each.message and each.message.state is MessageState.WAITING}
    newer = made_newer(county, lambda place: place[0].removeprefix("M#") in waiting, one_field_more)
    county.run("dispatch")
    as_before = {place: before[place]["data"] for place in newer}  # the later version reads its own field
    made_newer(county, newer.__contains__, lambda row: {**row, "data": as_before[row["PK"]["S"], row["SK"]["S"]]})
    assert set(replay_messages(county.installation).again) >= waiting
    county.run("dispatch")
    left = {each.id for each in county.outbox.owed()}
    assert not waiting & left
