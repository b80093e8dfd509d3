"""Reading a rulebook file: TOML into a Rulebook, or an error that names file, key and reason."""

import tomllib

from pydantic import ValidationError

from chalicelib.domain.errors import RulebookError
from chalicelib.domain.rulebook import Rulebook


def parse_rulebook(file: str, content: str) -> Rulebook:
    """The rulebook in this file. Raises RulebookError for the first thing that is wrong with it."""
    try:
        data = tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        raise RulebookError(file, "(whole file)", f"not valid TOML: {error}") from error
    try:
        return Rulebook.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = [str(part) for part in (*first["loc"], first.get("ctx", {}).get("key", "")) if part != ""]
        raise RulebookError(file, ".".join(place), _reason(first["type"], first["msg"])) from error


def _reason(kind: str, message: str) -> str:
    if kind == "extra_forbidden":
        return "no such key; check its spelling against docs/rulebooks.md"
    if kind == "missing":
        return "this key is missing"
    return message.removeprefix("Value error, ")
