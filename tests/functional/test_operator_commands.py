"""What the operator types, and what comes of it: import-units, import-letters, new-link, load-calendar."""

from dataclasses import replace
from datetime import time
from pathlib import Path

import pytest

from chalicelib.adapters.calendar_files import parse_notice, shipped_calendar
from chalicelib.domain.directory import Directory, Mailbox
from chalicelib.domain.letter import ContactId, MailboxId, Role, UnitId
from chalicelib.domain.rules import FetchRule
from chalicelib.domain.working_calendar import WorkingCalendar
from chalicelib.ports import Change, ConflictError
from chalicelib.services.notices import loaded_notices
from infra.cli import main
from tests.builders import ROADS, SHANGHAI, a_contact
from tests.fakes.store import FakeLetterStore
from tests.functional.world import LINK, World

UNITS = "unit,unit_name,parent,mailbox,mailbox_name,contact,name,roles,email,phone\n"
CLERK = "centre,unit centre,,county,county box,clerk,name of clerk,centre,clerk@county.test,\n"
LETTERS = "source_number,subject,body,written_at,answer,answered_at,remark\n"
NEW = "1,桥头的路灯,坏了三周,2016-05-09,,,\n"
ANSWERED = "2,桥头的路灯,坏了三周,2016-05-09,修好了,2016-05-10,\n"

NOTICE = """
schedule_year = 2027
published_on = 2026-11-20
source = "made up for a test"

[[festivals]]
name = "元旦"
off = [2027-01-01, 2027-01-02, 2027-01-03, 2027-01-04]
work = [2027-01-09]

[[festivals]]
name = "春节"
off = [2027-02-05, 2027-02-06, 2027-02-07, 2027-02-08, 2027-02-09, 2027-02-10, 2027-02-11, 2027-02-12]
work = [2027-01-31, 2027-02-20]

[[festivals]]
name = "清明节"
off = [2027-04-03, 2027-04-04, 2027-04-05]

[[festivals]]
name = "劳动节"
off = [2027-05-01, 2027-05-02, 2027-05-03, 2027-05-04, 2027-05-05]
work = [2027-05-08]

[[festivals]]
name = "端午节"
off = [2027-06-09]

[[festivals]]
name = "中秋节"
off = [2027-09-15]

[[festivals]]
name = "国庆节"
off = [2027-10-01, 2027-10-02, 2027-10-03, 2027-10-04, 2027-10-05, 2027-10-06, 2027-10-07]
work = [2027-09-26, 2027-10-09]
"""
"""A schedule for 2027 that adds up (248 working days); nobody has published it."""


@pytest.fixture
def typed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> "Typed":
    return Typed(tmp_path, capsys)


class Typed:
    """Types a command with a file; what it printed comes back with its exit code."""

    def __init__(self, folder: Path, screen: pytest.CaptureFixture[str]) -> None:
        self._folder, self._screen = folder, screen

    def __call__(self, command: str, content: str | None = None, *options: str) -> tuple[int, str, str]:
        words = [command]
        if content is not None:
            (self._folder / "file").write_text(content, encoding="utf-8")
            words.append(str(self._folder / "file"))
        code = main([*words, *options])
        said = self._screen.readouterr()
        return code, said.out, said.err


# import-units


def test_a_good_file_of_units_is_loaded_and_said_so(world: World, typed: Typed) -> None:
    code, out, _ = typed("import-units", UNITS + CLERK + "parks,园林局,,,,p1,林青,承办人,p1@county.test,\n")
    assert (code, out.splitlines()[-1]) == (0, "loaded: 2 new, 0 changed, 3 as before")
    assert world.contact("p1").roles == {Role.HANDLER}


def test_contacts_that_are_not_in_the_file_stay(world: World, typed: Typed) -> None:
    before = world.registry.directory().contacts
    typed("import-units", UNITS + CLERK)
    assert world.registry.directory().contacts == before


def test_a_file_with_one_bad_row_loads_nothing_at_all(world: World, typed: Typed) -> None:
    before = world.everything()
    code, out, err = typed(
        "import-units",
        UNITS + "parks,园林局,,,,p1,林青,承办人,p1@county.test,\nzoo,动物园,,,,z1,,boss,z1@county.test,\n",
    )
    assert (code, out) == (1, "")
    assert "nothing was loaded" in err
    assert "line 3, name: fill it in" in err
    assert "line 3, roles: one of them is unknown" in err
    assert world.everything() == before


