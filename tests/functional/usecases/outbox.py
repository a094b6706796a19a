"""Notifications that wait in the outbox of a person."""

from datetime import timedelta

from tests.fakes.shop import Shop, update
from vpnbot.domain.notifications import Notification, NotificationKind, notification
from vpnbot.domain.people.ledger import Entry


def committed(shop: Shop, *kinds: NotificationKind) -> list[Notification]:
    """Commit notifications, one second apart, as decisions do, and send none of them."""
    notifications = []
    for kind in kinds:
        session, cause = shop.open(), update()
        committed = notification(kind, cause, shop.clock())
        session.commit(session.person.with_notifications(committed), Entry(cause, "notified", shop.clock()))
        notifications.append(committed)
        shop.clock.advance(timedelta(seconds=1))
    return notifications
