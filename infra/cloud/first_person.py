"""The first person of an installation: somebody at the office that takes the letters, who can bring in all others."""

from datetime import datetime
from typing import TYPE_CHECKING

from infra.cloud.settings import Admin

if TYPE_CHECKING:
    from chalicelib.services.installation import Installation

UNIT = "centre"
CONTACT = "centre-1"
MAILBOX = "county"


def ensure_first_person(inst: "Installation", admin: Admin, mailbox: str, now: datetime) -> str | None:
    """A desk link for the first person of an empty installation; None when there are people already.

    `mailbox`: the name of the first mailbox, which that office owns.
    """
    from chalicelib.domain.directory import Contact, Mailbox, Unit
    from chalicelib.domain.languages import page_of
    from chalicelib.domain.letter import ContactId, MailboxId, Role, UnitId
    from chalicelib.ports import LinkClaims
    from chalicelib.services.wording import LINK_LIVES

    if inst.registry.directory().contacts:
        return None
    unit = Unit(UnitId(UNIT), admin.unit)
    contact = Contact(ContactId(CONTACT), admin.name, unit.id, frozenset({Role.CENTRE}), admin.email)
    inst.registry.put([unit], [contact], [Mailbox(MailboxId(MAILBOX), mailbox, unit.id)])
    token = inst.links.token(LinkClaims(contact.id, None, contact.epoch, now + LINK_LIVES))
    return f"{page_of(inst.site_url, contact.language, 'desk.html')}#{token}"
