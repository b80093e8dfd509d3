"""Reports in the bucket: from closed ledger files to six signed files, written once, the same bytes each time."""

import csv
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from chalicelib import verify
from chalicelib.domain.history import Past, relive
from chalicelib.domain.ledger import Event, chained
from chalicelib.domain.letter import Kind, LetterId
from chalicelib.domain.metrics.report import Report
from chalicelib.domain.payloads import Answer, AnswerChannel, Reopen
from chalicelib.domain.periods import PeriodKind, parse_period
from chalicelib.domain.workflow import Move
from chalicelib.ports import SealedWriter
from chalicelib.services.close_day import LedgerPorts, close_import
from chalicelib.services.publish import NOTICES, STATISTICS, publish
from chalicelib.services.reporting.files import ReportFiles
from chalicelib.services.reporting.kept import KEPT
from chalicelib.services.reporting.ledger import LedgerDamagedError
from chalicelib.services.reports import (
    PeriodNotOverError,
    make_due_reports,
    make_finished_reports,
    make_report,
)
from chalicelib.services.writing import change_of
from infra.cli import main
from tests.builders import ROADS, SHANGHAI, WATER, WRITER, an_arrival, arrived, moved, rulebook, surroundings
from tests.fakes.files import FakeReports
from tests.functional.world import World
from tests.reporting import HANDLERS, County, a_week, nov

W47 = parse_period("2026-W47")
SUNDAY = date(2026, 11, 22)
SUNDAY_NIGHT = nov(22, 23, 59) + timedelta(seconds=50)
FOLDER = "reports/weekly/2026-W47"
FILES = ["inputs.json", "letters.csv", "manifest.json", "report.html", "report.json", "report.xlsx"]


@pytest.fixture
def county() -> County:
    """A week's letters, its days closed through Sunday."""
    county = a_week()
    county.close_through(SUNDAY)
    return county


def report_files(county: County) -> dict[str, bytes]:
    start = f"{FOLDER}/"
    return {key.removeprefix(start): data for key, data in county.reports.files.items() if key.startswith(start)}


def made(county: County) -> dict[str, bytes]:
    make_report(county.office(), W47)
    return report_files(county)


def test_a_report_is_six_files_and_says_what_the_letters_say(county: County) -> None:
    files = made(county)
    assert sorted(files) == FILES
    report = json.loads(files["report.json"])
    assert report["total"]["cells"]["received"]["count"] == 8
    assert report["total"]["cells"]["answered"] == {
        "count": 5,
        "amount": 11,
        "letters": ["consult", "late", "moved", "redone"],
        "withheld": 1,
    }
    assert report["basis"]["unit_names"]["roads"] == "交通运输局"


