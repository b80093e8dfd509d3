"""The published JSON Schemas: what is really written fits them, and what is changed, missing or added does not."""

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from chalicelib import verify
from chalicelib.domain.day_file import Folder
from chalicelib.domain.history import Past, relive
from chalicelib.domain.letter import Kind, LetterId, Sensitivity
from chalicelib.domain.metrics.figures import WITH_AMOUNT, Dimension, Figure
from chalicelib.domain.metrics.fold import Fold, Folding
from chalicelib.domain.metrics.lines import is_withheld
from chalicelib.domain.metrics.tally import Tally
from chalicelib.domain.metrics.told import told
from chalicelib.domain.payloads import Classify, HoldToAccount, Reopen, Supervise
from chalicelib.domain.periods import parse_period
from chalicelib.domain.workflow import Move
from chalicelib.ports import SealedWriter
from chalicelib.services.close_day import LedgerPorts, close_import
from chalicelib.services.ledger_files import read_lines
from chalicelib.services.reporting.inputs import read_inputs
from chalicelib.services.reporting.report_json import report_json
from chalicelib.services.reporting.schemas import SCHEMAS, publish_schemas
from chalicelib.services.reports import make_report
from chalicelib.services.writing import change_of
from infra.schemas.make import DIRECTORY, PUBLISHED, renew
from tests.builders import CLERK, SHANGHAI, WATER, WRITER, an_arrival, calendar, surroundings
from tests.functional.test_reports import comes_in_late
from tests.reporting import INSPECTOR, County, a_week, nov, report_of

PERIODS = ("2026-11-17", "2026-W47", "2026-W48", "2026-11", "2026-Q4", "2026")
MAPS = {"unit_names", "kind_names", "trigger_names", "counts", "amounts", "own_days", "off_days", "work_days", "facts"}
"""Objects of which the schemas name no field: any key may stand in them, or none."""

Json = Any
Change = Callable[[Json], object]


