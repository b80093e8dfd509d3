"""The stand's home folder, its environment, and how other commands join a stand."""

import json
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from chalicelib.domain.languages import DEFAULT, Language
from infra.environment import LOOPBACK, ROOT, local_aws

COUNTY: Final = "云溪县"
MAIL_FROM: Final = "xinxiang@yunxi.example"
OFFICE_PHONE: Final = "0000-0000000"
STACK: Final = "huiyin"
RULEBOOK: Final = "shuangfeng-2018"
DEFAULT_HOME: Final = ROOT / ".stand"
_MESSAGES: Final = ROOT / "chalicelib" / "templates" / "messages"


@dataclass(frozen=True, slots=True)
class Home:
    """Where a stand keeps what must outlive it."""

    folder: Path

    @property
    def emulator(self) -> Path:
        """The emulator's files."""
        return self.folder / "emulator"

    @property
    def clock(self) -> Path:
        """The clock's setting."""
        return self.folder / "clock.json"

    @property
    def messages(self) -> Path:
        """What was sent, a JSON line each."""
        return self.folder / "messages.jsonl"

    @property
    def environment(self) -> Path:
        """The environment of the running stand, for other commands."""
        return self.folder / "environment.json"

    @property
    def saved(self) -> Path:
        """There while everything lies saved: from a clean end to the next start."""
        return self.folder / "saved"

    @property
    def lock(self) -> Path:
        """Held while a stand runs here."""
        return self.folder / "stand.lock"


def origins(port: int) -> tuple[str, str]:
    """Under which names the stand's pages are opened: from there browsers may send files to the emulator."""
    return f"http://{LOOPBACK}:{port}", f"http://localhost:{port}"


def sms_words() -> dict[str, str]:
    """The words of each SMS template, as a gateway would have approved them: in another language under `name@en`."""
    return {
        name if language is DEFAULT else f"{name}@{language}": str(entry["words"])
        for language in Language
        for name, entry in tomllib.loads((_MESSAGES / language / "sms.toml").read_text(encoding="utf-8")).items()
    }


@dataclass(frozen=True, slots=True)
class Chosen:
    """What may be chosen from outside: a rulebook's name or file, a proof of work, the language of reports."""

    rulebook: str = RULEBOOK
    proof: bool = False
    report_language: str = DEFAULT.value


_USUAL = Chosen()


def environment(provisioned: Mapping[str, str], endpoint: str, port: int, chosen: Chosen = _USUAL) -> dict[str, str]:
    """Everything the product is told on the stand."""
    site = f"http://{LOOPBACK}:{port}"
    return {
        **local_aws(endpoint),
        # Whatever this machine's own AWS set-up says, it must not reach the stand.
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "NO_PROXY": LOOPBACK,
        "no_proxy": LOOPBACK,
        **provisioned,
        "HUIYIN_COUNTY": COUNTY,
        "HUIYIN_RULEBOOK": chosen.rulebook,
        "HUIYIN_PROOF": "on" if chosen.proof else "off",
        "HUIYIN_REPORT_LANGUAGE": chosen.report_language,
        "HUIYIN_SITE_URL": site,
        "HUIYIN_MAIL_FROM": MAIL_FROM,
        "HUIYIN_MAILER": "ses",
        "HUIYIN_TEXTS": "gateway",
        "HUIYIN_TEXT_SIGN": f"{COUNTY}信箱",
        "HUIYIN_OFFICE_PHONE": OFFICE_PHONE,
        "HUIYIN_GATEWAY_URL": f"{site}/_stand/sms-gateway",
        "HUIYIN_GATEWAY_TEMPLATES": ",".join(f"{name}={name}" for name in sms_words()),
        "POWERTOOLS_SERVICE_NAME": "huiyin",
        "POWERTOOLS_METRICS_NAMESPACE": "Huiyin",
        "POWERTOOLS_METRICS_DISABLED": "true",
        "POWERTOOLS_LOG_LEVEL": "WARNING",
    }


def enter(variables: Mapping[str, str]) -> None:
    """Make this process's environment the stand's: nothing of another AWS account or installation stays."""
    for name in [name for name in os.environ if name.startswith(("AWS_", "HUIYIN_"))]:
        del os.environ[name]
    os.environ.update(variables)


def save_environment(home: Home, variables: Mapping[str, str]) -> None:
    """Leave it for other commands; it names secrets and holds none."""
    home.environment.write_text(json.dumps(variables, ensure_ascii=False, indent=2))
