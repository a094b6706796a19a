"""The name of the bot, for addresses that the staff copy."""

from collections.abc import Mapping

from vpnbot.telegram.update_context import UpdateContext


def bot_name(context: UpdateContext) -> str:
    """Return the name of the bot, whose message was tapped; empty if neither the update nor the settings name it."""
    message = context.content.get("message")
    sender = message.get("from") if isinstance(message, Mapping) else None
    name = sender.get("username") if isinstance(sender, Mapping) else None
    return name if isinstance(name, str) else context.views.front.bot_username or ""
