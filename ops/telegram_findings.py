"""Checks of the bot at Telegram: its token, its webhook, and whether another program uses the token."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from ops.deployment import WEBHOOK_PATH, Deployment, Target
from ops.findings import Finding, failure, ok, warning
from vpnbot.errors import CallRejected
from vpnbot.localization.messages import Messages
from vpnbot.telegram.bot_api.bot_profile import TelegramProfile, differing_parts
from vpnbot.telegram.bot_api.client import BotApi
from vpnbot.telegram.bot_api.incoming_update import ALLOWED_UPDATES
from vpnbot.telegram.bot_api.webhook_registration import Webhook

RECENT = timedelta(hours=1)
MANY_WAITING = 100

# What to do, by a part of Telegram's message about the last failed delivery (Bot API server, WebhookActor.cpp).
REMEDIES = {
    "401": "the secrets differ: python -m ops webhook set",
    "404": "the address has no such route: deploy again",
    "429": "API Gateway throttles; raise TelegramRequestsPerSecond if it continues",
    "500": "the webhook crashes: read the log of TelegramWebhook",
    "502": "the webhook crashes: read the log of TelegramWebhook",
    "503": "Lambda had no free concurrency, or asked Telegram to retry; Telegram does",
    "504": "the webhook takes too long: read the log of TelegramWebhook",
    "timed out": "the webhook or API Gateway does not answer: read the log of TelegramWebhook",
}


def token_findings(api: BotApi) -> Iterator[Finding]:
    """Check the token with Telegram.

    Raises:
        VpnbotError: Telegram rejects the token or does not answer; no other check of the bot is possible then.
    """
    me = api.call("getMe")
    yield ok(f"the token belongs to @{me['username']}")


def webhook_findings(
    api: BotApi, deployment: Deployment, target: Target, secrets: Mapping[str, str], now: datetime
) -> Iterator[Finding]:
    """Compare the webhook with this stack; without a webhook, check whether another program polls.

    Raises:
        VpnbotError: as `BotApi.call`.
    """
    info = api.call("getWebhookInfo")
    url, wanted = info.get("url", ""), deployment.webhook_url
    set_it = f"python -m ops {target.options} webhook set"
    if secrets.get(WEBHOOK_PATH) and not wanted.endswith(f"/{secrets[WEBHOOK_PATH]}"):
        yield warning("the new path of the webhook is not deployed", target.deploy)
    if url == wanted:
        yield ok(f"the webhook is {url}")
        yield from _delivery_findings(info, set_it, now)
        allowed = Webhook.of(deployment.webhook_properties, "").max_connections
        opened = int(info.get("max_connections", allowed))
        if opened != allowed:
            yield warning(f"Telegram opens up to {opened} connections, and the stack allows {allowed}", set_it)
    elif url:
        yield failure(f"the webhook belongs to another deployment: {url}", f"if that one is out of use: {set_it}")
    else:
        yield failure("no webhook is set: the bot answers no message", set_it)
        yield from _poller_findings(api)


def profile_findings(api: BotApi, target: Target, shop_name: str) -> Iterator[Finding]:
    """Compare what Telegram shows about the bot with the texts of this version and the name of the shop.

    Raises:
        VpnbotError: as `BotApi.call`.
    """
    differing = differing_parts(TelegramProfile(api, Messages()), shop_name)
    if differing:
        yield warning(
            f"Telegram shows something else about the bot than this deployment: {', '.join(differing)}",
            f"python -m ops {target.options} webhook set",
        )
    else:
        yield ok("Telegram shows the texts, the menu and the name of this deployment")


def _delivery_findings(info: Mapping[str, Any], set_it: str, now: datetime) -> Iterator[Finding]:
    failed_at = datetime.fromtimestamp(info.get("last_error_date", 0), UTC)
    if now - failed_at < RECENT:
        message = str(info.get("last_error_message", ""))
        remedy = next(
            (remedy for part, remedy in REMEDIES.items() if part in message), "read the log of TelegramWebhook"
        )
        yield warning(f"Telegram's last delivery failed at {failed_at:%H:%M} UTC: {message}", remedy)
    waiting = int(info.get("pending_update_count", 0))
    if waiting > MANY_WAITING:
        yield warning(
            f"{waiting} updates wait at Telegram", "raise MaxConnections, or read the log of TelegramWebhook"
        )
    if set(info.get("allowed_updates", ALLOWED_UPDATES)) != set(ALLOWED_UPDATES):
        yield failure("the webhook asks for kinds of updates that differ from what this version handles", set_it)


def _poller_findings(api: BotApi) -> Iterator[Finding]:
    """Request updates without confirming any; Telegram answers 409 when another program polls."""
    try:
        api.call("getUpdates", limit=1, timeout=0)
    except CallRejected as error:
        if error.code != 409:
            raise
        yield failure(
            "another program polls with this token and deletes the webhook",
            "stop it, or revoke the token at @BotFather and run configure",
        )
