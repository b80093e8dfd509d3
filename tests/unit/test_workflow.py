"""Every move from every status and for every role, against tables written by hand, under a rulebook with every rule."""

from dataclasses import replace

import pytest

from chalicelib.domain.clocks import Clock, ClockName, Ending, end_clock
from chalicelib.domain.draft import Surroundings
from chalicelib.domain.effects import EFFECTS
from chalicelib.domain.engine import make, role_for, why_not
from chalicelib.domain.errors import MoveRefusedError
from chalicelib.domain.letter import (
    UNIT_ROLES,
    Actor,
    Approval,
    ContactId,
    ExtensionRequest,
    Letter,
    Referral,
    Role,
    Status,
)
from chalicelib.domain.payloads import (
    PAYLOADS,
    Accept,
    Answer,
    Approve,
    Assign,
    CallBack,
    CallBackOutcome,
    Classify,
    ContactWriter,
    Decline,
    ExplainDelay,
    Forward,
    GrantExtension,
    HoldToAccount,
    Instruct,
    KeepForInformation,
    LinkRepeat,
    Nothing,
    Payload,
    Publish,
    Rate,
    ReferToEfficiencyOffice,
    ReferUp,
    RefuseExtension,
    Remark,
    Remove,
    Reopen,
    RequestExtension,
    Return,
    SendBack,
    SpotCheck,
    SubAssign,
    Supervise,
    Supplement,
    Withhold,
)
from chalicelib.domain.rules import (
    AnswerChain,
    ApprovalStep,
    Ground,
    PoolRule,
    PublicationRule,
    ReadingRule,
    ResponsibilityRule,
)
from chalicelib.domain.workflow import MOVES, Move
from tests.builders import CENTRE, ROADS, WATER, a_letter, rulebook
from tests.unit.making import CLERK, INSPECTOR, LEADER, ROADS_HANDLER, WRITER, Story, local

# Where each move leads. "." keeps the status, an empty place refuses the move.
COLUMNS = [status.value for status in Status]
TABLE = """
move                       | received  | accepted  | referred  | assigned  | in_approval | answered  | closed    | declined  | kept      | forwarded | withdrawn | merged    | removed
accept                     | accepted  |           |           |           |             |           |           |           |           |           |           | accepted  |
decline                    | declined  | declined  |           |           |             |           |           |           |           |           |           |           |
keep_for_information       | kept      | kept      |           |           |             |           |           |           |           |           |           |           |
classify                   | .         | .         | .         | .         | .           | .         | .         |           |           | .         |           | .         |
assign                     |           | assigned  |           | assigned  |             |           |           |           |           |           |           | assigned  |
forward                    |           | forwarded |           |           |             |           |           |           |           |           |           |           |
refer_up                   |           | referred  |           |           |             |           |           |           |           |           |           |           |
convert                    |           |           | assigned  |           |             |           |           |           |           |           |           |           |
grant_extension            |           |           |           | .         |             |           |           |           |           |           |           |           |
refuse_extension           |           |           |           | .         |             |           |           |           |           |           |           |           |
send_back                  |           |           |           |           | assigned    | assigned  |           |           |           |           |           |           |
approve                    |           | .         |           |           | answered    | closed    |           |           |           |           |           |           |
publish                    |           | .         |           | .         |             | .         | .         |           |           |           |           |           |
withhold                   |           | .         |           | .         |             | .         | .         |           |           |           |           |           |
call_back                  |           |           |           |           |             | .         | .         |           |           |           |           |           |
link_repeat                | .         | .         | .         | .         | .           |           |           |           |           |           |           |           |
remove                     | removed   |           |           |           |             |           |           | removed   | removed   |           |           |           |
claim                      |           | assigned  |           |           |             |           |           |           |           |           |           |           |
return                     |           | accepted  | accepted  | accepted  |             |           |           |           |           | accepted  |           |           |
sub_assign                 |           |           |           | .         |             |           |           |           |           |           |           |           |
contact_writer             | .         | .         |           | .         |             |           |           |           |           |           |           |           |
request_extension          |           |           |           | .         |             |           |           |           |           |           |           |           |
explain_delay              |           |           |           | .         | .           |           |           |           |           |           |           |           |
answer                     |           |           |           | answered  |             |           |           |           |           | .         |           |           |
instruct                   | .         | .         | accepted  | .         | .           | .         | .         |           |           |           |           |           |
supervise                  | .         | .         | .         | .         | .           | .         |           |           |           |           |           |           |
urge                       | .         | .         | .         | .         | .           |           |           |           |           |           |           |           |
spot_check                 |           |           |           |           |             | .         | .         | .         | .         | .         |           |           |
refer_to_efficiency_office | .         | .         | .         | .         | .           | .         | .         |           |           |           |           |           |
hold_to_account            | .         | .         | .         | .         | .           | .         | .         |           |           |           |           |           |
supplement                 | .         | .         | .         | .         | .           |           |           |           |           |           |           |           |
rate                       |           |           |           |           |             | .         | .         |           |           |           |           |           |
reopen                     |           |           |           |           |             | accepted  | accepted  |           |           |           |           | accepted  |
withdraw                   | withdrawn | withdrawn | withdrawn | withdrawn | withdrawn   |           |           |           |           |           |           |           |
"""  # noqa: E501  a table is read by its columns

