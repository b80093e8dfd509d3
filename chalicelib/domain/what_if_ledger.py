"""From ledger lines to cases: what has to be known of each letter to count its limits anew. No text, nobody's name.

Events may come in any order; within a letter they are taken by sequence, and twice counts once.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from sys import intern
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.domain.clocks import ClockName, ClockState, local_date
from chalicelib.domain.ledger import instant
from chalicelib.domain.letter import Complexity, Disposition, Kind, Status
from chalicelib.domain.metrics.state import REPLY_OWED
from chalicelib.domain.periods import midnight
from chalicelib.domain.what_if import Case, Marks, Step, Term

Line = Mapping[str, Any]
"""One event as it stands in a ledger file."""

_FOR_ANSWER = frozenset({ClockName.HANDLE.value, ClockName.REDO.value})
_NO_ANSWER = frozenset({Status.IN_APPROVAL.value, Status.FORWARDED.value})
_OPEN = frozenset(status.value for status in REPLY_OWED)
_GIVEN = frozenset({"receive", "assign", "convert", "claim"})
_SET_APART = frozenset({"reopen", "part"})
_CLASSIFIED = frozenset({"accept", "classify"})
_UNKNOWN = Marks(Kind.OTHER)


@dataclass(slots=True)
class _Run:
    """One clock of a unit for its answer, as the ledger told of it."""

    clock: str
    unit: str
    redo: bool
    started_on: date
    marks: Marks
    asked_days: int | None
    granted: int = 0
    ended_on: date | None = None
    steps: tuple[Step, ...] = ()

    def term(self) -> Term:
        return Term(self.started_on, self.marks, self.ended_on, self.redo, self.asked_days, self.steps)


@dataclass(slots=True)
class _Seen:
    """One letter as far as its events were seen. `answer`: unit, local date, and its runs up to then."""

    next_sequence: int = 1
    early: dict[int, Line] | None = None
    status: str = Status.RECEIVED.value
    marks: Marks = _UNKNOWN
    centre: str = ""
    guarded: bool = False
    units: tuple[str, ...] = ()
    runs: list[_Run] = field(default_factory=list)
    answer: tuple[str, date, tuple[_Run, ...]] | None = None

    @property
    def holder(self) -> str:
        return self.units[0] if self.units else self.centre

    def round_of(self, unit: str) -> tuple[_Run, ...]:
        """The unit's runs since it received the letter the last time."""
        runs = [run for run in self.runs if run.unit == unit]
        begins = max((place for place, run in enumerate(runs) if not run.redo), default=0)
        return tuple(runs[begins:])


class Reading:
    """Show it every line with `add`, then ask for `cases`. Events after the last day are left out.

    Its cases are the letters whose standing answer was given from the local date `first` (None: ever) through `last`,
    and those open at the end of `last`.
    """

    def __init__(self, first: date | None, last: date, zone: ZoneInfo) -> None:
        self._first, self._zone = first or date.min, zone
        self._end = instant(midnight(last + timedelta(days=1), zone))
        self._letters: dict[str, _Seen] = {}

    def add(self, line: Line) -> None:
        """Take one event."""
        if line["at"] >= self._end:
            return
        letter, sequence = line["letter"], line["sequence"]
        seen = self._letters.get(letter)
        if seen is None:
            seen = self._letters[letter] = _Seen()
        if sequence < seen.next_sequence:
            return
        if sequence > seen.next_sequence:
            seen.early = {**(seen.early or {}), sequence: line}
            return
        self._apply(seen, line)
        while seen.early and (waiting := seen.early.pop(seen.next_sequence, None)) is not None:
            self._apply(seen, waiting)

    def cases(self) -> Iterator[Case]:
        """What is to be counted, by tracking code. What came without its predecessors is taken in its order."""
        for letter in sorted(self._letters):
            seen = self._letters[letter]
            for sequence in sorted(seen.early or {}):
                self._apply(seen, (seen.early or {}).pop(sequence))
            case = self._case(letter, seen)
            if case is not None:
                yield case

    def _case(self, letter: str, seen: _Seen) -> Case | None:
        if seen.answer is not None and seen.answer[1] >= self._first:
            unit, answered_on, runs = seen.answer
        elif seen.status in _OPEN:
            unit, answered_on, runs = seen.holder, None, seen.round_of(seen.holder)
        else:
            return None
        return Case(
            letter=letter,
            unit=None if seen.guarded and not runs else unit,
            kind=seen.marks.kind,
            terms=tuple(run.term() for run in runs),
            answered_on=answered_on,
            first_start=min((run.started_on for run in seen.runs if not run.redo), default=None),
            withheld=seen.guarded or seen.marks.kind is Kind.ACCUSATION,
        )

    def _apply(self, seen: _Seen, line: Line) -> None:
        seen.next_sequence = line["sequence"] + 1
        facts, move, was = line["facts"], line["move"], seen.status
        today = _day(line["at"][:16], self._zone)
        _learn(seen, facts, move)
        ended = _see_clocks(seen, facts, today)
        if move in _CLASSIFIED:
            _recount(seen, today)
        _pass_on(seen, facts, move, ended)
        if move == "send_back" and was != Status.IN_APPROVAL:
            seen.answer = None
        elif move == "answer" and facts["leads"] and seen.status not in _NO_ANSWER:
            seen.answer = (intern(facts["unit"]), today, seen.round_of(facts["unit"]))
        elif move == "approve" and was == Status.IN_APPROVAL and seen.status == Status.ANSWERED:
            seen.answer = (seen.holder, today, seen.round_of(seen.holder))


