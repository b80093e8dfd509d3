"""Words for people: one catalogue a language, chosen by Accept-Language. zh-Hans comes first."""

import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from chalicelib.domain.effects.after_answer import REMOVED_SUBJECT
from chalicelib.domain.languages import DEFAULT, Language, asked_for
from chalicelib.domain.reading import KEPT_SUBJECT

LANGUAGES = tuple(Language)

__all__ = ["DEFAULT", "LANGUAGES", "Words", "words_for", "words_in"]


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

    def date(self, day: date) -> str:
        """A date as this language writes it in a sentence."""
        name = self.get("months", str(day.month))
        return self.get("formats", "date", year=day.year, month=day.month, day=day.day, month_name=name)

    def listed(self, parts: Iterable[str]) -> str:
        """Several things in a row, with this language's mark between them."""
        return self.get("formats", "list").join(parts)

    def with_note(self, text: str, note: str) -> str:
        """Words with a note behind them in brackets."""
        return self.get("formats", "with_note", text=text, note=note)

    def kind(self, kind: str, title: str | None) -> str:
        """What a kind of letter is called: as the rulebook calls it; in another language by that language's word."""
        if self.language == DEFAULT and title:
            return title
        return self.find("kinds", kind) or title or kind

    def subject(self, subject: str | None) -> str | None:
        """A letter's subject as it was written; in its place, that it was removed or is kept from this reader."""
        instead = {REMOVED_SUBJECT: "removed", KEPT_SUBJECT: "kept"}.get(subject or "")
        return self.get("subjects", instead) if instead else subject

    def why(self, why: str) -> str:
        """The reason of a day in a receipt, a festival's name in it as this language calls it."""
        code, mark, detail = why.partition(":")
        return f"{code}{mark}{self.find('festivals', detail) or detail}"


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
    return words_in(asked_for(accept_language))
