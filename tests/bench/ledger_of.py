"""A year's ledger of a made-up county, as large as wanted: `python -m tests.bench.ledger_of --letters N DIR`.

Day after day, so memory does not grow with the years; the same seed and size are the same bytes. Each line bears its
hashes and each day its signed manifest: verify.py finds nothing wrong. What was written is counted in tally.json.

First all lines of the letters of each week of arrivals go, unsorted, into a file for each day they are filed on; then
each day's lines are sorted and packed; last the manifests are signed, each naming the one before.
"""

import argparse
import gzip
import hashlib
import json
import os
import random
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from chalicelib.adapters.folder_reports import FolderReports
from chalicelib.domain.day_file import Folder, day_folder, import_folder
from chalicelib.services.ledger_files import publish_verifier, put_manifest_once
from tests.bench.county import FIRST, LAST, SeededSigner
from tests.bench.letters import Desk, lines_of, one_of, own_of, rows_of, split_of
from tests.bench.stories import SORTS
from tests.bench.tally import Placed, Tally, counted_in
from tests.bench.templates import HISTORY_DAYS, history_of
from tests.builders import calendar

T = TypeVar("T")
R = TypeVar("R")

SEED = 2025
IMPORTED_PER_THOUSAND = 20
STRAGGLERS_PER_THOUSAND = 3
"""Letters of which one line misses its day's file."""

BATCH = "old-9a1f0c2b7d3e"
_DAYS = (LAST - FIRST).days + 1
_SPILL_AT = 16_000_000
_KEY = 41  # bytes before a spilled line: at (27), letter (12), sequence (2); a mark follows
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Plan:
    """What to write: how many letters, from which seed, where."""

    letters: int
    seed: int
    folder: Path

    @property
    def spill(self) -> Path:
        """Where lines wait for their day to be packed."""
        return self.folder / ".spill"


@dataclass(frozen=True, slots=True)
class Written:
    """What a plan came to."""

    letters: int
    events: int
    packed_bytes: int
    plain_bytes: int


@dataclass(frozen=True, slots=True)
class _Packed:
    name: str
    count: int
    stragglers: int
    sha256: str
    packed_sha256: str
    packed_bytes: int
    plain_bytes: int


