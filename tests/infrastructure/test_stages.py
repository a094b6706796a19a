"""What differs between the stages, and what production refuses."""

import tomllib
from typing import Any

import pytest

from tests.infrastructure.stack import Stack, references
from tests.infrastructure.transformed_template import ROOT, read_template

CONTRACT = {
    "STAGE",
    "TABLE_NAME",
    "DUE_QUEUE_URL",
    "PARKING_QUEUE_URL",
    "PUBLIC_URL",
    "TELEGRAM_API_BASE",
    "YOOKASSA_API_BASE",
    "ADMIN_IDS",
    "SUPPORT_URL",
    "SUPPORT_CHAT_ID",
    "SECRETS_PATH",
}
LOCAL_ONLY = {
    "BOT_TOKEN",
    "WEBHOOK_SECRET",
    "KEY_SECRET",
    "DEMO_CONTROL_URL",
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_DYNAMODB",
    "AWS_ENDPOINT_URL_SQS",
}


def overrides(config: str) -> dict[str, str]:
    """Return the parameters that samconfig.toml deploys a stage with."""
    deploy = tomllib.loads((ROOT / "samconfig.toml").read_text())[config]["deploy"]["parameters"]
    return dict(pair.split("=", 1) for pair in deploy["parameter_overrides"].split())


def environment(stack: Stack, function: str) -> dict[str, Any]:
    variables: dict[str, Any] = stack.resources("AWS::Lambda::Function")[function]["Environment"]["Variables"]
    return variables


def test_every_function_gets_the_variables_of_the_contract(stack: Stack) -> None:
    for function in stack.resources("AWS::Lambda::Function"):
        assert set(environment(stack, function)) >= CONTRACT


def test_no_function_has_secrets_or_endpoints_of_a_local_run_when_deployed(stack: Stack) -> None:
    for function in stack.resources("AWS::Lambda::Function"):
        for name in LOCAL_ONLY:
            value = environment(stack, function)[name]
            assert stack.chosen(value, {"LocalRun": "false"}) == {"Ref": "AWS::NoValue"}
            assert stack.chosen(value, {"LocalRun": "true"}) == ""


def test_a_function_that_the_api_calls_does_not_refer_to_the_api(stack: Stack) -> None:
    for function in ("TelegramWebhook", "SubscriptionPage"):
        assert "HttpApi" not in set(references(environment(stack, function)))
    assert "HttpApi" in set(references(environment(stack, "DueWorker"))), "messages of the clock hold links too"


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


def test_every_function_logs_to_a_group_that_forgets(stack: Stack) -> None:
    groups = stack.resources("AWS::Logs::LogGroup").values()
    assert all("RetentionInDays" in group for group in groups)
    logged = {name for group in groups for name in references(group.get("LogGroupName", ""))}
    assert logged == set(stack.resources("AWS::Lambda::Function"))


def test_access_logs_hold_no_path_for_a_path_is_a_key(stack: Stack) -> None:
    (stage,) = stack.resources("AWS::ApiGatewayV2::Stage").values()
    logged = stage["AccessLogSettings"]["Format"]
    assert "$context.routeKey" in logged
    assert "$context.path" not in logged
    assert stage["DefaultRouteSettings"]["ThrottlingRateLimit"] > 0


def test_the_layers_hold_every_language_that_the_bot_speaks() -> None:
    makefile = (ROOT / "layers/dependencies/Makefile").read_text()
    (kept,) = [line.split(":=")[1].split() for line in makefile.splitlines() if line.startswith("LANGUAGES")]
    spoken = {folder.name for folder in (ROOT / "layers/vpnbot/vpnbot/locales").iterdir() if folder.is_dir()}
    assert spoken
    assert spoken <= set(kept)


def test_every_function_of_the_template_is_a_folder_with_a_handler() -> None:
    functions = {
        name: resource["Properties"]
        for name, resource in read_template()["Resources"].items()
        if resource["Type"] == "AWS::Serverless::Function"
    }
    for name, properties in functions.items():
        source = (ROOT / properties["CodeUri"] / "app.py").read_text()
        assert "def handler(" in source or "handler =" in source, name
