"""What one letter's whole life uses in the cloud, counted on the emulator; and what a month costs at given prices.

`python -m tests.bench.cost` plays letters through the real API and jobs, each call through a meter, and prints the
units per step; then the monthly bill for 1,000 and 10,000 letters by the prices in tests/bench/prices.toml. `--prices
FILE` takes yours. What is counted is exact; how long a function runs is not, and stands on the factors below.
docs/prices.md says what was found, and what is assumed.
"""

import argparse
import os
import sys
import tempfile
import tomllib
from collections.abc import Mapping
from datetime import datetime, time
from pathlib import Path
from typing import Final

import boto3

from infra import emulator
from tests.bench.cost_bill import Month, month_of
from tests.bench.cost_story import (
    IN_TIME,
    JOBS,
    LATE,
    LATE_DAYS,
    LEFT,
    ZONE,
    County,
    Measured,
    county,
    handled_in_time,
    left_lying,
)
from tests.bench.meter import Meter, size_of

PRICES: Final = Path(__file__).with_name("prices.toml")


def play(there: County) -> dict[str, float]:
    """The whole story; what is left behind: bytes that a letter keeps in the table, and that the ledger has of it."""
    for job in JOBS:
        there.runs(job, f"begin {job}")
    for job in JOBS:
        there.runs(job, f"idle {job}")
    for number in range(IN_TIME):
        handled_in_time(there, number, photo=number % 3 == 0)
    kept = _stored(there) / IN_TIME
    there.runs("publish", "publish, letters today")
    _next_day(there, time(1, 0))
    there.runs("close_day", "close_day, letters")
    _at(there, time(2, 30))
    there.runs("reconcile", "reconcile, letters")
    _at(there, time(9, 0))
    left_lying(there, range(IN_TIME, IN_TIME + LATE), LATE_DAYS)
    return {"table_bytes": kept}


def _next_day(there: County, at: time) -> None:
    there.clock.later(days=1)
    _at(there, at)


def _at(there: County, at: time) -> None:
    local = there.clock.at.astimezone(ZONE)
    there.clock.at = datetime.combine(local.date(), at, ZONE)


def _stored(there: County) -> float:
    """Bytes of all letters' items, with their entries in indexes, as DynamoDB charges them (100 more for each)."""
    client = boto3.client("dynamodb", endpoint_url=there.meter.endpoint)
    total = 0
    for page in client.get_paginator("scan").paginate(TableName=os.environ["HUIYIN_TABLE"]):
        for item in page["Items"]:
            if item["PK"]["S"].startswith(("U#", "DIRECTORY")):
                continue
            size = size_of(item) + 100
            total += size * (1 + ("journal_day" in item) + ("desk_owner" in item))
    there.meter.taken()
    return float(total)


def _tell_steps(steps: Mapping[str, Measured]) -> None:
    head = ("times", "read", "write", "kms", "S3", "GET", "mail", "SMS", "cpu ms", "calls")
    _say(f"{'each time':48}" + "".join(f"{name:>8}" for name in head))
    for name, step in steps.items():
        if name.startswith(("begin ", LEFT)):
            continue
        used, times = step.used, step.times
        each = (
            used.read_units,
            used.write_units,
            used.of("kms."),
            used.of("s3.PUT", "s3.POST", "s3.COPY", "s3.LIST"),
            used.of("s3.GET", "s3.HEAD"),
            used.of("ses."),
            used.of("sns."),
            step.cpu_ms,
            used.calls.total(),
        )
        _say(f"{name:48}{times:8}" + "".join(f"{value / times:8.1f}" for value in each))


def _tell_month(month: Month, currency: str) -> None:
    _say(f"\n{month.letters:,} letters a month, {currency}; the first year's last month, no free allowance taken off")
    for part, lines in (("whatever comes in", month.fixed), ("with the letters", month.variable)):
        _say(f"  {part}")
        for line in lines:
            _say(f"    {line.what:44} {line.amount:>16,.1f} {line.unit:22} {line.cost:>10,.2f}")
        _say(f"    {'':44} {'':>16} {'':22} {sum(each.cost for each in lines):>10,.2f}")
    _say(f"  {'together':46} {'':>16} {'':22} {month.total:>10,.2f}   ({month.total / month.letters:.4f} a letter)")


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201


def main() -> int:
    """Measure, and print both tables."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.cost", description=__doc__)
    parser.add_argument("--prices", type=Path, default=PRICES, metavar="FILE.toml", help="your own prices")
    parser.add_argument("--letters", type=int, action="append", metavar="N", help="a month; default: 1000 and 10000")
    given = parser.parse_args()
    prices = tomllib.loads(given.prices.read_text("utf-8"))
    with tempfile.TemporaryDirectory(prefix="huiyin-cost-") as home:
        running = emulator.start(Path(home))
        try:
            with (
                Meter(running.endpoint).running() as meter,
                county(meter, datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)) as there,
            ):
                kept = play(there)
        finally:
            running.stop()
    _tell_steps(there.steps)
    _say(f"\na letter keeps {kept['table_bytes'] / 1000:.0f} kB in the table and its indexes")
    for letters in given.letters or (1000, 10_000):
        _tell_month(month_of(letters, there, kept["table_bytes"], prices), prices["currency"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
