"""The set of reports, as its readers meet it: what each regulation asks for, in whose mail, when, and on the desk."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any, BinaryIO

import pytest

from chalicelib import bootstrap
from chalicelib.domain.directory import Deputy
from chalicelib.domain.letter import ContactId, Role
from chalicelib.ports import Mail
from chalicelib.services.report_shelf import AT_ONCE
from chalicelib.services.reporting.readers import TOLD, tell_readers
from infra.cli import main
from tests.builders import ROADS, SHANGHAI, a_contact, calendar
from tests.fakes.files import FakeReports
from tests.functional.world import LINK, Citizen, Desk
from tests.regulations.county import County, a_county

BOOKS = ("hefei-2008", "shuangfeng-2018", "pingliang-2012", "bengbu-2014", "chongqing-2005")
OVERSEERS = {"mayor", "deputy-mayor", "secretary", "deputy-secretary", "leader", "inspector", "inspector-2", "auditor"}
CENTRES = {"clerk", "clerk-2", "roads-clerk"}
COUNTY = OVERSEERS | CENTRES
HEADS = {f"{unit}-head" for unit in ("centre", "roads", "roads-section", "water", "district", "town", "station")}
EXCERPT = "群众反映东路路灯长期不亮，影响夜间出行。"


@pytest.fixture(autouse=True)
def nobody_elses_county() -> Iterator[None]:
    yield
    bootstrap.use(None)


def a_world(book: str = "shuangfeng-2018", since: str = "2026-11-16T09:00") -> County:
    """A county in which roads gets a letter, and water none."""
    county = County(a_county(), book)
    county.at(since)
    county.assigned("roads")
    return county


def mornings(county: County, first: str, last: str) -> None:
    """Days pass as the timetable has them, as far as it matters for reports."""
    day = date.fromisoformat(first)
    while day <= date.fromisoformat(last):
        county.at(f"{day}T01:00")
        county.run("close_day")
        for hour in ("07:00", "08:00", "09:00", "23:00"):
            county.at(f"{day}T{hour}")
            county.run("reports")
            county.run("dispatch")
        day += timedelta(days=1)


def report_mails(county: County, contact: str) -> list[Mail]:
    county.post_goes_out()
    return [mail for mail in county.mails_to(contact) if "编制完成" in mail.subject]


def who_heard(county: County, of: str) -> set[str]:
    """Whose mails name this report."""
    names = county.registry.directory().contacts
    return {name for name in names if any(of in mail.text for mail in report_mails(county, name))}


def shelf(desk: Desk, query: str = "") -> list[tuple[str, str]]:
    return [(each["period"], each["name"]) for each in desk.call("GET", f"/desk/reports{query}")["reports"]]


# what each regulation switches on, and for whom

ASKED_FOR = {
    "hefei-2008": {
        "网上信箱电子监察月报（2026年12月）": ("HF-2.4", COUNTY),
        "网上信箱办理年度考核（2026年度）": ("HF-3.3", COUNTY),
    },
    "shuangfeng-2018": {
        "来信办理日清单（2026年12月31日）": ("SF-5", CENTRES | {"inspector", "inspector-2"}),
        "来信办理月汇总（2026年12月）": ("SF-5", COUNTY),
        "来信办理季通报（2026年第4季度）": ("SF-5", COUNTY | HEADS),
        "来信办理年度考核（2026年度）": ("SF-5", COUNTY | {"roads-head"}),
    },
    "pingliang-2012": {
        "网民留言办理情况分析（2026年12月）": ("PL-19", COUNTY),
        "网民留言办理情况通报（2026年第4季度）": ("PL-20", COUNTY | HEADS),
        "网民留言办理年度评优（2026年度）": ("PL-22", COUNTY | {"roads-head"}),
    },
    "bengbu-2014": {"省长热线和网上留言办理考核（2026年度）": ("BB-4", COUNTY)},
    "chongqing-2005": {
        "市长信箱工作周报（2026年第53期）": ("CQ-11.2", COUNTY | {"roads-head"}),
        "信箱办理情况月报（2026年12月）": ("CQ-11.2", COUNTY | {"roads-head"}),
        "信箱办理情况季报（2026年第4季度）": ("CQ-11.2", COUNTY | {"roads-head"}),
        "信箱工作年度考核（2026年度）": ("CQ-11.3", COUNTY),
    },
}


@pytest.mark.parametrize("book", BOOKS)
def test_every_report_a_regulation_asks_for_reaches_whom_it_names_and_nobody_else(book: str) -> None:
    """At the turn of 2026, which ends in a holiday: all of them are told of on Monday 4 January."""
    county = a_world(book, "2026-12-28T09:00")
    mornings(county, "2026-12-29", "2027-01-04")
    for title, (_, readers) in ASKED_FOR[book].items():
        assert who_heard(county, title) == readers, title
    clauses = {rule.clause for rule in county.installation.rulebook.reports.values()}
    assert {clause for clause, _ in ASKED_FOR[book].values()} == clauses - {None}


@pytest.mark.parametrize(("book", "name"), [("shuangfeng-2018", "示例县人民政府办公室"), ("pingliang-2012", "督查室")])
def test_the_quarterly_circular_is_headed_and_signed_by_whose_it_is(book: str, name: str) -> None:
    """SF-5: the county office's; PL-20: the inspectors'. Nothing in it is in the centre's name."""
    county = a_world(book, "2026-12-28T09:00")
    county.at("2027-01-01T08:00")
    county.run("reports")
    page = county.files.files["reports/quarterly/2026-Q4/report.html"].decode()
    assert page.count(name) >= 2
    assert page.index(name) < page.index("<table") < page.rindex(name)


