"""A letter that was answered elsewhere, long ago: two events with their own times, and a time limit that is derived."""

from datetime import UTC, date, datetime

import pytest

from chalicelib.domain import ledger
from chalicelib.domain.clocks import ClockName, ClockState, state_of
from chalicelib.domain.draft import Outcome
from chalicelib.domain.history import Past, relive
from chalicelib.domain.letter import Kind, LetterId, Status, TextPurpose
from chalicelib.domain.notices import CalendarError
from tests.builders import FRIDAY, SHANGHAI, an_arrival, surroundings

MONDAY = "2016-05-09 10:00:00"
"""An ordinary Monday; two working days later is Wednesday the 11th."""


def at(local: str) -> datetime:
    return datetime.fromisoformat(local).replace(tzinfo=SHANGHAI).astimezone(UTC)


def lived(written: str = MONDAY, answered: str = "2016-05-10 09:00:00", kind: Kind = Kind.CONSULTATION) -> Outcome:
    return both(written, answered, kind)[1]


def both(written: str, answered: str, kind: Kind = Kind.CONSULTATION) -> tuple[Outcome, Outcome]:
    arrival = an_arrival(kind=kind, source="old", source_number="1", written_at=at(written))
    past = Past(arrival, at(written), "路灯已经修好。", at(answered))
    return relive(LetterId("letter-1"), "0" * 64, past, surroundings())


def state(outcome: Outcome) -> ClockState:
    (clock,) = outcome.clocks
    return state_of(clock, SHANGHAI, date(2026, 11, 20))


def test_it_happened_then_and_is_recorded_now() -> None:
    first, second = both(MONDAY, "2016-05-10 09:00:00")
    assert [(each.event.move, each.event.at) for each in (first, second)] == [
        ("receive", at(MONDAY)),
        ("answer", at("2016-05-10 09:00:00")),
    ]
    assert {first.event.recorded_at, second.event.recorded_at} == {FRIDAY}


def test_the_letter_is_closed_with_question_and_answer_and_nothing_runs() -> None:
    first, second = both(MONDAY, "2016-05-10 09:00:00")
    assert second.letter.status is Status.CLOSED
    assert second.letter.received_at == at(MONDAY)
    assert [text.purpose for each in (first, second) for text in each.texts] == [TextPurpose.BODY, TextPurpose.ANSWER]
    assert not any(clock.running for clock in second.clocks)
    assert all(clock.next_action_at is None for clock in second.clocks)


def test_nobody_is_told() -> None:
    """Its writer had the answer years ago; its limit ended then."""
    assert not any(each.announcements for each in both(MONDAY, "2016-09-01 00:00:00"))


def test_the_mailboxs_owner_counts_as_the_unit_that_answered() -> None:
    first, second = both(MONDAY, "2016-05-10 09:00:00")
    assert (first.event.facts["lead"], second.event.facts["unit"]) == ("centre", "centre")


@pytest.mark.parametrize(
    ("answered", "expected"),
    [
        ("2016-05-09 10:00:00", ClockState.MET),
        ("2016-05-11 23:59:59", ClockState.MET),
        ("2016-05-12 00:00:00", ClockState.BREACHED),
        ("2017-01-01 00:00:00", ClockState.BREACHED),
    ],
)
def test_on_time_ends_with_the_last_second_of_the_due_date(answered: str, expected: ClockState) -> None:
    assert state(lived(answered=answered)) is expected


@pytest.mark.parametrize(
    ("written", "kind", "due_on"),
    [
        (MONDAY, Kind.CONSULTATION, date(2016, 5, 11)),
        (MONDAY, Kind.COMPLAINT, date(2016, 5, 16)),
        ("2016-09-30 23:59:59", Kind.CONSULTATION, date(2016, 10, 9)),
        ("2016-10-01 00:00:00", Kind.CONSULTATION, date(2016, 10, 9)),
        ("2012-01-20 12:00:00", Kind.CONSULTATION, date(2012, 1, 29)),
    ],
)
def test_the_limit_is_that_of_the_kind_counted_by_the_calendar_of_its_day(
    written: str, kind: Kind, due_on: date
) -> None:
    """8 and 9 October 2016 were worked, a weekend; so were 21 and 29 January 2012, the second a Sunday."""
    (clock,) = lived(written, "2020-01-01 00:00:00", kind).clocks
    assert clock.name is ClockName.HANDLE
    assert (clock.due_on, clock.provisional) == (due_on, False)


def test_days_before_the_first_notice_cannot_be_counted() -> None:
    with pytest.raises(CalendarError, match="2008"):
        lived("2007-12-20 10:00:00", "2008-03-01 10:00:00")


def test_its_two_events_are_chained_and_hold_no_word_of_it() -> None:
    first, second = both(MONDAY, "2016-05-10 09:00:00")
    assert second.event.prev == first.event.hash
    assert not any("路灯" in ledger.canonical(each.event.facts).decode() for each in (first, second))