@cache
def validator(name: str) -> Draft202012Validator:
    """The published schema of this name, itself a valid one."""
    schema = json.loads((DIRECTORY / f"{name}.json").read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def faults(name: str, document: Json) -> list[str]:
    """Where the document does not fit."""
    return [error.json_path for error in validator(name).iter_errors(document)]


@cache
def county() -> County:
    """The week of `a_week`, imported history, everything that has a list of its own, and reports of every period."""
    county = a_week()
    past = Past(an_arrival(source="old"), nov(10), "已经答复。", nov(12))
    outcomes, around = relive(LetterId("old-1"), "0" * 64, past, surroundings(nov(16))), surroundings(nov(16))
    sealed = SealedWriter(b"sealed")
    county.letters.commit(change_of(None, outcomes, around, announcements=(), writer=sealed, import_batch="old-abc"))
    close_import(LedgerPorts(county.letters, county.reports, county.signer, county.runs), nov(16), SHANGHAI, "old-abc")
    county.make("old-1", Move.REOPEN, Reopen(reason="没有解决"), WRITER, nov(17))
    county.write("guarded", nov(18), about_units=(WATER,))
    county.make(
        "extended",
        Move.CLASSIFY,
        Classify(excerpt="群众反映东路路灯长期不亮。", excerpt_approved=True),
        CLERK,
        nov(20, 14),
    )
    for code in ("extended", "guarded"):
        topic = Sensitivity.STABILITY if code == "extended" else None
        county.make(code, Move.SUPERVISE, Supervise(topic=topic), INSPECTOR, nov(20, 15))
    county.make("late", Move.HOLD_TO_ACCOUNT, HoldToAccount(trigger="work_behind", note="敷衍"), INSPECTOR, nov(20, 16))
    county.close_through(date(2026, 11, 22))
    make_report(county.office(), parse_period("2026-W47"))
    comes_in_late(county, "late-one", nov(22, 23), nov(23, 9))
    comes_in_late(county, "late-two", nov(22, 23), nov(23, 9), kind=Kind.ACCUSATION)
    county.close_through(date(2026, 12, 31))
    for period in PERIODS:
        make_report(county.office(), parse_period(period))
    publish_schemas(county.reports)
    return county


def read(key: str) -> Json:
    """A JSON file of the bucket."""
    return json.loads(county().reports.files[key])


def file_of(period: str, name: str) -> Json:
    """A file of the report of this period."""
    return read(f"{parse_period(period).folder}/{name}")


def event_lines() -> list[dict[str, Any]]:
    """Every line of the ledger's files."""
    reports = county().reports
    folders = [
        key.split("/")[1] for key in reports.files if key.startswith("ledger/") and key.endswith("/manifest.json")
    ]
    return [line for folder in sorted(folders) for line in read_lines(reports, Folder(folder))]


def test_the_published_schemas_are_those_that_the_code_gives(tmp_path: Path) -> None:
    """After a change of a type, of its meaning or of docs/figures.md: `python -m infra schemas`."""
    renew(tmp_path)
    made = {path.name: path.read_text("utf-8") for path in tmp_path.iterdir()}
    assert made == {path.name: path.read_text("utf-8") for path in DIRECTORY.glob("*.json")}
    assert sorted(made) == sorted(each.file for each in PUBLISHED)


@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize(
    ("schema", "name"),
    [("report-2", "report.json"), ("inputs-1", "inputs.json"), ("report-manifest-1", "manifest.json")],
)
def test_every_file_of_a_report_fits_its_schema(schema: str, name: str, period: str) -> None:
    assert faults(schema, file_of(period, name)) == []


def test_the_reports_checked_have_everything_a_report_can_have() -> None:
    """Else a schema would be right about nothing."""
    week, month, day = (file_of(period, "report.json") for period in ("2026-W48", "2026-11", "2026-11-17"))
    assert {line["withheld"] for line in week["corrections"]} == {True, False}
    assert {line["withheld"] for line in month["supervised"]} == {True, False}
    assert {line["withheld"] for line in month["overdue"]} == {True, False}
    assert {line["withheld"] for line in month["letters"]} == {True, False}
    assert all(month[name] for name in ("excerpts", "notices", "scores", "best", "series", "by_field", "by_region"))
    assert any(line["moves"] for line in day["letters"])
    assert file_of("2026-11", "inputs.json")["excerpts"]
    assert file_of("2026-W48", "inputs.json")["unread"]
    assert "import=old-abc" in [each["name"] for each in month["basis"]["ledger"]]


def test_every_file_of_the_ledger_fits_its_schema() -> None:
    keys = [key for key in county().reports.files if key.startswith("ledger/") and key.endswith("/manifest.json")]
    assert {key.split("=")[0] for key in keys} == {"ledger/day", "ledger/import"}
    assert {key: faults("ledger-manifest-1", read(key)) for key in keys} == {key: [] for key in keys}
    lines = event_lines()
    assert len(lines) > 40
    assert [faults("event-1", line) for line in lines] == [[] for _ in lines]


def test_every_fact_that_the_ledger_tells_is_explained() -> None:
    known = validator("event-1").schema["$defs"]["EventFacts"]["properties"]
    assert {fact for line in event_lines() for fact in line["facts"]} <= known.keys()


def test_a_report_of_too_many_letters_to_list_them_under_each_figure_fits_too() -> None:
    lines, week = county().lines(), parse_period("2026-W47")
    folding, fold = Folding(week, SHANGHAI, calendar()), Fold(week, SHANGHAI, calendar())
    fold.add_all(map(told, lines))
    few = Tally(listed_at_most=2)
    for progress in fold.progress.values():
        few.add(progress.state, folding.marks(progress), withheld=is_withheld(progress.state))
    report = report_of(lines, week, replace(county_basis(), ledger=()))
    report = replace(report, total=few.total(), by_unit=few.rows(Dimension.UNIT), by_kind=few.rows(Dimension.KIND))
    document = json.loads(b"".join(report_json(report)))
    assert document["by_unit"][0]["cells"]["received"]["letters"] is None
    assert faults("report-2", document) == []


def county_basis() -> Any:
    """What the figures of the county rest on."""
    return read_inputs(county().reports.files["reports/weekly/2026-W47/inputs.json"]).basis


DOCUMENTS: dict[str, Callable[[], Json]] = {
    "report-2": lambda: file_of("2026-11", "report.json"),
    "inputs-1": lambda: file_of("2026-11", "inputs.json"),
    "report-manifest-1": lambda: file_of("2026-11", "manifest.json"),
    "ledger-manifest-1": lambda: read("ledger/day=2026-11-17/manifest.json"),
    "event-1": lambda: max(event_lines(), key=lambda line: len(str(line))),
}


def short(document: Json) -> Json:
    """The document with the first and the last of each list alone."""
    if isinstance(document, dict):
        return {key: short(value) for key, value in document.items()}
    if isinstance(document, list):
        return [short(each) for each in ([document[0], document[-1]] if len(document) > 2 else document)]
    return document


def places(document: Json, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every object in the document whose fields the schema names; of a row's figures the first."""
    if isinstance(document, dict):
        if path[-1:] not in {(name,) for name in MAPS}:
            yield path
        for key, value in document.items():
            if path[-1:] not in {("counts",), ("amounts",)} and (path[-1:] != ("cells",) or key == "received"):
                yield from places(value, (*path, key))
    elif isinstance(document, list) and document:
        yield from places(document[0], (*path, 0))
        yield from places(document[-1], (*path, len(document) - 1))


def at(document: Json, path: tuple[str | int, ...]) -> Json:
    for step in path:
        document = document[step]
    return document


OPTIONAL = {
    "event-1": {"working_days_used", "overdue_days", "file"},
    "ledger-manifest-1": {"packed_sha256", "imports"},
}
"""What a line of the ledger tells only where there is something to tell, and what older manifests do not have."""


@pytest.mark.parametrize("name", DOCUMENTS)
def test_whatever_is_left_out_or_added_does_not_fit(name: str) -> None:
    document = short(DOCUMENTS[name]())
    assert faults(name, document) == []
    tried = 0
    for path in {
        tuple(0 if isinstance(each, int) else each for each in path): path for path in places(document)
    }.values():
        found = at(document, path)
        if path[-1:] == ("deductions",):
            continue
        for key in [key for key in found if key not in OPTIONAL.get(name, ())]:
            value = found.pop(key)
            assert not validator(name).is_valid(document), (*path, key)
            found[key] = value
            tried += 1
        found["writer_name"] = "张三"
        assert not validator(name).is_valid(document), path
        del found["writer_name"]
    assert tried >= len(document)


def line(which: bool, lines: list[Json]) -> Json:
    """The first line that is withheld, or is not."""
    return next(each for each in lines if each["withheld"] is which)


def of_roads(report: Json) -> Json:
    """What the first letter that roads had adds to its figures."""
    return next(each["counts"]["roads"] for each in report["letters"] if "roads" in each["counts"])


REPORT: dict[str, Change] = {
    "a count below nothing": lambda r: r["total"]["cells"]["received"].update(count=-1),
    "a count as text": lambda r: r["total"]["cells"]["received"].update(count="8"),
    "an amount of a figure that has none": lambda r: r["total"]["cells"]["received"].update(amount=1),
    "a figure nobody knows": lambda r: r["total"]["cells"].update(praised=r["total"]["cells"]["received"]),
    "a rate above one": lambda r: r["total"].update(answer_rate=1.01),
    "a sixth score": lambda r: r["total"]["scores"].update({"6": 1}),
    "another kind of period": lambda r: r.update(kind="weekly"),
    "a period of no kind": lambda r: r.update(kind="fortnightly"),
    "a date that is none": lambda r: r.update(first="2026-11-32"),
    "a date of another spelling": lambda r: r["series"][0].update(first="2026-11-1"),
    "another version": lambda r: r.update(schema=3),
    "a hash in capitals": lambda r: r["basis"]["ledger"][0].update(manifest_sha256="A" * 64),
    "a folder of another name": lambda r: r["basis"]["ledger"][0].update(name="day=yesterday"),
    "a language we have not": lambda r: r["basis"].update(language="fr"),
    "a status that is none": lambda r: r["letters"][0].update(status="lost"),
    "a time without its offset": lambda r: line(False, r["letters"]).update(received_at="2026-11-17T10:00:00"),
    "a figure of a letter that is none": lambda r: of_roads(r).update(praised=1),
    "a figure counted no times": lambda r: of_roads(r).update(open=0),
    "a withheld letter that is named": lambda r: line(True, r["letters"]).update(tracking_code="guarded"),
    "an office of a withheld letter": lambda r: line(True, r["letters"]).update(unit="water"),
    "what a withheld letter adds to a unit": lambda r: line(True, r["letters"]).update(counts={"water": {"open": 1}}),
    "a withheld supervised letter's office": lambda r: line(True, r["supervised"]).update(unit="water"),
    "a withheld overdue letter's number": lambda r: line(True, r["overdue"]).update(number="清信〔2026〕1号"),
    "a letter without its code": lambda r: line(False, r["letters"]).update(tracking_code=None),
    "an overdue letter that is not late": lambda r: r["overdue"][0].update(overdue_days=0),
    "a deduction that no rulebook knows": lambda r: r["scores"][0].update(
        deductions=[{"name": "rude", "cases": 1, "points": 1}]
    ),
}


@pytest.mark.parametrize("change", REPORT)
def test_a_changed_report_does_not_fit(change: str) -> None:
    document = deepcopy(DOCUMENTS["report-2"]())
    REPORT[change](document)
    assert not validator("report-2").is_valid(document)


OTHERS: dict[str, tuple[str, Change]] = {
    "a program that is no hash": ("inputs-1", lambda d: d.update(program="v1")),
    "a day off that is no date": (
        "inputs-1",
        lambda d: d["calendar"]["notices"][0]["off_days"].update({"春节": "春节"}),
    ),
    "an excerpt of a name": ("inputs-1", lambda d: d["excerpts"][0].update(words=7)),
    "a file of another hash": ("report-manifest-1", lambda d: d["files"].update({"report.html": "0" * 63})),
    "a file of another folder": ("report-manifest-1", lambda d: d["files"].update({"../x": "0" * 64})),
    "a missing file": ("report-manifest-1", lambda d: d["files"].pop("inputs.json")),
    "a signature of another sort": ("report-manifest-1", lambda d: d.update(algorithm="none")),
    "a month called a week": ("report-manifest-1", lambda d: d.update(report="weekly")),
    "a day without its date": ("ledger-manifest-1", lambda d: d.pop("day")),
    "an import with a day": ("ledger-manifest-1", lambda d: d.update(name="import=old", previous=None)),
    "an import that names imports": (
        "ledger-manifest-1",
        lambda d: (d.update(name="import=old", previous=None), d.pop("day"), d.pop("stragglers")),
    ),
    "no signature": ("ledger-manifest-1", lambda d: d.update(signature="")),
    "local time in the ledger": ("event-1", lambda d: d.update(at="2026-11-17T10:00:00+08:00")),
    "an instant without its fraction": ("event-1", lambda d: d.update(at="2026-11-17T10:00:00Z")),
    "an event before the first": ("event-1", lambda d: d.update(sequence=0)),
    "somebody's words as a fact": ("event-1", lambda d: d["facts"].update(words="东路的路灯坏了。" * 40)),
    "an object as a fact": ("event-1", lambda d: d["facts"].update(writer={"name": "张三"})),
    "a limit of no name": ("event-1", lambda d: d["facts"]["clocks"][0].update(name="patience")),
}


@pytest.mark.parametrize("change", OTHERS)
def test_another_file_that_is_changed_does_not_fit(change: str) -> None:
    name, make = OTHERS[change]
    document = deepcopy(DOCUMENTS[name]())
    make(document)
    assert not validator(name).is_valid(document)


def test_a_fact_that_comes_later_fits_within_the_version() -> None:
    document = DOCUMENTS["event-1"]()
    document["facts"] |= {"later": True, "later_days": 3, "later_units": ["roads"]}
    assert faults("event-1", document) == []


def test_the_schemas_lie_beside_the_reports_and_do_not_trouble_whoever_verifies_them(tmp_path: Path) -> None:
    files = county().reports.files
    assert {key for key in files if key.startswith(SCHEMAS)} == {f"{SCHEMAS}{each.file}" for each in PUBLISHED}
    before = dict(files)
    publish_schemas(county().reports)
    assert files == before
    for key, data in files.items():
        (tmp_path / key).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / key).write_bytes(data)
    assert verify.main([str(tmp_path)]) == 0


def test_a_schema_that_lies_there_is_not_written_again() -> None:
    store = County().reports
    store.put_once(f"{SCHEMAS}report-2.json", b"{}", "application/json")
    publish_schemas(store)
    assert store.files[f"{SCHEMAS}report-2.json"] == b"{}"


def test_every_figure_is_described_and_only_those_with_an_amount_may_have_one() -> None:
    cells = validator("report-2").schema["$defs"]["Row"]["properties"]["cells"]["properties"]
    assert list(cells) == [figure.value for figure in Figure]
    assert all("Unit: " in cell["description"] for cell in cells.values())
    with_amount = {figure.value for figure in WITH_AMOUNT}
    assert {name for name, cell in cells.items() if "properties" not in cell} == with_amount
    assert {name for name, cell in cells.items() if "amount: " in cell["description"]} == with_amount
