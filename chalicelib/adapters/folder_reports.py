"""Ledger and report files in a local folder laid out like the bucket: downloaded to be recomputed, or generated."""

import io
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO

REPLACEABLE = "site/"


class FolderReports:
    """ReportStore over a folder. Keys are relative paths; content types are not kept.

    Opening one writes nothing, so a folder that may only be read can be read. A file is written under a hidden name
    beside its place and appears there whole: a run that was killed leaves no half file, and hidden files are no keys.
    """

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()

    def put(self, key: str, data: bytes, content_type: str) -> None:
        """Write or replace a file under site/. Raises ValueError for any other key."""
        del content_type
        if not key.startswith(REPLACEABLE):
            raise ValueError(f"{key}: only files under {REPLACEABLE} may be replaced")
        self._write(key, io.BytesIO(data), os.replace)

    def put_once(self, key: str, data: bytes, content_type: str) -> bool:
        """Write a file that is not there yet; the file system decides who was first."""
        del content_type
        return self._link_once(key, io.BytesIO(data))

    def put_file_once(self, key: str, path: Path, content_type: str) -> bool:
        """The same with the bytes of another file, copied piece by piece."""
        del content_type
        with path.open("rb") as source:
            return self._link_once(key, source)

    def get(self, key: str) -> bytes | None:
        """The file's bytes; None when there is none."""
        stream = self.open(key)
        if stream is None:
            return None
        with stream:
            return stream.read()

    def open(self, key: str) -> BinaryIO | None:
        """The file, opened for reading; None when there is none."""
        try:
            return self._path(key).open("rb")
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None

    def keys(self, prefix: str) -> Sequence[str]:
        """All keys under a prefix, sorted."""
        folder = prefix.rpartition("/")[0]
        start = self._path(folder) if folder else self._root
        return sorted(key for key in self._below(start) if key.startswith(prefix))

    def link(self, key: str, seconds: int) -> str:
        """A folder gives no links. Raises io.UnsupportedOperation."""
        raise io.UnsupportedOperation(f"{key}: files of a folder have no links (asked for {seconds} s)")

    def _below(self, start: Path) -> Iterator[str]:
        for folder, names, files in os.walk(start):
            names[:] = [name for name in names if not name.startswith(".")]
            inside = Path(folder).relative_to(self._root)
            yield from ((inside / name).as_posix() for name in files if not name.startswith("."))

    def _path(self, key: str) -> Path:
        """Where the file of this key lies. Raises ValueError where that is outside the folder, or a hidden file."""
        path = self._root.joinpath(*key.split("/"))
        hidden = any(part.startswith(".") or not part for part in key.split("/"))
        if hidden or not path.resolve().is_relative_to(self._root):
            raise ValueError(f"{key!r} is no key of a file in this folder")
        return path

    def _link_once(self, key: str, source: BinaryIO) -> bool:
        # Looked at first only to spare the writing; `os.link` is what refuses.
        if self._path(key).exists():
            return False
        try:
            self._write(key, source, os.link)
        except FileExistsError:
            return False
        return True

    def _write(self, key: str, source: BinaryIO, into_place: Callable[[str, Path], None]) -> None:
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
            try:
                shutil.copyfileobj(source, file)
                file.flush()
                os.fchmod(file.fileno(), 0o644)
                into_place(file.name, path)
            finally:
                Path(file.name).unlink(missing_ok=True)