@pytest.mark.parametrize("book", BOOKS)
def test_the_year_is_appraised_with_scores_and_the_best_are_named(book: str) -> None:
    county = a_world(book, "2026-12-07T09:00")
    good = county.assigned("water")
    county.at("2026-12-28T15:00")  # roads is late by now
    county.desk("water-handler").makes(good.code, "answer", body="已经办结。", channel="web")
    county.at("2027-01-01T08:00")
    county.run("reports")
    made = json.loads(county.files.files["reports/yearly/2026/report.json"])
    assert {each["unit"] for each in made["scores"]} >= {"roads", "water"}
    page = county.files.files["reports/yearly/2026/report.html"].decode()
    names = {unit.id: unit.name for unit in county.registry.directory().units.values()}
    assert made["basis"]["appraisal"]["best"] > 0
    assert all(names[unit] in page for unit in made["best"])
    assert "得分" in page


# when: a quarter of days, under each regulation


@pytest.mark.parametrize("book", BOOKS)
def test_through_a_quarter_every_report_is_told_once_in_office_hours(book: str) -> None:
    """From the National Day holiday to the New Year's, both of which move weekends."""
    county = a_world(book, "2026-10-08T09:00")
    days, hours = calendar(), county.installation.rulebook.office_hours
    assert hours is not None
    seen, when = 0, []
    day = datetime(2026, 10, 8, 10, tzinfo=SHANGHAI)
    while day < datetime(2027, 1, 5, 10, tzinfo=SHANGHAI):
        day += timedelta(hours=3)
        county.at(f"{day:%Y-%m-%dT%H:%M}")
        if day.hour in {1, 7}:
            county.run("reports")
        county.run("dispatch")
        when += [day for mail in county.mailer.sent[seen:] if "编制完成" in mail.subject]
        seen = len(county.mailer.sent)
    assert when
    for moment in when:
        assert days.is_working_day(moment.date()), moment
        assert hours.start <= moment.time() < hours.end, moment
    told = [line for mail in report_mails(county, "inspector") for line in mail.text.splitlines() if "（202" in line]
    titles = [line.split(". ")[-1] for line in told]
    finished = [key for key in county.files.files if key.startswith("reports/") and key.endswith("/manifest.json")]
    assert len(titles) == len(set(titles)) == len(finished)


