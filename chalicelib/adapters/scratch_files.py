"""Scratch space in a temporary folder: gone afterwards, also when something fails."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

_SIZE = 4
"""Bytes in front of each frame that say how long it is."""
_BUFFER = 1 << 16
_GATHERED = 1 << 15
"""Bytes of a file that are gathered before they are written: few writes, and little memory for hundreds of files."""
_OPEN_AT_MOST = 600
"""Files that stay open to be added to: a function may have a thousand."""


class ScratchFiles:
    """Scratch in a folder, a file a name. Files that are added to stay open until they are read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: dict[str, BinaryIO] = {}

    def append(self, name: str, frames: Iterable[bytes]) -> None:
        """Add these frames to what the name holds."""
        file = self._open.get(name) or self._opened(name)
        for frame in frames:
            file.write(len(frame).to_bytes(_SIZE))
            file.write(frame)

    def frames(self, name: str) -> Iterator[bytes]:
        """Everything the name holds, from its beginning; nothing for a name never written to."""
        if name in self._open:
            self._open.pop(name).close()
        path = self.path(name)
        if not path.exists():
            return
        with path.open("rb", buffering=_BUFFER) as file:
            while head := file.read(_SIZE):
                yield file.read(int.from_bytes(head))

    def path(self, name: str) -> Path:
        """Where the file of this name is."""
        return self._folder / name

    def close(self) -> None:
        """Nothing is added any more."""
        while self._open:
            self._open.popitem()[1].close()

    def _opened(self, name: str) -> BinaryIO:
        if len(self._open) >= _OPEN_AT_MOST:
            self.close()
        file = self._open[name] = self.path(name).open("ab", buffering=_GATHERED)
        return file


@contextmanager
def scratch_files() -> Iterator[ScratchFiles]:
    """Empty space in the machine's temporary folder (/tmp, in a function)."""
    with TemporaryDirectory(prefix="huiyin-") as folder:
        space = ScratchFiles(Path(folder))
        try:
            yield space
        finally:
            space.close()
