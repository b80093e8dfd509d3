"""A notice is loaded while letters are under way: dates, receipts and figures, whether or not the sweep runs."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from chalicelib.domain.working_calendar import WorkingCalendar
from tests.builders import calendar, rulebook
from tests.functional.world import Answer, Citizen, World, assigned

BEFORE, AFTER = (calendar().as_known_on(date(2019, 3, day)) for day in (21, 22))
"""2 working days from 2019-04-30 end on 05-03, by the revision of 03-22 on 05-06; 05-05 is a make-up Sunday."""


@pytest.fixture
def may(world: World) -> World:
    """Tuesday 30 April 2019, before the revision is loaded."""
    world.at("2019-04-30 10:00")
    return load(world, BEFORE)


def load(world: World, known: WorkingCalendar) -> World:
    world.open(calendar=lambda: known)
    return world


def recounts(world: World, citizen: Citizen) -> list[Any]:
    return [event for event in world.file(citizen.code).events if event.move == "recount"]


def counted(clock: dict[str, Any]) -> list[str]:
    return [day["date"] for day in clock["days"] if day["counted"]]


def answers_on_the_sixth(world: World, *, swept: bool) -> Answer:
    citizen = assigned(world)
    load(world, AFTER)
    if swept:
        world.at("2019-04-30 10:05")
        world.run("sweep")
    world.at("2019-05-06 10:00")
    world.desk("roads-handler").makes(citizen.code, "answer", body="已修好。")
    return citizen.looks()


def test_an_outage_of_the_sweep_changes_no_figure_when_a_notice_was_loaded(may: World) -> None:
    swept = answers_on_the_sixth(may, swept=True)
    other = World()
    other.at("2019-04-30 10:00")
    unswept = answers_on_the_sixth(load(other, BEFORE), swept=False)
    names = ("state", "due_on", "overdue_days", "days", "calendar_version")
    shown = [{name: said.clock("handle")[name] for name in names} for said in (swept, unswept)]
    assert shown[0] == shown[1]
    assert (shown[1]["state"], shown[1]["due_on"]) == ("met", "2019-05-06")


def test_the_ledger_tells_the_recount_before_the_move_it_was_made_for(may: World) -> None:
    """So that the figures, folded from it, see the date that counts."""
    citizen = assigned(may)
    load(may, AFTER)
    may.at("2019-05-06 10:00")
    may.desk("roads-handler").makes(citizen.code, "answer", body="已修好。")
    moves = [event.move for event in may.file(citizen.code).events]
    assert moves[-2:] == ["recount", "answer"]
    assert len(recounts(may, citizen)) == 1


def test_a_page_shows_the_date_its_receipt_counts_before_anybody_has_recorded_it(may: World) -> None:
    citizen = assigned(may)
    load(may, AFTER)
    before = repr(may.file(citizen.code))
    for said in (citizen.looks(), may.desk("roads-handler").opens(citizen.code)):
        clock = said.clock("handle")
        assert clock["due_on"] == "2019-05-06"
        assert counted(clock) == ["2019-05-05", "2019-05-06"]
        assert clock["calendar_version"] == AFTER.version
    assert repr(may.file(citizen.code)) == before


def test_a_unit_may_still_return_it_when_the_window_is_longer_now(may: World) -> None:
    """One working day from 04-30 ended on 05-02, now on 05-05."""
    citizen = assigned(may)
    may.at("2019-05-05 10:00")
    handler = may.desk("roads-handler")
    assert "return" not in handler.opens(citizen.code).moves()
    load(may, AFTER)
    assert "return" in handler.opens(citizen.code).moves()
    handler.makes(citizen.code, "return", reason="不属本单位职责")


def test_the_sweep_after_loading_counts_every_open_letter_once(may: World) -> None:
    citizens = [assigned(may) for _ in range(3)]
    may.run("sweep")
    load(may, AFTER)
    runs = [may.run("sweep") for _ in range(3)]
    assert [each.recounted for each in runs] == [3, 0, 0]
    for citizen in citizens:
        assert len(recounts(may, citizen)) == 1
        assert {c.calendar_version for c in may.file(citizen.code).clocks if c.running} == {AFTER.version}
    assert "2019-05-06" in [each["due_on"] for each in may.desk("roads-handler").waiting()]


def test_a_sweep_without_time_goes_on_where_it_stopped(may: World) -> None:
    citizens = [assigned(may) for _ in range(5)]
    may.run("sweep")
    load(may, AFTER)
    totals = []
    for _ in range(4):
        totals.append(may.run("sweep", has_time=iter([True, True, False]).__next__))
    assert [(each.recounted, each.finished) for each in totals] == [(2, False), (2, False), (1, True), (0, True)]
    assert all(len(recounts(may, citizen)) == 1 for citizen in citizens)


def test_a_reminder_waits_for_the_step_there_is_when_the_rulebook_was_corrected(may: World) -> None:
    """A step is taken out, another put in: the clock is wound again, once, without an event."""
    citizen = assigned(may)
    may.run("sweep")
    book = rulebook()
    steps = book.ladder["handle"]  # type: ignore[index]
    earlier = steps[0].model_copy(update={"name": "remind_at_noon", "offset": 0, "at": steps[0].at.replace(hour=12)})
    corrected = book.model_copy(
        update={"version": "corrected", "ladder": {**book.ladder, "handle": (earlier, *steps[2:])}}
    )
    may.rulebooks[book.name] = corrected
    may.open(rulebook=corrected)
    events = len(may.file(citizen.code).events)
    may.run("sweep")
    clock = next(each for each in may.file(citizen.code).clocks if each.name == "handle")
    assert clock.next_action_at is not None
    assert clock.next_action_at.isoformat() == "2019-05-03T04:00:00+00:00"
    assert len(may.file(citizen.code).events) == events


def test_a_clock_whose_steps_were_all_taken_out_leaves_the_index(may: World) -> None:
    citizen = assigned(may)
    may.run("sweep")
    book = may.rulebooks["shuangfeng-2018"]
    may.rulebooks["shuangfeng-2018"] = book.model_copy(update={"ladder": {}})
    may.at("2019-05-10 10:00")
    may.run("sweep")
    assert all(each.next_action_at is None for each in may.file(citizen.code).clocks)
    assert may.letters.next_due_clock() is None
    assert replace(may.run("sweep"), visited=0) == may.run("sweep")
