"""The two APIs: which routes each has, and that neither the public one nor its limits can stop Telegram's updates."""

import pytest

from tests.infrastructure.stack import Stack, references
from tests.infrastructure.test_stages import overrides
from tests.infrastructure.transformed_template import read_template

PUBLIC_ROUTES = {
    "GET /s/{token}": "SubscriptionPage",
    "HEAD /s/{token}": "SubscriptionPage",
    "GET /health": "SubscriptionPage",
    "POST /payments/{provider}": "PaymentWebhook",
    "GET /payments/demo/{order}": "PaymentWebhook",
    "POST /payments/demo/{order}": "PaymentWebhook",
}


def default(stack: Stack, parameter: str) -> int:
    return int(stack.template["Parameters"][parameter]["Default"])


def limits(stack: Stack, api_stage: str, route: str) -> tuple[str, str]:
    """Return the parameters that limit a route: requests a second, and burst."""
    properties = stack.resources("AWS::ApiGatewayV2::Stage")[api_stage]
    settings = properties.get("RouteSettings", {}).get(route, properties["DefaultRouteSettings"])
    return settings["ThrottlingRateLimit"]["Ref"], settings["ThrottlingBurstLimit"]["Ref"]


def test_the_api_of_telegram_has_one_route_and_its_path_is_a_stored_parameter(stack: Stack) -> None:
    (route,) = stack.resources("AWS::ApiGatewayV2::Route").values()
    assert route["ApiId"] == {"Ref": "TelegramApi"}
    assert route["RouteKey"] == {"Fn::Sub": "POST /${WebhookPath}"}
    assert stack.template["Parameters"]["WebhookPath"]["Type"] == "AWS::SSM::Parameter::Value<String>"
    # An API with a definition is imported again at each update, which deletes the routes that are resources.
    assert "Body" not in stack.resources("AWS::ApiGatewayV2::Api")["TelegramApi"]


def test_the_api_of_telegram_invokes_the_live_version_of_the_webhook(stack: Stack) -> None:
    integration = stack.resources("AWS::ApiGatewayV2::Integration")["TelegramIntegration"]
    permission = stack.resources("AWS::Lambda::Permission")["TelegramPermission"]
    assert integration["IntegrationUri"] == permission["FunctionName"] == {"Ref": "TelegramWebhookAliaslive"}
    assert integration["PayloadFormatVersion"] == "2.0"
    assert set(references(permission["SourceArn"])) & set(stack.template["Resources"]) == {"TelegramApi"}
    invoking = [
        name
        for name, other in stack.resources("AWS::Lambda::Permission").items()
        if "TelegramWebhookAliaslive" in set(references(other["FunctionName"]))
    ]
    assert invoking == ["TelegramPermission"], "the public API cannot invoke the webhook"


def test_the_public_api_has_no_route_of_telegram(stack: Stack) -> None:
    events = {
        f"{event['Properties']['Method']} {event['Properties']['Path']}": name
        for name, resource in read_template()["Resources"].items()
        for event in resource.get("Properties", {}).get("Events", {}).values()
        if event["Type"] == "HttpApi"
    }
    assert events == PUBLIC_ROUTES
    paths = stack.resources("AWS::ApiGatewayV2::Api")["HttpApi"]["Body"]["paths"]
    assert {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods} == set(PUBLIC_ROUTES)


def test_telegram_has_limits_of_its_own(stack: Stack) -> None:
    assert limits(stack, "TelegramStage", "") == ("TelegramRequestsPerSecond", "TelegramBurst")
    telegram = {"TelegramRequestsPerSecond", "TelegramBurst"}
    public = {name for route in PUBLIC_ROUTES for name in limits(stack, "HttpApiApiGatewayDefaultStage", route)}
    assert public.isdisjoint(telegram)
    # Telegram opens at most MaxConnections connections; a tap takes tenths of a second.
    assert default(stack, "TelegramRequestsPerSecond") >= 10 * default(stack, "MaxConnections")


