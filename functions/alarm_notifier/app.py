"""The function that alarms call through their SNS topic: it sends each one to the operators' chats.

It reads no table and no queue, so that it also works while these, or the functions that use them, do not.
"""

import logging
from typing import Any, Protocol

from vpnbot.aws.alarm_notifications import change_of
from vpnbot.aws.library_logs import without_quotations
from vpnbot.aws.secret_names import BOT_TOKEN
from vpnbot.aws.secret_sources import source_for
from vpnbot.aws.secrets import Secrets
from vpnbot.connections.request_deadline import within
from vpnbot.domain.support_chat import is_shared
from vpnbot.localization.alarm_messages import alarm_message
from vpnbot.localization.messages import Messages
from vpnbot.settings import Settings
from vpnbot.telegram.bot_api.client import BotApi
from vpnbot.telegram.bot_api.operator_chats import send_to_chats
from vpnbot.telegram.bot_api.timed_transport import TimedTransport

SECRET_NAMES = BOT_TOKEN
"""The secrets that this function reads; its role allows no other."""
RESERVE_SECONDS = 10.0
"""The part of the invocation's time that is kept for reading the secret, and for reporting a failure."""
_log = logging.getLogger(__name__)
without_quotations()


class Context(Protocol):
    """The part of Lambda's context that is used here."""

    def get_remaining_time_in_millis(self) -> int:
        """Return the remaining time of the invocation, in milliseconds."""
        ...


def handler(event: dict[str, Any], context: Context) -> None:
    """Send one change of an alarm to the operators.

    Raises:
        TelegramUnavailable, Misconfigured: no chat has it. Lambda calls again, twice at most.
    """
    seconds = context.get_remaining_time_in_millis() / 1000 - RESERVE_SECONDS
    with within(seconds):
        for record in event["Records"]:
            change = change_of(record["Sns"]["Message"])
            if change is not None:
                settings = Settings.from_environment()
                messages = Messages()
                text = alarm_message(messages, messages.closest(settings.operator_language), change)
                _send(text, settings, seconds)


def _send(text: str, settings: Settings, seconds: float) -> None:
    """Send a text to the chat that the operators share, or to each of them; also if the shared chat refuses it."""
    secrets = Secrets(source_for(settings, SECRET_NAMES))
    transport = TimedTransport(settings.telegram_api_base)
    api = BotApi(secrets.get("bot_token"), transport)
    chat, own_chats = settings.support_chat_id, sorted(settings.admin_ids)
    try:
        if chat is not None and is_shared(chat, settings.admin_ids) and send_to_chats(api, text, [chat], seconds):
            return
        if not send_to_chats(api, text, own_chats, seconds):
            _log.error("no chat of the operators accepts alarms: set ADMIN_IDS, and open the bot")
    finally:
        transport.close()
