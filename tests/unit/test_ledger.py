"""The ledger: a chain that breaks at any change, and no word or name of anybody in it."""

import hashlib
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.arrival import Arrival
from chalicelib.domain.ledger import GENESIS, Event, canonical, chained, instant, jsonl, line_of, text_fact
from chalicelib.domain.letter import Kind, LetterId, Role, Text, TextPurpose, Writer
from chalicelib.domain.messages import Message, owed
from chalicelib.domain.payloads import (
    Accept,
    Answer,
    Approve,
    Assign,
    Classify,
    ContactWriter,
    ExplainDelay,
    GrantExtension,
    Instruct,
    Rate,
    RefuseExtension,
    Remark,
    Reopen,
    RequestExtension,
    Return,
    SendBack,
    SubAssign,
    Supervise,
    Supplement,
)
from chalicelib.domain.workflow import Move
from chalicelib.ports import Change
from tests.builders import COUNTY_BOX, ROADS, WATER
from tests.unit.making import CLERK, INSPECTOR, LEADER, ROADS_HANDLER, WATER_HANDLER, WRITER, Story, county, local

SECRETS = {
    "name": "隐名甲",
    "phone": "13900007777",
    "email": "yinming@secret.test",
    "address": "隐名路77号",
    "subject": "主题暗语",
    "body": "正文暗语",
    "about_text": "涉及暗语",
    "field": "领域暗语",
    "region": "地区暗语",
    "written": "文字暗语",
    "hash of the query code": "c" * 64,
    "salt": "salt000",
}


def whole_life() -> tuple[Story, list[object]]:
    """A letter through nearly every move, each text of it a secret; and what would be written of each."""
    said = f"{SECRETS['written']} {SECRETS['name']} {SECRETS['phone']} {SECRETS['email']} {SECRETS['address']}"
    came = Arrival(
        mailbox=county().mailboxes[COUNTY_BOX],
        kind=Kind.COMPLAINT,
        subject=f"{SECRETS['subject']} {SECRETS['name']}",
        body=f"{SECRETS['body']} {said}",
        about_text=SECRETS["about_text"],
        field=SECRETS["field"],
        region=SECRETS["region"],
    )
    assert SECRETS["body"] not in repr(came)
    story = Story(arrival=came)
    written: list[object] = []

    def keep() -> None:
        last = story.last
        messages = owed(story.told, story.letter, last.event.sequence, story.around, by_ladder=False)
        change = Change(None, story.letter, (last.event,), last.changed_clocks, last.texts, messages, (), ())
        written.extend([change, last, messages, [message.params for message in messages]])

    keep()
    steps = [
        (Move.SUPERVISE, Supervise(note=said), INSPECTOR),
        (Move.CLASSIFY, Classify(field=SECRETS["field"], region=SECRETS["region"]), CLERK),
        (Move.ACCEPT, Accept(field=SECRETS["field"]), CLERK),
        (Move.ASSIGN, Assign(units=(ROADS, WATER), note=said), CLERK),
        (Move.SUB_ASSIGN, SubAssign(contact="roads-handler", note=said), ROADS_HANDLER),
        (Move.INSTRUCT, Instruct(text=said), LEADER),
        (Move.CONTACT_WRITER, ContactWriter(note=said), ROADS_HANDLER),
        (Move.REQUEST_EXTENSION, RequestExtension(reason=said, working_days=2), ROADS_HANDLER),
        (Move.REFUSE_EXTENSION, RefuseExtension(note=said), CLERK),
        (Move.REQUEST_EXTENSION, RequestExtension(reason=said, working_days=2), ROADS_HANDLER),
        (Move.GRANT_EXTENSION, GrantExtension(note=said), CLERK),
        (Move.EXPLAIN_DELAY, ExplainDelay(reason=said), ROADS_HANDLER),
        (Move.SUPPLEMENT, Supplement(body=said), WRITER),
        (Move.URGE, Remark(note=said), INSPECTOR),
        (Move.ANSWER, Answer(body=said), WATER_HANDLER),
        (Move.ANSWER, Answer(body=said), ROADS_HANDLER),
        (Move.SEND_BACK, SendBack(reasons=said), CLERK),
        (Move.ANSWER, Answer(body=said), ROADS_HANDLER),
        (Move.RATE, Rate(score=1, comment=said), WRITER),
        (Move.REOPEN, Reopen(reason=said), WRITER),
        (Move.ASSIGN, Assign(units=(WATER,)), CLERK),
        (Move.RETURN, Return(reason=said), WATER_HANDLER),
        (Move.ASSIGN, Assign(units=(ROADS,)), CLERK),
        (Move.ANSWER, Answer(body=said), ROADS_HANDLER),
        (Move.APPROVE, Approve(note=said), CLERK),
    ]
    for move, payload, actor in steps:
        story.do(move, payload, actor)
        keep()
    return story, written


