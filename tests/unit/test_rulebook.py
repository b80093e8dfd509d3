"""Rulebook files: what a good one says, how a bad one is refused, and that the engine obeys whichever is given."""

from datetime import date, time
from pathlib import Path

import pytest
from pydantic import BaseModel

from chalicelib.domain import rules as parts
from chalicelib.domain.clocks import ClockName
from chalicelib.domain.errors import MoveRefusedError, RulebookError
from chalicelib.domain.letter import Complexity, Kind, Role, Sensitivity, Status
from chalicelib.domain.limit import CountedIn
from chalicelib.domain.payloads import (
    Accept,
    Answer,
    Assign,
    ContactWriter,
    Payload,
    RequestExtension,
    Return,
    SendBack,
)
from chalicelib.domain.rulebook import Rulebook
from chalicelib.domain.rulebook_file import parse_rulebook
from chalicelib.domain.rules import Action, Rule
from chalicelib.domain.workflow import Move
from tests.builders import ROADS, rulebook
from tests.unit.making import CLERK, ROADS_HANDLER, Story, day, names

ROOT = Path(__file__).parents[2]

BARE = """
name = "bare"
version = "1"
title = "最简制度"
issued_by = "某县"
in_force_from = 2026-01-01

[clauses]

[kinds.other]
title = "其他"

[county_handle]
number = 7
counted_in = "working_days"

[redo]
number = 1
counted_in = "working_days"

[number]
format = "{year}-{sequence}"

[office_hours]
from = "08:30"
to = "17:30"

[moves]
accept = ["centre"]
assign = ["centre"]
answer = ["handler"]
send_back = ["centre"]
return = ["handler"]
request_extension = ["handler"]
grant_extension = ["centre"]
contact_writer = ["handler"]
reopen = ["writer"]
"""
"""The least that is a rulebook: no triage, return or extension rule, no ladder, no clause."""

TWO_KINDS = BARE.replace("bare", "two-kinds").replace(
    "[clauses]\n\n",
    """
[clauses]
"PL-11" = "简单事项5个工作日，复杂事项15个工作日"
"CQ-3.2.1" = "日积日清"

[triage]
counted_in = "same_day"
clause = "CQ-3.2.1"

[extension]
cap = { number = 20, counted_in = "working_days" }

[kinds.complaint]
title = "投诉"
handle = { number = 5, counted_in = "working_days", clause = "PL-11" }
handle_complex = { number = 15, counted_in = "working_days", clause = "PL-11" }

[kinds.accusation]
title = "举报"
handle_complex = { number = 15, counted_in = "working_days" }

[[ladder.handle]]
name = "escalate_at_once"
action = "escalate"
offset = 1
at = "08:30"
to = ["leader"]

""",
)
"""Another regulation altogether: same-day triage, complexity, an extension without a call, a ladder of one step."""


def book(content: str) -> Rulebook:
    return parse_rulebook("county.toml", content)


def with_(text: str, base: str = BARE) -> str:
    """The base with more at its end."""
    return f"{base}\n{text}"


STEP = """
[[ladder.handle]]
name = "{name}"
action = "{action}"
offset = {offset}
at = "{at}"
to = ["{to}"]
"""


def step(name: str = "one", action: str = "remind", offset: str = "0", at: str = "09:00", to: str = "handler") -> str:
    return STEP.format(name=name, action=action, offset=offset, at=at, to=to)


def weekly(weekday: str) -> str:
    return f'[reports.weekly]\ntitle = "周报"\n{weekday}\nat = "07:00"\nto = ["leader"]'


def ground(ground_id: str) -> str:
    return f'[[decline_grounds]]\nid = "{ground_id}"\ntext = "广告"\n'


