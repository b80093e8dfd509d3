"""What must be true of the letter before certain moves, beyond status and role."""

from collections.abc import Callable, Iterable

from chalicelib.domain.clocks import Clock, ClockName, has_lapsed, local_date
from chalicelib.domain.draft import Surroundings
from chalicelib.domain.letter import Actor, Kind, Letter
from chalicelib.domain.workflow import Move

ANSWER_CLOCKS = frozenset({ClockName.HANDLE, ClockName.REDO})


def unmet(move: Move, letter: Letter, clocks: Iterable[Clock], actor: Actor, around: Surroundings) -> str | None:
    """The first condition of this move that does not hold, as a reason code; None when all hold."""
    conditions: dict[Move, Callable[[], str | None]] = {
        Move.ASSIGN: lambda: _passing_on_unmet(letter),
        Move.FORWARD: lambda: _passing_on_unmet(letter),
        Move.REQUEST_EXTENSION: lambda: _request_unmet(letter, clocks, actor, around),
        Move.GRANT_EXTENSION: lambda: _decision_unmet(letter),
        Move.REFUSE_EXTENSION: lambda: _decision_unmet(letter),
        Move.RETURN: lambda: _return_unmet(clocks, actor, around),
        Move.RATE: lambda: "already_rated" if letter.rating is not None else None,
        Move.REOPEN: lambda: _reopen_unmet(letter, clocks, around),
    }
    condition = conditions.get(move)
    return condition() if condition else None


def _decision_unmet(letter: Letter) -> str | None:
    return None if any(each.extension for each in letter.assignments) else "no_extension_asked"


def _passing_on_unmet(letter: Letter) -> str | None:
    """PL-18: an accusation naming somebody in words only stays until the centre has said whose people they are."""
    in_words_only = letter.about_unsettled and not letter.about_units
    return "settle_about_first" if letter.kind is Kind.ACCUSATION and in_words_only else None


def _request_unmet(letter: Letter, clocks: Iterable[Clock], actor: Actor, around: Surroundings) -> str | None:
    """SF-3.3.3: contact the writer first, then apply; HF-2.2: never past the cap in all."""
    rule = around.rulebook.extension
    assignment = letter.assignment_of(actor.unit)
    own = (c for c in clocks if c.running and c.unit == actor.unit)
    clock = next((c for c in own if c.name in ANSWER_CLOCKS), None)
    if rule is None or assignment is None or clock is None:
        return "no_extension_rule"
    if assignment.extension is not None:
        return "extension_pending"
    if rule.before_due and has_lapsed(clock, around.zone, around.now):
        return "limit_has_passed"
    if rule.contact_writer_first and assignment.contacted_writer_at is None:
        return "contact_writer_first"
    return None


def _return_unmet(clocks: Iterable[Clock], actor: Actor, around: Surroundings) -> str | None:
    """SF-3.3.3: within the window a unit returns by itself; after it the centre has to take it back."""
    if around.rulebook.return_ is None:
        return "no_return_rule"
    windows = [c for c in clocks if c.running and c.name is ClockName.RETURN and c.unit == actor.unit]
    open_window = any(not has_lapsed(window, around.zone, around.now) for window in windows)
    return None if open_window else "return_window_lapsed"


def _reopen_unmet(letter: Letter, clocks: Iterable[Clock], around: Surroundings) -> str | None:
    days = around.rulebook.writer.reopen_within_days
    answered = [c.ended_at for c in clocks if c.name in ANSWER_CLOCKS and c.ended_at is not None]
    if days is None or not answered or letter.lead is None:
        return None
    since = (local_date(around.now, around.zone) - local_date(max(answered), around.zone)).days
    return "too_late_to_reopen" if since > days else None
