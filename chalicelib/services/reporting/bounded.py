"""The fold of any number of letters in the same memory: letters nothing was heard of for a while are laid aside.

The newest letters are in memory, in two generations. When the younger one is full, the older one is laid aside, spread
over shares by the letter's code, and the younger one becomes the older. What comes later for a letter that was laid
aside waits in its share. In the end share after share is taken up again, each small enough for memory.
"""

from collections.abc import Iterable, Iterator
from zlib import crc32

from msgspec import msgpack

from chalicelib.domain.metrics.fold import Folding, Progress
from chalicelib.domain.metrics.state import LetterState
from chalicelib.domain.metrics.told import Told
from chalicelib.ports import Scratch

GENERATION = 25_000
"""Letters in one generation, some 3 kB each."""
SHARES = 256
_WAITING = 20_000


class BoundedFold:
    """Feed it events with `add`, in any order, then ask once for all letters with `finish`."""

    def __init__(self, folding: Folding, scratch: Scratch, generation: int = GENERATION, shares: int = SHARES) -> None:
        self._folding, self._scratch = folding, scratch
        self._generation, self._shares = generation, shares
        self._young: dict[str, Progress] = {}
        self._old: dict[str, Progress] = {}
        self._later: list[Told] = []
        self._laid_aside = False
        self._encode = msgpack.Encoder().encode

    def add(self, line: Told) -> None:
        """Take one event; those after the period's end are left out."""
        if line.at >= self._folding.end:
            return
        letter = line.letter
        progress = self._young.get(letter)
        if progress is None:
            progress = self._old.pop(letter, None)
            if progress is None:
                if line.sequence != 1:  # its letter was laid aside, or it comes before the letter's first event
                    self._put_off(line)
                    return
                progress = Progress(LetterState(letter))
            if len(self._young) >= self._generation:
                self._turn()
            self._young[letter] = progress
        self._folding.take(progress, line)

    def finish(self) -> Iterator[Progress]:
        """Every letter once, with all its events."""
        if self._laid_aside:
            self._turn()
            self._turn()
            self._lay_aside_later()
            for share in range(self._shares):
                yield from self._taken_up(share)
            return
        letters = self._old | self._young
        self._take_all(letters, self._later)
        yield from letters.values()

    def _turn(self) -> None:
        """The older generation is laid aside, and the younger one is the older now."""
        self._lay_aside("letters", ((letter, self._encode(progress)) for letter, progress in self._old.items()))
        self._old, self._young = self._young, {}

    def _lay_aside(self, name: str, found: Iterable[tuple[str, bytes]]) -> None:
        by_share: dict[int, list[bytes]] = {}
        for letter, frame in found:
            by_share.setdefault(crc32(letter.encode()) % self._shares, []).append(frame)
        for share, frames in by_share.items():
            self._scratch.append(f"{name}-{share}", frames)
            self._laid_aside = True

    def _put_off(self, line: Told) -> None:
        self._later.append(line)
        if len(self._later) >= _WAITING:
            self._lay_aside_later()

    def _lay_aside_later(self) -> None:
        self._lay_aside("later", ((line.letter, self._encode(line)) for line in self._later))
        self._later = []

    def _taken_up(self, share: int) -> Iterator[Progress]:
        letters: dict[str, Progress] = {}
        decode, line_of = msgpack.Decoder(Progress).decode, msgpack.Decoder(Told).decode
        for frame in self._scratch.frames(f"letters-{share}"):
            self._join(letters, decode(frame))
        self._take_all(letters, (line_of(frame) for frame in self._scratch.frames(f"later-{share}")))
        return iter(letters.values())

    def _join(self, letters: dict[str, Progress], found: Progress) -> None:
        """A first event that came twice, long after the first time, began its letter anew: the further one counts."""
        letter = found.state.letter
        known = letters.setdefault(letter, found)
        if known is not found:
            known, found = (known, found) if known.next_sequence >= found.next_sequence else (found, known)
            letters[letter] = known
            for line in found.early.values():
                self._folding.take(known, line)

    def _take_all(self, letters: dict[str, Progress], lines: Iterable[Told]) -> None:
        for line in lines:
            progress = letters.get(line.letter)
            if progress is None:
                progress = letters[line.letter] = Progress(LetterState(line.letter))
            self._folding.take(progress, line)
