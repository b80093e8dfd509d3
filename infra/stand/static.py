"""Files as a plain web server would give them: nothing outside the folder, nothing hidden. The website is built anew
before a page of it is given, if somebody has changed what it is made of.
"""

from collections.abc import Callable, Collection, Mapping
from pathlib import Path, PurePosixPath

from infra.stand.answers import FILE_HEADERS, TYPES, Answer


class Folder:
    """One folder of files. `only`: nothing but these. `headers`: what each file comes with."""

    def __init__(
        self, root: Path, only: Collection[str] | None = None, headers: Mapping[str, str] = FILE_HEADERS
    ) -> None:
        self._root, self._only, self._headers = root.resolve(), only, headers

    def get(self, path: str) -> Answer | None:
        """The file at a decoded path below the folder, without its leading slash; None when there is none.

        A folder's address, with its slash, gives the folder's first page.
        """
        file = self._file(f"{path}index.html" if path == "" or path.endswith("/") else path)
        if file is None:
            return None
        content_type = TYPES.get(file.suffix, "application/octet-stream")
        return Answer(200, file.read_bytes(), {**self._headers, "Content-Type": content_type})

    def _file(self, path: str) -> Path | None:
        parts = PurePosixPath(path).parts
        if "\\" in path or "\0" in path or any(part.startswith((".", "/")) for part in parts):
            return None
        if self._only is not None and path not in self._only:
            return None
        try:
            file = (self._root / path).resolve()
            return file if file.is_relative_to(self._root) and file.is_file() else None
        except OSError:  # a name longer than the file system takes
            return None


class Website:
    """The website as `built` leaves it: asked again before each page, not before the files a page asks for."""

    def __init__(self, built: Callable[[], Path]) -> None:
        self._built = built
        self._folder = Folder(built())

    def get(self, path: str) -> Answer | None:
        """As a folder's."""
        if path == "" or path.endswith(("/", ".html")):
            self._folder = Folder(self._built())
        return self._folder.get(path)
