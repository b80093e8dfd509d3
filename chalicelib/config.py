"""Settings from the environment, frozen. A required name has no default; all that are missing are named at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from chalicelib.domain.languages import DEFAULT, Language


class SettingsError(Exception):
    """The environment lacks names, or a value is unusable. The message says which, and what is expected."""


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """`security`: tls (port 465), starttls (587), or plain (a server on this machine)."""

    host: str
    port: int
    security: str
    user: str | None
    password_secret: str | None


@dataclass(frozen=True, slots=True)
class GatewaySettings:
    """An HTTP SMS gateway. `key_secret` names the secret that holds its key.

    `template_ids`: our template names → the numbers under which the gateway has approved their words.
    """

    url: str
    key_secret: str | None
    template_ids: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Settings:
    """What an installation is told from outside. Keys and secrets are named here, never given.

    `office_phone`: the number mails give for questions, as people are to read it.
    `report_language`: what reports are written in.
    `proof`: whether a browser must compute for a second before it sends a letter.
    `link_secret` may be changed at any time; `hash_secret` never, for every query code is checked with it.
    """

    table: str
    reports_bucket: str
    site_bucket: str
    inbox_bucket: str
    attachments_bucket: str
    personal_data_key: str
    ledger_key: str
    link_secret: str
    hash_secret: str
    county: str
    rulebook: str
    zone: ZoneInfo
    site_url: str
    mail_from: str
    mailer: str
    smtp: SmtpSettings | None
    texts: str
    text_sign: str
    gateway: GatewaySettings | None
    region: str
    endpoint: str | None = None
    proof: bool = False
    office_phone: str | None = None
    report_language: str = DEFAULT.value


REQUIRED = (
    "HUIYIN_TABLE",
    "HUIYIN_REPORTS_BUCKET",
    "HUIYIN_SITE_BUCKET",
    "HUIYIN_INBOX_BUCKET",
    "HUIYIN_ATTACHMENTS_BUCKET",
    "HUIYIN_PERSONAL_DATA_KEY",
    "HUIYIN_LEDGER_KEY",
    "HUIYIN_LINK_SECRET",
    "HUIYIN_HASH_SECRET",
    "HUIYIN_COUNTY",
    "HUIYIN_RULEBOOK",
    "HUIYIN_SITE_URL",
    "HUIYIN_MAIL_FROM",
    "HUIYIN_MAILER",
    "HUIYIN_TEXTS",
    "AWS_REGION",
)
LANGUAGES = tuple(language.value for language in Language)
MAILERS = ("ses", "smtp")
TEXTS = ("sns", "gateway")
SWITCH = ("off", "on")
SECURITIES = ("tls", "starttls", "plain")


def settings_from(environ: Mapping[str, str]) -> Settings:
    """Read and check the settings; an empty one counts as left out. Raises SettingsError."""
    environ = {name: value.strip() for name, value in environ.items() if value.strip()}
    mailer, texts = environ.get("HUIYIN_MAILER"), environ.get("HUIYIN_TEXTS")
    needed = [*REQUIRED]
    needed += ["HUIYIN_SMTP_HOST", "HUIYIN_SMTP_PORT"] if mailer == "smtp" else []
    needed += ["HUIYIN_GATEWAY_URL"] if texts == "gateway" else []
    missing = [name for name in needed if not environ.get(name)]
    if missing:
        raise SettingsError(f"set these environment variables: {', '.join(missing)}")
    return Settings(
        table=environ["HUIYIN_TABLE"],
        reports_bucket=environ["HUIYIN_REPORTS_BUCKET"],
        site_bucket=environ["HUIYIN_SITE_BUCKET"],
        inbox_bucket=environ["HUIYIN_INBOX_BUCKET"],
        attachments_bucket=environ["HUIYIN_ATTACHMENTS_BUCKET"],
        personal_data_key=environ["HUIYIN_PERSONAL_DATA_KEY"],
        ledger_key=environ["HUIYIN_LEDGER_KEY"],
        link_secret=environ["HUIYIN_LINK_SECRET"],
        hash_secret=environ["HUIYIN_HASH_SECRET"],
        county=environ["HUIYIN_COUNTY"],
        rulebook=environ["HUIYIN_RULEBOOK"],
        zone=_zone(environ.get("HUIYIN_ZONE", "Asia/Shanghai")),
        site_url=environ["HUIYIN_SITE_URL"].rstrip("/"),
        mail_from=environ["HUIYIN_MAIL_FROM"],
        mailer=_one_of("HUIYIN_MAILER", environ["HUIYIN_MAILER"], MAILERS),
        smtp=_smtp(environ) if mailer == "smtp" else None,
        texts=_one_of("HUIYIN_TEXTS", environ["HUIYIN_TEXTS"], TEXTS),
        text_sign=environ.get("HUIYIN_TEXT_SIGN", environ["HUIYIN_COUNTY"]),
        gateway=_gateway(environ) if texts == "gateway" else None,
        region=environ["AWS_REGION"],
        endpoint=environ.get("AWS_ENDPOINT_URL"),
        proof=_one_of("HUIYIN_PROOF", environ.get("HUIYIN_PROOF", "off"), SWITCH) == "on",
        office_phone=environ.get("HUIYIN_OFFICE_PHONE"),
        report_language=_one_of("HUIYIN_REPORT_LANGUAGE", environ.get("HUIYIN_REPORT_LANGUAGE", DEFAULT), LANGUAGES),
    )


def _smtp(environ: Mapping[str, str]) -> SmtpSettings:
    port = environ["HUIYIN_SMTP_PORT"]
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise SettingsError(f"HUIYIN_SMTP_PORT: a number is needed, not {port!r}")
    return SmtpSettings(
        host=environ["HUIYIN_SMTP_HOST"],
        port=int(port),
        security=_one_of("HUIYIN_SMTP_SECURITY", environ.get("HUIYIN_SMTP_SECURITY", "tls"), SECURITIES),
        user=environ.get("HUIYIN_SMTP_USER"),
        password_secret=environ.get("HUIYIN_SMTP_PASSWORD_SECRET"),
    )


def _gateway(environ: Mapping[str, str]) -> GatewaySettings:
    """Template numbers are written `letter_received=SMS_1,ladder_urge=SMS_2`."""
    pairs = [pair.partition("=") for pair in environ.get("HUIYIN_GATEWAY_TEMPLATES", "").split(",") if pair.strip()]
    if not all(name.strip() and number.strip() for name, _, number in pairs):
        raise SettingsError("HUIYIN_GATEWAY_TEMPLATES: write name=number, separated by commas")
    return GatewaySettings(
        url=environ["HUIYIN_GATEWAY_URL"],
        key_secret=environ.get("HUIYIN_GATEWAY_KEY_SECRET"),
        template_ids={name.strip(): number.strip() for name, _, number in pairs},
    )


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise SettingsError(f"HUIYIN_ZONE: no time zone is called {name!r}; Asia/Shanghai is the usual one") from None


def _one_of(name: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise SettingsError(f"{name}: {value!r} is not one of {', '.join(allowed)}")
    return value
