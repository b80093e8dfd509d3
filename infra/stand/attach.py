"""Lets another command of this machine work on a running stand: its data and its clock."""

import json
import os

from infra import emulator
from infra.errors import OperatorError
from infra.stand.clock import StandClock
from infra.stand.settings import Home, enter


def attach(home: Home) -> None:
    """Take the stand's environment and clock for this process. Raises OperatorError when no stand runs there."""
    if not home.environment.exists() or emulator.running(home.emulator) is None:
        raise OperatorError(f"No stand runs on {home.folder}. Start one: python -m infra stand")
    enter(json.loads(home.environment.read_text(encoding="utf-8")))

    from chalicelib import bootstrap
    from chalicelib.config import settings_from

    bootstrap.use(bootstrap.build(settings_from(os.environ), StandClock(home.clock, follows=True)))