def test_check_loads_nothing_and_shows_what_is_odd(world: World, typed: Typed) -> None:
    before = world.everything()
    code, out, _ = typed("import-units", "remark," + UNITS + "," + CLERK, "--check")
    assert code == 0
    assert "note: nobody has the role inspector" in out
    assert "note: columns not used: remark" in out
    assert "good; 1 contacts in 1 units" in out
    assert world.everything() == before


def test_loading_a_contact_again_leaves_their_links_working(world: World, typed: Typed) -> None:
    """The epoch is kept: a changed phone number must not throw anybody out."""
    world.registry.raise_epoch(ContactId("clerk"))
    desk = world.desk("clerk")
    _, out, _ = typed("import-units", UNITS + CLERK.replace(",\n", ",13900000001\n"))
    assert "1 changed" in out
    assert world.contact("clerk").phone == "13900000001"
    assert world.contact("clerk").epoch == 1
    assert desk.call("GET", "/desk").status == 200


def test_the_same_file_again_changes_nothing(world: World, typed: Typed) -> None:
    """Nor does a file know of links that were revoked meanwhile."""
    typed("import-units", UNITS + CLERK)
    world.registry.raise_epoch(ContactId("clerk"))
    before = world.everything()
    assert typed("import-units", UNITS + CLERK)[1].endswith("loaded: 0 new, 0 changed, 3 as before\n")
    assert world.everything() == before


@pytest.mark.parametrize("command", ["import-units", "import-letters", "load-calendar"])
def test_a_file_that_is_not_there_is_named(world: World, typed: Typed, command: str) -> None:
    code, _, err = typed(command, None, "/no/such/file")
    assert (code, "/no/such/file" in err) == (1, True)


def test_a_template_is_written_once_and_says_what_to_do_with_it(typed: Typed, tmp_path: Path) -> None:
    file = tmp_path / "units.csv"
    code, out, _ = typed("import-units", None, "--template", str(file))
    assert (code, "save it as CSV UTF-8" in out) == (0, True)
    before = file.read_bytes()
    assert before.startswith(b"\xef\xbb\xbf")
    assert typed("import-units", None, "--template", str(file))[0] == 1
    assert file.read_bytes() == before


def test_without_a_file_the_way_to_begin_is_said(typed: Typed) -> None:
    code, _, err = typed("import-units")
    assert (code, "--template units.csv" in err) == (1, True)


def test_how_much_there_is_to_correct_is_summed_up(world: World, typed: Typed) -> None:
    _, _, err = typed("import-units", UNITS + "parks,园林局,,,,p1,,,p1@county.test,\nzoo,动物园,,,,z1,甲,boss,z1,\n")
    assert "4 to correct in 2 rows" in err


# import-letters


def test_letters_are_imported_with_progress_and_a_summary(world: World, typed: Typed) -> None:
    rows = LETTERS + NEW + ANSWERED + NEW + "4,,,2016-05-09,,,\n"
    code, out, _ = typed("import-letters", rows, "--source", "wenzheng", "--kind", "complaint")
    assert code == 0
    assert "4 of 4 rows" in out
    assert "imported: 1 new letters, 1 answered ones as history; 0 were there already; 2 refused" in out
    assert "refused: number 1, line 4, source_number: stands in line 2 already" in out
    assert "refused: number 4, line 5, body: subject and body are both empty" in out
    assert "note: columns not used: remark" in out
    assert "history in the ledger: ledger/import=wenzheng-" in out
    assert {(letter.source, letter.kind.value) for letter in world.letters.letters()} == {("wenzheng", "complaint")}


def test_letters_go_to_the_mailbox_that_is_named_and_an_unknown_one_is_refused(world: World, typed: Typed) -> None:
    world.people(Directory.of([], [], [Mailbox(MailboxId("roads"), "roads", UnitId("roads"))]))
    code, _, err = typed("import-letters", LETTERS + NEW, "--mailbox", "nowhere")
    assert (code, "there are: county, roads" in err) == (1, True)
    assert typed("import-letters", LETTERS + NEW, "--mailbox", "roads")[0] == 0
    assert [letter.mailbox for letter in world.letters.letters()] == ["roads"]


