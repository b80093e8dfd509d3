"""Reads rulebooks: those shipped with the product, a county's own file, and earlier versions of either."""

from collections.abc import Iterator
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from chalicelib.domain.errors import RulebookError
from chalicelib.domain.letter import RulebookRef
from chalicelib.domain.rulebook import Rulebook
from chalicelib.domain.rulebook_file import WHOLE, parse_rulebook

SUFFIX = ".toml"
EARLIER = "earlier"
"""The folder beside the files in which `<name>@<version>.toml` keeps what letters began with."""
_FOLDER = resources.files("chalicelib") / "rulebooks"


def rulebook_names() -> list[str]:
    """The rulebooks there are; earlier versions are not among them."""
    return sorted(entry.name.removesuffix(SUFFIX) for entry in _FOLDER.iterdir() if entry.name.endswith(SUFFIX))


@cache
def rulebook(name: str) -> Rulebook:
    """The rulebook of this name, or in the .toml file at this path.

    Raises RulebookError when there is none, or when its file is wrong.
    """
    if name.endswith(SUFFIX):
        return _read(Path(name), Path(name).name.removesuffix(SUFFIX))
    if "/" in name or "." in name:
        raise RulebookError(name, WHOLE, f"a rulebook's file ends in {SUFFIX}; this does not")
    if name not in rulebook_names():
        raise RulebookError(
            f"{name}{SUFFIX}", WHOLE, f"no such rulebook; write a path to a .toml file or one of: {_names()}"
        )
    return _read(_FOLDER / f"{name}{SUFFIX}", name)


@cache
def rulebook_at(ref: RulebookRef, in_force: str) -> Rulebook:
    """The rulebook a letter began with, in exactly that version; where that one is not kept, the newest of its name.

    `in_force`: the one the county goes by now, a name or a path; what lies beside it is looked through first.
    Raises RulebookError when there is none of this name.
    """
    newest = rulebook(in_force)
    if newest.name != ref.name:
        newest = rulebook(_beside(ref.name, in_force))
    if newest.version == ref.version:
        return newest
    file = next(_kept(f"{ref.name}@{ref.version}{SUFFIX}", in_force), None)
    return newest if file is None else _read_earlier(file, ref)


def _beside(name: str, in_force: str) -> str:
    """Another rulebook: a file beside the county's own when there is one, else one that is shipped."""
    own = Path(in_force).parent / f"{name}{SUFFIX}"
    return str(own) if in_force.endswith(SUFFIX) and own.is_file() and "/" not in name else name


def _kept(file_name: str, in_force: str) -> Iterator[Traversable]:
    """Files of this name among the earlier versions. They are listed, so that a name opens no other file."""
    own = [Path(in_force).parent / EARLIER] if in_force.endswith(SUFFIX) else []
    for folder in (*own, _FOLDER / EARLIER):
        if folder.is_dir():
            yield from (each for each in folder.iterdir() if each.name == file_name)


def _read(file: Traversable, name: str) -> Rulebook:
    book = parse_rulebook(file.name, _content(file))
    if book.name != name:
        raise RulebookError(file.name, "name", f"must be the file's own name, {name!r}")
    return book


def _read_earlier(file: Traversable, ref: RulebookRef) -> Rulebook:
    book = parse_rulebook(file.name, _content(file))
    if (book.name, book.version) != (ref.name, ref.version):
        raise RulebookError(file.name, "version", f"name and version must be the file's own: {ref.name}@{ref.version}")
    return book


def _content(file: Traversable) -> str:
    """The file's text. A mark that some editors put before it is no part of it."""
    try:
        return file.read_bytes().decode("utf-8").removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")
    except OSError as error:
        raise RulebookError(str(file), WHOLE, f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise RulebookError(file.name, WHOLE, "not UTF-8; save it as UTF-8") from error


def _names() -> str:
    return ", ".join(rulebook_names())
