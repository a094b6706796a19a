"""The custom resources of the bot: its webhook, which is deleted with the stack, and its name."""

import logging
from functools import partial
from typing import Any, Protocol

from vpnbot.aws.custom_resource import ANSWER_SECONDS, Outcome, Request, RequestKind, answer
from vpnbot.aws.library_logs import without_quotations
from vpnbot.aws.secret_names import BOT_TOKEN, WEBHOOK_SECRET_PREVIOUS, WEBHOOK_SECRETS
from vpnbot.aws.secret_sources import SsmParameters, retried_while_denied, source_for
from vpnbot.aws.secrets import Secrets
from vpnbot.errors import VpnbotError
from vpnbot.settings import Settings
from vpnbot.telegram.bot_api.client import BotApi
from vpnbot.telegram.bot_api.own_name import own_username
from vpnbot.telegram.bot_api.timed_transport import TimedTransport
from vpnbot.telegram.bot_api.webhook_registration import register

SECRET_NAMES = (*BOT_TOKEN, *WEBHOOK_SECRETS)
"""The secrets that this function reads; its role allows no other."""
REGISTRATION_SECONDS = 25.0
"""The part of the invocation's time that is kept for the calls to Telegram, with their repetitions."""
NAME = "bot-name"
"""The physical id of the resource with the name: it stays, so that CloudFormation never deletes an older one."""
_log = logging.getLogger(__name__)
without_quotations()


class Context(Protocol):
    """The part of Lambda's context that is used here."""

    def get_remaining_time_in_millis(self) -> int:
        """Return the remaining time of the invocation, in milliseconds."""
        ...


def handler(event: dict[str, Any], context: Context) -> None:
    """Execute one request of CloudFormation and report the result to it, also after an error."""
    seconds = context.get_remaining_time_in_millis() / 1000
    reading_seconds = seconds - ANSWER_SECONDS - REGISTRATION_SECONDS
    answer(event, seconds, partial(_carry_out, reading_seconds))


def _carry_out(reading_seconds: float, request: Request) -> Outcome:
    """Execute a request. Its role was perhaps made a moment ago: a read that is denied is tried again for a while."""
    named = request.properties.get("Asks") == "username"
    if named and request.kind is RequestKind.DELETE:
        return Outcome(NAME)
    settings = Settings.from_environment()
    secrets = Secrets(retried_while_denied(source_for(settings, SECRET_NAMES), reading_seconds))
    api = BotApi(secrets.get("bot_token"), TimedTransport(settings.telegram_api_base))
    if named:
        return Outcome(NAME, {"Username": own_username(api)})
    outcome = Outcome(register(request, api, lambda: secrets.get("webhook_secret")))
    if request.kind is not RequestKind.DELETE and settings.secrets_path and secrets.find(WEBHOOK_SECRET_PREVIOUS):
        _end_previous_secret(settings.secrets_path)
    return outcome


def _end_previous_secret(path: str) -> None:
    """Delete the previous webhook secret, because Telegram has the present one now.

    The webhook works whether or not this succeeds; `doctor` reports a previous secret that is left.
    """
    try:
        SsmParameters(path).delete(WEBHOOK_SECRET_PREVIOUS)
    except VpnbotError:
        _log.exception("the previous webhook secret is still accepted")
