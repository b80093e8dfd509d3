"""Dispatch over every outbox: those that run at once send nothing twice, and what one settles stays settled."""

from collections import Counter
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any, cast

from chalicelib.ports import SendingError
from chalicelib.services.dispatch import DispatchResult
from tests.builders import CENTRE, FRIDAY, a_contact, a_message
from tests.contract.stores import Stores
from tests.functional.post_office import PostOffice

PEOPLE = [f"person-{number}" for number in range(20)]


def office_on(stores: Stores) -> PostOffice:
    """A post office over these stores. Each of twenty people asked for a link."""
    stores.registry.put([], [a_contact(each, CENTRE) for each in PEOPLE], [])
    for each in PEOPLE:
        stores.outbox.add(a_message(f"link-{each}", recipient=each, template="desk_link"))
    office = PostOffice()
    office.outbox, office.registry, office.letters = (
        cast(Any, each) for each in (stores.outbox, stores.registry, stores.letters)
    )
    return office


def test_eight_dispatchers_at_once_send_each_mail_once(shared_stores: Stores) -> None:
    office = office_on(shared_stores)
    start = Barrier(8)

    def run() -> None:
        start.wait()
        office.dispatch()

    threads = [Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(mail.to for mail in office.mailer.tried) == {f"{each}@county.test": 1 for each in PEOPLE}
    assert office.outbox.next_due() is None


def test_what_could_not_be_sent_comes_back_in_time_until_it_is_given_up(stores: Stores) -> None:
    office = office_on(stores)
    office.mailer.failing["person-0@county.test"] = SendingError("down")
    assert office.dispatch() == DispatchResult(sent=19, postponed=1)
    waited = []
    while (moment := office.outbox.next_due()) is not None:
        waited.append(moment - office.time.at)
        office.time.at = moment
        office.dispatch()
    assert waited == [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240)]
    assert office.time.at == FRIDAY + timedelta(minutes=321)
    assert [(message.recipient, message.note) for message in office.outbox.stuck()] == [("person-0", "down")]