# Who may: w(riter) c(entre) h(andler) d(irect) f(irst responsible) l(eader) i(nspector) o (head of the unit), and the
# leaders' posts: 1 deputy secretary, 2 secretary, 3 deputy head, 4 head. The first makes it in these tests.
WHO = {
    "accept": "c",
    "decline": "c",
    "keep_for_information": "c",
    "classify": "c",
    "assign": "ci",
    "forward": "c",
    "refer_up": "c",
    "convert": "cil1234",
    "grant_extension": "c",
    "refuse_extension": "c",
    "send_back": "ci",
    "approve": "cil1234",
    "publish": "coi",
    "withhold": "coi",
    "call_back": "c",
    "link_repeat": "c",
    "remove": "ci",
    "claim": "hdf",
    "return": "hdf",
    "sub_assign": "hdf",
    "contact_writer": "hdfc",
    "request_extension": "hdf",
    "explain_delay": "hdf",
    "answer": "hdf",
    "instruct": "l1234",
    "supervise": "i",
    "urge": "icl1234",
    "spot_check": "i",
    "refer_to_efficiency_office": "ci",
    "hold_to_account": "il1234",
    "supplement": "w",
    "rate": "w",
    "reopen": "w",
    "withdraw": "w",
}
ALSO = {"return": "c", "supervise": "c", "spot_check": "c"}
"""Whom a rulebook may give a move to beside: a centre gives back what was referred to it, or looks itself (BB-3.3)."""
LETTER_OF = {
    Role.WRITER: "w",
    Role.CENTRE: "c",
    Role.HANDLER: "h",
    Role.DIRECT_RESPONSIBLE: "d",
    Role.FIRST_RESPONSIBLE: "f",
    Role.LEADER: "l",
    Role.INSPECTOR: "i",
    Role.DEPUTY_SECRETARY: "1",
    Role.SECRETARY: "2",
    Role.DEPUTY_HEAD: "3",
    Role.HEAD: "4",
    Role.DEPARTMENT_HEAD: "o",
    Role.APPROVER: "x",
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
    Move.SUPERVISE: Supervise(),
    Move.URGE: Remark(),
    Move.SUPPLEMENT: Supplement(body="还有两盏灯不亮"),
    Move.RATE: Rate(score=5),
    Move.REOPEN: Reopen(reason="灯又坏了"),
    Move.WITHDRAW: Nothing(),
    Move.REFER_UP: ReferUp(leader="leader"),
    Move.CONVERT: Assign(units=(WATER,)),
    Move.PUBLISH: Publish(text="东路的路灯坏了。", answer="已修好。"),
    Move.WITHHOLD: Withhold(ground="privacy"),
    Move.CALL_BACK: CallBack(outcome=CallBackOutcome.SATISFIED),
    Move.LINK_REPEAT: LinkRepeat(to="letter-2"),
    Move.REMOVE: Remove(ground="malicious"),
    Move.CLAIM: Nothing(),
    Move.SPOT_CHECK: SpotCheck(passed=True),
    Move.REFER_TO_EFFICIENCY_OFFICE: ReferToEfficiencyOffice(note="答复敷衍"),
    Move.HOLD_TO_ACCOUNT: HoldToAccount(trigger="poor_work", unit=ROADS, note="答复敷衍"),
}
ROLE_OF = {letter: role for role, letter in LETTER_OF.items()}
GROUND = Ground(id="privacy", text="涉及个人隐私")
STEP = ApprovalStep(name="sign", title="单位主要负责人签发", by=(Role.FIRST_RESPONSIBLE,))
BOOK = rulebook().model_copy(
    update={
        "moves": {Move(move): tuple(ROLE_OF[each] for each in who) for move, who in WHO.items()},
        "pool": PoolRule(),
        "reading": ReadingRule(before=(Move.FORWARD,)),
        "answer_chains": (AnswerChain(name="signed", title="审签", on_request=True, steps=(STEP,)),),
        "publication": PublicationRule(before_answer=True, exceptions=(GROUND,)),
        "responsibility": (ResponsibilityRule(id="poor_work", text="工作不力", measure="批评教育"),),
        "remove_grounds": (Ground(id="malicious", text="恶意攻击"),),
    }
)
APPROVER = Actor("roads-head", Role.APPROVER, ROADS)
OTHERWISE = {
    (Move.APPROVE, Status.ACCEPTED): Actor("clerk", Role.DEPARTMENT_HEAD, CENTRE),
    (Move.APPROVE, Status.IN_APPROVAL): APPROVER,
    (Move.SEND_BACK, Status.IN_APPROVAL): APPROVER,
    (Move.RETURN, Status.ACCEPTED): CLERK,
    (Move.RETURN, Status.REFERRED): LEADER,
}
"""Whose a move is in these statuses, whatever the rulebook says."""
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
    story = Story(book=BOOK).assigned()
    asking = ExtensionRequest(3, story.now) if move in {Move.GRANT_EXTENSION, Move.REFUSE_EXTENSION} else None
    held = replace(story.letter.assignments[0], contacted_writer_at=story.now, extension=asking)
    clocks = story.clocks
    if status in {Status.ANSWERED, Status.CLOSED}:
        clocks = tuple(end_clock(clock, story.now, Ending.DONE) for clock in clocks)
    letter = replace(story.letter, status=status, assignments=(held,), publish_consent=True, head_read=True)
    if move is Move.CLAIM and status is Status.ACCEPTED:
        letter = replace(letter, assignments=(), in_pool=True)
    if status is Status.FORWARDED:
        letter = replace(letter, assignments=(), forwarded_to=ROADS, answer_asked=True)
    if status is Status.IN_APPROVAL:
        letter = replace(letter, approval=Approval("signed", STEP.name, STEP.by, "T#001", ROADS), unreleased=("T#001",))
    if (move, status) == (Move.ACCEPT, Status.MERGED):
        letter = replace(letter, number=None)
    if (move, status) == (Move.APPROVE, Status.ACCEPTED):
        letter = replace(letter, head_read=False)
    if (move, status) == (Move.RETURN, Status.ACCEPTED):
        letter = replace(letter, assignments=(), referral=Referral(WATER))
    if (move, status) == (Move.RETURN, Status.REFERRED):
        letter = replace(letter, assignments=(), referral=Referral(CENTRE, ContactId(LEADER.id)))
    return letter, clocks


