"""Words of the pages: each language says everything in its own script, and pages ask for nothing that is not there."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from string import Formatter
from typing import Any, Final

import pytest

from infra.environment import ROOT
from infra.site.pages import NAMES
from infra.site.settings import LANGUAGES
from infra.site.words import API_WORDS, SHARED, STRINGS, strings_of
from tests.simplified import SIMPLIFIED_ONLY

FIRST: Final = LANGUAGES[0]
TRANSLATIONS: Final = LANGUAGES[1:]
SOURCES: Final = ROOT / "website" / "src"
PLURAL: Final = {"one", "other"}
DATE_PARTS: Final = {"year", "month", "day", "month_name", "weekday"}
"""What a date may be written with: one language says `11月`, another `November`."""

CHINESE: Final = re.compile(r"[\u2e80-\u303f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef]")
COMMENT: Final = re.compile(r"/\*.*?\*/|^\s*//[^\n]*", re.DOTALL | re.MULTILINE)
ASKED: Final = re.compile(r"""\b(?:t|list)\(\s*(["'`])((?:(?!\1)[^\n])+)\1""")
NAMED: Final = re.compile(r"""["'](\w+(?:\.\w+)+)["']""")
WORD_GROUP: Final = re.compile(r"""\bword\(\s*"([^"]+)\"""")
FILE: Final = re.compile(r"\.(html|js|css|svg|json)$")


def own(language: str) -> dict[str, Any]:
    """The file of a language."""
    return tomllib.loads((STRINGS / f"{language}.toml").read_text("utf-8"))


def is_plural(value: object) -> bool:
    return isinstance(value, dict) and set(value) == PLURAL


def leaves(words: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    """Every string, plural and list, with its path."""
    for key, value in words.items():
        place = f"{path}.{key}" if path else key
        if isinstance(value, dict) and not is_plural(value):
            yield from leaves(value, place)
        else:
            yield place, value


def texts(value: object) -> Iterator[str]:
    """The strings within a string, a plural or a list."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for each in value.values() for text in texts(each))
    elif isinstance(value, list):
        yield from (text for each in value for text in texts(each))
    else:
        pytest.fail(f"neither a string nor a list: {value!r}")


def shape(value: object) -> object:
    """A list by its items, anything else as one text: a language without plurals has a string where another has two."""
    return [shape(each) for each in value] if isinstance(value, list) else "text"


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def sources() -> dict[str, str]:
    """The modules of the pages by path, without their comments."""
    return {
        path.relative_to(SOURCES).as_posix(): COMMENT.sub("", path.read_text("utf-8"))
        for path in sorted(SOURCES.rglob("*.js"))
    }


def named() -> set[tuple[str, str]]:
    """The paths that modules spell out, with the module's name: asked for at once, or handed on to be."""
    groups, shared = strings_of(FIRST).keys(), word_groups()
    found: set[tuple[str, str]] = set()
    for module, text in sources().items():
        found |= {(module, path) for _, path in ASKED.findall(text) if "${" not in path}
        found |= {
            (module, path) for path in NAMED.findall(text) if path.split(".")[0] in groups and not FILE.search(path)
        }
    return {each for each in found if each[1] not in shared}


def coded() -> set[tuple[str, str]]:
    """The paths that modules put together from a code."""
    return {(module, path) for module, text in sources().items() for _, path in ASKED.findall(text) if "${" in path}


def word_groups() -> set[str]:
    return {group for text in sources().values() for group in WORD_GROUP.findall(text)}


def reached(words: Mapping[str, Any], path: str) -> set[str]:
    """The paths that fit one with `${…}` in it, which may be a part of one key."""
    pattern = re.compile(r"[^.]+".join(map(re.escape, re.split(r"\$\{.*?\}(?=[^}]|$)", path))))
    return {place for place, _ in leaves(words) if pattern.fullmatch(place)}


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_a_translation_has_the_keys_of_the_first_language_and_no_others(language: str) -> None:
    theirs, ours = dict(leaves(own(FIRST))), dict(leaves(own(language)))
    assert {"missing": theirs.keys() - ours.keys(), "unknown": ours.keys() - theirs.keys()} == {
        "missing": set(),
        "unknown": set(),
    }


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_a_translation_has_lists_of_the_same_lengths(language: str) -> None:
    ours = dict(leaves(own(language)))
    differing = [path for path, value in leaves(own(FIRST)) if shape(value) != shape(ours.get(path))]
    assert differing == []


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_a_translation_is_filled_in_with_the_same_values(language: str) -> None:
    ours = dict(leaves(own(language)))
    for path, value in leaves(own(FIRST)):
        wanted = set().union(*map(placeholders, texts(value)))
        if path.startswith("format.") and wanted & DATE_PARTS:
            wanted |= DATE_PARTS
            assert all(placeholders(text) <= wanted for text in texts(ours[path])), path
        elif is_plural(ours[path]):
            assert all(placeholders(text) == wanted for text in texts(ours[path])), path
            assert "n" in wanted, f"{path} is a plural, but nothing is counted"
        else:
            assert set().union(*map(placeholders, texts(ours[path]))) == wanted, path


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_left_empty_or_spaced_by_accident(language: str) -> None:
    for path, value in leaves(own(language)):
        for text in texts(value):
            assert text.strip(), path
            assert "  " not in text, path


def test_english_pages_are_wholly_in_english() -> None:
    words = strings_of("en")
    left = {
        path: text
        for path, value in leaves(words)
        for text in texts(value)
        if CHINESE.search(text.translate({ord(c): None for name in NAMES.values() for c in name}))
    }
    assert left == {}


def test_an_english_text_that_counts_says_one_and_many_apart() -> None:
    """`1 letters` and `2 letter` are what this catches."""
    for path, value in leaves(own("en")):
        if is_plural(value) and path != "answers.more":
            assert value["one"] != value["other"], path
        elif isinstance(value, str):
            assert not re.search(r"\{n\} (more )?(working |calendar )?(days|letters|minutes|characters)\b", value), path


def test_traditional_pages_have_no_simplified_characters_and_no_quotation_marks_of_the_mainland() -> None:
    for path, value in leaves(strings_of("zh-Hant")):
        for text in texts(value):
            assert not set(text) & (SIMPLIFIED_ONLY | set("“”籤臺")), f"{path}: {text}"


@pytest.mark.parametrize("group", sorted(SHARED))
def test_words_that_mails_use_too_are_written_down_once(group: str) -> None:
    for language in LANGUAGES:
        api = tomllib.loads((API_WORDS / f"{language}.toml").read_text("utf-8"))
        twice = own(language).get(group, {}).keys() & api[SHARED[group]].keys()
        assert twice == set(), f"{language}: [{group}] has words of the API"


def test_every_text_that_a_module_asks_for_by_name_is_there() -> None:
    there = dict(leaves(strings_of(FIRST)))
    assert len(named()) > 200
    assert sorted(each for each in named() if each[1] not in there) == []


def test_every_text_that_a_module_asks_for_by_a_code_is_there_for_some_code() -> None:
    words = strings_of(FIRST)
    assert len(coded()) > 5
    assert sorted(each for each in coded() if not reached(words, each[1])) == []


def test_every_group_of_words_that_a_module_looks_into_is_there() -> None:
    there = [path for path, _ in leaves(strings_of(FIRST))]
    assert len(word_groups()) > 10
    assert sorted(group for group in word_groups() if not any(path.startswith(f"{group}.") for path in there)) == []


def test_no_module_writes_chinese_or_its_punctuation_itself() -> None:
    """What a page says stands in the strings, or an English page shows a Chinese bracket."""
    lines = [(module, line.strip()) for module, text in sources().items() for line in text.splitlines()]
    assert [each for each in lines if CHINESE.search(each[1])] == []


def test_every_string_is_shown_somewhere() -> None:
    """A string that no page shows is translated three times for nobody."""
    words = own(FIRST)
    shell = set(re.findall(r"\bwords\.(\w+)", (ROOT / "website" / "page.html.j2").read_text("utf-8")))
    shown = {path for _, path in named()}.union(*(reached(words, path) for _, path in coded()))
    groups = {*word_groups(), *shell, "format"}
    unused = [
        path
        for path, _ in leaves(words)
        if path not in shown and path.split(".")[0] not in groups and path.rpartition(".")[0] not in groups
    ]
    assert unused == []
