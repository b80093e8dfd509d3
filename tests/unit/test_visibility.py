"""Who may see a letter, and who may know its writer: the one guard against a conflict of interest (PL-18)."""

from dataclasses import replace

import pytest

from chalicelib.domain.directory import Contact, Directory, Mailbox, Unit
from chalicelib.domain.letter import Assignment, ContactId, Kind, Letter, MailboxId, Role, UnitId
from chalicelib.domain.visibility import centre_of, is_about, is_kept_from, may_know_writer, may_look, roles_on
from tests.builders import CENTRE, ROADS, WATER, a_contact, a_letter
from tests.unit.making import BUREAU, INSPECTION, PARKS, county, local

COUNTY = county()
NOW = local("2026-11-20 10:00")


def person(contact: str) -> Contact:
    return COUNTY.contacts[ContactId(contact)]


def held_by(*units: UnitId, **changes: object) -> Letter:
    return a_letter("letter-1", assignments=tuple(Assignment(u, i == 0, NOW) for i, u in enumerate(units)), **changes)


def about(*units: UnitId, **changes: object) -> Letter:
    return held_by(WATER, about_units=units, **changes)


@pytest.mark.parametrize(
    ("contact", "roles"),
    [
        ("clerk", {Role.CENTRE, Role.DEPARTMENT_HEAD}),
        ("roads-handler", {Role.HANDLER}),
        ("roads-deputy-head", {Role.DIRECT_RESPONSIBLE}),
        ("roads-head", {Role.FIRST_RESPONSIBLE}),
        ("water-handler", set()),
        ("bureau-head", set()),
        ("inspector", {Role.INSPECTOR}),
        ("leader", {Role.LEADER}),
        ("auditor", set()),
        ("bureau-inspector", {Role.INSPECTOR}),
    ],
)
def test_everybody_meets_a_letter_in_the_roles_that_are_theirs_on_it(contact: str, roles: set[Role]) -> None:
    """The office above is not the unit that has the letter; an auditor reads reports, not letters.

    Where nobody heads the mailbox's office, the centre does what is its head's.
    """
    assert roles_on(held_by(ROADS), person(contact), COUNTY) == roles
    assert may_look(held_by(ROADS), person(contact), COUNTY) == bool(roles)


def test_a_unit_that_had_the_letter_may_still_look_but_not_act() -> None:
    letter = held_by(WATER, past_units=(ROADS,))
    assert may_look(letter, person("roads-handler"), COUNTY)
    assert roles_on(letter, person("roads-handler"), COUNTY) == frozenset()


@pytest.mark.parametrize("contact", ["roads-handler", "roads-head", "bureau-head", "bureau-inspector"])
def test_a_letter_about_an_office_is_kept_from_it_and_from_every_office_below(contact: str) -> None:
    """Whatever else they are: an inspector who belongs to the accused office as well, and past holders too."""
    letter = held_by(ROADS, WATER, about_units=(BUREAU,), past_units=(ROADS, BUREAU))
    assert is_kept_from(letter, person(contact), COUNTY)
    assert roles_on(letter, person(contact), COUNTY) == frozenset()
    assert not may_look(letter, person(contact), COUNTY)


def test_a_letter_about_an_office_is_not_kept_from_the_office_above_it() -> None:
    letter = held_by(BUREAU, about_units=(ROADS,))
    assert not is_about(letter, BUREAU, COUNTY)
    assert roles_on(letter, person("bureau-head"), COUNTY) == {Role.FIRST_RESPONSIBLE}


@pytest.mark.parametrize("contact", ["clerk", "inspector", "leader", "water-handler", "parks-handler"])
def test_others_are_not_touched_by_the_guard(contact: str) -> None:
    assert not is_kept_from(about(BUREAU), person(contact), COUNTY)


def test_when_a_letter_is_about_the_centre_the_inspectors_stand_in() -> None:
    letter = about(CENTRE)
    assert [each.id for each in centre_of(letter, COUNTY)] == ["bureau-inspector", "inspector"]
    assert roles_on(letter, person("inspector"), COUNTY) == {Role.INSPECTOR, Role.CENTRE, Role.DEPARTMENT_HEAD}
    assert roles_on(letter, person("clerk"), COUNTY) == frozenset()
    assert not may_look(letter, person("clerk"), COUNTY)


def test_an_inspector_who_belongs_to_the_accused_does_not_stand_in() -> None:
    assert [each.id for each in centre_of(about(CENTRE, BUREAU), COUNTY)] == ["inspector"]


def with_contacts(*others: Contact) -> Directory:
    """The county with more people, or some of them changed."""
    contacts = {**COUNTY.contacts, **{each.id: each for each in others}}
    return Directory.of(COUNTY.units.values(), contacts.values(), COUNTY.mailboxes.values())


def without(*roles: Role) -> Directory:
    """The county with nobody who holds one of these roles."""
    kept = [each for each in COUNTY.contacts.values() if not each.roles & set(roles)]
    return Directory.of(COUNTY.units.values(), kept, COUNTY.mailboxes.values())


@pytest.mark.parametrize(
    ("people", "about_units", "keepers"),
    [
        (without(Role.CENTRE), (), ["bureau-inspector", "inspector"]),
        (without(Role.CENTRE, Role.INSPECTOR), (), ["leader"]),
        (without(Role.INSPECTOR), (CENTRE,), ["leader"]),
        (COUNTY, (CENTRE, BUREAU, INSPECTION), ["leader"]),
        (COUNTY, (CENTRE, BUREAU, INSPECTION, UnitId("office")), []),
    ],
)
def test_a_letter_belongs_to_the_next_in_line_whoever_is_missing(
    people: Directory, about_units: tuple[UnitId, ...], keepers: list[str]
) -> None:
    assert [each.id for each in centre_of(about(*about_units), people)] == keepers


