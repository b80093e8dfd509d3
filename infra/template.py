"""Reads the resources template and puts values in place of its references, as CloudFormation would.

Only the functions that infra/resources.json uses are known; anything else is an error, not a guess.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from infra.environment import RESOURCES
from infra.errors import OperatorError

Json = Any  # a template is whatever JSON says; its shape is checked by cfn-lint


_NO_VALUE: Final = object()
_IN_TEXT: Final = re.compile(r"\$\{([^}]+)\}")


@dataclass(slots=True)
class Values:
    """What names stand for: `refs` for Ref and Fn::Sub, `attributes` for Fn::GetAtt; and the template's conditions."""

    refs: dict[str, Json] = field(default_factory=dict)
    attributes: dict[tuple[str, str], str] = field(default_factory=dict)
    conditions: Mapping[str, Json] = field(default_factory=dict)

    def resolve(self, node: Json) -> Json:
        """`node` with every reference replaced. Raises OperatorError for a name that has no value yet."""
        if isinstance(node, list):
            return [each for each in map(self.resolve, node) if each is not _NO_VALUE]
        if not isinstance(node, dict):
            return node
        if len(node) == 1:
            ((function, argument),) = node.items()
            if function == "Ref":
                return _NO_VALUE if argument == "AWS::NoValue" else self._ref(argument)
            if function.startswith("Fn::"):
                return self._function(function, argument)
        resolved = {key: self.resolve(value) for key, value in node.items()}
        return {key: value for key, value in resolved.items() if value is not _NO_VALUE}

    def holds(self, condition: Json) -> bool:
        """Whether a condition holds, given by its name or written out. Raises OperatorError for an unknown one."""
        if isinstance(condition, str):
            if condition not in self.conditions:
                raise OperatorError(f"The template asks for the condition {condition}, which it does not have.")
            return self.holds(self.conditions[condition])
        match condition:
            case {"Condition": name}:
                return self.holds(str(name))
            case {"Fn::Equals": [one, other]}:
                return str(self.resolve(one)) == str(self.resolve(other))
            case {"Fn::Not": [inner]}:
                return not self.holds(inner)
            case {"Fn::And": parts}:
                return all(map(self.holds, parts))
            case {"Fn::Or": parts}:
                return any(map(self.holds, parts))
        raise OperatorError(f"The local template reader does not know this condition: {condition}")

    def _function(self, function: str, argument: Json) -> Json:
        match function, argument:
            case "Fn::GetAtt", [resource, attribute]:
                return self._attribute(resource, attribute)
            case "Fn::Sub", str():
                return _IN_TEXT.sub(lambda found: self._substitute(found[1]), argument)
            case "Fn::If", [condition, then, otherwise]:
                return self.resolve(then if self.holds(str(condition)) else otherwise)
            case "Fn::Join", [between, parts]:
                return str(between).join(str(each) for each in self.resolve(parts))
            case "Fn::Split", [mark, text]:
                return str(self.resolve(text)).split(mark)
            case "Fn::Select", [number, parts]:
                return self.resolve(parts)[int(number)]
        raise OperatorError(f"The local template reader does not know {function} with {argument}.")

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
    conditions: Mapping[str, Json] = field(default_factory=dict)

    def of_type(self, kind: str) -> dict[str, Json]:
        """Logical name → properties of every resource of a type, such as `AWS::DynamoDB::Table`."""
        return {
            name: resource.get("Properties", {})
            for name, resource in self.resources.items()
            if resource.get("Type") == kind  # one without a type adds to a resource of the merged template
        }

    @property
    def environment_of_resources(self) -> dict[str, Json]:
        """The variables that say nothing but which resources were made; all others say what a county chose."""
        return {
            name: node
            for name, node in self.environment.items()
            if all(each in self.resources for each in _names_in(node))
        }

    def values(self, stack: str, chosen: Mapping[str, Json] | None = None) -> Values:
        """The values known before anything exists: the stack's name, and the parameters, as chosen or by default."""
        refs = {"AWS::StackName": stack, "AWS::Partition": "aws", "AWS::AccountId": "000000000000"}
        defaults = {name: each["Default"] for name, each in self.parameters.items() if "Default" in each}
        return Values({**refs, **defaults, **(chosen or {})}, conditions=self.conditions)


def load(path: Path = RESOURCES) -> Template:
    """The template as merged into Chalice's own when the product is packaged."""
    document = json.loads(path.read_text())
    return Template(
        parameters=document.get("Parameters", {}),
        resources=document["Resources"],
        environment=document["Globals"]["Function"]["Environment"]["Variables"],
        conditions=document.get("Conditions", {}),
    )


def _names_in(node: Json) -> Iterator[str]:
    """Every name a part of the template refers to: parameters, conditions and resources."""
    match node:
        case {"Ref": name} | {"Fn::GetAtt": [name, _]}:
            yield name
        case {"Fn::Sub": str(text)}:
            yield from (found[1].partition(".")[0] for found in _IN_TEXT.finditer(text))
        case {"Fn::If": [condition, *parts]}:
            yield condition
            yield from (name for part in parts for name in _names_in(part))
        case dict():
            yield from (name for part in node.values() for name in _names_in(part))
        case list():
            yield from (name for part in node for name in _names_in(part))


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
