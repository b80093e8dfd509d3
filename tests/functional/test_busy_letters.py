"""A letter that others keep writing: the caller is told in time, before the gateway gives up."""

from datetime import timedelta

import pytest

from chalicelib.ports import Change, ConflictError
from tests.builders import SHANGHAI
from tests.fakes.store import FakeLetterStore
from tests.functional.world import World, assigned

GATEWAY_WAITS = timedelta(seconds=29)


class Contended(FakeLetterStore):
    """A store in which somebody is always faster, once `busy` is set."""

    busy = False
    tries = 0

    def commit(self, change: Change) -> None:
        """See LetterStore."""
        if self.busy:
            self.tries += 1
            raise ConflictError
        super().commit(change)


@pytest.mark.parametrize(("a_try", "most"), [(timedelta(seconds=4), 5), (timedelta(0), 12)])
def test_tries_end_by_number_and_by_time(world: World, a_try: timedelta, most: int) -> None:
    store = Contended(world.outbox, SHANGHAI)
    world.letters = store

    def pause(_: int) -> None:
        world.time.at += a_try

    world.open(letters=store, pause=pause)
    citizen = assigned(world)
    handler = world.desk("roads-handler")
    store.busy, begun = True, world.time.at
    said = handler.tries(citizen.code, "answer", body="已修好。")
    assert said.refused()[1] == "busy"
    assert store.tries <= most
    assert world.time.at - begun + a_try < GATEWAY_WAITS
    store.busy = False
    assert handler.tries(citizen.code, "answer", body="已修好。").status == 200
