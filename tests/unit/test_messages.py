"""Messages owed: who gets them, once each, and not at night."""

import pytest

from chalicelib.domain.directory import Directory, Unit
from chalicelib.domain.draft import Announcement, Surroundings
from chalicelib.domain.letter import Kind, Letter, Role, UnitId
from chalicelib.domain.messages import MOST_TOLD, WRITER, Message, MessageState, owed, recipients
from chalicelib.domain.payloads import Classify
from chalicelib.domain.workflow import Move
from tests.builders import CENTRE, ROADS, WATER, a_contact, a_letter, surroundings
from tests.unit.making import BUREAU, PARKS, Story, county, local

COUNTY = county()
ALL_ROLES = tuple(Role)
IN_HOURS, AT_NIGHT, MORNING = "2026-11-20 10:00", "2026-11-20 23:00", "2026-11-23 08:30"


def around(at: str = IN_HOURS, people: Directory = COUNTY) -> Surroundings:
    return surroundings(local(at), people)


def said(template: str, *to: Role, unit: UnitId | None = None, channels: tuple[str, ...] = ("email",)) -> Announcement:
    return Announcement(template, to, unit, channels=channels)


def messages(
    *announcements: Announcement, at: str = IN_HOURS, by_ladder: bool = False, letter: Letter | None = None
) -> tuple[Message, ...]:
    return owed(announcements, letter or a_letter(), 7, around(at), by_ladder=by_ladder)


@pytest.mark.parametrize(
    ("announcement", "expected"),
    [
        (said("t", Role.WRITER), [WRITER]),
        (said("t", Role.CENTRE), ["clerk"]),
        (said("t", Role.HANDLER, unit=ROADS), ["roads-handler"]),
        (said("t", Role.FIRST_RESPONSIBLE, Role.HANDLER, unit=WATER), ["water-handler", "water-head"]),
        (said("t", Role.HANDLER), []),
        (said("t", Role.INSPECTOR), ["bureau-inspector", "inspector"]),
        (said("t", Role.LEADER, unit=ROADS), ["leader"]),
        (said("t", Role.CENTRE, unit=ROADS), ["clerk"]),
        (Announcement("t", (), contact="roads-head"), ["roads-head"]),
        (Announcement("t", (Role.FIRST_RESPONSIBLE,), ROADS, "roads-head"), ["roads-head"]),
        (Announcement("t", (), contact="gone-since"), []),
    ],
)
def test_a_message_goes_to_those_who_hold_the_role(announcement: Announcement, expected: list[str]) -> None:
    """A unit's roles reach that unit's people only; without a unit they reach nobody rather than everybody."""
    assert list(recipients(announcement, a_letter(), COUNTY)) == expected


@pytest.mark.parametrize("accused", [(BUREAU,), (ROADS,), (CENTRE,), (CENTRE, BUREAU), (PARKS, WATER)])
def test_nobody_hears_of_a_letter_that_is_kept_from_them(accused: tuple[UnitId, ...]) -> None:
    letter = a_letter(about_units=accused)
    kept = {c.id for c in COUNTY.contacts.values() if COUNTY.is_within(c.unit, accused)}
    assert kept
    for unit in COUNTY.units:
        for contact in COUNTY.contacts:
            found = recipients(Announcement("t", ALL_ROLES, unit, contact), letter, COUNTY)
            assert not set(found) & kept
            assert WRITER in found


def test_a_letter_about_the_centre_is_told_to_the_inspectors_instead() -> None:
    letter = a_letter(about_units=(CENTRE,))
    assert recipients(said("t", Role.CENTRE), letter, COUNTY) == ("bureau-inspector", "inspector")


def test_the_accused_hear_nothing_of_being_accused() -> None:
    story = Story(Kind.ACCUSATION).assigned(ROADS).do(Move.CLASSIFY, Classify(about=(BUREAU,)))
    told = owed(story.told, story.letter, 4, story.around, by_ladder=False)
    assert not [each for each in told if each.recipient.startswith(("roads", "bureau"))]


def test_there_is_one_message_for_each_person_channel_and_template() -> None:
    twice = said("t", Role.HANDLER, unit=ROADS, channels=("email", "sms"))
    other = said("u", Role.HANDLER, unit=ROADS)
    found = messages(twice, twice, other)
    assert [(each.recipient, each.channel, each.template) for each in found] == [
        ("roads-handler", "email", "t"),
        ("roads-handler", "sms", "t"),
        ("roads-handler", "email", "u"),
    ]


def test_ids_follow_from_the_event_so_that_a_retried_write_owes_nothing_twice() -> None:
    announcement = said("t", Role.HANDLER, Role.FIRST_RESPONSIBLE, unit=ROADS, channels=("email", "sms"))
    first, again = messages(announcement, announcement), messages(announcement, announcement, at=AT_NIGHT)
    assert [each.id for each in first] == [f"letter-1-000007-{number:02d}" for number in (1, 2, 3, 4)]
    assert [each.id for each in again] == [each.id for each in first]
    assert {each.state for each in first} == {MessageState.WAITING}


