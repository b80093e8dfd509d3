"""What a county sets for its pages: a TOML file, checked, with every mistake named at once. See docs/website.md."""

from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from infra import settings_files

LANGUAGES: Final = ("zh-Hans", "zh-Hant", "en")
"""The languages of the pages; the first is the site's own and lies in its first folder."""


def _origin(value: str) -> str:
    """An address without a path's end, or nothing: the pages' own origin."""
    parts = urlsplit(value)
    if value and (parts.scheme not in ("https", "http") or not parts.netloc or parts.query or parts.fragment):
        raise ValueError("write it as https://host or https://host/stage, or leave it empty")
    return value.rstrip("/")


def zone_name(value: str) -> str:
    """The name itself, when there is such a time zone. Raises ValueError."""
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise ValueError("no such time zone; Asia/Shanghai is the usual one") from None
    return value


Line = Annotated[str, Field(max_length=200)]
Origin = Annotated[str, AfterValidator(_origin)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Office(_Part):
    """How the office that takes the letters is reached without this website."""

    name: Line = ""
    phone: Line = ""
    address: Line = ""
    hours: Line = ""


class Wording(_Part):
    """County and office as another language says them; what is left out stays as it is in Chinese."""

    county: Line | None = None
    office: Office = Office()


def _known(value: dict[str, Wording]) -> dict[str, Wording]:
    if unknown := set(value) - set(LANGUAGES[1:]):
        raise ValueError(f"the pages exist in {', '.join(LANGUAGES)}, not in {', '.join(sorted(unknown))}")
    return value


Languages = Annotated[dict[str, Wording], AfterValidator(_known)]
"""County and office as the pages' other languages say them."""


class SiteSettings(_Part):
    """`api`, `uploads`: where requests go that leave the pages' own origin.

    `data`: where `publish` puts its files, a path or a whole address.
    """

    county: Annotated[str, Field(min_length=1, max_length=80)]
    office: Office = Office()
    api: Origin = ""
    uploads: Origin = ""
    data: Line = "/site/data"
    zone: Annotated[str, AfterValidator(zone_name)] = "Asia/Shanghai"
    icp: Line = ""
    other_languages: Languages = Field(default={}, alias="languages")

    def wording(self, language: str) -> Wording:
        """County and office in a language."""
        own = self.other_languages.get(language, Wording())
        office = {name: getattr(own.office, name) or value for name, value in self.office.model_dump().items()}
        return Wording(county=own.county or self.county, office=Office(**office))

    @property
    def connects_to(self) -> tuple[str, ...]:
        """Origins beside their own that the pages talk to."""
        away = self.data if self.data.startswith("http") else ""
        parts = [urlsplit(address) for address in (self.api, self.uploads, away) if address]
        return tuple(dict.fromkeys(f"{each.scheme}://{each.netloc}" for each in parts))


def read_settings(path: Path) -> SiteSettings:
    """The settings in this file. Raises OperatorError that names the file and every mistake in it."""
    return settings_files.read(SiteSettings, path, "infra/demo/site.toml")


def settings_of(values: dict[str, Any], name: str) -> SiteSettings:
    """These values as settings; `name` says whose mistakes they are. Raises OperatorError."""
    return settings_files.checked(SiteSettings, values, name)
