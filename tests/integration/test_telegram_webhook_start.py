"""The start of the webhook function: settings are checked, and no secret is read."""

import pytest

from tests.functional.conversation.bot_session import BOT_ID
from tests.integration.lambda_functions import LambdaFunctions
from vpnbot.errors import Misconfigured


class TestStart:
    """A function with missing or wrong settings does not start."""

    @pytest.mark.parametrize(
        ("variable", "value"),
        [
            ("TABLE_NAME", None),
            ("PARKING_QUEUE_URL", None),
            ("STAGE", None),
            ("STAGE", "prod"),
            ("PANEL", "wireguard"),
            ("ADMIN_IDS", "me"),
            ("SUPPORT_CHAT_ID", "@support"),
        ],
    )
    def test_the_error_names_the_missing_or_wrong_setting(
        self, lambda_functions: LambdaFunctions, variable: str, value: str | None
    ) -> None:
        with pytest.raises(Misconfigured) as caught:
            lambda_functions.load("telegram_webhook", **{variable: value})
        assert caught.value.setting == variable
        assert caught.value.remedy in str(caught.value)

    def test_production_does_not_start_with_the_demo_panel(self, lambda_functions: LambdaFunctions) -> None:
        with pytest.raises(Misconfigured, match="demo panel"):
            lambda_functions.load("telegram_webhook", STAGE="production", SECRETS_PATH="/vpnbot", PANEL="demo")

    def test_the_error_names_an_unsupported_panel_kind(self, lambda_functions: LambdaFunctions) -> None:
        with pytest.raises(Misconfigured, match="PANEL"):
            lambda_functions.load("telegram_webhook", PANEL="marzban")

    def test_the_bot_gets_its_token_and_the_address_of_the_bot_api(self, lambda_functions: LambdaFunctions) -> None:
        webhook = lambda_functions.load("telegram_webhook", TELEGRAM_API_BASE="http://127.0.0.1:8081/").webhook
        assert webhook.bot.id == BOT_ID
        assert webhook.bot.session.api.base == "http://127.0.0.1:8081/bot{token}/{method}"
        assert webhook.bot.default.parse_mode == "HTML"

    def test_the_error_for_a_missing_token_says_what_to_do(self, lambda_functions: LambdaFunctions) -> None:
        webhook = lambda_functions.load("telegram_webhook", BOT_TOKEN=None).webhook
        with pytest.raises(Misconfigured, match="ops configure"):
            _ = webhook.bot

    def test_building_the_container_reads_no_secret_and_makes_no_call(
        self, lambda_functions: LambdaFunctions
    ) -> None:
        with lambda_functions.recorded_calls() as calls:
            module = lambda_functions.load("telegram_webhook", BOT_TOKEN=None, WEBHOOK_SECRET=None, KEY_SECRET=None)
        assert calls == []
        assert module.webhook.secrets._values is None
        assert "bot" not in module.webhook.__dict__
