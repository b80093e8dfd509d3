"""What is refused leaves nothing behind: neither letter, nor event, number, key or message."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from chalicelib.domain.letter import LetterId
from chalicelib.domain.payloads import Accept, Assign, Classify, Supplement
from chalicelib.domain.workflow import Move
from chalicelib.ports import (
    AlreadyImportedError,
    Change,
    ConflictError,
    KeyUsedError,
    LetterFile,
    NumberTaken,
    Remembered,
)
from tests.builders import FRIDAY, ROADS, WRITER, an_arrival, arrived, moved, swept
from tests.contract.stores import Stores, loaded

DAY = timedelta(days=1)
SERIES = "centre/2026"
KEY = Remembered("key-1", "hash of the body", LetterId("letter-1"), FRIDAY + DAY, answer=b"\x00sealed answer\xff")


def picture(stores: Stores) -> tuple[object, ...]:
    """Everything the ports let one see."""
    letters = sorted(letter.id for letter in stores.letters.letters())
    return (
        [stores.letters.load(letter_id) for letter_id in (*letters, LetterId("letter-2"))],
        sorted(stores.outbox.due(FRIDAY + 99 * DAY, 1000), key=lambda message: message.id),
        stores.letters.next_number(SERIES),
        stores.letters.remembered("key-1", FRIDAY),
        stores.letters.remembered("key-2", FRIDAY),
        sorted((event.letter, event.sequence) for event in stores.letters.journal(date(2026, 11, 20))),
        list(stores.letters.due_clocks(FRIDAY + 99 * DAY, 100)),
    )


def everything(change: Change) -> Change:
    """The change with a key of its own on top, so that there is one more thing that must not be written."""
    return replace(change, remember=change.remember or replace(KEY, key="key-2"))


def a_stale_version(stores: Stores) -> Change:
    seen = loaded(stores)
    stores.letters.commit(moved(seen, Move.CLASSIFY, Classify(field="roads")))
    return moved(seen, Move.ACCEPT, Accept(), number=NumberTaken(SERIES, 1))


def a_stale_event_count(stores: Stores) -> Change:
    """The sweep took a step meanwhile: the version is the same, the ledger is not."""
    seen = loaded(stores)
    due = seen.clocks[0].next_action_at
    assert due is not None
    step = swept(seen, seen.clocks[0].id, due)
    assert step is not None
    stores.letters.commit(step)
    return moved(seen, Move.SUPPLEMENT, Supplement(body="补充"), WRITER)


def an_event_count_that_is_behind(stores: Stores) -> Change:
    """Even if its event found a free place."""
    change = a_stale_event_count(stores)
    return replace(change, events=tuple(replace(event, sequence=event.sequence + 9) for event in change.events))


def a_version_that_is_behind(stores: Stores) -> Change:
    """Even if its event found a free place and the count agrees."""
    change = a_stale_version(stores)
    assert change.before is not None
    events = tuple(replace(event, sequence=event.sequence + 9) for event in change.events)
    return replace(change, before=replace(change.before, event_count=2), events=events)


def another_letter_that_has_moved(stores: Stores) -> Change:
    """What was decided beside it may not hold any more."""
    stores.letters.commit(arrived("letter-2"))
    seen, beside = loaded(stores), loaded(stores, "letter-2")
    stores.letters.commit(moved(beside, Move.CLASSIFY, Classify(field="roads")))
    change = moved(seen, Move.ACCEPT, Accept(), number=NumberTaken(SERIES, 1))
    return replace(change, unchanged=beside.letter)


def another_letter_of_which_the_ledger_has_moved(stores: Stores) -> Change:
    """The sweep took a step of it: the version is the same."""
    stores.letters.commit(arrived("letter-2"))
    seen, beside = loaded(stores), loaded(stores, "letter-2")
    due = beside.clocks[0].next_action_at
    assert due is not None
    step = swept(beside, beside.clocks[0].id, due)
    assert step is not None
    stores.letters.commit(step)
    change = moved(seen, Move.ACCEPT, Accept(), number=NumberTaken(SERIES, 1))
    return replace(change, unchanged=beside.letter)


def another_letter_that_is_gone(stores: Stores) -> Change:
    change = moved(loaded(stores), Move.ACCEPT, Accept(), number=NumberTaken(SERIES, 1))
    return replace(change, unchanged=arrived("letter-3").after)


def an_event_that_is_written_already(stores: Stores) -> Change:
    """A line of the ledger is never overwritten, whatever the letter's own item says."""
    change = moved(loaded(stores), Move.SUPPLEMENT, Supplement(body="补充"), WRITER)
    return replace(change, events=tuple(replace(event, sequence=1) for event in change.events))


def a_taken_letter_id(stores: Stores) -> Change:
    return arrived("letter-1", FRIDAY + DAY)


def a_taken_number(stores: Stores) -> Change:
    stores.letters.commit(moved(loaded(stores), Move.ACCEPT, Accept(), number=NumberTaken(SERIES, 1)))
    stores.letters.commit(arrived("other"))
    return moved(loaded(stores, "other"), Move.ACCEPT, Accept(), number=NumberTaken(SERIES, 1))


def a_number_that_leaves_a_gap(stores: Stores) -> Change:
    return moved(loaded(stores), Move.ACCEPT, Accept(), number=NumberTaken(SERIES, 2))