def test_what_came_due_over_the_weekend_is_one_mail_that_names_each() -> None:
    """SF-5: Friday's, Saturday's and Sunday's lists, and the week, on Monday; the longer period first."""
    county = a_world()
    mornings(county, "2026-11-17", "2026-11-23")
    [*_, monday] = report_mails(county, "inspector")
    assert monday.subject == "信箱办理周报、来信办理日清单共4份，已编制完成"
    lines = [line for line in monday.text.splitlines() if "（2026" in line]
    assert lines == [
        "1. 信箱办理周报（2026年第47期）",
        "2. 来信办理日清单（2026年11月20日）",
        "3. 来信办理日清单（2026年11月21日）",
        "4. 来信办理日清单（2026年11月22日）",
    ]
    assert report_mails(county, "leader")[-1].subject == "信箱办理周报（2026年第47期）已编制完成"
    assert len(LINK.findall(monday.text)) == 1


def test_a_report_mail_goes_apart_from_news_of_letters() -> None:
    county = a_world()
    county.at("2026-11-23T08:31")
    county.run("reports")
    county.send_letter(kind="complaint")
    subjects = [mail.subject for mail in report_mails(county, "clerk")]
    assert len(subjects) == 1
    assert any(
        "编制完成" not in mail.subject and mail not in report_mails(county, "clerk")
        for mail in county.mails_to("clerk")
    )


# made up, killed, run again


def test_a_week_without_jobs_is_made_up_in_order_and_told_in_one_mail() -> None:
    county = a_world()
    county.at("2026-11-26T10:00")
    folders = county.run("reports")
    daily = [each for each in folders if "/daily/" in each]
    assert daily == sorted(daily)
    assert len(daily) == 10
    [mail] = report_mails(county, "inspector")
    assert mail.text.count("来信办理日清单（") == 6, "of the last week; older ones are no news"
    assert "信箱办理周报（2026年第47期）" in mail.text


def test_nothing_long_past_is_announced_and_all_of_it_lies_on_the_desk() -> None:
    county = a_world("pingliang-2012")
    county.at("2027-06-15T10:00")
    county.run("reports")
    [mail] = report_mails(county, "leader")
    assert "网民留言办理情况分析（2027年5月）" in mail.text
    assert "网民留言办理情况分析（2026年11月）" not in mail.text
    assert ("monthly", "2026-11") in shelf(county.desk("leader"))


def test_ten_runs_add_nothing() -> None:
    county = a_world()
    county.at("2026-11-23T09:00")
    county.run("reports")
    county.post_goes_out()
    before, mails = dict(county.files.files), len(county.mailer.sent)
    for _ in range(10):
        county.later(minutes=6)
        assert county.run("reports") == []
        county.post_goes_out()
    assert (county.files.files, len(county.mailer.sent)) == (before, mails)


class _DiesAt(FakeReports):
    """A bucket whose user is killed once so many files were written."""

    def __init__(self, files: dict[str, bytes], writes: int) -> None:
        super().__init__()
        self.files, self.left = files, writes

    def put_once(self, key: str, data: bytes, content_type: str) -> bool:
        if self.left == 0:
            raise TimeoutError
        self.left -= 1
        return super().put_once(key, data, content_type)


@pytest.mark.parametrize("writes", [0, 2, 5, 6, 7, 8, 13, 14])
def test_a_run_that_is_killed_between_any_two_files_is_taken_up_and_told_once(writes: int) -> None:
    """Made, but the manifest is missing; finished, but nobody told; told, but not noted down."""
    county = a_world("chongqing-2005")
    county.at("2026-11-30T09:30")
    county.run("close_day")
    county.open(reports=_DiesAt(county.files.files, writes))
    with pytest.raises(Exception, match="reports: TimeoutError"):
        county.run("reports")
    county.open(reports=county.files)
    county.post_goes_out()
    county.run("reports")
    told = "".join(mail.text for mail in report_mails(county, "leader"))
    assert [told.count(f"市长信箱工作周报（2026年第{week}期）") for week in (47, 48)] == [1, 1]


# who hears, who reads