NO_SUCH_KEY = "no such key; check its spelling against docs/rulebooks.md"
MISSING = "this key is missing"
BAD = [
    pytest.param(BARE + "\n[moves", "(whole file)", "not valid TOML", id="broken TOML"),
    pytest.param("colour = 'red'\n" + BARE, "colour", NO_SUCH_KEY, id="unknown key"),
    pytest.param(
        with_("[triage]\nnumber = 2\ncounted_in = 'working_days'\nlimit = 3"),
        "triage.limit",
        NO_SUCH_KEY,
        id="unknown key inside a rule",
    ),
    pytest.param(BARE.replace('version = "1"\n', ""), "version", MISSING, id="missing key"),
    pytest.param(BARE.replace('from = "08:30"\n', ""), "office_hours.from", MISSING, id="missing key inside a rule"),
    pytest.param(
        BARE.replace("[redo]\nnumber = 1\n", "[redo]\n"),
        "redo.number",
        "say how many working_days",
        id="a limit without its number",
    ),
    pytest.param(
        BARE.replace("number = 7", 'number = "7"'),
        "county_handle.number",
        "write a whole number, without quotes",
        id="a number in quotes",
    ),
    pytest.param(
        BARE.replace("number = 7", "number = true"),
        "county_handle.number",
        "write a whole number, without quotes",
        id="yes for a number",
    ),
    pytest.param(
        BARE.replace("number = 7", "number = 0"),
        "county_handle.number",
        "must be 1 or more",
        id="no days at all",
    ),
    pytest.param(
        BARE.replace("number = 7", "number = -7"),
        "county_handle.number",
        "must be 1 or more",
        id="negative days",
    ),
    pytest.param(
        BARE.replace('counted_in = "working_days"', 'counted_in = "workdays"', 1),
        "county_handle.counted_in",
        "working_days",
        id="unknown way of counting",
    ),
    pytest.param(BARE.replace("2026-01-01", '"spring"'), "in_force_from", "date", id="no date"),
    pytest.param(
        with_("", BARE).replace("[clauses]", "in_force_until = 2025-12-31\n[clauses]"),
        "in_force_until",
        "must not come before in_force_from",
        id="in force backwards",
    ),
    pytest.param(with_("[kinds.rumour]\ntitle = '传闻'"), "kinds.rumour", "consultation", id="unknown kind"),
    pytest.param(BARE.replace('["centre"]', '["mayor"]', 1), "moves.accept.0", "centre", id="unknown role"),
    pytest.param(BARE + 'publish_all = ["centre"]', "moves.publish_all", "accept", id="unknown move"),
    pytest.param(
        BARE + 'rate = ["centre"]', "moves.rate", "centre cannot make this move", id="a role that cannot make the move"
    ),
    pytest.param(
        with_('[triage]\nnumber = 2\ncounted_in = "working_days"\nclause = "SF-2.1"'),
        "triage.clause",
        "clause SF-2.1 is used but not listed under [clauses]",
        id="a clause that is not listed",
    ),
    pytest.param(
        with_(step() + 'clause = "SF-4"'),
        "ladder.handle.0.clause",
        "clause SF-4 is used but not listed",
        id="one deep inside",
    ),
    pytest.param(
        with_("[triage]\nnumber = 2\ncounted_in = 'working_days'\nclause = 'section two'"),
        "triage.clause",
        "write a clause id",
        id="no clause id",
    ),
    pytest.param(
        with_(step("late", offset="1") + step("early", offset="-1")),
        "ladder.handle",
        "in the order in which they come",
        id="ladder out of order",
    ),
    pytest.param(
        with_(step("late", at="14:30") + step("early", at="09:00")),
        "ladder.handle",
        "in the order in which they come",
        id="ladder out of order within a day",
    ),
    pytest.param(
        with_(step("same") + step("same", offset="1")),
        "ladder.handle",
        "two steps have the same name",
        id="two steps of one name",
    ),
    pytest.param(
        with_(step().replace("ladder.handle", "ladder.answer")), "ladder.answer", "triage", id="a ladder for no clock"
    ),
    pytest.param(with_(step(action="shout")), "ladder.handle.0.action", "remind", id="unknown action"),
    pytest.param(
        with_(step(offset='"1"')),
        "ladder.handle.0.offset",
        "write a whole number, without quotes",
        id="offset in quotes",
    ),
    pytest.param(
        with_(step(to="auditor")),
        "ladder.handle",
        "auditor cannot be reached by this ladder",
        id="a step nobody would hear",
    ),
    pytest.param(
        with_(step().replace("ladder.handle", "ladder.triage")),
        "ladder.triage",
        "handler cannot be reached by this ladder",
        id="a triage step to a unit",
    ),
    pytest.param(
        with_(step(action="urge").replace("ladder.handle", "ladder.return")),
        "ladder.return",
        "it can only be reminded of",
        id="urging about a window",
    ),
    pytest.param(
        with_(step().replace('to = ["handler"]', "to = []")), "ladder.handle.0.to", "at least 1", id="a step to nobody"
    ),
    pytest.param(with_(step() + 'channels = ["pigeon"]'), "ladder.handle.0.channels.0", "email", id="unknown channel"),
    pytest.param(
        with_(step().replace('at = "09:00"', "at = 9")),
        "ladder.handle.0.at",
        'as in "09:00"',
        id="a bare hour, which would be 9 seconds past midnight",
    ),
    pytest.param(with_(step(at="09:00Z")), "ladder.handle.0.at", 'as in "09:00"', id="a time of another zone"),
    pytest.param(with_(step(at="29:00")), "ladder.handle.0.at", "hour must be in 0..23", id="no such hour"),
    pytest.param(
        BARE.replace("{year}-{sequence}", "{year}"),
        "number.format",
        "write {year} and {sequence}",
        id="number without a sequence",
    ),
    pytest.param(
        BARE.replace("{year}-{sequence}", "{sequence}"),
        "number.format",
        "write {year} and {sequence}",
        id="number without a year",
    ),
    pytest.param(
        BARE.replace("{year}-{sequence}", "{year}{sequence}{month}"),
        "number.format",
        "write {year} and {sequence}",
        id="number with an unknown part",
    ),
    pytest.param(
        BARE.replace("{year}-{sequence}", "{year}-{sequence:.0e}"),
        "number.format",
        "write {year} and {sequence}",
        id="number in powers of ten",
    ),
    pytest.param(
        BARE.replace("{year}-{sequence}", "{year}-{sequence:c}"),
        "number.format",
        "write {year} and {sequence}",
        id="number as a sign",
    ),
    pytest.param(
        BARE.replace("{year}-{sequence}", "{year}-{sequence:0999999d}"),
        "number.format",
        "write {year} and {sequence}",
        id="endless number",
    ),
    pytest.param(
        BARE.replace("{year}-{sequence}", "{year}-{sequence}-{unit.__class__}"),
        "number.format",
        "write {year} and {sequence}",
        id="number from within the program",
    ),
    pytest.param(
        BARE.replace("{year}-{sequence}", "{year}-{sequence}-{unit!r}"),
        "number.format",
        "write {year} and {sequence}",
        id="number with a quoted unit",
    ),
    pytest.param(
        BARE.replace("{year}-{sequence}", "{year}-{sequence:4号}"),
        "number.format",
        "write {year} and {sequence}",
        id="number that cannot be written",
    ),
    pytest.param(
        BARE.replace("{year}-{sequence}", "{year}-{sequence}{"),
        "number.format",
        "write {year} and {sequence}",
        id="number with an open brace",
    ),
    pytest.param(
        BARE.replace("{year}-{sequence}", "{year}-{sequence}{unit.name}"),
        "number.format",
        "write {year} and {sequence}",
        id="number that asks for a part of a part",
    ),
    *(
        pytest.param(
            BARE.replace("{year}-{sequence}", wrong),
            "number.format",
            "by a sign that is not a digit",
            id=f"number {wrong}",
        )
        for wrong in (
            "{year}{unit}{sequence}",
            "{unit}1{sequence}-{year}",
            "{year}{sequence}{unit}",
            "{sequence}2{unit}{year}",
            "{unit}{year}{sequence}",
            "{year}-{sequence}-{sequence}",
            "{unit}-{year}-{sequence}-{unit}",
        )
    ),
    *(
        pytest.param(
            with_(text + "\n[extension]\ncap = { number = 15, counted_in = 'working_days' }", BARE.replace(old, "")),
            key,
            "with [extension], only working_days can be extended",
            id=f"{key} in another count beside an extension",
        )
        for old, text, key in (
            (
                '[kinds.other]\ntitle = "其他"\n',
                "[kinds.other]\ntitle = '其他'\nhandle = { counted_in = 'same_day' }",
                "kinds.other.handle.counted_in",
            ),
            (
                "",
                "[kinds.help]\ntitle = '求助'\nhandle_complex = { number = 15, counted_in = 'calendar_days' }",
                "kinds.help.handle_complex.counted_in",
            ),
            (
                '[redo]\nnumber = 1\ncounted_in = "working_days"\n',
                "[redo]\nnumber = 60\ncounted_in = 'minutes'",
                "redo.counted_in",
            ),
            (
                '[county_handle]\nnumber = 7\ncounted_in = "working_days"\n',
                "[county_handle]\nnumber = 7\ncounted_in = 'calendar_days'",
                "county_handle.counted_in",
            ),
        )
    ),
    pytest.param(
        with_("[extension]\ncap = { number = 30, counted_in = 'calendar_days' }"),
        "extension.cap.counted_in",
        "with [extension], only working_days can be extended",
        id="an extension's cap in another count",
    ),
    pytest.param(
        BARE.replace('from = "08:30"', 'from = "18:30"'),
        "office_hours",
        "'from' must come before 'to'",
        id="office hours reversed",
    ),
    pytest.param(
        BARE.replace('to = "17:30"', 'to = "08:30"'),
        "office_hours",
        "'from' must come before 'to'",
        id="no office hours",
    ),
    pytest.param(
        with_(ground("advert") + ground("advert")),
        "decline_grounds",
        "two of them have the same id",
        id="two grounds of one id",
    ),
    pytest.param(
        with_(ground("Advert!")),
        "decline_grounds.0.id",
        "write an id of small letters",
        id="a ground without a proper id",
    ),
    pytest.param(with_(weekly("weekday = 8")), "reports.weekly.weekday", "must be 7 or less", id="an eighth day"),
    pytest.param(with_(weekly("")), "reports.weekly.weekday", "say on which day", id="a weekly report on no day"),
    pytest.param(
        with_(weekly("weekday = 1").replace("weekly", "hourly")), "reports.hourly", "daily", id="an hourly report"
    ),
    pytest.param(
        with_("[writer]\nreopen_within_days = 0"),
        "writer.reopen_within_days",
        "must be 1 or more",
        id="reopening within no days",
    ),
    pytest.param(
        with_('[extension]\ncap = { number = 30, counted_in = "working_days" }\ncontact_writer_first = "yes"'),
        "extension.contact_writer_first",
        "write true or false, without quotes",
        id="yes in words",
    ),
    pytest.param(
        BARE.replace('name = "bare"', 'name = "Bare Book"'),
        "name",
        "write a name of small letters",
        id="a name with a space",
    ),
]


