"""Deploying: what would change is shown, nothing is lost, an earlier version comes back, an end loses no letter.

On the emulator, with the real bundle and template, by the functions that the commands call.
"""

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from infra import cli
from infra.cloud import artifacts, deployment, destroying
from infra.cloud.deployed import Deployed, deployed, for_this_process
from infra.cloud.deploying import Done, deploy, listed, pages_here, shown, told
from infra.cloud.deployment import HOLDS_DATA, Target, refuse_loss
from infra.cloud.kept import kept_by, kept_in, remember_kept
from infra.cloud.settings import settings_of
from infra.cloud.stack import Changed, ChangeSet, Stack, find
from infra.cloud.taking_up import alone
from infra.cloud.versions import version
from infra.environment import EMULATOR_PYTHON
from infra.errors import OperatorError
from infra.package import Bundle
from infra.rehearsal.main_job import seen_by_writer, write
from infra.rehearsal.people import Api, Desk
from infra.rehearsal.place import Place, emulated
from tests.platform.test_deployment_settings import LEAST

pytestmark = [
    pytest.mark.bundle,
    pytest.mark.skipif(not EMULATOR_PYTHON.exists(), reason="no .venv-emulator; run: make emulator-env"),
]

START = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


class _Clock:
    """A second later each time somebody looks: change sets are named by the second."""

    def __init__(self) -> None:
        self._at = START

    def now(self) -> datetime:
        self._at += timedelta(seconds=1)
        return self._at


class _Operator:
    """Whoever deploys: says yes, and keeps what was said to them."""

    def __init__(self, place: Place, bundle: Bundle) -> None:
        self.place, self.bundle, self.clock = place, bundle, _Clock()
        self.lines: list[str] = []

    def target(self, stage: str = "trial", **more: Any) -> Target:
        return Target(self.place.account, stage, settings_of({**LEAST, **more}, "test"), "shuangfeng-2018")

    def deploys(self, target: Target, what: Any = None, *, agrees: bool = True) -> Done | None:
        self.lines.clear()
        return deploy(target, what or self.bundle, self.clock.now, lambda _: agrees, self.lines.append)

    def api(self, target: Target) -> Api:
        found = find(target.account, target.stack)
        assert found is not None
        return Api(deployment.api_address(target.account, found))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """One emulated account for all tests; each takes a stage of its own."""
    with emulated(tmp_path_factory.mktemp("account") / "emulator") as place:
        yield place


@pytest.fixture
def operator(place: Place, bundle: Bundle) -> _Operator:
    """Somebody at the beginning."""
    return _Operator(place, bundle)


def test_nothing_is_made_before_somebody_agrees(operator: _Operator) -> None:
    target = operator.target("unsure")
    assert operator.deploys(target, agrees=False) is None
    assert any("AWS::DynamoDB::Table" in line for line in operator.lines)
    assert operator.lines[-1] == "nothing was changed"
    assert find(target.account, target.stack) is None
    assert operator.deploys(target) is not None


def test_a_second_deployment_changes_only_what_is_new_and_gives_no_second_first_link(operator: _Operator) -> None:
    target = operator.target("twice")
    first = operator.deploys(target)
    assert first is not None
    assert first.first_link is not None
    assert first.first_link in "\n".join(told(target, first))
    letter = write(operator.api(target))

    again = operator.deploys(target)
    assert again is not None
    assert again.first_link is None
    assert again.version == first.version
    assert "the account has this version already; only the pages are put there again" in operator.lines

    changed = operator.deploys(operator.target("twice", office_phone="0738-1234567"))
    assert changed is not None
    lines = [line for line in operator.lines if line.startswith("  changes")]
    assert lines
    assert all("AWS::Lambda::Function" in line or "AWS::ApiGateway" in line or "AWS::" in line for line in lines)
    assert not [line for line in operator.lines if "made anew" in line and "DynamoDB" in line]
    assert seen_by_writer(operator.api(target), letter)["status"] == "received"