def test_the_manifest_verifies_with_the_ledger(
    county: County, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """verify.py checks signature and files; here also that it notices a changed figure."""
    made(county)
    for key, data in county.reports.files.items():
        path = tmp_path / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    assert verify.main([str(tmp_path)]) == 0
    assert "报表：1 份" in capsys.readouterr().out
    changed = tmp_path / FOLDER / "report.json"
    changed.write_bytes(changed.read_bytes().replace(b'"count":8', b'"count":9'))
    assert verify.main([str(tmp_path)]) == 1


def test_the_manifest_names_every_ledger_file_it_came_from(county: County) -> None:
    files = made(county)
    manifest = json.loads(files["manifest.json"])
    days = [date(2026, 11, day).isoformat() for day in range(11, 23)]
    assert [each["name"] for each in manifest["ledger"]] == [f"day={day}" for day in days]
    last = county.reports.files["ledger/day=2026-11-22/manifest.json"]
    assert manifest["ledger"][-1]["manifest_sha256"] == hashlib.sha256(last).hexdigest()
    assert manifest["rulebook"] == f"shuangfeng-2018@{rulebook().version}"
    assert manifest["calendar"] == county.office().calendar.version
    assert set(manifest["files"]) == set(FILES) - {"manifest.json"}


def test_the_same_ledger_gives_the_same_bytes(county: County) -> None:
    again = a_week()
    again.close_through(SUNDAY)
    assert made(again) == made(county)


def test_a_finished_report_is_never_written_again(county: County) -> None:
    before = made(county)
    county.answer("extended", nov(23), WATER)
    county.close_through(date(2026, 11, 23))
    assert make_report(county.office(), W47) is False
    assert report_files(county) == before


class DiesAfter(FakeReports):
    """A bucket whose user is killed after so many writes."""

    def __init__(self, files: dict[str, bytes], writes: int) -> None:
        super().__init__()
        self.files = files
        self.writes = writes

    def put_once(self, key: str, data: bytes, content_type: str) -> bool:
        if self.writes == 0:
            raise KeyboardInterrupt
        self.writes -= 1
        return super().put_once(key, data, content_type)


@pytest.mark.parametrize("writes", range(1, 6))
def test_a_run_that_was_killed_is_finished_with_the_same_bytes(county: County, writes: int) -> None:
    """Even when another day was closed in between, which a report begun now would read as well."""
    whole = a_week()
    whole.close_through(SUNDAY)
    expected = made(whole)
    office = replace(county.office(), store=DiesAfter(county.reports.files, writes))
    with pytest.raises(KeyboardInterrupt):
        make_report(office, W47)
    assert f"{FOLDER}/manifest.json" not in county.reports.files
    county.answer("returned", nov(23)) if county.file("returned").letter.lead else county.give(
        "returned", nov(23), WATER
    )
    county.close_through(date(2026, 11, 23))
    assert make_report(county.office(), W47) is True
    assert report_files(county) == expected


def test_a_run_taken_up_with_other_templates_signs_what_lies_there(county: County) -> None:
    """A new version was deployed after the kill: the files already written stay, and the manifest speaks of them."""
    office = replace(county.office(), store=DiesAfter(county.reports.files, 3))
    with pytest.raises(KeyboardInterrupt):
        make_report(office, W47)
    make_report(county.office(SeesReport()), W47)
    files = report_files(county)
    assert files["letters.csv"] != b"html"
    assert files["report.html"] == b"html"
    signed = json.loads(files["manifest.json"])["files"]
    assert signed == {name: hashlib.sha256(files[name]).hexdigest() for name in signed}


def test_a_finished_report_is_not_even_rendered_again(county: County) -> None:
    made(county)
    files = SeesReport()
    make_report(county.office(files), W47)
    make_due_reports(county.office(files), nov(23, 8))
    assert {report.period for report in files.seen if "W" in report.period} == {"2026-W46"}


def test_the_day_after_is_read_for_stragglers(county: County) -> None:
    """Answered on Sunday at 23:59:50, written twenty seconds later: in Monday's file, and counted in the week."""
    payload = Answer(body="已经修复。", channel=AnswerChannel.WEB)
    change = moved(county.file("extended"), Move.ANSWER, payload, HANDLERS[WATER], SUNDAY_NIGHT)
    late = chained_again(change.events[0], SUNDAY_NIGHT + timedelta(seconds=20))
    county.letters.commit(replace(change, events=(late,), after=replace(change.after, last_hash=late.hash)))
    county.close_through(date(2026, 11, 24))
    report = json.loads(made(county)["report.json"])
    assert report["basis"]["ledger"][-1]["name"] == "day=2026-11-23"
    assert "extended" in report["total"]["cells"]["answered"]["letters"]


def chained_again(event: Event, recorded_at: datetime) -> Event:
    """The same event, written at another time."""
    prev, at = event.prev, event.at
    return chained(event.letter, event.sequence, prev, at, recorded_at, event.move, event.actor, event.facts)


W48 = parse_period("2026-W48")


def comes_in_late(county: County, code: str, at: datetime, recorded_at: datetime, **arrival: Any) -> None:
    """A letter came in at `at` and was written into the ledger at another time."""
    county.codes.append(code)
    change = arrived(code, at, an_arrival(**arrival))
    late = chained_again(change.events[0], recorded_at)
    county.letters.commit(replace(change, events=(late,), after=replace(change.after, last_hash=late.hash)))


def week_48(county: County) -> dict[str, Any]:
    county.close_through(date(2026, 11, 29))
    make_report(county.office(), W48)
    report: dict[str, Any] = json.loads(county.reports.files["reports/weekly/2026-W48/report.json"])
    return report


def test_what_missed_its_weeks_report_is_told_in_the_next_one(county: County) -> None:
    """Of Sunday 23:59:50, written after midnight; the week's report was made on Monday morning, without Monday's
    file. It counts in neither week and must not be lost."""
    made(county)
    comes_in_late(county, "late-one", SUNDAY_NIGHT, SUNDAY_NIGHT + timedelta(seconds=20))
    report = week_48(county)
    assert report["corrections"] == [
        {
            "period": "2026-W47",
            "kind": "consultation",
            "recorded_on": "2026-11-23",
            "move": "receive",
            "at": "2026-11-22T23:59:50+08:00",
            "unit": "centre",
            "tracking_code": "late-one",
            "number": None,
            "withheld": False,
        }
    ]
    assert "late-one" not in report["total"]["cells"]["received"]["letters"]
    assert [line["tracking_code"] for line in report["letters"] if line["corrected"]] == ["late-one"]


def test_a_correction_stands_in_every_file_of_the_report(county: County) -> None:
    made(county)
    comes_in_late(county, "late-one", SUNDAY_NIGHT, SUNDAY_NIGHT + timedelta(seconds=20))
    week_48(county)
    folder = "reports/weekly/2026-W48/"
    files = {key.removeprefix(folder): data for key, data in county.reports.files.items() if key.startswith(folder)}
    flagged = [row["tracking_code"] for row in csv_rows(files) if row["corrected"] == "true"]
    assert flagged == ["late-one"]
    page = files["report.html"].decode()
    assert "另有以前各期补记1条，见附表4" in page
    assert "2026年第47期" in page[page.index("附表4　以前各期补记") :]
    assert "以前各期补记" not in report_files(county)["report.html"].decode()
    [row] = sheet(files, "以前各期补记")
    assert (row["信件编号"], row["记入台账日"].date()) == ("late-one", date(2026, 11, 23))


def test_a_correction_is_told_once(county: County) -> None:
    made(county)
    comes_in_late(county, "late-one", SUNDAY_NIGHT, SUNDAY_NIGHT + timedelta(seconds=20))
    assert len(week_48(county)["corrections"]) == 1
    county.close_through(date(2026, 12, 6))
    make_report(county.office(), parse_period("2026-W49"))
    assert json.loads(county.reports.files["reports/weekly/2026-W49/report.json"])["corrections"] == []


@pytest.mark.parametrize("made_in_time", [True, False], ids=["made on Monday", "made up on Wednesday"])
def test_what_the_weeks_own_report_has_read_is_no_correction(county: County, made_in_time: bool) -> None:
    """A week made up later reads the day after, so that Monday's straggler is in it; one of Tuesday is not."""
    if made_in_time:
        made(county)
    comes_in_late(county, "monday", SUNDAY_NIGHT, nov(23, 9))
    comes_in_late(county, "tuesday", SUNDAY_NIGHT, nov(24, 9))
    told = [line["tracking_code"] for line in week_48(county)["corrections"]]
    assert told == (["monday", "tuesday"] if made_in_time else ["tuesday"])
    if not made_in_time:
        assert "monday" in json.loads(made(county)["report.json"])["total"]["cells"]["received"]["letters"]


def test_a_correction_of_an_accusation_names_no_letter(county: County) -> None:
    made(county)
    comes_in_late(county, "late-one", SUNDAY_NIGHT, SUNDAY_NIGHT + timedelta(seconds=20), kind=Kind.ACCUSATION)
    [told] = week_48(county)["corrections"]
    assert {name: value for name, value in told.items() if value} == {
        "period": "2026-W47",
        "kind": "accusation",
        "recorded_on": "2026-11-23",
        "withheld": True,
    }


def test_no_file_names_a_letter_about_an_office() -> None:
    """Neither in a list nor in a figure: the office reads the report. It is overdue, and corrected later."""
    county = County()
    county.write("guarded-1", nov(16), about_units=(WATER,))
    county.write("guarded-2", nov(16), about_text="水利局一名工作人员")
    county.write("plain-1", nov(16))
    county.close_through(SUNDAY)
    files = made(county)
    comes_in_late(county, "guarded-3", SUNDAY_NIGHT, nov(23, 9), about_units=(WATER,))
    week_48(county)
    report = json.loads(files["report.json"])
    assert (report["total"]["cells"]["received"]["count"], report["total"]["cells"]["overdue"]["count"]) == (3, 3)
    assert [line["withheld"] for line in report["overdue"]] == [False, True, True]
    reports = [data for key, data in county.reports.files.items() if key.startswith("reports/weekly")]
    everything = b"".join([*reports, *workbook_parts(files).values()])
    assert b"plain-1" in everything
    assert b"guarded-" not in everything


def test_what_happened_on_the_day_after_is_not_in_the_week(county: County) -> None:
    county.answer("extended", nov(23, 0), WATER)
    county.close_through(date(2026, 11, 24))
    report = json.loads(made(county)["report.json"])
    assert "extended" not in report["total"]["cells"]["answered"]["letters"]


def test_a_letter_taken_over_with_its_history_counts_once_it_moves_again() -> None:
    """Its first events lie in the import's folder; what happened before the week counts in no figure of the week."""
    county = County()
    around = surroundings(nov(16))
    past = Past(an_arrival(source="old"), nov(10), "已经答复。", nov(12))
    outcomes = relive(LetterId("old-1"), "0" * 64, past, around)
    sealed = SealedWriter(b"sealed")
    county.letters.commit(change_of(None, outcomes, around, announcements=(), writer=sealed, import_batch="old-abc"))
    ports = LedgerPorts(county.letters, county.reports, county.signer, county.runs)
    close_import(ports, nov(16), SHANGHAI, "old-abc")
    county.make("old-1", Move.REOPEN, Reopen(reason="没有解决"), WRITER, nov(17))
    county.close_through(SUNDAY)
    report = json.loads(made(county)["report.json"])
    assert report["basis"]["ledger"][0]["name"] == "import=old-abc"
    counts = {name: cell["count"] for name, cell in report["total"]["cells"].items() if cell["count"]}
    assert counts == {"reopened": 1, "open": 1, "overdue": 1, "overran": 1}
    assert [row["key"] for row in report["by_source"]] == ["old"]
    assert report["corrections"] == []


def test_a_week_that_is_not_closed_gets_no_report() -> None:
    county = a_week()
    county.close_through(date(2026, 11, 21))
    with pytest.raises(PeriodNotOverError):
        make_report(county.office(), W47)
    assert make_finished_reports(county.office(), PeriodKind.WEEKLY) == ["reports/weekly/2026-W46"]
    assert report_files(county) == {}


def test_a_damaged_ledger_makes_no_figures(county: County) -> None:
    packed = county.reports.files["ledger/day=2026-11-16/events.jsonl.gz"]
    county.reports.files["ledger/day=2026-11-17/events.jsonl.gz"] = packed
    with pytest.raises(LedgerDamagedError, match="day=2026-11-17"):
        make_report(county.office(), W47)
    assert report_files(county) == {}


@pytest.mark.parametrize(
    ("now", "weeks"),
    [(nov(23, 6, 59), ["2026-W46"]), (nov(23, 7, 0), ["2026-W46", "2026-W47"])],
    ids=["a minute before", "at its time"],
)
def test_the_scheduled_run_waits_for_monday_morning(county: County, now: datetime, weeks: list[str]) -> None:
    """Rulebook: weekday 1, 07:00. The week before was missed and is made up."""
    weekly = [folder for folder in make_due_reports(county.office(), now) if "/weekly/" in folder]
    assert weekly == [f"reports/weekly/{week}" for week in weeks]


def test_asked_for_by_hand_every_finished_week_is_made_once(county: County) -> None:
    folders = ["reports/weekly/2026-W46", "reports/weekly/2026-W47"]
    assert make_finished_reports(county.office(), PeriodKind.WEEKLY) == folders
    assert make_finished_reports(county.office(), PeriodKind.WEEKLY) == []


def test_a_rulebook_without_a_weekly_report_owes_none(county: County) -> None:
    silent = rulebook().model_copy(update={"reports": {}})
    assert make_due_reports(county.office(book=silent), nov(30)) == []
    assert make_report(county.office(book=silent), W47)
    assert "信箱办理周报" in report_files(county)["report.html"].decode()


def test_a_week_without_any_letter_has_a_report_too(county: County) -> None:
    county.close_through(date(2026, 12, 6))
    make_finished_reports(county.office(), PeriodKind.WEEKLY)
    report = json.loads(county.reports.files["reports/weekly/2026-W49/report.json"])
    assert report["total"]["cells"]["received"]["count"] == 0
    assert report["total"]["answer_rate"] is None


def csv_rows(files: dict[str, bytes]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files["letters.csv"].decode("utf-8-sig"), newline="")))


