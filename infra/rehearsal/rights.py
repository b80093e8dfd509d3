"""Whether policies are exactly right: nothing a function calls is refused, and nothing it is granted goes unused.

What the functions did is known from the emulator's own decisions; what they may do is read from the roles as deployed.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Final

from infra.cloud.account import Account, told
from infra.rehearsal.place import Decision

_BY_THE_PLATFORM: Final = ("logs:", "sqs:SendMessage")
"""Used by Lambda itself for the function: the emulator asks nobody then. infra/template_checks.py holds them."""
_THROUGH_A_SERVICE: Final = "kms:ViaService"
"""Rights that DynamoDB and S3 use on the function's behalf: as above."""


@dataclass(frozen=True, slots=True)
class Right:
    """One action on one resource pattern that a function's policy grants; `but`: on all others than these."""

    function: str
    action: str
    resource: str
    but: bool = False

    def covers(self, decision: Decision) -> bool:
        """Whether it is what made this decision possible."""
        matches = fnmatchcase(decision.resource, self.resource)
        return fnmatchcase(decision.action, self.action) and matches is not self.but

    def __str__(self) -> str:
        return f"{self.function}: {self.action} on {'all but ' if self.but else ''}{self.resource}"


@dataclass(frozen=True, slots=True)
class Resting:
    """A right that a rehearsal cannot make a function use, or not at every hour. It must be granted all the same."""

    function: str
    action: str
    resource: str
    reason: str

    def is_about(self, right: Right) -> bool:
        """Whether this is that right. `resource`: a part of the resource's name."""
        same = (right.function, right.action) == (self.function, self.action)
        return same and self.resource in right.resource.lower()


RESTING: Final = (
    Resting("reconcile", "s3:DeleteObject", "attachments", "deletes files a day old, and S3 itself dates them"),
    Resting(
        "api", "s3:ListBucket", "attachments", "is asked for it when a file is not there; by the emulator it is not"
    ),
    Resting("spot_checks", "s3:ListBucket", "reports", "is asked for it while a day is not closed; as above"),
    Resting("calendar_watch", "dynamodb:PutItem", "table", "warns only in the last weeks before certainty ends"),
)


def granted(account: Account, roles: Mapping[str, str]) -> list[Right]:
    """What the deployed roles may do, without what only the platform uses. `roles`: role's name → function's."""
    iam = account.client("iam")
    found: list[Right] = []
    with told("The roles' policies cannot be read"):
        for role, function in roles.items():
            for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
                document = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
                found += _rights(function, document)
    return found


def _rights(function: str, document: dict[str, Any]) -> Iterator[Right]:
    for statement in document["Statement"]:
        if _THROUGH_A_SERVICE in str(statement.get("Condition", "")):
            continue
        for action in _list(statement["Action"]):
            if not action.startswith(_BY_THE_PLATFORM):
                for resource in _list(statement.get("Resource", [])):
                    yield Right(function, action, resource)
                for resource in _list(statement.get("NotResource", [])):
                    yield Right(function, action, resource, but=True)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def refused(decisions: Iterable[Decision], roles: Mapping[str, str]) -> list[str]:
    """What functions asked for and were refused, in words, each once, in order."""
    lines = [
        f"{roles[each.role]} was refused {each.action} on {each.resource}"
        for each in decisions
        if not each.allowed and each.role in roles
    ]
    return list(dict.fromkeys(lines))


def unused(rights: Iterable[Right], decisions: Iterable[Decision], roles: Mapping[str, str]) -> list[Right]:
    """What is granted and made nothing possible, or only what another right of the function makes possible too."""
    there = list(rights)
    needed: set[Right] = set()
    for decision in {each for each in decisions if each.allowed and each.role in roles}:
        covering = [right for right in there if right.function == roles[decision.role] and right.covers(decision)]
        if len(covering) == 1:
            needed.add(covering[0])
    return [right for right in there if right not in needed]


def wrong(rights: Iterable[Right], decisions: Iterable[Decision], roles: Mapping[str, str]) -> list[str]:
    """In words: what nothing used and is not known for that, and what is known for it and is not granted."""
    there = sorted(rights, key=str)
    vain = [each for each in unused(there, decisions, roles) if not any(rest.is_about(each) for rest in RESTING)]
    lacking = [rest for rest in RESTING if not any(rest.is_about(each) for each in there)]
    return [
        *(f"  nothing used {each}: take it out of the policy" for each in vain),
        *(f"  {rest.function} lacks {rest.action} on {rest.resource}: it {rest.reason}" for rest in lacking),
    ]


def roles_of(account: Account, functions: Mapping[str, str]) -> dict[str, str]:
    """Each function's role → the function's own name, such as `close_day`. `functions`: own name → physical name."""
    found = {}
    with told("The functions' roles cannot be read"):
        for name, physical in functions.items():
            role = account.client("lambda").get_function_configuration(FunctionName=physical)["Role"]
            found[role.rpartition("/")[2]] = name
    return found
