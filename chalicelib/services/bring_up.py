"""After a change of calendar or rulebook every open letter is visited once, whatever its clocks were waiting for.

Without it a date would stay old for as long as nobody acts and no ladder step comes, and be moved by whoever is first.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass

from chalicelib.domain.directory import Directory
from chalicelib.domain.ladder import rewind
from chalicelib.domain.letter import LetterId
from chalicelib.domain.watch import recount
from chalicelib.ports import ConflictError
from chalicelib.services.installation import Installation
from chalicelib.services.writing import change_of

NOTE = "brought_up"
NOTED_EVERY = 50
"""Letters between two notes of how far it came; a run that is cut off does so many again."""


@dataclass(frozen=True, slots=True)
class BroughtUp:
    """What one run did: letters counted again, error classes of those that could not be; whether all were seen."""

    counted: int = 0
    failed: tuple[str, ...] = ()
    finished: bool = True


def bring_up(inst: Installation, directory: Directory, has_time: Callable[[], bool]) -> BroughtUp:
    """Go on with the letters not seen since the last change; nothing, when all were.

    A letter that cannot be written is passed by: its next move, or its next ladder step, counts it again.
    """
    rules = _rules_in_force(inst)
    after = _seen_up_to(inst, rules)
    if after == "":
        return BroughtUp()
    counted = 0
    failed: list[str] = []
    for seen, letter in enumerate(inst.letters.letter_ids(LetterId(after) if after else None)):
        if seen % NOTED_EVERY == 0:
            _note(inst, rules, after)
        if not has_time():
            _note(inst, rules, after)
            return BroughtUp(counted, tuple(failed), finished=False)
        try:
            counted += _bring_up(inst, letter, directory)
        except ConflictError:
            pass  # somebody moved it meanwhile, and counted it again by that
        except Exception as error:  # noqa: BLE001  one bad letter must not stop the others, whatever is wrong with it
            failed.append(type(error).__name__)
        after = letter
    _note(inst, rules, "")
    return BroughtUp(counted, tuple(failed))


def _rules_in_force(inst: Installation) -> str:
    return f"{inst.calendar().version} {inst.rulebook.name}@{inst.rulebook.version}"


def _seen_up_to(inst: Installation, rules: str) -> str | None:
    """The last letter seen under these rules; "" when all were, None when none was."""
    noted = json.loads(inst.jobs.last(NOTE) or "{}")
    return noted["after"] if noted.get("rules") == rules else None


def _note(inst: Installation, rules: str, after: str | None) -> None:
    inst.jobs.note(NOTE, json.dumps({"rules": rules, "after": after}))


def _bring_up(inst: Installation, letter: LetterId, directory: Directory) -> int:
    file = inst.letters.load(letter)
    running = [clock for clock in file.clocks if clock.running] if file else []
    if file is None or not running:
        return 0
    around = inst.surroundings(inst.time.now(), directory, inst.rulebook_of(file.letter.rulebook))
    counted = recount(file.letter, file.clocks, around)
    if counted is not None:
        inst.letters.commit(change_of(file, [counted], around, by_ladder=True))
        return 1
    for clock in running:
        wound = rewind(clock, around.rulebook.ladder.get(clock.name, ()), around.calendar, around.zone)
        if wound != clock and not clock.failures:
            inst.letters.put_off(letter, wound)
    return 0
