"""Telegram: the Bot API, updates, messages, and the features of the bot.

Importing a module of this package makes aiogram build its models on first use; see `deferred_models`.
"""

from vpnbot.telegram.aiogram_runtime.deferred_models import install

install()
