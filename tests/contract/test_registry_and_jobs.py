"""Registry and JobRuns: what every implementation must do."""

from dataclasses import replace
from datetime import date

from chalicelib.domain.directory import Deputy, Directory, Mailbox, Unit
from chalicelib.domain.letter import ContactId, MailboxId, Role, UnitId
from tests.builders import CENTRE, COUNTY_BOX, ROADS, a_contact, a_directory
from tests.contract.stores import Stores


def put(stores: Stores, directory: Directory) -> None:
    stores.registry.put(
        list(directory.units.values()), list(directory.contacts.values()), list(directory.mailboxes.values())
    )


def test_the_directory_comes_back_as_it_was_put(stores: Stores) -> None:
    put(stores, a_directory())
    assert stores.registry.directory() == a_directory()


def test_an_empty_registry_is_an_empty_directory(stores: Stores) -> None:
    assert stores.registry.directory() == Directory.of([], [], [])


def test_entries_keep_the_order_in_which_they_came(stores: Stores) -> None:
    """The first mailbox is where a letter without one goes, whatever its id."""
    boxes = [Mailbox(MailboxId(name), name, CENTRE) for name in ("zhang", "ma", "an")]
    stores.registry.put([], [], boxes)
    stores.registry.put([], [], [Mailbox(MailboxId("aa"), "later", CENTRE), replace(boxes[0], name="renamed")])
    mailboxes = stores.registry.directory().mailboxes
    assert list(mailboxes) == ["zhang", "ma", "an", "aa"]
    assert mailboxes[MailboxId("zhang")].name == "renamed"


def test_putting_replaces_the_same_and_leaves_the_others(stores: Stores) -> None:
    put(stores, a_directory())
    renamed = Unit(ROADS, "交通运输局", parent=UnitId("office"))
    stores.registry.put([renamed], [], [])
    directory = stores.registry.directory()
    assert directory.units[ROADS] == renamed
    assert directory.units.keys() == a_directory().units.keys()
    assert directory.contacts == a_directory().contacts
    assert directory.mailboxes[COUNTY_BOX].owner == CENTRE


def test_raising_an_epoch_lasts_through_the_next_import(stores: Stores) -> None:
    """Else importing the contacts again would make revoked links good."""
    put(stores, a_directory())
    stores.registry.raise_epoch(ContactId("clerk"))
    put(stores, a_directory())
    contacts = stores.registry.directory().contacts
    assert contacts[ContactId("clerk")].epoch == 1
    assert contacts[ContactId("inspector")].epoch == 0


def test_naming_a_deputy_changes_nothing_else(stores: Stores) -> None:
    """What was read before somebody left, or lost their links, must not bring them back."""
    put(stores, a_directory())
    clerk = stores.registry.directory().contacts[ContactId("clerk")]
    stores.registry.raise_epoch(clerk.id)
    stores.registry.put([], [replace(clerk, active=False)], [])
    deputy = Deputy(ContactId("inspector"), date(2026, 11, 20), date(2026, 11, 27))
    stores.registry.name_deputy(clerk.id, deputy)
    after = stores.registry.directory().contacts[clerk.id]
    assert after == replace(clerk, active=False, epoch=1, deputy=deputy)
    stores.registry.name_deputy(clerk.id, None)
    assert stores.registry.directory().contacts[clerk.id].deputy is None


def test_naming_a_deputy_of_nobody_makes_nobody(stores: Stores) -> None:
    stores.registry.name_deputy(ContactId("nobody"), None)
    assert stores.registry.directory().contacts == {}


def test_raising_the_epoch_of_nobody_makes_nobody(stores: Stores) -> None:
    stores.registry.raise_epoch(ContactId("nobody"))
    assert stores.registry.directory().contacts == {}


def test_a_contact_comes_back_with_all_roles_and_phone(stores: Stores) -> None:
    contact = a_contact("liu", ROADS, Role.HANDLER, Role.DIRECT_RESPONSIBLE, epoch=4, phone="+8613800000000")
    stores.registry.put([], [contact], [])
    assert stores.registry.directory().contacts == {contact.id: contact}


def test_a_note_is_swapped_only_while_it_says_what_was_seen(stores: Stores) -> None:
    assert stores.jobs.swap("import", None, "first")
    assert not stores.jobs.swap("import", None, "other")
    assert not stores.jobs.swap("import", "never said", "other")
    assert stores.jobs.last("import") == "first"
    assert stores.jobs.swap("import", "first", "")
    assert not stores.jobs.swap("import", None, "other")
    assert stores.jobs.swap("import", "", "last")
    assert stores.jobs.last("import") == "last"


def test_a_job_finds_what_it_noted_last(stores: Stores) -> None:
    assert stores.jobs.last("close_day") is None
    stores.jobs.note("close_day", "2026-11-20")
    stores.jobs.note("close_day", "2026-11-21")
    stores.jobs.note("sweep", "")
    assert stores.jobs.last("close_day") == "2026-11-21"
    assert stores.jobs.last("sweep") == ""
