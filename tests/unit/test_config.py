"""Settings: what is missing or unusable is said by name, all at once, before anything starts."""

import pytest

from chalicelib.config import REQUIRED, GatewaySettings, Settings, SettingsError, SmtpSettings, settings_from

FULL = dict.fromkeys(REQUIRED, "x") | {
    "HUIYIN_MAILER": "ses",
    "HUIYIN_TEXTS": "sns",
    "HUIYIN_COUNTY": "示例县",
    "HUIYIN_SITE_URL": "https://letters.test/",
}
SMTP = {"HUIYIN_MAILER": "smtp", "HUIYIN_SMTP_HOST": "mail.test", "HUIYIN_SMTP_PORT": "465"}
GATEWAY = {"HUIYIN_TEXTS": "gateway", "HUIYIN_GATEWAY_URL": "https://sms.test"}


def refusal(**changes: str) -> str:
    """Why these settings are refused."""
    with pytest.raises(SettingsError) as raised:
        settings_from({**FULL, **changes})
    return str(raised.value)


def read(**changes: str) -> Settings:
    """Settings that are accepted."""
    return settings_from({**FULL, **changes})


def test_everything_that_is_missing_is_named_at_once() -> None:
    with pytest.raises(SettingsError) as raised:
        settings_from({})
    assert all(name in str(raised.value) for name in REQUIRED)


@pytest.mark.parametrize("name", REQUIRED)
@pytest.mark.parametrize("value", ["", "  "])
def test_an_empty_setting_counts_as_left_out(name: str, value: str) -> None:
    assert refusal(**{name: value}) == f"set these environment variables: {name}"


def test_an_empty_optional_setting_takes_its_default() -> None:
    """Templates pass empty strings for what was not chosen."""
    settings = read(HUIYIN_ZONE="", AWS_ENDPOINT_URL="", HUIYIN_TEXT_SIGN="")
    assert (settings.zone.key, settings.endpoint, settings.text_sign) == ("Asia/Shanghai", None, "示例县")


def test_a_mail_server_and_a_gateway_need_settings_of_their_own() -> None:
    assert refusal(HUIYIN_MAILER="smtp", HUIYIN_TEXTS="gateway") == (
        "set these environment variables: HUIYIN_SMTP_HOST, HUIYIN_SMTP_PORT, HUIYIN_GATEWAY_URL"
    )
    assert read(**SMTP).smtp == SmtpSettings("mail.test", 465, "tls", None, None)
    assert read(**GATEWAY).gateway == GatewaySettings("https://sms.test", None, {})
    assert read().smtp is None
    assert read().gateway is None


def test_the_gateways_template_numbers_are_read() -> None:
    gateway = read(**GATEWAY, HUIYIN_GATEWAY_TEMPLATES=" staff_digest=SMS_1, writer_digest = SMS_2,").gateway
    assert gateway is not None
    assert gateway.template_ids == {"staff_digest": "SMS_1", "writer_digest": "SMS_2"}
    for wrong in ("staff_digest", "=SMS_1", "a=1,b="):
        assert "HUIYIN_GATEWAY_TEMPLATES" in refusal(**GATEWAY, HUIYIN_GATEWAY_TEMPLATES=wrong)


@pytest.mark.parametrize("port", ["smtp", "0", "65536", "-1", "4.5", "²", "９"])
def test_a_port_is_a_number(port: str) -> None:
    assert "HUIYIN_SMTP_PORT" in refusal(**{**SMTP, "HUIYIN_SMTP_PORT": port})


@pytest.mark.parametrize("zone", ["Mars/Base", "Asia", "../etc/passwd", "/etc/localtime"])
def test_a_zone_that_is_none_is_named(zone: str) -> None:
    assert zone in refusal(HUIYIN_ZONE=zone)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HUIYIN_MAILER", "pigeon"),
        ("HUIYIN_TEXTS", "smoke"),
        ("HUIYIN_SMTP_SECURITY", "none"),
        ("HUIYIN_PROOF", "true"),
        ("HUIYIN_REPORT_LANGUAGE", "zh"),
    ],
)
def test_a_choice_that_is_none_is_named_with_those_there_are(name: str, value: str) -> None:
    said = refusal(**{**(SMTP if name == "HUIYIN_SMTP_SECURITY" else {}), name: value})
    assert said.startswith(f"{name}: '{value}' is not one of ")


def test_a_proof_of_work_is_asked_for_only_where_that_is_switched_on() -> None:
    assert [read(HUIYIN_PROOF=value).proof for value in ("", "off", "on")] == [False, False, True]


def test_reports_are_written_in_the_language_that_is_set() -> None:
    languages = [read(HUIYIN_REPORT_LANGUAGE=value).report_language for value in ("", "zh-Hant", "en")]
    assert languages == ["zh-Hans", "zh-Hant", "en"]


def test_the_sites_address_is_kept_without_its_last_slash() -> None:
    assert read().site_url == "https://letters.test"
