"""What a county says once of its installation: deployments/<stage>.toml, checked, with every mistake named at once.

No secret stands in it: the mail server's password and the SMS gateway's key are asked for and kept in Secrets Manager.
The settings are explained in docs/deployment.md; infra/demo/deployment.toml is an example.
"""

import re
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from chalicelib.domain.languages import DEFAULT, Language
from chalicelib.services.units_columns import EMAIL
from infra import settings_files
from infra.cloud.account import stack_name
from infra.environment import ROOT
from infra.site.settings import Languages, Line, Office, Origin, SiteSettings, zone_name

FOLDER: Final = ROOT / "deployments"
PUBLIC: Final = "site/data"
SMTP_PASSWORD: Final = "smtp-password"  # noqa: S105  a secret's name
GATEWAY_KEY: Final = "gateway-key"
_DOMAIN: Final = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+")
_TEMPLATE: Final = re.compile(r"[^=,\s]+")


def _email(value: str) -> str:
    if value and not EMAIL.fullmatch(value):
        raise ValueError(f"{value!r} is no e-mail address; it looks like name@county.example")
    return value


def _domain(value: str) -> str:
    if value and not _DOMAIN.fullmatch(value):
        raise ValueError(f"{value!r} is no domain; write it as letters.county.example, without https://")
    return value


