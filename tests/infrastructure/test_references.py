"""References in the template: no cycle, no unknown name, and the webhook is registered last."""

from graphlib import TopologicalSorter

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
