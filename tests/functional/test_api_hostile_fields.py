"""Every field of every POST against hostile input: kept and given back word for word, or refused by the field's name.

One county for all: whatever a case changed is put back. A new route or move that is not in the table fails here.
"""

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from math import isfinite
from typing import Any

import pytest

from app import app
from chalicelib import bootstrap
from chalicelib.domain.payloads import PAYLOADS
from chalicelib.domain.workflow import Move
from tests.builders import rulebook
from tests.functional.test_publication import county
from tests.functional.world import Answer, Citizen, World, assigned

STRINGS = [
    "<b onmouseover=alert(1)>粗体</b>",
    "</textarea><script>alert(1)</script>",
    "\"'><svg/onload=alert(1)>",
    "javascript:alert(1)",
    "'; DROP TABLE letters; -- \" OR 1=1",
    "{{7*7}} ${7*7} #{7*7} {% include 'x' %} %(x)s {0.__class__} {number}",
    '=HYPERLINK("http://x.test","点")',
    "家👨‍👩‍👧‍👦🏳️‍🌈🇨🇳👍🏿1️⃣",
    "\u202e读倒着\u202c \u2067עברית\u2069 مرحبا",
    "路\u200b灯\u200d坏\u2060了\ufeff吗",
    "\u200b\u200d\u2060\ufeff",
    "Z" + "\u0301" * 150,
    "𠮷野家𪚥﷽㍿",
    "一行\u2028二行\u2029三行\x85四行",
    "第一行\r\nBcc: x\r\n\r\n<p>第二行\t完",
    "%00%0d%0a../../etc/passwd\\..\\x",
    "\\u003cscript\\u003e \\ud800 \\0",
    "\ue000\uffff\U0010ffff",
    "null",
    "*",
    "-1",
    "",
    " \t\r\n\u3000",
    "\ud800",
    "好\udc00\ud83d坏",
    "a\x00b",
    "\x07\x1b[31m红\x08\x7f",
    "字" * 30_000,
    "<" * 60_000,
]
OTHERS: list[Any] = [
    None,
    True,
    0,
    -1,
    1.5,
    10**400,
    float("nan"),
    float("-inf"),
    [],
    {},
    [[[[]]]],
    {"$ne": None},
    ["x"] * 1_000,
    {"__proto__": {"admin": True}},
    "2026-02-30",
    "9999-99-99",
]
BROKEN: list[bytes] = [
    b"{" * 50_000,
    b'{"a":' * 9_000 + b"1" + b"}" * 9_000,
    b"[" * 199_000 + b"]",
    b'{"\\ud800\\udc00\\ud800": 1}',
    b'{"x": 1' + b"0" * 100_000 + b"}",
    b'{"x": 1e99999, "x": -0.0, "x": NaN}',
    b'{"note": "a", "note": {"b": 1}, "note": "\\ud83d"}',
    b"\xff\xfe{\x00}\x00",
    b"\x00" * 1_000,
    b" " * 10_000_000,
    b'{"body": "' + b"A" * 10_000_000 + b'"}',
]
PICTURE = "data:image/png;base64,iVBORw0KGgo="
LONGEST = {
    "letter": {"subject": 200, "body": 10_000, "region": 80, "field": 80, "writer.name": 80, "writer.address": 500},
    "previews": {"subject": 200, "body": 10_000, "writer.name": 80, "writer.address": 500},
    "desk letter": {"subject": 200, "body": 10_000, "source_number": 80, "about.0.text": 500},
    "accept": {"proposal": 5_000},
    "classify": {"excerpt": 5_000},
    "assign": {"note": 5_000},
    "contact_writer": {"note": 5_000},
    "explain_delay": {"reason": 5_000},
    "answer": {"body": 25_000},
    "instruct": {"text": 5_000},
    "send_back": {"reasons": 5_000},
    "rate": {"comment": 5_000},
    "reopen": {"reason": 5_000},
    "supplement": {"body": 5_000},
}
"""How many characters the fields hold that people write into."""


