"""Settings that somebody writes into a TOML file: read and checked, every mistake named at once and in plain words."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from infra.errors import OperatorError

Model = TypeVar("Model", bound=BaseModel)

_WORDS: Final[Mapping[str, str]] = {
    "missing": "is missing",
    "extra_forbidden": "there is no setting of this name; look for a slip of the pen",
    "string_too_short": "must not be empty",
    "string_type": "write it in double quotes",
    "int_parsing": "write a whole number",
    "int_type": "write a whole number, without quotes",
    "bool_parsing": "write true or false",
    "bool_type": "write true or false, without quotes",
}


def read(model: type[Model], path: Path, example: str) -> Model:
    """The settings in this file. `example`: a file to look at when there is none.

    Raises OperatorError that names the file and every mistake in it.
    """
    try:
        values = tomllib.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError:
        raise OperatorError(f"{path}: there is no such file; {example} is an example") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise OperatorError(f"{path}: not a TOML file in UTF-8: {error}") from None
    return checked(model, values, str(path))


def checked(model: type[Model], values: dict[str, Any], name: str) -> Model:
    """These values as settings; `name` says whose mistakes they are. Raises OperatorError."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        found = [f"  {'.'.join(map(str, each['loc']))}: {_plainly(each)}" for each in error.errors(include_url=False)]
        raise OperatorError("\n".join([f"{name}: please correct", *found])) from None


def _plainly(found: Mapping[str, Any]) -> str:
    """A finding in words for somebody who knows no data model."""
    if found["type"] in _WORDS:
        return _WORDS[found["type"]]
    allowed = found.get("ctx", {}).get("expected")
    return f"write one of {allowed}" if allowed else str(found["msg"]).removeprefix("Value error, ")
