"""A form for each move: its JSON Schema with titles in the reader's language and the choices that stand open."""

from collections.abc import Iterable
from typing import Any

from chalicelib.api.words import Words
from chalicelib.domain.draft import Surroundings
from chalicelib.domain.letter import Actor
from chalicelib.domain.payloads import PAYLOADS
from chalicelib.domain.visibility import ABOUT_NOBODY, is_about, is_kept_from
from chalicelib.domain.workflow import Move
from chalicelib.ports import LetterFile

Choice = dict[str, str | bool]
Pairs = list[tuple[str | bool, str]]


def move_forms(
    moves: Iterable[Move], file: LetterFile, actor: Actor, around: Surroundings, words: Words
) -> list[dict[str, Any]]:
    """`{move, title, help, schema}` for each move."""
    return [
        {
            "move": move.value,
            "title": words.get("moves", move.value),
            "help": words.get("move_help", move.value),
            "schema": _schema(move, file, actor, around, words),
        }
        for move in moves
    ]


def _schema(move: Move, file: LetterFile, actor: Actor, around: Surroundings, words: Words) -> dict[str, Any]:
    raw = PAYLOADS[move].model_json_schema()
    definitions = raw.get("$defs", {})
    properties = {}
    for name, declared in raw.get("properties", {}).items():
        field = _plain(declared, definitions)
        field["title"] = words.get("fields", name)
        _offer(field, _choices(name, move, file, actor, around, words))
        properties[name] = field
        if name == "step":
            field["x-hidden"] = True  # one step only under this engine so far; its default is sent
    schema: dict[str, Any] = {"type": "object", "properties": properties, "additionalProperties": False}
    if raw.get("required"):
        schema["required"] = raw["required"]
    return schema


def _plain(declared: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    """One flat schema: references looked up, "or null" taken away (an optional field is simply not required)."""
    options = [each for each in declared.get("anyOf", []) if each.get("type") != "null"]
    flat = {**declared, **(options[0] if options else {})}
    if "$ref" in flat:
        flat = {**definitions[flat["$ref"].rsplit("/", 1)[-1]], **flat}
    kept = ("type", "format", "enum", "items", "minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum")
    plain = {key: flat[key] for key in kept if key in flat}
    if declared.get("default") is not None:
        plain["default"] = declared["default"]
    return plain


def _offer(field: dict[str, Any], choices: list[Choice] | None) -> None:
    if choices is None:
        return
    if field.get("type") == "array":
        field["items"] = {"type": "string", "oneOf": choices}
        field["uniqueItems"] = True
    else:
        field.pop("enum", None)
        field["oneOf"] = choices


def _choices(
    name: str, move: Move, file: LetterFile, actor: Actor, around: Surroundings, words: Words
) -> list[Choice] | None:
    """What can be picked in this field; None: it is filled in freely."""
    pairs = (
        _offices(name, move, file, around, words)
        or _people(name, file, actor, around)
        or _from_rules(name, around, words)
    )
    return None if pairs is None else [{"const": const, "title": title} for const, title in pairs]


def _offices(name: str, move: Move, file: LetterFile, around: Surroundings, words: Words) -> Pairs | None:
    """Units and mailboxes. A unit the letter is about is never offered to handle it (PL-18)."""
    directory = around.directory
    if name == "mailbox":
        return [(mailbox.id, mailbox.name) for mailbox in directory.mailboxes.values()]
    if name == "about":
        return [
            (ABOUT_NOBODY, words.get("choices", "about_nobody")),
            *((u.id, u.name) for u in directory.units.values()),
        ]
    if name == "units" or (name == "unit" and move is Move.FORWARD):
        return [(u.id, u.name) for u in directory.units.values() if not is_about(file.letter, u.id, directory)]
    if name == "unit":
        asking = [each.unit for each in file.letter.assignments if each.extension]
        return [(unit, directory.units[unit].name) for unit in asking if unit in directory.units]
    return None


def _people(name: str, file: LetterFile, actor: Actor, around: Surroundings) -> Pairs | None:
    """Staff of the actor's own unit."""
    if name != "contact":
        return None
    staff = around.directory.staff_of(actor.unit)
    return [(each.id, each.name) for each in staff if not is_kept_from(file.letter, each, around.directory)]


def _from_rules(name: str, around: Surroundings, words: Words) -> Pairs | None:
    """What the rulebook or the catalogue lists."""
    book = around.rulebook
    listed: dict[str, Pairs] = {
        "ground": [(ground.id, ground.text) for ground in book.decline_grounds],
        "kind": [(kind.value, rule.title) for kind, rule in book.kinds.items()],
        "urgent": [(True, words.get("choices", "yes")), (False, words.get("choices", "no"))],
        "complexity": [*words.section("complexities").items()],
        "channel": [*words.section("answer_channels").items()],
    }
    return listed.get(name)
