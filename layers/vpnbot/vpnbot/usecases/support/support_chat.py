"""The operators' chat: which chat it is now, and reports to the operators while it does not take questions."""

from datetime import timedelta

from vpnbot.domain.notifications import NotificationKind, notification
from vpnbot.domain.scheduling import DueItem
from vpnbot.domain.support_chat import REPORT_AGAIN, ChatFailed, ChatTrouble, SupportChat
from vpnbot.errors import ClaimLost, Misconfigured, TelegramUnavailable, VpnbotError
from vpnbot.usecases.notifications.notify_operators import notify_operators
from vpnbot.usecases.ports import Context, DueIndex, Fleet, NotificationSender, Operators, People

_VALID_FOR = {ChatTrouble.NO_ANSWER: timedelta(minutes=10)}
"""A report that Telegram is slow, which waits itself until Telegram answers, would not be true any more."""


def is_support_chat(operators: Operators, chat_id: int, *, may_have_moved: bool) -> bool:
    """Tell whether this is the operators' chat; the state is read only if the chat may have another id than before.

    Raises:
        UnreadableItem, StorageUnavailable: as `SupportChatState`.
    """
    if operators.support_chat_id is None or chat_id == operators.support_chat_id or not may_have_moved:
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


def report_support_trouble(
    item: DueItem,
    people: People,
    fleet: Fleet,
    operators: Operators,
    context: Context,
    sender: NotificationSender,
    index: DueIndex,
) -> None:
    """Notify the operators that questions are waiting, once a day for each kind of trouble.

    Raises:
        ClaimLost: another worker has the claim.
        UnreadableItem, StorageUnavailable: as `SupportChatState`.
        Conflict: concurrent changes of an operator; due work tries again.
    """
    now = context.clock()
    chat = operators.support_chat.load(operators.support_chat_id)
    if chat.due is None or chat.due.at != item.due_at:
        raise ClaimLost(item.sort_key)
    if chat.trouble is None or chat.forgotten(now):
        operators.support_chat.save(chat, chat.working())
        return
    cause = f"event:support_chat:{chat.trouble}:{now:%Y-%m-%d}"
    valid_until = now + _VALID_FOR.get(chat.trouble, REPORT_AGAIN)
    message = notification(NotificationKind.QUESTIONS_WAIT, cause, now, valid_until=valid_until, trouble=chat.trouble)
    notify_operators(message, cause, operators, people, fleet, context, sender)
    index.postpone(item, now + REPORT_AGAIN, attempts=0)