@dataclass(frozen=True, slots=True)
class Case:
    """A POST and what it says as it stands. `letter`: the prepared letter whose code goes into the path.

    `unseen`: fields that are shown to nobody again, or not as they were written.
    """

    name: str
    who: str
    path: str
    body: dict[str, Any]
    letter: str = ""
    says: int = 200
    unseen: frozenset[str] = frozenset()


def moves(who: str, letter: str, says: int = 200, unseen: str = "", **bodies: dict[str, Any]) -> list[Case]:
    """Moves on one prepared letter."""
    path = "/letters/{}/moves/" if who == "writer" else "/desk/letters/{}/moves/"
    hidden = frozenset(unseen.split())
    return [Case(move, who, path + move, body, letter, says, hidden) for move, body in bodies.items()]


LETTER: dict[str, Any] = {
    "kind": "help",
    "subject": "路灯",
    "body": "东路的路灯坏了。",
    "mailbox": "county",
    "field": "交通",
    "region": "永丰镇",
    "about": [{"unit": "water", "text": "一名工作人员"}],
    "writer": {"name": "张晓明", "phone": "13907385566", "email": "zhang@mail.test", "address": "书院路17号"},
    "publish_consent": True,
    "keep_confidential": False,
    "attachments": [],
    "proof": "proof",
    "language": "en",
}
CASES = [
    Case("letter", "anybody", "/letters", LETTER, says=201, unseen=frozenset({"proof", "language"})),
    Case(
        "previews",
        "anybody",
        "/previews",
        {name: LETTER[name] for name in ("subject", "body", "writer")},
        unseen=frozenset({"writer"}),
    ),
    Case("uploads", "anybody", "/uploads", {"name": "照片.jpg", "type": "image/jpeg", "size": 1000}, says=201),
    Case(
        "desk letter",
        "clerk",
        "/desk/letters",
        {**LETTER, "source": "web", "source_number": "12345-1"},
        says=201,
        unseen=frozenset({"proof", "language"}),
    ),
    Case("links", "anybody", "/desk/links", {"email": "nobody@x.test"}, says=202, unseen=frozenset({"email"})),
    Case(
        "deputy",
        "roads-handler",
        "/desk/deputy",
        {"contact": "roads-head", "from": "2026-11-20", "until": "2026-11-21"},
    ),
    Case("codes", "clerk", "/desk/letters/{}/codes", {"move": "approve", "by": "email"}, "answered", says=422),
    Case("seen", "clerk", "/desk/messages/M1/seen", {}, says=404),
    *moves(
        "clerk",
        "new",
        accept={
            "kind": "help",
            "mailbox": "county",
            "field": "交通",
            "region": "永丰镇",
            "complexity": "complex",
            "sensitivity": "trending",
            "urgent": True,
            "proposal": "拟交交通局",
        },
        decline={"ground": "not_a_public_matter", "note": "说明"},
        keep_for_information={"note": "说明"},
        remove={"ground": "malicious_attack", "note": "说明"},
    ),
    *moves(
        "clerk",
        "accepted",
        classify={
            "kind": "help",
            "mailbox": "county",
            "field": "交通",
            "region": "永丰镇",
            "complexity": "simple",
            "sensitivity": "general",
            "urgent": False,
            "proposal": "拟办",
            "about": ["*nobody"],
            "excerpt": "摘编",
            "excerpt_approved": True,
        },
        assign={"units": ["roads", "water"], "note": "请办理", "issued_as": "transfer_notice"},
        forward={"unit": "water", "ask_answer": True, "note": "说明"},
        refer_up={"leader": "leader", "note": "说明"},
        link_repeat={"to": "{assigned}", "merge": False},
    ),
    *moves(
        "leader",
        "referred",
        instruct={"text": "请速办"},
        convert={"units": ["roads"], "note": "请办理", "issued_as": "transfer_notice"},
    ),
    *moves("clerk", "asked", grant_extension={"unit": "roads", "working_days": 3, "note": "同意"}),
    *moves("clerk", "asked", refuse_extension={"unit": "roads", "note": "不同意"}),
    *moves(
        "roads-handler",
        "assigned",
        contact_writer={"note": "电话联系", "through_relay": False},
        sub_assign={"contact": "roads-head", "note": "请办"},
        explain_delay={"reason": "说明情况"},
        answer={"body": "已经修好。", "channel": "phone"},
    ),
    Case("return", "roads-handler", "/desk/letters/{}/moves/return", {"reason": "不属本单位"}, "fresh"),
    *moves(
        "roads-handler",
        "contacted",
        request_extension={"reason": "要勘查", "working_days": 3, "ground": "complex_and_to_investigate"},
    ),
    *moves(
        "clerk",
        "answered",
        send_back={"reasons": "没有说明原因", "working_days": 3},
        approve={"step": "review", "criteria": [], "note": "好"},
        withhold={"ground": "secret", "note": "说明"},
        call_back={"outcome": "satisfied", "note": "满意"},
    ),
    *moves(
        "clerk",
        "answered",
        unseen="text answer code",
        publish={"text": "路灯坏了。", "answer": "修好了。", "code": "123456"},
    ),
    *moves("roads-handler", "new", 404, claim={}),
    *moves("clerk", "assigned", refer_to_efficiency_office={"trigger": "work_behind", "note": "移送"}),
    *moves("inspector", "answered", spot_check={"passed": True, "note": "合格"}),
    *moves(
        "inspector",
        "assigned",
        supervise={"note": "督办", "topic": "trending"},
        urge={"note": "请抓紧"},
        hold_to_account={"trigger": "work_behind", "unit": "roads", "note": "问责"},
    ),
    *moves(
        "writer",
        "answered",
        rate={"score": 4, "comment": "好"},
        reopen={"reason": "没有修好"},
    ),
    *moves(
        "clerk",
        "answered",
        unseen="signature exception code",
        approve={"step": "review", "signature": PICTURE, "exception": "出差在外", "code": "123456", "note": "好"},
    ),
    *moves(
        "roads-handler", "assigned", 422, answer={"body": "已经修好。", "chain": "none"}, sub_assign={"unit": "water"}
    ),
    *moves("clerk", "accepted", 422, refer_up={"mailbox": "none", "note": "说明"}),
    *moves("writer", "fresh", supplement={"body": "还有一处", "attachments": []}, withdraw={}),
]


