"""The operators' chat: which chat it is now."""

from vpnbot.domain.support_chat import ChatFailed, ChatTrouble, SupportChat
from vpnbot.errors import Misconfigured, TelegramUnavailable, VpnbotError
from vpnbot.usecases.ports import Operators


def is_support_chat(operators: Operators, chat_id: int, *, may_have_moved: bool) -> bool:
    """Tell whether this is the operators' chat; the state is read only if the chat may have another id than before.

    Raises:
        UnreadableItem, StorageUnavailable: as `SupportChatState`.
    """
    if chat_id == operators.support_chat_id or not may_have_moved:
        return chat_id == operators.support_chat_id
    return chat_id == operators.support_chat.load(operators.support_chat_id).chat_id


def follow_moved_chat(operators: Operators, to: int) -> SupportChat:
    """Store the new id of the operators' chat after the group became a supergroup, and return the new state.

    If another process changes the state meanwhile, the id may not be stored; then the next call to the old chat fails
    in the same way, and stores it.

    Raises:
        UnreadableItem, StorageUnavailable: as `SupportChatState`.
    """
    chat = operators.support_chat.load(operators.support_chat_id)
    if chat.moved_to == to:
        return chat
    stored = operators.support_chat.save(chat, chat.moved(to))
    return operators.support_chat.load(operators.support_chat_id) if stored else chat.moved(to)


def chat_error(outcome: ChatFailed) -> VpnbotError:
    """Return the failure of the chat as an error for the log."""
    if outcome.trouble is ChatTrouble.NO_ANSWER:
        return TelegramUnavailable(outcome.detail)
    return Misconfigured("SUPPORT_CHAT_ID", f"let the bot write to that chat, or name another ({outcome.detail})")
