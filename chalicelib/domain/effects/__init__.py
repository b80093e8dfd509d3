"""What each move does to a letter, beyond the status and clocks its row in MOVES says."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from chalicelib.domain.draft import Draft
from chalicelib.domain.effects import after_answer, centre, chain, classification, referral, unit, watchers, writer
from chalicelib.domain.workflow import Move

EFFECTS: Mapping[Move, Callable[[Draft, Any], None]] = MappingProxyType(
    {
        Move.ACCEPT: classification.accept,
        Move.DECLINE: centre.decline,
        Move.KEEP_FOR_INFORMATION: centre.keep_for_information,
        Move.CLASSIFY: classification.classify,
        Move.ASSIGN: centre.assign,
        Move.FORWARD: centre.forward,
        Move.GRANT_EXTENSION: centre.grant_extension,
        Move.REFUSE_EXTENSION: centre.refuse_extension,
        Move.SEND_BACK: centre.send_back,
        Move.APPROVE: chain.approve,
        Move.PUBLISH: after_answer.publish,
        Move.WITHHOLD: after_answer.withhold,
        Move.CALL_BACK: after_answer.call_back,
        Move.LINK_REPEAT: after_answer.link_repeat,
        Move.REMOVE: after_answer.remove,
        Move.REFER_UP: referral.refer_up,
        Move.CONVERT: centre.assign,
        Move.CLAIM: unit.claim,
        Move.SPOT_CHECK: watchers.spot_check,
        Move.REFER_TO_EFFICIENCY_OFFICE: watchers.refer_to_efficiency_office,
        Move.HOLD_TO_ACCOUNT: watchers.hold_to_account,
        Move.RETURN: unit.give_back,
        Move.SUB_ASSIGN: unit.sub_assign,
        Move.CONTACT_WRITER: unit.contact_writer,
        Move.REQUEST_EXTENSION: unit.request_extension,
        Move.EXPLAIN_DELAY: unit.explain_delay,
        Move.ANSWER: unit.answer,
        Move.INSTRUCT: watchers.instruct,
        Move.SUPERVISE: watchers.supervise,
        Move.URGE: watchers.urge,
        Move.SUPPLEMENT: writer.supplement,
        Move.RATE: writer.rate,
        Move.REOPEN: writer.reopen,
        Move.WITHDRAW: writer.withdraw,
    }
)
