"""`replay`: failed messages go out again and failed jobs run again, each once, and nothing leaks on the way."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from chalicelib import bootstrap
from chalicelib.domain.messages import Channel, Message, MessageState
from chalicelib.ports import OutcomeUnknownError, RefusedError, SendingError
from chalicelib.services.dispatch import WAITS
from chalicelib.services.replay import failed_messages, replay_messages
from infra.cli import main
from infra.provision import Provisioned
from tests.functional.world import World
from tests.platform.stage import Stage, deployed


@pytest.fixture
def world() -> Iterator[World]:
    yield World()
    bootstrap.use(None)


def failed(world: World) -> list[Message]:
    """Every mail of a new letter is refused; the messages that lie on the desk then."""
    world.mailer.failing["*"] = RefusedError("smtp:550")
    world.send_letter()
    world.post_goes_out()
    found = list(failed_messages(world.installation))
    assert found
    world.mailer.failing.clear()
    return found


def on_the_desk(world: World) -> list[str]:
    return [each["id"] for each in world.desk("clerk").call("GET", "/desk")["undelivered"]]


def test_a_failed_message_goes_out_once_it_is_replayed_and_leaves_the_desk(world: World) -> None:
    (first, *_) = found = failed(world)
    assert first.id in on_the_desk(world)
    before = len(world.mailer.sent)
    done = replay_messages(world.installation)
    assert set(done.again) == {each.id for each in found}
    assert on_the_desk(world) == []
    world.post_goes_out()
    assert len(world.mailer.sent) > before
    assert world.outbox.messages[first.id].state is MessageState.SENT


def test_a_replayed_message_has_all_its_tries_before_it(world: World) -> None:
    """Its attempts only grow: they guard it. A mail server that is still down must not end it at the first try."""
    world.mailer.failing["*"] = SendingError("smtp:421")
    world.send_letter()
    for wait in (timedelta(), *WAITS):
        world.time.at += wait
        world.post_goes_out()
    (message,) = [each for each in failed_messages(world.installation) if each.channel is Channel.EMAIL][:1]
    assert message.attempts == message.tries == len(WAITS) + 1
    replay_messages(world.installation, {message.id})
    world.post_goes_out()
    again = world.outbox.messages[message.id]
    assert (again.state, again.tries, again.attempts) == (MessageState.WAITING, 1, len(WAITS) + 2)
    for wait in WAITS:
        world.time.at += wait
        world.post_goes_out()
    assert world.outbox.messages[message.id].state is MessageState.FAILED
    assert message.id in {each.id for each in failed_messages(world.installation)}


def test_what_the_desk_has_seen_to_is_not_sent_again(world: World) -> None:
    (first, *_) = failed(world)
    desk = world.desk("clerk")
    stale = world.outbox.messages[first.id]
    assert desk.call("POST", f"/desk/messages/{first.id}/seen").status == 200
    assert not world.outbox.send_again(stale, world.time.now())
    assert world.outbox.messages[first.id].note == "seen_to"


def test_an_sms_that_may_be_out_is_left_alone_unless_that_is_accepted(world: World) -> None:
    world.texts.failing["*"] = OutcomeUnknownError("gateway:500")
    world.send_letter(writer={"name": "张晓明", "phone": "13907385566"})
    world.post_goes_out()
    (unsure,) = failed_messages(world.installation)
    assert unsure.state is MessageState.UNKNOWN
    done = replay_messages(world.installation)
    assert (done.again, done.may_be_out) == ((), (unsure.id,))
    done = replay_messages(world.installation, even_if_sent=True)
    assert (done.again, done.may_be_out) == ((unsure.id,), ())


# the command


def test_the_list_says_what_failed_and_why_and_never_to_whom(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    (first, *_) = failed(world)
    assert main(["replay"]) == 0
    said = capsys.readouterr().out
    assert f"{first.id}  {first.template}  email  failed: smtp:550" in said
    assert "owed since 2026-11-20 10:00, 1 try" in said
    assert "@" not in said
    assert world.outbox.messages[first.id].state is MessageState.FAILED


def test_nothing_is_replayed_without_yes(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    failed(world)
    before = dict(world.outbox.messages)
    assert main(["replay", "--messages"]) == 1
    assert "add --yes" in capsys.readouterr().err
    assert world.outbox.messages == before


def test_only_one_message_is_replayed_when_it_is_named(world: World) -> None:
    (first, *others) = failed(world)
    assert main(["replay", "--only", first.id, "--yes"]) == 0
    assert world.outbox.messages[first.id].state is MessageState.WAITING
    assert all(world.outbox.messages[each.id].state is MessageState.FAILED for each in others)


def test_an_id_that_did_not_fail_is_said(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    failed(world)
    assert main(["replay", "--only", "nothing-of-ours", "--yes"]) == 1
    assert "Nothing that failed has this id" in capsys.readouterr().err


# failed runs of a deployed stage


@pytest.fixture
def stage(stack: Provisioned) -> Iterator[Stage]:
    with deployed(stack) as made:
        yield made


def fail(stage: Stage, job: str, times: int = 1) -> None:
    """So many runs of a job failed for good, as Lambda writes it to a destination on failure."""
    function = stage.account.client("lambda").get_function(FunctionName=stage.function(job))["Configuration"]
    body = {
        "requestContext": {"functionArn": function["FunctionArn"] + ":$LATEST", "condition": "RetriesExhausted"},
        "requestPayload": {"id": "1"},
        "responsePayload": {"errorType": "JobFailedError", "errorMessage": f"{job}: KeyError"},
    }
    for _ in range(times):
        stage.account.client("sqs").send_message(QueueUrl=stage.queue(), MessageBody=json.dumps(body))


def in_queue(stage: Stage) -> int:
    wanted = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    sqs = stage.account.client("sqs")
    said = sqs.get_queue_attributes(QueueUrl=stage.queue(), AttributeNames=wanted)["Attributes"]
    return sum(map(int, said.values()))


def test_failed_runs_are_listed_by_job_and_left_where_they_are(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    fail(stage, "close_day", 12)
    assert main(["replay", "--stage", stage.name]) == 0
    said = capsys.readouterr().out
    assert "Failed runs of jobs: 12" in said
    assert said.count("  close_day  ") == 12
    assert "JobFailedError (close_day: KeyError)" in said
    assert in_queue(stage) == 12
    assert main(["replay", "--stage", stage.name]) == 0
    assert "Failed runs of jobs: 12" in capsys.readouterr().out


def test_a_job_is_run_once_however_often_it_failed_and_then_leaves_the_queue(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    fail(stage, "sweep", 3)
    fail(stage, "reports")
    assert main(["replay", "--stage", stage.name, "--only", "sweep", "--yes"]) == 0
    assert "sweep: succeeded; 3 failed runs done with" in capsys.readouterr().out
    assert in_queue(stage) == 1


def test_a_job_that_fails_again_stays_in_the_queue(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    fail(stage, "reports")
    stage.set_mode("reports", "fail")
    assert main(["replay", "--stage", stage.name, "--jobs", "--yes"]) == 1
    said = capsys.readouterr().out
    assert "reports: failed again: " in said
    assert "words of a citizen" not in said
    assert in_queue(stage) == 1
    stage.set_mode("reports", "good")
    assert main(["replay", "--stage", stage.name, "--jobs", "--yes"]) == 0
    assert in_queue(stage) == 0


@pytest.mark.parametrize(
    ("body", "attributes"),
    [
        ({"resources": ["{rule}"], "source": "aws.events"}, {"ErrorMessage": "words of a citizen"}),
        ({"source": "aws.events"}, {"TARGET_ARN": "{function}", "ERROR_CODE": "NO_PERMISSIONS"}),
    ],
)
def test_each_way_in_which_a_failed_run_is_reported_names_its_job(
    stage: Stage, body: dict[str, object], attributes: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """A dead-letter queue of the function keeps the event alone; one of the schedule tells its target beside it."""
    here = stage.account
    names = {
        "{rule}": f"arn:{here.partition}:events:{here.region}:{here.id}:rule/{stage.stack}-publish-rule",
        "{function}": f"arn:{here.partition}:lambda:{here.region}:{here.id}:function:{stage.function('publish')}",
    }

    def filled(text: str) -> str:
        return names.get(text, text)

    sent = {
        name: [filled(each) for each in value] if isinstance(value, list) else value for name, value in body.items()
    }
    here.client("sqs").send_message(
        QueueUrl=stage.queue(),
        MessageBody=json.dumps(sent),
        MessageAttributes={
            name: {"DataType": "String", "StringValue": filled(value)} for name, value in attributes.items()
        },
    )
    assert main(["replay", "--stage", stage.name]) == 0
    said = capsys.readouterr().out
    assert "  publish  " in said
    assert "citizen" not in said


def test_a_run_of_no_job_of_ours_is_left_alone(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    stage.account.client("sqs").send_message(QueueUrl=stage.queue(), MessageBody="no JSON")
    assert main(["replay", "--stage", stage.name, "--all", "--yes"]) == 1
    assert "name no job of this installation" in capsys.readouterr().out
    assert in_queue(stage) == 1
