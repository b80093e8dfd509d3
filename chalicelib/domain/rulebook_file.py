"""Reading a rulebook file: TOML into a Rulebook, or errors that name file, key and reason in plain words."""

import re
import tomllib
from collections.abc import Mapping

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from chalicelib.domain.errors import RulebookError
from chalicelib.domain.rulebook import Rulebook
from chalicelib.domain.workflow import MOVES, Move

WHOLE = "(whole file)"


def parse_rulebook(file: str, content: str) -> Rulebook:
    """The rulebook in this file. Raises RulebookError for the first thing that is wrong with it."""
    read = read_rulebook(file, content)
    if isinstance(read, Rulebook):
        return read
    raise read[0]


def read_rulebook(file: str, content: str) -> Rulebook | list[RulebookError]:
    """The rulebook in this file, or everything that can be said to be wrong with it, in the file's order."""
    try:
        data = tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        return [RulebookError(file, WHOLE, f"not valid TOML: {error}")]
    try:
        return Rulebook.model_validate(data)
    except ValidationError as error:
        return [RulebookError(file, _key(each), _reason(each)) for each in _told_once(error.errors(include_url=False))]


def _told_once(details: list[ErrorDetails]) -> list[ErrorDetails]:
    """A list whose items are wrong is told of by them: pydantic says as well that too few good ones are left."""
    places = [each["loc"] for each in details]
    return [
        each
        for each in details
        if each["type"] != "too_short"
        or not any(len(place) > len(each["loc"]) and place[: len(each["loc"])] == each["loc"] for place in places)
    ]


def _key(detail: ErrorDetails) -> str:
    """The dotted key; pydantic calls a wrong key of a table `<key>.[key]`."""
    parts = (*detail["loc"], detail.get("ctx", {}).get("key", ""))
    return ".".join(str(part) for part in parts if part not in {"", "[key]"})


_PATTERNS = {
    r"^[A-Z]{2}-[0-9A-Z.]+$": 'write a clause id: two capital letters, a hyphen, then digits, as in "SF-3.3.3"',
    r"^[a-z][a-z0-9_]*$": "write an id of small letters, digits and underscores that begins with a letter",
    r"^[a-z][a-z0-9-]*$": "write a name of small letters, digits and hyphens that begins with a letter",
    r"^([^{}]|\{county\})+$": "write a name; only {county} may stand in braces",
    r"^[0-9A-Za-z][0-9A-Za-z._-]*$": "write a version of letters, digits, dots and hyphens without spaces",
}
_REASONS = {
    "extra_forbidden": "no such key; check its spelling against docs/rulebooks.md",
    "missing": "this key is missing",
    "string_type": "write a text in quotes",
    "string_too_short": "must not be empty",
    "string_too_long": "at most {max_length} characters",
    "int_type": "write a whole number, without quotes",
    "int_from_float": "write a whole number",
    "bool_type": "write true or false, without quotes",
    "greater_than_equal": "must be {ge} or more",
    "less_than_equal": "must be {le} or less",
    "enum": "write one of: {expected}",
    "literal_error": "write one of: {expected}",
    "too_short": "list at least {min_length}",
    "tuple_type": 'write a list in square brackets, as in ["centre"]',
    "dict_type": "write a table with keys of its own",
    "model_type": "write a table with keys of its own",
    "model_attributes_type": "write a table with keys of its own",
    "date_type": "write a date without quotes, as in 2018-03-06",
    "date_parsing": "write a date without quotes, as in 2018-03-06",
    "date_from_datetime_parsing": "write a date without quotes, as in 2018-03-06",
    "date_from_datetime_inexact": "write a date without a time, as in 2018-03-06",
}


_TABLES = frozenset({"dict_type", "model_type", "model_attributes_type"})


def _brackets(detail: ErrorDetails) -> str | None:
    """How the table's header is written, where it has the wrong brackets."""
    header = ".".join(part for part in detail["loc"] if isinstance(part, str))
    if detail["type"] == "tuple_type" and isinstance(detail["input"], dict):
        return f"write [[{header}]] in double brackets, once for each"
    if detail["type"] in _TABLES and isinstance(detail["input"], list):
        return f"write [{header}] in single brackets, once"
    return None


def _who_may(detail: ErrorDetails) -> str | None:
    """The roles that may be given the move, where a word for a role is none."""
    place = detail["loc"]
    if place[0] != "moves" or not isinstance(place[-1], int):
        return None
    return ", ".join(sorted(MOVES[Move(str(place[1]))].may_be_given_to))


def _reason(detail: ErrorDetails) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "string_pattern_mismatch":
        return _PATTERNS.get(context["pattern"], f"must be of the form {context['pattern']}")
    if kind in {"enum", "literal_error"}:
        return _REASONS[kind].format(expected=_who_may(detail) or _without_quotes(context))
    if brackets := _brackets(detail):
        return brackets
    if kind in _REASONS:
        return _REASONS[kind].format(**context)
    return detail["msg"].removeprefix("Value error, ")


def _without_quotes(context: Mapping[str, object]) -> str:
    """The values as they are written, whatever they are to the program."""
    plain = str(context["expected"]).replace("'", "").replace(" or ", ", ")
    return re.sub(r"<\w+\.\w+: (\w+)>", r"\1", plain)
