"""Many at once, on the fake and on the emulator: moto's DynamoDB loses updates under threads."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from chalicelib.domain.letter import LetterId
from chalicelib.domain.payloads import Accept, Answer, Assign
from chalicelib.domain.workflow import Move
from chalicelib.ports import ConflictError, KeyUsedError, NumberTaken, Remembered
from tests.builders import FRIDAY, ROADS, ROADS_HANDLER, a_contact, a_message, arrived, moved, swept
from tests.contract.stores import CROWD, Stores, at_once, loaded

SERIES = "centre/2026"


def succeeds(write: Callable[[], None]) -> bool:
    try:
        write()
    except ConflictError:
        return False
    return True


def test_of_many_answers_at_once_exactly_one_is_written(shared_stores: Stores) -> None:
    stores = shared_stores
    stores.letters.commit(arrived())
    stores.letters.commit(moved(loaded(stores), Move.ACCEPT, Accept(), number=NumberTaken(SERIES, 1)))
    stores.letters.commit(moved(loaded(stores), Move.ASSIGN, Assign(units=(ROADS,))))
    seen = loaded(stores)
    answers = [moved(seen, Move.ANSWER, Answer(body=f"答复{n}"), ROADS_HANDLER) for n in range(CROWD)]
    won = at_once(lambda n: succeeds(lambda: stores.letters.commit(answers[n])))
    assert won.count(True) == 1
    file = loaded(stores)
    assert file.letter == answers[won.index(True)].after
    assert file.events[-1:] == answers[won.index(True)].events
    assert [text.content for text in file.texts[1:]] == [f"答复{won.index(True)}"]


def test_many_posts_with_one_key_make_one_letter(shared_stores: Stores) -> None:
    stores = shared_stores

    def post(number: int) -> str:
        letter = LetterId(f"letter-{number}")
        key = Remembered("one key", "hash", letter, FRIDAY + timedelta(days=1), answer=letter.encode())
        try:
            stores.letters.commit(arrived(letter, remember=key))
        except KeyUsedError as used:
            return used.remembered.letter
        return letter

    answered = at_once(post)
    assert [letter.id for letter in stores.letters.letters()] == [answered[0]]
    assert set(answered) == {answered[0]}


def test_numbers_taken_at_once_are_distinct_and_without_gaps(shared_stores: Stores) -> None:
    stores, each = shared_stores, 5
    for n in range(CROWD):
        for m in range(each):
            stores.letters.commit(arrived(f"letter-{n}-{m}"))

    def take(n: int) -> list[int]:
        taken: list[int] = []
        while len(taken) < each:
            file = loaded(stores, f"letter-{n}-{len(taken)}")
            value = stores.letters.next_number(SERIES)
            change = moved(file, Move.ACCEPT, Accept(), number=NumberTaken(SERIES, value))
            if succeeds(lambda change=change: stores.letters.commit(change)):  # type: ignore[misc]
                taken.append(value)
        return taken

    taken = [value for values in at_once(take) for value in values]
    assert sorted(taken) == list(range(1, CROWD * each + 1))
    kept = {letter.number for letter in stores.letters.letters()}
    assert kept == {f"双信〔2026〕{value}号" for value in taken}


def test_sweeps_at_once_record_each_step_exactly_once(shared_stores: Stores) -> None:
    stores = shared_stores
    stores.letters.commit(arrived())
    late = FRIDAY + timedelta(days=9)  # several steps have passed: each sweep would record them all

    def sweep(number: int) -> bool:
        file = loaded(stores)
        due = list(stores.letters.due_clocks(late, 10))
        step = swept(file, due[0].clock, late) if due else None
        return step is not None and succeeds(lambda: stores.letters.commit(step))

    assert at_once(sweep).count(True) == 1
    file = loaded(stores)
    steps = [event.facts["step"] for event in file.events if event.move == "ladder_step"]
    assert len(steps) == len(set(steps)) > 1
    assert file.clocks[0].step == len(steps)
    ids = [message.id for message in stores.outbox.due(late + timedelta(days=9), 1000)]
    assert len(ids) == len(set(ids))


def test_one_message_is_leased_by_one_of_many(shared_stores: Stores) -> None:
    message = a_message()
    shared_stores.outbox.add(message)
    until = FRIDAY + timedelta(minutes=5)
    assert at_once(lambda _: shared_stores.outbox.lease(message, until)).count(True) == 1


def test_of_guesses_made_at_once_no_more_are_looked_at_than_of_guesses_in_a_row(shared_stores: Stores) -> None:
    letter, forget_at = LetterId("letter-1"), FRIDAY + timedelta(minutes=15)
    refused = at_once(lambda _: shared_stores.letters.try_code(letter, FRIDAY, forget_at, 5))
    assert refused.count(None) == 5
    assert refused.count(forget_at) == CROWD - 5


def test_what_many_add_to_a_note_at_once_is_all_in_it(shared_stores: Stores) -> None:
    jobs = shared_stores.jobs

    def add(number: int) -> None:
        while not jobs.swap("list", seen := jobs.last("list"), f"{seen or ''}{number}"):
            pass

    at_once(add)
    assert sorted(jobs.last("list") or "") == [str(number) for number in range(CROWD)]


def test_an_epoch_raised_while_contacts_are_imported_is_not_lost(shared_stores: Stores) -> None:
    contact = a_contact("clerk", ROADS)
    shared_stores.registry.put([], [contact], [])

    def touch(number: int) -> None:
        if number % 2:
            shared_stores.registry.raise_epoch(contact.id)
        else:
            shared_stores.registry.put([], [replace(contact, name=f"name {number}")], [])

    at_once(touch)
    assert shared_stores.registry.directory().contacts[contact.id].epoch == CROWD // 2