def _learn(seen: _Seen, facts: Mapping[str, Any], move: str) -> None:
    seen.status = intern(facts.get("status", seen.status))
    seen.centre = intern(facts.get("centre", seen.centre))
    seen.guarded = facts.get("guarded", seen.guarded)
    marks = seen.marks
    direct = facts["disposition"] == Disposition.DIRECT if "disposition" in facts else marks.direct
    if move == "reopen" or (move == "return" and "sub_unit" not in facts):
        direct = False
    seen.marks = _marks(
        facts.get("kind", marks.kind),
        facts.get("complexity", marks.complexity),
        facts.get("urgent", marks.urgent),
        direct,
    )


def _see_clocks(seen: _Seen, facts: Mapping[str, Any], today: date) -> set[str]:
    """Take over the answer clocks the event touched; returns the units whose clocks were dropped with it."""
    dropped = set()
    for fact in facts.get("clocks", ()):
        if fact["name"] not in _FOR_ANSWER:
            continue
        run = next((each for each in seen.runs if each.clock == fact["id"]), None)
        if run is None:
            redo = fact["name"] == ClockName.REDO
            run = _Run(
                intern(fact["id"]),
                intern(fact["unit"]),
                redo,
                _date(fact["started_on"]),
                seen.marks,
                facts.get("redo_working_days") if redo else None,
            )
            seen.runs.append(run)
        if fact["granted"] > run.granted:
            run.steps += (Step(today, granted=fact["granted"] - run.granted),)
            run.granted = fact["granted"]
        if "working_days_used" in fact and run.ended_on is None:
            run.ended_on = today
            dropped |= {run.unit} if fact["state"] == ClockState.STOPPED else set()
    return dropped


def _recount(seen: _Seen, today: date) -> None:
    """A letter classified anew has its handling counted anew; doing again has one limit for all (`redo`)."""
    for run in seen.runs:
        present = next((each.marks for each in reversed(run.steps) if each.marks), run.marks)
        if not run.redo and run.ended_on is None and present != seen.marks:
            run.steps += (Step(today, seen.marks),)


def _pass_on(seen: _Seen, facts: Mapping[str, Any], move: str, dropped: set[str]) -> None:
    """Who has the letter now; the first leads."""
    if move in _GIVEN:
        seen.units = tuple(intern(unit) for unit in facts.get("units", ()))
    elif move in _SET_APART:
        seen.units = ()
    elif move == "return" and "sub_unit" not in facts:
        seen.units = tuple(unit for unit in seen.units if unit != facts["unit"])
    elif move == "classify":
        kept = facts.get("units")
        lost = {unit for unit in seen.units if unit in dropped}
        seen.units = tuple(kept) if kept is not None else tuple(each for each in seen.units if each not in lost)


@cache
def _marks(kind: str, complexity: str, urgent: bool, direct: bool) -> Marks:
    return Marks(Kind(kind), Complexity(complexity), urgent, direct)


@cache
def _date(text: str) -> date:
    return date.fromisoformat(text)


@lru_cache(maxsize=4096)
def _day(minute: str, zone: ZoneInfo) -> date:
    """The local date of an instant of the ledger, by its minute in UTC; lines come in the order of time."""
    return local_date(datetime.fromisoformat(f"{minute}:00+00:00"), zone)
