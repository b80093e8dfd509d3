"""Words of the API: the caller's language when we have it, zh-Hans otherwise, and nothing untranslated."""

import json
import re
import tomllib
from importlib import resources
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from chalicelib import domain, services
from chalicelib.api.problems import GATEWAY_CODES, STATUS_OF
from chalicelib.api.requests import SAME_AS, LinkFields, SubmissionFields
from chalicelib.api.words import LANGUAGES, words_for, words_in
from chalicelib.domain.clocks import ClockName
from chalicelib.domain.effects.chain import READ, REVIEW
from chalicelib.domain.letter import LEADER_POSTS, Complexity, Disposition, Role, Sensitivity, Status
from chalicelib.domain.notices import CalendarError
from chalicelib.domain.payloads import PAYLOADS, AnswerChannel, CallBackOutcome, IssuedAs
from chalicelib.domain.rules import Action
from chalicelib.domain.workflow import Move


def catalogue(language: str) -> dict[str, Any]:
    """The file of a language."""
    file = resources.files("chalicelib") / "templates" / "words" / f"{language}.toml"
    return tomllib.loads(file.read_text("utf-8"))


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "zh-Hans"),
        ("", "zh-Hans"),
        ("*", "zh-Hans"),
        ("en", "en"),
        ("EN-gb", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans"),
        ("zh-Hant-TW", "zh-Hans"),
        ("en;q=0.2, zh;q=0.9", "zh-Hans"),
        ("de-AT, en;q=0.5", "en"),
        ("de, fr", "zh-Hans"),
        ("en;q=oops", "zh-Hans"),
        (";;;,,q=1,en", "en"),
    ],
)
def test_the_callers_first_language_that_we_have(header: str | None, language: str) -> None:
    assert words_for(header).language == language


def test_every_language_has_every_entry_with_the_same_data() -> None:
    first, *others = [catalogue(language) for language in LANGUAGES]
    for other in others:
        assert {section: set(entries) for section, entries in other.items()} == {
            section: set(entries) for section, entries in first.items()
        }
        for section, entries in first.items():
            for key, text in entries.items():
                assert _data(other[section][key]) == _data(text), f"{section}.{key}"


def _data(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def _refusals() -> set[str]:
    """Every reason for which a move is refused, read from the domain's source."""
    source = (Path(*domain.__path__) / "preconditions.py").read_text("utf-8")
    returned = {each for each in re.findall(r'"([a-z]+(?:_[a-z]+)+)"', source) if f'"""{each}' not in source}
    raised = {each for text in _sources() for each in re.findall(r'MoveRefusedError\([^,()]+, "([a-z_]+)"', text)}
    return returned | raised


def _field_reasons() -> set[str]:
    """Every reason for which a field is refused by a move, read from the sources."""
    found = {each for text in _sources() for each in re.findall(r'FieldError\([^()]*?"[a-z_.{}]*", "([a-z_]+)"', text)}
    assert len(found) > 20
    return found


def _sources() -> list[str]:
    """The text of every module that refuses something."""
    return [file.read_text("utf-8") for part in (domain, services) for file in Path(*part.__path__).rglob("*.py")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_the_engine_can_say_has_words(language: str) -> None:
    said = catalogue(language)
    wanted: dict[str, set[str]] = {
        "statuses": set(Status),
        "clocks": set(ClockName),
        "complexities": set(Complexity),
        "answer_channels": set(AnswerChannel),
        "sensitivities": set(Sensitivity),
        "dispositions": set(Disposition),
        "issued_as": set(IssuedAs),
        "call_back_outcomes": set(CallBackOutcome),
        "posts": {*LEADER_POSTS, Role.LEADER},
        "approval_steps": {READ, REVIEW},
        "refusals": _refusals(),
        "field_errors": _field_reasons(),
        "moves": set(Move),
        "move_help": set(Move),
        "fields": {name for payload in PAYLOADS.values() for name in payload.model_fields},
        "timeline": {*Move, "receive", "contribute", "recount", "part", *(f"ladder_{action}" for action in Action)},
        "problems": {kind.code for kind, _ in STATUS_OF if kind is not CalendarError}
        | set(GATEWAY_CODES.values())
        | {"unexpected", "bad_calendar"},
    }
    for section, keys in wanted.items():
        missing = {str(key) for key in keys} - set(said[section])
        assert not missing, (section, missing)


WRONG: list[object] = [None, True, 1, 1.5, 10**40, "", "x" * 30_000, "9", [], [None], [[]], {}, {"x": 1}, ["a"] * 50]


def _findings(model: type[BaseModel]) -> set[str]:
    """Every kind of finding that wrong values for each field of this model lead to."""
    found: set[str] = set()
    for name in model.model_fields:
        for value in WRONG:
            try:
                model.model_validate_json(json.dumps({name: value}))
            except ValidationError as error:
                found |= {each["type"] for each in error.errors()}
    return found


def test_every_finding_about_a_field_has_words() -> None:
    """Whatever is typed, what is wrong with it is said in the reader's words and not in the library's."""
    models: list[type[BaseModel]] = [*dict.fromkeys(PAYLOADS.values()), SubmissionFields, LinkFields]
    found = {SAME_AS.get(kind, kind) for model in models for kind in _findings(model)}
    assert found >= {"missing", "string_too_long", "enum", "int_type", "less_than_equal"}
    for language in LANGUAGES:
        assert found <= set(catalogue(language)["field_errors"]), found - set(catalogue(language)["field_errors"])


def test_a_missing_word_is_shown_as_its_key_and_missing_data_as_a_gap() -> None:
    words = words_in("en")
    assert words.get("moves", "dance") == "dance"
    assert words.get("nowhere", "at_all") == "at_all"
    assert "…" in words.get("refusals", "wrong_status")