@pytest.mark.parametrize(("content", "key", "reason"), BAD)
def test_a_bad_file_is_refused_with_file_key_and_reason(content: str, key: str, reason: str) -> None:
    with pytest.raises(RulebookError) as refused:
        book(content)
    error = refused.value
    assert error.file == "county.toml"
    assert error.key == key
    assert reason in error.reason
    assert "Value error" not in error.reason
    assert str(error).startswith(f"county.toml: {error.key}: ")


def test_the_least_that_is_a_rulebook_is_one() -> None:
    bare = book(BARE)
    assert (bare.triage, bare.return_, bare.extension, bare.ladder, bare.writer.reopen_within_days) == (
        None,
        None,
        None,
        {},
        None,
    )


def test_the_shuangfeng_regulation_says_what_it_says() -> None:
    """SF: clause by clause, against the published text."""
    sf = rulebook()
    assert (sf.in_force_from, sf.issued_by) == (date(2018, 3, 6), "双政办发〔2018〕24号")
    assert sf.triage is not None
    assert (sf.triage.number, sf.triage.counted_in, sf.triage.clause) == (2, "working_days", "SF-2.1")
    assert sf.return_ is not None
    assert sf.return_.window is not None
    assert (sf.return_.window.number, sf.return_.window.counted_in, sf.return_.clause) == (
        1,
        "working_days",
        "SF-3.3.3",
    )
    assert sf.extension is not None
    assert sf.extension.cap is not None
    assert (sf.extension.cap.number, sf.extension.contact_writer_first, sf.extension.clause) == (30, True, "SF-3.3.3")
    assert len(sf.decline_grounds) == len(sf.scope) == 6
    assert {each.clause for each in sf.decline_grounds} == {"SF-2.3"}
    assert {each.clause for each in sf.scope} == {"SF-2.2"}
    assert set(sf.kinds) == set(Kind)
    assert sf.number.format.format(year=2026, sequence=7) == "信箱〔2026〕0007号"
    assert (sf.reports["weekly"].weekday, sf.reports["weekly"].at) == (1, time(7, 0))
    assert sf.ground("petition_concluded") is not None
    assert sf.ground("bad_mood") is None


