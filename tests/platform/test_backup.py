"""`backup` and `restore`: what was saved comes back whole, over nothing that is there, and the work goes on."""

import base64
import gzip
import hashlib
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from chalicelib import bootstrap
from chalicelib.config import settings_from
from chalicelib.domain.directory import Contact, Mailbox
from chalicelib.domain.letter import ContactId, MailboxId, Role, UnitId
from chalicelib.services.installation import Installation
from infra.cli import main
from infra.cloud.backups import ITEMS, MANIFEST, Item, all_items, backup_in, item_of, line_of, tally_of
from infra.cloud.first_person import ensure_first_person
from infra.cloud.settings import Admin
from infra.provision import Provisioned, provision
from tests.contract.stores import Stores
from tests.functional.world import Citizen, World
from tests.platform import stage as stages
from tests.platform.stage import Stage


@pytest.fixture
def stage(stack: Provisioned) -> Iterator[Stage]:
    with stages.deployed(stack) as made:
        yield made


def county(stage: Stage) -> World:
    """The application over this stage's table, buckets and keys."""
    os.environ.update(stage.environment)
    inst = bootstrap.build(settings_from({**os.environ, **stage.environment})).installation
    world = World(stores=Stores(inst.letters, inst.outbox, inst.registry, inst.jobs))
    world.open(secrets=inst.secrets, reports=inst.reports, signer=inst.signer)
    return world


def another_table(stage: Stage) -> str:
    """An empty table by the same template."""
    return provision(stage.account.endpoint, f"{stage.stack}-new").table


def rows(stage: Stage, table: str) -> dict[tuple[str, str], Any]:
    found = all_items(stage.account.client("dynamodb"), table)
    return {(item["PK"]["S"], item["SK"]["S"]): item for item in found}


def saved(stage: Stage, folder: Path, *options: str) -> Path:
    """A backup of the stage; its folder."""
    bootstrap.use(None)
    assert main(["backup", "--stage", stage.name, "--to", str(folder), *options]) == 0
    return max(folder.iterdir())


def restored(stage: Stage, *options: str) -> int:
    bootstrap.use(None)
    return main(["restore", "--stage", stage.name, *options])


def concurrency(stage: Stage, job: str) -> object:
    client = stage.account.client("lambda")
    return client.get_function_concurrency(FunctionName=stage.function(job)).get("ReservedConcurrentExecutions")