def test_pages_are_served_as_what_they_are_and_ask_the_deployed_api(operator: _Operator) -> None:
    target = operator.target("pages")
    operator.deploys(target)
    s3 = target.account.client("s3")
    found = find(target.account, target.stack)
    assert found is not None
    bucket = found.outputs["SiteBucketName"]
    keys = [
        each["Key"] for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket) for each in page["Contents"]
    ]
    heads = {key: s3.head_object(Bucket=bucket, Key=key) for key in keys}
    assert {"index.html", "desk.html", "en/index.html", "zh-Hant/write.html"} <= set(keys)
    for key, head in heads.items():
        for_ever = "immutable" in head["CacheControl"]
        assert for_ever is key.startswith("assets/"), key
        assert for_ever or head["CacheControl"] == "no-cache", key
    assert heads["index.html"]["ContentType"] == "text/html; charset=utf-8"
    assert {heads[key]["ContentType"] for key in keys if key.endswith(".js")} == {"text/javascript; charset=utf-8"}
    scripts = b"".join(s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys if key.endswith(".js"))
    assert operator.api(target).address.encode() in scripts


def test_an_earlier_version_comes_back_with_its_pages_and_loses_no_letter(operator: _Operator) -> None:
    target = operator.target("back")
    first = operator.deploys(target)
    assert first is not None
    later = operator.target("back", county="新溪县", site={"icp": "湘ICP备1号"})
    second = operator.deploys(later)
    assert second is not None
    assert second.version != first.version
    letter = write(operator.api(target))
    operator.deploys(target, version(target.account, "back", first.version))
    lines = list(listed(target.account, "back"))
    assert lines[0].startswith(first.version)
    assert lines[0].endswith("<- is there now")
    assert lines[1].startswith(second.version)
    assert seen_by_writer(operator.api(target), letter)["status"] == "received"
    page = _page(target)
    assert "云溪县" in page
    assert "湘ICP备1号" not in page


def test_a_county_with_a_web_server_of_its_own_gets_the_pages_to_copy_and_the_figures_to_show(
    operator: _Operator, tmp_path: Path
) -> None:
    site = {"hosting": "elsewhere", "address": "https://www.yunxi.example/letters"}
    target = operator.target("elsewhere", site=site)
    done = operator.deploys(target)
    assert done is not None
    assert done.stack.outputs["SiteAddress"] == "https://www.yunxi.example/letters"
    (tmp_path / "pages-elsewhere").mkdir()
    (tmp_path / "pages-elsewhere" / "old.html").touch()
    folder = pages_here(target, done, tmp_path)
    assert "云溪县" in (folder / "index.html").read_text("utf-8")
    assert not (folder / "old.html").exists()
    bucket = done.stack.outputs["SiteBucketName"]
    assert f"/{bucket}/site/data" in "".join(each.read_text("utf-8") for each in folder.rglob("*.js"))
    rules = target.account.client("s3").get_bucket_cors(Bucket=bucket)["CORSRules"]
    assert [(rule["AllowedOrigins"], rule["AllowedMethods"]) for rule in rules] == [
        (["https://www.yunxi.example"], ["GET"])
    ]
    policy = target.account.client("s3").get_bucket_policy(Bucket=bucket)["Policy"]
    open_to_all = [each for each in json.loads(policy)["Statement"] if each["Effect"] == "Allow"]
    assert [each["Resource"].endswith("/site/data/*") for each in open_to_all] == [True]


def _page(target: Target) -> str:
    found = find(target.account, target.stack)
    assert found is not None
    body = target.account.client("s3").get_object(Bucket=found.outputs["SiteBucketName"], Key="index.html")["Body"]
    text: str = body.read().decode()
    return text


def test_a_version_that_never_was_is_not_guessed(operator: _Operator) -> None:
    with pytest.raises(OperatorError, match=r"never had a version abc\. Those it had:\n  none yet"):
        version(operator.place.account, "nowhere", "abc")


def _broken(bundle: Bundle, folder: Path) -> Bundle:
    """The same, with one more resource that cannot be made."""
    template = json.loads(bundle.template.read_text())
    template["Resources"]["Broken"] = {
        "Type": "AWS::IAM::Policy",
        "Properties": {
            "PolicyName": "broken",
            "Roles": ["there-is-no-such-role"],
            "PolicyDocument": {"Statement": {"Effect": "Deny", "Action": "s3:GetObject", "Resource": "*"}},
        },
    }
    path = folder / "sam.json"
    path.write_text(json.dumps(template))
    return replace(bundle, template=path)


def test_a_version_that_cannot_be_made_is_put_back_and_says_why(operator: _Operator, tmp_path: Path) -> None:
    target = operator.target("broken")
    operator.deploys(target)
    letter = write(operator.api(target))
    with pytest.raises(OperatorError, match=r"nothing that was there is lost.*\n.*Broken"):
        operator.deploys(target, _broken(operator.bundle, tmp_path))
    assert seen_by_writer(operator.api(target), letter)["status"] == "received"
    assert operator.deploys(operator.target("broken", office_phone="0738-1")) is not None


