"""What the operator gets from what-if: of a file without anything running, and of the closed ledger."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest

from chalicelib.domain.letter import Complexity, Kind
from chalicelib.domain.payloads import (
    Answer,
    AnswerChannel,
    Assign,
    Classify,
    ContactWriter,
    GrantExtension,
    Nothing,
    Reopen,
    RequestExtension,
)
from chalicelib.domain.periods import parse_period
from chalicelib.domain.rulebook import Rulebook
from chalicelib.domain.what_if import Case, Tally, Verdict
from chalicelib.domain.what_if_ledger import Reading
from chalicelib.domain.workflow import Move
from chalicelib.services.reporting.ledger import LedgerDamagedError
from chalicelib.services.reports import make_report
from chalicelib.services.what_if import Letters, column, verdicts
from chalicelib.services.what_if_ledger import NothingClosedError, letters_of_ledger
from infra.cli import main
from tests.builders import CLERK, ROADS, SHANGHAI, WATER, WRITER, calendar, moved, rulebook
from tests.functional.test_import_letters import ANSWER, a_file, take
from tests.functional.test_reports import chained_again
from tests.functional.world import World
from tests.reporting import HANDLERS, County, a_week, nov

BOOKS = ("hefei-2008", "shuangfeng-2018", "pingliang-2012", "bengbu-2014", "chongqing-2005")
SUNDAY = date(2026, 11, 22)


def called(book: str) -> str:
    """As it is written: with its version."""
    return f"{book}@{rulebook(book).version}"


# from a file


@pytest.fixture
def ask(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Type what-if about a file; no stand, no settings."""

    def typed(data: bytes, *options: str, kind: str = "consultation") -> tuple[int, str, str]:
        file = tmp_path / "letters.csv"
        file.write_bytes(data)
        home = ("--home", str(tmp_path / "nothing"))
        code = main(["what-if", "--letters", str(file), "--kind", kind, *home, *options])
        said = capsys.readouterr()
        return code, said.out, said.err

    return typed


Ask = Callable[..., tuple[int, str, str]]
THREE = a_file(
    ANSWER,
    {**ANSWER, "answered_at": "2016-05-12"},
    {},
    {"written_at": "2016-05-09", **ANSWER, "body": "", "subject": ""},
)
"""Written on Monday 9 May 2016: answered on Tuesday, on Thursday, not at all; and a row that cannot be imported."""


def test_json_has_the_counts_and_every_letter_they_are_made_of(ask: Ask) -> None:
    code, out, err = ask(THREE, "--rulebook", "shuangfeng-2018", "--as-of", "2016-05-11", "--json")
    said = json.loads(out)
    assert (code, err) == (0, "")
    assert {name: said[name] for name in ("letters", "on_time", "late", "open", "open_late", "refused")} == {
        "letters": 3,
        "on_time": 1,
        "late": 1,
        "open": 1,
        "open_late": 0,
        "refused": 1,
    }
    assert (said["rulebook"], said["kind"], said["as_of"]) == (called("shuangfeng-2018"), "consultation", "2016-05-11")
    assert said["calendar"] == calendar().version
    assert [(each["line"], each["column"]) for each in said["refusals"]] == [(5, "body")]
    assert [(each["source_number"], each["on_time"], each["open"]) for each in said["each"]] == [
        ("1001", True, False),
        ("1002", False, False),
        ("1003", None, True),
    ]
    assert said["each"][1] == {
        "source_number": "1002",
        "unit": "",
        "kind": "consultation",
        "on_time": False,
        "open": False,
        "past_limit": True,
        "limit": 2,
        "counted_in": "working_days",
        "granted": 0,
        "clause": "SF-3.3.3",
        "received_on": "2016-05-09",
        "done_on": "2016-05-12",
        "answered_on": "2016-05-12",
        "due_on": "2016-05-11",
        "provisional": False,
        "working_days_used": 3,
    }
    (unit,) = said["by_unit"]
    assert (unit["unit"], unit["letters"], unit["on_time"], unit["late"], unit["open"]) == ("", 3, 1, 1, 1)
    assert said["beside"] == []


