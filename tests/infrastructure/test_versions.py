"""Every change of a function's code or configuration publishes a new version, and the alias points to it."""

import pytest

from tests.infrastructure.stack import Stack, references
from tests.infrastructure.transformed_template import Template, read_template


def versions(stack: Stack) -> dict[str, str]:
    """Return the logical id of each function's version."""
    return {v["FunctionName"]["Ref"]: name for name, v in stack.resources("AWS::Lambda::Version").items()}


def test_every_function_is_called_through_its_alias(stack: Stack) -> None:
    for alias in stack.resources("AWS::Lambda::Alias").values():
        function = alias["FunctionName"]["Ref"]
        assert alias["FunctionVersion"] == {"Fn::GetAtt": [versions(stack)[function], "Version"]}
    assert set(versions(stack)) == set(stack.resources("AWS::Lambda::Function"))


def test_deploying_the_same_content_again_changes_nothing(stack: Stack) -> None:
    assert Stack.of().template == stack.template


@pytest.mark.parametrize("layer", ["DependenciesLayer", "VpnbotLayer"])
def test_a_changed_layer_publishes_every_function_and_registers_the_webhook_again(stack: Stack, layer: str) -> None:
    changed = Stack.of(contents={layer: "other-content"})
    before, after = versions(stack), versions(changed)
    assert all(before[function] != after[function] for function in before)
    webhook = "AWS::CloudFormation::CustomResource"
    assert stack.resources(webhook)["Webhook"] != changed.resources(webhook)["Webhook"]


def test_changed_code_of_one_function_publishes_that_function_alone(stack: Stack) -> None:
    changed = versions(Stack.of(contents={"DueWorker": "other-content"}))
    assert {name for name, version in versions(stack).items() if changed[name] != version} == {"DueWorker"}


def test_a_changed_environment_publishes_every_function(stack: Stack) -> None:
    source = read_template()
    source["Globals"]["Function"]["Environment"]["Variables"]["SUPPORT_URL"] = "https://t.me/other"
    changed = versions(Stack.of(source))
    assert all(changed[name] != version for name, version in versions(stack).items())


def test_a_changed_parameter_publishes_exactly_the_functions_whose_configuration_it_reaches(stack: Stack) -> None:
    parameters, conditions = set(stack.template["Parameters"]), stack.template["Conditions"]
    for version in stack.resources("AWS::Lambda::Version").values():
        function = dict(stack.resources("AWS::Lambda::Function")[version["FunctionName"]["Ref"]])
        # Not part of a version: it belongs to the function as a whole (Lambda API, PutFunctionConcurrency).
        function.pop("ReservedConcurrentExecutions", None)
        reached = set(references(function))
        reached |= {name for condition in reached & set(conditions) for name in references(conditions[condition])}
        # A missing parameter would leave old values in use; one too many, and Lambda rejects an unchanged version.
        assert set(references(version["Description"])) == reached & parameters, version["FunctionName"]


def test_a_version_description_is_never_longer_than_lambda_allows(stack: Stack) -> None:
    def longest(parameter: Template) -> int:
        allowed = parameter.get("AllowedValues") or [parameter.get("MaxValue", "")]
        return int(parameter.get("MaxLength", max(len(str(value)) for value in allowed)))

    for version in stack.resources("AWS::Lambda::Version").values():
        named = references(version["Description"])
        # Lambda API, PublishVersion: Description, 0-256 characters.
        assert sum(longest(stack.template["Parameters"][name]) + 1 for name in named) <= 257
