"""Words of reports: all languages say the same things with the same values, and no code or template speaks."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

import chalicelib
from chalicelib.adapters.report_files.catalogue import SHARED, Catalogue, catalogue_in, figure_facts
from chalicelib.adapters.report_files.figure_tables import RATES
from chalicelib.domain.languages import Language
from chalicelib.domain.metrics.figures import WITH_AMOUNT, Figure
from chalicelib.domain.metrics.scores import PARTS, TAKEN_OFF_FOR
from chalicelib.domain.periods import PeriodKind
from tests.simplified import SIMPLIFIED_ONLY

PACKAGE = Path(chalicelib.__file__).parent
TEMPLATES = PACKAGE / "templates" / "reports"
FIRST, *OTHERS = (language.value for language in Language)
CHINESE = re.compile(r"[\u2e80-\u303f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef]")
ASKED = re.compile(r"""say\(\s*["']([a-z_]+\.[a-z_]+)["']""")
GROUPS = {"titles", "issues", "figures", "amounts", "rates", "units", "whose", "scores", "deductions", "heads"}
GROUPS |= {"explained", "explained_amounts", "explained_rates", "sheets", "sections", "gaps", "format", "style"}
"""Sections whose words are asked for by a code: what the codes are is tested one by one."""


def own(language: str) -> dict[str, dict[str, Any]]:
    """The file of a language."""
    return tomllib.loads((TEMPLATES / f"{language}.toml").read_text("utf-8"))


def phrases(language: str) -> Iterator[tuple[str, str]]:
    """Every text with its path; of a plural both."""
    for section, words in own(language).items():
        for key, value in words.items():
            texts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else [value]
            yield from ((f"{section}.{key}", text) for text in texts)


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def sources() -> dict[str, str]:
    """Code and templates that speak."""
    files = [*(PACKAGE / "adapters" / "report_files").glob("*.py"), *TEMPLATES.glob("*.j2"), TEMPLATES / "report.css"]
    assert len(files) > 12
    return {file.name: file.read_text("utf-8") for file in files}


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_has_the_same_words_in_the_same_order(language: str) -> None:
    """The order of scores and figures is that of the tables."""
    assert [(section, list(words)) for section, words in own(language).items()] == [
        (section, list(words)) for section, words in own(FIRST).items()
    ]


NOT_SAID = {"issues.monthly": {"month", "month_name"}, "charts.day": {"month", "month_short"}}
NOT_SAID |= {"charts.month": {"month", "month_short"}}
NOT_SAID |= {"score_section.off": {"n"}}


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_fills_in_the_same_values(language: str) -> None:
    """A month may stand as a number or by its name."""
    first: dict[str, set[str]] = {}
    for path, text in phrases(FIRST):
        first.setdefault(path, set()).update(placeholders(text))
    for path, text in phrases(language):
        either = NOT_SAID.get(path, set())
        assert placeholders(text) - either == first[path] - either, path


@pytest.mark.parametrize("language", [FIRST, *OTHERS])
def test_nothing_is_empty_or_spaced_by_accident(language: str) -> None:
    for path, text in phrases(language):
        assert "  " not in text, path
        if path != "format.thousands":
            assert text.strip(), path
        if not path.startswith("format.") and path != "unit_section.triage":
            assert text == text.strip(), path


def test_english_reports_are_wholly_in_english() -> None:
    assert {path: text for path, text in phrases("en") if CHINESE.search(text)} == {}


def test_an_english_phrase_that_counts_says_one_and_many_apart() -> None:
    """`1 letters` is what this catches. A plural that needs none says the same twice."""
    counted = re.compile(r"\{n\} (more |other )?(working )?(days|letters|units|limits|answers|writers|circulars)\b")
    wrong = [path for path, text in phrases("en") if counted.search(text) and not _plural(path)]
    assert wrong == ["unit_section.among"]  # never of one


def _plural(path: str) -> bool:
    section, key = path.split(".")
    return isinstance(own("en")[section][key], dict)


@pytest.mark.parametrize("language", [FIRST, *OTHERS])
def test_a_plural_says_both(language: str) -> None:
    for section, words in own(language).items():
        for key, value in words.items():
            assert not isinstance(value, dict) or set(value) == {"one", "other"}, f"{section}.{key}"


def test_traditional_reports_have_no_simplified_characters_and_no_quotation_marks_of_the_mainland() -> None:
    for path, text in phrases("zh-Hant"):
        assert not set(text) & (SIMPLIFIED_ONLY | set("“”籤臺爲裏")), f"{path}: {text}"


def test_code_and_templates_speak_no_language_themselves() -> None:
    lines = [(name, line.strip()) for name, text in sources().items() for line in text.splitlines()]
    assert [each for each in lines if CHINESE.search(each[1])] == []


def test_every_phrase_that_is_asked_for_is_there() -> None:
    asked = {(name, path) for name, text in sources().items() for path in ASKED.findall(text)}
    there = {path for path, _ in phrases(FIRST)} | {f"formats.{key}" for key in ("date", "list")}
    assert len(asked) > 100
    assert sorted(each for each in asked if each[1] not in there) == []


def test_every_phrase_is_said_somewhere() -> None:
    """A phrase that no report says is translated three times for nobody."""
    text = "\n".join(sources().values())
    asked = set(ASKED.findall(text))
    built = [
        re.compile(re.escape(start) + r"[a-z_]*") for start in re.findall(r"""["']([a-z_]+\.[a-z_]*)(?:\{|" ~)""", text)
    ]
    spelled = set(re.findall(r"""["']([a-z_]+\.[a-z_]+)["']""", text))
    unsaid = {
        path
        for path, _ in phrases(FIRST)
        if path not in asked | spelled
        and path.split(".")[0] not in GROUPS
        and not any(pattern.fullmatch(path) for pattern in built)
    }
    assert unsaid == set()


def test_every_head_of_a_column_is_there_and_is_used() -> None:
    text = "\n".join(sources().values())
    used = {key for key in own(FIRST)["heads"] if re.search(rf"[\"'.]{key}[\"']", text)}
    assert used == set(own(FIRST)["heads"])
    of_tables = set(re.findall(r'\("([a-z_]+)", "(?:name|date|)', sources()["report.html.j2"]))
    assert of_tables
    assert of_tables <= set(own(FIRST)["heads"])


@pytest.mark.parametrize("language", [FIRST, *OTHERS])
def test_every_code_a_report_can_tell_has_a_word(language: str) -> None:
    said = own(language)
    rates = {rate.name for rate in RATES} | {"median_days", *PARTS}
    wanted: Mapping[str, set[str]] = {
        "titles": {kind.value for kind in PeriodKind},
        "issues": {kind.value for kind in PeriodKind} - {"daily"},
        "figures": {figure.value for figure in Figure},
        "explained": {figure.value for figure in Figure},
        "amounts": {figure.value for figure in WITH_AMOUNT},
        "explained_amounts": {figure.value for figure in WITH_AMOUNT},
        "rates": rates,
        "explained_rates": rates,
        "deductions": set(TAKEN_OFF_FOR),
        "scores": {"1", "2", "3", "4", "5"},
        "units": {fact["unit"] for fact in figure_facts()["figures"].values()}
        | {*figure_facts()["amounts"].values(), *figure_facts()["rates"].values()},
        "whose": {fact["whose"] for fact in figure_facts()["figures"].values()},
    }
    assert {section: set(said[section]) for section in wanted} == wanted


def test_the_facts_of_figures_are_those_of_every_figure() -> None:
    facts = figure_facts()
    assert set(facts["figures"]) == {figure.value for figure in Figure}
    assert set(facts["amounts"]) == {figure.value for figure in WITH_AMOUNT}
    assert set(facts["rates"]) == {rate.name for rate in RATES} | {"median_days", "satisfaction"}


def _defined() -> dict[str, tuple[str, str, str]]:
    """Chinese name, unit and clause of each figure, as docs/figures.md defines them."""
    text = (PACKAGE.parent / "docs" / "figures.md").read_text("utf-8")
    found = {}
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        names = re.findall(r"`([a-z_]+)`", cells[0])
        if len(cells) >= 5 and names:
            chinese = cells[1].split("、")
            for nth, name in enumerate(names):
                clause = cells[5] if len(cells) > 5 else ""
                found[name] = (chinese[nth] if len(chinese) == len(names) else cells[1], cells[2], clause)
    return found


@pytest.mark.parametrize("figure", list(Figure))
def test_a_figure_is_called_and_counted_as_its_definition_says(figure: Figure) -> None:
    """docs/figures.md defines each once; the workbook's notes say the same to whoever has only the workbook."""
    name, unit, clause = _defined()[figure.value]
    fact = figure_facts()["figures"][figure.value]
    assert own(FIRST)["figures"][figure.value].removeprefix("其中") == name.removeprefix("其中")
    assert unit.split(";")[0].strip() == fact["unit"]
    assert clause.strip("—") == fact["clause"]


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("section", SHARED)
def test_words_that_other_pages_use_too_are_theirs(language: str, section: str) -> None:
    api = tomllib.loads((PACKAGE / "templates" / "words" / f"{language}.toml").read_text("utf-8"))
    assert section not in own(language)
    assert catalogue_in(language).section(section) == api[section]


def test_a_missing_word_is_shown_as_its_key() -> None:
    words = catalogue_in("en")
    assert words.name("figures", "dances") == "dances"
    assert words.say("nowhere.at_all") == "nowhere.at_all"


def test_a_language_without_words_is_told_in_the_first() -> None:
    assert catalogue_in("fr").language == FIRST


def test_numbers_and_plurals_are_those_of_the_language() -> None:
    english, chinese = catalogue_in("en"), catalogue_in(FIRST)
    assert english.say("overall.received", n=1) == "1 letter came in"
    assert english.say("overall.received", n=12345) == "12,345 letters came in"
    assert chinese.say("overall.received", n=12345) == "本期共收到来信12345件"


def test_a_sentence_leaves_out_what_there_is_nothing_to_say_of() -> None:
    words: Catalogue = catalogue_in("en")
    assert words.sentence("of one", None, "", "of two") == "Of one, of two. "
    assert words.sentence(None) == ""
