"""What the pages say, so that tests press the buttons of any language by the words on them."""

import re
from functools import cache
from typing import Any

from infra.site.settings import LANGUAGES
from infra.site.words import strings_of

__all__ = ["LANGUAGES", "Wording", "path_of", "wording"]


class Wording:
    """The strings of one language by their dotted keys."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._strings = strings_of(language)

    def __getitem__(self, key: str) -> str:
        found: Any = self._strings
        for part in key.split("."):
            found = found[int(part)] if isinstance(found, list) else found[part]
        if isinstance(found, dict):
            found = found["other"]
        assert isinstance(found, str), key
        return found

    def start(self, key: str) -> re.Pattern[str]:
        """The words up to what is filled in, at the beginning of a label."""
        return re.compile("^" + re.escape(self[key].partition("{")[0]))

    def part(self, key: str) -> re.Pattern[str]:
        """The words with anything in the place of what is filled in."""
        return re.compile(".*".join(map(re.escape, re.split(r"\{\w+\}", self[key]))), re.DOTALL)


@cache
def wording(language: str) -> Wording:
    """The strings of a language, read once."""
    return Wording(language)


def path_of(language: str, page: str) -> str:
    """The address of a page below the site, e.g. `/en/write.html`."""
    return f"/{page}.html" if language == LANGUAGES[0] else f"/{language}/{page}.html"
