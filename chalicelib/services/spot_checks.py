"""Draws letters for spot checks at the rulebook's moment, out of those that ended in the last seven days (CQ-11.1).

The draw is decided and noted before the first letter is marked: a run that is cut off is gone on with as it was.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from chalicelib.domain.clocks import local_date
from chalicelib.domain.day_file import day_folder
from chalicelib.domain.letter import Letter, LetterId, Role
from chalicelib.domain.lots import ENDED, by_lot, drawn, ended_letters
from chalicelib.domain.rules import SpotCheckRule
from chalicelib.domain.visibility import is_kept_from
from chalicelib.ports import ConflictError
from chalicelib.services import ledger_files
from chalicelib.services.installation import Installation
from chalicelib.services.writing import change_of

NOTE = "spot_checks"
WINDOW = 7
"""Closed days before the draw."""
TRIES = 5


@dataclass(frozen=True, slots=True)
class Draw:
    """One draw: its local date, its seed, the letters it fell on, and whether all of them are marked."""

    day: str
    seed: str
    letters: tuple[str, ...]
    done: bool = False

    def noted(self) -> str:
        """As the job's note."""
        return json.dumps({"day": self.day, "seed": self.seed, "letters": self.letters, "done": self.done})

    @classmethod
    def read(cls, note: str) -> "Draw":
        """From the job's note."""
        said = json.loads(note)
        return cls(said["day"], said["seed"], tuple(said["letters"]), said["done"])


@dataclass(frozen=True, slots=True)
class Drawn:
    """How many draws a run came to the end of, and how many letters it marked."""

    draws: int = 0
    letters: int = 0


def draw_spot_checks(inst: Installation, has_time: Callable[[], bool]) -> Drawn:
    """Draw what is due; weeks that were missed are made up in their order, each from its own days' ledger."""
    rule = inst.rulebook.spot_checks
    draws = letters = 0
    while rule is not None and has_time():
        note = inst.jobs.last(NOTE)
        before = Draw.read(note) if note else None
        draw = before if before and not before.done else _next_draw(inst, rule, before)
        if draw is None:
            break
        if draw is not before and not inst.jobs.swap(NOTE, note, draw.noted()):
            continue  # another run has decided it: go on with that
        letters += sum(_mark(inst, LetterId(each), draw) for each in draw.letters)
        inst.jobs.swap(NOTE, draw.noted(), Draw(draw.day, draw.seed, draw.letters, done=True).noted())
        draws += 1
    return Drawn(draws, letters)


def _next_draw(inst: Installation, rule: SpotCheckRule, before: Draw | None) -> Draw | None:
    """The first draw due after the last one; without one, the latest. None while the day before is not closed."""
    now = inst.time.now()
    today = local_date(now, inst.zone)
    latest = today - timedelta(days=(today.isoweekday() - rule.weekday) % 7)
    if datetime.combine(latest, rule.at, inst.zone) > now:
        latest -= timedelta(days=7)
    day = latest
    while before is not None and day - timedelta(days=7) > date.fromisoformat(before.day):
        day -= timedelta(days=7)
    if before is not None and day <= date.fromisoformat(before.day):
        return None
    manifest = inst.reports.get(day_folder(day - timedelta(days=1)).manifest)
    if manifest is None:
        return None
    seed = hashlib.sha256(manifest).hexdigest()
    return Draw(day.isoformat(), seed, tuple(_lot(inst, day, seed, rule.number)))


def _lot(inst: Installation, day: date, seed: str, number: int) -> list[LetterId]:
    """The first letters of the lot that can be checked now."""
    days = (day_folder(day - timedelta(days=back)) for back in range(WINDOW, 0, -1))
    lines = [line for folder in days for line in ledger_files.read_lines(inst.reports, folder)]
    found: list[LetterId] = []
    for letter in by_lot(ended_letters(lines), seed):
        if len(found) == number:
            break
        file = inst.letters.load(letter)
        if file is not None and _can_be_checked(inst, file.letter):
            found.append(letter)
    return found


def _can_be_checked(inst: Installation, letter: Letter) -> bool:
    """Still at an end, and not about all the inspectors there are (PL-18)."""
    directory = inst.registry.directory()
    free = (each for each in directory.holders(Role.INSPECTOR) if not is_kept_from(letter, each, directory))
    return letter.status in ENDED and next(free, None) is not None


def _mark(inst: Installation, letter: LetterId, draw: Draw) -> bool:
    """One letter, one event, however often the draw is run; what has begun to move again meanwhile is left alone."""
    for attempt in range(TRIES):
        file = inst.letters.load(letter)
        if file is None or file.letter.status not in ENDED:
            return False
        if any(e.move == "spot_check_drawn" and e.facts.get("draw") == draw.day for e in file.events):
            return False
        directory = inst.registry.directory()
        around = inst.surroundings(inst.time.now(), directory, inst.rulebook_of(file.letter.rulebook))
        outcome = drawn(file.letter, file.clocks, draw.day, draw.seed, around)
        try:
            inst.letters.commit(change_of(file, [outcome], around, by_ladder=True))
        except ConflictError:
            inst.pause(attempt)
            continue
        return True
    raise ConflictError