def test_letters_csv_opens_in_excel_and_has_a_line_a_letter(county: County) -> None:
    files = made(county)
    assert files["letters.csv"].startswith(b"\xef\xbb\xbf")
    assert files["letters.csv"].count(b"\r\n") == 10
    rows = {row["tracking_code"]: row for row in csv_rows(files)}
    assert rows["late"]["on_time"] == "false"
    assert rows["late"]["overdue_days"] == "2"
    assert rows["consult"]["rating"] == "4"
    assert rows["consult"]["unit_name"] == "交通运输局"
    withheld = next(row for row in csv_rows(files) if row["withheld"] == "true")
    told = {name for name, value in withheld.items() if value and not name.startswith(("count_", "amount_"))}
    assert told == {"kind", "status", "withheld", "corrected"}
    assert (withheld["count_on_time"], withheld["amount_answered"]) == ("1", "2")


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_no_cell_is_run_as_a_formula(start: str) -> None:
    """A source's name comes from outside."""
    county = County()
    county.write("a", nov(16), source=f"{start}HYPERLINK(1)")
    county.close_through(SUNDAY)
    files = made(county)
    assert csv_rows(files)[0]["source"] == f"'{start}HYPERLINK(1)"
    assert sheet(files, "来信明细")[0]["来源"] == f"{start}HYPERLINK(1)"
    formulas = (cell for part in workbook_parts(files).values() for cell in re.findall(b"<f>(.*?)</f>", part))
    assert not [each for each in formulas if b"HYPERLINK" in each]