def write_ledger(plan: Plan, jobs: int = 1) -> Written:
    """Write the whole year into the plan's folder, which must be empty or missing."""
    plan.spill.mkdir(parents=True)
    store, signer = FolderReports(plan.folder), SeededSigner(plan.seed)
    publish_verifier(store, signer)
    tally = Tally()
    for part in _each(_spill_week, [(plan, week) for week in range((_DAYS + 6) // 7)], jobs):
        tally.merge(part)
    packed = [_write_import(plan, tally)]
    packed += _each(_pack_day, [(plan, day) for day in range(_DAYS)], jobs)
    shutil.rmtree(plan.spill)
    _sign_all(store, signer, packed)
    written = Written(
        plan.letters + _imported(plan),
        sum(each.count for each in packed),
        sum(each.packed_bytes for each in packed),
        sum(each.plain_bytes for each in packed),
    )
    told = json.dumps(tally.told(), ensure_ascii=False, indent=1)
    (plan.folder / "tally.json").write_text(told, encoding="utf-8")
    return written


def _each(work: Callable[[T], R], tasks: Sequence[T], jobs: int) -> Iterator[R]:
    if jobs == 1:
        yield from map(work, tasks)
        return
    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(work, tasks)


# --- Letters ----------------------------------------------------------------------------------------------------------


def _arrivals(letters: int) -> list[int]:
    """How many letters came before each day, and in all: on days off a quarter of what comes on working days."""
    weights = [4 if calendar().is_working_day(FIRST + n * _ONE_DAY) else 1 for n in range(_DAYS)]
    so_far = [sum(weights[:n]) for n in range(_DAYS + 1)]
    return [letters * each // so_far[-1] for each in so_far]


def _spill_week(task: tuple[Plan, int]) -> Tally:
    """Write all lines of the letters that arrive in one week; what they count for."""
    plan, week = task
    spill, tally = _Spill(plan.spill, week), Tally()
    before = _arrivals(plan.letters)
    for day in range(7 * week, min(7 * week + 7, _DAYS)):
        desk = Desk(plan.seed, day)
        for number in range(before[day], before[day + 1]):
            _write_letter(desk, number, spill, tally)
    spill.flush()
    return tally


class _Spill:
    """Lines on their way to the days they are filed on."""

    def __init__(self, folder: Path, task: int) -> None:
        self._folder, self._task = folder, task
        self._waiting: dict[int, list[bytes]] = {}
        self._bytes = 0

    def add(self, day: int, record: bytes) -> None:
        """Take one line with its key."""
        self._waiting.setdefault(day, []).append(record)
        self._bytes += len(record)
        if self._bytes > _SPILL_AT:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        for day, records in self._waiting.items():
            folder = self._folder / f"{day:03d}"
            folder.mkdir(exist_ok=True)
            with (folder / f"{self._task:02d}").open("ab") as file:
                file.writelines(records)
        self._waiting, self._bytes = {}, 0


def _write_letter(desk: Desk, number: int, spill: _Spill, tally: Tally) -> None:
    dice, drawn = desk.dice, desk.draw(number)
    template, own = drawn.template, drawn.own
    waits_at, waits = -1, 0
    if dice.random() * 1000 < STRAGGLERS_PER_THOUSAND:
        waits_at, waits = int(dice.random() * len(template.lines)), 1 + int(dice.random() * 4)
    filed, placed = 0, []
    for index, (line, key) in enumerate(lines_of(template, own)):
        day = desk.filed[template.lines[index].day] if template.lines[index].day else desk.day
        filed = max(filed, day + waits if index == waits_at else day)
        if filed >= _DAYS:
            break
        spill.add(filed, b"%b%b%b\n" % (key, b"S" if filed != day else b"-", line))
        placed.append(Placed(day, filed))
    ordinary = waits == 0 and len(placed) == len(template.lines)
    counted = desk.counted_in(template, placed) if ordinary else counted_in(template.notes, placed)
    tally.add(counted, rows_of(own), int(own[b"SCORE"]), split_of(own))


# --- Files ------------------------------------------------------------------------------------------------------------


def _pack_day(task: tuple[Plan, int]) -> _Packed:
    """Sort and pack what is filed on one day, and forget what waited for it."""
    plan, day = task
    waiting = plan.spill / f"{day:03d}"
    waiting.mkdir(exist_ok=True)
    records = [record for each in waiting.iterdir() for record in each.read_bytes().splitlines(keepends=True)]
    shutil.rmtree(waiting)
    return _pack(plan, day_folder(FIRST + day * _ONE_DAY), records)


def _pack(plan: Plan, folder: Folder, records: list[bytes]) -> _Packed:
    records.sort()
    path = plan.folder / folder.events
    path.parent.mkdir(parents=True)
    digest, size = hashlib.sha256(), 0
    with path.open("wb") as file, gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as packed:
        for start in range(0, len(records), 1000):
            plain = b"".join([record[_KEY + 1 :] for record in records[start : start + 1000]])
            digest.update(plain)
            size += len(plain)
            packed.write(plain)
    late = sum(record[_KEY : _KEY + 1] == b"S" for record in records)
    stored = path.read_bytes()
    packed_sha256 = hashlib.sha256(stored).hexdigest()
    return _Packed(folder.name, len(records), late, digest.hexdigest(), packed_sha256, len(stored), size)


def _imported(plan: Plan) -> int:
    return plan.letters * IMPORTED_PER_THOUSAND // 1000


def _write_import(plan: Plan, tally: Tally) -> _Packed:
    """History of the half year before, and of the first months of the year: another mailbox went on for a while."""
    dice = random.Random(f"{plan.seed}/import")  # noqa: S311
    records: list[bytes] = []
    for number in range(plan.letters, plan.letters + _imported(plan)):
        day = int(dice.random() * 240) - 150
        desk = Desk(plan.seed, day)
        desk.dice = dice
        sort = one_of([each for each in SORTS if not each.guarded], dice)
        template = history_of(sort, one_of(HISTORY_DAYS, dice))
        own = own_of(desk, number, sort, template.texts)
        records += [b"%b-%b\n" % (key, line) for line, key in lines_of(template, own)]
        placed = [Placed(desk.filed[each.day] if each.day else day, -1) for each in template.lines]
        tally.add(counted_in(template.notes, placed), rows_of(own), int(own[b"SCORE"]), split_of(own))
    return _pack(plan, import_folder(BATCH), records)


def _sign_all(store: FolderReports, signer: SeededSigner, packed: Iterable[_Packed]) -> None:
    previous: str | None = None
    imports: list[dict[str, str]] = []
    for each in packed:
        folder = Folder(each.name)
        fields: dict[str, object] = {"schema": 1, "name": each.name, "count": each.count, "sha256": each.sha256}
        fields |= {"packed_sha256": each.packed_sha256, "previous": previous}
        if each.name.startswith("day="):
            fields |= {"day": each.name.removeprefix("day="), "stragglers": each.stragglers, "imports": imports}
        digest = hashlib.sha256(put_manifest_once(store, signer, folder, fields)).hexdigest()
        if each.name.startswith("day="):
            previous = digest
        else:
            imports.append({"name": each.name, "manifest_sha256": digest})


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--letters", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("folder", type=Path)
    given = parser.parse_args()
    begun = time.monotonic()
    written = write_ledger(Plan(given.letters, given.seed, given.folder), given.jobs)
    seconds = time.monotonic() - begun
    print(  # noqa: T201
        f"{written.letters:,} letters, {written.events:,} events, {written.packed_bytes / 1e6:,.1f} MB"
        f" ({written.plain_bytes / 1e6:,.1f} MB unpacked): {written.events / seconds:,.0f} events/s"
    )


if __name__ == "__main__":
    main()
