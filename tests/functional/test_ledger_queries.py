"""docs/queries: an auditor's SQL over the ledger's files comes to the figures of the report, cell by cell.

The queries share nothing with the program that makes the reports: two ways to count, over lives of every sort.
"""

import gzip
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.clocks import local_date
from chalicelib.domain.engine import why_not
from chalicelib.domain.errors import DomainError
from chalicelib.domain.ledger import jsonl, line_of, order_of
from chalicelib.domain.letter import Actor, Kind, Role
from chalicelib.domain.metrics.figures import Row
from chalicelib.domain.payloads import (
    Accept,
    Answer,
    Approve,
    Assign,
    Classify,
    ContactWriter,
    Decline,
    ExplainDelay,
    Forward,
    GrantExtension,
    Instruct,
    KeepForInformation,
    Nothing,
    Payload,
    Rate,
    ReferUp,
    Reopen,
    RequestExtension,
    Return,
    SendBack,
)
from chalicelib.domain.periods import Period, parse_period
from chalicelib.domain.workflow import Move
from chalicelib.services.reports import make_report
from tests.builders import CENTRE, ROADS, SHANGHAI, WATER, calendar, rulebook
from tests.fakes.ledger import Chain
from tests.reporting import HANDLERS, County, a_week, nov, report_of
from tests.unit.making import CLERK, INSPECTION, LEADER, PARKS, PARKS_HANDLER, WRITER, Story
from tests.unit.test_metrics_laws import BASIS, Life, lives

QUERIES = Path(__file__).parents[2] / "docs" / "queries"
W47 = parse_period("2026-W47")
Line = Mapping[str, Any]
Cells = dict[str, object]


# the auditor's side


def database(root: Path, period: Period) -> duckdb.DuckDBPyConnection:
    """DuckDB as it comes, in the downloaded folder, without a network: the queries up to the tables of figures."""
    connection = duckdb.connect(
        config={"autoinstall_known_extensions": False, "autoload_known_extensions": False, "threads": 1}
    )
    connection.execute(f"SET file_search_path = '{root}'")
    for name in ("1_period", "2_calendar", "3_lives", "4_counted"):
        connection.execute((QUERIES / f"{name}.sql").read_text(encoding="utf-8"))
        if name == "1_period":
            connection.execute(f"SET VARIABLE first = DATE '{period.first}'; SET VARIABLE last = DATE '{period.last}'")
            connection.execute(f"SET VARIABLE report = '{period.folder}'")
    return connection


def table(connection: duckdb.DuckDBPyConnection, name: str) -> list[Cells]:
    """What a query shows, a dict a row."""
    found = connection.execute((QUERIES / f"{name}.sql").read_text(encoding="utf-8"))
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def by_sql(root: Path, period: Period = W47) -> tuple[dict[str, Cells], Cells]:
    """The rows of the units, and the county's."""
    with database(root, period) as connection:
        units = {str(row.pop("unit")): row for row in table(connection, "5_units")}
        (county,) = table(connection, "6_county")
    return units, county


AMOUNTS = {"extension_days": "extensions", "overdue_days": "overdue"}
RATES = ("timeliness_rate", "triage_timeliness_rate", "answer_rate", "mean_days", "median_days", "mean_score")


def cells(row: Mapping[str, Any], names: Iterable[str]) -> Cells:
    """These columns of a row of report.json."""
    told: Cells = {}
    for name in names:
        if name in RATES:
            told[name] = row[name]
        elif name in AMOUNTS:
            told[name] = row["cells"].get(AMOUNTS[name], {"amount": 0})["amount"]
        else:
            told[name] = row["cells"].get(name, {"count": 0})["count"]
    return told


def compare(root: Path, by_unit: Sequence[Mapping[str, Any]], total: Mapping[str, Any], period: Period = W47) -> None:
    """Every cell of both tables, also that no unit is missing."""
    units, county = by_sql(root, period)
    assert county == cells(total, county)
    rows = {row["key"]: row for row in by_unit}
    assert set(units) <= set(rows)
    names = next(iter(units.values()), {})
    nothing = {name: None if name in RATES else 0 for name in names}
    for key, row in rows.items():
        assert units.get(key, nothing) == cells(row, names), key


