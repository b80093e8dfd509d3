"""The HTML of every page in every language: what stands there before, and without, any script."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from infra.site.node import WEBSITE
from infra.site.settings import LANGUAGES, SiteSettings

LOGO: Final = "logo.svg"
PUBLIC: Final = ("index", "write", "follow", "answers", "performance", "notices")
STAFF: Final = ("desk", "print")
NAMES: Final = {"zh-Hans": "简体", "zh-Hant": "繁體", "en": "English"}
"""Each language as it calls itself."""


def content_security_policy(settings: SiteSettings) -> str:
    """What the pages may load: their own origin, the API and the place for uploads; no inline script or style.

    Safari before 15.5 does not know `worker-src` and asks `child-src`; which frames would ask too.
    """
    talks_to = " ".join(("'self'", *settings.connects_to))
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
        f"connect-src {talks_to}; worker-src 'self'; child-src 'self'; frame-src 'none'; manifest-src 'self'; "
        "base-uri 'none'; form-action 'self'; object-src 'none'"
    )


def folder_of(language: str) -> str:
    """Where a language's pages lie in the site: the first one's at its top."""
    return "" if language == LANGUAGES[0] else f"{language}/"


def root_of(language: str) -> str:
    """From a language's pages to the site's first folder."""
    return "../" if folder_of(language) else ""


def write_pages(
    settings: SiteSettings, strings: Mapping[str, dict[str, Any]], files: Mapping[str, Any], folder: Path
) -> None:
    """Write `index.html` and the others, the other languages in folders of their own."""
    environment = Environment(
        loader=FileSystemLoader(WEBSITE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    template = environment.get_template("page.html.j2")
    for language in LANGUAGES:
        own = folder / folder_of(language)
        own.mkdir(exist_ok=True)
        for page in (*PUBLIC, *STAFF):
            facts = {
                "page": page,
                "staff": page in STAFF,
                "language": language,
                "alternates": _alternates(page, language),
                "root": root_of(language),
                "pages": PUBLIC,
                "words": strings[language],
                "site": settings,
                **settings.wording(language).model_dump(),
                "policy": content_security_policy(settings),
                "style": files["styles"]["print" if page == "print" else "style"],
                "script": files["scripts"][language][page],
                "logo": LOGO,
            }
            (own / f"{page}.html").write_text(template.render(facts), encoding="utf-8")


def _alternates(page: str, language: str) -> list[dict[str, str]]:
    """The same page in each language: its address from here, and its language's own name."""
    up = root_of(language)
    return [{"language": each, "name": NAMES[each], "href": f"{up}{folder_of(each)}{page}.html"} for each in LANGUAGES]
