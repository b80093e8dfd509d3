"""LetterStore: what every implementation must do. Contention and refused writes have modules of their own."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from chalicelib.domain.clocks import Clock, Ending, end_clock
from chalicelib.domain.desk import owner_centre, owner_unit
from chalicelib.domain.ledger import chained
from chalicelib.domain.letter import ClockId, LetterId, Status, Text, TextPurpose
from chalicelib.domain.messages import MessageState
from chalicelib.domain.payloads import Accept, Answer, Assign, Nothing, Supplement
from chalicelib.domain.workflow import Move
from chalicelib.ports import Change, DueClock, LetterFile, NumberTaken
from tests.builders import (
    CENTRE,
    FRIDAY,
    ROADS,
    ROADS_HANDLER,
    WATER,
    WRITER,
    a_clock,
    arrived,
    moved,
    swept,
)
from tests.contract.stores import Stores, written

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def with_clocks(letter_id: str, *clocks: Clock) -> Change:
    return replace(arrived(letter_id), clocks=clocks)


def test_a_letter_comes_back_as_it_was_written(stores: Stores) -> None:
    change = arrived()
    file = written(stores, change)
    assert file == LetterFile(change.after, change.clocks, change.texts, change.events, change.desk, change.writer)


def test_a_letter_that_nobody_wrote_is_none(stores: Stores) -> None:
    stores.letters.commit(arrived("letter-1"))
    assert stores.letters.load(LetterId("letter-2")) is None
    assert stores.letters.load(LetterId("letter")) is None


def test_instants_come_back_in_utc(stores: Stores) -> None:
    file = written(stores, arrived())
    assert file.letter.received_at.utcoffset() == timedelta(0)
    assert file.clocks[0].next_action_at is not None
    assert file.clocks[0].next_action_at.utcoffset() == timedelta(0)


def test_a_move_adds_its_event_and_replaces_what_changed(stores: Stores) -> None:
    file = written(stores, arrived())
    accept = moved(file, Move.ACCEPT, Accept(), number=NumberTaken("centre/2026", 1))
    after = written(stores, accept)
    assert after.letter == accept.after
    assert after.letter.status is Status.ACCEPTED
    assert after.events == (*file.events, *accept.events)
    assert after.texts == file.texts
    assert after.writer == file.writer


def test_the_chain_of_hashes_survives_storing(stores: Stores) -> None:
    """A None among the facts is part of the hash: leaving it out would break the chain without a sign."""
    file = written(stores, arrived())
    for event in file.events:
        again = chained(
            event.letter, event.sequence, event.prev, event.at, event.recorded_at, event.move, event.actor, event.facts
        )
        assert again.hash == event.hash
    assert file.events[0].facts["clocks"][0]["unit"] is None  # type: ignore[index]


def test_more_than_nine_events_stay_in_their_order(stores: Stores) -> None:
    file = written(stores, arrived())
    for attempt in range(11):
        file = written(stores, moved(file, Move.SUPPLEMENT, Supplement(body=f"补充说明{attempt}"), WRITER))
    assert [event.sequence for event in file.events] == list(range(1, 13))


def test_a_letter_longer_than_a_page_of_the_store_is_loaded_whole(stores: Stores) -> None:
    """DynamoDB gives at most 1 MB at a time; 25 answers of 20,000 characters are more."""
    texts = tuple(
        Text(f"T#{number:03d}", TextPurpose.ANSWER, "答" * 20_000, "0" * 32, FRIDAY, ROADS_HANDLER.role, ROADS)
        for number in range(1, 26)
    )
    file = written(stores, replace(arrived(), texts=texts))
    assert file.texts == texts
    assert file.writer is not None


def test_every_letter_is_found_by_the_full_read(stores: Stores) -> None:
    for number in range(3):
        stores.letters.commit(arrived(f"letter-{number}"))
    tries(stores, 1, letter="letter-0")
    assert sorted(letter.id for letter in stores.letters.letters()) == ["letter-0", "letter-1", "letter-2"]


def test_the_full_read_of_ids_goes_on_behind_any_of_them(stores: Stores) -> None:
    """So that a night's work can go on where the last one stopped."""
    for number in range(9):
        stores.letters.commit(arrived(f"letter-{number}"))
    every = list(stores.letters.letter_ids())
    assert sorted(every) == [f"letter-{number}" for number in range(9)]
    for place, letter in enumerate(every):
        assert list(stores.letters.letter_ids(letter)) == every[place + 1 :]


# The desk


