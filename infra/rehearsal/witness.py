"""Runs the emulator, writes down each decision about a role's rights, and lets functions see no library but the
bundle's. Run by the emulator's own Python.

    python witness.py DECISIONS.jsonl

A line a decision: the role, the action, the resource, whether it was allowed. Without this an unused right would never
show, and a refused call only as whatever the function made of it.
"""

import json
import runpy
import sys
from pathlib import Path
from typing import Any

from ministack.core import (  # type: ignore[import-not-found]  # its own environment has it, ours has not
    iam_evaluator,
    lambda_runtime,
)

_ASSUMED = ":assumed-role/"
_PARTITION = "aws"
_BY_IDENTITY = {"ses:SendRawEmail"}  # AWS decides it on the sender's identity, the emulator on nothing in particular
_BUNDLE_ALONE = """
import sys
sys.path[:] = [each for each in sys.path if not each.endswith(("site-packages", "dist-packages"))]
"""


def leave_functions_to_themselves() -> None:
    """Functions run on the emulator's Python, but a library that the bundle lacks is lacking."""
    lambda_runtime._PYTHON_WORKER_SCRIPT = _BUNDLE_ALONE + lambda_runtime._PYTHON_WORKER_SCRIPT


def know_what_cloudformation_knows() -> None:
    """It imports secrets into a stack, and makes a bucket anew for another name alone: the emulator lacks both."""
    from ministack.services import secretsmanager  # type: ignore[import-not-found]
    from ministack.services.cloudformation import provisioners  # type: ignore[import-not-found]

    def take_in(identifier: dict[str, str]) -> tuple[str, dict[str, str]]:
        secret = secretsmanager._secrets[identifier["Id"]]
        return secret["Name"], {"Id": secret["ARN"], "Arn": secret["ARN"]}

    provisioners._RESOURCE_HANDLERS["AWS::SecretsManager::Secret"]["import"] = take_in
    provisioners._REPLACING_PROPERTIES["AWS::S3::Bucket"] = ("BucketName",)


def witness(path: str) -> None:
    """From now on write every decision about an assumed role to `path`."""
    decide = iam_evaluator.enforce
    out = Path(path).open("a", buffering=1, encoding="utf-8")  # noqa: SIM115  open as long as the emulator runs

    def enforce(access_key_id: str, iam_action: str, service: str, region: str, *args: Any, **named: Any) -> Any:
        from ministack.core.responses import get_account_id  # type: ignore[import-not-found]

        if iam_action in _BY_IDENTITY and named.get("resource_arn") == "*":
            named["resource_arn"] = f"arn:{_PARTITION}:ses:{region}:{get_account_id()}:identity/sender"
        decision = decide(access_key_id, iam_action, service, region, *args, **named)
        principal = iam_evaluator.resolve_principal(access_key_id or "", get_account_id())
        arn = getattr(principal, "arn", "")
        if _ASSUMED in arn:
            resource = args[0] if args else named.get("resource_arn", "*")
            line = {
                "role": arn.partition(_ASSUMED)[2].partition("/")[0],
                "action": iam_action,
                "resource": resource,
                "allowed": decision is None,
            }
            out.write(json.dumps(line) + "\n")
        return decision

    iam_evaluator.enforce = enforce


if __name__ == "__main__":
    witness(sys.argv[1])
    leave_functions_to_themselves()
    know_what_cloudformation_knows()
    sys.argv = ["ministack"]
    runpy.run_module("ministack", run_name="__main__")
