"""MOVES: the one table of what can happen to a letter. Which rows a county uses, and who may, its rulebook says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from chalicelib.domain.clocks import ClockName, Ending
from chalicelib.domain.letter import UNIT_ROLES, Role, Status


class Move(StrEnum):
    """The names of moves are fixed; other programs call them."""

    ACCEPT = "accept"
    DECLINE = "decline"
    KEEP_FOR_INFORMATION = "keep_for_information"
    CLASSIFY = "classify"
    ASSIGN = "assign"
    FORWARD = "forward"
    GRANT_EXTENSION = "grant_extension"
    REFUSE_EXTENSION = "refuse_extension"
    SEND_BACK = "send_back"
    APPROVE = "approve"
    RETURN = "return"
    SUB_ASSIGN = "sub_assign"
    CONTACT_WRITER = "contact_writer"
    REQUEST_EXTENSION = "request_extension"
    EXPLAIN_DELAY = "explain_delay"
    ANSWER = "answer"
    INSTRUCT = "instruct"
    SUPERVISE = "supervise"
    URGE = "urge"
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
_WATCHERS = frozenset({Role.INSPECTOR, Role.LEADER, Role.CENTRE})
_AT_CENTRE = frozenset({Status.RECEIVED, Status.ACCEPTED})
_WITH_UNIT = frozenset({Status.ASSIGNED})
_OPEN = _AT_CENTRE | _WITH_UNIT
_ANSWERED = frozenset({Status.ANSWERED, Status.CLOSED})

_TRIAGED = {ClockName.TRIAGE: Ending.DONE}
_ALL_DROPPED = dict.fromkeys(ClockName, Ending.DROPPED)

MOVES: Mapping[Move, MoveRule] = MappingProxyType(
    {
        Move.ACCEPT: MoveRule(frozenset({Status.RECEIVED}), Status.ACCEPTED, _CENTRE),
        Move.DECLINE: MoveRule(_AT_CENTRE, Status.DECLINED, _CENTRE, ends=_TRIAGED),
        Move.KEEP_FOR_INFORMATION: MoveRule(_AT_CENTRE, Status.KEPT, _CENTRE, ends=_TRIAGED),
        Move.CLASSIFY: MoveRule(_OPEN, None, _CENTRE),
        Move.ASSIGN: MoveRule(
            frozenset({Status.ACCEPTED, Status.ASSIGNED}),
            Status.ASSIGNED,
            _CENTRE,
            opens=(ClockName.HANDLE, ClockName.RETURN),
            ends=_TRIAGED,
        ),
        Move.FORWARD: MoveRule(frozenset({Status.ACCEPTED}), Status.FORWARDED, _CENTRE, ends=_TRIAGED),
        Move.GRANT_EXTENSION: MoveRule(_WITH_UNIT, None, _CENTRE),
        Move.REFUSE_EXTENSION: MoveRule(_WITH_UNIT, None, _CENTRE),
        Move.SEND_BACK: MoveRule(
            frozenset({Status.ANSWERED}), Status.ASSIGNED, _CENTRE | {Role.INSPECTOR}, opens=(ClockName.REDO,)
        ),
        Move.APPROVE: MoveRule(frozenset({Status.ANSWERED}), Status.CLOSED, _CENTRE | {Role.LEADER, Role.INSPECTOR}),
        Move.RETURN: MoveRule(
            _WITH_UNIT,
            Status.ACCEPTED,
            UNIT_ROLES,
            opens=(ClockName.TRIAGE,),
            ends={
                ClockName.RETURN: Ending.DONE,
                ClockName.HANDLE: Ending.DROPPED,
                ClockName.REDO: Ending.DROPPED,
            },
        ),
        Move.SUB_ASSIGN: MoveRule(_WITH_UNIT, None, UNIT_ROLES),
        Move.CONTACT_WRITER: MoveRule(_WITH_UNIT, None, UNIT_ROLES | _CENTRE),
        Move.REQUEST_EXTENSION: MoveRule(_WITH_UNIT, None, UNIT_ROLES),
        Move.EXPLAIN_DELAY: MoveRule(_WITH_UNIT, None, UNIT_ROLES),
        Move.ANSWER: MoveRule(
            _WITH_UNIT,
            Status.ANSWERED,
            UNIT_ROLES,
            ends={ClockName.HANDLE: Ending.DONE, ClockName.REDO: Ending.DONE, ClockName.RETURN: Ending.DROPPED},
        ),
        Move.INSTRUCT: MoveRule(_OPEN | {Status.ANSWERED}, None, frozenset({Role.LEADER})),
        Move.SUPERVISE: MoveRule(_OPEN | {Status.ANSWERED}, None, frozenset({Role.INSPECTOR})),
        Move.URGE: MoveRule(_OPEN, None, _WATCHERS),
        Move.SUPPLEMENT: MoveRule(_OPEN, None, _WRITER),
        Move.RATE: MoveRule(_ANSWERED, None, _WRITER),
        Move.REOPEN: MoveRule(_ANSWERED, Status.ACCEPTED, _WRITER, opens=(ClockName.TRIAGE,)),
        Move.WITHDRAW: MoveRule(_OPEN, Status.WITHDRAWN, _WRITER, ends=_ALL_DROPPED),
    }
)

ENDED = frozenset({Status.CLOSED, Status.DECLINED, Status.KEPT, Status.FORWARDED, Status.WITHDRAWN, Status.MERGED})
"""Statuses in which nobody owes the letter anything more."""
