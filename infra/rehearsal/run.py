"""A rehearsal from nothing to an answered letter: the real bundle, the real template, every policy enforced.

The product is deployed by the operator's own code into an empty emulated account, used over its REST API while its
schedules fire, updated while letters are open, and put back. What fails is named; nothing is left behind.
"""

import tempfile
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

from infra.cloud.deployment import Target
from infra.cloud.settings import read_settings
from infra.errors import OperatorError
from infra.package import Bundle
from infra.rehearsal import rights
from infra.rehearsal.logs import last_errors
from infra.rehearsal.outside import outside
from infra.rehearsal.place import emulated
from infra.rehearsal.post import Post, emulated_boxes
from infra.rehearsal.stage import STAGE, Rehearsal, Say, Step
from infra.rehearsal.steps import STEPS

_SETTINGS: Final = Path(__file__).with_name("deployment.toml")


def rehearse(bundle: Bundle, say: Say) -> list[str]:
    """Do all of it; what was found wrong, in words: nothing, when all is well."""
    with staged(bundle) as rehearsal:
        for words, step in STEPS:
            if found := take(rehearsal, words, step, say):
                return found
    return []


@contextmanager
def staged(bundle: Bundle) -> Iterator[Rehearsal]:
    """An empty account, and a county outside of it, for as long as it lasts; nothing is deployed yet."""
    settings = read_settings(_SETTINGS)
    with (
        tempfile.TemporaryDirectory(prefix="huiyin-rehearsal-") as scratch,
        outside() as county,
        emulated(Path(scratch) / "emulator") as place,
    ):
        target = Target(place.account, STAGE, settings, settings.rulebook)
        post = Post([*emulated_boxes(place.endpoint), lambda: county.taken])
        yield Rehearsal(place, target, bundle, post, county, Path(scratch))


def take(rehearsal: Rehearsal, words: str, step: Step, say: Say) -> list[str]:
    """Take one step; what was found wrong. Calls that a policy did not allow are looked for too: not each makes a
    step fail."""
    begun, moment, found = time.monotonic(), rehearsal.now(), []
    try:
        step(rehearsal)
    except OperatorError as error:
        found = [f"{words}: {error}"]
    except Exception as error:  # noqa: BLE001  whatever a step dies of: the right that it lacked is still to be named
        found = [f"{words}: {type(error).__name__}: {error}", *traceback.format_tb(error.__traceback__)[-2:]]
    found += rights.refused(rehearsal.place.decisions(), rehearsal.roles)
    if found and rehearsal.done is not None:
        found += _said_by_functions(rehearsal, moment)
    say(f"{'FAIL' if found else 'ok  '} {time.monotonic() - begun:6.1f} s  {words}")
    return found


def _said_by_functions(rehearsal: Rehearsal, since: datetime) -> list[str]:
    try:
        return last_errors(rehearsal.deployed(), since)
    except OperatorError as error:
        return [str(error)]
