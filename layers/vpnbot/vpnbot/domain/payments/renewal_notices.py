"""The notice of a charge, from whose delivery the time until the charge counts."""

from dataclasses import replace
from datetime import datetime

from vpnbot.domain.notifications import Notification, NotificationKind
from vpnbot.domain.payments.money_notifications import encoded
from vpnbot.domain.people.person import Person


def dated(person: Person, notice: Notification, now: datetime) -> Notification:
    """Return the notice of a charge as it is sent now: with the date of the charge, which follows from the delivery.

    If the charge cannot be made before the end any more, it is the notice that there will be none.
    """
    renewal, ends_at = person.subscription.present_renewal, person.subscription.ends_at
    if renewal is None or ends_at is None:
        return notice
    date = renewal.announced_date(ends_at, now)
    if date is None:
        return replace(notice, kind=NotificationKind.RENEWAL_SKIPPED)
    return replace(notice, arguments={**notice.arguments, "date": encoded(date)})


def delivered(person: Person, notice: Notification, now: datetime) -> Person:
    """Return the person whose notice of a charge was delivered at `now`: the charge is made at the date it named."""
    renewal, ends_at = person.subscription.present_renewal, person.subscription.ends_at
    without = person.without_notification(notice.id)
    if renewal is None or ends_at is None or not announces(person, notice):
        return without
    date = renewal.announced_date(ends_at, now)
    return without if date is None else without.with_renewal(renewal.delivered(now, date))


def announces(person: Person, notice: Notification) -> bool:
    """Tell whether a notice of a charge is about the renewal of this course, which is still on."""
    renewal = person.subscription.present_renewal
    same = notice.arguments.get("course") == str(person.subscription.course)
    return same and renewal is not None and renewal.on and renewal.delivered_at is None
