"""How fast a year's report is made of how many letters, beside unpacking and decoding the same files and nothing else.

`make bench LETTERS=1000000`, or `python -m tests.bench.report_scale --letters 1000000 --json result.json`. Each number
is measured in a process of its own, for a tenth of the letters first: memory should not grow with them.
"""

import argparse
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.bench.measured import Measured

YEAR, WEEK = "2025", "2025-W47"
_ROOT = Path(__file__).parents[2]
CACHE = _ROOT / ".cache" / "bench"
_LARGEST_COMPARED = 400_000_000
"""Bytes of a report.json that is read whole to compare it with the tally."""
_WORTH_A_TENTH = 1000
"""Letters from which a tenth of them is measured as well."""

_NOT_OF_IT = {"report_scale", "measured", "cold_start", "runtime_api", "comparison_app"}
"""Modules of this folder that no ledger is made with."""


@dataclass(frozen=True, slots=True)
class Size:
    """Everything measured on one ledger. `differences`: where a report and the tally disagree; None: not compared."""

    letters: int
    ledger_mb: float
    measured: tuple[Measured, ...]
    differences: tuple[str, ...] | None


def ledger(letters: int, cache: Path, jobs: int) -> Path:
    """The ledger of this size, made once for each version of what makes it."""
    folder = cache / f"ledger-{letters}-{_version()}"
    if not folder.exists():
        begun = folder.with_suffix(".begun")  # a run that was killed is begun anew
        shutil.rmtree(begun, ignore_errors=True)
        _run("tests.bench.ledger_of", "--letters", letters, "--jobs", jobs, begun)
        begun.rename(folder)
    return folder


def _version() -> str:
    """Changes with the generator's code, and with what the engine writes into its lines."""
    sources = sorted(Path(__file__).parent.glob("*.py"))
    kept = b"".join(each.read_bytes() for each in sources if each.stem not in _NOT_OF_IT)
    return hashlib.sha256(kept + _run("tests.bench.templates").encode()).hexdigest()[:12]


def _run(module: str, *arguments: object) -> str:
    command = [sys.executable, "-m", module, *map(str, arguments)]
    return subprocess.run(command, cwd=_ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout


def measure_size(letters: int, cache: Path, jobs: int) -> Size:
    """Plain reading twice, the faster one counts; the year's report; a week's."""
    folder = ledger(letters, cache, jobs)
    first = _measured("plain", folder, YEAR)
    year, week = _measured("report", folder, YEAR), _measured("report", folder, WEEK)
    again = _measured("plain", folder, YEAR)
    packed = sum(each.stat().st_size for each in folder.glob("ledger/*/*")) / 1e6
    plain = min(first, again, key=lambda each: each.seconds)
    return Size(letters, packed, (plain, year, week), differences(folder, (YEAR, WEEK)))


def _measured(what: str, folder: Path, period: str) -> Measured:
    return Measured(**json.loads(_run("tests.bench.measured", what, folder, period)))


def differences(folder: Path, periods: Sequence[str]) -> tuple[str, ...] | None:
    """Where the reports' figures are not what the generator counted; None where a report is too large to be read."""
    tally = json.loads((folder / "tally.json").read_bytes())
    found: list[str] = []
    for period in periods:
        path = next(folder.glob(f"reports/*/{period}/report.json"))
        if path.stat().st_size > _LARGEST_COMPARED:
            return None
        found += _differences(json.loads(path.read_bytes()), tally[period])
    return tuple(found)


def _differences(report: Mapping[str, Any], tally: Mapping[str, Mapping[str, int]]) -> Iterator[str]:
    rows = {"total": report["total"]}
    for name in ("unit", "kind", "source", "field", "region"):
        rows |= {f"{name}:{row['key']}": row for row in report.get(f"by_{name}", ())}
    for name, counted in tally.items():
        if name == "unit:":
            continue  # counts in the total alone
        cells = rows[name]["cells"] if name in rows else {}
        for key, number in counted.items():
            figure, _, amount = key.partition(":")
            reported = cells.get(figure, {}).get(amount or "count", 0)
            if reported != number:
                yield f"{report['period']} {name} {key}: {reported} reported, {number} written"
    yield from _unwritten(rows, tally, str(report["period"]))


def _unwritten(
    rows: Mapping[str, Mapping[str, Any]], tally: Mapping[str, Mapping[str, int]], period: str
) -> Iterator[str]:
    """Figures that a report shows of a unit, and the generator never wrote."""
    known = {key for counted in tally.values() for key in counted if ":" not in key}
    for name, row in rows.items():
        if name.startswith(("unit:", "total")):
            for figure in known & row["cells"].keys():
                count = row["cells"][figure]["count"]
                if count and figure not in tally.get(name, {}):
                    yield f"{period} {name} {figure}: {count} reported, none written"


def table(sizes: Sequence[Size]) -> str:
    """What was measured, for people. Ratios are to plain reading of the same files: by the clock, and by processor."""
    head = f"{'letters':>10} {'events':>11}  {'what':<16}{'seconds':>9}{'CPU s':>9}{'events/s':>11}"
    lines = [f"{head}{'of plain':>10}{'CPU':>7}{'peak MB':>9}{'files MB':>10}"]
    for size in sizes:
        plain = size.measured[0]
        for each in size.measured:
            by_clock = each.events_per_second / plain.events_per_second
            by_cpu = (each.events / each.cpu_seconds) / (plain.events / plain.cpu_seconds)
            lines.append(
                f"{size.letters:>10,} {each.events:>11,}  {each.what:<16}{each.seconds:>9.1f}{each.cpu_seconds:>9.1f}"
                f"{each.events_per_second:>11,.0f}{by_clock:>10.0%}{by_cpu:>7.0%}{each.peak_mb:>9.0f}{each.files_mb:>10.1f}"
            )
        lines.append(f"{'':>24}ledger: {size.ledger_mb:,.1f} MB packed; figures: {_compared(size)}")
    return "\n".join(lines)


def _compared(size: Size) -> str:
    if size.differences is None:
        return "not compared, the report is too large"
    wrong = len(size.differences)
    return f"{wrong} differ from the tally, first: {size.differences[0]}" if wrong else "as the generator counted them"


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line. Not 0 when a figure is wrong; being slow is no failure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--letters", type=int, default=100_000)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes that make the ledger")
    parser.add_argument("--cache", type=Path, default=CACHE, help="where ledgers are kept for the next time")
    parser.add_argument("--json", type=Path, help="write the results there too")
    given = parser.parse_args(arguments)
    smaller = [given.letters // 10] if given.letters >= _WORTH_A_TENTH else []
    sizes = [measure_size(letters, given.cache, given.jobs) for letters in (*smaller, given.letters)]
    machine = f"{platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} processors"
    print(f"{machine}\n{table(sizes)}")  # noqa: T201
    if given.json:
        result = {"machine": machine, "sizes": [asdict(each) for each in sizes]}
        given.json.write_text(json.dumps(result, ensure_ascii=False, indent=1), encoding="utf-8")
    return 1 if any(each.differences for each in sizes) else 0


if __name__ == "__main__":
    sys.exit(main())
