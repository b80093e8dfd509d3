"""How much memory the packed functions fill, and how much of the processor they take, with many letters.

`python -m tests.bench.memory` builds the bundle (or takes `--bundle deployment.zip`), fills an installation of its own
on the emulator for each number of `--letters`, and runs every job and the largest
requests once, each in a fresh process through awslambdaric. What it tells is the most memory that the process had,
Python and runtime client included: the figure by which docs/cold-start.md chooses memory sizes. Exits with 1 when one
fills more than `FILLED` of what its function has.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from infra import emulator, package
from tests.bench.cold_start import API, request, scheduled
from tests.bench.memory_county import BODY, FEWEST, County, county
from tests.bench.runtime_api import Started, start

FILLED: Final = 0.75
"""The most of a function's memory that may be filled: the rest is for a county with more, or longer, letters."""

PATIENCE_SECONDS: Final = 3_600
"""Longer than the cloud gives: a run that is cut off tells nothing of what a whole one fills."""

JOBS: Final = (
    "close_day",
    "sweep",
    "dispatch",
    "publish",
    "reports",
    "reconcile",
    "calendar_watch",
    "fetch",
    "spot_checks",
)
"""In this order: dispatch has what sweep adds, figures are folded from closed days."""

ELSEWHERE: Final = {"fetch": "bengbu-2014", "spot_checks": "chongqing-2005"}
"""Jobs that do nothing under the county's own regulation, and one under which they do."""

INBOX_ROWS: Final = 1_000
FILE_BYTES, FILES = 10 * 1024 * 1024, 5
LETTER: Final = {
    "kind": "complaint",
    "subject": "路灯",
    "body": BODY,
    "writer": {"name": "测试人", "phone": "13900000000", "email": "writer@mail.example"},
}


@dataclass(frozen=True, slots=True)
class Case:
    """One run: what is measured, by which function, what it is handed, and what its environment has beside the
    installation's own."""

    name: str
    handler: str
    event: dict[str, Any]
    environment: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Ran:
    """What a case came to: 10⁶ bytes at most, seconds of the processor and by the clock, and what it did."""

    peak_mb: float
    cpu_seconds: float
    seconds: float
    did: str


def measured(tree: Path, letters: int) -> dict[str, Ran]:
    """Every job and request once, in a new installation with so many letters. Raises OperatorError."""
    _say(f"\n{letters} letters")
    with TemporaryDirectory(prefix="huiyin-memory-") as home:
        running = emulator.start(Path(home))
        try:
            with county(running.endpoint, letters) as there:
                return {case.name: _ran(tree, there, case) for case in _cases(there)}
        finally:
            running.stop()


def _cases(there: County) -> Iterator[Case]:
    """Requests first, while the letters lie as they were filled; each is prepared just before it is run."""
    yield from _requests(there)
    there.drop(INBOX_ROWS, "renmin")
    for job in JOBS:
        rulebook = {"HUIYIN_RULEBOOK": ELSEWHERE[job]} if job in ELSEWHERE else {}
        yield Case(job, f"scheduled.{job}.{job}", scheduled(), rulebook)


def _requests(there: County) -> Iterator[Case]:
    staff = {"authorization": f"Bearer {there.token()}"}
    given = there.given_to_a_unit()
    yield _asked("POST /letters, 10,000 characters", request("POST", "/letters", {**LETTER, "body": "灯" * 10_000}))
    files = there.uploads(FILES, FILE_BYTES)
    yield _asked(
        f"POST /letters, {FILES} files of 10 MB", request("POST", "/letters", {**LETTER, "attachments": files})
    )
    yield _asked("GET /desk, the centre's", request("GET", "/desk"), staff)
    code, query_code = there.written()
    asked = request("GET", "/letters/{tracking_code}", tracking_code=code)
    yield _asked("GET /letters/…, the writer's", asked, {"query-code": query_code})
    path = "/desk/letters/{tracking_code}"
    yield _asked("GET /desk/letters/…", request("GET", path, tracking_code=given), staff)
    path = "/desk/letters/{tracking_code}/forms/{form}"
    yield _asked("GET …/forms/assignment", request("GET", path, tracking_code=given, form="assignment"), staff)
    month = {"multiValueQueryStringParameters": {"month": [there.month]}}
    yield _asked("GET /desk/archive", request("GET", "/desk/archive") | month, staff)
    yield _asked("GET /desk/archive/register", request("GET", "/desk/archive/register") | month, staff)


