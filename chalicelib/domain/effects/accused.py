"""What happens at once when a letter turns out to be about somebody who has it: they lose it (PL-18)."""

import itertools

from chalicelib.domain.clocks import ClockName
from chalicelib.domain.draft import Draft
from chalicelib.domain.effects.holding import back_to_centre, change_assignment, drop_approval, release
from chalicelib.domain.letter import Assignment, ContactId, Status
from chalicelib.domain.visibility import is_about, is_kept_from


def keep_from_accused(draft: Draft) -> None:
    """Units and persons it is about lose it, with what they drafted of an answer; others go on, or the centre."""
    _take_from_forwarded(draft)
    _take_from_leader(draft)
    letter, directory = draft.letter, draft.around.directory
    accused = [each for each in letter.assignments if is_about(letter, each.unit, directory)]
    if letter.approval is not None and (any(each.lead for each in accused) or _drafted_by_accused(draft)):
        drop_approval(draft)
        draft.set(status=Status.ASSIGNED)
        _have_it_done_again(draft)
    for each in accused:
        release(draft, each.unit)
    for each in draft.letter.assignments:
        _take_from_subordinates(draft, each)
    if accused:
        if draft.letter.approval is None:
            back_to_centre(draft)
        lead = draft.letter.lead
        draft.fact(units=[each.unit for each in draft.letter.assignments], lead=lead.unit if lead else None)


def _is_accused(draft: Draft, contact: ContactId | None) -> bool:
    person = draft.around.directory.contacts.get(contact) if contact else None
    return person is not None and is_kept_from(draft.letter, person, draft.around.directory)


def _drafted_by_accused(draft: Draft) -> bool:
    approval = draft.letter.approval
    return approval is not None and _is_accused(draft, approval.author)


def _have_it_done_again(draft: Draft) -> None:
    """The unit writes another answer, in what is left of its limit, or in that for doing it again."""
    lead = draft.letter.lead
    if lead is not None and not draft.running(ClockName.HANDLE, ClockName.REDO, unit=lead.unit):
        draft.open(ClockName.REDO, draft.around.rulebook.redo, lead.unit)


def _take_from_forwarded(draft: Draft) -> None:
    letter = draft.letter
    if letter.forwarded_to is not None and is_about(letter, letter.forwarded_to, draft.around.directory):
        draft.set(forwarded_to=None, answer_asked=False, disposition=None)
        back_to_centre(draft)


def _take_from_leader(draft: Draft) -> None:
    referral = draft.letter.referral
    if referral is not None and draft.letter.status is Status.REFERRED and _is_accused(draft, referral.to):
        draft.set(referral=None, disposition=None)
        back_to_centre(draft)


def _take_from_subordinates(draft: Draft, held: Assignment) -> None:
    """What a unit had handed to somebody it turns out to be about is the unit's own again."""
    letter, directory = draft.letter, draft.around.directory
    free = tuple(itertools.takewhile(lambda unit: not is_about(letter, unit, directory), held.sub_units))
    contact = None if _is_accused(draft, held.contact) else held.contact
    change_assignment(draft, held.unit, sub_units=free, contact=contact)
