"""The county's printed papers: a page for each form, complete in itself, and the words that stand on them."""

import tomllib
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).parent.parent / "templates" / "forms"


class FormPages:
    """One template a form. A fact that a template asks for and does not get is an error, never a gap."""

    def page(self, name: str, facts: dict[str, object]) -> str:
        """The page as HTML for A4 paper: no script, nothing from another place."""
        return self._jinja.get_template(f"{name}.html.j2").render(facts).strip() + "\n"

    def word(self, section: str, key: str) -> str | None:
        """A word that only papers use; None: it is not theirs."""
        found: str | None = self._words.get(section, {}).get(key)
        return found

    @cached_property
    def _words(self) -> dict[str, Any]:
        return tomllib.loads((TEMPLATES / "words.toml").read_text(encoding="utf-8"))

    @cached_property
    def _jinja(self) -> "Environment":
        from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415  slow to import

        return Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