def _asked(name: str, event: dict[str, Any], headers: Mapping[str, str] | None = None) -> Case:
    return Case(name, API, {**event, "headers": {**event["headers"], **(headers or {})}}, {})


def _ran(tree: Path, there: County, case: Case) -> Ran:
    environment = {**there.environment, **case.environment}
    done = start(tree, case.handler, case.event, environment, patience=PATIENCE_SECONDS)
    ran = Ran(done.peak_mb, done.cpu_ms / 1000, (done.first_ms or 0) / 1000, _did(done))
    _say(f"  {case.name:36} {ran.peak_mb:6.0f} MB {ran.cpu_seconds:8.1f} s  {ran.did}")
    return ran


def _did(done: Started) -> str:
    """What a request answered, or what a job said that it did; lists as their length."""
    if done.answer is not None:
        return f"{done.answer['statusCode']}, {len(done.answer['body'])} characters"
    for line in done.said.splitlines():
        told = json.loads(line) if line.startswith("{") else {}
        if told.get("message") == "job finished":
            known = {"level", "location", "message", "timestamp", "service", "job", "xray_trace_id"}
            counted = {name: len(each) if isinstance(each, list) else each for name, each in told.items()}
            return ", ".join(f"{name} {each}" for name, each in counted.items() if name not in known and each)
    return "said nothing"


def sizes(template: Path) -> dict[str, int]:
    """The memory of each function in the packed template, by its handler, in MiB."""
    resources = json.loads(template.read_text(encoding="utf-8"))["Resources"].values()
    functions = (each["Properties"] for each in resources if each["Type"] == "AWS::Serverless::Function")
    return {each["Handler"]: each["MemorySize"] for each in functions}


def _tell(rans: Mapping[int, Mapping[str, Ran]], has: Mapping[str, int]) -> bool:
    """The table, a column for each number of letters; whether all fits."""
    _say(f"\n{'letters':36}" + "".join(f"{letters:>9}{'':9}" for letters in rans) + f"{'has':>8}")
    fits = True
    for name in next(iter(rans.values())):
        memory = has[f"scheduled.{name}.{name}" if name in JOBS else API] * 1024**2 / 1e6
        each = [ran[name] for ran in rans.values()]
        over = max(ran.peak_mb for ran in each) > FILLED * memory
        fits = fits and not over
        figures = "".join(f"{ran.peak_mb:6.0f} MB {ran.cpu_seconds:6.1f} s " for ran in each)
        _say(f"{name:36}{figures}{memory:5.0f} MB{'  TOO FULL' if over else ''}")
    return fits


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201


def main() -> int:
    """Measure and print; 1 when a function fills too much of its memory."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.memory", description=__doc__)
    parser.add_argument("--letters", type=int, nargs="+", default=[500, 5_000], help="numbers; default 500 5000")
    parser.add_argument("--bundle", type=Path, help="a deployment.zip, its sam.json beside it; left out: built now")
    given = parser.parse_args()
    if min(given.letters) < FEWEST:
        parser.error(f"at least {FEWEST} letters")
    with TemporaryDirectory(prefix="huiyin-memory-") as scratch:
        built = (
            package.build(Path(scratch) / "build")
            if given.bundle is None
            else package.Bundle(given.bundle, given.bundle.with_name("sam.json"), given.bundle.stat().st_size)
        )
        tree = Path(scratch) / "tree"
        package.unpack(built.zip, tree)
        rans = {letters: measured(tree, letters) for letters in given.letters}
        return int(not _tell(rans, sizes(built.template)))


if __name__ == "__main__":
    sys.exit(main())
