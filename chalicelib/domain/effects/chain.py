"""The way of an answer: given at once, or through the signatures its rulebook asks for, in their order."""

from chalicelib.domain.clocks import ClockName, Ending
from chalicelib.domain.directory import Directory
from chalicelib.domain.draft import Draft
from chalicelib.domain.effects.holding import UNIT_CLOCKS, change_assignment
from chalicelib.domain.errors import FieldError, InvalidFieldsError, MoveRefusedError
from chalicelib.domain.letter import (
    LEADER_POSTS,
    Approval,
    Assignment,
    ContactId,
    Letter,
    Role,
    Status,
    TextPurpose,
)
from chalicelib.domain.payloads import Approve
from chalicelib.domain.rulebook import Rulebook
from chalicelib.domain.rules import AnswerChain, ApprovalStep
from chalicelib.domain.workflow import Move

REVIEW = "review"
"""The last look at an answer the writer has already got (SF-4); it closes the letter."""
READ = "read"
"""The head of the unit has read the letter before it goes elsewhere (CQ-4.2)."""


def chain_of(draft: Draft, asked_for: str | None) -> AnswerChain | None:
    """The chain this answer takes: the one that was asked for by name, else the first that fits the letter.

    Raises InvalidFieldsError when the one asked for does not fit.
    """
    fitting = fitting_chains(draft.letter, draft.around.rulebook, draft.around.directory)
    if asked_for is not None:
        named = next((each for each in fitting if each.name == asked_for), None)
        if named is None:
            raise InvalidFieldsError((FieldError("chain", "unknown_chain", (("chain", asked_for),)),))
        return named
    return next((each for each in fitting if not each.on_request), None)


def fitting_chains(letter: Letter, book: Rulebook, directory: Directory) -> tuple[AnswerChain, ...]:
    """The chains this letter's answer may take: the usual one, the first that fits, and those a unit may ask for.

    One that is asked for needs somebody in each of its posts: nobody else signs in a leader's name.
    """
    fitting = [each for each in book.answer_chains if _fits(each, letter, directory)]
    usual = [each for each in fitting if not each.on_request][:1]
    return tuple(each for each in fitting if each in usual or (each.on_request and _is_manned(each, directory)))


def _is_manned(chain: AnswerChain, directory: Directory) -> bool:
    posts = (step.by for step in chain.steps if set(step.by) <= LEADER_POSTS | {Role.LEADER, Role.INSPECTOR})
    return all(any(directory.holders(role) for role in by) for by in posts)


def _fits(chain: AnswerChain, letter: Letter, directory: Directory) -> bool:
    unit = directory.units.get(letter.lead.unit) if letter.lead else None
    return (
        (not chain.sources or letter.source in chain.sources)
        and (not chain.levels or (unit is not None and unit.level in chain.levels))
        and chain.instructed in {None, bool(letter.instructions)}
    )


def set_out(draft: Draft, chain: AnswerChain | None, lead: Assignment) -> None:
    """The answer has been written: give it to the writer, or send it to its first step."""
    draft.fact(chain=chain.name if chain else None)
    if chain is None or not chain.steps:
        done_by_unit(draft, lead)
        give(draft, chain)
        return
    text = draft.last_text
    draft.set(status=Status.IN_APPROVAL, unreleased=(*draft.letter.unreleased, text))
    if not chain.steps[0].of_unit:
        done_by_unit(draft, lead)
    _wait_at(draft, chain, chain.steps[0], text, ())


def done_by_unit(draft: Draft, assignment: Assignment) -> None:
    """The unit has done its part: its time limits end, met or breached."""
    for clock in draft.running(ClockName.HANDLE, ClockName.REDO, unit=assignment.unit):
        draft.end(clock, Ending.DONE)
    for clock in draft.running(ClockName.RETURN, unit=assignment.unit):
        draft.end(clock, Ending.DROPPED)


def _wait_at(draft: Draft, chain: AnswerChain, step: ApprovalStep, text: str, done: tuple[str, ...]) -> None:
    lead = draft.letter.lead
    unit = lead.unit if step.of_unit and lead else None
    before = draft.letter.approval
    author = before.author if before else ContactId(draft.actor.deputy_for or draft.actor.id)
    draft.set(approval=Approval(chain.name, step.name, step.by, text, unit, done, author))
    draft.fact(waits_at=step.name)
    if not step.of_unit and not draft.running(ClockName.APPROVAL):
        draft.open(ClockName.APPROVAL, chain.limit)
    draft.tell("answer_to_approve", Role.APPROVER)


