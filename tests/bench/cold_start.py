"""How long the packed functions take to start, beside an app with nothing but Chalice and PynamoDB.

`python -m tests.bench.cold_start` builds the bundle (or takes `--bundle deployment.zip`), unzips it, makes the
comparison of the same libraries, and starts each through awslambdaric many times, in turns, so that whatever else the
machine does falls on all alike. Where the AWS emulator is installed it also tells how long the first request takes:
laziness must not only move the time.
"""

import argparse
import json
import shutil
import statistics
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from infra import emulator, package
from infra.environment import LOCAL_REGION
from infra.errors import OperatorError
from infra.provision import provision
from tests.bench.runtime_api import Started, start

LIMIT: Final = 1.15
"""The most that a function's init may take, against the comparison's."""

API: Final = "app.app"
COMPARISON: Final = "chalice and pynamodb"
_LIBRARIES: Final = (
    "chalice",
    "pynamodb",
    "botocore",
    "dateutil",
    "urllib3",
    "jmespath",
    "six.py",
    "typing_extensions.py",
)
_SETTINGS: Final = {
    "HUIYIN_COUNTY": "清溪县",
    "HUIYIN_RULEBOOK": "shuangfeng-2018",
    "HUIYIN_SITE_URL": "https://letters.example",
    "HUIYIN_MAIL_FROM": "letters@example.org",
    "HUIYIN_MAILER": "ses",
    "HUIYIN_TEXTS": "sns",
    "POWERTOOLS_SERVICE_NAME": "huiyin",
    "POWERTOOLS_METRICS_NAMESPACE": "Huiyin",
}
_LETTER: Final = {
    "kind": "complaint",
    "subject": "路灯",
    "body": "桥头的路灯坏了三天。",
    "writer": {"phone": "13900000000"},
}


def make_comparison(tree: Path, folder: Path) -> Path:
    """The comparison as a bundle of its own, of the very libraries that the unzipped bundle has, compiled alike."""
    folder.mkdir()
    for name in _LIBRARIES:
        source = tree / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(source, folder / name)
    shutil.copyfile(Path(__file__).with_name("comparison_app.py"), folder / "app.py")
    package.compile_all(folder)
    return folder


def in_turns(tree: Path, comparison: Path, handlers: Sequence[str], rounds: int) -> dict[str, list[Started]]:
    """Start each so often, one after the other; the first round, which finds the files cold, is left out."""
    starts: dict[str, list[Started]] = {name: [] for name in (COMPARISON, *handlers)}
    for number in range(rounds + 1):
        for name, done in starts.items():
            started = start(comparison, API) if name == COMPARISON else start(tree, name)
            if number:
                done.append(started)
    return starts


def ratio(starts: Mapping[str, Sequence[Started]], name: str, of: str = "cpu_ms") -> float:
    """The median of one function's figure over the comparison's."""
    return _median(starts[name], of) / _median(starts[COMPARISON], of)


def _median(starts: Sequence[Started], of: str) -> float:
    return float(statistics.median(getattr(each, of) for each in starts))


def request(method: str, path: str, body: object = None, **blanks: str) -> dict[str, Any]:
    """A request as API Gateway hands it to a function."""
    return {
        "httpMethod": method,
        "path": path.format(**blanks),
        "resource": path,
        "headers": {"content-type": "application/json", "query-code": "00000000"},
        "multiValueQueryStringParameters": None,
        "pathParameters": blanks or None,
        "stageVariables": None,
        "requestContext": {"httpMethod": method, "resourcePath": path, "identity": {}},
        "body": None if body is None else json.dumps(body),
        "isBase64Encoded": False,
    }


def scheduled() -> dict[str, Any]:
    """An event as EventBridge sends it."""
    return {
        "version": "0",
        "id": "1",
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "1",
        "time": "2026-11-10T00:00:00Z",
        "region": LOCAL_REGION,
        "resources": ["schedule"],
        "detail": {},
    }