@dataclass(frozen=True, slots=True)
class Prepared:
    """The county with a letter in each state, and everybody's open desk."""

    world: World
    letters: dict[str, Citizen]
    headers: dict[str, dict[str, str]]

    def sends(self, case: Case, body: object = None, raw: bytes | None = None) -> Answer:
        """This body as that POST."""
        citizen = self.letters.get(case.letter)
        headers = dict(self.headers.get(case.who, {}))
        if case.who == "writer" and citizen is not None:
            headers["Query-Code"] = citizen.query_code
        path = case.path.format(citizen.code if citizen else "")
        plain = raw if raw is not None else json.dumps(body).encode()
        plain = plain.replace(b"{assigned}", self.letters["assigned"].code.encode())
        return self.world.call("POST", path, raw=plain, headers=headers)

    def shown(self, case: Case, said: Answer) -> Iterator[object]:
        """All texts that anybody is shown after it."""
        yield from leaves_of(said.body)
        if "tracking_code" not in said.body:
            return
        code = said["tracking_code"]
        secret = said.body.get("query_code") or self.letters[case.letter].query_code
        yield from leaves_of(self.world.call("GET", f"/letters/{code}", headers={"Query-Code": secret}).body)
        for who in {"clerk", case.who}:
            if who in self.headers:
                yield from leaves_of(self.world.call("GET", f"/desk/letters/{code}", headers=self.headers[who]).body)


