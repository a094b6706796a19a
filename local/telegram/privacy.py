"""Which messages of a group a bot gets while privacy mode is on (core.telegram.org/bots/features, "Privacy mode")."""

from local.telegram.conversation import Conversations
from local.telegram.messages import StoredMessage


def reaches_bot(conversations: Conversations, message: StoredMessage) -> bool:
    """Return whether the bot gets a message that a person wrote.

    In a private chat always. In a group an administrator gets everything; any other member gets commands, replies to
    its own messages, and service messages.
    """
    group = conversations.groups.get(message.chat_id)
    if group is None:
        return True
    membership = group.membership(conversations.bot_id)
    if not membership.present:
        return False
    if membership.status == "administrator" or (message.service and not message.copyable):
        return True
    answered = conversations.message(message.chat_id, message.reply_to) if message.reply_to else None
    if answered is not None and answered.from_bot:
        return True
    return _is_command(message.content.text, str(conversations.bot["username"]))


def _is_command(text: str, username: str) -> bool:
    """Return whether a text is a command to any bot or to this one: /start, /start@this_bot."""
    word = text.split(maxsplit=1)[0] if text.strip() else ""
    name, _, bot = word.partition("@")
    return name.startswith("/") and len(name) > 1 and bot.lower() in {"", username.lower()}