def as_json(row: Row) -> dict[str, Any]:
    """A row in the shape of report.json."""
    told = {name: getattr(row, name) for name in ("key", *RATES)}
    return told | {"cells": {str(name): {"count": c.count, "amount": c.amount} for name, c in row.cells.items()}}


# real reports


def download(county: County, root: Path) -> None:
    for key, data in county.reports.files.items():
        path = root / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def compare_report(county: County, root: Path, key: str) -> dict[str, Any]:
    """Make this report, and compare it with what the queries make of the same files."""
    period = parse_period(key)
    assert make_report(county.office(), period)
    download(county, root)
    report: dict[str, Any] = json.loads(county.reports.files[f"{period.folder}/report.json"])
    compare(root, report["by_unit"], report["total"], period)
    return report


def a_fuller_week() -> County:
    """a_week, and what it lacks: joining units, a letter given back and assigned again, reopened, about an office."""
    county = a_week()
    county.write("joined", nov(16))
    county.give("joined", nov(16, 11), ROADS, WATER)
    county.answer("joined", nov(20, 16), ROADS)
    county.write("bounced", nov(17), Kind.COMPLAINT)
    county.give("bounced", nov(17, 11), ROADS)
    county.make("bounced", Move.RETURN, Return(reason="不属本单位职责"), HANDLERS[ROADS], nov(18, 15))
    county.give("bounced", nov(18, 16), ROADS)
    county.write("late redone", nov(11))
    county.give("late redone", nov(11, 11), WATER)
    county.answer("late redone", nov(18), WATER)
    county.send_back("late redone", nov(18, 11))
    county.answer("late redone", nov(19), WATER)
    county.write("reopened", nov(16))
    county.give("reopened", nov(16, 11), ROADS)
    county.answer("reopened", nov(16, 15))
    county.rate("reopened", nov(17), 1)
    county.make("reopened", Move.REOPEN, Reopen(reason="没有解决"), WRITER, nov(18))
    county.write("about", nov(17))
    county.give("about", nov(17, 12), ROADS)
    county.make("about", Move.CLASSIFY, Classify(about=(ROADS,)), CLERK, nov(20))
    return county


@pytest.mark.parametrize("key", ["2026-W46", "2026-W47", "2026-11-19", "2026-11-20", "2026-11"])
def test_the_main_table_of_a_report_is_that_of_the_queries(tmp_path: Path, key: str) -> None:
    county = a_fuller_week()
    county.close_through(date(2026, 12, 1))
    report = compare_report(county, tmp_path, key)
    if key == "2026-W47":
        counts = {name: cell["count"] for name, cell in report["total"]["cells"].items()}
        seen = (
            "on_time",
            "late",
            "released_late",
            "extensions",
            "returns",
            "ping_pong",
            "send_backs",
            "reopened",
        )
        assert all(counts[name] for name in (*seen, "open", "overdue", "triaged_on_time", "reply_given"))


def test_an_import_counts_in_its_own_time(tmp_path: Path) -> None:
    county = a_week()
    old = Chain("OLD1")
    moment = datetime(2026, 11, 16, 2, tzinfo=UTC)
    recorded = datetime(2026, 11, 12, tzinfo=UTC)
    handled = {"name": "handle", "id": "C#001", "unit": "roads", "started_on": "2026-11-16", "due_on": "2026-11-18"}
    old.add(
        moment,
        recorded,
        "receive",
        kind="complaint",
        source="platform",
        centre="centre",
        units=["roads"],
        guarded=False,
    )
    old.add(
        moment + timedelta(days=3),
        recorded,
        "answer",
        unit="roads",
        leads=True,
        status="answered",
        clocks=[{**handled, "state": "breached", "working_days_used": 3, "overdue_days": 1}],
    )
    folder = tmp_path / "ledger" / "import=old"
    folder.mkdir(parents=True)
    (folder / "events.jsonl.gz").write_bytes(gzip.compress(jsonl([line_of(event) for event in old.events])))
    (folder / "manifest.json").write_bytes(b"{}")
    lines = [*county.lines(), *(line_of(event) for event in old.events)]
    lay_out(tmp_path, county.lines())
    compare_fold(tmp_path, lines, W47)
    assert by_sql(tmp_path)[0]["roads"]["late"] == 2