def test_json_sets_each_rulebook_that_was_named_beside_the_first(ask: Ask) -> None:
    named = [word for book in BOOKS for word in ("--rulebook", book)]
    said = json.loads(ask(THREE, *named, "--rulebook", "hefei-2008", "--json")[1])
    every = [said, *said["beside"]]
    assert [each["rulebook"].partition("@")[0] for each in every] == list(BOOKS)
    assert [(each["on_time"], each["late"]) for each in every] == [(2, 0), (1, 1), (2, 0), (2, 0), (2, 0)]
    assert [each["turned_late"] for each in every] == [0, 1, 0, 0, 0]
    assert all(len(each["each"]) == each["letters"] == 3 for each in every)


def test_the_table_has_a_column_for_each_rulebook_and_says_what_was_refused(ask: Ask) -> None:
    code, out, _ = ask(THREE, "--rulebook", "hefei-2008", "--rulebook", "shuangfeng-2018")
    assert code == 0
    lines = [line.split("  ") for line in out.splitlines()]
    cells = {cells[0]: [cell.strip() for cell in cells[1:] if cell.strip()] for cells in lines if len(cells) > 1}
    assert cells["in time"] == ["2", "1"]
    assert cells["late"] == ["0", "1"]
    assert cells["open"] == ["1", "1"]
    assert cells["咨询, limit"] == ["3 working days (HF-2.2)", "2 working days (SF-3.3.3)"]
    assert cells[f"late, but in time under {called('hefei-2008')}"] == ["0", "1"]
    assert "合肥市“网上信箱”电子监察办法" in out
    assert "refused: number 1004, line 5, body: subject and body are both empty" in out


def test_chinese_titles_do_not_shift_the_columns(ask: Ask) -> None:
    out = ask(THREE, "--rulebook", "hefei-2008", "--rulebook", "shuangfeng-2018")[1]
    first, titles = [line for line in out.splitlines() if f"{called('hefei-2008')}  " in line or "合肥市" in line][:2]
    before = titles[: titles.index("双峰县")]
    wide = sum(1 for char in before if ord(char) > 0x2E80)
    quotes = sum(1 for char in before if char in "“”")
    assert first.index("shuangfeng") in {len(before) + wide, len(before) + wide + quotes}


def test_the_rulebook_in_force_on_a_stand_that_need_not_run_stands_first(ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    (tmp_path / "nothing" / "environment.json").write_text('{"HUIYIN_RULEBOOK": "bengbu-2014"}')
    out = ask(THREE, "--rulebook", "hefei-2008")[1]
    assert f"{called('bengbu-2014')} (in force)  " in out
    said = json.loads(ask(THREE, "--rulebook", "hefei-2008", "--json")[1])
    assert (said["rulebook"], said["in_force_here"]) == (called("hefei-2008"), False)
    assert [(each["rulebook"], each["in_force_here"]) for each in said["beside"]] == [(called("bengbu-2014"), True)]


def test_a_countys_own_changed_version_may_be_asked_about(ask: Ask, tmp_path: Path) -> None:
    shipped = Path("chalicelib/rulebooks/shuangfeng-2018.toml").read_text(encoding="utf-8")
    own = tmp_path / "shuangfeng-2018.toml"
    changed = re.sub("^version = .*", 'version = "ours"', shipped, flags=re.MULTILINE).replace(
        "handle = { number = 2,", "handle = { number = 1,"
    )
    own.write_text(changed, encoding="utf-8")
    two = a_file({**ANSWER, "answered_at": "2016-05-11"})
    said = json.loads(ask(two, "--rulebook", "shuangfeng-2018", "--rulebook", str(own), "--json")[1])
    (beside,) = said["beside"]
    assert (said["on_time"], beside["rulebook"], beside["on_time"]) == (1, "shuangfeng-2018@ours", 0)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--rulebook", "atlantis-1999"), "no such rulebook"),
        (("--rulebook", "hefei-2008", "--period", "2016"), "either a file of letters or a period"),
    ],
)
def test_what_cannot_be_asked_is_said(ask: Ask, options: tuple[str, ...], words: str) -> None:
    code, out, err = ask(THREE, *options)
    assert (code, out) == (1, "")
    assert words in err


