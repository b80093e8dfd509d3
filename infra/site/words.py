"""The strings of the pages in one language: those of the website, and the API's words for codes that both show."""

import tomllib
from pathlib import Path
from typing import Any, Final

from infra.environment import ROOT

STRINGS: Final = ROOT / "website" / "strings"
API_WORDS: Final = ROOT / "chalicelib" / "templates" / "words"
SHARED: Final = {
    "kinds": "kinds",
    "statuses": "statuses",
    "clocks": "clocks",
    "moves": "moves",
    "sources": "sources",
    "complexities": "complexities",
    "channels": "answer_channels",
    "sensitivities": "sensitivities",
    "dispositions": "dispositions",
    "roles": "roles",
    "purposes": "purposes",
    "waits": "waits",
    "fields": "fields",
    "festivals": "festivals",
}
"""Groups of the pages' strings → sections of the API's words they are: pages and mails say the same."""


def strings_of(language: str, own: Path = STRINGS, api: Path = API_WORDS) -> dict[str, Any]:
    """Everything the pages say in a language."""
    strings = _read(own / f"{language}.toml")
    words = _read(api / f"{language}.toml")
    return {
        **strings,
        **{group: words[section] | strings.get(group, {}) for group, section in SHARED.items() if section in words},
    }


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8"))
