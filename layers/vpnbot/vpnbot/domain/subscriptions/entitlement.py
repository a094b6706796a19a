"""The sum that the ledger has to add up to."""

from datetime import datetime

from vpnbot.domain.subscriptions.subscription import Subscription
from vpnbot.domain.subscriptions.time_credit import total_seconds


def entitlement_seconds(subscription: Subscription, now: datetime) -> int:
    """Return all time that was granted since the last deletion, in seconds of the plans as they were: used and left.

    The ledger entry of every decision that changes it has the difference as its `seconds`: the start of a trial, a
    purchase with its conversion, a refund. So the `seconds` of the ledger add up to it at every commit. Neither the
    passing of time nor an end, a pause or a key that becomes ready changes it. For an item of an earlier release,
    which has no lots, it is the time left at `now`; the first purchase or refund then makes a lot of it.
    """
    if subscription.lots:
        return subscription.used_seconds + total_seconds(subscription.lots)
    return subscription.used_seconds + total_seconds(subscription.lots_left(now))
