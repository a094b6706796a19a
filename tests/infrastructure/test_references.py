"""References in the template: no cycle, no unknown name, and the webhook is registered last."""

from graphlib import TopologicalSorter
from typing import Any

import pytest

from tests.infrastructure.stack import Stack, references
from tests.infrastructure.transformed_template import read_template


def graph(stack: Stack) -> dict[str, set[str]]:
    """Return for each resource the resources that must exist before it."""
    resources = stack.template["Resources"]
    needs = {}
    for name, resource in resources.items():
        depends_on = resource.get("DependsOn", [])
        explicit = [depends_on] if isinstance(depends_on, str) else depends_on
        needs[name] = (set(references(resource.get("Properties", {}))) | set(explicit)) & set(resources)
    return needs


def test_resources_do_not_depend_on_each_other_in_a_cycle(stack: Stack) -> None:
    order = list(TopologicalSorter(graph(stack)).static_order())
    assert len(order) == len(stack.template["Resources"])


def test_every_reference_has_a_target(stack: Stack) -> None:
    template = stack.template
    known = set(template["Resources"]) | set(template["Parameters"]) | set(template["Conditions"])
    unknown = {
        name for name in references([template["Resources"], template["Outputs"]]) if not name.startswith("AWS::")
    }
    assert unknown <= known


@pytest.mark.parametrize("nested", ["AlarmsStack", "DashboardsStack"])
def test_a_nested_stack_gets_exactly_the_parameters_that_it_declares(stack: Stack, nested: str) -> None:
    source = read_template()["Resources"][nested]["Properties"]["TemplateURL"]
    passed = stack.resources("AWS::CloudFormation::Stack")[nested]["Parameters"]
    assert set(passed) == set(read_template(source)["Parameters"])


@pytest.mark.parametrize("nested", ["AlarmsStack", "DashboardsStack"])
def test_every_reference_of_a_nested_stack_has_a_target(stack: Stack, nested: str) -> None:
    template = read_template(read_template()["Resources"][nested]["Properties"]["TemplateURL"])
    known = set(template["Resources"]) | set(template["Parameters"]) | set(template.get("Conditions", {}))
    assert {name for name in references(template["Resources"]) if not name.startswith("AWS::")} <= known


def test_the_webhook_is_registered_only_when_telegram_can_reach_it(stack: Stack) -> None:
    needs = graph(stack)
    before, todo = set(), {"Webhook"}
    while todo:
        before |= todo
        todo = {need for name in todo for need in needs[name]} - before
    assert {"TelegramApi", "TelegramRoute", "TelegramStage", "TelegramIntegration", "TelegramPermission"} <= before


EVERY_STAGE = pytest.mark.parametrize(
    "parameters",
    [
        {"Stage": "demo"},
        {"Stage": "staging", "Dashboards": "off"},
        {"Stage": "demo", "TrafficShift": "Linear10PercentEvery1Minute", "AlarmEmail": "a@example.com"},
        {"Stage": "production", "Panel": "three_x_ui", "AlarmEmail": "a@example.com"},
        {
            "Stage": "production",
            "DomainName": "vpn.example.com",
            "CertificateArn": "arn",
            "TrafficShift": "AllAtOnce",
        },
        {"Stage": "production", "DomainName": "vpn.example.com", "CertificateArn": "arn", "HostedZoneId": "Z1"},
    ],
    ids=lambda parameters: " ".join(parameters.values()),
)


@EVERY_STAGE
def test_what_exists_in_a_stage_refers_only_to_what_exists_and_in_no_cycle(
    stack: Stack, parameters: dict[str, str]
) -> None:
    """CloudFormation also waits for what an update policy names: the deployment group and the check of a version."""
    resources = stack.template["Resources"]
    present = {
        name
        for name, resource in resources.items()
        if "Condition" not in resource or stack.holds({"Condition": resource["Condition"]}, parameters)
    }
    needs = {}
    for name in present:
        parts = [resources[name].get(part, {}) for part in ("Properties", "UpdatePolicy")]
        depends_on = resources[name].get("DependsOn", [])
        explicit = {depends_on} if isinstance(depends_on, str) else set(depends_on)
        needs[name] = ({*references(resolved(stack, parts, parameters))} | explicit) & set(resources)
        assert needs[name] <= present, name
    assert len(list(TopologicalSorter(needs).static_order())) == len(present)
    outputs = [
        output["Value"]
        for output in stack.template["Outputs"].values()
        if "Condition" not in output or stack.holds({"Condition": output["Condition"]}, parameters)
    ]
    assert {*references(resolved(stack, outputs, parameters))} & set(resources) <= present
    for function, check in (("TelegramWebhook", "WebhookCheck"), ("DueWorker", "WorkerCheck")):
        assert needs[f"{function}Aliaslive"] >= {f"{function}DeploymentGroup", check}


def resolved(stack: Stack, node: Any, parameters: dict[str, str]) -> Any:
    """Return a piece of the template with the chosen side of each `Fn::If`."""
    if isinstance(node, list):
        return [resolved(stack, item, parameters) for item in node]
    if not isinstance(node, dict):
        return node
    if "Fn::If" in node:
        return resolved(stack, stack.chosen(node, parameters), parameters)
    return {key: resolved(stack, value, parameters) for key, value in node.items()}
