"""A letter's first event."""

from typing import Any

import pytest

from chalicelib.domain.arrival import Arrival
from chalicelib.domain.clocks import ClockName
from chalicelib.domain.letter import Kind, Role, RulebookRef, Status, TextPurpose
from tests.builders import CENTRE, COUNTY_BOX, an_arrival, rulebook
from tests.unit.making import PARKS, Story, county, day, local

BOX = county().mailboxes[COUNTY_BOX]
FULL = Arrival(
    mailbox=BOX,
    kind=Kind.ACCUSATION,
    subject="举报",
    body="正文",
    source="upstream",
    source_number="A-17",
    written_at=local("2026-11-02 10:00"),
    field="城管",
    region="城东",
    about_units=(PARKS,),
    about_text="某科室",
    publish_consent=True,
    keep_confidential=True,
)


def test_a_letter_begins_with_everything_that_came() -> None:
    letter = Story(arrival=FULL).letter
    assert (letter.status, letter.version, letter.event_count, letter.number) == (Status.RECEIVED, 1, 1, None)
    assert (letter.kind, letter.mailbox, letter.centre) == (Kind.ACCUSATION, COUNTY_BOX, CENTRE)
    assert (letter.source, letter.source_number, letter.subject) == ("upstream", "A-17", "举报")
    assert (letter.field, letter.region, letter.about_units) == ("城管", "城东", (PARKS,))
    assert (letter.publish_consent, letter.keep_confidential) == (True, True)
    assert letter.rulebook == RulebookRef("shuangfeng-2018", rulebook().version)


def test_limits_run_from_our_receipt_and_not_from_when_it_was_written_elsewhere() -> None:
    story = Story(arrival=FULL)
    assert story.letter.received_at == local("2026-11-20 10:00")
    assert story.letter.written_at == local("2026-11-02 10:00")
    assert story.clock(ClockName.TRIAGE).due_on == day("2026-11-24")


def test_the_first_event_says_what_is_counted_later_and_nothing_in_the_writer_s_words() -> None:
    story = Story(arrival=FULL)
    facts = story.facts()
    assert (story.events[0].move, story.events[0].actor.role, story.events[0].actor.channel) == (
        "receive",
        Role.WRITER,
        "web",
    )
    assert {key: facts[key] for key in facts if key not in {"clocks", "texts"}} == {
        "kind": "accusation",
        "source": "upstream",
        "mailbox": "county",
        "centre": "centre",
        "guarded": True,
        "rulebook": f"shuangfeng-2018@{rulebook().version}",
        "status": "received",
    }


@pytest.mark.parametrize(
    ("named", "guarded", "unsettled"),
    [
        ({}, False, False),
        ({"about_units": (PARKS,)}, True, False),
        ({"about_text": "道路队队长李某"}, True, True),
    ],
)
def test_the_ledger_says_that_a_letter_is_about_somebody_but_not_about_whom(
    named: dict[str, Any], guarded: bool, unsettled: bool
) -> None:
    """Reports leave a guarded letter out of their lists; words wait until the centre says which office they mean."""
    story = Story(arrival=an_arrival(**named))
    assert story.facts()["guarded"] is guarded
    assert story.letter.about_unsettled is unsettled
    for given in ("parks", "李某"):
        assert given not in str({key: each for key, each in story.facts().items() if key != "texts"})


def test_the_body_is_kept_as_written_for_the_writer_to_read_again() -> None:
    texts = Story(arrival=FULL).texts
    assert [(text.purpose, text.content, text.for_writer) for text in texts] == [
        (TextPurpose.BODY, "正文", True),
        (TextPurpose.ABOUT, "某科室", False),
    ]


def test_the_writer_is_told_by_mail_and_sms_and_the_centre_by_mail() -> None:
    story = Story()
    assert story.heard() == {("letter_received", "writer"), ("letter_to_triage", "centre")}
    assert [each.channels for each in story.told] == [("email", "sms"), ("email",)]


def test_without_a_triage_rule_no_clock_runs() -> None:
    book = Story().book.model_copy(update={"triage": None})
    assert Story(book=book).running() == []
