"""The website's files, as a plain web server would give them. Nothing outside the folder, nothing hidden."""

from collections.abc import Collection, Mapping
from pathlib import Path, PurePosixPath

from infra.stand.answers import PAGE_HEADERS, TYPES, Answer


class Folder:
    """One folder of files. `own`: files given in place of the folder's, by name. `only`: nothing but these."""

    def __init__(self, root: Path, own: Mapping[str, Path], only: Collection[str] | None = None) -> None:
        self._root, self._own, self._only = root.resolve(), own, only

    def get(self, path: str) -> Answer | None:
        """The file at a decoded path below the folder, without its leading slash; None when there is none."""
        file = self._file(path or "index.html")
        if file is None:
            return None
        content_type = TYPES.get(file.suffix, "application/octet-stream")
        return Answer(200, file.read_bytes(), {**PAGE_HEADERS, "Content-Type": content_type})

    def _file(self, path: str) -> Path | None:
        parts = PurePosixPath(path).parts
        if "\\" in path or "\0" in path or any(part.startswith((".", "/")) for part in parts) or path.endswith("/"):
            return None
        if self._only is not None and path not in self._only:
            return None
        if path in self._own:
            return self._own[path]
        try:
            file = (self._root / path).resolve()
            return file if file.is_relative_to(self._root) and file.is_file() else None
        except OSError:  # a name longer than the file system takes
            return None
