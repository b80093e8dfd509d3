"""Puts lines in order that may be more than memory holds: sorted runs are laid aside, and merged in the end."""

from collections.abc import Iterator, Sequence
from heapq import merge
from operator import itemgetter
from typing import Any

from msgspec import json, msgpack

from chalicelib.domain.metrics.report import Key
from chalicelib.ports import Scratch

AT_ONCE = 10_000
"""Lines in memory before they are laid aside."""

_RUNS_AT_ONCE = 200
"""Files that are open at once: a function may have a thousand."""
_KEY = itemgetter(0)


class Spool:
    """Gives gatherings that share one scratch space; `report.Gather`."""

    def __init__(self, scratch: Scratch, at_once: int = AT_ONCE) -> None:
        self._scratch = scratch
        self._at_once = at_once
        self._begun = 0

    def __call__(self, line_type: type[Any]) -> "Spooled":
        """Begin a gathering of lines of this type."""
        self._begun += 1
        return Spooled(self._scratch, f"lines-{self._begun}", line_type, self._at_once)


class Spooled:
    """One gathering. With few lines nothing leaves memory."""

    def __init__(self, scratch: Scratch, name: str, line_type: type[Any], at_once: int) -> None:
        self._scratch, self._name, self._at_once = scratch, name, at_once
        self._type = line_type
        self._encode = json.Encoder(order="deterministic").encode
        self._lines: list[tuple[Key, Any]] = []
        self._names: list[str] = []
        self._runs = 0
        self._count = 0

    def add(self, key: Key, line: Any) -> None:
        """Take one. Once it is clear that they do not fit, a line is written out while the processor has it at hand."""
        self._lines.append((key, self._encode(line) if self._runs else line))
        if len(self._lines) >= self._at_once:
            self._lay_aside()

    def done(self) -> "tuple[Any, ...] | LinesOnDisk":
        """All of them, those of the same key in the order in which they came."""
        if not self._runs:
            return tuple(line for _, line in sorted(self._lines, key=_KEY))
        self._lay_aside()
        while len(self._names) > _RUNS_AT_ONCE:
            first, rest = self._names[:_RUNS_AT_ONCE], self._names[_RUNS_AT_ONCE:]
            self._names = [self._name_of_run(), *rest]
            frames = (frame for key, line in self._merged(first) for frame in (msgpack.encode(key), line))
            self._scratch.append(self._names[0], frames)
        self._scratch.append(self._name, (line for _, line in self._merged(self._names)))
        return LinesOnDisk(self._scratch, self._name, self._count, self._type)

    def _lay_aside(self) -> None:
        if not self._runs:
            self._lines = [(key, self._encode(line)) for key, line in self._lines]
        self._lines.sort(key=_KEY)
        of_key = msgpack.Encoder().encode
        frames = (frame for key, line in self._lines for frame in (of_key(key), line))
        self._names.append(self._name_of_run())
        self._scratch.append(self._names[-1], frames)
        self._count += len(self._lines)
        self._lines = []

    def _name_of_run(self) -> str:
        self._runs += 1
        return f"{self._name}-{self._runs}"

    def _merged(self, names: Sequence[str]) -> Iterator[tuple[list[Any], bytes]]:
        """The lines of these runs in their order; those of the same key as the runs come."""
        return merge(*(self._run(name) for name in names), key=_KEY)

    def _run(self, name: str) -> Iterator[tuple[list[Any], bytes]]:
        decode = msgpack.Decoder(list[Any]).decode
        frames = self._scratch.frames(name)
        return ((decode(key), line) for key, line in zip(frames, frames, strict=True))


class LinesOnDisk:
    """Lines in their order, read anew each time somebody goes through them."""

    def __init__(self, scratch: Scratch, name: str, count: int, line_type: type[Any]) -> None:
        self._scratch, self._name, self._count, self._type = scratch, name, count, line_type

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Any]:
        decode = json.Decoder(self._type).decode
        return (decode(frame) for frame in self.encoded())

    def encoded(self) -> Iterator[bytes]:
        """The lines as they stand in report.json."""
        return self._scratch.frames(self._name)