def test_what_reached_the_ledger_after_the_report_was_made_is_not_in_it(tmp_path: Path) -> None:
    """A line in the file of the day after the period counts; one in a later file is the next report's correction."""
    county = a_week()
    lines = county.lines()
    lay_out(tmp_path, lines, late={("consult", 3): date(2026, 11, 23), ("accused", 4): date(2026, 11, 24)})
    kept = [line for line in lines if (line["letter"], line["sequence"]) != ("accused", 4)]
    compare_fold(tmp_path, kept, W47)


def test_letters_that_are_merged_parted_and_removed_count_as_the_report_counts_them(tmp_path: Path) -> None:
    """Also a unit whose late answer was sent back, and that loses the letter because it is merged."""
    late = {"name": "handle", "id": "C#002", "unit": "roads", "started_on": "2026-11-11", "due_on": "2026-11-13"}
    redo = {"name": "redo", "id": "C#003", "unit": "roads", "started_on": "2026-11-17", "due_on": "2026-11-20"}
    lines = []
    for name in ("merged", "parted", "removed", "withdrawn", "twice"):
        chain = Chain(name)
        chain.add(nov(11), move="receive", kind="help", source="web", centre="centre", guarded=False, status="received")
        chain.add(nov(11, 11), move="accept", number="1", status="accepted")
        chain.add(nov(11, 12), move="assign", units=["roads"], status="assigned", clocks=[{**late, "state": "running"}])
        answered = {**late, "state": "breached", "working_days_used": 3, "overdue_days": 1}
        chain.add(nov(16), move="answer", unit="roads", leads=True, status="answered", clocks=[answered])
        chain.add(nov(17), move="send_back", unit="roads", status="assigned", clocks=[{**redo, "state": "running"}])
        stopped = [{**redo, "state": "stopped", "working_days_used": 1, "overdue_days": 0}]
        if name in {"merged", "parted", "twice"}:
            chain.add(nov(18), move="link_repeat", status="merged", clocks=stopped)
        if name == "parted":
            chain.add(nov(19), move="part", status="accepted")
        if name == "twice":
            chain.add(nov(19), move="part", status="accepted")
            again = {**late, "id": "C#004", "started_on": "2026-11-19", "due_on": "2026-11-23", "state": "running"}
            chain.add(nov(19, 11), move="assign", units=["roads"], status="assigned", clocks=[again])
            chain.add(nov(20), move="reopen", status="accepted", units=["roads"])
        if name == "removed":
            chain.add(nov(18), move="remove", status="removed", clocks=stopped)
        if name == "withdrawn":
            chain.add(nov(18), move="withdraw", status="withdrawn", clocks=stopped)
        lines += [line_of(event) for event in chain.events]
    lay_out(tmp_path, lines)
    compare_fold(tmp_path, lines, W47)
    units, county = by_sql(tmp_path)
    assert (county["merged"], county["removed"], county["withdrawn"]) == (3, 1, 1)
    assert units["roads"]["released_late"] == 4


def test_an_answer_that_others_sign_counts_as_the_report_counts_it(tmp_path: Path) -> None:
    """BB-3.4: given with the last signature, in time by the unit's own part; its head's doubts are its own affair."""
    lines = []
    for name, doubts in (("smooth", None), ("own head", "roads"), ("centre", "centre")):
        story = Story(Kind.CONSULTATION, "2026-11-16 10:00", book=rulebook("bengbu-2014")).assigned()
        story.do(Move.ANSWER, _ANSWER, HANDLERS[ROADS], "2026-11-17 10:00")
        if doubts == "roads":
            story.do(Move.SEND_BACK, SendBack(reasons="不详细"), approver(story), "2026-11-17 11:00")
            story.do(Move.ANSWER, _ANSWER, HANDLERS[ROADS], "2026-11-18 10:00")
        sign(story, "2026-11-18 15:00")
        if doubts == "centre":
            story.do(Move.SEND_BACK, SendBack(reasons="不详细"), approver(story), "2026-11-18 16:00")
            story.do(Move.ANSWER, _ANSWER, HANDLERS[ROADS], "2026-11-19 10:00")
            sign(story, "2026-11-19 11:00")
        sign(story, "2026-11-20 16:00")
        assert story.letter.approval is None
        if (
            doubts == "centre"
        ):  # the writer is not content, and the next try is not taken: the first answer still stands
            story.do(Move.REOPEN, Reopen(reason="没有解决"), WRITER, "2026-11-20 17:00")
            story.do(Move.ASSIGN, Assign(units=(WATER,)), CLERK, "2026-11-21 09:00")
            story.do(Move.ANSWER, _ANSWER, HANDLERS[WATER], "2026-11-21 10:00")
            story.do(Move.SEND_BACK, SendBack(reasons="不详细"), approver(story), "2026-11-21 11:00")
        lines += [{**line_of(event), "letter": name} for event in story.events]
    lay_out(tmp_path, lines)
    compare_fold(tmp_path, lines, W47)
    roads = by_sql(tmp_path)[0]["roads"]
    assert (roads["answered"], roads["on_time"], roads["send_backs"]) == (3, 3, 1)
    assert (roads["mean_days"], roads["median_days"]) == (2.3, 2.0)


