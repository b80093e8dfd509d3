"""A month's bill from measured steps and prices: what costs the same whatever comes in, and what grows with letters."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from infra.environment import ROOT
from infra.template import load
from scheduled.timetable import TIMETABLE, Every
from tests.bench.cost_story import API_FUNCTION as API
from tests.bench.cost_story import IN_TIME, LATE, County, Measured
from tests.bench.meter import Used

DAYS: Final = 30
SHARE_LATE, SHARE_PHOTO = 0.1, 0.33
"""Letters that nobody answers in time; letters with a photo of 1.5 MB. A county knows its own."""
VISITS: Final = 5
"""Times that pages are opened for a letter, by its writer, the staff and readers; with `PAGE_BYTES` each."""
PAGE_BYTES: Final = 200_000
FULL_PROCESSOR_MB: Final = 1769
"""Memory at which a function has one whole processor; below it has its share (AWS's documentation of Lambda)."""
SAFETY: Final = 2.0
"""The cloud's processor beside this machine's: nobody knows before trying. Billed time is taken so many times."""
CALL_MS: Final = 10.0
"""A call of another service from within a region."""
COLD_MS: Final = 1500.0
"""Starting a function anew, which is billed too: taken for every run that comes less often than each five minutes and
for half of the requests."""
PLATFORM_LOG_BYTES, ACCESS_LOG_BYTES = 400, 400
"""Lines that Lambda and API Gateway add for each run and request."""
TABLE_KEY_CALLS: Final = 12 * 24 * DAYS
"""DynamoDB asks for its key at most each five minutes for each function."""
PUBLISH_CPU_MS: Final = 0.11
"""For each letter in the ledger (docs/benchmarks.md, measured there)."""
LEDGER_MONTHS: Final = 12

Prices = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the bill; `amount` in `unit`s."""

    what: str
    amount: float
    unit: str
    cost: float


@dataclass(frozen=True, slots=True)
class Month:
    """A month's bill."""

    letters: int
    fixed: list[Line]
    variable: list[Line]

    @property
    def total(self) -> float:
        """All of it."""
        return sum(each.cost for each in (*self.fixed, *self.variable))


def runs_a_month(job: str) -> float:
    """How often a job's schedule starts it."""
    when = TIMETABLE[job]
    return DAYS * 24 * 60 / when.minutes if isinstance(when, Every) else float(DAYS)


@cache
def memory_mb(function: str) -> int:
    """What a function is given, by the project's own configuration."""
    config = json.loads((ROOT / ".chalice" / "config.json").read_text("utf-8"))
    own = config["stages"]["production"]["lambda_functions"].get("api_handler" if function == API else function, {})
    return int(own.get("lambda_memory_size", config["lambda_memory_size"]))


def gb_seconds(step: Measured, cold: float) -> float:
    """Of one run: the processor's time stretched to the function's share, waiting for calls, and its share of cold
    starts."""
    memory = memory_mb(step.function or API)
    cpu = step.cpu_ms / step.times * FULL_PROCESSOR_MB / memory
    waiting = step.used.calls.total() / step.times * CALL_MS
    return (cpu + waiting + cold * COLD_MS) * SAFETY * memory / 1024 / 1000


class Bill:
    """Adds steps up, each so many times a month."""

    def __init__(self) -> None:
        self.meters: dict[str, float] = {}

    def add(self, step: Measured, times: float) -> None:
        """`times` of this step."""
        each = times / step.times
        used = step.used
        self._more("read", used.read_units * each)
        self._more("write", used.write_units * each)
        self._more("kms", used.of("kms.") * each)
        self._more("s3_write", used.of("s3.PUT", "s3.POST", "s3.COPY", "s3.LIST") * each)
        self._more("s3_read", used.of("s3.GET", "s3.HEAD") * each)
        self._more("mail", used.of("ses.") * each)
        self._more("sms", used.of("sns.") * each)
        self._more("secret_calls", used.of("secretsmanager.") * each)
        self._more("out_gb", step.answer_bytes * each / 1e9)
        if step.function is None:
            return
        often = step.function in {"dispatch", "sweep"}
        cold = 0.0 if often else 0.5 if step.function == API else 1.0
        self._more("gb_seconds", gb_seconds(step, cold) * times)
        self._more("runs", times)
        self._more("log_gb", (step.log_bytes * each + PLATFORM_LOG_BYTES * times) / 1e9)
        if step.function == API:
            self._more("api", times)
            self._more("log_gb", ACCESS_LOG_BYTES * times / 1e9)

    def _more(self, name: str, amount: float) -> None:
        self.meters[name] = self.meters.get(name, 0.0) + amount

    def more(self, **amounts: float) -> None:
        """What no step shows."""
        for name, amount in amounts.items():
            self._more(name, amount)

    def lines(self, prices: Prices) -> list[Line]:
        """With their prices; what is nothing is left out."""
        return [
            Line(price["what"], self.meters[name], price["unit"], self.meters[name] * price["price"] / price["per"])
            for name, price in prices["price"].items()
            if self.meters.get(name)
        ]


def month_of(letters: int, there: County, table_bytes: float, prices: Prices) -> Month:
    """The bill of the twelfth month of a county with so many letters each month."""
    return Month(letters, _fixed(there).lines(prices), _variable(letters, there, table_bytes).lines(prices))


def _fixed(there: County) -> Bill:
    bill, steps = Bill(), there.steps
    for job in TIMETABLE:
        usual = f"{job}, day by day"  # the days on which reports are due, or a day is closed
        days = DAYS if usual in steps else 0
        if days:
            bill.add(steps[usual], days)
        if runs_a_month(job) > days:
            bill.add(steps[f"idle {job}"], runs_a_month(job) - days)
    resources = load()
    figures = set().union(*(step.figures for step in steps.values()))
    bill.more(
        s3_read=DAYS * DAYS * LEDGER_MONTHS * 2,  # reconcile reads the files of every closed day, each night
        keys=len(resources.of_type("AWS::KMS::Key")),
        secrets=len(resources.of_type("AWS::SecretsManager::Secret")),
        alarms=len(resources.of_type("AWS::CloudWatch::Alarm")),
        metrics=len(figures),
        kms=sum(min(runs_a_month(job), TABLE_KEY_CALLS) for job in TIMETABLE) + TABLE_KEY_CALLS,
    )
    return bill


def _variable(letters: int, there: County, table_bytes: float) -> Bill:
    """Each letter's own steps; of late ones the ladder's steps beside them; and what jobs read of it later."""
    bill, steps = Bill(), there.steps
    with_photo = steps["writer: send a letter with a photo"].times
    for name, step in steps.items():
        if not name.startswith(("writer: ", "staff: ")) and name != "dispatch, messages of moves":
            continue
        if name in {"writer: send a letter", "writer: send a letter with a photo"}:
            share = SHARE_PHOTO if "photo" in name else 1 - SHARE_PHOTO
            bill.add(step, letters * share)
        elif "photo" in name:
            bill.add(step, letters * SHARE_PHOTO * step.times / with_photo)
        else:
            bill.add(step, letters * step.times / IN_TIME)
    for name in ("sweep, a day's steps", "dispatch, messages of steps"):
        bill.add(steps[name], letters * SHARE_LATE * steps[name].times / LATE)
    _read_later(bill, letters, there)
    bill.more(
        table_gb=letters * LEDGER_MONTHS * table_bytes / 1e9,
        s3_gb=letters * LEDGER_MONTHS * (SHARE_PHOTO * 1.5e6 + 5e3) / 1e9,
        web_gb=letters * VISITS * PAGE_BYTES / 1e9,
    )
    return bill


def _read_later(bill: Bill, letters: int, there: County) -> None:
    """publish reads today's events each time, half a day's on average; reconcile each letter each night."""
    steps, played = there.steps, IN_TIME
    stored = letters * LEDGER_MONTHS

    def more(name: str, idle: str, times: float) -> None:
        step, base = steps[name], steps[idle]
        # What a run asks of S3 grows with the ledger's days, not with letters.
        calls = Counter({each: n for each, n in (step.used.calls - base.used.calls).items() if "s3." not in each})
        extra = Measured(
            step.function,
            1,
            Used(
                calls,
                max(0.0, step.used.read_units - base.used.read_units / base.times),
                max(0.0, step.used.write_units - base.used.write_units / base.times),
            ),
            max(0.0, step.cpu_ms - base.cpu_ms / base.times),
        )
        before = bill.meters.get("runs", 0.0)
        warm = gb_seconds(extra, 0.0) * times / played
        bill.add(extra, times / played)
        bill.meters["gb_seconds"] += warm - gb_seconds(extra, 1.0) * times / played
        bill.meters["runs"] = before

    more("publish, letters today", "idle publish", runs_a_month("publish") * letters / DAYS / 2)
    more("close_day, letters", "idle close_day", letters)
    more("reconcile, letters", "idle reconcile", DAYS * stored)
    cpu = Measured("publish", 1, cpu_ms=PUBLISH_CPU_MS * stored)
    bill.more(gb_seconds=gb_seconds(cpu, 0.0) * runs_a_month("publish"))
