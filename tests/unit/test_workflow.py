"""Every move from every status and for every role, against tables written by hand, under the Shuangfeng rulebook."""

from dataclasses import replace

import pytest

from chalicelib.domain.clocks import Clock, ClockName, Ending, end_clock
from chalicelib.domain.effects import EFFECTS
from chalicelib.domain.engine import make, role_for, why_not
from chalicelib.domain.errors import MoveRefusedError
from chalicelib.domain.letter import UNIT_ROLES, Actor, ExtensionRequest, Letter, Role, Status
from chalicelib.domain.payloads import (
    PAYLOADS,
    Accept,
    Answer,
    Approve,
    Assign,
    Classify,
    ContactWriter,
    Decline,
    ExplainDelay,
    Forward,
    GrantExtension,
    Instruct,
    KeepForInformation,
    Nothing,
    Payload,
    Rate,
    RefuseExtension,
    Remark,
    Reopen,
    RequestExtension,
    Return,
    SendBack,
    SubAssign,
    Supplement,
)
from chalicelib.domain.workflow import MOVES, Move
from tests.builders import ROADS, WATER
from tests.unit.making import CLERK, INSPECTOR, LEADER, ROADS_HANDLER, WRITER, Story, local

# Where each move leads. "." keeps the status, an empty place refuses the move.
COLUMNS = [status.value for status in Status]
TABLE = """
move                 | received  | accepted  | assigned  | in_approval | answered | closed   | declined | kept | forwarded | withdrawn | merged
accept               | accepted  |           |           |             |          |          |          |      |           |           |
decline              | declined  | declined  |           |             |          |          |          |      |           |           |
keep_for_information | kept      | kept      |           |             |          |          |          |      |           |           |
classify             | .         | .         | .         |             |          |          |          |      |           |           |
assign               |           | assigned  | assigned  |             |          |          |          |      |           |           |
forward              |           | forwarded |           |             |          |          |          |      |           |           |
grant_extension      |           |           | .         |             |          |          |          |      |           |           |
refuse_extension     |           |           | .         |             |          |          |          |      |           |           |
send_back            |           |           |           |             | assigned |          |          |      |           |           |
approve              |           |           |           |             | closed   |          |          |      |           |           |
return               |           |           | accepted  |             |          |          |          |      |           |           |
sub_assign           |           |           | .         |             |          |          |          |      |           |           |
contact_writer       |           |           | .         |             |          |          |          |      |           |           |
request_extension    |           |           | .         |             |          |          |          |      |           |           |
explain_delay        |           |           | .         |             |          |          |          |      |           |           |
answer               |           |           | answered  |             |          |          |          |      |           |           |
instruct             | .         | .         | .         |             | .        |          |          |      |           |           |
supervise            | .         | .         | .         |             | .        |          |          |      |           |           |
urge                 | .         | .         | .         |             |          |          |          |      |           |           |
supplement           | .         | .         | .         |             |          |          |          |      |           |           |
rate                 |           |           |           |             | .        | .        |          |      |           |           |
reopen               |           |           |           |             | accepted | accepted |          |      |           |           |
withdraw             | withdrawn | withdrawn | withdrawn |             |          |          |          |      |           |           |
"""  # noqa: E501  a table is read by its columns

# Who may, under the Shuangfeng rulebook: w(riter) c(entre) h(andler) d(irect) f(irst responsible) l(eader) i(nspector).
WHO = {
    "accept": "c",
    "decline": "c",
    "keep_for_information": "c",
    "classify": "c",
    "assign": "c",
    "forward": "c",
    "grant_extension": "c",
    "refuse_extension": "c",
    "send_back": "c",
    "approve": "c",
    "return": "hdf",
    "sub_assign": "hdf",
    "contact_writer": "hdf",
    "request_extension": "hdf",
    "explain_delay": "hdf",
    "answer": "hdf",
    "instruct": "l",
    "supervise": "i",
    "urge": "ic",
    "supplement": "w",
    "rate": "w",
    "reopen": "w",
    "withdraw": "w",
}
# Whom any county's rulebook may give a move to, where that is more than Shuangfeng gives.
ALSO = {"send_back": "i", "approve": "li", "contact_writer": "c", "urge": "l"}
LETTER_OF = {
    Role.WRITER: "w",
    Role.CENTRE: "c",
    Role.HANDLER: "h",
    Role.DIRECT_RESPONSIBLE: "d",
    Role.FIRST_RESPONSIBLE: "f",
    Role.LEADER: "l",
    Role.INSPECTOR: "i",
    Role.AUDITOR: "a",
    Role.SYSTEM: "s",
}
PAYLOAD: dict[Move, Payload] = {
    Move.ACCEPT: Accept(),
    Move.DECLINE: Decline(ground="not_a_public_matter"),
    Move.KEEP_FOR_INFORMATION: KeepForInformation(),
    Move.CLASSIFY: Classify(),
    Move.ASSIGN: Assign(units=(WATER,)),
    Move.FORWARD: Forward(unit=WATER),
    Move.GRANT_EXTENSION: GrantExtension(),
    Move.REFUSE_EXTENSION: RefuseExtension(),
    Move.SEND_BACK: SendBack(reasons="没有回答来信人的问题"),
    Move.APPROVE: Approve(),
    Move.RETURN: Return(reason="不属于本单位职责"),
    Move.SUB_ASSIGN: SubAssign(contact="roads-deputy-head"),
    Move.CONTACT_WRITER: ContactWriter(note="已电话联系"),
    Move.REQUEST_EXTENSION: RequestExtension(reason="需要现场勘查", working_days=3),
    Move.EXPLAIN_DELAY: ExplainDelay(reason="材料尚未到齐"),
    Move.ANSWER: Answer(body="路灯已修复。"),
    Move.INSTRUCT: Instruct(text="请抓紧办理"),
    Move.SUPERVISE: Remark(),
    Move.URGE: Remark(),
    Move.SUPPLEMENT: Supplement(body="还有两盏灯不亮"),
    Move.RATE: Rate(score=5),
    Move.REOPEN: Reopen(reason="灯又坏了"),
    Move.WITHDRAW: Nothing(),
}
ACTOR = {"w": WRITER, "c": CLERK, "h": ROADS_HANDLER, "l": LEADER, "i": INSPECTOR}


