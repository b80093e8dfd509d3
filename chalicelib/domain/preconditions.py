"""What must be true of the letter before certain moves, beyond status and role."""

from collections.abc import Callable, Iterable

from chalicelib.domain.clocks import Clock, ClockName, has_lapsed, local_date
from chalicelib.domain.draft import Surroundings
from chalicelib.domain.letter import Actor, ContactId, Kind, Letter, Role, Status
from chalicelib.domain.publishing import publication_unmet
from chalicelib.domain.rulebook import Rulebook
from chalicelib.domain.workflow import Move

ANSWER_CLOCKS = frozenset({ClockName.HANDLE, ClockName.REDO})


def unmet(move: Move, letter: Letter, clocks: Iterable[Clock], actor: Actor, around: Surroundings) -> str | None:
    """The first condition of this move that does not hold, as a reason code; None when all hold."""
    conditions: dict[Move, Callable[[], str | None]] = {
        Move.ACCEPT: lambda: "wrong_status" if letter.status is Status.MERGED and letter.number else None,
        Move.ASSIGN: lambda: _merged_unmet(letter) or _passing_on_unmet(letter) or _instruction_unmet(letter),
        Move.FORWARD: lambda: (
            _passing_on_unmet(letter) or _instruction_unmet(letter) or _reading_unmet(move, letter, around)
        ),
        Move.REFER_UP: lambda: _passing_on_unmet(letter) or _reading_unmet(move, letter, around),
        Move.CONVERT: lambda: _passing_on_unmet(letter),
        Move.INSTRUCT: lambda: _turn_unmet(letter, actor, around),
        Move.CLAIM: lambda: None if letter.in_pool else "not_in_pool",
        Move.APPROVE: lambda: _approval_unmet(letter),
        Move.PUBLISH: lambda: publication_unmet(letter, around),
        Move.WITHHOLD: lambda: _withholding_unmet(letter, around),
        Move.ANSWER: lambda: _answer_unmet(letter, actor),
        Move.LINK_REPEAT: lambda: "already_linked" if letter.repeat_of else None,
        Move.SUPERVISE: lambda: "already_supervised" if letter.supervised else None,
        Move.CONTACT_WRITER: lambda: _contact_unmet(letter, actor),
        Move.REQUEST_EXTENSION: lambda: _request_unmet(letter, clocks, actor, around),
        Move.GRANT_EXTENSION: lambda: _decision_unmet(letter),
        Move.REFUSE_EXTENSION: lambda: _decision_unmet(letter),
        Move.RETURN: lambda: _return_unmet(letter, clocks, actor, around),
        Move.RATE: lambda: "already_rated" if letter.rating is not None else None,
        Move.REOPEN: lambda: _reopen_unmet(letter, clocks, around),
    }
    condition = conditions.get(move)
    return condition() if condition else None


def needs_code(move: Move, letter: Letter, rulebook: Rulebook) -> bool:
    """Whether whoever makes this move now must give a one-time code: a step of a chain that says so, or publishing."""
    if move is Move.PUBLISH:
        return rulebook.publication is not None and rulebook.publication.code
    if move is not Move.APPROVE or letter.approval is None:
        return False
    step = rulebook.step(letter.approval.chain, letter.approval.step)
    return step is not None and step.code


def _decision_unmet(letter: Letter) -> str | None:
    return None if any(each.extension for each in letter.assignments) else "no_extension_asked"


def _passing_on_unmet(letter: Letter) -> str | None:
    """PL-18: what names somebody of the county in words stays until the centre has said whose people they are.

    Of an accusation whatever words it names somebody with, unless its writer picked the units as well.
    """
    in_words_only = letter.about_unsettled and not letter.about_units
    open_question = letter.about_guessed or (letter.kind is Kind.ACCUSATION and in_words_only)
    return "settle_about_first" if open_question else None


def _merged_unmet(letter: Letter) -> str | None:
    """A letter merged before it was accepted is accepted first: it has no number yet."""
    return "wrong_status" if letter.status is Status.MERGED and letter.number is None else None


def _contact_unmet(letter: Letter, actor: Actor) -> str | None:
    """The centre contacts the writer also before a unit has the letter (BB-2.1); a unit, once it is its own."""
    held = letter.assignment_of(actor.unit) is not None
    return None if held or actor.role is Role.CENTRE else "not_your_letter"


def _request_unmet(letter: Letter, clocks: Iterable[Clock], actor: Actor, around: Surroundings) -> str | None:
    """SF-3.3.3: contact the writer first, then apply; HF-2.2: never past the cap in all."""
    rule = around.rulebook.extension
    assignment = letter.assignment_of(actor.unit)
    clocks = tuple(clocks)
    own = (c for c in clocks if c.running and assignment and c.unit == assignment.unit)
    clock = next((c for c in own if c.name in ANSWER_CLOCKS), None)
    if rule is None or assignment is None or clock is None:
        return "no_extension_rule"
    if assignment.extension is not None:
        return "extension_pending"
    if rule.before_due and has_lapsed(clock, around.zone, around.now):
        return "limit_has_passed"
    if _at_the_cap(clock, clocks, around):
        return "cap_reached"
    if rule.contact_writer_first and assignment.contacted_writer_at is None:
        return "contact_writer_first"
    return None


