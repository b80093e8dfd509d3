"""MOVES: the one table of what can happen to a letter. Which rows a county uses, and who may, its rulebook says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from chalicelib.domain.clocks import ClockName, Ending
from chalicelib.domain.letter import ANSWERED, LEADER_POSTS, UNIT_ROLES, Role, Status


class Move(StrEnum):
    """The names of moves are fixed; other programs call them."""

    ACCEPT = "accept"
    DECLINE = "decline"
    KEEP_FOR_INFORMATION = "keep_for_information"
    CLASSIFY = "classify"
    ASSIGN = "assign"
    FORWARD = "forward"
    REFER_UP = "refer_up"
    CONVERT = "convert"
    GRANT_EXTENSION = "grant_extension"
    REFUSE_EXTENSION = "refuse_extension"
    SEND_BACK = "send_back"
    APPROVE = "approve"
    PUBLISH = "publish"
    WITHHOLD = "withhold"
    CALL_BACK = "call_back"
    LINK_REPEAT = "link_repeat"
    REMOVE = "remove"
    CLAIM = "claim"
    RETURN = "return"
    SUB_ASSIGN = "sub_assign"
    CONTACT_WRITER = "contact_writer"
    REQUEST_EXTENSION = "request_extension"
    EXPLAIN_DELAY = "explain_delay"
    ANSWER = "answer"
    INSTRUCT = "instruct"
    SUPERVISE = "supervise"
    URGE = "urge"
    SPOT_CHECK = "spot_check"
    REFER_TO_EFFICIENCY_OFFICE = "refer_to_efficiency_office"
    HOLD_TO_ACCOUNT = "hold_to_account"
    SUPPLEMENT = "supplement"
    RATE = "rate"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True)
class MoveRule:
    """One row: from which statuses, to which (None: it stays), whose it may be, what clocks it opens and ends.

    `opens` and `ends` of a unit's own move touch that unit's clocks; of anybody else's, all of that name.
    """

    from_: frozenset[Status]
    to: Status | None
    may_be_given_to: frozenset[Role]
    opens: tuple[ClockName, ...] = ()
    ends: Mapping[ClockName, Ending] = field(default_factory=lambda: MappingProxyType({}))


_CENTRE = frozenset({Role.CENTRE})
_WRITER = frozenset({Role.WRITER})
_INSPECTOR = frozenset({Role.INSPECTOR})
_LEADER = frozenset({Role.LEADER}) | LEADER_POSTS
_WATCHERS = _INSPECTOR | _LEADER | _CENTRE
_IN_CHARGE = _CENTRE | {Role.DEPARTMENT_HEAD}
_AT_CENTRE = frozenset({Status.RECEIVED, Status.ACCEPTED})
_WITH_UNIT = frozenset({Status.ASSIGNED})
_OPEN = _AT_CENTRE | _WITH_UNIT | {Status.REFERRED, Status.IN_APPROVAL}

_TRIAGED = {ClockName.TRIAGE: Ending.DONE}
_ALL_DROPPED = dict.fromkeys(ClockName, Ending.DROPPED)
_ON_RECEIPT = (ClockName.HANDLE, ClockName.RETURN)

MOVES: Mapping[Move, MoveRule] = MappingProxyType(
    {
        Move.ACCEPT: MoveRule(frozenset({Status.RECEIVED, Status.MERGED}), Status.ACCEPTED, _CENTRE),
        Move.DECLINE: MoveRule(_AT_CENTRE, Status.DECLINED, _CENTRE, ends=_TRIAGED),
        Move.KEEP_FOR_INFORMATION: MoveRule(_AT_CENTRE, Status.KEPT, _CENTRE, ends=_TRIAGED),
        Move.CLASSIFY: MoveRule(_OPEN | ANSWERED | {Status.FORWARDED, Status.MERGED}, None, _CENTRE),
        Move.ASSIGN: MoveRule(
            frozenset({Status.ACCEPTED, Status.ASSIGNED, Status.MERGED}),
            Status.ASSIGNED,
            _CENTRE | _INSPECTOR,
            opens=_ON_RECEIPT,
            ends=_TRIAGED,
        ),
        Move.FORWARD: MoveRule(frozenset({Status.ACCEPTED}), Status.FORWARDED, _CENTRE, ends=_TRIAGED),
        Move.REFER_UP: MoveRule(frozenset({Status.ACCEPTED}), Status.REFERRED, _CENTRE, ends=_TRIAGED),
        Move.CONVERT: MoveRule(
            frozenset({Status.REFERRED}),
            Status.ASSIGNED,
            _CENTRE | _INSPECTOR | _LEADER,
            opens=_ON_RECEIPT,
            ends=_TRIAGED,
        ),
        Move.GRANT_EXTENSION: MoveRule(_WITH_UNIT, None, _CENTRE),
        Move.REFUSE_EXTENSION: MoveRule(_WITH_UNIT, None, _CENTRE),
        Move.SEND_BACK: MoveRule(
            frozenset({Status.ANSWERED, Status.IN_APPROVAL}),
            Status.ASSIGNED,
            _CENTRE | _INSPECTOR,
            opens=(ClockName.REDO,),
            ends={ClockName.APPROVAL: Ending.DROPPED},
        ),
        Move.APPROVE: MoveRule(
            frozenset({Status.ACCEPTED, Status.IN_APPROVAL, Status.ANSWERED}),
            Status.CLOSED,
            _CENTRE | _LEADER | _INSPECTOR,
        ),
        Move.PUBLISH: MoveRule(ANSWERED | {Status.ACCEPTED, Status.ASSIGNED}, None, _IN_CHARGE | _INSPECTOR),
        Move.WITHHOLD: MoveRule(ANSWERED | {Status.ACCEPTED, Status.ASSIGNED}, None, _IN_CHARGE | _INSPECTOR),
        Move.CALL_BACK: MoveRule(ANSWERED, None, _CENTRE),
        Move.LINK_REPEAT: MoveRule(_OPEN, None, _CENTRE),
        Move.REMOVE: MoveRule(
            frozenset({Status.RECEIVED, Status.DECLINED, Status.KEPT}),
            Status.REMOVED,
            _CENTRE | _INSPECTOR,
            ends=_ALL_DROPPED,
        ),
        Move.CLAIM: MoveRule(
            frozenset({Status.ACCEPTED}), Status.ASSIGNED, UNIT_ROLES, opens=_ON_RECEIPT, ends=_TRIAGED
        ),
        Move.RETURN: MoveRule(
            _WITH_UNIT | {Status.ACCEPTED, Status.FORWARDED, Status.REFERRED},
            Status.ACCEPTED,
            UNIT_ROLES | _CENTRE,
            opens=(ClockName.TRIAGE,),
        ),
        Move.SUB_ASSIGN: MoveRule(_WITH_UNIT, None, UNIT_ROLES),
        Move.CONTACT_WRITER: MoveRule(_AT_CENTRE | _WITH_UNIT, None, UNIT_ROLES | _CENTRE),
        Move.REQUEST_EXTENSION: MoveRule(_WITH_UNIT, None, UNIT_ROLES),
        Move.EXPLAIN_DELAY: MoveRule(_WITH_UNIT | {Status.IN_APPROVAL}, None, UNIT_ROLES),
        Move.ANSWER: MoveRule(_WITH_UNIT | {Status.IN_APPROVAL, Status.FORWARDED}, Status.ANSWERED, UNIT_ROLES),
        Move.INSTRUCT: MoveRule(_OPEN | ANSWERED, None, _LEADER),
        Move.SUPERVISE: MoveRule(_OPEN | {Status.ANSWERED}, None, _INSPECTOR | _CENTRE),
        Move.URGE: MoveRule(_OPEN, None, _WATCHERS),
        Move.SPOT_CHECK: MoveRule(
            ANSWERED | {Status.DECLINED, Status.KEPT, Status.FORWARDED}, None, _INSPECTOR | _CENTRE
        ),
        Move.REFER_TO_EFFICIENCY_OFFICE: MoveRule(_OPEN | ANSWERED, None, _CENTRE | _INSPECTOR),
        Move.HOLD_TO_ACCOUNT: MoveRule(_OPEN | ANSWERED, None, _INSPECTOR | _LEADER),
        Move.SUPPLEMENT: MoveRule(_OPEN, None, _WRITER),
        Move.RATE: MoveRule(ANSWERED, None, _WRITER),
        Move.REOPEN: MoveRule(ANSWERED | {Status.MERGED}, Status.ACCEPTED, _WRITER, opens=(ClockName.TRIAGE,)),
        Move.WITHDRAW: MoveRule(_OPEN, Status.WITHDRAWN, _WRITER, ends=_ALL_DROPPED),
    }
)

ENDED = frozenset(
    {
        Status.CLOSED,
        Status.DECLINED,
        Status.KEPT,
        Status.FORWARDED,
        Status.WITHDRAWN,
        Status.MERGED,
        Status.REMOVED,
    }
)
"""Statuses in which nobody owes the letter anything more."""