def expected() -> dict[tuple[Move, Status], str]:
    rows = [[cell.strip() for cell in line.split("|")] for line in TABLE.strip().splitlines()]
    assert rows[0] == ["move", *COLUMNS]
    return {
        (Move(row[0]), Status(column)): cell for row in rows[1:] for column, cell in zip(COLUMNS, row[1:], strict=True)
    }


EXPECTED = expected()


def at(status: Status, move: Move) -> tuple[Letter, tuple[Clock, ...]]:
    """A letter in this status, for which everything else that the move asks for is there."""
    story = Story().assigned()
    asking = ExtensionRequest(3, story.now) if move in {Move.GRANT_EXTENSION, Move.REFUSE_EXTENSION} else None
    held = replace(story.letter.assignments[0], contacted_writer_at=story.now, extension=asking)
    clocks = story.clocks
    if status in {Status.ANSWERED, Status.CLOSED}:
        clocks = tuple(end_clock(clock, story.now, Ending.DONE) for clock in clocks)
    return replace(story.letter, status=status, assignments=(held,)), clocks


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("move", Move)
def test_every_move_from_every_status_does_what_the_table_says(move: Move, status: Status) -> None:
    letter, clocks = at(status, move)
    actor = ACTOR[WHO[move][0]]
    around = Story().around
    leads_to = EXPECTED[move, status]
    if leads_to:
        after = make(move, letter, clocks, actor, PAYLOAD[move], around).letter
        assert after.status == (status if leads_to == "." else leads_to)
        assert after.version == letter.version + 1
    else:
        with pytest.raises(MoveRefusedError) as refused:
            make(move, letter, clocks, actor, PAYLOAD[move], around)
        assert (refused.value.reason, refused.value.data) == ("wrong_status", {"status": status.value})


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("move", Move)
def test_every_role_may_make_the_moves_that_the_rulebook_gives_it_and_no_others(move: Move, role: Role) -> None:
    status = next(status for status in Status if EXPECTED[move, status])
    letter, clocks = at(status, move)
    actor = Actor("somebody", role, ROADS)
    allowed = LETTER_OF[role] in WHO[move]
    around = Story().around
    assert why_not(move, letter, clocks, actor, around) == (None if allowed else "not_your_move")
    assert role_for(move, [role], around) == (role if allowed else None)


@pytest.mark.parametrize("move", Move)
def test_no_rulebook_can_give_a_move_to_somebody_it_is_not_meant_for(move: Move) -> None:
    """A writer who could close the own letter, or an auditor who could write answers, would be a mistake in a file."""
    may = {LETTER_OF[role] for role in MOVES[move].may_be_given_to}
    assert may == set(WHO[move] + ALSO.get(move, ""))


def test_the_tables_name_every_move_every_status_and_every_role() -> None:
    assert set(WHO) == {move.value for move in Move} == set(EFFECTS) == set(PAYLOADS) == set(MOVES)
    assert set(COLUMNS) == {status.value for status in Status}
    assert set(LETTER_OF) == set(Role)


@pytest.mark.parametrize("move", [move for move in Move if set(WHO[move]) <= set("hdf")])
@pytest.mark.parametrize("role", sorted(UNIT_ROLES))
def test_a_unit_that_does_not_hold_the_letter_cannot_move_it(move: Move, role: Role) -> None:
    letter, clocks = at(Status.ASSIGNED, move)
    for unit in (WATER, None):
        assert why_not(move, letter, clocks, Actor("stranger", role, unit), Story().around) == "not_your_letter"


def test_of_several_roles_the_one_that_the_rulebook_names_first_acts() -> None:
    assert role_for(Move.URGE, [Role.CENTRE, Role.INSPECTOR], Story().around) is Role.INSPECTOR


def test_a_move_is_refused_without_a_trace_and_its_error_carries_no_words() -> None:
    story = Story()
    before = story.letter, story.clocks
    with pytest.raises(MoveRefusedError, match="move_refused"):
        story.do(Move.ANSWER, Answer(body="秘密"), ROADS_HANDLER)
    assert (story.letter, story.clocks) == before


def test_a_move_refuses_the_fields_of_another() -> None:
    with pytest.raises(TypeError, match="accept takes Accept"):
        Story().do(Move.ACCEPT, Decline(ground="not_a_public_matter"))


def test_only_the_three_endings_of_triage_stop_its_clock() -> None:
    """SF-2.1: screening, classifying and assigning together have 2 working days; accepting alone does not end them."""
    story = Story().do(Move.ACCEPT, Accept())
    assert story.running() == [("triage", None)]
    for move in (Move.DECLINE, Move.KEEP_FOR_INFORMATION, Move.ASSIGN, Move.FORWARD):
        ended = make(move, story.letter, story.clocks, CLERK, PAYLOAD[move], story.around)
        triage = next(clock for clock in ended.clocks if clock.name is ClockName.TRIAGE)
        assert (triage.ended_at, triage.ending) == (local("2026-11-20 10:00"), Ending.DONE)
