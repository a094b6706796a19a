"""The effect of a purchase on a person."""

from dataclasses import replace
from datetime import datetime, timedelta

from vpnbot.domain.keys.key_ring import Key
from vpnbot.domain.people.person import Person
from vpnbot.domain.scheduling import inline_claim
from vpnbot.domain.subscriptions.plan import Plan
from vpnbot.domain.subscriptions.subscription import Status


def with_plan_bought(person: Person, plan: Plan, new_key: Key, now: datetime) -> Person:
    """Return the person with the time, traffic and limits of `plan` added, whatever state the person is in.

    `new_key` becomes the key of a person who has none. If keys are missing, the subscription is due for placement;
    existing keys get the new limits and work again with the commit (`people/wanted_keys.py`). For a barred person the
    subscription is suspended with the added time until the operator resumes the person. No capacity is taken here, so
    a payment cannot fail because a server is full.
    """
    subscription = person.subscription.extended(plan, now, new_key, person.used_bytes)
    if person.user.banned and subscription.status is not Status.SUSPENDED:
        subscription = subscription.suspended(now)
    return replace(person, subscription=subscription).with_placement_due(inline_claim(now))


def with_time_taken_back(person: Person, time: timedelta, now: datetime) -> Person:
    """Return the person with less time, as after a refund; if none is left, the keys stop working at once.

    Raises:
        IllegalTransition: the person has no subscription that runs or is suspended.
    """
    shortened = replace(person, subscription=person.subscription.shortened(time, now))
    return shortened.with_placement_due(inline_claim(now))