def test_a_first_version_that_cannot_be_made_does_not_stand_in_the_way_of_the_next(
    operator: _Operator, tmp_path: Path
) -> None:
    target = operator.target("stumble")
    with pytest.raises(OperatorError, match="Broken"):
        operator.deploys(target, _broken(operator.bundle, tmp_path))
    assert operator.deploys(target) is not None


def test_what_would_lose_letters_is_refused_before_anything_is_changed() -> None:
    kept = Changed("Modify", "Table", "AWS::DynamoDB::Table", replaced=False)
    refuse_loss([kept, Changed("Modify", "RestAPI", "AWS::ApiGateway::RestApi", replaced=True)])
    for lost in (replace(kept, replaced=True), replace(kept, action="Remove")):
        with pytest.raises(OperatorError, match=r"Nothing was changed.*\n.*Table"):
            refuse_loss([lost])


def test_a_change_is_shown_in_words() -> None:
    changes = (
        Changed("Modify", "Table", "AWS::DynamoDB::Table", replaced=True),
        Changed("Add", "Alarm", "AWS::CloudWatch::Alarm", replaced=False),
    )
    assert list(shown(ChangeSet("s", "c", first=False, changes=changes))) == [
        "this changes what is there:",
        "  new      Alarm (AWS::CloudWatch::Alarm)",
        "  changes  Table (AWS::DynamoDB::Table, made anew)",
    ]