def _at_the_cap(clock: Clock, clocks: Iterable[Clock], around: Surroundings) -> bool:
    """Whether nothing could be granted any more: the due date is the last that the cap allows."""
    cap = around.rulebook.extension.cap if around.rulebook.extension else None
    received = [each.started_at for each in clocks if each.name is ClockName.HANDLE]
    if cap is None or not received:
        return False
    return around.calendar.due(local_date(min(received), around.zone), cap.limit).on <= clock.due_on


def _instruction_unmet(letter: Letter) -> str | None:
    """BB-2.2: assigned as the leaders have instructed, so not before they have."""
    return "instruction_first" if letter.awaits else None


def _turn_unmet(letter: Letter, actor: Actor, around: Surroundings) -> str | None:
    """BB-2.2: who instructs after others waits for them; an instruction before its time would not count as theirs."""
    leader = around.directory.contacts.get(ContactId(actor.deputy_for or actor.id))
    if leader is None or actor.role in letter.awaits[:1] or leader.roles.intersection(letter.awaits[:1]):
        return None
    return "others_instruct_first" if leader.roles.intersection(letter.awaits[1:]) else None


def _reading_unmet(move: Move, letter: Letter, around: Surroundings) -> str | None:
    """CQ-4.3, CQ-4.4: the head of the unit reads it first. Of an assignment it depends to whom: see `assign`."""
    rule = around.rulebook.reading
    return "head_reads_first" if rule and move in rule.before and letter.head_read is False else None


def _approval_unmet(letter: Letter) -> str | None:
    if letter.status is Status.ACCEPTED:
        return None if letter.head_read is False else "already_read"
    return None


def _withholding_unmet(letter: Letter, around: Surroundings) -> str | None:
    if around.rulebook.publication is None:
        return "no_publication_rule"
    return "already_withheld" if letter.publication and letter.publication.ground else None


def _answer_unmet(letter: Letter, actor: Actor) -> str | None:
    """CQ-4.3: of a forwarded letter no answer is owed back; the receiving unit answers the writer when asked to.

    While the lead's answer is being signed, joining units may still give their part, and nobody another answer.
    """
    if letter.status is Status.IN_APPROVAL:
        return None if _joins(letter, actor) else "wrong_status"
    return "no_answer_asked" if letter.status is Status.FORWARDED and not letter.answer_asked else None


def _joins(letter: Letter, actor: Actor) -> bool:
    held = letter.assignment_of(actor.unit)
    return held is not None and not held.lead and held.contributed_at is None


def _return_unmet(letter: Letter, clocks: Iterable[Clock], actor: Actor, around: Surroundings) -> str | None:
    """SF-3.3.3: within the window a unit returns by itself; after it the centre has to take it back.

    CQ-5: without a window it is returned promptly, whenever that is; what was forwarded or referred by mistake as well.
    """
    rule = around.rulebook.return_
    if rule is None:
        return "no_return_rule"
    if letter.status is not Status.ASSIGNED:
        return None if _came_by_mistake(letter, actor) else "nothing_to_return"
    if rule.window is None:
        return None
    held = letter.assignment_of(actor.unit)
    own = held.unit if held else None
    if actor.unit != own:
        return None  # a subordinate gives it back to the unit above, which is answerable
    windows = [c for c in clocks if c.running and c.name is ClockName.RETURN and c.unit == own]
    open_window = any(not has_lapsed(window, around.zone, around.now) for window in windows)
    return None if open_window else "return_window_lapsed"


def _came_by_mistake(letter: Letter, actor: Actor) -> bool:
    """Referred to this leader or to this mailbox, or forwarded and not answered yet (CQ-5)."""
    referral = letter.referral
    if letter.status is Status.FORWARDED:
        return letter.answers_given == 0
    if letter.status is Status.REFERRED:
        return referral is not None and referral.to == (actor.deputy_for or actor.id)
    return referral is not None


def _reopen_unmet(letter: Letter, clocks: Iterable[Clock], around: Surroundings) -> str | None:
    days = around.rulebook.writer.reopen_within_days
    names = ANSWER_CLOCKS | {ClockName.APPROVAL}
    answered = [c.ended_at for c in clocks if c.name in names and c.ended_at is not None]
    if days is None or not answered or letter.lead is None:
        return None
    since = (local_date(around.now, around.zone) - local_date(max(answered), around.zone)).days
    return "too_late_to_reopen" if since > days else None
