"""The file of units and contacts: each mistake is named with line, column and reason, or all of it is good."""

from datetime import date
from pathlib import Path

import pytest

from chalicelib.domain.directory import Deputy, Directory, Unit
from chalicelib.domain.languages import Language
from chalicelib.domain.letter import LEADER_POSTS, ContactId, MailboxId, Role, UnitId
from chalicelib.services.csv_rows import BadFileError, RowError
from chalicelib.services.import_units import UnitsFile, read_units, take_units
from chalicelib.services.units_columns import CHINESE, OPTIONAL, REQUIRED, template
from tests.fakes.store import FakeRegistry

DEMO = Path(__file__).parents[2] / "infra" / "demo" / "units.csv"
HEADER = "unit,unit_name,parent,mailbox,mailbox_name,contact,name,roles,email,phone"
CENTRE = "centre,受理中心,,county,县长信箱,clerk,沈雨,centre,clerk@county.test,13900000001"


def good(*rows: str) -> UnitsFile:
    read = read_units("\n".join([HEADER, *rows]).encode())
    assert isinstance(read, UnitsFile), read
    return read


def errors(*rows: str) -> list[tuple[int, str]]:
    read = read_units("\n".join([HEADER, CENTRE, *rows]).encode())
    assert not isinstance(read, UnitsFile)
    assert all(error.reason for error in read)
    return [(error.line, error.column) for error in read]


def test_a_row_brings_a_unit_a_mailbox_and_a_contact() -> None:
    directory = good(CENTRE, "roads,交通局,centre,,,h1,路平,handler direct_responsible,h1@county.test,").directory
    assert directory.units[UnitId("roads")] == Unit(UnitId("roads"), "交通局", UnitId("centre"))
    assert directory.mailboxes[MailboxId("county")].owner == "centre"
    handler = directory.contacts[ContactId("h1")]
    assert (handler.name, handler.unit, handler.email, handler.phone) == ("路平", "roads", "h1@county.test", None)
    assert handler.roles == {Role.HANDLER, Role.DIRECT_RESPONSIBLE}


def test_roles_may_be_written_in_chinese() -> None:
    rows = [
        f"roads,交通局,,,,c{number},某人,{role},c{number}@county.test,"
        for number, role in enumerate(["受理中心", "承办人、直接责任人", "第一责任人，领导", "督查/审计"])
    ]
    held = [contact.roles for contact in good(*rows).directory.contacts.values()]
    assert held == [
        {Role.CENTRE},
        {Role.HANDLER, Role.DIRECT_RESPONSIBLE},
        {Role.FIRST_RESPONSIBLE, Role.LEADER},
        {Role.INSPECTOR, Role.AUDITOR},
    ]


@pytest.mark.parametrize("role", ["writer", "system", "boss", "来信人"])
def test_only_staff_roles_can_be_given(role: str) -> None:
    """A contact with the writer's or the system's role could act in their name."""
    assert errors(f"roads,交通局,,,,h1,路平,handler {role},h1@county.test,") == [(3, "roles")]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (",交通局,,,,h1,路平,handler,h1@county.test,", "unit"),
        ("Roads,交通局,,,,h1,路平,handler,h1@county.test,", "unit"),
        ("../x,交通局,,,,h1,路平,handler,h1@county.test,", "unit"),
        ("roads,,,,,h1,路平,handler,h1@county.test,", "unit_name"),
        ("roads,交通局,nowhere,,,h1,路平,handler,h1@county.test,", "parent"),
        ("roads,交通局,roads,,,h1,路平,handler,h1@county.test,", "parent"),
        ("roads,交通局,,box,,h1,路平,handler,h1@county.test,", "mailbox_name"),
        ("roads,交通局,,,局长信箱,h1,路平,handler,h1@county.test,", "mailbox"),
        ("roads,交通局,,county,县长信箱,h1,路平,handler,h1@county.test,", "mailbox"),
        ("roads,交通局,,,,,路平,handler,h1@county.test,", "contact"),
        ("roads,交通局,,,,clerk,路平,handler,h1@county.test,", "contact"),
        ("roads,交通局,,,,h1,,handler,h1@county.test,", "name"),
        ("roads,交通局,,,,h1,路平,,h1@county.test,", "roles"),
        ("roads,交通局,,,,h1,路平,handler,,", "email"),
        ("roads,交通局,,,,h1,路平,handler,h1@county。test,", "email"),
        ('roads,交通局,,,,h1,路平,handler,"a@county.test,b@county.test",', "email"),
        ("roads,交通局,,,,h1,路平,handler,h1@county.test,1.39E+10", "phone"),
        ("roads,交通局,,,,h1,路平,handler,h1@county.test,,more", "phone"),
        (f"roads,{'局' * 81},,,,h1,路平,handler,h1@county.test,", "unit_name"),
    ],
)
def test_each_mistake_is_named_with_line_and_column(row: str, column: str) -> None:
    assert errors(row) == [(3, column)]


