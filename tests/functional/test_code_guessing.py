"""Guessing query codes: at once, one after the other, and of letters there are none."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from chalicelib.domain.errors import CodeLockedError, DomainError, NotFoundError
from chalicelib.domain.letter import LetterId
from chalicelib.ports import LetterFile
from chalicelib.services.asking import WRONG_CODES_MAX, letter_for_writer
from tests.builders import SHANGHAI
from tests.fakes.store import FakeLetterStore
from tests.functional.world import World

GUESSES = 12


class SlowStore(FakeLetterStore):
    """Hands a letter out only when everybody who guesses at once has asked for it."""

    gate: Barrier | None = None

    def load(self, letter: LetterId) -> LetterFile | None:
        """See LetterStore."""
        if self.gate:
            self.gate.wait(timeout=30)
        return super().load(letter)


def test_guesses_made_at_once_are_no_more_than_guesses_in_a_row(world: World) -> None:
    """Else two hundred requests side by side would be two hundred guesses."""
    store = SlowStore(world.outbox, SHANGHAI)
    world.letters = store
    world.open(letters=store)
    letter = LetterId(world.send_letter().code)
    store.gate = Barrier(GUESSES)

    def guess(number: int) -> type[DomainError] | None:
        try:
            letter_for_writer(world.installation, letter, f"{number}")
        except DomainError as error:
            return type(error)
        return None

    with ThreadPoolExecutor(GUESSES) as pool:
        said = list(pool.map(guess, range(GUESSES)))
    assert said.count(NotFoundError) == WRONG_CODES_MAX
    assert said.count(CodeLockedError) == GUESSES - WRONG_CODES_MAX


def test_who_knows_the_code_may_look_as_often_as_they_like(world: World) -> None:
    citizen = world.send_letter()
    assert [citizen.looks().status for _ in range(12)] == [200] * 12
    for _ in range(WRONG_CODES_MAX - 1):
        citizen.looks("wrong")
    assert [citizen.looks().status for _ in range(12)] == [200] * 12
    citizen.looks("wrong")
    assert citizen.looks().status == 429


def test_invented_letters_share_their_counters(world: World) -> None:
    """Whoever invents tracking codes must not fill the table with an item for each."""
    for number in range(400):
        world.call("GET", f"/letters/{number:012d}", headers={"Query-Code": "1"})
    counters = world.letters._codes
    assert {len(name) for name in counters} == {len("unknown-0000")}
    assert all(int(name.removeprefix("unknown-"), 16) < 65_536 for name in counters)
    assert len(counters) > 300  # yet so many that one is seldom locked by another's
