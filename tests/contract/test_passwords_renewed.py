"""A password that the county changes is used within minutes, by functions that have been running all along."""

from datetime import UTC, datetime, timedelta

import boto3
import pytest
from moto import mock_aws

from chalicelib.bootstrap import READ_AGAIN, build
from chalicelib.config import settings_from
from tests.functional.test_rulebook_versions import SETTINGS

SMTP = {"HUIYIN_MAILER": "smtp", "HUIYIN_SMTP_HOST": "mail.test", "HUIYIN_SMTP_PORT": "465", "HUIYIN_SMTP_USER": "u"}
SMTP["HUIYIN_SMTP_PASSWORD_SECRET"] = "trial/smtp-password"


class _Clock:
    at = datetime(2026, 11, 20, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at


def test_a_changed_password_of_the_mail_server_is_used_within_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-southeast-1")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        manager, clock = boto3.client("secretsmanager"), _Clock()
        manager.create_secret(Name="trial/smtp-password", SecretString="old")
        settings = settings_from({**SETTINGS, **SMTP, "HUIYIN_RULEBOOK": "hefei-2008"})
        mailer = build(settings, clock).installation.mailer

        def password() -> str:
            return str(mailer._server.password)  # type: ignore[attr-defined]

        assert password() == "old"
        manager.put_secret_value(SecretId="trial/smtp-password", SecretString="new")
        clock.at += READ_AGAIN - timedelta(seconds=1)
        assert password() == "old"
        clock.at += timedelta(seconds=1)
        assert password() == "new"
