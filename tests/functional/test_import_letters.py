"""Letters come in from a file: new ones begin their way, answered ones are history, bad rows are named."""

import csv
import gzip
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chalicelib import verify
from chalicelib.domain.directory import Directory
from chalicelib.domain.errors import BusyError
from chalicelib.domain.ledger import Event, canonical
from chalicelib.domain.letter import Kind, Letter, Status, TextPurpose
from chalicelib.domain.messages import Channel
from chalicelib.ports import Change, LetterFile
from chalicelib.services.csv_rows import BadFileError
from chalicelib.services.import_letters import Imported, import_letters
from chalicelib.services.reconcile import Findings
from infra.cli import main
from tests.builders import SHANGHAI
from tests.fakes.store import FakeLetterStore
from tests.functional.world import World, heard_in_logs

LINE = {
    "source_number": "1001",
    "subject": "桥头的路灯",
    "body": "桥头的路灯坏了三周，什么时候能修好？",
    "written_at": "2016-05-09 10:00:00",
    "writer": "欧阳测试名",
    "area": "北山镇",
    "field": "城乡建设",
}
ANSWER = {"answer": "路灯已于昨日修好。", "answered_at": "2016-05-10 09:00:00"}


def a_file(*rows: dict[str, str]) -> bytes:
    """A CSV file of rows that differ from an ordinary one as said; rows without a number are numbered."""
    paper = io.StringIO()
    columns = [*LINE, *ANSWER]
    writer = csv.DictWriter(paper, columns, restval="")
    writer.writeheader()
    for number, row in enumerate(rows, start=1001):
        writer.writerow({**LINE, "source_number": str(number), **row})
    return paper.getvalue().encode()


def take(world: World, data: bytes, source: str = "upstream", kind: Kind = Kind.CONSULTATION) -> Imported:
    return import_letters(world.installation, data, source, kind, lambda _done, _rows: None)


def the_only(world: World) -> LetterFile:
    (letter,) = world.letters.letters()
    return world.file(letter.id)


def refusals(imported: Imported) -> list[tuple[int, str]]:
    return [(each.error.line, each.error.column) for each in imported.refused]


def by_number(world: World) -> dict[str, Letter]:
    return {str(letter.source_number): letter for letter in world.letters.letters()}


# new letters


def test_a_new_letters_limit_runs_from_now_whenever_it_was_written(world: World) -> None:
    assert take(world, a_file({})).new == 1
    file = the_only(world)
    assert file.letter.received_at == world.time.at
    assert file.letter.written_at is not None
    assert file.letter.written_at.astimezone(SHANGHAI).isoformat() == "2016-05-09T10:00:00+08:00"
    (clock,) = file.clocks
    assert (clock.name.value, clock.due_on.isoformat(), clock.running) == ("triage", "2026-11-24", True)


def test_it_lies_on_the_centres_desk_with_all_that_came_with_it(world: World) -> None:
    take(world, a_file({}))
    desk = world.desk("clerk")
    (entry,) = desk.waiting()
    seen = desk.opens(entry["tracking_code"])
    assert (entry["subject"], entry["waits_for"]) == ("桥头的路灯", "triage")
    assert LINE["body"] in json.dumps(seen.body, ensure_ascii=False)
    letter = the_only(world).letter
    assert (letter.source, letter.source_number, letter.region, letter.field) == (
        "upstream",
        "1001",
        "北山镇",
        "城乡建设",
    )


def test_what_excel_leaves_of_line_ends_is_a_line_end(world: World) -> None:
    take(world, a_file({"body": "第一行_x000D_\n第二行_x000D_第三行"}))
    desk = world.desk("clerk")
    seen = desk.opens(desk.waiting()[0]["tracking_code"])
    assert "第一行\n第二行\n第三行" in [text["body"] for text in seen.body["texts"]]


def test_the_writers_name_is_sealed_and_in_no_ledger_line_message_or_log(world: World) -> None:
    with heard_in_logs() as log:
        take(world, a_file({}, ANSWER))
        world.post_goes_out()
    for letter in world.letters.letters():
        file = world.file(letter.id)
        assert file.writer is not None
        assert world.secrets.unseal(letter.id, file.writer).name == "欧阳测试名"
    open_places = [
        log(),
        repr(world.outbox.messages),
        repr(world.mailer.sent),
        *(canonical(event.facts).decode() for each in world.letters.letters() for event in world.file(each.id).events),
    ]
    for word in ("欧阳测试名", "桥头", "北山镇", "城乡建设", "修好"):
        assert not any(word in place for place in open_places), word


