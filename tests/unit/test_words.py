"""Words of the API: the caller's language when we have it, zh-Hans otherwise, and nothing untranslated."""

import json
import re
import tomllib
from datetime import date
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
from chalicelib.domain.letter import LEADER_POSTS, Complexity, Disposition, Kind, Role, Sensitivity, Status, TextPurpose
from chalicelib.domain.notices import CalendarError
from chalicelib.domain.payloads import PAYLOADS, AnswerChannel, CallBackOutcome, IssuedAs
from chalicelib.domain.rules import Action
from chalicelib.domain.workflow import Move
from tests.simplified import SIMPLIFIED_ONLY

CALENDARS = Path(*services.__path__).parent / "calendars" / "cn"


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
        ("zh-Hant-TW", "zh-Hant"),
        ("zh-TW,zh;q=0.9,en;q=0.8", "zh-Hant"),
        ("zh-HK", "zh-Hant"),
        ("zh_MO", "zh-Hant"),
        ("zh-Hant", "zh-Hant"),
        ("zh-Hans-HK", "zh-Hans"),
        ("zh-SG", "zh-Hans"),
        ("en;q=0.5, zh-HK;q=0.7", "zh-Hant"),
        ("en;q=0, zh-TW", "zh-Hant"),
        ("en;q=nan", "zh-Hans"),
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
                if (section, key) != ("formats", "date"):  # each language names the parts of a date that it writes
                    assert _data(other[section][key]) == _data(text), f"{section}.{key}"


def test_no_character_of_the_simplified_script_is_left_in_the_traditional_words() -> None:
    for section, entries in catalogue("zh-Hant").items():
        for key, text in entries.items():
            assert not SIMPLIFIED_ONLY & set(text), (section, key, SIMPLIFIED_ONLY & set(text))


WRONGLY_CONVERTED = (
    "籤",
    "覆雜",
    "恢覆",
    "重覆",
    "明瞭",
    "后",
    "臺",
    "裏",
    "這里",
    "係統",
    "關系",
    "聯系",
    "纔",
    "復核",
    "辨理",
    "面条",
    "准則",
    "製度",
    "衹",
    "發佈",
)
"""What a conversion by character makes of words in which one simplified character stands for several."""


def test_the_traditional_words_hold_no_wrong_twin_of_a_character() -> None:
    for section, entries in catalogue("zh-Hant").items():
        for key, text in entries.items():
            assert not [each for each in WRONGLY_CONVERTED if each in text], (section, key)
            assert not re.search("[“”]", text), (section, key)


def test_english_words_are_english() -> None:
    for section, entries in catalogue("en").items():
        for key, text in entries.items():
            assert not re.search(r"[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]", text.replace("○○○", "")), (section, key)


def test_a_date_is_written_as_each_language_writes_it() -> None:
    day = date(2026, 11, 5)
    assert [words_in(each).date(day) for each in LANGUAGES] == ["2026年11月5日", "2026年11月5日", "5 November 2026"]


def test_every_festival_of_the_calendars_has_a_name_in_every_language() -> None:
    """The receipt of a time limit names festivals, and a reader of English is told which."""
    texts = [file.read_text("utf-8") for file in CALENDARS.glob("*.toml")]
    named = {name for text in texts for name in re.findall(r'name = "([^"]+)"', text)}
    assert "中秋节、国庆节" in named
    for language in LANGUAGES:
        assert named <= set(catalogue(language)["festivals"])
    assert words_in("en").why("rolled_from:春节") == "rolled_from:Spring Festival"
    assert words_in("en").why("rolled_from:weekend") == "rolled_from:weekend"


def _data(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def _refusals() -> set[str]:
    """Every reason for which a move is refused, read from the domain's source."""
    source = (Path(*domain.__path__) / "preconditions.py").read_text("utf-8")
    returned = {each for each in re.findall(r'"([a-z]+(?:_[a-z]+)+)"', source) if f'"""{each}' not in source}
    raised = {each for text in _sources() for each in re.findall(r'MoveRefusedError\([^,()]+, "([a-z_]+)"', text)}
    return returned | raised


def _waits() -> set[str]:
    """Everything a letter can wait for on a desk, read from the source of the desk."""
    source = (Path(*domain.__path__) / "desk.py").read_text("utf-8")
    found = set(re.findall(r'\((?:None|[a-z_.]+), "([a-z_]+)", ', source)) | set(
        re.findall(r'return \("([a-z_]+)", ', source)
    )
    found |= set(re.findall(r'^(?:W[A-Z_]+|PUBLISH) = "([a-z_]+)"', source, re.MULTILINE))
    assert found >= {"triage", "instruct", "with_leader", "decide_measure", "publish"}
    return found


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
        "kinds": set(Kind),
        "roles": set(Role),
        "purposes": set(TextPurpose),
        "waits": _waits(),
        "months": {str(month) for month in range(1, 13)},
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