def a_letter_nobody_wrote(stores: Stores) -> Change:
    unwritten = LetterFile(arrived("letter-2").after, (), (), (), ())
    return moved(unwritten, Move.SUPPLEMENT, Supplement(body="补充"), WRITER)


@pytest.mark.parametrize(
    "stale",
    [
        a_stale_version,
        a_stale_event_count,
        an_event_count_that_is_behind,
        a_version_that_is_behind,
        an_event_that_is_written_already,
        a_taken_letter_id,
        a_taken_number,
        a_number_that_leaves_a_gap,
        another_letter_that_has_moved,
        another_letter_of_which_the_ledger_has_moved,
        another_letter_that_is_gone,
        a_letter_nobody_wrote,
    ],
)
def test_a_conflict_writes_nothing(stores: Stores, stale: Callable[[Stores], Change]) -> None:
    stores.letters.commit(arrived())
    change = everything(stale(stores))
    before = picture(stores)
    with pytest.raises(ConflictError):
        stores.letters.commit(change)
    assert picture(stores) == before


def test_a_move_beside_another_letter_is_written_while_that_one_is_as_it_was_read(stores: Stores) -> None:
    stores.letters.commit(arrived())
    stores.letters.commit(arrived("letter-2"))
    beside = loaded(stores, "letter-2")
    accept = moved(loaded(stores), Move.ACCEPT, Accept(), number=NumberTaken(SERIES, 1))
    stores.letters.commit(replace(accept, unchanged=beside.letter))
    assert loaded(stores).letter == accept.after
    assert loaded(stores, "letter-2") == beside


def test_a_used_key_gives_what_it_stands_for_and_writes_nothing(stores: Stores) -> None:
    stores.letters.commit(arrived("letter-1", remember=KEY))
    before = picture(stores)
    again = replace(KEY, body_hash="hash of another body", letter=LetterId("letter-2"), answer=b"another")
    with pytest.raises(KeyUsedError) as used:
        stores.letters.commit(arrived("letter-2", remember=again))
    assert used.value.remembered == KEY
    assert picture(stores) == before


def test_a_repeated_move_is_told_of_its_key_and_not_of_the_conflict_with_itself(stores: Stores) -> None:
    stores.letters.commit(arrived())
    accept = moved(loaded(stores), Move.ACCEPT, Accept(), number=NumberTaken(SERIES, 1))
    move_key = replace(KEY, answer=None)
    stores.letters.commit(replace(accept, remember=move_key))
    with pytest.raises(KeyUsedError) as used:
        stores.letters.commit(replace(accept, remember=move_key))
    assert used.value.remembered == move_key


def test_a_key_can_be_used_again_from_the_moment_it_expires(stores: Stores) -> None:
    """TTL deletes late, so the store itself compares times."""
    stores.letters.commit(arrived("letter-1", remember=KEY))
    just_before, expiry = KEY.expires_at - timedelta(microseconds=1), KEY.expires_at
    assert stores.letters.remembered("key-1", just_before) == KEY
    assert stores.letters.remembered("key-1", expiry) is None
    anew = replace(KEY, letter=LetterId("letter-2"), expires_at=expiry + DAY)
    with pytest.raises(KeyUsedError):
        stores.letters.commit(arrived("letter-2", just_before, remember=anew))
    stores.letters.commit(arrived("letter-2", expiry, remember=anew))
    assert stores.letters.remembered("key-1", expiry) == anew


def test_a_letter_is_imported_once(stores: Stores) -> None:
    arrival = an_arrival(source="province", source_number="P-17")
    stores.letters.commit(arrived("letter-1", arrival=arrival))
    before = picture(stores)
    with pytest.raises(AlreadyImportedError):
        stores.letters.commit(everything(arrived("letter-2", arrival=arrival, import_batch="again")))
    assert picture(stores) == before
    assert list(stores.letters.imported("again")) == []


def test_the_same_number_of_another_source_is_another_letter(stores: Stores) -> None:
    for letter_id, source in (("letter-1", "province"), ("letter-2", "city")):
        stores.letters.commit(arrived(letter_id, arrival=an_arrival(source=source, source_number="P-17")))
    file = loaded(stores, "letter-2")
    stores.letters.commit(moved(file, Move.SUPPLEMENT, Supplement(body="补充"), WRITER))  # a move imports nothing
    assert loaded(stores, "letter-2").letter.event_count == 2


def test_a_series_counts_from_one_without_gaps(stores: Stores) -> None:
    for value in (1, 2, 3):
        assert stores.letters.next_number(SERIES) == value
        stores.letters.commit(arrived(f"letter-{value}"))
        file = loaded(stores, f"letter-{value}")
        stores.letters.commit(moved(file, Move.ACCEPT, Accept(), number=NumberTaken(SERIES, value)))
    assert stores.letters.next_number(SERIES) == 4
    assert stores.letters.next_number("roads/2026") == 1


def test_a_refused_move_can_be_made_again_on_the_letter_as_it_is(stores: Stores) -> None:
    stores.letters.commit(arrived())
    stale = a_stale_version(stores)
    with pytest.raises(ConflictError):
        stores.letters.commit(stale)
    stores.letters.commit(moved(loaded(stores), Move.ACCEPT, Accept(), number=NumberTaken(SERIES, 1)))
    stores.letters.commit(moved(loaded(stores), Move.ASSIGN, Assign(units=(ROADS,))))
    assert loaded(stores).letter.event_count == 4