def test_a_file_that_cannot_be_read_or_has_no_good_row_ends_with_an_error(ask: Ask) -> None:
    code, _, err = ask(b"PK\x03\x04", "--rulebook", "hefei-2008")
    assert (code, "workbook" in err) == (1, True)
    code, _, err = ask(a_file({"written_at": ""}), "--rulebook", "hefei-2008")
    assert (code, err) == (1, "no letter could be counted\n")


def test_the_kind_of_a_files_letters_must_be_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "letters.csv").write_bytes(THREE)
    assert main(["what-if", "--rulebook", "hefei-2008", "--letters", str(tmp_path / "letters.csv")]) == 1
    assert "--kind consultation, complaint" in capsys.readouterr().err


def test_nothing_that_stands_in_the_file_is_printed_but_its_numbers(ask: Ask) -> None:
    for options in ((), ("--json",)):
        out = ask(THREE, "--rulebook", "hefei-2008", *options)[1]
        for word in ("欧阳", "路灯", "北山镇"):
            assert word not in out


# from the ledger


def asked(county: County, period: str | None = None, through: date = SUNDAY) -> Letters:
    """About the county's ledger, closed through this day."""
    county.close_through(through)
    named = parse_period(period) if period else None
    return letters_of_ledger(county.reports, named, calendar(), SHANGHAI, through + timedelta(days=1))


def total(letters: Letters, book: str = "shuangfeng-2018") -> Tally:
    return column(letters, rulebook(book), rulebook(book)).figures.total


def counts(letters: Letters, book: str = "shuangfeng-2018") -> tuple[int, int, int, int]:
    tally = total(letters, book)
    return tally.on_time, tally.late, tally.open, tally.open_late


def by_code(letters: Letters, book: Rulebook) -> dict[str, tuple[Case, Verdict]]:
    return {case.letter: (case, verdict) for case, verdict in verdicts(letters, book)}


def due(letters: Letters, code: str, book: str = "shuangfeng-2018") -> date | None:
    clock = by_code(letters, rulebook(book))[code][1].clock
    return clock.due_on if clock else None


def test_under_the_rulebook_in_force_the_figures_are_those_of_the_report() -> None:
    county = a_week()
    letters = asked(county, "2026-W47")
    make_report(county.office(), parse_period("2026-W47"))
    report = json.loads(county.reports.files["reports/weekly/2026-W47/report.json"])
    figures = column(letters, rulebook(), rulebook()).figures
    rows = {row["key"]: row["cells"] for row in report["by_unit"]}
    assert (figures.total.on_time, figures.total.late) == (4, 1)
    for name in ("on_time", "late", "open"):
        assert getattr(figures.total, name) == report["total"]["cells"][name]["count"], name
        for unit, tally in figures.by_unit.items():
            assert getattr(tally, name) == rows[unit][name]["count"], (unit, name)


def test_the_week_under_each_rulebook() -> None:
    """`late` took four working days, the accusation and the redone complaint one or two each; three are open."""
    letters = asked(a_week(), "2026-W47")
    came = {book: counts(letters, book) for book in BOOKS}
    assert came == {
        "hefei-2008": (4, 1, 3, 0),
        "shuangfeng-2018": (4, 1, 3, 0),
        "pingliang-2012": (5, 0, 3, 0),
        "bengbu-2014": (5, 0, 3, 0),
        "chongqing-2005": (5, 0, 3, 0),
    }
    assert total(letters).without_limit == 2  # never accepted; given back to the centre


def test_a_letter_is_counted_from_when_the_answering_unit_received_it() -> None:
    case, verdict = by_code(asked(a_week(), "2026-W47"), rulebook())["moved"]
    assert (case.unit, case.terms[0].started_on, case.answered_on) == ("water", date(2026, 11, 19), date(2026, 11, 20))
    assert verdict.clock is not None
    assert verdict.clock.due_on == date(2026, 11, 23)


def test_days_that_were_granted_count_as_far_as_the_rulebook_knows_of_any() -> None:
    """A suggestion received on Tuesday the 17th, five days granted. Bengbu and Pingliang grant none."""
    letters = asked(a_week(), "2026-W47")
    assert {book: due(letters, "extended", book) for book in BOOKS} == {
        "hefei-2008": date(2026, 12, 8),
        "shuangfeng-2018": date(2026, 12, 1),
        "pingliang-2012": date(2026, 11, 24),
        "bengbu-2014": date(2026, 11, 26),
        "chongqing-2005": date(2026, 12, 8),
    }