def broken_at(events: list[Event]) -> int | None:
    """The first sequence at which the chain does not hold, checked as an outsider would: from the lines alone."""
    prev = GENESIS
    for number, event in enumerate(events, 1):
        line = line_of(event)
        hashed = {key: value for key, value in line.items() if key != "hash"}
        digest = hashlib.sha256(canonical(hashed)).hexdigest()
        if line["sequence"] != number or line["prev"] != prev or line["hash"] != digest:
            return number
        prev = digest
    return None


def changed(event: Event, **facts: object) -> Event:
    """The event with other facts and its old hash, as a forger would leave it."""
    return Event(
        event.letter,
        event.sequence,
        event.at,
        event.recorded_at,
        event.move,
        event.actor,
        {**event.facts, **facts},
        event.prev,
        event.hash,
    )


@pytest.mark.parametrize("what", SECRETS)
def test_nothing_personal_and_nobody_s_words_are_in_the_ledger_the_messages_or_what_a_log_could_show(what: str) -> None:
    story, written = whole_life()
    assert len(story.texts) > 20
    lines = b"".join(canonical(line_of(event)) for event in story.events).decode()
    assert SECRETS[what] not in lines
    assert SECRETS[what] not in repr(written)


def test_personal_data_does_not_show_when_a_value_is_printed() -> None:
    writer = Writer(*(SECRETS[each] for each in ("name", "phone", "email", "address")))
    text = Text("T#001", TextPurpose.BODY, SECRETS["body"], SECRETS["salt"], local("2026-11-20 10:00"), Role.WRITER)
    assert not [secret for secret in SECRETS.values() if secret in repr((writer, text))]


def test_a_letter_s_events_are_one_chain_from_the_first() -> None:
    story, _ = whole_life()
    assert broken_at(story.events) is None
    assert [event.sequence for event in story.events] == list(range(1, len(story.events) + 1))
    assert (story.events[0].prev, story.letter.last_hash) == (GENESIS, story.events[-1].hash)
    assert story.letter.event_count == len(story.events)


@given(st.data())
def test_changing_any_fact_breaks_the_chain_where_it_was_changed(data: st.DataObject) -> None:
    events = list(EVENTS)
    index = data.draw(st.integers(0, len(events) - 1))
    key = data.draw(st.sampled_from(sorted({*events[index].facts, "added"})))
    events[index] = changed(events[index], **{key: "forged"})
    assert broken_at(events) == index + 1


EVENTS = tuple(whole_life()[0].events)


def test_forging_the_hash_as_well_breaks_the_next_link() -> None:
    events = list(EVENTS)
    old = events[3]
    events[3] = chained(
        old.letter, old.sequence, old.prev, old.at, old.recorded_at, old.move, old.actor, {**old.facts, "score": 5}
    )
    assert broken_at(events) == 5


def test_leaving_out_an_event_breaks_the_chain() -> None:
    assert broken_at([*EVENTS[:3], *EVENTS[4:]]) == 4


@pytest.mark.parametrize("part", ["at", "recorded_at", "move", "actor", "channel"])
def test_everything_in_a_line_is_under_the_hash(part: str) -> None:
    original = EVENTS[4]
    at = local("2020-01-01 00:00")
    forged = Event(
        original.letter,
        original.sequence,
        at if part == "at" else original.at,
        at if part == "recorded_at" else original.recorded_at,
        "withdraw" if part == "move" else original.move,
        WRITER if part in {"actor", "channel"} else original.actor,
        original.facts,
        original.prev,
        original.hash,
    )
    assert broken_at([*EVENTS[:4], forged, *EVENTS[5:]]) == 5


def test_a_text_is_in_the_ledger_as_its_salted_hash_only() -> None:
    text = Text("T#001", TextPurpose.ANSWER, "已修复", "ab12", local("2026-11-20 10:00"), Role.HANDLER)
    digest = hashlib.sha256("ab12已修复".encode()).hexdigest()
    assert text_fact(text) == {"id": "T#001", "purpose": "answer", "sha256": digest}


def test_an_instant_sorts_as_text_and_is_in_utc() -> None:
    assert instant(local("2026-11-20 10:00")) == "2026-11-20T02:00:00.000000Z"


def test_lines_of_a_file_are_ordered_by_time_letter_and_sequence() -> None:
    def line(at: str, letter: str, sequence: int) -> Mapping[str, object]:
        return {"at": at, "letter": LetterId(letter), "sequence": sequence}

    lines = [line("2", "a", 1), line("1", "b", 2), line("1", "b", 1), line("1", "a", 9)]
    assert jsonl(lines).decode().splitlines() == [
        '{"at":"1","letter":"a","sequence":9}',
        '{"at":"1","letter":"b","sequence":1}',
        '{"at":"1","letter":"b","sequence":2}',
        '{"at":"2","letter":"a","sequence":1}',
    ]


def test_a_message_carries_only_its_known_parameters() -> None:
    """Whatever a template may print: none of it can be prose."""
    _, written = whole_life()
    messages = [each for item in written if isinstance(item, tuple) for each in item if isinstance(each, Message)]
    allowed = {"unit_name", "working_days", "clock", "clock_id"}
    assert messages
    assert {key for message in messages for key, _ in message.params} <= allowed