def test_the_centre_gets_one_digest_and_the_writer_nothing(world: World) -> None:
    take(world, a_file(*[{}] * 40))
    owed = list(world.outbox.messages.values())
    assert {(each.recipient, each.channel) for each in owed} == {("clerk", Channel.EMAIL)}
    world.later(minutes=1)
    world.post_goes_out()
    (mail,) = world.mails_to("clerk")
    assert "40封" in mail.subject


def test_mails_wait_until_the_whole_file_is_in(world: World) -> None:
    """A dispatch in the midst of a long import would send a digest of what is there so far, and so on each minute."""
    take(world, a_file(*[{}] * 40))
    world.later(seconds=1)
    world.post_goes_out()
    assert world.mails_to("clerk") == []
    world.later(seconds=1)
    world.post_goes_out()
    assert len(world.mails_to("clerk")) == 1


def test_the_kind_is_the_files(world: World) -> None:
    take(world, a_file({}), kind=Kind.COMPLAINT)
    assert the_only(world).letter.kind is Kind.COMPLAINT


def test_reconcile_finds_nothing_wrong_after_an_import(world: World) -> None:
    take(world, a_file({}, ANSWER, {}, ANSWER))
    world.later(days=1)
    world.run("close_day")
    world.post_goes_out()
    found = world.run("reconcile")
    assert found == Findings(4, (), (), (), (), ())


# never twice


def test_the_same_file_again_adds_nothing(world: World) -> None:
    data = a_file({}, ANSWER, {})
    assert (take(world, data).new, len(list(world.letters.letters()))) == (2, 3)
    before = world.everything()
    again = take(world, data)
    assert (again.new, again.history, again.there_already, again.refused) == (0, 0, 3, ())
    assert world.everything() == before


def test_the_same_number_of_another_source_is_another_letter(world: World) -> None:
    take(world, a_file({}), source="hotline")
    assert take(world, a_file({}), source="upstream").new == 1


def test_a_number_twice_in_one_file_is_refused_with_both_lines(world: World) -> None:
    imported = take(world, a_file({}, {"source_number": "1001", "subject": "另一封"}))
    assert imported.new == 1
    (refused,) = imported.refused
    assert (refused.source_number, str(refused.error)) == (
        "1001",
        "line 3, source_number: stands in line 2 already",
    )
    assert the_only(world).letter.subject == "桥头的路灯"


def test_of_many_refused_rows_each_reason_is_counted_once(world: World) -> None:
    imported = take(world, a_file({}, *[{"source_number": "1001"}] * 3, {"body": "", "subject": ""}))
    assert imported.by_reason() == {
        "source_number: stands in an earlier line already": 3,
        "body: subject and body are both empty": 1,
    }


class BreaksOff(FakeLetterStore):
    """A store that is gone after some writes."""

    writes_left = 3

    def commit(self, change: Change) -> None:
        if self.writes_left == 0:
            raise ConnectionError
        self.writes_left -= 1
        super().commit(change)


def test_an_import_that_broke_off_goes_on_where_it_stopped(world: World) -> None:
    """What was in stays as it is, the rest comes in, and the ledger's folder holds the whole history."""
    letters = BreaksOff(world.outbox, SHANGHAI)
    world.letters = letters
    world.open(letters=letters)
    data = a_file(ANSWER, {}, ANSWER, ANSWER, {})
    with pytest.raises(ConnectionError):
        take(world, data)
    assert not world.files.keys("ledger/import=")
    letters.writes_left = 100
    again = take(world, data)
    assert (again.new, again.history, again.there_already) == (1, 1, 3)
    assert world.files.keys("ledger/import=")
    assert filed(world) == {letter.id for letter in world.letters.letters() if letter.status is Status.CLOSED}


class Lags(FakeLetterStore):
    """A store whose index of a batch shows the last letter late, as DynamoDB's may."""

    looks_until_all = 3

    def imported(self, batch: str) -> Iterator[Event]:
        self.looks_until_all -= 1
        there = list(super().imported(batch))
        return iter(there[:-2] if self.looks_until_all > 0 else there)


def test_the_ledgers_folder_is_not_written_before_the_index_shows_the_whole_history(world: World) -> None:
    """The folder never changes: what it lacks when it is written, it lacks for good."""
    world.letters = Lags(world.outbox, SHANGHAI)
    world.open(letters=world.letters)
    take(world, a_file(ANSWER, ANSWER))
    assert filed(world) == {letter.id for letter in world.letters.letters()}


