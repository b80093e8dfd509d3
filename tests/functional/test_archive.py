"""The archive of an office: what it has or had, by month of receipt, open or finished (CQ-10)."""

from dataclasses import replace

import pytest

from chalicelib.domain.directory import Directory, Unit
from chalicelib.domain.letter import Role, UnitId
from tests.builders import a_contact
from tests.functional.world import WRITER, Answer, World, answered, assigned


def looks_up(world: World, who: str, month: str | None = "2026-11", after: str | None = None) -> Answer:
    """Somebody opens the archive of a month."""
    asked = "&".join(f"{name}={value}" for name, value in (("month", month), ("after", after)) if value)
    said = world.desk(who).call("GET", f"/desk/archive?{asked}")
    assert said.status == 200, said.raw
    return said


def codes(world: World, who: str, month: str = "2026-11") -> list[str]:
    """The tracking codes somebody finds there."""
    return [each["tracking_code"] for each in looks_up(world, who, month)["letters"]]


def test_a_unit_finds_what_it_has_and_what_it_finished(world: World) -> None:
    open_one = assigned(world)
    world.later(minutes=1)
    done = answered(world)
    world.desk("clerk").makes(done.code, "approve")
    world.later(minutes=1)
    not_theirs = world.send_letter()
    assert codes(world, "roads-handler") == [open_one.code, done.code]
    assert codes(world, "clerk") == [open_one.code, done.code, not_theirs.code]
    assert codes(world, "water-handler") == []
    line = looks_up(world, "roads-handler")["letters"][1]
    assert line["subject"] == "东路的路灯"
    assert (line["kind"], line["status"], line["received_on"]) == ("consultation", "closed", "2026-11-20")
    assert line["closed"] == line["answered_on"] == "2026-11-20"
    assert line["units"] == [{"id": "roads", "name": "unit roads"}]
    assert line["number"]


def test_what_a_unit_gave_back_stays_in_its_archive(world: World) -> None:
    citizen = assigned(world)
    world.desk("roads-handler").makes(citizen.code, "return", reason="属于水务。")
    world.desk("clerk").makes(citizen.code, "assign", units=["water"])
    assert codes(world, "roads-handler") == [citizen.code]
    assert codes(world, "water-handler") == [citizen.code]


@pytest.mark.parametrize("lost_by", ["return", "reopen"])
def test_what_a_subordinate_had_stays_in_its_archive_when_the_office_above_loses_it(world: World, lost_by: str) -> None:
    section = UnitId("section")
    world.people(Directory.of([Unit(section, "section", UnitId("roads"))], [a_contact("s", section, Role.HANDLER)], []))
    citizen = assigned(world)
    world.desk("roads-head").makes(citizen.code, "sub_assign", unit="section")
    if lost_by == "return":
        world.desk("roads-head").makes(citizen.code, "return", reason="属于水务。")
    else:
        world.desk("s").makes(citizen.code, "answer", body="已修好。")
        assert citizen.does("reopen", reason="没有修好。").status == 200
    assert codes(world, "s") == [citizen.code]
    assert world.desk("s").opens(citizen.code).status == 200


def test_inspectors_and_leaders_look_up_the_whole_county(world: World) -> None:
    citizen = world.send_letter()
    assert codes(world, "inspector") == codes(world, "leader") == [citizen.code]


def test_the_month_is_that_of_receipt_in_the_county(world: World) -> None:
    """1 December 2026, 00:30 in the county is 30 November in UTC; and nothing that happens later moves it."""
    world.at("2026-11-30 23:50")
    november = assigned(world)
    world.at("2026-12-01 00:30")
    december = assigned(world)
    world.at("2027-01-04 10:00")
    world.desk("roads-handler").makes(november.code, "answer", body="已修好。")
    assert codes(world, "roads-handler", "2026-11") == [november.code]
    assert codes(world, "roads-handler", "2026-12") == [december.code]
    assert codes(world, "roads-handler", "2027-01") == []
    assert looks_up(world, "roads-handler", None)["month"] == "2027-01"


def test_a_month_that_is_none_is_refused(world: World) -> None:
    for month in ("2026", "2026-13", "2026-11-20", "%E6%9C%88"):
        for path in ("/desk/archive", "/desk/archive/register"):
            said = world.desk("clerk").call("GET", f"{path}?month={month}")
            assert said.refused() == (422, "invalid_fields"), month
            assert said.fields() == ["month"]


