"""The languages people are spoken to in, and which of them somebody asks for."""

from collections.abc import Sequence
from enum import StrEnum


class Language(StrEnum):
    """zh-Hans comes first: it is meant wherever nothing is said."""

    ZH_HANS = "zh-Hans"
    ZH_HANT = "zh-Hant"
    EN = "en"


DEFAULT = Language.ZH_HANS
TRADITIONAL = frozenset({"hant", "tw", "hk", "mo"})
"""Scripts and regions by which a Chinese reader asks for traditional characters."""


def language_of(tag: str) -> Language | None:
    """The language a tag (BCP 47) asks for, if we have it: `zh-HK` asks for zh-Hant, `zh` and `zh-CN` for zh-Hans.

    A script named outright decides over the region: `zh-Hans-HK` is zh-Hans.
    """
    first, *rest = tag.strip().casefold().replace("_", "-").split("-")
    if first == "en":
        return Language.EN
    if first != "zh":
        return None
    return Language.ZH_HANT if "hans" not in rest and TRADITIONAL & set(rest) else Language.ZH_HANS


def asked_for(accept_language: str | None) -> Language:
    """The first language of an Accept-Language header that we have; zh-Hans when none is."""
    wanted = (language_of(tag) for tag in _preferred(accept_language or ""))
    return next((each for each in wanted if each is not None), DEFAULT)


def page_of(site_url: str, language: Language, page: str) -> str:
    """The address of a page in a language: zh-Hans lies at the site's root, each other one in a folder of its name."""
    folder = "" if language is DEFAULT else f"/{language.value}"
    return f"{site_url.rstrip('/')}{folder}/{page}"


def _preferred(header: str) -> Sequence[str]:
    """Language tags in the order of their weights; nonsense is passed over, and what has no weight at all."""
    weighted = []
    for position, part in enumerate(header.split(",")):
        tag, _, parameter = part.strip().partition(";")
        try:
            weight = float(parameter.strip().removeprefix("q=") or "1")
        except ValueError:
            continue
        if tag.strip() and 0 < weight <= 1:
            weighted.append((-weight, position, tag))
    return [tag for _, _, tag in sorted(weighted)]
