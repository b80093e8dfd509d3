"""What can happen to a letter in the made-up county: a story is steps on working days, and how often it happens.

A story says of itself what was in time and what was late: the benchmark's own tally believes it, not the reports.
"""

from collections.abc import Callable
from dataclasses import dataclass

from chalicelib.domain.letter import Actor, Complexity, Kind, Role, Sensitivity, UnitId
from chalicelib.domain.payloads import (
    Accept,
    Answer,
    Assign,
    Classify,
    ContactWriter,
    Decline,
    ExplainDelay,
    GrantExtension,
    Instruct,
    Nothing,
    Payload,
    Rate,
    Remark,
    Reopen,
    RequestExtension,
    Return,
    SendBack,
    SubAssign,
    Supervise,
    Supplement,
)
from chalicelib.domain.workflow import Move

CLERK = Actor("clerk", Role.CENTRE, UnitId("centre"))
INSPECTOR = Actor("inspector", Role.INSPECTOR, UnitId("inspection"))
LEADER = Actor("leader", Role.LEADER, UnitId("office"))
WRITER = Actor("writer", Role.WRITER, channel="web")


@dataclass(frozen=True, slots=True)
class Cast:
    """Who is in a story: the two units that may have the letter."""

    a: str
    b: str

    def handler(self, unit: str) -> Actor:
        """Somebody of the unit."""
        return Actor(f"{unit}-handler", Role.HANDLER, UnitId(unit))


@dataclass(frozen=True, slots=True)
class Step:
    """A move on the `day`-th working day after the arrival, in this hour (local; never 14: a reminder goes out then).

    `late`: of an answer, or of the end of the centre's own limit, that it was not in time. `released_late`: the unit
    that lost the letter after its due date.
    """

    day: int
    hour: int
    move: Move
    payload: Payload
    actor: Actor
    late: bool = False
    released_late: str | None = None


Plot = Callable[[Cast, int], list[Step]]
"""The steps of a story, for a unit's limit of so many working days."""


@dataclass(frozen=True, slots=True)
class Story:
    """`share`: how many of a thousand letters."""

    name: str
    share: int
    plot: Plot


def _given(*units: str, day: int = 1, late: bool = False) -> list[Step]:
    accept = Step(day, 10, Move.ACCEPT, Accept(), CLERK)
    return [accept, _assigned(*units, day=day, late=late)]


def _assigned(*units: str, day: int, late: bool = False, released_late: str | None = None) -> Step:
    payload = Assign(units=units, note="请按规定办理")
    return Step(day, 11, Move.ASSIGN, payload, CLERK, late=late, released_late=released_late)


def _by(cast: Cast, unit: str, day: int, hour: int, move: Move, payload: Payload, *, late: bool = False) -> Step:
    return Step(day, hour, move, payload, cast.handler(unit), late=late)


def _looked_into(cast: Cast, unit: str, day: int) -> list[Step]:
    """Somebody of the unit takes it and speaks with the writer."""
    return [
        _by(cast, unit, day, 13, Move.SUB_ASSIGN, SubAssign(contact=f"{unit}-deputy")),
        _by(cast, unit, day + 1, 10, Move.CONTACT_WRITER, ContactWriter(note="已与来信人联系")),
    ]


def _answered(cast: Cast, unit: str, day: int, *, late: bool = False) -> Step:
    return _by(cast, unit, day, 16, Move.ANSWER, Answer(body="已经办理。"), late=late)


def _rated(day: int) -> Step:
    return Step(day, 17, Move.RATE, Rate(score=4), WRITER)


def _more(day: int) -> Step:
    return Step(day, 15, Move.SUPPLEMENT, Supplement(body="补充情况"), WRITER)


def _sent_back(day: int) -> Step:
    return Step(day, 11, Move.SEND_BACK, SendBack(reasons="没有说明依据"), CLERK)


