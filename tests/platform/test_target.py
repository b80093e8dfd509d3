"""`--stage`: commands work on the installation of that stage and no other, and say what is missing when they cannot."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib import bootstrap
from chalicelib.domain.letter import ContactId
from infra.cli import main
from infra.cloud.deployed import deployed, job_of
from infra.provision import Provisioned, provision
from scheduled.timetable import TIMETABLE
from tests.platform import stage as stages
from tests.platform.stage import Stage

UNITS = """单位代号,单位名称,信箱代号,信箱名称,联系人代号,姓名,角色,电子邮箱
shouli,受理中心,xian,信箱,c1,沈雨,受理中心,c1@county.test
"""


@pytest.fixture
def stage(stack: Provisioned) -> Iterator[Stage]:
    with stages.deployed(stack) as made:
        yield made


@pytest.fixture
def units(tmp_path: Path) -> str:
    (tmp_path / "units.csv").write_text(UNITS, encoding="utf-8")
    return str(tmp_path / "units.csv")


def fresh(*words: str) -> int:
    """A command, as a process of its own would run it."""
    bootstrap.use(None)
    return main(words)


def test_a_clerk_is_loaded_and_gets_a_link_to_the_stages_own_desk(
    stage: Stage, units: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert fresh("import-units", units, "--stage", stage.name, "--check") == 0
    assert "would be loaded: 3 new, 0 changed" in capsys.readouterr().out
    assert fresh("import-units", units, "--stage", stage.name) == 0
    assert "loaded: 3 new" in capsys.readouterr().out
    assert fresh("new-link", "c1@county.test", "--stage", stage.name) == 0
    link = capsys.readouterr().out.strip()
    address, _, token = link.partition("#")
    assert address == f"{stage.environment['HUIYIN_SITE_URL']}/desk.html"
    assert bootstrap.container().installation.links.read(token).contact == ContactId("c1")


def test_the_stage_is_meant_whatever_the_environment_names(
    stage: Stage, units: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a variable left from yesterday would send today's people into another county."""
    other = provision(stage.account.endpoint, f"{stage.stack}-other")
    for name, value in stages.settings(other, "http://127.0.0.1:9").items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("HUIYIN_MAIL_FROM", "other@county.test")
    monkeypatch.setenv("AWS_REGION", "ap-southeast-1")
    assert fresh("import-units", units, "--stage", stage.name) == 0
    assert os.environ["HUIYIN_TABLE"] == stage.environment["HUIYIN_TABLE"] != other.table
    assert os.environ["HUIYIN_MAIL_FROM"] == f"box@{stage.name}.test"
    count = stage.account.client("dynamodb").scan(TableName=other.table, Select="COUNT")["Count"]
    assert count == 0


def test_a_stage_that_is_not_there_is_said_with_those_that_are(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    assert fresh("doctor", "--stage", "nowhere") == 1
    said = capsys.readouterr().err
    assert "No stage nowhere is deployed in account" in said
    assert "ap-southeast-1" in said
    assert stage.name in said.partition("There are: ")[2]


def test_another_region_says_how_to_choose_the_right_one(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AWS_REGION", "cn-north-1")
    assert fresh("doctor", "--stage", stage.name) == 1
    said = capsys.readouterr().err
    assert "cn-north-1" in said
    assert "AWS_REGION" in said


def test_a_stack_whose_deployment_was_cut_short_says_to_deploy_again(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    name = f"{stage.name}-half"
    stage.account.client("cloudformation").create_stack(
        StackName=f"huiyin-{name}", TemplateBody='{"Resources": {"Q": {"Type": "AWS::SQS::Queue"}}}'
    )
    assert fresh("doctor", "--stage", name) == 1
    assert f"python -m infra deploy --stage {name}" in capsys.readouterr().err


def test_settings_that_are_not_complete_are_named(stack: Provisioned, capsys: pytest.CaptureFixture[str]) -> None:
    with stages.deployed(stack, HUIYIN_COUNTY="", HUIYIN_MAILER="pigeon") as stage:
        assert fresh("new-link", "c1@county.test", "--stage", stage.name) == 1
        assert "HUIYIN_COUNTY" in capsys.readouterr().err


def test_a_rulebook_that_this_checkout_lacks_is_said(stack: Provisioned, capsys: pytest.CaptureFixture[str]) -> None:
    with stages.deployed(stack, HUIYIN_RULEBOOK="our-county") as stage:
        assert fresh("new-link", "c1@county.test", "--stage", stage.name) == 1
        assert "the checkout that this stage was deployed from" in capsys.readouterr().err


def test_a_stage_and_a_stand_cannot_both_be_meant(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["doctor", "--stage", "production", "--home", "x"])
    assert "not allowed with" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["Production", "a b", "", "x" * 21])
def test_a_name_that_no_stage_can_have_is_refused(name: str, stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    assert fresh("doctor", "--stage", name) == 1
    assert "A stage is named by" in capsys.readouterr().err


def test_every_job_is_found_by_its_functions_name(stage: Stage) -> None:
    assert set(deployed(stage.name, stage.account).functions()) == {"api", *TIMETABLE}
    assert job_of("CalendarWatch") == "calendar_watch"