def around() -> Surroundings:
    """Every rule, and another letter beside."""
    return replace(Story(book=BOOK).around, other=a_letter("letter-2"))


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("move", Move)
def test_every_move_from_every_status_does_what_the_table_says(move: Move, status: Status) -> None:
    letter, clocks = at(status, move)
    actor = OTHERWISE.get((move, status), ACTOR[WHO[move][0]])
    leads_to = EXPECTED[move, status]
    if leads_to:
        after = make(move, letter, clocks, actor, PAYLOAD[move], around()).letter
        assert after.status == (status if leads_to == "." else leads_to)
        assert after.version == letter.version + 1
    else:
        with pytest.raises(MoveRefusedError) as refused:
            make(move, letter, clocks, actor, PAYLOAD[move], around())
        assert (refused.value.reason, refused.value.data) == ("wrong_status", {"status": status.value})


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("move", Move)
def test_every_role_may_make_the_moves_that_the_rulebook_gives_it_and_no_others(move: Move, role: Role) -> None:
    status = next(each for each in Status if EXPECTED[move, each] and (move, each) not in OTHERWISE)
    if move is Move.APPROVE:
        status = Status.ANSWERED
    letter, clocks = at(status, move)
    actor = Actor("somebody", role, ROADS)
    allowed = LETTER_OF[role] in WHO[move]
    assert why_not(move, letter, clocks, actor, around()) == (None if allowed else "not_your_move")
    assert role_for(move, [role], letter, around()) == (role if allowed else None)


@pytest.mark.parametrize(("move", "status"), OTHERWISE)
@pytest.mark.parametrize("role", Role)
def test_what_follows_from_the_letter_itself_is_nobody_else_s(move: Move, status: Status, role: Role) -> None:
    """Reading is the head's, a step its approver's, giving back a referral whoever's it went to: no table says."""
    letter, clocks = at(status, move)
    allowed = role is OTHERWISE[move, status].role
    actor = Actor(OTHERWISE[move, status].id, role, ROADS)
    assert why_not(move, letter, clocks, actor, around()) == (None if allowed else "not_your_move")


@pytest.mark.parametrize("move", Move)
def test_no_rulebook_can_give_a_move_to_somebody_it_is_not_meant_for(move: Move) -> None:
    """A writer who could close the own letter, or an auditor who could write answers, would be a mistake in a file."""
    may = {LETTER_OF[role] for role in MOVES[move].may_be_given_to}
    assert may == set(WHO[move] + ALSO.get(move, ""))


def test_the_tables_name_every_move_every_status_and_every_role() -> None:
    assert set(WHO) == {move.value for move in Move} == set(EFFECTS) == set(PAYLOADS) == set(MOVES)
    assert set(COLUMNS) == {status.value for status in Status}
    assert set(LETTER_OF) == set(Role)


@pytest.mark.parametrize("move", [move for move in Move if set(WHO[move]) <= set("hdf") and move is not Move.CLAIM])
@pytest.mark.parametrize("role", sorted(UNIT_ROLES))
def test_a_unit_that_does_not_hold_the_letter_cannot_move_it(move: Move, role: Role) -> None:
    letter, clocks = at(Status.ASSIGNED, move)
    for unit in (WATER, None):
        assert why_not(move, letter, clocks, Actor("stranger", role, unit), around()) == "not_your_letter"


def test_of_several_roles_the_one_that_the_rulebook_names_first_acts() -> None:
    assert role_for(Move.URGE, [Role.CENTRE, Role.INSPECTOR], a_letter(), around()) is Role.INSPECTOR


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
