"""The writer's query code: what a wrong one tells (nothing), and how guessing is stopped."""

from tests.functional.world import Answer, World


def whole(said: Answer) -> tuple[int, str, dict[str, str]]:
    """Everything a caller could compare."""
    return said.status, said.raw, said.headers


def test_a_wrong_code_an_unknown_letter_and_a_broken_code_answer_alike(world: World) -> None:
    citizen = world.send_letter()
    wrong = whole(citizen.looks("00000000" if citizen.query_code != "00000000" else "1"))
    assert wrong[0] == 404
    assert whole(world.call("GET", "/letters/000000000000", headers={"Query-Code": citizen.query_code})) == wrong
    assert whole(world.call("GET", f"/letters/{citizen.code}")) == wrong
    assert whole(world.call("GET", "/letters/!!", headers={"Query-Code": "1"})) == wrong
    path = f"/letters/{citizen.code}/moves/withdraw"
    assert whole(world.call("POST", path, {}, {"Query-Code": "wrong"})) == wrong
    assert whole(world.call("POST", "/letters/000000000000/moves/withdraw", {})) == wrong


def test_the_code_of_one_letter_does_not_open_another(world: World) -> None:
    first, second = world.send_letter(), world.send_letter()
    assert first.looks(second.query_code).status == 404


def test_five_wrong_codes_lock_the_letter_for_half_an_hour(world: World) -> None:
    """The right code is refused as well meanwhile: nobody can tell by trying on."""
    citizen = world.send_letter()
    for _ in range(5):
        assert citizen.looks("wrong").status == 404
    world.later(minutes=20)
    locked = citizen.looks()
    assert locked.refused() == (429, "code_locked")
    assert locked.headers["retry-after"] == "600"
    assert citizen.does("withdraw").refused() == (429, "code_locked")
    assert citizen.looks("wrong").status == 429
    world.later(minutes=9, seconds=59)
    assert citizen.looks().status == 429
    world.later(seconds=1)
    assert citizen.looks().status == 200


def test_an_unknown_letter_locks_alike(world: World) -> None:
    for _ in range(5):
        world.call("GET", "/letters/000000000000", headers={"Query-Code": "1"})
    assert world.call("GET", "/letters/000000000000", headers={"Query-Code": "1"}).status == 429


def test_wrong_codes_far_apart_lock_nothing(world: World) -> None:
    citizen = world.send_letter()
    for _ in range(12):
        assert citizen.looks("wrong").status == 404
        world.later(minutes=31)
    assert citizen.looks().status == 200


def test_locking_one_letter_leaves_the_others_open(world: World) -> None:
    locked, other = world.send_letter(), world.send_letter()
    for _ in range(6):
        locked.looks("wrong")
    assert other.looks().status == 200


def test_a_tracking_code_may_be_typed_as_people_type(world: World) -> None:
    citizen = world.send_letter()
    typed = f"{citizen.code[:4]}-{citizen.code[4:8]} {citizen.code[8:]}".lower().replace(" ", "-")
    seen = world.call("GET", f"/letters/{typed}", headers={"Query-Code": citizen.query_code})
    assert seen["tracking_code"] == citizen.code


def test_a_query_code_may_be_typed_in_groups(world: World) -> None:
    """Read out or copied by hand, it comes in groups of four; that must not count as a wrong one."""
    citizen = world.send_letter()
    code = citizen.query_code
    for typed in (f" {code} ", f"{code[:4]} {code[4:]}", f"{code[:4]}-{code[4:]}"):
        assert citizen.looks(typed).status == 200
    assert citizen.looks(code[:4]).status == 404
    assert citizen.looks("").status == 404