def test_accusations_and_letters_about_an_office_count_and_are_named_nowhere() -> None:
    case, _ = by_code(asked(a_week(), "2026-W47"), rulebook())["accused"]
    assert case.withheld


def test_a_letter_about_an_office_that_nobody_has_yet_shows_in_no_units_row() -> None:
    county = County()
    county.write("about", nov(16), Kind.COMPLAINT, about_units=(WATER,))
    figures = column(asked(county), rulebook(), rulebook()).figures
    assert (figures.total.open, figures.by_unit) == (1, {})


def test_only_answers_of_the_period_and_what_is_open_at_its_end_count() -> None:
    """On Tuesday evening the 17th: two answers; open are redone and extended."""
    county = a_week()
    asked(county)
    tuesday = letters_of_ledger(county.reports, parse_period("2026-11-17"), calendar(), SHANGHAI, SUNDAY)
    assert counts(tuesday) == (1, 1, 3, 0)
    assert set(by_code(tuesday, rulebook())) == {"late", "consult", "moved", "redone", "extended"}
    assert tuesday.as_of == date(2026, 11, 17)
    friday = letters_of_ledger(county.reports, parse_period("2026-11-20"), calendar(), SHANGHAI, SUNDAY)
    assert set(by_code(friday, rulebook())) == {"moved", "redone", "accused", "extended", "untouched", "returned"}


def test_an_answer_that_missed_its_days_file_counts_once_the_next_is_closed() -> None:
    """Given on Sunday at 23:59:50, written twenty seconds later: in Monday's file."""
    county, night = a_week(), nov(22, 23, 59) + timedelta(seconds=50)
    payload = Answer(body="已经修复。", channel=AnswerChannel.WEB)
    change = moved(county.file("extended"), Move.ANSWER, payload, HANDLERS[WATER], night)
    late = chained_again(change.events[0], night + timedelta(seconds=20))
    county.letters.commit(replace(change, events=(late,), after=replace(change.after, last_hash=late.hash)))
    assert counts(asked(county, "2026-W47")) == (4, 1, 3, 0)
    assert counts(asked(county, "2026-W47", through=date(2026, 11, 24))) == (5, 1, 2, 0)


def test_a_period_that_goes_on_ends_with_the_last_closed_day() -> None:
    assert asked(a_week(), "2026-11").as_of == SUNDAY


def test_a_period_of_which_no_day_is_closed_is_refused() -> None:
    with pytest.raises(NothingClosedError, match="2026-12: no day of it is closed; the ledger ends with 2026-11-22"):
        asked(a_week(), "2026-12")


def test_a_damaged_ledger_makes_no_figures() -> None:
    county = a_week()
    asked(county)
    county.reports.files["ledger/day=2026-11-17/events.jsonl.gz"] = b"nothing"
    with pytest.raises(LedgerDamagedError):
        asked(county)


def test_the_order_of_lines_and_lines_that_come_twice_change_nothing() -> None:
    lines = a_week().lines()
    mixed = [*lines, *lines[::3]]
    Random(3).shuffle(mixed)  # noqa: S311  the same order each time
    one, other = Reading(None, SUNDAY, SHANGHAI), Reading(None, SUNDAY, SHANGHAI)
    for line in lines:
        one.add(line)
    for line in mixed:
        other.add(line)
    assert list(one.cases()) == list(other.cases())
    assert len(list(one.cases())) == 8


def test_an_answer_that_was_sent_back_counts_by_the_one_that_stands_and_by_every_try() -> None:
    """Answered late on Thursday, sent back, done again in time: it stays late, as in the reports."""
    county = County()
    county.write("redone", nov(16))
    county.give("redone", nov(16, 11), ROADS)
    county.answer("redone", nov(19))
    county.send_back("redone", nov(19, 15))
    county.answer("redone", nov(20))
    letters = asked(county)
    case, verdict = by_code(letters, rulebook())["redone"]
    assert [(term.started_on.day, term.redo) for term in case.terms] == [(16, False), (19, True)]
    assert verdict.clock is not None
    assert (counts(letters), verdict.clock.due_on) == ((0, 1, 0, 0), date(2026, 11, 18))
    assert counts(letters, "hefei-2008") == (1, 0, 0, 0)