def approver(story: Story) -> Actor:
    """Whose signature the answer waits for."""
    assert story.letter.approval is not None
    return Actor("signer", Role.APPROVER, story.letter.approval.unit or CENTRE)


def sign(story: Story, at: str) -> None:
    """The next signature."""
    assert story.letter.approval is not None
    criteria = tuple(each.id for each in story.book.criteria)
    step = story.letter.approval.step
    payload = Approve(step=step, signature=SIGNATURE) if step == "sign_off" else Approve(step=step, criteria=criteria)
    story.do(Move.APPROVE, payload, approver(story), at)


def test_a_line_that_stands_in_two_files_counts_once(tmp_path: Path) -> None:
    lines = a_week().lines()
    twice = [dict(line) for line in lines if line["move"] in {"send_back", "return", "rate"}]
    lay_out(tmp_path, lines)
    folder = tmp_path / "ledger" / "day=2026-11-23"
    (folder / "events.jsonl.gz").write_bytes(gzip.compress(jsonl(twice)))
    compare_fold(tmp_path, lines, W47)


# letters.csv


def test_the_lines_of_letters_csv_add_up_to_report_json(tmp_path: Path) -> None:
    county = a_fuller_week()
    county.close_through(date(2026, 11, 23))
    compare_report(county, tmp_path, "2026-W47")
    with database(tmp_path, W47) as connection:
        rows = table(connection, "letters_csv")
    assert {row["figure"] for row in rows} >= {"received", "answered", "overdue", "handled"}
    assert {row["verdict"] for row in rows} == {"same"}
    assert next(row for row in rows if row["figure"] == "extensions")["amount_in_csv"] == 5


def test_a_line_changed_in_letters_csv_is_shown(tmp_path: Path) -> None:
    county = a_fuller_week()
    county.close_through(date(2026, 11, 23))
    compare_report(county, tmp_path, "2026-W47")
    path = tmp_path / W47.folder / "letters.csv"
    lines = path.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    path.write_text("".join(lines[:-1]), encoding="utf-8-sig", newline="")
    with database(tmp_path, W47) as connection:
        rows = table(connection, "letters_csv")
    assert "DIFFERENT" in {row["verdict"] for row in rows}
    assert next(row for row in rows if row["figure"] == "received")["verdict"] == "DIFFERENT"


# the calendar, and the way it is run


def test_the_calendar_of_the_queries_is_that_of_the_published_notices() -> None:
    with duckdb.connect() as connection:
        connection.execute((QUERIES / "2_calendar.sql").read_text(encoding="utf-8"))
        days = connection.execute("SELECT day, so_far - lag(so_far, 1, 0) OVER (ORDER BY day) FROM days").fetchall()
        ours, last = calendar(), calendar().certain_through
        assert all(bool(worked) == ours.is_working_day(day) for day, worked in days if day <= last)
        assert days[0][0] == ours.first_day
        for after, through in [(date(2026, 2, 13), date(2026, 3, 1)), (date(2026, 9, 30), date(2026, 10, 10))]:
            found = connection.execute("SELECT working_days(?, ?)", [after, through]).fetchone()
            assert found == (ours.working_days_between(after, through),)


