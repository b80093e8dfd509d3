"""Words for people: one catalogue a language, chosen by Accept-Language. zh-Hans comes first."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

LANGUAGES = ("zh-Hans", "en")
DEFAULT = LANGUAGES[0]


class Words:
    """One language's catalogue. A missing entry is shown as its key, so that nothing ever fails for want of a word."""

    def __init__(self, language: str, catalogue: Mapping[str, Any]) -> None:
        self.language = language
        self._catalogue = catalogue

    def get(self, section: str, key: str, **data: object) -> str:
        """The words under this key, with data filled in."""
        text = self._catalogue.get(section, {}).get(key)
        if text is None:
            return key
        return str(text).format_map(_Lenient(data))

    def find(self, section: str, key: str) -> str | None:
        """The words under this key, if there are any."""
        text = self._catalogue.get(section, {}).get(key)
        return None if text is None else str(text)

    def section(self, section: str) -> Mapping[str, str]:
        """Everything in one section."""
        return dict(self._catalogue.get(section, {}))


class _Lenient(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "…"


@cache
def words_in(language: str) -> Words:
    """The catalogue of a language that is there."""
    file = resources.files("chalicelib") / "templates" / "words" / f"{language}.toml"
    return Words(language, tomllib.loads(file.read_text("utf-8")))


def words_for(accept_language: str | None) -> Words:
    """The first language of the header that we have; zh-Hans when none is."""
    for wanted in _preferred(accept_language or ""):
        for language in LANGUAGES:
            if wanted == language.casefold() or wanted.split("-")[0] == language.split("-")[0].casefold():
                return words_in(language)
    return words_in(DEFAULT)


def _preferred(header: str) -> list[str]:
    """Language tags in the order of their weights; nonsense is passed over."""
    weighted = []
    for position, part in enumerate(header.split(",")):
        tag, _, parameter = part.strip().partition(";")
        weight = parameter.strip().removeprefix("q=") or "1"
        try:
            weighted.append((-float(weight), position, tag.strip().casefold()))
        except ValueError:
            continue
    return [tag for _, _, tag in sorted(weighted) if tag]