def below(unit: UnitId) -> Directory:
    """The county with every other office subordinate to this one."""
    units = [replace(each, parent=each.parent or unit) if each.id != unit else each for each in COUNTY.units.values()]
    return Directory.of(units, COUNTY.contacts.values(), COUNTY.mailboxes.values())


def test_a_letter_about_an_office_above_everybody_is_kept_by_the_centre_as_the_last_resort() -> None:
    """No letter may belong to nobody: somebody subordinate has to take it, but nobody of the office itself."""
    office = UnitId("office")
    people, letter = below(office), about(office)
    assert [each.id for each in centre_of(letter, people)] == ["clerk"]
    assert roles_on(letter, person("clerk"), people) == {Role.CENTRE, Role.DEPARTMENT_HEAD}
    for contact in ("inspector", "leader", "auditor", "water-handler", "bureau-inspector"):
        assert is_kept_from(letter, person(contact), people), contact
        assert not may_look(letter, person(contact), people), contact


def test_a_letter_about_the_centre_and_the_office_above_everybody_is_the_inspectors() -> None:
    office = UnitId("office")
    letter = about(office, CENTRE)
    assert [each.id for each in centre_of(letter, below(office))] == ["bureau-inspector", "inspector"]
    assert not may_look(letter, person("clerk"), below(office))


def test_a_person_with_two_entries_belongs_to_both_units() -> None:
    """Told apart by the address, whatever its case: what is kept from the head of roads is kept from the inspector."""
    head = person("roads-head")
    twin = replace(
        head, id=ContactId("twin"), unit=INSPECTION, roles=frozenset({Role.INSPECTOR}), email=head.email.upper()
    )
    people = with_contacts(twin)
    for contact in (head, twin):
        assert is_kept_from(about(ROADS), contact, people)
        assert is_kept_from(about(INSPECTION), contact, people)
        assert not may_look(about(ROADS), contact, people)
    assert not is_kept_from(about(PARKS), twin, people)
    assert [each.id for each in centre_of(about(CENTRE, ROADS), people)] == ["bureau-inspector", "inspector"]


def test_old_ties_bind_too() -> None:
    left = replace(person("roads-head"), active=False)
    twin = replace(left, id=ContactId("twin"), unit=WATER, active=True)
    assert is_kept_from(about(ROADS), twin, with_contacts(left, twin))


def test_who_has_left_holds_nothing() -> None:
    people = with_contacts(replace(person("clerk"), active=False))
    assert [each.id for each in centre_of(held_by(ROADS), people)] == ["bureau-inspector", "inspector"]
    assert people.by_email("CLERK@county.test") is None


def test_the_centre_of_a_letter_is_the_owner_of_its_mailbox() -> None:
    other = a_contact("parks-clerk", PARKS, Role.CENTRE)
    people = Directory.of(COUNTY.units.values(), [*COUNTY.contacts.values(), other], COUNTY.mailboxes.values())
    letter = a_letter(centre=PARKS, mailbox=MailboxId("parks-box"))
    assert [each.id for each in centre_of(letter, people)] == ["parks-clerk"]
    assert roles_on(letter, person("clerk"), people) == frozenset()


HIDDEN = [
    pytest.param({"kind": Kind.ACCUSATION}, id="an accusation"),
    pytest.param({"keep_confidential": True}, id="kept confidential"),
    pytest.param({"about_units": (PARKS,)}, id="about a unit"),
    pytest.param({"about_unsettled": True}, id="about somebody named in words"),
]
ORDINARY = pytest.param({}, id="an ordinary letter")


@pytest.mark.parametrize("changes", [ORDINARY, *HIDDEN])
def test_the_centre_always_knows_who_wrote(changes: dict[str, object]) -> None:
    assert may_know_writer(a_letter("letter-1", **changes), frozenset({Role.CENTRE}))
    assert may_know_writer(a_letter("letter-1", **changes), frozenset({Role.CENTRE, Role.INSPECTOR}))


@pytest.mark.parametrize("role", [Role.HANDLER, Role.DIRECT_RESPONSIBLE, Role.FIRST_RESPONSIBLE])
def test_a_unit_knows_the_writer_of_an_ordinary_letter_only(role: Role) -> None:
    assert may_know_writer(a_letter(), frozenset({role}))
    for case in HIDDEN:
        assert not may_know_writer(a_letter("letter-1", **case.values[0]), frozenset({role}))  # type: ignore[arg-type]


@pytest.mark.parametrize("role", [Role.INSPECTOR, Role.LEADER, Role.AUDITOR, Role.SYSTEM])
@pytest.mark.parametrize("changes", [ORDINARY, *HIDDEN])
def test_whoever_only_looks_never_knows_the_writer(role: Role, changes: dict[str, object]) -> None:
    assert not may_know_writer(a_letter("letter-1", **changes), frozenset({role}))
    assert not may_know_writer(a_letter("letter-1", **changes), frozenset())


def test_offices_that_stand_in_a_circle_do_not_hang_the_guard() -> None:
    """A registry file can say so by mistake."""
    units = [Unit(ROADS, "roads", WATER), Unit(WATER, "water", ROADS)]
    people = Directory.of(units, [a_contact("h", ROADS, Role.HANDLER)], [Mailbox(MailboxId("m"), "m", INSPECTION)])
    assert is_about(a_letter(about_units=(WATER,)), ROADS, people)
    assert not is_about(a_letter(about_units=(PARKS,)), ROADS, people)