def test_bundle_and_template_lie_in_a_closed_bucket_with_versions(operator: _Operator) -> None:
    target = operator.target("closed")
    operator.deploys(target)
    s3, bucket = target.account.client("s3"), artifacts.bucket_of(target.account)
    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    assert all(s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"].values())
    keys = [each["Key"] for each in s3.list_objects_v2(Bucket=bucket, Prefix="closed/")["Contents"]]
    pages = next(key for key in keys if key.endswith(".pages.zip"))
    packed = zipfile.ZipFile(io.BytesIO(s3.get_object(Bucket=bucket, Key=pages)["Body"].read()))
    assert "index.html" in packed.namelist()


def test_passwords_are_kept_in_secrets_and_nowhere_else(operator: _Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    mail = {"sender": "letters@yunxi.example", "by": "smtp", "host": "smtp.yunxi.example", "user": "letters"}
    target = operator.target("secret", mail=mail)
    with pytest.raises(OperatorError, match="HUIYIN_SMTP_PASSWORD"):
        operator.deploys(target)
    monkeypatch.setenv("HUIYIN_SMTP_PASSWORD", "geheim-1")
    assert operator.deploys(target) is not None
    monkeypatch.delenv("HUIYIN_SMTP_PASSWORD")
    assert operator.deploys(target) is not None  # kept from the first time
    secrets = target.account.client("secretsmanager")
    assert secrets.get_secret_value(SecretId="huiyin-secret/smtp-password")["SecretString"] == "geheim-1"
    found = find(target.account, target.stack)
    assert "geheim-1" not in json.dumps(found.parameters if found else {}) + "\n".join(operator.lines)


def test_commands_find_the_countys_own_rulebook_where_the_bundle_took_it_from(
    operator: _Operator, tmp_path: Path
) -> None:
    """The bundle has it among the shipped ones; the checkout that the command runs in has not."""
    found = Deployed(operator.place.account, "own", Stack("s", "s", {}, {}), {}, {"HUIYIN_RULEBOOK": "ours-2026"})
    assert for_this_process(found, tmp_path)["HUIYIN_RULEBOOK"] == "ours-2026"
    (tmp_path / "ours-2026.toml").touch()
    assert for_this_process(found, tmp_path)["HUIYIN_RULEBOOK"] == str(tmp_path / "ours-2026.toml")


def _destroy(*arguments: str) -> int:
    return cli.main(["destroy", *arguments])


def test_an_installation_with_a_letter_is_not_destroyed_and_goes_on(
    operator: _Operator, capsys: pytest.CaptureFixture[str]
) -> None:
    target = operator.target("kept")
    operator.deploys(target)
    letter = write(operator.api(target))
    assert _destroy("--stage", "kept", "--confirm", "kept") == 1
    told_so = capsys.readouterr()
    assert "1 letters lie in kept, 1 of them open. Nothing was changed." in told_so.err
    assert seen_by_writer(operator.api(target), letter)["status"] == "received"


def test_a_letter_that_this_version_cannot_read_is_a_letter_too(
    operator: _Operator, capsys: pytest.CaptureFixture[str]
) -> None:
    """A later version wrote it, and was taken back."""
    target = operator.target("later")
    operator.deploys(target)
    write(operator.api(target))
    client, table = target.account.client("dynamodb"), deployed("later", target.account).environment["HUIYIN_TABLE"]
    (letter,) = [each for each in client.scan(TableName=table)["Items"] if each["SK"]["S"] == "LETTER"]
    client.put_item(TableName=table, Item={**letter, "schema": {"N": "99"}})
    assert _destroy("--stage", "later", "--confirm", "later") == 1
    assert "1 letters lie in later, 0 of them open. Nothing was changed." in capsys.readouterr().err


def test_what_is_begun_to_be_deleted_is_not_started_again(
    operator: _Operator, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """People would write into an installation that has lost its files; the same command goes on."""
    target = operator.target("halved")
    operator.deploys(target)
    bucket = deployed("halved", target.account).resources["AttachmentsBucket"].name

    def out_of_reach(*_: object) -> None:
        target.account.client("s3").delete_bucket(Bucket=bucket)
        raise OperatorError("The account does not answer")

    with monkeypatch.context() as patched:
        patched.setattr(destroying, "take_data_away", out_of_reach)
        assert _destroy("--stage", "halved", "--confirm", "halved") == 1
    assert "It stays stopped. Run the same command again" in capsys.readouterr().err
    api = deployed("halved", target.account).functions()["api"]
    limit = target.account.client("lambda").get_function_concurrency(FunctionName=api)
    assert limit["ReservedConcurrentExecutions"] == 0
    assert _destroy("--stage", "halved", "--confirm", "halved") == 0


def test_with_a_backup_the_programs_go_and_what_holds_data_stays(
    operator: _Operator, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = operator.target("ended")
    operator.deploys(target)
    write(operator.api(target))
    table = deployed("ended", target.account).environment["HUIYIN_TABLE"]
    assert _destroy("--stage", "ended", "--confirm", "ended", "--backup-to", str(tmp_path)) == 0
    assert table in capsys.readouterr().out
    assert find(target.account, target.stack) is None
    assert target.account.client("dynamodb").describe_table(TableName=table)["Table"]["TableStatus"] == "ACTIVE"
    assert len(list(tmp_path.glob("huiyin-ended-*/manifest.json"))) == 1


def test_an_ended_installation_comes_back_with_its_letters_links_and_query_codes(
    operator: _Operator, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = operator.target("again", site={"hosting": "bucket"})
    first = operator.deploys(target)
    assert first is not None
    letter = write(operator.api(target))
    before = deployed("again", target.account)
    assert _destroy("--stage", "again", "--confirm", "again", "--backup-to", str(tmp_path)) == 0
    assert before.resources["AlarmKey"].name not in capsys.readouterr().out

    assert operator.deploys(target, agrees=False) is None
    assert operator.lines[0].startswith("what an earlier installation kept is taken up again: AttachmentsBucket, ")
    assert operator.lines[-1] == "nothing was changed"
    assert find(target.account, target.stack) is None

    lines: list[str] = []
    assert deploy(target, operator.bundle, operator.clock.now, lambda words: "up again" in words, lines.append) is None
    assert "taken up again" in lines
    new = [line for line in lines if line.startswith("  new ")]
    assert new
    assert [line for line in new if any(f"({kind})" in line for kind in HOLDS_DATA)] == [
        "  new      AlarmKey (AWS::KMS::Key)"
    ]

    again = operator.deploys(target)
    assert again is not None
    assert again.first_link is None
    assert not [line for line in operator.lines if "is taken up again" in line]
    assert seen_by_writer(operator.api(target), letter)["status"] == "received"
    after = deployed("again", target.account)
    assert all(
        after.resources[name].name == before.resources[name].name
        for name in ("Table", "AttachmentsBucket", "ReportsBucket", "PersonalDataKey", "LedgerKey", "HashSecret")
    )
    assert first.first_link is not None
    desk = Desk.opened(operator.api(target), first.first_link)
    assert desk.letter(letter.tracking_code)["writer"]["name"] == "演练人"
    assert kept_in(target.account, "again") is None
    rules = target.account.client("s3").get_bucket_cors(Bucket=after.resources["AttachmentsBucket"].name)["CORSRules"]
    assert rules[0]["AllowedMethods"] == ["POST"]
    operator.deploys(target)
    assert "the account has this version already; only the pages are put there again" in operator.lines


def test_an_end_that_was_cut_off_before_the_stack_went_is_no_hindrance(operator: _Operator) -> None:
    """The list is there, and the stack too: there is nothing to take up."""
    target = operator.target("cutoff")
    operator.deploys(target)
    letter = write(operator.api(target))
    remember_kept(target.account, "cutoff", kept_by(deployed("cutoff", target.account)))
    operator.deploys(target)
    assert "only the pages are put there again" in operator.lines[0] + operator.lines[1]
    assert seen_by_writer(operator.api(target), letter)["status"] == "received"
    assert kept_in(target.account, "cutoff") is None


def test_a_secret_that_got_a_new_version_on_the_way_gets_its_old_one_back(operator: _Operator) -> None:
    """No query code would open its letter any more."""
    target = operator.target("newseed")
    operator.deploys(target)
    found, secrets = deployed("newseed", target.account), target.account.client("secretsmanager")
    remember_kept(target.account, "newseed", kept_by(found))
    name = found.resources["HashSecret"].name
    before = secrets.get_secret_value(SecretId=name)["SecretString"]
    secrets.put_secret_value(SecretId=name, SecretString="another")
    operator.deploys(target)
    assert secrets.get_secret_value(SecretId=name)["SecretString"] == before
    assert "HashSecret has the version again that it had before" in operator.lines


def test_what_waits_for_its_deletion_is_called_back_before_anything_is_made(
    operator: _Operator, tmp_path: Path
) -> None:
    target = operator.target("waits")
    operator.deploys(target)
    write(operator.api(target))
    found, kms = deployed("waits", target.account), target.account.client("kms")
    assert _destroy("--stage", "waits", "--confirm", "waits", "--backup-to", str(tmp_path)) == 0
    key = found.resources["PersonalDataKey"].name
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=30)
    with pytest.raises(OperatorError, match=r"PersonalDataKey .* waits for its deletion\. Call it back first"):
        operator.deploys(target)
    assert find(target.account, target.stack) is None


def test_only_what_stands_by_itself_is_in_the_template_that_takes_it_up() -> None:
    template = {
        "Parameters": {"Years": {}},
        "Resources": {
            "Bucket": {
                "Type": "AWS::S3::Bucket",
                "DependsOn": ["Site"],
                "Properties": {
                    "Lock": {"Years": {"Ref": "Years"}},
                    "Key": {"Fn::GetAtt": ["Key", "Arn"]},
                    "Owner": {"Ref": "AWS::AccountId"},
                    "Cors": [{"Fn::Sub": "https://${Site.DomainName}"}],
                },
            },
            "Key": {"Type": "AWS::KMS::Key", "Properties": {"Policy": {"Fn::Sub": "arn:${AWS::Partition}:x"}}},
            "Site": {"Type": "AWS::CloudFront::Distribution"},
        },
    }
    assert set(alone(template, {"Bucket", "Key"})["Resources"]["Bucket"]["Properties"]) == {"Lock", "Key", "Owner"}
    assert set(alone(template, {"Bucket"})["Resources"]["Bucket"]["Properties"]) == {"Lock", "Owner"}
    assert set(alone(template, {"Key"})["Resources"]["Key"]["Properties"]) == {"Policy"}
    assert "DependsOn" not in alone(template, {"Bucket"})["Resources"]["Bucket"]


def test_an_empty_installation_goes_whole_and_can_be_made_again(operator: _Operator) -> None:
    target = operator.target("gone")
    operator.deploys(target)
    found = deployed("gone", target.account)
    assert _destroy("--stage", "gone", "--confirm", "gone") == 0
    assert find(target.account, target.stack) is None
    tables = target.account.client("dynamodb").list_tables()["TableNames"]
    buckets = [each["Name"] for each in target.account.client("s3").list_buckets()["Buckets"]]
    assert found.environment["HUIYIN_TABLE"] not in tables
    assert not {each.name for each in found.of_kind("AWS::S3::Bucket")} & set(buckets)
    assert operator.deploys(target) is not None


@pytest.mark.parametrize("said", ["", "production", "huiyin-named"])
def test_only_the_stages_own_name_destroys_it(
    operator: _Operator, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if find(operator.place.account, "huiyin-named") is None:
        operator.deploys(operator.target("named"))
    assert _destroy("--stage", "named", "--confirm", said) == 1
    assert "Nothing was changed" in capsys.readouterr().err
    assert find(operator.place.account, "huiyin-named") is not None
