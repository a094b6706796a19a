"""The standing of a customer, which the screens, the subscription page, the diagnosis and use cases use."""

from datetime import datetime, timedelta
from enum import StrEnum

from vpnbot.domain.people.person import Person
from vpnbot.domain.subscriptions.subscription import Status, Subscription

LAST_DAY = timedelta(hours=24)


class Standing(StrEnum):
    """How a customer stands at a given time; always exactly one of these.

    Whether the subscription is the trial is a separate question: `Subscription.is_trial`.
    """

    NEW = "new"
    """No subscription yet; the trial is available."""
    TRIAL_USED = "trial_used"
    """No subscription; the trial has been used."""
    FIRST_KEY = "first_key"
    """The first key is being made; the time has not started."""
    RUNNING = "running"
    """More than a day is left, and at least one key works."""
    LAST_DAY = "last_day"
    """24 hours or less are left, and at least one key works."""
    KEY_AGAIN = "key_again"
    """The time runs, but no key works: a key is being made again."""
    USED_UP = "used_up"
    """The time runs, but the granted traffic is used up."""
    EXPIRED = "expired"
    """The time is over; the link is kept, and works again after a renewal."""
    LINK_GONE = "link_gone"
    """The time is over, and the link is not kept any more."""
    PAUSED = "paused"
    """The operator has suspended this person."""
    DELETED = "deleted"
    """The person has deleted their data, and has not used the bot since."""
    UNREADABLE = "unreadable"
    """Another version has stored the subscription in a form that this one cannot read."""

    @property
    def making(self) -> bool:
        """Whether a key is being made, and no key works."""
        return self in {Standing.FIRST_KEY, Standing.KEY_AGAIN}

    @property
    def works(self) -> bool:
        """Whether the person has a key that works."""
        return self in {Standing.RUNNING, Standing.LAST_DAY}

    @property
    def opens_everything(self) -> bool:
        """Whether the keys, if there are any, carry all traffic: their wanted state is ENABLED."""
        return self.making or self.works


def standing(person: Person, now: datetime) -> Standing:
    """Return the standing of a person at `now`, whether or not the scheduled events up to `now` were applied.

    With exactly 24 hours left it is LAST_DAY: the reminder of the last day is due then.
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
