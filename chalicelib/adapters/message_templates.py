"""Reads the words of e-mails and SMS: one folder a language, one TOML file an audience, its macros beside them.

A language is added as one more folder: staff.toml, writer.toml, sms.toml, macros.jinja and layout.html.jinja. Jinja is
imported when the first message is worded, not when a function starts.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment

SHIPPED = Path(__file__).parent.parent / "templates" / "messages"
_MACROS = "{% import 'macros.jinja' as say with context %}"


class MessageTemplates:
    """The words of one language. A fact that a template asks for and does not get is an error, never a gap."""

    def __init__(self, language: str = "zh-Hans", folder: Path = SHIPPED) -> None:
        self._folder = folder / language
        self._entries: dict[str, Mapping[str, Any]] = {}
        self._environment: Environment | None = None

    def names(self, audience: str) -> frozenset[str]:
        """Every template there are words for: of `staff`, `writer` or `sms`."""
        return frozenset(self._file(audience))

    def mail(self, audience: str, template: str, facts: dict[str, object]) -> tuple[str, str, str]:
        """Subject, plain text and HTML. KeyError: there are no words for it."""
        entry = self._file(audience)[template]
        parts = {name: self._say(entry[name], facts) for name in ("subject", "body", "action")}
        page = facts | parts | {"audience": audience, "paragraphs": parts["body"].split("\n\n")}
        text = self._jinja().get_template("layout.txt.jinja").render(page)
        html = self._jinja().get_template("layout.html.jinja").render(page)
        return parts["subject"], text.strip() + "\n", html.strip() + "\n"

    def line(self, audience: str, template: str, facts: dict[str, object]) -> str:
        """What the message says in one line of a digest."""
        return self._say(self._file(audience)[template]["line"], facts)

    def sms(self, audience: str, template: str, facts: dict[str, object]) -> tuple[tuple[tuple[str, str], ...], str]:
        """An SMS's parameters in order, and its words for gateways that take words."""
        entry = self._file("sms")[f"{audience}_{template}"]
        return tuple((name, str(facts[name])) for name in entry["params"]), self._say(entry["words"], facts)

    def _say(self, source: str, facts: dict[str, object]) -> str:
        return self._jinja().from_string(_MACROS + source).render(facts).strip()

    def _file(self, name: str) -> Mapping[str, Any]:
        if name not in self._entries:
            self._entries[name] = tomllib.loads((self._folder / f"{name}.toml").read_text(encoding="utf-8"))
        return self._entries[name]

    def _jinja(self) -> "Environment":
        """Only what is named .html.jinja escapes: a subject or a plain text would show the escapes."""
        from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape  # noqa: PLC0415  slow

        if self._environment is None:
            self._environment = Environment(
                loader=FileSystemLoader(self._folder),
                autoescape=select_autoescape(("html.jinja",), default_for_string=False, default=False),
                undefined=StrictUndefined,
                trim_blocks=True,
                lstrip_blocks=True,
                auto_reload=False,
            )
        return self._environment