def test_a_source_that_the_rulebook_does_not_list_is_pointed_out(world: World, typed: Typed) -> None:
    """It may be an old system; or a slip of the pen, after which every letter would come in twice."""
    listed = [each.id for each in world.installation.rulebook.sources]
    assert listed
    _, out, _ = typed("import-letters", LETTERS + NEW, "--source", "old-system")
    assert f"note: the rulebook lists no source old-system; it lists: {', '.join(listed)}" in out
    assert "1 new letters" in out
    for fine in ([], ["--source", listed[-1]]):
        assert "lists no source" not in typed("import-letters", LETTERS + NEW, *fine)[1]


def test_a_file_can_be_left_in_the_inbox_for_the_next_fetching(world: World, typed: Typed) -> None:
    rule = FetchRule(at=(time(9), time(15)))
    world.open(rulebook=world.installation.rulebook.model_copy(update={"fetch": rule, "sources": ()}))
    code, out, _ = typed("import-letters", LETTERS + NEW, "--source", "wenzheng", "--inbox")
    assert code == 0
    assert "fetched on working days at 09:00 and 15:00" in out
    assert not list(world.letters.letters())
    assert world.run("fetch").new == 1
    assert [letter.source for letter in world.letters.letters()] == ["wenzheng"]


def test_the_same_letters_again_are_there_already(world: World, typed: Typed) -> None:
    typed("import-letters", LETTERS + NEW + ANSWERED)
    code, out, _ = typed("import-letters", LETTERS + NEW + ANSWERED)
    assert code == 0
    assert "0 new letters, 0 answered ones as history; 2 were there already; 0 refused" in out


def test_letters_are_checked_without_importing_them(world: World, typed: Typed) -> None:
    code, out, _ = typed("import-letters", LETTERS + NEW + ANSWERED + "3,,,2016-05-09,,,\n", "--check")
    assert code == 0
    assert "would be imported: 1 new letters, 1 answered ones as history; 1 refused" in out
    assert not list(world.letters.letters())


def test_a_file_of_which_nothing_can_be_imported_is_an_error(world: World, typed: Typed) -> None:
    code, out, err = typed("import-letters", LETTERS + "3,,,2016-05-09,,,\n")
    assert (code, err) == (1, "nothing could be imported\n")
    assert "1 refused" in out


def test_of_many_refused_rows_twenty_are_shown_and_all_are_counted(world: World, typed: Typed) -> None:
    _, out, _ = typed("import-letters", LETTERS + NEW * 31)
    assert out.count("refused: number") == 20
    assert "30 refused, source_number: stands in an earlier line already" in out


def test_a_bad_file_of_letters_is_refused_in_words(world: World, typed: Typed) -> None:
    code, _, err = typed("import-letters", "number,text\n1,a\n")
    assert code == 1
    assert "must name these columns too: source_number, subject, body, written_at" in err


class Contended(FakeLetterStore):
    """A store in which somebody is always faster."""

    def commit(self, change: Change) -> None:  # noqa: ARG002  the port's
        raise ConflictError


def test_a_store_that_cannot_keep_up_is_said_with_what_to_do(world: World, typed: Typed) -> None:
    world.open(letters=Contended(world.outbox, SHANGHAI))
    code, _, err = typed("import-letters", LETTERS + NEW)
    assert code == 1
    assert "run the same command again" in err


def test_nothing_a_citizen_wrote_is_printed(world: World, typed: Typed) -> None:
    rows = LETTERS + NEW + "5,秘密,秘密,not a time,,,\n" + "6,秘密,秘密,2016-05-09,秘密,秘密,\n"
    said = "".join(typed("import-letters", rows)[1:])
    assert "秘密" not in said
    assert "路灯" not in said


# new-link


def test_a_link_is_printed_that_opens_the_desk(world: World, typed: Typed) -> None:
    code, out, _ = typed("new-link", None, "Clerk@county.test")
    found = LINK.fullmatch(out.strip())
    assert (code, found is not None) == (0, True)
    assert found is not None
    headers = {"Authorization": f"Bearer {found.group(1)}"}
    assert world.call("GET", "/desk", headers=headers)["contact"]["id"] == "clerk"


