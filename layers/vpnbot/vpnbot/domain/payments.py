"""What a purchase gives a person."""

from dataclasses import replace
from datetime import datetime

from vpnbot.domain.keys.key_ring import Key
from vpnbot.domain.people.person import Person
from vpnbot.domain.scheduling import inline_claim
from vpnbot.domain.subscriptions.plan import Plan
from vpnbot.domain.subscriptions.subscription import Status


def with_plan_bought(person: Person, plan: Plan, new_key: Key, now: datetime) -> Person:
    """Return the person with the time, traffic and limits of `plan`, whatever state they are in.

    `new_key` becomes their key if they have none. Keys get the new limits and work again. Where keys are missing, or
    have given back their capacity, the subscription is due for placement. A person who is barred has the time, which
    stands still until the operator resumes them. Nothing here takes capacity: a payment never fails because a server
    is full.
    """
    subscription = person.subscription.extended(plan, now, new_key, person.used_bytes)
    if person.user.banned and subscription.status is not Status.SUSPENDED:
        subscription = subscription.suspended(now)
    bought = replace(person, subscription=subscription)
    wanted, limit = bought.wanted(now), bought.traffic_limit_bytes
    working = bought.with_accesses(
        lambda access: (
            access.fitted(plan.devices, limit, now).changed(wanted, now) if access.key == subscription.key else access
        )
    )
    return working.with_placement_due(inline_claim(now))
