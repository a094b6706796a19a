"""A transformed template, and what the tests read from it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.infrastructure.transformed_template import Template, packaged, read_template, transformed

type Statement = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Stack:
    """A transformed template."""

    template: Template

    @classmethod
    def of(cls, source: Template | None = None, contents: Mapping[str, str] | None = None) -> "Stack":
        """Transform template.yaml, or a changed copy of it, with the given folder contents."""
        return cls(transformed(packaged(source or read_template(), contents)))

    def resources(self, kind: str) -> dict[str, dict[str, Any]]:
        """Return the properties of every resource of a type, by logical id."""
        found = self.template["Resources"].items()
        return {name: resource.get("Properties", {}) for name, resource in found if resource["Type"] == kind}

    def statements(self) -> Iterator[tuple[str, Statement]]:
        """Yield every policy statement with the logical id of its role or managed policy."""
        documents = [
            (name, policy["PolicyDocument"]) for name, policy in self.resources("AWS::IAM::ManagedPolicy").items()
        ]
        for name, role in self.resources("AWS::IAM::Role").items():
            documents += [(name, policy["PolicyDocument"]) for policy in role.get("Policies", [])]
        for name, document in documents:
            for statement in document["Statement"]:
                yield name, statement

    def holds(self, condition: Any, parameters: Mapping[str, str]) -> bool:
        """Evaluate a condition for the given parameters; the others have their defaults.

        Raises:
            KeyError: the condition uses an intrinsic function that this method does not support.
        """
        ((function, operands),) = condition.items()
        if function == "Condition":
            return self.holds(self.template["Conditions"][operands], parameters)
        if function == "Fn::Equals":
            left, right = (self._scalar(operand, parameters) for operand in operands)
            return left == right
        verdicts = [self.holds(operand, parameters) for operand in operands]
        return {"Fn::Not": not verdicts[0], "Fn::And": all(verdicts), "Fn::Or": any(verdicts)}[function]

    def chosen(self, value: Any, parameters: Mapping[str, str]) -> Any:
        """Resolve an `Fn::If` for the given parameters."""
        condition, if_true, if_false = value["Fn::If"]
        return if_true if self.holds({"Condition": condition}, parameters) else if_false

    def violated_rules(self, parameters: Mapping[str, str]) -> list[str]:
        """Return the descriptions of the assertions in the template's rules that these parameters violate."""
        return [
            assertion["AssertDescription"]
            for rule in self.template["Rules"].values()
            if self.holds(rule["RuleCondition"], parameters)
            for assertion in rule["Assertions"]
            if not self.holds(assertion["Assert"], parameters)
        ]

    def _scalar(self, operand: Any, parameters: Mapping[str, str]) -> str:
        if not isinstance(operand, dict):
            return str(operand)
        name = operand["Ref"]
        return parameters.get(name, str(self.template["Parameters"][name].get("Default", "")))


def references(node: Any) -> Iterator[str]:
    """Yield every name that a piece of a template refers to: resources, parameters, conditions."""
    if isinstance(node, list):
        for item in node:
            yield from references(item)
    elif isinstance(node, dict):
        for key, value in node.items():
            yield from _references_of(key, value)


def _references_of(key: str, value: Any) -> Iterator[str]:
    if key in {"Ref", "Condition"} and isinstance(value, str):
        yield value
    elif key == "Fn::GetAtt":
        yield value[0] if isinstance(value, list) else value.split(".")[0]
    elif key == "Fn::Sub":
        text, own = (value, {}) if isinstance(value, str) else value
        yield from (name.split(".")[0] for name in re.findall(r"\$\{([^!}]+)\}", text) if name not in own)
        yield from references(own)
    elif key == "Fn::If":
        yield value[0]
        yield from references(value[1:])
    else:
        yield from references(value)
