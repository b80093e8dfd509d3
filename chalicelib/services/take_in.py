"""Letters that did not come by the website: which channels there are, and who writes such a letter down (HF-3.2, BB-1).

One stream: the same engine, the same time limits, the source kept.
"""

import re

from chalicelib.domain.directory import Contact, Directory, Mailbox
from chalicelib.domain.errors import DomainError, FieldError, InvalidFieldsError, MoveRefusedError
from chalicelib.domain.letter import Actor, MailboxId, Role
from chalicelib.domain.rulebook import Rulebook
from chalicelib.services.asking import Visitor
from chalicelib.services.installation import Installation

DESK = "desk"
"""The channel of what a clerk writes down; its source too, where the clerk names none."""
SOURCE = re.compile(r"[\w.-]{1,40}")


class UnknownSourceError(DomainError):
    """The rulebook lists its sources (`known`), and this is none of them; or no source is ever called so."""

    code = "unknown_source"

    def __init__(self, known: tuple[str, ...]) -> None:
        super().__init__()
        self.known = known

    def __str__(self) -> str:
        if self.known:
            return f"the rulebook has no such source; it lists: {', '.join(self.known)}"
        return "the name of a source may hold letters, digits, dots and dashes only, at most 40"


def known_source(book: Rulebook, source: str) -> str:
    """The source, if letters may come by it. Raises UnknownSourceError."""
    known = tuple(each.id for each in book.sources)
    if (source not in known) if known else not SOURCE.fullmatch(source):
        raise UnknownSourceError(known)
    return source


def mailbox_of(source: str, book: Rulebook, directory: Directory) -> Mailbox | None:
    """The mailbox the rulebook gives this source; None when it gives none, or one that is not there."""
    rule = next((each for each in book.sources if each.id == source), None)
    return directory.mailboxes.get(MailboxId(rule.mailbox)) if rule and rule.mailbox else None


def clerk(inst: Installation, who: Visitor) -> Actor:
    """Who takes it in: somebody of a centre, that is of the office of some mailbox. Raises MoveRefusedError."""
    contact, directory = who.contact, inst.registry.directory()
    if Role.CENTRE not in contact.roles or not any(m.owner == contact.unit for m in directory.mailboxes.values()):
        raise MoveRefusedError("take_in", "not_your_move")
    return Actor(contact.id, Role.CENTRE, contact.unit, channel=DESK)


def source_said(book: Rulebook, source: str | None) -> str:
    """The source a clerk gave. Raises InvalidFieldsError, which lists them where the rulebook does."""
    if source is None:
        return DESK
    try:
        return known_source(book, source)
    except UnknownSourceError as error:
        reason = "unknown_source" if error.known else "bad_source"
        raise InvalidFieldsError((FieldError("source", reason, (("known", tuple(error.known)),)),)) from error


def where_to(inst: Installation, contact: Contact, source: str, mailbox: str | None) -> str | None:
    """The mailbox: as the clerk says; else the source's own, else that of the clerk's office."""
    if mailbox is not None:
        return mailbox
    directory = inst.registry.directory()
    own = next((each for each in directory.mailboxes.values() if each.owner == contact.unit), None)
    chosen = mailbox_of(source, inst.rulebook, directory) or own
    return chosen.id if chosen else None
