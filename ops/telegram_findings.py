"""The bot as Telegram sees it: its token, its webhook, and whether another program uses it."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from ops.deployment import Deployment, Target
from ops.findings import Finding, ill, odd, well
from vpnbot.telegram.bot_api.client import BotApi, CallRejected
from vpnbot.telegram.bot_api.incoming import ALLOWED_UPDATES

RECENT = timedelta(hours=1)
MANY_WAITING = 100

# What Telegram says of the last failed delivery, and what mends it (Bot API server, WebhookActor.cpp).
CURES = {
    "401": "the secrets differ: python -m ops webhook set",
    "404": "the address has no such route: sam deploy again",
    "429": "API Gateway throttles; raise ThrottlingRateLimit if that lasts",
    "500": "the webhook crashes: read the log of TelegramWebhook",
    "502": "the webhook crashes: read the log of TelegramWebhook",
    "503": "Lambda had no room, or asked Telegram to come back: it will",
    "504": "the webhook takes too long: read the log of TelegramWebhook",
    "SSL": "the domain's certificate does not fit: check CertificateArn",
    "resolve": "the domain does not resolve: check its DNS record",
    "timed out": "the address does not answer: check the domain's DNS record",
}


def token_findings(api: BotApi) -> Iterator[Finding]:
    """Ask Telegram who this is.

    Raises:
        VpnbotError: Telegram does not know the token or does not answer; nothing else can be asked then.
    """
    me = api.call("getMe")
    yield well(f"the token is that of @{me['username']}")


def webhook_findings(api: BotApi, deployment: Deployment, target: Target, now: datetime) -> Iterator[Finding]:
    """Compare the webhook with what this stack wants, and look for another program.

    Raises:
        VpnbotError: as `BotApi.call`.
    """
    info = api.call("getWebhookInfo")
    url, wanted = info.get("url", ""), deployment.webhook_url
    set_it = f"python -m ops {target.options} webhook set"
    if url == wanted:
        yield well(f"the webhook is {url}")
        yield from _delivery_findings(info, set_it, now)
    elif url:
        yield ill(f"the webhook belongs to somebody else: {url}", f"if that is an old deployment: {set_it}")
    else:
        yield ill("no webhook is set: nobody gets an answer", set_it)
        yield from _poller_findings(api)


def _delivery_findings(info: Mapping[str, Any], set_it: str, now: datetime) -> Iterator[Finding]:
    failed_at = datetime.fromtimestamp(info.get("last_error_date", 0), UTC)
    if now - failed_at < RECENT:
        words = str(info.get("last_error_message", ""))
        cure = next((cure for sign, cure in CURES.items() if sign in words), "read the log of TelegramWebhook")
        yield odd(f"Telegram's last delivery failed at {failed_at:%H:%M} UTC: {words}", cure)
    waiting = int(info.get("pending_update_count", 0))
    if waiting > MANY_WAITING:
        yield odd(f"{waiting} updates wait at Telegram", "more MaxConnections, or read the log of TelegramWebhook")
    if set(info.get("allowed_updates", ALLOWED_UPDATES)) != set(ALLOWED_UPDATES):
        yield ill("the webhook asks for other kinds of update than this version handles", set_it)


def _poller_findings(api: BotApi) -> Iterator[Finding]:
    """Ask for updates without confirming any; Telegram refuses when another program is asking already."""
    try:
        api.call("getUpdates", limit=1, timeout=0)
    except CallRejected as refusal:
        if refusal.code != 409:
            raise
        yield ill(
            "another program polls with this token, and it takes the webhook away",
            "stop it, or revoke the token at @BotFather and run configure",
        )