def workbook_parts(files: dict[str, bytes]) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(files["report.xlsx"])) as book:
        return {part.filename: book.read(part) for part in book.infolist()}


def sheet(files: dict[str, bytes], name: str) -> list[dict[str, Any]]:
    """A sheet's rows by their heads, with the values that stand in the file."""
    book = load_workbook(io.BytesIO(files["report.xlsx"]), data_only=True)
    heads, *rows = book[name].iter_rows(values_only=True)
    return [dict(zip(map(str, heads), row, strict=True)) for row in rows]


def test_the_workbook_holds_numbers_and_dates_not_texts(county: County) -> None:
    files = made(county)
    names = load_workbook(io.BytesIO(files["report.xlsx"])).sheetnames
    first = ["总体情况", "承办单位", "按类别", "按来源", "各时段", "逾期在办", "来信明细", "以前各期补记"]
    assert names == [*first, "得分与排名", "催办退办通报", "说明"]
    assert {row["指标"]: row["数值"] for row in sheet(files, "总体情况")}["收到来信"] == 8
    late = next(row for row in sheet(files, "来信明细") if row["信件编号"] == "late")
    assert (late["到期日"], late["用时（工作日）"]) == (datetime(2026, 11, 13), 4)  # noqa: DTZ001  a date has no zone
    assert b'state="frozen"' in workbook_parts(files)["xl/worksheets/sheet7.xml"]


