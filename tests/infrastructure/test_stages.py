"""What differs between the stages, and what production refuses."""

import tomllib

import pytest

from tests.infrastructure.stack import Stack
from tests.infrastructure.transformed_template import ROOT


def overrides(config: str) -> dict[str, str]:
    """Return the parameters that samconfig.toml deploys a stage with."""
    deploy = tomllib.loads((ROOT / "samconfig.toml").read_text())[config]["deploy"]["parameters"]
    return dict(pair.split("=", 1) for pair in deploy["parameter_overrides"].split())


@pytest.mark.parametrize("stage", ["demo", "staging", "production"])
def test_samconfig_deploys_each_stage_with_parameters_that_the_template_takes(stack: Stack, stage: str) -> None:
    parameters = overrides(stage)
    assert parameters["Stage"] == stage
    assert set(parameters) <= set(stack.template["Parameters"])
    assert stack.refusals(parameters) == []


@pytest.mark.parametrize("wrong", [{"Panel": "demo"}, {"LocalRun": "true"}])
def test_production_refuses_what_is_not_real(stack: Stack, wrong: dict[str, str]) -> None:
    assert len(stack.refusals({**overrides("production"), **wrong})) == 1
    assert stack.refusals({**overrides("staging"), **wrong}) == []


def test_a_domain_without_a_certificate_is_refused(stack: Stack) -> None:
    assert stack.refusals({"DomainName": "vpn.example.com"})
    assert not stack.refusals({"DomainName": "vpn.example.com", "CertificateArn": "arn"})


@pytest.mark.parametrize(("stage", "kept"), [("production", True), ("staging", False), ("demo", False)])
def test_only_production_keeps_its_table(stack: Stack, stage: str, kept: bool) -> None:
    table, parameters = stack.template["Resources"]["Table"], {"Stage": stage}
    properties = table["Properties"]
    recovery = properties["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]
    assert stack.chosen(properties["DeletionProtectionEnabled"], parameters) is kept
    assert stack.chosen(recovery, parameters) is kept
    for policy in ("DeletionPolicy", "UpdateReplacePolicy"):
        assert stack.chosen(table[policy], parameters) == ("Retain" if kept else "Delete")


def test_two_stages_in_one_account_do_not_fight_over_a_name(stack: Stack) -> None:
    named = {
        f"{name}.{key}": value
        for name, resource in stack.template["Resources"].items()
        for key, value in resource.get("Properties", {}).items()
        if key in {"Name", "TableName", "QueueName", "FunctionName", "RoleName", "LogGroupName"}
    }
    fixed = {name: value for name, value in named.items() if isinstance(value, str)}
    # An API's name may be anybody's; a log group is named after its function and an alias belongs to one.
    assert {name for name in fixed if not name.endswith("Aliaslive.Name")} == set()