def test_a_letter_whose_answer_was_sent_back_is_open_until_the_next() -> None:
    county = County()
    county.write("redone", nov(16))
    county.give("redone", nov(16, 11), ROADS)
    county.answer("redone", nov(17))
    county.send_back("redone", nov(17, 15))
    letters = asked(county)
    assert counts(letters) == (0, 0, 1, 1)
    assert due(letters, "redone") == date(2026, 11, 20)


def test_urgent_and_complex_letters_have_the_other_rulebooks_limit_for_such() -> None:
    county = County()
    for code, marks in (("urgent", Classify(urgent=True)), ("complex", Classify(complexity=Complexity.COMPLEX))):
        county.write(code, nov(16))
        county.make(code, Move.CLASSIFY, marks, CLERK, nov(16, 11))
        county.give(code, nov(16, 12), ROADS)
        county.answer(code, nov(17))
    letters = asked(county)
    assert due(letters, "urgent", "bengbu-2014") == date(2026, 11, 16)
    assert due(letters, "complex", "pingliang-2012") == date(2026, 12, 7)
    assert (counts(letters, "bengbu-2014"), counts(letters, "pingliang-2012")) == ((1, 1, 0, 0), (2, 0, 0, 0))


def test_a_letter_the_first_office_handles_itself_has_the_limit_for_that() -> None:
    """CQ-4.1: shown as the county's own, the regulation says nothing of it."""
    county = County()
    county.write("direct", nov(16))
    county.give("direct", nov(16, 12), ROADS)
    directed = {**county.lines()[2]}
    directed["facts"] = {**directed["facts"], "disposition": "direct"}
    reading = Reading(None, SUNDAY, SHANGHAI)
    for line in (*county.lines()[:2], directed):
        reading.add(line)
    letters = Letters(reading.cases, calendar(), SHANGHAI, SUNDAY)
    assert total(letters, "chongqing-2005").without_clause == 1
    assert total(asked(county), "chongqing-2005").without_clause == 0


def test_a_letter_classified_anew_while_it_ran_is_counted_as_the_engine_would() -> None:
    county = County()
    county.write("anew", nov(9), Kind.COMPLAINT)
    county.give("anew", nov(9, 12), ROADS)
    county.make("anew", Move.CLASSIFY, Classify(kind=Kind.CONSULTATION), CLERK, nov(17))
    letters = asked(county)
    (own,) = [clock for clock in county.file("anew").clocks if clock.name == "handle" and clock.running]
    assert due(letters, "anew") == own.due_on
    assert due(letters, "anew", "hefei-2008") == date(2026, 11, 18)
    assert due(letters, "anew", "bengbu-2014") == date(2026, 11, 18)


def test_what_was_granted_past_anothers_cap_ends_with_that_cap() -> None:
    county = County()
    county.write("long", nov(2), Kind.HELP)
    county.give("long", nov(2, 12), ROADS)
    request = RequestExtension(reason="要勘查", working_days=25)
    county.make("long", Move.CONTACT_WRITER, ContactWriter(note="电话联系"), HANDLERS[ROADS], nov(3))
    county.make("long", Move.REQUEST_EXTENSION, request, HANDLERS[ROADS], nov(3, 11))
    county.make("long", Move.GRANT_EXTENSION, GrantExtension(), CLERK, nov(3, 12))
    letters = asked(county)
    assert due(letters, "long") == date(2026, 12, 14)
    assert due(letters, "long", "hefei-2008") == date(2026, 12, 14)  # 10 + 25, but 30 in all
    assert due(letters, "long", "chongqing-2005") == date(2026, 12, 21)  # no cap


