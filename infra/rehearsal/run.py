"""A rehearsal from nothing to an answered letter: the real bundle, the real template, every policy enforced.

The product is deployed by the operator's own code into an empty emulated account, used over its REST API while its
schedules fire, updated while letters are open, and put back. What fails is named; nothing is left behind.
"""

import tempfile
import time
from pathlib import Path
from typing import Final

from infra.cloud.deployment import Target
from infra.cloud.settings import read_settings
from infra.errors import OperatorError
from infra.package import Bundle
from infra.rehearsal import rights
from infra.rehearsal.people import Post
from infra.rehearsal.place import emulated
from infra.rehearsal.stage import STAGE, Rehearsal, Say, Step
from infra.rehearsal.steps import STEPS

_SETTINGS: Final = Path(__file__).with_name("deployment.toml")


def rehearse(bundle: Bundle, say: Say) -> list[str]:
    """Do all of it; what was found wrong, in words: nothing, when all is well."""
    settings = read_settings(_SETTINGS)
    with (
        tempfile.TemporaryDirectory(prefix="huiyin-rehearsal-") as scratch,
        emulated(Path(scratch) / "emulator") as place,
    ):
        target = Target(place.account, STAGE, settings, settings.rulebook)
        rehearsal = Rehearsal(place, target, bundle, Post(place.endpoint, set()))
        for words, step in STEPS:
            if found := _taken(rehearsal, words, step, say):
                return found
    return []


def _taken(rehearsal: Rehearsal, words: str, step: Step, say: Say) -> list[str]:
    begun, found = time.monotonic(), []
    try:
        step(rehearsal)
    except OperatorError as error:
        found = [f"{words}: {error}"]
    found += _refused(rehearsal)
    say(f"{'FAIL' if found else 'ok  '} {time.monotonic() - begun:6.1f} s  {words}")
    return found


def _refused(rehearsal: Rehearsal) -> list[str]:
    """Calls that a policy did not allow: looked for after each step, for not every refusal makes a step fail."""
    if rehearsal.done is None:
        return []
    roles = rights.roles_of(rehearsal.place.account, rehearsal.deployed().functions())
    return rights.refused(rehearsal.place.decisions(), roles)
