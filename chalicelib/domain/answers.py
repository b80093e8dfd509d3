"""When, by whom and how a letter was answered, and when it ended: told by the ledger, for all who show or count it.

An answer is written once, and given at once or by the last signature on its way (BB-3.2, PL-14): the writer's date is
that of the giving, never of a draft.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.ledger import Event, text_ids
from chalicelib.domain.letter import Letter, UnitId
from chalicelib.domain.rules import AnswerChain
from chalicelib.domain.workflow import ENDED


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: the step it was written by, and the one by which the writer got it (None: they did not)."""

    written: Event
    given: Event | None = None

    @property
    def text(self) -> str | None:
        """The id of its text."""
        return next(iter(text_ids(self.written)), None)

    @property
    def channel(self) -> str | None:
        """By which channel it was given, or is to be."""
        channel = self.written.facts.get("answer_channel")
        return str(channel) if channel is not None else None

    @property
    def unit(self) -> UnitId | None:
        """The unit that answers for it: that above the one whose staff wrote it."""
        unit = self.written.facts.get("unit")
        return UnitId(str(unit)) if unit else None

    @property
    def given_by(self) -> str:
        """In whose name: `unit`, `centre`, or another that its chain names."""
        return str(self.given.facts.get("given_by", "unit")) if self.given else "unit"

    @property
    def chain(self) -> str | None:
        """The id of the chain it went through, where one fits."""
        chain = self.written.facts.get("chain")
        return str(chain) if chain else None

    @property
    def given_at(self) -> datetime | None:
        """When (UTC) the writer got it."""
        return self.given.at if self.given else None

    @property
    def giver(self) -> UnitId | None:
        """The office whose step gave it."""
        return self.given.actor.unit if self.given else None


def answers_of(events: Iterable[Event]) -> tuple[Answer, ...]:
    """Every answer that was written to the writer, given or not, oldest first; not the parts of joining units."""
    found: list[Answer] = []
    for event in sorted(events, key=lambda each: each.sequence):
        waits = "waits_at" in event.facts
        if event.move == "answer" and event.facts.get("leads") is not False:
            found.append(Answer(event, None if waits else event))
        elif event.move == "approve" and "chain" in event.facts and not waits and found and found[-1].given is None:
            found[-1] = replace(found[-1], given=event)
    return tuple(found)


def name_told(chain: AnswerChain | None, office: str, county: str) -> str:
    """In whose name an answer is given, as the writer is told: `office`, or what the chain makes of it (PL-14)."""
    said = chain.in_name_of if chain else None
    return said.replace("{unit}", office).replace("{county}", county) if said else office


def last_given(events: Iterable[Event]) -> Answer | None:
    """The last answer that the writer got."""
    return next((each for each in reversed(answers_of(events)) if each.given is not None), None)


def answered_at(events: Iterable[Event]) -> datetime | None:
    """When (UTC) the writer got the last answer; None: there is only a draft, or nothing."""
    last = last_given(events)
    return last.given_at if last else None


def ended_at(letter: Letter, events: Iterable[Event]) -> datetime | None:
    """Since when (UTC) nobody owes the letter anything more; what is noted of it later changes nothing."""
    if letter.status not in ENDED:
        return None
    ends = [event for event in events if event.facts.get("status") == letter.status.value]
    return max(ends, key=lambda event: event.sequence).at if ends else letter.last_at
