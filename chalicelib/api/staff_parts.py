"""Parts of a letter that only staff are shown: its way through signatures, instructions, referrals, publishing."""

from datetime import datetime
from typing import Any

from chalicelib.api.words import Words
from chalicelib.domain.draft import Surroundings
from chalicelib.domain.ledger import text_ids
from chalicelib.domain.letter import Letter, Text, TextPurpose, UnitId
from chalicelib.ports import LetterFile

SHOWN_ELSEWHERE = frozenset({TextPurpose.ANSWER, TextPurpose.SIGNATURE, TextPurpose.ATTACHMENT})
"""Answers, signatures and files have a place of their own."""


def local_time(moment: datetime, around: Surroundings) -> str:
    """An instant as ISO 8601 with the county's offset, to the second."""
    return moment.astimezone(around.zone).isoformat(timespec="seconds")


def unit_name(unit: UnitId | None, around: Surroundings) -> str | None:
    """The office's name; its id when the directory has lost it."""
    if unit is None:
        return None
    known = around.directory.units.get(unit)
    return known.name if known else unit


def source_title(letter: Letter, around: Surroundings, words: Words) -> str:
    """The channel it came by, as the rulebook calls it."""
    listed = next((each.title for each in around.rulebook.sources if each.id == letter.source), None)
    return listed or words.get("sources", letter.source)


def readable_texts(file: LetterFile) -> list[Text]:
    """The texts of a letter, as somebody reads it, that are listed as texts."""
    return [text for text in file.texts if text.purpose not in SHOWN_ELSEWHERE and text.content]


def approval_view(letter: Letter, around: Surroundings) -> dict[str, Any] | None:
    """Where an answer stands on its way: the step it waits at, and those behind it."""
    approval = letter.approval
    if approval is None:
        return None
    chain = around.rulebook.chain(approval.chain)
    titles = {step.name: step.title for step in chain.steps} if chain else {}
    return {
        "chain": approval.chain,
        "title": chain.title if chain else approval.chain,
        "step": approval.step,
        "step_title": titles.get(approval.step, approval.step),
        "unit": unit_name(approval.unit, around),
        "done": [{"step": name, "title": titles.get(name, name)} for name in approval.done],
    }


def signed_steps(file: LetterFile, around: Surroundings) -> list[dict[str, Any]]:
    """Every step of a chain that was taken, with its signature or why there is none (BB-3.2)."""
    contents = {text.id: text for text in file.texts}
    steps = []
    for event in sorted(file.events, key=lambda each: each.sequence):
        name, chain = event.facts.get("step"), event.facts.get("chain")
        if event.move != "approve" or chain is None:
            continue
        step = around.rulebook.step(str(chain), str(name))
        brought = [contents[each] for each in text_ids(event) if each in contents]
        said = {each.purpose: each.content for each in brought}
        steps.append(
            {
                "step": name,
                "title": step.title if step else name,
                "at": local_time(event.at, around),
                "signed": event.facts.get("signed"),
                "signature": said.get(TextPurpose.SIGNATURE),
                "exception": said.get(TextPurpose.REASON),
                "note": said.get(TextPurpose.NOTE),
            }
        )
    return steps


def instructions_view(file: LetterFile, around: Surroundings, words: Words, *, by_name: bool) -> list[dict[str, Any]]:
    """What leaders instructed, in order, by their posts; by their names only for whoever stands above the units."""
    said = [text for text in file.texts if text.purpose is TextPurpose.INSTRUCTION]
    known = around.directory.contacts
    return [
        {
            "post": each.post.value,
            "post_title": words.get("posts", each.post.value),
            "name": known[each.contact].name if by_name and each.contact in known else None,
            "at": local_time(text.at, around),
            "text": text.content,
        }
        for each, text in zip(file.letter.instructions, said, strict=False)
    ]


def referral_view(letter: Letter, around: Surroundings, *, by_name: bool) -> dict[str, Any] | None:
    """From which office the letter was referred up, and to a leader or to the office that has it now (CQ-4.4)."""
    referral = letter.referral
    if referral is None:
        return None
    leader = around.directory.contacts.get(referral.to) if referral.to else None
    return {
        "from": unit_name(referral.from_centre, around),
        "to": "leader" if referral.to else "mailbox",
        "leader": leader.name if leader and by_name else None,
        "office": None if referral.to else unit_name(letter.centre, around),
    }


def publication_view(letter: Letter, around: Surroundings) -> dict[str, Any] | None:
    """Since or from when it is published, or on which ground it is withheld."""
    decided, rule = letter.publication, around.rulebook.publication
    if decided is None:
        return None
    texts = {each.id: each.text for each in rule.exceptions} if rule else {}
    ground = decided.ground
    return {
        "visible_from": local_time(decided.visible_from, around) if decided.visible_from else None,
        "ground": {"id": ground, "text": texts.get(ground, ground)} if ground else None,
    }
