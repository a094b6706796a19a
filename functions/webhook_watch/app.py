"""The function that asks Telegram every five minutes whether it can deliver updates to this deployment."""

from datetime import UTC, datetime
from typing import Any, Protocol

from vpnbot import clock
from vpnbot.aws.library_logs import without_quotations
from vpnbot.aws.observability import Observer
from vpnbot.aws.secret_names import BOT_TOKEN
from vpnbot.aws.secret_sources import source_for
from vpnbot.aws.secrets import Secrets
from vpnbot.connections.request_deadline import within
from vpnbot.domain.delivery import Delivery
from vpnbot.errors import VpnbotError
from vpnbot.settings import Settings
from vpnbot.telegram.bot_api.client import BotApi
from vpnbot.telegram.bot_api.timed_transport import TimedTransport
from vpnbot.usecases.ports import Metric

SECRET_NAMES = BOT_TOKEN
"""The secrets that this function reads; its role allows no other."""
RESERVE_SECONDS = 5.0
"""The part of the invocation's time that is kept for reading the secret and for publishing."""
without_quotations()
observer = Observer()


class Context(Protocol):
    """The part of Lambda's context that is used here."""

    def get_remaining_time_in_millis(self) -> int:
        """Return the remaining time of the invocation, in milliseconds."""
        ...


def handler(_: dict[str, Any], context: Context) -> None:
    """Publish how many updates are not delivered, if Telegram cannot deliver them, or cannot be asked."""
    settings = Settings.from_environment()
    try:
        with within(context.get_remaining_time_in_millis() / 1000 - RESERVE_SECONDS):
            delivery = _delivery(settings)
        trouble = delivery.trouble(settings.webhook_host, clock.now())
        if trouble:
            observer.count(Metric.UPDATES_NOT_DELIVERED, max(delivery.waiting, 1))
            observer.info("Telegram does not deliver", trouble)
    except VpnbotError as error:
        observer.count(Metric.UPDATES_NOT_DELIVERED)
        observer.warning("Telegram cannot be asked about its deliveries", error)
    finally:
        observer.end()


def _delivery(settings: Settings) -> Delivery:
    token = Secrets(source_for(settings, SECRET_NAMES)).get("bot_token")
    transport = TimedTransport(settings.telegram_api_base)
    try:
        info = BotApi(token, transport).call("getWebhookInfo")
    finally:
        transport.close()
    failed_at = info.get("last_error_date")
    return Delivery(
        url=str(info.get("url", "")),
        waiting=int(info.get("pending_update_count", 0)),
        failed_at=datetime.fromtimestamp(failed_at, UTC) if failed_at else None,
        reason=str(info.get("last_error_message", "")),
    )
