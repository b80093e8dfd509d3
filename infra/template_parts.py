"""An expanded template, looked at by type: what the checks on it are written in."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Json = Any
Fault = tuple[str, str]
"""The resource, and what to do about it."""


@dataclass(frozen=True, slots=True)
class Stack:
    """An expanded template, looked at by type."""

    document: Mapping[str, Json]

    @property
    def resources(self) -> Mapping[str, Json]:
        """Logical name → resource."""
        found: Mapping[str, Json] = self.document["Resources"]
        return found

    def of(self, kind: str) -> Iterator[tuple[str, Json]]:
        """Logical names and properties of every resource of a type."""
        for name, resource in self.resources.items():
            if resource["Type"] == kind:
                yield name, resource.get("Properties", {})

    def statements(self, function: Json) -> list[Json]:
        """What the role of a function allows, whatever condition it hangs on."""
        role = self.resources.get(named(function.get("Role")), {}).get("Properties", {})
        documents = [each["PolicyDocument"] for each in role.get("Policies", [])]
        return [each for document in documents for each in alternatives(document["Statement"])]


def alternatives(node: Json) -> list[Json]:
    """A list's items, those under Fn::If each on its own and AWS::NoValue left out."""
    if isinstance(node, list):
        return [each for item in node for each in alternatives(item)]
    if isinstance(node, dict) and node.keys() == {"Fn::If"}:
        return alternatives(node["Fn::If"][1:])
    return [] if node == {"Ref": "AWS::NoValue"} else [node]


def named(node: Json) -> str:
    """The resource that a Ref, Fn::GetAtt or Fn::Sub speaks of; "" for anything else."""
    match node:
        case {"Ref": name} | {"Fn::GetAtt": [name, *_]}:
            return str(name)
        case {"Fn::Sub": str(text)} if found := re.match(r"\$\{(\w+)(\.\w+)?\}", text):
            return found[1]
    return ""