@pytest.mark.parametrize(
    ("kind", "complexity", "number", "counted_in"),
    [
        (Kind.COMPLAINT, Complexity.SIMPLE, 5, "working_days"),
        (Kind.COMPLAINT, Complexity.COMPLEX, 15, "working_days"),
        (Kind.ACCUSATION, Complexity.SIMPLE, 7, "working_days"),
        (Kind.ACCUSATION, Complexity.COMPLEX, 15, "working_days"),
        (Kind.OTHER, Complexity.COMPLEX, 7, "working_days"),
        (Kind.HELP, Complexity.SIMPLE, 7, "working_days"),
    ],
)
def test_a_kind_has_its_own_limit_its_complex_one_or_the_county_s(
    kind: Kind, complexity: Complexity, number: int, counted_in: str
) -> None:
    limit = book(TWO_KINDS).handle_limit(kind, complexity)
    assert (limit.number, limit.counted_in) == (number, counted_in)


def test_a_simple_limit_serves_complex_letters_where_no_other_is_given() -> None:
    assert rulebook().handle_limit(Kind.CONSULTATION, Complexity.COMPLEX).number == 2


def through(content: str) -> Story:
    """The main way of a letter under this rulebook: accepted, assigned, answered, sent back, answered, reopened."""
    story = Story(Kind.COMPLAINT, book=book(content))
    steps: list[tuple[Move, Payload, str]] = [
        (Move.ACCEPT, Accept(), "2026-11-20 10:00"),
        (Move.ASSIGN, Assign(units=(ROADS,)), "2026-11-20 11:00"),
        (Move.ANSWER, Answer(body="在办"), "2026-11-23 10:00"),
        (Move.SEND_BACK, SendBack(reasons="请补充"), "2026-11-24 10:00"),
        (Move.ANSWER, Answer(body="已修复"), "2026-11-25 10:00"),
    ]
    for move, payload, at in steps:
        story.do(move, payload, ROADS_HANDLER if move is Move.ANSWER else CLERK, at)
    return story


