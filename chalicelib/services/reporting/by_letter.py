"""Brings the events of each letter together, of any number of letters in the same memory.

Events come by time. As they stand in the files they are spread over shares by the letter's code, and what does not fit
into memory is laid aside. Then share after share is taken up again: each holds all events of some thousand letters.
"""

from collections.abc import Iterator, Sequence
from zlib import crc32

from chalicelib.domain.metrics.told import LINES, Head, Told
from chalicelib.ports import Scratch

AT_ONCE = 10_000
"""Events in memory before they are laid aside, not quite 1 kB each: as many as the processor's cache holds."""
SHARES = 128
_TAB, _NEWLINE = b"\t", b"\n"
"""Neither stands in a line: JSON escapes them."""


class ByLetter:
    """Feed it lines with `add`, in any order, then go through the letters."""

    def __init__(self, scratch: Scratch, at_once: int = AT_ONCE, shares: int = SHARES) -> None:
        self._scratch, self._at_once, self._shares = scratch, at_once, shares
        self._waiting: list[list[bytes]] = [[] for _ in range(shares)]
        self._count = 0
        self._laid_aside = False
        self._share_of: dict[str, list[bytes]] = {}

    def add(self, lines: Sequence[bytes], heads: Sequence[Head], before: str) -> None:
        """Take those of these lines, each with its head, that happened before this instant."""
        share_of = self._share_of
        for line, head in zip(lines, heads, strict=True):
            if head.at < before:
                letter = head.letter
                ending = letter[-3:]
                if ending not in share_of:
                    self._begin(ending)
                share_of[ending].append(b"%b\t%b" % (letter.encode(), line))
        self._count += len(lines)
        if self._count >= self._at_once:
            self._lay_aside()

    def letters(self) -> Iterator[list[Told]]:
        """All events of one letter after the other."""
        if self._laid_aside:
            self._lay_aside()
        for number, waiting in enumerate(self._waiting):
            by_letter: dict[bytes, list[bytes]] = {}
            for keyed in self._taken_up(number) if self._laid_aside else waiting:
                letter, _, line = keyed.partition(_TAB)
                of_letter = by_letter.get(letter)
                if of_letter is None:
                    of_letter = by_letter[letter] = []
                of_letter.append(line)
            for lines in by_letter.values():
                yield LINES.decode_lines(_NEWLINE.join(lines))

    def _begin(self, ending: str) -> None:
        """Where letters go whose codes end so: the ends of codes are as good as drawn by lot."""
        self._share_of[ending] = self._waiting[crc32(ending.encode()) % self._shares]

    def _lay_aside(self) -> None:
        for number, lines in enumerate(self._waiting):
            if lines:
                self._scratch.append(f"events-{number}", [_NEWLINE.join(lines)])
                lines.clear()
        self._count, self._laid_aside = 0, True

    def _taken_up(self, number: int) -> Iterator[bytes]:
        for frame in self._scratch.frames(f"events-{number}"):
            yield from frame.split(_NEWLINE)
