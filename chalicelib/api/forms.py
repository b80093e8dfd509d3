"""A form for each move: its JSON Schema with titles in the reader's language and the choices that stand open."""

from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from chalicelib.api.choices import Asking, choices
from chalicelib.api.words import Words
from chalicelib.domain.draft import Surroundings
from chalicelib.domain.effects.chain import READ, REVIEW, fitting_chains
from chalicelib.domain.letter import Actor, Role
from chalicelib.domain.payloads import PAYLOADS
from chalicelib.domain.preconditions import needs_code
from chalicelib.domain.rules import ApprovalStep
from chalicelib.domain.visibility import hides_writer
from chalicelib.domain.workflow import Move
from chalicelib.ports import LetterFile

EITHER: Mapping[Move, tuple[str, ...]] = MappingProxyType(
    {
        Move.APPROVE: ("signature", "exception"),
        Move.SUB_ASSIGN: ("contact", "unit"),
        Move.REFER_UP: ("leader", "mailbox"),
    }
)
"""Of these fields one has to be given, where the form has them."""


def move_forms(
    moves: Iterable[tuple[Move, Actor]], file: LetterFile, around: Surroundings, words: Words
) -> list[dict[str, Any]]:
    """`{move, title, help, schema}` for each move, made for the one who would make it."""
    return [_form(Asking(move, file, actor, around, words)) for move, actor in moves]


def _form(asking: Asking) -> dict[str, Any]:
    words, key = asking.words, _told_as(asking)
    title = words.get("moves", key)
    step = _step(asking)
    return {
        "move": asking.move.value,
        "title": words.with_note(title, step.title) if step else title,
        "help": _help(asking),
        "schema": _schema(asking),
    }


def _help(asking: Asking) -> str:
    """What the move does; of an answer, where it goes next: to the leading unit, to be signed, or to the writer."""
    held = asking.file.letter.assignment_of(asking.actor.unit)
    if asking.move is Move.ANSWER and held is not None and not held.lead:
        return asking.words.get("move_help", "answer_joins")
    if step := _first_signature(asking):
        return asking.words.get("move_help", "answer_signed", step=step)
    return asking.words.get("move_help", _told_as(asking))


def _first_signature(asking: Asking) -> str | None:
    """Who signs the leading unit's answer first, where the way it takes has signatures; None: it is given at once."""
    letter, around = asking.file.letter, asking.around
    held = letter.assignment_of(asking.actor.unit)
    if asking.move is not Move.ANSWER or held is None or not held.lead:
        return None
    usual = (each for each in fitting_chains(letter, around.rulebook, around.directory) if not each.on_request)
    chain = next(usual, None)
    return chain.steps[0].title if chain is not None and chain.steps else None


def _told_as(asking: Asking) -> str:
    """An approval is told by what is approved: a letter read, a step of an answer's way, or the answer at last."""
    if asking.move is not Move.APPROVE:
        return asking.move.value
    if asking.file.letter.approval is not None:
        return "approve_step"
    return "approve_read" if asking.actor.role is Role.DEPARTMENT_HEAD else asking.move.value


def _step(asking: Asking) -> ApprovalStep | None:
    approval = asking.file.letter.approval
    if approval is None or asking.move is not Move.APPROVE:
        return None
    return asking.around.rulebook.step(approval.chain, approval.step)


def _schema(asking: Asking) -> dict[str, Any]:
    raw = _declared(asking.move)
    definitions, words = raw.get("$defs", {}), asking.words
    required = {*raw.get("required", ()), *_asked_for_now(asking)}
    properties: dict[str, Any] = {}
    for name, declared in raw.get("properties", {}).items():
        options = choices(name, asking)
        if name not in required and (options == [] or name in _of_no_use(asking)):
            continue
        field = _plain(declared, definitions)
        own = f"{asking.move}_{name}"
        field["title"] = words.find("move_fields", own) or words.get("fields", name)
        help_ = words.find("field_help", own)
        if help_:
            field["description"] = help_
        _offer(field, options)
        properties[name] = field
    if "step" in properties:
        step = _step_name(asking)
        properties["step"] |= {"const": step, "default": step, "x-hidden": True}
    if "criteria" in properties and "criteria" in required:
        properties["criteria"]["minItems"] = len(asking.around.rulebook.criteria)
    schema: dict[str, Any] = {"type": "object", "properties": properties, "additionalProperties": False}
    _capped(asking, properties)
    either = [name for name in EITHER.get(asking.move, ()) if name in properties]
    if len(either) > 1 and not required & set(either):
        schema["anyOf"] = [{"required": [name]} for name in either]
    else:
        required |= set(either)
    if required:
        schema["required"] = [name for name in properties if name in required]
    return schema


@cache
def _declared(move: Move) -> Mapping[str, Any]:
    """The fields as the payload declares them, the same for everybody: worked out once, for it takes a while."""
    return MappingProxyType(PAYLOADS[move].model_json_schema())


def _capped(asking: Asking, properties: dict[str, Any]) -> None:
    """Doing it again may take as many days as the cap of all time allows, and no more."""
    rule = asking.around.rulebook.extension
    if asking.move is Move.SEND_BACK and rule is not None and rule.cap is not None:
        days = properties["working_days"]
        days["maximum"] = min(days.get("maximum", rule.cap.number), rule.cap.number)


def _step_name(asking: Asking) -> str:
    approval = asking.file.letter.approval
    if approval is not None:
        return approval.step
    return READ if asking.actor.role is Role.DEPARTMENT_HEAD else REVIEW


def _asked_for_now(asking: Asking) -> set[str]:
    """Fields that are optional in general and must be given here."""
    letter, book = asking.file.letter, asking.around.rulebook
    wanted = {"code"} if needs_code(asking.move, letter, book) else set()
    step = _step(asking)
    if asking.move is Move.APPROVE and choices("criteria", asking):
        wanted.add("criteria")
    if step is not None and step.in_person and asking.actor.deputy_for is not None:
        wanted.add("exception")
    return wanted


def _of_no_use(asking: Asking) -> set[str]:
    """Fields that would change nothing here, or be refused."""
    letter = asking.file.letter
    useless = {"code"}
    step = _step(asking)
    if asking.move is Move.APPROVE and (step is None or not step.in_person):
        useless |= {"signature", "exception"}
    elif asking.actor.deputy_for is not None:
        useless.add("signature")
    if asking.move is Move.LINK_REPEAT and hides_writer(letter):
        useless.add("merge")
    if asking.move is Move.CONTACT_WRITER and asking.actor.role is not Role.CENTRE and hides_writer(letter):
        useless.add("through_relay")
    return useless


def _plain(declared: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    """One flat schema: references looked up, "or null" taken away (an optional field is simply not required)."""
    options = [each for each in declared.get("anyOf", []) if each.get("type") != "null"]
    flat = {**declared, **(options[0] if options else {})}
    if "$ref" in flat:
        flat = {**definitions[flat["$ref"].rsplit("/", 1)[-1]], **flat}
    kept = ("type", "format", "enum", "items", "pattern")
    bounds = ("minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum")
    plain = {key: flat[key] for key in (*kept, *bounds) if key in flat}
    if declared.get("default") is not None:
        plain["default"] = declared["default"]
    return plain


def _offer(field: dict[str, Any], options: list[tuple[str | bool, str]] | None) -> None:
    if options is None:
        return
    offered = [{"const": const, "title": title} for const, title in options]
    if field.get("type") == "array":
        field["items"] = {"type": "string", "oneOf": offered}
        field["uniqueItems"] = True
    else:
        field.pop("enum", None)
        field["oneOf"] = offered
