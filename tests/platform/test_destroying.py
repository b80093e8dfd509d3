"""Stopping an installation and ending it: nothing begun is overlooked, nothing stays stopped by mistake."""

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.cloud.account import Account
from infra.cloud.deployed import FUNCTION, Deployed, Resource
from infra.cloud.destroying import Letters, files_in_inbox, refuse
from infra.cloud.pausing import SETTLE_SECONDS, longest_run, pause, resume
from infra.cloud.stack import Stack
from infra.errors import OperatorError

TIMEOUTS = {"fn-api": 28, "fn-fetch": 900, "fn-sweep": 240}


class _Lambda:
    """Functions with their limits: None, none; absent, gone. `fails_at`: which cannot be stopped."""

    def __init__(self, fails_at: str = "") -> None:
        self.limits: dict[str, int | None] = dict.fromkeys(TIMEOUTS)
        self.fails_at = fails_at

    def get_function_configuration(self, FunctionName: str) -> dict[str, Any]:  # noqa: N803  the SDK's names
        if FunctionName not in self.limits:
            raise _refused("ResourceNotFoundException")
        return {"Timeout": TIMEOUTS[FunctionName]}

    def get_function_concurrency(self, FunctionName: str) -> dict[str, Any]:  # noqa: N803
        limit = self.limits[FunctionName]
        return {} if limit is None else {"ReservedConcurrentExecutions": limit}

    def put_function_concurrency(self, FunctionName: str, ReservedConcurrentExecutions: int) -> None:  # noqa: N803
        if FunctionName == self.fails_at:
            raise _refused("AccessDeniedException")
        self.limits[FunctionName] = ReservedConcurrentExecutions

    def delete_function_concurrency(self, FunctionName: str) -> None:  # noqa: N803
        self.limits[FunctionName] = None


class _S3:
    """An inbox with these keys; None: it is gone."""

    def __init__(self, keys: list[str] | None) -> None:
        self._keys = keys

    def get_paginator(self, _name: str) -> "_S3":
        return self

    def paginate(self, Bucket: str, Prefix: str) -> list[dict[str, Any]]:  # noqa: N803
        assert Bucket == "inbox"
        if self._keys is None:
            raise _refused("NoSuchBucket")
        return [{"Contents": [{"Key": key} for key in self._keys if key.startswith(Prefix)]}, {}]


def _refused(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "operation")


def _found(**clients: Any) -> Deployed:
    account = Account("1", "cn-north-1", "aws-cn", None, None, clients)
    names = {"APIHandler": "fn-api", "Fetch": "fn-fetch", "Sweep": "fn-sweep"}
    resources = {logical: Resource(logical, FUNCTION, name) for logical, name in names.items()}
    return Deployed(
        account, "s", Stack("huiyin-s", "CREATE_COMPLETE", {}, {}), resources, {"HUIYIN_INBOX_BUCKET": "inbox"}
    )


def test_a_pause_waits_for_what_has_begun_and_gives_each_function_its_own_limit_back() -> None:
    functions, waited = _Lambda(), list[float]()
    functions.limits["fn-sweep"] = 5
    found = _found(**{"lambda": functions})
    before = pause(found, wait=waited.append)
    assert set(functions.limits.values()) == {0}
    assert waited == [SETTLE_SECONDS]
    resume(found, before)
    assert functions.limits == {"fn-api": None, "fn-fetch": None, "fn-sweep": 5}


def test_before_anything_is_deleted_the_longest_run_has_ended() -> None:
    """A fetch that began just before may bring letters in for a quarter of an hour."""
    functions = _Lambda()
    assert longest_run(_found(**{"lambda": functions})) == 900
    del functions.limits["fn-fetch"]
    assert longest_run(_found(**{"lambda": functions})) == 240


def _interrupt(_seconds: float) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("fails_at", "wait", "error"), [("fn-sweep", lambda _: None, OperatorError), ("", _interrupt, KeyboardInterrupt)]
)
def test_a_pause_that_is_refused_or_interrupted_leaves_nothing_stopped(
    fails_at: str, wait: Callable[[float], None], error: type[BaseException]
) -> None:
    functions = _Lambda(fails_at)
    with pytest.raises(error):
        pause(_found(**{"lambda": functions}), wait=wait)
    assert set(functions.limits.values()) == {None}


def test_what_a_restore_that_was_cut_short_has_stopped_stays_stopped_when_the_next_is_interrupted() -> None:
    functions = _Lambda()
    functions.limits = dict.fromkeys(TIMEOUTS, 0)
    with pytest.raises(KeyboardInterrupt):
        pause(_found(**{"lambda": functions}), wait=_interrupt)
    assert set(functions.limits.values()) == {0}


def test_functions_that_are_gone_are_passed_over() -> None:
    functions = _Lambda()
    del functions.limits["fn-api"]
    found = _found(**{"lambda": functions})
    resume(found, pause(found, wait=lambda _: None))
    assert functions.limits == {"fn-fetch": None, "fn-sweep": None}


@pytest.mark.parametrize(
    ("keys", "count"),
    [(None, 0), ([], 0), (["inbox/hotline/"], 0), (["inbox/hotline/1.csv", "inbox-results/hotline/1.csv.0.json"], 1)],
)
def test_files_of_letters_in_the_inbox_are_letters_too(keys: list[str] | None, count: int) -> None:
    letters = Letters(0, 0, files_in_inbox(_found(s3=_S3(keys))))
    assert letters.files == count
    with pytest.raises(OperatorError, match="Nothing was changed") if count else nullcontext():
        refuse(letters, "s")
