"""Notifications that are no longer true: what has happened since they were stored contradicts them.

A notification may wait for hours, for Telegram or for a worker. Meanwhile the person may pay, be suspended or
connect, and then "your VPN is off" would be wrong. So this is decided when it is sent, whichever decision made it
untrue.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from vpnbot.domain.notifications import Notification
from vpnbot.domain.notifications import NotificationKind as Kind
from vpnbot.domain.people.person import Person
from vpnbot.domain.people.standing import LAST_DAY, Standing, standing
from vpnbot.domain.subscriptions.traffic import Warned

type _Test = Callable[[Person, Standing, datetime], bool]


def _works(_: Person, current: Standing, __: datetime) -> bool:
    return current.works


def _not_connected(person: Person, current: Standing, _: datetime) -> bool:
    return current.works and not person.connected


def _over(_: Person, current: Standing, __: datetime) -> bool:
    return current in {Standing.EXPIRED, Standing.LINK_GONE}


def _nearly_used_up(person: Person, current: Standing, _: datetime) -> bool:
    limit = person.traffic_limit_bytes
    return current.opens_everything and limit is not None and person.used_bytes * 100 >= limit * Warned.NEARLY


def _renews_in(person: Person, course: str) -> bool:
    """Tell whether the charge that a notice is about may still be made: the renewal is on, in the same course."""
    subscription = person.subscription
    return subscription.renews and not person.paused and str(subscription.course) == course


def _ends_within(longest: timedelta) -> _Test:
    def ends_soon(person: Person, current: Standing, now: datetime) -> bool:
        running = current.opens_everything or current is Standing.USED_UP
        return running and person.subscription.left(now) <= longest

    return ends_soon


_TRUE_WHEN: Mapping[Kind, _Test] = {
    Kind.KEY_READY: _works,
    Kind.LINK_READY: _works,
    Kind.SERVER_BACK: _works,
    Kind.NOT_CONNECTED_HOUR: _not_connected,
    Kind.NOT_CONNECTED_DAY: _not_connected,
    Kind.TRAFFIC_NEARLY: _nearly_used_up,
    Kind.TRAFFIC_USED_UP: lambda _, current, __: current is Standing.USED_UP,
    Kind.REMINDER_DAY: _ends_within(LAST_DAY),
    Kind.REMINDER_HOURS: _ends_within(LAST_DAY),
    Kind.EXPIRY: _over,
    Kind.AFTERCARE: _over,
    Kind.SUSPENDED: lambda _, current, __: current is Standing.PAUSED,
    Kind.TRIAL_OPEN: lambda person, _, __: person.trial_available,
    Kind.TRIALS_AGAIN: lambda person, _, __: person.trial_available,
    Kind.RESUMED: lambda _, current, __: current is not Standing.PAUSED,
}
"""When each kind is true. Kinds that are not about the person's standing, such as an answer, stay true.

So does everything about money (`MONEY_KINDS`): a payment stays received. Their screens are worded as of the sending.
Only the notice of a charge is no longer true when the renewal was turned off, or the end was moved.
"""


def outdated(notification: Notification, person: Person, now: datetime) -> bool:
    """Tell whether a notification is no longer true for a person at `now`.

    About a person whose subscription this version cannot read nothing is known: no notification is outdated.
    """
    current = standing(person, now)
    if notification.kind is Kind.RENEWAL_AHEAD:
        return not _renews_in(person, notification.arguments.get("course", ""))
    test = _TRUE_WHEN.get(notification.kind)
    return test is not None and current is not Standing.UNREADABLE and not test(person, current, now)
