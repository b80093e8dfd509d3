"""Referring a letter up: to a leader, or to another mailbox's office for coordination (CQ-4.4)."""

from chalicelib.domain.directory import Contact, Directory
from chalicelib.domain.draft import Draft
from chalicelib.domain.effects.centre import disposition_of
from chalicelib.domain.errors import FieldError, InvalidFieldsError
from chalicelib.domain.letter import (
    LEADER_POSTS,
    ContactId,
    Disposition,
    Letter,
    MailboxId,
    Referral,
    Role,
    Status,
    TextPurpose,
)
from chalicelib.domain.payloads import ReferUp
from chalicelib.domain.visibility import is_kept_from


def refer_up(draft: Draft, payload: ReferUp) -> None:
    """To the one or the other. The number stays through it (CQ-3.2.3)."""
    if (payload.leader is None) == (payload.mailbox is None):
        raise InvalidFieldsError((FieldError("leader", "leader_or_mailbox"),))
    draft.set(disposition=Disposition.REFERRED, in_pool=False)
    draft.fact(disposition=disposition_of(draft))
    draft.say(TextPurpose.NOTE, payload.note)
    if payload.leader is not None:
        _to_leader(draft, payload.leader)
    else:
        _to_mailbox(draft, str(payload.mailbox))


def _to_leader(draft: Draft, wanted: str) -> None:
    """The office's own leader, or one of the county's."""
    letter, directory = draft.letter, draft.around.directory
    leader = directory.contacts.get(ContactId(wanted))
    if leader is None or not may_be_referred_to(letter, leader, directory):
        raise InvalidFieldsError((FieldError("leader", "unknown_leader"),))
    draft.set(referral=Referral(letter.centre, leader.id))
    draft.fact(to="leader", contact=leader.id)
    draft.tell("letter_to_instruct", contact=leader.id)


def may_be_referred_to(letter: Letter, contact: Contact, directory: Directory) -> bool:
    """A leader of the county, or whoever heads the office that has the letter; nobody it is kept from (PL-18)."""
    leads = bool(contact.roles & (LEADER_POSTS | {Role.LEADER}))
    heads_office = contact.unit == letter.centre and Role.FIRST_RESPONSIBLE in contact.roles
    return contact.active and (leads or heads_office) and not is_kept_from(letter, contact, directory)


def _to_mailbox(draft: Draft, wanted: str) -> None:
    """Another office deals with it from now on; the one that referred it may still look."""
    letter = draft.letter
    mailbox = draft.around.directory.mailboxes.get(MailboxId(wanted))
    if mailbox is None or mailbox.owner == letter.centre:
        raise InvalidFieldsError((FieldError("mailbox", "unknown_mailbox", (("mailbox", wanted),)),))
    past = tuple(dict.fromkeys((*letter.past_units, letter.centre)))
    draft.set(centre=mailbox.owner, referral=Referral(letter.centre), past_units=past, status=Status.ACCEPTED)
    draft.fact(to="mailbox", mailbox=mailbox.id, centre=mailbox.owner)
    draft.open_triage()
    draft.tell("letter_referred", Role.CENTRE)