def test_a_letter_moves_from_the_centres_desk_to_the_units(stores: Stores) -> None:
    file = written(stores, arrived())
    assert [entry.waits_for for entry in stores.letters.desk([owner_centre(CENTRE)])] == ["triage"]
    file = written(stores, moved(file, Move.ACCEPT, Accept(), number=NumberTaken("centre/2026", 1)))
    assert [entry.waits_for for entry in stores.letters.desk([owner_centre(CENTRE)])] == ["assign"]
    written(stores, moved(file, Move.ASSIGN, Assign(units=(ROADS, WATER))))
    assert stores.letters.desk([owner_centre(CENTRE)]) == []
    assert [entry.waits_for for entry in stores.letters.desk([owner_unit(ROADS)])] == ["answer"]
    assert [entry.waits_for for entry in stores.letters.desk([owner_unit(WATER)])] == ["contribute"]


def test_a_desk_shows_the_nearest_due_first_and_nobody_elses(stores: Stores) -> None:
    for letter_id, days in (("late", 9), ("soon", 0), ("middle", 3)):
        stores.letters.commit(arrived(letter_id, FRIDAY + timedelta(days=days)))
    centre, unit = owner_centre(CENTRE), owner_unit(ROADS)
    assert [entry.letter for entry in stores.letters.desk([unit, centre, centre])] == ["soon", "middle", "late"]
    assert stores.letters.desk([unit]) == []
    assert stores.letters.desk([]) == []


# The journal


def test_the_journal_goes_by_the_local_day_on_which_an_event_was_recorded(stores: Stores) -> None:
    """15:59:59 UTC is still Friday in Shuangfeng, 16:00 is Saturday."""
    saturday = FRIDAY.replace(hour=16)
    stores.letters.commit(arrived("on-friday", saturday - timedelta(seconds=1)))
    stores.letters.commit(arrived("on-saturday", saturday))
    late = arrived("told-later", saturday)
    (event,) = late.events
    happened_before = replace(late, events=(replace(event, at=FRIDAY - timedelta(days=9)),))
    stores.letters.commit(happened_before)
    assert [event.letter for event in stores.letters.journal(date(2026, 11, 20))] == ["on-friday"]
    assert sorted(event.letter for event in stores.letters.journal(date(2026, 11, 21))) == ["on-saturday", "told-later"]
    assert list(stores.letters.journal(date(2026, 11, 11))) == []


def test_imported_history_is_found_by_its_batch_and_in_no_day(stores: Stores) -> None:
    file = written(stores, arrived("old", import_batch="2020"))
    stores.letters.commit(arrived("other", import_batch="2021"))
    stores.letters.commit(moved(file, Move.ACCEPT, Accept(), number=NumberTaken("centre/2026", 1)))
    assert [(event.letter, event.sequence) for event in stores.letters.imported("2020")] == [("old", 1)]
    assert [(event.letter, event.sequence) for event in stores.letters.journal(date(2026, 11, 20))] == [("old", 2)]
    assert list(stores.letters.imported("2022")) == []


# The due index


def test_clocks_are_due_from_the_very_moment_of_their_next_step_the_longest_due_first(stores: Stores) -> None:
    later, sooner = FRIDAY + 2 * HOUR, FRIDAY + HOUR
    stores.letters.commit(with_clocks("b", a_clock(next_action_at=later)))
    stores.letters.commit(with_clocks("a", a_clock(next_action_at=sooner), a_clock("C#002", next_action_at=None)))
    first, second = (
        DueClock(LetterId("a"), ClockId("C#001"), sooner),
        DueClock(LetterId("b"), ClockId("C#001"), later),
    )
    assert stores.letters.next_due_clock() == sooner
    assert list(stores.letters.due_clocks(sooner - timedelta(microseconds=1), 10)) == []
    assert list(stores.letters.due_clocks(sooner, 10)) == [first]
    assert list(stores.letters.due_clocks(later, 10)) == [first, second]
    assert list(stores.letters.due_clocks(later, 1)) == [first]


def test_a_clock_that_ended_leaves_the_due_index(stores: Stores) -> None:
    clock = a_clock(next_action_at=FRIDAY)
    file = written(stores, with_clocks("letter-1", clock))
    answered = moved(file, Move.WITHDRAW, Nothing(), WRITER)
    stores.letters.commit(replace(answered, clocks=(end_clock(clock, FRIDAY, Ending.DROPPED),)))
    assert list(stores.letters.due_clocks(FRIDAY, 10)) == []
    assert stores.letters.next_due_clock() is None


def test_a_taken_step_moves_the_clock_to_the_next_and_owes_its_messages(stores: Stores) -> None:
    file = written(stores, arrived())
    due = file.clocks[0].next_action_at
    assert due is not None
    step = swept(file, file.clocks[0].id, due)
    assert step is not None
    after = written(stores, step)
    assert after.letter.version == file.letter.version  # a reminder makes no page stale
    assert after.letter.event_count == file.letter.event_count + 1
    assert after.clocks[0].step == file.clocks[0].step + 1
    assert list(stores.letters.due_clocks(due, 10)) == []
    owed = {message.id for message in stores.outbox.due(due + timedelta(days=9), 100)}
    assert {message.id for message in step.messages} <= owed


