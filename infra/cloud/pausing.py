"""A deployed installation at rest: no function runs, so nobody writes while its table is filled.

Pages that ask get 503 meanwhile, which says: later. Jobs are owed by the schedule and run when the pause ends.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from infra.cloud.account import told
from infra.cloud.deployed import Deployed

SETTLE_SECONDS: Final = 60
"""What has begun may end: twice as long as a request may take. What jobs write is conditioned on what they read."""


def pause(found: Deployed) -> dict[str, int]:
    """Let no function begin from now on; which had a limit of their own, and which. Raises OperatorError."""
    client = found.account.client("lambda")
    before: dict[str, int] = {}
    with told("The functions cannot be paused"):
        for function in found.functions().values():
            own = client.get_function_concurrency(FunctionName=function).get("ReservedConcurrentExecutions")
            if own:
                before[function] = own
            client.put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=0)
    if found.account.endpoint is None:
        time.sleep(SETTLE_SECONDS)
    return before


@contextmanager
def at_rest(found: Deployed) -> Iterator[None]:
    """Paused as long as it lasts, and running again after, whatever happens. Raises OperatorError."""
    before = pause(found)
    try:
        yield
    finally:
        resume(found, before)


def resume(found: Deployed, before: Mapping[str, int]) -> None:
    """Let them run again as they did before the pause. Raises OperatorError."""
    client = found.account.client("lambda")
    with told("The functions cannot be let run again"):
        for function in found.functions().values():
            if function in before:
                client.put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=before[function])
            else:
                client.delete_function_concurrency(FunctionName=function)
