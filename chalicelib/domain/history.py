"""A letter that was answered before this installation existed: its history, as two events with their own times."""

from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.arrival import IMPORT, Arrival, arrival_facts, newborn
from chalicelib.domain.clocks import ClockName, Ending
from chalicelib.domain.draft import Draft, Outcome, Surroundings
from chalicelib.domain.letter import Actor, Assignment, LetterId, Role, Status, TextPurpose


@dataclass(frozen=True, slots=True)
class Past:
    """What happened: the letter as it came, when it was written, the answer, and when that was given (UTC)."""

    arrival: Arrival
    written_at: datetime
    answer: str
    answered_at: datetime


def relive(letter_id: LetterId, code_hash: str, past: Past, around: Surroundings) -> tuple[Outcome, Outcome]:
    """`receive` at its writing and `answer` at its answering, both recorded now.

    The mailbox's owner counts as the unit, for the file names no other. Its time limit is the rulebook's for the kind,
    counted from the writing, so that on time or late is derived as for any letter. Raises CalendarError for days
    before the first published notice.
    """
    then = replace(around, now=past.written_at)
    letter = newborn(letter_id, code_hash, past.arrival, then)
    unit = letter.centre
    received = Draft(letter, {}, Actor("writer", Role.WRITER, channel=IMPORT), then)
    received.set(assignments=(Assignment(unit=unit, lead=True, received_at=past.written_at),), status=Status.ASSIGNED)
    received.fact(**arrival_facts(letter, then), status=Status.ASSIGNED.value, units=[unit], lead=unit)
    received.say(TextPurpose.BODY, past.arrival.body, for_writer=True)
    received.open(ClockName.HANDLE, then.rulebook.handle_limit(letter.kind, letter.complexity), unit)
    first = received.finish("receive", recorded_at=around.now)

    later = replace(around, now=past.answered_at)
    clocks = {clock.id: clock for clock in first.clocks}
    answered = Draft(first.letter, clocks, Actor(IMPORT, Role.HANDLER, unit, channel=IMPORT), later)
    answered.set(status=Status.CLOSED)
    answered.fact(unit=unit, answer_channel="web", leads=True, status=Status.CLOSED.value)
    answered.say(TextPurpose.ANSWER, past.answer, for_writer=True)
    for clock in first.clocks:
        answered.end(clock, Ending.DONE)
    return first, answered.finish("answer", recorded_at=around.now)
