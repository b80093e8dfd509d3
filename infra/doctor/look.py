"""Makes every check, and lets none that fails hide the others."""

import socket
import urllib.error
from collections.abc import Iterator
from typing import Final

from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.exceptions import PynamoDBException

from chalicelib.domain.errors import DomainError
from chalicelib.ports import SendingError
from infra.doctor import (
    alarms,
    calendar,
    capacity,
    clock,
    jobs,
    keys,
    mail,
    messages,
    people,
    schedules,
    settings,
    site,
    store,
    texts,
)
from infra.doctor.findings import Check, Finding, Patient, wrong
from infra.errors import OperatorError

CHECKS: Final[dict[str, Check]] = {
    "settings": settings.look,
    "mail": mail.look,
    "sms": texts.look,
    "calendar": calendar.look,
    "clock": clock.look,
    "alarms": alarms.look,
    "jobs": jobs.look,
    "schedules": schedules.look,
    "capacity": capacity.look,
    "messages": messages.look,
    "store": store.look,
    "keys": keys.look,
    "site": site.look,
    "people": people.look,
}
_FORESEEN = (
    *(ClientError, BotoCoreError, PynamoDBException, DomainError, SendingError, OperatorError),
    *(urllib.error.URLError, socket.gaierror, OSError),
)


def look_over(patient: Patient) -> Iterator[Finding]:
    """Each check's findings, as soon as it is made. What cannot be looked at is a finding itself."""
    for name, check in CHECKS.items():
        try:
            yield from check(patient)
        except _FORESEEN as error:
            yield wrong(name, f"could not be looked at: {_words(error)}", _way_out(error))


def _words(error: BaseException) -> str:
    """The class and code of an error; the text of a store's error may hold what stands in it."""
    if isinstance(error, ClientError):
        return f"{error.operation_name}: {error.response['Error']['Code']}"
    if isinstance(error, OperatorError):
        return str(error)
    return type(error).__name__


def _way_out(error: BaseException) -> str:
    if isinstance(error, ClientError) and "Denied" in error.response["Error"]["Code"]:
        return "Run the doctor as a user who may read this account's settings, such as the one who deployed it."
    return "Look whether the network is there, and run the doctor again; if it stays so, docs/runbook.md."