@pytest.fixture(scope="module")
def prepared() -> Iterator[Prepared]:
    """Made once. Every move is allowed by somebody's rulebook, so that each can be made here."""
    world = county(World())
    book = world.installation.rulebook
    others = [rulebook(name) for name in ("chongqing-2005", "bengbu-2014", "pingliang-2012")]
    allowed = {move: who for other in reversed(others) for move, who in other.moves.items()}
    book = book.model_copy(update={"moves": {**allowed, **book.moves}, "repeats": others[2].repeats})
    book = book.model_copy(update={"remove_grounds": others[0].remove_grounds})
    world.rulebooks[book.name] = book
    world.open(rulebook=book)
    letters = {"new": world.send_letter(), "accepted": world.send_letter(), "referred": world.send_letter()}
    letters |= {name: assigned(world) for name in ("assigned", "fresh", "contacted", "asked", "answered")}
    clerk, handler = world.desk("clerk"), world.desk("roads-handler")
    clerk.makes(letters["accepted"].code, "accept")
    clerk.makes(letters["referred"].code, "accept")
    clerk.makes(letters["referred"].code, "refer_up", leader="leader")
    for name in ("contacted", "asked"):
        handler.makes(letters[name].code, "contact_writer", note="电话联系")
    handler.makes(letters["asked"].code, "request_extension", reason="要勘查", working_days=3)
    handler.makes(letters["answered"].code, "answer", body="已经修好。")
    people = ("clerk", "inspector", "leader", "roads-handler")
    yield Prepared(world, letters, {who: {"Authorization": f"Bearer {world.desk(who).token}"} for who in people})
    bootstrap.use(None)


@pytest.fixture
def put_back(prepared: Prepared) -> Iterator[Callable[[], None]]:
    """Makes everything as it was when the test began."""
    world = prepared.world
    stores = (world.letters, world.outbox, world.registry, world.jobs, world.attachments)
    before = [{name: value for name, value in vars(store).items() if is_state(value)} for store in stores]
    kept = [{name: _copied(value) for name, value in state.items()} for state in before]

    def restore() -> None:
        for store, state in zip(stores, kept, strict=True):
            for name, value in state.items():
                setattr(store, name, _copied(value))

    yield restore
    restore()


def is_state(value: object) -> bool:
    """What a store in memory remembers."""
    return isinstance(value, dict | set | list)


def _copied(value: Any) -> Any:
    """A copy that further writes do not reach; what lies in it is frozen, or a folder of such."""
    if isinstance(value, dict):
        return {key: _copied(each) for key, each in value.items()}
    if hasattr(value, "events") and hasattr(value, "clocks"):
        return replace(value, clocks=dict(value.clocks), texts=dict(value.texts), events=list(value.events))
    return copy.copy(value) if isinstance(value, set | list) else value


def leaves_of(value: object) -> Iterator[object]:
    """Every text and number in a JSON value."""
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from leaves_of(each)
    else:
        yield value