def _plain(cast: Cast, limit: int) -> list[Step]:
    on_due = 1 + limit
    return [
        *_given(cast.a),
        *_looked_into(cast, cast.a, 1),
        _more(2),
        _answered(cast, cast.a, on_due),
        _rated(on_due + 2),
    ]


def _quick(cast: Cast, limit: int) -> list[Step]:
    marked = Classify(complexity=Complexity.SIMPLE, sensitivity=Sensitivity.GENERAL)
    return [
        *_given(cast.a),
        Step(1, 15, Move.CLASSIFY, marked, CLERK),
        *_looked_into(cast, cast.a, 1),
        _answered(cast, cast.a, limit),
        _rated(limit + 3),
    ]


def _late(cast: Cast, limit: int) -> list[Step]:
    on_due = 1 + limit
    return [
        *_given(cast.a),
        *_looked_into(cast, cast.a, 1),
        _more(2),
        _answered(cast, cast.a, on_due + 2, late=True),
        _rated(on_due + 4),
    ]


def _explained(cast: Cast, limit: int) -> list[Step]:
    on_due = 1 + limit
    explained = _by(cast, cast.a, on_due, 16, Move.EXPLAIN_DELAY, ExplainDelay(reason="需要现场勘查"))
    return [*_given(cast.a), *_looked_into(cast, cast.a, 1), explained, _answered(cast, cast.a, on_due + 2, late=True)]


def _very_late(cast: Cast, limit: int) -> list[Step]:
    on_due = 1 + limit
    urged = Step(on_due + 4, 10, Move.URGE, Remark(note="请抓紧"), INSPECTOR)
    return [*_given(cast.a), urged, _answered(cast, cast.a, on_due + 8, late=True), _rated(on_due + 9)]


def _extended(cast: Cast, limit: int) -> list[Step]:
    asked = RequestExtension(reason="情况复杂", working_days=5, ground="complex_and_to_investigate")
    return [
        *_given(cast.a),
        *_looked_into(cast, cast.a, 1),
        _by(cast, cast.a, 2, 13, Move.REQUEST_EXTENSION, asked),
        Step(2, 16, Move.GRANT_EXTENSION, GrantExtension(), CLERK),
        _answered(cast, cast.a, 1 + limit + 5),
        _rated(1 + limit + 6),
    ]


def _returned(cast: Cast, limit: int) -> list[Step]:
    back = _by(cast, cast.a, 2, 10, Move.RETURN, Return(reason="不属本单位职责"))
    return [
        *_given(cast.a),
        back,
        _assigned(cast.b, day=3),
        *_looked_into(cast, cast.b, 3),
        _answered(cast, cast.b, 3 + limit),
        _rated(4 + limit),
    ]


def _ping_pong(cast: Cast, limit: int) -> list[Step]:
    back = _by(cast, cast.a, 2, 10, Move.RETURN, Return(reason="不属本单位职责"))
    return [*_given(cast.a), back, _assigned(cast.a, day=3), _answered(cast, cast.a, 3 + limit)]


def _redone(cast: Cast, limit: int) -> list[Step]:
    on_due = 1 + limit
    return [
        *_given(cast.a),
        *_looked_into(cast, cast.a, 1),
        _answered(cast, cast.a, limit),
        _sent_back(on_due),
        _answered(cast, cast.a, on_due + 2),
        _rated(on_due + 5),
    ]


def _redone_late(cast: Cast, limit: int) -> list[Step]:
    on_due = 1 + limit
    return [
        *_given(cast.a),
        _answered(cast, cast.a, limit),
        _sent_back(on_due),
        _answered(cast, cast.a, on_due + 5, late=True),
    ]


def _reopened(cast: Cast, limit: int) -> list[Step]:
    on_due = 1 + limit
    again = Step(on_due + 3, 10, Move.REOPEN, Reopen(reason="没有解决"), WRITER)
    return [
        *_given(cast.a),
        _answered(cast, cast.a, on_due),
        _rated(on_due + 1),
        again,
        _assigned(cast.b, day=on_due + 4),
        _answered(cast, cast.b, on_due + 4 + limit),
    ]