def test_a_letter_taken_back_or_given_to_others_counts_by_who_has_it_at_the_end() -> None:
    county = County()
    for code in ("gone", "others", "again"):
        county.write(code, nov(16))
        county.give(code, nov(16, 12), ROADS)
    county.make("gone", Move.WITHDRAW, Nothing(), WRITER, nov(17))
    county.make("others", Move.ASSIGN, Assign(units=(WATER, ROADS)), CLERK, nov(18))
    county.answer("again", nov(17))
    county.make("again", Move.REOPEN, Reopen(reason="还没有修好"), WRITER, nov(18))
    letters = asked(county)
    cases = by_code(letters, rulebook())
    assert set(cases) == {"others", "again"}
    assert (cases["others"][0].unit, cases["others"][0].terms[0].started_on) == ("water", date(2026, 11, 18))
    assert (cases["again"][0].unit, cases["again"][1].came) == ("roads", "on_time")
    later = letters_of_ledger(county.reports, parse_period("2026-11-18"), calendar(), SHANGHAI, SUNDAY)
    assert by_code(later, rulebook())["again"][1].came == "open"


# imported history, by the command


FOUR = a_file(
    ANSWER,
    {**ANSWER, "answered_at": "2016-05-12"},
    {**ANSWER, "written_at": "2015-12-30", "answered_at": "2016-01-08"},
    {**ANSWER, "written_at": "2019-05-09", "answered_at": "2019-05-09"},
)


@pytest.mark.parametrize("kind", list(Kind))
def test_imported_history_comes_to_the_same_from_the_ledger_as_from_its_file(
    world: World, capsys: pytest.CaptureFixture[str], ask: Ask, kind: Kind
) -> None:
    take(world, FOUR, kind=kind)
    world.later(days=1)
    world.run("close_day")
    capsys.readouterr()
    named = [word for book in BOOKS for word in ("--rulebook", book)]
    assert main(["what-if", *named, "--json"]) == 0
    ledger = json.loads(capsys.readouterr().out)
    file = json.loads(ask(FOUR, *named, "--json", kind=kind)[1])
    for one, other in zip([ledger, *ledger["beside"]], [file, *file["beside"]], strict=False):
        names = ("on_time", "late", "open", "without_clause")
        assert {name: one[name] for name in names} == {name: other[name] for name in names}


def test_imported_history_counts_in_the_period_of_its_answer_and_under_the_mailboxs_owner(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    take(world, FOUR)
    assert main(["what-if", "--rulebook", "chongqing-2005", "--period", "2016", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["letters"], said["on_time"], said["late"], said["period"]) == (3, 3, 0, "2016")
    (unit,) = said["by_unit"]
    assert (unit["unit"], unit["name"], unit["letters"]) == ("centre", "unit centre", 3)
    (in_force,) = said["beside"]
    assert (in_force["rulebook"], in_force["in_force_here"]) == (called("shuangfeng-2018"), True)
    assert (in_force["on_time"], in_force["late"], said["turned_on_time"]) == (1, 2, 2)


def test_the_table_of_a_ledger_names_units_as_people_do(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    take(world, FOUR)
    assert main(["what-if", "--rulebook", "chongqing-2005", "--period", "2016"]) == 0
    out = capsys.readouterr().out
    assert "ledger, 2016: 3 letters; as of 2016-12-31" in out
    assert "unit centre" in out
    assert "1 / 3 (33.3%)" in out
    assert "3 / 3 (100.0%)" in out


def test_accusations_are_counted_and_not_named(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    take(world, FOUR, kind=Kind.ACCUSATION)
    assert main(["what-if", "--rulebook", "chongqing-2005", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["letters"] == len(said["each"]) == 4
    for each in said["each"]:
        assert each["withheld"]
        assert not {"letter", "unit", "received_on", "answered_on", "due_on"} & set(each)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--period", "2016-13"), "no such period"),
        (("--period", "2027"), "no day of it is closed"),
        (("--kind", "help"), "go with --letters"),
    ],
)
def test_what_a_ledger_cannot_be_asked_is_said(
    world: World, capsys: pytest.CaptureFixture[str], options: tuple[str, ...], words: str
) -> None:
    take(world, FOUR)
    assert main(["what-if", "--rulebook", "hefei-2008", *options]) == 1
    assert words in capsys.readouterr().err


def test_asking_changes_nothing(world: World) -> None:
    take(world, FOUR)
    before = world.everything()
    assert main(["what-if", "--rulebook", "hefei-2008"]) == 0
    assert world.everything() == before
