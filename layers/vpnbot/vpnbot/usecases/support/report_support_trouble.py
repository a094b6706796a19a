"""Report to the operators, each in the own chat, that their shared chat does not take questions."""

from datetime import timedelta

from vpnbot.domain.notifications import NotificationKind, notification
from vpnbot.domain.scheduling import DueItem
from vpnbot.domain.support_chat import REPORT_AGAIN, ChatTrouble
from vpnbot.errors import ClaimLost
from vpnbot.usecases.notifications.notify_operators import notify_operators
from vpnbot.usecases.ports import Context, DueIndex, Fleet, NotificationSender, Operators, People

_VALID_FOR = {ChatTrouble.NO_ANSWER: timedelta(minutes=10)}
"""A report that Telegram is slow, which waits itself until Telegram answers, would not be true any more."""


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
