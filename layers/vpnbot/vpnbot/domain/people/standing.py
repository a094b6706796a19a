"""How a customer stands: the one answer that screens, the link's page, the diagnosis and use cases read."""

from datetime import datetime, timedelta
from enum import StrEnum

from vpnbot.domain.people.person import Person
from vpnbot.domain.subscriptions.subscription import Status, Subscription

LAST_DAY = timedelta(hours=24)


class Standing(StrEnum):
    """How a customer stands at one moment; always exactly one of these.

    Whether it is the trial does not depend on the moment: `Subscription.is_trial` says it.
    """

    NEW = "new"
    """No subscription yet; the trial is available."""
    TRIAL_USED = "trial_used"
    """No subscription; the trial has been used."""
    FIRST_KEY = "first_key"
    """The first key is being made; time has not begun."""
    RUNNING = "running"
    """More than a day is left, and at least one key works."""
    LAST_DAY = "last_day"
    """24 hours or less are left, and at least one key works."""
    KEY_AGAIN = "key_again"
    """Time runs, but no key works: a key is being made again."""
    USED_UP = "used_up"
    """Time runs, but the traffic of the plan is used up."""
    EXPIRED = "expired"
    """Time is over; the link is kept, and works again after a renewal."""
    LINK_GONE = "link_gone"
    """Time is over, and the link is not kept any more."""
    PAUSED = "paused"
    """The operator has paused this person."""
    DELETED = "deleted"
    """The person had everything deleted, and has not returned."""
    UNREADABLE = "unreadable"
    """Another version has stored the subscription in a form that this one cannot read."""

    @property
    def making(self) -> bool:
        """Whether a key is being made, and none works meanwhile."""
        return self in {Standing.FIRST_KEY, Standing.KEY_AGAIN}

    @property
    def works(self) -> bool:
        """Whether there is a key to connect with."""
        return self in {Standing.RUNNING, Standing.LAST_DAY}

    @property
    def opens_everything(self) -> bool:
        """Whether the keys, as far as there are any, open everything: `Person.wanted` is then ENABLED."""
        return self.making or self.works


def standing(person: Person, now: datetime) -> Standing:
    """Return how a person stands at `now`, whether or not the events that have passed were applied to them.

    The last day includes its first moment, when exactly 24 hours are left: the reminder of the last day is due then.
    """
    subscription = person.subscription
    if person.paused:
        return Standing.PAUSED
    if not person.subscription_readable:
        return Standing.UNREADABLE
    if subscription.status in {Status.NONE, Status.DELETED}:
        return _without_subscription(person)
    if not (subscription.waits_for_key or subscription.entitled(now)):
        return Standing.EXPIRED if _link_kept(subscription, now) else Standing.LINK_GONE
    if person.traffic_used_up:
        return Standing.USED_UP
    if subscription.waits_for_key:
        return Standing.FIRST_KEY
    if not person.served:
        return Standing.KEY_AGAIN
    return Standing.LAST_DAY if subscription.left(now) <= LAST_DAY else Standing.RUNNING


def _without_subscription(person: Person) -> Standing:
    if person.subscription.status is Status.DELETED and not person.user.known:
        return Standing.DELETED
    return Standing.NEW if person.trial_available else Standing.TRIAL_USED


def _link_kept(subscription: Subscription, now: datetime) -> bool:
    kept_until = subscription.kept_until
    return subscription.key is not None and kept_until is not None and now < kept_until
