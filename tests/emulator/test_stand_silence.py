"""Nobody acts: the ladder climbs step by step on the stand's clock, each step once, to the right people, in the day."""

import gzip
import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from infra.environment import EMULATOR_PYTHON
from tests.stand_driver import CENTRE, CENTRE_TOO, DIRECT, FIRST, HANDLER, INSPECTORS, UNIT, WRITER_PHONE, Sent, Stand

pytestmark = [
    pytest.mark.emulator,
    pytest.mark.skipif(not EMULATOR_PYTHON.exists(), reason="no .venv-emulator; run: make emulator-env"),
]
HANDLER_PHONE, DIRECT_PHONE = "+8613900000027", "+8613900000028"
Step = tuple[str, str]


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    """One stand; its tests go forward in time, one after the other."""
    running = Stand(tmp_path_factory.mktemp("stand")).start()
    yield running
    running.end()


def _ladder(stand: Stand, letter: Sent) -> list[Any]:
    """What the ladder has sent about a letter."""
    words = ("期限提醒", "逾期提醒", "催办", "逾期未办结", "请关注")
    return [
        each
        for each in stand.messages(about=letter)
        if each["subject"].startswith(words) or (each["channel"] == "sms" and each["to"] != WRITER_PHONE)
    ]


def _who(messages: list[Any]) -> Counter[Step]:
    """(local minute, to) of each."""
    return Counter((each["at"][5:16].replace("T", " "), each["to"]) for each in messages)


def _steps(stand: Stand, letter: Sent) -> list[str]:
    """The ladder steps in the closed ledger files."""
    lines = [
        json.loads(line)
        for key in stand.objects()
        if key.endswith("events.jsonl.gz")
        for line in gzip.decompress(stand.file(key)).splitlines()
    ]
    return [line["facts"]["step"] for line in lines if line["letter"] == letter.code and line["move"] == "ladder_step"]


def _day_by_day(stand: Stand, days: int) -> None:
    """A working day on, and ten sweeps that must add nothing; so many times."""
    for _ in range(days):
        stand.advance(working_days=1)
        before = len(stand.messages())
        for _ in range(10):
            assert stand.run_job("sweep")["steps"] == 0
        assert len(stand.messages()) == before


def test_a_letter_that_nobody_triages_climbs_its_ladder(stand: Stand) -> None:
    """Due 11-24: reminded that morning, urged the next, the inspectors told on the third day late."""
    stand.set_clock("2026-11-20T10:00+08:00")
    letter = stand.write("没有人受理的来信")
    _day_by_day(stand, 6)
    expected = {
        ("11-24 09:00", CENTRE),
        ("11-24 09:00", CENTRE_TOO),
        ("11-25 09:00", CENTRE),
        ("11-25 09:00", CENTRE_TOO),
    }
    expected |= {("11-27 09:00", each) for each in (CENTRE, CENTRE_TOO, *INSPECTORS)}
    assert _who(_ladder(stand, letter)) == Counter(expected)
    assert _steps(stand, letter) == ["remind_due_day", "urge_first_day_late", "escalate_third_day_late"]


def test_a_letter_that_nobody_answers_climbs_its_ladder(stand: Stand) -> None:
    """Assigned 11-30, due 12-02: reminded the day before and on the day, urged, then up to the heads and inspectors."""
    stand.set_clock("2026-11-30T10:00+08:00")
    letter = stand.write("没有人答复的来信")
    stand.make(CENTRE, letter, "accept")
    stand.make(CENTRE, letter, "assign", {"units": [UNIT]})
    _day_by_day(stand, 9)
    expected = [("12-01 09:00", HANDLER), ("12-02 14:30", HANDLER), ("12-02 14:30", HANDLER_PHONE)]
    expected += [("12-03 09:00", each) for each in (HANDLER, HANDLER_PHONE, DIRECT, DIRECT_PHONE)]
    expected += [("12-07 09:00", each) for each in (DIRECT, FIRST, CENTRE, CENTRE_TOO)]
    expected += [("12-10 09:00", each) for each in (FIRST, *INSPECTORS, CENTRE, CENTRE_TOO)]
    found = _ladder(stand, letter)
    assert _who(found) == Counter(expected)
    assert len(_steps(stand, letter)) == len(set(_steps(stand, letter))) == 5
    assert all("08:30" <= each["at"][11:16] <= "17:30" for each in found), "nobody is woken at night"
    assert all(datetime.fromisoformat(each["at"]).isoweekday() <= 5 for each in found)


def test_after_three_days_without_jobs_everybody_gets_one_message(stand: Stand) -> None:
    """Three steps passed unseen: the ledger records each, and each person is told once, as things stand now."""
    stand.set_clock("2026-12-14T10:00+08:00")
    letter = stand.write("停机期间的来信")
    stand.make(CENTRE, letter, "accept")
    stand.make(CENTRE, letter, "assign", {"units": [UNIT]})
    for _ in range(3):
        stand.advance(working_days=1, run_jobs=False)
    assert _ladder(stand, letter) == []
    assert stand.run_job("sweep")["steps"] == 3
    told = Counter(each["to"] for each in _ladder(stand, letter))
    assert told == Counter([HANDLER, HANDLER_PHONE, DIRECT, DIRECT_PHONE])
    assert all(each["subject"].startswith("催办") for each in _ladder(stand, letter) if each["channel"] == "email")
    assert stand.run_job("sweep")["steps"] == 0
    stand.advance(days=1)
    assert _steps(stand, letter) == ["remind_day_before", "remind_due_day", "urge_first_day_late"]
