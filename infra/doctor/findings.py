"""What the doctor says: a verdict, in words, and what to do next."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from chalicelib.bootstrap import Container
from chalicelib.config import Settings
from chalicelib.services.installation import Installation
from infra.cloud.deployed import Deployed


class Verdict(StrEnum):
    """`wrong` must be mended now; `attention` can wait or may be meant; `not here`: does not apply to this place."""

    OK = "ok"
    ATTENTION = "attention"
    WRONG = "wrong"
    NOT_HERE = "not here"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line. It names units, jobs, templates and addresses of the office, never anybody's data."""

    check: str
    verdict: Verdict
    says: str
    do: str | None = None

    def as_json(self) -> dict[str, str | None]:
        """For programs."""
        return {"check": self.check, "verdict": self.verdict.value, "says": self.says, "do": self.do}


@dataclass(frozen=True, slots=True)
class Patient:
    """The installation to look at. `found`: what is known of its stage, None for a stand or one in the environment.

    `settings`: None when the environment holds none. `client` makes a boto3 client of the installation's account.
    `machine_time`: the clock of this machine, UTC, which on a stand is another than the installation's.
    """

    container: Container
    found: Deployed | None
    settings: Settings | None
    client: Callable[[str], Any] = field(repr=False)
    machine_time: datetime

    @property
    def inst(self) -> Installation:
        """Its ports."""
        return self.container.installation


Check = Callable[[Patient], list[Finding]]


def ok(check: str, says: str) -> Finding:
    """All is well."""
    return Finding(check, Verdict.OK, says)


def attention(check: str, says: str, do: str) -> Finding:
    """Somebody should look at it."""
    return Finding(check, Verdict.ATTENTION, says, do)


def wrong(check: str, says: str, do: str) -> Finding:
    """It does not work as it is."""
    return Finding(check, Verdict.WRONG, says, do)


def not_here(check: str, why: str) -> Finding:
    """This place has no such thing."""
    return Finding(check, Verdict.NOT_HERE, why)


def judged(check: str, bad: Mapping[str, str], fine: str, judge: Callable[[str, str, str], Finding]) -> list[Finding]:
    """One line for each thing that is not as it should be (what → what to do), or one that all is."""
    return [judge(check, says, do) for says, do in bad.items()] or [ok(check, fine)]