def test_the_queries_run_in_one_go_as_the_guide_says(tmp_path: Path) -> None:
    """One after the other through the command line program's door: no statement needs anything between."""
    county = a_week()
    county.close_through(date(2026, 11, 23))
    compare_report(county, tmp_path, "2026-W47")
    everything = "".join(path.read_text(encoding="utf-8") for path in sorted(QUERIES.glob("[1-6]_*.sql")))
    with duckdb.connect(config={"autoload_known_extensions": False}) as connection:
        connection.execute(f"SET file_search_path = '{tmp_path}'")
        assert len(connection.execute(everything).fetchall()) == 1
    guide = (QUERIES / "README.md").read_text(encoding="utf-8")
    assert all(path.name in guide for path in QUERIES.glob("*.sql"))


# lives of every sort


def lay_out(root: Path, lines: Iterable[Line], late: Mapping[tuple[str, int], date] | None = None) -> None:
    """The ledger's day files: each line in the file of its local day, or in that of a later one."""
    days: defaultdict[date, list[Line]] = defaultdict(list)
    for line in lines:
        own = local_date(datetime.fromisoformat(line["at"]), SHANGHAI)
        days[(late or {}).get((line["letter"], line["sequence"]), own)].append(line)
    for day in (W47.first + timedelta(days=n) for n in range(10)):
        days.setdefault(day, [])
    for day, its_lines in days.items():
        folder = root / "ledger" / f"day={day}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "events.jsonl.gz").write_bytes(gzip.compress(jsonl(sorted(its_lines, key=order_of))))


def compare_fold(root: Path, lines: Iterable[Line], period: Period) -> None:
    """The queries over the files, and the program's own count of these lines."""
    report = report_of([dict(line) for line in lines], period, BASIS)
    compare(root, [as_json(row) for row in report.by_unit], as_json(report.total), period)


@settings(max_examples=60, deadline=None)
@given(lives, st.sampled_from(["2026-W46", "2026-W47", "2026-11-18", "2026-11"]))
def test_figures_of_letters_that_move_at_random_are_those_of_the_queries(
    tmp_path_factory: pytest.TempPathFactory, life: Life, key: str
) -> None:
    root = tmp_path_factory.mktemp("ledger")
    lay_out(root, life.county.lines())
    compare_fold(root, life.county.lines(), parse_period(key))


