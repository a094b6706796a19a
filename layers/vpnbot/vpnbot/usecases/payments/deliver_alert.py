"""Due work: send an alert about money to the operators, with what they can do now. It stays until they have it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from vpnbot.domain.gifts.gift import Gift, GiftState
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.notifications import Notification, NotificationKind, notification
from vpnbot.domain.payments.alerts import PERSONAL, Alert, AlertKind, AlertMessage
from vpnbot.domain.payments.operator_acts import ACTS_OF_ALERT, Act, payment_to_decide
from vpnbot.domain.people.person import Person
from vpnbot.domain.scheduling import DELIVER_ALERT, DueItem
from vpnbot.domain.support_chat import ChatFailed, ChatMoved, ChatTrouble, Relayed, RelayOutcome, SupportChat
from vpnbot.errors import ClaimLost, Misconfigured
from vpnbot.usecases.payments.decide_unmatched import unmatched_acts
from vpnbot.usecases.payments.grant_held import acts_for
from vpnbot.usecases.ports import Context, DueIndex, Operators, PaymentPorts
from vpnbot.usecases.ports.staff import StaffPorts
from vpnbot.usecases.read_gifts import gift_of
from vpnbot.usecases.staff.sum_up_given_days import given_days_message
from vpnbot.usecases.staff.tell_news import news_message
from vpnbot.usecases.support.support_chat import chat_error, follow_moved_chat

NO_OPERATOR_AGAIN = timedelta(minutes=10)
"""While no administrator has opened the bot, an alert is tried again after this time."""

_REMINDERS = frozenset({AlertKind.STILL_HELD, AlertKind.STILL_TO_SEND, AlertKind.REFUND_UNANSWERED})
_ASK_FOR_MONEY = frozenset({AlertKind.REFUND_WANTED, AlertKind.REFUND_UNANSWERED})

type NotifyOperators = Callable[[Notification, str], int]
"""Commits a notification for each administrator, once for a cause, and returns how many have it."""


def deliver_alert(
    item: DueItem,
    operators: Operators,
    ports: PaymentPorts,
    context: Context,
    index: DueIndex,
    notify_operators: NotifyOperators,
    staff: StaffPorts,
) -> None:
    """Send an alert to the operators' chat; a personal one, or without a chat that they share, to each administrator.

    If none of them can be notified, but the support chat is the own chat of one, it is sent there directly. A chat
    that does not take it is tried again without a limit, as for questions (`deliver_questions`).

    Raises:
        ClaimLost: another worker has the claim, or the alert was sent.
        UnreadableItem, StorageUnavailable, Conflict: due work tries again.
    """
    alert = ports.alerts.get(item.sort_key)
    if alert is None or alert.due is None or alert.due.at != item.due_at:
        raise ClaimLost(item.sort_key)
    message = described(alert, ports, context, staff)
    if message is None:
        ports.alerts.delete(alert)
        return
    if message.kind in PERSONAL or not operators.shared_chat:
        words = _for_one(message, f"alert:{alert.id}", context.clock())
        if notify_operators(words, f"alert:{alert.id}"):
            ports.alerts.delete(alert)
            return
    if message.kind in PERSONAL or operators.support_chat_id is None:
        context.metrics.deferred(DELIVER_ALERT.prefix, Misconfigured("ADMIN_IDS", "let one of them open the bot"))
        index.postpone(item, context.clock() + NO_OPERATOR_AGAIN, attempts=0)
        return
    waits_until = _failed(message, operators, ports, context)
    if waits_until is None:
        ports.alerts.delete(alert)
    else:
        index.postpone(item, waits_until, attempts=0)


def _for_one(message: AlertMessage, cause: str, now: datetime) -> Notification:
    """Return an alert as a notification for one administrator."""
    return replace(notification(NotificationKind.MONEY_ALERT, cause, now), arguments=message.stored())


def described(alert: Alert, ports: PaymentPorts, context: Context, staff: StaffPorts) -> AlertMessage | None:
    """Return an alert with the payment that it is about, and what operators can do about it now.

    None: what it is about does not wait any more, the staff do not want such news, or what it sums up was undone.
    """
    if alert.kind is AlertKind.NEWS:
        return news_message(alert, staff.feed, ports.sales.settings.load().news)
    if alert.kind is AlertKind.GIVEN_DAYS:
        return given_days_message(alert, staff.acts, ports.people, context.clock())
    wanted = ACTS_OF_ALERT.get(alert.kind)
    if alert.arguments.get("unmatched"):
        return _about_unmatched(alert, ports)
    person_id, order_id = alert.arguments.get("person"), alert.arguments.get("order")
    if wanted is None or not person_id or not order_id:
        return AlertMessage(alert.kind, alert.arguments)
    person = ports.people.open(PersonId(person_id)).recall(order_id)
    order = person.order(order_id)
    payment = None if order is None else payment_to_decide(order, alert.arguments.get("payment"))
    if order is None or payment is None:
        return None if alert.kind in _REMINDERS else AlertMessage(alert.kind, alert.arguments)
    possible = acts_for(person, order, payment.id, ports, context)
    if alert.kind is AlertKind.STILL_TO_SEND and all(each.act is not Act.SENT_BY_HAND for each in possible):
        return None
    if alert.kind in _ASK_FOR_MONEY and _is_over(alert.kind, gift_of(ports.gifts, order, payment.id)):
        return None
    acts = {str(each.act): each.value for each in possible if each.act in wanted}
    left = f"{payment.left.amount_minor} {payment.left.currency}"
    return AlertMessage(alert.kind, {"left": left, **alert.arguments, "payment": payment.id}, acts)


def _is_over(kind: AlertKind, gift: Gift | None) -> bool:
    """Tell whether a request for money is over: the buyer keeps the gift; of a reminder also, that it is answered."""
    if kind is AlertKind.REFUND_UNANSWERED:
        return gift is None or not gift.awaits_answer
    return gift is not None and gift.state is GiftState.PAID


def _about_unmatched(alert: Alert, ports: PaymentPorts) -> AlertMessage | None:
    """Return an alert about a payment that belongs to no order; None: it reminds, and nothing waits any more."""
    payment = ports.unmatched.get(alert.arguments["unmatched"])
    possible = () if payment is None else unmatched_acts(payment, ports)
    if not possible and alert.kind in _REMINDERS:
        return None
    return AlertMessage(alert.kind, alert.arguments, {str(each.act): each.value for each in possible})


def _failed(message: AlertMessage, operators: Operators, ports: PaymentPorts, context: Context) -> datetime | None:
    """Send an alert to the operators' chat; return when to try again, None if the chat has it."""
    now = context.clock()
    chat = operators.support_chat.load(operators.support_chat_id)
    if chat.waits(now):
        return chat.waits_until
    outcome = _sent(message, operators, ports, chat)
    if isinstance(outcome, ChatMoved):
        chat = follow_moved_chat(operators, outcome.to)
        outcome = _sent(message, operators, ports, chat)
    match outcome:
        case Relayed():
            if chat.hindered:
                operators.support_chat.save(chat, chat.working())
            return None
        case ChatMoved():
            outcome = ChatFailed(ChatTrouble.NO_ANSWER, "the group has moved twice")
    failed = chat.failed(outcome.trouble, now, outcome.after)
    operators.support_chat.save(chat, failed)
    context.metrics.deferred(DELIVER_ALERT.prefix, chat_error(outcome))
    return failed.waits_until or now


def _sent(message: AlertMessage, operators: Operators, ports: PaymentPorts, chat: SupportChat) -> RelayOutcome:
    if chat.chat_id is None:
        return ChatFailed(ChatTrouble.NOT_SET, "not set")
    return operators.sender.alert(message, _reader(operators, ports), chat.chat_id)


def _reader(operators: Operators, ports: PaymentPorts) -> Person | None:
    """Return the administrator whose language the chat reads: the first who has chosen one."""
    people = (ports.people.open(ports.ring().person_id(user_id)).person for user_id in sorted(operators.admin_ids))
    return next((person for person in people if person.user.language), None)