def test_a_link_is_shown_once_with_the_warning_that_it_is_a_key(world: World, typed: Typed) -> None:
    """The warning goes apart, so that the link alone can be piped; it holds no link itself."""
    _, out, err = typed("new-link", None, "clerk@county.test")
    assert len(out.splitlines()) == 1
    assert "is a key" in err
    assert "until 2026-12-04 10:00" in err
    assert out.strip().rpartition("#")[2] not in err


def test_revoke_ends_every_earlier_link_and_gives_one_that_works(world: World, typed: Typed) -> None:
    before = typed("new-link", None, "clerk@county.test")[1]
    after = typed("new-link", None, "clerk@county.test", "--revoke")[1]
    answers = [
        world.call("GET", "/desk", headers={"Authorization": f"Bearer {link.strip().rpartition('#')[2]}"}).status
        for link in (before, after)
    ]
    assert answers == [401, 200]


def test_a_disabled_person_is_out_for_good_until_a_file_says_otherwise(world: World, typed: Typed) -> None:
    """Every entry with the address; and loading the old file again, which says nothing of it, changes nothing."""
    twin = replace(world.contact("clerk"), id=ContactId("twin"), unit=ROADS)
    world.people(Directory.of([], [twin], []))
    before = typed("new-link", None, "clerk@county.test")[1]
    assert typed("new-link", None, "Clerk@county.test", "--disable")[:2] == (
        0,
        "disabled; every link given out before has ended\n",
    )
    headers = {"Authorization": f"Bearer {before.strip().rpartition('#')[2]}"}
    assert world.call("GET", "/desk", headers=headers).status == 401
    assert [world.contact(each).active for each in ("clerk", "twin")] == [False, False]
    assert typed("import-units", UNITS + CLERK)[1].splitlines()[-1] == "loaded: 0 new, 0 changed, 3 as before"
    code, _, err = typed("new-link", None, "clerk@county.test")
    assert (code, "was disabled" in err) == (1, True)

    columns, row = UNITS.strip() + ",active\n", CLERK.strip()
    typed("import-units", columns + row + ",yes\n")
    assert typed("new-link", None, "clerk@county.test")[0] == 0
    assert world.call("GET", "/desk", headers=headers).status == 401
    typed("import-units", columns + row + ",否\n")
    assert not world.contact("clerk").active


def test_nobody_with_this_address_is_said_without_repeating_it(world: World, typed: Typed) -> None:
    code, out, err = typed("new-link", None, "stranger@county.test")
    assert (code, out) == (1, "")
    assert "Nobody has this e-mail address" in err
    assert "stranger" not in err


# load-calendar


@pytest.fixture
def december(world: World) -> World:
    """Wed 30 Dec 2026, past the last published notice; the installation reads the notices that are loaded."""

    def calendar() -> WorkingCalendar:
        return shipped_calendar(loaded=[parse_notice(text, "loaded") for text in loaded_notices(world.jobs)])

    world.open(calendar=calendar)
    world.at("2026-12-30 10:00")
    return world


def due(world: World, code: str) -> tuple[str, bool]:
    (clock,) = world.file(code).clocks
    return clock.due_on.isoformat(), clock.provisional


def test_a_loaded_notice_makes_dates_certain_from_the_next_letter_on(december: World, typed: Typed) -> None:
    before = december.send_letter()
    assert due(december, before.code) == ("2027-01-04", True)
    assert december.call("GET", "/health")["calendar"]["certain_through"] == "2026-12-28"
    code, out, _ = typed("load-calendar", NOTICE)
    assert (code, out) == (0, "loaded; dates are certain through 2027-12-28\n")
    assert december.call("GET", "/health")["calendar"]["certain_through"] == "2027-12-28"
    assert due(december, december.send_letter().code) == ("2027-01-05", False)


def test_open_limits_are_counted_again_when_the_sweep_visits_them(december: World, typed: Typed) -> None:
    """The notice of the test gives 4 January off, which was taken for a working day. Those concerned are told."""
    citizen = december.send_letter()
    typed("load-calendar", NOTICE)
    assert due(december, citizen.code) == ("2027-01-04", True)
    december.at("2027-01-04 15:00")
    december.run("sweep")
    assert due(december, citizen.code) == ("2027-01-05", False)
    recount = next(event for event in december.file(citizen.code).events if event.move == "recount")
    assert [each["due_on"] for each in recount.facts["before"]] == ["2027-01-04"]  # type: ignore[attr-defined]
    assert {each.recipient for each in december.outbox.messages.values() if each.template == "limit_recounted"} == {
        "clerk",
        "writer",
    }