def test_when_the_index_does_not_catch_up_the_next_run_writes_the_folder(world: World) -> None:
    letters = Lags(world.outbox, SHANGHAI)
    letters.looks_until_all = 1000
    world.letters = letters
    world.open(letters=letters)
    with pytest.raises(BusyError):
        take(world, a_file(ANSWER, ANSWER))
    assert not world.files.keys("ledger/")
    letters.looks_until_all = 0
    again = take(world, a_file(ANSWER, ANSWER))
    assert (again.there_already, again.batch is None) == (2, False)
    assert len(filed(world)) == 2


def test_a_mended_file_with_nothing_new_opens_no_second_folder(world: World) -> None:
    take(world, a_file(ANSWER))
    again = take(world, a_file(ANSWER, {"body": "", "subject": ""}))
    assert (again.there_already, again.batch) == (1, None)
    assert len(world.files.keys("ledger/import=")) == 2


# history


def filed(world: World) -> set[str]:
    """The letters in the ledger's import folders."""
    (key,) = [key for key in world.files.keys("ledger/import=") if key.endswith("events.jsonl.gz")]
    lines = gzip.decompress(world.files.files[key]).splitlines()
    return {json.loads(line)["letter"] for line in lines}


def test_an_answered_letter_is_closed_with_its_old_dates(world: World) -> None:
    imported = take(world, a_file(ANSWER))
    assert (imported.new, imported.history) == (0, 1)
    file = the_only(world)
    assert file.letter.status is Status.CLOSED
    said = [
        (event.move, event.at.astimezone(SHANGHAI).isoformat(), event.recorded_at == world.time.at)
        for event in file.events
    ]
    assert said == [
        ("receive", "2016-05-09T10:00:00+08:00", True),
        ("answer", "2016-05-10T09:00:00+08:00", True),
    ]
    assert [text.content for text in file.texts if text.purpose is TextPurpose.ANSWER] == [ANSWER["answer"]]


def test_history_is_on_no_desk_owes_no_message_and_nothing_of_it_comes_due(world: World) -> None:
    take(world, a_file(ANSWER, {**ANSWER, "answered_at": "2018-01-01"}))
    assert not world.outbox.messages
    assert world.letters.next_due_clock() is None
    assert world.desk("clerk").waiting() == []


@pytest.mark.parametrize(
    ("answered_at", "on_time"),
    [("2016-05-11 23:59:59", True), ("2016-05-12 00:00:00", False), ("2016/5/11 18:00", True), ("2016-05-12", False)],
)
def test_on_time_or_late_follows_from_the_dates_in_the_file(world: World, answered_at: str, on_time: bool) -> None:
    """Two working days from Monday 9 May 2016 end with Wednesday the 11th."""
    take(world, a_file({**ANSWER, "answered_at": answered_at}))
    (clock,) = the_only(world).clocks
    assert clock.due_on.isoformat() == "2016-05-11"
    assert clock.ended_at is not None
    assert (clock.ended_at.astimezone(SHANGHAI).date() <= clock.due_on) is on_time


def test_an_answer_of_the_same_day_without_a_time_does_not_lie_before_the_letter(world: World) -> None:
    assert take(world, a_file({**ANSWER, "answered_at": "2016-05-09"})).history == 1


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ({**ANSWER, "answered_at": "2016-05-09 09:59:59"}, "answered_at", "lies before written_at"),
        ({**ANSWER, "answered_at": "2026-11-20 10:00:01"}, "answered_at", "lies in the future"),
        ({**ANSWER, "answered_at": ""}, "answered_at", "is empty"),
        ({**ANSWER, "answered_at": "10 May"}, "answered_at", "is no time"),
        ({**ANSWER, "answer": ""}, "answer", "is empty, but answered_at is not"),
        ({**ANSWER, "answer": "长" * 25_001}, "answer", "is longer than 25000 characters"),
        ({**ANSWER, "written_at": "2007-12-31 10:00:00"}, "written_at", "2008"),
    ],
)
def test_history_that_cannot_be_is_refused_with_its_reason(
    world: World, row: dict[str, str], column: str, reason: str
) -> None:
    """Nothing is stored of a refused row, and no ledger folder is opened for it."""
    imported = take(world, a_file(row))
    (refused,) = imported.refused
    assert (refused.error.line, refused.error.column) == (2, column)
    assert reason in refused.error.reason
    assert (list(world.letters.letters()), imported.batch) == ([], None)


