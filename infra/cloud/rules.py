"""The rules that start the jobs: off as long as the installation is paused, and then on again as they were.

An event for a function that may not run goes to the queue of failed runs at once, and its alarm rings: so none may
come. Each rule that is switched off here is marked by a tag, before: a run that was cut short leaves the tag, and
whoever ends the pause switches on the marked ones alone. One that an operator had switched off before stays off.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from botocore.exceptions import ClientError

from infra.cloud.deployed import Deployed

RULE: Final = "AWS::Events::Rule"
TAG: Final = "huiyin:paused"


def switch_off(found: Deployed, switched: list[str]) -> None:
    """Switch off every rule that is on, and add its name to `switched` as soon as it is touched. Raises ClientError."""
    for rule in _there(found):
        if rule["State"] == "DISABLED":  # by an operator, or by a pause that was cut short: then it has its tag
            continue
        events = found.account.client("events")
        switched.append(rule["Name"])
        events.tag_resource(ResourceARN=rule["Arn"], Tags=[{"Key": TAG, "Value": "yes"}])
        events.disable_rule(Name=rule["Name"])


def switch_on(found: Deployed, only: Iterable[str] | None = None) -> None:
    """Switch on what a pause has switched off; `only`: of these names. Raises ClientError."""
    among = None if only is None else set(only)
    for rule in _there(found):
        if (among is None or rule["Name"] in among) and is_marked(found, rule):
            events = found.account.client("events")
            events.enable_rule(Name=rule["Name"])
            events.untag_resource(ResourceARN=rule["Arn"], TagKeys=[TAG])


def off(found: Deployed) -> dict[str, bool]:
    """The rules that are off by their logical names, and whether a pause has switched them off. Raises ClientError."""
    logical = {each.name: each.logical for each in found.of_kind(RULE)}
    return {logical[rule["Name"]]: is_marked(found, rule) for rule in _there(found) if rule["State"] == "DISABLED"}


def is_marked(found: Deployed, rule: dict[str, Any]) -> bool:
    """Whether a pause has switched it off, or was about to. Raises ClientError."""
    tags = found.account.client("events").list_tags_for_resource(ResourceARN=rule["Arn"])["Tags"]
    return any(each["Key"] == TAG for each in tags)


def _there(found: Deployed) -> Iterator[dict[str, Any]]:
    """The rules that there are: a stack that was deleted half way lists some that are gone."""
    for each in found.of_kind(RULE):
        try:
            yield found.account.client("events").describe_rule(Name=each.name)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise
