"""Reads the words of e-mails and SMS: one folder a language, one TOML file an audience, its macros beside them.

A language is added as one more folder with staff.toml, writer.toml, sms.toml and macros.jinja; the layouts are the same
for all. What the pages have words for too (kinds, weekdays, what a time limit asks for) comes from the pages' own
catalogue, so that a mail and the page it leads to speak alike. Jinja is imported when the first message is worded, not
when a function starts.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chalicelib.domain.languages import DEFAULT, Language

if TYPE_CHECKING:
    from jinja2 import Environment, Template

SHIPPED = Path(__file__).parent.parent / "templates" / "messages"
CATALOGUES = SHIPPED.parent / "words"
_MACROS = "{% import 'macros.jinja' as say with context %}"


class MessageTemplates:
    """The words of one language. A fact that a template asks for and does not get is an error, never a gap."""

    def __init__(self, language: Language = DEFAULT, folder: Path = SHIPPED) -> None:
        self._language, self._shipped = language, folder
        self._folder = folder / language
        self._entries: dict[str, Mapping[str, Any]] = {}
        self._environments: dict[bool, Environment] = {}
        self._compiled: dict[str, Template] = {}
        self._others: dict[Language, MessageTemplates] = {}

    def speaking(self, language: Language) -> "MessageTemplates":
        """The words of this language, read once."""
        if language is self._language:
            return self
        if language not in self._others:
            self._others[language] = MessageTemplates(language, self._shipped)
        return self._others[language]

    def names(self, audience: str) -> frozenset[str]:
        """Every template there are words for: of `staff`, `writer` or `sms`."""
        return frozenset(self._file(audience))

    def mail(self, audience: str, template: str, facts: dict[str, object]) -> tuple[str, str, str]:
        """Subject, plain text and HTML. KeyError: there are no words for it."""
        entry = self._file(audience)[template]
        parts = {name: self._say(entry[name], facts) for name in ("subject", "body", "action")}
        paragraphs = parts["body"].split("\n\n")
        page = facts | parts | {"audience": audience, "paragraphs": paragraphs, "language": self._language.value}
        text = self._jinja(escape=False).get_template("layout.txt.jinja").render(page)
        html = self._jinja(escape=True).get_template("layout.html.jinja").render(page)
        return parts["subject"], text.strip() + "\n", html.strip() + "\n"

    def line(self, audience: str, template: str, facts: dict[str, object]) -> str:
        """What the message says in one line of a digest."""
        return self._say(self._file(audience)[template]["line"], facts)

    def sms(self, audience: str, template: str, facts: dict[str, object]) -> tuple[tuple[tuple[str, str], ...], str]:
        """An SMS's parameters in order, and its words for gateways that take words."""
        entry = self._file("sms")[f"{audience}_{template}"]
        return tuple((name, str(facts[name])) for name in entry["params"]), self._say(entry["words"], facts)

    def _say(self, source: str, facts: dict[str, object]) -> str:
        if source not in self._compiled:  # a run of dispatch says the same words many times
            self._compiled[source] = self._jinja(escape=False).from_string(_MACROS + source)
        return self._compiled[source].render(facts).strip()

    def _file(self, name: str) -> Mapping[str, Any]:
        if name not in self._entries:
            self._entries[name] = tomllib.loads((self._folder / f"{name}.toml").read_text(encoding="utf-8"))
        return self._entries[name]

    def _jinja(self, *, escape: bool) -> "Environment":
        """`escape`: for the HTML part, the macros' output included. A subject or a plain text would show the escapes.

        Two environments, for a macro escapes as the file it stands in does and not as the one that calls it.
        """
        if escape not in self._environments:
            from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415  slow

            made = Environment(
                loader=FileSystemLoader((self._folder, self._shipped)),
                autoescape=escape,  # noqa: S701  escaped where it is HTML
                undefined=StrictUndefined,
                trim_blocks=True,
                lstrip_blocks=True,
                auto_reload=False,
            )
            made.globals["words"] = tomllib.loads((CATALOGUES / f"{self._language}.toml").read_text(encoding="utf-8"))
            self._environments[escape] = made
        return self._environments[escape]