def test_somebody_with_several_roles_is_told_of_the_furthest_step_only() -> None:
    """In a small office one person is handler and head: one message, worded from now."""
    chief = a_contact("roads-chief", ROADS, Role.HANDLER, Role.FIRST_RESPONSIBLE)
    people = Directory.of(COUNTY.units.values(), [chief], COUNTY.mailboxes.values())
    steps = [
        said("ladder_urge", Role.HANDLER, unit=ROADS, channels=("email", "sms")),
        said("ladder_escalate", Role.FIRST_RESPONSIBLE, unit=ROADS),
    ]
    found = owed(steps, a_letter(), 7, around(people=people), by_ladder=True)
    assert [(each.id, each.channel, each.template) for each in found] == [
        ("letter-1-000007-01", "email", "ladder_escalate"),
        ("letter-1-000007-02", "sms", "ladder_urge"),
    ]


@pytest.mark.parametrize("at", [AT_NIGHT, "2026-11-21 10:00", "2026-11-20 17:30"])
def test_what_the_ladder_says_waits_for_the_next_working_morning(at: str) -> None:
    (mail,) = messages(said("ladder_urge", Role.HANDLER, unit=ROADS), at=at, by_ladder=True)
    assert (mail.not_before, mail.created_at) == (local(MORNING), local(at))


def test_in_office_hours_it_goes_at_once() -> None:
    (mail,) = messages(said("ladder_urge", Role.HANDLER, unit=ROADS), by_ladder=True)
    assert mail.not_before == local(IN_HOURS)


def test_an_urgent_letter_does_not_wait() -> None:
    announcement = said("ladder_urge", Role.HANDLER, unit=ROADS, channels=("email", "sms"))
    found = messages(announcement, at=AT_NIGHT, by_ladder=True, letter=a_letter(urgent=True))
    assert {each.not_before for each in found} == {local(AT_NIGHT)}


def test_at_night_an_e_mail_that_answers_a_move_goes_at_once_and_an_sms_to_staff_waits() -> None:
    found = messages(said("t", Role.CENTRE, channels=("email", "sms")), at=AT_NIGHT)
    assert {each.channel: each.not_before for each in found} == {"email": local(AT_NIGHT), "sms": local(MORNING)}


def test_the_writer_who_just_wrote_gets_the_sms_at_once() -> None:
    found = messages(said("letter_received", Role.WRITER, channels=("email", "sms")), at=AT_NIGHT)
    assert {each.not_before for each in found} == {local(AT_NIGHT)}


def test_an_urgent_letter_may_also_wake_staff_by_sms() -> None:
    found = messages(said("t", Role.CENTRE, channels=("sms",)), at=AT_NIGHT, letter=a_letter(urgent=True))
    assert [each.not_before for each in found] == [local(AT_NIGHT)]


def test_a_move_that_concerns_very_many_people_tells_the_handlers_of_each_unit_first() -> None:
    """Messages are written with their move, and a transaction takes a hundred items; the rest find it on the desk."""
    units = [Unit(UnitId(f"unit-{number}"), f"Unit {number}") for number in range(10)]
    roles = (Role.DIRECT_RESPONSIBLE, Role.FIRST_RESPONSIBLE, Role.HANDLER)
    staff = [
        a_contact(f"{unit.id}-{role.value}-{number}", unit.id, role)
        for unit in units
        for role in roles
        for number in range(4)
    ]
    told = [said("letter_assigned", *roles, unit=unit.id) for unit in units]
    everybody = owed(told, a_letter(), 1, around(people=Directory.of(units, staff, [])), by_ladder=False)
    assert len(everybody) == MOST_TOLD
    for unit in units:
        of_unit = [each.recipient for each in everybody if each.recipient.startswith(f"{unit.id}-")]
        assert len(of_unit) == 6
        assert sum("-handler-" in each for each in of_unit) == 4


def test_however_little_room_there_is_no_more_is_owed_than_fits() -> None:
    units = [Unit(UnitId(f"unit-{number}"), f"Unit {number}") for number in range(10)]
    staff = [a_contact(f"{unit.id}-{number}", unit.id, Role.HANDLER) for unit in units for number in range(3)]
    told = [said("letter_assigned", Role.HANDLER, unit=unit.id) for unit in units]
    people = around(people=Directory.of(units, staff, []))
    for room, sent in ((0, 0), (4, 4), (10, 10), (25, 20), (30, 30)):
        assert len(owed(told, a_letter(), 1, people, by_ladder=False, room=room)) == sent