def _taken_away(cast: Cast, limit: int) -> list[Step]:
    on_due = 1 + limit
    return [
        *_given(cast.a),
        _assigned(cast.b, day=on_due + 2, released_late=cast.a),
        _answered(cast, cast.b, on_due + 2 + limit),
    ]


def _joined(cast: Cast, limit: int) -> list[Step]:
    """Two units; the second one's part goes to the first."""
    return [*_given(cast.a, cast.b), _answered(cast, cast.b, limit), _answered(cast, cast.a, 1 + limit), _rated(9)]


def _watched(cast: Cast, limit: int) -> list[Step]:
    return [
        *_given(cast.a),
        Step(1, 15, Move.SUPERVISE, Supervise(note="请督促办理"), INSPECTOR),
        Step(2, 10, Move.INSTRUCT, Instruct(text="请妥善处理"), LEADER),
        _answered(cast, cast.a, 1 + limit),
    ]


def _triaged_late(cast: Cast, limit: int) -> list[Step]:
    return [*_given(cast.a, day=4, late=True), *_looked_into(cast, cast.a, 4), _answered(cast, cast.a, 3 + limit)]


def _declined(cast: Cast, limit: int) -> list[Step]:
    del cast, limit
    return [Step(1, 10, Move.DECLINE, Decline(ground="not_a_public_matter", note="广告"), CLERK)]


def _withdrawn(cast: Cast, limit: int) -> list[Step]:
    return [*_given(cast.a), Step(limit, 13, Move.WITHDRAW, Nothing(), WRITER)]


def _forgotten(cast: Cast, limit: int) -> list[Step]:
    """Handed out and never heard of again."""
    del limit
    return [*_given(cast.a)]


def _untouched(cast: Cast, limit: int) -> list[Step]:
    del cast, limit
    return []


STORIES = (
    Story("plain", 380, _plain),
    Story("quick", 140, _quick),
    Story("late", 80, _late),
    Story("explained", 20, _explained),
    Story("very_late", 30, _very_late),
    Story("extended", 80, _extended),
    Story("returned", 50, _returned),
    Story("ping_pong", 10, _ping_pong),
    Story("redone", 50, _redone),
    Story("redone_late", 10, _redone_late),
    Story("reopened", 30, _reopened),
    Story("taken_away", 15, _taken_away),
    Story("joined", 30, _joined),
    Story("watched", 20, _watched),
    Story("triaged_late", 15, _triaged_late),
    Story("declined", 20, _declined),
    Story("withdrawn", 8, _withdrawn),
    Story("forgotten", 10, _forgotten),
    Story("untouched", 2, _untouched),
)


@dataclass(frozen=True, slots=True)
class Sort:
    """Kinds of letters that fare alike, and how many of a thousand they are. `limit`: working days of the unit.

    `placed`: field and region are stated. `guarded`: about an office; the ledger does not say which.
    """

    name: str
    share: int
    kinds: tuple[Kind, ...]
    limit: int
    placed: bool = True
    guarded: bool = False


_FIVE_DAYS = (Kind.COMPLAINT, Kind.OPINION, Kind.SUGGESTION)

SORTS = (
    Sort("consultations", 330, (Kind.CONSULTATION,), 2),
    Sort("five days", 400, _FIVE_DAYS, 5),
    Sort("five days, no place", 150, _FIVE_DAYS, 5, placed=False),
    Sort("no clause", 105, (Kind.HELP, Kind.OTHER), 5),
    Sort("accusations", 10, (Kind.ACCUSATION,), 5, placed=False),
    Sort("guarded", 5, (Kind.COMPLAINT,), 5, placed=False, guarded=True),
)
