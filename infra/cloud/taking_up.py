"""Takes up again what an installation that was ended with a backup has left in the account.

It is imported into a new stack as the old one had described it, untouched; the usual change set then makes everything
around it. So letters, keys and query codes are those there were.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from infra.cloud import artifacts, kept, stack
from infra.cloud.account import Account, told
from infra.cloud.deployed import Resource
from infra.cloud.kept import IDENTIFIED_BY, SECRET, Kept
from infra.cloud.stack import Say

_SUBSTITUTED: Final = re.compile(r"\$\{([A-Za-z0-9]+)[.}]")


@dataclass(frozen=True, slots=True)
class TakingUp:
    """What of the list is still there, and what somebody has deleted since."""

    listed: Kept
    there: tuple[Resource, ...]
    gone: tuple[Resource, ...]

    def told(self) -> Iterator[str]:
        """In words, before anybody agrees."""
        names = ", ".join(each.logical for each in self.there)
        yield f"what an earlier installation kept is taken up again: {names}"
        if self.gone:
            yield f"deleted since, and made anew, empty: {', '.join(each.logical for each in self.gone)}"
        yield "nothing of it is changed by that; what is made around it is shown after it, before it is made"


def to_take_up(account: Account, stage: str, name: str) -> TakingUp | None:
    """What a stage without a stack has to take up; None where there is nothing. `name`: the stack's.

    Raises OperatorError when some of it waits for its deletion.
    """
    if stack.find(account, name) is not None or (listed := kept.kept_in(account, stage)) is None:
        return None
    there = tuple(each for each in listed.resources if kept.is_there(account, each))
    return TakingUp(listed, there, tuple(each for each in listed.resources if each not in there)) if there else None


def take_up(account: Account, stage: str, name: str, what: TakingUp, at: datetime, say: Say) -> None:
    """Import it into a new stack. `at`: now. Raises OperatorError; everything is as it was then."""
    logicals = {each.logical for each in what.there}
    laid = artifacts.upload_template(account, stage, alone(what.listed.template, logicals))
    imported = [
        {
            "ResourceType": each.kind,
            "LogicalResourceId": each.logical,
            "ResourceIdentifier": {IDENTIFIED_BY[each.kind]: each.name},
        }
        for each in what.there
    ]
    proposed = stack.propose_import(
        account,
        name,
        f"{name}-{at:%Y%m%dT%H%M%S}-kept",
        artifacts.address(account, laid),
        what.listed.parameters,
        imported,
    )
    stack.carry_out(account, proposed, say)
    _put_versions_back(account, what.listed, say)
    say("taken up again")


def settle(account: Account, stage: str, say: Say) -> None:
    """When all is made, the list is needed no more: the secrets have the versions they had. Raises OperatorError."""
    if (listed := kept.kept_in(account, stage)) is not None:
        _put_versions_back(account, listed, say)
        kept.forget_kept(account, stage)


def _put_versions_back(account: Account, listed: Kept, say: Say) -> None:
    """A secret that the template lets be generated could have got a new version on the way; no query code would open
    its letter any more. The version of before is still there, and is made the present one again."""
    for each in listed.resources:
        before = listed.versions.get(each.logical)
        if each.kind == SECRET and before is not None and kept.is_there(account, each):
            _put_back(account, each, before, say)


def _put_back(account: Account, secret: Resource, before: str, say: Say) -> None:
    present = kept.present_version(account, secret.name)
    if present == before:
        return
    manager = account.client("secretsmanager")
    with told(f"The version of {secret.name} that was there before cannot be put back"):
        if before not in manager.describe_secret(SecretId=secret.name)["VersionIdsToStages"]:
            return  # deleted by hand since, and made anew
        manager.update_secret_version_stage(
            SecretId=secret.name, VersionStage="AWSCURRENT", MoveToVersionId=before, RemoveFromVersionId=present
        )
    say(f"{secret.logical} has the version again that it had before")


def alone(template: Mapping[str, Any], logicals: set[str]) -> dict[str, Any]:
    """The template with these resources alone, without what of them refers to others: that comes with the update."""
    known = {*logicals, *template.get("Parameters", {})}
    resources = {}
    for logical in sorted(logicals):
        own = {name: value for name, value in template["Resources"][logical].items() if name != "DependsOn"}
        own["Properties"] = {
            name: value
            for name, value in own.get("Properties", {}).items()
            if all(each in known for each in _referred(value))
        }
        resources[logical] = own
    return {**template, "Resources": resources}


def _referred(value: Any) -> Iterator[str]:
    """The resources and parameters that a property names; none of the cloud's own, such as AWS::Region."""
    if isinstance(value, list):
        for each in value:
            yield from _referred(each)
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name == "Ref" and "::" not in inner:
                yield inner
            elif name == "Fn::GetAtt":
                yield inner.partition(".")[0] if isinstance(inner, str) else inner[0]
            elif name == "Fn::Sub":
                yield from _SUBSTITUTED.findall(json.dumps(inner))
            yield from _referred(inner)
