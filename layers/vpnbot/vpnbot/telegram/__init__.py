"""Telegram: everything that speaks with or about the Bot API.

aiogram's models are built on first use once a module of this package is imported; see `deferred_models`.
"""

from vpnbot.telegram.aiogram_runtime.deferred_models import install

install()
