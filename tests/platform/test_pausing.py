"""A pause keeps the jobs' schedules off too: nothing falls due meanwhile, and after it they are as they were."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chalicelib import bootstrap
from infra.cli import main
from infra.cloud import rules
from infra.cloud.account import Account
from infra.cloud.deployed import FUNCTION, Deployed, Resource, deployed
from infra.cloud.pausing import SETTLE_SECONDS, SPREAD_SECONDS, at_rest, pause, resume
from infra.cloud.restoring import Mark, Table, drop_mark, mark_of, set_mark
from infra.cloud.stack import Stack
from infra.provision import Provisioned
from tests.platform import stage as stages
from tests.platform.stage import Stage


@pytest.fixture
def stage(stack: Provisioned) -> Iterator[Stage]:
    with stages.deployed(stack) as made:
        yield made


def rule(stage: Stage, job: str) -> str:
    return f"{stage.stack}-{job}-rule"


def on(stage: Stage, job: str) -> bool:
    state: str = stage.account.client("events").describe_rule(Name=rule(stage, job))["State"]
    return state == "ENABLED"


def runs(stage: Stage, job: str) -> bool:
    client = stage.account.client("lambda")
    limit: int | None = client.get_function_concurrency(FunctionName=stage.function(job)).get(
        "ReservedConcurrentExecutions"
    )
    return limit != 0


def marked(stage: Stage, job: str) -> bool:
    events = stage.account.client("events")
    arn = events.describe_rule(Name=rule(stage, job))["Arn"]
    return any(each["Key"] == rules.TAG for each in events.list_tags_for_resource(ResourceARN=arn)["Tags"])


def arrived(stage: Stage) -> int:
    """How many events the sweep's rule has let through, to the queue that lies in its function's place."""
    told = stage.account.client("sqs").get_queue_attributes(
        QueueUrl=stage.queue(), AttributeNames=["ApproximateNumberOfMessages"]
    )
    return int(told["Attributes"]["ApproximateNumberOfMessages"])


def event(stage: Stage) -> None:
    entry = {"Source": stage.name, "DetailType": "due", "Detail": "{}"}
    assert stage.account.client("events").put_events(Entries=[entry])["FailedEntryCount"] == 0


def listen(stage: Stage) -> None:
    """The sweep's rule obeys an event of ours, for nobody waits a day here; failed runs would lie in its target."""
    events, sqs = stage.account.client("events"), stage.account.client("sqs")
    queue = sqs.get_queue_attributes(QueueUrl=stage.queue(), AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events.put_rule(Name=rule(stage, "sweep"), EventPattern=json.dumps({"source": [stage.name]}), State="ENABLED")
    events.put_targets(Rule=rule(stage, "sweep"), Targets=[{"Id": "1", "Arn": queue}])


def test_what_falls_due_during_a_pause_reaches_nobody(stage: Stage) -> None:
    """Not even the queue of failed runs, where an event for a stopped function goes."""
    listen(stage)
    event(stage)
    assert arrived(stage) == 1
    with at_rest(deployed(stage.name)):
        assert not on(stage, "sweep")
        assert not runs(stage, "sweep")
        event(stage)
        assert arrived(stage) == 1
    assert on(stage, "sweep")
    assert runs(stage, "sweep")
    event(stage)
    assert arrived(stage) == 2


def test_a_schedule_that_an_operator_had_switched_off_stays_off(stage: Stage) -> None:
    stage.account.client("events").disable_rule(Name=rule(stage, "dispatch"))
    with at_rest(deployed(stage.name)):
        assert not on(stage, "close_day")
        assert not marked(stage, "dispatch")
    assert (on(stage, "close_day"), on(stage, "dispatch")) == (True, False)
    assert not marked(stage, "close_day")


def test_a_pause_that_was_cut_short_is_ended_by_the_next_run_and_knows_what_was_off_before(
    stage: Stage, tmp_path: Path
) -> None:
    """As a machine leaves it that lost its power while it paused, saved or restored."""
    stage.account.client("events").disable_rule(Name=rule(stage, "dispatch"))
    pause(deployed(stage.name))
    assert not on(stage, "sweep")
    bootstrap.use(None)
    assert main(["backup", "--stage", stage.name, "--to", str(tmp_path), "--at-rest"]) == 0
    assert (on(stage, "sweep"), on(stage, "dispatch")) == (True, False)
    assert runs(stage, "sweep")
    assert not marked(stage, "sweep")


def test_a_pause_cut_between_mark_and_switch_leaves_the_schedule_on_and_the_next_run_unmarks_it(stage: Stage) -> None:
    events = stage.account.client("events")
    arn = events.describe_rule(Name=rule(stage, "sweep"))["Arn"]
    events.tag_resource(ResourceARN=arn, Tags=[{"Key": rules.TAG, "Value": "yes"}])
    found = deployed(stage.name)
    resume(found, pause(found))
    assert on(stage, "sweep")
    assert not marked(stage, "sweep")


def test_a_restore_and_one_that_goes_on_leave_the_schedules_as_they_were(
    stage: Stage, stack: Provisioned, tmp_path: Path
) -> None:
    bootstrap.use(None)
    assert main(["backup", "--stage", stage.name, "--to", str(tmp_path / "kept")]) == 0
    (folder,) = (tmp_path / "kept").iterdir()
    stage.account.client("events").disable_rule(Name=rule(stage, "dispatch"))
    source = _source_of(folder)
    found, table = deployed(stage.name), Table(stage.account.client("dynamodb"), stack.table)
    set_mark(table, Mark(source, pause(found)))
    assert not on(stage, "sweep")
    bootstrap.use(None)
    assert main(["restore", "--stage", stage.name, "--from", str(folder), "--yes"]) == 0
    assert mark_of(table) is None
    assert (on(stage, "sweep"), on(stage, "dispatch")) == (True, False)


def _source_of(folder: Path) -> str:
    from infra.cloud.backups import backup_in

    return backup_in(folder, lambda _: None).id


def test_a_backup_at_rest_does_not_start_what_a_restore_had_filled_by_half(
    stage: Stage, stack: Provisioned, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = Table(stage.account.client("dynamodb"), stack.table)
    set_mark(table, Mark("elsewhere", pause(deployed(stage.name))))
    try:
        bootstrap.use(None)
        assert main(["backup", "--stage", stage.name, "--to", str(tmp_path), "--at-rest"]) == 1
    finally:
        drop_mark(table)
    assert "Finish it first" in capsys.readouterr().err
    assert not on(stage, "sweep")
    assert not runs(stage, "api")


# in a real account one waits, and anything may be refused


class _Cloud:
    """Two functions and their rules, in order of what was done to them. `fails_at`: a call that is broken off."""

    def __init__(self, fails_at: str = "") -> None:
        self.did: list[str] = []
        self.states = {"r-fetch": "ENABLED", "r-sweep": "ENABLED"}
        self.tagged: set[str] = set()
        self.stopped: set[str] = set()
        self._fails_at = fails_at

    def _do(self, what: str) -> None:
        self.did.append(what)
        if what == self._fails_at:
            raise KeyboardInterrupt

    def describe_rule(self, Name: str) -> dict[str, str]:  # noqa: N803  the SDK's names
        return {"Name": Name, "Arn": Name, "State": self.states[Name]}

    def list_tags_for_resource(self, ResourceARN: str) -> dict[str, Any]:  # noqa: N803
        return {"Tags": [{"Key": rules.TAG, "Value": "yes"}] if ResourceARN in self.tagged else []}

    def tag_resource(self, ResourceARN: str, Tags: list[dict[str, str]]) -> None:  # noqa: N803
        assert Tags[0]["Key"] == rules.TAG
        self.tagged.add(ResourceARN)
        self._do(f"tag {ResourceARN}")

    def untag_resource(self, ResourceARN: str, TagKeys: list[str]) -> None:  # noqa: N803
        assert TagKeys == [rules.TAG]
        self.tagged.discard(ResourceARN)

    def disable_rule(self, Name: str) -> None:  # noqa: N803
        self.states[Name] = "DISABLED"
        self._do(f"off {Name}")

    def enable_rule(self, Name: str) -> None:  # noqa: N803
        self.states[Name] = "ENABLED"
        self._do(f"on {Name}")

    def get_function_configuration(self, FunctionName: str) -> dict[str, int]:  # noqa: ARG002, N803
        return {"Timeout": 28}

    def get_function_concurrency(self, FunctionName: str) -> dict[str, int]:  # noqa: N803
        return {"ReservedConcurrentExecutions": 0} if FunctionName in self.stopped else {}

    def put_function_concurrency(self, FunctionName: str, ReservedConcurrentExecutions: int) -> None:  # noqa: N803
        assert ReservedConcurrentExecutions == 0
        self.stopped.add(FunctionName)
        self._do(f"stop {FunctionName}")

    def delete_function_concurrency(self, FunctionName: str) -> None:  # noqa: N803
        self.stopped.discard(FunctionName)
        self._do(f"start {FunctionName}")

    def wait(self, seconds: float) -> None:
        self._do(f"wait {seconds:.0f}")


def _found(cloud: _Cloud) -> Deployed:
    kinds = {"Fetch": (FUNCTION, "fetch"), "Sweep": (FUNCTION, "sweep")}
    kinds |= {"FetchDaily": (rules.RULE, "r-fetch"), "SweepDaily": (rules.RULE, "r-sweep")}
    resources = {logical: Resource(logical, kind, name) for logical, (kind, name) in kinds.items()}
    account = Account("1", "cn-north-1", "aws-cn", None, None, {"lambda": cloud, "events": cloud})
    return Deployed(account, "s", Stack("huiyin-s", "CREATE_COMPLETE", {}, {}), resources, {})


def test_schedules_are_off_before_any_function_stops_and_on_after_all_of_them_run() -> None:
    cloud = _Cloud()
    found = _found(cloud)
    before = pause(found, wait=cloud.wait)
    stopping = [f"wait {SPREAD_SECONDS}", "stop fetch", "stop sweep", f"wait {SETTLE_SECONDS}"]
    assert cloud.did == ["tag r-fetch", "off r-fetch", "tag r-sweep", "off r-sweep", *stopping]
    cloud.did.clear()
    resume(found, before)
    assert cloud.did == ["start fetch", "start sweep", "on r-fetch", "on r-sweep"]
    assert not cloud.tagged


@pytest.mark.parametrize(
    "fails_at", ["tag r-sweep", "off r-sweep", f"wait {SPREAD_SECONDS}", "stop sweep", f"wait {SETTLE_SECONDS}"]
)
def test_a_pause_that_is_broken_off_leaves_every_schedule_on(fails_at: str) -> None:
    cloud = _Cloud(fails_at)
    with pytest.raises(KeyboardInterrupt):
        pause(_found(cloud), wait=cloud.wait)
    assert set(cloud.states.values()) == {"ENABLED"}
    assert (cloud.tagged, cloud.stopped) == (set(), set())


def test_what_an_earlier_pause_had_switched_off_stays_off_when_the_next_is_broken_off() -> None:
    cloud = _Cloud()
    found = _found(cloud)
    pause(found, wait=cloud.wait)
    cloud._fails_at = f"wait {SETTLE_SECONDS}"
    with pytest.raises(KeyboardInterrupt):
        pause(found, wait=cloud.wait)
    assert set(cloud.states.values()) == {"DISABLED"}
    assert (cloud.tagged, cloud.stopped) == ({"r-fetch", "r-sweep"}, {"fetch", "sweep"})