def test_a_report_that_nobody_reads_yet_waits_for_its_readers_as_long_as_it_is_news() -> None:
    """The leaders are entered on Wednesday: they get Monday's report, and none of a month before."""
    county = County(a_county(), "chongqing-2005")
    book = county.installation.rulebook
    rules = {name: rule.model_copy(update={"to": (Role.HEAD,)}) for name, rule in book.reports.items()}
    county.open(rulebook=book.model_copy(update={"reports": rules}))
    mayor = county.contact("mayor")
    county.registry.put([], [replace(mayor, active=False)], [])
    county.at("2026-10-12T09:00")
    county.assigned("roads")
    mornings(county, "2026-11-23", "2026-11-23")
    assert not [key for key in county.files.files if key.startswith(f"{TOLD}weekly/2026-W47")]
    county.registry.put([], [mayor], [])
    mornings(county, "2026-11-25", "2026-11-26")
    [mail] = report_mails(county, "mayor")
    assert "（2026年第47期）" in mail.text
    assert "（2026年第42期）" not in mail.text


def test_a_reader_who_comes_later_is_not_mailed_what_was_told_and_finds_it_on_the_desk() -> None:
    county = a_world()
    mornings(county, "2026-11-23", "2026-11-23")
    county.registry.put([], [a_contact("new-inspector", ROADS, Role.INSPECTOR)], [])
    mornings(county, "2026-11-24", "2026-11-24")
    [mail] = report_mails(county, "new-inspector")
    assert "第47期" not in mail.text
    assert ("weekly", "2026-W47") in shelf(county.desk("new-inspector"))


def test_who_has_left_or_has_no_role_gets_nothing_and_reads_nothing() -> None:
    county = a_world()
    desk = county.desk("inspector")
    county.registry.put([], [replace(county.contact("inspector"), active=False)], [])
    county.registry.put([], [replace(county.contact("inspector-2"), roles=frozenset())], [])
    mornings(county, "2026-11-23", "2026-11-23")
    assert report_mails(county, "inspector") == report_mails(county, "inspector-2") == []
    assert desk.call("GET", "/desk/reports").status == 401
    assert shelf(county.desk("inspector-2")) == []


@pytest.mark.parametrize("lost", [{"active": False}, {"roles": frozenset({Role.HANDLER})}], ids=["leaves", "changes"])
def test_who_leaves_or_changes_office_before_the_mail_goes_out_does_not_get_it(lost: dict[str, Any]) -> None:
    """Made on Sunday, owed for Monday morning."""
    county = a_world()
    county.at("2026-11-22T09:00")
    county.run("reports")
    county.registry.put([], [replace(county.contact("inspector"), **lost)], [])
    county.at("2026-11-23T09:00")
    assert report_mails(county, "inspector") == []
    assert len(report_mails(county, "inspector-2")) == 1


def a_head_away(county: County) -> None:
    """The head of roads is away this winter; the office's handler stands in."""
    deputy = Deputy(ContactId("roads-handler"), date(2026, 12, 1), date(2027, 1, 10))
    county.registry.put([], [replace(county.contact("roads-head"), deputy=deputy)], [])


def test_a_deputy_gets_and_reads_the_reports_of_whom_they_stand_in_for_and_no_longer() -> None:
    county = a_world("shuangfeng-2018", "2026-12-28T09:00")
    a_head_away(county)
    mornings(county, "2027-01-01", "2027-01-04")
    [mail] = report_mails(county, "roads-handler")
    assert "来信办理季通报（2026年第4季度）" in mail.text
    assert "您正在代理name of roads-head的工作，以下报表由您代为查阅。" in mail.text
    assert report_mails(county, "roads-head") == []
    assert shelf(county.desk("roads-handler")) == [("quarterly", "2026-Q4"), ("yearly", "2026")]
    assert county.desk("roads-handler").call("GET", "/desk")["reads_reports"] is True
    county.at("2027-01-11T09:00")
    assert shelf(county.desk("roads-handler")) == []
    assert ("quarterly", "2026-Q4") in shelf(county.desk("roads-head"))