Email = Annotated[str, AfterValidator(_email)]
Domain = Annotated[str, AfterValidator(_domain)]
Needed = Annotated[str, Field(min_length=1, max_length=80)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Mail(_Part):
    """How e-mail is sent: by Amazon SES, or by any mail server (in China, where there is no SES, always)."""

    sender: Annotated[Email, Field(min_length=3)]
    by: Literal["ses", "smtp"] = "ses"
    host: Line = ""
    port: Annotated[int, Field(gt=0, lt=65536)] = 465
    security: Literal["tls", "starttls", "plain"] = "tls"
    user: Line = ""

    @model_validator(mode="after")
    def _has_server(self) -> "Mail":
        if self.by == "smtp" and not self.host:
            raise ValueError('host: with by = "smtp" name the mail server, such as smtp.county.example')
        return self


class Sms(_Part):
    """How SMS are sent: by Amazon SNS, or by an HTTP gateway. `templates`: our names → the gateway's numbers.

    `has_key`: whether the gateway wants a key, which `deploy` asks for.
    """

    by: Literal["sns", "gateway"] = "sns"
    sign: Line = ""
    gateway: Origin = ""
    has_key: bool = True
    templates: dict[str, str] = {}

    @model_validator(mode="after")
    def _has_gateway(self) -> "Sms":
        if self.by == "gateway" and not self.gateway:
            raise ValueError('gateway: with by = "gateway" give its address, https://…')
        if bad := [name for pair in self.templates.items() for name in pair if not _TEMPLATE.fullmatch(name)]:
            raise ValueError(f"templates: {bad[0]!r} holds a space, a comma or an equals sign")
        return self


class Site(_Part):
    """Where the pages are: given by CloudFront, by the bucket itself, or by a web server of the county (elsewhere)."""

    hosting: Literal["cloudfront", "bucket", "elsewhere"] = "cloudfront"
    domain: Domain = ""
    certificate: Line = ""
    address: Origin = ""
    icp: Line = ""
    office: Office = Office()
    languages: Languages = {}

    @model_validator(mode="after")
    def _is_whole(self) -> "Site":
        if self.hosting == "elsewhere" and not self.address:
            raise ValueError('address: with hosting = "elsewhere" say where your web server shows the pages, https://…')
        if bool(self.domain) != bool(self.certificate):
            raise ValueError("a domain of your own and its certificate belong together: give both, or neither")
        if self.domain and self.hosting != "cloudfront":
            raise ValueError('a domain of your own needs hosting = "cloudfront"')
        return self


class Admin(_Part):
    """The first person who can do anything: somebody at the office that takes the letters."""

    name: Needed
    email: Annotated[Email, Field(min_length=3)]
    unit: Needed


class DeploymentSettings(_Part):
    """All of it. `monthly_budget`: in the account's currency; 0 sends no warning."""

    county: Needed
    rulebook: Needed
    admin: Admin
    mail: Mail
    sms: Sms = Sms()
    site: Site = Site()
    alarm_email: Email = ""
    monthly_budget: Annotated[int, Field(ge=0)] = 0
    zone: Annotated[str, AfterValidator(zone_name)] = "Asia/Shanghai"
    office_phone: Line = ""
    report_language: Language = DEFAULT
    report_years_locked: Annotated[int, Field(ge=1, le=100)] = 10
    proof: bool = False

    @property
    def secrets(self) -> tuple[str, ...]:
        """Names of the secrets that have to be there before the first mail or SMS."""
        password = (SMTP_PASSWORD,) if self.mail.by == "smtp" and self.mail.user else ()
        return (*password, *((GATEWAY_KEY,) if self.sms.by == "gateway" and self.sms.has_key else ()))

    def parameters(self, stage: str, rulebook: str) -> dict[str, str]:
        """The template's parameters. `rulebook`: its name in the bundle."""
        return {
            "County": self.county,
            "Rulebook": rulebook,
            "Zone": self.zone,
            "OfficePhone": self.office_phone,
            "ReportLanguage": self.report_language.value,
            "Proof": "on" if self.proof else "off",
            "SiteHosting": self.site.hosting,
            "SiteDomain": self.site.domain,
            "SiteCertificate": self.site.certificate,
            "SiteAddress": self.site.address,
            "AlarmEmail": self.alarm_email,
            "MonthlyBudget": str(self.monthly_budget),
            "ReportYearsLocked": str(self.report_years_locked),
            **self._sending(stack_name(stage)),
        }

    def _sending(self, stack: str) -> dict[str, str]:
        """What belongs to the other way of sending stays empty: it would only be asked for, and never used."""
        mail, sms, secrets = self.mail, self.sms, self.secrets
        server = mail if mail.by == "smtp" else None
        gateway = sms if sms.by == "gateway" else None
        return {
            "MailFrom": mail.sender,
            "Mailer": mail.by,
            "SmtpHost": server.host if server else "",
            "SmtpPort": str(server.port) if server else "",
            "SmtpSecurity": server.security if server else "",
            "SmtpUser": server.user if server else "",
            "SmtpPasswordSecret": f"{stack}/{SMTP_PASSWORD}" if SMTP_PASSWORD in secrets else "",
            "Texts": sms.by,
            "TextSign": sms.sign or self.county,
            "GatewayUrl": gateway.gateway if gateway else "",
            "GatewayKeySecret": f"{stack}/{GATEWAY_KEY}" if GATEWAY_KEY in secrets else "",
            "GatewayTemplates": ",".join(f"{name}={number}" for name, number in sorted(sms.templates.items())),
        }

    def pages(self, api: str, uploads: str, data: str) -> SiteSettings:
        """The website's settings. `api`: the API's address; `uploads`: where files are sent.

        `data`: the address of the site's bucket, from which pages that lie elsewhere fetch the public figures.
        """
        site = self.site
        away = site.hosting == "elsewhere"
        return SiteSettings(
            county=self.county,
            office=site.office,
            api=api,
            uploads=uploads,
            data=f"{data}/{PUBLIC}" if away else f"/{PUBLIC}",
            zone=self.zone,
            icp=site.icp,
            languages=site.languages,
        )


def settings_file(stage: str) -> Path:
    """Where a stage's settings lie. Raises OperatorError for a name that is none."""
    stack_name(stage)
    return FOLDER / f"{stage}.toml"


def read_settings(path: Path) -> DeploymentSettings:
    """The settings in this file. Raises OperatorError that names the file and every mistake in it."""
    return settings_files.read(DeploymentSettings, path, "infra/demo/deployment.toml")


def settings_of(values: dict[str, Any], name: str) -> DeploymentSettings:
    """These values as settings; `name` says whose mistakes they are. Raises OperatorError."""
    return settings_files.checked(DeploymentSettings, values, name)
