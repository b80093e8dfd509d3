"""Scratch space in a temporary folder: gone afterwards, also when something fails."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

_SIZE = 4
"""Bytes in front of each frame that say how long it is."""
_BUFFER = 1 << 16


class ScratchFiles:
    """Scratch in a folder, a file a name."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def append(self, name: str, frames: Iterable[bytes]) -> None:
        """Add these frames to what the name holds."""
        with self.path(name).open("ab") as file:
            for frame in frames:
                file.write(len(frame).to_bytes(_SIZE))
                file.write(frame)

    def frames(self, name: str) -> Iterator[bytes]:
        """Everything the name holds, from its beginning; nothing for a name never written to."""
        path = self.path(name)
        if not path.exists():
            return
        with path.open("rb", buffering=_BUFFER) as file:
            while head := file.read(_SIZE):
                yield file.read(int.from_bytes(head))

    def path(self, name: str) -> Path:
        """Where the file of this name is."""
        return self._folder / name


@contextmanager
def scratch_files() -> Iterator[ScratchFiles]:
    """Empty space in the machine's temporary folder (/tmp, in a function)."""
    with TemporaryDirectory(prefix="huiyin-") as folder:
        yield ScratchFiles(Path(folder))