def test_a_deputy_who_reads_it_anyway_gets_it_once() -> None:
    county = a_world()
    deputy = Deputy(ContactId("inspector-2"), date(2026, 11, 20), date(2026, 11, 30))
    county.registry.put([], [replace(county.contact("inspector"), deputy=deputy)], [])
    mornings(county, "2026-11-23", "2026-11-23")
    [mail] = report_mails(county, "inspector-2")
    assert mail.text.count("第47期") == 1
    assert "代理" not in mail.text


# what a reader meets


def test_the_link_opens_the_desk_and_every_file_of_the_report_is_there_to_open() -> None:
    county = a_world()
    mornings(county, "2026-11-23", "2026-11-23")
    found = LINK.search(report_mails(county, "leader")[-1].text)
    assert found is not None
    desk = Desk(county, "leader", found.group(1))
    assert desk.call("GET", "/desk")["reads_reports"] is True
    [week, *_] = [each for each in desk.call("GET", "/desk/reports")["reports"] if each["period"] == "weekly"]
    assert (week["name"], week["title"]) == ("2026-W47", "信箱办理周报")
    assert [each["name"] for each in week["files"]] == [
        "report.html",
        "report.xlsx",
        "letters.csv",
        "report.json",
        "inputs.json",
        "manifest.json",
    ]
    for file in week["files"]:
        assert file["url"].startswith(f"https://bucket.invalid/reports/weekly/2026-W47/{file['name']}?")
        assert county.files.files[f"reports/weekly/2026-W47/{file['name']}"]


def test_a_unit_head_gets_links_to_the_circular_and_to_no_other_sort_of_report() -> None:
    county = a_world("pingliang-2012", "2026-12-28T09:00")
    mornings(county, "2027-01-01", "2027-01-04")
    said = county.desk("water-head").call("GET", "/desk/reports")
    assert {each["period"] for each in said["reports"]} == {"quarterly", "yearly"}
    assert "/monthly/" not in said.raw
    said = county.desk("water-head").call("GET", "/desk/reports?kind=monthly")
    assert said["reports"] == []


def test_years_of_daily_lists_are_shown_piece_by_piece() -> None:
    """A link is long: three years of lists at once would not fit into an answer."""
    county = a_world()
    days = [date(2024, 1, 1) + timedelta(days=number) for number in range(1000)]
    for day in days:
        county.files.put_once(f"reports/daily/{day}/manifest.json", b"{}", "application/json")
    clerk, read, before = county.desk("clerk"), [], ""
    while True:
        said = clerk.call("GET", f"/desk/reports?kind=daily{before}")
        read += [each["name"] for each in said["reports"]]
        if not said["older"]:
            break
        assert len(said["reports"]) == AT_ONCE[said["reports"][0]["period"]]
        before = f"&before={said['older']['daily']}"
    assert read == [day.isoformat() for day in reversed(days)]
    assert len(clerk.call("GET", "/desk/reports").raw) < 100_000


def test_mails_of_reports_speak_their_readers_language() -> None:
    county = a_world()
    leader = county.contact("leader")
    for language, said in {
        "en": ("Ready to read: 信箱办理周报 (week 47 of 2026)", 'under "Reports"'),
        "zh-Hant": ("信箱办理周报（2026年第47期）已編製完成", "在「報表」中"),
    }.items():
        county.registry.put([], [replace(leader, language=type(leader.language)(language))], [])
        county.at("2026-11-23T09:00")
        county.files.files = {key: data for key, data in county.files.files.items() if not key.startswith(TOLD)}
        county.outbox.messages.clear()
        county.run("reports")
        county.post_goes_out()
        mail = county.mails_to("leader")[-1]
        assert mail.subject == said[0]
        assert said[1] in mail.text


class _OnlyTheBeginning(BytesIO):
    """A long file of which nobody may read more than a little."""

    def read(self, size: int | None = -1, /) -> bytes:
        assert size is not None
        assert size > 0
        assert self.tell() + size <= 1 << 17
        return super().read(size)


class _LongFiles(FakeReports):
    """A bucket of files that are not to be taken whole."""

    def get(self, key: str) -> bytes | None:
        assert not key.endswith("report.json")
        return super().get(key)

    def open(self, key: str) -> BinaryIO | None:
        return _OnlyTheBeginning(self.files[key])