def test_history_has_a_ledger_folder_of_its_own_and_is_in_no_day(world: World, tmp_path: Path) -> None:
    """What happened years before the installation is no line of any of its days."""
    imported = take(world, a_file(ANSWER, {}, ANSWER))
    history = {letter.id for letter in world.letters.letters() if letter.status is Status.CLOSED}
    assert imported.batch is not None
    assert imported.batch.startswith("import=upstream-")
    assert filed(world) == history
    today = world.time.at.astimezone(SHANGHAI).date()
    assert not {event.letter for event in world.letters.journal(today)} & history
    world.later(days=1)
    world.run("close_day")
    days = [key for key in world.files.keys("ledger/day=") if key.endswith("events.jsonl.gz")]
    lines = [line for key in days for line in gzip.decompress(world.files.files[key]).splitlines()]
    assert len(lines) == 1
    assert verified(world, tmp_path) == 0


def verified(world: World, folder: Path) -> int:
    """What the auditors' script says of the whole bucket."""
    for key, data in world.files.files.items():
        path = folder / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return verify.main([str(folder)])


# words


def test_a_long_subject_is_cut_and_kept_whole_in_the_body(world: World) -> None:
    subject = "路" * 201
    take(world, a_file({"subject": subject}))
    file = the_only(world)
    assert len(file.letter.subject) == 200
    assert file.letter.subject.endswith("…")
    assert body_of(file) == f"{subject}\n\n{LINE['body']}"


def test_a_subject_of_exactly_the_limit_stays(world: World) -> None:
    take(world, a_file({"subject": "路" * 200}))
    assert (the_only(world).letter.subject, body_of(the_only(world))) == ("路" * 200, LINE["body"])


def test_a_letter_without_a_subject_is_named_by_its_beginning(world: World) -> None:
    take(world, a_file({"subject": "", "body": "桥\n" * 40}))
    file = the_only(world)
    assert file.letter.subject == "桥 " * 15 + "…"
    assert body_of(file) == ("桥\n" * 40).strip()


def test_a_letter_of_a_subject_alone_is_taken(world: World) -> None:
    take(world, a_file({"body": " "}))
    assert body_of(the_only(world)) == "桥头的路灯"


def test_control_characters_are_dropped_and_line_breaks_kept(world: World) -> None:
    take(world, a_file({"subject": "桥\x07头\n路灯", "body": "一\r\n二\x1b[31m\x85三\t四", "writer": "欧\x08阳"}))
    file = the_only(world)
    assert (file.letter.subject, body_of(file)) == ("桥头 路灯", "一\n二[31m三\t四")


@pytest.mark.parametrize("length", [20_000, 20_001])
def test_a_body_is_at_most_20_000_characters(world: World, length: int) -> None:
    imported = take(world, a_file({"body": "长" * length}))
    assert refusals(imported) == ([] if length == 20_000 else [(2, "body")])


def body_of(file: LetterFile) -> str:
    (body,) = [text.content for text in file.texts if text.purpose is TextPurpose.BODY]
    return str(body)


# bad rows and bad files


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ({"source_number": ""}, "source_number"),
        ({"source_number": "9" * 81}, "source_number"),
        ({"source_number": "1.23457E+11"}, "source_number"),
        ({"subject": "", "body": ""}, "body"),
        ({"written_at": ""}, "written_at"),
        ({"written_at": "yesterday"}, "written_at"),
        ({"written_at": "0001-01-01"}, "written_at"),
        ({"written_at": "2026-11-22 10:00:00"}, "written_at"),
        ({"writer": "名" * 81}, "writer"),
        ({"area": "镇" * 81}, "area"),
        ({"field": "类" * 81}, "field"),
    ],
)
def test_a_bad_row_is_named_and_the_others_come_in(world: World, row: dict[str, str], column: str) -> None:
    imported = take(world, a_file({}, row, {}))
    assert imported.new == 2
    assert refusals(imported) == [(3, column)]


def test_a_row_with_a_comma_too_many_is_refused_in_its_place(world: World) -> None:
    data = a_file({}, {"body": ""}) + "9001,题目,正文,2016-05-09,,,,,,又一段\n9002,题目,正文,2016-05-09\n".encode()
    imported = take(world, data)
    assert set(by_number(world)) == {"1001", "1002", "9002"}
    assert refusals(imported) == [(4, "answered_at")]


@pytest.mark.parametrize(
    "written_at", ["2016-05-09 02:00:00+00:00", "2016-05-09T10:00:00", "2016/5/9 10:00", "2016-05-09 10:00"]
)
def test_times_are_read_as_platforms_and_spreadsheets_write_them(world: World, written_at: str) -> None:
    take(world, a_file({"written_at": written_at}))
    written = the_only(world).letter.written_at
    assert written is not None
    assert written.astimezone(SHANGHAI).isoformat() == "2016-05-09T10:00:00+08:00"


