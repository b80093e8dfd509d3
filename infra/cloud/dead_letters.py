"""Runs of jobs that failed for good: the queue they end in, and running them once more.

A function's failed runs come in by its destination on failure or its dead-letter queue, and a schedule's that never
reached its function by the schedule's own; each says in its own way which job it was.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from infra.cloud.account import told
from infra.cloud.deployed import FUNCTION, Deployed
from infra.errors import OperatorError

_BATCH: Final = 10
"""As many as SQS hands out at once."""
_LOOKING_SECONDS: Final = 60
"""So long nobody else finds the letters that are being looked at, should they never be given back."""
RUNNING_SECONDS: Final = 960
"""Longer than a function may run: meanwhile nobody else finds the letters of this run."""
UNKNOWN_JOB: Final = "unknown"


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One failed run. `why` is the error's class, when the queue tells it; `at` (UTC) when the letter was written."""

    id: str
    job: str
    at: datetime
    why: str
    receipt: str = field(repr=False)


@contextmanager
def held(found: Deployed, seconds: int = _LOOKING_SECONDS) -> Iterator[list[DeadLetter]]:
    """The letters of the queue, the oldest first, nobody else's meanwhile; what is left of them is given back after.

    Raises OperatorError when the installation has no such queue, or it does not answer.
    """
    queue = found.output("DeadLetters")
    if queue is None:
        raise OperatorError(
            f"{found.stack.name} has no queue of failed runs; it was deployed by an older version. "
            f"Deploy again: python -m infra deploy --stage {found.stage}"
        )
    sqs = found.account.client("sqs")
    with told("The queue of failed runs does not answer"):
        letters = list(_received(found, sqs, queue, seconds))
    try:
        yield sorted(letters, key=lambda each: (each.at, each.id))
    finally:
        for each in letters:
            _give_back(sqs, queue, each)


def waiting(found: Deployed) -> int | None:
    """About how many letters lie in the queue, those somebody holds included; None when there is no queue.

    Raises OperatorError when it does not answer.
    """
    queue = found.output("DeadLetters")
    if queue is None:
        return None
    with told("The queue of failed runs does not answer"):
        wanted = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        said = found.account.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=wanted)["Attributes"]
    return sum(int(said.get(each, 0)) for each in wanted)


def run_again(found: Deployed, job: str) -> str | None:
    """Run a job's function now and wait for its end; None when it succeeded, else the error's class.

    Asked once: a lost answer must not run it twice. Raises OperatorError when the function cannot be called.
    """
    patience = Config(connect_timeout=10, read_timeout=RUNNING_SECONDS, retries={"total_max_attempts": 1})
    client = found.account.session.client("lambda", config=patience)
    with told(f"The function of {job} cannot be run"):
        answer = client.invoke(FunctionName=found.functions()[job], Payload=json.dumps(_tick(job)).encode())
        payload = answer["Payload"].read()
    if not answer.get("FunctionError"):
        return None
    return _error_class(payload)


def remove(found: Deployed, letters: Iterable[DeadLetter]) -> None:
    """Take these out of the queue: what they stand for has been done. Raises OperatorError."""
    sqs, queue = found.account.client("sqs"), found.output("DeadLetters")
    with told("A letter cannot be taken out of the queue of failed runs"):
        for each in letters:
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=each.receipt)


def _tick(job: str) -> dict[str, Any]:
    """What a schedule sends, as far as the functions read it: a job works from the clock, not from the event."""
    return {"version": "0", "id": f"replay-{job}", "detail-type": "Scheduled Event", "source": "aws.events"} | {
        "account": "",
        "time": "",
        "region": "",
        "resources": [],
        "detail": {},
    }


def _received(found: Deployed, sqs: Any, queue: str, seconds: int) -> Iterator[DeadLetter]:
    jobs = _jobs_by_name(found)
    seen: set[str] = set()
    while True:
        answer = sqs.receive_message(
            QueueUrl=queue,
            MaxNumberOfMessages=_BATCH,
            VisibilityTimeout=seconds,
            WaitTimeSeconds=1,
            AttributeNames=["SentTimestamp"],
            MessageAttributeNames=["All"],
        )
        fresh = [each for each in answer.get("Messages", []) if each["MessageId"] not in seen]
        if not fresh:
            return
        for message in fresh:
            seen.add(message["MessageId"])
            yield _letter(message, jobs)


def _letter(message: Mapping[str, Any], jobs: Mapping[str, str]) -> DeadLetter:
    """Nothing of the payload is kept but whose run it was and the class of the error: a message may hold anything."""
    body = _json(message["Body"])
    said = {name: each.get("StringValue", "") for name, each in message.get("MessageAttributes", {}).items()}
    context = body.get("requestContext") or {}
    named = [context.get("functionArn"), said.get("TARGET_ARN"), said.get("RULE_ARN"), *body.get("resources", [])]
    why = _error_class(body.get("responsePayload")) if context else said.get("ERROR_CODE", "")
    sent = int(message.get("Attributes", {}).get("SentTimestamp", 0)) / 1000
    return DeadLetter(
        id=message["MessageId"],
        job=next((jobs[name] for arn in named if arn and (name := _name_in(arn, jobs))), UNKNOWN_JOB),
        at=datetime.fromtimestamp(sent, UTC),
        why=why or str(context.get("condition", "")),
        receipt=message["ReceiptHandle"],
    )


def _jobs_by_name(found: Deployed) -> dict[str, str]:
    """Physical names of functions and of their schedules → the job. A schedule's logical name begins with its job's."""
    jobs = {name: job for job, name in found.functions().items() if job != "api"}
    logical = {each.logical: jobs[each.name] for each in found.of_kind(FUNCTION) if each.name in jobs}
    for rule in found.of_kind("AWS::Events::Rule"):
        begins = [name for name in logical if rule.logical.startswith(name)]
        if begins:
            jobs[rule.name] = logical[max(begins, key=len)]
    return jobs


def _name_in(arn: str, jobs: Mapping[str, str]) -> str | None:
    """The function or rule that an ARN names, with or without a version behind it."""
    parts = arn.replace("/", ":").split(":")
    return next((part for part in reversed(parts) if part in jobs), None)


def _error_class(payload: object) -> str:
    """The class alone, such as JobFailedError or Sandbox.Timedout. Our own message names the error's class, no more."""
    said = _json(payload) if isinstance(payload, str | bytes) else payload
    if not isinstance(said, Mapping):
        return "failed"
    kind = str(said.get("errorType") or "failed")
    message = str(said.get("errorMessage") or "")
    return f"{kind} ({message})" if kind == "JobFailedError" else kind


def _json(text: str | bytes) -> dict[str, Any]:
    try:
        read = json.loads(text)
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def _give_back(sqs: Any, queue: str, letter: DeadLetter) -> None:
    """Let others find it at once. One that was removed, or that cannot be given back, comes back by itself or never."""
    try:
        sqs.change_message_visibility(QueueUrl=queue, ReceiptHandle=letter.receipt, VisibilityTimeout=0)
    except (ClientError, BotoCoreError):
        return