@pytest.mark.parametrize("content", [pytest.param(BARE, id="bare"), pytest.param(TWO_KINDS, id="two kinds")])
def test_a_letter_goes_its_whole_way_under_any_rulebook(content: str) -> None:
    story = through(content)
    assert (story.letter.status, story.running()) == (Status.ANSWERED, [])
    assert story.clock(ClockName.REDO).due_on == day("2026-11-25")


def test_without_its_rules_the_engine_behaves_as_without_them() -> None:
    story = Story(Kind.COMPLAINT, book=book(BARE))
    assert story.running() == []
    story.do(Move.ACCEPT, Accept()).do(Move.ASSIGN, Assign(units=(ROADS,)))
    assert story.running() == [("handle", ROADS)]
    handle = story.clock(ClockName.HANDLE)
    assert (handle.due_on, handle.clause, handle.next_action_at) == (day("2026-12-01"), None, None)
    assert story.why_not(Move.RETURN, ROADS_HANDLER) == "no_return_rule"
    assert story.why_not(Move.REQUEST_EXTENSION, ROADS_HANDLER) == "no_extension_rule"
    assert story.why_not(Move.APPROVE, CLERK) == "not_your_move"
    assert names(story.sweep("2027-03-01 09:00").events) == []


def test_another_rulebook_another_way() -> None:
    story = Story(Kind.COMPLAINT, "2026-11-20 10:00", book=book(TWO_KINDS))
    assert (story.clock(ClockName.TRIAGE).due_on, story.clock(ClockName.TRIAGE).clause) == (
        day("2026-11-20"),
        "CQ-3.2.1",
    )
    story.do(Move.ACCEPT, Accept(complexity=Complexity.COMPLEX)).do(Move.ASSIGN, Assign(units=(ROADS,)))
    assert story.clock(ClockName.HANDLE).due_on == day("2026-12-11")
    assert story.why_not(Move.REQUEST_EXTENSION, ROADS_HANDLER) is None
    story.sweep("2026-12-14 08:30")
    assert (names(story.events), story.heard()) == (["escalate_at_once"], {("ladder_escalate", "leader@roads")})


