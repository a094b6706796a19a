"""The intrinsic functions of CloudFormation that the local run supports; every other one raises an error.

Resolved: `Ref`, `Fn::GetAtt`, `Fn::Sub`, `Fn::Join`, `Fn::If`, and in conditions `Fn::Equals`, `Fn::Not`, `Fn::And`,
`Fn::Or`, `Condition`. Pseudo parameters: `AWS::Region`, `AWS::AccountId`, `AWS::Partition`, `AWS::StackName`,
`AWS::URLSuffix`, `AWS::NoValue`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

type Node = Any
"""A piece of a YAML document: scalars, lists and mappings of them, nested without a schema."""

ABSENT = object()
"""The value of `AWS::NoValue`: a property with this value is removed."""


class UnsupportedTemplateError(Exception):
    """The template uses something that the local run does not support; the message names it."""


class _CloudFormationLoader(yaml.CSafeLoader):
    """YAML with CloudFormation's short forms (`!Ref`, `!GetAtt a.b`, …), parsed in C: ten times as fast."""


def _short_form(loader: yaml.CSafeLoader, suffix: str, node: yaml.Node) -> Node:
    value: Node
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    elif isinstance(node, yaml.MappingNode):
        value = loader.construct_mapping(node, deep=True)
    else:
        raise UnsupportedTemplateError(f"!{suffix}: a YAML node of kind {type(node).__name__}")
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}": value}


_CloudFormationLoader.add_multi_constructor("!", _short_form)


def parse(text: str) -> dict[str, Node]:
    """Parse a template's text; short forms become long ones.

    Raises:
        UnsupportedTemplateError: it is not a mapping.
    """
    document = yaml.load(text, Loader=_CloudFormationLoader)  # noqa: S506  a SafeLoader with additional tags
    if not isinstance(document, dict):
        raise UnsupportedTemplateError("a template is a mapping")
    return document


@dataclass(frozen=True, slots=True)
class Resolver:
    """Resolves intrinsic functions to their values in this run."""

    parameters: Mapping[str, str]
    pseudo: Mapping[str, str]
    conditions: Mapping[str, Node]
    reference: Callable[[str], Node]
    attribute: Callable[[str, str], Node]

    def resolve(self, node: Node) -> Node:
        """Return the node with every intrinsic function replaced.

        Raises:
            UnsupportedTemplateError: an intrinsic function or a name that the local run does not know.
        """
        if isinstance(node, list):
            return [value for item in node if (value := self.resolve(item)) is not ABSENT]
        if not isinstance(node, dict):
            return node
        if len(node) == 1:
            (name, argument) = next(iter(node.items()))
            if name in {"Ref", "Condition"} or str(name).startswith("Fn::"):
                return self._call(name, argument)
        resolved = {key: self.resolve(value) for key, value in node.items()}
        return {key: value for key, value in resolved.items() if value is not ABSENT}

    def holds(self, condition: str) -> bool:
        """Return whether a named condition is true.

        Raises:
            UnsupportedTemplateError: it is not declared.
        """
        if condition not in self.conditions:
            raise UnsupportedTemplateError(f"condition {condition!r} is not declared")
        return self._test(self.conditions[condition])

    def _call(self, name: str, argument: Node) -> Node:
        match name:
            case "Ref":
                return self._ref(argument)
            case "Fn::GetAtt":
                resource, attribute = argument
                return self.attribute(resource, attribute)
            case "Fn::Sub":
                return self._substituted(argument)
            case "Fn::Join":
                separator, parts = argument
                return separator.join(str(part) for part in self.resolve(parts))
            case "Fn::If":
                condition, then, otherwise = argument
                return self.resolve(then if self.holds(condition) else otherwise)
            case "Fn::Equals" | "Fn::Not" | "Fn::And" | "Fn::Or" | "Condition":
                return self._test({name: argument})
        raise UnsupportedTemplateError(f"{name} is not among the intrinsic functions that the local run resolves")

    def _ref(self, name: str) -> Node:
        if name == "AWS::NoValue":
            return ABSENT
        if name in self.pseudo:
            return self.pseudo[name]
        if name in self.parameters:
            return self.parameters[name]
        return self.reference(name)

    def _substituted(self, argument: Node) -> str:
        text, variables = argument if isinstance(argument, list) else (argument, {})
        values = {name: self.resolve(value) for name, value in variables.items()}

        def replacement(match: re.Match[str]) -> str:
            name = match.group(1)
            if name.startswith("!"):
                return "${" + name[1:] + "}"
            if name in values:
                return str(values[name])
            if "." in name:
                return str(self.attribute(*name.split(".", 1)))
            return str(self._ref(name))

        return re.sub(r"\$\{([^}]+)\}", replacement, text)

    def _test(self, node: Node) -> bool:
        if not isinstance(node, dict) or len(node) != 1:
            raise UnsupportedTemplateError(f"not a condition: {node!r}")
        (name, argument) = next(iter(node.items()))
        match name:
            case "Fn::Equals":
                left, right = self.resolve(argument)
                return str(left) == str(right)
            case "Fn::Not":
                return not self._test(argument[0])
            case "Fn::And":
                return all(self._test(part) for part in argument)
            case "Fn::Or":
                return any(self._test(part) for part in argument)
            case "Condition":
                return self.holds(argument)
        raise UnsupportedTemplateError(f"{name} is not among the conditions that the local run resolves")