def test_a_failing_clock_is_put_off(stores: Stores) -> None:
    clock = a_clock(next_action_at=FRIDAY)
    stores.letters.commit(with_clocks("letter-1", clock))
    put_off = replace(clock, failures=1, next_action_at=FRIDAY + HOUR)
    stores.letters.put_off(LetterId("letter-1"), put_off)
    file = stores.letters.load(LetterId("letter-1"))
    assert file is not None
    assert file.clocks == (put_off,)
    assert stores.letters.next_due_clock() == FRIDAY + HOUR


def test_a_clock_that_moved_meanwhile_is_not_put_off(stores: Stores) -> None:
    """Else the failure of one sweep would undo the step that another has taken, or an extension."""
    seen = a_clock(next_action_at=FRIDAY)
    moved_on = replace(seen, step=1, next_action_at=FRIDAY + HOUR)
    stores.letters.commit(with_clocks("letter-1", moved_on))
    stores.letters.put_off(LetterId("letter-1"), replace(seen, failures=1, next_action_at=FRIDAY + 3 * HOUR))
    stores.letters.put_off(LetterId("letter-2"), replace(seen, failures=1))
    file = stores.letters.load(LetterId("letter-1"))
    assert file is not None
    assert file.clocks == (moved_on,)
    assert stores.letters.load(LetterId("letter-2")) is None


# Messages with a move


def test_a_move_owes_its_messages(stores: Stores) -> None:
    change = arrived()
    stores.letters.commit(change)
    assert change.messages
    assert sorted(m.id for m in stores.outbox.due(FRIDAY, 100)) == sorted(m.id for m in change.messages)


def test_a_message_that_is_owed_already_stays_as_it_is_and_stops_nothing(stores: Stores) -> None:
    change = arrived()
    sent = replace(change.messages[0], state=MessageState.SENT, sent_at=FRIDAY)
    stores.outbox.add(sent)
    file = written(stores, change)
    assert file.letter == change.after
    assert sorted(m.id for m in stores.outbox.due(FRIDAY, 100)) == sorted(m.id for m in change.messages[1:])


# Wrong query codes


def tries(stores: Stores, times: int, now: datetime = FRIDAY, letter: str = "letter-1") -> list[datetime | None]:
    """So many tries at this moment, three allowed within an hour."""
    return [stores.letters.try_code(LetterId(letter), now, now + HOUR, 3) for _ in range(times)]


def test_codes_may_be_tried_so_often_until_the_tries_are_forgotten(stores: Stores) -> None:
    forgotten = FRIDAY + 2 * MINUTE + HOUR
    assert tries(stores, 1) == [None]
    assert tries(stores, 2, FRIDAY + 2 * MINUTE) == [None, None]
    assert tries(stores, 2, FRIDAY + 9 * MINUTE) == [forgotten, forgotten]  # what is refused puts nothing off
    assert tries(stores, 1, forgotten - timedelta(microseconds=1)) == [forgotten]
    assert tries(stores, 1, letter="letter-2") == [None]
    assert tries(stores, 4, forgotten) == [None, None, None, forgotten + HOUR]


def test_a_try_that_was_right_is_given_back(stores: Stores) -> None:
    letter = LetterId("letter-1")
    for _ in range(9):
        assert tries(stores, 1) == [None]
        stores.letters.give_try_back(letter, FRIDAY)
    stores.letters.give_try_back(letter, FRIDAY)  # there is none to give back: it must not make one more
    assert tries(stores, 4) == [None, None, None, FRIDAY + HOUR]
    stores.letters.give_try_back(letter, FRIDAY + HOUR)  # forgotten meanwhile
    stores.letters.give_try_back(LetterId("letter-2"), FRIDAY)
    assert tries(stores, 4, FRIDAY + HOUR) == [None, None, None, FRIDAY + 2 * HOUR]


def test_trying_codes_does_not_disturb_the_letter(stores: Stores) -> None:
    file = written(stores, arrived())
    tries(stores, 2, letter=file.letter.id)
    assert stores.letters.load(file.letter.id) == file


def test_a_letter_goes_its_whole_way(stores: Stores) -> None:
    """Received, accepted, assigned, answered: what the next move needs is there each time."""
    file = written(stores, arrived())
    file = written(stores, moved(file, Move.ACCEPT, Accept(), number=NumberTaken("centre/2026", 1)))
    file = written(stores, moved(file, Move.ASSIGN, Assign(units=(ROADS,))))
    file = written(stores, moved(file, Move.ANSWER, Answer(body="路灯将于下周一修复。"), ROADS_HANDLER))
    assert file.letter.status is Status.ANSWERED
    assert file.letter.number == "双信〔2026〕1号"
    assert [text.purpose for text in file.texts] == [TextPurpose.BODY, TextPurpose.ANSWER]
    assert not any(clock.running for clock in file.clocks)
