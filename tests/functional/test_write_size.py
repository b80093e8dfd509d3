"""A move is one transaction, and DynamoDB takes a hundred items: the largest of every move must fit."""

from typing import Any

import pytest

from chalicelib.adapters.dynamodb import move_writes, open_table
from chalicelib.adapters.dynamodb.move_writes import writes_of
from chalicelib.domain.directory import Contact, Directory, Mailbox, Unit
from chalicelib.domain.letter import ContactId, MailboxId, Role, UnitId
from chalicelib.domain.payloads import UNITS_MAX
from chalicelib.domain.rules import Ground, PoolRule, PublicationRule, ResponsibilityRule
from chalicelib.domain.workflow import Move
from chalicelib.ports import Change
from chalicelib.services.writing import MOST_ITEMS, items_of
from tests.builders import SHANGHAI, rulebook
from tests.fakes.store import FakeLetterStore
from tests.functional.world import Citizen, Desk, World

STAFF = {
    "h1": Role.HANDLER,
    "h2": Role.HANDLER,
    "d": Role.DIRECT_RESPONSIBLE,
    "f": Role.FIRST_RESPONSIBLE,
}
FIRST = [f"unit-{number:02d}" for number in range(UNITS_MAX)]
OTHERS = [f"unit-{number:02d}" for number in range(UNITS_MAX, 2 * UNITS_MAX)]
CENTRE, UNIT = (Role.CENTRE,), (Role.HANDLER,)
EXTRA = {
    Move.REFER_UP: CENTRE,
    Move.CONVERT: CENTRE,
    Move.CLAIM: UNIT,
    Move.PUBLISH: CENTRE,
    Move.WITHHOLD: CENTRE,
    Move.CALL_BACK: CENTRE,
    Move.LINK_REPEAT: CENTRE,
    Move.REMOVE: CENTRE,
    Move.SPOT_CHECK: (Role.INSPECTOR,),
    Move.REFER_TO_EFFICIENCY_OFFICE: CENTRE,
    Move.HOLD_TO_ACCOUNT: (Role.INSPECTOR,),
}
RULES = {
    "pool": PoolRule(),
    "publication": PublicationRule(code=False, exceptions=(Ground(id="privacy", text="涉及个人隐私"),)),
    "responsibility": (ResponsibilityRule(id="poor_work", text="工作不力", measure="批评", circular=True),),
    "remove_grounds": (Ground(id="malicious", text="恶意攻击"),),
}
NOTE = {"note": "请核实"}


class Weighing:
    """The letter store, with each move put on the scales as the real adapter would write it."""

    def __init__(self, store: FakeLetterStore) -> None:
        self._store = store
        self._table = open_table("table", "cn-north-1")
        self.heaviest: dict[str, int] = {}

    def commit(self, change: Change) -> None:
        """See LetterStore."""
        weight = len(writes_of(self._table, change, SHANGHAI))
        assert weight == items_of(change), "what is counted before is not what is written"
        move = change.events[-1].move
        self.heaviest[move] = max(weight, self.heaviest.get(move, 0))
        self._store.commit(change)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


def staff(unit: str, roles: dict[str, Role]) -> list[Contact]:
    return [
        Contact(ContactId(f"{unit}-{name}"), name, UnitId(unit), frozenset({role}), f"{unit}-{name}@county.test", None)
        for name, role in roles.items()
    ]


@pytest.fixture
def crowd(world: World) -> World:
    """As many units as an assignment takes, twice, with four people each; clerks, inspectors, leaders; every rule."""
    book = rulebook()
    moves = {**EXTRA, **book.moves}
    world.rulebooks[book.name] = full = book.model_copy(update={"moves": moves, **RULES})
    world.open(rulebook=full)
    world.people(
        Directory.of(
            [Unit(UnitId(each), each) for each in (*FIRST, *OTHERS)],
            [contact for unit in (*FIRST, *OTHERS) for contact in staff(unit, STAFF)]
            + [c for i in "ab" for c in staff("centre", {i: Role.CENTRE})]
            + [c for i in "ab" for c in staff("inspection", {i: Role.INSPECTOR})]
            + [c for i in "ab" for c in staff("office", {i: Role.LEADER})],
            [Mailbox(MailboxId("county"), "county box", UnitId("centre"))],
        )
    )
    return world


class Day:
    """Everybody at work, each request with an idempotency key, so that each move weighs what it can."""

    def __init__(self, world: World) -> None:
        self.scales = Weighing(world.letters)
        world.open(letters=self.scales)
        self.world = world
        self._desks: dict[str, Desk] = {}
        self._keys = 0

    def writes(self, *, about: bool = True) -> Citizen:
        self._keys += 1
        whom = [{"text": "某单位某人"}] if about else []
        return self.world.send_letter(
            key=f"key-{self._keys}", about=whom, kind="complaint", publish_consent=True, subject=f"第{self._keys}封"
        )

    def does(self, who: str, citizen: Citizen, move: str, **fields: Any) -> None:
        self._desks[who] = desk = self._desks.get(who) or self.world.desk(who)
        self._keys += 1
        self.world.later(seconds=1)
        said = desk.tries(citizen.code, move, headers={"Idempotency-Key": f"key-{self._keys}"}, **fields)
        assert said.status == 200, (move, said.raw)

    def spread(self, units: list[str]) -> Citizen:
        """A letter at as many units as can be, each of which has named its handler and asked for more time."""
        citizen = self.writes()
        self.does("clerk", citizen, "accept")
        self.does("clerk", citizen, "assign", units=units, **NOTE)
        for unit in units:
            self.does(f"{unit}-h1", citizen, "sub_assign", contact=f"{unit}-h2", **NOTE)
            self.does(f"{unit}-h1", citizen, "contact_writer", **NOTE)
            self.does(f"{unit}-h1", citizen, "request_extension", reason="需要勘查", working_days=3)
        return citizen


