"""The differences between the stages, and the parameters that production rejects."""

import re
import tomllib

import pytest

from tests.infrastructure.stack import Stack
from tests.infrastructure.transformed_template import ROOT
from vpnbot.errors import Misconfigured
from vpnbot.settings import Settings


def overrides(config: str) -> dict[str, str]:
    """Return the parameters that samconfig.toml deploys a stage with."""
    deploy = tomllib.loads((ROOT / "samconfig.toml").read_text())[config]["deploy"]["parameters"]
    return dict(pair.split("=", 1) for pair in deploy["parameter_overrides"].split())


SUPPORT = {"SupportChatId": "-100123"}
ALARMS = {"AlarmEmail": "shop@example.com"}


@pytest.mark.parametrize(("stage", "own"), [("demo", {}), ("staging", {}), ("production", SUPPORT | ALARMS)])
def test_samconfig_deploys_each_stage_with_valid_parameters(stack: Stack, stage: str, own: dict[str, str]) -> None:
    parameters = overrides(stage)
    assert parameters["Stage"] == stage
    assert set(parameters) <= set(stack.template["Parameters"])
    assert stack.violated_rules({**parameters, **own}) == []


@pytest.mark.parametrize("parameters", [SUPPORT, {"SupportUrl": "https://t.me/support"}, {"AdminIds": "7"}, {}])
def test_the_template_demands_of_production_what_its_functions_demand(
    stack: Stack, parameters: dict[str, str]
) -> None:
    environment = {
        "STAGE": "production",
        "TABLE_NAME": "t",
        "PANEL": "three_x_ui",
        "SUPPORT_CHAT_ID": parameters.get("SupportChatId", ""),
        "SUPPORT_URL": parameters.get("SupportUrl", ""),
        "ADMIN_IDS": parameters.get("AdminIds", ""),
    }
    violated = stack.violated_rules({**overrides("production"), **ALARMS, **parameters})
    if parameters:
        assert violated == []
        Settings.from_environment(environment)
    else:
        assert violated == ["Customers need a way to write to you; set AdminIds, SupportChatId or SupportUrl."]
        with pytest.raises(Misconfigured, match="ADMIN_IDS: people need a way to write to you"):
            Settings.from_environment(environment)


@pytest.mark.parametrize("wrong", [{"Panel": "demo"}, {"LocalRun": "true"}, {"AlarmEmail": ""}])
def test_production_rejects_the_demo_panel_a_local_run_and_alarms_without_email(
    stack: Stack, wrong: dict[str, str]
) -> None:
    assert len(stack.violated_rules({**overrides("production"), **SUPPORT, **ALARMS, **wrong})) == 1
    assert stack.violated_rules({**overrides("staging"), **wrong}) == []


def test_a_domain_without_a_certificate_is_rejected(stack: Stack) -> None:
    assert stack.violated_rules({"DomainName": "vpn.example.com"})
    assert not stack.violated_rules({"DomainName": "vpn.example.com", "CertificateArn": "arn"})


@pytest.mark.parametrize(("stage", "kept"), [("production", True), ("staging", False), ("demo", False)])
def test_only_production_keeps_its_table(stack: Stack, stage: str, kept: bool) -> None:
    table, parameters = stack.template["Resources"]["Table"], {"Stage": stage}
    properties = table["Properties"]
    recovery = properties["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]
    assert stack.chosen(recovery, parameters) is kept
    assert stack.chosen(table["DeletionPolicy"], parameters) == ("RetainExceptOnCreate" if kept else "Delete")
    assert stack.chosen(table["UpdateReplacePolicy"], parameters) == ("Retain" if kept else "Delete")


def test_a_failed_first_deployment_leaves_no_resource_behind(stack: Stack) -> None:
    for name, resource in stack.template["Resources"].items():
        policy = resource.get("DeletionPolicy", "Delete")
        chosen = policy["Fn::If"][1:] if isinstance(policy, dict) else [policy]
        assert set(chosen) <= {"Delete", "RetainExceptOnCreate"}, name
        # DynamoDB refuses to delete a protected table, so the rollback would fail (API, DeleteTable).
        assert "DeletionProtectionEnabled" not in resource.get("Properties", {}), name


def test_no_resource_has_a_fixed_name_so_two_stages_fit_into_one_account(stack: Stack) -> None:
    named = {
        f"{name}.{key}": value
        for name, resource in stack.template["Resources"].items()
        for key, value in resource.get("Properties", {}).items()
        if key in {"Name", "TableName", "QueueName", "FunctionName", "RoleName", "LogGroupName"}
    }
    fixed = {name: value for name, value in named.items() if isinstance(value, str)}
    # An alias may have a fixed name, because it is unique only within its function.
    assert {name for name in fixed if not name.endswith("Aliaslive.Name")} == set()


@pytest.mark.parametrize("stage", ["demo", "staging", "production"])
def test_a_stack_of_an_earlier_default_gets_the_processor_for_which_the_layers_are_built(
    stack: Stack, stage: str
) -> None:
    """SAM keeps a deployed value that is not given, and code for another processor does not start."""
    built_for = re.search(r"^ARCHITECTURE \?= (\S+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert built_for is not None
    assert stack.template["Parameters"]["Architecture"]["Default"] == built_for[1]
    assert overrides(stage)["Architecture"] == built_for[1]
    workflow = (ROOT / ".github/workflows/deploy.yml").read_text()
    for parameters in re.findall(rf"^ *parameters: (.*\bStage={stage}\b.*)$", workflow, re.MULTILINE):
        assert f"Architecture={built_for[1]}" in parameters.split()
