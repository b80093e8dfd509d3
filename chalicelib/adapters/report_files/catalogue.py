"""The words of reports: one catalogue a language. Codes that other pages show too have the API's words."""

import datetime
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Any

from chalicelib.domain.languages import DEFAULT, Language

SHARED = ("statuses", "kinds", "clocks", "moves", "sources", "sensitivities", "months", "formats")
"""Sections of the API's words (templates/words) that reports speak with: one word for one thing."""


class Catalogue:
    """One language. A word that is missing is shown as its key: a report must not fail for want of a word."""

    def __init__(self, language: str, sections: Mapping[str, Mapping[str, Any]]) -> None:
        self.language = language
        self._sections = sections
        self._thousands = sections["format"]["thousands"]

    def find(self, section: str, key: str) -> str | None:
        """The words under this key, if there are any."""
        found = self._sections.get(section, {}).get(key)
        return None if found is None else str(found)

    def name(self, section: str, key: str) -> str:
        """What a code is called."""
        return self.find(section, key) or key

    def section(self, section: str) -> Mapping[str, Any]:
        """Everything in one section, in its order."""
        return self._sections[section]

    def say(self, path: str, **values: object) -> str:
        """`section.key` with values filled in; whole numbers as this language has them; `n` decides on the plural."""
        section, _, key = path.partition(".")
        phrase = self._sections.get(section, {}).get(key, path)
        if isinstance(phrase, Mapping):
            phrase = phrase["one" if values.get("n") == 1 else "other"]
        shown = {name: self.number(each) if isinstance(each, int) else each for name, each in values.items()}
        return str(phrase).format_map(shown)

    def number(self, value: int) -> str:
        """A whole number, its thousands set apart where this language does so."""
        return f"{value:,}".replace(",", self._thousands)

    def date(self, day: datetime.date) -> str:
        """A date as this language writes it in a sentence."""
        name = self.name("months", str(day.month))
        return self.say("formats.date", year=str(day.year), month=day.month, day=day.day, month_name=name)

    def span(self, first: datetime.date, last: datetime.date) -> str:
        """From one date to another; one date where they are the same."""
        return (
            self.date(first) if first == last else self.say("format.span", first=self.date(first), last=self.date(last))
        )

    def listed(self, parts: Iterable[str]) -> str:
        """Several things in a row."""
        return self.name("format", "list").join(parts)

    def clauses(self, *parts: str | bool | None) -> str:
        """Parts of a sentence in a row; what there is nothing to say of is left out."""
        return self.name("format", "comma").join(part for part in parts if isinstance(part, str) and part)

    def points(self, parts: Iterable[str]) -> str:
        """Parts of a sentence that are sentences themselves."""
        return self.name("format", "semicolon").join(parts)

    def sentence(self, *parts: str | bool | None) -> str:
        """Clauses as a sentence that begins with a capital and ends with a stop; nothing without any."""
        text = self.clauses(*parts)
        return f"{text[:1].upper()}{text[1:]}{self.name('format', 'stop')}" if text else ""

    def paragraph(self, *sentences: str) -> str:
        """Sentences one after the other."""
        return "".join(sentences).strip()


@cache
def catalogue_in(language: str) -> Catalogue:
    """The catalogue of a language; of one we have no words for, that of zh-Hans."""
    known = language if language in set(Language) else DEFAULT.value
    own, shared = _read("reports", known), _read("words", known)
    return Catalogue(known, {**{section: shared[section] for section in SHARED}, **own})


@cache
def figure_facts() -> Mapping[str, Any]:
    """What holds of figures in every language: unit, whose they are, clauses."""
    return _read("reports", "figures")


def _read(folder: str, name: str) -> dict[str, Any]:
    file = resources.files("chalicelib") / "templates" / folder / f"{name}.toml"
    return tomllib.loads(file.read_text("utf-8"))