def test_the_largest_of_every_move_fits_in_one_transaction(crowd: World) -> None:
    """All units give way to as many others; each has staff, a colleague at work, a request open; with key and note."""
    day = Day(crowd)
    letter = day.spread(FIRST)
    for who, move in (("leader", "instruct"), ("inspector", "supervise"), ("inspector", "urge")):
        day.does(who, letter, move, **({"text": "请查处"} if move == "instruct" else NOTE))
    day.does(f"{FIRST[1]}-h1", letter, "explain_delay", reason="等材料")
    day.does("clerk", letter, "grant_extension", unit=FIRST[2], **NOTE)
    day.does("clerk", letter, "refuse_extension", unit=FIRST[3], **NOTE)
    day.does(f"{FIRST[1]}-h1", letter, "answer", body="协办意见")
    day.does(f"{FIRST[4]}-h1", letter, "return", reason="非本单位")
    assert letter.does("supplement", headers={"Idempotency-Key": "supplement"}, body="补充").status == 200
    crowd.at("2026-12-01 09:00")
    crowd.run("sweep")
    day.does(f"{FIRST[0]}-h1", letter, "answer", body="已办")
    day.does("clerk", letter, "send_back", reasons="请补充", working_days=3)
    day.does(f"{FIRST[0]}-h1", letter, "answer", body="已补充")
    day.does("clerk", letter, "approve", **NOTE)
    assert letter.does("rate", headers={"Idempotency-Key": "rate"}, score=2, comment="不满意").status == 200
    assert letter.does("reopen", headers={"Idempotency-Key": "reopen"}, reason="没有解决").status == 200

    reassigned, accused, withdrawn = (day.spread(FIRST) for _ in range(3))
    day.does("clerk", reassigned, "assign", units=OTHERS, **NOTE)
    day.does("clerk", accused, "classify", about=FIRST, kind="help", complexity="complex", urgent=True, field="道路")
    assert withdrawn.does("withdraw", headers={"Idempotency-Key": "withdraw"}).status == 200
    for move, fields in (
        ("decline", {"ground": "not_a_public_matter"}),
        ("keep_for_information", {}),
        ("forward", {"unit": FIRST[0]}),
    ):
        citizen = day.writes()
        if move == "forward":
            day.does("clerk", citizen, "accept")
        day.does("clerk", citizen, move, **NOTE, **fields)

    answered = _through_the_leaders(day)
    _after_the_answer(day, answered)
    assert set(day.scales.heaviest) == {move.value for move in Move} | {"receive", "ladder_step"}
    assert max(day.scales.heaviest.values()) <= MOST_ITEMS == move_writes.MOST_ITEMS


def _through_the_leaders(day: Day) -> Citizen:
    """Referred up, turned into an assignment, answered, called back; another one claimed and returned."""
    citizen = day.writes(about=False)
    day.does("clerk", citizen, "accept", proposal="拟交各单位")
    day.does("clerk", citizen, "refer_up", leader="office-a", **NOTE)
    day.does("clerk", citizen, "convert", units=FIRST, **NOTE)
    day.does(f"{FIRST[0]}-h1", citizen, "answer", body="已办")
    claimed = day.writes(about=False)
    day.does("clerk", claimed, "accept")
    day.does(f"{FIRST[0]}-h1", claimed, "claim")
    day.does("clerk", claimed, "link_repeat", to=citizen.code)
    return citizen


def _after_the_answer(day: Day, citizen: Citizen) -> None:
    """All that is decided on a letter that has its answer, and on one that is not worth any."""
    day.does("clerk", citizen, "call_back", outcome="dissatisfied", **NOTE)
    day.does("inspector", citizen, "spot_check", passed=False, **NOTE)
    day.does("clerk", citizen, "refer_to_efficiency_office", trigger="poor_work", **NOTE)
    day.does("inspector", citizen, "hold_to_account", trigger="poor_work", **NOTE)
    day.does("clerk", citizen, "publish", text="来信内容", answer="答复内容")
    day.does("clerk", citizen, "withhold", ground="privacy", **NOTE)
    worthless = day.writes()
    day.does("clerk", worthless, "remove", ground="malicious", **NOTE)


def test_of_all_units_that_give_way_to_as_many_others_somebody_of_each_still_hears(crowd: World) -> None:
    day = Day(crowd)
    letter = day.spread(FIRST)
    crowd.post_goes_out()
    before = set(crowd.outbox.messages)
    day.does("clerk", letter, "assign", units=OTHERS, **NOTE)
    new = [each for key, each in crowd.outbox.messages.items() if key not in before]
    assert {each.recipient.rpartition("-")[0] for each in new} == {*FIRST, *OTHERS}
    assert {each.recipient.rpartition("-")[2] for each in new} == {"h1"}