def test_rows_of_one_unit_must_agree() -> None:
    first = "roads,交通局,centre,,,h1,路平,handler,h1@county.test,"
    assert errors(first, "roads,公路局,centre,,,h2,桥立,handler,h2@county.test,") == [(4, "unit_name")]
    assert errors(first, "roads,交通局,roads,,,h2,桥立,handler,h2@county.test,") == [(4, "parent")]
    assert good(CENTRE, first, "roads,,,,,h2,桥立,handler,h2@county.test,").directory.units[UnitId("roads")].parent


def test_a_mailbox_has_one_name() -> None:
    assert errors("centre,,,county,书记信箱,c2,罗禾,centre,c2@county.test,") == [(3, "mailbox_name")]


def test_two_units_cannot_stand_above_each_other() -> None:
    assert errors("a,甲,b,,,,,,,", "b,乙,a,,,,,,,") == [(3, "parent"), (4, "parent")]


def test_all_mistakes_of_a_file_are_named_in_its_order() -> None:
    """A clerk mends the file once, not once for each mistake."""
    found = errors(
        "roads,交通局,nowhere,,,h1,,handler,h1@county.test,",
        "roads,,,,,h2,桥立,boss,nobody,",
        "roads,,,,,h3,水清,handler,h3@county.test,139,extra",
    )
    assert sorted(found) == [(3, "name"), (3, "parent"), (4, "email"), (4, "roles"), (5, "phone")]
    assert [line for line, _ in found] == [3, 3, 4, 4, 5]


def test_a_second_row_of_a_bad_contact_is_named_in_the_same_go() -> None:
    row = "roads,交通局,,,,h1,路平,{role},h1@county.test,"
    assert errors(row.format(role="boss"), row.format(role="handler")) == [(3, "roles"), (4, "contact")]


def test_no_error_repeats_a_name_an_address_or_a_phone() -> None:
    read = read_units(f"{HEADER}\nroads,交通局,,,,h1,张三丰,boss,not-an-address,12x\n".encode())
    assert not isinstance(read, UnitsFile)
    text = " ".join(map(str, read))
    assert not any(secret in text for secret in ("张三丰", "not-an-address", "12x"))


def test_a_unit_alone_may_be_a_row() -> None:
    assert set(good(CENTRE, "roads,交通局,,,,,,,,").directory.units) == {"centre", "roads"}


@pytest.mark.parametrize(
    ("rows", "warning"),
    [
        (["roads,交通局,,,,h1,路平,handler,h1@county.test,"], "nobody has the role centre"),
        ([CENTRE], "nobody has the role inspector"),
        (["roads,交通局,,,,h1,路平,handler,h1@county.test,"], "there is no mailbox"),
        (["roads,交通局,,box,信箱,h1,路平,handler,h1@county.test,"], "mailbox box: its owner roads has no contact"),
        (["roads,交通局,,,,h1,路平,first_responsible,h1@county.test,"], "unit roads has nobody with the role handler"),
        ([CENTRE, "roads,交通局,,,,h1,路平,handler,Clerk@County.test,"], "contact h1 shares an e-mail address"),
    ],
)
def test_what_works_but_hardly_as_meant_is_a_warning(rows: list[str], warning: str) -> None:
    assert any(each.startswith(warning) for each in good(*rows).warnings)


GOVERNMENT = "gov,县政府,,,,,,,,"
BELOW = "centre,受理中心,gov,county,县长信箱,clerk,沈雨,centre,clerk@county.test,"
INSPECTION = "inspection,督查室,gov,,,i1,安明,inspector,i1@county.test,"


@pytest.mark.parametrize(
    ("rows", "warning"),
    [
        ([CENTRE], "mailbox county: a letter about unit centre would reach nobody at all"),
        ([GOVERNMENT, BELOW, INSPECTION], "mailbox county: a letter about unit gov has to be kept by its own sub"),
    ],
)
def test_a_unit_whose_accusers_would_find_nobody_apart_is_a_warning(rows: list[str], warning: str) -> None:
    assert [each for each in good(*rows).warnings if each.startswith(warning)]


