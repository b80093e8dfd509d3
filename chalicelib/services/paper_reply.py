"""What stands on paper of a reply: its words, and the way it went through signatures (CQ-8, BB-3.2, PL-14)."""

import re

from chalicelib.domain.answers import name_told
from chalicelib.domain.ledger import Event
from chalicelib.domain.letter import TextPurpose, UnitId
from chalicelib.domain.rules import AnswerChain
from chalicelib.services.paper_desk import NOT_ON_PAPER, Desk, Facts, unit_id
from chalicelib.services.printable_forms import Sheet

_PICTURE = re.compile(r"data:image/(png|jpe?g);base64,[A-Za-z0-9+/\s]+={0,2}\s*", re.ASCII)


def reply_facts(desk: Desk, sheet: Sheet) -> Facts:
    """The answer or contribution, in whose name it was given, and each signature of its way."""
    facts = sheet.event.facts
    words = {TextPurpose.ANSWER, TextPurpose.NOTE}
    answers = [text for text in desk.texts_of(sheet.event) if text.purpose in words]
    text = answers[-1] if answers else None
    chain = desk.around.rulebook.chain(str(facts.get("chain"))) if facts.get("chain") else None
    given = text is not None and text.id not in desk.file.letter.unreleased
    way = _signed_after(desk, sheet.event)
    return {
        "unit": desk.unit(unit_id(facts.get("unit"))),
        "leads": facts.get("leads") is not False,
        "text": desk.said(text) if text else None,
        "channel": desk.words.get("answer_channels", str(facts.get("answer_channel", "web"))),
        "given": given,
        "sent_back": any(event.move == "send_back" for event in way),
        "given_by": _in_whose_name(desk, chain, unit_id(facts.get("unit"))),
        "chain": chain.title if chain else None,
        "copies_to": [desk.words.get("paper_roles", each.value) for each in chain.copies_to] if chain else [],
        "signatures": [_signature(desk, each, str(facts.get("chain"))) for each in way],
    }


def _in_whose_name(desk: Desk, chain: AnswerChain | None, unit: UnitId | None) -> str:
    plain = desk.words.get("paper_given_by", chain.given_by if chain else "unit", county=desk.county)
    office = desk.unit(unit) if chain and chain.given_by == "unit" else None
    return name_told(chain, office or plain, desk.county) if chain and chain.in_name_of else plain


def _signed_after(desk: Desk, answer: Event) -> list[Event]:
    """The steps this answer went, up to the next one that was written."""
    later = sorted((e for e in desk.file.events if e.sequence > answer.sequence), key=lambda e: e.sequence)
    end = next((e.sequence for e in later if e.move == "answer" and e.facts.get("leads") is not False), None)
    steps = (e for e in later if e.move in {"approve", "send_back"} and (end is None or e.sequence < end))
    return [each for each in steps if answer.facts.get("leads") is not False]


def _signature(desk: Desk, event: Event, chain: str) -> Facts:
    """One step of the way: who, when, and the signature drawn, or the exception that was recorded instead."""
    texts = desk.brought_by(event)
    drawn = next((t.content for t in texts if t.purpose is TextPurpose.SIGNATURE), None)
    step = desk.around.rulebook.step(chain, str(event.facts.get("step")))
    return {
        "title": step.title if step else desk.words.get("paper_steps", str(event.facts.get("step", event.move))),
        "by": desk.who(event.actor),
        "at": desk.moment(event.at),
        "sent_back": event.move == "send_back",
        "picture": drawn if drawn and _PICTURE.fullmatch(drawn) else None,
        "exception": event.facts.get("signed") == "exception",
        "texts": [desk.said(text) for text in texts if text.purpose not in NOT_ON_PAPER],
    }