def test_same_day_triage_of_a_saturday_ends_on_the_next_working_day() -> None:
    story = Story(at="2026-11-21 10:00", book=book(TWO_KINDS))
    assert story.clock(ClockName.TRIAGE).due_on == day("2026-11-23")


def test_a_move_that_the_rulebook_leaves_out_is_nobody_s() -> None:
    story = through(BARE)
    for role in Role:
        actor = type(CLERK)("somebody", role, ROADS)
        assert story.why_not(Move.APPROVE, actor) == "not_your_move"


def test_a_rule_that_is_off_asks_for_nothing() -> None:
    """An extension that need not come before the due date, nor after a call."""
    late = TWO_KINDS.replace("[extension]\n", "[extension]\nbefore_due = false\n")
    for content, reason in ((TWO_KINDS, "limit_has_passed"), (late, None)):
        story = Story(Kind.COMPLAINT, book=book(content)).do(Move.ACCEPT, Accept())
        story.do(Move.ASSIGN, Assign(units=(ROADS,))).at("2027-01-20 10:00")
        assert story.why_not(Move.REQUEST_EXTENSION, ROADS_HANDLER) == reason


def test_the_texts_of_refused_moves_stay_out_of_the_letter() -> None:
    story = Story(Kind.COMPLAINT, book=book(BARE)).do(Move.ACCEPT, Accept()).do(Move.ASSIGN, Assign(units=(ROADS,)))
    before = len(story.texts)
    for payload, move in (
        (Return(reason="非本单位"), Move.RETURN),
        (RequestExtension(reason="勘查", working_days=3), Move.REQUEST_EXTENSION),
    ):
        with pytest.raises(MoveRefusedError):
            story.do(move, payload, ROADS_HANDLER)
    story.do(Move.CONTACT_WRITER, ContactWriter(note="已联系"), ROADS_HANDLER)
    assert len(story.texts) == before + 1


def _keys(model: type[BaseModel]) -> set[str]:
    return {info.alias or name for name, info in model.model_fields.items()}


def test_the_guide_explains_every_key() -> None:
    """docs/rulebooks.md is what a county writes its file by, and what a refusal points to."""
    guide = (ROOT / "docs" / "rulebooks.md").read_text()
    models = [each for each in vars(parts).values() if isinstance(each, type) and issubclass(each, Rule)]
    keys = _keys(Rulebook).union(*(_keys(model) for model in models))
    assert {"answer_chains", "in_person", "deductions", "several_units"} <= keys
    assert {key for key in keys if f"`{key}`" not in guide} == set()
    for names_ in (Kind, Move, Role, ClockName, CountedIn, Action, Sensitivity):
        assert {each.value for each in names_ if f"`{each}`" not in guide} <= {"system"}


def test_the_guide_s_example_is_a_rulebook() -> None:
    guide = (ROOT / "docs" / "rulebooks.md").read_text()
    example = guide.split("## Example")[1].split("```toml\n")[1].split("```")[0]
    assert book(example).name == "our-county"
