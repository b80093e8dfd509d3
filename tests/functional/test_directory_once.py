"""The directory is read once a request, and anew by the next: whoever lost their links is out at once."""

from chalicelib.adapters.directory_once import DirectoryOnce
from chalicelib.domain.directory import Directory
from chalicelib.domain.letter import ContactId
from tests.fakes.store import FakeRegistry
from tests.functional.world import World, assigned


class CountingRegistry(FakeRegistry):
    """How often the directory was read."""

    readings = 0

    def directory(self) -> Directory:
        """See Registry."""
        self.readings += 1
        return super().directory()


def test_a_move_reads_the_directory_once(world: World) -> None:
    counting = CountingRegistry()
    directory = world.registry.directory()
    counting.put([*directory.units.values()], [*directory.contacts.values()], [*directory.mailboxes.values()])
    world.open(registry=DirectoryOnce(counting))
    citizen = assigned(world)
    desk = world.desk("roads-handler")
    counting.readings = 0
    desk.makes(citizen.code, "contact_writer", note="已电话联系。")
    assert counting.readings == 1


def test_a_revoked_link_opens_nothing_from_the_next_request_on(world: World) -> None:
    world.open(registry=DirectoryOnce(world.registry))
    desk = world.desk("clerk")
    assert desk.call("GET", "/desk").status == 200
    world.registry.raise_epoch(ContactId("clerk"))
    assert desk.call("GET", "/desk").status == 401


def test_who_writes_the_directory_reads_what_was_written(world: World) -> None:
    once = DirectoryOnce(world.registry)
    before = once.directory().contacts[ContactId("clerk")].epoch
    once.raise_epoch(ContactId("clerk"))
    assert once.directory().contacts[ContactId("clerk")].epoch == before + 1