def test_what_a_letter_is_about_never_finds_it_in_an_archive(world: World) -> None:
    """Named at once, or found out later, when the unit has it already; nor does an accused inspector."""
    citizen = assigned(world)
    assert codes(world, "roads-handler") == [citizen.code]
    world.desk("clerk").makes(citizen.code, "classify", about=["roads", "inspection"])
    at_once = world.send_letter(kind="complaint", about=[{"unit": "roads"}])
    for who in ("roads-handler", "roads-head"):
        assert codes(world, who) == []
    assert codes(world, "inspector") == [at_once.code]
    assert sorted(codes(world, "clerk")) == sorted([citizen.code, at_once.code])


def test_an_office_that_comes_below_the_accused_loses_sight_of_it(world: World) -> None:
    citizen = assigned(world, kind="complaint", about=[{"unit": "water"}])
    assert codes(world, "roads-handler") == [citizen.code]
    roads = world.registry.directory().units[UnitId("roads")]
    world.people(Directory.of([replace(roads, parent=UnitId("water"))], [], []))
    assert codes(world, "roads-handler") == []


def test_the_subject_of_a_letter_whose_writer_is_secret_is_not_listed_for_units(world: World) -> None:
    citizen = assigned(world, keep_confidential=True, subject="张晓明反映的路灯")
    assert looks_up(world, "roads-handler")["letters"][0]["subject"] is None
    assert looks_up(world, "clerk")["letters"][0]["subject"] == "张晓明反映的路灯"
    page = world.desk("roads-handler").call("GET", "/desk/archive/register?month=2026-11")
    assert citizen.code in page.raw or "信" in page.raw
    assert WRITER["name"] not in page.raw


def test_a_long_month_comes_in_pages(world: World) -> None:
    sent = [world.send_letter(subject=f"第{n}封").code for n in range(105)]
    first = looks_up(world, "clerk")
    second = looks_up(world, "clerk", after=first["next"])
    listed = [each["tracking_code"] for each in first["letters"] + second["letters"]]
    assert len(first["letters"]) == 100
    assert second["next"] is None
    assert sorted(listed) == sorted(sent)


def test_the_register_of_a_month_is_a_page_to_print(world: World) -> None:
    citizen = answered(world)
    number = world.desk("clerk").opens(citizen.code)["number"]
    said = world.desk("roads-handler").call("GET", "/desk/archive/register?month=2026-11")
    assert said.status == 200
    assert said.headers["content-type"] == "text/html; charset=utf-8"
    for words in (number, "2026年11月", "unit roads", "东路的路灯", "2026-11-24", "已答复", "登记人"):
        assert words in said.raw, words
    assert "<script" not in said.raw
    assert number not in world.desk("water-handler").call("GET", "/desk/archive/register?month=2026-11").raw


def test_the_archive_is_on_nobodys_desk_and_printing_it_changes_nothing(world: World) -> None:
    citizen = answered(world)
    world.desk("clerk").makes(citizen.code, "approve")
    desks = [world.desk(who) for who in ("clerk", "roads-handler", "inspector", "leader")]
    before = world.everything()
    for desk in desks:
        assert desk.waiting() == []
        assert desk.call("GET", "/desk/archive").status == 200
        assert desk.call("GET", "/desk/archive/register").status == 200
    assert world.everything() == before


def test_an_auditor_reads_reports_and_no_archive(world: World) -> None:
    world.people(Directory.of([], [a_contact("auditor", UnitId("roads"), Role.AUDITOR)], []))
    assigned(world)
    assert codes(world, "auditor") == []


def test_a_letter_from_before_the_archive_is_found_there_after_its_next_step(world: World) -> None:
    citizen = assigned(world)
    folder = world.letters._folders[next(iter(world.letters._folders))]
    folder.letter = replace(folder.letter, received_on=None)
    folder.desk = tuple(each for each in folder.desk if each.waits_for != "archive")
    assert codes(world, "roads-handler") == []
    assert world.run("reconcile").desk_wrong == ()
    world.desk("roads-handler").makes(citizen.code, "answer", body="已修好。")
    assert codes(world, "roads-handler") == [citizen.code]
    assert world.run("reconcile").desk_wrong == ()