def test_with_somebody_apart_there_is_no_such_warning() -> None:
    apart = "inspection,督查室,,,,i1,安明,inspector,i1@county.test,"
    assert not [each for each in good(GOVERNMENT, BELOW, apart).warnings if "a letter about" in each]


@pytest.mark.parametrize(("cell", "active", "said"), [("", True, False), ("No", False, True), ("是", True, True)])
def test_a_file_may_say_who_has_left(cell: str, active: bool, said: bool) -> None:
    read = read_units(f"{HEADER},active\n{CENTRE},{cell}\n".encode())
    assert isinstance(read, UnitsFile)
    assert (read.directory.contacts[ContactId("clerk")].active, bool(read.says_active)) == (active, said)


def test_another_word_for_it_is_refused() -> None:
    read = read_units(f"{HEADER},active\n{CENTRE},perhaps\n".encode())
    assert not isinstance(read, UnitsFile)
    assert [(error.line, error.column) for error in read] == [(2, "active")]


def with_columns(*rows: str, columns: str) -> UnitsFile | tuple[RowError, ...]:
    return read_units("\n".join([f"{HEADER},{columns}", *rows]).encode())


def test_leaders_hold_their_posts_and_units_their_level() -> None:
    roles = ["副秘书长", "秘书长", "副县长", "副市长", "分管领导", "县长", "市长", "主要领导", "deputy_head"]
    rows = [f"gov,县政府,,,,c{n},某人,{role},c{n}@county.test,,county" for n, role in enumerate(roles)]
    read = with_columns(*rows, columns="level")
    assert isinstance(read, UnitsFile)
    assert read.directory.units[UnitId("gov")].level == "county"
    assert [*map(list, (each.roles for each in read.directory.contacts.values()))] == [
        [Role.DEPUTY_SECRETARY],
        [Role.SECRETARY],
        *[[Role.DEPUTY_HEAD]] * 3,
        *[[Role.HEAD]] * 3,
        [Role.DEPUTY_HEAD],
    ]


@pytest.mark.parametrize("role", ["department_head", "approver"])
def test_what_follows_from_the_letter_cannot_be_given(role: str) -> None:
    assert errors(f"roads,交通局,,,,h1,路平,{role},h1@county.test,") == [(3, "roles")]


def test_a_level_is_one_word_and_the_same_in_every_row_of_the_unit() -> None:
    first = "roads,交通局,,,,h1,路平,handler,h1@county.test,,{level}"
    second = "roads,交通局,,,,h2,桥立,handler,h2@county.test,,{level}"
    for levels, found in (
        (("County!", ""), [(2, "level")]),
        (("county", "township"), [(3, "level")]),
    ):
        read = with_columns(first.format(level=levels[0]), second.format(level=levels[1]), columns="level")
        assert not isinstance(read, UnitsFile)
        assert [(error.line, error.column) for error in read] == found


HEAD = "roads,交通局,,,,head,路平,first_responsible,head@county.test,"
HANDLER = "roads,交通局,,,,h1,桥立,handler,h1@county.test,,,,"
WATER = "water,水利局,,,,w1,江清,handler,w1@county.test,,,,"


def test_a_file_may_name_deputies_with_dates() -> None:
    read = with_columns(f"{HEAD},h1,2026-11-20,2026/11/23", HANDLER, WATER, columns="deputy,deputy_from,deputy_until")
    assert isinstance(read, UnitsFile)
    named = Deputy(ContactId("h1"), date(2026, 11, 20), date(2026, 11, 23))
    assert read.directory.contacts[ContactId("head")].deputy == named
    assert read.says_deputy == {"head"}


@pytest.mark.parametrize(
    ("cells", "columns"),
    [
        ("nobody,2026-11-20,2026-11-23", ["deputy"]),
        ("w1,2026-11-20,2026-11-23", ["deputy"]),
        ("head,2026-11-20,2026-11-23", ["deputy"]),
        (",2026-11-20,2026-11-23", ["deputy"]),
        ("h1,2026-11-23,2026-11-20", ["deputy_until"]),
        ("h1,2026-11-20,2027-11-21", ["deputy_until"]),
        ("h1,20.13.2026,soon", ["deputy_from", "deputy_until"]),
        ("h1,,", ["deputy_from", "deputy_until"]),
    ],
)
def test_a_deputy_who_makes_no_sense_is_named_with_its_column(cells: str, columns: list[str]) -> None:
    read = with_columns(f"{HEAD},{cells}", HANDLER, WATER, columns="deputy,deputy_from,deputy_until")
    assert not isinstance(read, UnitsFile)
    assert [(error.line, error.column) for error in read] == [(2, column) for column in columns]


