"""What the functions' own logs say of a step that failed. No log line of ours holds personal data."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from infra.cloud.account import told
from infra.cloud.deployed import Deployed

_MOST: Final = 3
"""Lines a function."""
_TOLD: Final = ("message", "job", "error_class", "where")
_BAD: Final = ("ERROR", "CRITICAL", "Task timed out", "Unable to import", "errorMessage")


def last_errors(found: Deployed, since: datetime) -> list[str]:
    """The last errors of each function since a moment (UTC), a line each."""
    lines = []
    for job, physical in found.functions().items():
        lines += [f"log of {job}: {line}" for line in list(_errors(found, physical, since))[-_MOST:]]
    return lines


def _errors(found: Deployed, physical: str, since: datetime) -> Iterator[str]:
    with told("The functions' logs cannot be read"):
        function = found.account.client("lambda").get_function_configuration(FunctionName=physical)
        group = function.get("LoggingConfig", {}).get("LogGroup") or f"/aws/lambda/{physical}"
        events = found.account.client("logs").filter_log_events(
            logGroupName=group, startTime=int(since.timestamp() * 1000)
        )["events"]
    for event in events:
        if any(word in event["message"] for word in _BAD):
            yield _short(event["message"])


def _short(message: str) -> str:
    try:
        said: Any = json.loads(message)
    except json.JSONDecodeError:
        return message.strip()[:300]
    return " ".join(str(said[key]) for key in _TOLD if key in said) if isinstance(said, dict) else message[:300]
