"""Each of the five regulations runs a county: the plain way of a letter, and where the ways part."""

import pytest

from chalicelib import bootstrap
from tests.functional.world import WRITER, Answer, Citizen, World
from tests.regulations.county import County, a_county

SIGNATURE = (
    "data:image/png;base64,"
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def a_world(book: str) -> County:
    return County(a_county(), book)


def answered(world: County, citizen: Citizen) -> Answer:
    """The unit answers, and whoever must sign signs."""
    world.desk("roads-handler").makes(citizen.code, "answer", body="路灯已经修好。")
    return citizen.looks()


@pytest.mark.parametrize(
    ("book", "kind", "triage", "due", "clause"),
    [
        ("hefei-2008", "consultation", None, "2026-11-25", "HF-2.2"),
        ("hefei-2008", "complaint", None, "2026-12-04", "HF-2.2"),
        ("hefei-2008", "suggestion", None, "2026-12-04", None),
        ("shuangfeng-2018", "consultation", "2026-11-24", "2026-11-24", "SF-3.3.3"),
        ("shuangfeng-2018", "suggestion", "2026-11-24", "2026-11-27", "SF-3.3.3"),
        ("pingliang-2012", "help", None, "2026-11-27", "PL-11"),
        ("bengbu-2014", "consultation", "2026-11-20", "2026-12-01", "BB-3.1"),
        ("chongqing-2005", "help", "2026-11-20", "2026-12-04", "CQ-6"),
    ],
)
def test_a_letter_gets_the_limits_of_its_regulation(
    book: str, kind: str, triage: str | None, due: str, clause: str | None
) -> None:
    """Received and assigned on Friday 20 November 2026."""
    world = a_world(book)
    citizen = world.assigned(kind=kind)
    clocks = {each["name"]: each for each in citizen.looks()["clocks"]}
    assert (clocks["triage"]["due_on"] if "triage" in clocks else None) == triage
    assert (clocks["handle"]["due_on"], clocks["handle"]["clause"]) == (due, clause)
    bootstrap.use(None)


@pytest.mark.parametrize("book", ["hefei-2008", "shuangfeng-2018", "pingliang-2012", "chongqing-2005"])
def test_an_answer_on_the_web_is_the_writer_s_at_once(book: str) -> None:
    world = a_world(book)
    said = answered(world, world.assigned())
    assert (said["status"], said["answers"][0]["body"]) == ("answered", "路灯已经修好。")
    bootstrap.use(None)


def test_in_bengbu_it_is_the_writer_s_after_signature_and_review() -> None:
    world = a_world("bengbu-2014")
    citizen = world.assigned()
    assert answered(world, citizen)["status"] == "in_approval"
    code = world.code_for("roads-head", citizen.code, "approve")
    world.desk("roads-head").makes(citizen.code, "approve", step="sign_off", signature=SIGNATURE, code=code)
    missed = world.desk("clerk").tries(citizen.code, "approve", step="centre_review", criteria=["lawful", "brief"])
    assert (missed.status, missed.fields()) == (422, ["criteria"])
    seven = ["lawful", "sincere", "to_the_point", "direct_and_concrete", "brief", "plain", "consistent"]
    world.desk("clerk").makes(citizen.code, "approve", step="centre_review", criteria=seven)
    assert citizen.looks()["answers"][0]["body"] == "路灯已经修好。"
    bootstrap.use(None)


def test_in_pingliang_a_department_s_answer_to_another_site_passes_the_inspectors() -> None:
    """PL-14: the same words as on the portal, taken over from 人民网; a county answers there itself."""
    for unit, status in (("roads", "in_approval"), ("district", "answered")):
        world = a_world("pingliang-2012")
        letter = {
            "source": "renmin_mayor",
            "kind": "help",
            "subject": "路灯",
            "body": "东路的路灯坏了。",
            "writer": WRITER,
        }
        code = world.desk("clerk").call("POST", "/desk/letters", letter)["tracking_code"]
        world.desk("clerk").makes(code, "accept")
        world.desk("clerk").makes(code, "assign", units=[unit])
        world.desk(f"{unit}-handler").makes(code, "answer", body="路灯已经修好。")
        assert world.says("clerk", code)["status"] == status
        if status == "in_approval":
            world.desk("inspector").makes(code, "approve", step="inspectors_review")
            world.desk("clerk").makes(code, "approve", step="information_office")
            assert world.says("clerk", code)["status"] == "answered"
        bootstrap.use(None)


def test_in_pingliang_any_leader_s_instruction_will_do_and_the_head_s_goes_first() -> None:
    """PL-10, PL-12: the mayor instructs on what waits for a leader; the inspectors assign it, and it is urgent."""
    for leader, urgent in (("leader", False), ("mayor", True)):
        world = a_world("pingliang-2012")
        citizen = world.accepted(accept={"sensitivity": "important"})
        assert world.desk("clerk").tries(citizen.code, "assign", units=["roads"]).status in {403, 409}
        world.desk(leader).makes(citizen.code, "instruct", text="请督查室转交通运输局办理。")
        world.desk("inspector").makes(citizen.code, "assign", units=["roads"])
        assert world.file(citizen.code).letter.urgent is urgent
        bootstrap.use(None)


def test_in_chongqing_the_head_reads_first_and_the_assignment_says_what_is_wanted() -> None:
    world = a_world("chongqing-2005")
    citizen = world.accepted()
    clerk = world.desk("clerk")
    assert clerk.tries(citizen.code, "assign", units=["roads"], note="请核实。").refused()[1] == "move_refused"
    world.read_by_head(citizen)
    assert clerk.tries(citizen.code, "assign", units=["roads"]).fields() == ["note"]
    clerk.makes(citizen.code, "assign", units=["roads"], note="请核实。")
    bootstrap.use(None)


@pytest.mark.parametrize(
    ("book", "may"),
    [
        ("hefei-2008", {"return": False, "request_extension": True, "explain_delay": False}),
        ("shuangfeng-2018", {"return": True, "request_extension": False, "explain_delay": True}),
        ("pingliang-2012", {"return": False, "request_extension": False, "explain_delay": True}),
        ("bengbu-2014", {"return": False, "request_extension": False, "explain_delay": False}),
        ("chongqing-2005", {"return": True, "request_extension": True, "explain_delay": True}),
    ],
)
def test_where_a_regulation_is_silent_the_desk_offers_nothing(book: str, may: dict[str, bool]) -> None:
    """Shuangfeng's extension comes after the writer was contacted, so it is not offered yet."""
    world: World = a_world(book)
    assert isinstance(world, County)
    offered = world.says("roads-handler", world.assigned().code).moves()
    assert {move: move in offered for move in may} == may
    bootstrap.use(None)
