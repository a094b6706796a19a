"""Notify the operators of a trouble, each in the own chat with the bot."""

from contextlib import suppress

from vpnbot.domain.notifications import Notification
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.scheduling import DELIVER_NOTIFICATION
from vpnbot.errors import AlreadyDecided, VpnbotError
from vpnbot.usecases.decide import decide
from vpnbot.usecases.notifications.deliver_notifications import deliver_notifications
from vpnbot.usecases.ports import Context, Fleet, NotificationSender, Operators, People, Session


def notify_operators(
    message: Notification,
    cause: str,
    operators: Operators,
    people: People,
    fleet: Fleet,
    context: Context,
    sender: NotificationSender,
) -> int:
    """Commit a notification for each administrator, at most once for a cause, and try to send it at once.

    An administrator who has not opened the bot cannot be notified, and is passed over. Return how many have it.

    Raises:
        Conflict: concurrent changes of an administrator; call again with the same cause.
        StorageUnavailable: the storage did not answer; call again with the same cause.
    """
    notified = 0
    for user_id in sorted(operators.admin_ids):
        session = people.open(fleet.ring().person_id(user_id))
        if session.person.user.chat_id is None:
            continue
        _commit(session, context, cause, message)
        notified += 1
        try:
            deliver_notifications(session, people, context, sender)
        except VpnbotError as error:  # due work sends it
            context.metrics.deferred(DELIVER_NOTIFICATION.prefix, error)
    return notified


def _commit(session: Session, context: Context, cause: str, message: Notification) -> None:
    entry = Entry(cause, "notified as operator", context.clock(), actor="clock")
    with suppress(AlreadyDecided):
        decide(session, entry, lambda person: person.with_notifications(message), context.metrics)
