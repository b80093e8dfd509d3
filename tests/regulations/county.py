"""A county with every office the five regulations speak of, and short ways through a letter's life in it.

Centre office `centre` (clerk, its heads), units `roads` and `water` with staff, `roads-section` below roads, a town and
its village station (three levels), a mailbox of the roads office's own, an information office, inspectors, the line of
leaders from the deputy secretary to the head of government, an auditor.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from chalicelib.adapters.directory_once import DirectoryOnce
from chalicelib.domain.directory import Contact, Deputy, Directory, Mailbox, Unit
from chalicelib.domain.letter import ContactId, MailboxId, Role, UnitId
from tests.builders import CENTRE, COUNTY_BOX, ROADS, WATER, a_contact
from tests.contract.stores import Stores
from tests.functional.world import Answer, Citizen, Desk, World

ROADS_BOX = MailboxId("roads-box")
GOVERNMENT, INSPECTION, TOWN = UnitId("government"), UnitId("inspection"), UnitId("town")

UNITS = (
    Unit(CENTRE, "信箱受理中心", level="department"),
    Unit(ROADS, "交通运输局", level="department"),
    Unit(UnitId("roads-section"), "交通运输局养护科", ROADS, level="section"),
    Unit(WATER, "水务局", level="department"),
    Unit(UnitId("district"), "东城县", level="county"),
    Unit(TOWN, "柳河镇", UnitId("district"), level="township"),
    Unit(UnitId("station"), "柳河镇水利站", TOWN, level="station"),
    Unit(INSPECTION, "督查室", level="department"),
    Unit(GOVERNMENT, "政府办公室", level="department"),
)
HANDLING = (ROADS, UnitId("roads-section"), WATER, UnitId("district"), TOWN, UnitId("station"))


def a_county() -> Directory:
    """Everybody. Contacts of a unit are `<unit>-handler`, `<unit>-deputy-head` (direct), `<unit>-head` (first)."""
    staff = [
        a_contact("clerk", CENTRE, Role.CENTRE, phone="13800000001"),
        a_contact("clerk-2", CENTRE, Role.CENTRE),
        a_contact("centre-deputy-head", CENTRE, Role.DIRECT_RESPONSIBLE),
        a_contact("centre-head", CENTRE, Role.FIRST_RESPONSIBLE, phone="13800000002"),
        a_contact("inspector", INSPECTION, Role.INSPECTOR),
        a_contact("inspector-2", INSPECTION, Role.INSPECTOR),
        a_contact("deputy-secretary", GOVERNMENT, Role.DEPUTY_SECRETARY, phone="13800000003"),
        a_contact("secretary", GOVERNMENT, Role.SECRETARY, phone="13800000004"),
        a_contact("deputy-mayor", GOVERNMENT, Role.DEPUTY_HEAD, phone="13800000005"),
        a_contact("mayor", GOVERNMENT, Role.HEAD, phone="13800000006"),
        a_contact("leader", GOVERNMENT, Role.LEADER),
        a_contact("auditor", UnitId("inspection"), Role.AUDITOR),
        a_contact("roads-clerk", ROADS, Role.CENTRE),
    ]
    for unit in HANDLING:
        staff += [
            a_contact(f"{unit}-handler", unit, Role.HANDLER),
            a_contact(f"{unit}-deputy-head", unit, Role.DIRECT_RESPONSIBLE),
            a_contact(f"{unit}-head", unit, Role.FIRST_RESPONSIBLE, phone="13800000010"),
        ]
    boxes = [Mailbox(COUNTY_BOX, "书记县长信箱", CENTRE), Mailbox(ROADS_BOX, "交通运输局局长信箱", ROADS)]
    return Directory.of(UNITS, staff, boxes)


class KeptDirectory(DirectoryOnce):
    """Reads the directory anew after it was written only: the tests write it through this alone, and read it much."""

    def forget(self) -> None:
        """A new request sees what the last one saw."""

    def put(self, units: Sequence[Unit], contacts: Sequence[Contact], mailboxes: Sequence[Mailbox]) -> None:
        """See Registry."""
        super().put(units, contacts, mailboxes)
        super().forget()

    def name_deputy(self, contact: ContactId, deputy: Deputy | None) -> None:
        """See Registry."""
        super().name_deputy(contact, deputy)
        super().forget()

    def raise_epoch(self, contact: ContactId) -> None:
        """See Registry."""
        super().raise_epoch(contact)
        super().forget()


class County(World):
    """The county of a regulation's tests, its letters on DynamoDB tables."""

    def __init__(self, directory: Directory, book: str, stores: Stores | None = None) -> None:
        kept = replace(stores, registry=KeptDirectory(stores.registry)) if stores else None
        super().__init__(directory, book, kept)

    def accepted(self, **fields: Any) -> Citizen:
        """A letter the clerk has accepted; `accept` holds the move's own fields."""
        accept = fields.pop("accept", {})
        citizen = self.send_letter(**fields)
        self.desk("clerk").makes(citizen.code, "accept", **accept)
        return citizen

    def read_by_head(self, citizen: Citizen) -> None:
        """The head of the centre's office reads it, where the regulation wants that first (CQ-4.2)."""
        head = self.desk("centre-head")
        if "approve" in head.opens(citizen.code).moves():
            head.makes(citizen.code, "approve", step="read")

    def assigned(self, *units: str, by: str = "clerk", **fields: Any) -> Citizen:
        """A letter accepted, read where it must be, and assigned to these units."""
        citizen = self.accepted(**fields)
        self.read_by_head(citizen)
        self.desk(by).makes(citizen.code, "assign", units=list(units or ("roads",)), note="请核实情况后答复来信人。")
        return citizen

    def desk(self, contact_id: str) -> Desk:
        """As ever; whose link has run out since asks for a new one."""
        desk = super().desk(contact_id)
        if desk.call("GET", "/desk").status == 401:
            self.call("POST", "/desk/links", {"email": self.contact(contact_id).email})
            desk = super().desk(contact_id)
        return desk

    def says(self, contact: str, code: str) -> Answer:
        """What somebody of the staff sees of the letter."""
        return self.desk(contact).opens(code)

    def code_for(self, contact: str, code: str, move: str) -> str:
        """The one-time code this person gets on asking for one, from the newest SMS or e-mail."""
        desk = self.desk(contact)
        said = desk.call("POST", f"/desk/letters/{code}/codes", {"move": move})
        assert said.status == 202, said.raw
        self.post_goes_out()
        return self.newest_code(contact)

    def newest_code(self, contact: str) -> str:
        """Six digits from what was last sent to this person."""
        import re

        person = self.contact(contact)
        texts = [each.text for each in self.texts.sent if each.to == person.phone]
        texts += [mail.text for mail in self.mails_to(contact)] if not texts else []
        found = re.findall(r"(?<!\d)\d{6}(?!\d)", texts[-1])
        assert found, texts[-1]
        return str(found[-1])
