"""Brings the events of each letter together, of any number of letters in the same memory.

Events come by time. As they stand in the files they are spread over shares by the letter's code, and what does not fit
into memory is laid aside. Then share after share is taken up again: each holds all events of some thousand letters.
"""

from collections.abc import Iterable, Iterator
from zlib import crc32

from chalicelib.domain.metrics.told import HEADS, LINES, Head, Told
from chalicelib.ports import Scratch

AT_ONCE = 10_000
"""Events in memory before they are laid aside, not quite 1 kB each: as many as the processor's cache holds."""
SHARES = 512
_NEWLINE = b"\n"
_LETTER, _MOVE, _QUOTE = b'"letter":"', b'","move":"', b'"'
"""Where a line names its letter: keys are in order (RFC 8785), and behind these no value holds another object."""


def first_of(piece: bytes) -> Head:
    """The first event of a piece of a file: what follows it there did not happen before it."""
    return HEADS.decode(piece.partition(_NEWLINE)[0])


class ByLetter:
    """Feed it lines with `add`, then go through the letters. `before`: an instant; what happened later is left out."""

    def __init__(self, scratch: Scratch, before: str, at_once: int = AT_ONCE, shares: int = SHARES) -> None:
        self._scratch, self._before, self._at_once = scratch, before, at_once
        self._waiting: list[list[bytes]] = [[] for _ in range(shares)]
        self._share_of = _Shares(self._waiting)
        self._count = 0
        self._laid_aside = False

    def add(self, piece: bytes) -> None:
        """Take the lines of a piece of a file. In a file they are ordered by when they happened."""
        lines = piece.split(_NEWLINE)
        if HEADS.decode(lines[-1]).at >= self._before:
            lines = [line for line in lines if HEADS.decode(line).at < self._before]
        share_of = self._share_of
        for line in lines:
            end = line.rindex(_MOVE)
            share_of[line[end - 3 : end]].append(line)
        self._count += len(lines)
        if self._count >= self._at_once:
            self._lay_aside()

    def letters(self) -> Iterator[list[Told]]:
        """All events of one letter after the other."""
        if self._laid_aside:
            self._lay_aside()
        for number, waiting in enumerate(self._waiting):
            for lines in _by_letter(self._taken_up(number) if self._laid_aside else [waiting]):
                yield LINES.decode_lines(_NEWLINE.join(lines))

    def _lay_aside(self) -> None:
        for number, lines in enumerate(self._waiting):
            if lines:
                self._scratch.append(f"events-{number}", [_NEWLINE.join(lines)])
                lines.clear()
        self._count, self._laid_aside = 0, True

    def _taken_up(self, number: int) -> Iterator[list[bytes]]:
        return (frame.split(_NEWLINE) for frame in self._scratch.frames(f"events-{number}"))


def _by_letter(share: Iterable[list[bytes]]) -> Iterable[list[bytes]]:
    """The lines of each letter of a share."""
    found: dict[bytes, list[bytes]] = {}
    for lines in share:
        for line in lines:
            begin = line.rindex(_LETTER) + len(_LETTER)
            letter = line[begin : line.index(_QUOTE, begin)]
            of_letter = found.get(letter)
            if of_letter is None:
                of_letter = found[letter] = []
            of_letter.append(line)
    return found.values()


class _Shares(dict[bytes, list[bytes]]):
    """By how a letter's code ends, which is as good as drawn by lot: the share that takes it."""

    def __init__(self, waiting: list[list[bytes]]) -> None:
        super().__init__()
        self._waiting = waiting

    def __missing__(self, ending: bytes) -> list[bytes]:
        share = self[ending] = self._waiting[crc32(ending) % len(self._waiting)]
        return share