def test_a_notice_loaded_twice_counts_once(december: World, typed: Typed) -> None:
    typed("load-calendar", NOTICE)
    code, out, _ = typed("load-calendar", NOTICE, "--yes")
    assert (code, out.splitlines()[-1]) == (0, "was loaded before; dates are certain through 2027-12-28")
    assert len(loaded_notices(december.jobs)) == 1


def test_a_notice_that_does_not_add_up_needs_a_yes(december: World, typed: Typed) -> None:
    odd = NOTICE.replace(", 2027-10-07]", "]")
    code, out, err = typed("load-calendar", odd)
    assert (code, out) == (1, "check: 2027 would have 249 working days, 248 are expected\n")
    assert "--yes" in err
    assert loaded_notices(december.jobs) == ()
    assert typed("load-calendar", odd, "--yes")[0] == 0
    assert len(loaded_notices(december.jobs)) == 1


def test_a_revision_is_checked_together_with_the_notice_loaded_before(december: World, typed: Typed) -> None:
    """Alone, it names one festival only and could not add up."""
    typed("load-calendar", NOTICE)
    revision = (
        NOTICE[: NOTICE.index("[[festivals]]")].replace("2026-11-20", "2026-12-20")
        + '[[festivals]]\nname = "端午节"\noff = [2027-06-09, 2027-06-10]\nwork = [2027-06-12]\n'
    )
    assert typed("load-calendar", revision)[:2] == (0, "loaded; dates are certain through 2027-12-28\n")


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("schedule_year =", "is no TOML"),
        (NOTICE.replace("source", "sauce"), "sauce: is not known here"),
        (NOTICE.replace('"made up for a test"', '""'), "source: must be a text"),
        (NOTICE.replace("2027-06-09", '"2027-06-09"'), "festivals[4].off[0]: must be a date"),
        (NOTICE.replace("2027-06-09", "2027-09-15"), "festivals[5].off: 2027-09-15 is listed twice"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_key_and_reason(
    december: World, typed: Typed, content: str, named: str
) -> None:
    code, _, err = typed("load-calendar", content, "--yes")
    assert (code, err.startswith("file: ")) == (1, True)
    assert named in err
    assert loaded_notices(december.jobs) == ()


def test_a_notice_that_is_no_utf_8_is_refused(december: World, tmp_path: Path) -> None:
    (tmp_path / "n.toml").write_bytes(NOTICE.encode("gb18030"))
    assert main(["load-calendar", str(tmp_path / "n.toml")]) == 1


def test_the_watch_tells_the_centre_until_a_notice_is_loaded(december: World, typed: Typed) -> None:
    """Every centre contact, once a week at most."""
    december.registry.put([], [a_contact("clerk-2", ROADS, Role.CENTRE)], [])
    assert december.run("calendar_watch").told == 2
    december.later(days=1)
    december.run("calendar_watch")
    told = [each for each in december.outbox.messages.values() if each.template == "calendar_ends"]
    assert sorted(each.recipient for each in told) == ["clerk", "clerk-2"]
    typed("load-calendar", NOTICE)
    december.later(days=7)
    assert december.run("calendar_watch").told == 0


# which installation


def test_a_home_without_a_stand_is_named_with_what_to_start(typed: Typed, tmp_path: Path) -> None:
    code, _, err = typed("new-link", None, "clerk@county.test", "--home", str(tmp_path))
    assert code == 1
    assert str(tmp_path) in err
    assert "python -m infra stand" in err


def test_an_environment_that_names_half_an_installation_is_an_error_and_no_stand_is_taken(
    typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A forgotten setting must not send a real county's letters into a stand that happens to run."""
    monkeypatch.setenv("HUIYIN_TABLE", "huiyin")
    code, _, err = typed("new-link", None, "clerk@county.test")
    assert code == 1
    assert "The environment does not describe an installation: " in err
