"""The centre hears in time that the published holiday notices end, and nobody hears it at a weekend."""

from tests.functional.world import World


def warnings(world: World) -> list[str]:
    return [mail.subject for mail in world.mails_to("clerk") if "放假" in mail.subject]


def test_six_weeks_before_certainty_ends_the_centre_is_told_once_a_week(world: World) -> None:
    world.at("2026-11-12 09:00")
    world.run("calendar_watch")
    world.post_goes_out()
    assert warnings(world) == []
    for day in ("2026-11-16", "2026-11-17", "2026-11-18"):
        world.at(f"{day} 09:00")
        world.run("calendar_watch")
        world.post_goes_out()
    assert len(warnings(world)) == 1
    world.at("2026-11-23 09:00")
    world.run("calendar_watch")
    world.post_goes_out()
    assert len(warnings(world)) == 2


def test_a_warning_of_the_weekend_waits_for_monday_morning(world: World) -> None:
    world.at("2026-11-21 09:00")
    world.run("calendar_watch")
    world.post_goes_out()
    assert warnings(world) == []
    world.at("2026-11-23 08:29")
    world.post_goes_out()
    assert warnings(world) == []
    world.at("2026-11-23 08:30")
    world.post_goes_out()
    assert len(warnings(world)) == 1
    world.at("2026-11-23 09:00")
    world.run("calendar_watch")
    world.post_goes_out()
    assert len(warnings(world)) == 1