def test_the_workbook_is_stored_with_fixed_dates(county: County) -> None:
    """Neither the hour nor the compression library changes its bytes."""
    files = made(county)
    with zipfile.ZipFile(io.BytesIO(files["report.xlsx"])) as book:
        assert {part.compress_type for part in book.infolist()} == {zipfile.ZIP_STORED}
        assert {part.date_time for part in book.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert b"2026-11-22T00:00:00Z" in workbook_parts(files)["docProps/core.xml"]


def test_the_page_stands_by_itself(county: County) -> None:
    page = made(county)["report.html"].decode()
    assert "清溪县信箱办理周报" in page
    assert "2026年第47期" in page
    assert "本期共收到来信8件，受理6件，不予受理1件。共答复5件，其中按时4件、逾期1件" in page
    for outside in ("<script", "http://", "https://", "@import", "url("):
        assert outside not in page


def test_a_letter_that_has_no_number_yet_is_named_by_its_tracking_code_where_it_is_overdue(county: County) -> None:
    page = made(county)["report.html"].decode()
    [row] = [row for row in re.findall(r"<tr><th scope=\"row\".*?</tr>", page) if "受理交办时限" in row]
    assert re.sub(r"<[^>]+>", " ", row).split()[:4] == ["未编号", "untouched", "求助", "信箱办"]


def test_every_file_tells_how_the_centre_kept_its_own_limit() -> None:
    """SF-2.1. One of three letters was assigned after the second working day."""
    county = County()
    for code, day in (("a", 16), ("b", 18), ("c", 19)):
        county.write(code, nov(16, 9))
        county.give(code, nov(day), ROADS)
    county.close_through(SUNDAY)
    files = made(county)
    report = json.loads(files["report.json"])
    centre = next(row for row in report["by_unit"] if row["key"] == "centre")
    assert report["total"]["triage_timeliness_rate"] == centre["triage_timeliness_rate"] == 0.6667
    page = files["report.html"].decode()
    assert "受理交办3件次，其中按时2件次、逾期1件次，按时率66.7%。" in page
    assert "受理交办时限：信箱办按时2件次、逾期1件次，按时率66.7%。" in page
    assert {row["tracking_code"]: row["count_triaged_late"] for row in csv_rows(files)} == {
        "a": "0",
        "b": "0",
        "c": "1",
    }
    told = {row["指标"]: row["数值"] for row in sheet(files, "总体情况")}
    assert round(told["受理交办按时率"], 4) == 0.6667


def test_a_letter_answered_and_open_again_stands_in_the_lists_with_its_answer() -> None:
    county = County()
    county.write("a", nov(16, 9))
    county.give("a", nov(16), ROADS)
    county.answer("a", nov(17))
    county.make("a", Move.REOPEN, Reopen(reason="没有解决"), WRITER, nov(18))
    county.give("a", nov(19), WATER)
    county.close_through(SUNDAY)
    files = made(county)
    [row] = csv_rows(files)
    assert (row["unit"], row["status"], row["answered_by"], row["answered_on"], row["on_time"]) == (
        "water",
        "assigned",
        "roads",
        "2026-11-17",
        "true",
    )
    [listed] = sheet(files, "来信明细")
    assert listed["答复日"].date() == date(2026, 11, 17)
    assert "答复：交通运输局" in files["report.html"].decode()


def test_the_page_calls_the_tracking_code_by_its_name_and_leaves_idle_units_out() -> None:
    """The query code is the writer's secret and stands in no report. Roads only received a rating: no row for it."""
    county = County()
    county.write("a", nov(10))
    county.give("a", nov(10), ROADS)
    county.answer("a", nov(11))
    county.rate("a", nov(17), 5)
    county.write("b", nov(17))
    county.give("b", nov(17), WATER)
    county.close_through(SUNDAY)
    files = made(county)
    page = files["report.html"].decode()
    assert "文号／信件编号" in page
    assert "查询码" not in page + "".join(part.decode() for part in workbook_parts(files).values())
    table = page[page.index("、承办单位情况<") : page.index("、办理质量与监督<")]
    assert "水利局" in table
    assert "交通运输局" not in table


def test_a_name_with_markup_is_shown_as_it_is_written() -> None:
    county = County()
    county.write("a", nov(16), source="<b>平台</b>")
    county.close_through(SUNDAY)
    assert "&lt;b&gt;平台&lt;/b&gt;" in made(county)["report.html"].decode()


def test_neither_subjects_nor_bodies_are_in_any_file(county: County) -> None:
    files = made(county)
    everything = b"".join([*files.values(), *workbook_parts(files).values()]).decode(errors="ignore")
    for words in ("路灯", "已经修复", "电话联系", "accused"):
        assert words not in everything


class SeesReport(ReportFiles):
    """Renders nothing, keeps what it was given."""

    def __init__(self) -> None:
        self.seen: list[Report] = []

    def html(self, report: Report) -> bytes:
        self.seen.append(report)
        return b"html"

    def csv(self, report: Report) -> Iterator[bytes]:
        yield self.html(report)

    xlsx = html


def test_what_is_rendered_is_what_report_json_says(county: County) -> None:
    """So nothing is shown that is not in the file that programs read."""
    files = SeesReport()
    make_report(county.office(files), W47)
    assert len(files.seen) == 3
    rendered = files.seen[0]
    written = json.loads(report_files(county)["report.json"])
    assert rendered.total.count("received") == written["total"]["cells"]["received"]["count"]
    assert len(rendered.letters) == len(written["letters"]) == 9


def published(county: County, now: datetime) -> tuple[dict[str, Any], dict[str, Any]]:
    publish(county.public_office(), now)
    return json.loads(county.reports.files[STATISTICS]), json.loads(county.reports.files[NOTICES])


def busy_county(roads: int, water: int) -> County:
    county = County()
    for number in range(roads + water):
        code = f"letter-{number:02d}"
        county.write(code, nov(16, 9, number))
        county.give(code, nov(16, 10, number), ROADS if number < roads else WATER)
    return county


def test_live_figures_are_closed_days_and_what_came_after() -> None:
    county = busy_county(7, 6)
    county.close_through(date(2026, 11, 16))
    for number in range(5):
        county.answer(f"letter-{number:02d}", nov(17, 11))
    statistics, _ = published(county, nov(17, 12))
    assert statistics["closed_through"] == "2026-11-16"
    units = {row["unit"]: row for row in statistics["units"]}
    assert (units["roads"]["letters"], units["roads"]["answered"]) == (7, 5)
    assert units["roads"]["answer_rate"] == 0.71
    assert units["roads"]["on_time_rate"] == 1.0
    assert units["water"]["answered"] == 0
    assert statistics["total"]["letters"] == 13


def test_small_cells_are_left_out_and_cannot_be_computed_back() -> None:
    """Water has 3: hidden. With the total and roads shown it would be the difference, so roads is hidden too."""
    statistics, _ = published(busy_county(7, 3), nov(17, 12))
    units = {row["unit"]: row for row in statistics["units"]}
    assert units["water"]["letters"] is None
    assert units["roads"]["letters"] is None
    assert statistics["total"]["assigned"] == 10
    alone, _ = published(busy_county(0, 3), nov(17, 12))
    assert alone["total"]["assigned"] is None


def test_accusations_are_in_no_public_figure() -> None:
    county = busy_county(6, 6)
    county.write("accused", nov(16, 12), Kind.ACCUSATION)
    county.give("accused", nov(16, 13), ROADS)
    statistics, _ = published(county, nov(17, 12))
    assert {row["unit"]: row["letters"] for row in statistics["units"]} == {"roads": 6, "water": 6}
    assert statistics["total"]["received"] == 12


def test_the_board_shows_overdue_letters_with_their_days() -> None:
    """CQ-7.1, CQ-7.2. Due Wed 18; on Fri 20 two working days late, urged on Thu 19."""
    county = busy_county(2, 0)
    county.answer("letter-01", nov(18, 11))
    county.send_back("letter-01", nov(18, 12))
    county.sweep(nov(19, 10))
    _, board = published(county, nov(20, 12))
    urged, sent_back = board["notices"]
    assert urged == {
        "kind": "urge",
        "number": "双信〔2026〕1号",
        "letter_kind": "consultation",
        "letter_kind_name": "咨询",
        "unit": "roads",
        "unit_name": "交通运输局",
        "date": "2026-11-19",
        "due_on": "2026-11-18",
        "overdue_days": 2,
    }
    assert (sent_back["kind"], sent_back["number"], sent_back["date"]) == ("send_back", "双信〔2026〕2号", "2026-11-18")
    assert sent_back["overdue_days"] == 0


def test_a_letter_that_is_answered_leaves_the_board() -> None:
    county = busy_county(1, 0)
    county.sweep(nov(19, 10))
    assert published(county, nov(19, 12))[1]["notices"]
    county.answer("letter-00", nov(19, 13))
    assert published(county, nov(19, 14))[1]["notices"] == []


def test_accusations_and_letters_about_a_unit_are_not_on_the_board() -> None:
    """Also one that the writer, and not the centre, said is about a unit, or about somebody in words."""
    county = County()
    county.write("accused", nov(16, 9), Kind.ACCUSATION)
    county.write("about", nov(16, 9), about_units=(WATER,))
    county.write("in-words", nov(16, 9), about_text="水利局一名工作人员")
    county.write("plain", nov(16, 9))
    _, board = published(county, nov(20, 12))
    assert [notice["overdue_days"] for notice in board["notices"]] == [2]


def test_public_files_hold_no_subject_and_no_tracking_code() -> None:
    county = busy_county(6, 6)
    county.sweep(nov(20, 10))
    published(county, nov(20, 12))
    for key in (STATISTICS, NOTICES):
        text = county.reports.files[key].decode()
        assert "路灯" not in text
        assert "letter-0" not in text


class CountsReads(FakeReports):
    """Remembers which files were read."""

    def __init__(self) -> None:
        super().__init__()
        self.read: list[str] = []

    def get(self, key: str) -> bytes | None:
        self.read.append(key)
        return super().get(key)

    def events_read(self) -> list[str]:
        """The closed days whose events were read since the last time this was asked."""
        read, self.read = self.read, []
        return [key.split("/")[1].removeprefix("day=") for key in read if key.endswith("events.jsonl.gz")]


def public_files(county: County) -> tuple[bytes, bytes]:
    return county.reports.files[STATISTICS], county.reports.files[NOTICES]


def published_anew(county: County, now: datetime) -> tuple[bytes, bytes]:
    """What publishing comes to with nothing kept."""
    county.reports.files = {key: data for key, data in county.reports.files.items() if not key.startswith(KEPT)}
    publish(county.public_office(), now)
    return public_files(county)


def test_publishing_reads_a_closed_day_once() -> None:
    """Hourly runs must not cost more with every day of the year."""
    store = CountsReads()
    county = a_week()
    county.reports = store
    county.close_through(date(2026, 11, 20))
    store.events_read()
    publish(county.public_office(), nov(21, 9))
    assert len(store.events_read()) == 10
    publish(county.public_office(), nov(21, 10))
    assert store.events_read() == []
    county.close_through(SUNDAY)
    store.events_read()
    publish(county.public_office(), nov(23, 9))
    assert store.events_read() == ["2026-11-21", "2026-11-22"]
    hourly = public_files(county)
    assert hourly == published_anew(county, nov(23, 9))


def test_publishing_day_by_day_comes_to_the_same_as_all_at_once() -> None:
    """Each morning from what was kept the day before: letters under way, stragglers and all."""
    county = a_week()
    comes_in_late(county, "straggler", nov(17, 23), nov(20, 9))
    for day in range(12, 24):
        county.close_through(date(2026, 11, day - 1))
        publish(county.public_office(), nov(day, 9))
        hourly = public_files(county)
        publish(county.public_office(), nov(day, 9))
        assert public_files(county) == hourly == published_anew(county, nov(day, 9))
        publish(county.public_office(), nov(day, 9))


@pytest.mark.parametrize("harm", ["import", "damage", "another day"])
def test_a_kept_state_that_does_not_fit_is_not_used(harm: str) -> None:
    """Another batch was imported; the kept file cannot be read; the ledger was restored with another last day."""
    store = CountsReads()
    county = a_week()
    county.reports = store
    county.close_through(date(2026, 11, 20))
    publish(county.public_office(), nov(21, 9))
    right = public_files(county)
    if harm == "import":
        ports = LedgerPorts(county.letters, county.reports, county.signer, county.runs)
        close_import(ports, nov(21), SHANGHAI, "old-abc")
    elif harm == "damage":
        [kept] = store.keys(KEPT)
        store.files[kept] = store.files[kept][:-20]
    else:
        name = "ledger/day=2026-11-20/manifest.json"
        store.files[name] = store.files[name].replace(b'"signature":"', b'"signature":"A')
    store.events_read()
    publish(county.public_office(), nov(21, 9))
    assert len([day for day in store.events_read() if not day.startswith("import")]) == 10
    assert public_files(county) == right


def test_a_new_year_begins_with_nothing_counted() -> None:
    """What was kept of the old year is not the new year's: its letters no longer count as received."""
    county = busy_county(7, 6)
    county.close_through(date(2026, 12, 31))
    publish(county.public_office(), datetime(2026, 12, 31, 12, tzinfo=SHANGHAI))
    statistics, _ = published(county, datetime(2027, 1, 1, 12, tzinfo=SHANGHAI))
    assert (statistics["total"]["received"], statistics["total"]["open"]) == (0, 13)


def test_days_are_local_days() -> None:
    """00:30 here on Monday is Sunday in UTC; the letter is in the week that has begun."""
    county = County()
    county.write("night", nov(16, 0, 30))
    county.close_through(SUNDAY)
    assert json.loads(made(county)["report.json"])["total"]["cells"]["received"]["letters"] == ["night"]
    assert SHANGHAI.key == json.loads(made(county)["report.json"])["basis"]["zone"]


def command(arguments: str) -> int:
    return main(["report", *arguments.split()])


def test_the_command_makes_what_is_owed_and_says_so(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    county = County(letters=world.letters, reports=world.files, runs=world.jobs)
    county.write("a", nov(16))
    county.close_through(SUNDAY)
    assert command("weekly") == 0
    assert capsys.readouterr().out == "made  reports/weekly/2026-W47\n"
    assert command("weekly --period 2026-W47") == 0
    assert "left as it is" in capsys.readouterr().out
    assert command("daily --period 2026-11-16") == 0
    assert "reports/daily/2026-11-16/manifest.json" in world.files.files


@pytest.mark.parametrize("wrong", ["weekly --period 2026-W48", "weekly --period 2026-11", "monthly --period 2026-13"])
def test_the_command_explains_what_it_cannot_make(wrong: str, world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """A week that is not over, a month as a week, no month at all."""
    county = County(letters=world.letters, reports=world.files, runs=world.jobs)
    county.write("a", nov(16))
    county.close_through(SUNDAY)
    assert command(wrong) == 1
    assert wrong.rsplit(maxsplit=1)[-1] in capsys.readouterr().err