def taken(registry: FakeRegistry, cells: str) -> Directory:
    """The directory after a file whose head's last cells are these."""
    columns = "level,deputy,deputy_from,deputy_until"
    read = with_columns(f"{HEAD},{cells}", f"{HANDLER},", columns=columns)
    assert isinstance(read, UnitsFile), read
    take_units(registry, read)
    return registry.directory()


def test_what_a_file_does_not_say_stays_and_what_it_says_is_done() -> None:
    """A level and a deputy stay when their cells are empty; a dash ends deputising."""
    registry = FakeRegistry()
    named = taken(registry, "county,h1,2026-11-20,2026-11-23")
    assert taken(registry, ",,,") == named
    assert named.units[UnitId("roads")].level == "county"
    assert named.contacts[ContactId("head")].deputy is not None
    assert taken(registry, ",-,,").contacts[ContactId("head")].deputy is None
    assert taken(registry, "department,,,").units[UnitId("roads")].level == "department"


def test_the_demo_county_is_good_without_a_warning() -> None:
    read = read_units(DEMO.read_bytes())
    assert isinstance(read, UnitsFile)
    assert (read.warnings, read.ignored) == ((), ())
    assert {role for each in read.directory.contacts.values() for role in each.roles} >= {
        Role.CENTRE,
        Role.HANDLER,
        Role.DIRECT_RESPONSIBLE,
        Role.FIRST_RESPONSIBLE,
        Role.LEADER,
        Role.INSPECTOR,
        Role.AUDITOR,
        *LEADER_POSTS,
    }
    units = read.directory.units
    assert {each.level for each in units.values()} == {"county", "department", "township", "station", "village"}
    assert max(len(read.directory.line_up(unit)) for unit in units) == 3


def test_a_file_without_its_columns_is_no_file_of_units() -> None:
    with pytest.raises(BadFileError, match="unit_name"):
        read_units(b"unit,contact\na,b\n")


def test_a_file_may_say_in_which_language_somebody_is_written_to() -> None:
    read = with_columns(f"{HEAD},en", "roads,交通局,,,,h1,桥立,handler,h1@county.test,,zh-HK", columns="language")
    assert isinstance(read, UnitsFile)
    spoken = {contact.id: contact.language for contact in read.directory.contacts.values() if contact.unit == "roads"}
    assert spoken == {"head": Language.EN, "h1": Language.ZH_HANT}


def test_a_language_that_there_is_not_is_named() -> None:
    read = with_columns(f"{HEAD},法文", columns="language")
    assert not isinstance(read, UnitsFile)
    assert [(error.line, error.column) for error in read] == [(2, "language")]


def test_a_file_without_a_language_leaves_everybody_theirs() -> None:
    registry = FakeRegistry()
    first = with_columns(f"{HEAD},en", columns="language")
    again = with_columns(f"{HEAD},", columns="language")
    back = with_columns(f"{HEAD},zh-Hans", columns="language")
    for read, language in ((first, Language.EN), (again, Language.EN), (back, Language.ZH_HANS)):
        assert isinstance(read, UnitsFile)
        take_units(registry, read)
        assert registry.directory().contacts[ContactId("head")].language is language


# what typing habits and spreadsheets make of a file


