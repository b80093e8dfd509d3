"""The stand is killed in the middle of things: what was answered is there, and nothing is there by half."""

import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException

import pytest

from infra import emulator
from infra.environment import EMULATOR_PYTHON
from infra.stand.settings import Home
from tests.stand_driver import CENTRE, WRITER, Sent, Stand

pytestmark = [
    pytest.mark.emulator,
    pytest.mark.skipif(not EMULATOR_PYTHON.exists(), reason="no .venv-emulator; run: make emulator-env"),
]


@pytest.fixture
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    """A stand that may be killed; ended after the test, its emulator too."""
    running = Stand(tmp_path_factory.mktemp("stand")).start()
    yield running
    if running.process is not None and running.process.poll() is not None:
        running.start()
    running.end()


def test_every_letter_that_was_confirmed_survives_a_kill_and_none_is_half_there(stand: Stand) -> None:
    """200 letters at once, killed when some are confirmed and others under way."""
    stand.set_clock("2026-11-20T10:00+08:00")
    confirmed: list[Sent] = []
    enough = threading.Event()

    def write(number: int) -> None:
        try:
            confirmed.append(stand.write(f"来信{number}"))
        except (OSError, HTTPException, AssertionError):  # killed before, or in the middle of, its answer
            return  # never answered: the writer would send it again
        if len(confirmed) == 40:
            enough.set()

    with ThreadPoolExecutor(200) as pool:
        writing = [pool.submit(write, number) for number in range(200)]
        assert enough.wait(60)
        stand.end(signal.SIGKILL)
        for each in writing:
            each.result()
    assert 40 <= len(confirmed) < 200, "the kill came in the middle"
    stand.start()
    for sent in confirmed:
        found = stand.as_writer(sent)
        assert found["received_at"].startswith("2026-11-20T10:0")
        assert [step["move"] for step in found["timeline"]] == ["receive"]
    _assert_whole(stand, {sent.code for sent in confirmed})


def _assert_whole(stand: Stand, confirmed: set[str]) -> None:
    """Every letter in the table, confirmed or not, has all of its parts. Read past the API, from the table itself."""
    from boto3.dynamodb.types import TypeDeserializer
    from boto3.session import Session

    names = json.loads(Home(stand.home).environment.read_text(encoding="utf-8"))
    session = Session("local", "local", region_name=names["AWS_REGION"])
    client = session.client("dynamodb", endpoint_url=names["AWS_ENDPOINT_URL"])
    parts: dict[str, set[str]] = {}
    for page in client.get_paginator("scan").paginate(TableName=names["HUIYIN_TABLE"], ConsistentRead=True):
        for item in page["Items"]:
            keys = {name: TypeDeserializer().deserialize(item[name]) for name in ("PK", "SK")}
            if keys["PK"].startswith("L#"):
                parts.setdefault(keys["PK"].removeprefix("L#"), set()).add(keys["SK"])
    assert confirmed <= set(parts)
    assert all({"LETTER", "WRITER", "T#001", "E#000001", "C#001"} <= found for found in parts.values())
    shapes = {frozenset(found - {"CODES"}) for found in parts.values()}  # some have been looked at by their writers
    assert len(shapes) == 1, "all letters consist of the same parts"


def test_a_kill_loses_no_mail_and_the_clock_goes_on(stand: Stand) -> None:
    stand.set_clock("2026-11-20T10:00+08:00")
    letter = stand.write()
    before = stand.messages(WRITER["email"])
    assert len(before) == 1
    stand.end(signal.SIGKILL)
    stand.start()
    assert stand.messages(WRITER["email"]) == before
    assert stand.get("/_stand/clock")["now"].startswith("2026-11-20T10:0")
    assert stand.as_writer(letter)["status"] == "received"


def test_a_clean_end_keeps_everything_and_says_so(stand: Stand) -> None:
    """Ctrl-C: the emulator saves its state; the next start has letters, mail and the clock's setting."""
    stand.set_clock("2026-11-20T10:00+08:00")
    letter = stand.write()
    before = stand.messages()
    assert before
    assert stand.end(signal.SIGINT) == 0
    assert "Saved in" in stand.output
    assert "Traceback" not in stand.output
    stand.start()
    assert stand.output.count("Loaded the demo county") == 1
    assert stand.as_writer(letter)["status"] == "received"
    assert stand.messages() == before
    assert stand.get("/_stand/clock")["now"].startswith("2026-11-20T10:0")


def test_ending_in_the_middle_of_a_journey_stops_it_where_it_is(stand: Stand) -> None:
    """Sixty days take a while; the stand does not wait for them, and goes on from where the clock stood."""
    stand.set_clock("2026-11-20T10:00+08:00")
    stand.write()
    with ThreadPoolExecutor(1) as pool:
        journey = pool.submit(stand.advance, days=60)
        while stand.get("/_stand/clock")["now"] < "2026-11-23":
            assert not journey.done()
        assert stand.end() == 0
        reached = journey.result()["now"]
    assert "2026-11-23" <= reached < "2027-01-19"
    assert "failed" not in stand.output
    stand.start()
    assert stand.get("/_stand/clock")["now"][:13] == reached[:13]


def test_a_second_stand_is_told_what_to_do(stand: Stand) -> None:
    """On the same home, and on the same port."""
    same_home = Stand(stand.home)
    with pytest.raises(AssertionError, match="A stand already runs on"):
        same_home.start()
    same_port = Stand(stand.home.with_name("other"), stand.port)
    with pytest.raises(AssertionError, match=rf"Port {stand.port} is taken by another program"):
        same_port.start()
    assert not (same_port.home / "emulator").exists(), "an emulator was started for nothing"


def test_ending_right_after_a_letter_came_loses_none_of_its_notices(stand: Stand) -> None:
    """What is being sent as Ctrl-C comes goes out, and lies in the post box after the next start."""
    stand.set_clock("2026-11-20T10:00+08:00")
    letters = [stand.write() for _ in range(3)]
    began = time.monotonic()
    assert stand.end(signal.SIGINT) == 0
    assert time.monotonic() - began < 20
    stand.start()
    for letter in letters:
        assert {each["channel"] for each in stand.messages(about=letter) if each["to"] == WRITER["email"]} == {"email"}
        assert stand.messages(CENTRE, about=letter)
    assert stand.get("/health")["status"] == "ok"


def test_when_the_emulator_is_killed_the_stand_says_so_and_begins_anew(stand: Stand) -> None:
    """Its tables are gone and its files are not: the two must not be served together, nor called saved."""
    letter = stand.write()
    machine = emulator.running(Home(stand.home).emulator)
    assert machine is not None
    os.kill(int((machine.home / "tmp" / f"ministack-{machine.port}.pid").read_text()), signal.SIGKILL)
    assert stand.process is not None
    assert stand.process.wait(30) == 1
    assert "The emulator was killed" in stand.output
    assert "Saved in" not in stand.output
    stand.start()
    assert "The last run was cut off" in stand.output
    assert stand.ask("GET", f"/letters/{letter.code}", Query_Code=letter.query_code).status == 404
    assert [key for key in stand.objects() if not key.startswith("site/")] == []
    assert [path.name for path in stand.home.glob("broken-off-*/*")]
