"""Bot API methods that change and remove messages, with the limits and the error texts of Telegram.

Limits: Telegram Bot API, deleteMessage (48 hours). Texts: error table of tdlib/telegram-bot-api, Client.cpp.
"""

from dataclasses import replace
from datetime import timedelta

from local.telegram.accounts import Account
from local.telegram.arguments import Arguments
from local.telegram.chats import bot_may, known_chat, writable_chat
from local.telegram.conversation import Conversations
from local.telegram.errors import BotApiError, bad_request, not_emulated
from local.telegram.groups import Group
from local.telegram.markup import parse_keyboard
from local.telegram.messages import StoredMessage
from local.telegram.texts import caption_of, text_of
from local.telegram.uploads import input_media

DELETABLE_FOR = timedelta(hours=48)
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as "
    "a current content and reply markup of the message"
)


class MessageMethods:
    """The edits, and deletion."""

    def __init__(self, conversations: Conversations) -> None:
        """Use these conversations."""
        self._conversations = conversations

    def edit_message_text(self, arguments: Arguments) -> object:
        """Change a text and its keyboard; without a keyboard the old one is removed."""
        message = self._own_message(arguments)
        if message.media is not None:
            raise bad_request("there is no text in the message to edit")
        return self._change(message, replace(message, content=text_of(arguments)), arguments)

    def edit_message_caption(self, arguments: Arguments) -> object:
        """Change a caption and the keyboard."""
        message = self._own_message(arguments)
        if message.media is None:
            raise bad_request("there is no caption in the message to edit")
        return self._change(message, replace(message, content=caption_of(arguments)), arguments)

    def edit_message_reply_markup(self, arguments: Arguments) -> object:
        """Change only the keyboard."""
        message = self._own_message(arguments)
        return self._change(message, message, arguments)

    def edit_message_media(self, arguments: Arguments) -> object:
        """Change picture or file, caption and keyboard; a text message may become one with media."""
        message, described = self._own_message(arguments), arguments.json("media")
        media = input_media(self._conversations, arguments, described)
        caption = caption_of(arguments, described if isinstance(described, dict) else {})
        return self._change(message, replace(message, content=caption, media=media), arguments)

    def delete_message(self, arguments: Arguments) -> object:
        """Remove a message that is younger than 48 hours."""
        chat = known_chat(self._conversations, arguments)
        message = self._conversations.message(chat.chat_id, arguments.integer("message_id"))
        if message is None:
            raise bad_request("message to delete not found")
        if (reason := self._not_deletable(chat, message)) is not None:
            raise reason
        self._conversations.delete(chat.chat_id, message.message_id)
        return True

    def delete_messages(self, arguments: Arguments) -> object:
        """Remove several messages; those that do not exist or cannot be removed are left out."""
        chat, given = known_chat(self._conversations, arguments), arguments.json("message_ids")
        if not isinstance(given, list) or not given:
            raise bad_request("message identifiers are not specified")
        for message_id in given:
            message = self._conversations.message(chat.chat_id, int(message_id))
            if message is not None and self._not_deletable(chat, message) is None:
                self._conversations.delete(chat.chat_id, message.message_id)
        return True

    def _not_deletable(self, chat: Account | Group, message: StoredMessage) -> BotApiError | None:
        """Return why the bot cannot delete a message: in a group it needs a right for messages of others."""
        if "forum_topic_created" in message.service:
            return bad_request("message can't be deleted")
        if isinstance(chat, Group) and not message.from_bot:
            allowed = bot_may(self._conversations, chat, "can_delete_messages")
            return None if allowed else bad_request("message can't be deleted")
        if self._conversations.now() - message.sent_at > DELETABLE_FOR:
            return bad_request("message can't be deleted for everyone")
        return None

    def _own_message(self, arguments: Arguments) -> StoredMessage:
        if arguments.has("inline_message_id"):
            raise not_emulated("inline messages")
        chat = writable_chat(self._conversations, arguments)
        if not arguments.integer("message_id"):
            raise bad_request("message identifier is not specified")
        message = self._conversations.message(chat.chat_id, arguments.integer("message_id"))
        if message is None:
            raise bad_request("message to edit not found")
        if not message.from_bot or message.service or message.forward_origin is not None:
            raise bad_request("message can't be edited")
        return message

    def _change(self, old: StoredMessage, new: StoredMessage, arguments: Arguments) -> object:
        keyboard = parse_keyboard(arguments.json("reply_markup"))
        new = replace(new, keyboard=old.keyboard if old.album else keyboard)  # as Telegram: an album gets no buttons
        if new == old:
            raise bad_request(NOT_MODIFIED)
        only_keyboard = new.content == old.content and new.media == old.media
        return self._conversations.message_json(self._conversations.change(new, marked_edited=not only_keyboard))
