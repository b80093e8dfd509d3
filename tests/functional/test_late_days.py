"""The receipt goes on past the due date: each late day up to today, counted or not, and why."""

from typing import Any

from tests.functional.world import World, assigned


def _late(clock: dict[str, Any]) -> list[tuple[str, bool, str]]:
    return [(day["date"][5:], day["counted"], day["why"]) for day in clock["late_days"]]


def test_a_late_letter_tells_each_day_since_its_limit_ended(world: World) -> None:
    citizen = assigned(world)
    world.at("2026-11-24 23:59")
    assert _late(citizen.looks().clock("handle")) == []
    world.at("2026-11-30 09:00")
    seen = citizen.looks()
    assert seen["today"] == "2026-11-30"
    assert _late(seen.clock("handle")) == [
        ("11-25", True, "working_day"),
        ("11-26", True, "working_day"),
        ("11-27", True, "working_day"),
        ("11-28", False, "weekend"),
        ("11-29", False, "weekend"),
        ("11-30", True, "working_day"),
    ]
    assert seen.clock("handle")["overdue_days"] == 4


def test_late_days_end_with_the_answer_and_a_window_has_none(world: World) -> None:
    citizen = assigned(world)
    world.at("2026-11-26 10:00")
    world.desk("roads-handler").makes(citizen.code, "answer", body="已修好。")
    world.at("2026-12-10 10:00")
    seen = citizen.looks()
    assert [day for day, *_ in _late(seen.clock("handle"))] == ["11-25", "11-26"]
    assert _late(seen.clock("return")) == []


def test_on_the_days_off_after_its_due_date_a_letter_is_late_though_no_day_is_counted_yet(world: World) -> None:
    """A Friday's limit, seen on Saturday: it is in its first day of lateness, which Monday counts."""
    world.at("2026-11-25 10:00")
    citizen = assigned(world)
    assert citizen.looks().clock("handle")["due_on"] == "2026-11-27"
    world.at("2026-11-28 09:00")
    saturday = citizen.looks().clock("handle")
    assert (saturday["overdue_days"], saturday["state"]) == (1, "running")
    assert _late(saturday) == [("11-28", False, "weekend")]
    world.at("2026-11-30 09:00")
    monday = citizen.looks().clock("handle")
    assert monday["overdue_days"] == 1
    assert [day for day, counted, _ in _late(monday) if counted] == ["11-30"]
    world.at("2026-12-01 09:00")
    assert citizen.looks().clock("handle")["overdue_days"] == 2
