"""The custom resource that sets the webhook when the stack is deployed and deletes it with the stack."""

from typing import Any, Protocol

from vpnbot.aws.custom_resource import Outcome, Request, answer
from vpnbot.aws.secrets import Secrets, source_for
from vpnbot.settings import Settings
from vpnbot.telegram.bot_api.client import BotApi
from vpnbot.telegram.bot_api.transport import Transport
from vpnbot.telegram.bot_api.webhook_registration import register


class Context(Protocol):
    """The part of Lambda's context that is used here."""

    def get_remaining_time_in_millis(self) -> int:
        """Return the remaining time of the invocation, in milliseconds."""
        ...


def handler(event: dict[str, Any], context: Context) -> None:
    """Execute one request of CloudFormation and report the result to it, also after an error."""
    answer(event, context.get_remaining_time_in_millis() / 1000, _carry_out)


def _carry_out(request: Request) -> Outcome:
    settings = Settings.from_environment()
    secrets = Secrets(source_for(settings))
    api = BotApi(secrets.get("bot_token"), Transport(settings.telegram_api_base))
    return Outcome(register(request, api, lambda: secrets.get("webhook_secret")))
