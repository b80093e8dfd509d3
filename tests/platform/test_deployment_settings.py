"""What a county says of its installation: read from a file or asked for once, and every mistake named at once."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from chalicelib.config import settings_from
from infra.cloud.ask import ask_all, questions, write_settings
from infra.cloud.settings import DeploymentSettings, read_settings, settings_file, settings_of
from infra.environment import ROOT
from infra.errors import OperatorError

EXAMPLE = ROOT / "infra" / "demo" / "deployment.toml"
LEAST: dict[str, Any] = {
    "county": "云溪县",
    "rulebook": "shuangfeng-2018",
    "admin": {"name": "沈雨桐", "email": "a@yunxi.example", "unit": "受理中心"},
    "mail": {"sender": "letters@yunxi.example"},
}
BY_SERVER = {"sender": "letters@yunxi.example", "by": "smtp", "host": "smtp.yunxi.example", "user": "letters"}
BY_GATEWAY = {
    "by": "gateway",
    "gateway": "https://sms.example/send",
    "templates": {"ladder_urge": "SMS_2", "a": "SMS_1"},
}


def _settings(**more: Any) -> DeploymentSettings:
    return settings_of({**LEAST, **more}, "test")


def test_the_example_is_good_and_sends_nothing_secret_to_the_stack() -> None:
    parameters = read_settings(EXAMPLE).parameters("production", "shuangfeng-2018")
    assert parameters["County"] == "云溪县"
    assert parameters["SmtpPasswordSecret"] == parameters["GatewayKeySecret"] == ""


def test_secrets_are_named_after_the_stack_only_where_they_are_needed() -> None:
    with_user = _settings(mail=BY_SERVER, sms=BY_GATEWAY)
    parameters = with_user.parameters("trial", "shuangfeng-2018")
    assert parameters["SmtpPasswordSecret"] == "huiyin-trial/smtp-password"
    assert parameters["GatewayKeySecret"] == "huiyin-trial/gateway-key"
    assert parameters["GatewayTemplates"] == "a=SMS_1,ladder_urge=SMS_2"
    assert with_user.secrets == ("smtp-password", "gateway-key")
    without = _settings(mail={**BY_SERVER, "user": ""}, sms={**BY_GATEWAY, "has_key": False})
    assert without.secrets == ()
    assert without.parameters("trial", "x")["SmtpPasswordSecret"] == ""


def test_what_belongs_to_the_way_of_sending_not_chosen_stays_empty() -> None:
    parameters = _settings(mail={**BY_SERVER, "by": "ses"}).parameters("trial", "x")
    assert {name: value for name, value in parameters.items() if name.startswith("Smtp")} == dict.fromkeys(
        ("SmtpHost", "SmtpPort", "SmtpSecurity", "SmtpUser", "SmtpPasswordSecret"), ""
    )


@pytest.mark.bundle
def test_the_functions_understand_what_the_settings_give_them(template: dict[str, Any]) -> None:
    """The template has a parameter for each, and makes a variable of it that config.py reads."""
    parameters = _settings(mail=BY_SERVER, sms=BY_GATEWAY, report_language="en", proof=True).parameters("trial", "x")
    assert set(parameters) == set(template["Parameters"])
    variables = template["Resources"]["APIHandler"]["Properties"]["Environment"]["Variables"]
    environ = {name: parameters[value["Ref"]] for name, value in variables.items() if _is_parameter(value, parameters)}
    others = {name: f"the stack's own {name}" for name in variables if name not in environ}
    settings = settings_from({**others, **environ, "AWS_REGION": "cn-north-1"})
    assert (settings.county, settings.mailer, settings.texts) == ("云溪县", "smtp", "gateway")
    assert settings.smtp is not None
    assert (settings.smtp.port, settings.smtp.password_secret) == (465, "huiyin-trial/smtp-password")
    assert settings.gateway is not None
    assert settings.gateway.template_ids == {"a": "SMS_1", "ladder_urge": "SMS_2"}
    assert (settings.report_language, settings.proof) == ("en", True)


def _is_parameter(value: Any, parameters: dict[str, str]) -> bool:
    return isinstance(value, dict) and value.get("Ref") in parameters


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"county": ""}, "county: "),
        ({"rulebok": "x"}, "rulebok: there is no setting of this name"),
        ({"mail": {"sender": "nobody"}}, "mail.sender: .*no e-mail address"),
        ({"mail": {**BY_SERVER, "host": ""}}, "mail: .*name the mail server"),
        ({"mail": {**BY_SERVER, "port": 0}}, "mail.port: "),
        ({"sms": {"by": "gateway"}}, "sms: .*give its address"),
        ({"sms": {**BY_GATEWAY, "templates": {"a b": "1"}}}, "sms: .*'a b'"),
        ({"site": {"hosting": "elsewhere"}}, "site: .*where your web server shows the pages"),
        ({"site": {"domain": "letters.yunxi.example"}}, "site: .*certificate belong together"),
        ({"site": {"domain": "https://letters.yunxi.example", "certificate": "c"}}, "site.domain: .*without https"),
        ({"site": {"languages": {"fr": {}}}}, "site.languages: the pages exist in zh-Hans, zh-Hant, en, not in fr"),
        ({"zone": "Asia/Peking"}, "zone: .*no such time zone"),
        ({"monthly_budget": -1}, "monthly_budget: "),
        ({"monthly_budget": "much"}, "monthly_budget: write a whole number"),
        ({"proof": "perhaps"}, "proof: write true or false"),
        ({"county": 5}, "county: write it in double quotes"),
        ({"sms": {"by": "pigeon"}}, "sms.by: write one of 'sns' or 'gateway'"),
        ({"admin": {"name": "a", "email": "a@b.example"}}, "admin.unit: is missing"),
        ({"report_years_locked": 0}, "report_years_locked: "),
        ({"alarm_email": "x"}, "alarm_email: .*no e-mail address"),
    ],
)
def test_a_wrong_setting_is_named_with_what_to_write(wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(OperatorError, match=words):
        _settings(**wrong)


def test_all_mistakes_are_named_at_once() -> None:
    with pytest.raises(OperatorError) as raised:
        settings_of({"mail": {"sender": "x"}, "sms": {"by": "pigeon"}}, "ours.toml")
    for name in ("ours.toml", "county", "rulebook", "admin", "mail.sender", "sms.by"):
        assert name in str(raised.value)


def test_a_file_that_is_none_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_text("county = ")
    with pytest.raises(OperatorError, match="not a TOML file"):
        read_settings(tmp_path / "x.toml")
    with pytest.raises(OperatorError, match=r"infra/demo/deployment\.toml is an example"):
        read_settings(tmp_path / "missing.toml")


@pytest.mark.parametrize("stage", ["Production", "a" * 21, "1st", "a_b", ""])
def test_a_stage_is_named_as_a_stack_can_be(stage: str) -> None:
    with pytest.raises(OperatorError, match="small letters"):
        settings_file(stage)


def _answering(answers: dict[str, list[str]], asked: list[str]) -> Callable[[str], str]:
    """Answers a question by the words it begins with; all others by Enter."""
    rest: dict[str, Iterator[str]] = {words: iter(lines) for words, lines in answers.items()}

    def ask(question: str) -> str:
        asked.append(question)
        return next((next(lines) for words, lines in rest.items() if question.startswith(words)), "")

    return ask


NEEDED = {
    "The county's name": ["云溪县"],
    "The office that": ["受理中心"],
    "The first person": ["沈雨桐"],
    "That person's": ["shenyutong@yunxi.example"],
    "The address that e-mails": ["letters@yunxi.example"],
    "Who is told": ["letters@yunxi.example"],
}


def test_what_is_asked_for_is_what_the_file_says_afterwards(tmp_path: Path) -> None:
    said: list[str] = []
    answers = ask_all(False, ["hefei-2008"], _answering(NEEDED, []), said.append)
    written = write_settings(answers, tmp_path / "deployments" / "production.toml")
    assert said == []
    assert read_settings(tmp_path / "deployments" / "production.toml") == written
    assert (written.county, written.mail.by, written.site.hosting) == ("云溪县", "ses", "cloudfront")


def test_a_wrong_answer_is_asked_for_again_at_once() -> None:
    asked: list[str] = []
    said: list[str] = []
    twice = {**NEEDED, "That person's": ["沈雨桐", "shenyutong@yunxi.example"], "The county's name": ["", "云溪县"]}
    answers = ask_all(False, [], _answering(twice, asked), said.append)
    assert answers["admin.email"] == "shenyutong@yunxi.example"
    assert [question for question in asked if question.startswith("That person's")] == [
        "That person's e-mail address: "
    ] * 2
    assert len(said) == 2
    assert "is needed" in said[0]
    assert "no e-mail address" in said[1]


def test_a_rulebook_that_is_none_is_asked_for_again_at_once() -> None:
    said: list[str] = []
    answers = ask_all(
        False, ["hefei-2008"], _answering({**NEEDED, "The rulebook": ["beijing", "hefei-2008"]}, []), said.append
    )
    assert answers["rulebook"] == "hefei-2008"
    assert "no such rulebook" in said[0]


def test_in_china_nothing_is_asked_that_has_one_answer_there(tmp_path: Path) -> None:
    asked: list[str] = []
    more = {"The mail server's": ["smtp.yunxi.example"], "The SMS gateway's": ["https://sms.example"]}
    answers = ask_all(True, [], _answering({**NEEDED, **more}, asked), print)
    written = write_settings(answers, tmp_path / "production.toml")
    assert (written.mail.by, written.mail.host, written.sms.by) == ("smtp", "smtp.yunxi.example", "gateway")
    assert not [question for question in asked if "ses" in question or "sns" in question]


def test_every_question_has_a_place_in_the_settings() -> None:
    """An answer with a key that the settings do not know would fail only at the end of a long dialogue."""
    for question in questions():
        part, _, name = question.key.rpartition(".")
        fields = DeploymentSettings.model_fields
        known = fields[part].annotation.model_fields if part else fields  # type: ignore[union-attr]
        assert name in known, question.key
