"""Desk links: signed, for fourteen days, and gone when their epoch is."""

import base64
import json
from dataclasses import replace

import pytest

from tests.builders import ROADS, a_contact
from tests.functional.world import LINK, Desk, World


def refused(world: World, token: str) -> tuple[int, str, str]:
    said = Desk(world, "clerk", token).call("GET", "/desk")
    return said.status, said["reason"], said.headers["www-authenticate"]


def test_a_link_works_for_fourteen_days_by_the_countys_clock(world: World) -> None:
    world.send_letter()
    clerk = world.desk("clerk")
    world.at("2026-12-04 09:59")
    assert clerk.call("GET", "/desk").status == 200
    world.at("2026-12-04 10:00")
    assert refused(world, clerk.token) == (401, "expired", "Bearer")
    fresh = world.call("POST", "/desk/links", {"email": "clerk@county.test"})
    assert fresh.status == 202
    assert world.desk("clerk").call("GET", "/desk").status == 200


def test_raising_the_epoch_revokes_every_link(world: World) -> None:
    world.send_letter()
    clerk = world.desk("clerk")
    world.registry.raise_epoch(world.contact("clerk").id)
    assert refused(world, clerk.token) == (401, "revoked", "Bearer")


def test_a_tampered_link_is_refused(world: World) -> None:
    """Another contact put into the payload, the signature of another secret, a cut token: all malformed."""
    world.send_letter()
    payload, _, signature = world.desk("clerk").token.rpartition(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    forged = base64.urlsafe_b64encode(json.dumps({**claims, "c": "leader"}).encode()).decode().rstrip("=")
    for token in (f"{forged}.{signature}", f"{payload}.{signature[:-2]}", payload, "", "...", "x" * 10_000, "令牌"):
        assert Desk(world, "clerk", token).call("GET", "/desk").refused() == (401, "link_refused"), token


@pytest.mark.parametrize("value", [None, "", "Bearer", "Bearer ", "Basic abc", "bearer", "\ud800", "Bearer \ud800"])
def test_a_request_without_a_token_is_refused(world: World, value: str | None) -> None:
    headers = {} if value is None else {"Authorization": value}
    assert world.call("GET", "/desk", headers=headers).refused() == (401, "link_refused")


def test_a_link_of_one_letter_opens_the_whole_desk(world: World) -> None:
    first, second = world.send_letter(), world.send_letter()
    world.post_goes_out()
    clerk = world.desk("clerk")
    assert {each["tracking_code"] for each in clerk.waiting()} == {first.code, second.code}
    assert clerk.opens(second.code).status == 200


def test_asking_for_a_link_answers_alike_whether_or_not_the_address_is_known(world: World) -> None:
    known = world.call("POST", "/desk/links", {"email": "CLERK@county.test"})
    unknown = world.call("POST", "/desk/links", {"email": "nobody@county.test"})
    assert (known.status, known.raw, known.headers) == (unknown.status, unknown.raw, unknown.headers)
    world.post_goes_out()
    assert [mail.to for mail in world.mailer.sent] == ["clerk@county.test"]


def test_links_are_sent_at_most_once_in_five_minutes(world: World) -> None:
    for _ in range(4):
        world.call("POST", "/desk/links", {"email": "clerk@county.test"})
        world.post_goes_out()
        world.later(minutes=1)
    assert len(world.mails_to("clerk")) == 1
    world.later(minutes=1)
    world.call("POST", "/desk/links", {"email": "clerk@county.test"})
    world.post_goes_out()
    assert len(world.mails_to("clerk")) == 2


def test_a_word_that_is_no_address_is_named(world: World) -> None:
    said = world.call("POST", "/desk/links", {"email": "clerk"})
    assert (said.refused(), said.fields()) == ((422, "invalid_fields"), ["email"])


def test_the_token_stands_behind_the_hash_so_that_no_server_log_has_it(world: World) -> None:
    world.send_letter()
    world.post_goes_out()
    text = world.mails_to("clerk")[0].text
    assert LINK.search(text)
    assert "?" not in text[text.index("https://") :].split()[0]


def test_who_left_the_registers_unit_sees_what_the_new_unit_sees(world: World) -> None:
    """Roles are read now, not from the link."""
    citizen = world.send_letter()
    clerk = world.desk("clerk")
    assert clerk.opens(citizen.code).status == 200
    moved = a_contact("clerk", ROADS)
    world.registry.put([], [moved], [])
    assert clerk.opens(citizen.code).status == 404
    assert clerk.waiting() == []


def test_a_person_who_has_left_is_let_in_no_more_and_gets_no_fresh_link(world: World) -> None:
    """Revoking alone would not do: whoever still reads the mailbox could ask for the next link."""
    citizen = world.send_letter()
    clerk = world.desk("clerk")
    world.registry.put([], [replace(world.contact("clerk"), active=False)], [])
    assert refused(world, clerk.token) == (401, "revoked", "Bearer")
    before = len(world.mails_to("clerk"))
    assert world.call("POST", "/desk/links", {"email": world.contact("clerk").email}).status == 202
    citizen.does("supplement", body="还有一处路灯也坏了。")
    world.post_goes_out()
    assert len(world.mails_to("clerk")) == before
    assert [each["tracking_code"] for each in world.desk("inspector").waiting()] == [citizen.code]


def test_mail_that_waits_for_somebody_who_leaves_meanwhile_is_not_sent(world: World) -> None:
    """About a letter, and a link that was asked for just before."""
    world.send_letter()
    assert world.call("POST", "/desk/links", {"email": world.contact("clerk").email}).status == 202
    world.registry.put([], [replace(world.contact("clerk"), active=False)], [])
    world.post_goes_out()
    assert world.mails_to("clerk") == []
