"""Reads the rulebooks that are shipped with the product."""

from functools import cache
from importlib import resources

from chalicelib.domain.errors import RulebookError
from chalicelib.domain.rulebook import Rulebook
from chalicelib.domain.rulebook_file import parse_rulebook

_FOLDER = resources.files("chalicelib") / "rulebooks"


def rulebook_names() -> list[str]:
    """The rulebooks there are."""
    return sorted(entry.name.removesuffix(".toml") for entry in _FOLDER.iterdir() if entry.name.endswith(".toml"))


@cache
def rulebook(name: str) -> Rulebook:
    """The rulebook of this name. Raises RulebookError when there is none, or when its file is wrong."""
    file = _FOLDER / f"{name}.toml"
    if name not in rulebook_names():
        raise RulebookError(
            f"{name}.toml", "(whole file)", f"no such rulebook; there are: {', '.join(rulebook_names())}"
        )
    book = parse_rulebook(file.name, file.read_text("utf-8"))
    if book.name != name:
        raise RulebookError(file.name, "name", f"must be the file's own name, {name!r}")
    return book
