"""Reactions of the bot to messages. Allowed emoji: Telegram Bot API, ReactionTypeEmoji."""

from collections.abc import Mapping
from dataclasses import replace

from local.telegram.arguments import Arguments
from local.telegram.chats import writable_chat
from local.telegram.conversation import Conversations
from local.telegram.errors import bad_request, not_emulated
from local.telegram.groups import Group

_EMOJI = (
    "❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤\u200d🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 "
    "🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 👨\u200d💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 "
    "🤷\u200d♂ 🤷 🤷\u200d♀ 😡"
)
REACTIONS = frozenset(_EMOJI.split())


class ReactionMethods:
    """setMessageReaction."""

    def __init__(self, conversations: Conversations) -> None:
        """Use these conversations."""
        self._conversations = conversations

    def set_message_reaction(self, arguments: Arguments) -> object:
        """Set the bot's one reaction to a message, or remove it with an empty list."""
        chat = writable_chat(self._conversations, arguments)
        message = self._conversations.message(chat.chat_id, arguments.integer("message_id"))
        if message is None:
            raise bad_request("message to react not found")
        if message.service and not message.copyable:
            raise bad_request("REACTION_INVALID")
        allowed = REACTIONS
        if isinstance(chat, Group) and chat.available_reactions is not None:
            allowed = REACTIONS & set(chat.available_reactions)
        emoji = _emoji(arguments.json("reaction"))
        if emoji is not None and emoji not in allowed:
            raise bad_request("REACTION_INVALID")
        others = {actor: shown for actor, shown in message.reactions.items() if actor != self._conversations.bot_id}
        own = {self._conversations.bot_id: emoji} if emoji else {}
        self._conversations.change(replace(message, reactions=others | own), marked_edited=False)
        return True


def _emoji(given: object) -> str | None:
    """Return the one emoji of a list of ReactionType; None for an empty list."""
    if given is not None and not isinstance(given, list):
        raise bad_request("can't parse reaction types: expected an Array of ReactionType")
    reactions = given or []
    if len(reactions) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    for reaction in reactions:
        if not isinstance(reaction, Mapping) or reaction.get("type") not in {"emoji", "custom_emoji", "paid"}:
            raise bad_request("can't parse reaction types: invalid reaction type specified")
        if reaction["type"] != "emoji":
            raise not_emulated(f"reactions of type {reaction['type']}")
        # The variation selector of an emoji, as in ❤️, does not matter.
        return str(reaction.get("emoji")).removesuffix("\N{VARIATION SELECTOR-16}")
    return None
