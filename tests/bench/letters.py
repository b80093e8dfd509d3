"""The letters of the benchmark's ledger: drawn by the dice of the day they arrive on, stamped from their template."""

import hashlib
import random
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import accumulate
from typing import TypeVar

from chalicelib.adapters.random_ids import ALPHABET
from tests.bench.county import FIELDS, FIRST, REGIONS, SOURCES, UNITS, days
from tests.bench.stories import SORTS, STORIES, Sort, Story
from tests.bench.tally import CENTRE, NOBODY, Counted, Placed, counted_in
from tests.bench.templates import LetterTemplate, dates_from, template_of
from tests.builders import SHANGHAI

T = TypeVar("T")
S = TypeVar("S", Sort, Story)

_IMPORTED_AT = b"2025-04-21T01:30:00.000000Z"
_GENESIS = b"0" * 64
_ONE_DAY = timedelta(days=1)
_PAIRS = [(a + b).encode() for a in ALPHABET for b in ALPHABET]


@dataclass(frozen=True, slots=True)
class Drawn:
    """One letter before it is written: its sort and story, and what fills the holes of their template."""

    sort: Sort
    story: Story
    template: LetterTemplate
    own: dict[bytes, bytes]


class Desk:
    """What letters that arrive on one day have in common, and the day's own dice."""

    def __init__(self, seed: int, day: int) -> None:
        self.day, self.seed = day, seed
        self.arrival = FIRST + day * _ONE_DAY
        self.dice = random.Random(f"{seed}/{day}")  # noqa: S311  the same letters each time are what is wanted
        self.dates = dates_from(self.arrival, days())
        # The day on which what happens on the n-th working day is filed, as days after the ledger's first.
        self.filed = [(days().after(self.arrival, n) - FIRST).days for n in range(len(self.dates))]
        self._counted: dict[LetterTemplate, tuple[Counted, ...]] = {}

    def draw(self, number: int) -> Drawn:
        """The next letter of the day, with this number of the year's (from 0)."""
        sort, story = _drawn(SORTS, self.dice), _drawn(STORIES, self.dice)
        template = template_of(sort, story)
        return Drawn(sort, story, template, own_of(self, number, sort, template.texts))

    def counted_in(self, template: LetterTemplate, placed: Sequence[Placed]) -> tuple[Counted, ...]:
        """What a letter counts for whose lines all are in the file of their day: for all of them the same."""
        counted = self._counted.get(template)
        if counted is None:
            counted = self._counted[template] = counted_in(template.notes, placed)
        return counted


def _drawn(these: Sequence[S], dice: random.Random) -> S:
    """One of them, as often as its share says."""
    return these[bisect_right(_ends(tuple(each.share for each in these)), int(dice.random() * 1000))]


@cache
def _ends(shares: tuple[int, ...]) -> list[int]:
    return list(accumulate(shares))


def code_of(number: int, seed: int) -> bytes:
    """The tracking code of the n-th letter: no two alike, in no order."""
    mixed = (number * 0x9E3779B97F4A7C15 + seed * 0xD1B54A32D192ED03) & ((1 << 60) - 1)
    return b"".join(_PAIRS[mixed >> shift & 1023] for shift in (50, 40, 30, 20, 10, 0))


def own_of(desk: Desk, number: int, sort: Sort, texts: int) -> dict[bytes, bytes]:
    """The holes that one letter fills."""
    dice = desk.dice
    a = int(dice.random() * len(UNITS))
    b = (a + 1 + int(dice.random() * (len(UNITS) - 1))) % len(UNITS)
    second, micro = divmod(int(dice.random() * 3_540_000_000), 1_000_000)
    moment = datetime(desk.arrival.year, desk.arrival.month, desk.arrival.day, tzinfo=SHANGHAI) + timedelta(
        microseconds=int(dice.random() * 86_400_000_000)
    )
    hashes = dice.randbytes(32 * texts).hex().encode()
    own = {b"h%d" % n: hashes[64 * n : 64 * n + 64] for n in range(texts)}
    return (
        own
        | desk.dates
        | {
            b"LETTER": code_of(number, desk.seed),
            b"NUMBER": f"信箱〔{desk.arrival.year}〕{number + 1:04d}号".encode(),
            b"A": UNITS[a].encode(),
            b"B": UNITS[b].encode(),
            b"KIND": one_of(sort.kinds, dice).value.encode(),
            b"SOURCE": one_of(SOURCES, dice).encode(),
            b"FIELD": one_of(FIELDS, dice).encode() if sort.placed else b"",
            b"REGION": one_of(REGIONS, dice).encode() if sort.placed else b"",
            b"SCORE": b"%d" % (1 + int(dice.random() * 5)),
            b"within": b"%02d:%02d.%06d" % (1 + second // 60, second % 60, micro),
            b"at": moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ").encode(),
            b"recorded": _IMPORTED_AT,
        }
    )


def one_of(these: Sequence[T], dice: random.Random) -> T:
    return these[int(dice.random() * len(these))]


def lines_of(template: LetterTemplate, own: dict[bytes, bytes]) -> Iterator[tuple[bytes, bytes]]:
    """The letter's lines with their hashes, and by what each is sorted in its file."""
    own[b"PREV"] = _GENESIS
    for sequence, line in enumerate(template.lines, start=1):
        head, tail = line.head % own, line.tail % own
        digest = hashlib.sha256(head + tail).hexdigest().encode()
        own[b"PREV"] = digest
        yield b'%b,"hash":"%b"%b' % (head, digest, tail), b"%b%b%02d" % (line.at % own, own[b"LETTER"], sequence)


def rows_of(own: dict[bytes, bytes]) -> dict[str, str]:
    """The tally's rows for the offices of a story."""
    a, b = own[b"A"].decode(), own[b"B"].decode()
    return {"@A@": f"unit:{a}", "@B@": f"unit:{b}", CENTRE: f"unit:{CENTRE}", NOBODY: "unit:"}


def split_of(own: dict[bytes, bytes]) -> list[str]:
    return [f"{name.decode().lower()}:{own[name].decode()}" for name in (b"KIND", b"SOURCE", b"FIELD", b"REGION")]