def test_who_was_concerned_is_read_without_the_letters_of_the_report() -> None:
    """A year of a million letters is a long file; the rows of units stand before its letters."""
    county = a_world("chongqing-2005")
    county.at("2026-11-23T06:00")
    county.run("close_day")
    county.at("2026-11-23T09:00")
    county.run("reports")
    key = "reports/weekly/2026-W47/report.json"
    head, marker, _ = county.files.files[key].partition(b',"corrections":')
    assert marker
    county.files.files[key] = head + marker + b"[" + b"0," * 200_000 + b"cut off"
    long = _LongFiles()
    long.files = {name: data for name, data in county.files.files.items() if not name.startswith(TOLD)}
    county.open(reports=long)
    county.outbox.messages.clear()
    assert tell_readers(county.installation, county.installation.time.now()) == len(COUNTY) + 1
    assert "roads-head" in {message.recipient for message in county.outbox.messages.values()}


# the summary tells the leaders of letters in chosen words, SF-5


def drafted(county: County, **fields: Any) -> Citizen:
    citizen = county.assigned("roads", **fields)
    county.desk("clerk").makes(citizen.code, "classify", excerpt=EXCERPT)
    return citizen


def november(county: County) -> list[tuple[str, str]]:
    county.at("2026-12-01T09:00")
    county.run("reports")
    made = json.loads(county.files.files["reports/monthly/2026-11/report.json"])
    return [(each["tracking_code"], each["text"]) for each in made["excerpts"]]


def waits(county: County, contact: str, citizen: Citizen) -> str | None:
    found = {each["tracking_code"]: each["waits_for"] for each in county.desk(contact).waiting()}
    return found.get(citizen.code)


def test_an_excerpt_that_nobody_approved_is_in_no_report_and_waits_on_the_centres_desk() -> None:
    county = a_world()
    citizen = drafted(county)
    assert waits(county, "clerk-2", citizen) == "approve_excerpt"
    shown = county.desk("clerk-2").opens(citizen.code)
    assert (EXCERPT, "excerpt_draft") in [(each["body"], each["purpose"]) for each in shown["texts"]]
    assert november(county) == []
    assert EXCERPT not in "".join(data.decode(errors="ignore") for data in county.files.files.values())


def test_a_colleague_approves_it_as_it_stands_and_the_ledger_says_who() -> None:
    county = a_world()
    citizen = drafted(county)
    county.desk("clerk-2").makes(citizen.code, "classify", excerpt_approved=True)
    assert waits(county, "clerk-2", citizen) != "approve_excerpt"
    texts = [
        (text["purpose"], event.actor.id)
        for event in county.file(citizen.code).events
        for text in event.facts.get("texts", ())  # type: ignore[attr-defined]
        if text["purpose"].startswith("excerpt")
    ]
    assert texts == [("excerpt_draft", "clerk"), ("excerpt", "clerk-2")]
    assert november(county) == [(citizen.code, EXCERPT)]


def test_a_draft_that_is_not_wanted_is_dropped() -> None:
    county = a_world()
    citizen = drafted(county)
    county.desk("clerk-2").makes(citizen.code, "classify", excerpt_approved=False)
    assert waits(county, "clerk", citizen) != "approve_excerpt"
    assert county.desk("clerk").tries(citizen.code, "classify", excerpt_approved=True).fields() == ["excerpt_approved"]
    assert november(county) == []


def test_a_new_draft_leaves_what_was_approved_until_it_is_approved_itself() -> None:
    county = a_world()
    citizen = drafted(county)
    clerk = county.desk("clerk")
    clerk.makes(citizen.code, "classify", excerpt_approved=True)
    clerk.makes(citizen.code, "classify", excerpt="另一种说法")
    assert november(county) == [(citizen.code, EXCERPT)]


