"""One measurement in a process of its own: how long it took, and the most memory it had. Prints one JSON object."""

import argparse
import gzip
import json
import resource
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

from chalicelib.domain.periods import Period, parse_period


@dataclass(frozen=True, slots=True)
class Measured:
    """What was done, on how many events. Seconds are by the clock and of the processor.

    `peak_mb`: the most memory it had; `files_mb`: the size of what it wrote (both in 10⁶ bytes).
    """

    what: str
    events: int
    seconds: float
    cpu_seconds: float
    peak_mb: float
    files_mb: float = 0.0

    @property
    def events_per_second(self) -> float:
        """By the clock."""
        return self.events / self.seconds


def read_plainly(folder: Path, last: str) -> int:
    """Unpack every file of the ledger and decode every line, and nothing else; how many there were."""
    events = 0
    for path in sorted(folder.glob("ledger/*/events.jsonl.gz")):
        if path.parent.name > last:
            continue
        for line in gzip.decompress(path.read_bytes()).splitlines():
            json.loads(line)
            events += 1
    return events


def ready_to_report(folder: Path, period: Period) -> Callable[[], None]:
    """What makes the report of a period as the scheduled run does, its files in the same folder.

    The installation stands before anything is measured: the product's code is loaded, and the made-up key is made.
    """
    # Imported here: plain reading is to be measured without the memory that the product's own code takes.
    from chalicelib.adapters.folder_reports import FolderReports
    from chalicelib.adapters.report_files import RenderedFiles
    from chalicelib.adapters.scratch_files import scratch_files
    from chalicelib.services.reports import ReportOffice, make_report
    from tests.bench.county import UNITS, SeededSigner, book_of, people_of
    from tests.builders import SHANGHAI, calendar
    from tests.fakes.store import FakeLetterStore, FakeOutbox

    office = ReportOffice(
        store=FolderReports(folder),
        signer=SeededSigner(0),
        files=RenderedFiles(),
        rulebook=book_of(),
        calendar=calendar(),
        directory=people_of(*UNITS),
        zone=SHANGHAI,
        county="清溪县",
        letters=FakeLetterStore(FakeOutbox(), SHANGHAI),
        room=scratch_files,
    )

    def make() -> None:
        assert make_report(office, period), "there is a report already"

    return make


def last_file_of(period: Period) -> str:
    """The name of the last folder of the ledger that the period's report reads: the day after it, for stragglers."""
    return f"day={period.last + timedelta(days=1)}"


def events_through(folder: Path, last: str) -> int:
    """How many lines the manifests say that there are."""
    manifests = folder.glob("ledger/*/manifest.json")
    return sum(json.loads(each.read_bytes())["count"] for each in manifests if each.parent.name <= last)


def measure(what: str, work: Callable[[], int]) -> Measured:
    """Do it, and see what it took. `work` gives the number of events."""
    begun, used = time.monotonic(), time.process_time()
    events = work()
    seconds, cpu = time.monotonic() - begun, time.process_time() - used
    others = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu += others.ru_utime + others.ru_stime
    return Measured(what, events, seconds, cpu, max(_peak_kib(), others.ru_maxrss) * 1024 / 1e6)


def _peak_kib() -> int:
    """The most memory this program had. Linux counts in `ru_maxrss` what the program that started it had as well."""
    try:
        status = Path("/proc/self/status").read_text()
    except FileNotFoundError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(status.partition("VmHWM:")[2].split()[0])


def main() -> None:
    """`plain DIR PERIOD` or `report DIR PERIOD`."""
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["plain", "report"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("period", type=parse_period)
    given = parser.parse_args()
    folder, period = given.folder, given.period
    last = last_file_of(period)
    if given.what == "plain":
        measured = measure(f"plain {period.key}", lambda: read_plainly(folder, last))
    else:
        shutil.rmtree(folder / period.folder, ignore_errors=True)

        make = ready_to_report(folder, period)

        def work() -> int:
            make()
            return events_through(folder, last)

        measured = measure(f"report {period.key}", work)
    written = sum(each.stat().st_size for each in (folder / period.folder).glob("*")) if given.what == "report" else 0
    print(json.dumps({**asdict(measured), "files_mb": written / 1e6}))  # noqa: T201


if __name__ == "__main__":
    main()
