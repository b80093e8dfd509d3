"""Which program counted: the SHA-256 of the modules and words that figures and reports are made by."""

import hashlib
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

_FIGURES = ("domain", "domain/metrics")
_REPORTS = ("services/reporting", "adapters/report_files", "templates/reports", "templates/words")


@cache
def figures_code() -> str:
    """Of the modules that fold and of those they rest on: another rule is another state."""
    return _digest(_FIGURES)


@cache
def reports_code() -> str:
    """Of all that goes into a report's files. Two programs of the same value make the same bytes."""
    return _digest((*_FIGURES, *_REPORTS))


def _digest(folders: tuple[str, ...]) -> str:
    root = files("chalicelib")
    found = sorted((folder, name, data) for folder in folders for name, data in _sources(root.joinpath(folder)))
    return hashlib.sha256(repr(found).encode()).hexdigest()


def _sources(folder: Traversable) -> list[tuple[str, bytes]]:
    return [
        (each.name, each.read_bytes())
        for each in folder.iterdir()
        if each.is_file() and each.name.endswith((".py", ".toml", ".j2", ".css"))
    ]
