"""The environment variables of the functions, deployed and in a local run."""

from typing import Any

from tests.infrastructure.stack import Stack, references

EXPECTED = {
    "STAGE",
    "TABLE_NAME",
    "DUE_QUEUE_URL",
    "PARKING_QUEUE_URL",
    "PUBLIC_URL",
    "TELEGRAM_API_BASE",
    "YOOKASSA_API_BASE",
    "CRYPTO_PAY_API_BASE",
    "ADMIN_IDS",
    "SUPPORT_URL",
    "SUPPORT_CHAT_ID",
    "SECRETS_PATH",
    "TRIAL_TRAFFIC_GB",
}
LOCAL_ONLY = {
    "BOT_TOKEN",
    "WEBHOOK_SECRET",
    "KEY_SECRET",
    "YOOKASSA_SHOP_ID",
    "YOOKASSA_SECRET_KEY",
    "CRYPTOPAY_TOKEN",
    "DEMO_CONTROL_URL",
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_DYNAMODB",
    "AWS_ENDPOINT_URL_SQS",
    "AWS_ENDPOINT_URL_SSM",
}


def environment(stack: Stack, function: str) -> dict[str, Any]:
    variables: dict[str, Any] = stack.resources("AWS::Lambda::Function")[function]["Environment"]["Variables"]
    return variables


def test_every_function_gets_every_expected_variable(stack: Stack) -> None:
    for function in stack.resources("AWS::Lambda::Function"):
        assert set(environment(stack, function)) >= EXPECTED


def test_no_function_has_secrets_or_endpoints_of_a_local_run_when_deployed(stack: Stack) -> None:
    for function in stack.resources("AWS::Lambda::Function"):
        for name in LOCAL_ONLY:
            value = environment(stack, function)[name]
            assert stack.chosen(value, {"LocalRun": "false"}) == {"Ref": "AWS::NoValue"}
            assert stack.chosen(value, {"LocalRun": "true"}) == ""


def test_a_function_that_the_api_calls_does_not_refer_to_the_api(stack: Stack) -> None:
    for function in ("SubscriptionPage", "PaymentWebhook"):
        assert "HttpApi" not in set(references(environment(stack, function)))


def test_the_page_is_told_the_name_of_the_bot_when_the_stack_is_deployed(stack: Stack) -> None:
    """By a resource that needs only the registrar: the API needs the page, and the webhook needs the API."""
    assert environment(stack, "SubscriptionPage")["BOT_USERNAME"] == {"Fn::GetAtt": ["Bot", "Username"]}
    bot = stack.template["Resources"]["Bot"]
    assert {name for name in references(bot) if "Registrar" not in name} == set()
    assert "RegistrarVersion" in bot["Properties"], "a new token is a new Revision, and so a new version"


def test_functions_that_write_links_in_messages_get_the_public_address(stack: Stack) -> None:
    """The webhook cannot take it from a request: Telegram calls another API."""
    for function in ("TelegramWebhook", "DueWorker"):
        address = environment(stack, function)["PUBLIC_URL"]
        of_api = "https://${HttpApi}.execute-api.${AWS::Region}.${AWS::URLSuffix}"
        assert stack.chosen(address, {}) == {"Fn::Sub": of_api}
        assert stack.chosen(address, {"DomainName": "vpn.example.com"}) == {"Fn::Sub": "https://${DomainName}"}