@pytest.mark.parametrize("source", ["", "a/b", "a b", "x" * 41, "=1"])
def test_a_sources_name_must_do_as_a_folders_name(world: World, source: str) -> None:
    with pytest.raises(BadFileError):
        take(world, a_file({}), source=source)


def test_without_a_mailbox_nothing_is_imported() -> None:
    empty = World(Directory.of([], [], []))
    empty.registry = type(empty.registry)()
    empty.open(registry=empty.registry)
    with pytest.raises(BadFileError, match="import-units"):
        take(empty, a_file({}))


# a look before


def test_a_check_says_what_would_come_of_it_and_writes_nothing(world: World) -> None:
    before = world.everything()
    data = a_file({}, ANSWER, {"body": "", "subject": ""}, {**ANSWER, "written_at": "2007-01-01"})
    found = import_letters(
        world.installation, data, "upstream", Kind.CONSULTATION, lambda _done, _rows: None, check_only=True
    )
    assert (found.new, found.history, found.batch) == (1, 1, None)
    assert refusals(found) == [(4, "body"), (5, "written_at")]
    assert world.everything() == before


def test_progress_is_told_row_by_row(world: World) -> None:
    told: list[tuple[int, int]] = []
    import_letters(
        world.installation, a_file({}, {"body": "", "subject": ""}), "x", Kind.OTHER, lambda *at: told.append(at)
    )
    assert told == [(1, 2), (2, 2)]


# history in the reports of its own time


HISTORY = (
    {**ANSWER, "written_at": "2019-05-09 10:00", "answered_at": "2019-05-10"},
    {**ANSWER, "written_at": "2019-05-09 10:00", "answered_at": "2019-05-20"},
    {**ANSWER, "written_at": "2019-12-30 10:00", "answered_at": "2020-01-02"},
)
"""Consultations have two working days: the first in time, the second late, the third answered in the next year."""


def reported(world: World, kind: str, period: str) -> dict[str, Any]:
    """The report of a past period, as the operator asks for it: the county's figures, how many of each."""
    assert main(["report", kind, "--period", period]) == 0
    report = json.loads(world.files.files[f"reports/{kind}/{period}/report.json"])
    return {name: cell["count"] for name, cell in report["total"]["cells"].items()}


def test_imported_history_counts_in_the_reports_of_its_own_years(world: World) -> None:
    """Received in the year it was written, answered in the year of its answer; the day after the import is closed."""
    take(world, a_file(*HISTORY))
    world.later(days=1)
    world.run("close_day")
    of_2019, of_2020 = reported(world, "yearly", "2019"), reported(world, "yearly", "2020")
    names = ("received", "answered", "on_time", "late", "open")
    assert {name: of_2019[name] for name in names} == dict(zip(names, (3, 2, 1, 1, 1), strict=True))
    assert {name: of_2020[name] for name in names} == dict(zip(names, (0, 1, 1, 0, 0), strict=True))
    of_may = reported(world, "monthly", "2019-05")
    assert (of_may["received"], of_may["answered"], of_may["on_time"]) == (2, 2, 1)


def test_no_report_is_made_of_a_time_that_no_history_tells_of(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """It would be signed, lie there for years, and say nothing."""
    take(world, a_file(*HISTORY))
    world.later(days=1)
    world.run("close_day")
    for kind, period in (("yearly", "2005"), ("weekly", "2009-W10")):
        assert main(["report", kind, "--period", period]) == 1
        assert f"{period} was over before the ledger's first day, 2026-11-20" in capsys.readouterr().err
    assert not [key for key in world.files.files if "2005" in key or "2009" in key]


def test_imported_history_counts_in_no_report_of_the_time_it_was_imported(world: World) -> None:
    """Nor is it a correction of an earlier report: it is nothing that was recorded too late."""
    take(world, a_file(*HISTORY, {}))
    world.later(days=1)
    world.run("close_day")
    today = reported(world, "daily", "2026-11-20")
    assert (today["received"], today["answered"], today["open"]) == (1, 0, 1)
    report = json.loads(world.files.files["reports/daily/2026-11-20/report.json"])
    assert not report["corrections"]


def test_history_imported_after_its_report_was_made_does_not_change_it(world: World) -> None:
    """So all of a county's history is brought in before the reports of its years are asked for."""
    take(world, a_file(HISTORY[0]), source="old")
    world.later(days=1)
    world.run("close_day")
    before = reported(world, "yearly", "2019")
    take(world, a_file(HISTORY[1]), source="older")
    assert reported(world, "yearly", "2019") == before
    assert before["answered"] == 1