def reasons(*rows: str) -> list[str]:
    read = read_units("\n".join([HEADER, CENTRE, *rows]).encode())
    assert not isinstance(read, UnitsFile)
    return [f"{error.column}: {error.reason}" for error in read]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("roads,交通局,,,,h1,路平,handler,h1.county.test,", "email: is not an e-mail address: there is no @"),
        ("roads,交通局,,,,h1,路平,handler,h1@county。test,", "email: is not an e-mail address: it holds Chinese signs"),
        ("roads,交通局,,,,h1,路平,handler,h1 @county.test,", "email: is not an e-mail address: there is a space"),
        ("roads,交通局,,,,h1,路平,handler,a@county.test;b@county.test,", "email: is not one e-mail address"),
        ("roads,交通局,,,,h1,路平,handler,h1@county.test,1.39E+10", "phone: was rounded by the spreadsheet"),
        ("roads,交通局,,,,h1,路平,handler,h1@county.test,13900000001.0", "phone: was rounded by the spreadsheet"),
        ("roads,交通局,,,,h1,路平,handler,h1@county.test,见通讯录", "phone: is not a phone number"),
        (
            "roads,交通局,,,,h1,路平,局长大人,h1@county.test,",
            "roles: one of them is unknown; there are: 受理中心 (centre)",
        ),
        ("交通局,交通局,,,,h1,路平,承办人,h1@county.test,", "unit: may hold small letters, digits and dashes only"),
        (",,,,,h1,路平,承办人,h1@county.test,", "unit: fill it in; of merged cells only the first row has it"),
        (
            "roads，交通局，，，，h1，路平，承办人，h1@county.test",
            "unit: its fields are separated by full-width commas",
        ),
    ],
)
def test_a_usual_mistake_is_told_with_what_to_do(row: str, reason: str) -> None:
    (told,) = reasons(row)
    assert told.startswith(reason)
    assert "路平" not in told


def test_full_width_commas_in_the_first_line_are_named() -> None:
    with pytest.raises(BadFileError, match="full-width commas"):
        read_units("\n".join([HEADER.replace(",", "，"), CENTRE]).encode())


def test_full_width_letters_and_digits_are_taken_as_they_are_meant() -> None:
    row = "ｒｏａｄｓ,交通局,,,,ｈ１,路平,承办人／直接责任人,ｈ１＠ｃｏｕｎｔｙ．ｔｅｓｔ,１３９００００００２７"
    read = read_units("\n".join([HEADER, CENTRE, row]).encode())
    assert isinstance(read, UnitsFile)
    contact = read.directory.contacts[ContactId("h1")]
    assert (contact.unit, contact.email, contact.phone) == ("roads", "h1@county.test", "13900000027")
    assert contact.roles == {Role.HANDLER, Role.DIRECT_RESPONSIBLE}


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("受理中心", Role.CENTRE),
        ("经办人", Role.HANDLER),
        ("承辦人", Role.HANDLER),
        ("第一責任人", Role.FIRST_RESPONSIBLE),
        ("副县长", Role.DEPUTY_HEAD),
        ("秘书长", Role.SECRETARY),
        ("督查员", Role.INSPECTOR),
        ("审计", Role.AUDITOR),
    ],
)
def test_roles_may_be_written_as_people_call_them(name: str, role: Role) -> None:
    read = read_units(f"{HEADER}\n{CENTRE}\nroads,交通局,,,,h1,路平,{name},h1@county.test,".encode())
    assert isinstance(read, UnitsFile)
    assert read.directory.contacts[ContactId("h1")].roles == {role}


@pytest.mark.parametrize("phone", ["1390000002", "139000000277"])
def test_a_mobile_number_of_a_wrong_length_is_pointed_out_and_taken(phone: str) -> None:
    read = read_units(f"{HEADER}\n{CENTRE}\nroads,交通局,,,,h1,路平,承办人,h1@county.test,{phone}".encode())
    assert isinstance(read, UnitsFile)
    (note,) = [each for each in read.warnings if "11 digits" in each]
    assert note.startswith("line 3, phone:")
    assert phone not in note


def test_the_template_alone_says_that_its_rows_are_examples() -> None:
    assert template().startswith(b"\xef\xbb\xbf")
    with pytest.raises(BadFileError, match="rows that begin with # are explanations and examples"):
        read_units(template())


def test_the_examples_of_the_template_are_a_good_file_once_the_sign_before_them_is_gone() -> None:
    text = template().decode("utf-8-sig").replace("#例 ", "")
    read = read_units(text.encode("gb18030"))
    assert isinstance(read, UnitsFile)
    assert not [each for each in read.warnings if "nobody" in each and "role" not in each]
    assert len(read.directory.contacts) == text.count("@")
    assert [*read.directory.mailboxes] == ["county"]
    assert {"centre", "inspector", "head"} <= {role for c in read.directory.contacts.values() for role in c.roles}


def test_every_column_may_be_called_by_its_chinese_name() -> None:
    assert sorted(CHINESE.values()) == sorted([*REQUIRED, *OPTIONAL])
