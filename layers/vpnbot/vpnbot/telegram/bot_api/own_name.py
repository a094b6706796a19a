"""The name of the bot, for addresses that open it."""

import re

from vpnbot.errors import Rejected
from vpnbot.telegram.bot_api.webhook_registration import Api, retried

_USERNAME = re.compile(r"[A-Za-z0-9_]{5,32}", re.ASCII)
"""Telegram, t.me/BotFather: the username of a bot."""


def own_username(api: Api) -> str:
    """Return the username of the bot, without `@` (Bot API, getMe).

    Raises:
        Retryable: Telegram did not answer in three attempts.
        Rejected: Telegram named no username.
        Misconfigured: the token is wrong; the message says so.
    """
    bot = retried(lambda: api.call("getMe"))
    username = bot.get("username") if isinstance(bot, dict) else None
    if not isinstance(username, str) or not _USERNAME.fullmatch(username):
        raise Rejected("Telegram named no username of this bot")
    return username
