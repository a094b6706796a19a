"""Finds the chat that a call names, and checks that the bot may read it or write to it.

Checks and texts: tdlib/telegram-bot-api, Client.cpp, check_chat_access.
"""

from local.telegram.accounts import Account
from local.telegram.arguments import Arguments
from local.telegram.conversation import Conversations
from local.telegram.errors import BotApiError, bad_request, forbidden, not_emulated
from local.telegram.groups import GENERAL_TOPIC_ID, Group
from local.telegram.messages import Placement


def known_chat(conversations: Conversations, arguments: Arguments, name: str = "chat_id") -> Account | Group:
    """Return the chat behind an id that the bot may read; raise Telegram's 400 or 403 otherwise."""
    if not arguments.has(name):
        raise bad_request(f"{name} is empty")
    chat_id = arguments.integer(name)
    if chat_id in conversations.groups:
        group = conversations.groups[chat_id]
        if group.supergroup:
            _check_present(conversations, group)
        return group
    account = conversations.accounts.get(chat_id)
    if account is None:
        raise bad_request("chat not found")
    return account


def writable_chat(conversations: Conversations, arguments: Arguments, name: str = "chat_id") -> Account | Group:
    """Return the chat behind an id that the bot may write to; raise Telegram's 400 or 403 otherwise."""
    chat = known_chat(conversations, arguments, name)
    if isinstance(chat, Group):
        _check_writable(conversations, chat)
        return chat
    if chat.deactivated:
        raise forbidden("user is deactivated")
    if chat.blocked:
        raise forbidden("bot was blocked by the user")
    if not chat.started:
        raise forbidden("bot can't initiate conversation with a user")
    return chat


def recipient(conversations: Conversations, arguments: Arguments) -> Account:
    """Return the person behind a chat id that the bot may write to; raise Telegram's 400 or 403 otherwise."""
    chat = writable_chat(conversations, arguments)
    if isinstance(chat, Group):
        raise not_emulated("this method in groups")
    return chat


def known_group(conversations: Conversations, arguments: Arguments) -> Group:
    """Return the group behind a chat id that the bot may write to; raise Telegram's errors otherwise."""
    chat = writable_chat(conversations, arguments)
    if isinstance(chat, Account):
        raise bad_request("the chat is not a forum")
    return chat


def placement(conversations: Conversations, arguments: Arguments) -> Placement:
    """Return where a new message of the bot goes; raise Telegram's error when it may not go there."""
    chat = writable_chat(conversations, arguments)
    reply_to = _reply_to(conversations, chat, arguments)
    thread_id = arguments.integer("message_thread_id") or None
    if thread_id is not None:
        _check_thread(conversations, chat, thread_id)
    elif reply_to is not None and isinstance(chat, Group):
        answered = conversations.message(chat.chat_id, reply_to)
        if chat.forum and answered is not None and answered.thread_id is not None:
            _check_thread(conversations, chat, answered.thread_id)
    return Placement(chat.chat_id, thread_id, reply_to)


def bot_may(conversations: Conversations, group: Group, right: str) -> bool:
    """Return whether the bot has an administrator's right in a group."""
    return group.membership(conversations.bot_id).may(right)


def _check_present(conversations: Conversations, group: Group) -> None:
    kind = "supergroup" if group.supergroup else "group"
    status = group.membership(conversations.bot_id).status
    if status == "kicked":
        raise forbidden(f"bot was kicked from the {kind} chat")
    if status == "left":
        raise forbidden(f"bot is not a member of the {kind} chat")


def _check_writable(conversations: Conversations, group: Group) -> None:
    if group.upgraded_to is not None:
        reason = "Bad Request: group chat was upgraded to a supergroup chat"
        raise BotApiError(400, reason, migrate_to_chat_id=group.upgraded_to)
    _check_present(conversations, group)


def _check_thread(conversations: Conversations, chat: Account | Group, thread_id: int) -> None:
    """Raise Telegram's error when the bot cannot write in this thread.

    The General topic has no thread of messages: a message sent to it must not name one. An administrator who may
    manage topics writes in closed ones, too.
    """
    root = conversations.message(chat.chat_id, thread_id)
    if root is None or not isinstance(chat, Group) or thread_id == GENERAL_TOPIC_ID:
        raise bad_request("message thread not found")
    topic = chat.topics.get(thread_id)
    if topic and topic.closed and not bot_may(conversations, chat, "can_manage_topics"):
        raise bad_request("TOPIC_CLOSED")


def _reply_to(conversations: Conversations, chat: Account | Group, arguments: Arguments) -> int | None:
    given = arguments.json("reply_parameters")
    if given is not None and not isinstance(given, dict):
        raise bad_request("object expected as reply parameters")
    named = given or {}
    if named.get("chat_id") not in {None, chat.chat_id, str(chat.chat_id)}:
        raise not_emulated("replies to messages of other chats")
    wanted = int(named.get("message_id") or 0) or arguments.integer("reply_to_message_id")
    if not wanted:
        return None
    if conversations.message(chat.chat_id, wanted) is not None:
        return wanted
    if named.get("allow_sending_without_reply") or arguments.boolean("allow_sending_without_reply"):
        return None
    raise bad_request("message to be replied not found")
