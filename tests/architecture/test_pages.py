"""The pages' modules: nothing unused, nothing that phones of five years ago do not know, none too long to be read."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from infra.environment import ROOT

SOURCES: Final = ROOT / "website" / "src"
MODULES: Final = {path: path.read_text("utf-8") for path in sorted(SOURCES.rglob("*.js"))}
STYLES: Final = {path: path.read_text("utf-8") for path in sorted(SOURCES.rglob("*.css"))}
LONGEST: Final = 160

EXPORTED: Final = re.compile(r"^export (?:async )?(?:function|const|class) (\w+)", re.MULTILINE)
IMPORTED: Final = re.compile(r"^import \{([^}]*)\} from", re.MULTILINE)
YOUNGER: Final = re.compile(
    r"Object\.(?:hasOwn|groupBy)\(|structuredClone\(|(?<!\.\.)\.(?:at|findLast\w*|toSorted|toReversed|toSpliced)\(|"
    r"AbortSignal\.\w|URL\.canParse|Array\.fromAsync|crypto\.randomUUID\(|Promise\.withResolvers"
)
"""Calls that Chrome 87, Firefox 78 and Safari 15 lack: the bundler translates syntax, not what a browser brings."""
COMMENT: Final = re.compile(r"/\*.*?\*/|^\s*//[^\n]*", re.DOTALL | re.MULTILINE)
RULE: Final = re.compile(r"([^{}]+)\{")


def _name(path: Path) -> str:
    return path.relative_to(SOURCES).as_posix()


def _uses(word: str, text: str) -> int:
    return len(re.findall(rf"(?<![\w$]){re.escape(word)}(?![\w$])", text))


def _imports(text: str) -> Iterator[str]:
    for names in IMPORTED.findall(text):
        yield from (each.split(" as ")[-1].strip() for each in names.split(",") if each.strip())


def test_every_import_is_used() -> None:
    assert [
        (_name(path), name) for path, text in MODULES.items() for name in _imports(text) if _uses(name, text) < 2
    ] == []


def test_every_export_is_imported_somewhere() -> None:
    unused = [
        (_name(path), name)
        for path, text in MODULES.items()
        for name in EXPORTED.findall(text)
        if not any(_uses(name, other) for place, other in MODULES.items() if place != path)
    ]
    assert unused == []


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_a_module_asks_old_phones_for_nothing_they_lack(path: Path) -> None:
    assert YOUNGER.findall(COMMENT.sub("", MODULES[path])) == []


def test_no_module_is_too_long_to_be_read() -> None:
    assert {_name(path): lines for path, text in MODULES.items() if (lines := text.count("\n")) > LONGEST} == {}


def test_a_style_that_not_every_browser_knows_stands_in_a_rule_of_its_own() -> None:
    """A browser leaves out a whole rule for one selector it does not know."""
    mixed = [
        (_name(path), rule.strip())
        for path, text in STYLES.items()
        for rule in RULE.findall(COMMENT.sub("", text))
        if ":has(" in rule and not rule.strip().startswith("@") and not all(":has(" in each for each in rule.split(","))
    ]
    assert mixed == []
