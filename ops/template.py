"""What template.yaml says about its parameters and resources."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from vpnbot.errors import Rejected

ROOT = Path(__file__).parents[1]
TEMPLATE = ROOT / "template.yaml"


class _Loader(yaml.CSafeLoader):
    """Reads the short form of a function of CloudFormation, such as `!Ref X`, as a map, such as `{"!Ref": "X"}`."""


def _function(loader: yaml.CSafeLoader, name: str, node: yaml.Node) -> Mapping[str, object]:
    if isinstance(node, yaml.MappingNode):
        return {f"!{name}": loader.construct_mapping(node, deep=True)}
    if isinstance(node, yaml.SequenceNode):
        return {f"!{name}": loader.construct_sequence(node, deep=True)}
    return {f"!{name}": node.value}


_Loader.add_multi_constructor("!", _function)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of the template, and the rules for its values."""

    name: str
    description: str
    default: str
    pattern: str
    allowed: tuple[str, ...]
    longest: int | None
    is_number: bool

    def checked(self, value: str) -> str:
        """Return the value if CloudFormation accepts it.

        Raises:
            Rejected: it does not; the message says what it accepts.
        """
        value = value.strip()
        if self.allowed and value not in self.allowed:
            raise Rejected(f"{self.name} is one of {', '.join(self.allowed)}")
        if self.is_number and not re.fullmatch(r"-?\d+(\.\d+)?", value):
            raise Rejected(f"{self.name} is a number: {self.description}")
        if self.pattern and not re.search(self.pattern, value):
            raise Rejected(f"{self.name} has another form: {self.description}")
        if self.longest is not None and len(value) > self.longest:
            raise Rejected(f"{self.name} has at most {self.longest} characters")
        return value


@cache
def _document(path: Path) -> Mapping[str, Any]:
    document: Mapping[str, Any] = yaml.load(path.read_text("utf-8"), _Loader)  # noqa: S506  a SafeLoader
    return document


def parameters() -> Mapping[str, Parameter]:
    """Return the parameters of the template by name."""
    return {
        name: Parameter(
            name,
            str(rules.get("Description", "")),
            str(rules.get("Default", "")),
            str(rules.get("AllowedPattern", "")),
            tuple(map(str, rules.get("AllowedValues", ()))),
            int(rules["MaxLength"]) if "MaxLength" in rules else None,
            rules["Type"] == "Number",
        )
        for name, rules in _document(TEMPLATE)["Parameters"].items()
    }


def parameter(name: str) -> Parameter:
    """Return a parameter.

    Raises:
        Rejected: the template has none of this name.
    """
    known = parameters()
    if name not in known:
        raise Rejected(f"there is no parameter {name}; there are {', '.join(known)}")
    return known[name]


def resource_counts(values: Mapping[str, str], path: Path = TEMPLATE) -> Counter[str]:
    """Return how many resources of each type a deployment with these parameters makes, with its nested stacks."""
    document = _document(path)
    defaults = {name: str(rules.get("Default", "")) for name, rules in document["Parameters"].items()}
    conditions = _Conditions({**defaults, **values}, document.get("Conditions", {}))
    counts: Counter[str] = Counter()
    for resource in document["Resources"].values():
        if "Condition" in resource and not conditions.holds({"!Condition": resource["Condition"]}):
            continue
        counts[resource["Type"]] += 1
        if resource["Type"] == "AWS::CloudFormation::Stack":
            properties = resource["Properties"]
            given = {name: conditions.value(value) for name, value in properties.get("Parameters", {}).items()}
            counts += resource_counts(given, path.parent / properties["TemplateURL"])
    return counts


@dataclass(frozen=True, slots=True)
class _Conditions:
    """The conditions of a template with the values of its parameters."""

    values: Mapping[str, str]
    conditions: Mapping[str, Any]

    def holds(self, condition: Mapping[str, Any]) -> bool:
        ((function, argument),) = condition.items()
        match function:
            case "!Condition":
                return self.holds(self.conditions[argument])
            case "!Not":
                return not self.holds(argument[0])
            case "!And":
                return all(map(self.holds, argument))
            case "!Or":
                return any(map(self.holds, argument))
            case "!Equals":
                first, second = map(self.value, argument)
                return first == second
        raise NotImplementedError(function)

    def value(self, node: object) -> str:
        """Return a value: a parameter's, or the text of what is known only when it is deployed."""
        match node:
            case {"!Ref": name}:
                return self.values.get(str(name), str(name))
            case {"!If": [condition, first, second]}:
                return self.value(first if self.holds({"!Condition": condition}) else second)
        return str(node)
