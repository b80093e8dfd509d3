"""Reads the resources template and puts values in place of its references, as CloudFormation would.

Only the three functions that infra/resources.json uses are known; anything else is an error, not a guess.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from infra.environment import RESOURCES
from infra.errors import OperatorError

Json = Any  # a template is whatever JSON says; its shape is checked by cfn-lint


@dataclass(slots=True)
class Values:
    """What names stand for: `refs` for Ref and Fn::Sub, `attributes` for Fn::GetAtt."""

    refs: dict[str, Json] = field(default_factory=dict)
    attributes: dict[tuple[str, str], str] = field(default_factory=dict)

    def resolve(self, node: Json) -> Json:
        """`node` with every reference replaced. Raises OperatorError for a name that has no value yet."""
        if isinstance(node, list):
            return [self.resolve(item) for item in node]
        if not isinstance(node, dict):
            return node
        if len(node) == 1:
            ((function, argument),) = node.items()
            if function == "Ref":
                return self._ref(argument)
            if function == "Fn::GetAtt":
                return self._attribute(argument[0], argument[1])
            if function == "Fn::Sub":
                return re.sub(r"\$\{([^}]+)\}", lambda match: self._substitute(match[1]), argument)
            if function.startswith("Fn::"):
                raise OperatorError(f"The local template reader does not know {function}.")
        return {key: self.resolve(value) for key, value in node.items()}

    def _ref(self, name: str) -> Json:
        if name not in self.refs:
            raise OperatorError(f"The template refers to {name}, which has no value here.")
        return self.refs[name]

    def _attribute(self, name: str, attribute: str) -> str:
        if (name, attribute) not in self.attributes:
            raise OperatorError(f"The template refers to {name}.{attribute}, which has no value here.")
        return self.attributes[name, attribute]

    def _substitute(self, name: str) -> str:
        resource, _, attribute = name.partition(".")
        return self._attribute(resource, attribute) if attribute else str(self._ref(name))


@dataclass(frozen=True, slots=True)
class Template:
    """The resources template, references still in it."""

    parameters: Mapping[str, Json]
    resources: Mapping[str, Mapping[str, Json]]
    environment: Mapping[str, Json]

    def of_type(self, kind: str) -> dict[str, Json]:
        """Logical name → properties of every resource of a type, such as `AWS::DynamoDB::Table`."""
        return {
            name: resource.get("Properties", {})
            for name, resource in self.resources.items()
            if resource.get("Type") == kind  # one without a type adds to a resource of the merged template
        }

    def values(self, stack: str, chosen: Mapping[str, Json] | None = None) -> Values:
        """The values known before anything exists: the stack's name, and the parameters, as chosen or by default."""
        refs = {"AWS::StackName": stack, "AWS::Partition": "aws", "AWS::AccountId": "000000000000"}
        defaults = {name: each["Default"] for name, each in self.parameters.items() if "Default" in each}
        return Values({**refs, **defaults, **(chosen or {})})


def load(path: Path = RESOURCES) -> Template:
    """The template as merged into Chalice's own when the product is packaged."""
    document = json.loads(path.read_text())
    return Template(
        parameters=document.get("Parameters", {}),
        resources=document["Resources"],
        environment=document["Globals"]["Function"]["Environment"]["Variables"],
    )


def table_request(template: Template, table_name: str, values: Values) -> dict[str, Json]:
    """The template's table as keyword arguments of boto3's `create_table`, named `table_name`.

    Point-in-time recovery and TTL are calls of their own, and a local table needs no protection against deletion.
    """
    ((_, properties),) = template.of_type("AWS::DynamoDB::Table").items()
    wanted = ("BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")
    encryption = values.resolve(properties["SSESpecification"])
    return {
        "TableName": table_name,
        **{key: properties[key] for key in wanted},
        "SSESpecification": {
            "Enabled": encryption["SSEEnabled"],
            "SSEType": encryption["SSEType"],
            "KMSMasterKeyId": encryption["KMSMasterKeyId"],
        },
    }
