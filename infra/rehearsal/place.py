"""The emulator that a rehearsal happens in: policies enforced, every decision written down, gone afterwards."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from infra import emulator
from infra.cloud.account import Account, account
from infra.environment import local_aws

_UNSET = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull, "NO_PROXY": "*", "no_proxy": "*"}


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision about a role's right to do something to a resource (an ARN)."""

    role: str
    action: str
    resource: str
    allowed: bool


@dataclass(frozen=True, slots=True)
class Place:
    """The emulated account, where its own tools answer, and the decisions so far."""

    account: Account
    endpoint: str
    record: Path

    def decisions(self) -> list[Decision]:
        """All of them, in order; a line that is just being written is left for the next time."""
        if not self.record.exists():
            return []
        lines = self.record.read_text(encoding="utf-8").splitlines(keepends=True)
        return [Decision(**json.loads(line)) for line in lines if line.endswith("\n")]


@contextmanager
def emulated(home: Path) -> Iterator[Place]:
    """An empty account for as long as it lasts; this process's AWS calls go there meanwhile."""
    record = home.resolve() / "decisions.jsonl"
    running = emulator.start(home, witness=record)
    before = dict(os.environ)
    try:
        for name in [name for name in os.environ if name.startswith(("AWS_", "HUIYIN_"))]:
            del os.environ[name]
        os.environ.update({**local_aws(running.endpoint), **_UNSET})
        yield Place(account(), running.endpoint, record)
    finally:
        os.environ.clear()
        os.environ.update(before)
        running.stop()