@pytest.mark.parametrize("route", PUBLIC_ROUTES)
def test_each_public_route_is_throttled_by_parameters(stack: Stack, route: str) -> None:
    of_payments = ("PaymentRequestsPerSecond", "PaymentBurst")
    of_links = ("LinkRequestsPerSecond", "LinkBurst")
    wanted = of_payments if "/payments/" in route else of_links
    assert limits(stack, "HttpApiApiGatewayDefaultStage", route) == wanted
    assert [default(stack, name) for name in of_links + of_payments] == [20, 100, 10, 50]


def test_a_domain_closes_the_host_of_the_public_api_and_never_that_of_telegram(stack: Stack) -> None:
    body = stack.resources("AWS::ApiGatewayV2::Api")["HttpApi"]["Body"]
    (server,) = body["servers"]
    closed = server["x-amazon-apigateway-endpoint-configuration"]["disableExecuteApiEndpoint"]
    domain = {"DomainName": "vpn.example.com"}
    assert stack.chosen(closed, {}) is False
    assert stack.chosen(closed, domain) is True
    assert stack.chosen(closed, {**domain, "ApiHost": "open"}) is False, "while old links are in use"
    assert "DisableExecuteApiEndpoint" not in stack.resources("AWS::ApiGatewayV2::Api")["TelegramApi"]


def test_the_webhook_needs_neither_the_domain_nor_its_record(stack: Stack) -> None:
    webhook = stack.resources("AWS::CloudFormation::CustomResource")["Webhook"]
    assert set(references(webhook["Url"])) == {"TelegramApi", "AWS::Region", "AWS::URLSuffix", "WebhookPath"}
    outputs = stack.template["Outputs"]
    assert outputs["WebhookUrl"]["Value"] == webhook["Url"], "the commands of ops use what is deployed"
    assert outputs["DomainTarget"]["Condition"] == "HasDomain"


def test_a_renewed_path_is_the_last_change_before_telegram_gets_it(stack: Stack) -> None:
    """Between the two changes Telegram gets 404 and delivers again, callbacks for 150 seconds."""
    resources = stack.template["Resources"]
    needed = set(references(resources["Webhook"]["Properties"])) | set(resources["Webhook"]["DependsOn"])
    before = set(resources["TelegramRoute"]["DependsOn"])
    of_webhook = {"TelegramWebhookAliaslive", "WebhookRegistrarAliaslive", "TelegramPermission"}
    assert before == of_webhook
    quick = {"TelegramRoute", "TelegramStage", "TelegramApi"}
    layers = {name for name in needed & set(resources) if resources[name]["Type"] == "AWS::Lambda::LayerVersion"}
    versions = {
        resources[alias]["Properties"]["FunctionVersion"]["Fn::GetAtt"][0]
        for alias in before - {"TelegramPermission"}
    }
    assert (needed & set(resources)) - before - quick - layers - versions == set()


@pytest.mark.parametrize("stage", ["demo", "staging", "production"])
def test_samconfig_names_the_path_that_configure_stores_for_the_stage(stage: str) -> None:
    assert overrides(stage)["WebhookPath"] == f"/vpnbot-{stage}/webhook_path"


def test_what_anybody_may_call_is_not_traced(stack: Stack) -> None:
    functions = read_template()["Resources"]
    for name in set(PUBLIC_ROUTES.values()):
        assert functions[name]["Properties"]["Tracing"] == "PassThrough", name


def test_cloudfront_keeps_no_answer_and_limits_addresses_except_those_of_providers() -> None:
    edge = read_template("edge/cloudfront.yaml")["Resources"]
    behavior = edge["Distribution"]["Properties"]["DistributionConfig"]["DefaultCacheBehavior"]
    assert behavior["CachePolicyId"] == "4135ea2d-6df8-44a3-9df3-4b5a84be39ad", "AWS's policy CachingDisabled"
    rules = {rule["Name"]: rule for rule in edge["Firewall"]["Properties"]["Rules"]}
    rate = rules["rate"]["Statement"]["RateBasedStatement"]
    assert rate["AggregateKeyType"] == "IP"
    exempt = rate["ScopeDownStatement"]["NotStatement"]["Statement"]["ByteMatchStatement"]
    assert exempt["SearchString"] == "/payments/"