def give(draft: Draft, chain: AnswerChain | None) -> None:
    """The writer gets the answer. What was asked or rated before belonged to the work this answer ends (SF-3.2)."""
    lead = draft.letter.lead
    for clock in draft.running(*UNIT_CLOCKS):
        draft.end(clock, Ending.DROPPED)
    for each in draft.letter.assignments:
        change_assignment(draft, each.unit, extension=None)
    draft.set(rating=None, called_back=False, status=Status.ANSWERED, answers_given=draft.letter.answers_given + 1)
    draft.fact(given_by=chain.given_by if chain else None)
    draft.tell("letter_answered", Role.WRITER, channels=("email", "sms"))
    if lead is not None:
        draft.tell("answer_to_review", Role.CENTRE, unit_name=lead.unit)
    if chain is not None and chain.copies_to:
        draft.fact(copies_to=[role.value for role in chain.copies_to])
        draft.tell("result_document", *chain.copies_to)
    for each_one in dict.fromkeys(each.contact for each in draft.letter.instructions):
        draft.tell("instruction_carried_out", contact=each_one)


def approve(draft: Draft, payload: Approve) -> None:
    """A step of the answer's way is taken; the last review closes the letter; or the head has read it (CQ-4.2)."""
    before = draft.letter
    draft.say(TextPurpose.NOTE, payload.note)
    if before.approval is not None:
        _take_step(draft, before, payload)
    elif draft.actor.role is Role.DEPARTMENT_HEAD:
        draft.set(status=Status.ACCEPTED, head_read=True)
        draft.fact(step=READ)
        draft.tell("letter_read_by_head", Role.CENTRE)
    else:
        _review(draft, payload)


def _review(draft: Draft, payload: Approve) -> None:
    if payload.step != REVIEW:
        raise InvalidFieldsError((FieldError("step", "another_step", (("step", REVIEW),)),))
    draft.fact(step=REVIEW)
    if draft.around.rulebook.review_criteria:
        _check_criteria(draft, payload)


def _take_step(draft: Draft, before: Letter, payload: Approve) -> None:
    approval, book = before.approval, draft.around.rulebook
    assert approval is not None  # noqa: S101  the caller has looked
    chain, step = book.chain(approval.chain), book.step(approval.chain, approval.step)
    if chain is None or step is None:  # the rulebook lost it since: nothing may be stuck for that
        raise MoveRefusedError(Move.APPROVE.value, "chain_is_gone")
    if payload.step not in {step.name, REVIEW}:
        raise InvalidFieldsError((FieldError("step", "another_step", (("step", step.name),)),))
    if step.criteria:
        _check_criteria(draft, payload)
    if step.in_person:
        _sign(draft, payload)
    draft.fact(step=step.name, chain=chain.name, clause=step.clause)
    done = (*approval.done, step.name)
    rest = [each for each in chain.steps if each.name not in done]
    lead = draft.letter.lead
    if step.of_unit and not any(each.of_unit for each in rest) and lead is not None:
        done_by_unit(draft, lead)
    if rest:
        draft.set(status=Status.IN_APPROVAL)
        _wait_at(draft, chain, rest[0], approval.text, done)
        return
    for clock in draft.running(ClockName.APPROVAL):
        draft.end(clock, Ending.DONE)
    draft.set(approval=None, unreleased=tuple(each for each in draft.letter.unreleased if each != approval.text))
    give(draft, chain)


def _check_criteria(draft: Draft, payload: Approve) -> None:
    """BB-3.2: every one of the criteria is found met; an answer that misses one is sent back instead."""
    missed = [each for each in draft.around.rulebook.criteria if each.id not in (payload.criteria or ())]
    if missed:
        raise InvalidFieldsError((FieldError("criteria", "criterion_missed", (("criterion", missed[0].text),)),))
    draft.fact(criteria=[each.id for each in draft.around.rulebook.criteria])


def _sign(draft: Draft, payload: Approve) -> None:
    """BB-3.2: in person and by hand. A deputy cannot sign in somebody's person, so states the exception."""
    if payload.exception is not None:
        draft.fact(signed="exception")
        draft.say(TextPurpose.REASON, payload.exception)
    elif draft.actor.deputy_for is not None:
        raise InvalidFieldsError((FieldError("exception", "deputy_states_exception"),))
    elif payload.signature is None:
        raise InvalidFieldsError((FieldError("signature", "signature_needed"),))
    if payload.signature is not None:
        draft.fact(signed="by_hand")
        draft.say(TextPurpose.SIGNATURE, payload.signature)