def first_events(handlers: Sequence[str]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """What is handed to which function first: a name, its handler, the event."""
    yield "GET /health", API, request("GET", "/health")
    yield "GET /letters/{tracking_code}", API, request("GET", "/letters/{tracking_code}", tracking_code="ABC")
    yield "POST /letters", API, request("POST", "/letters", _LETTER)
    for handler in handlers:
        if handler != API:
            yield handler, handler, scheduled()


@contextmanager
def installation() -> Iterator[dict[str, str]]:
    """An empty installation in the emulator, as the variables that point at it. Raises OperatorError."""
    with TemporaryDirectory(prefix="huiyin-cold-") as home:
        running = emulator.start(Path(home))
        try:
            made = provision(running.endpoint, "cold")
            yield {**_SETTINGS, **made.environment, "AWS_ENDPOINT_URL": running.endpoint}
        finally:
            running.stop()


def _tell_inits(starts: Mapping[str, Sequence[Started]]) -> None:
    _say(f"\n{'init, from start to first /next':40} {'ms':>7} {'ratio':>6} {'cpu ms':>8} {'ratio':>6} {'MB':>5}")
    for name, done in starts.items():
        figures = [
            _median(done, "init_ms"),
            ratio(starts, name, "init_ms"),
            _median(done, "cpu_ms"),
            ratio(starts, name),
        ]
        peak = _median(done, "peak_mb")
        _say(f"{name:40} {figures[0]:7.0f} {figures[1]:6.2f} {figures[2]:8.0f} {figures[3]:6.2f} {peak:5.0f}")


def _tell_firsts(tree: Path, comparison: Path, handlers: Sequence[str], rounds: int) -> None:
    """Init and first request or run together, in turns with the comparison's (which reads one item)."""
    with installation() as environment:
        cases = [(COMPARISON, API, comparison, request("GET", "/letters/{number}", number="ABC"))]
        cases += [(name, handler, tree, event) for name, handler, event in first_events(handlers)]
        starts: dict[str, list[Started]] = {name: [] for name, *_ in cases}
        for _ in range(rounds):
            for name, handler, where, event in cases:
                starts[name].append(start(where, handler, event, environment))
    _say(f"\n{'init and first request or run':40} {'ms':>7} {'of them init':>13} {'cpu ms':>8} {'MB':>5}")
    for name, done in starts.items():
        first, init, cpu, peak = (_median(done, each) for each in ("first_ms", "init_ms", "cpu_ms", "peak_mb"))
        _say(f"{name:40} {first:7.0f} {init:13.0f} {cpu:8.0f} {peak:5.0f}")


def _bundle(given: Path | None, scratch: Path) -> package.Bundle:
    """The one that was named, its template beside it; else one built now."""
    if given is None:
        return package.build(scratch / "build")
    return package.Bundle(given, given.with_name("sam.json"), given.stat().st_size)


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201


def main() -> int:
    """Measure and print; 1 when a function's init takes more of the processor than allowed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.cold_start", description=__doc__)
    parser.add_argument("--bundle", type=Path, help="a deployment.zip; left out: built now")
    parser.add_argument("--rounds", type=int, default=15, help="starts of each; default 15")
    given = parser.parse_args()
    with TemporaryDirectory(prefix="huiyin-cold-") as scratch:
        built = _bundle(given.bundle, Path(scratch))
        tree = Path(scratch) / "tree"
        package.unpack(built.zip, tree)
        comparison = make_comparison(tree, Path(scratch) / "comparison")
        handlers = sorted(package.handlers(built.template))
        starts = in_turns(tree, comparison, handlers, given.rounds)
        _tell_inits(starts)
        try:
            _tell_firsts(tree, comparison, handlers, max(3, given.rounds // 3))
        except OperatorError as error:
            _say(f"\nFirst requests were not measured. {error}")
    worst = max(handlers, key=lambda name: ratio(starts, name))
    _say(f"\nThe slowest init: {worst}, {ratio(starts, worst):.2f} times the comparison's; at most {LIMIT} is allowed.")
    return int(ratio(starts, worst) > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
