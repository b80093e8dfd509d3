"""A deployed installation at rest: no function runs, so nobody writes while its table is filled.

Pages that ask get 503 meanwhile, which says: later. The jobs' schedules are off (infra/cloud/rules.py), so that no run
falls due; jobs work from the clock and make up for it when the pause ends. Only a run that had failed just before, and
would have been tried again meanwhile, ends in the queue of failed runs, which `replay` empties.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from botocore.exceptions import ClientError

from infra.cloud import rules
from infra.cloud.account import told
from infra.cloud.deployed import Deployed
from infra.cloud.restoring import Table, mark_of
from infra.errors import OperatorError

SETTLE_SECONDS: Final = 60
"""What has begun may end: twice as long as a request may take. What jobs write is conditioned on what they read."""
SPREAD_SECONDS: Final = 20
"""A rule that was switched off may start its function for a short while yet, says EventBridge."""
Wait = Callable[[float], None]


def pause(found: Deployed, seconds: float = SETTLE_SECONDS, wait: Wait = time.sleep) -> dict[str, int]:
    """Let no function begin from now on, and wait `seconds` for those that have; which had a limit of their own, and
    which. First the schedules, then the functions: no event may meet a function that stands still. Interrupted or
    refused, it lets those run again that it has stopped. Raises OperatorError.
    """
    client = found.account.client("lambda")
    before: dict[str, int] = {}
    stopped: list[str] = []
    switched: list[str] = []
    wait = wait if found.account.endpoint is None else _emulated
    try:
        with told("The schedules cannot be switched off"):
            rules.switch_off(found, switched)
        if switched:
            wait(SPREAD_SECONDS)
        with told("The functions cannot be paused"):
            for function in _there(client, found):
                own = client.get_function_concurrency(FunctionName=function).get("ReservedConcurrentExecutions")
                if own:
                    before[function] = own
                if own != 0:  # one that stood still already is left so: a restore was cut short
                    stopped.append(function)
                client.put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=0)
        wait(seconds)
    except BaseException:
        with told("What was stopped already cannot be let run again; python -m infra doctor says what to do"):
            _let_run(client, stopped, before)
            rules.switch_on(found, switched)
        raise
    return before


def longest_run(found: Deployed) -> float:
    """After how many seconds whatever runs now has ended or been cut off. Raises OperatorError."""
    client = found.account.client("lambda")
    with told("The functions cannot be looked at"):
        limits = [
            client.get_function_configuration(FunctionName=function)["Timeout"] for function in _there(client, found)
        ]
    return float(max(limits, default=0))


def refuse_half_restored(found: Deployed) -> None:
    """Raise OperatorError while a restore is under way or was cut short: what it filled by half must not run."""
    if mark_of(Table(found.account.client("dynamodb"), found.environment["HUIYIN_TABLE"])) is not None:
        raise OperatorError("A restore is under way, or was cut short. Finish it first: run its command again.")


@contextmanager
def at_rest(found: Deployed) -> Iterator[None]:
    """Paused as long as it lasts, and running again after, whatever happens.

    Raises OperatorError; also when a restore was cut short, for what it had filled by half may not run again after.
    """
    refuse_half_restored(found)
    before = pause(found)
    try:
        yield
    finally:
        resume(found, before)


def resume(found: Deployed, before: Mapping[str, int]) -> None:
    """Let them run again as they did before the pause, then switch on the schedules that it had switched off, also in
    an earlier run that was cut short. Raises OperatorError.
    """
    client = found.account.client("lambda")
    with told("The functions cannot be let run again"):
        _let_run(client, _there(client, found), before)
    with told("The schedules cannot be switched on again"):
        rules.switch_on(found)


def _let_run(client: Any, functions: Iterable[str], before: Mapping[str, int]) -> None:
    for function in functions:
        if function in before:
            client.put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=before[function])
        else:
            client.delete_function_concurrency(FunctionName=function)


def _there(client: Any, found: Deployed) -> Iterator[str]:
    """The functions that there are: a stack that was deleted half way lists some that are gone."""
    for function in found.functions().values():
        try:
            client.get_function_configuration(FunctionName=function)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise
        else:
            yield function


def _emulated(_seconds: float) -> None:
    """An emulator obeys at once."""