def test_letters_come_back_into_an_empty_table_and_the_work_goes_on(
    stage: Stage, stack: Provisioned, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Query code, writer, desk, ladder, ledger: all of it is there, and reconcile finds nothing."""
    world = county(stage)
    citizen = world.send_letter()
    clerk = world.desk("clerk")
    clerk.makes(citizen.code, "accept")
    clerk.makes(citizen.code, "assign", units=["roads"])
    world.at("2026-11-21 02:00")
    world.run("close_day")
    folder = saved(stage, tmp_path)
    assert oct((folder / ITEMS).stat().st_mode)[-3:] == "600"

    new = another_table(stage)
    with stages.deployed(stack, HUIYIN_TABLE=new) as moved:
        assert restored(moved, "--from", str(folder), "--yes") == 0
        assert "the table compared" in capsys.readouterr().out
        assert concurrency(moved, "sweep") is None
        after = county(moved)
        after.time.at = world.time.at
        seen = Citizen(after, citizen.code, citizen.query_code, citizen.receipt).looks()
        assert (seen.status, seen["number"] is not None) == (200, True)
        assert Citizen(after, citizen.code, "00000000", citizen.receipt).looks().status == 404
        file = after.file(citizen.code)
        assert file.writer is not None
        assert after.installation.secrets.unseal(file.letter.id, file.writer).name == "张晓明"

        after.nobody_acts_until("2026-12-03 10:00", timedelta(hours=8))
        assert after.steps(citizen.code)
        after.desk("roads-handler").makes(citizen.code, "answer", body="路灯已经修好。")
        after.run("close_day")
        assert after.run("reconcile").count == 0
        bootstrap.use(None)
        assert main(["verify", "--stage", moved.name]) == 0


def test_what_comes_back_is_to_the_letter_what_was_there(stage: Stage, stack: Provisioned, tmp_path: Path) -> None:
    world = county(stage)
    world.send_letter()
    before = rows(stage, stack.table)
    folder = saved(stage, tmp_path)
    new = another_table(stage)
    with stages.deployed(stack, HUIYIN_TABLE=new) as moved:
        assert restored(moved, "--from", str(folder), "--yes") == 0
        # The answer that an idempotency key remembers had expired already: it is good for nothing.
        lasting = {key: item for key, item in before.items() if "expires_at" not in item}
        assert rows(moved, new) == lasting
        assert any("B" in value for item in lasting.values() for value in item.values())


def test_a_table_in_which_anything_lies_is_left_alone(
    stage: Stage, stack: Provisioned, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world = county(stage)
    folder = saved(stage, tmp_path)
    world.send_letter()
    before = rows(stage, stack.table)
    assert restored(stage, "--from", str(folder), "--yes") == 1
    assert "add --missing" in capsys.readouterr().err
    assert rows(stage, stack.table) == before
    assert concurrency(stage, "sweep") is None


def test_nothing_is_restored_without_yes(
    stage: Stage, stack: Provisioned, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    county(stage)
    folder = saved(stage, tmp_path)
    new = another_table(stage)
    with stages.deployed(stack, HUIYIN_TABLE=new) as moved:
        assert restored(moved, "--from", str(folder)) == 1
        assert "add --yes" in capsys.readouterr().err
        assert rows(moved, new) == {}


def test_notes_of_jobs_do_not_make_a_table_full(stage: Stage, stack: Provisioned, tmp_path: Path) -> None:
    """An installation that was just deployed sweeps from its first minute on; its notes give way to the backup's."""
    world = county(stage)
    world.run("sweep")
    folder = saved(stage, tmp_path)
    before = rows(stage, stack.table)
    new = another_table(stage)
    with stages.deployed(stack, HUIYIN_TABLE=new) as moved:
        fresh = bootstrap.build(settings_from({**os.environ, **moved.environment})).installation
        fresh.jobs.note("sweep", "of the new one")
        fresh.jobs.note("fetch", "of the new one")
        assert restored(moved, "--from", str(folder), "--yes") == 0
        assert rows(moved, new) == before


def first_person(stage: Stage, name: str) -> Installation:
    """What `deploy` leaves in a new installation, and its first sweep."""
    inst = bootstrap.build(settings_from({**os.environ, **stage.environment})).installation
    admin = Admin(name=name, email=f"{name}@county.test", unit="受理中心")
    assert ensure_first_person(inst, admin, "示例县信箱", datetime(2026, 11, 20, tzinfo=UTC)) is not None
    inst.jobs.note("sweep", f"after {name}")
    return inst


def test_a_new_installation_takes_a_backup_although_its_first_person_is_there(
    stage: Stage, stack: Provisioned, tmp_path: Path
) -> None:
    """As docs/backup.md says: `deploy`, then `restore`; where both have an entry, the backup's counts."""
    first_person(stage, "former")
    world = county(stage)
    letter = world.send_letter()
    before = {key: item for key, item in rows(stage, stack.table).items() if "expires_at" not in item}
    folder = saved(stage, tmp_path)
    assert ("L#" + letter.code, "LETTER") in before
    new = another_table(stage)
    with stages.deployed(stack, HUIYIN_TABLE=new) as moved:
        first_person(moved, "new")
        assert restored(moved, "--from", str(folder), "--yes") == 0
        assert rows(moved, new) == before


def test_the_first_person_stays_where_the_backup_has_none_and_the_first_mailbox_is_the_backups(
    stage: Stage, stack: Provisioned, tmp_path: Path
) -> None:
    registry = county(stage).installation.registry
    client = stage.account.client("dynamodb")
    client.delete_item(TableName=stack.table, Key={"PK": {"S": "R#DIRECTORY"}, "SK": {"S": "MAILBOX#county"}})
    registry.put([], [], [Mailbox(MailboxId("town"), "镇信箱", next(iter(registry.directory().units)))])
    mailboxes = list(registry.directory().mailboxes)
    before = {key: item for key, item in rows(stage, stack.table).items() if "expires_at" not in item}
    folder = saved(stage, tmp_path)
    new = another_table(stage)
    with stages.deployed(stack, HUIYIN_TABLE=new) as moved:
        inst = first_person(moved, "new")
        assert restored(moved, "--from", str(folder), "--yes") == 0
        after = rows(moved, new)
        assert {key: item for key, item in after.items() if key in before} == before
        own = {("R#DIRECTORY", "CONTACT#centre-1"), ("R#DIRECTORY", "UNIT#centre")}
        assert after.keys() == before.keys() | own
        there = inst.registry.directory()
        assert there.contacts[ContactId("centre-1")].name == "new"
        assert list(there.mailboxes) == mailboxes


@pytest.mark.parametrize("more", ["a letter", "a person", "a notice"])
def test_what_somebody_brought_into_a_new_installation_is_not_lost(
    stage: Stage, stack: Provisioned, tmp_path: Path, more: str, capsys: pytest.CaptureFixture[str]
) -> None:
    county(stage)
    folder = saved(stage, tmp_path)
    new = another_table(stage)
    with stages.deployed(stack, HUIYIN_TABLE=new) as moved:
        inst = first_person(moved, "new")
        if more == "a letter":
            county(moved).send_letter()
            client = moved.account.client("dynamodb")
            for pk, sk in rows(moved, new):
                if pk == "R#DIRECTORY" and sk not in {"UNIT#centre", "CONTACT#centre-1", "MAILBOX#county"}:
                    client.delete_item(TableName=new, Key={"PK": {"S": pk}, "SK": {"S": sk}})
        elif more == "a person":
            unit = inst.registry.directory().units[UnitId("centre")]
            second = Contact(ContactId("centre-2"), "second", unit.id, frozenset({Role.CENTRE}), "second@county.test")
            inst.registry.put([], [second], [])
        else:
            inst.jobs.note("notices", "[]")
        before = rows(moved, new)
        assert restored(moved, "--from", str(folder), "--yes") == 1
        assert "add --missing" in capsys.readouterr().err
        assert rows(moved, new) == before
        assert concurrency(moved, "sweep") is None


def test_only_letters_that_are_gone_are_put_back(stage: Stage, stack: Provisioned, tmp_path: Path) -> None:
    world = county(stage)
    gone, there = world.send_letter(), world.send_letter()
    folder = saved(stage, tmp_path)
    before = rows(stage, stack.table)
    client = stage.account.client("dynamodb")
    for pk, sk in before:
        if pk == f"L#{gone.code}" or (pk, sk) == (f"L#{there.code}", "T#001"):
            client.delete_item(TableName=stack.table, Key={"PK": {"S": pk}, "SK": {"S": sk}})
    world = county(stage)
    world.desk("clerk")
    moved_on = rows(stage, stack.table)
    assert restored(stage, "--from", str(folder), "--missing", "--yes") == 0
    after = rows(stage, stack.table)
    assert {key: item for key, item in after.items() if key[0] == f"L#{gone.code}"} == {
        key: item for key, item in before.items() if key[0] == f"L#{gone.code}"
    }
    assert {key: item for key, item in after.items() if key[0] != f"L#{gone.code}"} == moved_on


def test_another_table_takes_the_place_of_what_is_there_which_is_saved_first(
    stage: Stage, stack: Provisioned, tmp_path: Path
) -> None:
    """As after a restore to a point in time: the account's own copy, made by DynamoDB, is what comes back."""
    world = county(stage)
    world.send_letter()
    before = rows(stage, stack.table)
    client = stage.account.client("dynamodb")
    earlier = f"{stack.table}-earlier"
    client.restore_table_to_point_in_time(
        SourceTableName=stack.table, TargetTableName=earlier, UseLatestRestorableTime=True
    )
    client.get_waiter("table_exists").wait(TableName=earlier, WaiterConfig={"Delay": 1})
    late = world.send_letter()
    replacing = ["--from-table", earlier, "--replace", "--save-to", str(tmp_path), "--yes"]
    assert restored(stage, *replacing) == 0
    after = rows(stage, stack.table)
    assert after == {key: item for key, item in before.items() if "expires_at" not in item}
    assert concurrency(stage, "api") is None

    (kept,) = tmp_path.iterdir()
    assert restored(stage, "--from", str(kept), "--missing", "--yes") == 0
    assert (f"L#{late.code}", "LETTER") in rows(stage, stack.table)


def test_going_back_past_a_closed_day_names_the_letters_that_the_ledger_knows_better(
    stage: Stage, stack: Provisioned, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Their next step would get a number that the ledger has given already: they are put back as they were last."""
    world = county(stage)
    moved_on, quiet = world.send_letter(), world.send_letter()
    old = saved(stage, tmp_path / "old")
    county(stage).desk("clerk").makes(moved_on.code, "accept")
    world = county(stage)
    world.at("2026-11-21 02:00")
    world.run("close_day")
    before = rows(stage, stack.table)
    capsys.readouterr()
    assert restored(stage, "--from", str(old), "--replace", "--save-to", str(tmp_path / "new"), "--yes") == 1
    said = capsys.readouterr().err
    assert moved_on.code in said
    assert quiet.code not in said

    (newest,) = (tmp_path / "new").iterdir()
    assert restored(stage, "--from", str(newest), "--letter", "NOSUCHLETTER", "--yes") == 1
    assert "holds no letter NOSUCHLETTER" in capsys.readouterr().err
    assert restored(stage, "--from", str(newest), "--letter", moved_on.code, "--yes") == 0
    there = rows(stage, stack.table)
    assert [there.get(key) for key in before if key[0] == f"L#{moved_on.code}"] == [
        item for key, item in before.items() if key[0] == f"L#{moved_on.code}"
    ]
    after = county(stage)
    after.at("2026-11-22 02:00")
    after.desk("clerk").makes(moved_on.code, "assign", units=["roads"])
    after.run("close_day")
    bootstrap.use(None)
    assert main(["verify", "--stage", stage.name]) == 0


def test_a_restore_that_was_cut_short_goes_on_and_no_other_begins(
    stage: Stage, stack: Provisioned, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world = county(stage)
    world.send_letter()
    folder = saved(stage, tmp_path / "one")
    new = another_table(stage)
    with stages.deployed(stack, HUIYIN_TABLE=new) as moved:
        client = moved.account.client("dynamodb")
        assert restored(moved, "--from", str(folder), "--yes") == 0
        whole = rows(moved, new)
        source = backup_in(folder, lambda _: None)
        # As a machine leaves it that lost its power: the mark is there, half of the items, and functions are paused.
        mark = {"source": source.id, "reserved": {moved.function("sweep"): 7}, "cleared": True}
        client.put_item(
            TableName=new,
            Item={"PK": {"S": "J#restore"}, "SK": {"S": "NOTE"}, "data": {"S": json.dumps(mark)}},
        )
        for pk, sk in list(whole)[::2]:
            client.delete_item(TableName=new, Key={"PK": {"S": pk}, "SK": {"S": sk}})
        capsys.readouterr()
        assert restored(moved, "--from-table", stack.table, "--yes") == 1
        assert "Another restore is under way" in capsys.readouterr().err
        assert restored(moved, "--from", str(folder), "--yes") == 0
        assert rows(moved, new) == whole
        assert concurrency(moved, "sweep") == 7
        assert concurrency(moved, "api") is None


def test_an_installation_with_other_keys_is_not_filled_unless_that_is_meant(
    stage: Stage, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    county(stage)
    folder = saved(stage, tmp_path)
    foreign = provision(stage.account.endpoint, f"{stage.stack}-foreign")
    with stages.deployed(foreign) as other:
        assert restored(other, "--from", str(folder), "--yes") == 1
        said = capsys.readouterr().err
        assert "cannot be read here" in said
        assert stage.environment["HUIYIN_PERSONAL_DATA_KEY"] in said
        assert rows(other, foreign.table) == {}
        assert restored(other, "--from", str(folder), "--other-keys", "--yes") == 0


@pytest.mark.parametrize("damage", ["a bit", "cut", "no manifest", "other items"])
def test_a_damaged_backup_is_refused_before_anything_is_done(
    stage: Stage, stack: Provisioned, tmp_path: Path, damage: str, capsys: pytest.CaptureFixture[str]
) -> None:
    county(stage)
    folder = saved(stage, tmp_path)
    data = (folder / ITEMS).read_bytes()
    if damage == "a bit":
        (folder / ITEMS).write_bytes(data[:-9] + bytes([data[-9] ^ 1]) + data[-8:])
    elif damage == "cut":
        (folder / ITEMS).write_bytes(data[: len(data) // 2])
    elif damage == "no manifest":
        (folder / MANIFEST).unlink()
    else:
        fewer = gzip.compress(b"".join(gzip.decompress(data).splitlines(keepends=True)[1:]))
        said = json.loads((folder / MANIFEST).read_text())
        (folder / ITEMS).write_bytes(fewer)
        (folder / MANIFEST).write_text(json.dumps({**said, "sha256": hashlib.sha256(fewer).hexdigest()}))
    new = another_table(stage)
    with stages.deployed(stack, HUIYIN_TABLE=new) as moved:
        assert restored(moved, "--from", str(folder), "--yes") == 1
        assert "nother" in capsys.readouterr().err or damage == "no manifest"
        assert rows(moved, new) == {}


def test_a_downloaded_export_is_restored_too(stage: Stage, stack: Provisioned, tmp_path: Path) -> None:
    """Laid out as DynamoDB writes a full export; the emulator itself writes no files."""
    world = county(stage)
    world.send_letter()
    before = rows(stage, stack.table)
    export = tmp_path / "export"
    (export / "data").mkdir(parents=True)
    lines = [line_of(item) for item in before.values()]
    files = []
    for name, part in {"a": lines[::2], "b": lines[1::2]}.items():
        packed = gzip.compress(b"".join(part))
        (export / "data" / f"{name}.json.gz").write_bytes(packed)
        md5 = base64.b64encode(hashlib.md5(packed, usedforsecurity=False).digest()).decode()
        key = f"prefix/AWSDynamoDB/01/data/{name}.json.gz"
        files.append({"itemCount": len(part), "md5Checksum": md5, "etag": "x", "dataFileS3Key": key})
    (export / "manifest-files.json").write_text("\n".join(map(json.dumps, files)))
    summary = {"version": "2020-06-30", "exportArn": "arn:x", "itemCount": len(lines), "outputFormat": "DYNAMODB_JSON"}
    (export / "manifest-summary.json").write_text(json.dumps(summary))
    new = another_table(stage)
    with stages.deployed(stack, HUIYIN_TABLE=new) as moved:
        assert restored(moved, "--from", str(export), "--yes") == 0
        assert rows(moved, new) == {key: item for key, item in before.items() if "expires_at" not in item}
        (export / "data" / "b.json.gz").unlink()
        assert restored(moved, "--from", str(export), "--yes") == 1


def test_an_export_into_a_bucket_is_started_and_waited_for(
    stage: Stage, stack: Provisioned, capsys: pytest.CaptureFixture[str]
) -> None:
    county(stage)
    bootstrap.use(None)
    assert main(["backup", "--stage", stage.name, "--to", "s3"]) == 1
    assert "has no bucket for backups" in capsys.readouterr().err
    assert main(["backup", "--stage", stage.name, "--to", f"s3://{stack.site_bucket}/kept"]) == 0
    assert f"saved: s3://{stack.site_bucket}/" in capsys.readouterr().out
    client = stage.account.client("dynamodb")
    (mine,) = [each for each in client.list_exports()["ExportSummaries"] if stack.table in each["ExportArn"]]
    told = client.describe_export(ExportArn=mine["ExportArn"])["ExportDescription"]
    assert told["S3SseKmsKeyId"] == stage.environment["HUIYIN_PERSONAL_DATA_KEY"]


def test_at_rest_no_function_begins_and_they_run_again_after(stage: Stage, tmp_path: Path) -> None:
    county(stage)
    saved(stage, tmp_path, "--at-rest")
    assert concurrency(stage, "dispatch") is None


def test_a_line_is_read_back_as_it_was_written_whatever_the_order() -> None:
    item: Item = {"PK": {"S": "L#1"}, "sealed": {"B": bytes(range(256))}, "n": {"N": "1"}, "data": {"S": '{"a":"字"}'}}
    assert item_of(line_of(item)) == item
    two: Item = {"PK": {"S": "L#2"}}
    assert tally_of([item, two]) == tally_of([two, item])
    assert tally_of([item, two]).content != tally_of([item, item]).content