@pytest.mark.parametrize("role", ["inspector", "leader", "roads-head", "roads-handler"])
def test_only_the_centre_writes_and_approves_excerpts(role: str) -> None:
    county = a_world()
    citizen = drafted(county)
    tries: list[dict[str, Any]] = [{"excerpt": "别的话"}, {"excerpt_approved": True}]
    for fields in tries:
        assert county.desk(role).tries(citizen.code, "classify", **fields).status == 403
    texts = [each["purpose"] for each in county.desk(role).opens(citizen.code)["texts"]]
    assert ("excerpt_draft" in texts) is (role in {"inspector", "leader"})
    assert "excerpt" not in citizen.looks().raw


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("请联系13907385566。", "电话"),
        ("张晓明反映路灯不亮。", "姓名"),
        ("张先生反映路灯不亮。", "姓名"),
        ("来信人住在永丰镇书院路17号。", "住址"),
        ("身份证430525199001011234。", "身份证"),
        ("邮箱 zhang.xiaoming@mail.test。", "邮箱"),
        ("他人电话0738-5212345。", "电话"),
    ],
)
def test_personal_data_in_an_excerpt_are_refused_and_not_repeated(said: str, told: str) -> None:
    county = a_world()
    citizen = county.assigned("roads")
    tries: list[dict[str, Any]] = [{"excerpt": said}, {"excerpt": said, "excerpt_approved": True}]
    for fields in tries:
        refused = county.desk("clerk").tries(citizen.code, "classify", **fields)
        assert (refused.status, refused.fields()) == (422, ["excerpt"])
        assert told in refused.raw
        assert said not in refused.raw
    assert not [text for text in county.file(citizen.code).texts if text.purpose.startswith("excerpt")]


@pytest.mark.parametrize(
    "fields", [{"kind": "accusation"}, {"about": [{"unit": "roads"}]}], ids=["accusation", "about"]
)
def test_no_excerpt_is_made_of_an_accusation_or_a_letter_about_somebody(fields: dict[str, Any]) -> None:
    county = a_world()
    citizen = county.send_letter(**fields)
    said = county.desk("clerk").tries(citizen.code, "classify", excerpt=EXCERPT)
    assert (said.status, said.fields()) == (422, ["excerpt"])


def test_a_letter_that_turns_out_to_be_an_accusation_takes_its_excerpt_with_it() -> None:
    county = a_world()
    waiting, approved = drafted(county), drafted(county)
    clerk = county.desk("clerk")
    clerk.makes(approved.code, "classify", excerpt_approved=True)
    for each in (waiting, approved):
        clerk.makes(each.code, "classify", kind="accusation")
    assert waits(county, "clerk", waiting) != "approve_excerpt"
    assert clerk.tries(waiting.code, "classify", excerpt_approved=True).fields() == ["excerpt_approved"]
    assert november(county) == []


def test_what_is_approved_after_the_month_goes_into_the_next_summary() -> None:
    county = a_world()
    citizen = drafted(county)
    assert november(county) == []
    county.desk("clerk").makes(citizen.code, "classify", excerpt_approved=True)
    county.at("2027-01-01T09:00")
    county.run("reports")
    made = json.loads(county.files.files["reports/monthly/2026-12/report.json"])
    assert [each["text"] for each in made["excerpts"]] == [EXCERPT]


# by hand


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ("monthly --period 2026-11", "2026-11 is not over: the ledger is closed through 2026-11-22"),
        ("monthly --period 2027-05", "2027-05 is not over: the ledger is closed through 2026-11-22"),
        ("monthly --period 2026-W47", "2026-W47: a monthly report is named like 2026-11"),
        ("weekly --period 2026-11-20", "2026-11-20: a weekly report is named like 2026-W47"),
        ("monthly --period 2026-13", "2026-13: no such period"),
        ("weekly --period 2026-W40", "2026-W40 was over before the ledger's first day, 2026-11-16"),
    ],
)
def test_the_command_says_why_there_can_be_no_such_report(
    asked: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    county = a_world()
    county.at("2026-11-23T06:00")
    county.run("close_day")
    before = dict(county.files.files)
    assert main(["report", *asked.split()]) == 1
    assert says in capsys.readouterr().err
    assert county.files.files == before