def places(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Where something can be put instead: every field, however deep, and the fields that hold others."""
    if path:
        yield path
    if isinstance(value, dict | list):
        for key, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(each, (*path, key))


def with_put(body: Any, path: tuple[str | int, ...], value: object) -> Any:
    """The body with this value in that place."""
    changed = copy.deepcopy(body)
    inner = changed
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return changed


def given_back(value: str, shown: Iterator[object]) -> bool:
    """Word for word: blanks around it may go, and a subject is one line. Nothing to read is nothing said."""
    plain = value.strip()
    return not plain or any(each in (plain, " ".join(plain.split())) for each in shown)


def names(said: Answer, path: tuple[str | int, ...]) -> bool:
    """Whether the refusal names this field, or one it is part of or made of."""
    wanted = ".".join(map(str, path))
    return any(
        found == wanted or found.startswith(f"{wanted}.") or (found and wanted.startswith(f"{found}."))
        for found in said.fields()
    )


def fault(prepared: Prepared, case: Case, path: tuple[str | int, ...], value: object) -> str | None:
    """What is wrong with the answer to this value in this place; None when it is as it should be."""
    said = prepared.sends(case, with_put(case.body, path, value))
    if 400 <= said.status < 500:
        return unclear(prepared, case, path, value, said)
    if said.status not in (case.says, 200):
        return f"{said.status}"
    if said.headers.get("x-content-type-options") != "nosniff":
        return "could be taken for another type"
    if isinstance(value, str) and str(path[0]) not in case.unseen:
        return None if given_back(value, prepared.shown(case, said)) else "not given back"
    return None


def unclear(prepared: Prepared, case: Case, path: tuple[str | int, ...], value: object, said: Answer) -> str | None:
    """What is wrong with a refusal. What is no JSON at all has no fields; left out, another field may be asked for."""
    if said.body.get("status") != said.status or len(said.raw) > 20_000:
        return "no problem document"
    if said.status == 422 and said.fields() == [""] and is_no_json(value):
        return None
    if said.status == 422 and (value is None or names(said, path)):
        return None
    as_it_stands = prepared.sends(case, case.body)
    return None if said.raw == as_it_stands.raw else f"{said.status} {said.body.get('errors')}"


def is_no_json(value: object) -> bool:
    """Half characters, and numbers that JSON does not have."""
    if isinstance(value, str):
        return any("\ud800" <= char <= "\udfff" for char in value)
    return isinstance(value, float) and not isfinite(value)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_field_keeps_hostile_input_word_for_word_or_refuses_it_by_name(
    prepared: Prepared, case: Case, put_back: Callable[[], None]
) -> None:
    assert prepared.sends(case, case.body).status == case.says
    put_back()
    found = []
    for path in places(case.body):
        for number, value in enumerate([*STRINGS, *OTHERS]):
            wrong = fault(prepared, case, path, value)
            put_back()
            if wrong is not None:
                found.append((".".join(map(str, path)), number, wrong))
    assert found == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_broken_body_is_refused_wherever_it_is_sent(
    prepared: Prepared, case: Case, put_back: Callable[[], None]
) -> None:
    for raw in BROKEN:
        said = prepared.sends(case, raw=raw)
        put_back()
        assert said.status == (404 if case.says == 404 else 422), (raw[:30], said.status)
        assert said.body["status"] == said.status
        assert len(said.raw) < 20_000


@pytest.mark.parametrize(
    ("case", "name", "most"),
    [(case, name, most) for case in CASES if case.says < 400 for name, most in LONGEST.get(case.name, {}).items()],
    ids=lambda each: each.name if isinstance(each, Case) else str(each),
)
@pytest.mark.parametrize("char", ["字", "𠮷", '"', "👍🏿"])
def test_a_field_holds_as_much_as_is_said_and_no_more(
    prepared: Prepared, case: Case, name: str, most: int, char: str, put_back: Callable[[], None]
) -> None:
    """Counted in characters as Unicode counts them, whatever they take in bytes."""
    path = tuple(int(part) if part.isdigit() else part for part in name.split("."))
    full = (char * most)[:most]

    def sent(text: str) -> Answer:
        body = with_put(case.body, path, text)  # as browsers send it; escaped, it would be three times as long
        return prepared.sends(case, raw=json.dumps(body, ensure_ascii=False).encode())

    said = sent(full)
    assert said.status == case.says
    if path[0] not in case.unseen:
        assert full in set(prepared.shown(case, said))
    put_back()
    said = sent(full + char[0])
    assert said.refused() == (422, "invalid_fields")
    assert said.fields() == [name]


def test_the_table_knows_every_post_and_every_move() -> None:
    posts = {path for path, methods in app.routes.items() if "POST" in methods}
    known = {case.path.replace("{}", "{tracking_code}").replace("M1", "{message}") for case in CASES}
    known = {path.rpartition("/")[0] + "/{move}" if "/moves/" in path else path for path in known}
    assert known == posts
    assert {case.name for case in CASES if "/moves/" in case.path} == {move.value for move in Move}


def test_the_table_fills_in_every_field_of_every_move() -> None:
    given: dict[str, set[str]] = {}
    for case in CASES:
        given.setdefault(case.name, set()).update(case.body)
    assert {move.value: set(PAYLOADS[move].model_fields) - given[move.value] for move in Move} == {
        move.value: set() for move in Move
    }