BOOKS = ("shuangfeng-2018", "hefei-2008", "pingliang-2012", "bengbu-2014", "chongqing-2005")
HANDLED_BY = {**HANDLERS, PARKS: PARKS_HANDLER}
_ANSWER = Answer(body="已经修复。")
EVERYBODY = tuple(HANDLED_BY.values())
SIGNATURE = (
    "data:image/png;base64,"
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
Choice = tuple[Move, Payload, Sequence[Actor]]
RARE: tuple[Choice, ...] = (
    (Move.DECLINE, Decline(ground="not_a_public_matter"), [CLERK]),
    (Move.KEEP_FOR_INFORMATION, KeepForInformation(), [CLERK]),
    (Move.FORWARD, Forward(unit=INSPECTION), [CLERK]),
    (Move.FORWARD, Forward(unit=INSPECTION, ask_answer=True), [CLERK]),
    (Move.REFER_UP, ReferUp(leader="leader"), [CLERK]),
    (Move.INSTRUCT, Instruct(text="速办"), [LEADER]),
    (Move.ACCEPT, Accept(kind=Kind.SUGGESTION), [CLERK]),
    (Move.CLASSIFY, Classify(kind=Kind.OPINION), [CLERK]),
    (Move.CLASSIFY, Classify(about=(ROADS,)), [CLERK]),
    (Move.CLASSIFY, Classify(about=()), [CLERK]),
    (Move.CONTACT_WRITER, ContactWriter(note="电话联系"), EVERYBODY),
    (Move.WITHDRAW, Nothing(), [WRITER]),
)
USUAL: tuple[Choice, ...] = (
    (Move.ACCEPT, Accept(), [CLERK]),
    (Move.APPROVE, Approve(step="read"), [Actor("centre-head", Role.DEPARTMENT_HEAD, CENTRE)]),
    (Move.ASSIGN, Assign(units=(ROADS,), note="请办理"), [CLERK]),
    (Move.ASSIGN, Assign(units=(WATER, ROADS), note="请办理"), [CLERK]),
    (Move.ASSIGN, Assign(units=(ROADS, WATER, PARKS), note="请办理"), [CLERK]),
    (Move.CONVERT, Assign(units=(PARKS,), note="请办理"), [CLERK]),
    (Move.CLAIM, Nothing(), EVERYBODY),
    (Move.RETURN, Return(reason="不属本单位职责"), EVERYBODY),
    (Move.REQUEST_EXTENSION, RequestExtension(reason="要勘查", working_days=2), EVERYBODY),
    (Move.EXPLAIN_DELAY, ExplainDelay(reason="下雨"), EVERYBODY),
    (Move.GRANT_EXTENSION, GrantExtension(), [CLERK]),
    (Move.ANSWER, _ANSWER, EVERYBODY),
    (Move.ANSWER, Answer(body="已经修复。", chain="government"), EVERYBODY),
    (Move.ANSWER, _ANSWER, [Actor("inspection-handler", Role.HANDLER, INSPECTION)]),
    (Move.APPROVE, Approve(), [CLERK]),
    (Move.SEND_BACK, SendBack(reasons="没有说明原因"), [CLERK]),
    (Move.RATE, Rate(score=2), [WRITER]),
    (Move.REOPEN, Reopen(reason="没有解决"), [WRITER]),
)


def choices(story: Story, *, rare: bool) -> list[Choice]:
    """What may be tried: the usual, and what an answer on its way through signatures waits for; seldom the rest."""
    found = list(RARE if rare else USUAL)
    approval = story.letter.approval
    if approval is not None:
        criteria = tuple(each.id for each in story.book.criteria)
        signers = [Actor("signer", Role.APPROVER, approval.unit or CENTRE)]
        found += [(Move.APPROVE, Approve(step=approval.step, signature=SIGNATURE, criteria=criteria), signers)] * 6
        found += [(Move.APPROVE, Approve(step=approval.step), signers)] * 6
        found += [(Move.SEND_BACK, SendBack(reasons="没有说明原因"), signers)] * 2
    return found


def wander(book: str, letter: str, begins: int, steps: Sequence[tuple[int, int, int]]) -> list[Line]:
    """A letter's life under a rulebook: each step some hours later, one of the moves it can make then."""
    now = datetime(2026, 11, 11, 1, tzinfo=UTC) + timedelta(hours=begins)
    kinds = (Kind.CONSULTATION, Kind.COMPLAINT, Kind.HELP)
    story = Story(kinds[begins % 3], now.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M"), book=rulebook(book))
    for hours, choice, who in steps:
        story.now += timedelta(hours=hours)
        story.sweep()
        around = story.around
        can = [
            (move, payload, actor)
            for move, payload, actors in choices(story, rare=who == 0)
            for actor in (actors[(who + n) % len(actors)] for n in range(len(actors)))
            if why_not(move, story.letter, story.clocks, actor, around) is None
        ]
        if can:
            with suppress(DomainError):
                story.do(*can[choice % len(can)])
    return [{**line_of(event), "letter": letter} for event in story.events]


walks = st.tuples(
    st.sampled_from(BOOKS),
    st.lists(
        st.tuples(
            st.integers(0, 240),
            st.lists(st.tuples(st.integers(0, 70), st.integers(0, 999), st.integers(0, 9)), min_size=4, max_size=24),
        ),
        min_size=6,
        max_size=10,
    ),
).map(lambda drawn: [line for n, each in enumerate(drawn[1]) for line in wander(drawn[0], f"letter-{n}", *each)])


@settings(max_examples=60, deadline=None)
@given(walks, st.sampled_from(["2026-W46", "2026-W47", "2026-11-18", "2026-11"]))
def test_figures_under_every_rulebook_are_those_of_the_queries(
    tmp_path_factory: pytest.TempPathFactory, lines: list[Line], key: str
) -> None:
    """Signatures, claims, leaders, joining units, extensions, redoing: whatever the five rulebooks allow."""
    root = tmp_path_factory.mktemp("ledger")
    lay_out(root, lines)
    compare_fold(root, lines, parse_period(key))
